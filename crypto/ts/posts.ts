/** SPEC 8.4, 8.5: an entry with what goes with it, as it is posted and as it is kept. */
import { BoxKind, parseBox, type SealedBox } from "./box.js";
import { type Bytes, decode, decodeList, encode, encodeList, equal } from "./encoding.js";
import { BOXES, EntryKind, erases, MAX_ENTRIES, parseSignedEntry, saysWhoReads, type SignedEntry } from "./entry.js";
import { ensure } from "./errors.js";
import { State } from "./workflow.js";

const BLOCK = 16384;

/** SPEC 8.4. The box is empty where an entry has none; the card where the entry does not say who reads. */
export interface PostedEntry {
  readonly entry: Bytes;
  readonly box: Bytes;
  readonly card: Bytes;
}

/** SPEC 8.4: this box, and of the same act. */
export function checkBox(box: SealedBox, entry: SignedEntry): SealedBox {
  ensure(equal(box.hash, entry.boxHash), "hash_mismatch", "box");
  ensure(equal(box.author, entry.actor), "wrong_case", "author of the box");
  ensure((BOXES[entry.kind] ?? []).includes(box.kind) && box.day === entry.day, "wrong_case", "kind or day of the box");
  const hands = entry.kind === EntryKind.grant || entry.kind === EntryKind.unitProposed || (entry.kind === EntryKind.proposal && entry.state === State.assigned);
  ensure((box.kind === BoxKind.wrapUnit) === hands, "wrong_case", "a wrap goes with a hand-off");
  const told = box.kind === BoxKind.text;
  ensure(erases(entry) ? told : !told || entry.kind !== EntryKind.proposal, "wrong_case", "who is told");
  ensure(equal(box.keyringHash, entry.keyringHash), "wrong_case", "keyring of the box");
  return box;
}

export function encodePostedEntries(posted: readonly PostedEntry[]): Bytes {
  return encodeList("posted-entries", posted.map(({ entry, box, card }) => encode("posted-entry", entry, box, card)));
}

export function parsePostedEntries(data: Bytes): PostedEntry[] {
  return decodeList("posted-entries", MAX_ENTRIES, data).map((item) => {
    const [entry, box, card] = decode("posted-entry", [null, null, null], item) as [Bytes, Bytes, Bytes];
    return { entry, box, card };
  });
}

/** SPEC 8.5: an entry with what goes with it; the blocks are empty where the poster lacks the mailbox's key. */
export interface Post extends PostedEntry {
  readonly statusBlock: Bytes;
  readonly replyBlock: Bytes;
}

export function encodePost(post: Post): Bytes {
  return encode("post-entry", post.entry, post.box, post.statusBlock, post.replyBlock, post.card);
}

export function parsePost(data: Bytes): Post {
  const [entry, box, statusBlock, replyBlock, card] = decode("post-entry", [null, null, null, null, null], data) as [Bytes, Bytes, Bytes, Bytes, Bytes];
  ensure([statusBlock, replyBlock].every((block) => block.length === 0 || block.length === BLOCK), "malformed", "block");
  const made = parseSignedEntry(entry);
  ensure(box.length > 0 === made.kind in BOXES, "malformed", "box");
  ensure(replyBlock.length > 0 === (box.length > 0 && parseBox(box).kind === BoxKind.text), "malformed", "reply block");
  ensure(card.length > 0 === (saysWhoReads(made) || (erases(made) && made.kind === EntryKind.approval)), "malformed", "card");
  return { entry, box, statusBlock, replyBlock, card };
}
