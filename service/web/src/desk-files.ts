// Files of a case: the sealed export, and evidence that is saved or looked at.

import { beginExposure, endExposure } from "./desk-exposure.js";
import { type Desk, type EvidenceFile } from "./desk-model.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { frameOf, lookOf } from "./desk-viewing.js";

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
export const safeName = (name: string): string => name.replace(/[^\p{L}\p{N} ._-]/gu, "_").replace(/^[. ]+/, "_").slice(-80) || "file";

export class CaseFiles {
  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly changed: () => void) {}

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
    return this.withFile(file, (data) => save(data, safeName(file.name)));
  }

  /** In a frame without script, origin or network; blurred until asked. */
  viewFile(file: EvidenceFile): Promise<void> {
    this.closeFile();
    return this.withFile(file, (data) => {
      const look = lookOf(data);
      if (!look) this.desk.file.fileFault = { slug: "not_shown", fact: "", upload: file.upload };
      else this.desk.file.viewing = { upload: file.upload, kind: look[0], url: frameOf(data, look), clear: look[0] === "audio" || look[0] === "text" };
    });
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

  /** Fetched, and opened here against the manifest's hashes. */
  private async withFile(file: EvidenceFile, then: (data: Uint8Array) => void): Promise<void> {
    const { desk, session } = this;
    if (desk.file.fetching || !session.client) return;
    const { client, generation } = session;
    Object.assign(desk.file, { fetching: file.upload, fileFault: null });
    this.changed();
    try {
      const data = await session.vault.ask("openFile", { file, blob: await client.evidence(file.upload) });
      if (generation !== session.generation) return;
      then(data);
      await client.pinEvidence(file.upload);
    } catch (error) {
      if (generation !== session.generation || session.signedOut(error)) return;
      desk.file.fileFault = { ...faultOf(error), upload: file.upload };
    }
    desk.file.fetching = "";
    this.changed();
  }
}

/** The file's bytes go out of the page's memory. */
export function closeViewing(desk: Desk): void {
  const { file } = desk;
  endExposure(desk);
  if (file.viewing) URL.revokeObjectURL(file.viewing.url);
  file.viewing = null;
}
