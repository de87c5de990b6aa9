// PDF and office documents: nothing is taken out, what they say of their author is shown.
// Words kept by an old version, and names inside the text, no walk can find.

import { xmlFinds } from "./clean-exif.js";
import { ascii, Broken, type Cleaning, type Found, number, utf8 } from "./clean-file.js";

const STEP = 1 << 20;
const OVERLAP = 4096; // longer than any entry that is shown
const END_OF_PDF = 8 * STEP; // what a PDF says of itself stands near its start or its end
const PDF_NAMES: Record<string, Found["what"]> = {
  Author: "author", Company: "author", Creator: "software", Producer: "software", Title: "comment", Subject: "comment", Keywords: "comment",
  CreationDate: "time", ModDate: "time",
};
const PDF_ENTRY = new RegExp(`/(${Object.keys(PDF_NAMES).join("|")})\\s{0,9}(\\(((?:\\\\[^]|[^\\\\)]){0,1000})\\)|<([0-9a-fA-F\\s]{0,2000})>)`, "g");
const MOST_ENTRIES = 4096;
const MOST_XML = 1 << 20;
const ABOUT = /^(docProps\/(core|app|custom)\.xml|meta\.xml)$/;
const PICTURE = /\.(jpe?g|png|tiff?|heic|mp4|mov)$/i;

export async function showPdf(work: Cleaning): Promise<Blob> {
  for (let at = 0; at < work.size; at += STEP) {
    if (at >= END_OF_PDF) at = Math.max(at, work.size - END_OF_PDF);
    const text = ascii(await work.read(at, Math.min(STEP + OVERLAP, work.size - at)));
    for (const [, name = "", , words, digits] of text.matchAll(PDF_ENTRY)) {
      work.keep(PDF_NAMES[name] ?? "unknown", pdfText(digits === undefined ? unescaped(words ?? "") : fromHex(digits)));
    }
    for (const part of text.split("<x:xmpmeta").slice(1)) {
      for (const { what, value } of xmlFinds(utf8(bytesIn(part)))) work.keep(what, value);
    }
  }
  work.complete = false;
  return work.file;
}

function unescaped(text: string): string {
  return text.replace(/\\([0-7]{1,3}|[^])/g, (_, escaped: string) => (/^[0-7]/.test(escaped) ? String.fromCharCode(parseInt(escaped, 8)) : escaped));
}

function fromHex(digits: string): string {
  return (digits.match(/[0-9a-f]{2}/gi) ?? []).map((pair) => String.fromCharCode(parseInt(pair, 16))).join("");
}

/** A text string of PDF is UTF-16 behind a mark, and letters of one byte without. */
function pdfText(text: string): string {
  return text.startsWith("\xfe\xff") ? new TextDecoder("utf-16be").decode(bytesIn(text.slice(2))) : text;
}

function bytesIn(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export async function showOffice(work: Cleaning): Promise<Blob> {
  work.complete = false;
  let known = false;
  for (const { name, method, at, packed } of await entries(work)) {
    known ||= /^(\[Content_Types\]\.xml|mimetype)$/.test(name);
    if (PICTURE.test(name)) work.keep("unknown", name);
    if (!ABOUT.test(name)) continue;
    const local = await work.read(at, 30);
    const body = at + 30 + number(local, 26, 2, true) + number(local, 28, 2, true);
    const xml = await inflated(await work.read(body, Math.min(packed, MOST_XML)), method);
    if (xml === undefined) work.keep("unknown", name);
    else for (const { what, value } of xmlFinds(xml)) work.keep(what, value);
  }
  if (!known) {
    work.kind = "other";
    work.keep("unknown", "zip");
  }
  return work.file;
}

async function entries(work: Cleaning): Promise<{ name: string; method: number; at: number; packed: number }[]> {
  const tail = await work.read(Math.max(0, work.size - 65557), Math.min(work.size, 65557));
  const end = ascii(tail).lastIndexOf("PK\x05\x06");
  if (end < 0) throw new Broken(work.size);
  const found = [];
  let at = number(tail, end + 16, 4, true);
  for (let left = Math.min(number(tail, end + 10, 2, true), MOST_ENTRIES); left > 0; left--) {
    const entry = (await work.read(at, 46)).slice();
    if (ascii(entry, 0, 4) !== "PK\x01\x02") throw new Broken(at);
    const length = number(entry, 28, 2, true);
    const name = utf8(await work.read(at + 46, length));
    found.push({ name, method: number(entry, 10, 2, true), at: number(entry, 42, 4, true), packed: number(entry, 20, 4, true) });
    at += 46 + length + number(entry, 30, 2, true) + number(entry, 32, 2, true);
  }
  return found;
}

/** At most MOST_XML of it: a small entry may claim to be endless. Undefined where this browser, or the entry, cannot. */
async function inflated(packed: Uint8Array, method: number): Promise<string | undefined> {
  if (method === 0) return utf8(packed);
  if (method !== 8 || typeof DecompressionStream === "undefined") return undefined;
  const parts: BlobPart[] = [];
  try {
    const reader = new Blob([packed as BlobPart]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
    for (let size = 0; size < MOST_XML; ) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value as BlobPart);
      size += value.length;
    }
    void reader.cancel();
  } catch {
    return undefined; // a damaged entry, or a browser that knows only gzip
  }
  return new Blob(parts).text();
}
