/** SPEC 3: the only file that knows the libraries. Everything here is pure JavaScript: Tor Browser's "Safer" has no wasm and no JIT. */
import { xchacha20poly1305 } from "@noble/ciphers/chacha.js";
import { pow } from "@noble/curves/abstract/modular.js";
import { montgomery } from "@noble/curves/abstract/montgomery.js";
import { getPublicKey, hashes, Point, sign as signEd25519, verify as verifyEd25519 } from "@noble/ed25519";
import { argon2id as argon2idSync, argon2idAsync as argon2idInSteps } from "@noble/hashes/argon2.js";
import { blake2b } from "@noble/hashes/blake2.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";

import { type Bytes, cut, encode, equal, hex, join, utf8 } from "./encoding.js";
import { ensure, refuse } from "./errors.js";

/** `N0`: used only where a key is used once. */
export const N0: Bytes = new Uint8Array(24);
export const TAG = 16;
export const KEM_PK = 1216;
export const KEM_CT = 1120;

const ML_KEM_PK = 1184;
const ML_KEM_CT = 1088;
const XWING_LABEL = utf8("\\.//^\\");

const ed25519 = /* @__PURE__ */ (() => {
  hashes.sha512 = sha512;
  return { getPublicKey, Point, sign: signEd25519, verify: verifyEd25519 };
})();

/** RFC 7748, 4.1 and 5: the numbers of Curve25519 for @noble's ladder. Its own `x25519` would bring the Edwards curve a second time (decision 0013). */
const curve25519 = /* @__PURE__ */ (() => {
  const P = BigInt(2) ** BigInt(255) - BigInt(19);
  return montgomery({
    P,
    type: "x25519",
    powPminus2: (x) => pow(x, P - BigInt(2), P),
    adjustScalarBytes(scalar: Bytes): Bytes {
      scalar[0] = (scalar[0] as number) & 248;
      scalar[31] = (scalar[31] as number) & 127 | 64;
      return scalar;
    },
  });
})();

export function hash(data: Bytes, size = 32): Bytes {
  return blake2b(data, { dkLen: size });
}

/** Takes its data piece by piece. */
export interface Hasher {
  update(data: Bytes): unknown;
  digest(): Bytes;
}

/** SHA-256, only of files: the hash that courts and forensic tools know. */
export const sha256Hasher = (): Hasher => sha256.create();

export function kdf(key: Bytes, label: string, ...context: readonly Bytes[]): Bytes {
  ensure(key.length === 32, "malformed", "key length");
  return blake2b(encode(label, ...context), { dkLen: 32, key });
}

export function aeadSeal(key: Bytes, nonce: Bytes, ad: Bytes, plaintext: Bytes): Bytes {
  return xchacha20poly1305(key, nonce, ad).encrypt(plaintext);
}

export function aeadOpen(key: Bytes, nonce: Bytes, ad: Bytes, ciphertext: Bytes): Bytes {
  ensure(key.length === 32 && nonce.length === 24, "malformed", "key or nonce length");
  ensure(ciphertext.length >= TAG, "decryption_failed");
  try {
    return xchacha20poly1305(key, nonce, ad).decrypt(ciphertext);
  } catch {
    return refuse("decryption_failed");
  }
}

export function signingPk(seed: Bytes): Bytes {
  return ed25519.getPublicKey(seed);
}

export function sign(seed: Bytes, message: Bytes): Bytes {
  return ed25519.sign(message, seed);
}

/** SPEC 3.1. The order of the checks cannot be seen from outside: each failure is `bad_signature`. */
export function verify(pk: Bytes, message: Bytes, signature: Bytes): void {
  ensure(isValid(pk, message, signature), "bad_signature");
}

/** What was found right: keys by themselves, signatures by a hash of all that they are about. A chain is verified anew at each look, and without a JIT a signature takes 40 ms. */
const found = new Set<string>();
const MOST_FOUND = 20000;

/** A memory that is full begins anew: whoever sends more than it holds makes it slow, and not large. */
export function remember(memory: Set<string>, most: number, ...those: readonly string[]): void {
  if (memory.size + those.length > most) memory.clear();
  for (const one of those) memory.add(one);
}

/** SPEC 3.1 as a question, for thresholds. Asked again for the same three, it answers from memory; a no is never remembered. */
export function isValid(pk: Bytes, message: Bytes, signature: Bytes): boolean {
  if (pk.length !== 32 || signature.length !== 64) return false;
  const key = hex(pk);
  const asked = `${key} ${hex(hash(join(signature, message)))}`;
  if (found.has(asked)) return true;
  try {
    for (const encoded of found.has(key) ? [signature.subarray(0, 32)] : [pk, signature.subarray(0, 32)]) {
      const point = ed25519.Point.fromBytes(encoded, false);
      if (!equal(point.toBytes(), encoded) || point.isSmallOrder() || !point.isTorsionFree()) return false;
    }
    const valid = ed25519.verify(signature, message, pk, { zip215: false });
    if (valid) remember(found, MOST_FOUND, key, asked);
    return valid;
  } catch {
    return false;
  }
}

/** X25519 alone, for the conformance adapter. */
export function x25519(secret: Bytes, pk: Bytes): Bytes {
  ensure(secret.length === 32 && pk.length === 32, "malformed", "key length");
  try {
    return curve25519.getSharedSecret(secret, pk);
  } catch {
    return refuse("low_order");
  }
}

/** X-Wing, with the seed expanded once for any number of decapsulations. */
export interface KemKey {
  readonly pk: Bytes;
  readonly mlKemSecret: Bytes;
  readonly x25519Secret: Bytes;
}

export function kemKeypair(seed: Bytes): KemKey {
  ensure(seed.length === 32, "malformed", "seed length");
  const expanded = shake256(seed, { dkLen: 96 });
  const mlKem = ml_kem768.keygen(expanded.subarray(0, 64));
  const x25519Secret = expanded.slice(64);
  return { pk: join(mlKem.publicKey, curve25519.getPublicKey(x25519Secret)), mlKemSecret: mlKem.secretKey, x25519Secret };
}

export interface Encapsulated {
  readonly ct: Bytes;
  readonly shared: Bytes;
}

export function kemEncapsulate(pk: Bytes, random = randomBytes(64)): Encapsulated {
  ensure(pk.length === KEM_PK, "malformed", "kem pk");
  ensure(!isLowOrder(pk), "low_order");
  const [mlKemPk, xPk] = cut(pk, ML_KEM_PK, 32) as [Bytes, Bytes];
  const ephemeral = random.slice(32);
  const xCt = curve25519.getPublicKey(ephemeral);
  let mlKem;
  try {
    mlKem = ml_kem768.encapsulate(mlKemPk, random.slice(0, 32));
  } catch {
    return refuse("malformed", "kem pk"); // FIPS 203, 7.2: a coefficient not below q
  }
  const shared = combine(mlKem.sharedSecret, x25519(ephemeral, xPk), xCt, xPk);
  return { ct: join(mlKem.cipherText, xCt), shared };
}

export function kemDecapsulate(key: KemKey, ct: Bytes): Bytes {
  ensure(ct.length === KEM_CT, "malformed", "kem ct");
  ensure(!isLowOrder(ct), "low_order");
  const [mlKemCt, xCt] = cut(ct, ML_KEM_CT, 32) as [Bytes, Bytes];
  const mlKemShared = ml_kem768.decapsulate(mlKemCt, key.mlKemSecret);
  return combine(mlKemShared, x25519(key.x25519Secret, xCt), xCt, key.pk.slice(ML_KEM_PK));
}

/** draft-connolly-cfrg-xwing-kem, 5.3. */
function combine(mlKemShared: Bytes, xShared: Bytes, xCt: Bytes, xPk: Bytes): Bytes {
  return sha3_256(join(mlKemShared, xShared, xCt, xPk, XWING_LABEL));
}

// SPEC 3.2: 0, 1, two points of order 8, p-1, p, p+1, little-endian.
const LOW_ORDER = new Set([
  "00".repeat(32),
  "01" + "00".repeat(31),
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  ...["ec", "ed", "ee"].map((first) => first + "ff".repeat(30) + "7f"),
]);

/** Of a KEM ct or pk, or of an X25519 key: whether the last 32 bytes are low-order. */
export function isLowOrder(key: Bytes): boolean {
  const part = key.slice(-32);
  part[31] = (part[31] as number) & 0x7f;
  return LOW_ORDER.has(hex(part));
}

export interface Argon2Work {
  /** KiB */
  readonly memory: number;
  readonly time: number;
  readonly lanes: number;
}

export function argon2id(password: Bytes, salt: Bytes, work: Argon2Work): Bytes {
  return argon2idSync(password, salt, options(salt, work));
}

/** The same, giving the thread back every 25 ms; `onProgress` hears 0 to 1, in a hundred steps. */
export async function argon2idAsync(
  password: Bytes, salt: Bytes, work: Argon2Work, onProgress?: (done: number) => void,
): Promise<Bytes> {
  let told = 0;
  const tell = (done: number): void => {
    if (done < 1 && done - told < 0.01) return;
    told = done;
    onProgress?.(done);
  };
  return argon2idInSteps(password, salt, { ...options(salt, work), asyncTick: 25, onProgress: tell });
}

function options(salt: Bytes, { memory, time, lanes }: Argon2Work) {
  const within = salt.length >= 8 && time >= 1 && time < 2 ** 32 && lanes >= 1 && memory >= 8 * lanes && memory <= 1048576;
  ensure(within, "kdf_out_of_bounds"); // SPEC 3
  return { m: memory, t: time, p: lanes, dkLen: 32, version: 0x13 };
}

let lastDraw: Bytes | undefined;

/** SPEC 3, `random(n)`. */
export function randomBytes(n: number): Bytes {
  const out = new Uint8Array(n);
  try {
    crypto.getRandomValues(out);
  } catch {
    refuse("random_failed");
  }
  ensure(n < 16 || out.some((byte) => byte !== 0), "random_failed", "zeros");
  if (n >= 32) {
    const digest = hash(out.subarray(0, 32)); // its hash is kept, so that no secret outlives its use here
    ensure(!lastDraw || !equal(lastDraw, digest), "random_failed", "repeated");
    lastDraw = digest;
  }
  return out;
}

/** For each limit (1 to 256) a number uniform in 0..limit-1. Bytes come in draws of 64, so that a dead generator is noticed. */
export function randomBelow(limits: readonly number[]): number[] {
  let pool: number[] = [];
  return limits.map((limit) => {
    for (;;) {
      if (pool.length === 0) pool = [...randomBytes(64)];
      const byte = pool.pop() as number;
      if (byte < 256 - (256 % limit)) return byte % limit; // bytes beyond the last whole multiple are thrown away
    }
  });
}

/** A uniformly shuffled copy (Fisher and Yates). */
export function shuffled<T>(items: readonly T[]): T[] {
  const out = [...items];
  const draws = randomBelow(out.map((_, i) => i + 1));
  for (let i = out.length - 1; i > 0; i--) {
    const j = draws[i] as number;
    [out[i], out[j]] = [out[j] as T, out[i] as T];
  }
  return out;
}
