// Files: chosen after the words are sent, cleaned, shown with what was found in them, sealed and sent in parts. A part that fails is sent again, the same.

import type { FileKeeper } from "#keeper";
import { add, el, field, filled, fromHex, write } from "./page-dom.js";
import { type Answering, answersOf, fileQuestions, inMessages, sealOf } from "./part-answers.js";
import { lent, type LentForFiles } from "./part-lent.js";
import { VoiceNote } from "./part-record.js";
import type { CleanedFile, Draft, SealedFile } from "./worker-calls.js";

const MOST_FILES = 64; // SPEC 6.3
const PAUSES = [2, 4, 8, 15, 30]; // seconds
const MENDED_BY_WAITING = ["away", "busy", "no_room", "internal"];

interface Item {
  readonly file: File;
  cleaned: CleanedFile | undefined;
  /** What goes: the copy without traces, the file as it is, both, or nothing. */
  choice: "clean" | "as_is" | "both" | "none" | "";
  unreadable: boolean;
  /** The question that it answers; none of them: something else. */
  answers: string;
}

export { lend } from "./part-lent.js";

export class Files {
  items: Item[] = [];
  state: "choosing" | "sending" | "waiting" | "stopped" | "sent" = "choosing";
  private slug = "";
  private share = 0;
  private keeper: FileKeeper | undefined;
  private hasher: FileKeeper | undefined;
  private ended = false;
  private drawn = "";
  private drawnIn: HTMLElement | undefined;
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
    if (this.items.length >= MOST_FILES || this.size() + file.size > lent.page().limits.evidence) return lent.fault(lent.say("evidence_too_much", { mib: Math.floor(lent.page().limits.evidence / 1048576) }));
    const item: Item = { file, cleaned: undefined, choice: "", unreadable: false, answers: "" };
    this.items.push(item);
    lent.paint();
    try {
      item.cleaned = await this.worker().ask("clean", { file });
      if (item.cleaned.complete) item.choice = "clean";
    } catch {
      item.unreadable = true;
    }
    lent.paint();
  }

  async send(): Promise<void> {
    const undecided = this.items.findIndex(({ choice, unreadable }) => !choice && !unreadable);
    if (undecided >= 0) return lent.fault(lent.say("evidence_decide"), `file-${undecided}`);
    const blobs = this.items.flatMap(chosen);
    if (!blobs.length) return lent.fault(lent.say("evidence_none"), "files");
    this.turn("sending");
    const whole = blobs.reduce((sum, { data }) => sum + data.size, 0);
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
      if (!this.ended) this.turn("stopped", error instanceof lent.Refusal ? error.slug : "broken");
    }
  }

  remove(at: number): void {
    this.items.splice(at, 1);
    lent.paint();
  }

  wipe(): void {
    this.ended = true;
    this.voice.wipe();
    this.keeper?.end();
    this.hasher?.end();
    this.items = [];
    this.drawn = "";
    if (el("file-list")) el("file-list").textContent = "";
  }

  paint(): void {
    this.paintList(el("file-list"));
    const { state } = this;
    const place = el("evidence-state");
    place.hidden = state === "choosing";
    place.dataset["state"] = state === "stopped" ? "stopped" : state;
    const text = lent.say(state === "sent" ? "evidence_sent" : state === "stopped" ? "stopped" : `evidence_${state}`);
    (place.firstElementChild as HTMLElement).textContent = state === "stopped" || state === "waiting" ? `${text} ${lent.sayFault(this.slug)}` : text;
    this.progress(this.share);
    this.voice.paint();
    el("evidence-choose").hidden = this.busy;
    el("send-files").hidden = this.busy || this.items.length === 0 || state === "sent";
    write("evidence-room", lent.say("evidence_room", { mib: Math.max(0, Math.floor((lent.page().limits.evidence - this.size()) / 1048576)) }));
  }

  /** Anew only when there is something new to say: else what was just chosen, and the focus, would be gone. */
  private paintList(list: HTMLElement): void {
    const seen = this.items.map(({ file, cleaned, unreadable }) => [file.name, file.size, !cleaned, unreadable]);
    const drawn = JSON.stringify([lent.page().language, this.state, seen]);
    if (list === this.drawnIn && drawn === this.drawn) return;
    this.drawn = drawn;
    this.drawnIn = list;
    list.textContent = "";
    this.items.forEach((item, at) => this.paintItem(list, item, at));
  }

  private paintItem(list: HTMLElement, item: Item, at: number): void {
    const { file, cleaned, choice, unreadable } = item;
    const box = add(list, "li", "file");
    box.id = `file-${at}`;
    box.tabIndex = -1;
    add(box, "strong", "", file.name);
    add(box, "p", "soft", lent.say("evidence_size", { kib: Math.max(1, Math.round(file.size / 1024)) }));
    if (unreadable) add(box, "p", "", lent.say("evidence_unreadable"));
    else if (!cleaned) add(box, "p", "", lent.say("evidence_looking"));
    else {
      const found = cleaned.complete ? cleaned.removed : cleaned.kept;
      const names = Array.from(new Set(found.map(({ what }) => what)), (what) => lent.say(`found_${what}`));
      add(box, "p", "", lent.say(cleaned.complete ? (names.length ? "evidence_cleaned" : "evidence_clean") : names.length ? "evidence_kept" : "evidence_unsure", { what: names.join(", ") }));
      if (found.length) {
        const details = add(box, "details", "");
        add(details, "summary", "", lent.say("evidence_show"));
        const lines = add(details, "ul", "");
        for (const { what, value } of found) add(lines, "li", "words", `${lent.say(`found_${what}`)}: ${value}`);
      }
      const wishes = cleaned.complete ? (["clean", "both", "none"] as const) : (["as_is", "none"] as const);
      for (const wish of this.state === "choosing" || this.state === "stopped" ? wishes : []) {
        const label = add(box, "label", "choice");
        const input = add(label, "input", "") as HTMLInputElement;
        input.type = "radio";
        input.name = `file-${at}-wish`;
        input.autocomplete = "off";
        input.checked = choice === wish;
        add(label, "span", "", lent.say(`wish_${wish}`));
        input.addEventListener("change", () => (item.choice = wish));
      }
    }
    if (this.busy || this.state === "sent") return;
    if (cleaned) this.paintAnswer(box, item, at);
    const away = add(box, "button", "quiet", lent.say("evidence_remove")) as HTMLButtonElement;
    away.type = "button";
    away.addEventListener("click", () => this.remove(at));
  }

  /** What it is: then its key goes to those only who may open such an answer. */
  private paintAnswer(box: HTMLElement, item: Item, at: number): void {
    const questions = fileQuestions();
    if (!questions.length) return;
    const id = `file-${at}-what`;
    (add(box, "label", "", lent.say("evidence_what")) as HTMLLabelElement).htmlFor = id;
    const select = add(box, "select", "") as HTMLSelectElement;
    select.id = id;
    select.autocomplete = "off";
    for (const one of ["", ...questions.map((question) => question.id)]) {
      const option = add(select, "option", "", lent.say(one ? `file_${one}` : "evidence_other")) as HTMLOptionElement;
      option.value = one;
    }
    select.value = item.answers;
    const who = add(box, "p", "note");
    const say = (): void => {
      const seal = questions.find((question) => question.id === item.answers)?.seal ?? "account";
      who.textContent = seal === "account" ? "" : lent.say(`evidence_for_${seal}`);
      who.hidden = seal === "account";
    };
    select.addEventListener("change", () => {
      item.answers = select.value;
      say();
    });
    say();
  }

  private size(): number {
    return this.items.reduce((sum, { file }) => sum + file.size, 0);
  }

  private reset(): void {
    this.items = [];
    this.share = 0;
    this.turn("choosing");
  }

  private worker(): FileKeeper {
    return (this.keeper ??= this.newWorker());
  }

  private newWorker(): FileKeeper {
    return new this.tools.FileKeeper("/s/evidenceworker.js");
  }

  private async upload(file: Blob, name: string, type: string, tell: (share: number) => void): Promise<SealedFile> {
    const worker = this.worker();
    const instance = fromHex(lent.page().instance);
    const hashing = (this.hasher ??= this.newWorker()).ask("hash", { file });
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
