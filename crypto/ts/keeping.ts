/** SPEC 8.9: a case that its named readers keep. Whoever is not named then does not see that it exists. */
import { type Chain } from "./chain.js";
import { EntryKind, messageCount } from "./entry.js";
import { type PostedEntry } from "./posts.js";
import { readersWraps } from "./wraps.js";
import { type Bytes, type Day, equal, hex } from "./encoding.js";
import { type KeyringBody } from "./keyring.js";

/** So many must have read everything before anybody is kept out. */
export const KEEPERS = 2;

/** A named reader who signed that they read `count` messages of the person by the newest wrap. */
export interface Holder {
  readonly member: Bytes;
  readonly kemHash: Bytes;
  readonly count: number;
}

/** The link that an opening by a named reader cites: of the entry with the newest wrap. None where no two members named the readers. */
export function keepingLink(chain: Chain, posted: readonly PostedEntry[], keyring: KeyringBody): Bytes | null {
  const wraps = readersWraps(chain, posted, keyring);
  const entryOf = (boxHash: Bytes) => chain.entries.find((one) => equal(one.boxHash, boxHash));
  if (!wraps.some(({ hash }) => entryOf(hash)?.kind === EntryKind.readersProposed)) return null;
  const live = wraps[wraps.length - 1];
  return (live && entryOf(live.hash)?.link) ?? null;
}

/** In the order of the member ids. */
export function findHolders(chain: Chain, posted: readonly PostedEntry[], keyring: KeyringBody): Holder[] {
  const link = keepingLink(chain, posted, keyring);
  const live = readersWraps(chain, posted, keyring).pop();
  if (!link || !live) return [];
  const found = new Map<string, Holder>();
  for (const { seq, kind, cited, actor, messages } of chain.entries) {
    if (kind !== EntryKind.opened || !equal(cited, link) || chain.void.includes(seq) || chain.unconfirmed.includes(seq)) continue;
    const member = keyring.members.find(({ id, kemHash }) => equal(id, actor) && live.recipients.some(({ pkHash }) => equal(pkHash, kemHash)));
    if (member) found.set(hex(actor), { member: actor, kemHash: member.kemHash, count: messageCount(messages) }); // of several by one member the newest
  }
  return [...found.keys()].sort().flatMap((id) => found.get(id) ?? []);
}

/** Whether two are still there who read all of it. `gone`: those from whom the server withholds it. */
export function isKept(holders: readonly Holder[], messages: number, keyring: KeyringBody, today: Day, gone: readonly Bytes[]): boolean {
  const present = keyring.members.filter(({ from, until }) => from <= today && today <= until);
  const there = holders.filter((one) => present.some(({ id, kemHash }) => equal(id, one.member) && equal(kemHash, one.kemHash)) && !gone.some((id) => equal(id, one.member)));
  return there.filter(({ count }) => count >= messages).length >= KEEPERS;
}
