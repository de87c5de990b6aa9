// The movie box of MP4, MOV, M4A and 3GP: times and names go, picture and sound stay, tracks of any other kind (places, movements, texts) go whole.

import { type Box, boxes, boxIn, free, show, table } from "./clean-box.js";
import { allZero, ascii, Broken, type Cleaning, number, sized } from "./clean-file.js";

const LISTS = /^(trak|mdia|minf|stbl|mvex|edts|dinf|tapt|traf)$/;
const TIMED = /^(mvhd|tkhd|mdhd)$/;
const KEPT = new RegExp(`^(${[
  "vmhd|smhd|nmhd|stts|ctts|cslg|stss|stps|stsc|stsz|stz2|stco|co64|sdtp|sbgp|sgpd|subs|saiz|saio|senc|padb",
  "elst|mehd|trex|trep|mfhd|tfhd|tfdt|trun|clef|prof|enof|tref|pssh|iods|leva|trgr",
].join("|")})$`);
const DEEPEST = 8; // moov, trak, mdia, minf, stbl and what is in it
const AV = /^(vide|soun|pict|auxv)$/;
const BEFORE_1970 = 2_082_844_800; // seconds from 1904, where the file's clock begins

export async function cleanMovie(work: Cleaning, moov: Box, media: Box[], fragmented: boolean): Promise<void> {
  let tracks = 0;
  for (const box of await listed(work, moov)) {
    const handler = box.type === "trak" ? await handlerOf(work, box) : "";
    if (box.type !== "trak") await cleanOne(work, box, "", 2);
    else if (AV.test(handler)) {
      await cleanOne(work, box, handler, 2);
      tracks++;
    } else await dropTrack(work, box, handler, media, fragmented);
  }
  if (!tracks) throw new Broken(moov.start);
}

export async function cleanFragment(work: Cleaning, moof: Box): Promise<void> {
  for (const box of await listed(work, moof)) await cleanOne(work, box, "", 2);
}

async function cleanOne(work: Cleaning, box: Box, handler: string, depth: number): Promise<void> {
  if (depth > DEEPEST) throw new Broken(box.start);
  if (LISTS.test(box.type)) for (const child of await listed(work, box)) await cleanOne(work, child, handler, depth + 1);
  else if (TIMED.test(box.type)) await blankTimes(work, box);
  else if (box.type === "hdlr") await blankName(work, box);
  else if (box.type === "stsd") await blankCoder(work, box, handler);
  else if (box.type === "dref") await blankPaths(work, box);
  else if (!KEPT.test(box.type)) await free(work, box);
}

async function listed(work: Cleaning, box: Box): Promise<Box[]> {
  const children = await boxes(work, box.body, box.end);
  work.blank(children[children.length - 1]?.end ?? box.body, box.end);
  return children;
}

async function handlerOf(work: Cleaning, trak: Box): Promise<string> {
  const hdlr = await boxIn(work, trak, "mdia", "hdlr");
  if (!hdlr || hdlr.end - hdlr.body < 12) throw new Broken(trak.start);
  return ascii(await work.read(hdlr.body, 12), 8, 4);
}

async function blankTimes(work: Cleaning, { body, end }: Box): Promise<void> {
  const wide = (await work.read(body, 1))[0] === 1 ? 8 : 4;
  if (end - body < 4 + 2 * wide) throw new Broken(body);
  const times = await work.read(body + 4, 2 * wide);
  if (allZero(times)) return;
  const seconds = (number(times, 0, wide) || number(times, wide, wide)) - BEFORE_1970;
  work.remove("time", Math.abs(seconds) < 1e11 ? new Date(seconds * 1000).toISOString() : "a time");
  work.blank(body + 4, body + 4 + 2 * wide);
}

/** The name of who reads the track, and in QuickTime its maker: they name the phone's system. */
export async function blankName(work: Cleaning, { body, end }: Box): Promise<void> {
  if (end - body < 24) throw new Broken(body);
  const rest = await work.read(body + 12, end - body - 12);
  if (allZero(rest)) return;
  work.remove("software", ascii(rest).replace(/\0/g, " "));
  work.blank(body + 12, end);
}

/** A picture's sample entry has 32 bytes for the coder's name: an action camera writes its model there. */
async function blankCoder(work: Cleaning, box: Box, handler: string): Promise<void> {
  for (const { body, end } of handler === "soun" ? [] : await boxes(work, box.body + 8, box.end)) {
    if (end - body < 78) throw new Broken(body);
    const name = await work.read(body + 42, 32);
    if (allZero(name)) continue;
    work.remove("software", ascii(name, 1, name[0]));
    work.blank(body + 42, body + 74);
  }
}

/** Where the data would be if not in this file: QuickTime writes the path of a disk there. */
async function blankPaths(work: Cleaning, box: Box): Promise<void> {
  for (const { type, body, end } of await boxes(work, box.body + 8, box.end)) {
    if (end - body <= 4) continue;
    show(work, type, await work.read(body + 4, end - body - 4));
    work.blank(body + 4, end);
  }
}

/** Empties the track's samples in their places, then the track. */
async function dropTrack(work: Cleaning, trak: Box, handler: string, media: Box[], fragmented: boolean): Promise<void> {
  const stbl = await boxIn(work, trak, "mdia", "minf", "stbl");
  const what = /^(text|sbtl|subt|clcp)$/.test(handler) ? "text" : "unknown";
  if (fragmented || !stbl) return work.keep(what, `track ${handler}`);
  const chunks = await chunksOf(work, stbl);
  let size = 0;
  for (const [from, to] of chunks) {
    if (!media.some(({ body, end }) => from >= body && to <= end)) throw new Broken(from);
    if (!size) show(work, `track ${handler}`, await work.read(from, Math.min(to - from, 1024)));
    size += to - from;
    work.blank(from, to);
  }
  work.remove(what, sized(`track ${handler}`, size));
  await free(work, trak);
}

/** Where the track's samples stand in the file, chunk by chunk. */
async function chunksOf(work: Cleaning, stbl: Box): Promise<[from: number, to: number][]> {
  const children = await boxes(work, stbl.body, stbl.end);
  const named = (name: string): Promise<Uint8Array> => table(work, children.find(({ type }) => type === name));
  const [sizes, runs, near, far] = [await named("stsz"), await named("stsc"), await named("stco"), await named("co64")];
  const [offsets, width] = near.length ? [near, 4] : [far, 8];
  const count = number(offsets, 4, 4);
  const same = number(sizes, 4, 4);
  const samples = number(sizes, 8, 4);
  if (8 + count * width > offsets.length || (!same && 12 + 4 * samples > sizes.length) || (count && !samples)) throw new Broken(stbl.start);
  const chunks: [number, number][] = [];
  let [run, sample] = [0, 0];
  for (let chunk = 1; chunk <= count; chunk++) {
    if (run + 1 < number(runs, 4, 4) && number(runs, 8 + 12 * (run + 1), 4) <= chunk) run++;
    const from = number(offsets, 8 + (chunk - 1) * width, width);
    const until = Math.min(sample + number(runs, 12 + 12 * run, 4), samples);
    let size = same * (until - sample);
    if (!same) for (let i = sample; i < until; i++) size += number(sizes, 12 + 4 * i, 4);
    sample = until;
    chunks.push([from, from + size]);
  }
  if (sample < samples) throw new Broken(stbl.start); // some samples have no place that we know
  return chunks;
}
