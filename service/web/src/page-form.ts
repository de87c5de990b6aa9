// Telling more, question by question: the list of sections, the screens of one, and what was answered. In memory only.

import type { Form, Section, Step } from "../../../intake_forms/ts/answers.js";
import type { Compiled } from "../../../intake_forms/ts/compiled.js";
import type { Row } from "../../../intake_forms/ts/rows.js";
import type { Filling } from "./form-view.js";
import { fetchForm, formPart } from "#server";
import { add, el, write } from "./page-dom.js";
import { bytesOf } from "./word-parts.js";
import { fault, page, paint, say, sayFault, show, toLend } from "./page-ui.js";
import type { Streams } from "./worker-calls.js";

/** Forms that go with the main one, and the answer to `alive_status` that opens them. */
const MODULES: Record<string, string> = { missing: "missing", death: "died" };
const MINUTE = "minute"; // without a list of sections: screen after screen, then sending
const HELD = ["minute", "return", "reprisal"]; // forms about what happens now: opened before others

interface Placed {
  form: Form;
  section: Section;
  step: Step;
}

const SEALS = ["account", "identity", "intake"] as const;
const MOST_ROWS = 99; // docs/forms.md: a row beyond has no answers
const FRAME = 24; // bytes around an answer, beside its id

/** The part of the answers that is too long for one message, if any. */
export function tooLong(streams: Streams): keyof Streams | undefined {
  return SEALS.find((part) => streams[part].reduce((sum, [id, text]) => sum + FRAME + id.length + bytesOf(text), 0) > page.limits[part]);
}

export class Telling {
  readonly answers = new Map<string, string>();
  /** Ids of the forms in which something was answered; what is in them goes, whichever is open and in whatever language. */
  private readonly used = new Set<string>();
  private which = "main";
  private part!: Awaited<ReturnType<typeof formPart>>; // before it is here, no form is open
  private readonly forms = new Map<string, Form>();
  private readonly rows = new Map<string, number>();
  private readonly taken: Row[] = []; // rows that the person took away, the last one last
  private section = "";
  private at = 0;
  private drawn = "";
  private drawnIn: HTMLElement | undefined;
  private doubted = "";
  /** The country of what has arrived; "" for another complaint. */
  before = "";

  /** `done` comes after the last screen of a form that has no list of sections. */
  constructor(private readonly done: () => void, private readonly go: (screen: string) => void) {}

  get urgent(): boolean {
    const { answers, used } = this;
    return answers.size > 0 && HELD.some((id) => used.has(id)) || answers.get("safe_now") === "no" || /(^| )(?!none|dont_|prefer_)./.test(answers.get("urgent") ?? "");
  }

  /** What follows what has arrived is drawn by the same country, so that the same readers have all of it. */
  get country(): string {
    const code = (this.answers.get("country") ?? "").toUpperCase();
    return /^[A-Z]{2}$/.test(code) ? code : this.before;
  }

  /** How many answers will go. */
  get count(): number {
    const { account, identity, intake } = this.streams();
    return Math.max(0, account.length + identity.length + intake.length - 1);
  }

  /** Everything shown and answered; times get the clock of the country. */
  streams(): Streams {
    const streams: Streams = { account: [], identity: [], intake: [] };
    const zone = page.zones[this.answers.get("region") ?? ""] ?? page.zones[this.country] ?? "-";
    const used = Array.from(this.used).filter((id) => this.goes(id));
    const sent = new Set<string>(); // what two forms ask goes once, and so does a form that came in two languages
    for (const form of Array.from(this.forms.values())) {
      if (!used.includes(form.id)) continue;
      const parts = this.part.sealed(form, this.answers);
      for (const seal of SEALS) {
        for (const [id, text] of Array.from(parts[seal])) {
          if (!sent.has(id)) streams[seal].push([id, this.part.inZone(text, zone)]);
          sent.add(id);
        }
      }
    }
    if (sent.size) streams.account.push(["form", used.join(" ")]);
    return streams;
  }

  /** To the list of sections; or through all screens, where there are few. */
  async begin(which: string): Promise<void> {
    this.which = which;
    try {
      await this.load();
    } catch {
      return fault(sayFault("away"));
    }
    if (which === MINUTE || page.asked) return this.enter("");
    this.go("more");
  }

  isIn(section: string): boolean {
    return this.section === section;
  }

  /** The screens of this section, or with "" of all, one after the other. */
  enter(section: string): void {
    this.section = section;
    this.at = 0;
    this.go("form");
  }

  next(): void {
    const steps = this.steps();
    const placed = steps[this.at];
    const doubt = placed && this.part.doubtIn(placed.step, this.filling(placed));
    if (doubt && this.doubted !== doubt.text) {
      this.doubted = doubt.text; // asked once; whoever goes on means it
      return fault(doubt.text, doubt.name);
    }
    this.doubted = "";
    if (this.at + 1 < steps.length) {
      this.at++;
      return show("form");
    }
    if (this.section) return this.go("more");
    this.done();
  }

  /** False at the first screen: then the page goes back by itself. */
  back(): boolean {
    if (this.at === 0) return false;
    this.at--;
    show("form");
    return true;
  }

  addRow(): void {
    const step = this.steps()[this.at]?.step;
    const repeat = step?.screen.repeat;
    if (!step || !repeat) return;
    this.toRow(repeat, step.row + 1, step.row + 1);
  }

  /** Out of the answers, and kept apart until it is put back, or the words are sent. */
  dropRow(): void {
    const steps = this.steps();
    const { row, screen: { repeat = "" } } = (steps[this.at] as Placed).step;
    const rows = rowsIn(repeat, steps) - 1;
    this.taken.push(this.part.takeRow(this.answers, repeat, row));
    this.toRow(repeat, Math.min(row, rows || 1), rows);
  }

  putRow(): void {
    const last = this.lastTaken((this.steps()[this.at] as Placed).section);
    if (!last) return;
    this.taken.splice(this.taken.indexOf(last), 1);
    this.part.putRow(this.answers, last);
    this.toRow(last.repeat, last.row, (this.rows.get(last.repeat) ?? 0) + 1);
  }

  /** Of this section's rows that were taken away. */
  private lastTaken({ screens }: Section): Row | undefined {
    return this.taken.filter(({ repeat }) => screens.some((one) => one.repeat === repeat)).pop();
  }

  private toRow(repeat: string, row: number, rows: number): void {
    this.rows.set(repeat, rows);
    this.at = Math.max(0, this.steps().findIndex(({ step }) => step.screen.repeat === repeat && step.row === row));
    this.drawn = "";
    show("form");
  }

  /** The answers are with us; only their country is remembered. */
  arrived(): void {
    const { country } = this;
    this.wipe();
    this.before = country;
  }

  wipe(): void {
    this.before = "";
    this.answers.clear();
    this.used.clear();
    this.rows.clear();
    this.taken.length = 0;
    this.drawn = "";
    for (const id of ["questions", "sections"]) if (el(id)) el(id).textContent = "";
  }

  paint(screen: string): void {
    if (screen !== "more" && screen !== "form") return;
    const form = this.forms.get(`${this.which} ${page.language}`);
    if (!form) {
      void this.load().then(paint, () => fault(sayFault("away"))); // the page has come in another language
      return;
    }
    Object.assign(page.words, form.words); // those of another language went with its page
    if (screen === "more") this.paintSections(form);
    else this.paintStep();
  }

  private async load(): Promise<void> {
    const { language, folder } = page;
    const missing = this.wanted().filter((id) => !this.forms.has(`${id} ${language}`));
    const [part, ...forms] = await Promise.all([this.part ?? formPart(), ...missing.map((id) => fetchForm(id, folder))]); // at once: two ways there and back are not needed
    if (!this.part) part.lend(toLend);
    this.part = part;
    forms.forEach((form, n) => this.forms.set(`${missing[n]} ${language}`, part.readAsked(form as Compiled, page.asked)));
  }

  private wanted(): string[] {
    const { which } = this;
    return [which, ...Object.keys(MODULES).filter((id) => which === "main" && this.goes(id))];
  }

  /** Any form but a module that no answer opens. */
  private goes(id: string): boolean {
    return !MODULES[id] || this.answers.get("alive_status") === MODULES[id];
  }

  private open(): Form[] {
    return this.wanted().flatMap((id) => this.forms.get(`${id} ${page.language}`) ?? []);
  }

  private steps(): Placed[] {
    const placed = this.open().flatMap((form) => this.part.shownSections(form, this.answers)
      .filter(({ id }) => !this.section || id === this.section)
      .flatMap((section) => this.part.stepsOf(section, this.answers, this.rows).map((step) => ({ form, section, step }))));
    return placed.filter(({ step }) => step.screen.questions.length);
  }

  private filling({ form }: Placed): Filling {
    const { answers, used } = this;
    return { form, answers, used };
  }

  private paintSections(form: Form): void {
    if (this.wanted().length > this.open().length) void this.load().then(paint, () => undefined);
    el("more-title").textContent = form.title;
    const before = el("sections");
    const list = before.cloneNode() as HTMLElement;
    for (const section of this.open().flatMap((one) => this.part.shownSections(one, this.answers))) {
      const asked = this.part.stepsOf(section, this.answers).flatMap((step) => this.part.shownQuestions(step, this.answers).map((question) => this.part.keyOf(question.id, step)));
      if (!asked.length) continue;
      const answered = asked.filter((key) => this.answers.has(key)).length;
      const item = add(list, "li", "");
      const button = add(item, "button", "section", section.title);
      button.setAttribute("type", "button");
      button.dataset["do"] = "section";
      button.dataset["section"] = section.id;
      if (answered) add(button, "span", "soft", say("answered", { n: answered }));
    }
    if (!list.isEqualNode(before)) before.replaceWith(list); // else a press that is under way would come to nothing, and the focus would go
  }

  private paintStep(): void {
    const steps = this.steps();
    this.at = Math.min(this.at, steps.length - 1);
    const placed = steps[this.at];
    if (!placed) return this.go("more");
    const { section, step } = placed;
    const { screen, row } = step;
    const place = el("questions");
    const key = `${page.language} ${section.id} ${section.screens.indexOf(screen)} ${row}`;
    const repeated = row ? rowTitle(section, screen.repeat ?? "", row) : "";
    write("form-section", screen.title || repeated ? [section.title, screen.title ? repeated : ""].filter(Boolean).join(" · ") : "");
    el("form-title").textContent = screen.title || repeated || section.title;
    write("form-help", screen.help ?? "");
    el("quiet").hidden = !section.quiet || this.at > 0;
    const last = row > 0 && row < MOST_ROWS && !steps.slice(this.at + 1).some(({ step: one }) => one.screen.repeat === screen.repeat);
    write("add-row", last ? say("add_row", { what: firstTitle(section, screen.repeat ?? "") }) : "");
    this.paintRow(section, step, steps);
    if (this.drawnIn === place && this.drawn === key) return;
    this.drawn = key;
    this.drawnIn = place;
    this.part.drawStep(place, step, this.filling(placed));
  }

  /** What can be taken away here, and what was and can be put back. */
  private paintRow(section: Section, { screen: { repeat = "" }, row }: Step, steps: Placed[]): void {
    const some = rowsIn(repeat, steps) > 1 || this.part.rowsOf(repeat, this.answers);
    write("drop-row", row && some ? say("drop_row", { what: rowTitle(section, repeat, row) }) : "");
    const gone = this.lastTaken(section);
    write("row-gone", gone ? say("row_gone", { what: rowTitle(section, gone.repeat, gone.row) }) : "");
    write("put-row", gone ? say("put_row") : "");
  }
}

const rowsIn = (repeat: string, steps: Placed[]): number => Math.max(...steps.map(({ step }) => (step.screen.repeat === repeat ? step.row : 0)));
const rowTitle = (section: Section, repeat: string, row: number): string => `${firstTitle(section, repeat)} ${row}`;
const firstTitle = (section: Section, repeat: string): string => section.screens.find((one) => one.repeat === repeat && one.repeatTitle)?.repeatTitle ?? "";
