// Who else sees that a case is there (SPEC 8.9), and from whom it is withheld for some days (8.10). Runs in the worker.

import { EntryKind, withheldFrom } from "../../../crypto/ts/chain.js";
import { type Bytes, equal, hex } from "../../../crypto/ts/encoding.js";
import { type Keyring } from "../../../crypto/ts/keyring.js";
import { findHolders, isKept, keepingLink } from "../../../crypto/ts/keeping.js";
import { withheldOn } from "../../../crypto/ts/withholding.js";
import { type Keeping, type Withholding } from "./desk-model.js";
import { fromHex } from "./desk-page.js";
import { namedBy, type ReadCase, type Self } from "./desk-read.js";

/** What an own opening cites to say that everything was read by the newest wrap; null where that is not so. */
export function citedByOpening(read: ReadCase, keyring: Keyring, self: Self): Bytes | null {
  const live = read.readers[read.readers.length - 1];
  const whole = live && !read.chainFault && read.messages.every(({ plain }) => plain !== null);
  return whole && namedBy(live, keyring).includes(hex(self.id)) ? keepingLink(read.chain, read.posted, keyring.body) : null;
}

export function keepingOf(read: ReadCase, keyring: Keyring, self: Self, today: number): Keeping {
  const holders = findHolders(read.chain, read.posted, keyring.body);
  const own = holders.find(({ member }) => equal(member, self.id));
  const gone = [...withheldOn(read.chain, today)].map(fromHex);
  return {
    named: keepingLink(read.chain, read.posted, keyring.body) !== null,
    kept: isKept(holders, read.messages.length, keyring.body, today, gone),
    due: citedByOpening(read, keyring, self) !== null && (own?.count ?? 0) < read.messages.length,
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
