// What staff write for one another in notes that every reader's desk counts in: what is implicated, and the books.

import { EntryKind } from "../../../crypto/ts/entry.js";
import { BOOKS_CODE, DONE, writeRecord } from "./desk-books.js";
import { IMPLICATED } from "./desk-conflict.js";
import { unmoved } from "./desk-case.js";
import { type CaseDeeds } from "./desk-deeds.js";
import { type Desk, MAX_TEXT, textBytes } from "./desk-model.js";

export class CaseNotes {
  constructor(private readonly desk: Desk, private readonly deeds: CaseDeeds, private readonly changed: () => void) {}

  /** What is implicated, as somebody who reads for it writes it down: a note of its own code, that every reader's desk counts in. */
  async code(): Promise<void> {
    const { file } = this.desk;
    const deed = unmoved(this.desk.file.opened, EntryKind.note);
    const text = file.coding.join("\n");
    if (deed && text && (await this.deeds.sign({ ...deed, code: IMPLICATED }, text, { at: "conflict" }))) file.coding = [];
    this.changed();
  }

  setCoding(lines: string[]): void {
    this.desk.file.coding = lines;
    this.changed();
  }

  setRecords(records: string[], book = this.desk.file.book): void {
    Object.assign(this.desk.file, { records, book });
    this.changed();
  }

  /** Records of the books, in one note. */
  async signRecords(): Promise<void> {
    const { file } = this.desk;
    const signed = await this.note("books", file.records);
    if (signed) Object.assign(file, { records: file.records.slice(signed), book: "" });
    this.changed();
  }

  /** What stands in the books already, for those who were handed the case later. */
  async handRecords(): Promise<void> {
    await this.note("hand-records", this.desk.file.opened?.unhandedRecords ?? []);
    this.changed();
  }

  /** A task is a line of its book; false where nothing is said or it could not be signed. */
  async addTask(what: string, until: string, whose: string): Promise<boolean> {
    if (!what.trim()) return false;
    const signed = await this.note("tasks", [writeRecord("task", { what, until, for: whose })]);
    this.changed();
    return signed > 0;
  }

  async endTask(key: string): Promise<void> {
    await this.note("tasks", [writeRecord(DONE, { record: key })]);
    this.changed();
  }

  /** Lines of the books, as many as one note holds; how many were signed. `at`: where what keeps them from being signed is said. */
  private async note(at: string, records: readonly string[]): Promise<number> {
    const deed = unmoved(this.desk.file.opened, EntryKind.note);
    let many = records.length;
    while (textBytes(records.slice(0, many).join("\n\n")) > MAX_TEXT) many--;
    return deed && many && (await this.deeds.sign({ ...deed, code: BOOKS_CODE }, records.slice(0, many).join("\n\n"), { at })) ? many : 0;
  }
}
