// Words that are too long for one message go in parts, one after the other: the field keeps what has not arrived.

import { field } from "./page-dom.js";

const PART = 240_000; // bytes of words that go at once; with them there is room for answers

export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** As much as one message takes, cut after a word. */
export function firstPart(text: string): string {
  if (bytesOf(text) <= PART) return text;
  let end = PART / 2;
  while (bytesOf(text.slice(0, end)) > PART) end -= 1000;
  const space = text.lastIndexOf(" ", end);
  if (space > end / 2) return text.slice(0, space);
  return text.slice(0, /[\ud800-\udbff]/.test(text.charAt(end - 1)) ? end - 1 : end);
}

const rest = (text: string): string => text.slice(firstPart(text).length).trimStart();

/** How many messages these words become. */
export function countParts(text: string): number {
  let n = 1;
  for (let left = rest(text); left; left = rest(left)) n++;
  return n;
}

/** The first part has arrived: the field keeps the others. */
export function dropFirst(id: string): void {
  field(id).value = rest(field(id).value);
}
