// A deed on a case as it was read: what is sealed to whom, signed, with the person's new mailbox block (SPEC 8.5, 9).

import { type BoxFields, BoxKind, type Grant, openSecret, parseBox, type SealedBox, sealBox, sealSecret, sealWrap, withholdSlots, sealReaders } from "../../../crypto/ts/box.js";
import { verifyChain } from "../../../crypto/ts/chain.js";
import { type Entry, EntryKind, messagesHead, parseSignedEntry, signEntry } from "../../../crypto/ts/entry.js";
import { checkBox, encodePost } from "../../../crypto/ts/posts.js";
import { checkSigner } from "../../../crypto/ts/signer.js";
import { checkSecret, checkWrap, checkReaders, steppedBack } from "../../../crypto/ts/wraps.js";
import { checkClaim } from "../../../crypto/ts/claiming.js";
import { type Bytes, equal, hex, Z32 } from "../../../crypto/ts/encoding.js";
import { parseKemKeys } from "../../../crypto/ts/enrolment.js";
import { ensure, ProtocolError } from "../../../crypto/ts/errors.js";
import { type Keyring, Role } from "../../../crypto/ts/keyring.js";
import { sealReply, sealStatus } from "../../../crypto/ts/mailbox.js";
import { accountKey, Lane, openCustodianSlot, openIdentity } from "../../../crypto/ts/message.js";
import { hash } from "../../../crypto/ts/primitives.js";
import { checkAsker, checkNamed, checkWithholding } from "../../../crypto/ts/withholding.js";
import { State } from "../../../crypto/ts/workflow.js";
import { barredFrom, ensureClosable, ensureHandable, ensureNobodyBarred, ensureReferable } from "./desk-allowed.js";
import type { ComposeRequest, Deed, OpenRequest } from "./desk-calls.js";
import { grantedSeeds, heldByUnit, intakePk, newestCard, nextCard, unitPk } from "./desk-card.js";
import { composeCopy } from "./desk-copies.js";
import { ensureAskedToErase, erasingFiles } from "./desk-erasing.js";
import { citedByOpening } from "./desk-keeping.js";
import { fromHex } from "./desk-page.js";
import { Barred, isBarred } from "./desk-barred.js";
import { isCustodian, namedBy, type ReadCase, readCase, type ReadMessage, type Self, uncounted } from "./desk-read.js";
import { showChange, showProposal, unkept } from "./desk-show.js";
import type { OpenedName } from "./desk-opened.js";
import { showName } from "./desk-show-files.js";

const LINES = 40; // SPEC 9.2
const NONE: Bytes = new Uint8Array(0);

/** A box, and the card where it says who reads from then on. */
interface Sealed {
  box: Bytes;
  card: Bytes;
}

/** SPEC 8.5: a signed entry on the chain as it was read, its words sealed to whom they are for, and a new block 0. */
export function composePost(request: ComposeRequest, keyring: Keyring, self: Self, today: number): Bytes {
  const { instance } = keyring.body;
  const read = readCase(request, keyring, self, today);
  if (read.chainFault) throw new ProtocolError("chain_broken", read.chainFault.slug);
  const first = read.messages[0];
  // a later message may have reached somebody whom the first did not: they can hand it on, and a custodian reads none
  const outside = isCustodian(keyring, self) || request.deed?.kind === EntryKind.readersKept;
  if (!first?.sealed || (!first.plain && !outside)) throw new ProtocolError("not_a_recipient", "the first message");
  const account = read.messages.find(({ plain }) => plain)?.plain?.account;
  const day = Math.max(today, ...read.chain.entries.map((entry) => entry.day));
  const received = read.messages.map(({ cid }) => cid);
  const place = read.chain.place;
  const deed = request.deed ?? plainDeed(request.kind === "text" ? EntryKind.text : EntryKind.opened, place);
  const kept = deed.kind === EntryKind.opened ? citedByOpening(read, keyring, self) : null;
  const about = deed.kind === EntryKind.identityAsked ? read.messages.find(({ cid }) => hex(cid) === deed.cited) ?? read.messages[0] : citedMessage(read, request.takesUpStop, deed);

  const boxless: readonly number[] = [EntryKind.opened, EntryKind.recusal, EntryKind.identityOpened, EntryKind.readersAgreed, EntryKind.claimed];
  const { box, card }: Sealed = boxless.includes(deed.kind) ? { box: NONE, card: NONE } : composeBox(request, deed, read, keyring, self, day, about);
  const isText = box.length > 0 && parseBox(box).kind === BoxKind.text;
  const files = erasingFiles(read, deed, today);
  ensureAskedToErase(read, deed);
  ensureClosable(read, deed, today);
  const refers = deed.state === State.referred && place.state !== State.referred; // there, a priority alone goes to nobody
  if (deed.kind === EntryKind.readersAgreed || (deed.kind === EntryKind.approval && (deed.state === State.assigned || refers))) ensureAgreeable(read, deed, keyring, self, today);
  const claims = deed.kind === EntryKind.claimed;
  if (claims) ensureNobodyBarred(deed.members, barredFrom(read, keyring, self, day));
  const named = claims ? (deed.members.length > 0 ? fromHex([...deed.members].sort().join("")) : Z32) : undefined;
  const entry: Entry = {
    instance, cid: read.cid, seq: read.posted.length, prev: read.chain.head, kind: deed.kind, state: deed.state || State.screening, day, until: deed.until,
    actor: self.id, boxHash: box.length > 0 ? parseBox(box).hash : Z32, cited: named ?? (card.length > 0 ? hash(card) : files && deed.kind === EntryKind.proposal ? hash(files) : deed.cited ? fromHex(deed.cited) : kept ?? about?.cid ?? Z32), keyringHash: keyring.hash,
    messages: messagesHead(received), priority: deed.priority,
  };
  const signed = signEntry(entry, self.signingSeed);
  const all = [...read.posted.map((posted) => posted.entry), signed];
  const after = verifyChain(instance, read.cid, keyring.body, all, [], today); // what may not be done is refused here, before anything leaves
  if (deed.kind === EntryKind.withholding) checkWithholding(after, [...read.posted, { entry: signed, box, card }], keyring.body, parseSignedEntry(signed));
  if (claims) checkClaim(after, [...read.posted, { entry: signed, box, card }], keyring.body, parseSignedEntry(signed));
  let statusBlock = NONE;
  const mailbox = account && { lookup: first.sealed.lookup, mailboxPk: account.mailboxPk, veilKey: account.veilKey };
  if ((request.mailboxOpen || files) && mailbox) { // who lacks the mailbox's key leaves it to the next who has it
    const { last: start } = verifyChain(instance, read.cid, keyring.body, all.slice(0, Math.max(0, all.length - LINES)), [], today);
    const entries = all.slice(start.seq).map(parseSignedEntry);
    statusBlock = sealStatus({ instance, cid: read.cid, writeSignature: first.sealed.writeSignature, messages: received, start, entries, day, author: self.id, card: after.state === State.erased ? NONE : newestCard(after, [...read.posted, { entry: signed, box, card }])?.encoded ?? NONE }, self.signingSeed, mailbox);
  }
  const precede = read.posted.filter((posted) => posted.box.length > 0 && parseBox(posted.box).kind === BoxKind.text).length;
  const replyBlock = isText && mailbox ? sealReply(instance, precede, signed, withholdSlots(box, mailbox.mailboxPk), mailbox) : NONE;
  return encodePost({ entry: signed, box, statusBlock, replyBlock, card: files && deed.kind === EntryKind.approval ? files : card });
}

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
  checkAsker(read.chain, read.posted, keyring.body, ask, fields.day);
  ensureNobodyBarred([hex(ask.actor)], barredFrom(read, keyring, self, fields.day));
  const agreed = deed.kind === EntryKind.identityAgreed;
  const secret = agreed ? message.plain?.half : openCustodianSlot(message.sealed, self.kem);
  ensure(!!secret, "not_a_recipient", "the reviewers' half");
  const kind = agreed ? BoxKind.identityHalf : BoxKind.identityKey;
  const box = sealSecret({ ...fields, kind }, self.signingSeed, kemOf(keyring, request.kems, ask.actor), secret);
  checkSecret(parseBox(box), keyring.body, ask, fields.day);
  return box;
}

/** SPEC 8.7 and 6.9: the name, from both halves; SC1 is checked. After `identity opened` was signed. */
export function openName(request: OpenRequest, link: string, keyring: Keyring, self: Self, today: number): OpenedName {
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
  const { identity } = openIdentity(message.sealed, half(EntryKind.identityAgreed), half(EntryKind.identityGranted));
  return showName(identity, message.plain?.account.answers ?? new Map());
}

function plainDeed(kind: number, { state, priority }: { state: number; priority: number }): Deed {
  return { kind, state, priority, until: 0, cited: "", visible: true, code: "", members: [] };
}

/** SPEC 8.8: whoever agrees has looked, and their browser too. */
function ensureAgreeable(read: ReadCase, deed: Deed, keyring: Keyring, self: Self, today: number): void {
  const handing = deed.kind === EntryKind.approval;
  const proposed = (handing ? read.chain.pending : read.chain.changes).find(({ link }) => hex(link) === deed.cited);
  ensure(proposed !== undefined, "bad_state", "nothing is proposed");
  const against = barredFrom(read, keyring, self, today);
  const fault = handing ? showProposal(read, proposed, keyring, self, today, against).wrapFault : showChange(read, proposed, keyring, self, today, against).fault;
  if (fault && isBarred(fault.slug)) throw new Barred(fault.slug);
  if (fault) throw new ProtocolError(fault.slug as "malformed", fault.fact);
}

/** SPEC 7.5: to others by a proposal, with all that is read here; to the same as before, with what came since. */
function composeReaders(request: ComposeRequest, deed: Deed, read: ReadCase, keyring: Keyring, self: Self, fields: BoxFields): Sealed {
  const kept = deed.kind === EntryKind.readersKept;
  const live = read.readers[read.readers.length - 1];
  const ids = kept && live ? stayed(read, live, keyring) : deed.members;
  ensureNobodyBarred(ids, barredFrom(read, keyring, self, fields.day));
  const pks = keyring.body.members.filter(({ id }) => ids.includes(hex(id))).map(({ id }) => kemOf(keyring, request.kems, id));
  const messages = kept ? unkept(read) : read.messages;
  const keys = messages.flatMap(({ cid, plain }) => (plain?.cek ? [{ cid, cek: plain.cek }] : []));
  ensure(kept || read.intake !== null, "not_a_recipient", "the first message");
  // the new inbox is for those who stay alone; what came since, for those whom the live wrap names
  const inbox = kept && read.intake && live?.recipients.some(({ pkHash }) => read.intake && equal(pkHash, hash(read.intake.pk))) ? read.intake.pk : null;
  const { card, seeds, unitSeed } = kept ? { card: NONE, seeds: [], unitSeed: NONE } : nextCard(read, deed.kind, read.seeds);
  const words = { language: request.language, text: request.text, code: deed.code };
  const box = sealReaders({ ...fields, kind: BoxKind.wrapIntake }, self.signingSeed, inbox ? [...pks, inbox] : pks, keys, words, seeds, unitSeed);
  checkReaders(parseBox(box), keyring.body, fields.day, inbox, kept, kept && live !== undefined);
  checkNamed(read.chain, keyring.body, parseBox(box));
  return { box, card };
}

/** SPEC 8.8: whom a wrap names that hands on what came since: those of the live one who have not stepped back. */
function stayed(read: ReadCase, live: SealedBox, keyring: Keyring): string[] {
  const back = steppedBack(read.chain, read.posted.length);
  return namedBy(live, keyring).filter((id) => !back.has(id));
}

const unitOf = (keyring: Keyring, ids: readonly string[]): string => keyring.body.members.find(({ id, role }) => role === Role.investigator && ids.includes(hex(id)))?.group ?? "";

/** SPEC 7: a text goes to the person and to staff, a note to staff, a wrap to the unit that it names. Staff are the inboxes of the case. */
function composeBox(request: ComposeRequest, deed: Deed, read: ReadCase, keyring: Keyring, self: Self, day: number, about: ReadMessage | undefined): Sealed {
  const { instance } = keyring.body;
  const account = read.messages[0]?.plain?.account;
  const proposal = deed.cited ? read.chain.pending.find(({ link }) => hex(link) === deed.cited) : undefined;
  // whoever is handed the case reads why
  const handed = deed.kind === EntryKind.approval && deed.state === State.assigned && proposal;
  const live = read.wraps.get(hex(handed ? handed.boxHash : read.chain.wrap));
  const wraps = deed.kind === EntryKind.grant || deed.kind === EntryKind.unitProposed || (deed.kind === EntryKind.proposal && deed.state === State.assigned);
  const told = deed.state === State.erased && (deed.kind === EntryKind.proposal || deed.kind === EntryKind.approval); // the person reads it, before and after
  const isText = told || deed.kind === EntryKind.text || deed.kind === EntryKind.nameErasureAgreed || deed.kind === EntryKind.legalHoldAgreed || ((deed.kind === EntryKind.step || deed.kind === EntryKind.approval) && deed.visible);
  const kind = wraps ? BoxKind.wrapUnit : isText ? BoxKind.text : BoxKind.note;
  const fields: BoxFields = { instance, cid: read.cid, kind, parent: about?.sealed?.headerHash ?? Z32, author: self.id, day, keyringHash: keyring.hash };
  if (deed.kind === EntryKind.copied) {
    ensureNobodyBarred(deed.members, barredFrom(read, keyring, self, day));
    const words = { language: request.language, text: request.text, code: deed.code };
    return { box: composeCopy(read, fields, kemOf(keyring, request.kems, fromHex(deed.members[0] ?? "")), words, keyring, self), card: NONE };
  }
  if (deed.kind === EntryKind.readersProposed || deed.kind === EntryKind.readersKept) return composeReaders(request, deed, read, keyring, self, fields);
  const words = { language: request.language, text: request.text, code: deed.code };
  if (deed.kind === EntryKind.proposal && deed.state === State.referred && read.chain.place.state !== State.referred) ensureReferable(read, deed.code);
  if (wraps) {
    const inboxPk = intakePk(read) ?? live?.intakePk;
    ensure(inboxPk !== undefined, "not_a_recipient", "who reads nothing hands nothing over");
    const kems = parseKemKeys(instance, request.kems);
    const granted = deed.kind === EntryKind.grant && live ? live : undefined;
    const ids = granted ? stayed(read, granted.box, keyring) : deed.members;
    const pks = keyring.body.members.filter(({ id }) => ids.includes(hex(id))).map(({ kemHash }) => kems.get(hex(kemHash)));
    ensureNobodyBarred(ids, barredFrom(read, keyring, self, day)); // of a grant too: who is named there may be barred by what came since
    if (deed.kind !== EntryKind.grant) ensureHandable(read);
    ensure(pks.length === ids.length && pks.every((pk) => pk !== undefined), "missing_key", "a member's KEM key");
    const mine = read.messages.flatMap(({ cid, sealed, plain }): Grant[] => (sealed && plain?.cek ? [{ cid, k0: accountKey(sealed, plain.cek) }] : []));
    const held = deed.kind === EntryKind.proposal || !live ? [] : heldByUnit(read, live);
    const grants = [...mine, ...held.filter(({ cid }) => !mine.some((one) => equal(one.cid, cid)))];
    // the same unit reads on what was said to it before
    const same = live && deed.kind === EntryKind.unitProposed && unitOf(keyring, namedBy(live.box, keyring)) === unitOf(keyring, ids);
    const { card, seeds } = granted ? { card: NONE, seeds: grantedSeeds(read, granted) } : nextCard(read, deed.kind, same ? live.inboxSeeds : []);
    const box = sealWrap(fields, self.signingSeed, pks as Bytes[], grants, seeds, inboxPk, words);
    checkWrap(parseBox(box), keyring.body, day, inboxPk, granted !== undefined);
    checkNamed(read.chain, keyring.body, parseBox(box));
    return { box, card };
  }
  if (deed.kind === EntryKind.identityAgreed || deed.kind === EntryKind.identityGranted) return { box: composeHalf(request, deed, read, keyring, self, fields), card: NONE };
  const staff = [intakePk(read) ?? live?.intakePk, handed ? live?.inboxes[live.inboxes.length - 1]?.pk : unitPk(read)].filter((pk) => pk !== undefined);
  // custodians read why a name is asked for; a custodian who refuses answers to whoever asked
  if (deed.kind === EntryKind.identityAsked) staff.push(...custodians(keyring, request.kems, day));
  const ask = read.chain.asks.find(({ entry }) => hex(entry.link) === deed.cited);
  if (deed.kind === EntryKind.refusal && ask && staff.length === 0) staff.push(kemOf(keyring, request.kems, ask.entry.actor));
  ensure(staff.length > 0, "not_a_recipient", "no inbox of the case");
  ensure(!isText || account !== undefined, "not_a_recipient", "the first message");
  return { box: sealBox(fields, self.signingSeed, [...(isText && account ? [account.mailboxPk] : []), ...staff], words.language, words.text, words.code), card: NONE };
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
