// Who reads the languages that the person named, by what members declared: for whoever triages, changes readers or copies a part.

import type { Colleague, Desk } from "./desk-model.js";
import { newestOf, type OpenedCase } from "./desk-opened.js";
import { goneFrom } from "./desk-readers.js";
import { readsIntake } from "./desk-roles.js";
import { isLanguage } from "./desk-words.js";

/** `uz` is read in whatever script, `uz-Latn` by who reads `uz`. */
export const readsIt = (one: Colleague | undefined, language: string): boolean => one?.languages.some((known) => known === language || known.startsWith(`${language}-`) || language.startsWith(`${known}-`)) ?? false;

/** What a language is for: the person wrote in it, speaks it best, wishes to be answered in it. */
export type Use = "writes" | "speaks" | "asks";
export type Needed = readonly [use: Use, language: string];

const ASKED: readonly (readonly [Use, string])[] = [["speaks", "v_language"], ["asks", "reply_lang"]]; // by the main form

/** Those that somebody must know, by the newest answers. `uz` is not said again after `uz-Latn`: whoever reads this reads that. */
export function neededFor({ language, messages }: OpenedCase): Needed[] {
  const newest = newestOf(messages);
  const needed: Needed[] = language ? [["writes", language]] : [];
  for (const [use, id] of ASKED) {
    const named = newest.get(id) ?? "";
    if (isLanguage(named) && !needed.some(([, one]) => one === named || one.startsWith(`${named}-`))) needed.push([use, named]);
  }
  return needed;
}

/** Stepped back, withheld from, or barred: reads it no more, or never may. */
const readsNoMore = (opened: OpenedCase): Set<string> => new Set([...goneFrom(opened), ...opened.barred.map(({ member }) => member)]);

/** Those of whom it is known that they read the case: named where members were named, else whoever signed in it, and this member. Whoever was drawn and did nothing is hidden. */
function knownReaders(desk: Desk, opened: OpenedCase): (Colleague | undefined)[] {
  const ids = new Set([desk.member?.id ?? "", ...(opened.readers.length ? opened.readers : opened.entries.map(({ actor }) => actor))]);
  const gone = readsNoMore(opened);
  return desk.colleagues.filter(({ id, role }) => ids.has(id) && !gone.has(id) && readsIntake(role));
}

/** The needed ones of which nobody is known to read both them and the case. Where this member may not read declarations, nobody can say. */
export function unreadIn(desk: Desk, opened: OpenedCase): Needed[] {
  if (!desk.colleagues.some(({ languages }) => languages.length)) return [];
  const readers = knownReaders(desk, opened);
  return neededFor(opened).filter(([, language]) => !readers.some((one) => readsIt(one, language)));
}

/** Those who could: nobody who is barred, stepped back, or from whom it is withheld. */
export function couldRead(desk: Desk, opened: OpenedCase, language: string, roles: readonly string[]): Colleague[] {
  const gone = readsNoMore(opened);
  return desk.colleagues.filter((one) => roles.includes(one.role) && !gone.has(one.id) && readsIt(one, language));
}

const readAmong = (needed: readonly Needed[], one: Colleague): string[] => needed.map(([, language]) => language).filter((language) => readsIt(one, language));

/** Of the needed languages those that a member reads. */
export const readOf = (opened: OpenedCase, one: Colleague): string[] => readAmong(neededFor(opened), one);

/** First those who read most of them, else as they were. */
export function readersFirst(opened: OpenedCase, all: readonly Colleague[]): Colleague[] {
  const needed = neededFor(opened);
  return all.map((one) => ({ one, reads: readAmong(needed, one).length })).sort((a, b) => b.reads - a.reads).map(({ one }) => one);
}
