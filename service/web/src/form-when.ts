// What a person remembers of a time, from the fields of a question to an ApproxTime (docs/forms.md) and back. No zone: that comes from the country answered.

/** As in the fields. `month` is 1 to 12 or a season; `part` a part of the day, or `clock` for a time like 14:30, or 14. */
export interface Remembered {
  day: string;
  month: string;
  year: string;
  part: string;
  clock: string;
  about: boolean;
  words: string;
  never: boolean;
}

const DAY = 1440; // minutes
const BY_CLOCK = ["exact", "hour"];
const PARTS: Record<string, readonly [number, number]> = { night: [0, 360], morning: [360, 720], afternoon: [720, 1080], evening: [1080, 1440] };
/** Months from and to, of the year named; a winter may be that before or after. */
const SEASONS: Record<string, readonly [number, number]> = { spring: [3, 5], summer: [6, 8], autumn: [9, 11], winter: [0, 14] };
const SOME_DAYS = 3;

export const nothing = (): Remembered => ({ day: "", month: "", year: "", part: "", clock: "", about: false, words: "", never: false });

/** Minutes on the wall since 1970; the day may lie outside of its month. */
const minutesOf = (year: number, month: number, day: number): number => Date.UTC(year, month - 1, day) / 60000;
const written = (minutes: number): string => new Date(minutes * 60000).toISOString().slice(0, 16);

/** The answer's text, empty when nothing is said. What is no date stays among the words: nothing typed is lost. */
export function whenText(said: Remembered): string {
  if (said.never) return "never";
  const span = spanOf(said);
  const { day, month, year, clock } = said;
  const loose = span ? [] : [day, month, year, clock].filter((part) => part.trim());
  if (span && clock && !BY_CLOCK.includes(span[2])) loose.push(clock);
  const words = [...loose, said.words].join(" ").replace(/\s+/g, " ").trim();
  if (!span) return words && `-/- - - ${words}`;
  return `${written(span[0])}/${written(span[1])} ${span[2]} -${words && ` ${words}`}`;
}

function spanOf({ day, month, year, part, clock, about }: Remembered): [number, number, string] | undefined {
  if (!/^(19[5-9]|20\d|21\d)\d$/.test(year)) return undefined;
  const y = Number(year);
  const season = SEASONS[month];
  if (season) return day ? undefined : [minutesOf(y, season[0], 1), minutesOf(y, season[1] + 1, 1) - 1, "season"];
  if (!month) return day ? undefined : [minutesOf(y, 1, 1), minutesOf(y + 1, 1, 1) - 1, "year"];
  const m = Number(month);
  if (!day) return [minutesOf(y, m, 1), minutesOf(y, m + 1, 1) - 1, "month"];
  const d = /^\d{1,2}$/.test(day) ? Number(day) : 0;
  const start = minutesOf(y, m, d);
  if (d < 1 || new Date(start * 60000).getUTCMonth() !== m - 1) return undefined;
  if (about) return [start - SOME_DAYS * DAY, start + (SOME_DAYS + 1) * DAY - 1, "week"];
  const time = /^([01]?\d|2[0-3])(?:[:.\s]?([0-5]\d))?$/.exec(clock.trim());
  if (part === "clock" && time) {
    const at = start + Number(time[1]) * 60 + Number(time[2] ?? 0);
    return time[2] ? [at, at, "exact"] : [at, at + 59, "hour"];
  }
  const hours = PARTS[part];
  return hours ? [start + hours[0], start + hours[1] - 1, "part_of_day"] : [start, start + DAY - 1, "day"];
}

/** The fields that give this text. */
export function remembered(text: string): Remembered {
  const said = nothing();
  if (text === "never") return { ...said, never: true };
  const found = /^(-|[\dT:-]{16})\/(?:-|[\dT:-]{16}) (\S+) \S+(?: (.*))?$/.exec(text);
  if (!found) return said;
  const [, earliest = "-", precision = "", words = ""] = found;
  said.words = words;
  if (earliest === "-") return said;
  const about = precision === "week";
  const start = new Date(Date.parse(`${earliest}:00Z`) + (about ? SOME_DAYS * DAY * 60000 : 0));
  const month = start.getUTCMonth() + 1;
  const minute = start.getUTCHours() * 60 + start.getUTCMinutes();
  said.year = String(start.getUTCFullYear() + (precision === "season" && month === 12 ? 1 : 0));
  if (precision === "season") said.month = Object.keys(SEASONS).find((one) => ((SEASONS[one]?.[0] ?? 0) + 11) % 12 + 1 === month) ?? "";
  else if (precision !== "year") said.month = String(month);
  if ([...BY_CLOCK, "part_of_day", "day", "week"].includes(precision)) said.day = String(start.getUTCDate());
  said.about = about;
  if (BY_CLOCK.includes(precision)) {
    said.part = "clock";
    said.clock = earliest.slice(11, precision === "hour" ? 13 : 16);
  }
  if (precision === "part_of_day") said.part = Object.keys(PARTS).find((one) => PARTS[one]?.[0] === minute) ?? "";
  return said;
}

/** The same time in the zone of the country answered; a text of another kind as it is. */
export function inZone(text: string, zone: string): string {
  return text.replace(/^([-\dT:]{16}\/[-\dT:]{16} [a-z_]+) -(?= |$)/, (_, time: string) => `${time} ${zone}`);
}
