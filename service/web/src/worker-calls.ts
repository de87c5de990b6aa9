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
  /** How many there are today, by role 1 to 7; [0] is not used. */
  roles: number[];
}

/** A keyring that is not to be trusted, with what the signatures still vouch for. */
export interface Refused {
  slug: string;
  expires?: number;
  today?: number;
}

export interface Draft {
  kind: "complaint" | "followUp";
  lane: number;
  language: string;
  account: string;
  name: string;
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

export type Op = keyof Calls;
export type Args<K extends Op> = Calls[K][0];
export type Answer<K extends Op> = Calls[K][1];

export type Told =
  | { id: number; share: number }
  | { id: number; ok: unknown }
  | { id: number; slug: string };
