/** SPEC 8.10: from how many a case may be withheld by one member alone; 8.7, 8.8: what nobody who left is given. */
import { parseBox, type SealedBox } from "./box.js";
import { type Chain } from "./chain.js";
import { EntryKind, saysWhoReads, type SignedEntry, withheldFrom } from "./entry.js";
import { type PostedEntry } from "./posts.js";
import { CASEWORKERS, isInvestigator } from "./signer.js";
import { isNamed, readersWraps, steppedBack, unitWrap } from "./wraps.js";
import { type Day, equal, hex } from "./encoding.js";
import { ensure } from "./errors.js";
import { type KeyringBody } from "./keyring.js";

/** So many besides who signs must be left. */
const OTHERS = 2;

/**
 * On the chain that ends with this entry: two others are left who read it, or must be. Who was drawn is hidden; that somebody reads shows when they sign. The person's
 * browser drew as many as the policy's least at least, so that of those one may be missing besides who signs and the two.
 */
export function checkWithholding(chain: Chain, posted: readonly PostedEntry[], keyring: KeyringBody, entry: SignedEntry): void {
  const there = keyring.members.filter(({ role, from, until }) => CASEWORKERS.includes(role) && from <= entry.day && entry.day <= until).map(({ id }) => hex(id));
  ensure(there.includes(hex(withheldFrom(entry))), "not_a_member", "from whom");
  const gone = withheldOn(chain, entry.day);
  const known = knownReaders(chain, posted, keyring);
  const left = there.filter((id) => known.has(id) && !gone.has(id) && id !== hex(entry.actor));
  const drawn = readersWraps(chain, posted, keyring).length === 0;
  const spare = keyring.policy.minimumReaders - OTHERS - 1;
  ensure(left.length >= OTHERS || (drawn && gone.size <= spare), "role_not_allowed", "fewer than two others");
}

/** Ids of those who stepped back, and of those from whom it is withheld on that day. */
export function withheldOn(chain: Chain, day: Day): Set<string> {
  return new Set([...steppedBack(chain, chain.entries.length), ...chain.withholdings.filter(({ until }) => day <= until).map((one) => hex(withheldFrom(one)))]);
}

/** On the chain that ends with this entry: what it gives, or agrees to give, goes to nobody who left. `posted` has the entry too. */
export function checkGiven(chain: Chain, posted: readonly PostedEntry[], keyring: KeyringBody, entry: SignedEntry): void {
  const boxOf = ({ seq }: SignedEntry): SealedBox => parseBox(posted[seq]?.box ?? new Uint8Array(0));
  if (saysWhoReads(entry) || entry.kind === EntryKind.grant || entry.kind === EntryKind.readersKept) checkNamed(chain, keyring, boxOf(entry));
  for (const { proposal, agreement } of chain.changed.slice(-1)) if (proposal && equal(agreement.link, entry.link)) checkNamed(chain, keyring, boxOf(proposal));
  for (const ask of chain.asks) if (equal(ask.entry.link, entry.cited)) checkAsker(chain, posted, keyring, ask.entry, entry.day);
}

/** SPEC 8.7: whoever asked for a name still works on the case; of a unit, of the one that has it. */
export function checkAsker(chain: Chain, posted: readonly PostedEntry[], keyring: KeyringBody, { actor }: SignedEntry, day: Day): void {
  ensure(!withheldOn(chain, day).has(hex(actor)), "role_not_allowed", "who lacks the case");
  const unit = unitWrap(chain, posted);
  const named = unit !== undefined && isNamed(unit, keyring, actor, day);
  ensure(named || !isInvestigator(keyring, actor, day), "role_not_allowed", "not of the unit");
}

/** SPEC 8.8: nobody who stepped back is brought back by two others, or handed what came since by one. */
export function checkNamed(chain: Chain, keyring: KeyringBody, box: SealedBox): void {
  const back = steppedBack(chain, chain.entries.length);
  const kems = keyring.members.filter(({ id }) => back.has(hex(id))).map(({ kemHash }) => hex(kemHash));
  ensure(!box.recipients.some(({ pkHash }) => kems.includes(hex(pkHash))), "role_not_allowed", "who stepped back");
}

/** Ids of those whom the live wraps name; where the person's browser drew the readers, also of all who signed. */
function knownReaders(chain: Chain, posted: readonly PostedEntry[], keyring: KeyringBody): Set<string> {
  const wraps = readersWraps(chain, posted, keyring).slice(-1);
  const signed = wraps.length > 0 ? [] : chain.entries.map(({ actor }) => hex(actor));
  const unit = unitWrap(chain, posted);
  const named = [...wraps, ...(unit ? [unit] : [])].flatMap(({ recipients }) => recipients.map(({ pkHash }) => hex(pkHash)));
  return new Set([...signed, ...keyring.members.filter(({ kemHash }) => named.includes(hex(kemHash))).map(({ id }) => hex(id))]);
}
