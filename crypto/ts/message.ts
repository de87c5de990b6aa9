/** SPEC 6: what a person sends. Readers are hidden among eight slots; nobody opens the identity alone. */
import { type Account, type Answers, type Content, encodeAccount, encodeAnswers, pad, parseAccount, parseAnswers, unpad } from "./account.js";
import { at, type Bytes, cut, decode, encode, equal, join, readUint, readWithin, SUITE, u32, u8 } from "./encoding.js";
import { ensure, ProtocolError, refuse } from "./errors.js";
import {
  aeadOpen, aeadSeal, type Encapsulated, hash, isLowOrder, kdf, KEM_CT, kemDecapsulate, kemEncapsulate, type KemKey, kemKeypair,
  N0, randomBytes, shuffled, sign, TAG, verify,
} from "./primitives.js";
import { lookupId, type Receipt } from "./receipt.js";

const READER_SLOTS = 8; // SPEC 6.1; bounds trial decryption, and hides how many read
const CUSTODIAN_SLOTS = 4;
export const SLOT = KEM_CT + 32 + TAG;
/** So long is the field of reader slots that are no longer kept (SPEC 6.12). */
const SLOT_HASHES = READER_SLOTS * 32;
const ACCOUNT_SIZES = [16384, 65536, 262144];
const SIDE_SIZE = 4096; // of the sealed identity, and of what only intake reads

export const Lane = { normal: 0, urgent: 1, stop: 2, review: 3 } as const;

/** A slot before its value is known; a decoy has no recipient. */
interface EmptySlot extends Encapsulated {
  readonly pk?: Bytes;
  /** k0 instead of the CEK: for the inbox of a unit. */
  readonly granted?: boolean;
}

/** The KEM work of one message, done before the text is known. For one message only. */
export interface Prepared {
  readonly readers: readonly EmptySlot[];
  readonly custodians: readonly EmptySlot[];
  spent: boolean;
}

/** SPEC 6.5: encapsulates for the drawn members or the inboxes of a card, fills up with throw-away keys, shuffles. About 40 ms a slot without a JIT. */
export function prepareSlots(readerPks: readonly Bytes[], custodianPks: readonly Bytes[], unitPks: readonly Bytes[] = []): Prepared {
  return { readers: emptySlots([...readerPks, ...unitPks], READER_SLOTS, readerPks.length), custodians: emptySlots(custodianPks, CUSTODIAN_SLOTS), spent: false };
}

/** The first `whole` get the CEK, what comes after them k0. */
function emptySlots(pks: readonly Bytes[], count: number, whole = pks.length): EmptySlot[] {
  ensure(whole >= 1 && pks.length <= count, "no_readers", `${pks.length} keys for ${count} slots`);
  const slots: EmptySlot[] = pks.map((pk, i) => ({ ...kemEncapsulate(pk), pk, granted: i >= whole }));
  while (slots.length < count) slots.push(kemEncapsulate(kemKeypair(randomBytes(32)).pk));
  return shuffled(slots);
}

/** What the header says of a verified keyring. */
export interface KeyringName {
  readonly instance: Bytes;
  readonly version: number;
  readonly hash: Bytes;
}

/** SPEC 6.7. The bytes are made once: a retry sends the same, an edit needs fresh slots. */
export function sealMessage(
  prepared: Prepared, receipt: Receipt, keyring: KeyringName, lane: number, content: Content, identity: Answers, intake: Answers,
): Bytes {
  if (prepared.spent) throw new Error("prepared slots seal one message only"); // SPEC 6.7
  const { instance } = keyring;
  const account = encodeAccount({ ...content, requestPk: receipt.requestPk, mailboxPk: receipt.mailboxPk, veilKey: receipt.veilKey });
  const p0 = pad(account, ...ACCOUNT_SIZES);
  const p1 = pad(encodeAnswers(identity), SIDE_SIZE);
  const p2 = pad(encodeAnswers(intake), SIDE_SIZE);
  prepared.spent = true;

  const header = encode(
    "message", instance, u8(SUITE), u32(keyring.version), keyring.hash, randomBytes(16), u8(lane),
    join(u8(READER_SLOTS), u8(CUSTODIAN_SLOTS)), join(u32(p0.length), u32(p1.length), u32(p2.length)),
  );
  const h = hash(header);
  const identityHeader = encode("identity", instance, u8(SUITE), h, u8(CUSTODIAN_SLOTS));
  const i = hash(identityHeader);
  // SPEC 6.4: hedged with the receipt and the text against a weak generator
  const cek = kdf(randomBytes(32), "cek", receipt.k0, hash(p0));
  const identityKey = kdf(randomBytes(32), "identity-key", receipt.k0, hash(p1));
  const keys = [streamKey(cek, 0, h), kdf(identityKey, "identity", identityHalf(cek, h), i), streamKey(cek, 2, h)];
  const streams = [p0, p1, p2].map((p, n) => aeadSeal(at(keys, n), N0, streamAd(h, n), p));
  const readers = prepared.readers.map((slot) => fillSlot(slot, h, slot.granted ? at(keys, 0) : cek));
  const custodians = prepared.custodians.map((slot) => fillSlot(slot, i, identityKey));

  const commitment = commit(cek, h, readers.map((slot) => hash(slot)));
  const streamCommitments = keys.map((key) => kdf(key, "stream-commit", h));
  const cid = contentId(h, commitment, streamCommitments, streams.map((ct) => hash(ct)), i, hash(join(...custodians)));
  const signature = sign(receipt.requestSeed, writeStatement(instance, cid, receipt.lookup));
  return encode(
    "sealed-message", header, commitment, join(...streamCommitments), join(...readers), identityHeader, join(...custodians), ...streams,
    receipt.requestPk, receipt.mailboxHash, signature,
  );
}

function fillSlot(slot: EmptySlot, context: Bytes, value: Bytes): Bytes {
  if (!slot.pk) return join(slot.ct, randomBytes(32 + TAG));
  return join(slot.ct, aeadSeal(kdf(slot.shared, "slot", context, slot.ct, slot.pk), N0, context, value));
}

const streamKey = (cek: Bytes, n: number, h: Bytes): Bytes => kdf(cek, "stream", u8(n), h);
const streamAd = (h: Bytes, n: number): Bytes => encode("stream-ad", h, u8(n));
const identityHalf = (cek: Bytes, h: Bytes): Bytes => kdf(cek, "identity-half", h);
const commit = (cek: Bytes, h: Bytes, slotHashes: readonly Bytes[]): Bytes => kdf(cek, "commit", h, ...slotHashes);

/** SPEC 6.6 */
function contentId(
  h: Bytes, commitment: Bytes, streamCommitments: readonly Bytes[], streamHashes: readonly Bytes[], i: Bytes, custodianHash: Bytes,
): Bytes {
  return hash(encode("content", h, commitment, ...streamCommitments, ...streamHashes, i, custodianHash));
}

/** What the write signature signs; the person's browser knows its own case by it. */
export function writeStatement(instance: Bytes, cid: Bytes, lookup: Bytes): Bytes {
  return encode("write", instance, cid, lookup);
}

/** A message of which everything that needs no key is checked. SPEC 6.12: where the old slots are gone there are no reader slots, where the identity is gone no custodian slots and an empty stream 1; their hashes hold CID and commitment. */
export interface SealedMessage {
  readonly cid: Bytes;
  readonly lookup: Bytes;
  readonly lane: number;
  readonly instance: Bytes;
  readonly keyringVersion: number;
  readonly keyringHash: Bytes;
  readonly headerHash: Bytes;
  readonly identityHash: Bytes;
  readonly commitment: Bytes;
  readonly streamCommitments: readonly Bytes[];
  readonly readerSlots: readonly Bytes[];
  readonly hashesAlone: readonly Bytes[];
  readonly custodianSlots: readonly Bytes[];
  readonly streams: readonly Bytes[];
  readonly requestPk: Bytes;
  readonly mailboxHash: Bytes;
  readonly writeSignature: Bytes;
}

/** SPEC 6.8. The numbers are its steps. */
export function parseSealed(instance: Bytes, data: Bytes): SealedMessage {
  // (1)
  const [header, commitment, commitments, readers, identityHeader, custodians, ct0, ct1, ct2, requestPk, mailboxHash, writeSignature] = decode(
    "sealed-message", [null, 32, 96, null, null, null, null, null, null, 32, 32, 64], data,
  ) as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  const [slotsGone, identityGone] = [readers.length === SLOT_HASHES, custodians.length === 32]; // SPEC 6.12
  ensure(slotsGone || readers.length === READER_SLOTS * SLOT, "malformed", "reader slots");
  ensure(identityGone || custodians.length === CUSTODIAN_SLOTS * SLOT, "malformed", "custodian slots");
  const [named, suite, version, keyringHash, , lane, counts, lengths] =
    decode("message", [32, 1, 4, 32, 16, 1, 2, 12], header) as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  const [identityNamed, identitySuite, namedHash, identityCount] =
    decode("identity", [32, 1, 32, 1], identityHeader) as [Bytes, Bytes, Bytes, Bytes];
  ensure(equal(counts, Uint8Array.of(READER_SLOTS, CUSTODIAN_SLOTS)) && identityCount[0] === CUSTODIAN_SLOTS, "malformed", "slot counts");
  const sizes = cut(lengths, 4, 4, 4).map(readUint);
  ensure(ACCOUNT_SIZES.includes(at(sizes, 0)) && sizes[1] === SIDE_SIZE && sizes[2] === SIDE_SIZE, "malformed", "stream lengths");
  const streams = [ct0, ct1, ct2];
  ensure(streams.every((ct, n) => ct.length === (n === 1 && identityGone ? 32 : at(sizes, n) + TAG)), "malformed", "stream length");
  const laneNumber = readWithin(lane, Lane.normal, Lane.review, "lane");
  // (2)
  ensure(suite[0] === SUITE && identitySuite[0] === SUITE, "unsupported_suite");
  // (3)
  ensure(equal(named, instance) && equal(identityNamed, instance), "wrong_instance");
  // (4)
  const h = hash(header);
  ensure(equal(namedHash, h), "malformed", "identity of another message");
  // (5) for the whole object: a slot for somebody else with a low-order point is no accident
  const readerSlots = slotsGone ? [] : cutSlots(readers);
  const custodianSlots = identityGone ? [] : cutSlots(custodians);
  ensure(![...readerSlots, ...custodianSlots].some((slot) => isLowOrder(slot.subarray(0, KEM_CT))), "low_order");
  // (6)
  const i = hash(identityHeader);
  const streamCommitments = cut(commitments, 32, 32, 32);
  const streamHashes = [hash(ct0), identityGone ? ct1 : hash(ct1), hash(ct2)];
  const cid = contentId(h, commitment, streamCommitments, streamHashes, i, identityGone ? custodians : hash(custodians));
  const lookup = lookupId(instance, requestPk, mailboxHash);
  verify(requestPk, writeStatement(instance, cid, lookup), writeSignature);
  return {
    cid, lookup, lane: laneNumber, instance, keyringVersion: readUint(version), keyringHash, headerHash: h, identityHash: i, commitment,
    streamCommitments, readerSlots, hashesAlone: slotsGone ? cut(readers, ...new Array<number>(READER_SLOTS).fill(32)) : [], custodianSlots,
    streams: identityGone ? [ct0, new Uint8Array(0), ct2] : streams, requestPk, mailboxHash, writeSignature,
  };
}

const cutSlots = (slots: Bytes): Bytes[] => cut(slots, ...new Array<number>(slots.length / SLOT).fill(SLOT));

export interface OpenedMessage {
  readonly cid: Bytes;
  readonly cek: Bytes;
  /** The reviewers' half of the identity key. */
  readonly half: Bytes;
  readonly account: Account;
  readonly intake: Answers;
  readonly accountBytes: Bytes;
  readonly intakeBytes: Bytes;
}

/** SPEC 6.9, by a reviewer. The numbers are its steps. `keyringHash` is the one expected, if any. `known`: what the slots of this very message gave this key before; all that is checked after them is checked again. */
export function openMessage(message: SealedMessage, key: KemKey, keyringHash?: Bytes, known?: Bytes): OpenedMessage {
  // (1) is parseSealed
  ensure(!keyringHash || equal(message.keyringHash, keyringHash), "wrong_keyring"); // (2)
  return openWithCek(message, (message.readerSlots.length > 0 && known) || openSlots(message.readerSlots, message.headerHash, key)); // (3)
}

/** SPEC 6.9 from step 4 on: by whoever was handed the CEK in a readers' wrap (SPEC 7.5). */
export function openWithCek(message: SealedMessage, cek: Bytes): OpenedMessage {
  const { headerHash: h, cid, readerSlots, hashesAlone } = message;
  const slotHashes = readerSlots.length > 0 ? readerSlots.map((slot) => hash(slot)) : hashesAlone;
  ensure(equal(commit(cek, h, slotHashes), message.commitment), "commitment_mismatch", "slots"); // (4) two readers, two accounts
  const [k0, k2] = [streamKey(cek, 0, h), streamKey(cek, 2, h)];
  checkStream(message, 0, k0); // (5)
  checkStream(message, 2, k2);
  const [p0, p2] = [openStream(message, 0, k0), openStream(message, 2, k2)]; // (6)
  const [accountBytes, intakeBytes] = [unpad(p0), unpad(p2)]; // (7)
  const [account, intake] = [parseAccount(accountBytes), parseAnswers(intakeBytes)]; // (8)
  // (9)
  ensure(equal(account.requestPk, message.requestPk) && equal(hash(account.mailboxPk), message.mailboxHash), "keys_differ");
  return { cid, cek, half: identityHalf(cek, h), account, intake, accountBytes, intakeBytes };
}

/** What a unit reads of a message: the account alone. */
export interface GrantedMessage {
  readonly cid: Bytes;
  readonly account: Account;
}

/** SPEC 7.3: k0, which opens the account and nothing else. */
export const accountKey = (message: SealedMessage, cek: Bytes): Bytes => streamKey(cek, 0, message.headerHash);

/** SPEC 7.3: by whoever was granted k0. `parseSealed` has checked CID and write signature. */
export function openGranted(message: SealedMessage, k0: Bytes): GrantedMessage {
  checkStream(message, 0, k0);
  const account = parseAccount(unpad(openStream(message, 0, k0)));
  ensure(equal(account.requestPk, message.requestPk) && equal(hash(account.mailboxPk), message.mailboxHash), "keys_differ");
  return { cid: message.cid, account };
}

/** SPEC 6.9: k0, by the inbox of a unit that a card named. Readers ask too: whether the unit was given the true one. */
export function openUnitSlot(message: SealedMessage, inbox: KemKey): Bytes {
  const k0 = openSlots(message.readerSlots, message.headerHash, inbox);
  checkStream(message, 0, k0);
  return k0;
}

/** The value of the first slot that opens with this key. */
function openSlots(slots: readonly Bytes[], context: Bytes, key: KemKey): Bytes {
  for (const slot of slots) {
    const [ct, sealed] = cut(slot, KEM_CT, 32 + TAG) as [Bytes, Bytes];
    try {
      return aeadOpen(kdf(kemDecapsulate(key, ct), "slot", context, ct, key.pk), N0, context, sealed);
    } catch (error) {
      if (!(error instanceof ProtocolError && error.slug === "decryption_failed")) throw error;
    }
  }
  return refuse("not_a_recipient");
}

function checkStream(message: SealedMessage, n: number, key: Bytes): void {
  ensure(equal(kdf(key, "stream-commit", message.headerHash), at(message.streamCommitments, n)), "commitment_mismatch", `stream ${n}`);
}

function openStream(message: SealedMessage, n: number, key: Bytes): Bytes {
  return aeadOpen(key, N0, streamAd(message.headerHash, n), at(message.streams, n));
}

/** SPEC 6.10: a later message of a case has the keys of the first, the veil key too, which nothing outside shows. */
export function checkJoins(first: Account, later: Account): void {
  const same = equal(first.requestPk, later.requestPk) && equal(first.mailboxPk, later.mailboxPk) && equal(first.veilKey, later.veilKey);
  ensure(same, "keys_differ", "another person's keys");
}

/** SPEC 6.9: the custodian's half of the way to the identity, `I`. */
export function openCustodianSlot(message: SealedMessage, key: KemKey): Bytes {
  return openSlots(message.custodianSlots, message.identityHash, key);
}

export interface OpenedIdentity {
  readonly identity: Answers;
  readonly identityBytes: Bytes;
}

/** SPEC 6.9: with both halves. */
export function openIdentity(message: SealedMessage, half: Bytes, custodianKey: Bytes): OpenedIdentity {
  ensure(message.custodianSlots.length > 0, "not_a_recipient", "the identity is gone");
  const k1 = kdf(custodianKey, "identity", half, message.identityHash);
  checkStream(message, 1, k1);
  const identityBytes = unpad(openStream(message, 1, k1));
  return { identity: parseAnswers(identityBytes), identityBytes };
}
