/** SPEC 8: the signed entries of a case, and the state that follows from them. */
import { BoxKind, type SealedBox } from "./box.js";
import {
  ascending, at, type Bytes, type Day, decode, decodeList, encode, encodeList, equal, join, NEVER, readUint, readWithin, u32, u8,
  Z32,
} from "./encoding.js";
import { ensure } from "./errors.js";
import { type KeyringBody, Role } from "./keyring.js";
import { Lane } from "./message.js";
import { hash, isValid, sign } from "./primitives.js";

const MAX_ENTRIES = 4096;
const BLOCK = 16384;

export const EntryKind = { opened: 1, text: 2 } as const;

export const State = {
  received: 0, screening: 1, triaged: 2, assigned: 3, inquiry: 4, awaitingSubmitter: 5, investigation: 6, suspended: 7, determination: 8,
  closed: 9, review: 10, reopened: 11, referred: 12, withdrawn: 13, outOfScope: 14, spamQuarantine: 15, safetyHold: 16,
} as const;

export interface Entry {
  readonly instance: Bytes;
  readonly cid: Bytes;
  readonly seq: number;
  readonly prev: Bytes;
  readonly kind: number;
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
}

export interface SignedEntry extends Entry {
  readonly encoded: Bytes;
  readonly signature: Bytes;
  readonly link: Bytes;
}

export function encodeEntry(entry: Entry): Bytes {
  return encode(
    "entry", entry.instance, entry.cid, u32(entry.seq), entry.prev, u8(entry.kind), u8(entry.state), u32(entry.day), u32(entry.until),
    entry.actor, entry.boxHash, entry.cited, entry.keyringHash, entry.messages,
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
  const [instance, cid, seq, prev, kind, state, day, until, actor, boxHash, cited, keyringHash, messages] =
    decode("entry", [32, 32, 4, 32, 1, 1, 4, 4, 16, 32, 32, 32, 36], encoded) as
      [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  const entry = {
    instance,
    cid,
    seq: readUint(seq),
    prev,
    kind: readWithin(kind, EntryKind.opened, EntryKind.text, "entry kind"),
    state: readWithin(state, State.received, State.safetyHold, "state"),
    day: readUint(day),
    until: readUint(until),
    actor,
    boxHash,
    cited,
    keyringHash,
    messages,
  };
  ensure(equal(boxHash, Z32) === (entry.kind === EntryKind.opened), "malformed", "box of an entry");
  return { ...entry, encoded, signature, link: hash(encode("link", encoded, signature)) };
}

/** u32 count || H(list): what an entry or a status says of the person's messages. */
export function messagesHead(cids: readonly Bytes[]): Bytes {
  return join(u32(cids.length), hash(encodeList("cids", ascending(cids, (cid) => cid))));
}

const messageCount = (head: Bytes): number => readUint(head.subarray(0, 4));

export interface KnownMessage {
  readonly cid: Bytes;
  readonly lane: number;
}

/** Where a verifier begins that does not have the first entries (SPEC 9.2). */
export interface Start {
  readonly seq: number;
  readonly link: Bytes;
  readonly state: number;
  readonly acknowledged: boolean;
}

const BEGINNING: Start = { seq: 0, link: Z32, state: State.received, acknowledged: false };

export interface Chain {
  /** The link of the last entry. */
  readonly head: Bytes;
  readonly state: number;
  readonly acknowledged: boolean;
  /** Sequence numbers. */
  readonly void: readonly number[];
  readonly unconfirmed: readonly number[];
  readonly entries: readonly SignedEntry[];
}

/** SPEC 8.2. `entries` are SignedEntry bytes in order. The numbers are its steps. */
export function verifyChain(
  instance: Bytes, cid: Bytes, keyring: KeyringBody, entries: readonly Bytes[], messages: readonly KnownMessage[], today: Day,
  start: Start = BEGINNING,
): Chain {
  const verified: SignedEntry[] = [];
  const revoked: boolean[] = [];
  let [head, day, count, state] = [start.link, 0, 0, start.state];
  for (const data of entries) {
    const entry = parseSignedEntry(data); // (1)
    checkCase(entry, instance, cid); // (2), (3)
    ensure(entry.seq === start.seq + verified.length && equal(entry.prev, head), "chain_broken", `entry ${entry.seq}`); // (4)
    revoked.push(checkSigner(entry, keyring).revoked); // (5), (6)
    ensure(entry.day >= day, "day_out_of_range", `entry ${entry.seq}`); // (7)
    ensure(messageCount(entry.messages) >= count, "chain_broken", `messages of entry ${entry.seq}`); // (8)
    state = nextState(state);
    ensure(entry.state === state, "bad_state", `entry ${entry.seq}`); // (9)
    [head, day, count] = [entry.link, entry.day, messageCount(entry.messages)];
    verified.push(entry);
  }
  const voided = verified.filter(({ day }) => isVoid(day, today));
  const lastConfirming = verified.map((entry, i) => !at(revoked, i) && !voided.includes(entry)).lastIndexOf(true);
  const unconfirmed = verified.filter((_, i) => at(revoked, i) && i > lastConfirming);
  const counted = verified.filter((entry) => !unconfirmed.includes(entry) && !voided.includes(entry));
  return {
    head,
    ...stateOf(counted, messages, start),
    void: voided.map((entry) => entry.seq),
    unconfirmed: unconfirmed.map((entry) => entry.seq),
    entries: verified,
  };
}

/** SPEC 8.2: a day after tomorrow is nobody's. */
export const isVoid = (day: Day, today: Day): boolean => day > today + 1;

/** SPEC 8.2 (2) and (3). */
export function checkCase(entry: SignedEntry, instance: Bytes, cid: Bytes): void {
  ensure(equal(entry.instance, instance), "wrong_instance");
  ensure(equal(entry.cid, cid), "wrong_case");
}

export interface Signer {
  readonly pk: Bytes;
  readonly role: number;
  /** The key is known to be stolen. From which day does not matter: a thief writes any day. */
  readonly revoked: boolean;
}

/** SPEC 8.2 (5) and (6): whose key signed, by the newest keyring. */
export function checkSigner(entry: SignedEntry, keyring: KeyringBody): Signer {
  return checkSignature(keyring, entry.actor, entry.day, entry.encoded, entry.signature);
}

/** The same for whatever else a member of a case signs. */
export function checkSignature(keyring: KeyringBody, id: Bytes, day: Day, signed: Bytes, signature: Bytes): Signer {
  const signers = signersOn(keyring, id, day);
  ensure(signers.length > 0, "not_a_member");
  const roles: readonly number[] = [Role.reviewer, Role.supervisor, Role.investigator];
  ensure(signers.every(({ role }) => roles.includes(role)), "role_not_allowed");
  const signer = signers.find(({ pk }) => isValid(pk, signed, signature));
  ensure(signer !== undefined, "bad_signature");
  return signer;
}

/** The records of a member's id whose days hold this day: the member's first, then the formers' by key. */
function signersOn(keyring: KeyringBody, id: Bytes, day: Day): Signer[] {
  const members = keyring.members.filter((member) => equal(member.id, id) && member.from <= day && day <= member.until);
  const formers = keyring.formers.filter((former) => equal(former.id, id) && former.first <= day && day <= former.last);
  return [
    ...members.map(({ signingPk, role }) => ({ pk: signingPk, role, revoked: false })),
    ...formers.map(({ signingPk, role, compromisedSince }) => ({ pk: signingPk, role, revoked: compromisedSince !== NEVER })),
  ];
}

/** SPEC 8.3: after an entry of either kind. */
const nextState = (state: number): number => (state === State.received ? State.screening : state);

/** SPEC 8.3. */
function stateOf(counted: readonly Entry[], messages: readonly KnownMessage[], start: Start): { state: number; acknowledged: boolean } {
  let { state, acknowledged } = start;
  for (const entry of counted) {
    state = nextState(state);
    acknowledged ||= entry.kind === EntryKind.text;
  }
  const stopped = messages.some(({ cid, lane }) => lane === Lane.stop && !counted.some((entry) => equal(entry.cited, cid)));
  return { state: stopped ? State.safetyHold : state, acknowledged };
}

/** SPEC 8.4. The box is empty where an entry has none. */
export interface PostedEntry {
  readonly entry: Bytes;
  readonly box: Bytes;
}

/** SPEC 8.4: this box, and of the same act. */
export function checkBox(box: SealedBox, entry: SignedEntry): SealedBox {
  ensure(equal(box.hash, entry.boxHash), "hash_mismatch", "box");
  ensure(equal(box.author, entry.actor), "wrong_case", "author of the box");
  ensure(box.kind === BoxKind.text && box.day === entry.day, "wrong_case", "kind or day of the box");
  ensure(equal(box.keyringHash, entry.keyringHash), "wrong_case", "keyring of the box");
  return box;
}

export function encodePostedEntries(posted: readonly PostedEntry[]): Bytes {
  return encodeList("posted-entries", posted.map(({ entry, box }) => encode("posted-entry", entry, box)));
}

export function parsePostedEntries(data: Bytes): PostedEntry[] {
  return decodeList("posted-entries", MAX_ENTRIES, data).map((item) => {
    const [entry, box] = decode("posted-entry", [null, null], item) as [Bytes, Bytes];
    return { entry, box };
  });
}

/** SPEC 8.5: an entry with what goes with it; the blocks are empty where the poster lacks the mailbox's key. */
export interface Post extends PostedEntry {
  readonly statusBlock: Bytes;
  readonly replyBlock: Bytes;
}

export function encodePost(post: Post): Bytes {
  return encode("post-entry", post.entry, post.box, post.statusBlock, post.replyBlock);
}

export function parsePost(data: Bytes): Post {
  const [entry, box, statusBlock, replyBlock] = decode("post-entry", [null, null, null, null], data) as [Bytes, Bytes, Bytes, Bytes];
  ensure([statusBlock, replyBlock].every((block) => block.length === 0 || block.length === BLOCK), "malformed", "block");
  ensure((replyBlock.length > 0) === (parseSignedEntry(entry).kind === EntryKind.text), "malformed", "reply block");
  return { entry, box, statusBlock, replyBlock };
}
