/** SPEC 5.5 and 5.6: the KEM keys that travel beside a keyring, and how a member brings in new keys. */
import { ascending, type Bytes, decode, decodeList, encode, encodeList, ensureAscending, equal, hex } from "./encoding.js";
import { ensure, refuse } from "./errors.js";
import { encodeStanding, MAX_MEMBERS, type Member, parseStanding, Role, type Standing } from "./keyring.js";
import { hash, isLowOrder, KEM_PK, sign, verify } from "./primitives.js";

/** SPEC 5.5: KEM keys by the hex of their hash. */
export type KemKeys = ReadonlyMap<string, Bytes>;

export function encodeKemKeys(instance: Bytes, pks: readonly Bytes[]): Bytes {
  return encode("kem-keys", instance, encodeList("kem-list", ascending(pks, (pk) => hash(pk))));
}

export function parseKemKeys(instance: Bytes, data: Bytes): KemKeys {
  const [named, list] = decode("kem-keys", [32, null], data) as [Bytes, Bytes];
  const pks = decodeList("kem-list", MAX_MEMBERS, list);
  ensure(pks.every((pk) => pk.length === KEM_PK), "malformed", "KEM key length");
  const hashes = pks.map((pk) => hash(pk));
  ensureAscending(hashes, "kem-list");
  ensure(equal(named, instance), "wrong_instance");
  ensure(!pks.some(isLowOrder), "low_order");
  return new Map(pks.map((pk, i) => [hex(hashes[i] as Bytes), pk]));
}

/** The key of a member, by the hash in the verified keyring. */
export function kemKeyOf(keys: KemKeys, member: Member): Bytes {
  return keys.get(hex(member.kemHash)) ?? refuse("missing_key", hex(member.id));
}

export interface Enrolment extends Standing {
  readonly kemPk: Bytes;
}

/** SPEC 5.6: signed by the member's own new key. */
export function signEnrolment(instance: Bytes, enrolment: Enrolment, signingSeed: Bytes): Bytes {
  const body = encode("enrolment", instance, ...encodeStanding(enrolment), enrolment.kemPk);
  return encode("signed-enrolment", body, sign(signingSeed, body));
}

export function verifyEnrolment(instance: Bytes, data: Bytes): Enrolment {
  const [body, signature] = decode("signed-enrolment", [null, 64], data) as [Bytes, Bytes];
  const [named, id, role, group, flags, signingPk, kemPk] =
    decode("enrolment", [32, 16, 1, null, 1, 32, KEM_PK], body) as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  const enrolment = { ...parseStanding([id, role, group, flags, signingPk]), kemPk };
  ensure((role[0] === Role.reviewer || role[0] === Role.investigator) === (enrolment.group !== ""), "malformed", "group");
  ensure(equal(named, instance), "wrong_instance");
  ensure(!isLowOrder(kemPk), "low_order");
  ensure(coefficientsAreReduced(kemPk), "malformed", "kem pk");
  verify(signingPk, body, signature);
  return enrolment;
}

/** FIPS 203, 7.2: the first 1152 bytes are twelve-bit numbers below q. */
function coefficientsAreReduced(kemPk: Bytes): boolean {
  for (let i = 0; i < 1152; i += 3) {
    const [a = 0, b = 0, c = 0] = kemPk.subarray(i, i + 3);
    if ((a | (b & 15) << 8) >= 3329 || (b >> 4 | c << 4) >= 3329) return false;
  }
  return true;
}
