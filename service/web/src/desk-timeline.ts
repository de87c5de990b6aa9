// The course of what happened, out of the times that a person remembers. Nothing is guessed: a span stays a span. Pure.

import { parseTime, spanOf } from "../../../intake_forms/ts/approx.js";

export interface Moment {
  key: string;
  /** As it was answered. */
  text: string;
  /** UTC minutes since 1970 that it can mean; null where there are only words. */
  span: { earliest: number; latest: number } | null;
  /** Minutes after the detention, at least and at most; null where one of the two has no time. */
  after: { least: number; most: number } | null;
  /** It can have been before the moment above it. */
  unsure: boolean;
}

const TIMES = /^(\d{4}-\d\d-\d\dT\d\d:\d\d\/|-\/- - - )/;
const DETAINED = "t_detained";
/** Answers that say when a safeguard was kept, or that it was not. */
const OF_SAFEGUARDS = /^(t_registered|t_judge|judge_how|t_lawyer|lawyer_got|t_family|family_told|exams\.\d+\.ex_when)$/;
/** What is answered there of something that was not. */
const NOT_YET = ["never", "no", "not_yet", "forced_waiver", "refused_entry"];

/** What was answered with a time, the earliest first; what has only words comes last, in the order of the answers. */
export function momentsOf(answers: readonly (readonly [string, string])[], zones: readonly string[] = []): Moment[] {
  const told = new Map(answers.filter(([, value]) => TIMES.test(value)));
  const moments = [...told].map(([key, text]) => ({ key, text, span: spanIn(text, zones) }));
  const begun = moments.find(({ key }) => key === DETAINED)?.span ?? null;
  const timed = moments.filter((one) => one.span !== null).sort((a, b) => (a.span?.earliest ?? 0) - (b.span?.earliest ?? 0) || (a.span?.latest ?? 0) - (b.span?.latest ?? 0));
  let latest = -Infinity;
  const ordered = timed.map((one): Moment => {
    const { earliest, latest: end } = one.span ?? { earliest: 0, latest: 0 };
    const unsure = earliest < latest;
    latest = Math.max(latest, end);
    const after = begun && one.key !== DETAINED && end >= begun.earliest ? { least: Math.max(0, earliest - begun.latest), most: end - begun.earliest } : null;
    return { ...one, after, unsure };
  });
  return [...ordered, ...moments.filter(({ span }) => span === null).map((one) => ({ ...one, after: null, unsure: false }))];
}

function spanIn(text: string, zones: readonly string[]): Moment["span"] {
  try {
    const span = spanOf(parseTime(text), zones);
    return span && span.latest !== null ? { earliest: span.earliest, latest: span.latest } : null;
  } catch {
    return null; // shown in the person's own words
  }
}

/** Whether anything can be computed: a time, or an answer that says by itself how a safeguard was kept, or who examined. Six times "unknown" helps nobody. */
export const saysOfSafeguards = (answers: Iterable<readonly [string, string]>): boolean =>
  [...answers].some(([id, value]) => /^t_(detained|registered|judge|lawyer)$/.test(id) || (["yes", "no"].includes(value) && id.startsWith("judge_asked_")) || (id === "questioned_without" && value === "yes") || /^exams\.\d+\.ex_by$/.test(id));

/** That something has not happened is true of the day on which it was written: what was written later, of something else, does not make that longer. */
export function answeredOn(messages: readonly { day: number; answers: readonly (readonly [string, string])[] }[]): number {
  const newest = new Map(messages.flatMap(({ day, answers }) => answers.map(([id, value]) => [id, { day, value }] as const)));
  const denied = [...newest].filter(([id, { value }]) => OF_SAFEGUARDS.test(id) && NOT_YET.includes(value));
  return denied.length ? Math.min(...denied.map(([, { day }]) => day)) : Math.max(...messages.map(({ day }) => day));
}
