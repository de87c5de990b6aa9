// A case between the server's bytes and the reviewer's eyes: opened and verified here (SPEC 6.9, 6.10, 8.2), answered from here (SPEC 8.5, 9).
// Runs in the worker. Plaintext leaves it only as what the page shows.

import { type Account, type Answers, type EvidenceItem } from "../../../crypto/ts/account.js";
import { type BoxFields, BoxKind, type Grant, intakeInbox, openBox, type OpenedWrap, openSecret, openWrap, parseBox, sealBox, type SealedBox, sealSecret, sealWrap, withholdSlots } from "../../../crypto/ts/box.js";
import {
  type Chain, checkBox, checkSecret, checkSigner, checkWrap, type Entry, EntryKind, encodePost, messagesHead, parsePostedEntries, parseSignedEntry,
  type PostedEntry, signEntry,
  type SignedEntry, verifyChain,
} from "../../../crypto/ts/chain.js";
import { type Declaration } from "../../../crypto/ts/conflict.js";
import { parseKemKeys } from "../../../crypto/ts/enrolment.js";
import { type Bytes, equal, hex, readUint, Z32 } from "../../../crypto/ts/encoding.js";
import { ensure, ProtocolError } from "../../../crypto/ts/errors.js";
import { type Keyring, Role } from "../../../crypto/ts/keyring.js";
import { sealReply, sealStatus } from "../../../crypto/ts/mailbox.js";
import { accountKey, Lane, openCustodianSlot, openGranted, openIdentity, openMessage, parseSealed, type SealedMessage } from "../../../crypto/ts/message.js";
import { hash, type KemKey, randomBytes } from "../../../crypto/ts/primitives.js";
import { barred, type Barring, IMPLICATED, implicated } from "./desk-conflict.js";
import { consentsIn, referralFaults, type ReferralFault, TARGET_IDS } from "./desk-referral.js";
import { type EvidenceFile, type Fault, type OpenedCase, type OpenedEntry, type OpenedMessage, type Proposal, ROLES, type Unit, type Verdict } from "./desk-model.js";
import { fromHex } from "./desk-page.js";
import { NO_PRIORITY, State } from "../../../crypto/ts/workflow.js";
import type { ComposeRequest, Deed, OpenRequest } from "./desk-calls.js";

const LINES = 40; // SPEC 9.2
const MAX_GUESSES = 500; // sets of messages tried before admitting that the order of one day is not known

export interface Self {
  /** What members declared, for whoever may read it; null where this member may not, or it has not come. */
  declarations: ReadonlyMap<string, Declaration> | null;
  id: Bytes;
  signingSeed: Bytes;
  kem: KemKey;
}

interface ReadMessage {
  cid: Bytes;
  day: number;
  lane: number;
  sealed: SealedMessage | null;
  plain: Plain | null;
  fault: Fault | null;
}

/** A message as it is read here: with the CEK by a reader, by k0 alone in a unit. */
interface Plain {
  account: Account;
  intake: Answers;
  cek: Bytes | null;
  /** The reviewers' half of the way to the identity. */
  half: Bytes | null;
}

interface ReadWrap extends OpenedWrap {
  box: SealedBox;
}

/** What both opening and answering stand on. */
interface ReadCase {
  cid: Bytes;
  messages: ReadMessage[];
  posted: PostedEntry[];
  entries: (SignedEntry | null)[];
  chain: Chain;
  chainFault: (Fault & { index: number }) | null;
  /** The readers' inbox; a unit does not have it. */
  intake: KemKey | null;
  /** The member's own key: what is sealed to one person, such as an asking to custodians. */
  own: KemKey;
  /** Grants to others than whom two members agreed on, by their number: a server that checks takes none. */
  strayGrants: Set<number>;
  /** What reviewers coded as implicated, a note each. */
  notes: string[];
  /** Wraps that open here, by the hash of their box. */
  wraps: Map<string, ReadWrap>;
}

/** SPEC 5.12: somebody who was chosen has a conflict of interest. No class of the protocol: the desk itself refuses. */
class Barred extends Error {
  constructor(readonly slug: "barred" | "referral" = "barred") {
    super(slug);
  }
}

export function asFault(error: unknown): Fault {
  if (error instanceof ProtocolError) return { slug: error.slug, fact: error.fact };
  if (error instanceof Barred) return { slug: error.slug, fact: "" };
  return { slug: "other", fact: error instanceof Error ? error.name : "" };
}

export function openCase(request: OpenRequest, keyring: Keyring, self: Self, today: number): { reaches: boolean; fault: Fault | null; opened: OpenedCase | null } {
  const read = readCase(request, keyring, self, today);
  const first = read.messages[0];
  const readable = read.messages.filter((message) => message.plain);
  // a custodian reads no account: only that somebody asks for a name, and why
  const asked = isCustodian(keyring, self) && read.chain.asks.length > 0;
  if (readable.length === 0 && !asked) {
    const worst = read.messages.map((message) => message.fault).find((fault) => fault && fault.slug !== "not_a_recipient");
    return { reaches: false, fault: worst ?? null, opened: null };
  }
  const against = barredFrom(read, keyring, self, today);
  const own = against.find(({ member }) => member === hex(self.id));
  const mine = read.chain.entries.filter((entry) => equal(entry.actor, self.id));
  const answers = read.chain.entries.filter((entry) => speaks(read, entry) && !uncounted(read.chain, entry));
  const after = (entries: readonly SignedEntry[]): number => Math.max(0, request.listed.length - Math.max(0, ...entries.map(countOf)));
  const newest = [...readable].reverse().find((message) => message.plain)?.plain?.account;
  const { state, back, priority, until, since } = read.chain.place;
  const opened: OpenedCase = {
    cid: request.cid,
    messages: read.messages.map(showMessage),
    entries: read.posted.map((posted, i) => showEntry(read, posted, i, keyring)),
    state: read.chain.state,
    acknowledged: read.chain.acknowledged || answers.length > 0,
    chainFault: read.chainFault,
    withheld: isWithheld(read, request),
    fresh: after(mine),
    unanswered: after(answers),
    language: first?.plain?.account.language ?? newest?.language ?? "",
    place: { state, back, priority, until, since },
    proposals: read.chain.pending.map((entry) => showProposal(read, entry, keyring, self, today, against)),
    against: [],
    barred: against,
    referrals: Object.fromEntries(referralsFrom(read)),
    coded: read.notes.join("\n"),
    unit: showUnit(read, keyring),
    ungranted: ungranted(read).length,
    asks: read.chain.asks.map(({ entry, agreed, granted, opened: done }) => ({
      link: hex(entry.link), seq: entry.seq, actor: hex(entry.actor), own: equal(entry.actor, self.id), until: entry.until, agreed, granted, opened: done,
    })),
  };
  // whoever is barred sees that, and a way to step back; not a word of the case
  if (own) return { reaches: true, fault: null, opened: { ...opened, against: own.reasons, messages: [], entries: [], proposals: [], asks: [], barred: [], referrals: {}, coded: "", language: "", unit: null } };
  return { reaches: true, fault: null, opened };
}

/** Whether the person reads words in it: an answer, or a step with its reason. */
function speaks(read: ReadCase, entry: SignedEntry): boolean {
  const box = read.posted[entry.seq]?.box;
  return entry.kind === EntryKind.text || (box !== undefined && box.length > 0 && parseBox(box).kind === BoxKind.text);
}

/** SPEC 6.8 to 6.10 for the messages, 8.2 for the chain. A failure is kept beside what it concerns; nothing that failed is shown. */
function readCase(request: OpenRequest, keyring: Keyring, self: Self, today: number): ReadCase {
  const { instance } = keyring.body;
  const cid = fromHex(request.cid);
  const order = [...request.listed].sort((a, b) => Number(b.cid === request.cid) - Number(a.cid === request.cid));
  const sent = new Map<string, SealedMessage | Fault>();
  request.messages.forEach((data, i) => {
    const named = request.names[i] ?? "";
    try {
      const sealed = parseSealed(instance, data);
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
  const first = messages[0];
  const intake = first?.plain?.cek && first.sealed ? intakeInbox(first.plain.cek, first.sealed.headerHash) : null; // SPEC 7.1
  const read: ReadCase = { cid, messages, posted, entries: posted.map(({ entry }) => tryParse(entry)), chain, chainFault: fault, intake, own: self.kem, strayGrants: strayGrants(chain, posted), notes: [], wraps: new Map() };
  readWraps(read, keyring, self);
  read.notes = codedNotes(read, keyring);
  return read;
}

/** SPEC 7.3: the wraps of the chain, and by the live one what a unit was granted. */
function readWraps(read: ReadCase, keyring: Keyring, self: Self): void {
  for (const entry of read.chain.entries) {
    const data = read.posted[entry.seq]?.box ?? new Uint8Array(0);
    if (data.length === 0) continue;
    try {
      const box = checkBox(parseBox(data), entry);
      if (box.kind !== BoxKind.wrapUnit || read.strayGrants.has(entry.seq)) continue;
      const opened = openWrap(box, keyring.body.instance, read.cid, checkSigner(entry, keyring.body).pk, read.intake ?? self.kem);
      read.wraps.set(hex(box.hash), { ...opened, box });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error; // shown beside its entry
    }
  }
  const live = read.wraps.get(hex(read.chain.wrap));
  if (!live || read.intake) return;
  for (const message of read.messages) {
    const k0 = live.grants.find(({ cid }) => equal(cid, message.cid))?.k0;
    if (!k0 || !message.sealed || message.plain) continue;
    try {
      const { account } = openGranted(message.sealed, k0);
      checkSame(read.messages[0]?.plain?.account, account);
      message.plain = { account, intake: new Map(), cek: null, half: null };
      message.fault = null;
    } catch (error) {
      message.fault = asFault(error);
    }
  }
}

/** SPEC 5.12: what was coded at triage, by whoever may; a note that does not open says nothing. */
function codedNotes(read: ReadCase, keyring: Keyring): string[] {
  return read.chain.entries.flatMap((entry) => {
    const data = read.posted[entry.seq]?.box;
    if (entry.kind !== EntryKind.note || data === undefined || uncounted(read.chain, entry)) return [];
    try {
      const { text, code } = openWith(read, checkBox(parseBox(data), entry), keyring, checkSigner(entry, keyring.body).pk);
      return code === IMPLICATED ? [text] : [];
    } catch {
      return []; // shown beside its entry
    }
  });
}

/** What keeps the case from each body that it could be passed on to. */
function referralsFrom(read: ReadCase): Map<string, ReferralFault[]> {
  const messages = read.messages.flatMap(({ plain }) => (plain ? [[...plain.account.answers, ...plain.intake]] : []));
  const found = implicated(messages.flat(), read.notes);
  return new Map(TARGET_IDS.map((target) => [target, referralFaults(target, found, consentsIn(messages))]));
}

function ensureReferable(read: ReadCase, code: string): void {
  if ((referralsFrom(read).get(code) ?? ["not_allowed"]).length > 0) throw new Barred("referral");
}

function barredFrom(read: ReadCase, keyring: Keyring, self: Self, today: number): Barring[] {
  if (!self.declarations) return [];
  const answers = read.messages.flatMap(({ plain }) => (plain ? [...plain.account.answers, ...plain.intake] : []));
  return barred(keyring, self.declarations, implicated(answers, read.notes), today);
}

/** Neither proposed nor approved: whoever signs has looked. */
function ensureNobodyBarred(ids: readonly string[], against: readonly Barring[]): void {
  if (against.some(({ member }) => ids.includes(member))) throw new Barred();
}

/** SPEC 7.3: a grant names the keys of the wrap that it replaces. One signature hands a case to nobody new. */
function strayGrants(chain: Chain, posted: readonly PostedEntry[]): Set<number> {
  const stray = new Set<number>();
  const proposed = new Map<string, string>();
  let live = "";
  for (const entry of chain.entries) {
    const data = posted[entry.seq]?.box;
    if (data === undefined || data.length === 0) continue;
    const box = parseBox(data);
    const names = box.recipients.map(({ pkHash }) => hex(pkHash)).join(" ");
    if (entry.kind === EntryKind.proposal && box.kind === BoxKind.wrapUnit) proposed.set(hex(entry.link), names);
    if (entry.kind === EntryKind.approval && entry.state === State.assigned) live = proposed.get(hex(entry.cited)) ?? "";
    if (entry.kind === EntryKind.grant && names !== live) stray.add(entry.seq);
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
    const plain = openMessage(sealed, self.kem, expected);
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

const countOf = (entry: SignedEntry): number => readUint(entry.messages.subarray(0, 4));
const uncounted = (chain: Chain, entry: SignedEntry): boolean => chain.void.includes(entry.seq) || chain.unconfirmed.includes(entry.seq);

function showMessage(message: ReadMessage): OpenedMessage {
  const { plain } = message;
  return {
    cid: hex(message.cid),
    day: message.day,
    lane: message.lane,
    kind: plain?.account.kind ?? 0,
    language: plain?.account.language ?? "",
    answers: plain ? [...plain.account.answers] : [],
    intake: plain ? [...plain.intake] : [],
    evidence: plain?.account.evidence.map(showFile) ?? [],
    fault: message.fault,
  };
}

function showFile({ uploadId, key, blobHash, plaintextHash, size, name, type }: EvidenceItem): EvidenceFile {
  return { upload: hex(uploadId), key: hex(key), blobHash: hex(blobHash), plaintextHash: hex(plaintextHash), size, name, type };
}

function showEntry(read: ReadCase, posted: PostedEntry, index: number, keyring: Keyring): OpenedEntry {
  const entry = read.entries[index];
  const brokenAt = read.chainFault?.index ?? Infinity;
  const verdict: Verdict = index === brokenAt ? "broken" : index > brokenAt || !entry ? "unchecked" : read.chain.void.includes(entry.seq) ? "void" : read.chain.unconfirmed.includes(entry.seq) ? "unconfirmed" : "counts";
  const shown: OpenedEntry = {
    seq: index, link: "", kind: 0, state: 0, day: 0, actor: "", role: "", cited: "", box: "", count: 0, verdict,
    fault: index === brokenAt && read.chainFault ? { slug: read.chainFault.slug, fact: read.chainFault.fact } : null, text: "", language: "", textFault: null,
    boxKind: 0, code: "", until: 0, priority: NO_PRIORITY,
  };
  if (!entry) return shown;
  Object.assign(shown, {
    link: hex(entry.link), kind: entry.kind, state: entry.state, day: entry.day, actor: hex(entry.actor), cited: shownHash(entry.cited), box: shownHash(entry.boxHash), count: countOf(entry),
    until: entry.until, priority: entry.priority,
  });
  if (index >= brokenAt) return shown;
  const signer = checkSigner(entry, keyring.body);
  shown.role = ROLES[signer.role] ?? "";
  if (posted.box.length === 0) return shown;
  try {
    const box = checkBox(parseBox(posted.box), entry);
    ensure(!read.strayGrants.has(entry.seq), "wrong_case", "a grant to other readers");
    shown.boxKind = box.kind;
    if (box.kind === BoxKind.identityHalf || box.kind === BoxKind.identityKey) return shown; // opened only with the name
    const wrap = read.wraps.get(hex(box.hash));
    const words = box.kind === BoxKind.wrapUnit ? wrap?.words : openWith(read, box, keyring, signer.pk);
    ensure(words !== undefined, "not_a_recipient", "not handed to this unit");
    [shown.text, shown.language, shown.code] = [words.text, words.language, words.code];
  } catch (error) {
    shown.textFault = asFault(error);
  }
  return shown;
}

/** A text or note by whichever inbox of this case is here. */
function openWith(read: ReadCase, box: SealedBox, keyring: Keyring, authorPk: Bytes): { text: string; language: string; code: string } {
  const inboxes = [read.intake, ...[...read.wraps.values()].map(({ inbox }) => inbox), read.own].filter((key) => key !== null);
  const key = inboxes.find(({ pk }) => box.recipients.some(({ pkHash }) => equal(pkHash, hash(pk)))) ?? inboxes[0];
  ensure(key !== undefined, "not_a_recipient", "no inbox");
  return openBox(box, keyring.body.instance, read.cid, authorPk, key);
}

/** What another member proposes, as it will be: whoever approves must see it first. */
function showProposal(read: ReadCase, entry: SignedEntry, keyring: Keyring, self: Self, today: number, against: readonly Barring[]): Proposal {
  const wrap = read.wraps.get(hex(entry.boxHash));
  let wrapFault: Fault | null = null;
  try {
    if (wrap && read.intake) {
      checkWrap(wrap.box, keyring.body, today, read.intake.pk);
      for (const { cid, k0 } of wrap.grants) {
        const message = read.messages.find((one) => equal(one.cid, cid));
        ensure(!!message?.sealed && !!message.plain?.cek, "not_a_recipient", "a message that is not here");
        ensure(equal(accountKey(message.sealed, message.plain.cek), k0), "commitment_mismatch", "another key than the account's");
      }
      ensureNobodyBarred(namedBy(wrap.box, keyring), against);
    } else if (entry.state === State.referred) ensureReferable(read, proposedCode(read, entry, keyring));
    else if (entry.state === State.assigned) ensure(false, "not_a_recipient", "the wrap");
  } catch (error) {
    wrapFault = asFault(error);
  }
  return {
    link: hex(entry.link), seq: entry.seq, state: entry.state, priority: entry.priority, until: entry.until, actor: hex(entry.actor), own: equal(entry.actor, self.id),
    members: wrap ? namedBy(wrap.box, keyring) : [], granted: wrap?.grants.length ?? 0, wrapFault,
  };
}

/** The code of a proposal's words: of a referral, the body. */
function proposedCode(read: ReadCase, entry: SignedEntry, keyring: Keyring): string {
  const data = read.posted[entry.seq]?.box ?? new Uint8Array(0);
  return openWith(read, checkBox(parseBox(data), entry), keyring, checkSigner(entry, keyring.body).pk).code;
}

/** Ids of those whom a box names and the keyring knows. */
function namedBy(box: SealedBox, keyring: Keyring): string[] {
  return keyring.body.members.filter(({ kemHash }) => box.recipients.some(({ pkHash }) => equal(pkHash, kemHash))).map(({ id }) => hex(id));
}

function showUnit(read: ReadCase, keyring: Keyring): Unit | null {
  if (equal(read.chain.wrap, Z32)) return null;
  const wrap = read.wraps.get(hex(read.chain.wrap));
  const members = wrap ? namedBy(wrap.box, keyring) : [];
  return { members, group: keyring.body.members.find(({ id, group }) => group && members.includes(hex(id)))?.group ?? "" };
}

/** Messages that are read here and were not handed to the unit. */
function ungranted(read: ReadCase): ReadMessage[] {
  const live = read.wraps.get(hex(read.chain.wrap));
  if (!live) return [];
  return read.messages.filter(({ cid, plain }) => plain?.cek && !live.grants.some((grant) => equal(grant.cid, cid)));
}

const shownHash = (value: Bytes): string => (equal(value, Z32) ? "" : hex(value));

/** Whether the newest entry's list of messages can be what the server shows, less what came since. */
function isWithheld(read: ReadCase, request: OpenRequest): boolean {
  const newest = [...read.chain.entries].sort((a, b) => countOf(b) - countOf(a))[0];
  if (!newest) return false;
  const all = read.messages.map(({ cid }) => cid);
  const missing = all.length - countOf(newest);
  if (missing < 0) return true;
  const since = request.listed.filter(({ cid, day }) => cid !== request.cid && day >= newest.day - 1).map(({ cid }) => cid);
  let guesses = 0;
  const fits = (left: Bytes[], from: number, still: number): boolean => {
    if (++guesses > MAX_GUESSES) return true;
    if (still === 0) return equal(messagesHead(left), newest.messages);
    for (let i = from; i <= since.length - still; i++) if (fits(left.filter((cid) => hex(cid) !== since[i]), i + 1, still - 1)) return true;
    return false;
  };
  return !fits(all, 0, missing);
}

/** SPEC 8.5: a signed entry on the chain as it was read, its words sealed to whom they are for, and a new block 0. */
export function composePost(request: ComposeRequest, keyring: Keyring, self: Self, today: number): Bytes {
  const { instance } = keyring.body;
  const read = readCase(request, keyring, self, today);
  if (read.chainFault) throw new ProtocolError("chain_broken", read.chainFault.slug);
  const first = read.messages[0];
  if (!first?.sealed || (!first.plain && !isCustodian(keyring, self))) throw new ProtocolError("not_a_recipient", "the first message");
  const account = first.plain?.account;
  const day = Math.max(today, ...read.chain.entries.map((entry) => entry.day));
  const received = read.messages.map(({ cid }) => cid);
  const place = read.chain.place;
  const deed = request.deed ?? plainDeed(request.kind === "text" ? EntryKind.text : EntryKind.opened, place);
  const about = deed.kind === EntryKind.identityAsked ? read.messages[0] : citedMessage(read, request.takesUpStop, deed);

  const boxless: readonly number[] = [EntryKind.opened, EntryKind.recusal, EntryKind.identityOpened];
  const box = boxless.includes(deed.kind) ? new Uint8Array(0) : composeBox(request, deed, read, keyring, self, day, about);
  const isText = box.length > 0 && parseBox(box).kind === BoxKind.text;
  const entry: Entry = {
    instance, cid: read.cid, seq: read.posted.length, prev: read.chain.head, kind: deed.kind, state: deed.state || State.screening, day, until: deed.until,
    actor: self.id, boxHash: box.length > 0 ? parseBox(box).hash : Z32, cited: deed.cited ? fromHex(deed.cited) : about?.cid ?? Z32, keyringHash: keyring.hash,
    messages: messagesHead(received), priority: deed.priority,
  };
  const signed = signEntry(entry, self.signingSeed);
  const all = [...read.posted.map((posted) => posted.entry), signed];
  verifyChain(instance, read.cid, keyring.body, all, [], today); // what may not be done is refused here, before anything leaves
  let statusBlock: Bytes = new Uint8Array(0);
  const mailbox = account && { lookup: first.sealed.lookup, mailboxPk: account.mailboxPk, veilKey: account.veilKey };
  if (request.mailboxOpen && mailbox) { // who lacks the mailbox's key leaves it to the next who has it
    const before = verifyChain(instance, read.cid, keyring.body, all.slice(0, Math.max(0, all.length - LINES)), [], today);
    const { state, back, priority, until, since } = before.place;
    const start = { seq: before.entries.length, link: before.head, state, acknowledged: before.acknowledged, back, priority, until, since };
    const entries = all.slice(start.seq).map(parseSignedEntry);
    statusBlock = sealStatus({ instance, cid: read.cid, writeSignature: first.sealed.writeSignature, messages: received, start, entries, day, author: self.id }, self.signingSeed, mailbox);
  }
  const precede = read.posted.filter((posted) => posted.box.length > 0 && parseBox(posted.box).kind === BoxKind.text).length;
  const replyBlock = isText && mailbox ? sealReply(instance, precede, signed, withholdSlots(box, mailbox.mailboxPk), mailbox) : new Uint8Array(0);
  return encodePost({ entry: signed, box, statusBlock, replyBlock });
}

const roleOf = (keyring: Keyring, id: Bytes): number => keyring.body.members.find((member) => equal(member.id, id))?.role ?? 0;
const isCustodian = (keyring: Keyring, self: Self): boolean => roleOf(keyring, self.id) === Role.custodian;

function kemOf(keyring: Keyring, kems: Bytes, id: Bytes): Bytes {
  const member = keyring.body.members.find((one) => equal(one.id, id));
  const pk = member && parseKemKeys(keyring.body.instance, kems).get(hex(member.kemHash));
  ensure(pk !== undefined, "missing_key", "a member's KEM key");
  return pk;
}

function custodians(keyring: Keyring, kems: Bytes, day: number): Bytes[] {
  const present = keyring.body.members.filter(({ role, flags, from, until }) => role === Role.custodian && (flags & 1) === 0 && from <= day && day <= until);
  return present.map(({ id }) => kemOf(keyring, kems, id));
}

/** SPEC 8.7: the own half of the way to the name, to whoever asked and nobody else. */
function composeHalf(request: ComposeRequest, deed: Deed, read: ReadCase, keyring: Keyring, self: Self, fields: BoxFields): Bytes {
  const ask = read.chain.asks.find(({ entry }) => hex(entry.link) === deed.cited)?.entry;
  ensure(ask !== undefined, "bad_state", "nobody asks");
  const message = read.messages.find(({ cid }) => equal(cid, ask.cited));
  ensure(!!message?.sealed, "not_a_recipient", "the message whose name is asked for");
  const agreed = deed.kind === EntryKind.identityAgreed;
  const secret = agreed ? message.plain?.half : openCustodianSlot(message.sealed, self.kem);
  ensure(!!secret, "not_a_recipient", "the reviewers' half");
  const kind = agreed ? BoxKind.identityHalf : BoxKind.identityKey;
  const box = sealSecret({ ...fields, kind }, self.signingSeed, kemOf(keyring, request.kems, ask.actor), secret);
  checkSecret(parseBox(box), keyring.body, ask, fields.day);
  return box;
}

/** SPEC 8.7 and 6.9: the name, from both halves; SC1 is checked. After `identity opened` was signed. */
export function openName(request: OpenRequest, link: string, keyring: Keyring, self: Self, today: number): [string, string][] {
  const read = readCase(request, keyring, self, today);
  const ask = read.chain.asks.find(({ entry }) => hex(entry.link) === link);
  ensure(!!ask?.opened && equal(ask.entry.actor, self.id), "bad_state", "the opening is not signed");
  const message = read.messages.find(({ cid }) => equal(cid, ask.entry.cited));
  ensure(!!message?.sealed, "not_a_recipient", "the message whose name is asked for");
  const half = (kind: number): Bytes => {
    const entry = read.chain.entries.find((one) => one.kind === kind && equal(one.cited, ask.entry.link) && !uncounted(read.chain, one));
    const data = entry && read.posted[entry.seq]?.box;
    ensure(entry !== undefined && data !== undefined, "bad_state", "a half");
    const box = checkBox(parseBox(data), entry);
    return openSecret(box, keyring.body.instance, read.cid, checkSigner(entry, keyring.body).pk, self.kem);
  };
  return [...openIdentity(message.sealed, half(EntryKind.identityAgreed), half(EntryKind.identityGranted)).identity];
}

function plainDeed(kind: number, { state, priority }: { state: number; priority: number }): Deed {
  return { kind, state, priority, until: 0, cited: "", visible: true, code: "", members: [] };
}

/** SPEC 7: a text goes to the person and to staff, a note to staff, a wrap to the unit that it names. Staff are the inboxes of the case. */
function composeBox(request: ComposeRequest, deed: Deed, read: ReadCase, keyring: Keyring, self: Self, day: number, about: ReadMessage | undefined): Bytes {
  const { instance } = keyring.body;
  const account = read.messages[0]?.plain?.account;
  const proposal = deed.cited ? read.chain.pending.find(({ link }) => hex(link) === deed.cited) : undefined;
  // whoever is handed the case reads why
  const handed = deed.kind === EntryKind.approval && deed.state === State.assigned && proposal;
  const live = read.wraps.get(hex(handed ? handed.boxHash : read.chain.wrap));
  const wraps = deed.kind === EntryKind.grant || (deed.kind === EntryKind.proposal && deed.state === State.assigned);
  const isText = deed.kind === EntryKind.text || ((deed.kind === EntryKind.step || deed.kind === EntryKind.approval) && deed.visible);
  const kind = wraps ? BoxKind.wrapUnit : isText ? BoxKind.text : BoxKind.note;
  const fields: BoxFields = { instance, cid: read.cid, kind, parent: about?.sealed?.headerHash ?? Z32, author: self.id, day, keyringHash: keyring.hash };
  const words = { language: request.language, text: request.text, code: deed.code };
  if (deed.kind === EntryKind.proposal && deed.state === State.referred) ensureReferable(read, deed.code);
  if (wraps) {
    const { intake } = read;
    ensure(intake !== null, "not_a_recipient", "a unit hands nothing over");
    const kems = parseKemKeys(instance, request.kems);
    const ids = deed.kind === EntryKind.grant && live ? namedBy(live.box, keyring) : deed.members;
    const pks = keyring.body.members.filter(({ id }) => ids.includes(hex(id))).map(({ kemHash }) => kems.get(hex(kemHash)));
    if (deed.kind === EntryKind.proposal) ensureNobodyBarred(ids, barredFrom(read, keyring, self, day));
    ensure(pks.length === ids.length && pks.every((pk) => pk !== undefined), "missing_key", "a member's KEM key");
    const grants = read.messages.flatMap(({ cid, sealed, plain }): Grant[] => (sealed && plain?.cek ? [{ cid, k0: accountKey(sealed, plain.cek) }] : []));
    const seed = deed.kind === EntryKind.grant && live ? live.inboxSeed : randomBytes(32);
    const box = sealWrap(fields, self.signingSeed, pks as Bytes[], grants, seed, intake.pk, words);
    checkWrap(parseBox(box), keyring.body, day, intake.pk);
    return box;
  }
  if (deed.kind === EntryKind.identityAgreed || deed.kind === EntryKind.identityGranted) return composeHalf(request, deed, read, keyring, self, fields);
  const staff = [read.intake?.pk ?? live?.intakePk, live?.inbox.pk].filter((pk) => pk !== undefined);
  // custodians read why a name is asked for; a custodian who refuses answers to whoever asked
  if (deed.kind === EntryKind.identityAsked) staff.push(...custodians(keyring, request.kems, day));
  const ask = read.chain.asks.find(({ entry }) => hex(entry.link) === deed.cited);
  if (deed.kind === EntryKind.refusal && ask && staff.length === 0) staff.push(kemOf(keyring, request.kems, ask.entry.actor));
  ensure(staff.length > 0, "not_a_recipient", "no inbox of the case");
  ensure(!isText || account !== undefined, "not_a_recipient", "the first message");
  return sealBox(fields, self.signingSeed, [...(isText && account ? [account.mailboxPk] : []), ...staff], words.language, words.text, words.code);
}
/** What the act refers to: the newest message; a wish to stop only when the writer takes it up (SPEC 8.3: citing it ends the hold), a wish for review when the review begins. */
function citedMessage(read: ReadCase, takesUpStop: boolean, deed: Deed): ReadMessage | undefined {
  const cited = new Set(read.chain.entries.map((entry) => hex(entry.cited)));
  const newestFirst = [...read.messages].reverse();
  const open = (lane: number): ReadMessage | undefined => newestFirst.find((one) => one.lane === lane && !cited.has(hex(one.cid)));
  const stop = takesUpStop ? open(Lane.stop) : undefined;
  const review = deed.kind === EntryKind.step && (deed.state === State.review || deed.state === State.reopened) ? open(Lane.review) : undefined;
  return stop ?? review ?? newestFirst.find(({ lane, plain }) => lane !== Lane.stop && lane !== Lane.review && plain);
}
