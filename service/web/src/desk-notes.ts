// What staff write for one another in notes that every reader's desk counts in: what is implicated, and the books.

import { EntryKind } from "../../../crypto/ts/entry.js";
import { BOOKS_CODE, DONE, writeRecord } from "./desk-books.js";
import { IMPLICATED } from "./desk-conflict.js";
import { unmoved } from "./desk-case.js";
import { type CaseDeeds } from "./desk-deeds.js";
import type { Unsure } from "./desk-once.js";
import { answerKey, ANYBODY, BOOK, type Desk, fieldHere, type Lines, linesHere, MAX_TEXT, textBytes } from "./desk-model.js";

const TASK_FIELDS = ["task-what", "task-until", "task-for"];

export class CaseNotes {
  constructor(private readonly desk: Desk, private readonly deeds: CaseDeeds, private readonly changed: () => void) {}

  /** What is implicated, as somebody who reads for it writes it down: a note of its own code, that every reader's desk counts in. */
  async code(): Promise<void> {
    const { desk } = this;
    const { cid } = desk.file;
    const deed = unmoved(desk.file.opened, EntryKind.note);
    const { coding } = linesHere(desk);
    const text = coding.join("\n");
    if (deed && text) await this.deeds.sign({ ...deed, code: IMPLICATED }, text, { at: "conflict", posted: () => this.put(cid, { coding: without(this.linesOf(cid).coding, coding) }) });
    this.changed();
  }

  setCoding(coding: string[]): void {
    this.desk.file.doFault = null;
    this.put(this.desk.file.cid, { coding });
    this.changed();
  }

  setRecords(records: string[], book = this.desk.file.book): void {
    const { file, reasons } = this.desk;
    Object.assign(file, { book, doFault: null });
    reasons.set(answerKey(file.cid, BOOK), book);
    this.put(file.cid, { records });
    this.changed();
  }

  /** Nothing was filled in where somebody pressed. */
  missing(at: string): false {
    this.desk.file.doFault = { slug: "empty", fact: "", at };
    this.changed();
    return false;
  }

  /** They stay with the case until they are signed, whatever is on the table meanwhile. */
  private put(cid: string, change: Partial<Lines>): void {
    const { lines } = this.desk;
    const now = { ...this.linesOf(cid), ...change };
    if (now.records.length + now.coding.length) lines.set(cid, now);
    else lines.delete(cid);
  }

  private linesOf(cid: string): Lines {
    return this.desk.lines.get(cid) ?? { records: [], coding: [] };
  }

  /** Records of the books, in one note. */
  async signRecords(): Promise<void> {
    const { desk } = this;
    const { cid } = desk.file;
    const { records } = linesHere(desk);
    await this.note("books", records, (many) => this.put(cid, { records: without(this.linesOf(cid).records, records.slice(0, many)) }));
    this.changed();
  }

  /** What stands in the books already, for those who were handed the case later. */
  async handRecords(): Promise<void> {
    await this.note("hand-records", this.desk.file.opened?.unhandedRecords ?? []);
    this.changed();
  }

  /** What was signed when the line went away is put down no more. */
  settle({ code, text }: Unsure): void {
    const { desk } = this;
    const { cid } = desk.file;
    const { records, coding } = this.linesOf(cid);
    if (code === IMPLICATED) this.put(cid, { coding: without(coding, text.split("\n")) });
    if (code !== BOOKS_CODE) return;
    this.put(cid, { records: without(records, text.split("\n\n")) });
    const [what = "", until = "", whose = ""] = TASK_FIELDS.map((id) => fieldHere(desk, id));
    const task = writeRecord("task", { what, until, for: whose === ANYBODY ? "" : whose || (desk.member?.id ?? "") });
    if (text === task) for (const id of TASK_FIELDS) desk.reasons.delete(answerKey(cid, id));
  }

  /** A task is a line of its book; false where nothing is said or it could not be signed. */
  async addTask(what: string, until: string, whose: string): Promise<boolean> {
    if (!what.trim()) return this.missing("tasks");
    const { reasons, file } = this.desk;
    const filled = TASK_FIELDS.map((id) => answerKey(file.cid, id)).map((key) => [key, reasons.get(key)] as const);
    const signed = await this.note("tasks", [writeRecord("task", { what, until, for: whose })], () => filled.forEach(([key, text]) => reasons.get(key) === text && reasons.delete(key)));
    this.changed();
    return signed > 0;
  }

  async endTask(key: string): Promise<void> {
    await this.note("tasks", [writeRecord(DONE, { record: key })]);
    this.changed();
  }

  /** Lines of the books, as many as one note holds; how many were signed. `at`: where what keeps them from being signed is said. */
  private async note(at: string, records: readonly string[], posted = (_many: number): void => undefined): Promise<number> {
    const deed = unmoved(this.desk.file.opened, EntryKind.note);
    let many = records.length;
    while (textBytes(records.slice(0, many).join("\n\n")) > MAX_TEXT) many--;
    return deed && many && (await this.deeds.sign({ ...deed, code: BOOKS_CODE }, records.slice(0, many).join("\n\n"), { at, posted: () => posted(many) })) ? many : 0;
  }
}

/** What was put down while others were signed stays. */
function without(lines: readonly string[], signed: readonly string[]): string[] {
  const left = [...lines];
  for (const one of signed) if (left.includes(one)) left.splice(left.indexOf(one), 1);
  return left;
}
