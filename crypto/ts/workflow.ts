/** SPEC 8.3: the states of a case, which deed leads from one to another, and who may do it. Data and pure functions. */
import type { Day } from "./encoding.js";
import { Role } from "./keyring.js";

export const State = {
  received: 0, screening: 1, triaged: 2, assigned: 3, inquiry: 4, awaitingSubmitter: 5, investigation: 6, suspended: 7, determination: 8,
  closed: 9, review: 10, reopened: 11, referred: 12, withdrawn: 13, outOfScope: 14, spamQuarantine: 15, safetyHold: 16, erased: 17,
} as const;

/** 0 to 4 are P0 to P4. */
export const NO_PRIORITY = 5;
/** After them a proposal has lapsed. */
export const PROPOSAL_DAYS = 14;
/** That the person has to write before a case is erased; after the second number a proposal to erase has lapsed. */
export const NOTICE_DAYS = 30;
const ERASURE_DAYS = 90;

const { reviewer: R, supervisor: S, investigator: I } = Role;
/** States in which somebody is at it. */
const WORKING: readonly number[] = [
  State.screening, State.triaged, State.assigned, State.inquiry, State.investigation, State.determination, State.review, State.reopened,
];
/** SPEC 8.12: only where two have the case. */
export const BY_TWO: readonly number[] = [State.inquiry, State.investigation, State.determination];

/** From any of `sources` to `target`. `approvers` empty: one signature does it. `least`, `most`: days ahead, where it is dated. */
export interface Rule {
  readonly sources: readonly number[];
  readonly target: number;
  readonly signers: readonly number[];
  readonly approvers: readonly number[];
  readonly least: number;
  readonly most: number;
}

const rule = (sources: readonly number[], target: number, signers: readonly number[], approvers: readonly number[] = [], most = 0, least = 0): Rule =>
  ({ sources, target, signers, approvers, least, most });

export const RULES: readonly Rule[] = [
  rule([State.screening], State.triaged, [R]),
  rule([State.triaged, State.reopened], State.assigned, [R, S], [R, S]),
  rule([State.assigned, State.inquiry], State.triaged, [I]),
  rule([State.assigned, State.reopened], State.inquiry, [I]),
  rule([State.inquiry], State.awaitingSubmitter, [I]),
  rule([State.inquiry], State.investigation, [I, S], [S]),
  rule([State.investigation], State.suspended, [I, S], [S], 30),
  rule([State.investigation], State.determination, [I, S], [S]),
  rule([State.determination], State.closed, [I, S], [S]),
  rule([State.closed], State.review, [R]),
  rule([State.review], State.closed, [R], [S]),
  rule([State.closed, State.review], State.reopened, [R]),
  rule(WORKING, State.referred, [R, S, I], [S]),
  rule([...WORKING, State.awaitingSubmitter, State.suspended, State.referred, State.safetyHold], State.withdrawn, [R, S, I], [R, S], 44, 14),
  rule(WORKING, State.outOfScope, [R, S], [S]),
  rule([State.screening], State.spamQuarantine, [R], [R, S]),
  rule([State.closed, State.withdrawn, State.outOfScope, State.spamQuarantine], State.erased, [R, S], [S]),
  rule(
    [...WORKING, State.awaitingSubmitter, State.suspended, State.closed, State.referred, State.withdrawn, State.outOfScope],
    State.safetyHold, [R, S, I],
  ),
];
/** A case that stands aside goes back to where it stood, by one signature of these. */
const RETURNS: Readonly<Record<number, readonly number[]>> = {
  [State.awaitingSubmitter]: [I, S],
  [State.suspended]: [I, S],
  [State.referred]: [R, S, I],
  [State.withdrawn]: [R, S],
  [State.outOfScope]: [R, S],
  [State.spamQuarantine]: [R, S],
  [State.safetyHold]: [R, S, I],
};
/** Who approves a lower priority; any of the three proposes it. */
export const LOWERING: readonly number[] = [R, S];

export const isAside = (state: number): boolean => state in RETURNS;

/** For how many days at least a case is kept in each state in which it may be erased; from a first day on. Never changed: a change is one more. */
const RETENTIONS: readonly { readonly first: Day; readonly days: Readonly<Record<number, number>> }[] = [
  { first: 0, days: { [State.closed]: 730, [State.withdrawn]: 730, [State.outOfScope]: 730, [State.spamQuarantine]: 30 } },
];

/** SPEC 8.14: the day from which a case may be erased that stands there on `day`; 0 = not from there. */
export function erasableFrom(state: number, since: Day, until: Day, day: Day): Day {
  const found = RETENTIONS.filter(({ first }) => first <= day).sort((a, b) => b.first - a.first)[0]?.days[state];
  return found === undefined ? 0 : (state === State.withdrawn ? Math.max(since, until) : since) + found;
}

export const lapseDays = (target: number): number => (target === State.erased ? ERASURE_DAYS : PROPOSAL_DAYS);

/** The rule that leads from a state to another; `back` is where a case that stands aside stood before. */
export function findRule(state: number, back: number, target: number): Rule | undefined {
  const returning = RETURNS[state];
  if (returning && target === back) return rule([state], target, returning);
  return RULES.find((one) => one.sources.includes(state) && one.target === target);
}

/** What a role may begin in this state, and whether another must approve. */
export function deeds(state: number, back: number, role: number): { target: number; fourEyes: boolean }[] {
  const returning = (RETURNS[state] ?? []).includes(role) ? [{ target: back, fourEyes: false }] : [];
  const found = RULES.filter((one) => one.sources.includes(state) && one.signers.includes(role)).map((one) => ({ target: one.target, fourEyes: one.approvers.length > 0 }));
  return [...returning, ...found.filter(({ target }) => target !== back || returning.length === 0)];
}

/** Days without a word from the person who was asked. */
const DORMANT_AFTER = 90;

/** SPEC 8.6: whether a case that waits for the person is dormant on that day. Nobody signs it, nothing ends by it. */
export const isDormant = (state: number, since: Day, day: Day): boolean => state === State.awaitingSubmitter && day > since + DORMANT_AFTER;

const CALENDAR = false;
const WORKDAYS = true;
/** Days until the next step is due. */
const DUE: Readonly<Record<number, readonly [number, boolean]>> = {
  [State.received]: [1, WORKDAYS],
  [State.triaged]: [2, WORKDAYS],
  [State.assigned]: [10, CALENDAR],
  [State.inquiry]: [30, CALENDAR],
  [State.awaitingSubmitter]: [DORMANT_AFTER, CALENDAR],
  [State.investigation]: [90, CALENDAR],
  [State.determination]: [7, CALENDAR],
  [State.review]: [30, CALENDAR],
  [State.reopened]: [2, WORKDAYS],
  [State.referred]: [30, CALENDAR],
  [State.spamQuarantine]: [30, CALENDAR],
  [State.safetyHold]: [30, CALENDAR],
};
const TRIAGE_DUE: readonly (readonly [number, boolean])[] = [[0, CALENDAR], [1, CALENDAR], [3, CALENDAR], [5, WORKDAYS], [5, WORKDAYS], [5, WORKDAYS]]; // by priority

/** Whether the next step of a state is due by working days. */
export const countsWorkingDays = (state: number, priority: number): boolean => ((state === State.screening ? TRIAGE_DUE[priority] : DUE[state])?.[1] ?? CALENDAR) === WORKDAYS;

/** SPEC 8.6. `off`: free though Monday to Friday; `work`: worked though Saturday or Sunday. */
export interface Calendar {
  readonly off: readonly Day[];
  readonly work: readonly Day[];
}

/** Where the country is not known. */
export const MONDAY_TO_FRIDAY: Calendar = { off: [], work: [] };

/** The day by which something must follow; 0 = nothing is due. */
export function dueDay(state: number, since: Day, until: Day, priority: number, calendar = MONDAY_TO_FRIDAY): Day {
  if (state === State.suspended || state === State.withdrawn) return until;
  const due = state === State.screening ? TRIAGE_DUE[priority] : DUE[state];
  if (!due) return 0;
  const [days, working] = due;
  return working ? addWorkingDays(since, days, calendar) : since + days;
}

/** 1970-01-01 was a Thursday. */
const isWorked = (day: Day, { off, work }: Calendar): boolean => work.includes(day) || ((day + 3) % 7 < 5 && !off.includes(day));

export function addWorkingDays(day: Day, count: number, calendar = MONDAY_TO_FRIDAY): Day {
  while (count > 0) {
    day += 1;
    if (isWorked(day, calendar)) count -= 1;
  }
  return day;
}
