// A case between the server's bytes and the reviewer's eyes: opened and verified here (SPEC 6.9, 6.10, 8.2), answered from here (SPEC 8.5, 9).
// Runs in the worker. Plaintext leaves it only as what the page shows.

import { type Account, type EvidenceItem } from "../../../crypto/ts/account.js";
import { type BoxFields, BoxKind, intakeInbox, openBox, parseBox, sealBox, withholdSlots } from "../../../crypto/ts/box.js";
import {
  type Chain, checkBox, checkSigner, type Entry, EntryKind, encodePost, messagesHead, parsePostedEntries, parseSignedEntry,
  type PostedEntry, signEntry,
  type SignedEntry, verifyChain,
} from "../../../crypto/ts/chain.js";
import { type Bytes, equal, hex, readUint, Z32 } from "../../../crypto/ts/encoding.js";
import { ensure, ProtocolError } from "../../../crypto/ts/errors.js";
import { type Keyring } from "../../../crypto/ts/keyring.js";
import { sealReply, sealStatus } from "../../../crypto/ts/mailbox.js";
import { Lane, openMessage, type OpenedMessage as Plain, parseSealed, type SealedMessage } from "../../../crypto/ts/message.js";
import { type KemKey } from "../../../crypto/ts/primitives.js";
import { type EvidenceFile, type Fault, type OpenedCase, type OpenedEntry, type OpenedMessage, ROLES, type Verdict } from "./desk-model.js";
import { fromHex } from "./desk-page.js";
import { NO_PRIORITY, State } from "../../../crypto/ts/workflow.js";
import type { ComposeRequest, OpenRequest } from "./desk-calls.js";

const LINES = 40; // SPEC 9.2
const MAX_GUESSES = 500; // sets of messages tried before admitting that the order of one day is not known

export interface Self {
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

/** What both opening and answering stand on. */
interface ReadCase {
  cid: Bytes;
  messages: ReadMessage[];
  posted: PostedEntry[];
  entries: (SignedEntry | null)[];
  chain: Chain;
  chainFault: (Fault & { index: number }) | null;
}

export function asFault(error: unknown): Fault {
  if (error instanceof ProtocolError) return { slug: error.slug, fact: error.fact };
  return { slug: "other", fact: error instanceof Error ? error.name : "" };
}

export function openCase(request: OpenRequest, keyring: Keyring, self: Self, today: number): { reaches: boolean; fault: Fault | null; opened: OpenedCase | null } {
  const read = readCase(request, keyring, self, today);
  const first = read.messages[0];
  const readable = read.messages.filter((message) => message.plain);
  if (readable.length === 0) {
    const worst = read.messages.map((message) => message.fault).find((fault) => fault && fault.slug !== "not_a_recipient");
    return { reaches: false, fault: worst ?? null, opened: null };
  }
  const mine = read.chain.entries.filter((entry) => equal(entry.actor, self.id));
  const answers = read.chain.entries.filter((entry) => entry.kind === EntryKind.text && !uncounted(read.chain, entry));
  const since = (entries: readonly SignedEntry[]): number => Math.max(0, request.listed.length - Math.max(0, ...entries.map(countOf)));
  const newest = [...readable].reverse().find((message) => message.plain)?.plain?.account;
  const opened: OpenedCase = {
    cid: request.cid,
    messages: read.messages.map(showMessage),
    entries: read.posted.map((posted, i) => showEntry(read, posted, i, keyring)),
    state: read.chain.state,
    acknowledged: read.chain.acknowledged,
    chainFault: read.chainFault,
    withheld: isWithheld(read, request),
    fresh: since(mine),
    unanswered: since(answers),
    language: first?.plain?.account.language ?? newest?.language ?? "",
  };
  return { reaches: true, fault: null, opened };
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
  return { cid, messages, posted, entries: posted.map(({ entry }) => tryParse(entry)), chain, chainFault: fault };
}

function readMessage(message: ReadMessage, sealed: SealedMessage, keyring: Keyring, self: Self, first: Account | undefined): void {
  message.sealed = sealed;
  message.lane = sealed.lane;
  try {
    const { body } = keyring;
    const expected = sealed.keyringVersion === body.version ? keyring.hash : sealed.keyringVersion === body.version - 1 ? body.prev : undefined;
    const plain = openMessage(sealed, self.kem, expected);
    // SPEC 6.10: a later message with other keys does not join
    const same = !first || (equal(plain.account.requestPk, first.requestPk) && equal(plain.account.mailboxPk, first.mailboxPk) && equal(plain.account.veilKey, first.veilKey));
    ensure(same, "keys_differ", "another code than the first message");
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
  };
  if (!entry) return shown;
  Object.assign(shown, {
    link: hex(entry.link), kind: entry.kind, state: entry.state, day: entry.day, actor: hex(entry.actor), cited: shownHash(entry.cited), box: shownHash(entry.boxHash), count: countOf(entry),
  });
  if (index >= brokenAt) return shown;
  const signer = checkSigner(entry, keyring.body);
  shown.role = ROLES[signer.role] ?? "";
  if (entry.kind !== EntryKind.text) return shown;
  try {
    const box = checkBox(parseBox(posted.box), entry);
    const first = read.messages[0];
    ensure(!!first?.plain && !!first.sealed, "not_a_recipient", "the first message");
    const opened = openBox(box, keyring.body.instance, read.cid, signer.pk, intakeInbox(first.plain.cek, first.sealed.headerHash));
    [shown.text, shown.language] = [opened.text, opened.language];
  } catch (error) {
    shown.textFault = asFault(error);
  }
  return shown;
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

/** SPEC 8.5: a signed entry on the chain as it was read, its text sealed to the person and to the case's readers, and a new block 0. */
export function composePost(request: ComposeRequest, keyring: Keyring, self: Self, today: number): Bytes {
  const { instance } = keyring.body;
  const read = readCase(request, keyring, self, today);
  if (read.chainFault) throw new ProtocolError("chain_broken", read.chainFault.slug);
  const first = read.messages[0];
  if (!first?.plain || !first.sealed) throw new ProtocolError("not_a_recipient", "the first message");
  const { account } = first.plain;
  const mailbox = { lookup: first.sealed.lookup, mailboxPk: account.mailboxPk, veilKey: account.veilKey };
  const day = Math.max(today, ...read.chain.entries.map((entry) => entry.day));
  const received = read.messages.map(({ cid }) => cid);
  const isText = request.kind === "text";
  const about = citedMessage(read, isText && request.takesUpStop);

  let box: Bytes = new Uint8Array(0);
  if (isText) {
    const parent = about?.sealed?.headerHash ?? Z32;
    const fields: BoxFields = { instance, cid: read.cid, kind: BoxKind.text, parent, author: self.id, day, keyringHash: keyring.hash };
    const inbox = intakeInbox(first.plain.cek, first.sealed.headerHash); // SPEC 7.1
    box = sealBox(fields, self.signingSeed, [account.mailboxPk, inbox.pk], request.language, request.text);
  }
  const entry: Entry = {
    instance, cid: read.cid, seq: read.posted.length, prev: read.chain.head, kind: isText ? EntryKind.text : EntryKind.opened, state: State.screening, day, until: 0,
    actor: self.id, boxHash: isText ? parseBox(box).hash : Z32, cited: about?.cid ?? Z32, keyringHash: keyring.hash, messages: messagesHead(received), priority: NO_PRIORITY,
  };
  const signed = signEntry(entry, self.signingSeed);
  let statusBlock: Bytes = new Uint8Array(0);
  if (request.mailboxOpen) {
    const all = [...read.posted.map((posted) => posted.entry), signed];
    const before = verifyChain(instance, read.cid, keyring.body, all.slice(0, Math.max(0, all.length - LINES)), [], today);
    const start = { seq: before.entries.length, link: before.head, state: before.state, acknowledged: before.acknowledged, back: before.place.back, priority: before.place.priority, until: before.place.until, since: before.place.since };
    const entries = all.slice(start.seq).map(parseSignedEntry);
    statusBlock = sealStatus({ instance, cid: read.cid, writeSignature: first.sealed.writeSignature, messages: received, start, entries, day, author: self.id }, self.signingSeed, mailbox);
  }
  const precede = read.chain.entries.filter(({ kind }) => kind === EntryKind.text).length;
  const replyBlock = isText ? sealReply(instance, precede, signed, withholdSlots(box, account.mailboxPk), mailbox) : new Uint8Array(0);
  return encodePost({ entry: signed, box, statusBlock, replyBlock });
}

/** What the act refers to: the newest message, but a wish to stop only when the writer takes it up (SPEC 8.3: citing it ends the hold). */
function citedMessage(read: ReadCase, takesUpStop: boolean): ReadMessage | undefined {
  const cited = new Set(read.chain.entries.map((entry) => hex(entry.cited)));
  const newestFirst = [...read.messages].reverse();
  const stop = newestFirst.find(({ lane, cid }) => lane === Lane.stop && !cited.has(hex(cid)));
  return (takesUpStop ? stop : undefined) ?? newestFirst.find(({ lane, plain }) => lane !== Lane.stop && plain);
}
