// Hostile and broken files: node cleanhostile.mjs FOLDER SEED. Prints {claim: "" or what failed} as JSON; tests/unit/test_clean_hostile.py reads it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { clean, type Cleaned } from "../../service/web/src/clean.js";
import { type Claims, printClaims } from "../claims.js";

const [folder = "", seed = "1"] = process.argv.slice(2);
const QUICK = 2000; // milliseconds of work for one file, on a slow machine
const MUTANTS = 150; // of each file
const PLANTED = Buffer.from("planted");
const originals = readdirSync(folder).sort().map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
const small = originals.filter(({ bytes }) => bytes.length < 10_000);

/** The same numbers from the same seed, on every machine. */
let state = Number(seed) >>> 0;
const below = (limit: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
};

/** Milliseconds that this process has worked: what else the machine does is not counted. */
const worked = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const bytesOf = async ({ data }: Cleaned): Promise<Buffer> => Buffer.from(new Uint8Array(data instanceof Blob ? await data.arrayBuffer() : data));

/** Cleans, and holds the answer to what every answer must keep. */
async function tried(bytes: Uint8Array, name: string): Promise<Cleaned> {
  const began = worked();
  const answer = await clean(new Blob([new Uint8Array(bytes)]));
  const took = worked() - began;
  assert(took < QUICK, `${name}: ${took} ms`);
  if (!answer.complete && answer.kind !== "pdf" && answer.kind !== "office") assert(answer.kept.length > 0, `${name}: no reason`);
  if (answer.complete) {
    const out = await bytesOf(answer);
    const again = await clean(new Blob([out as BlobPart]));
    assert(again.complete, `${name}: called clean, but broken: ${JSON.stringify(again.kept)}`);
    assert.deepEqual(again.removed, [], `${name}: called clean, but more was found`);
    assert(out.equals(await bytesOf(again)), `${name}: cleaned twice is not cleaned once`);
  }
  return answer;
}

async function refused(bytes: Uint8Array | number[], name: string): Promise<void> {
  const answer = await tried(new Uint8Array(bytes), name);
  assert.equal(answer.complete, false, `${name} is called clean`);
}

const letters = (text: string): number[] => Array.from(Buffer.from(text, "latin1"));
const u32 = (value: number): number[] => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
const box = (type: string, body: number[], size = body.length + 8): number[] => [...u32(size), ...letters(type), ...body];
const FTYP = box("ftyp", letters("isom\0\0\0\0isom"));

const claims: Claims = {
  "a file cut short is never called clean while something planted is in it": async () => {
    for (const { name, bytes } of small) {
      const step = bytes.length > 3000 ? 5 : 1;
      for (let length = 0; length < bytes.length; length += step) {
        const cut = bytes.subarray(0, length);
        const answer = await clean(new Blob([cut as BlobPart]));
        if (answer.complete) assert(!(await bytesOf(answer)).includes(PLANTED), `${name} cut at ${length}`);
        else assert(answer.kept.length > 0 || ["pdf", "office"].includes(answer.kind), `${name} cut at ${length}: no reason`);
      }
    }
  },
  "a file with bytes changed ends quickly, and what is called clean is clean": async () => {
    for (const { name, bytes } of small) {
      for (let i = 0; i < MUTANTS; i++) {
        const mutant = Buffer.from(bytes);
        for (let times = 1 + below(4); times > 0; times--) mutant[below(mutant.length)] = [0, 1, 0x7f, 0x80, 0xff, below(256)][below(6)] ?? 0;
        await tried(mutant, `${name}, mutant ${i}`);
      }
    }
  },
  "a file with a piece taken out or doubled ends quickly": async () => {
    for (const { name, bytes } of small) {
      for (let i = 0; i < MUTANTS; i++) {
        const [from, length] = [below(bytes.length), 1 + below(200)];
        const before = bytes.subarray(0, from + (i % 2 ? length : 0));
        await tried(Buffer.concat([before, bytes.subarray(from + (i % 2 ? 0 : length))]), `${name}, piece ${i}`);
      }
    }
  },
  "a thousand boxes in each other are not followed": async () => {
    for (const type of ["moov", "trak", "mdia", "stbl", "edts", "meta"]) {
      let nested: number[] = letters("planted");
      for (let depth = 0; depth < 1000; depth++) nested = box(type, nested);
      await refused([...FTYP, ...nested], `${type} x 1000`);
      await refused([...FTYP, ...box("moov", nested)], `moov and ${type} x 1000`);
    }
  },
  "a box of no size, of a size too small, and of a size of 64 bits beyond the end": async () => {
    for (const size of [0, 1, 2, 7, 4096, 0x7fffffff, 0xffffffff]) await refused([...FTYP, ...box("moov", box("mvhd", [], size))], `size ${size}`);
    for (const high of [0, 1, 0x1fffff, 0xffffffff]) {
      await refused([...FTYP, ...u32(1), ...letters("moov"), ...u32(high), ...u32(0xfffffff0)], `wide ${high}`);
      await refused([...FTYP, ...u32(1), ...letters("moov"), ...u32(0), ...u32(high ? 3 : 0)], `wide too small ${high}`);
    }
  },
  "a million empty boxes end, and are not called clean": async () => {
    const many = new Uint8Array(8 << 20);
    const one = box("free", []);
    for (let at = 0; at < many.length; at += 8) many.set(one, at);
    const answer = await clean(new Blob([new Uint8Array(FTYP), many]));
    assert.equal(answer.complete, false);
  },
  "lengths beyond the end are refused": async () => {
    await refused([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, ...letters("Exif")], "JPEG segment");
    await refused([0xff, 0xd8, 0xff, 0xdb, 0, 1], "JPEG segment of one byte");
    await refused([0xff, 0xd8, 0xff, 0xd9], "JPEG without a picture");
    await refused([0xff, 0xd8, ...new Array<number>(5000).fill(0xff)], "JPEG of fillers");
    await refused([...letters("\x89PNG\r\n\x1a\n"), ...u32(0xffffffff), ...letters("IHDR")], "PNG chunk");
    await refused([...letters("RIFF\xff\xff\xff\xffWEBPVP8 \xff\xff\xff\xff")], "WebP");
    await refused([...letters("\x1aE\xdf\xa3\x01\xff\xff\xff\xff\xff\xff\xfe")], "WebM");
    await refused([...letters("ID3\x04\0\0\x7f\x7f\x7f\x7f")], "MP3");
    await refused([...letters("PK\x03\x04"), ...new Array<number>(30).fill(0), ...letters("PK\x05\x06"), ...new Array<number>(18).fill(255)], "zip");
  },
  "an Exif whose directories point at each other ends": async () => {
    const loop = letters("MM\0*\0\0\0\x08\0\x02\x87\x69\0\x04\0\0\0\x01\0\0\0\x08\x88\x25\0\x04\0\0\0\x01\0\0\0\x08\0\0\0\x08");
    const marker = [0xff, 0xe1, 0, loop.length + 8, ...letters("Exif\0\0"), ...loop];
    const picture = originals.find(({ name }) => name === "camera.jpg")?.bytes ?? Buffer.alloc(0);
    const answer = await tried(new Uint8Array([0xff, 0xd8, ...marker, ...picture.subarray(2)]), "loop");
    assert(answer.complete);
  },
  "an XMP and a PDF written to keep the search busy end": async () => {
    for (const piece of ["a".repeat(40) + ":" + "a".repeat(40), "a:b ".repeat(20), "a:b>".repeat(20), "a-a-a:a-a-a"]) {
      const xmp = letters("http://ns.adobe.com/xap/1.0/\0").concat(letters(piece.repeat(Math.floor(60_000 / piece.length))));
      const marker = [0xff, 0xe1, ...u32(xmp.length + 2).slice(2), ...xmp];
      await tried(new Uint8Array([0xff, 0xd8, ...new Array<number[]>(15).fill(marker).flat(), ...small.find(({ name }) => name === "camera.jpg")?.bytes.subarray(2) ?? []]), piece.slice(0, 8));
    }
    for (const piece of ["/Author(", "/Author<", "/Author (\\\\", "<x:xmpmeta"]) await tried(Buffer.from("%PDF" + piece.repeat(500_000)), piece);
  },
  "an entry of a document that inflates without end is read to a limit": async () => {
    const name = originals.find((one) => one.name === "bomb.docx");
    assert(name);
    const answer = await tried(name.bytes, "bomb.docx");
    assert.equal(answer.kind, "office");
    assert(answer.kept.some(({ value }) => value === "planted-author"));
  },
  "a large file is not read whole": async () => {
    const media = new Blob([new Uint8Array(1 << 20)]);
    const size = 600;
    const film = originals.find((one) => one.name === "film.mp4")?.bytes ?? Buffer.alloc(0);
    const moov = film.subarray(film.indexOf("moov") - 4);
    const file = new Blob([new Uint8Array(FTYP), new Uint8Array(box("mdat", [], 8 + size * media.size)), ...new Array<Blob>(size).fill(media), moov as BlobPart]);
    let read = 0;
    const slice = file.slice.bind(file);
    file.slice = (from?: number, to?: number) => {
      const part = slice(from, to);
      const bytes = part.arrayBuffer.bind(part);
      part.arrayBuffer = () => ((read += part.size), bytes());
      return part;
    };
    const answer = await clean(file);
    assert(answer.complete, JSON.stringify(answer.kept));
    assert(answer.data instanceof Blob && answer.data.size === file.size);
    assert(read < 4 << 20, `${read} bytes read`);
  },
};

void printClaims(claims);
