// Everything the submitter's worker can be asked. `worker.ts` answers exactly these; the pages know nothing of the protocol.

export interface Pins {
  first: Uint8Array;
  /** Undefined: the first set is still the one. */
  roots: Uint8Array | undefined;
  version: number;
  hash: Uint8Array;
  buildDay: number;
}

export interface Vouching {
  fingerprint: string;
  organisations: string[];
}

export interface Readers {
  slug?: undefined;
  version: number;
  expires: number;
  today: number;
  grace: boolean;
  clockBehind: boolean;
  /** Drawn for a message of this person, and keepers of names. */
  drawn: number;
  keepers: number;
  widened: boolean;
  /** The list is past its day, and the page seals for it all the same. */
  overdue: boolean;
  /** How many there are today, by role 1 to 7; [0] is not used. */
  roles: number[];
  panels: Panel[];
}

/** Readers who can be left out together; countries as two-letter codes, none for all. */
export interface Panel {
  id: string;
  countries: readonly string[];
  readers: number;
}

/** A keyring that is not to be trusted, with what the signatures still vouch for. */
export interface Refused {
  slug: string;
  expires?: number;
  today?: number;
}

/** Answers by id, for who may open them: every reader; reviewer and custodian together; reviewers only. */
export interface Streams {
  account: Pairs;
  identity: Pairs;
  intake: Pairs;
}

export type Pairs = (readonly [id: string, text: string])[];

/** A sealed file, as the manifest of a message tells it to the readers (SPEC 6.3). */
export interface SealedFile {
  uploadId: Uint8Array;
  key: Uint8Array;
  blobHash: Uint8Array;
  plaintextHash: Uint8Array;
  size: number;
  name: string;
  type: string;
}

export interface Draft {
  kind: "complaint" | "followUp" | "evidence" | "objection" | "review" | "stop";
  lane: number;
  /** Past whoever acted in the case: a wish for a review, and what one message did not take of its words. */
  review?: boolean;
  language: string;
  /** As answered, two letters; "" when it was not. Readers are drawn from those who serve it. */
  country: string;
  /** Ids of panels that the person fears. */
  leftOut: readonly string[];
  answers: Streams;
  evidence?: SealedFile[];
}

export interface Sealed {
  message: Uint8Array;
  /** 24 digits. */
  code: string;
}

export interface Reply {
  seq: number;
  role: number;
  day: number;
  language: string;
  text: string;
  revoked: boolean;
}

export interface Opened {
  state: number;
  acknowledged: boolean;
  day: number;
  today: number;
  replies: Reply[];
  /** Answers that were there and were not what was signed. */
  refused: string[];
  /** Answers that are no longer here. */
  gone: number;
  /** When the next step is due, and when a dated state ends; 0 = never. */
  due: number;
  until: number;
  /** From which day two may erase the case, which was proposed; 0 = nobody did. */
  erasing: number;
  /** The last day of a legal hold that stands, else 0. */
  hold: number;
  steps: Step[];
  /** How many steps came before the first of them. */
  before: number;
  /** Whether what is written next goes to those who work on the case now; else why not though it should (SPEC 9.4), or "". */
  byCard: boolean;
  cardFault: string;
}

/** One signed entry of the case. `counts` false: its day lies in the future, or its key is no longer trusted. */
export interface Step {
  kind: number;
  state: number;
  /** Of a deed: to another state, and not of a priority alone. */
  moved: boolean;
  day: number;
  role: number;
  counts: "" | "void" | "unconfirmed";
  /** A claim that names nobody, or the end of a legal hold. */
  free: boolean;
  /** When a dated state, or a legal hold, ends; 0 = none. */
  until: number;
}

export interface Calls {
  pin: [args: Pins, answer: Vouching];
  keyring: [args: { keyring: Uint8Array; kem: Uint8Array; deviceDay: number }, answer: Readers | Refused];
  /** Starts the stretching; without a code it makes one. Answers when it is done. */
  receipt: [args: { code: string }, answer: null];
  readCode: [args: { text: string }, answer: string];
  newCode: [args: null, answer: string];
  seal: [args: Draft, answer: Sealed];
  sign: [args: { burn: number; nonce: Uint8Array }, answer: Uint8Array];
  open: [args: { blocks: Uint8Array }, answer: Opened | null];
}

/** What the worker of files can be asked; it holds no code and no keyring. */
export interface FileCalls {
  clean: [args: { file: Blob }, answer: CleanedFile];
  /** Begins to seal; the upload has this id until its end. */
  begin: [args: { file: Blob; name: string; type: string; instance: Uint8Array }, answer: { upload: number; total: number }];
  /** The next part of the blob, as it is posted; null after the last. */
  part: [args: { upload: number }, answer: { request: Uint8Array; sealed: number } | null];
  finish: [args: { upload: number; hash: Uint8Array }, answer: SealedFile];
  /** SHA-256 of a file, for another worker beside the one that seals it. */
  hash: [args: { file: Blob }, answer: Uint8Array];
  drop: [args: { upload: number }, answer: null];
  /** The manifest of files that are sealed apart from the account, as the answer that holds it. */
  list: [args: { files: SealedFile[] }, answer: string];
}

export interface CleanedFile {
  kind: string;
  data: Blob;
  /** What was taken out, and what is still in it, as classes and values. */
  removed: Finding[];
  kept: Finding[];
  complete: boolean;
}

export interface Finding {
  what: string;
  value: string;
}

export type Op = keyof Calls;
export type Args<K extends Op> = Calls[K][0];
export type Answer<K extends Op> = Calls[K][1];

export type Told =
  | { id: number; share: number }
  | { id: number; ok: unknown }
  | { id: number; slug: string };
