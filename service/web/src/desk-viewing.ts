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
  /** A text whose letters are read by a table that it does not name. */
  guessed: boolean;
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
export const OLD_RUSSIAN = "windows-1251";
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
  [/^(ID3|\xff[\xe2-\xfd])/, "audio", "audio/mpeg"], // \xff\xfe begins a text
  [/^[^]{4}ftyp(?!hei[cxms]|hev[cxms]|mif1|msf1|miaf|crx )/, "video", "video/mp4"],
  [/^\x1aE\xdf\xa3/, "video", "video/webm"],
];

export function lookOf(data: Uint8Array): readonly [Shown, string] | null {
  const head = String.fromCharCode(...data.subarray(0, 16));
  if (String.fromCharCode(...data.subarray(0, PDF_HEAD)).includes("%PDF-")) return data.length <= MAX_MEDIA && head.startsWith("%PDF-") ? ["pdf", "application/pdf"] : null;
  const found = LOOKS.find(([pattern]) => pattern.test(head));
  if (found) return found[1] === "image" || data.length <= MAX_MEDIA ? [found[1], found[2]] : null;
  const encoding = encodingOf(data);
  return encoding ? ["text", `text/plain;charset=${encoding}`] : null;
}

/** Of packed sound and of film nothing can be cut out without decoding it: what is said is written down in its place. */
export const redacts = ([kind, type]: readonly [Shown, string]): boolean => kind === "image" || kind === "text" || kind === "pdf" || type === "audio/wav";

/** What iPhones make of pictures: no browser but theirs decodes it, `panah evidence view` does. */
export const isHeic = (data: Uint8Array): boolean => /^[^]{4}ftyp(hei[cxms]|hev[cxms]|mif1|msf1)/.test(String.fromCharCode(...data.subarray(0, 16)));

/** How the letters of a text are written; what says so with its first bytes, then UTF-8, then what Windows took for Russian. Null: it is no text. */
function encodingOf(data: Uint8Array): string | null {
  if (data.length > MAX_TEXT) return null;
  const marked = { "255 254": "utf-16le", "254 255": "utf-16be" }[data.subarray(0, 2).join(" ")];
  return (marked ? [marked] : ["utf-8", OLD_RUSSIAN]).find((encoding) => {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(data);
      return !/[\0-\x08\x0e-\x1f]|^%PDF/.test(text) && (encoding !== OLD_RUSSIAN || isRussian(text));
    } catch {
      return false;
    }
  }) ?? null;
}

/** All bytes are letters of some old table: in the right one nearly all are Russian, and no word begins small and goes on large. */
function isRussian(text: string): boolean {
  const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
  const foreign = count(/[^\0-\x7f]/g);
  return count(/[А-яЁё«»–—№…]/g) >= foreign * 0.95 && count(/[а-яё][А-ЯЁ]/g) <= foreign * 0.02;
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
