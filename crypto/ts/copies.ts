/** SPEC 8.11: who is given a copy, and who answers it. */
import { type SealedBox } from "./box.js";
import { type SignedEntry } from "./entry.js";
import { type Bytes, type Day, equal } from "./encoding.js";
import { ensure } from "./errors.js";
import { type KeyringBody, type Member, Role } from "./keyring.js";

const names = (box: SealedBox, key: Bytes): boolean => box.recipients.some(({ pkHash }) => equal(pkHash, key));

/** One translator or adviser, and one or two inboxes of the case, which no keyring lists. Gives that member. */
export function checkCopy(box: SealedBox, keyring: KeyringBody, day: Day): Member {
  const [named, ...more] = keyring.members.filter(({ from, until, kemHash }) => from <= day && day <= until && names(box, kemHash));
  ensure(named !== undefined && more.length === 0 && (named.role === Role.translator || named.role === Role.adviser), "role_not_allowed", "who is named");
  ensure(box.recipients.length === 2 || box.recipients.length === 3, "role_not_allowed", "somebody unknown");
  return named;
}

/** By whom the copy names, to the inboxes that it names and nobody beside. */
export function checkAnswer(box: SealedBox, entry: SignedEntry, copy: SealedBox, keyring: KeyringBody): void {
  ensure(equal(box.parent, copy.hash), "wrong_case", "another copy");
  const own = keyring.members.find(({ id }) => equal(id, entry.actor));
  ensure(own !== undefined, "not_a_member", "who answers");
  ensure(names(copy, own.kemHash), "role_not_allowed", "a copy for somebody else");
  const inboxes = copy.recipients.filter(({ pkHash }) => !equal(pkHash, own.kemHash));
  const same = box.recipients.length === inboxes.length && inboxes.every(({ pkHash }) => names(box, pkHash));
  ensure(same, "role_not_allowed", "to somebody else");
}
