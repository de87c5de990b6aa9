// A copy for a translator or an adviser, and the answer to it (SPEC 7.7, 8.11). Runs in the worker.

import { type BoxFields, BoxKind, openCopy, parseBox, sealBox, sealCopy, type SealedBox, type Words } from "../../../crypto/ts/box.js";
import { checkCase, type Entry, EntryKind, messagesHead, parseSignedEntry, type SignedEntry, signEntry } from "../../../crypto/ts/entry.js";
import { checkBox, encodePost } from "../../../crypto/ts/posts.js";
import { checkSigner } from "../../../crypto/ts/signer.js";
import { checkAnswer, checkCopy } from "../../../crypto/ts/copies.js";
import { type Bytes, equal, hex, Z32 } from "../../../crypto/ts/encoding.js";
import { ensure } from "../../../crypto/ts/errors.js";
import { type Keyring } from "../../../crypto/ts/keyring.js";
import { hash } from "../../../crypto/ts/primitives.js";
import { NO_PRIORITY, State } from "../../../crypto/ts/workflow.js";
import { intakePk, unitPk } from "./desk-card.js";
import type { ShownCopy, WireCopy } from "./desk-model.js";
import { fromHex } from "./desk-page.js";
import { asFault } from "./desk-barred.js";
import { type ReadCase, type Self } from "./desk-read.js";

const NONE: Bytes = new Uint8Array(0);

interface GivenCopy {
  entry: SignedEntry;
  box: SealedBox;
  inboxes: readonly Bytes[];
  words: Words;
}

/** As the server gave it: whose it is, by whom it is signed, that it is for this member. */
function readGiven({ cid, entry: entryHex, box: boxHex }: WireCopy, keyring: Keyring, self: Self): GivenCopy {
  const { body } = keyring;
  const entry = parseSignedEntry(fromHex(entryHex));
  checkCase(entry, body.instance, fromHex(cid));
  const box = checkBox(parseBox(fromHex(boxHex)), entry);
  ensure(box.kind === BoxKind.copy, "malformed", "no copy");
  checkCopy(box, body, entry.day);
  return { entry, box, ...openCopy(box, body.instance, entry.cid, checkSigner(entry, body).pk, self.kem) };
}

export function showGiven(copies: readonly WireCopy[], keyring: Keyring, self: Self): ShownCopy[] {
  return copies.map((copy) => {
    const shown: ShownCopy = { cid: copy.cid, link: copy.entry, day: 0, until: 0, by: "", text: "", language: "", code: "", fault: null };
    try {
      const { entry, words } = readGiven(copy, keyring, self);
      return { ...shown, ...words, link: hex(entry.link), day: entry.day, until: entry.until, by: hex(entry.actor) };
    } catch (error) {
      return { ...shown, fault: asFault(error) };
    }
  });
}

/** The answer goes to the inboxes that the copy names, and says nothing of a case that its writer does not know. */
export function composeAnswer(copy: WireCopy, text: string, language: string, keyring: Keyring, self: Self, today: number): Bytes {
  const { entry: copied, box: given, inboxes } = readGiven(copy, keyring, self);
  const { instance } = keyring.body;
  const day = Math.max(today, copied.day);
  const fields: BoxFields = { instance, cid: copied.cid, kind: BoxKind.note, parent: given.hash, author: self.id, day, keyringHash: keyring.hash };
  const box = sealBox(fields, self.signingSeed, inboxes, language, text);
  const entry: Entry = {
    instance, cid: copied.cid, seq: copy.seq, prev: fromHex(copy.prev), kind: EntryKind.copyAnswered, state: State.received, day, until: 0, actor: self.id,
    boxHash: parseBox(box).hash, cited: copied.link, keyringHash: keyring.hash, messages: messagesHead([]), priority: NO_PRIORITY,
  };
  const signed = signEntry(entry, self.signingSeed);
  checkAnswer(parseBox(box), parseSignedEntry(signed), given, keyring.body);
  return encodePost({ entry: signed, box, statusBlock: NONE, replyBlock: NONE, card: NONE });
}

/** Exactly these words, to one member and the inboxes of the case. */
export function composeCopy(read: ReadCase, fields: BoxFields, memberPk: Bytes, words: Words, keyring: Keyring, self: Self): Bytes {
  const inbox = intakePk(read);
  ensure(inbox !== undefined, "not_a_recipient", "who reads nothing copies nothing");
  const box = sealCopy({ ...fields, kind: BoxKind.copy, parent: Z32 }, self.signingSeed, memberPk, inbox, unitPk(read) ?? null, words);
  checkCopy(parseBox(box), keyring.body, fields.day);
  return box;
}

/** What left, for those who work on the case. */
export function readCopy(read: ReadCase, box: SealedBox, keyring: Keyring, authorPk: Bytes): Words {
  const inboxes = [...read.inboxes, ...[...read.wraps.values()].flatMap((wrap) => wrap.inboxes)];
  const key = inboxes.find(({ pk }) => box.recipients.some(({ pkHash }) => equal(pkHash, hash(pk))));
  ensure(key !== undefined, "not_a_recipient", "no inbox");
  checkCopy(box, keyring.body, box.day);
  return openCopy(box, keyring.body.instance, read.cid, authorPk, key).words;
}

/** An answer that is not by whom the copy names, or goes elsewhere: a server that checks takes none. */
export function ensureAnswers(read: ReadCase, entry: SignedEntry, box: SealedBox, keyring: Keyring): void {
  const copied = read.chain.entries.find(({ link }) => equal(link, entry.cited));
  ensure(copied?.kind === EntryKind.copied, "wrong_case", "no copy");
  checkAnswer(box, entry, parseBox(read.posted[copied.seq]?.box ?? new Uint8Array(0)), keyring.body);
}
