// The page's hold of its files. What handles them comes when somebody has one: part-files.ts.

import { FileKeeper } from "#keeper";
import { fault, page, paint, sayFault, toLend } from "./page-ui.js";
import type { Files } from "./part-files.js";
import { call, fetchWords, filesPart } from "#server";
import type { Draft } from "./worker-calls.js";

const WORD = "evidence_sent"; // one of those that come with the part

export class Evidence {
  private files: Files | undefined;

  /** `seal` makes the message that tells the readers of the files, with readers fetched anew when they have changed. */
  constructor(private readonly seal: (draft: Draft, newReaders: boolean) => Promise<Uint8Array>) {}

  /** Then `go`; or says that the line is away. */
  async open(go: () => void): Promise<void> {
    try {
      const [part] = await Promise.all([filesPart(), this.learn()]);
      part.lend(toLend);
      this.files ??= new part.Files({ call, FileKeeper }, this.seal);
    } catch {
      return fault(sayFault("away"));
    }
    go();
  }

  get busy(): boolean {
    return this.files?.busy ?? false;
  }

  get unsent(): boolean {
    return this.files?.unsent ?? false;
  }

  take(input: HTMLInputElement): void {
    void this.files?.take(input);
  }

  send(): void {
    void this.files?.send();
  }

  record(): void {
    void this.files?.voice.toggle();
  }

  paint(): void {
    if (!this.files || WORD in page.words) return this.files?.paint();
    void this.learn().then(paint, () => fault(sayFault("away"))); // the page has come in another language
  }

  private async learn(): Promise<void> {
    if (!(WORD in page.words)) page.words = { ...await fetchWords(page.folder) as object, ...page.words }; // what the page says otherwise stays
  }

  wipe(): void {
    this.files?.wipe();
    this.files = undefined;
  }
}
