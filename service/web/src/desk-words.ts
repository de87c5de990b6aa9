// Words, plurals, days and numbers in the language of the page.

import { block } from "./desk-page.js";

let words: Record<string, string> = {};
let language = "en";
let plural = new Intl.PluralRules("en");
let whole = new Intl.NumberFormat("en");
let days = new Intl.DateTimeFormat("en");
let tongues: Intl.DisplayNames | null = null;

export function loadWords(lang: string): void {
  words = block<Record<string, string>>("strings");
  language = lang;
  tongues = null;
  plural = new Intl.PluralRules(lang);
  whole = new Intl.NumberFormat(lang);
  days = new Intl.DateTimeFormat(lang === "en" ? "en-GB" : lang, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

/** What staff write to each other is marked as written in it. */
export const pageLanguage = (): string => language;

/** The words of `key`, with each {name} filled in. An unknown key shows itself: a test looks for that. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name];
    return value === undefined ? `{${name}}` : typeof value === "number" ? whole.format(value) : value;
  });
}

export function has(key: string): boolean {
  return key in words;
}

/** `key.one`, `key.few`, `key.many` or `key.other`, as the language counts. */
export function tn(key: string, n: number, values: Record<string, string | number> = {}): string {
  const form = `${key}.${plural.select(n)}`;
  return t(form in words ? form : `${key}.other`, { ...values, n });
}

export function day(n: number): string {
  return n > 0 && n < 2932896 ? days.format(new Date(n * 86400000)) : t("day.unknown");
}

/** Of 2026-05-01. */
export const isoDay = (iso: string): string => day(Math.round(Date.parse(`${iso}T00:00Z`) / 86400000));

export function number(n: number): string {
  return whole.format(n);
}

/** What to say about a failure: the sentence for its class, or one that admits we have none. */
export function fault(slug: string, place: string): string {
  for (const key of [`${place}.${slug}`, `fault.${slug}`]) if (key in words) return t(key);
  return t("fault.other", { slug });
}

/** Of a two-letter code: as the country calls itself, where browsers call it otherwise. */
export function countryName(code: string): string {
  if (has(`country.${code}`)) return t(`country.${code}`);
  return new Intl.DisplayNames([language], { type: "region" }).of(code) ?? code;
}

/** Whether it is written as a language's code is; `other` and `prefer_not` are answers and no languages. */
export const isLanguage = (code: string): boolean => /^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$/.test(code);

/** As `names` have it, else as the browser knows it, else the code. */
export function languageName(code: string, names: readonly (readonly [string, string])[]): string {
  const own = names.find(([id]) => id === code);
  if (own) return own[1];
  if (!isLanguage(code)) return code;
  if (has(`spoken.${code}`)) return t(`spoken.${code}`);
  try {
    return (tongues ??= new Intl.DisplayNames([language], { type: "language" })).of(code) ?? code;
  } catch {
    return code;
  }
}
