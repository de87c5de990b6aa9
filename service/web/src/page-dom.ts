// The document, in short words. Nothing here remembers anything.

export function el<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** A new element with these words, at the end of `into`. */
export function add(into: Element, tag: string, kind: string, words = ""): HTMLElement {
  const made = document.createElement(tag);
  if (kind) made.className = kind;
  if (words) made.textContent = words;
  into.append(made);
  return made;
}

export const all = (selector: string): HTMLElement[] => Array.from(document.querySelectorAll<HTMLElement>(selector));

export const field = (id: string): HTMLInputElement => el<HTMLInputElement>(id);

/** Nothing happens when the words are there already: else they would be read out again. */
export function put(place: Element, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}

export function write(id: string, text: string): void {
  put(el(id), text);
  el(id).hidden = text === "";
}

export function fromHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

export const deviceDay = (): number => Math.max(0, Math.floor(Date.now() / 86400000));
export const groups = (code: string): string => code.replace(/(\d{4})(?=\d)/g, "$1 ");
export const filled = (text: string): boolean => text.trim() !== "";
