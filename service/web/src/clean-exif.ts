// Exif and XMP: read only to show the person what stood there. The one thing carried over is which way is up.

import { allZero, ascii, bytesOf, type Cleaning, type Found, number, sized, utf8 } from "./clean-file.js";

type What = Found["what"];

const EXIF_IFD = 0x8769;
const GPS_IFD = 0x8825;
const ORIENTATION = 0x0112;
const THUMBNAIL = 0x0201;
const REMARK = 0x9286;
const MOST_ENTRIES = 512; // of one directory; cameras write about 60
const MOST_TEXT = 1 << 20; // of an XMP packet that is looked through

const TAGS: Record<number, What> = {
  0x010e: "comment", 0x010f: "device", 0x0110: "device", 0x0131: "software", 0x0132: "time", 0x013b: "author", 0x013c: "device", 0x8298: "author",
  0x9003: "time", 0x9004: "time", 0x9c9b: "comment", 0x9c9c: "comment", 0x9c9d: "author", 0x9c9e: "comment", 0x9c9f: "comment",
  0xa420: "device", 0xa430: "author", 0xa431: "device", 0xa433: "device", 0xa434: "device", 0xa435: "device", 0xc614: "device", 0xc62f: "device",
};

/** Notes what the TIFF structure says and answers its orientation, 1 to 8. Never fails: what cannot be read goes all the same. */
export function readExif(work: Cleaning, tiff: Uint8Array): number {
  const before = work.removed.length;
  const little = tiff[0] === 0x49;
  const at = (from: number, length: number): number => number(tiff, from, length, little);
  let orientation = 1;
  const gps: Record<number, string> = {};

  const fraction = (from: number): number => at(from, 4) / (at(from + 4, 4) || 1);
  const degrees = (from: number): string => (fraction(from) + fraction(from + 8) / 60 + fraction(from + 16) / 3600).toFixed(5);
  const directory = (start: number, depth: number, place: boolean): number => {
    const count = Math.min(at(start, 2), MOST_ENTRIES);
    for (let i = 0; i < count; i++) {
      const entry = start + 2 + 12 * i;
      if (entry + 12 > tiff.length) return 0;
      const [tag, type, items] = [at(entry, 2), at(entry + 2, 2), at(entry + 4, 4)];
      const size = items * ([0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8][type] ?? 1);
      const from = size > 4 ? at(entry + 8, 4) : entry + 8;
      const value = tiff.subarray(from, from + Math.min(size, 1024));
      if (place) gps[tag] = tag === 2 || tag === 4 ? degrees(from) : ascii(value).replace(/\0/g, "");
      else if (tag === ORIENTATION) orientation = at(entry + 8, 2);
      else if ((tag === EXIF_IFD || tag === GPS_IFD) && depth < 2) directory(at(entry + 8, 4), depth + 1, tag === GPS_IFD);
      else if (tag === 0x927c) work.remove("device", sized("MakerNote", size));
      else if (tag === THUMBNAIL) work.remove("thumbnail", sized("JPEG", at(entry + 20, 4)));
      else if (tag === REMARK) work.remove("comment", remark(value, little));
      else if (TAGS[tag]) work.remove(TAGS[tag], type === 1 ? new TextDecoder("utf-16le").decode(value) : utf8(value));
    }
    return at(start + 2 + 12 * count, 4);
  };

  const second = directory(at(4, 4), 0, false);
  if (second) directory(second, 2, false);
  if (gps[2] && gps[4]) work.remove("place", `${gps[2]} ${gps[1] ?? ""}, ${gps[4]} ${gps[3] ?? ""}`);
  else if (gps[27] || Object.keys(gps).length > 1) work.remove("place", "GPS");
  if (gps[29]) work.remove("time", gps[29]);
  if (work.removed.length === before && !allZero(tiff.subarray(14))) work.remove("unknown", sized("Exif", tiff.length));
  return orientation >= 1 && orientation <= 8 ? orientation : 1;
}

/** The first eight bytes name its letters. */
function remark(value: Uint8Array, little: boolean): string {
  const letters = value.subarray(8);
  return ascii(value, 0, 7) === "UNICODE" ? new TextDecoder(little ? "utf-16le" : "utf-16be").decode(letters) : utf8(letters);
}

/** A TIFF structure that says nothing but which way is up. */
export function plainExif(orientation: number): number[] {
  const entry = [...bytesOf(ORIENTATION, 2), ...bytesOf(3, 2), ...bytesOf(1, 4), ...bytesOf(orientation, 2), 0, 0];
  return [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, ...entry, 0, 0, 0, 0];
}

/** Is this no more than what plainExif writes? Then nothing of a camera is in it. */
export function isPlainExif(tiff: Uint8Array): boolean {
  return tiff.length === 26 && plainExif(tiff[19] ?? 0).every((byte, at) => byte === tiff[at]);
}

const XML_NAMES: [RegExp, What][] = [
  [/^(gps(latitude|longitude)|city|country$|state$|location|sublocation)/i, "place"],
  [/(serialnumber|^make$|^model$|^lens)/i, "device"],
  [/(creator$|initial-creator|author|lastmodifiedby|^manager|^company|ownername|^by-?line|rights)/i, "author"],
  [/(date|created|modified|printed)/i, "time"],
  [/(tool$|^application$|software|generator|producer)/i, "software"],
  [/(description|^title|^subject|keywords|comment|^template)/i, "comment"],
];

/** name="value", or <name>value< with a list of RDF in between; every part is bounded, so that no text keeps the search busy. */
const XML_VALUE =
  /\b[\w-]{1,40}:([\w-]{1,40})(?![\w-])(?:="([^"<]{1,300})"|[^<>]{0,99}>\s{0,20}(?:<rdf:\w{2,3}>\s{0,20}<rdf:li[^>]{0,99}>)?([^<>]{1,300})<)/g;

/** The names and values of an XML text that tell something of the person, attributes and elements alike. */
export function xmlFinds(text: string): Found[] {
  const finds: Found[] = [];
  for (const [, name = "", attribute, element] of text.slice(0, MOST_TEXT).matchAll(XML_VALUE)) {
    const value = (attribute ?? element ?? "").trim();
    const known = XML_NAMES.find(([pattern]) => pattern.test(name));
    if (known && value) finds.push({ what: known[1], value });
  }
  return finds;
}

/** Notes an XMP packet that goes. */
export function readXmp(work: Cleaning, packet: Uint8Array): void {
  const finds = xmlFinds(utf8(packet.subarray(0, MOST_TEXT)));
  for (const { what, value } of finds) work.remove(what, value);
  if (!finds.length && !allZero(packet)) work.remove("unknown", sized("XMP", packet.length));
}
