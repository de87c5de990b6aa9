/** SPEC 5.1 and 5.2: the offline keys that vouch for a keyring, and how one set hands over to the next. */
import { ascending, type Bytes, decode, decodeList, encode, encodeList, ensureAscending, equal, hex, readUint, readUtf8, u32, u8, utf8 } from "./encoding.js";
import { ensure } from "./errors.js";
import { hash, isValid, sign } from "./primitives.js";

const MAX_ROOTS = 16;
const MAX_SIGNATURES = 32; // SPEC 5.2; bounds the work of a reader

export interface Root {
  readonly pk: Bytes;
  readonly organisation: string;
}

export interface RootSet {
  readonly version: number;
  readonly threshold: number;
  readonly roots: readonly Root[];
  readonly encoded: Bytes;
  readonly hash: Bytes;
}

export interface FirstRoots {
  readonly instance: Bytes;
  readonly roots: RootSet;
  readonly random: Bytes;
  readonly encoded: Bytes;
}

export function encodeRootSet(version: number, threshold: number, roots: readonly Root[]): RootSet {
  const items = ascending(roots, (root) => root.pk).map((root) => encode("root", root.pk, utf8(root.organisation)));
  return parseRootSet(encode("roots", u32(version), u8(threshold), encodeList("root-list", items)));
}

export function parseRootSet(encoded: Bytes): RootSet {
  const [version, threshold, list] = decode("roots", [4, 1, null], encoded) as [Bytes, Bytes, Bytes];
  const roots = decodeList("root-list", MAX_ROOTS, list).map((item) => {
    const [pk, organisation] = decode("root", [32, null], item) as [Bytes, Bytes];
    ensure(organisation.length >= 1 && organisation.length <= 80, "malformed", "organisation");
    return { pk, organisation: readUtf8(organisation) };
  });
  ensureAscending(roots.map((root) => root.pk), "root-list");
  const needed = readUint(threshold);
  // SPEC 5.1: no two disjoint quorums
  ensure(needed >= 2 && needed <= roots.length && 2 * needed > roots.length, "malformed", `threshold ${needed}`);
  return { version: readUint(version), threshold: needed, roots, encoded, hash: hash(encoded) };
}

export function encodeFirstRoots(roots: RootSet, random: Bytes): FirstRoots {
  return parseFirstRoots(encode("first-roots", roots.encoded, random));
}

export function parseFirstRoots(encoded: Bytes): FirstRoots {
  const [set, random] = decode("first-roots", [null, 32], encoded) as [Bytes, Bytes];
  return { instance: hash(encode("instance", set, random)), roots: parseRootSet(set), random, encoded };
}

/** Six groups of five digits, for paper. */
export function fingerprint(instance: Bytes, roots: RootSet): string {
  const digest = hash(encode("fingerprint", instance, roots.hash));
  const groups = [0, 1, 2, 3, 4, 5].map((i) => readUint(digest.subarray(5 * i, 5 * i + 5)) % 100000);
  return groups.map((group) => String(group).padStart(5, "0")).join(" ");
}

export interface RootSignature {
  readonly pk: Bytes;
  readonly signature: Bytes;
}

export function signAsRoot(pk: Bytes, seed: Bytes, signed: Bytes): RootSignature {
  return { pk, signature: sign(seed, signed) };
}

export function encodeSignatures(signatures: readonly RootSignature[]): Bytes {
  const items = ascending(signatures, (entry) => entry.pk).map((entry) => encode("signature", entry.pk, entry.signature));
  return encodeList("signatures", items);
}

export function parseSignatures(data: Bytes): RootSignature[] {
  const entries = decodeList("signatures", MAX_SIGNATURES, data).map((item) => {
    const [pk, signature] = decode("signature", [32, 64], item) as [Bytes, Bytes];
    return { pk, signature };
  });
  ensureAscending(entries.map((entry) => entry.pk), "signatures");
  return entries;
}

/** SPEC 5.2: entries by other keys are ignored, entries with a bad signature are not counted. */
export function checkThreshold(roots: RootSet, signatures: readonly RootSignature[], signed: Bytes): void {
  const known = new Set(roots.roots.map((root) => hex(root.pk)));
  let valid = 0;
  for (const { pk, signature } of signatures) {
    if (known.has(hex(pk)) && isValid(pk, signed, signature)) valid++;
    if (valid === roots.threshold) return; // the rest cannot change the answer, and costs 8 ms each without a JIT
  }
  ensure(false, "threshold_not_reached", `${valid} of ${roots.threshold} signatures are valid`);
}

export function encodeRootChange(instance: Bytes, held: RootSet, next: RootSet): Bytes {
  return encode("root-change", instance, held.hash, next.encoded);
}

/** SPEC 5.2, root rotation: from the set held to the one that a SignedRootChange names. */
export function rotateRoots(instance: Bytes, held: RootSet, signedChange: Bytes): RootSet {
  const [change, list] = decode("signed-root-change", [null, null], signedChange) as [Bytes, Bytes];
  const [named, heldHash, encoded] = decode("root-change", [32, 32, null], change) as [Bytes, Bytes, Bytes];
  const next = parseRootSet(encoded);
  const signatures = parseSignatures(list);
  ensure(equal(named, instance), "wrong_instance");
  ensure(equal(heldHash, held.hash), "wrong_roots", "change of another set");
  ensure(next.version === held.version + 1, "wrong_roots", `version ${next.version} after ${held.version}`);
  checkThreshold(held, signatures, change);
  checkThreshold(next, signatures, change);
  return next;
}
