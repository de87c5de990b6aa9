/** SPEC 7: what a member seals, to recipients that the signed header names. */
import { pad, readLanguage, unpad } from "./account.js";
import { ascending, at, type Bytes, cut, type Day, decode, decodeList, encode, encodeList, ensureAscending, equal, join, readUint, readUtf8, SUITE, u32, u8, utf8 } from "./encoding.js";
import { ensure, refuse } from "./errors.js";
import { aeadOpen, aeadSeal, hash, isLowOrder, kdf, KEM_CT, KEM_PK, kemDecapsulate, kemEncapsulate, type KemKey, kemKeypair, N0, randomBytes, sign, TAG, verify } from "./primitives.js";

const SLOT = KEM_CT + 32 + TAG;
const CONTENT = 12288;
const MAX_TEXT = 12000;
const MAX_RECIPIENTS = 64;

const MAX_WRAP_TEXT = 3000;
export const MAX_COPY_TEXT = 9000;
const MAX_GRANTS = 90;
const MAX_INBOXES = 20; // seeds in one wrap: so many changes of members has a case

export const BoxKind = { text: 1, note: 2, wrapIntake: 3, wrapUnit: 4, copy: 6, identityHalf: 7, identityKey: 8 } as const;
const KINDS: readonly number[] = Object.values(BoxKind);
const SECRET_TAGS: Readonly<Record<number, string>> = { [BoxKind.identityHalf]: "identity-half", [BoxKind.identityKey]: "identity-key" };

export interface BoxFields {
  readonly instance: Bytes;
  /** The case. */
  readonly cid: Bytes;
  readonly kind: number;
  /** The hash of the box answered, or Z32. */
  readonly parent: Bytes;
  readonly author: Bytes;
  readonly day: Day;
  readonly keyringHash: Bytes;
}

/** The header's beginning, which context and header share. */
function encodeFields(tag: string, box: BoxFields, list: Bytes, ...rest: readonly Bytes[]): Bytes {
  return encode(
    tag, box.instance, u8(SUITE), box.cid, u8(box.kind), box.parent, box.author, u32(box.day), box.keyringHash, list, ...rest,
  );
}

function contextHash(box: BoxFields, pkHashes: readonly Bytes[]): Bytes {
  return hash(encodeFields("box-context", box, encodeList("recipients", pkHashes)));
}

/** What a box says: `code` is a reason of the field's lists, or empty. */
export interface Words {
  readonly language: string;
  readonly text: string;
  readonly code: string;
}

/** SPEC 7.3: a message of the person, and what opens its account alone. */
export interface Grant {
  readonly cid: Bytes;
  readonly k0: Bytes;
}

/** SPEC 7.5: a message of the person, and what opens all of it that readers read. */
export interface MessageKey {
  readonly cid: Bytes;
  readonly cek: Bytes;
}

/** A text or a note. */
export function sealBox(fields: BoxFields, authorSeed: Bytes, recipientPks: readonly Bytes[], language: string, text: string, code = ""): Bytes {
  ensure(fields.kind === BoxKind.text || fields.kind === BoxKind.note, "malformed", "box kind");
  return seal(fields, authorSeed, recipientPks, encodeWords("text", { language, text, code }, MAX_TEXT));
}

/** SPEC 7.3: a case handed to a unit. The seeds are of the unit's own inboxes for this case, the newest last; `intakePk` is the readers'. */
export function sealWrap(
  fields: BoxFields, authorSeed: Bytes, recipientPks: readonly Bytes[], grants: readonly Grant[], inboxSeeds: readonly Bytes[], intakePk: Bytes, words: Words,
): Bytes {
  ensure(fields.kind === BoxKind.wrapUnit, "malformed", "box kind");
  ensure(grants.length >= 1 && grants.length <= MAX_GRANTS, "too_large", `${grants.length} messages`);
  const listed = ascending(grants, ({ cid }) => cid).map(({ cid, k0 }) => encode("grant", cid, k0));
  ensure(inboxSeeds.length > 0, "malformed", "no inbox");
  return seal(fields, authorSeed, [...recipientPks, intakePk], encode("wrap", encodeList("grants", listed), encodeSeeds(inboxSeeds), intakePk, encodeWords("wrap-text", words, MAX_WRAP_TEXT)));
}

function encodeSeeds(seeds: readonly Bytes[]): Bytes {
  ensure(seeds.length <= MAX_INBOXES, "too_large", `${seeds.length} inboxes`);
  return encodeList("inbox-seeds", seeds);
}

function decodeSeeds(data: Bytes): Bytes[] {
  const seeds = decodeList("inbox-seeds", MAX_INBOXES, data);
  ensure(seeds.every(({ length }) => length === 32), "malformed", "inbox-seeds: width");
  return seeds;
}

/**
 * SPEC 7.5: a case to those who read it from now on. `inboxSeeds`: of all intake inboxes but inbox 0, the newest last.
 * `unitSeed`: of the unit's new inbox, where a unit has the case.
 */
export function sealReaders(
  fields: BoxFields, authorSeed: Bytes, recipientPks: readonly Bytes[], keys: readonly MessageKey[], words: Words, inboxSeeds: readonly Bytes[] = [],
  unitSeed: Bytes = new Uint8Array(0),
): Bytes {
  ensure(fields.kind === BoxKind.wrapIntake, "malformed", "box kind");
  ensure(keys.length >= 1 && keys.length <= MAX_GRANTS, "too_large", `${keys.length} messages`);
  const listed = ascending(keys, ({ cid }) => cid).map(({ cid, cek }) => encode("message-key", cid, cek));
  return seal(fields, authorSeed, recipientPks, encode("readers", encodeList("message-keys", listed), encodeSeeds(inboxSeeds), readUnitSeed(unitSeed), encodeWords("wrap-text", words, MAX_WRAP_TEXT)));
}

function readUnitSeed(seed: Bytes): Bytes {
  ensure(seed.length === 0 || seed.length === 32, "malformed", "the unit's seed");
  return seed;
}

/** SPEC 7.7: so much of a case as one translator or adviser is to read, and the inboxes that the answer goes to. */
export function sealCopy(fields: BoxFields, authorSeed: Bytes, memberPk: Bytes, intakePk: Bytes, unitPk: Bytes | null, words: Words): Bytes {
  ensure(fields.kind === BoxKind.copy, "malformed", "box kind");
  const content = encode("copy", intakePk, unitPk ?? new Uint8Array(0), encodeWords("copy-text", words, MAX_COPY_TEXT));
  return seal(fields, authorSeed, [memberPk, intakePk, ...(unitPk ? [unitPk] : [])], content);
}

/** SPEC 7.4: one half of the way to an identity, to one member. `fields.kind` says which half. */
export function sealSecret(fields: BoxFields, authorSeed: Bytes, recipientPk: Bytes, secret: Bytes): Bytes {
  const tag = SECRET_TAGS[fields.kind] ?? refuse("malformed", "box kind");
  return seal(fields, authorSeed, [recipientPk], encode(tag, secret));
}

/** SPEC 7.4, opening. */
export function openSecret(box: SealedBox, instance: Bytes, cid: Bytes, authorPk: Bytes, key: KemKey): Bytes {
  const tag = SECRET_TAGS[box.kind];
  ensure(tag !== undefined && box.recipients.length === 1, "malformed", "not one half for one member");
  return at(decode(tag, [32], open(box, instance, cid, authorPk, key)), 0);
}

function encodeWords(tag: string, { language, text, code }: Words, most: number): Bytes {
  const body = utf8(text);
  ensure(body.length <= most, "too_large", `${body.length} bytes`);
  readLanguage(utf8(language));
  readCode(utf8(code));
  return encode(tag, utf8(language), utf8(code), body);
}

function readCode(data: Bytes): string {
  const code = readUtf8(data);
  ensure(/^[a-z0-9_]{0,40}$/.test(code), "malformed", "reason code");
  return code;
}

function decodeWords(tag: string, most: number, data: Bytes): Words {
  const [language, code, text] = decode(tag, [null, null, null], data) as [Bytes, Bytes, Bytes];
  ensure(text.length <= most, "malformed", "text length");
  return { language: readLanguage(language), text: readUtf8(text), code: readCode(code) };
}

function seal(fields: BoxFields, authorSeed: Bytes, recipientPks: readonly Bytes[], plain: Bytes): Bytes {
  ensure(recipientPks.length >= 1 && recipientPks.length <= MAX_RECIPIENTS, "malformed", `${recipientPks.length} recipients`);
  const content = pad(plain, CONTENT);
  const pks = ascending(recipientPks, (pk) => hash(pk));
  const c = contextHash(fields, pks.map((pk) => hash(pk)));
  const w = randomBytes(32);
  const slots = pks.map((pk) => {
    const { ct, shared } = kemEncapsulate(pk);
    return join(ct, aeadSeal(slotKey(shared, c, ct, pk), N0, c, w));
  });
  const slotHashes = slots.map((slot) => hash(slot));
  const sealed = encode("box-body", commit(w, c, slotHashes), aeadSeal(kdf(w, "body", c), N0, c, content));
  const recipients = pks.map((pk, j) => join(hash(pk), at(slotHashes, j)));
  const header = encodeFields("box", fields, encodeList("box-recipients", recipients), hash(sealed));
  return encode("sealed-box", header, encodeList("box-slots", slots), sealed, sign(authorSeed, header));
}

const slotKey = (shared: Bytes, c: Bytes, ct: Bytes, pk: Bytes): Bytes => kdf(shared, "box-slot", c, ct, pk);
const commit = (w: Bytes, c: Bytes, slotHashes: readonly Bytes[]): Bytes => kdf(w, "box-commit", c, ...slotHashes);

interface Recipient {
  readonly pkHash: Bytes;
  readonly slotHash: Bytes;
  /** Empty where withheld. */
  readonly slot: Bytes;
}

/** Parsed, not yet verified: only `openBox` may give its text. */
export interface SealedBox extends BoxFields {
  readonly hash: Bytes;
  readonly suite: number;
  readonly recipients: readonly Recipient[];
  readonly bodyHash: Bytes;
  readonly commitment: Bytes;
  readonly ct: Bytes;
  readonly body: Bytes;
  readonly header: Bytes;
  readonly signature: Bytes;
}

/** SPEC 7, opening (1). */
export function parseBox(data: Bytes): SealedBox {
  const [header, slotList, body, signature] = decode("sealed-box", [null, null, null, 64], data) as [Bytes, Bytes, Bytes, Bytes];
  const [instance, suite, cid, kind, parent, author, day, keyringHash, recipientList, bodyHash] =
    decode("box", [32, 1, 32, 1, 32, 16, 4, 32, null, 32], header) as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  const named = decodeList("box-recipients", MAX_RECIPIENTS, recipientList).map((item) => cut(item, 32, 32) as [Bytes, Bytes]);
  ensureAscending(named.map(([pkHash]) => pkHash), "box-recipients");
  const slots = decodeList("box-slots", MAX_RECIPIENTS, slotList);
  ensure(named.length >= 1 && slots.length === named.length, "malformed", "box-slots: count");
  ensure(slots.every((slot) => slot.length === SLOT || slot.length === 0), "malformed", "box-slots: width");
  ensure(KINDS.includes(readUint(kind)), "malformed", "box kind");
  const [commitment, ct] = decode("box-body", [32, CONTENT + TAG], body) as [Bytes, Bytes];
  return {
    instance,
    suite: readUint(suite),
    cid,
    kind: readUint(kind),
    parent,
    author,
    day: readUint(day),
    keyringHash,
    recipients: named.map(([pkHash, slotHash], j) => ({ pkHash, slotHash, slot: at(slots, j) })),
    bodyHash, commitment, ct, body, header, signature, hash: hash(header),
  };
}

/** The same box with only the slot of one key: what travels to the mailbox. */
export function withholdSlots(data: Bytes, pk: Bytes): Bytes {
  const pkHash = hash(pk);
  const kept = parseBox(data).recipients.map((one) => (equal(one.pkHash, pkHash) ? one.slot : new Uint8Array(0)));
  const [header, , body, signature] = decode("sealed-box", [null, null, null, 64], data) as [Bytes, Bytes, Bytes, Bytes];
  return encode("sealed-box", header, encodeList("box-slots", kept), body, signature);
}

export interface OpenedBox {
  readonly kind: number;
  readonly author: Bytes;
  readonly day: Day;
  readonly language: string;
  readonly text: string;
  readonly code: string;
}

/** SPEC 7, opening a text or a note. `authorPk` is the keyring's for the author's id. */
export function openBox(box: SealedBox, instance: Bytes, cid: Bytes, authorPk: Bytes, key: KemKey): OpenedBox {
  const words = decodeWords("text", MAX_TEXT, open(box, instance, cid, authorPk, key)); // (9)
  return { kind: box.kind, author: box.author, day: box.day, ...words };
}

export interface OpenedWrap {
  readonly grants: readonly Grant[];
  /** The unit's own of this case, the newest last. */
  readonly inboxes: readonly KemKey[];
  readonly inboxSeeds: readonly Bytes[];
  /** The readers' inbox: what the unit writes goes to it too. */
  readonly intakePk: Bytes;
  readonly words: Words;
}

/** SPEC 7.3, opening. */
export function openWrap(box: SealedBox, instance: Bytes, cid: Bytes, authorPk: Bytes, key: KemKey): OpenedWrap {
  const [listed, seedList, intakePk, words] = decode("wrap", [null, null, KEM_PK, null], open(box, instance, cid, authorPk, key)) as [Bytes, Bytes, Bytes, Bytes];
  const grants = decodeList("grants", MAX_GRANTS, listed).map((item) => {
    const [granted, k0] = decode("grant", [32, 32], item) as [Bytes, Bytes];
    return { cid: granted, k0 };
  });
  ensure(grants.length > 0, "malformed", "no grant");
  ensureAscending(grants.map((grant) => grant.cid), "grants");
  const pkHash = hash(intakePk);
  ensure(box.recipients.some((one) => equal(one.pkHash, pkHash)) && !isLowOrder(intakePk), "malformed", "the readers' inbox");
  const inboxSeeds = decodeSeeds(seedList);
  ensure(inboxSeeds.length > 0, "malformed", "no inbox");
  return { grants, inboxes: inboxSeeds.map(kemKeypair), inboxSeeds, intakePk, words: decodeWords("wrap-text", MAX_WRAP_TEXT, words) };
}

export interface OpenedReaders {
  readonly keys: readonly MessageKey[];
  /** Of the readers, the newest last; inbox 0 is not among them (SPEC 7.1). */
  readonly inboxes: readonly KemKey[];
  readonly inboxSeeds: readonly Bytes[];
  /** Of the unit's new inbox, which a grant hands on to it; empty where no unit has the case. */
  readonly unitSeed: Bytes;
  readonly words: Words;
}

/** SPEC 7.5, opening. */
export function openReaders(box: SealedBox, instance: Bytes, cid: Bytes, authorPk: Bytes, key: KemKey): OpenedReaders {
  const [listed, seedList, unitSeed, words] = decode("readers", [null, null, null, null], open(box, instance, cid, authorPk, key)) as [Bytes, Bytes, Bytes, Bytes];
  readUnitSeed(unitSeed);
  const keys = decodeList("message-keys", MAX_GRANTS, listed).map((item) => {
    const [message, cek] = decode("message-key", [32, 32], item) as [Bytes, Bytes];
    return { cid: message, cek };
  });
  ensure(keys.length > 0, "malformed", "no message");
  ensureAscending(keys.map((one) => one.cid), "message-keys");
  const inboxSeeds = decodeSeeds(seedList);
  return { keys, inboxes: inboxSeeds.map(kemKeypair), inboxSeeds, unitSeed, words: decodeWords("wrap-text", MAX_WRAP_TEXT, words) };
}

export interface OpenedCopy {
  /** Whom the answer goes to. */
  readonly inboxes: readonly Bytes[];
  readonly words: Words;
}

/** SPEC 7.7, opening. */
export function openCopy(box: SealedBox, instance: Bytes, cid: Bytes, authorPk: Bytes, key: KemKey): OpenedCopy {
  const [intakePk, unitPk, words] = decode("copy", [KEM_PK, null, null], open(box, instance, cid, authorPk, key)) as [Bytes, Bytes, Bytes];
  ensure(unitPk.length === 0 || unitPk.length === KEM_PK, "malformed", "the unit's inbox");
  const inboxes = unitPk.length > 0 ? [intakePk, unitPk] : [intakePk];
  const named = (pkHash: Bytes): boolean => box.recipients.some((one) => equal(one.pkHash, pkHash));
  ensure(inboxes.every((pk) => named(hash(pk)) && !isLowOrder(pk)), "malformed", "an inbox");
  return { inboxes, words: decodeWords("copy-text", MAX_COPY_TEXT, words) };
}

function open(box: SealedBox, instance: Bytes, cid: Bytes, authorPk: Bytes, key: KemKey): Bytes {
  ensure(box.suite === SUITE, "unsupported_suite"); // (2)
  ensure(equal(box.instance, instance), "wrong_instance"); // (3)
  ensure(equal(box.cid, cid), "wrong_case"); // (4)
  verify(authorPk, box.header, box.signature); // (5)
  // (6)
  const present = box.recipients.filter(({ slot }) => slot.length > 0);
  ensure(present.every(({ slot, slotHash }) => equal(hash(slot), slotHash)), "hash_mismatch", "slot");
  ensure(equal(hash(box.body), box.bodyHash), "hash_mismatch", "body");
  ensure(!present.some(({ slot }) => isLowOrder(slot.subarray(0, KEM_CT))), "low_order");
  // (7)
  const pkHash = hash(key.pk);
  const own = present.find((recipient) => equal(recipient.pkHash, pkHash)) ?? refuse("not_a_recipient");
  const c = contextHash(box, box.recipients.map((recipient) => recipient.pkHash));
  const [ct, sealed] = cut(own.slot, KEM_CT, 32 + TAG) as [Bytes, Bytes];
  const w = aeadOpen(slotKey(kemDecapsulate(key, ct), c, ct, key.pk), N0, c, sealed);
  // (8)
  ensure(equal(commit(w, c, box.recipients.map(({ slotHash }) => slotHash)), box.commitment), "commitment_mismatch");
  return unpad(aeadOpen(kdf(w, "body", c), N0, c, box.ct));
}

/** SPEC 7.1: the inbox that every reader of a message has. */
export function intakeInbox(cek: Bytes, headerHash: Bytes): KemKey {
  return kemKeypair(kdf(cek, "inbox", headerHash));
}
