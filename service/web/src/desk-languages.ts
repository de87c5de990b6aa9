// Who reads the language that the person wrote in, by what members declared: for whoever triages, changes readers or copies a part.

import type { Colleague, Desk, OpenedCase } from "./desk-model.js";
import { goneFrom } from "./desk-readers.js";

/** `uz` is read in whatever script, `uz-Latn` by who reads `uz`. */
export const readsIt = (one: Colleague | undefined, language: string): boolean => one?.languages.some((known) => known === language || known.startsWith(`${language}-`) || language.startsWith(`${known}-`)) ?? false;

/** Stepped back, withheld from, or barred: reads it no more, or never may. */
const readsNoMore = (opened: OpenedCase): Set<string> => new Set([...goneFrom(opened), ...opened.barred.map(({ member }) => member)]);

/** Those of whom it is known that they read the case: named where members were named, else whoever signed in it, and this member. Whoever was drawn and did nothing is hidden. */
function knownReaders(desk: Desk, opened: OpenedCase): (Colleague | undefined)[] {
  const ids = new Set([desk.member?.id ?? "", ...(opened.readers.length ? opened.readers : opened.entries.map(({ actor }) => actor))]);
  const gone = readsNoMore(opened);
  return desk.colleagues.filter(({ id, role }) => ids.has(id) && !gone.has(id) && (role === "reviewer" || role === "supervisor"));
}

/** Whether somebody is known to read both the case and its language. Where this member may not read declarations, nobody can say. */
export function isRead(desk: Desk, opened: OpenedCase): boolean {
  if (!opened.language || !desk.colleagues.some(({ languages }) => languages.length)) return true;
  return knownReaders(desk, opened).some((one) => readsIt(one, opened.language));
}

/** Those who could: nobody who is barred, stepped back, or from whom it is withheld. */
export function couldRead(desk: Desk, opened: OpenedCase, roles: readonly string[]): Colleague[] {
  const gone = readsNoMore(opened);
  return desk.colleagues.filter((one) => roles.includes(one.role) && !gone.has(one.id) && readsIt(one, opened.language));
}

/** First those who read the language, else as they were. */
export const readersFirst = (opened: OpenedCase, all: readonly Colleague[]): Colleague[] => [...all].sort((a, b) => Number(readsIt(b, opened.language)) - Number(readsIt(a, opened.language)));
