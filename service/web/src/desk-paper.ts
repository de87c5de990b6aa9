// A case on paper: who asked for which parts of it and for whom, which other member agreed, and when it was printed. Lines in signed notes of the case,
// read the same at every desk (docs/workflow.md, "On paper"). And what goes on it: what the person allowed whoever gets it, and no more. Pure.

import { PROPOSAL_DAYS, State } from "../../../crypto/ts/workflow.js";
import { ASK, type Consents, FACTS, levelOf, WHOLE } from "./desk-consent.js";
import type { OpenedCase, OpenedEntry, OpenedMessage } from "./desk-opened.js";
import { isCaseworker } from "./desk-roles.js";
import { type TabId } from "./desk-tabs.js";

export const PAPER_CODE = "printed"; // the code of a note that holds such a line
const PAPER_DAYS = PROPOSAL_DAYS; // an asking waits as long as any proposal; an agreement holds as long
/** For those who work on the case: it leaves the desk, and not the house. */
export const WORK = "work";
/** By the question that asks whether they may have it, consent_COURT; the twin is service/dossier.py. */
export const SCOPES = ["lawyer_ngo", "medic", "npm", "ombudsman", "prosecutor", "court", "un_sp", "cat_or_hrc", "diplomatic", "media"] as const;
/** Sections of the forms that go to nobody else: what is between the person and us, and what would endanger. */
export const NEVER: readonly string[] = ["risk", "wishes_", "consent", "reply", "reprisal_"];
/** Who the person is: only where they allowed that too. */
export const ABOUT_THE_PERSON: readonly string[] = ["start", "person", "witnesses"];
/** The same of single questions in sections that go else, by their ids. */
export const NEVER_ASKED: readonly string[] = ["safe_now", "m_needs", "rt_consent_un_now", "cp_want_visit", "cp_never_say_from_us"];
export const ASKED_ABOUT_THE_PERSON: readonly string[] = [
  "urgent", "ip_report", "c_ref", "m_person", "ms_last_contact", "rt_person", "rt_how_known", "rt_decision_docs", "rt_nationality", "rt_unhcr_ref", "rt_others_returned", "rt_health", "rt_children",
  "cp_reporter_role", "cp_inside_now",
];
/** Answers of the page itself, and no form's: the person's account of what happened. */
export const OWN_WORDS: readonly string[] = ["story", "file_note"];

const PARTS_FOR_WORK: readonly TabId[] = ["account", "answers", "timeline", "books", "people", "messages", "history"];
const PARTS_FOR_OTHERS: readonly TabId[] = ["account", "answers", "timeline", "people", "messages"];
const LINE = /^([a-z]{1,16}): (\S{1,200})$/;
const FIELDS: Readonly<Record<string, readonly string[]>> = { asked: ["for", "parts", "upto", "what"], agreed: ["of"], refused: ["of"], printed: ["of"] };
const HASH = /^[0-9a-f]{64}$/;

/** What can be put on paper for whom; files, notes between staff and tasks never. */
export const partsFor = (to: string): readonly TabId[] => (to === WORK ? PARTS_FOR_WORK : PARTS_FOR_OTHERS);

export interface Wanted {
  /** WORK, or one of SCOPES. */
  to: string;
  parts: readonly TabId[];
  /** So many entries of the history were there: what came later is not on it. */
  upto: number;
}

export interface Paper extends Wanted {
  /** The link of the entry that asked. */
  link: string;
  seq: number;
  day: number;
  actor: string;
  role: string;
  /** The digest of what goes on it: two browsers have found the same. */
  what: string;
  /** Who decided, and when; empty and 0 while nobody has. */
  by: string;
  decided: number;
  agreed: boolean;
  /** The day on which it was printed, 0 before. Once. */
  printed: number;
}

/** What somebody is choosing. */
export interface Printing extends Wanted {
  /** The paper that is on its way to the printer; null before. */
  ready: Paper | null;
}

export const askedLine = ({ to, parts, upto }: Wanted, what: string): string => `paper: asked\nfor: ${to}\nparts: ${parts.join(",")}\nupto: ${upto}\nwhat: ${what}`;
export const paperLine = (kind: "agreed" | "refused" | "printed", link: string): string => `paper: ${kind}\nof: ${link}`;

export const isAsking = (text: string): boolean => parse(text)?.["paper"] === "asked";

/** A line with every field as it must be and none beside; null for anything else. */
function parse(text: string): Record<string, string> | null {
  const found: Record<string, string> = {};
  for (const line of text.trim().split("\n")) {
    const [, name = "", value = ""] = LINE.exec(line) ?? [];
    if (!name || Object.prototype.hasOwnProperty.call(found, name)) return null;
    found[name] = value;
  }
  const kind = found["paper"] ?? "";
  if (!Object.prototype.hasOwnProperty.call(FIELDS, kind)) return null;
  const needed = FIELDS[kind] ?? [];
  if (Object.keys(found).length !== needed.length + 1 || !needed.every((name) => found[name])) return null;
  return needed.every((name) => (name !== "of" && name !== "what") || HASH.test(found[name] ?? "")) ? found : null;
}

/** Told as a line about paper, and not as the note that it is. */
export const isPaper = (entry: OpenedEntry): boolean => entry.code === PAPER_CODE && entry.verdict === "counts" && parse(entry.text) !== null;

/** In their order. A line by whoever may not, or out of its time, says nothing. */
export function readPapers(entries: readonly OpenedEntry[]): Paper[] {
  const found = new Map<string, Paper>();
  for (const { seq, link, day, actor, role, text } of entries.filter((one) => isPaper(one) && isCaseworker(one.role))) {
    const fields = parse(text) ?? {};
    if (fields["paper"] === "asked") {
      const asked = readAsked(fields);
      if (asked && asked.upto <= seq) found.set(link, { ...asked, link, seq, day, actor, role, what: fields["what"] ?? "", by: "", decided: 0, agreed: false, printed: 0 });
      continue;
    }
    const paper = found.get(fields["of"] ?? "");
    if (!paper) continue;
    if (fields["paper"] === "printed") {
      if (actor === paper.actor && paper.agreed && !paper.printed && day <= paper.decided + PAPER_DAYS) paper.printed = day;
    } else if (actor !== paper.actor && !paper.by && day <= paper.day + PAPER_DAYS) {
      Object.assign(paper, { by: actor, decided: day, agreed: fields["paper"] === "agreed" });
    }
  }
  return [...found.values()];
}

function readAsked({ for: to = "", parts = "", upto = "" }: Record<string, string>): Wanted | null {
  const chosen = parts.split(",") as TabId[];
  const may = to === WORK || SCOPES.includes(to as never) ? partsFor(to) : [];
  return /^\d{1,6}$/.test(upto) && new Set(chosen).size === chosen.length && chosen.every((one) => may.includes(one)) ? { to, parts: chosen, upto: Number(upto) } : null;
}

/** Waits for another's eyes on that day. */
export const waits = ({ by, day }: Paper, today: number): boolean => !by && today <= day + PAPER_DAYS;
/** Agreed to, and not printed yet. */
export const mayPrint = ({ agreed, decided, printed }: Paper, today: number): boolean => agreed && !printed && today <= decided + PAPER_DAYS;

type PaperFault = "" | "not_allowed" | "ask_first" | "waits" | "unread" | "held" | "withdrawn";

/** Why nothing of it goes to anybody else, whatever was allowed before: it rests, by the person's wish or by a step of ours, or the person took it back. */
export function stopFault({ state }: OpenedCase): PaperFault {
  return state === State.safetyHold ? "held" : state === State.withdrawn ? "withdrawn" : "";
}

/** Why nothing of it may go to them; empty: it may. */
export function paperFault(opened: OpenedCase, to: string): PaperFault {
  if (opened.withheld || opened.messages.some(({ fault }) => fault !== null)) return "unread"; // what one of the two cannot read is not agreed to
  if (to === WORK) return "";
  const level = levelOf(opened.consents, to);
  const stopped = stopFault(opened);
  if (stopped || level === FACTS || level === WHOLE) return stopped;
  return opened.consents.get(to)?.waits.length ? "waits" : level === ASK ? "ask_first" : "not_allowed";
}

export interface Asked {
  section: string;
  seal: string;
  type: string;
}

/** The case as it goes on that paper. `asked`: where each answer was asked, by the forms that are there; an answer that none of them asked does not go to others. */
export function onPaper(opened: OpenedCase, { to, upto }: Wanted, consents: Consents, asked: (answers: OpenedMessage["answers"]) => ReadonlyMap<string, Asked>): OpenedCase {
  const others = to !== WORK;
  const whole = levelOf(consents, to) === WHOLE;
  const left = whole ? NEVER : [...NEVER, ...ABOUT_THE_PERSON];
  const leftOut = whole ? NEVER_ASKED : [...NEVER_ASKED, ...ASKED_ABOUT_THE_PERSON];
  const messages = opened.messages.map((message): OpenedMessage => {
    const places = others ? asked(message.answers) : new Map<string, Asked>();
    const goes = ([key]: [string, string]): boolean => {
      const place = places.get(key);
      const question = key.slice(key.lastIndexOf(".") + 1); // of a row: complaint.2.c_ref
      return !others || key === "form" || OWN_WORDS.includes(key) || (place !== undefined && place.seal === "account" && place.type !== "file" && !left.includes(place.section) && !leftOut.includes(question));
    };
    const lane = others ? 0 : message.lane;
    return { ...message, lane, answers: message.answers.filter(goes), intake: [], evidence: [], apart: [], formerUntil: 0 };
  });
  const records = others ? [] : opened.books.records.filter(({ key, book }) => book !== "task" && Number(key.split(".")[0]) < upto);
  return { ...opened, messages, entries: others ? [] : opened.entries.filter(({ seq }) => seq < upto), books: { ...opened.books, records }, coded: others ? "" : opened.coded };
}

/** What two browsers must find alike, letter by letter: of a case as it goes on that paper, and of the person's answer by which it goes (`level`). */
export function wordsOfPaper({ cid, messages, entries, books, coded }: OpenedCase, { to, parts, upto }: Wanted, level: string): string {
  const of = (part: TabId, what: unknown): unknown => (parts.includes(part) ? what : null);
  const told = messages.map(({ cid: id, day, lane, kind, language, answers }) => [id, day, lane, kind, language, answers]);
  const said = entries.filter(({ boxKind }) => boxKind === 1).map(({ link, text, code }) => [link, text, code]);
  return JSON.stringify([cid, to, level, parts, upto, told, of("messages", said), of("books", books.records.map(({ key, book, fields, struck }) => [key, book, Object.entries(fields), struck])), of("people", coded), of("history", entries.map(({ link }) => link))]);
}
