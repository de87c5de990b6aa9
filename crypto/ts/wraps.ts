/** SPEC 7.3, 7.5, 8.7, 8.8: whom a box of a case may name. */
import { parseBox, type SealedBox } from "./box.js";
import { type Chain } from "./chain.js";
import { type Bytes, type Day, equal } from "./encoding.js";
import { EntryKind, type SignedEntry } from "./entry.js";
import { ensure, ProtocolError } from "./errors.js";
import { type KeyringBody, OFFLINE, Role } from "./keyring.js";
import { checkBox, type PostedEntry } from "./posts.js";
import { hash } from "./primitives.js";

/** SPEC 7.3: one unit, two investigators at least, a supervisor, and the intake inbox. */
export function checkWrap(box: SealedBox, keyring: KeyringBody, day: Day, inboxPk: Bytes): void {
  const present = keyring.members.filter((member) => member.from <= day && day <= member.until);
  const found = box.recipients.flatMap(({ pkHash }) => present.filter(({ kemHash }) => equal(kemHash, pkHash)));
  const unknown = box.recipients.filter(({ pkHash }) => !present.some(({ kemHash }) => equal(kemHash, pkHash)));
  const investigators = found.filter(({ role }) => role === Role.investigator);
  ensure(found.every(({ role }) => role === Role.investigator || role === Role.supervisor), "role_not_allowed", "who is named");
  ensure(investigators.length >= 2, "role_not_allowed", "fewer than two investigators");
  ensure(new Set(investigators.map(({ group }) => group)).size === 1, "role_not_allowed", "two units");
  ensure(found.length > investigators.length, "role_not_allowed", "no supervisor");
  ensure(unknown.length === 1 && unknown.every(({ pkHash }) => equal(pkHash, hash(inboxPk))), "role_not_allowed", "somebody unknown");
}

/** SPEC 7.5: two reviewers at least, a supervisor, and whoever proposes. A kept one may name the intake inbox too. */
export function checkReaders(box: SealedBox, keyring: KeyringBody, day: Day, inboxPk: Bytes | null, kept = false): void {
  const present = keyring.members.filter((member) => member.from <= day && day <= member.until);
  const roles = box.recipients.flatMap(({ pkHash }) => present.filter(({ kemHash }) => equal(kemHash, pkHash)).map(({ role }) => role));
  const unknown = box.recipients.filter(({ pkHash }) => !present.some(({ kemHash }) => equal(kemHash, pkHash)));
  ensure(roles.every((role) => role === Role.reviewer || role === Role.supervisor), "role_not_allowed", "who is named");
  ensure(roles.filter((role) => role === Role.reviewer).length >= 2, "role_not_allowed", "fewer than two reviewers");
  ensure(roles.includes(Role.supervisor), "role_not_allowed", "no supervisor");
  ensure(unknown.length <= Number(kept), "role_not_allowed", "somebody unknown");
  ensure(kept || isNamed(box, keyring, box.author, day), "role_not_allowed", "whoever proposes stays");
  ensure(!inboxPk || unknown.every(({ pkHash }) => equal(pkHash, hash(inboxPk))), "role_not_allowed", "somebody unknown");
}

/** Whether a box is sealed to the key that this member has on this day. */
export function isNamed(box: SealedBox, keyring: KeyringBody, id: Bytes, day: Day): boolean {
  const kems = keyring.members.filter((one) => equal(one.id, id) && one.from <= day && day <= one.until).map(({ kemHash }) => kemHash);
  return box.recipients.some(({ pkHash }) => kems.some((kem) => equal(kem, pkHash)));
}

/** SPEC 8.8: one signature brings a case to nobody new, but from the machine without a line to those with one. By any later keyring: whoever has left since stands in none. */
function checkKept(box: SealedBox, keyring: KeyringBody, { actor, day }: SignedEntry, live: SealedBox | undefined): void {
  if (!live) {
    const known = keyring.members.filter(({ id }) => equal(id, actor));
    ensure(known.every(({ flags }) => (flags & OFFLINE) !== 0), "role_not_allowed", "who reads is for two to say");
    return;
  }
  const names = (wrap: SealedBox, kem: Bytes): boolean => wrap.recipients.some(({ pkHash }) => equal(pkHash, kem));
  const stayed = keyring.members.filter((member) => member.from <= day && day <= member.until);
  const same = stayed.every(({ kemHash }) => names(box, kemHash) === names(live, kemHash));
  ensure(same && box.recipients.every(({ pkHash }) => names(live, pkHash)), "wrong_case", "other readers");
}

/** SPEC 8.8: the wraps of the readers that took effect, in their order; the newest says who reads. */
export function readersWraps(chain: Chain, posted: readonly PostedEntry[], keyring: KeyringBody): SealedBox[] {
  const found: SealedBox[] = [];
  for (const boxHash of chain.readers) {
    const entry = chain.entries.find((one) => equal(one.boxHash, boxHash));
    if (!entry) continue;
    try {
      const box = checkBox(parseBox(posted[entry.seq]?.box ?? new Uint8Array(0)), entry);
      if (entry.kind === EntryKind.readersKept) checkKept(box, keyring, entry, found[found.length - 1]);
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
