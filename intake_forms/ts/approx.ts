/**
 * ApproxTime: a time as a person remembers it, and the span of UTC minutes that it can mean. docs/forms.md.
 *
 * The twin is ../approx.py; tests/vectors/safeguards.json holds both to one meaning. All arithmetic is in whole minutes.
 */

export const PRECISIONS = ["exact", "hour", "part_of_day", "day", "week", "month", "season", "year"] as const;
export type Precision = (typeof PRECISIONS)[number];

export const YEARS = [1940, 2199] as const; // before, zones were local mean times with odd seconds
// Where no zone is known, any clock on Earth may be meant.
export const FARTHEST_EAST = 14 * 60;
export const FARTHEST_WEST = -12 * 60;

const DAY = 24 * 60;
const TIME = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2})$/;
const ZONE = /^(?:(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)(?:\/[A-Z][A-Za-z_+-]*)+|UTC)$/;

/** A text that is no ApproxTime. Show the person's own words as they are, and compute nothing from it. */
export class BadTime extends Error {
  constructor(fact: string) {
    super(fact);
    this.name = "BadTime";
  }
}

/** From the first to the last minute that is possible; `latest` null: no end. */
export interface Span {
  readonly earliest: number;
  readonly latest: number | null;
}

/**
 * `earliest` and `latest` are wall-clock minutes since 1970-01-01T00:00, null where there are only words. `zone` is null
 * while no country was known. `never`: it has not happened, or not yet; all else is then empty.
 */
export interface ApproxTime {
  readonly earliest: number | null;
  readonly latest: number | null;
  readonly precision: Precision | null;
  readonly zone: string | null;
  readonly words: string;
  readonly never: boolean;
}

const NO_TIME = { earliest: null, latest: null, precision: null, zone: null, words: "", never: false } as const;

export function writeTime(time: ApproxTime): string {
  if (time.never) return "never";
  if (time.earliest === null || time.latest === null) return `-/- - - ${time.words}`;
  const text = `${written(time.earliest)}/${written(time.latest)} ${time.precision ?? "-"} ${time.zone ?? "-"}`;
  return time.words ? `${text} ${time.words}` : text;
}

/** Throws BadTime. A zone that this browser does not know is kept: it counts as none. */
export function parseTime(text: string): ApproxTime {
  if (text === "never") return { ...NO_TIME, never: true };
  const [head = "", precision, zone, ...rest] = text.split(" ");
  if (precision === undefined || zone === undefined) throw new BadTime("not EARLIEST/LATEST PRECISION ZONE");
  const words = rest.join(" ");
  if (rest.length > 0 && !words) throw new BadTime("a space and no words after it");
  if (head === "-/-") {
    if (precision !== "-" || zone !== "-" || !words) throw new BadTime("no time, so only words");
    return { ...NO_TIME, words };
  }
  if (!isPrecision(precision)) throw new BadTime("precision not of the list");
  if (zone !== "-" && !ZONE.test(zone)) throw new BadTime("not a zone's name");
  const slash = head.indexOf("/");
  if (slash < 0) throw new BadTime("one time where two are meant");
  const [earliest, latest] = [minutes(head.slice(0, slash)), minutes(head.slice(slash + 1))];
  if (latest < earliest) throw new BadTime("latest before earliest");
  if (precision === "exact" && earliest !== latest) throw new BadTime("exact, and two times");
  return { earliest, latest, precision, zone: zone === "-" ? null : zone, words, never: false };
}

/**
 * The UTC minutes (since 1970-01-01T00:00Z) that the time can mean; null where there are only words, or never.
 *
 * A time without a zone is read in each of `zones`, and where there are none in every zone on Earth. A wall clock that
 * shows a minute twice, or leaves it out, as where a country changes its offset, gives the wider span.
 */
export function spanOf(time: ApproxTime, zones: readonly string[] = []): Span | null {
  const { earliest, latest } = time;
  if (earliest === null || latest === null) return null;
  const known = (time.zone ? [time.zone] : zones).filter(zoneKnown);
  if (known.length === 0) return { earliest: earliest - FARTHEST_EAST, latest: latest - FARTHEST_WEST };
  return {
    earliest: Math.min(...known.map((zone) => earliest - Math.max(...offsets(earliest, zone)))),
    latest: Math.max(...known.map((zone) => latest - Math.min(...offsets(latest, zone)))),
  };
}

/** Minutes east of UTC of the zone's wall clock at that local minute, twice; where the clock changes, both. */
export function offsets(local: number, zone: string): [number, number] {
  // No clock changes twice in two days: a day before and a day after are on the two sides of a change that is near.
  const [before, after] = [offsetAt(local - DAY, zone), offsetAt(local + DAY, zone)];
  const shown = [before, after].filter((offset) => offsetAt(local - offset, zone) === offset);
  const [only] = shown;
  // Two: the minute came twice. None: the clock left it out.
  return shown.length === 1 && only !== undefined ? [only, only] : [before, after];
}

function zoneKnown(zone: string): boolean {
  return clock(zone) !== null;
}

/** The UTC day, as 2026-05-01. */
export function dayOf(utcMinute: number): string {
  return new Date(utcMinute * 60_000).toISOString().slice(0, 10);
}

function minutes(text: string): number {
  const match = TIME.exec(text);
  if (!match) throw new BadTime("not a time like 2026-05-01T06:00");
  const year = Number(match[1]);
  if (year < YEARS[0] || year > YEARS[1]) throw new BadTime(`year ${year}, not ${YEARS[0]} to ${YEARS[1]}`);
  const utc = Date.UTC(year, Number(match[2]) - 1, Number(match[3]), Number(match[4]), Number(match[5])) / 60_000;
  // Date.UTC takes 31 April for 1 May.
  if (written(utc) !== text) throw new BadTime("no such day or hour");
  return utc;
}

function written(local: number): string {
  return new Date(local * 60_000).toISOString().slice(0, 16);
}

function isPrecision(text: string): text is Precision {
  return (PRECISIONS as readonly string[]).includes(text);
}

const clocks = new Map<string, Intl.DateTimeFormat | null>();

function clock(zone: string): Intl.DateTimeFormat | null {
  const cached = clocks.get(zone);
  if (cached !== undefined) return cached;
  const made = ZONE.test(zone) ? newClock(zone) : null;
  clocks.set(zone, made);
  return made;
}

function newClock(timeZone: string): Intl.DateTimeFormat | null {
  try {
    const made = new Intl.DateTimeFormat("en-u-ca-gregory-nu-latn", {
      timeZone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric",
    });
    const name = made.resolvedOptions().timeZone;
    // Intl takes a name in any case; zoneinfo does not.
    return name !== timeZone && name.toLowerCase() === timeZone.toLowerCase() ? null : made;
  } catch {
    return null;
  }
}

function offsetAt(utcMinute: number, zone: string): number {
  const parts = clock(zone)?.formatToParts(utcMinute * 60_000) ?? [];
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return Math.floor(wall / 60_000 - utcMinute);
}
