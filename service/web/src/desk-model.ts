// What the desk knows while it is unlocked. It lives in this page's memory and nowhere else.

import type { Books } from "./desk-books.js";
import type { Due } from "./desk-due.js";
import type { Exposure } from "./desk-exposure.js";
import { type Many, noMany } from "./desk-many-state.js";
import type { Counts, Integrity } from "./desk-numbers.js";
import type { Printing } from "./desk-paper.js";
import type { TabId } from "./desk-tabs.js";
import type { Only, SavedView } from "./desk-views.js";
import type { CaseFacts } from "./desk-patterns.js";
import type { Viewing } from "./desk-viewing.js";

export type Role = "reviewer" | "supervisor" | "investigator" | "adviser" | "translator" | "custodian" | "oversight";
export const ROLES: readonly (Role | "")[] = ["", "reviewer", "supervisor", "investigator", "adviser", "translator", "custodian", "oversight"];

/** Those who work on cases: what they sign in one counts for all. */
export const CASEWORKERS: readonly Role[] = ["reviewer", "supervisor", "investigator"];
export const isCaseworker = (role = ""): boolean => (CASEWORKERS as readonly string[]).includes(role);

export const STATES = [
  "received", "screening", "triaged", "assigned", "inquiry", "awaiting_submitter", "investigation", "suspended", "determination",
  "closed", "review", "reopened", "referred", "withdrawn", "out_of_scope", "spam_quarantine", "safety_hold", "erased",
] as const;
export const LANE_STOP = 2;
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
  due: readonly Due[];
  /** What is counted of it together with others; null where nothing of it is read. */
  facts: CaseFacts | null;
}

export interface Fault {
  slug: string;
  fact: string;
}

/** A file as its manifest tells it; ids, keys and hashes in hex. */
export interface EvidenceFile {
  upload: string;
  key: string;
  blobHash: string;
  plaintextHash: string;
  size: number;
  name: string;
  type: string;
  /** Id of the question that it answers, or empty. */
  question: string;
  /** It stands in what is for intake alone, and is never handed on. */
  forIntake: boolean;
}

/** What a sealed identity holds: answers, and files that only it has the keys of. */
export interface OpenedName {
  answers: [string, string][];
  files: EvidenceFile[];
}

export interface OpenedMessage {
  cid: string;
  day: number;
  lane: number;
  kind: number;
  language: string;
  answers: [string, string][];
  intake: [string, string][];
  evidence: EvidenceFile[];
  /** Upload ids of files whose keys are in the sealed identity. */
  apart: string[];
  fault: Fault | null;
  /** The day until which others read who could open it still: it was sealed to their inbox. 0: to nobody's who left. */
  formerUntil: number;
}

/** Somebody a case can be handed to: by the keyring, so without a name. */
export interface Colleague {
  id: string;
  role: Role;
  group: string;
  /** Those that they declared to read; none for whoever may not read declarations. */
  languages: string[];
}

/** Where a case stands by its signed entries (SPEC 8.3). */
export interface Place {
  state: number;
  back: number;
  priority: number;
  until: number;
  since: number;
}

/** What waits for another member's eyes. */
export interface Proposal {
  link: string;
  seq: number;
  state: number;
  priority: number;
  until: number;
  actor: string;
  own: boolean;
  /** Of a hand-off: ids of those named, and how many messages. */
  members: string[];
  granted: number;
  wrapFault: Fault | null;
}

/** Somebody asks for the sealed name (SPEC 8.7). */
export interface NameAsk {
  link: string;
  seq: number;
  actor: string;
  own: boolean;
  until: number;
  agreed: boolean;
  granted: boolean;
  opened: boolean;
}

/** SPEC 8.8: other readers, or others of the unit, proposed. `gone`: who was named before. */
export interface ReadersChange {
  link: string;
  seq: number;
  actor: string;
  own: boolean;
  unit: boolean;
  members: string[];
  gone: string[];
  messages: number;
  fault: Fault | null;
}

/** SPEC 8.9. `named`: two members named the readers; `kept`: nobody else sees that it is there; `due`: an own opening would say that all was read. */
export interface Keeping {
  named: boolean;
  kept: boolean;
  due: boolean;
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

/** A copy that waits, for those who work on the case. */
export interface CopyOut {
  member: string;
  role: Role | "";
  until: number;
}

/** SPEC 8.10. */
export interface Withholding {
  member: string;
  actor: string;
  until: number;
}

export interface Unit {
  group: string;
  members: string[];
}

export type Verdict = "counts" | "void" | "unconfirmed" | "broken" | "unchecked";

export interface OpenedEntry {
  seq: number;
  link: string;
  kind: number;
  state: number;
  day: number;
  actor: string;
  role: string;
  cited: string;
  box: string;
  count: number;
  verdict: Verdict;
  fault: Fault | null;
  text: string;
  language: string;
  textFault: Fault | null;
  /** 1 to the person and staff, 2 to staff, 4 to a unit; 0 none. */
  boxKind: number;
  code: string;
  until: number;
  priority: number;
}

/** Somebody proposes to erase the sealed names of a case. */
export interface NameErasure {
  link: string;
  seq: number;
  actor: string;
  own: boolean;
}

export interface OpenedCase {
  cid: string;
  messages: OpenedMessage[];
  entries: OpenedEntry[];
  state: number;
  acknowledged: boolean;
  chainFault: Fault | null;
  /** True when a signed entry counted messages the server does not show now. */
  withheld: boolean;
  fresh: number;
  unanswered: number;
  language: string;
  place: Place;
  proposals: Proposal[];
  /** Who else works on it, once it was handed over. */
  unit: Unit | null;
  /** Ids of the two of the unit who have it (SPEC 8.12); empty: nobody. */
  claimed: string[];
  /** Messages that were not handed to the unit. */
  ungranted: number;
  /** Other readers made a new inbox for the unit, and it has not been given the key yet. */
  unitBehind: boolean;
  asks: NameAsk[];
  /** Ids of those whom two members named as its readers; empty where the person's browser drew them. */
  readers: string[];
  /** Messages that came since and that those cannot read yet. */
  unkept: number;
  changes: ReadersChange[];
  keeping: Keeping;
  copies: CopyOut[];
  /** Proposals to erase the sealed name alone (SPEC 8.15). */
  erasing: NameErasure[];
  /** Of no message the sealed name is still there. */
  nameless: boolean;
  withholdings: Withholding[];
  /** Ids of members from whom the own member had it withheld last: a second person must, the next time. */
  withheldBefore: string[];
  /** SPEC 5.12: why the own member is barred. Then nothing else of the case is here. */
  against: string[];
  /** Other members who are barred, and why. */
  barred: { member: string; reasons: string[] }[];
  /** What keeps the case from each body that it could be passed on to; empty: nothing. */
  referrals: Record<string, string[]>;
  /** What reviewers coded as implicated, a line each. */
  coded: string;
  books: Books;
  /** Records that those who were handed the case later cannot read, as they would be written again. */
  unhandedRecords: string[];
}

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
}

export interface Draft {
  text: string;
  language: string;
  takesUpStop: boolean;
  /** A note between staff, not an answer. */
  toStaff?: boolean;
}

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
    fault: Fault | null;
    lines: CaseLine[];
    peeks: Map<string, Peek>;
    selected: string;
    filter: string;
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
    fault: Fault | null;
    detail: CaseDetail | null;
    opened: OpenedCase | null;
    /** Index of the first message that was new when the case was opened. */
    newFrom: number;
    said: string;
    sending: "" | "asking" | "sending";
    sendFault: Fault | null;
    exporting: boolean;
    /** Of the file that is being fetched and opened: its upload id. */
    fetching: string;
    fileFault: (Fault & { upload: string }) | null;
    viewing: Viewing | null;
    plan: Plan;
    /** A deed that is asked about once more, or on its way. */
    doing: "" | "asking" | "sending";
    /** The proposal that is being decided, and how. */
    decides: { link: string; approves: boolean } | null;
    doFault: Fault | null;
    /** Who is chosen to have the case, before it is signed. */
    pair: string[];
    pairFault: Fault | null;
    /** The name, while it is shown, and the asking by which it was opened. */
    name: (OpenedName & { link: string }) | null;
    /** What is implicated, a line each, before it is signed. */
    coding: string[];
    /** Records before they are signed, and the book that is being written in. */
    records: string[];
    book: string;
  };
  colleagues: Colleague[];
  many: Many;
  translating: Translating;
  counts: Counts | null;
  integrity: Integrity | null;
  /** Beginnings of answers, by what for and by language. */
  replies: Record<string, Record<string, string>>;
  drafts: Map<string, Draft>;
  /** Reasons of deeds that nobody has signed yet, by case. */
  reasons: Map<string, string>;
  /** What is being written down of a recording, by the file's upload id. */
  transcripts: Map<string, string>;
  sealed: SealedDraft[];
  warning: number;
  letters: boolean;
  announcement: string;
}

export const BATCH = 50; // cases opened in one go
export const DAYS_TO_ANSWER = 7; // DOMAIN 5: acknowledged within 7 days
export const DAYS_TO_ANSWER_URGENT = 1; // DOMAIN 5: P0 and P1 within 24 hours
export const MAX_TEXT = 12000; // SPEC 7: bytes of UTF-8

export function newDesk(): Desk {
  return {
    screen: "checking",
    keyring: null,
    refusal: null,
    door: { fileName: "", busy: "", progress: 0, fault: null, field: "", note: "", shown: false },
    member: null,
    queue: { loaded: false, fault: null, lines: [], peeks: new Map(), selected: "", filter: "", sort: "rank", down: false, only: "", shows: "cases", most: BATCH, tried: new Set() },
    views: [],
    exposure: { member: "", day: 0, files: 0, seconds: 0 },
    file: noFile(),
    drafts: new Map(),
    reasons: new Map(),
    transcripts: new Map(),
    sealed: [],
    colleagues: [],
    many: noMany(),
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
    tab: "account", printing: null, cid: "", loading: false, fault: null, detail: null, opened: null, newFrom: Infinity, said: "", sending: "", sendFault: null, exporting: false, fetching: "", fileFault: null, viewing: null,
    plan: noPlan(), doing: "", decides: null, doFault: null, pair: [], pairFault: null, name: null, coding: [], records: [], book: "",
  };
}

export const noPlan = (): Plan => ({ target: -1, text: "", code: "", priority: 5, days: 0, visible: true, members: [], about: "", source: "" });

export function shortId(hex: string): string {
  return `${hex.slice(0, 4)} ${hex.slice(4, 8)}`;
}

export function textBytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
