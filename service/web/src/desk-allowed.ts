// What the person allowed, of a case that was read here: which look opened what, and what is refused by it (SPEC 5.12, 5.13). Runs in the worker.

import { BoxKind, parseBox } from "../../../crypto/ts/box.js";
import { EntryKind, messagesHead } from "../../../crypto/ts/entry.js";
import { type Bytes, equal } from "../../../crypto/ts/encoding.js";
import { names } from "./desk-card.js";
import { implicated } from "./desk-conflict.js";
import { type Consents, consentsIn, type Look } from "./desk-consent.js";
import { answersIn, Barred, countOf, type ReadCase, uncounted } from "./desk-read.js";
import { handingFault, type ReferralFault, referralFaults, TARGET_IDS } from "./desk-referral.js";

/** Void and unconfirmed entries are none; nor is an answer to a copy, whose signer knows nothing of the messages. */
export function looksOf({ chain, messages, posted }: ReadCase): Look[] {
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
