// Files: chosen after the words are sent, cleaned, shown with what was found in them, sealed and sent in parts. A part that fails is sent again, the same.

import type { FileKeeper } from "#keeper";
import { FileView, type Item } from "./file-view.js";
import { el, field, filled, fromHex, put, write } from "./page-dom.js";
import { type Answering, answersOf, fileQuestions, inMessages, sealOf } from "./part-answers.js";
import { lent, type LentForFiles } from "./part-lent.js";
import { VoiceNote } from "./part-record.js";
import type { Draft, SealedFile } from "./worker-calls.js";

const PAUSES = [2, 4, 8, 15, 30]; // seconds
const MENDED_BY_WAITING = ["away", "busy", "no_room", "internal"];

export { lend } from "./part-lent.js";

export class Files {
  items: Item[] = [];
  private readonly views = new Map<Item, FileView>();
  private taken = 0;
  /** Bytes that this visit sent before what is on the list. */
  private gone = 0;
  state: "choosing" | "sending" | "waiting" | "stopped" | "sent" = "choosing";
  private slug = "";
  private share = 0;
  private keeper: FileKeeper | undefined;
  private hasher: FileKeeper | undefined;
  private ended = false;
  readonly voice = new VoiceNote((file) => void this.look(file));

  /** `seal` makes the message that tells the readers of the files, with readers fetched anew when they have changed. */
  constructor(private readonly tools: LentForFiles, private readonly seal: (draft: Draft, newReaders: boolean) => Promise<Uint8Array>) {}

  get busy(): boolean {
    return this.state === "sending" || this.state === "waiting";
  }

  get unsent(): boolean {
    return (this.items.length > 0 && this.state !== "sent") || this.voice.recording;
  }

  /** Takes the files out of the field and looks into each. */
  async take(input: HTMLInputElement): Promise<void> {
    const files = Array.from(input.files ?? []);
    input.value = "";
    for (const file of files) await this.look(file);
  }

  async look(file: File): Promise<void> {
    if (this.state === "sent") this.reset();
    if (this.room() < file.size) return tooMuch();
    const item: Item = { file, n: this.taken++, cleaned: undefined, choice: "", unreadable: false, answers: "" };
    this.items.push(item);
    lent.paint();
    try {
      if (!file.size) throw new Error("empty"); // as a picture that is still in somebody's cloud
      item.cleaned = await this.worker().ask("clean", { file });
      this.second(); // now, while there is a line: it is fetched like any page
      if (item.cleaned.complete) item.choice = "clean";
    } catch {
      item.unreadable = true;
    }
    lent.paint();
  }

  async send(): Promise<void> {
    const undecided = this.items.find(({ choice, unreadable }) => !choice && !unreadable);
    if (undecided) return lent.fault(lent.say(undecided.cleaned ? "evidence_decide" : "evidence_looking"), undecided.cleaned && `file-${undecided.n}-wish`);
    const blobs = this.items.flatMap(chosen);
    if (!blobs.length) return lent.fault(lent.say("evidence_none"), "files");
    if (this.room() < 0) return tooMuch(); // an original beside its copy counts too
    this.turn("sending");
    const whole = sizeOf(blobs);
    let before = 0;
    try {
      const sealed: Answering[] = [];
      const questions = fileQuestions();
      for (const { data, name, type, answers } of blobs) {
        const file = await this.upload(data, name, type, (share) => this.progress((before + share * data.size) / whole));
        sealed.push({ file, question: questions.find(({ id }) => id === answers) });
        before += data.size;
      }
      let note = field("file-note").value;
      for (const batch of inMessages(sealed)) {
        await this.tell(batch, note);
        note = "";
      }
      if (this.ended) return;
      field("file-note").value = "";
      this.turn("sent");
    } catch (error) {
      if (this.ended) return;
      const slug = error instanceof lent.Refusal ? error.slug : "broken";
      if (slug === "no_worker") this.keeper = this.hasher = undefined; // the next try fetches them anew
      this.turn("stopped", slug === "no_worker" && !navigator.onLine ? "away" : slug);
    }
  }

  private remove(item: Item): void {
    this.items.splice(this.items.indexOf(item), 1);
    lent.paint();
  }

  wipe(): void {
    this.ended = true;
    this.voice.wipe();
    this.keeper?.end();
    this.hasher?.end();
    this.items = [];
    if (el("file-list")) this.paintItems();
  }

  paint(): void {
    this.paintItems();
    const { state } = this;
    write("evidence-how", lent.say("evidence_how"));
    write("evidence-note", lent.say("evidence_note"));
    const place = el("evidence-state");
    place.hidden = state === "choosing";
    place.dataset["state"] = state;
    const text = lent.say(state === "sent" ? "evidence_sent" : state === "stopped" ? "stopped" : `evidence_${state}`);
    put(place.firstElementChild as Element, state === "stopped" || state === "waiting" ? `${text} ${lent.sayFault(this.slug)}` : text);
    this.progress(this.share);
    this.voice.paint();
    el("evidence-choose").hidden = this.busy;
    el("send-files").hidden = this.busy || this.items.length === 0 || state === "sent";
    write("evidence-room", lent.say("evidence_room", { mib: Math.max(0, Math.floor(this.room() / 1048576)) }));
  }

  /** Each is drawn once, and anew only where the page has come in another language. */
  private paintItems(): void {
    const list = el("file-list");
    for (const [item, view] of Array.from(this.views)) {
      if (view.within(list) && this.items.includes(item)) continue;
      view.remove();
      this.views.delete(item);
    }
    for (const item of this.items) {
      const view = this.views.get(item) ?? new FileView(list, item, () => this.remove(item));
      this.views.set(item, view);
      view.paint(!this.busy && this.state !== "sent");
    }
  }

  /** Bytes that this visit may still send; less than 0 once originals go as well and are too much. */
  private room(): number {
    return lent.page().limits.evidence - this.gone - this.size();
  }

  private size(): number {
    return this.items.reduce((sum, item) => sum + (item.choice ? sizeOf(chosen(item)) : item.file.size), 0);
  }

  private reset(): void {
    this.gone += this.size();
    this.items = [];
    this.share = 0;
    this.turn("choosing");
  }

  private worker(): FileKeeper {
    return (this.keeper ??= this.newWorker());
  }

  /** Hashes while the first seals. */
  private second(): FileKeeper {
    return (this.hasher ??= this.newWorker());
  }

  private newWorker(): FileKeeper {
    return new this.tools.FileKeeper("/s/evidenceworker.js");
  }

  private async upload(file: Blob, name: string, type: string, tell: (share: number) => void): Promise<SealedFile> {
    const worker = this.worker();
    const instance = fromHex(lent.page().instance);
    const hashing = this.second().ask("hash", { file });
    hashing.catch(() => undefined); // told when it is waited for
    const { upload, total } = await worker.ask("begin", { file, name, type, instance });
    for (let part = await worker.ask("part", { upload }); part; part = await worker.ask("part", { upload })) {
      const { request, sealed } = part;
      await this.patiently(() => this.tools.call("evidence", request));
      tell(sealed / total);
    }
    return worker.ask("finish", { upload, hash: await hashing });
  }

  /** The manifest: the same bytes until the server has them, unless the list of readers changes on the way. */
  private async tell(batch: Answering[], note: string): Promise<void> {
    const answers = await answersOf(batch, (files) => this.worker().ask("list", { files }));
    if (filled(note)) answers.account.push(["file_note", note]);
    const evidence = batch.filter((one) => sealOf(one) === "account").map(({ file }) => file);
    const draft: Draft = { kind: "evidence", lane: 0, language: lent.page().language, country: "", leftOut: [], answers, evidence };
    for (const newReaders of [false, true]) {
      const message = await this.sealed(draft, newReaders);
      try {
        return await this.patiently(() => this.tools.call("messages", message));
      } catch (error) {
        if (newReaders || !(error instanceof lent.Refusal) || error.slug !== "wrong_keyring") throw error;
      }
    }
  }

  private async sealed(draft: Draft, newReaders: boolean): Promise<Uint8Array> {
    let message = new Uint8Array(0);
    await this.patiently(async () => {
      message = await this.seal(draft, newReaders) as Uint8Array<ArrayBuffer>;
    });
    return message;
  }

  /** Again and again while the line or the server is away; anything else is thrown. */
  private async patiently(act: () => Promise<unknown>): Promise<void> {
    for (let tries = 0; !this.ended; tries++) {
      try {
        await act();
        if (this.state === "waiting") this.turn("sending");
        return;
      } catch (error) {
        const slug = error instanceof lent.Refusal ? error.slug : "broken";
        if (!MENDED_BY_WAITING.includes(slug)) throw error;
        this.turn("waiting", slug);
        await pause(PAUSES[Math.min(tries, PAUSES.length - 1)] as number);
      }
    }
  }

  private progress(share: number): void {
    this.share = share;
    const bar = el<HTMLProgressElement>("evidence-progress");
    bar.hidden = !this.busy;
    bar.value = share;
  }

  private turn(state: Files["state"], slug = ""): void {
    this.state = state;
    this.slug = slug;
    lent.paint();
  }
}

const sizeOf = (blobs: readonly { data: Blob }[]): number => blobs.reduce((sum, { data }) => sum + data.size, 0);

const tooMuch = (): void => lent.fault(lent.say("evidence_too_much", { mib: Math.floor(lent.page().limits.evidence / 1048576) }));

function chosen({ file, cleaned, choice, answers }: Item): { data: Blob; name: string; type: string; answers: string }[] {
  const original = { data: file as Blob, name: file.name, type: file.type, answers };
  const copy = { ...original, data: cleaned?.data ?? file };
  if (choice === "clean") return [copy];
  if (choice === "both") return [copy, { ...original, name: `original: ${file.name}` }];
  return choice === "as_is" ? [original] : [];
}

/** Resolves after so many seconds, or as soon as the line is back. */
function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      window.clearTimeout(timer);
      window.removeEventListener("online", end);
      resolve();
    };
    const timer = window.setTimeout(end, seconds * 1000);
    window.addEventListener("online", end);
  });
}
