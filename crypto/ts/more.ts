/** SPEC 11.6: a member asks to open more cases on a day than one member may; another says yes or no. */
import { type Bytes, type Day, decode, encode, equal, readUint, readWithin, u16, u32, u8 } from "./encoding.js";
import { ensure } from "./errors.js";
import { type KeyringBody, Role } from "./keyring.js";
import { hash, sign } from "./primitives.js";
import { checkSignature } from "./signer.js";

export const MOST_MORE = 10_000;
/** Why: other readers for many cases, a search through many, somebody who is away, a flood, a check of the own work. */
export const REASONS = ["other_readers", "search", "standing_in", "flood", "own_check"] as const;

/** `cases` more than without it, on that day alone. `reason`: from 1, of REASONS. `nonce`: 16 random bytes: who asks for the same again asks anew. */
export interface MoreAsked {
  readonly instance: Bytes;
  readonly member: Bytes;
  readonly day: Day;
  readonly cases: number;
  readonly reason: number;
  readonly nonce: Bytes;
}

/** `hash`: of the whole with its signature: an answer names it. */
export interface SignedMoreAsked extends MoreAsked {
  readonly hash: Bytes;
}

export function signMoreAsked({ instance, member, day, cases, reason, nonce }: MoreAsked, signingSeed: Bytes): Bytes {
  const statement = encode("more-asked", instance, member, u32(day), u16(cases), u8(reason), nonce);
  return encode("signed-more-asked", statement, sign(signingSeed, statement));
}

/** Whether its day is today is the server's to ask. */
export function verifyMoreAsked(instance: Bytes, keyring: KeyringBody, data: Bytes): SignedMoreAsked {
  const [statement, signature] = decode("signed-more-asked", [null, 64], data) as [Bytes, Bytes];
  const [named, member, day, cases, reason, nonce] = decode("more-asked", [32, 16, 4, 2, 1, 16], statement) as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  const asked = { instance: named, member, day: readUint(day), cases: readWithin(cases, 1, MOST_MORE, "cases"), reason: readWithin(reason, 1, REASONS.length, "reason"), nonce };
  ensure(equal(named, instance), "wrong_instance");
  checkSignature(keyring, member, asked.day, statement, signature);
  return { ...asked, hash: hash(data) };
}

/** On the day of the asking: it is for no other. */
export function signMoreAnswered(asked: SignedMoreAsked, member: Bytes, agrees: boolean, signingSeed: Bytes): Bytes {
  const statement = encode("more-answered", asked.instance, asked.hash, member, u8(agrees ? 1 : 0));
  return encode("signed-more-answered", statement, sign(signingSeed, statement));
}

export interface MoreAnswered {
  readonly member: Bytes;
  readonly agrees: boolean;
}

/** By another reviewer or supervisor, who is a member on the day of the asking. */
export function verifyMoreAnswered(keyring: KeyringBody, asked: SignedMoreAsked, data: Bytes): MoreAnswered {
  const [statement, signature] = decode("signed-more-answered", [null, 64], data) as [Bytes, Bytes];
  const [named, cited, member, agrees] = decode("more-answered", [32, 32, 16, 1], statement) as [Bytes, Bytes, Bytes, Bytes];
  const answer = { member, agrees: readWithin(agrees, 0, 1, "agrees") === 1 };
  ensure(equal(named, asked.instance), "wrong_instance");
  ensure(equal(cited, asked.hash), "hash_mismatch", "an answer to another asking");
  ensure(!equal(member, asked.member), "role_not_allowed", "the own asking");
  checkSignature(keyring, member, asked.day, statement, signature, [Role.reviewer, Role.supervisor]);
  return answer;
}
