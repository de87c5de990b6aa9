// Files of the open case: the sealed export; and evidence: fetched, opened here against its hashes, signed into the chain of custody, and only then shown or saved.

import { type CaseTable } from "./desk-case.js";
import { clipSeconds } from "./desk-clip.js";
import { chosenLine, COPY_TYPES, copyLine, CUSTODY_CODE, type How, openedLine, readCustody } from "./desk-custody.js";
import { beginExposure, endExposure } from "./desk-exposure.js";
import { type FrameFault, pdfFrame, redactFrame, type Taking } from "./desk-frame.js";
import { type Desk, fileKey, STATES } from "./desk-model.js";
import type { EvidenceFile, OpenedCase } from "./desk-opened.js";
import { isCaseworker } from "./desk-roles.js";
import { ServerError, type StaffClient } from "./desk-server.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { frameOf, isHeic, lookOf, OLD_RUSSIAN, PDF_FRAME, REDACT_FRAME, redacts } from "./desk-viewing.js";
import { t } from "./desk-words.js";

const MOST_OF_A_COPY = 48 * 1024 * 1024; // bytes: as much as is shown here

/** Always as bytes of no type: a browser that opened it would run what is in it. */
function save(data: Uint8Array, name: string): void {
  const address = URL.createObjectURL(new Blob([data as BlobPart], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** The person's name for the file, without what a system would take for a path or hide from the eye. */
const safeName = (name: string): string => name.replace(/[^\p{L}\p{N} ._-]/gu, "_").replace(/^[. ]+/, "_").slice(-80) || "file";

/** An opening is signed by whoever works on the case; not on a broken history, and not while the person's wish to stop is open (desk-case.ts). */
export function maySign(desk: Desk, opened: OpenedCase | null): boolean {
  if (!opened || !isCaseworker(desk.member?.role)) return false;
  return !opened.chainFault && !opened.messages[0]?.fault && opened.state !== STATES.indexOf("safety_hold");
}

export class CaseFiles {
  private choosing: Promise<void> = Promise.resolve();

  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly table: CaseTable, private readonly changed: () => void) {}

  async exportCase(): Promise<void> {
    const { desk, session } = this;
    const { cid } = desk.file;
    if (desk.file.exporting || !session.client) return;
    desk.file.exporting = true;
    this.changed();
    try {
      save(await session.client.export(cid), `${cid.slice(0, 8)}.panahcase`);
      desk.file.said = "exported";
    } catch (error) {
      if (!session.signedOut(error)) desk.file.sendFault = faultOf(error);
    }
    desk.file.exporting = false;
    this.changed();
  }

  saveFile(file: EvidenceFile): Promise<void> {
    return this.withFile(file, "saved", (data) => save(data, safeName(file.name)));
  }

  /** In a frame without origin or network; blurred until asked. */
  viewFile(file: EvidenceFile): Promise<void> {
    this.closeFile();
    return this.withFile(file, "shown", (data) => {
      const look = lookOf(data);
      if (!look) return this.fail(file, isHeic(data) ? "heic" : "not_shown");
      const [kind, type] = look;
      const live = kind === "pdf" ? pdfFrame(data, (why) => this.failFrame(file, why)) : null;
      this.desk.file.viewing = { upload: file.upload, kind, url: frameOf(data, look), seconds: clipSeconds(data, type), redacts: redacts(look), clear: kind === "audio" || kind === "text", guessed: type.endsWith(OLD_RUSSIAN), live };
    });
  }

  /** Areas or passages are blacked out in a frame, of a film those of one moment; each copy that is made there is sealed, kept and signed. */
  redactFile(file: EvidenceFile): Promise<void> {
    this.closeFile();
    return this.withFile(file, "shown", (data) => {
      const look = lookOf(data);
      if (!look || !(redacts(look) || look[0] === "video")) return this.fail(file, "not_redacted");
      const [kind, type] = look;
      const fault = (why: FrameFault): void => this.failFrame(file, why);
      const taking = this.taking(file);
      const live = kind === "pdf" ? pdfFrame(data, fault, taking) : redactFrame(data, type, fault, taking);
      this.desk.file.viewing = { upload: file.upload, kind: "redact", url: kind === "pdf" ? PDF_FRAME : REDACT_FRAME, seconds: kind === "video" ? clipSeconds(data, type) : 0, redacts: false, clear: kind === "text" || kind === "audio", guessed: type.endsWith(OLD_RUSSIAN), live };
    });
  }

  /** What is chosen to be taken out stays with the file until a copy of it is kept, whatever is looked at meanwhile. */
  private taking(file: EvidenceFile): Taking {
    const { areas } = this.desk;
    const key = fileKey(this.desk, file);
    return {
      chosen: areas.get(key) ?? "",
      choose: (chosen) => void (chosen ? areas.set(key, chosen) : areas.delete(key)),
      made: ({ data, type, areas: many, at }) => {
        const chosen = areas.get(key);
        void this.keepCopy(file, data, type, many, at).then((kept) => kept && areas.get(key) === chosen && areas.delete(key) && this.changed());
      },
    };
  }

  /** What somebody heard or saw in a recording, in words: a copy as any other, to go out in its place. */
  async keepTranscript(file: EvidenceFile): Promise<void> {
    const { desk } = this;
    const key = fileKey(desk, file);
    const text = (desk.transcripts.get(key) ?? "").trim();
    if (!text || !(await this.keepCopy(file, new TextEncoder().encode(text), "text/plain", 0))) return;
    if ((desk.transcripts.get(key) ?? "").trim() === text) desk.transcripts.delete(key); // what was written since stays
    this.changed();
  }

  setTranscript(file: EvidenceFile, text: string): void {
    this.desk.transcripts.set(fileKey(this.desk, file), text);
    this.changed();
  }

  /** True when it is kept and signed. */
  private async keepCopy(file: EvidenceFile, data: Uint8Array, type: string, areas: number, at?: number): Promise<boolean> {
    const { desk, session } = this;
    const { client, generation } = session;
    const { cid } = desk.file;
    const here = (): boolean => generation === session.generation && desk.file.cid === cid;
    let kept = false;
    if (!client || desk.file.fetching) return kept;
    Object.assign(desk.file, { fetching: file.upload, keeping: file.upload, fileFault: null });
    this.changed();
    try {
      if (!COPY_TYPES.includes(type) || data.length > MOST_OF_A_COPY) throw new ServerError("too_large", "", 0);
      const { file: copy, parts } = await session.vault.ask("sealFile", { data, name: "", type });
      await client.sendEvidence(parts);
      await client.pinEvidence(copy.upload);
      if (here() && (await this.table.postNote(CUSTODY_CODE, copyLine(file, copy, areas, at))) && here()) {
        this.closeFile();
        desk.announcement = t("redact.kept");
        kept = true;
      }
    } catch (error) {
      if (generation !== session.generation || session.signedOut(error)) return false;
      desk.file.fileFault = { ...faultOf(error), upload: file.upload };
    }
    if (here()) Object.assign(desk.file, { fetching: "", keeping: "" });
    this.changed();
    return kept;
  }

  /** What goes out in the place of the file; `copies` empty: the file itself. One after the other, so that the last choice is the last that is signed. */
  chooseCopies(file: EvidenceFile, copies: readonly string[]): Promise<void> {
    const { desk } = this;
    const at = desk.file;
    at.goesOut.set(file.upload, copies);
    this.changed();
    return (this.choosing = this.choosing.then(() => this.signChoice(at, file)));
  }

  /** The newest choice for the file; none where one before has signed it, or the case was put away. */
  private async signChoice(at: Desk["file"], file: EvidenceFile): Promise<void> {
    const { desk, session } = this;
    const { generation } = session;
    const copies = at.goesOut.get(file.upload);
    if (copies === undefined || desk.file !== at) return;
    try {
      await this.table.postNote(CUSTODY_CODE, chosenLine(file, copies));
    } catch (error) {
      if (generation !== session.generation || session.signedOut(error)) return;
      at.fileFault = { ...faultOf(error), upload: file.upload };
    }
    if (at.goesOut.get(file.upload) === copies) at.goesOut.delete(file.upload); // from now on what is signed is shown
    this.changed();
  }

  showClearly(): void {
    const { viewing } = this.desk.file;
    if (viewing && !viewing.clear) {
      viewing.clear = true;
      beginExposure(this.desk);
    }
    this.changed();
  }

  closeFile(): void {
    closeViewing(this.desk);
    this.changed();
  }

  private fail(file: EvidenceFile, slug: string): void {
    this.desk.file.fileFault = { slug, fact: "", upload: file.upload };
  }

  private failFrame(file: EvidenceFile, why: FrameFault): void {
    this.closeFile();
    this.fail(file, `frame_${why}`);
    this.changed();
  }

  private async withFile(file: EvidenceFile, how: How, then: (data: Uint8Array) => void): Promise<void> {
    const { desk, session } = this;
    if (desk.file.fetching || !session.client) return;
    const { client, generation } = session;
    const { cid } = desk.file;
    const here = (): boolean => generation === session.generation && desk.file.cid === cid;
    Object.assign(desk.file, { fetching: file.upload, fileFault: null });
    this.changed();
    try {
      const data = await this.openFile(client, file, how, here);
      if (!here()) return;
      if (data) then(data);
      await client.pinEvidence(file.upload);
    } catch (error) {
      if (generation !== session.generation || session.signedOut(error)) return;
      desk.file.fileFault = { ...faultOf(error), upload: file.upload };
    }
    if (here()) desk.file.fetching = "";
    this.changed();
  }

  /** The opening is signed before anything is seen; once a day and member, for showing and for saving. Null: the case was put away meanwhile. */
  private async openFile(client: StaffClient, file: EvidenceFile, how: How, here: () => boolean): Promise<Uint8Array | null> {
    const { desk, session } = this;
    const { data, sealed } = await session.vault.ask("openFile", { file, blob: await client.evidence(file.upload) });
    const { opened } = desk.file;
    if (!here()) return null;
    if (!opened || !maySign(desk, opened)) return data;
    const evidence = opened.messages.flatMap((message) => message.evidence);
    const [member, today] = [desk.member?.id, desk.keyring?.today ?? 0];
    const seen = readCustody(opened.entries, evidence).get(file.upload)?.seen ?? [];
    if (seen.some((one) => one.actor === member && one.how === how && one.day >= today && !one.differs)) return data;
    return (await this.table.postNote(CUSTODY_CODE, openedLine(file, sealed, how))) && here() ? data : null;
  }
}

/** The file's bytes go out of the page's memory. */
export function closeViewing(desk: Desk): void {
  const { file } = desk;
  endExposure(desk);
  file.viewing?.live?.end();
  if (file.viewing) URL.revokeObjectURL(file.viewing.url);
  file.viewing = null;
}
