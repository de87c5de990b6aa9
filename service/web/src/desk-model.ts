// What the desk knows while it is unlocked. It lives in this page's memory and nowhere else.

import type { Decides } from "./desk-decision.js";
import type { Due } from "./desk-due.js";
import type { Exposure } from "./desk-exposure.js";
import { type Many, noMany } from "./desk-many-state.js";
import type { Counts, Integrity } from "./desk-numbers.js";
import { noOpening, type Opening } from "./desk-opening-state.js";
import type { Fault, OpenedCase, OpenedName } from "./desk-opened.js";
import type { Unsure } from "./desk-once.js";
import type { Role } from "./desk-roles.js";
import type { Printing } from "./desk-paper.js";
import type { TabId } from "./desk-tabs.js";
import type { Only, SavedView } from "./desk-views.js";
import type { CaseFacts } from "./desk-patterns.js";
import type { Viewing } from "./desk-viewing.js";

export const STATES = [
  "received", "screening", "triaged", "assigned", "inquiry", "awaiting_submitter", "investigation", "suspended", "determination",
  "closed", "review", "reopened", "referred", "withdrawn", "out_of_scope", "spam_quarantine", "safety_hold", "erased",
] as const;
export const LANE_URGENT = 1;
export const LANE_STOP = 2;
export const LANE_REVIEW = 3;
/** Urgent first, then what the person asked to stop, then requests for review, then the rest. */
export const LANE_ORDER: readonly number[] = [3, 0, 1, 2];

/** What a verified keyring says, for the eyes of the person signing in. */
export interface KeyringFacts {
  version: number;
  hash: string;
  expires: number;
  status: "valid" | "grace";
  clockBehind: boolean;
  fingerprint: string;
  threshold: number;
  organisations: string[];
  instance: string;
  today: number;
}

export interface Member {
  id: string;
  role: Role;
  group: string;
  until: number;
}

/** A line of the server's list. */
export interface CaseLine {
  cid: string;
  lane: number;
  state: number;
  first_day: number;
  messages: number;
  entries: number;
  head: string;
  last_message_day: number;
  priority: number;
  since: number;
  until: number;
}

export interface CaseDetail {
  cid: string;
  lookup: string;
  messages: { cid: string; day: number; lane: number; size: number }[];
  entries: { seq: number; hash: string }[];
  mailbox_open: boolean;
  /** Of what was put away as spam the server draws a part, at which a third member looks again. */
  sample: "not_drawn" | "waiting" | "looked_at";
}

/** What a helper found when it tried this member's key on a case. `waiting` until then. */
export type Reach = "waiting" | "opens" | "closed" | "fault";

export interface Peek {
  reach: Reach;
  fault: string;
  language: string;
  acknowledged: boolean;
  hold: boolean;
  /** Messages after my last entry. */
  fresh: number;
  /** Messages after the last answer by anybody. */
  unanswered: number;
  /** What was written, small letters, for the filter. It dies with the session. */
  words: string;
  /** This member has acted in it, works on it or is asked to. */
  mine: boolean;
  /** It is with a unit, and no two of it have it. */
  nobodys: boolean;
  /** Somebody is in danger, or asked to stop. */
  burns: boolean;
  /** The person was asked, and has been silent for long. */
  dormant: boolean;
  due: readonly Due[];
  /** What is counted of it together with others; null where nothing of it is read. */
  facts: CaseFacts | null;
}

/** Somebody a case can be handed to: by the keyring, so without a name. */
export interface Colleague {
  id: string;
  role: Role;
  group: string;
  /** Those that they declared to read; none for whoever may not read declarations. */
  languages: string[];
}

/** A copy as the server gives it to whom it is for; entry, box and prev in hex. */
export interface WireCopy {
  cid: string;
  entry: string;
  box: string;
  seq: number;
  prev: string;
}

/** A copy as it was opened here. */
export interface ShownCopy {
  cid: string;
  link: string;
  day: number;
  until: number;
  by: string;
  text: string;
  language: string;
  code: string;
  fault: Fault | null;
}

/** The desk of a translator or an adviser. `asking`, `faultAt`: the link of a copy. */
export interface Translating {
  loaded: boolean;
  copies: ShownCopy[];
  asking: string;
  sending: boolean;
  said: "" | "answered";
  fault: Fault | null;
  faultAt: string;
}

export const noTranslating = (): Translating => ({ loaded: false, copies: [], asking: "", sending: false, said: "", fault: null, faultAt: "" });

/** A deed while it is being written. `target` -1: nothing chosen. */
export interface Plan {
  target: number;
  text: string;
  code: string;
  priority: number;
  days: number;
  visible: boolean;
  members: string[];
  /** CID of the message whose sealed name is asked for; empty: the first. */
  about: string;
  /** Of a copy: the message that it was copied from. */
  source: string;
  /** Who is to read the words, by the step that was last chosen; empty: none was. */
  readers: WordReaders | "";
  /** Words that were written for other readers: they wait until a step for those is chosen. */
  others: Partial<Record<WordReaders, string>>;
}

export type WordReaders = "staff" | "person" | "outsider";

export interface Draft {
  text: string;
  language: string;
  takesUpStop: boolean;
  /** A note between staff, not an answer. */
  toStaff?: boolean;
  /** Who reads it was chosen by hand. */
  chosen?: boolean;
  /** Its language was chosen by hand. */
  spoken?: boolean;
  /** Where it has been sent and no answer of the server came: how many entries the case had then. */
  triedAt?: number;
}

/** What was put down a line at a time and is signed together: records of the books, and what is implicated. */
export interface Lines {
  records: readonly string[];
  coding: readonly string[];
}

/** Of the case on the table. */
export const linesHere = ({ lines, file }: Desk): Lines => lines.get(file.cid) ?? { records: [], coding: [] };

/** Text sealed to its writer's own key when the desk locked (SPEC 7.2). */
export interface SealedDraft {
  member: string;
  cid: string;
  sealed: Uint8Array;
}

export type SortKey = "rank" | "age" | "state" | "messages" | "fresh" | "priority" | "due";

export type Screen = "checking" | "refused" | "door" | "queue" | "case" | "plain";

export interface Desk {
  screen: Screen;
  keyring: KeyringFacts | null;
  refusal: Fault | null;
  door: {
    fileName: string;
    busy: "" | "stretching" | "signing";
    progress: number;
    fault: Fault | null;
    field: "" | "file" | "passphrase";
    note: "" | "idle" | "left" | "session";
    shown: boolean;
  };
  member: Member | null;
  queue: {
    loaded: boolean;
    /** How many times it is being fetched just now. */
    loading: number;
    fault: Fault | null;
    lines: CaseLine[];
    peeks: Map<string, Peek>;
    selected: string;
    filter: string;
    /** The name of a view that is being written. */
    naming: string;
    sort: SortKey;
    down: boolean;
    only: Only;
    /** The table of cases, or all that is due in them. */
    shows: "cases" | "due";
    /** How many cases are opened, at most: the rest are asked for. */
    most: number;
    tried: Set<string>;
  };
  /** Filters with a name; sealed with the drafts when the desk locks. */
  views: SavedView[];
  exposure: Exposure;
  file: {
    tab: TabId;
    printing: Printing | null;
    cid: string;
    loading: boolean;
    /** The own opening is being signed. */
    recording: boolean;
    fault: Fault | null;
    detail: CaseDetail | null;
    opened: OpenedCase | null;
    /** Index of the first message that was new when the case was opened. */
    newFrom: number;
    /** The case as it was when it was asked what leaves, and about the next step once more. */
    looked: { answer: OpenedCase | null; step: OpenedCase | null };
    said: string;
    /** Beside what it was signed: the link of what waited for an answer; else empty, or a place that is there still. */
    saidAt: string;
    sending: "" | "asking" | "sending";
    sendFault: Fault | null;
    exporting: boolean;
    /** Of the file that is being fetched and opened: its upload id. */
    fetching: string;
    /** Of the file of which a copy is being sealed and sent: its upload id. Nothing else is fetched meanwhile. */
    keeping: string;
    fileFault: (Fault & { upload: string }) | null;
    /** What is chosen to go out in the place of a file, by its upload id, while it is being signed. */
    goesOut: Map<string, readonly string[]>;
    viewing: Viewing | null;
    plan: Plan;
    /** A deed that is asked about once more, or on its way. */
    doing: "" | "asking" | "sending";
    /** The proposal that is being decided, and how. */
    decides: Decides | null;
    /** Why something was not signed. `at`: beside what that is said, the link of what was answered or the place of what was written; without it, beside the own next step. */
    doFault: (Fault & { at?: string }) | null;
    /** Who is chosen to have the case, before it is signed. */
    pair: string[];
    /** The name, while it is shown, and the asking by which it was opened. */
    name: (OpenedName & { link: string }) | null;
    /** The book that is being written in. */
    book: string;
  };
  colleagues: Colleague[];
  many: Many;
  opening: Opening;
  translating: Translating;
  counts: Counts | null;
  integrity: Integrity | null;
  /** Beginnings of answers, by what for and by language. */
  replies: Record<string, Record<string, string>>;
  drafts: Map<string, Draft>;
  /** Reasons of deeds that nobody has signed yet, by case, and by `answerKey` for what waits, and for a field that is half filled. */
  reasons: Map<string, string>;
  /** Next steps that nobody has signed yet, by case, with all that was chosen for them. */
  plans: Map<string, Plan>;
  /** Lines that nobody has signed yet, by case. */
  lines: Map<string, Lines>;
  /** Deeds that were posted without an answer of the server, by case. */
  unsure: Map<string, readonly Unsure[]>;
  /** What is chosen to be taken out of a file of which no copy is kept yet, by fileKey, as its frame tells it. */
  areas: Map<string, string>;
  /** What is being written down of a recording, by fileKey. */
  transcripts: Map<string, string>;
  sealed: SealedDraft[];
  warning: number;
  letters: boolean;
  announcement: string;
}

export const BATCH = 50; // cases opened in one go
export const DAYS_TO_ANSWER = 7; // acknowledged within 7 days
export const DAYS_TO_ANSWER_URGENT = 1; // P0 and P1 within 24 hours
export const MAX_TEXT = 12000; // SPEC 7: bytes of UTF-8

export function newDesk(): Desk {
  return {
    screen: "checking",
    keyring: null,
    refusal: null,
    door: { fileName: "", busy: "", progress: 0, fault: null, field: "", note: "", shown: false },
    member: null,
    queue: { loaded: false, loading: 0, fault: null, lines: [], peeks: new Map(), selected: "", filter: "", naming: "", sort: "rank", down: false, only: "", shows: "cases", most: BATCH, tried: new Set() },
    views: [],
    exposure: { member: "", day: 0, files: 0, seconds: 0 },
    file: noFile(),
    drafts: new Map(),
    reasons: new Map(),
    plans: new Map(),
    lines: new Map(),
    unsure: new Map(),
    areas: new Map(),
    transcripts: new Map(),
    sealed: [],
    colleagues: [],
    many: noMany(),
    opening: noOpening(),
    translating: noTranslating(),
    counts: null,
    integrity: null,
    replies: {},
    warning: 0,
    letters: true,
    announcement: "",
  };
}

export function noFile(): Desk["file"] {
  return {
    tab: "account", printing: null, cid: "", loading: false, recording: false, fault: null, detail: null, opened: null, newFrom: Infinity, looked: { answer: null, step: null }, said: "", saidAt: "", sending: "", sendFault: null, exporting: false, fetching: "", keeping: "", fileFault: null, goesOut: new Map(), viewing: null,
    plan: noPlan(), doing: "", decides: null, doFault: null, pair: [], name: null, book: "",
  };
}

/** In `reasons`: words for what waits under a link, apart from those of the own next step (the case's id alone). */
export const answerKey = (cid: string, link: string): string => `${cid} ${link}`;

/** In `areas` and `transcripts`: a file of the case on the table. */
export const fileKey = ({ file: { cid } }: Desk, { upload }: { upload: string }): string => answerKey(cid, upload);

/** As a field: which book is being written in. */
export const BOOK = "book";

/** As a field, with the link of a proposal: how it is being decided. */
export const DECIDES = "decides ";

/** As fields: who is chosen to have the case, and what of it is chosen for a paper. */
export const PAIR = "pair";
export const PRINT = "print";

/** Chosen as whose a task is, where nothing chosen is oneself. */
export const ANYBODY = "*";

/** What somebody began to write in a field of the case on the table. */
export const fieldHere = ({ reasons, file }: Desk, id: string): string => reasons.get(answerKey(file.cid, id)) ?? "";

export const noPlan = (): Plan => ({ target: -1, text: "", code: "", priority: 5, days: 0, visible: true, members: [], about: "", source: "", readers: "", others: {} });

export function shortId(hex: string): string {
  return `${hex.slice(0, 4)} ${hex.slice(4, 8)}`;
}

export function textBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
