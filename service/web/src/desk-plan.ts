// What a member may plan in a case beside its next state: for how many days, and whether another must agree. Pure.

import { LEGAL_HOLD_DAYS } from "../../../crypto/ts/legalhold.js";
import { findRule, State } from "../../../crypto/ts/workflow.js";
import type { Plan } from "./desk-model.js";
import type { Place } from "./desk-opened.js";

// Targets that are no state.
/** A priority alone, where the case stands. */
export const PRIORITY_ALONE = 100;
export const RECUSE = 101;
export const ASK_NAME = 102;
export const OTHER_READERS = 103;
export const OTHER_UNIT = 104;
export const WITHHOLD = 105;
export const COPY_OUT = 106;
export const ERASE_NAME = 107;
/** Set or renewed, and ended early. */
export const LEGAL_HOLD = 108;
export const END_HOLD = 109;

/** What a case of a priority is, for whoever sets it. */
export const PRIORITIES = [0, 1, 2, 3, 4];
const FOUR_EYES: readonly number[] = [OTHER_READERS, OTHER_UNIT, ERASE_NAME, LEGAL_HOLD, END_HOLD];

const ruleOf = ({ state, back }: Place, target: number): ReturnType<typeof findRule> => findRule(state || State.screening, back, target);

/** Within how many days from today it ends; null: it has no day. */
export function daysFor(place: Place, target: number): { least: number; most: number } | null {
  if (target === LEGAL_HOLD) return { least: 1, most: LEGAL_HOLD_DAYS };
  const rule = ruleOf(place, target);
  return rule?.most ? { least: Math.max(1, rule.least), most: rule.most } : null;
}

/** What a priority may become alone. Where two who sign `assigned` hand the case over nobody lowers it (SPEC 8.3). */
export const prioritiesFrom = ({ state, priority }: Place): number[] => PRIORITIES.filter((one) => one < priority || (one > priority && state !== State.assigned));

/** Nothing comes of it until another agrees. */
export function needsFourEyes(place: Place, { target, priority }: Plan): boolean {
  if (target === PRIORITY_ALONE) return priority > place.priority;
  return FOUR_EYES.includes(target) || (ruleOf(place, target)?.approvers.length ?? 0) > 0;
}
