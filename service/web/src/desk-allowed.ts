// What a case that was read here allows to be signed: nobody who is barred, no end while a plan is open, and what the person allowed, by which looks opened what (SPEC 5.12, 5.13). Runs in the worker.

import { BoxKind, parseBox } from "../../../crypto/ts/box.js";
import { EntryKind, messagesHead } from "../../../crypto/ts/entry.js";
import { type Bytes, equal } from "../../../crypto/ts/encoding.js";
import type { Keyring } from "../../../crypto/ts/keyring.js";
import { State } from "../../../crypto/ts/workflow.js";
import { Barred } from "./desk-barred.js";
import { type Books, readRecords, summarise } from "./desk-books.js";
import type { Deed } from "./desk-calls.js";
import { names } from "./desk-card.js";
import { barred, type Barring, implicated } from "./desk-conflict.js";
import { type Consents, consentsIn, type Look } from "./desk-consent.js";
import { answersIn, countOf, type ReadCase, type Self, uncounted } from "./desk-read.js";
import { handingFault, type ReferralFault, referralFaults, TARGET_IDS } from "./desk-referral.js";

/** Void and unconfirmed entries are none; nor is an answer to a copy, whose signer knows nothing of the messages. */
function looksOf({ chain, messages, posted }: ReadCase): Look[] {
  const cids = messages.map(({ cid }) => cid);
  const mailboxPk = messages[0]?.plain?.account.mailboxPk;
  const heads = new Map<number, Bytes>();
  const headOf = (count: number): Bytes => {
    const head = heads.get(count) ?? messagesHead(cids.slice(0, count));
    heads.set(count, head);
    return head;
  };
  return chain.entries.filter((entry) => entry.kind !== EntryKind.copyAnswered && !uncounted(chain, entry)).map((entry) => {
    const count = countOf(entry);
    const data = posted[entry.seq]?.box;
    const box = data?.length ? parseBox(data) : null;
    return { count: equal(headOf(count), entry.messages) ? count : 0, day: entry.day, asks: box?.kind === BoxKind.text && !!mailboxPk && names(box, mailboxPk) };
  });
}

/** Of the accounts alone, which all who read the case read, so that every browser finds the same. */
export const consentsOf = (read: ReadCase): Consents => consentsIn(read.messages.map(({ plain }) => [...(plain?.account.answers ?? [])]), looksOf(read), read.today);

/** What keeps the case from each body that it could be passed on to. */
export function referralsFrom(read: ReadCase): Map<string, ReferralFault[]> {
  const found = implicated(answersIn(read).flat(), read.notes);
  const consents = consentsOf(read);
  const missing = read.chain.entries.some((entry) => countOf(entry) > read.messages.length);
  const unread = missing || read.messages.some(({ plain }) => !plain); // in it they may have taken back, or allowed, anything: of what they answered nothing is said
  const faultsOf = (target: string): ReferralFault[] => {
    const faults = referralFaults(target, found, consents);
    return unread ? ["unread", ...faults.filter((one) => one === "implicated")] : faults;
  };
  return new Map(TARGET_IDS.map((target) => [target, faultsOf(target)]));
}

export function ensureReferable(read: ReadCase, code: string): void {
  const [why, ...more] = referralsFrom(read).get(code) ?? ["not_allowed"];
  if (why) throw new Barred(more.length === 0 && (why === "waits" || why === "unread") ? why : "referral");
}

/** Nobody new works on a case of which the person said that no more of us may know it. */
export function ensureHandable(read: ReadCase): void {
  const why = handingFault(consentsOf(read));
  if (why === "not_allowed" || why === "waits") throw new Barred(why === "waits" ? "waits" : "handing");
}

/** What is in the books, and what follows from it today. */
export function booksOf(read: ReadCase, today: number): Books {
  return summarise(readRecords(read.books), today, implicated(answersIn(read).flat(), read.notes).agencies);
}

/** Where nobody looks after anybody in a case any more: closed, put aside, or gone. */
const ENDS: readonly number[] = [State.closed, State.withdrawn, State.outOfScope, State.spamQuarantine, State.erased];

/** No case comes to its end while somebody is still to be protected, by whatever name: put aside as spam, it would be closed in silence. */
export function ensureClosable(read: ReadCase, { kind, state }: Pick<Deed, "kind" | "state">, today: number): void {
  const moves = (kind === EntryKind.proposal || kind === EntryKind.approval) && state !== read.chain.place.state; // a priority alone moves nothing
  if (moves && ENDS.includes(state) && booksOf(read, today).blocksClosing) throw new Barred("plan_open");
}

export function barredFrom(read: ReadCase, keyring: Keyring, self: Self, today: number): Barring[] {
  if (!self.declarations) return [];
  return barred(keyring, self.declarations, implicated(answersIn(read).flat(), read.notes), today);
}

/** Neither proposed nor approved: whoever signs has looked. */
export function ensureNobodyBarred(ids: readonly string[], against: readonly Barring[]): void {
  if (against.some(({ member }) => ids.includes(member))) throw new Barred();
}
