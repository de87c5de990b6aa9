/** What is known of a country, and when it holds: data (countries/*.toml), read by the desk. The twin is ../countries.py. */

/** A day is text, `2026-05-01`; an empty one has no bound. */
export interface Dated {
  readonly first: string;
  readonly until: string;
}
/** As intake_forms.countries.compiled gives it. */
export interface Fact extends Dated {
  readonly source: string;
  readonly draft: boolean;
}
export interface Condition {
  readonly question: string;
  readonly values: readonly string[];
  readonly maybe: readonly string[];
}
export interface Limit extends Fact {
  readonly rule: string;
  readonly hours: number;
  readonly alert_hours: number | null;
  readonly when: readonly Condition[];
}
export interface Limitation extends Fact {
  readonly status: "none" | "runs" | "unknown";
}
export interface Examiner extends Fact {
  readonly examiner: string;
  readonly detaining: "yes" | "no" | "unknown";
}
export interface Country {
  readonly id: string;
  readonly limits: readonly Limit[];
  readonly limitation: readonly Limitation[];
  readonly examiners: readonly Examiner[];
  readonly zones: Readonly<Record<string, string>>;
}
/** By id; `standard` is what every case is measured by. */
export type Countries = Readonly<Record<string, Country>>;

/** The first and the last. */
export type Days = readonly [string, string];

export function holds(fact: Dated, day: string): boolean {
  return (!fact.first || fact.first <= day) && (!fact.until || day <= fact.until);
}

export function overlaps(fact: Dated, days: Days): boolean {
  return (!fact.first || fact.first <= days[1]) && (!fact.until || days[0] <= fact.until);
}

/** The fact that holds on all the days; null where it changes between them, or no day is known. */
export function soleFact<F extends Dated>(facts: readonly F[], days: Days | null): F | null {
  return facts.find((fact) => days !== null && holds(fact, days[0]) && holds(fact, days[1])) ?? null;
}

export function countryOf(countries: Countries, id: string): Country | null {
  return Object.prototype.hasOwnProperty.call(countries, id) ? (countries[id] ?? null) : null;
}
