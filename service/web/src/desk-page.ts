// The data blocks that the site builder wrote into the page. They are part of the signed site; nothing else is trusted before the keyring.

export interface PageFacts {
  language: string;
  /** Where the forms are, in a language that the reader reads. */
  forms: string;
  demo: boolean;
  /** Languages an answer can be written in, with their own names. */
  languages: [string, string][];
  firstRoots: Uint8Array;
  roots: Uint8Array;
  pinnedVersion: number;
  pinnedHash: Uint8Array;
  buildDay: number;
  worker: string;
}

export function block<T>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no data block ${id}`);
  return JSON.parse(element.textContent ?? "") as T;
}

export function fromHex(text: string): Uint8Array {
  if (text.length % 2 || /[^0-9a-f]/.test(text)) throw new Error("not lower-case hex");
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) out[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return out;
}

export function readPage(): PageFacts {
  const raw = block<{
    language: string;
    forms: string;
    demo: boolean;
    languages: [string, string][];
    first_roots: string;
    roots: string;
    pinned_version: number;
    pinned_hash: string;
    build_day: number;
    worker: string;
  }>("desk-page");
  return {
    language: raw.language,
    forms: raw.forms,
    demo: raw.demo,
    languages: raw.languages,
    firstRoots: fromHex(raw.first_roots),
    roots: fromHex(raw.roots),
    pinnedVersion: raw.pinned_version,
    pinnedHash: fromHex(raw.pinned_hash),
    buildDay: raw.build_day,
    worker: raw.worker,
  };
}
