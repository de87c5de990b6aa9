// WebM and Matroska, as browsers and some phones record: titles, programs' names and times are emptied, tags and attachments voided, in their places.

import { show } from "./clean-box.js";
import { allZero, Broken, bytesOf, type Cleaning, number, utf8 } from "./clean-file.js";

const [EBML, SEGMENT, CLUSTER, INFO, TRACKS, TRACK] = [0x1a45dfa3, 0x18538067, 0x1f43b675, 0x1549a966, 0x1654ae6b, 0xae];
const TOP = [SEGMENT, CLUSTER, INFO, TRACKS, 0x114d9b74, 0x1c53bb6b, 0x1254c367, 0x1941a469, 0x1043a770];
/** What may stand in each, and stays: the rest is voided. */
const KEPT: Record<number, number[]> = {
  [SEGMENT]: [CLUSTER, INFO, TRACKS, 0x114d9b74, 0x1c53bb6b],
  [INFO]: [0x2ad7b1, 0x4489],
  [CLUSTER]: [0xe7, 0xa7, 0xab, 0xa3, 0xa0],
};
const TEXTS = [0x4d80, 0x5741]; // the muxing and the writing program: a reader may insist on them, so they are emptied
const TRACK_TEXTS = [0x536e, 0x258688]; // the name of the track, the name of its coder
const TRACK_TYPE = 0x83;
const CRC = 0xbf; // wrong after the first change, and nobody needs it
const VOID = 0xec;

interface Element {
  readonly id: number;
  readonly start: number;
  readonly body: number;
  readonly end: number;
  /** A live recording does not know how long it will be. */
  readonly open: boolean;
}

export async function cleanWebm(work: Cleaning): Promise<Blob> {
  let tracks = 0;
  for (let at = 0; at < work.size; ) {
    const top = await elementAt(work, at, work.size);
    if (top.id !== (at ? SEGMENT : EBML)) throw new Broken(at);
    if (top.id === SEGMENT) tracks += await cleanSegment(work, top);
    at = top.end;
  }
  if (!tracks) throw new Broken(0);
  return work.patched();
}

async function cleanSegment(work: Cleaning, segment: Element): Promise<number> {
  let tracks = 0;
  for (let at = segment.body; at < segment.end; ) {
    const one = await elementAt(work, at, segment.end);
    if (!KEPT[SEGMENT]?.includes(one.id)) await voidElement(work, one);
    else if (one.id === INFO || (one.id === CLUSTER && one.open)) {
      at = await cleanChildren(work, one);
      continue;
    } else if (one.open) throw new Broken(at);
    else if (one.id === TRACKS) tracks += await cleanTracks(work, one);
    at = one.end;
  }
  return tracks;
}

/** Answers where the element ends: an open one at the next of the segment's own. */
async function cleanChildren(work: Cleaning, parent: Element): Promise<number> {
  let at = parent.body;
  while (at < parent.end) {
    const one = await elementAt(work, at, parent.end);
    if (parent.open && TOP.includes(one.id)) return at;
    if (TEXTS.includes(one.id) && parent.id === INFO) await blankText(work, one);
    else if (!KEPT[parent.id]?.includes(one.id)) await voidElement(work, one);
    at = one.end;
  }
  return at;
}

async function cleanTracks(work: Cleaning, tracks: Element): Promise<number> {
  let count = 0;
  for (let at = tracks.body; at < tracks.end; ) {
    const track = await elementAt(work, at, tracks.end);
    for (let inner = track.body; inner < track.end && track.id === TRACK; ) {
      const one = await elementAt(work, inner, track.end);
      if (TRACK_TEXTS.includes(one.id)) await blankText(work, one);
      else if (one.id === CRC) await voidElement(work, one);
      else if (one.id === TRACK_TYPE && number(await work.read(one.body, 1), 0, 1) > 2) work.keep("text", "track"); // neither picture nor sound
      inner = one.end;
    }
    if (track.id === TRACK) count++;
    else await voidElement(work, track);
    at = track.end;
  }
  return count;
}

async function blankText(work: Cleaning, { body, end }: Element): Promise<void> {
  const text = await work.read(body, end - body);
  if (allZero(text)) return;
  work.remove("software", utf8(text));
  work.blank(body, end);
}

async function voidElement(work: Cleaning, one: Element): Promise<void> {
  const bytes = await work.read(one.body, Math.min(one.end - one.body, 65536));
  if (one.id !== CRC) show(work, one.id === 0x4461 ? "time" : one.id.toString(16), bytes);
  const room = one.end - one.start - 2;
  const head = room < 127 ? [VOID, 0x80 | room] : [VOID, 1, ...bytesOf(room - 7, 7)];
  work.patch(one.start, new Uint8Array(head));
  work.blank(one.start + head.length, one.end);
}

async function elementAt(work: Cleaning, start: number, limit: number): Promise<Element> {
  const head = await work.read(start, Math.min(12, limit - start));
  const idLength = Math.clz32(head[0] ?? 0) - 23;
  const size = head[idLength] ?? 0;
  const sizeLength = Math.clz32(size) - 23;
  const body = start + idLength + sizeLength;
  if (idLength > 4 || sizeLength > 8 || body > limit) throw new Broken(start);
  const value = (size - (128 >> (sizeLength - 1))) * 256 ** (sizeLength - 1) + number(head, idLength + 1, sizeLength - 1);
  const open = value >= 2 ** (7 * sizeLength) - 1;
  const end = open ? limit : body + value;
  if (end > limit) throw new Broken(start);
  return { id: number(head, 0, idLength), start, body, end, open };
}
