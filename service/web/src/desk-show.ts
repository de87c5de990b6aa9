// What the page shows of a case. Plaintext leaves the worker only as this.

import { BoxKind, parseBox, type SealedBox } from "../../../crypto/ts/box.js";
import { EntryKind, messagesHead, type SignedEntry } from "../../../crypto/ts/entry.js";
import { checkBox, type PostedEntry } from "../../../crypto/ts/posts.js";
import { checkSigner } from "../../../crypto/ts/signer.js";
import { checkNamed } from "../../../crypto/ts/withholding.js";
import { checkReaders, checkWrap } from "../../../crypto/ts/wraps.js";
import { type Bytes, equal, hex, Z32 } from "../../../crypto/ts/encoding.js";
import { ensure } from "../../../crypto/ts/errors.js";
import { type Keyring } from "../../../crypto/ts/keyring.js";
import { accountKey, type SealedMessage } from "../../../crypto/ts/message.js";
import { NO_PRIORITY, State } from "../../../crypto/ts/workflow.js";
import { barredFrom, booksOf, consentsOf, ensureHandable, ensureNobodyBarred, ensureReferable, referralsFrom } from "./desk-allowed.js";
import type { OpenRequest } from "./desk-calls.js";
import { checkProposedCard, formerUntil, intakePk, isUnitBehind, unitHas } from "./desk-card.js";
import { type Barring } from "./desk-conflict.js";
import type { CopyOut, Fault, OpenedCase, OpenedEntry, OpenedMessage, Proposal, ReadersChange, Unit, Verdict } from "./desk-opened.js";
import { ROLES } from "./desk-roles.js";
import { writtenAgain } from "./desk-books.js";
import { ensureAnswers, readCopy } from "./desk-copies.js";
import { erasingOf } from "./desk-erasing.js";
import { keepingOf, withheldBefore, withholdingsOf } from "./desk-keeping.js";
import { showFiles } from "./desk-show-files.js";
import { asFault, Barred } from "./desk-barred.js";
import { countOf, isCustodian, namedBy, openWith, proposedCode, type ReadCase, readCase, type ReadMessage, type Self, uncounted, waitingOf } from "./desk-read.js";

const MAX_GUESSES = 500; // sets of messages tried before admitting that the order of one day is not known

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
  const books = booksOf(read, today);
  const opened: OpenedCase = {
    cid: request.cid,
    messages: read.messages.map((message) => showMessage(read, message)),
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
    consents: consentsOf(read),
    referrals: Object.fromEntries(referralsFrom(read)),
    coded: read.notes.join("\n"),
    books,
    unhandedRecords: read.intake ? writtenAgain(books.records, handedAt(read)) : [],
    unit: showUnit(read, keyring),
    claimed: read.chain.claimed.map(hex),
    ungranted: ungranted(read).length,
    unitBehind: isUnitBehind(read),
    readers: read.readers.length > 0 ? namedBy(read.readers[read.readers.length - 1] as SealedBox, keyring) : [],
    unkept: unkept(read).length,
    changes: read.chain.changes.map((entry) => showChange(read, entry, keyring, self, today, against)),
    keeping: keepingOf(read, keyring, self, today),
    erasing: erasingOf(read, self),
    hold: read.chain.hold,
    holding: read.chain.holding.map((entry) => ({ ...waitingOf(entry, self), until: entry.until })),
    nameless: read.messages.length > 0 && read.messages.every(({ sealed }) => sealed !== null && sealed.custodianSlots.length === 0),
    copies: read.chain.copies.map((entry) => copyOut(read, entry, keyring)),
    withholdings: withholdingsOf(read, today),
    withheldBefore: withheldBefore(read, self),
    asks: read.chain.asks.map(({ entry, agreed, granted, opened: done }) => ({ ...waitingOf(entry, self), until: entry.until, agreed, granted, opened: done })),
  };
  // whoever is barred sees that, and a way to step back; not a word of the case
  if (own) return { reaches: true, fault: null, opened: { ...opened, against: own.reasons, messages: [], entries: [], proposals: [], asks: [], changes: [], readers: [], unkept: 0, keeping: { named: false, kept: false, due: false }, withholdings: [], withheldBefore: [], copies: [], erasing: [], hold: 0, holding: [], barred: [], consents: new Map(), referrals: {}, coded: "", books: { records: [], alerts: [], counts: [], blocksClosing: false }, unhandedRecords: [], language: "", unit: null } };
  return { reaches: true, fault: null, opened };
}

/** The entry by which a unit got the case; before it none did. */
function handedAt(read: ReadCase): number {
  return Math.max(-1, ...read.chain.entries.filter((entry) => entry.kind === EntryKind.approval && entry.state === State.assigned && !uncounted(read.chain, entry)).map(({ seq }) => seq));
}

/** Whether the person reads words in it: an answer, or a step with its reason. */
function speaks(read: ReadCase, entry: SignedEntry): boolean {
  const box = read.posted[entry.seq]?.box;
  return entry.kind === EntryKind.text || (box !== undefined && box.length > 0 && parseBox(box).kind === BoxKind.text);
}

function showMessage(read: ReadCase, message: ReadMessage): OpenedMessage {
  const { plain } = message;
  return {
    cid: hex(message.cid),
    day: message.day,
    lane: message.lane,
    kind: plain?.account.kind ?? 0,
    language: plain?.account.language ?? "",
    ...(plain ? showFiles(plain.account.answers, plain.account.evidence, plain.intake) : { answers: [], intake: [], evidence: [], apart: [] }),
    fault: message.fault,
    formerUntil: formerUntil(read, message),
  };
}

function showEntry(read: ReadCase, posted: PostedEntry, index: number, keyring: Keyring): OpenedEntry {
  const entry = read.entries[index];
  const brokenAt = read.chainFault?.index ?? Infinity;
  const verdict: Verdict = index === brokenAt ? "broken" : index > brokenAt || !entry ? "unchecked" : read.chain.void.includes(entry.seq) ? "void" : read.chain.unconfirmed.includes(entry.seq) ? "unconfirmed" : "counts";
  const shown: OpenedEntry = {
    seq: index, link: "", kind: 0, state: 0, day: 0, actor: "", role: "", cited: "", box: "", count: 0, verdict,
    fault: index === brokenAt && read.chainFault ? { slug: read.chainFault.slug, fact: read.chainFault.fact } : null, text: "", language: "", textFault: null,
    boxKind: 0, code: "", until: 0, priority: NO_PRIORITY, moved: true,
  };
  if (!entry) return shown;
  Object.assign(shown, {
    link: hex(entry.link), kind: entry.kind, state: entry.state, day: entry.day, actor: hex(entry.actor), cited: shownHash(entry.cited), box: shownHash(entry.boxHash), count: countBy(read, entry),
    until: entry.until, priority: entry.priority, moved: !read.chain.alone.includes(entry.seq),
  });
  if (index >= brokenAt) return shown;
  const signer = checkSigner(entry, keyring.body);
  shown.role = ROLES[signer.role] ?? "";
  if (posted.box.length === 0) return shown;
  try {
    const box = checkBox(read.recall.box(posted.box), entry);
    ensure(!read.strayGrants.has(entry.seq), "wrong_case", "a grant to other readers");
    shown.boxKind = box.kind;
    if (box.kind === BoxKind.identityHalf || box.kind === BoxKind.identityKey) return shown; // opened only with the name
    if (entry.kind === EntryKind.copyAnswered) ensureAnswers(read, entry, box, keyring);
    const wrap = read.wraps.get(hex(box.hash));
    const handed = read.handed.get(hex(box.hash));
    const words = box.kind === BoxKind.copy ? readCopy(read, box, keyring, signer.pk) : box.kind === BoxKind.wrapUnit ? wrap?.words : box.kind === BoxKind.wrapIntake ? handed?.words : openWith(read, box, keyring, signer.pk);
    ensure(words !== undefined, "not_a_recipient", "not handed to this unit");
    [shown.text, shown.language, shown.code] = [words.text, words.language, words.code];
  } catch (error) {
    shown.textFault = asFault(error);
  }
  return shown;
}

/** How many messages were there: who answers a copy does not know, the entry before does. */
function countBy(read: ReadCase, entry: SignedEntry): number {
  if (entry.kind !== EntryKind.copyAnswered) return countOf(entry);
  return Math.max(0, ...read.entries.slice(0, entry.seq).map((one) => (one ? countOf(one) : 0)));
}

/** Whom a copy waits for. */
function copyOut(read: ReadCase, entry: SignedEntry, keyring: Keyring): CopyOut {
  const [member = ""] = namedBy(parseBox(read.posted[entry.seq]?.box ?? new Uint8Array(0)), keyring);
  const role = keyring.body.members.find(({ id }) => hex(id) === member)?.role ?? 0;
  return { member, role: ROLES[role] ?? "", until: entry.until };
}

/** What another member proposes, as it will be: whoever approves must see it first. */
export function showProposal(read: ReadCase, entry: SignedEntry, keyring: Keyring, self: Self, today: number, against: readonly Barring[]): Proposal {
  const wrap = read.wraps.get(hex(entry.boxHash));
  let wrapFault: Fault | null = null;
  try {
    if (wrap && read.intake) {
      checkWrap(wrap.box, keyring.body, today, read.intake.pk);
      checkProposedCard(read, entry, wrap.box, wrap);
      for (const { cid, k0 } of wrap.grants) {
        const message = read.messages.find((one) => equal(one.cid, cid));
        ensure(!!message?.sealed && !!message.plain?.cek, "not_a_recipient", "a message that is not here");
        ensure(equal(accountKey(message.sealed, message.plain.cek), k0), "commitment_mismatch", "another key than the account's");
      }
      ensureNobodyBarred(namedBy(wrap.box, keyring), against);
      checkNamed(read.chain, keyring.body, wrap.box);
      ensureHandable(read);
    } else if (entry.state === State.referred && !read.chain.alone.includes(entry.seq)) ensureReferable(read, proposedCode(read, entry, keyring));
    else if (entry.state === State.assigned) ensure(false, "not_a_recipient", "the wrap");
  } catch (error) {
    wrapFault = asFault(error);
  }
  return {
    ...waitingOf(entry, self), state: entry.state, priority: entry.priority, until: entry.until,
    lowers: read.chain.alone.includes(entry.seq), members: wrap ? namedBy(wrap.box, keyring) : [], granted: wrap?.grants.length ?? 0, wrapFault,
  };
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
  return read.messages.filter((message) => message.plain?.cek && !live.grants.some(({ cid }) => equal(cid, message.cid)) && !unitHas(read, message, live));
}

/** Messages that are read here and that neither a wrap of the readers holds, where there is one, nor the newest inbox opens. */
export function unkept(read: ReadCase): ReadMessage[] {
  if (read.readers.length === 0) return [];
  const held = read.readers.flatMap((box) => read.handed.get(hex(box.hash))?.keys ?? []);
  const byCard = ({ inbox }: ReadMessage): boolean => !!inbox && !!read.intake && equal(inbox.pk, read.intake.pk);
  return read.messages.filter((message) => message.plain?.cek && !held.some(({ cid }) => equal(cid, message.cid)) && !byCard(message));
}

/** SPEC 8.8: other readers, or others of the unit, as they will be: whoever agrees must see it first. */
export function showChange(read: ReadCase, entry: SignedEntry, keyring: Keyring, self: Self, today: number, against: readonly Barring[]): ReadersChange {
  const unit = entry.kind === EntryKind.unitProposed;
  const live = unit ? read.wraps.get(hex(read.chain.wrap))?.box : read.readers[read.readers.length - 1];
  const before = live ? namedBy(live, keyring) : [];
  let members: string[] = [];
  let messages = 0;
  let wrong: Fault | null = null;
  try {
    const box = checkBox(parseBox(read.posted[entry.seq]?.box ?? new Uint8Array(0)), entry);
    members = namedBy(box, keyring);
    messages = unit ? checkUnit(read, entry, box, keyring, today) : checkHanded(read, entry, box, keyring, today);
    ensureNobodyBarred(members, against);
    checkNamed(read.chain, keyring.body, box);
    if (unit) ensureHandable(read);
  } catch (error) {
    wrong = asFault(error);
  }
  const gone = before.filter((id) => !members.includes(id));
  return { ...waitingOf(entry, self), unit, members, messages, gone, fault: wrong };
}

/** How many messages a wrap of the readers opens: each is tried, and none that is read here may be missing. */
function checkHanded(read: ReadCase, entry: SignedEntry, box: SealedBox, keyring: Keyring, today: number): number {
  const handed = read.handed.get(hex(box.hash));
  if (!handed) throw new Barred("not_named"); // the new inbox is for those who stay: nobody else can check it
  ensure(read.intake !== null, "not_a_recipient", "the wrap");
  checkReaders(box, keyring.body, today, null);
  checkProposedCard(read, entry, box, handed);
  for (const { cid, cek } of handed.keys) read.recall.withCek(sealedOf(read, cid), cek);
  ensureNoneLeft(read.messages.filter(({ plain, day }) => plain?.cek && day < entry.day), handed.keys);
  return handed.keys.length;
}

/** The same of a wrap of the unit, which opens the accounts alone: what the unit reads now it reads on. */
function checkUnit(read: ReadCase, entry: SignedEntry, box: SealedBox, keyring: Keyring, today: number): number {
  const wrap = read.wraps.get(hex(box.hash));
  const live = read.wraps.get(hex(read.chain.wrap));
  ensure(wrap !== undefined && live !== undefined, "not_a_recipient", "the wrap");
  checkWrap(box, keyring.body, today, intakePk(read) ?? live.intakePk);
  checkProposedCard(read, entry, box, wrap);
  for (const { cid, k0 } of wrap.grants) read.recall.granted(sealedOf(read, cid), k0);
  ensureNoneLeft(live.grants, wrap.grants);
  return wrap.grants.length;
}

function sealedOf(read: ReadCase, cid: Bytes): SealedMessage {
  const sealed = read.messages.find((one) => equal(one.cid, cid))?.sealed;
  ensure(!!sealed, "not_a_recipient", "a message that is not here");
  return sealed;
}

function ensureNoneLeft(all: readonly { cid: Bytes }[], given: readonly { cid: Bytes }[]): void {
  ensure(all.every(({ cid }) => given.some((one) => equal(one.cid, cid))), "not_a_recipient", "a message is left out");
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
