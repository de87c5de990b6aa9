// What the page says of an opened mailbox, as keys of its words. It knows no document.

import type { Opened, Step } from "./worker-calls.js";

// SPEC 8.1
const [SCREENING, WITHDRAWN, ERASED] = [1, 13, 17];
const [STEP, PROPOSAL, APPROVAL] = [5, 6, 7];

/** What the person wished has come to its end: its last day to think again is past. */
const over = ({ state, until, today }: Opened): boolean => state === WITHDRAWN && until < today;

/** A step with its reason is an answer too. */
const answered = ({ acknowledged, replies }: Opened): boolean => acknowledged || replies.length > 0;

export function stateKey(box: Opened): string {
  if (box.state === SCREENING && answered(box)) return "state_answered";
  return over(box) ? "state13_over" : `state${box.state}`;
}

/** When something follows, then what the person may do. A day to think again is the person's own: nothing of ours is late on it. */
export function nextKeys(box: Opened): string[] {
  const { state, due, today } = box;
  if (state === ERASED) return [];
  const dated = due > 0 && state > SCREENING && state !== WITHDRAWN;
  return [...(dated ? [due < today ? "next_late" : "next_by"] : []), answered(box) ? "next_answered" : "next_wait"];
}

/**
 * Whether a wish to stop can be taken back: once the withdrawal is signed, until its last day; before it is signed, in the visit in which it was sent. `wished`: since this code was entered;
 * the mailbox does not tell a hold that the person wished from one that staff set.
 */
export const mayResume = (box: Opened, wished: boolean): boolean => box.state === WITHDRAWN ? !over(box) : wished && box.state !== ERASED;

export function didKey({ kind, state, moved, free }: Step): string {
  if (kind === PROPOSAL && state === ERASED) return "did_erase";
  if (kind === STEP || kind === APPROVAL) return moved ? `state${state}` : "did_priority";
  return `did${kind}${free ? "_free" : ""}`;
}
