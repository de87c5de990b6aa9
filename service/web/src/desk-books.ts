// The books of a case: what staff write down of its course, a record at a time, in notes that all who work on it read. What follows from them is
// computed here, in the worker of whoever reads. docs/workflow.md, "The books of a case". No record is changed: a wrong one is struck out.

import { bodyOf } from "../../../crypto/ts/conflict.js";

export const BOOKS_CODE = "books"; // the code of a note that holds records

type Kind = "day" | "text" | "number" | readonly string[] | "agency" | "member";

/** Fields by book. A list stands for its choices; `day` is an ISO day; no field is required. */
export const BOOKS: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  protection: { day: "day", who: "text", step: ["planned", "measure", "reprisal", "ended"], outcome: ["safe", "moved", "harmed", "not_known"], what: "text" },
  preservation: { day: "day", what: ["cctv", "register", "medical", "phone", "clothing", "other"], to: "text", until: "day", answer: ["pending", "kept", "refused", "lost"] },
  proceeding: {
    day: "day", number: "text",
    event: [
      "opened", "refused", "closed", "reopened", "suspended", "suspended_illness", "resumed", "court_order", "order_complied", "order_ignored", "file_asked", "file_denied", "file_given",
      "to_court", "convicted", "acquitted", "sentence", "amnesty", "limitation", "reconciliation", "repentance", "change_of_circumstances",
    ],
    what: "text",
  },
  limitation: { status: ["none", "runs", "unknown"], until: "day", source: "text" },
  forensic: {
    day: "day", examiner: "agency", custody_present: ["yes", "no", "not_known"], in_private: ["yes", "no", "not_known"],
    degree: ["not_consistent", "consistent", "highly_consistent", "typical", "diagnostic"], what: "text",
  },
  redress: { day: "day", kind: ["compensation", "rehabilitation", "apology", "non_repetition"], step: ["asked", "ordered", "paid", "refused"], what: "text" },
  visit: {
    day: "day", place: "text", announced: ["yes", "no"], hours: "number", admitted: ["yes", "partly", "no"],
    by: ["guard", "duty_officer", "head", "ministry", "prosecutor", "court", "other"], what: "text",
  },
  task: { what: "text", until: "day", for: "member" },
  incident: { name: "text", same_as: "text", day: "day", place: "text", what: "text" },
  assessment: { severity: ["yes", "no", "not_known"], intent: ["yes", "no", "not_known"], purpose: ["yes", "no", "not_known"], official: ["yes", "no", "not_known"], what: "text" },
};
/** Not a book: it takes a record out. */
export const STRIKE = "strike";
/** Not a book either: a task is done. */
export const DONE = "done";

export interface BookRecord {
  /** The number of the entry that it was first written in, and its place there. */
  key: string;
  /** The entry that it was last written in: its own, or one that wrote it again for others. */
  seq: number;
  book: string;
  fields: Record<string, string>;
  struck: boolean;
  done: boolean;
}

export type AlertId =
  | "plan_open" | "reprisal" | "keep_soon" | "keep_passed" | "keep_open" | "file_denied" | "order_ignored" | "illness" | "limitation" | "limitation_passed" | "limitation_unknown"
  | "examiner" | "custody_present" | "unpaid";

/** Something that somebody has to do or to know. `about` is what the record says it is about. */
export interface BookAlert {
  id: AlertId;
  about: string;
  /** Days left, or since; -1 where none is meant. */
  days: number;
}

export interface Books {
  records: BookRecord[];
  alerts: BookAlert[];
  counts: { id: string; n: number }[];
  /** A closing is not signed here while this holds. */
  blocksClosing: boolean;
}

const LIMITATION_DAYS = 365;
const KEEP_DAYS = 14;
const OUTCOMES = ["convicted", "acquitted", "sentence", "amnesty", "limitation", "reconciliation", "repentance", "change_of_circumstances"];
const LINE = /^([a-z_]{1,32}): (.+)$/;
const KEY = /^\d{1,9}\.\d{1,3}$/;

/** The day of an ISO date; NaN for what is none. */
export function dayOf(iso: string): number {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(iso);
  const time = found ? Date.parse(`${iso}T00:00:00Z`) : NaN;
  return new Date(time).getUTCDate() === Number(found?.[3]) ? time / 86400000 : NaN;
}

/** As it goes into a note; an empty field is left out, and a line stays a line. */
export function writeRecord(book: string, fields: Readonly<Record<string, string>>, again = ""): string {
  const lines = Object.keys(fields).map((name) => [name, (fields[name] ?? "").replace(/\s+/g, " ").trim()] as const).filter(([, value]) => value);
  return [["book", book] as const, ...(again ? [["again", again] as const] : []), ...lines].map(([name, value]) => `${name}: ${value}`).join("\n");
}

/** What a key names comes before `seq`: nobody strikes out or takes the place of what a colleague has yet to write. */
const isBefore = (key: string, seq: number): boolean => KEY.test(key) && Number(key.split(".")[0]) < seq;

const same = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean => writeRecord("", a) === writeRecord("", b);

/** All records of these notes in the order of their entries. What is written again for others counts once, where it says the same. */
export function readRecords(notes: readonly { seq: number; text: string }[]): BookRecord[] {
  const records = new Map<string, BookRecord>();
  const [struck, done] = [new Set<string>(), new Set<string>()];
  for (const { seq, text } of notes) {
    text.split(/\n\s*\n/).forEach((block, n) => {
      const fields: Record<string, string> = {};
      for (const line of block.split("\n")) {
        const found = LINE.exec(line.trim());
        if (found?.[1] && found[2]) fields[found[1]] = found[2];
      }
      const { book = "", again = "", ...rest } = fields;
      if (book === STRIKE && isBefore(rest["record"] ?? "", seq)) struck.add(rest["record"] as string);
      if (book === DONE && isBefore(rest["record"] ?? "", seq)) done.add(rest["record"] as string);
      if (!Object.prototype.hasOwnProperty.call(BOOKS, book)) return;
      const known = isBefore(again, seq) ? records.get(again) : undefined;
      if (known && known.book === book && same(known.fields, rest)) known.seq = seq;
      else {
        const key = isBefore(again, seq) && !known ? again : `${seq}.${n}`;
        records.set(key, { key, seq, book, fields: rest, struck: false, done: false });
      }
    });
  }
  return [...records.values()].map((one) => ({ ...one, struck: struck.has(one.key), done: done.has(one.key) }));
}

/** Whether a note says nothing but records: anything else is shown as the note it is. */
export const onlyRecords = (text: string): boolean => text.split(/\n\s*\n/).every((block) => {
  const lines = block.split("\n").map((line) => LINE.exec(line.trim()));
  const book = lines[0]?.[1] === "book" ? lines[0][2] ?? "" : "";
  return lines.every(Boolean) && (book === STRIKE || book === DONE || Object.prototype.hasOwnProperty.call(BOOKS, book));
});

/** What follows from the records on a day. `agencies`: those that are implicated in the case. */
export function summarise(records: BookRecord[], today: number, agencies: readonly string[]): Books {
  const alerts: BookAlert[] = [];
  const tell = (id: AlertId, about = "", days = -1): void => void alerts.push({ id, about, days });
  const live = records.filter(({ struck }) => !struck);
  const of = (book: string): Record<string, string>[] => live.filter((one) => one.book === book).map(({ fields }) => fields);

  for (const [who, steps] of grouped(of("protection"), "who")) {
    const now = newest(steps, "step");
    if (now === "reprisal") tell("reprisal", who);
    if (now !== "ended") tell("plan_open", who);
  }
  for (const [, asked] of grouped(of("preservation"), "what", "to")) {
    const [about, until] = [newest(asked, "to"), dayOf(newest(asked, "until"))];
    if (!["", "pending"].includes(newest(asked, "answer"))) continue;
    if (until < today) tell("keep_passed", about, today - until);
    else if (until - today <= KEEP_DAYS) tell("keep_soon", about, until - today);
    else tell("keep_open", about);
  }
  const counts = new Map<string, number>();
  const count = (id: string, n = 1): void => void (n > 0 && counts.set(id, (counts.get(id) ?? 0) + n));
  for (const [number, course] of grouped(of("proceeding"), "number")) proceedings(number, course);
  const limitation = of("limitation");
  if (limitation.length) {
    const [status, until, source] = [newest(limitation, "status"), dayOf(newest(limitation, "until")), newest(limitation, "source")];
    if (status === "runs" && until < today) tell("limitation_passed", source, today - until);
    else if (status === "runs" && until - today <= LIMITATION_DAYS) tell("limitation", source, until - today);
    else if (status === "runs" ? Number.isNaN(until) : status !== "none") tell("limitation_unknown", source);
  }
  const bodies = new Set(agencies.map(bodyOf).filter(Boolean));
  for (const { examiner = "", custody_present: present } of of("forensic")) {
    if (bodies.has(bodyOf(examiner))) tell("examiner", examiner);
    if (present === "yes") tell("custody_present");
  }
  for (const [kind, steps] of grouped(of("redress"), "kind")) {
    const ordered = steps.filter(({ step }) => step === "ordered");
    if (ordered.length && newest(steps, "step") === "ordered") tell("unpaid", kind, since(ordered));
  }
  for (const { admitted, by = "other" } of of("visit")) if (admitted === "no") count(`refused_by_${by}`);
  return { records, alerts, counts: [...counts].map(([id, n]) => ({ id, n })), blocksClosing: alerts.some(({ id }) => id === "plan_open") };

  function since(fields: readonly Record<string, string>[]): number {
    const days = fields.map(({ day = "" }) => dayOf(day)).filter((one) => one <= today);
    return days.length ? today - Math.min(...days) : -1;
  }

  /** One case of the authorities: an event log, never a status. */
  function proceedings(number: string, course: Record<string, string>[]): void {
    const events = course.map(({ event = "" }) => event);
    const times = (...ids: string[]): number => events.filter((one) => ids.includes(one)).length;
    count("closed", times("closed"));
    count("refused", times("refused"));
    count("reopened", times("reopened"));
    count("suspended", times("suspended", "suspended_illness"));
    count("days_running", since(course));
    for (const one of OUTCOMES) count(one, times(one));
    const after = (since: readonly string[], ends: readonly string[]): Record<string, string>[] => {
      const end = Math.max(-1, ...events.map((one, n) => (ends.includes(one) ? n : -1)));
      return course.filter(({ event = "" }, n) => n > end && since.includes(event));
    };
    const denied = after(["file_denied"], ["file_given"]);
    if (denied.length) tell("file_denied", number, since(after(["file_asked", "file_denied"], ["file_given"])));
    const ignored = after(["order_ignored"], ["order_complied"]);
    if (ignored.length) tell("order_ignored", number, since(after(["court_order", "order_ignored"], ["order_complied"])));
    const ill = after(["suspended_illness"], ["resumed", "reopened"]);
    if (ill.length) tell("illness", number, since(ill));
  }
}

/** Written on for those who were handed the case later and cannot read the notes of before. */
export function writtenAgain(records: readonly BookRecord[], handedAt: number): string[] {
  return records.filter(({ seq, struck, done }) => seq < handedAt && !struck && !done).map(({ book, fields, key }) => writeRecord(book, fields, key));
}

/** The newest value that a field was given. */
export function newest(records: readonly Record<string, string>[], name: string): string {
  return records.reduce((value, fields) => fields[name] ?? value, "");
}

/** By what these fields say, whatever the case of their letters. */
export function grouped(records: readonly Record<string, string>[], ...names: string[]): Map<string, Record<string, string>[]> {
  const groups = new Map<string, Record<string, string>[]>();
  for (const fields of records) {
    const key = names.map((name) => (fields[name] ?? "").normalize("NFC")).join(", ");
    const folded = [...groups.keys()].find((one) => one.toLowerCase() === key.toLowerCase()) ?? key;
    groups.set(folded, [...(groups.get(folded) ?? []), fields]);
  }
  return groups;
}
