// What a reader may look at in the page: pictures, film, sound and plain text, by what the bytes are and never by what the file says it is.
// The bytes go into a frame that is sandboxed (no script, an origin of its own) under the desk's policy (no network). Everything else is only saved.

export type Shown = "image" | "audio" | "video" | "text" | "pdf" | "redact";

export interface Viewing {
  upload: string;
  kind: Shown;
  url: string;
  /** How long it plays; 0 of what does not, or does not say. */
  seconds: number;
  /** Something of it can be taken out in a copy, so that nothing of that is left. */
  redacts: boolean;
  /** Blurred until asked: it may show an injury. */
  clear: boolean;
  /** Of a frame with a script: takes the frame when it is there, and is told when it goes. */
  live: LiveFrame | null;
}

/** A frame of opaque origin that has a script of ours (service/site/frames.py). */
export interface LiveFrame {
  loaded(frame: HTMLIFrameElement): void;
  end(): void;
}

export const PDF_FRAME = "/desk/frames/pdf/";
export const REDACT_FRAME = "/desk/frames/redact/";
const PDF_HEAD = 1024; // readers look for its mark so far: a mark further on is another file's

const MAX_MEDIA = 48 * 1024 * 1024; // they are in memory thrice: as bytes, as letters, decoded
const MAX_TEXT = 1024 * 1024;
const PART = 3 * 16384; // a multiple of three, so that base64 of the parts is base64 of the whole

/** By their first bytes. HEIC is no picture that a browser decodes; SVG and HTML are text to us, PDF and archives nothing. */
const LOOKS: readonly (readonly [RegExp, Shown, string])[] = [
  [/^\xff\xd8\xff/, "image", "image/jpeg"],
  [/^\x89PNG\r\n\x1a\n/, "image", "image/png"],
  [/^GIF8[79]a/, "image", "image/gif"],
  [/^RIFF[^]{4}WEBP/, "image", "image/webp"],
  [/^[^]{4}ftypavi[fs]/, "image", "image/avif"],
  [/^RIFF[^]{4}WAVE/, "audio", "audio/wav"],
  [/^[^]{4}ftypM4A /, "audio", "audio/mp4"],
  [/^OggS/, "audio", "audio/ogg"],
  [/^(ID3|\xff[\xe2-\xfe])/, "audio", "audio/mpeg"],
  [/^[^]{4}ftyp(?!hei[cxms]|hev[cxms]|mif1|msf1|miaf|crx )/, "video", "video/mp4"],
  [/^\x1aE\xdf\xa3/, "video", "video/webm"],
];

export function lookOf(data: Uint8Array): readonly [Shown, string] | null {
  const head = String.fromCharCode(...data.subarray(0, 16));
  if (String.fromCharCode(...data.subarray(0, PDF_HEAD)).includes("%PDF-")) return data.length <= MAX_MEDIA && head.startsWith("%PDF-") ? ["pdf", "application/pdf"] : null;
  const found = LOOKS.find(([pattern]) => pattern.test(head));
  if (found) return found[1] === "image" || data.length <= MAX_MEDIA ? [found[1], found[2]] : null;
  return isText(data) ? ["text", "text/plain;charset=utf-8"] : null;
}

/** Of packed sound and of film nothing can be cut out without decoding it: what is said is written down in its place. */
export const redacts = ([kind, type]: readonly [Shown, string]): boolean => kind === "image" || kind === "text" || kind === "pdf" || type === "audio/wav";

/** What iPhones make of pictures: no browser but theirs decodes it, `panah evidence view` does. */
export const isHeic = (data: Uint8Array): boolean => /^[^]{4}ftyp(hei[cxms]|hev[cxms]|mif1|msf1)/.test(String.fromCharCode(...data.subarray(0, 16)));

function isText(data: Uint8Array): boolean {
  if (data.length > MAX_TEXT) return false;
  try {
    return !/[\0-\x08\x0e-\x1f]|^%PDF/.test(new TextDecoder("utf-8", { fatal: true }).decode(data));
  } catch {
    return false;
  }
}

/** An address for the frame; whoever asked gives it back (URL.revokeObjectURL). */
export function frameOf(data: Uint8Array, [kind, type]: readonly [Shown, string]): string {
  if (kind === "pdf") return PDF_FRAME;
  if (kind === "image" || kind === "text") return URL.createObjectURL(new Blob([data as BlobPart], { type }));
  // film and sound are asked for once more by the document that plays them, which has no origin to ask from: they stand in it
  const parts: BlobPart[] = [`<!doctype html><meta charset="utf-8"><title>-</title><${kind} controls ${kind === "video" ? 'width="100%"' : ""} src="data:${type};base64,`];
  for (let at = 0; at < data.length; at += PART) parts.push(btoa(String.fromCharCode(...data.subarray(at, at + PART))));
  parts.push(`"></${kind}>`);
  return URL.createObjectURL(new Blob(parts, { type: "text/html" }));
}
