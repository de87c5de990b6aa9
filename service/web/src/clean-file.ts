// What all the cleaners share: reading a file by slices, noting what was found, and making the copy out of slices and patches.

export type Kind = "jpeg" | "png" | "webp" | "heic" | "mp4" | "pdf" | "office" | "other";

/** Something about the person that stood in the file; `value` is what the file says, or a name and a size. */
export interface Found {
  what: "place" | "time" | "device" | "author" | "software" | "comment" | "thumbnail" | "text" | "unknown";
  value: string;
}

export interface Cleaned {
  kind: Kind;
  data: Blob | Uint8Array;
  removed: Found[];
  kept: Found[];
  /** False: something stays, or may stay. */
  complete: boolean;
}

/** The file is not what its kind should be, from this byte on: nothing of it counts as clean. */
export class Broken extends Error {
  constructor(at: number) {
    super(`broken at byte ${at}`);
  }
}

const WINDOW = 65536;
const MOST_READ = 1 << 24; // bytes at once; no camera writes a longer table
const MOST_READS = 2_000_000; // some seconds; an hour of film needs 300,000
const MOST_FOUND = 100; // the page shows a list to a person
const MOST_LETTERS = 200;
const ZEROS = new Uint8Array(WINDOW);

/** One file on its way: what was read, what was found, what is to be written over. */
export class Cleaning {
  readonly removed: Found[] = [];
  readonly kept: Found[] = [];
  complete = true;
  kind: Kind = "other";
  private readonly patches: { at: number; length: number; bytes: Uint8Array | undefined }[] = [];
  private from = 0;
  private window: Uint8Array = ZEROS.subarray(0, 0);
  private reads = 0;

  constructor(readonly file: Blob) {}

  get size(): number {
    return this.file.size;
  }

  /** Exactly these bytes. A claimed length is never allocated before the file is known to have it. */
  async read(at: number, length: number): Promise<Uint8Array> {
    if (!(at >= 0 && length >= 0 && length <= MOST_READ && at + length <= this.size) || ++this.reads > MOST_READS) throw new Broken(at);
    if (at < this.from || at + length > this.from + this.window.length) {
      this.from = at;
      this.window = new Uint8Array(await this.file.slice(at, at + Math.max(length, WINDOW)).arrayBuffer());
    }
    return this.window.subarray(at - this.from, at - this.from + length);
  }

  /** Up to so many bytes from the start. */
  head(length: number): Promise<Uint8Array> {
    return this.read(0, Math.min(length, this.size));
  }

  remove(what: Found["what"], value: string): void {
    note(this.removed, what, value);
  }

  /** Something stays, so the page has to ask. */
  keep(what: Found["what"], value: string): void {
    this.complete = false;
    note(this.kept, what, value);
  }

  /** The copy will have these bytes here. */
  patch(at: number, bytes: Uint8Array): void {
    this.patches.push({ at, length: bytes.length, bytes });
  }

  /** The copy will have zeros here. */
  blank(at: number, end: number): void {
    if (end > at) this.patches.push({ at, length: end - at, bytes: undefined });
  }

  /** The file with its patches, nothing moved. Two patches of the same bytes are a lie of the file's tables. */
  patched(): Blob {
    const parts: BlobPart[] = [];
    const zeros = new Blob([ZEROS]);
    let done = 0;
    for (const { at, length, bytes } of this.patches.sort((a, b) => a.at - b.at)) {
      if (at < done || at + length > this.size) throw new Broken(at);
      if (at > done) parts.push(this.file.slice(done, at));
      if (bytes) parts.push(bytes as BlobPart);
      else for (let left = length; left > 0; left -= WINDOW) parts.push(left < WINDOW ? zeros.slice(0, left) : zeros);
      done = at + length;
    }
    return this.whole([...parts, this.file.slice(done)]);
  }

  /** A copy made of parts: slices of the file, and bytes. */
  whole(parts: BlobPart[]): Blob {
    return new Blob(parts, { type: this.file.type });
  }
}

/** An unsigned number of `length` bytes, big-endian unless told; inexact above 2^53, which no file's size reaches. */
export function number(bytes: Uint8Array, at: number, length: number, little = false): number {
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + (bytes[little ? at + length - 1 - i : at + i] ?? 0);
  return value;
}

/** `value` in so many bytes, big-endian unless told. */
export function bytesOf(value: number, length: number, little = false): number[] {
  const bytes = Array.from({ length }, (_, i) => Math.floor(value / 256 ** (length - 1 - i)) % 256);
  return little ? bytes.reverse() : bytes;
}

/** The bytes as letters, one each; fewer where the bytes end. */
export function ascii(bytes: Uint8Array, at = 0, length = bytes.length): string {
  let text = "";
  for (const byte of bytes.subarray(at, at + length)) text += String.fromCharCode(byte);
  return text;
}

/** The bytes as UTF-8, what is not UTF-8 marked. */
export function utf8(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** A name and a size, for what has no words of its own: the name is the format's, so that it needs no translation. */
export function sized(name: string, size: number): string {
  return `${name} (${size} B)`;
}

export function allZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}

function note(list: Found[], what: Found["what"], value: string): void {
  const clear = value.replace(/[\0-\x1f\x7f-\x9f\ufffd\s]+/g, " ").trim().slice(0, MOST_LETTERS);
  if (!clear || list.length >= MOST_FOUND || list.some((one) => one.what === what && one.value === clear)) return;
  list.push({ what, value: clear });
}
