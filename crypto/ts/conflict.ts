/** SPEC 5.10 to 5.12: what members declared of themselves, and who is barred from a case. The twin is crypto/conflict.py. */
import { unpad } from "./account.js";
import { type Bytes, cut, type Day, decode, decodeList, encode, encodeList, ensureAscending, equal, hex, NEVER, readUint, utf8 } from "./encoding.js";
import { ensure } from "./errors.js";
import { type Member } from "./keyring.js";
import { foldsOf, skeletonsOf } from "./names.js";
import { aeadOpen, hash, isLowOrder, kdf, KEM_CT, type KemKey, kemDecapsulate, N0, TAG } from "./primitives.js";

const MAX_POSTS = 32;
const MAX_REGIONS = 32;
const MAX_NAMES = 256;
const MAX_LANGUAGES = 16;
const MAX_READERS = 256;
const MAX_DECLARATIONS = 512;
const SLOT = KEM_CT + 32 + TAG;
const [AGENCY_DAYS, UNIT_DAYS] = [5 * 365 + 2, 10 * 365 + 3];

export const REASONS = ["agency", "unit", "district", "name", "denied", "excluded"] as const;
export type Reason = (typeof REASONS)[number];

interface Post {
  readonly agency: string;
  readonly unit: Bytes;
  readonly first: Day;
  readonly last: Day;
}

export interface Declaration {
  readonly member: Bytes;
  readonly key: Bytes;
  readonly vetting: Bytes;
  readonly posts: readonly Post[];
  readonly regions: readonly string[];
  readonly names: readonly Bytes[];
  /** Codes of those that the member reads without help. */
  readonly languages: readonly string[];
  readonly hash: Bytes;
}

const nameToken = (key: Bytes, folded: string): string => hex(kdf(key, "name", utf8(folded)));
const unitToken = (key: Bytes, text: string): string => hex(kdf(key, "unit", utf8(skeletonsOf(text).join(" "))));

export function parseDeclaration(instance: Bytes, data: Bytes): Declaration {
  const [named, member, , key, vetting, posts, regions, names, languages] =
    decode("declaration", [32, 16, 32, 32, 32, null, null, null, null], data) as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  const postItems = decodeList("posts", MAX_POSTS, posts);
  const regionItems = decodeList("regions", MAX_REGIONS, regions);
  const tokens = decodeList("name-tokens", MAX_NAMES, names);
  const spoken = decodeList("languages", MAX_LANGUAGES, languages);
  ensureAscending(postItems, "posts");
  ensureAscending(regionItems, "regions");
  ensureAscending(tokens, "name-tokens");
  ensureAscending(spoken, "languages");
  ensure(tokens.every(({ length }) => length === 32), "malformed", "name token");
  ensure(equal(named, instance), "wrong_instance");
  return { member, key, vetting, posts: postItems.map(parsePost), regions: regionItems.map(readCode), names: tokens, languages: spoken.map(readCode), hash: hash(encode("annex", data)) };
}

function parsePost(data: Bytes): Post {
  const [agency, unit, first, last] = decode("post", [null, null, 4, 4], data) as [Bytes, Bytes, Bytes, Bytes];
  ensure(unit.length === 0 || unit.length === 32, "malformed", "unit token");
  ensure(readUint(first) <= readUint(last), "malformed", "days of a post");
  return { agency: readCode(agency), unit, first: readUint(first), last: readUint(last) };
}

function readCode(data: Bytes): string {
  const text = Array.from(data, (byte) => String.fromCharCode(byte)).join("");
  ensure(/^[A-Za-z0-9_-]{1,64}$/.test(text), "malformed", "code");
  return text;
}

/** SPEC 5.11: those that the keyring vouches for, by member in hexadecimal. */
export function openDeclarations(instance: Bytes, data: Bytes, key: KemKey, members: readonly Member[]): Map<string, Declaration> {
  const [named, slotList, ct] = decode("annexes", [32, null, null], data) as [Bytes, Bytes, Bytes];
  const pairs = decodeList("annex-slots", MAX_READERS, slotList).map((item) => decode("annex-slot", [32, SLOT], item) as [Bytes, Bytes]);
  ensureAscending(pairs.map(([pkHash]) => pkHash), "annex-slots");
  ensure(equal(named, instance), "wrong_instance");
  ensure(!pairs.some(([, slot]) => isLowOrder(slot.subarray(0, KEM_CT))), "low_order");
  const own = pairs.find(([pkHash]) => equal(pkHash, hash(key.pk)))?.[1];
  ensure(own !== undefined, "not_a_recipient");
  const context = hash(encode("annexes-context", instance, encodeList("recipients", pairs.map(([pkHash]) => pkHash))));
  const [kemCt, sealed] = cut(own, KEM_CT, 32 + TAG) as [Bytes, Bytes];
  const w = aeadOpen(kdf(kemDecapsulate(key, kemCt), "annex-slot", context, kemCt, key.pk), N0, context, sealed);
  const content = unpad(aeadOpen(kdf(w, "annexes", context), N0, context, ct));
  const found = decodeList("declarations", MAX_DECLARATIONS, content).map((item) => parseDeclaration(instance, item));
  ensureAscending(found.map(({ member }) => member), "declarations");
  const hashes = new Map(members.map(({ id, annexHash }) => [hex(id), annexHash]));
  return new Map(found.filter((one) => equal(hashes.get(hex(one.member)) ?? new Uint8Array(0), one.hash)).map((one) => [hex(one.member), one]));
}

/** SPEC 5.12: of a case, as answered and as coded at triage. */
export interface Implicated {
  readonly agencies: readonly string[];
  readonly units: readonly string[];
  readonly regions: readonly string[];
  readonly names: readonly string[];
  readonly denied: readonly string[];
  /** Ids of members in hexadecimal. */
  readonly excluded: readonly string[];
}

/** The body that an agency belongs to: KZ_mia of KZ_mia_police. None for what is no body of a state (X_..). */
export const bodyOf = (agency: string): string => (agency.startsWith("X_") ? "" : agency.split("_").slice(0, 2).join("_"));

/** SPEC 5.12: why this member is barred, in a fixed order; empty: nothing is known against it. */
export function conflicts(declaration: Declaration, implicated: Implicated, day: Day): Reason[] {
  const { key, posts, regions } = declaration;
  const units = new Set(implicated.units.filter((unit) => skeletonsOf(unit).length > 0).map((unit) => unitToken(key, unit)));
  const bodies = new Set(implicated.agencies.map(bodyOf).filter(Boolean));
  const tokens = new Set(declaration.names.map(hex));
  const known = (texts: readonly string[]): boolean => texts.some((text) => foldsOf(text).some((one) => tokens.has(nameToken(key, one))));
  const within = ({ last }: Post, days: number): boolean => last === NEVER || day - last <= days;
  const found: Record<Reason, boolean> = {
    agency: posts.some((one) => bodies.has(bodyOf(one.agency)) && within(one, AGENCY_DAYS)),
    unit: posts.some((one) => one.unit.length > 0 && units.has(hex(one.unit)) && within(one, UNIT_DAYS)),
    district: regions.some((one) => implicated.regions.includes(one)),
    name: known(implicated.names),
    denied: known(implicated.denied),
    excluded: implicated.excluded.includes(hex(declaration.member)),
  };
  return REASONS.filter((reason) => found[reason]);
}
