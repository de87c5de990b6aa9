// The chain of custody of a file: who opened it when, which copies were made of it, which of them go out. Lines in signed notes of the case, computed the
// same at every desk from the entries that count (docs/workflow.md, "The chain of custody"). Nothing is changed or taken out: the chain only grows.

import type { EvidenceFile, OpenedEntry } from "./desk-opened.js";

export const CUSTODY_CODE = "custody"; // the code of a note that holds such lines

export type How = "shown" | "saved";

/** A member had the file open. */
export interface Seen {
  seq: number;
  day: number;
  actor: string;
  role: string;
  how: How;
  /** Its hashes are not those of the manifest, or not those that others found: somebody opened other bytes. */
  differs: boolean;
}

/** A copy in which something was blacked out: evidence of its own, under a key that stands in the note. */
export interface Copy {
  seq: number;
  day: number;
  actor: string;
  role: string;
  file: EvidenceFile;
  areas: number;
  /** Of a still picture, its moment of the film in seconds; -1 of anything else. */
  at: number;
}

export interface Custody {
  seen: Seen[];
  copies: Copy[];
  /** SHA-256 of the whole sealed file, as whoever opened it first found it; empty before. */
  sealed: string;
  /** What goes out in the place of the file: ids of copies, its own among them where it goes along; empty: itself alone. */
  chosen: readonly string[];
}

const HEX = /^[0-9a-f]+$/;
const LENGTHS: Readonly<Record<string, number>> = { file: 32, from: 32, copy: 32, sha256: 64, outline: 64, sealed: 64, from_sha256: 64, key: 64 };
/** What a copy can be. */
export const COPY_TYPES: readonly string[] = ["image/png", "image/jpeg", "text/plain", "application/pdf", "audio/wav"];
const MOMENT = /^\d{1,6}\.\d{3}$/; // seconds
const LINE = /^([a-z_0-9]{1,32}): (\S{1,200})$/;

export function openedLine({ upload, plaintextHash, blobHash, size }: EvidenceFile, sealed: string, how: How): string {
  return lines({ custody: "opened", file: upload, sha256: plaintextHash, outline: blobHash, sealed, size: String(size), how });
}

export function copyLine(parent: EvidenceFile, { upload, key, plaintextHash, blobHash, size, type }: EvidenceFile, areas: number, at?: number): string {
  return lines({ custody: "derived", file: upload, key, sha256: plaintextHash, outline: blobHash, size: String(size), type, areas: String(areas), from: parent.upload, from_sha256: parent.plaintextHash, ...(at !== undefined && { at: at.toFixed(3) }) });
}

/** `copies` empty: the file itself again, alone. */
export function chosenLine(file: EvidenceFile, copies: readonly string[]): string {
  return [lines({ custody: "chosen", file: file.upload }), ...(copies.length ? copies : [file.upload]).map((copy) => lines({ copy }))].join("\n");
}

const lines = (fields: Readonly<Record<string, string>>): string => Object.entries(fields).map(([name, value]) => `${name}: ${value}`).join("\n");

/** A record with every field as it must be, of a choice several copies with spaces between them; null for anything else. */
function parse(block: string): Record<string, string> | null {
  const fields: Record<string, string> = {};
  for (const line of block.trim().split("\n")) {
    const [, name = "", value = ""] = LINE.exec(line) ?? [];
    const earlier = Object.prototype.hasOwnProperty.call(fields, name) ? fields[name] ?? "" : null;
    if (!name || (earlier !== null && (name !== "copy" || fields["custody"] !== "chosen" || earlier.split(" ").includes(value)))) return null;
    const length = Object.prototype.hasOwnProperty.call(LENGTHS, name) ? LENGTHS[name] : 0;
    if (length && (value.length !== length || !HEX.test(value))) return null;
    fields[name] = earlier === null ? value : `${earlier} ${value}`;
  }
  const needed = { opened: ["file", "sha256", "outline", "sealed", "how"], derived: ["file", "key", "sha256", "outline", "size", "type", "areas", "from", "from_sha256"], chosen: ["file", "copy"] };
  const kind = fields["custody"] ?? "";
  if (kind !== "opened" && kind !== "derived" && kind !== "chosen") return null;
  return needed[kind].every((name) => fields[name]) ? fields : null;
}

/** A note of lines alone is shown with its files; anything else as the note that it is. */
export const isCustody = (entry: OpenedEntry): boolean => entry.code === CUSTODY_CODE && entry.verdict === "counts" && entry.text.split(/\n\s*\n/).every((block) => parse(block) !== null);

/** Somebody looked at a file or saved it, and did nothing else. */
export const isLooking = (entry: OpenedEntry): boolean => isCustody(entry) && entry.text.split(/\n\s*\n/).every((block) => parse(block)?.["custody"] === "opened");

/** Of every file of the case, and of every copy, by its id. A line about a file that is not there says nothing. */
export function readCustody(entries: readonly OpenedEntry[], evidence: readonly EvidenceFile[]): Map<string, Custody> {
  const files = new Map(evidence.map((file) => [file.upload, file]));
  const found = new Map<string, Custody>(evidence.map((file) => [file.upload, { seen: [], copies: [], sealed: "", chosen: [] }]));
  for (const entry of entries.filter(isCustody)) {
    const { seq, day, actor, role } = entry;
    for (const fields of entry.text.split(/\n\s*\n/).map(parse)) {
      const file = files.get(fields?.["from"] ?? fields?.["file"] ?? "");
      const custody = file && found.get(file.upload);
      if (!fields || !custody) continue;
      const { sha256 = "", outline = "", sealed = "", copy = "" } = fields;
      if (fields["custody"] === "opened") {
        const differs = sha256 !== file.plaintextHash || outline !== file.blobHash || (custody.sealed !== "" && sealed !== custody.sealed);
        if (!differs) custody.sealed = sealed;
        custody.seen.push({ seq, day, actor, role, how: fields["how"] === "saved" ? "saved" : "shown", differs });
      } else if (fields["custody"] === "chosen") {
        const chosen = copy.split(" ");
        const known = [file.upload, ...custody.copies.map((one) => one.file.upload)];
        if (chosen.every((one) => known.includes(one))) custody.chosen = chosen.length === 1 && chosen[0] === file.upload ? [] : chosen;
      } else {
        const [size, type] = [Number(fields["size"]), fields["type"] ?? ""];
        const upload = fields["file"] ?? "";
        // of this very file, by its hash; a copy that names what is there already would take its place
        if (fields["from_sha256"] !== file.plaintextHash || files.has(upload) || !Number.isSafeInteger(size) || size < 0 || !COPY_TYPES.includes(type)) continue;
        const made: EvidenceFile = { upload, key: fields["key"] ?? "", blobHash: outline, plaintextHash: sha256, size, name: `${file.name}-${custody.copies.length + 1}`, type, question: file.question, forIntake: file.forIntake };
        files.set(upload, made);
        found.set(upload, { seen: [], copies: [], sealed: "", chosen: [] });
        custody.copies.push({ seq, day, actor, role, file: made, areas: Number(fields["areas"]) || 0, at: MOMENT.test(fields["at"] ?? "") ? Number(fields["at"]) : -1 });
      }
    }
  }
  return found;
}
