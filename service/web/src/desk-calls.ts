// What passes between the page and its workers. Types alone: neither side pulls the other in.

import type { Colleague, KeyringFacts, Member, ShownCopy, WireCopy } from "./desk-model.js";
import type { AskedMore } from "./desk-opening-state.js";
import type { EvidenceFile, Fault, OpenedCase, OpenedName } from "./desk-opened.js";

/** Everything the workers can be asked. `deskworker.ts` answers exactly these. */
export interface VaultCalls {
  people: (a: null) => Colleague[];
  pin: (a: { firstRoots: Uint8Array; roots: Uint8Array; version: number; hash: Uint8Array; deviceDay: number; buildDay: number; keyring: Uint8Array }) => KeyringFacts;
  unlock: (a: { keyfile: Uint8Array; passphrase: Uint8Array }) => { member: Member; kem: Uint8Array };
  signIn: (a: { nonce: Uint8Array; origin: string }) => Uint8Array;
  session: (a: { session: string }) => null;
  sign: (a: { method: string; path: string; body: Uint8Array }) => { nonce: string; signature: string };
  declare: (a: { annexes: Uint8Array }) => number;
  warmUp: (a: null) => null;
  lend: (a: { port: MessagePort }) => null;
  borrow: (a: { port: MessagePort }) => null;
  open: (a: OpenRequest) => { reaches: boolean; fault: Fault | null; opened: OpenedCase | null };
  openName: (a: OpenRequest & { link: string }) => OpenedName;
  /** `sealed`: SHA-256 of the whole sealed file. */
  openFile: (a: { file: EvidenceFile; blob: Uint8Array }) => { data: Uint8Array; sealed: string };
  /** A copy of a file, sealed under a key of its own, in parts as they are posted. */
  sealFile: (a: { data: Uint8Array; name: string; type: string }) => { file: EvidenceFile; parts: Uint8Array[] };
  compose: (a: ComposeRequest) => Uint8Array;
  /** In hex: that two browsers have found the same words. */
  digest: (a: { words: string }) => string;
  copies: (a: { copies: readonly WireCopy[] }) => ShownCopy[];
  answerCopy: (a: { copy: WireCopy; text: string; language: string }) => Uint8Array;
  /** SPEC 11.6. What does not verify is left out. */
  readMore: (a: { asked: readonly string[] }) => AskedMore[];
  askMore: (a: { cases: number; reason: string }) => Uint8Array;
  answerMore: (a: { asked: string; agrees: boolean }) => Uint8Array;
  sealDraft: (a: { instance: string; member: string; kem: Uint8Array; text: Uint8Array }) => Uint8Array;
  openDraft: (a: { sealed: Uint8Array }) => Uint8Array;
  wipe: (a: null) => null;
}

export interface OpenRequest {
  cid: string;
  lookup: string;
  /** What the server lists for the case; CIDs and lanes of messages not sent along are taken from here. */
  listed: { cid: string; day: number; lane: number }[];
  /** The sealed messages sent along, and the CIDs under which the server gave them. */
  messages: Uint8Array[];
  names: string[];
  entries: Uint8Array;
}

export interface ComposeRequest extends OpenRequest {
  kind: "opened" | "text" | "deed";
  /** What is signed; none for an opening or an answer. */
  deed: Deed | null;
  mailboxOpen: boolean;
  text: string;
  language: string;
  takesUpStop: boolean;
  /** SPEC 5.5; empty where nobody new is sealed to. */
  kems: Uint8Array;
}

/** One deed of SPEC 8.3, as it will stand in its entry. */
export interface Deed {
  kind: number;
  state: number;
  priority: number;
  until: number;
  /** The link of the proposal that is decided, or empty. */
  cited: string;
  /** Whether the person reads the words. */
  visible: boolean;
  code: string;
  /** Ids of those who are handed the case. */
  members: string[];
}

export type VaultOp = keyof VaultCalls;
export type Args<K extends VaultOp> = Parameters<VaultCalls[K]>[0];
export type Answer<K extends VaultOp> = ReturnType<VaultCalls[K]>;

export type Reply = { id: number } & ({ share: number } | { ok: unknown } | { error: Fault });
