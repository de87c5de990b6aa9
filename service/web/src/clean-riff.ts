// RIFF: WebP pictures and WAV sound. The chunks that make the picture or the sound go over as they are, the others stay behind.

import { plainProfile } from "./clean-colour.js";
import { isPlainExif, plainExif, readExif, readXmp } from "./clean-exif.js";
import { ascii, Broken, bytesOf, type Cleaning, number, sized } from "./clean-file.js";

const KEPT = /^(VP8 |VP8L|ALPH|ANIM|ANMF|fmt |fact|data)$/;
const IN_FRAME = /^(VP8 |VP8L|ALPH)$/;
const [HAS_PROFILE, HAS_EXIF, HAS_XMP] = [0x20, 0x08, 0x04];

export async function cleanRiff(work: Cleaning): Promise<Blob> {
  const start = await work.read(0, 12);
  const webp = ascii(start, 8, 4) === "WEBP";
  const parts: BlobPart[] = [];
  let extended: Uint8Array | undefined;
  let [profile, orientation, data]: [Uint8Array | undefined, number, boolean] = [undefined, 1, false];
  let size = 4;
  const put = (...more: BlobPart[]): void => more.forEach((part) => {
    parts.push(part);
    size += part instanceof Blob ? part.size : (part as Uint8Array).length;
  });
  const end = 8 + number(start, 4, 4, true);
  if (end > work.size) throw new Broken(4);
  for (let at = 12; at < end; ) {
    const header = await work.read(at, 8);
    const name = ascii(header, 0, 4);
    const length = number(header, 4, 4, true);
    const next = at + 8 + length;
    if (next > end) throw new Broken(at);
    if (name === "VP8X") extended = (await work.read(at + 8, 10)).slice();
    else if (KEPT.test(name)) {
      if (name === "ANMF") await checkFrame(work, at + 8, next);
      data ||= name !== "fmt " && name !== "fact" && name !== "ANIM";
      put(work.file.slice(at, next));
      if (length % 2) put(new Uint8Array(1));
    } else {
      const body = await work.read(at + 8, Math.min(length, 1 << 20));
      if (name === "ICCP") {
        const plain = plainProfile(body);
        profile ??= plain;
        if (!plain || ascii(plain) !== ascii(body)) work.remove("unknown", sized("ICC", length));
      } else if (name === "EXIF") {
        const tiff = ascii(body, 0, 4) === "Exif" ? body.subarray(6) : body;
        if (isPlainExif(tiff)) orientation = tiff[19] ?? 1;
        else orientation = readExif(work, tiff);
      } else if (name === "XMP ") readXmp(work, body);
      else work.remove(name === "LIST" ? "comment" : "unknown", name === "LIST" ? ascii(body, 0, 400) : sized(name, length));
    }
    at = next + (length % 2);
  }
  if (!data) throw new Broken(end);
  if (end + (end % 2) < work.size) work.remove("unknown", sized("...", work.size - end));
  if (webp && extended) {
    const flags = (extended[0] ?? 0) & ~(HAS_PROFILE | HAS_EXIF | HAS_XMP);
    extended[0] = flags | (profile ? HAS_PROFILE : 0) | (orientation > 1 ? HAS_EXIF : 0);
    const before = [chunk("VP8X", extended), ...(profile ? [chunk("ICCP", profile)] : [])];
    if (orientation > 1) put(chunk("EXIF", plainExif(orientation)));
    parts.unshift(...before);
    size += before.reduce((sum, part) => sum + part.length, 0);
  }
  const head = new Uint8Array([...start.subarray(0, 4), ...bytesOf(size, 4, true), ...start.subarray(8)]);
  return work.whole([head, ...parts]);
}

/** A frame of a moving WebP is a list of chunks itself. */
async function checkFrame(work: Cleaning, start: number, end: number): Promise<void> {
  for (let at = start + 16; at < end; ) {
    const header = await work.read(at, 8);
    const name = ascii(header, 0, 4);
    const length = number(header, 4, 4, true);
    if (at + 8 + length > end) throw new Broken(at);
    if (!IN_FRAME.test(name)) work.keep("unknown", sized(name, length));
    at += 8 + length + (length % 2);
  }
}

function chunk(name: string, data: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const padded = data.length % 2 ? [...Array.from(data), 0] : Array.from(data);
  return new Uint8Array([...Array.from(name, (letter) => letter.charCodeAt(0)), ...bytesOf(data.length, 4, true), ...padded]);
}
