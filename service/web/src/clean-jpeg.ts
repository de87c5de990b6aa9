// JPEG: the picture's own segments go over as they are, everything that tells of its making stays behind.

import { plainProfile } from "./clean-colour.js";
import { isPlainExif, plainExif, readExif, readXmp } from "./clean-exif.js";
import { ascii, Broken, bytesOf, type Cleaning, number, sized, utf8 } from "./clean-file.js";

/** Restarts and a second start stand here only where the file is damaged; JPG, DHP and EXP no camera writes. */
const STRANGE = new Set([0xc8, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd6, 0xd7, 0xd8, 0xde, 0xdf]);
const SCAN_STEP = 16384;
const EXIF = "Exif\0\0";
const ICC = "ICC_PROFILE\0";

export async function cleanJpeg(work: Cleaning): Promise<Blob> {
  const head: BlobPart[] = [new Uint8Array([0xff, 0xd8])];
  const body: BlobPart[] = [];
  let [orientation, profile, jfif]: [number, Uint8Array | undefined, BlobPart | undefined] = [1, undefined, undefined];
  let frames = 0;
  let scans = 0;
  let at = 2;
  for (;;) {
    const marker = await markerAt(work, at);
    at = marker.end;
    if (marker.code === 0xd9) break;
    const length = number(await work.read(at, 2), 0, 2);
    const code = marker.code;
    if (length < 2 || code < 0xc0 || STRANGE.has(code) || (code >= 0xf0 && code < 0xfe)) throw new Broken(at);
    const data = await work.read(at + 2, length - 2);
    if (code < 0xe0) {
      body.push(new Uint8Array([0xff, code]), work.file.slice(at, at + length));
      at += length;
      if (code < 0xd0 && code !== 0xc4 && code !== 0xcc) frames++;
      if (code !== 0xda) continue;
      scans++;
      const end = await scanEnd(work, at);
      body.push(work.file.slice(at, end));
      at = end;
      continue;
    }
    at += length;
    const name = ascii(data, 0, 32).replace(/[^ -~][^]*/, "");
    const label = sized(`${code === 0xfe ? "COM" : `APP${code - 0xe0}`} ${name}`.trim(), data.length);
    if (code === 0xe0 && name === "JFIF" && data.length >= 14 && !jfif) {
      jfif = segment(0xe0, [...data.subarray(0, 12), 0, 0]);
      if (data.length > 14) work.remove("thumbnail", label);
    } else if (code === 0xee && name.startsWith("Adobe") && data.length >= 12) body.push(segment(0xee, Array.from(data.subarray(0, 12))));
    else if (code === 0xe1 && ascii(data, 0, 4) === "Exif") {
      const tiff = data.subarray(6);
      if (isPlainExif(tiff)) orientation = tiff[19] ?? 1;
      else orientation = readExif(work, tiff);
    } else if (code === 0xe1 && name.startsWith("http://ns.adobe.com/x")) readXmp(work, data.subarray(name.length + 1));
    else if (code === 0xe2 && name === "ICC_PROFILE") {
      const original = data.subarray(14);
      const plain = data[12] === 1 && data[13] === 1 ? plainProfile(original) : undefined;
      profile ??= plain;
      if (!plain || ascii(plain) !== ascii(original)) work.remove("unknown", sized("ICC", original.length));
    } else if (code === 0xfe) work.remove("comment", utf8(data));
    else work.remove(name === "JFXX" ? "thumbnail" : "unknown", label);
  }
  if (frames !== 1 || !scans) throw new Broken(at);
  // What a phone hangs on behind: a second picture, a film, or what a crop should have cut off.
  if (at < work.size) work.remove("unknown", sized("...", work.size - at));
  if (jfif) head.push(jfif);
  if (orientation > 1) head.push(segment(0xe1, [...letters(EXIF), ...plainExif(orientation)]));
  if (profile) head.push(segment(0xe2, [...letters(ICC), 1, 1, ...profile]));
  return work.whole([...head, ...body, new Uint8Array([0xff, 0xd9])]);
}

async function markerAt(work: Cleaning, start: number): Promise<{ code: number; end: number }> {
  let at = start;
  if ((await work.read(at++, 1))[0] !== 0xff) throw new Broken(start);
  for (;;) {
    const code = (await work.read(at++, 1))[0] ?? 0;
    if (code === 0) throw new Broken(start);
    if (code !== 0xff) return { code, end: at }; // ff before a marker is a filler
  }
}

/** Where the coded data ends: at the first marker that is neither a stuffed ff nor a restart. */
async function scanEnd(work: Cleaning, start: number): Promise<number> {
  for (let at = start; ; ) {
    const bytes = await work.read(at, Math.min(SCAN_STEP, work.size - at));
    if (bytes.length < 2) throw new Broken(at);
    let next = bytes.indexOf(0xff);
    while (next >= 0 && next < bytes.length - 1) {
      const after = bytes[next + 1] ?? 0;
      if (after !== 0xff && after !== 0 && (after < 0xd0 || after > 0xd7)) return at + next;
      next = bytes.indexOf(0xff, after === 0xff ? next + 1 : next + 2);
    }
    at += next < 0 ? bytes.length : next; // the last byte may begin a marker: look again with what follows
  }
}

function segment(code: number, data: number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array([0xff, code, ...bytesOf(data.length + 2, 2), ...data]);
}

function letters(text: string): number[] {
  return Array.from(text, (letter) => letter.charCodeAt(0));
}
