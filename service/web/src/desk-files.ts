// Files of the open case: fetched, opened here against their hashes, signed into the chain of custody, and only then shown or saved.

import { safeName, save } from "./desk-cases.js";
import { clipSeconds } from "./desk-clip.js";
import { chosenLine, copyLine, CUSTODY_CODE, type How, openedLine, readCustody } from "./desk-custody.js";
import { type FrameFault, pdfFrame, redactFrame } from "./desk-frame.js";
import { type Desk, type EvidenceFile, type OpenedCase, STATES } from "./desk-model.js";
import { ServerError, type StaffClient } from "./desk-server.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { frameOf, isHeic, lookOf, REDACT_FRAME } from "./desk-viewing.js";
import { t } from "./desk-words.js";

const TYPES_OF_COPIES: readonly string[] = ["image/png", "image/jpeg", "text/plain"];
const MOST_OF_A_COPY = 48 * 1024 * 1024; // bytes: as much as is shown here

/** What the open case does for its files (desk-cases.ts). */
export interface CaseOfFiles {
  /** Signs a note between staff on the case as it stands; false where the case is no longer on the table. */
  postNote(code: string, text: string): Promise<boolean>;
  closeFile(): void;
  signedOut(error: unknown): boolean;
}

/** An opening is signed by whoever works on the case; not on a broken history, and not while the person's wish to stop is open (desk-cases.ts). */
export function maySign(desk: Desk, opened: OpenedCase | null): boolean {
  if (!opened || !["reviewer", "supervisor", "investigator"].includes(desk.member?.role ?? "")) return false;
  return !opened.chainFault && !opened.messages[0]?.fault && opened.state !== STATES.indexOf("safety_hold");
}

export class DeskFiles {
  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly cases: CaseOfFiles, private readonly changed: () => void) {}

  save(file: EvidenceFile): Promise<void> {
    return this.withFile(file, "saved", (data) => save(data, safeName(file.name)));
  }

  /** In a frame without origin or network; blurred until asked. */
  view(file: EvidenceFile): Promise<void> {
    this.cases.closeFile();
    return this.withFile(file, "shown", (data) => {
      const look = lookOf(data);
      if (!look) return this.fail(file, isHeic(data) ? "heic" : "not_shown");
      const [kind, type] = look;
      const live = kind === "pdf" ? pdfFrame(data, (why) => this.failFrame(file, why)) : null;
      this.desk.file.viewing = { upload: file.upload, kind, url: frameOf(data, look), seconds: clipSeconds(data, type), clear: kind === "audio" || kind === "text", live };
    });
  }

  /** Areas or passages are blacked out in a frame; each copy that is made there is sealed, kept and signed. */
  redact(file: EvidenceFile): Promise<void> {
    this.cases.closeFile();
    return this.withFile(file, "shown", (data) => {
      const [kind, type] = lookOf(data) ?? ["pdf", ""];
      if (kind !== "image" && kind !== "text") return this.fail(file, "not_redacted");
      const live = redactFrame(data, type, (why) => this.failFrame(file, why), (said) => void this.keepCopy(file, said.data, said.type, said.areas));
      this.desk.file.viewing = { upload: file.upload, kind: "redact", url: REDACT_FRAME, seconds: 0, clear: kind === "text", live };
    });
  }

  private async keepCopy(file: EvidenceFile, data: Uint8Array, type: string, areas: number): Promise<void> {
    const { desk, session } = this;
    const { client, generation } = session;
    const { cid } = desk.file;
    const here = (): boolean => generation === session.generation && desk.file.cid === cid;
    if (!client || desk.file.fetching) return;
    Object.assign(desk.file, { fetching: file.upload, fileFault: null });
    this.changed();
    try {
      if (!TYPES_OF_COPIES.includes(type) || data.length > MOST_OF_A_COPY) throw new ServerError("too_large", "", 0);
      const { file: copy, parts } = await session.vault.ask("sealFile", { data, name: "", type });
      await client.sendEvidence(parts);
      await client.pinEvidence(copy.upload);
      if (here() && (await this.cases.postNote(CUSTODY_CODE, copyLine(file, copy, areas))) && here()) {
        this.cases.closeFile();
        desk.announcement = t("redact.kept");
      }
    } catch (error) {
      if (generation !== session.generation || this.cases.signedOut(error)) return;
      desk.file.fileFault = { ...faultOf(error), upload: file.upload };
    }
    if (here()) desk.file.fetching = "";
    this.changed();
  }

  /** What goes out in the place of the file; `copy` empty: the file itself. */
  async choose(file: EvidenceFile, copy: string): Promise<void> {
    const { desk, session } = this;
    const { generation } = session;
    try {
      await this.cases.postNote(CUSTODY_CODE, chosenLine(file, copy));
    } catch (error) {
      if (generation !== session.generation || this.cases.signedOut(error)) return;
      desk.file.fileFault = { ...faultOf(error), upload: file.upload };
    }
    this.changed();
  }

  showClearly(): void {
    if (this.desk.file.viewing) this.desk.file.viewing.clear = true;
    this.changed();
  }

  private fail(file: EvidenceFile, slug: string): void {
    this.desk.file.fileFault = { slug, fact: "", upload: file.upload };
  }

  private failFrame(file: EvidenceFile, why: FrameFault): void {
    this.cases.closeFile();
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
      if (generation !== session.generation || this.cases.signedOut(error)) return;
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
    return (await this.cases.postNote(CUSTODY_CODE, openedLine(file, sealed, how))) && here() ? data : null;
  }
}
