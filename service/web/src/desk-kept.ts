// What survives a lock: unsent answers, reasons, plans and lines of unsigned deeds, fields that are half filled, unfinished transcripts, areas chosen, saved views. Each is sealed to its writer's own key (SPEC 7.2) and comes back with it.

import { answerKey, BOOK, DECIDES, type Desk, type Draft, type Lines, PAIR, type Plan, PRINT, type SealedDraft } from "./desk-model.js";
import type { Unsure } from "./desk-once.js";
import { type SavedView } from "./desk-views.js";

/** In the place of a case's id. */
export const VIEWS = "views";
const REASON = "deed ";
const TRANSCRIPT = "said ";
const AREAS = "areas ";
const LINES = "lines ";
const PLAN = "plan ";
const MANY = "many";
const UNSURE = "unsure";
const QUEUE = "queue";
const TASK = "task-"; // fields of a task
/** Of what waits for an answer, where no field is named. */
export const LINK = /^[0-9a-f]{64}$/;

/** Each with its place: the case's id for an answer. */
export function keptOf(desk: Desk): [string, unknown][] {
  const drafts = [...desk.drafts].filter(([, draft]) => draft.text.trim() !== "");
  const reasons = [...desk.reasons].filter(([cid, text]) => text.trim() !== "" && !desk.plans.has(cid)).map(([cid, text]): [string, unknown] => [REASON + cid, text]);
  const transcripts = [...desk.transcripts].filter(([, text]) => text.trim() !== "").map(([key, text]): [string, unknown] => [TRANSCRIPT + key, text]);
  const areas = [...desk.areas].map(([key, chosen]): [string, unknown] => [AREAS + key, chosen]);
  const lines = [...desk.lines].map(([cid, some]): [string, unknown] => [LINES + cid, some]);
  const plans = [...desk.plans].map(([cid, plan]): [string, unknown] => [PLAN + cid, plan]);
  const { members, text, finished, done, total, left, fault } = desk.many;
  const isProposed = finished && done === total && left.length === 0 && fault === "";
  const many: [string, unknown][] = !isProposed && (members.length || text.trim()) ? [[MANY, { members, text }]] : [];
  return [...drafts, ...reasons, ...plans, ...lines, ...transcripts, ...areas, ...many, ...queueOf(desk), ...(desk.unsure.size ? [[UNSURE, [...desk.unsure]] as [string, unknown]] : []), ...(desk.views.length ? [[VIEWS, desk.views] as [string, unknown]] : [])];
}

/** What it is asked for: a filter may be a word out of a case, and so may the name of a view. */
function queueOf({ queue: { filter, naming, only, sort, down } }: Desk): [string, unknown][] {
  const isAsked = filter.trim() !== "" || naming.trim() !== "" || only !== "" || sort !== "rank" || down;
  return isAsked ? [[QUEUE, { filter, naming, only, sort, down }]] : [];
}

export function giveBack(desk: Desk, place: string, what: unknown): void {
  if (place === VIEWS) desk.views = what as SavedView[];
  else if (place === QUEUE) Object.assign(desk.queue, what);
  else if (place === UNSURE) desk.unsure = new Map(what as [string, Unsure[]][]);
  else if (place === MANY) Object.assign(desk.many, what);
  else if (place.startsWith(PLAN)) givePlan(desk, place.slice(PLAN.length), what as Plan);
  else if (place.startsWith(LINES)) desk.lines.set(place.slice(LINES.length), what as Lines);
  else if (place.startsWith(AREAS)) desk.areas.set(place.slice(AREAS.length), what as string);
  else if (place.startsWith(TRANSCRIPT)) desk.transcripts.set(place.slice(TRANSCRIPT.length), what as string);
  else if (place.startsWith(REASON)) desk.reasons.set(place.slice(REASON.length), what as string);
  else desk.drafts.set(place, what as Draft);
}

/** Its words are the reason. */
function givePlan({ plans, reasons }: Desk, cid: string, plan: Plan): void {
  plans.set(cid, plan);
  reasons.set(cid, plan.text);
}

/** All that was begun in the case on the table, and in its files: nothing of it is there any more. */
export function forgetCase(desk: Desk): void {
  const { cid } = desk.file;
  for (const kept of [desk.drafts, desk.lines, desk.plans, desk.unsure, desk.queue.peeks]) kept.delete(cid);
  for (const kept of [desk.reasons, desk.transcripts, desk.areas]) for (const key of [...kept.keys()]) if (key.startsWith(cid)) kept.delete(key);
}

/** Whether somebody began to write in a case, to plan its next step or to make a copy of a file of it, and has not sent, signed or kept it. */
export const isBegun = ({ drafts, reasons, plans, lines, areas, transcripts }: Desk, cid: string): boolean =>
  (drafts.get(cid)?.text.trim() ?? "") !== "" || lines.has(cid) || plans.has(cid) || [...areas.keys()].some((key) => key.startsWith(cid)) || [...transcripts, ...reasons].some(([key, text]) => key.startsWith(cid) && key !== answerKey(cid, BOOK) && text.trim() !== "");

/** As whoever began them would count: an answer, a next step with all that was chosen for it, a decision with its words, the lines and half-filled fields of a case, are one each. A view is none. */
export const countUnsent = (sealed: readonly SealedDraft[]): number => new Set(sealed.flatMap(({ member, cid }) => thingIn(cid).map((thing) => `${member} ${thing}`))).size;

/** The thing that what is kept in a place is part of; none where it is no work. */
export function thingIn(place: string): string[] {
  if ([VIEWS, UNSURE, QUEUE].includes(place)) return [];
  const [kind, rest] = [REASON, PLAN, LINES].flatMap((one) => (place.startsWith(one) ? [[one, place.slice(one.length)] as const] : []))[0] ?? ["", place];
  const [cid = "", ...field] = rest.split(" ");
  if (kind === LINES) return [`${LINES}${cid}`];
  if (kind === "" || !field.length) return [kind === REASON ? `${PLAN}${cid}` : place];
  const what = field.join(" ");
  if (what === BOOK) return []; // which book is open, and nothing in it
  const link = what.startsWith(DECIDES) ? what.slice(DECIDES.length) : what;
  if (what === PAIR || what === PRINT) return [place];
  return [LINK.test(link) ? `${REASON}${cid} ${link}` : what.startsWith(TASK) ? `${TASK}${cid}` : `${LINES}${cid}`];
}

/** What is sealed of whoever is signed in: once they are, what did not open with their keys. */
export const sealedFor = ({ sealed, member }: Desk): SealedDraft[] => sealed.filter((one) => one.member === member?.id);
