// What survives a lock: unsent answers, reasons and lines of unsigned deeds, unfinished transcripts, saved views. Each is sealed to its writer's own key (SPEC 7.2) and comes back with it.

import type { Desk, Draft, Lines, SealedDraft } from "./desk-model.js";
import { type SavedView } from "./desk-views.js";

/** In the place of a case's id. */
export const VIEWS = "views";
const REASON = "deed ";
const TRANSCRIPT = "said ";
const LINES = "lines ";

/** Each with its place: the case's id for an answer. */
export function keptOf(desk: Desk): [string, unknown][] {
  const drafts = [...desk.drafts].filter(([, draft]) => draft.text.trim() !== "");
  const reasons = [...desk.reasons].filter(([, text]) => text.trim() !== "").map(([cid, text]): [string, unknown] => [REASON + cid, text]);
  const transcripts = [...desk.transcripts].filter(([, text]) => text.trim() !== "").map(([upload, text]): [string, unknown] => [TRANSCRIPT + upload, text]);
  const lines = [...desk.lines].map(([cid, some]): [string, unknown] => [LINES + cid, some]);
  return [...drafts, ...reasons, ...lines, ...transcripts, ...(desk.views.length ? [[VIEWS, desk.views] as [string, unknown]] : [])];
}

export function giveBack(desk: Desk, place: string, what: unknown): void {
  if (place === VIEWS) desk.views = what as SavedView[];
  else if (place.startsWith(LINES)) desk.lines.set(place.slice(LINES.length), what as Lines);
  else if (place.startsWith(TRANSCRIPT)) desk.transcripts.set(place.slice(TRANSCRIPT.length), what as string);
  else if (place.startsWith(REASON)) desk.reasons.set(place.slice(REASON.length), what as string);
  else desk.drafts.set(place, what as Draft);
}

/** Texts that somebody wrote and nobody has; a view is none. */
export const countUnsent = (sealed: readonly SealedDraft[]): number => sealed.filter(({ cid }) => cid !== VIEWS).length;
