/** SPEC 2: one encoding for each meaning. Parsers refuse everything else as `malformed`. */
import { ensure, refuse } from "./errors.js";

export type Bytes = Uint8Array;

/** Days since 1970-01-01 UTC. */
export type Day = number;

export const NEVER: Day = 0xffffffff;
export const Z32: Bytes = new Uint8Array(32);
export const SUITE = 1;

const encoder = new TextEncoder();
// SPEC 2: a reader refuses invalid UTF-8; ignoreBOM keeps U+FEFF, so that decoding and encoding again gives the same bytes.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** E(tag, f1 .. fn). */
export function encode(tag: string, ...fields: readonly Bytes[]): Bytes {
  return encodeAll(tag, fields);
}

/** L(tag, x1 .. xn). The order is the caller's; see `ascending`. */
export function encodeList(tag: string, items: readonly Bytes[]): Bytes {
  return encodeAll(tag, [u16(items.length), ...items]);
}

function encodeAll(tag: string, fields: readonly Bytes[]): Bytes {
  const parts = [u8(tag.length), utf8(tag)];
  for (const field of fields) parts.push(u32(field.length), field);
  return joinAll(parts);
}

/** Parses E(tag, ..) with exactly these fields; `null` is a field of any width. Fields are copies: nothing aliases the input. */
export function decode(tag: string, widths: readonly (number | null)[], data: Bytes): Bytes[] {
  const fields = split(tag, data);
  ensure(fields.length === widths.length, "malformed", `${tag}: ${fields.length} fields`);
  widths.forEach((width, i) => {
    ensure(width === null || at(fields, i).length === width, "malformed", `${tag}: width of field ${i}`);
  });
  return fields;
}

/** Parses L(tag, ..) of at most `most` items; with `key`, the keys must rise strictly (no duplicates, one order). */
export function decodeList(tag: string, most: number, data: Bytes, key?: (item: Bytes) => Bytes): Bytes[] {
  const [count, ...items] = split(tag, data);
  ensure(count !== undefined && count.length === 2 && readUint(count) === items.length, "malformed", `${tag}: count`);
  ensure(items.length <= most, "malformed", `${tag}: more than ${most}`);
  if (key) ensureAscending(items.map(key), tag);
  return items;
}

function split(tag: string, data: Bytes): Bytes[] {
  const head = join(u8(tag.length), utf8(tag));
  ensure(data.length >= head.length && equal(data.subarray(0, head.length), head), "malformed", `not a ${tag}`);
  const fields: Bytes[] = [];
  let at = head.length;
  while (at < data.length) {
    ensure(at + 4 <= data.length, "malformed", `${tag}: cut`);
    const end = at + 4 + readUint(data.subarray(at, at + 4));
    ensure(end <= data.length, "malformed", `${tag}: cut`);
    fields.push(new Uint8Array(data.subarray(at + 4, end)));
    at = end;
  }
  return fields;
}

export const u8 = (n: number): Bytes => uint(n, 1);
export const u16 = (n: number): Bytes => uint(n, 2);
export const u32 = (n: number): Bytes => uint(n, 4);
/** SPEC 2: a u64 is at most 2^53 - 1, the largest integer that a number holds exactly. */
export const u64 = (n: number): Bytes => uint(n, 8);

function uint(n: number, width: number): Bytes {
  // a division, not a shift: shifts are of 32 bits and would wrap a u64 without an error
  ensure(Number.isSafeInteger(n) && n >= 0 && n < 256 ** width, "too_large", `no u${8 * width}`);
  const out = new Uint8Array(width);
  for (let i = width - 1, rest = n; i >= 0; i--, rest = Math.floor(rest / 256)) out[i] = rest % 256;
  return out;
}

/** Big-endian, of 1 to 8 bytes. */
export function readUint(data: Bytes): number {
  let n = 0;
  for (const byte of data) n = n * 256 + byte;
  ensure(Number.isSafeInteger(n), "malformed", "u64 beyond 2^53 - 1");
  return n;
}

/** Reads a number that must be in from..to. */
export function readWithin(data: Bytes, from: number, to: number, name: string): number {
  const n = readUint(data);
  ensure(n >= from && n <= to, "malformed", `${name} ${n}`);
  return n;
}

/** UTF-8; TextEncoder turns a lone surrogate into U+FFFD, as SPEC 2 wants of a writer. */
export const utf8 = (text: string): Bytes => encoder.encode(text);

export function readUtf8(data: Bytes): string {
  try {
    return decoder.decode(data);
  } catch {
    return refuse("malformed", "not UTF-8");
  }
}

/** Reads ASCII text; `pattern` is anchored and has no flags. */
export function readName(data: Bytes, pattern: RegExp, name: string): string {
  const text = readUtf8(data);
  ensure(pattern.test(text), "malformed", name);
  return text;
}

export function join(...parts: readonly Bytes[]): Bytes {
  return joinAll(parts);
}

function joinAll(parts: readonly Bytes[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Cuts `data` into copies of these widths; the widths must add up to its length. */
export function cut(data: Bytes, ...widths: readonly number[]): Bytes[] {
  let at = 0;
  const parts = widths.map((width) => new Uint8Array(data.subarray(at, (at += width))));
  ensure(at === data.length, "malformed", "length");
  return parts;
}

/** In time that depends on the lengths only. */
export function equal(a: Bytes, b: Bytes): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

/** Bytewise order, a prefix first. */
export function compare(a: Bytes, b: Bytes): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference) return difference;
  }
  return a.length - b.length;
}

/** A sorted copy, ascending by `key`; refuses two items with one key. */
export function ascending<T>(items: readonly T[], key: (item: T) => Bytes): T[] {
  const sorted = items.map((item) => ({ item, key: key(item) })).sort((a, b) => compare(a.key, b.key));
  ensureAscending(sorted.map((pair) => pair.key), "list");
  return sorted.map((pair) => pair.item);
}

export function ensureAscending(keys: readonly Bytes[], name: string): void {
  for (let i = 1; i < keys.length; i++) {
    ensure(compare(at(keys, i - 1), at(keys, i)) < 0, "malformed", `${name}: order`);
  }
}

/** An item known to be there. */
export function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}

export function hex(data: Bytes): string {
  let out = "";
  for (const byte of data) out += (byte + 256).toString(16).slice(1);
  return out;
}
