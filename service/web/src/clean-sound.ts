// Sound: MP3 frames, and Opus in Ogg as messengers record it. What is not sound is cut off or emptied.

import { allZero, ascii, Broken, type Cleaning, number, sized, utf8 } from "./clean-file.js";

const KBITS_1 = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]; // MPEG 1, layer 3
const KBITS_2 = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]; // MPEG 2 and 2.5
const HERTZ = [44100, 48000, 32000];
const TAIL = /^(TAG|APETAGEX|LYRICSBEGIN|ID3|\0)/;
const SHOWN = 4096;

/** Keeps the frames of layer 3 and nothing before or after them. */
export async function cleanMp3(work: Cleaning): Promise<Blob> {
  let start = 0;
  while (ascii(await work.read(start, 10), 0, 3) === "ID3") {
    const tag = await work.read(start, 10);
    const length = [6, 7, 8, 9].reduce((sum, at) => sum * 128 + ((tag[at] ?? 0) & 127), 0);
    const end = start + 10 + length + ((tag[5] ?? 0) & 16 ? 10 : 0);
    if (end > work.size) throw new Broken(start);
    work.remove("comment", `ID3 ${words(await work.read(start + 10, Math.min(length, SHOWN)))}`);
    start = end;
  }
  let end = start;
  for (let length = 1; length > 0; end += length) {
    length = end + 4 <= work.size ? frameLength(await work.read(end, 4)) : 0;
    if (end + length > work.size) throw new Broken(end);
  }
  if (end === start) throw new Broken(start);
  if (end < work.size) {
    const tail = await work.read(end, Math.min(work.size - end, SHOWN));
    if (!TAIL.test(ascii(tail))) throw new Broken(end);
    work.remove("comment", `${words(tail)}`);
  }
  return work.whole([work.file.slice(start, end)]);
}

/** 0 where no frame of layer 3 begins. */
function frameLength(header: Uint8Array): number {
  const [sync = 0, kind = 0, rates = 0] = header;
  const version = (kind >> 3) & 3; // 3 is MPEG 1, 2 MPEG 2, 0 MPEG 2.5
  const kbits = (version === 3 ? KBITS_1 : KBITS_2)[rates >> 4];
  const hertz = HERTZ[(rates >> 2) & 3];
  if (sync !== 0xff || kind < 0xe0 || version === 1 || ((kind >> 1) & 3) !== 1 || !kbits || !hertz) return 0;
  const slow = version === 3 ? 1 : version === 2 ? 2 : 4;
  return Math.floor(((version === 3 ? 144000 : 72000) * kbits * slow) / hertz) + ((rates >> 1) & 1);
}

/** Empties the comments of Opus, which stand in the second page; other coders are left as they are. */
export async function cleanOgg(work: Cleaning): Promise<Blob> {
  const first = await pageAt(work, 0);
  const second = await pageAt(work, first.end);
  const comments = (await work.read(second.body, second.end - second.body)).slice();
  let at = second.end;
  while (at < work.size) {
    const page = await pageAt(work, at);
    if (page.serial !== first.serial) throw new Broken(at); // a second stream may have comments of its own
    at = page.end;
  }
  const opus = ascii(await work.read(first.body, 8)) === "OpusHead" && ascii(comments, 0, 8) === "OpusTags";
  if (!opus || second.segments[second.segments.length - 1] === 255) {
    work.keep("comment", "Ogg");
    return work.file;
  }
  if (allZero(comments.subarray(8))) return work.file;
  work.remove("comment", words(comments.subarray(8)));
  const page = (await work.read(first.end, second.end - first.end)).slice();
  page.fill(0, 22, 26);
  page.fill(0, second.body - first.end + 8);
  const sum = pageSum(page);
  for (let i = 0; i < 4; i++) page[22 + i] = sum >>> (8 * i);
  work.patch(first.end, page);
  return work.patched();
}

async function pageAt(work: Cleaning, at: number): Promise<{ serial: number; segments: Uint8Array; body: number; end: number }> {
  const head = await work.read(at, 27);
  if (ascii(head, 0, 5) !== "OggS\0") throw new Broken(at);
  const serial = number(head, 14, 4);
  const segments = (await work.read(at + 27, head[26] ?? 0)).slice();
  const body = at + 27 + segments.length;
  const end = body + segments.reduce((sum, length) => sum + length, 0);
  if (end > work.size || end === body) throw new Broken(at);
  return { serial, segments, body, end };
}

/** Ogg's CRC-32: the usual polynomial, bits not mirrored, starting from zero. */
function pageSum(page: Uint8Array): number {
  let sum = 0;
  for (const byte of page) {
    sum ^= byte << 24;
    for (let i = 0; i < 8; i++) sum = (sum << 1) ^ (sum < 0 ? 0x04c11db7 : 0);
  }
  return sum;
}

function words(bytes: Uint8Array): string {
  const found = utf8(bytes).match(/[^\0-\x1f\ufffd]{3,}/g);
  return found ? found.join(" ") : sized("tag", bytes.length);
}
