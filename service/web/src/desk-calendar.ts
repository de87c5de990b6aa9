// The working days of the country of a case. Whoever reads the account knows the country; without one it is Monday to Friday.

import { type Calendar, dueDay, MONDAY_TO_FRIDAY } from "../../../crypto/ts/workflow.js";
import { fetchCalendars } from "./desk-server.js";

interface NationalCalendar extends Calendar {
  /** The last day up to which dated holidays were looked up. */
  readonly known: number;
  /** Not confirmed by local counsel. */
  readonly draft: boolean;
}

let calendars: ReadonlyMap<string, NationalCalendar> = new Map();
let asked = false;

/** Fetched once; `changed` is called when they have come. */
export function wantCalendars(changed: () => void): void {
  if (asked) return;
  asked = true;
  void fetchCalendars().then((found) => {
    calendars = new Map(Object.entries(found as Record<string, NationalCalendar>));
    changed();
  }, () => (asked = false));
}

/** SPEC 8.6, by the calendar of a country. */
export function nextDue({ state, since, until, priority }: { state: number; since: number; until: number; priority: number }, country: string): number {
  return dueDay(state, since, until, priority, calendars.get(country) ?? MONDAY_TO_FRIDAY);
}

/** Whose working days were counted: a country, and whether its days are confirmed up to that day. Null: Monday to Friday. */
export function countedBy(country: string, day: number): { country: string; sure: boolean } | null {
  const found = calendars.get(country);
  return found ? { country, sure: !found.draft && day <= found.known } : null;
}
