// What is to be looked at before a case, or the sealed name in it, is erased (SPEC 8.14, 8.15). Runs in the worker.

import { EntryKind } from "../../../crypto/ts/entry.js";
import { type Bytes, equal, hex } from "../../../crypto/ts/encoding.js";
import { erasureList } from "../../../crypto/ts/erasure.js";
import { ensure } from "../../../crypto/ts/errors.js";
import { accountKey, Lane } from "../../../crypto/ts/message.js";
import { hash } from "../../../crypto/ts/primitives.js";
import { State } from "../../../crypto/ts/workflow.js";
import type { Deed } from "./desk-calls.js";
import { heldByUnit } from "./desk-card.js";
import type { NameErasure } from "./desk-opened.js";
import { fromHex } from "./desk-page.js";
import { type ReadCase, type Self, waitingOf } from "./desk-read.js";
import { showFiles } from "./desk-show-files.js";
import { asksToErase } from "./desk-wishes.js";

/** The files that go with the case, for a proposal or an approval to erase it; null for another deed. Whoever approves has put the same list together. */
export function erasingFiles(read: ReadCase, deed: Deed, today: number): Bytes | null {
  if (deed.state !== State.erased || (deed.kind !== EntryKind.proposal && deed.kind !== EntryKind.approval)) return null;
  ensure(waitingWish(read) === null, "bad_state", "a wish of the person waits");
  const list = filesOf(read);
  if (deed.kind === EntryKind.proposal) return list;
  const proposed = read.chain.pending.find(({ link }) => hex(link) === deed.cited);
  ensure(proposed !== undefined, "bad_state", "nothing is proposed");
  ensure(equal(proposed.cited, hash(list)), "hash_mismatch", "other files than the messages name");
  ensure(proposed.day <= today, "day_out_of_range", "proposed for later");
  return list;
}

/** SPEC 8.15: two erase a name only where the person asks for it, in the message that the proposal cites. */
export function ensureAskedToErase(read: ReadCase, deed: Deed): void {
  if (deed.kind !== EntryKind.nameErasureProposed && deed.kind !== EntryKind.nameErasureAgreed) return;
  const proposed = read.chain.erasing.find(({ link }) => hex(link) === deed.cited);
  const cited = deed.kind === EntryKind.nameErasureProposed ? deed.cited : proposed && hex(proposed.cited);
  ensure(isAskedIn(read, cited), "bad_state", "the person does not ask for it");
}

/** Whether the person asks for it in the message of this CID; not where it does not open. */
function isAskedIn(read: ReadCase, cited: string | undefined): boolean {
  const message = read.messages.find(({ cid }) => hex(cid) === cited);
  return asksToErase(message?.plain?.account.answers ?? []);
}

/** What the person asked for and nobody has taken up. */
function waitingWish(read: ReadCase): Bytes | null {
  const open = read.messages.find(({ cid, lane }) => (lane === Lane.stop || lane === Lane.review) && !read.chain.entries.some(({ cited }) => equal(cited, cid)));
  return open?.cid ?? null;
}

/** Of the accounts alone, which a supervisor of the unit reads too. */
function filesOf(read: ReadCase): Bytes {
  const [first] = read.messages;
  ensure(read.messages.every(({ plain }) => plain !== null), "not_a_recipient", "who has not read all of it erases nothing");
  const live = read.wraps.get(hex(read.chain.wrap));
  const k0 = first?.sealed && first.plain?.cek ? accountKey(first.sealed, first.plain.cek) : live && heldByUnit(read, live).find(({ cid }) => equal(cid, read.cid))?.k0;
  ensure(!!first?.sealed && !!k0, "not_a_recipient", "the first message");
  const uploads = read.messages.flatMap(({ plain }) => {
    if (!plain) return [];
    const { evidence, apart } = showFiles(plain.account.answers, plain.account.evidence, new Map());
    return [...evidence.map(({ upload }) => upload), ...apart];
  });
  return erasureList(read.instance, read.cid, k0, first.sealed.headerHash, [...new Set(uploads)].map(fromHex));
}

export function erasingOf(read: ReadCase, self: Self): NameErasure[] {
  return read.chain.erasing.map((entry) => ({ ...waitingOf(entry, self), asked: isAskedIn(read, hex(entry.cited)) }));
}
