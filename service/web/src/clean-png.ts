// PNG: the chunks that make the picture go over as they are; words, times, places and whatever nobody registered stay behind.

import { isPlainExif, plainExif, readExif, readXmp } from "./clean-exif.js";
import { ascii, Broken, bytesOf, type Cleaning, type Found, number, sized, utf8 } from "./clean-file.js";

/** Chunks that decide how the picture looks, with their longest size where they have one: a longer one holds something else. */
const PICTURE: Record<string, number> = {
  IHDR: 13, PLTE: 768, IDAT: Infinity, IEND: 0, tRNS: 256, gAMA: 4, cHRM: 32, sRGB: 1, sBIT: 4, bKGD: 6, cICP: 4, mDCV: 24, cLLI: 8,
  acTL: 8, fcTL: 26, fdAT: Infinity,
};
const MOST_WORDS = 65536;

export async function cleanPng(work: Cleaning): Promise<Blob> {
  const parts: BlobPart[] = [work.file.slice(0, 8)];
  let orientation = 1;
  let data = false;
  for (let at = 8; ; ) {
    const header = await work.read(at, 8);
    const size = number(header, 0, 4);
    const name = ascii(header, 4, 4);
    const end = at + 12 + size;
    if (!/^[a-zA-Z]{4}$/.test(name) || end > work.size || (at === 8) !== (name === "IHDR")) throw new Broken(at);
    const whole = work.file.slice(at, end);
    const most = PICTURE[name];
    data ||= name === "IDAT";
    if (most !== undefined && size <= most) parts.push(whole);
    else if (name === "pHYs" && size === 9 && (await work.read(at + 16, 1))[0] === 0) parts.push(whole); // a shape; in metres it names a kind of screen
    else if (/^[A-Z]/.test(name)) throw new Broken(at); // no reader may leave it out, so we may not
    else {
      const start = await work.read(at + 8, Math.min(size, MOST_WORDS));
      if (name !== "eXIf") await readChunk(work, name, start, size);
      else if (isPlainExif(start)) orientation = start[19] ?? 1;
      else orientation = readExif(work, start);
    }
    at = end;
    if (name !== "IEND") continue;
    if (!data) throw new Broken(at);
    if (at < work.size) work.remove("unknown", sized("...", work.size - at));
    if (orientation > 1) parts.splice(2, 0, chunk("eXIf", plainExif(orientation)));
    return work.whole(parts);
  }
}

async function readChunk(work: Cleaning, name: string, start: Uint8Array, size: number): Promise<void> {
  const keyword = ascii(start, 0, Math.max(0, start.indexOf(0)));
  if (name === "tIME") work.remove("time", [number(start, 0, 2), start[2], start[3]].join("-"));
  else if (name === "iCCP") work.remove("unknown", `ICC ${keyword}`);
  else if (name === "iTXt" && keyword === "XML:com.adobe.xmp") readXmp(work, start.subarray(keyword.length + 5));
  else if (name === "tEXt" || (name === "iTXt" && start[keyword.length + 1] === 0)) work.remove(whatOf(keyword), utf8(start));
  else if (name === "zTXt" || name === "iTXt") work.remove(whatOf(keyword), sized(keyword, size));
  else work.remove("unknown", sized(name, size));
}

function whatOf(keyword: string): Found["what"] {
  if (/time|date/i.test(keyword)) return "time";
  if (/author|copyright/i.test(keyword)) return "author";
  if (/software/i.test(keyword)) return "software";
  return /source/i.test(keyword) ? "device" : "comment";
}

function chunk(name: string, data: number[]): BlobPart {
  const named = [...Array.from(name, (letter) => letter.charCodeAt(0)), ...data];
  let sum = -1;
  for (const byte of named) {
    sum ^= byte;
    for (let i = 0; i < 8; i++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return new Uint8Array([...bytesOf(data.length, 4), ...named, ...bytesOf(~sum >>> 0, 4)]);
}
