// Boxes of ISO base media files (MP4, MOV, 3GP, HEIC, AVIF). What goes is written over in its place, so that no table of offsets has to change.

import { readXmp } from "./clean-exif.js";
import { allZero, ascii, Broken, type Cleaning, number, sized } from "./clean-file.js";

export interface Box {
  readonly type: string;
  readonly start: number;
  /** Where the contents begin, after a size of 32 or 64 bits. */
  readonly body: number;
  readonly end: number;
}

const FREE = new Uint8Array([0x66, 0x72, 0x65, 0x65]);
const MOST_BOXES = 100_000; // in one list; an hour of fragments is some thousands
const SHOWN = 65536; // of what goes, looked through for something to show

/** The boxes from `from` to `to`, which they fill but for fewer than 8 bytes: QuickTime ends some lists with a zero. */
export async function boxes(work: Cleaning, from: number, to: number): Promise<Box[]> {
  const found: Box[] = [];
  let at = from;
  while (at + 8 <= to) {
    const head = await work.read(at, 8);
    const wide = number(head, 0, 4) === 1;
    const body = at + (wide ? 16 : 8);
    const size = wide ? number(await work.read(at + 8, 8), 0, 8) : number(head, 0, 4) || (to === work.size ? to - at : 0);
    if (size < body - at || at + size > to || found.length >= MOST_BOXES) throw new Broken(at);
    found.push({ type: ascii(head, 4, 4), start: at, body, end: at + size });
    at += size;
  }
  return found;
}

/** The first box down this path, if there is one. */
export async function boxIn(work: Cleaning, box: Box, ...path: string[]): Promise<Box | undefined> {
  let found: Box | undefined = box;
  for (const type of path) {
    if (!found) return undefined;
    const children: Box[] = await boxes(work, found.body, found.end);
    found = children.find((child) => child.type === type);
  }
  return found;
}

/** The contents of a table. */
export async function table(work: Cleaning, box: Box | undefined): Promise<Uint8Array> {
  return box ? (await work.read(box.body, box.end - box.body)).slice() : new Uint8Array(0);
}

/** Shows what the box held, empties it, and makes it one that readers pass over. */
export async function free(work: Cleaning, box: Box): Promise<void> {
  const bytes = await work.read(box.body, Math.min(box.end - box.body, SHOWN));
  if (box.type !== "trak") show(work, box.type, bytes); // a track is shown by its samples
  work.patch(box.start + 4, FREE);
  work.blank(box.body, box.end);
}

/** Notes what these bytes, which go, tell of the person: a place, an XMP packet, or their readable letters. */
export function show(work: Cleaning, name: string, bytes: Uint8Array): void {
  if (allZero(bytes)) return;
  const text = ascii(bytes);
  const place = /[+-]\d\d(\.\d+)?[+-]\d{3}(\.\d+)?([+-]\d+(\.\d+)?)?/.exec(text);
  if (place) work.remove("place", place[0]);
  if (text.includes("<x:xmpmeta")) readXmp(work, bytes);
  else work.remove("unknown", `${sized(name, bytes.length)} ${(text.match(/[ -~]{4,}/g) ?? []).join(" ")}`);
}
