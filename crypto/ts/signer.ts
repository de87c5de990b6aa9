/** SPEC 8.2 (5), (6): whose key signed, by the newest keyring. */
import { type Bytes, type Day, equal, NEVER } from "./encoding.js";
import { EntryKind, type SignedEntry } from "./entry.js";
import { ensure } from "./errors.js";
import { type KeyringBody, Role } from "./keyring.js";
import { isValid } from "./primitives.js";

export interface Signer {
  readonly pk: Bytes;
  readonly role: number;
  /** The key is known to be stolen. From which day does not matter: a thief writes any day. */
  readonly revoked: boolean;
}

/** SPEC 8.2 (5) and (6): whose key signed, by the newest keyring. */
export function checkSigner(entry: SignedEntry, keyring: KeyringBody): Signer {
  const roles = entry.kind === EntryKind.identityGranted ? [Role.custodian] : entry.kind === EntryKind.refusal ? [...CASEWORKERS, Role.custodian] : entry.kind === EntryKind.copyAnswered ? [Role.translator, Role.adviser] : CASEWORKERS;
  return checkSignature(keyring, entry.actor, entry.day, entry.encoded, entry.signature, roles);
}

export const CASEWORKERS: readonly number[] = [Role.reviewer, Role.supervisor, Role.investigator];

/** The same for whatever else a member of a case signs. */
export function checkSignature(
  keyring: KeyringBody, id: Bytes, day: Day, signed: Bytes, signature: Bytes, roles: readonly number[] = CASEWORKERS,
): Signer {
  const signers = signersOn(keyring, id, day);
  ensure(signers.length > 0, "not_a_member");
  ensure(signers.every(({ role }) => roles.includes(role)), "role_not_allowed");
  const signer = signers.find(({ pk }) => isValid(pk, signed, signature));
  ensure(signer !== undefined, "bad_signature");
  return signer;
}

/** By the newest keyring, on that day. */
export function isInvestigator(keyring: KeyringBody, id: Bytes, day: Day): boolean {
  const records = signersOn(keyring, id, day);
  return records.length > 0 && records.every(({ role }) => role === Role.investigator);
}

/** The records of a member's id whose days hold this day: the member's first, then the formers' by key. */
function signersOn(keyring: KeyringBody, id: Bytes, day: Day): Signer[] {
  const members = keyring.members.filter((member) => equal(member.id, id) && member.from <= day && day <= member.until);
  const formers = keyring.formers.filter((former) => equal(former.id, id) && former.first <= day && day <= former.last);
  return [
    ...members.map(({ signingPk, role }) => ({ pk: signingPk, role, revoked: false })),
    ...formers.map(({ signingPk, role, compromisedSince }) => ({ pk: signingPk, role, revoked: compromisedSince !== NEVER })),
  ];
}
