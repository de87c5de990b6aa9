/** SPEC 9: eight blocks that look like noise to whoever lacks the code. */
import { pad, unpad } from "./account.js";
import { openBox, parseBox } from "./box.js";
import { type Card, verifyCard } from "./card.js";
import { type Chain, isVoid, verifyChain } from "./chain.js";
import { checkCase, encodeSignedEntry, messagesHead, parseSignedEntry, type SignedEntry } from "./entry.js";
import { checkBox } from "./posts.js";
import { checkSignature, checkSigner } from "./signer.js";
import { type Start } from "./walk.js";
import { type Bytes, cut, type Day, decode, decodeList, encode, encodeList, equal, join, readUint, readWithin, u32, u8, utf8 } from "./encoding.js";
import { ensure, ProtocolError } from "./errors.js";
import type { KeyringBody } from "./keyring.js";
import { writeStatement } from "./message.js";
import {
  aeadOpen, aeadSeal, hash, isValid, kdf, KEM_CT, kemDecapsulate, kemEncapsulate, type KemKey, kemKeypair, N0, randomBytes, sign, TAG,
} from "./primitives.js";
import { lookupId, type Receipt } from "./receipt.js";
import { NO_PRIORITY, State } from "./workflow.js";

export const BLOCK = 16384;
const NONCE = 24;
const DATA = 16344;
const MAX_LINES = 40;

const blockAd = (instance: Bytes, lookup: Bytes): Bytes => encode("block", instance, lookup);

/** SPEC 9.1. */
export function veil(veilKey: Bytes, instance: Bytes, lookup: Bytes, data: Bytes): Bytes {
  const nonce = randomBytes(NONCE);
  return join(nonce, aeadSeal(veilKey, nonce, blockAd(instance, lookup), pad(data, DATA)));
}

export function unveil(veilKey: Bytes, instance: Bytes, lookup: Bytes, block: Bytes): Bytes {
  ensure(block.length === BLOCK, "malformed", "block length");
  const [nonce, sealed] = cut(block, NONCE, BLOCK - NONCE) as [Bytes, Bytes];
  return unpad(aeadOpen(veilKey, nonce, blockAd(instance, lookup), sealed));
}

/** What the server answers with where there is no block. */
export function dummyBlock(serverKey: Bytes, lookup: Bytes, index: number): Bytes {
  return aeadSeal(kdf(serverKey, "dummy", lookup, u8(index)), N0, new Uint8Array(0), new Uint8Array(BLOCK - TAG));
}

/** The person's keys as staff know them, from stream 0. */
export interface Mailbox {
  readonly lookup: Bytes;
  readonly mailboxPk: Bytes;
  readonly veilKey: Bytes;
}

export interface StatusFields {
  readonly instance: Bytes;
  readonly cid: Bytes;
  readonly writeSignature: Bytes;
  /** CIDs of the messages received. */
  readonly messages: readonly Bytes[];
  readonly start: Start;
  /** The entries from `start` on, the newest 40 at most. */
  readonly entries: readonly SignedEntry[];
  readonly day: Day;
  readonly author: Bytes;
  /** SPEC 7.6: the newest with its two entries, or empty. */
  readonly card: Bytes;
}

/** SPEC 9.2: block 0. */
export function sealStatus(status: StatusFields, authorSeed: Bytes, mailbox: Mailbox): Bytes {
  const { instance, start } = status;
  ensure(status.entries.length <= MAX_LINES, "too_large", "lines");
  const lines = status.entries.map((entry) => encode(
    "line", u8(entry.kind), u8(entry.state), u32(entry.day), u32(entry.until), entry.actor, entry.boxHash, entry.cited, entry.keyringHash,
    entry.messages, u8(entry.priority), entry.signature,
  ));
  const body = encode(
    "status", instance, status.cid, status.writeSignature, status.card, messagesHead(status.messages), u32(start.seq), start.link,
    u8(start.state), u8(start.acknowledged ? 1 : 0), u8(start.back), u8(start.priority), u32(start.until), u32(start.since), u32(start.hold), encodeList("lines", lines), u32(status.day), status.author,
  );
  const signed = encode("signed-status", body, sign(authorSeed, body));
  const { ct, shared } = kemEncapsulate(mailbox.mailboxPk);
  const sealed = aeadSeal(statusKey(shared, instance, mailbox.lookup, ct, mailbox.mailboxPk), N0, statusAd(instance, mailbox.lookup), signed);
  return veil(mailbox.veilKey, instance, mailbox.lookup, encode("sealed-status", ct, sealed));
}

const statusKey = (shared: Bytes, instance: Bytes, lookup: Bytes, ct: Bytes, pk: Bytes): Bytes =>
  kdf(shared, "status", instance, lookup, ct, pk);
const statusAd = (instance: Bytes, lookup: Bytes): Bytes => encode("status-ad", instance, lookup);

/** SPEC 9.3: a reply block. `box` has the mailbox's slot only; `precede` text entries are older. */
export function sealReply(instance: Bytes, precede: number, entry: Bytes, box: Bytes, mailbox: Mailbox): Bytes {
  return veil(mailbox.veilKey, instance, mailbox.lookup, encode("reply-block", u32(precede), entry, box));
}

/** What the person's browser holds: a Receipt, or its parts. */
export type MailboxKeys = Pick<Receipt, "requestPk" | "mailboxSeed" | "veilKey">;

export interface Reply {
  readonly seq: number;
  readonly author: Bytes;
  readonly role: number;
  readonly day: Day;
  readonly language: string;
  readonly text: string;
  /** Text entries before it, here or no longer here. */
  readonly precede: number;
  /** Signed by a key that is no longer trusted, but confirmed by the status: say so. */
  readonly revoked: boolean;
  /** The reason's code, or empty. */
  readonly code: string;
}

export interface OpenedMailbox {
  readonly cid: Bytes;
  readonly state: number;
  readonly acknowledged: boolean;
  /** In the order of the blocks: newest first. */
  readonly replies: readonly Reply[];
  /** Why a block that is no status was refused; the others are still shown. */
  readonly refused: readonly ProtocolError[];
  /** The status' own day, and what it says of the messages received (u32 count || hash). */
  readonly day: Day;
  readonly messages: Bytes;
  readonly chain: Chain;
  /** To whose inboxes a message goes, if there is one; else why there is none though there should be. */
  readonly card?: Card | undefined;
  readonly cardFault?: ProtocolError | undefined;
}

/**
 * SPEC 9.2 to 9.4. Undefined when nothing opens: the same for an unknown, a burnt and an unanswered mailbox.
 * `leastCard`: the highest number of a card that was seen of this case.
 */
export function openMailbox(
  instance: Bytes, keys: MailboxKeys, keyring: KeyringBody, blocks: readonly Bytes[], today: Day, leastCard = 0,
): OpenedMailbox | undefined {
  const key = kemKeypair(keys.mailboxSeed);
  const lookup = lookupId(instance, keys.requestPk, hash(key.pk));
  const { opened, refused } = unveilAll(keys.veilKey, instance, lookup, blocks);
  const statusData = opened.find((data) => !isReply(data));
  if (!statusData) return undefined;
  const status = openStatus(instance, lookup, keys.requestPk, key, keyring, statusData, today);
  const replies: Reply[] = [];
  for (const data of opened.filter(isReply)) {
    try {
      replies.push(openReply(instance, status.cid, status.chain, key, keyring, data, today));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      refused.push(error);
    }
  }
  const { state, acknowledged } = status.chain;
  const { cid, day, messages, chain } = status;
  return { cid, day, messages, chain, state, acknowledged, replies, refused, ...openCard(instance, status, keyring, today, leastCard) };
}

/** SPEC 9.4. A bad card spoils nothing else: the message is drawn as before. */
function openCard(instance: Bytes, { cid, chain, card }: Status, keyring: KeyringBody, today: Day, least: number): Pick<OpenedMailbox, "card" | "cardFault"> {
  if (chain.state === State.erased) return {}; // nobody holds the inboxes any more
  try {
    if (card.length > 0) return { card: verifyCard(instance, cid, keyring, chain, card, today, least) };
    ensure(chain.changed.length === 0 && least === 0, "bad_state", "a card is left out");
    return {};
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return { cardFault: error };
  }
}

/** What opens, and what opens to wrong padding: a reader can make such a block, and it must hide no other. */
function unveilAll(
  veilKey: Bytes, instance: Bytes, lookup: Bytes, blocks: readonly Bytes[],
): { opened: Bytes[]; refused: ProtocolError[] } {
  const opened: Bytes[] = [];
  const refused: ProtocolError[] = [];
  for (const block of blocks) {
    try {
      opened.push(unveil(veilKey, instance, lookup, block));
    } catch (error) {
      if (!(error instanceof ProtocolError) || error.slug === "malformed") throw error;
      if (error.slug !== "decryption_failed") refused.push(error);
    }
  }
  return { opened, refused };
}

const REPLY_HEAD = join(u8(11), utf8("reply-block"));
const isReply = (data: Bytes): boolean => equal(data.subarray(0, REPLY_HEAD.length), REPLY_HEAD);

interface Status {
  readonly cid: Bytes;
  readonly day: Day;
  readonly messages: Bytes;
  readonly chain: Chain;
  readonly card: Bytes;
}

/** SPEC 9.2, opening. */
function openStatus(
  instance: Bytes, lookup: Bytes, requestPk: Bytes, key: KemKey, keyring: KeyringBody, data: Bytes, today: Day,
): Status {
  const [ct, sealed] = decode("sealed-status", [KEM_CT, null], data) as [Bytes, Bytes];
  const opened = aeadOpen(statusKey(kemDecapsulate(key, ct), instance, lookup, ct, key.pk), N0, statusAd(instance, lookup), sealed);
  const [body, signature] = decode("signed-status", [null, 64], opened) as [Bytes, Bytes];
  const [named, cid, writeSignature, card, messages, firstSeq, linkBefore, stateBefore, acknowledgedBefore, back, priority, until, since, hold, list, day, author] =
    decode("status", [32, 32, 64, null, 36, 4, 32, 1, 1, 1, 1, 4, 4, 4, null, 4, 16], body) as
      [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  const start = {
    seq: readUint(firstSeq),
    link: linkBefore,
    state: readWithin(stateBefore, State.received, State.erased, "state before"),
    acknowledged: readWithin(acknowledgedBefore, 0, 1, "acknowledged before") === 1,
    back: readWithin(back, State.received, State.safetyHold, "state before that"),
    priority: readWithin(priority, 0, NO_PRIORITY, "priority before"),
    until: readUint(until),
    since: readUint(since),
    hold: readUint(hold),
  };
  const entries = rebuildEntries(instance, cid, start, decodeList("lines", MAX_LINES, list));
  ensure(equal(named, instance), "wrong_instance");
  ensure(!checkSignature(keyring, author, readUint(day), body, signature).revoked, "not_a_member", "a stolen key");
  ensure(!isVoid(readUint(day), today), "day_out_of_range", "day of the status");
  ensure(isValid(requestPk, writeStatement(instance, cid, lookup), writeSignature), "wrong_case"); // no other person's case
  return { cid, day: readUint(day), messages, card, chain: verifyChain(instance, cid, keyring, entries, [], today, start) };
}

/** SPEC 9.2: each Line with what follows from its place. */
function rebuildEntries(instance: Bytes, cid: Bytes, start: Start, lines: readonly Bytes[]): Bytes[] {
  let prev = start.link;
  return lines.map((line, n) => {
    const [kind, state, day, until, actor, boxHash, cited, keyringHash, messages, priority, signature] =
      decode("line", [1, 1, 4, 4, 16, 32, 32, 32, 36, 1, 64], line) as
        [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
    const entry = encode(
      "entry", instance, cid, u32(start.seq + n), prev, kind, state, day, until, actor, boxHash, cited, keyringHash, messages, priority,
    );
    const signed = encodeSignedEntry(entry, signature);
    prev = parseSignedEntry(signed).link;
    return signed;
  });
}

/** SPEC 9.3, opening. */
function openReply(instance: Bytes, cid: Bytes, chain: Chain, key: KemKey, keyring: KeyringBody, data: Bytes, today: Day): Reply {
  const [precede, entryData, boxData] = decode("reply-block", [4, null, null], data) as [Bytes, Bytes, Bytes];
  const entry = parseSignedEntry(entryData);
  const box = parseBox(boxData);
  checkCase(entry, instance, cid);
  const signer = checkSigner(entry, keyring);
  checkBox(box, entry);
  ensure(!isVoid(entry.day, today), "day_out_of_range", `entry ${entry.seq}`);
  const listed = chain.entries.find(({ seq }) => seq === entry.seq);
  ensure(!listed || equal(listed.link, entry.link), "chain_broken", `entry ${entry.seq}`);
  const confirmed = listed !== undefined && !chain.unconfirmed.includes(entry.seq);
  ensure(confirmed || !signer.revoked, "not_a_member", "a stolen key");
  const { language, text, code } = openBox(box, instance, cid, signer.pk, key);
  const { seq, day, actor } = entry;
  return { seq, author: actor, role: signer.role, day, language, text, precede: readUint(precede), revoked: signer.revoked, code };
}
