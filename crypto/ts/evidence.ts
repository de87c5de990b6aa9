/** SPEC 6.11: files, each a blob under a key of its own. */
import { type Bytes, encode, equal, join, u64, u8 } from "./encoding.js";
import { ensure } from "./errors.js";
import { aeadOpen, aeadSeal, randomBytes, sha256Hasher, TAG } from "./primitives.js";

/** Bytes of a file that are sealed at a time. */
export const CHUNK = 65536;
const NONCE = 24;
/** Bytes that sealing adds to a chunk. */
export const OVERHEAD = NONCE + TAG;

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

export interface PlaintextHash {
  update(data: Bytes): unknown;
  digest(): Bytes;
}

/** SHA-256 of a file, fed from its beginning to its end. */
export const plaintextHash = (): PlaintextHash => sha256Hasher();

export interface SealedEvidence {
  readonly uploadId: Bytes;
  readonly key: Bytes;
  /** SHA-256 of the outline, and of the file. */
  readonly blobHash: Bytes;
  readonly plaintextHash: Bytes;
  readonly size: number;
}

/** Seals a file chunk by chunk, so that only one is in memory. Its length must be known before. Somebody else may hash the plaintext: that is half of the work. */
export class EvidenceSealer {
  readonly uploadId = randomBytes(16);
  /** Of the whole blob, in bytes. */
  readonly total: number;
  private readonly key = randomBytes(32);
  private readonly padded: number;
  private readonly count: number;
  private readonly outline = sha256Hasher();
  private next = 0;
  private fed = 0;

  constructor(private readonly instance: Bytes, private readonly size: number, private readonly plainHash?: PlaintextHash) {
    this.padded = padme(size);
    this.count = Math.ceil(this.padded / CHUNK);
    this.total = this.padded + this.count * OVERHEAD;
  }

  /** The bytes of the file that the next chunk takes: from, to. */
  get wanted(): readonly [number, number] {
    return [Math.min(this.fed, this.size), Math.min(this.fed + CHUNK, this.size)];
  }

  get done(): boolean {
    return this.next === this.count;
  }

  /** The next chunk of the blob, from exactly the bytes `wanted`; none where only padding is left. */
  seal(data: Bytes): Bytes {
    const [from, to] = this.wanted;
    ensure(!this.done && data.length === to - from, "malformed", "chunk length");
    this.plainHash?.update(data);
    const length = Math.min(CHUNK, this.padded - this.next * CHUNK);
    const chunk = data.length === length ? data : new Uint8Array(length);
    if (chunk !== data) chunk.set(data);
    const nonce = randomBytes(NONCE);
    const n = this.next++;
    const sealed = join(nonce, aeadSeal(this.key, nonce, chunkAd(this.instance, this.uploadId, n, this.done), chunk));
    outlineOf(this.outline, sealed);
    this.fed += CHUNK;
    return sealed;
  }

  /** What the manifest says of it; once, after the last chunk. `hashed`: the plaintext's hash, where it was not made here. */
  finish(hashed = this.plainHash?.digest()): SealedEvidence {
    ensure(this.done && hashed?.length === 32, "malformed", "chunks or their hash missing");
    return { uploadId: this.uploadId, key: this.key, blobHash: this.outline.digest(), plaintextHash: hashed, size: this.size };
  }
}

export function sealEvidence(instance: Bytes, data: Bytes): SealedEvidence & { readonly blob: Bytes } {
  const sealer = new EvidenceSealer(instance, data.length, plaintextHash());
  const chunks: Bytes[] = [];
  while (!sealer.done) chunks.push(sealer.seal(data.slice(...sealer.wanted)));
  return { ...sealer.finish(), blob: join(...chunks) };
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
  const outline = sha256Hasher();
  for (let n = 0, at = 0; n < count; n++) {
    const sealed = blob.subarray(at, at + CHUNK + OVERHEAD);
    const ad = chunkAd(instance, uploadId, n, n === count - 1);
    plaintext.set(aeadOpen(key, sealed.slice(0, NONCE), ad, sealed.slice(NONCE)), n * CHUNK);
    outlineOf(outline, sealed);
    at += sealed.length;
  }
  ensure(!plaintext.subarray(size).some((byte) => byte !== 0), "bad_padding");
  ensure(!hashes.blobHash || equal(outline.digest(), hashes.blobHash), "hash_mismatch", "blob");
  const data = plaintext.slice(0, size);
  ensure(!hashes.plaintextHash || equal(sha256(data), hashes.plaintextHash), "hash_mismatch", "plaintext");
  return data;
}

/** Every chunk's nonce and tag: which chunks these are; what is in them, the plaintext's hash says. */
function outlineOf(outline: { update(data: Bytes): unknown }, chunk: Bytes): void {
  outline.update(chunk.slice(0, NONCE));
  outline.update(chunk.slice(chunk.length - TAG));
}

function sha256(data: Bytes): Bytes {
  const made = sha256Hasher();
  made.update(data);
  return made.digest();
}

function chunkAd(instance: Bytes, uploadId: Bytes, n: number, last: boolean): Bytes {
  return encode("chunk", instance, uploadId, u64(n), u8(last ? 1 : 0));
}
