/** SPEC 8.1: an entry, what its kinds may carry, and the bytes that are signed and linked. */
import { BoxKind } from "./box.js";
import { ascending, type Bytes, type Day, decode, encode, encodeList, ensureAscending, equal, join, readUint, readWithin, u32, u8, Z32 } from "./encoding.js";
import { ensure } from "./errors.js";
import { hash, sign } from "./primitives.js";
import { NO_PRIORITY, State } from "./workflow.js";

export const MAX_ENTRIES = 4096;

/** The first four change no state; a grant and a proposal of `assigned` carry a wrap. */
export const EntryKind = { opened: 1, text: 2, note: 3, recusal: 4, step: 5, proposal: 6, approval: 7, refusal: 8, grant: 9,
  identityAsked: 10, identityAgreed: 11, identityGranted: 12, identityOpened: 13, readersProposed: 14, readersAgreed: 15, readersKept: 16, unitProposed: 17, claimed: 18, nameErasureProposed: 19, nameErasureAgreed: 20, withholding: 21, copied: 22, copyAnswered: 23,
  legalHoldProposed: 24, legalHoldAgreed: 25,
} as const;

/** What these cite waits no more. */
/** Who signs one has done something in the case. */
export const TOUCHES: readonly number[] = [EntryKind.text, EntryKind.step, EntryKind.proposal, EntryKind.approval, EntryKind.refusal];
export const ANSWERS: readonly number[] = [
  EntryKind.approval, EntryKind.refusal, EntryKind.readersAgreed, EntryKind.nameErasureAgreed, EntryKind.copyAnswered, EntryKind.legalHoldAgreed,
];

/** Which boxes an entry of a kind may have; the others have none. */
export const BOXES: Readonly<Record<number, readonly number[]>> = {
  [EntryKind.text]: [BoxKind.text],
  [EntryKind.note]: [BoxKind.note],
  [EntryKind.step]: [BoxKind.text, BoxKind.note],
  [EntryKind.proposal]: [BoxKind.note, BoxKind.wrapUnit, BoxKind.text],
  [EntryKind.approval]: [BoxKind.text, BoxKind.note],
  [EntryKind.refusal]: [BoxKind.note],
  [EntryKind.grant]: [BoxKind.wrapUnit],
  [EntryKind.identityAsked]: [BoxKind.note],
  [EntryKind.identityAgreed]: [BoxKind.identityHalf],
  [EntryKind.identityGranted]: [BoxKind.identityKey],
  [EntryKind.readersProposed]: [BoxKind.wrapIntake],
  [EntryKind.readersKept]: [BoxKind.wrapIntake],
  [EntryKind.unitProposed]: [BoxKind.wrapUnit],
  [EntryKind.nameErasureProposed]: [BoxKind.note],
  [EntryKind.nameErasureAgreed]: [BoxKind.text],
  [EntryKind.withholding]: [BoxKind.note],
  [EntryKind.copied]: [BoxKind.copy],
  [EntryKind.copyAnswered]: [BoxKind.note],
  [EntryKind.legalHoldProposed]: [BoxKind.note],
  [EntryKind.legalHoldAgreed]: [BoxKind.text],
};

/** So many days one member alone has a case withheld from another. */
export const WITHHOLDING_DAYS = 3;

/** A copy is read so many days at most. */
export const COPY_DAYS = 30;

/** An asking for an identity has at most so many days. */
export const ASK_DAYS = 30;

export interface Entry {
  readonly instance: Bytes;
  readonly cid: Bytes;
  readonly seq: number;
  readonly prev: Bytes;
  readonly kind: number;
  /** After the entry; of a proposal, the one that is proposed. */
  readonly state: number;
  readonly day: Day;
  /** 0 = none */
  readonly until: Day;
  readonly actor: Bytes;
  readonly boxHash: Bytes;
  readonly cited: Bytes;
  readonly keyringHash: Bytes;
  /** How many messages of the person the signer knew, and the hash of their list: `messagesHead`. */
  readonly messages: Bytes;
  /** As the state: 0 to 4, or `NO_PRIORITY`. */
  readonly priority: number;
}

export interface SignedEntry extends Entry {
  readonly encoded: Bytes;
  readonly signature: Bytes;
  readonly link: Bytes;
}

export function encodeEntry(entry: Entry): Bytes {
  return encode(
    "entry", entry.instance, entry.cid, u32(entry.seq), entry.prev, u8(entry.kind), u8(entry.state), u32(entry.day), u32(entry.until),
    entry.actor, entry.boxHash, entry.cited, entry.keyringHash, entry.messages, u8(entry.priority),
  );
}

export function signEntry(entry: Entry, actorSeed: Bytes): Bytes {
  const encoded = encodeEntry(entry);
  return encodeSignedEntry(encoded, sign(actorSeed, encoded));
}

export function encodeSignedEntry(entry: Bytes, signature: Bytes): Bytes {
  return encode("signed-entry", entry, signature);
}

export function parseSignedEntry(data: Bytes): SignedEntry {
  const [encoded, signature] = decode("signed-entry", [null, 64], data) as [Bytes, Bytes];
  const [instance, cid, seq, prev, kind, state, day, until, actor, boxHash, cited, keyringHash, messages, priority] =
    decode("entry", [32, 32, 4, 32, 1, 1, 4, 4, 16, 32, 32, 32, 36, 1], encoded) as
      [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  const entry = {
    instance,
    cid,
    seq: readUint(seq),
    prev,
    kind: readWithin(kind, EntryKind.opened, EntryKind.legalHoldAgreed, "entry kind"),
    state: readWithin(state, State.received, State.erased, "state"),
    day: readUint(day),
    until: readUint(until),
    actor,
    boxHash,
    cited,
    keyringHash,
    messages,
    priority: readWithin(priority, 0, NO_PRIORITY, "priority"),
  };
  ensure(equal(boxHash, Z32) === !BOXES[entry.kind], "malformed", "box of an entry");
  return { ...entry, encoded, signature, link: hash(encode("link", encoded, signature)) };
}

/** SPEC 8.10: the id of the member, who stands where another entry cites. */
export function withheldFrom({ cited }: Entry): Bytes {
  ensure(cited.subarray(16).every((byte) => byte === 0), "malformed", "a member's id");
  return cited.subarray(0, 16);
}

/** SPEC 8.12: the ids of the two who have the case after a claim; none: nobody has. */
export function claimants({ cited }: Entry): readonly Bytes[] {
  if (equal(cited, Z32)) return [];
  const pair = [cited.subarray(0, 16), cited.subarray(16)];
  ensureAscending(pair, "two members");
  return pair;
}

/** u32 count || H(list): what an entry or a status says of the person's messages. */
export function messagesHead(cids: readonly Bytes[]): Bytes {
  return join(u32(cids.length), hash(encodeList("cids", ascending(cids, (cid) => cid))));
}

export const messageCount = (head: Bytes): number => readUint(head.subarray(0, 4));

/** SPEC 8.2 (2) and (3). */
export function checkCase(entry: SignedEntry, instance: Bytes, cid: Bytes): void {
  ensure(equal(entry.instance, instance), "wrong_instance");
  ensure(equal(entry.cid, cid), "wrong_case");
}

/** SPEC 8.14: a proposal or an approval to erase the case; the person reads both. */
export const erases = ({ kind, state }: Entry): boolean => (kind === EntryKind.proposal || kind === EntryKind.approval) && state === State.erased;

/** SPEC 7.6: a proposal that brings a card. */
export function saysWhoReads({ kind, state }: Entry): boolean {
  return (kind === EntryKind.proposal && state === State.assigned) || kind === EntryKind.readersProposed || kind === EntryKind.unitProposed;
}
