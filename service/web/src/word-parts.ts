// Words that are too long for one message, in parts that are not. Pure.

const PART = 240_000; // bytes of words that go at once; with them there is room for answers

export const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

/** As much as one message takes, cut after a word; where there is none, after a letter. */
export function firstPart(text: string): string {
  const { read: end } = new TextEncoder().encodeInto(text, new Uint8Array(PART)); // whole letters
  if (end === text.length) return text;
  const space = text.lastIndexOf(" ", end);
  return text.slice(0, space > end / 2 ? space : end);
}

/** What goes after the first part. */
export const restOf = (text: string): string => text.slice(firstPart(text).length).trimStart();

/** How many messages these words become. */
export function countParts(text: string): number {
  let n = 1;
  for (let left = restOf(text); left; left = restOf(left)) n++;
  return n;
}
