// What survives a lock: unsent answers, reasons, plans and lines of unsigned deeds, fields that are half filled, unfinished transcripts, saved views. Each is sealed to its writer's own key (SPEC 7.2) and comes back with it.

import type { Desk, Draft, Lines, Plan, SealedDraft } from "./desk-model.js";
import { type SavedView } from "./desk-views.js";

/** In the place of a case's id. */
export const VIEWS = "views";
const REASON = "deed ";
const TRANSCRIPT = "said ";
const LINES = "lines ";
const PLAN = "plan ";
const MANY = "many";

/** Each with its place: the case's id for an answer. */
export function keptOf(desk: Desk): [string, unknown][] {
  const drafts = [...desk.drafts].filter(([, draft]) => draft.text.trim() !== "");
  const reasons = [...desk.reasons].filter(([cid, text]) => text.trim() !== "" && !desk.plans.has(cid)).map(([cid, text]): [string, unknown] => [REASON + cid, text]);
  const transcripts = [...desk.transcripts].filter(([, text]) => text.trim() !== "").map(([upload, text]): [string, unknown] => [TRANSCRIPT + upload, text]);
  const lines = [...desk.lines].map(([cid, some]): [string, unknown] => [LINES + cid, some]);
  const plans = [...desk.plans].map(([cid, plan]): [string, unknown] => [PLAN + cid, plan]);
  const { members, text, finished, done, total, left, fault } = desk.many;
  const isProposed = finished && done === total && left.length === 0 && fault === "";
  const many: [string, unknown][] = !isProposed && (members.length || text.trim()) ? [[MANY, { members, text }]] : [];
  return [...drafts, ...reasons, ...plans, ...lines, ...transcripts, ...many, ...(desk.views.length ? [[VIEWS, desk.views] as [string, unknown]] : [])];
}

export function giveBack(desk: Desk, place: string, what: unknown): void {
  if (place === VIEWS) desk.views = what as SavedView[];
  else if (place === MANY) Object.assign(desk.many, what);
  else if (place.startsWith(PLAN)) givePlan(desk, place.slice(PLAN.length), what as Plan);
  else if (place.startsWith(LINES)) desk.lines.set(place.slice(LINES.length), what as Lines);
  else if (place.startsWith(TRANSCRIPT)) desk.transcripts.set(place.slice(TRANSCRIPT.length), what as string);
  else if (place.startsWith(REASON)) desk.reasons.set(place.slice(REASON.length), what as string);
  else desk.drafts.set(place, what as Draft);
}

/** Its words are the reason. */
function givePlan({ plans, reasons }: Desk, cid: string, plan: Plan): void {
  plans.set(cid, plan);
  reasons.set(cid, plan.text);
}

/** Whether somebody began to write in a case, or to plan its next step, and has not sent or signed it. */
export const isBegun = ({ drafts, reasons, plans, lines }: Desk, cid: string): boolean =>
  (drafts.get(cid)?.text.trim() ?? "") !== "" || lines.has(cid) || plans.has(cid) || [...reasons].some(([key, text]) => key.startsWith(cid) && text.trim() !== "");

/** Texts that somebody wrote and nobody has; a view is none. */
export const countUnsent = (sealed: readonly SealedDraft[]): number => sealed.filter(({ cid }) => cid !== VIEWS).length;

/** What is sealed of whoever is signed in: once they are, what did not open with their keys. */
export const sealedFor = ({ sealed, member }: Desk): SealedDraft[] => sealed.filter((one) => one.member === member?.id);
