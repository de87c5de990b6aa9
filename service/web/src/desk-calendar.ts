// The working days of the country of a case. Whoever reads the account knows the country; without one it is Monday to Friday.

import { type Calendar, dueDay, MONDAY_TO_FRIDAY } from "../../../crypto/ts/workflow.js";

interface NationalCalendar extends Calendar {
  /** The last day up to which dated holidays were looked up. */
  readonly known: number;
  /** Not confirmed by local counsel. */
  readonly draft: boolean;
}

let calendars: ReadonlyMap<string, NationalCalendar> = new Map();

/** Once, before the first case is opened: what is due is counted then. Without them it is Monday to Friday. */
export async function wantCalendars(fetchThem: () => Promise<unknown>): Promise<void> {
  if (calendars.size) return;
  await fetchThem().then((found) => (calendars = new Map(Object.entries(found as Record<string, NationalCalendar>))), () => undefined);
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
