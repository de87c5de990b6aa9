// A case as it was opened and verified here: what the vault tells of it, and every view draws.

import { EntryKind } from "../../../crypto/ts/entry.js";
import { State } from "../../../crypto/ts/workflow.js";
import type { Books } from "./desk-books.js";
import type { Consents } from "./desk-consent.js";
import type { Role } from "./desk-roles.js";

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

/** All that was answered, the oldest first. */
export const answersOf = (messages: readonly Pick<OpenedMessage, "answers">[]): [string, string][] => messages.flatMap(({ answers }) => answers);

/** To each question the newest answer. */
export const newestOf = (messages: readonly Pick<OpenedMessage, "answers">[]): Map<string, string> => new Map(answersOf(messages));

/** Ids of the forms that were answered, in whatever message. */
export const formsOf = (answers: readonly (readonly [string, string])[]): string[] => [...new Set(answers.filter(([id]) => id === "form").flatMap(([, named]) => named.split(" ")))].filter(Boolean);

/** What two determined last: neither what waits for the second of them, nor a note written while the case stood there. */
export const determinedIn = ({ entries }: Pick<OpenedCase, "entries">): OpenedEntry | undefined =>
  entries.filter(({ kind, state, moved, verdict }) => kind === EntryKind.approval && state === State.determination && moved && verdict === "counts").pop();

/** Where a case stands by its signed entries (SPEC 8.3). */
export interface Place {
  state: number;
  back: number;
  priority: number;
  until: number;
  since: number;
}

/** What one proposed and another answers. */
export interface Waiting {
  link: string;
  seq: number;
  actor: string;
  own: boolean;
}

/** A deed that needs four eyes. */
export interface Proposal extends Waiting {
  state: number;
  priority: number;
  until: number;
  /** A priority alone is proposed. */
  lowers: boolean;
  /** Of a hand-off: ids of those named, and how many messages. */
  members: string[];
  granted: number;
  wrapFault: Fault | null;
}

/** Somebody asks for the sealed name (SPEC 8.7). */
export interface NameAsk extends Waiting {
  until: number;
  agreed: boolean;
  granted: boolean;
  opened: boolean;
}

/** SPEC 8.8: other readers, or others of the unit, proposed. `gone`: who was named before. */
export interface ReadersChange extends Waiting {
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
  /** Of a step, a proposal or an approval: to another state, and not of a priority alone. */
  moved: boolean;
}

/** Somebody proposes to erase the sealed names of a case. */
export interface NameErasure extends Waiting {
  /** In the message that it cites the person asks for it, as far as that opens here: without that nobody agrees. */
  asked: boolean;
}

/** Somebody proposes a legal hold up to and with a day, or with until 0 that the one that stands ends (SPEC 8.16). */
export interface HoldProposal extends Waiting {
  until: number;
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
  /** The last day of a legal hold that stands today; 0: none. */
  hold: number;
  holding: HoldProposal[];
  /** Of no message the sealed name is still there. */
  nameless: boolean;
  withholdings: Withholding[];
  /** Ids of members from whom the own member had it withheld last: a second person must, the next time. */
  withheldBefore: string[];
  /** SPEC 5.12: why the own member is barred. Then nothing else of the case is here. */
  against: string[];
  /** Other members who are barred, and why. */
  barred: { member: string; reasons: string[] }[];
  /** What the person allows today, by the code of the question (SPEC 5.13). */
  consents: Consents;
  /** What keeps the case from each body that it could be passed on to; empty: nothing. */
  referrals: Record<string, string[]>;
  /** What reviewers coded as implicated, a line each. */
  coded: string;
  books: Books;
  /** Records that those who were handed the case later cannot read, as they would be written again. */
  unhandedRecords: string[];
}
