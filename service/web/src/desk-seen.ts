// Who has seen a case: what the signed history itself says. Pure.

import { EntryKind } from "../../../crypto/ts/entry.js";
import type { OpenedCase } from "./desk-opened.js";

export interface Seen {
  member: string;
  role: string;
  /** The days of the first and the last entry that shows it. */
  first: number;
  last: number;
  /** Messages that were there at the last of them. */
  messages: number;
  /** Signed an opening; else it follows from another deed. */
  opened: boolean;
}

/** One line a member, in the order of first sight. An entry that does not hold shows nothing. */
export function seenBy(opened: OpenedCase): Seen[] {
  const found = new Map<string, Seen>();
  for (const { actor, role, day, count, kind, verdict } of opened.entries) {
    if (verdict !== "counts" || !actor) continue;
    const before = found.get(actor) ?? { member: actor, role, first: day, last: day, messages: 0, opened: false };
    found.set(actor, { ...before, first: Math.min(before.first, day), last: Math.max(before.last, day), messages: Math.max(before.messages, count), opened: before.opened || kind === EntryKind.opened });
  }
  return [...found.values()];
}

/** Of those who hold a key to it by two signatures, who has signed nothing yet. The first readers are drawn in secret: nobody can list them. */
export function notYet(opened: OpenedCase): string[] {
  const seen = new Set(seenBy(opened).map(({ member }) => member));
  return [...new Set([...opened.readers, ...(opened.unit?.members ?? [])])].filter((id) => !seen.has(id));
}
