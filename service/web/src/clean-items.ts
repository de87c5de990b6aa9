// HEIC, HEIF and AVIF: a picture is a list of items. Exif, XMP and other notes are items too: they are emptied in their places.

import { type Box, boxes, boxIn, free, table } from "./clean-box.js";
import { plainProfile, srgbProfile } from "./clean-colour.js";
import { readExif, readXmp } from "./clean-exif.js";
import { allZero, ascii, Broken, type Cleaning, number, sized } from "./clean-file.js";
import { blankName } from "./clean-film.js";

const KEPT = /^(pitm|iloc|iref|idat|dinf|grpl)$/;
const NOTES = /^(Exif|mime|uri )$/;
const PICTURES = /^(hvc1|av01|avc1|lhv1|grid|iden|iovl|tmap)$/;
const PROPERTIES = new RegExp(`^(${[
  "colr|ispe|pixi|irot|imir|clap|pasp|hvcC|av1C|avcC|lhvC|auxC|lsel|a1op|a1lx|rloc|oinf|tols",
  "clli|mdcv|cclv|amve|ndwt|ster",
].join("|")})$`);
const NO_EXIF = new Uint8Array([0, 0, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0]);
const MOST_NOTE = 1 << 20;

interface Extent {
  readonly item: number;
  readonly from: number;
  readonly to: number;
}

/** `filled` are the data boxes that hold nothing but items: what no item names there is emptied too. */
export async function cleanItems(work: Cleaning, meta: Box, filled: Box[], media: Box[]): Promise<void> {
  const children = await boxes(work, meta.body + 4, meta.end);
  const child = (name: string): Box => {
    const found = children.filter(({ type }) => type === name);
    if (found.length !== 1 || !found[0]) throw new Broken(meta.start);
    return found[0];
  };
  const idat = children.find(({ type }) => type === "idat");
  const types = await itemTypes(work, child("iinf"));
  const extents = await itemExtents(work, child("iloc"), idat);
  const homes = idat ? [...media, idat] : media;
  await blankNotes(work, types, extents, homes);
  for (const home of idat ? [...filled, idat] : filled) await blankGaps(work, home, extents);
  work.blank(children[children.length - 1]?.end ?? meta.end, meta.end);
  for (const box of children) {
    if (box.type === "hdlr") await blankName(work, box);
    else if (box.type === "iprp") await cleanProperties(work, box);
    else if (box.type !== "iinf" && !KEPT.test(box.type)) await free(work, box);
  }
}

/** What each item is. An item's name, which an editor may write, is written over. */
async function itemTypes(work: Cleaning, iinf: Box): Promise<Map<number, string>> {
  const version = (await work.read(iinf.body, 1))[0];
  const types = new Map<number, string>();
  for (const infe of await boxes(work, iinf.body + (version ? 8 : 6), iinf.end)) {
    const bytes = await table(work, infe);
    const wide = (bytes[0] ?? 0) === 3 ? 4 : 2;
    if (infe.type !== "infe" || (bytes[0] !== 2 && wide === 2) || bytes.length < 11 + wide) throw new Broken(infe.start);
    const id = number(bytes, 4, wide);
    const name = 10 + wide;
    const type = ascii(bytes, 6 + wide, 4);
    const length = bytes.indexOf(0, name) - name;
    if (length > 0) work.patch(infe.body + name, new Uint8Array(length).fill(0x20));
    if (types.has(id)) throw new Broken(infe.start);
    types.set(id, type);
    if (!NOTES.test(type) && !PICTURES.test(type)) work.keep("unknown", `item ${type}`); // a JPEG in it may have an Exif of its own
  }
  return types;
}

async function itemExtents(work: Cleaning, iloc: Box, idat: Box | undefined): Promise<Extent[]> {
  const bytes = await table(work, iloc);
  const version = bytes[0] ?? 0;
  const [offsetSize, lengthSize] = [(bytes[4] ?? 0) >> 4, (bytes[4] ?? 0) & 15];
  const [baseSize, indexSize] = [(bytes[5] ?? 0) >> 4, version ? (bytes[5] ?? 0) & 15 : 0];
  let at = 6;
  const next = (length: number): number => {
    at += length;
    if (at > bytes.length || version > 2) throw new Broken(iloc.start);
    return number(bytes, at - length, length);
  };
  const extents: Extent[] = [];
  const wide = version === 2 ? 4 : 2;
  for (let count = next(wide); count > 0; count--) {
    const item = next(wide);
    const method = version ? next(2) & 15 : 0;
    const elsewhere = next(2);
    const base = next(baseSize) + (method === 1 && idat ? idat.body : 0);
    for (let left = next(2); left > 0; left--) {
      next(indexSize);
      const from = base + next(offsetSize);
      const to = from + next(lengthSize);
      // An extent without a length is "all of the file"; method 2 and data elsewhere no camera writes.
      if (elsewhere || method > 1 || (method && !idat) || to <= from || to > work.size) throw new Broken(iloc.start);
      extents.push({ item, from, to });
    }
  }
  return extents.sort((a, b) => a.from - b.from);
}

async function blankNotes(work: Cleaning, types: Map<number, string>, extents: Extent[], homes: Box[]): Promise<void> {
  let [noteEnd, pictureEnd] = [0, 0];
  for (const { item, from, to } of extents) {
    const type = types.get(item);
    if (type === undefined) throw new Broken(from);
    if (!NOTES.test(type)) {
      pictureEnd = Math.max(pictureEnd, to);
      if (from < noteEnd) throw new Broken(from);
      continue;
    }
    if (from < Math.max(pictureEnd, noteEnd) || !homes.some(({ body, end }) => from >= body && to <= end)) throw new Broken(from);
    noteEnd = to;
    const note = await work.read(from, Math.min(to - from, MOST_NOTE));
    if (type === "Exif") readExif(work, note.subarray(4 + number(note, 0, 4)));
    else if (type === "mime") readXmp(work, note);
    else if (!allZero(note)) work.remove("unknown", sized("uri", to - from));
    const plain = type === "Exif" && to - from >= NO_EXIF.length ? NO_EXIF : NO_EXIF.subarray(0, 0);
    work.patch(from, plain);
    work.blank(from + plain.length, to);
  }
}

async function blankGaps(work: Cleaning, home: Box, extents: Extent[]): Promise<void> {
  let done = home.body;
  for (const { from, to } of [...extents, { from: home.end, to: home.end }]) {
    if (from > home.end || to <= done) continue;
    if (from > done) {
      if (!allZero(await work.read(done, Math.min(from - done, MOST_NOTE)))) work.remove("unknown", sized("mdat", from - done));
      work.blank(done, from);
    }
    done = to;
  }
}

async function cleanProperties(work: Cleaning, iprp: Box): Promise<void> {
  const ipco = await boxIn(work, iprp, "ipco");
  for (const box of await boxes(work, iprp.body, iprp.end)) if (!/^(ipco|ipma)$/.test(box.type)) await free(work, box);
  for (const box of ipco ? await boxes(work, ipco.body, ipco.end) : []) {
    if (!PROPERTIES.test(box.type)) await free(work, box);
    if (box.type !== "colr" || !/^(prof|rICC)$/.test(ascii(await work.read(box.body, 4)))) continue;
    const original = await work.read(box.body + 4, box.end - box.body - 4);
    const plain = plainProfile(original) ?? srgbProfile();
    if (ascii(original).startsWith(ascii(plain)) && allZero(original.subarray(plain.length))) continue;
    work.remove("unknown", sized("ICC", original.length));
    if (plain.length > original.length) throw new Broken(box.start);
    work.patch(box.body + 4, plain);
    work.blank(box.body + 4 + plain.length, box.end);
  }
}
