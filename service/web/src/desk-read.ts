// A case out of the server's bytes: opened and verified here (SPEC 6.9, 6.10, 7.3, 7.5, 8.2). Runs in the worker.

import { type Account, type Answers } from "../../../crypto/ts/account.js";
import { BoxKind, openBox, type OpenedWrap, openWrap, parseBox, type SealedBox, type OpenedReaders, openReaders } from "../../../crypto/ts/box.js";
import { type Chain, verifyChain } from "../../../crypto/ts/chain.js";
import { EntryKind, parseSignedEntry, type SignedEntry } from "../../../crypto/ts/entry.js";
import { checkBox, parsePostedEntries, type PostedEntry } from "../../../crypto/ts/posts.js";
import { checkSigner } from "../../../crypto/ts/signer.js";
import { leftSince, readersWraps } from "../../../crypto/ts/wraps.js";
import { type SignedCard, cards } from "../../../crypto/ts/card.js";
import { type Declaration } from "../../../crypto/ts/conflict.js";
import { type Bytes, equal, hex, readUint } from "../../../crypto/ts/encoding.js";
import { ensure, ProtocolError } from "../../../crypto/ts/errors.js";
import { checkHoles } from "../../../crypto/ts/holes.js";
import { type Keyring, type KeyringBody, Role } from "../../../crypto/ts/keyring.js";
import { openMessage, type SealedMessage } from "../../../crypto/ts/message.js";
import { hash, type KemKey } from "../../../crypto/ts/primitives.js";
import { State } from "../../../crypto/ts/workflow.js";
import type { OpenRequest } from "./desk-calls.js";
import { asFault } from "./desk-barred.js";
import { BOOKS_CODE } from "./desk-books.js";
import { IMPLICATED } from "./desk-conflict.js";
import { holdInboxes, names, readByInboxes, unitKey } from "./desk-card.js";
import type { Fault, Waiting } from "./desk-opened.js";
import { fromHex } from "./desk-page.js";
import type { Recall } from "./desk-recall.js";

const NONE: Bytes = new Uint8Array(0);

export interface Self {
  /** What members declared, for whoever may read it; null where this member may not, or it has not come. */
  declarations: ReadonlyMap<string, Declaration> | null;
  id: Bytes;
  signingSeed: Bytes;
  kem: KemKey;
  /** What the slots of a message gave, by its CID: without a JIT to try them all again takes a third of a second, and a case is read anew after each deed. */
  ceks: Map<string, Bytes>;
  recall: Recall;
}

export interface ReadMessage {
  cid: Bytes;
  day: number;
  lane: number;
  sealed: SealedMessage | null;
  plain: Plain | null;
  fault: Fault | null;
  /** The inbox of the readers by which it opens here, where the person sealed it by a card. */
  inbox?: KemKey;
}

/** A message as it is read here: with the CEK by a reader, by k0 alone in a unit. */
export interface Plain {
  account: Account;
  intake: Answers;
  cek: Bytes | null;
  /** The reviewers' half of the way to the identity. */
  half: Bytes | null;
}

export interface ReadWrap extends OpenedWrap {
  box: SealedBox;
}

/** What both opening and answering stand on. */
export interface ReadCase {
  instance: Bytes;
  cid: Bytes;
  /** The day on which it is read. */
  today: number;
  messages: ReadMessage[];
  posted: PostedEntry[];
  entries: (SignedEntry | null)[];
  chain: Chain;
  chainFault: (Fault & { index: number }) | null;
  /** SPEC 7.6: the cards that took effect, the newest last. */
  cards: readonly SignedCard[];
  /** The readers' newest inbox; neither a unit nor whoever read before has it. */
  intake: KemKey | null;
  /** All of theirs that are held here, the oldest first, and the seeds of those but inbox 0. */
  inboxes: KemKey[];
  seeds: Bytes[];
  /** Of the unit's inbox that the newest readers made for it; empty: its wrap holds it. */
  unitSeed: Bytes;
  /** The member's own key: what is sealed to one person, such as an asking to custodians. */
  own: KemKey;
  recall: Recall;
  /** Grants to others than whom two members agreed on, by their number: a server that checks takes none. */
  strayGrants: Set<number>;
  /** What reviewers coded as implicated, a note each. */
  notes: string[];
  /** Records of the case's books, a note each. */
  books: CodedNote[];
  /** Wraps that open here, by the hash of their box. */
  wraps: Map<string, ReadWrap>;
  /** SPEC 8.8: the wraps of the readers that took effect, the newest last. */
  readers: SealedBox[];
  /** What opens here of those and of the proposed ones, by the hash of their box. */
  handed: Map<string, OpenedReaders>;
}

/** Of an entry that proposes something: who, for the eyes of `self`. */
export const waitingOf = ({ link, seq, actor }: SignedEntry, self: Self): Waiting => ({ link: hex(link), seq, actor: hex(actor), own: equal(actor, self.id) });

/** SPEC 6.8 to 6.10 for the messages, 8.2 for the chain. A failure is kept beside what it concerns; nothing that failed is shown. */
export function readCase(request: OpenRequest, keyring: Keyring, self: Self, today: number): ReadCase {
  const { instance } = keyring.body;
  const cid = fromHex(request.cid);
  const order = [...request.listed].sort((a, b) => Number(b.cid === request.cid) - Number(a.cid === request.cid));
  const sent = new Map<string, SealedMessage | Fault>();
  request.messages.forEach((data, i) => {
    const named = request.names[i] ?? "";
    try {
      const sealed = self.recall.message(instance, data);
      ensure(hex(sealed.cid) === named, "hash_mismatch", "another message under this CID");
      ensure(hex(sealed.lookup) === request.lookup, "wrong_case", "another lookup id");
      sent.set(named, sealed);
    } catch (error) {
      sent.set(named, asFault(error));
    }
  });
  const messages: ReadMessage[] = [];
  for (const one of order) {
    const found = sent.get(one.cid);
    const message: ReadMessage = { cid: fromHex(one.cid), day: one.day, lane: one.lane, sealed: null, plain: null, fault: null };
    if (found && "slug" in found) message.fault = found;
    else if (found) readMessage(message, found, keyring, self, messages[0]?.plain?.account);
    messages.push(message);
  }
  const posted = parsePostedEntries(request.entries);
  const known = messages.map(({ cid: id, lane, sealed }) => ({ cid: id, lane: sealed?.lane ?? lane }));
  const { chain, fault } = longestChain((n) => verifyChain(instance, cid, keyring.body, posted.slice(0, n).map(({ entry }) => entry), known, today), posted.length);
  const signed = cards(chain, posted);
  const read: ReadCase = {
    instance, cid, today, messages, posted, entries: posted.map(({ entry }) => tryParse(entry)), chain, chainFault: fault ?? holeFault(chain, messages, posted.length), cards: signed, intake: null, inboxes: [], seeds: [], unitSeed: new Uint8Array(0), own: self.kem, recall: self.recall,
    strayGrants: strayGrants(chain, posted, signed, keyring.body),
    notes: [], books: [], wraps: new Map(), readers: readersWraps(chain, posted, keyring.body), handed: new Map(),
  };
  readHanded(read, keyring, self);
  readWraps(read, keyring, self);
  const coded = codedNotes(read, keyring);
  read.notes = coded.filter(({ code }) => code === IMPLICATED).map(({ text }) => text);
  read.books = coded.filter(({ code }) => code === BOOKS_CODE);
  return read;
}

/** SPEC 8.13: what the server no longer keeps must be signed for; it is no single entry that is wrong. */
function holeFault(chain: Chain, messages: readonly ReadMessage[], index: number): ReadCase["chainFault"] {
  try {
    checkHoles(chain, messages.flatMap(({ sealed }) => sealed ?? []));
    return null;
  } catch (error) {
    return { ...asFault(error), index };
  }
}

/** SPEC 7.5: what is read by the wraps of the readers, by who was not drawn. A proposal opens nothing but itself. */
function readHanded(read: ReadCase, keyring: Keyring, self: Self): void {
  holdInboxes(read);
  openHanded(read, keyring, self);
  for (const { hash: boxHash } of read.readers) {
    for (const { cid, cek } of read.handed.get(hex(boxHash))?.keys ?? []) {
      const message = read.messages.find((one) => equal(one.cid, cid));
      if (!message?.sealed || message.plain) continue;
      try {
        message.plain = read.recall.withCek(message.sealed, cek);
        message.fault = null;
      } catch (error) {
        message.fault = asFault(error);
      }
    }
  }
  holdInboxes(read);
  openHanded(read, keyring, self); // those that name only the inbox
  holdInboxes(read);
  readByInboxes(read, (message, opened) => {
    try {
      [message.plain, message.fault] = [opened(), null];
    } catch (error) {
      message.fault = asFault(error);
    }
  });
  const first = read.messages[0]?.plain?.account;
  for (const message of read.messages) {
    try {
      if (message.plain) checkSame(first, message.plain.account);
    } catch (error) {
      [message.plain, message.fault] = [null, asFault(error)];
    }
  }
}

function openHanded(read: ReadCase, keyring: Keyring, self: Self): void {
  for (const entry of read.chain.entries) {
    const data = read.posted[entry.seq]?.box;
    if ((entry.kind !== EntryKind.readersProposed && entry.kind !== EntryKind.readersKept) || data === undefined) continue;
    try {
      const box = checkBox(read.recall.box(data), entry);
      const key = [self.kem, ...read.inboxes].find(({ pk }) => names(box, pk));
      const signer = checkSigner(entry, keyring.body).pk;
      if (key) read.handed.set(hex(box.hash), read.recall.of(box, "readers", [read.cid, signer, key.pk], () => openReaders(box, keyring.body.instance, read.cid, signer, key)));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error; // shown beside its entry
    }
  }
}

/** SPEC 7.3: the wraps of the chain, and by the live one what a unit was granted. */
function readWraps(read: ReadCase, keyring: Keyring, self: Self): void {
  for (const entry of read.chain.entries) {
    const data = read.posted[entry.seq]?.box ?? new Uint8Array(0);
    if (data.length === 0) continue;
    try {
      const box = checkBox(read.recall.box(data), entry);
      if (box.kind !== BoxKind.wrapUnit || read.strayGrants.has(entry.seq)) continue;
      const [signer, key] = [checkSigner(entry, keyring.body).pk, read.inboxes.find(({ pk }) => names(box, pk)) ?? self.kem];
      const opened = read.recall.of(box, "wrap", [read.cid, signer, key.pk], () => openWrap(box, keyring.body.instance, read.cid, signer, key));
      read.wraps.set(hex(box.hash), { ...opened, box });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error; // shown beside its entry
    }
  }
  const live = read.wraps.get(hex(read.chain.wrap));
  if (!live || read.intake) return;
  for (const message of read.messages) {
    if (!message.sealed || message.plain) continue;
    const k0 = live.grants.find(({ cid }) => equal(cid, message.cid))?.k0 ?? unitKey(read, message.sealed, live.inboxes);
    if (!k0) continue;
    try {
      const account = read.recall.granted(message.sealed, k0);
      checkSame(read.messages[0]?.plain?.account, account);
      message.plain = { account, intake: new Map(), cek: null, half: null };
      message.fault = null;
    } catch (error) {
      message.fault = asFault(error);
    }
  }
}

/** A note that says more to the desk than its words. */
export interface CodedNote {
  seq: number;
  code: string;
  text: string;
}

/** Notes with a code that open here (SPEC 5.12; the books), by whoever may; one that does not open says nothing. */
function codedNotes(read: ReadCase, keyring: Keyring): CodedNote[] {
  return read.chain.entries.flatMap((entry) => {
    const data = read.posted[entry.seq]?.box;
    if (entry.kind !== EntryKind.note || data === undefined || uncounted(read.chain, entry)) return [];
    try {
      const { text, code } = openWith(read, checkBox(read.recall.box(data), entry), keyring, checkSigner(entry, keyring.body).pk);
      return code ? [{ seq: entry.seq, code, text }] : [];
    } catch {
      return []; // shown beside its entry
    }
  });
}

/** All answers, a message at a time. */
export const answersIn = (read: ReadCase): [string, string][][] => read.messages.flatMap(({ plain }) => (plain ? [[...plain.account.answers, ...plain.intake]] : []));

/** SPEC 7.3: a grant names the members of the wrap that it replaces, but who stepped back (8.8), and the readers' newest inbox. One signature hands a case to nobody new. */
export function strayGrants(chain: Chain, posted: readonly PostedEntry[], signed: readonly SignedCard[], keyring: KeyringBody): Set<number> {
  const inboxes = signed.map(({ card }) => hex(hash(card.intakePk)));
  const stray = new Set<number>();
  const proposed = new Map<string, SealedBox>();
  let live: SealedBox | undefined;
  for (const entry of chain.entries) {
    const data = posted[entry.seq]?.box;
    if (entry.kind === EntryKind.readersAgreed) live = proposed.get(hex(entry.cited)) ?? live;
    if (data === undefined || data.length === 0) continue;
    const box = parseBox(data);
    const left = leftSince(chain, keyring, entry.seq, live);
    const keys = (one: SealedBox | undefined): string[] => (one?.recipients ?? []).map(({ pkHash }) => hex(pkHash));
    const members = (one: SealedBox | undefined): string => keys(one).filter((key) => !inboxes.includes(key) && !left.has(key)).join(" ");
    const intake = inboxes[signed.filter(({ agreement }) => agreement.seq < entry.seq).length - 1] ?? "";
    if ((entry.kind === EntryKind.proposal || entry.kind === EntryKind.unitProposed) && box.kind === BoxKind.wrapUnit) proposed.set(hex(entry.link), box);
    if (entry.kind === EntryKind.approval && entry.state === State.assigned) live = proposed.get(hex(entry.cited));
    if (entry.kind !== EntryKind.grant) continue;
    if (!live || members(box) !== members(live) || !keys(box).includes(intake)) stray.add(entry.seq);
    else live = box;
  }
  return stray;
}

/** SPEC 6.10: a later message with other keys does not join. */
function checkSame(first: Account | undefined, later: Account): void {
  const same = !first || (equal(later.requestPk, first.requestPk) && equal(later.mailboxPk, first.mailboxPk) && equal(later.veilKey, first.veilKey));
  ensure(same, "keys_differ", "another code than the first message");
}

function readMessage(message: ReadMessage, sealed: SealedMessage, keyring: Keyring, self: Self, first: Account | undefined): void {
  message.sealed = sealed;
  message.lane = sealed.lane;
  try {
    const { body } = keyring;
    const expected = sealed.keyringVersion === body.version ? keyring.hash : sealed.keyringVersion === body.version - 1 ? body.prev : undefined;
    const cid = hex(sealed.cid);
    const known = self.ceks.get(cid);
    const plain = self.recall.of(sealed, "own", [self.kem.pk, expected ?? NONE, known ? hash(known) : NONE], () => openMessage(sealed, self.kem, expected, known));
    self.ceks.set(cid, plain.cek);
    checkSame(first, plain.account);
    message.plain = plain;
  } catch (error) {
    message.fault = asFault(error);
  }
}

/** The longest beginning of the chain that verifies, and why the next entry does not. */
function longestChain(verify: (n: number) => Chain, length: number): { chain: Chain; fault: ReadCase["chainFault"] } {
  try {
    return { chain: verify(length), fault: null };
  } catch (error) {
    let [good, bad, fault] = [0, length, asFault(error)];
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      try {
        verify(middle);
        good = middle;
      } catch (reason) {
        [bad, fault] = [middle, asFault(reason)];
      }
    }
    return { chain: verify(good), fault: { ...fault, index: good } };
  }
}

function tryParse(entry: Bytes): SignedEntry | null {
  try {
    return parseSignedEntry(entry);
  } catch {
    return null;
  }
}

export const countOf = (entry: SignedEntry): number => readUint(entry.messages.subarray(0, 4));
export const uncounted = (chain: Chain, entry: SignedEntry): boolean => chain.void.includes(entry.seq) || chain.unconfirmed.includes(entry.seq);

/** A text or note by whichever inbox of this case is here. */
export function openWith(read: ReadCase, box: SealedBox, keyring: Keyring, authorPk: Bytes): { text: string; language: string; code: string } {
  const inboxes = [...read.inboxes, ...[...read.wraps.values()].flatMap((wrap) => wrap.inboxes), read.own];
  const key = inboxes.find(({ pk }) => names(box, pk)) ?? inboxes[0];
  ensure(key !== undefined, "not_a_recipient", "no inbox");
  return read.recall.of(box, "words", [read.cid, authorPk, key.pk], () => openBox(box, keyring.body.instance, read.cid, authorPk, key));
}

/** The code of a proposal's words: of a referral, the body. */
export function proposedCode(read: ReadCase, entry: SignedEntry, keyring: Keyring): string {
  const data = read.posted[entry.seq]?.box ?? new Uint8Array(0);
  return openWith(read, checkBox(read.recall.box(data), entry), keyring, checkSigner(entry, keyring.body).pk).code;
}

/** Ids of those whom a box names and the keyring knows. */
export function namedBy(box: SealedBox, keyring: Keyring): string[] {
  return keyring.body.members.filter(({ kemHash }) => box.recipients.some(({ pkHash }) => equal(pkHash, kemHash))).map(({ id }) => hex(id));
}

export const roleOf = (keyring: Keyring, id: Bytes): number => keyring.body.members.find((member) => equal(member.id, id))?.role ?? 0;
export const isCustodian = (keyring: Keyring, self: Self): boolean => roleOf(keyring, self.id) === Role.custodian;
