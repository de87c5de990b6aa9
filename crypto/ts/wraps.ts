/** SPEC 7.3, 7.5, 8.7, 8.8: whom a box of a case may name. */
import { parseBox, type SealedBox } from "./box.js";
import { type Chain } from "./chain.js";
import { type Bytes, type Day, equal, hex } from "./encoding.js";
import { EntryKind, type SignedEntry } from "./entry.js";
import { ensure, ProtocolError } from "./errors.js";
import { type KeyringBody, OFFLINE, Role } from "./keyring.js";
import { checkBox, type PostedEntry } from "./posts.js";
import { hash } from "./primitives.js";

/** SPEC 7.3: one unit, two investigators at least, a supervisor, and the intake inbox. `handedOn`: a grant, which goes to who is left (8.8). */
export function checkWrap(box: SealedBox, keyring: KeyringBody, day: Day, inboxPk: Bytes, handedOn = false): void {
  const present = keyring.members.filter((member) => member.from <= day && day <= member.until);
  const found = present.filter(({ kemHash }) => isRecipient(box, kemHash));
  const unknown = box.recipients.filter(({ pkHash }) => !present.some(({ kemHash }) => equal(kemHash, pkHash)));
  ensure(found.length > 0, "role_not_allowed", "nobody is left");
  const investigators = found.filter(({ role }) => role === Role.investigator);
  ensure(found.every(({ role }) => role === Role.investigator || role === Role.supervisor), "role_not_allowed", "who is named");
  ensure(handedOn || investigators.length >= 2, "role_not_allowed", "fewer than two investigators");
  ensure(new Set(investigators.map(({ group }) => group)).size <= 1, "role_not_allowed", "two units");
  ensure(handedOn || found.length > investigators.length, "role_not_allowed", "no supervisor");
  ensure(unknown.length === 1 && unknown.every(({ pkHash }) => equal(pkHash, hash(inboxPk))), "role_not_allowed", "somebody unknown");
}

/** SPEC 7.5: two reviewers at least, a supervisor, and whoever proposes. A kept one may name the intake inbox too. `handedOn`: a kept one that follows another wrap, which goes to who is left (8.8). */
export function checkReaders(box: SealedBox, keyring: KeyringBody, day: Day, inboxPk: Bytes | null, kept = false, handedOn = false): void {
  const present = keyring.members.filter((member) => member.from <= day && day <= member.until);
  const roles = present.filter(({ kemHash }) => isRecipient(box, kemHash)).map(({ role }) => role);
  const unknown = box.recipients.filter(({ pkHash }) => !present.some(({ kemHash }) => equal(kemHash, pkHash)));
  ensure(roles.length > 0, "role_not_allowed", "nobody is left");
  ensure(roles.every((role) => role === Role.reviewer || role === Role.supervisor), "role_not_allowed", "who is named");
  ensure(handedOn || roles.filter((role) => role === Role.reviewer).length >= 2, "role_not_allowed", "fewer than two reviewers");
  ensure(handedOn || roles.includes(Role.supervisor), "role_not_allowed", "no supervisor");
  ensure(unknown.length <= Number(kept), "role_not_allowed", "somebody unknown");
  ensure(kept || isNamed(box, keyring, box.author, day), "role_not_allowed", "whoever proposes stays");
  ensure(!inboxPk || unknown.every(({ pkHash }) => equal(pkHash, hash(inboxPk))), "role_not_allowed", "somebody unknown");
}

const isRecipient = (box: SealedBox, kem: Bytes): boolean => box.recipients.some(({ pkHash }) => equal(pkHash, kem));

/** Whether a box is sealed to the key that this member has on this day. */
export function isNamed(box: SealedBox, keyring: KeyringBody, id: Bytes, day: Day): boolean {
  const kems = keyring.members.filter((one) => equal(one.id, id) && one.from <= day && day <= one.until).map(({ kemHash }) => kemHash);
  return kems.some((kem) => isRecipient(box, kem));
}

/** Ids of those who signed a counted recusal before the entry of that number. */
export function steppedBack(chain: Chain, before: number): Set<string> {
  const counts = ({ seq }: SignedEntry): boolean => seq < before && !chain.void.includes(seq) && !chain.unconfirmed.includes(seq);
  return new Set(chain.entries.filter((one) => one.kind === EntryKind.recusal && counts(one)).map(({ actor }) => hex(actor)));
}

/** SPEC 8.8: KEM hashes of those whom the wrap names and who stepped back before the entry of that number. */
export function leftSince(chain: Chain, keyring: KeyringBody, before: number, live: SealedBox | undefined): Set<string> {
  const back = steppedBack(chain, before);
  return new Set(keyring.members.filter(({ id, kemHash }) => live && isRecipient(live, kemHash) && back.has(hex(id))).map(({ kemHash }) => hex(kemHash)));
}

/**
 * SPEC 8.8: one signature brings a case to nobody new, but from the machine without a line to those with one. By any later keyring: whoever has left since stands in none.
 * `left`: who stepped back, and may be missing.
 */
function checkKept(box: SealedBox, keyring: KeyringBody, { actor, day }: SignedEntry, live: SealedBox | undefined, left: ReadonlySet<string>): void {
  if (!live) {
    const known = keyring.members.filter(({ id }) => equal(id, actor));
    ensure(known.every(({ flags }) => (flags & OFFLINE) !== 0), "role_not_allowed", "who reads is for two to say");
    return;
  }
  const stayed = keyring.members.filter((member) => member.from <= day && day <= member.until && !left.has(hex(member.kemHash)));
  const same = stayed.every(({ kemHash }) => isRecipient(box, kemHash) === isRecipient(live, kemHash));
  ensure(same && box.recipients.every(({ pkHash }) => isRecipient(live, pkHash)), "wrong_case", "other readers");
}

/** SPEC 8.8: the wraps of the readers that took effect, in their order; the newest says who reads. */
export function readersWraps(chain: Chain, posted: readonly PostedEntry[], keyring: KeyringBody): SealedBox[] {
  const found: SealedBox[] = [];
  for (const boxHash of chain.readers) {
    const entry = chain.entries.find((one) => equal(one.boxHash, boxHash));
    if (!entry) continue;
    try {
      const box = checkBox(parseBox(posted[entry.seq]?.box ?? new Uint8Array(0)), entry);
      const live = found[found.length - 1];
      if (entry.kind === EntryKind.readersKept) checkKept(box, keyring, entry, live, leftSince(chain, keyring, entry.seq, live));
      found.push(box);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return found;
}

/** SPEC 7.3: the wrap by which a unit reads; none where no unit does, or where what stands there does not fit. */
export function unitWrap(chain: Chain, posted: readonly PostedEntry[]): SealedBox | undefined {
  const handed = chain.entries.find(({ boxHash }) => equal(boxHash, chain.wrap));
  if (!handed) return undefined;
  try {
    return checkBox(parseBox(posted[handed.seq]?.box ?? new Uint8Array(0)), handed);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return undefined;
  }
}

/** SPEC 8.7: a half goes to whoever asked, and to nobody beside. */
export function checkSecret(box: SealedBox, keyring: KeyringBody, ask: SignedEntry, day: Day): void {
  const asker = keyring.members.find((member) => equal(member.id, ask.actor) && member.from <= day && day <= member.until);
  ensure(asker !== undefined, "not_a_member", "who asked");
  ensure(box.recipients.length === 1 && box.recipients.every(({ pkHash }) => equal(pkHash, asker.kemHash)), "role_not_allowed", "a half for somebody else");
}
