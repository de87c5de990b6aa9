/** SPEC 6.11: files, each a blob under a key of its own. */
import { type Bytes, encode, equal, join, u64, u8 } from "./encoding.js";
import { ensure } from "./errors.js";
import { aeadOpen, aeadSeal, hash, randomBytes, TAG } from "./primitives.js";

const CHUNK = 65536;
const NONCE = 24;
const OVERHEAD = NONCE + TAG;

/** Padmé of at least one chunk: hides the length but for its first few bits. Exact up to 2^53. */
export function padme(size: number): number {
  const length = Math.max(size, CHUNK);
  const exponent = floorLog2(length);
  const step = 2 ** (exponent - (floorLog2(exponent) + 1));
  return Math.ceil(length / step) * step;
}

/** Not Math.log2, which rounds 2^k - 1 up for large k. */
function floorLog2(n: number): number {
  let exponent = 0;
  while (2 ** (exponent + 1) <= n) exponent++;
  return exponent;
}

export interface SealedEvidence {
  readonly uploadId: Bytes;
  readonly key: Bytes;
  readonly blob: Bytes;
  readonly blobHash: Bytes;
  readonly plaintextHash: Bytes;
  readonly size: number;
}

export function sealEvidence(instance: Bytes, data: Bytes): SealedEvidence {
  const [uploadId, key] = [randomBytes(16), randomBytes(32)];
  const padded = padme(data.length);
  const count = Math.ceil(padded / CHUNK);
  const blob = new Uint8Array(padded + count * OVERHEAD);
  for (let n = 0, at = 0; n < count; n++) {
    const chunk = new Uint8Array(Math.min(CHUNK, padded - n * CHUNK));
    chunk.set(data.subarray(n * CHUNK, (n + 1) * CHUNK));
    const nonce = randomBytes(NONCE);
    blob.set(join(nonce, aeadSeal(key, nonce, chunkAd(instance, uploadId, n, n === count - 1), chunk)), at);
    at += chunk.length + OVERHEAD;
  }
  return { uploadId, key, blob, blobHash: hash(blob), plaintextHash: hash(data), size: data.length };
}

export interface EvidenceHashes {
  readonly blobHash?: Bytes;
  readonly plaintextHash?: Bytes;
}

/** With what the manifest says of the file. */
export function openEvidence(instance: Bytes, uploadId: Bytes, key: Bytes, size: number, blob: Bytes, hashes: EvidenceHashes = {}): Bytes {
  ensure(Number.isSafeInteger(size) && size >= 0, "malformed", "size");
  const padded = padme(size);
  const count = Math.ceil(padded / CHUNK);
  ensure(blob.length === padded + count * OVERHEAD, "malformed", "blob length"); // before anything of that size is allocated
  const plaintext = new Uint8Array(padded);
  for (let n = 0, at = 0; n < count; n++) {
    const sealed = blob.subarray(at, at + CHUNK + OVERHEAD);
    const ad = chunkAd(instance, uploadId, n, n === count - 1);
    plaintext.set(aeadOpen(key, sealed.slice(0, NONCE), ad, sealed.slice(NONCE)), n * CHUNK);
    at += sealed.length;
  }
  ensure(!plaintext.subarray(size).some((byte) => byte !== 0), "bad_padding");
  ensure(!hashes.blobHash || equal(hash(blob), hashes.blobHash), "hash_mismatch", "blob");
  const data = plaintext.slice(0, size);
  ensure(!hashes.plaintextHash || equal(hash(data), hashes.plaintextHash), "hash_mismatch", "plaintext");
  return data;
}

function chunkAd(instance: Bytes, uploadId: Bytes, n: number, last: boolean): Bytes {
  return encode("chunk", instance, uploadId, u64(n), u8(last ? 1 : 0));
}
