// Who may be named as a reader of a case. Pure.

import { EntryKind, TOUCHES } from "../../../crypto/ts/entry.js";
import { State } from "../../../crypto/ts/workflow.js";
import type { Colleague } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";

/** Reviewers without a deed in the case who must stay among its readers, while there are any: they look again if the person asks. */
const FRESH_EYES = 2;

/** Who has it no more: stepped back, or it is withheld from them now. */
export function goneFrom({ withholdings, entries }: OpenedCase): Set<string> {
  const back = entries.filter(({ kind, verdict }) => kind === EntryKind.recusal && verdict === "counts");
  return new Set([...withholdings.map(({ member }) => member), ...back.map(({ actor }) => actor)]);
}

/** SPEC 8.3: whether somebody did anything in it while it was neither closed nor in review: such a one looks at it again no more. */
export function hasActed({ entries }: Pick<OpenedCase, "entries">, member: string): boolean {
  let rests = false;
  for (const { kind, state, actor, verdict, moved } of entries) {
    if (verdict !== "counts") continue;
    if (TOUCHES.includes(kind) && actor === member && !rests) return true;
    if (moved && (kind === EntryKind.step || kind === EntryKind.approval)) rests = state === State.closed || state === State.review;
  }
  return false;
}

/** What is wrong with these as readers; empty: nothing. */
export function readersFault(opened: OpenedCase, colleagues: readonly Colleague[], ids: readonly string[], own: string): "" | "no_readers" | "no_fresh_eyes" | "not_yourself" {
  const gone = goneFrom(opened);
  const named = colleagues.filter(({ id }) => ids.includes(id) && !gone.has(id));
  if (named.filter(({ role }) => role === "reviewer").length < 2 || !named.some(({ role }) => role === "supervisor")) return "no_readers";
  if (!ids.includes(own)) return "not_yourself"; // SPEC 7.5: whoever makes the new inbox has its key
  const acted = opened.entries.filter(({ kind }) => TOUCHES.includes(kind)).map(({ actor }) => actor);
  const barred = opened.barred.map(({ member }) => member);
  const untouched = (of: readonly Colleague[]): number => of.filter(({ id, role }) => role === "reviewer" && !acted.includes(id) && !barred.includes(id) && !gone.has(id)).length;
  return untouched(named) < Math.min(FRESH_EYES, untouched(colleagues)) ? "no_fresh_eyes" : "";
}
