// Takes out of a file what a camera, a phone or a program wrote about the person, by walking the file's structure.
// Nothing is decoded and nothing encoded anew: the picture, the film and the sound stay byte for byte what they were.

import { cleanBoxes } from "./clean-boxes.js";
import { showOffice, showPdf } from "./clean-documents.js";
import { ascii, Broken, type Cleaned, Cleaning, type Kind } from "./clean-file.js";
import { cleanJpeg } from "./clean-jpeg.js";
import { cleanPng } from "./clean-png.js";
import { cleanRiff } from "./clean-riff.js";
import { cleanMp3, cleanOgg } from "./clean-sound.js";
import { cleanWebm } from "./clean-webm.js";

export { type Cleaned, type Found, type Kind } from "./clean-file.js";

type Walk = (work: Cleaning) => Promise<Blob>;

const STILLS = /^(hei[cxms]|hev[cxms]|mif1|msf1|miaf|avi[fso])$/;

/**
 * A copy of `file` without what was written about the person. `complete` is false where not everything could be taken out or
 * the file is broken: `kept` then says what stays, `data` may be the file as it was, and the page asks.
 * Rejects only with the browser's own error, when the file cannot be read.
 */
export async function clean(file: Blob): Promise<Cleaned> {
  const work = new Cleaning(file);
  const [kind, walk] = kindOf(await work.head(16));
  work.kind = kind;
  let data = file;
  try {
    if (walk) data = await walk(work);
    else work.keep("unknown", file.type || "?");
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
    work.removed.length = 0;
    work.keep("unknown", error.message);
  }
  const { removed, kept, complete } = work;
  return { kind: work.kind, data, removed, kept, complete };
}

function kindOf(head: Uint8Array): [Kind, Walk?] {
  const text = ascii(head, 0, 16);
  const form = text.slice(8, 12);
  const box = text.slice(4, 8);
  if (text.startsWith("\xff\xd8\xff")) return ["jpeg", cleanJpeg];
  if (text.startsWith("\x89PNG\r\n\x1a\n")) return ["png", cleanPng];
  if (text.startsWith("RIFF") && form === "WEBP") return ["webp", cleanRiff];
  if (text.startsWith("RIFF") && form === "WAVE") return ["other", cleanRiff];
  if (box === "ftyp" && form !== "crx ") return [STILLS.test(form) ? "heic" : "mp4", cleanBoxes];
  if (/^(moov|mdat|wide|free|skip|pnot)$/.test(box)) return ["mp4", cleanBoxes];
  if (text.startsWith("\x1aE\xdf\xa3")) return ["other", cleanWebm];
  if (text.startsWith("OggS")) return ["other", cleanOgg];
  if (/^(ID3|\xff[\xe2-\xfe])/.test(text)) return ["other", cleanMp3];
  if (text.startsWith("%PDF")) return ["pdf", showPdf];
  if (text.startsWith("PK\x03\x04")) return ["office", showOffice];
  return ["other"];
}
