// Who else sees that a case is there (SPEC 8.9), and from whom it is withheld for some days (8.10). Runs in the worker.

import { EntryKind, withheldFrom } from "../../../crypto/ts/entry.js";
import { type Bytes, equal, hex } from "../../../crypto/ts/encoding.js";
import { type Keyring, Role } from "../../../crypto/ts/keyring.js";
import { findHolders, isKept, keepingLink } from "../../../crypto/ts/keeping.js";
import { withheldOn } from "../../../crypto/ts/withholding.js";
import type { Keeping, Withholding } from "./desk-opened.js";
import { fromHex } from "./desk-page.js";
import { namedBy, type ReadCase, type ReadMessage, roleOf, type Self } from "./desk-read.js";

/** What an own opening cites to say that everything was read by the newest wrap, and needs no older slot; null where that is not so. */
export function citedByOpening(read: ReadCase, keyring: Keyring, self: Self): Bytes | null {
  const live = read.readers[read.readers.length - 1];
  if (read.chainFault || read.messages.some(({ plain }) => plain === null)) return null;
  if (!live || !namedBy(live, keyring).includes(hex(self.id))) return unitLink(read, keyring, self);
  return read.messages.every((message) => opensByNewest(read, message)) ? keepingLink(read.chain, read.posted, keyring.body) : null;
}

/** By the wraps from the one that two agreed to on, or by the newest inbox. */
function opensByNewest(read: ReadCase, { cid, inbox }: ReadMessage): boolean {
  if (inbox && read.intake && equal(inbox.pk, read.intake.pk)) return true;
  const agreed = read.readers.map(({ hash }) => read.chain.entries.find(({ boxHash }) => equal(boxHash, hash))?.kind).lastIndexOf(EntryKind.readersProposed);
  return read.readers.slice(Math.max(0, agreed)).some(({ hash }) => read.handed.get(hex(hash))?.keys.some((one) => equal(one.cid, cid)));
}

/** SPEC 8.13: the entry that brought this unit the case, where the member investigates it. */
function unitLink(read: ReadCase, keyring: Keyring, self: Self): Bytes | null {
  const live = read.wraps.get(hex(read.chain.wrap));
  if (!live || roleOf(keyring, self.id) !== Role.investigator || !namedBy(live.box, keyring).includes(hex(self.id))) return null;
  return [...read.chain.changed].reverse().find(({ proposal }) => proposal && proposal.kind !== EntryKind.readersProposed)?.proposal?.link ?? null;
}

export function keepingOf(read: ReadCase, keyring: Keyring, self: Self, today: number): Keeping {
  const holders = findHolders(read.chain, read.posted, keyring.body);
  const own = holders.find(({ member }) => equal(member, self.id));
  const cited = citedByOpening(read, keyring, self);
  const said = cited && read.chain.entries.some(({ kind, actor, cited: about }) => kind === EntryKind.opened && equal(actor, self.id) && equal(about, cited));
  const gone = [...withheldOn(read.chain, today)].map(fromHex);
  return {
    named: keepingLink(read.chain, read.posted, keyring.body) !== null,
    kept: isKept(holders, read.messages.length, keyring.body, today, gone),
    due: cited !== null && (!said || (own !== undefined && own.count < read.messages.length)),
  };
}

export function withholdingsOf(read: ReadCase, today: number): Withholding[] {
  return read.chain.withholdings.filter(({ until }) => today <= until).map((entry) => ({ member: hex(withheldFrom(entry)), actor: hex(entry.actor), until: entry.until }));
}

/** Who had it withheld from a member last: a second person must do it the next time. */
export function withheldBefore(read: ReadCase, self: Self): string[] {
  const newest = new Map<string, string>();
  for (const entry of read.chain.entries) if (entry.kind === EntryKind.withholding) newest.set(hex(withheldFrom(entry)), hex(entry.actor));
  return [...newest].filter(([, actor]) => actor === hex(self.id)).map(([member]) => member);
}
