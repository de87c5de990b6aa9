// Which entries of a history move the case: to say of a step what it was, where its state is the one that stood before.

import { EntryKind } from "../../../crypto/ts/entry.js";

/** One for each entry, in their order. What stood before the first is not asked: it moves. A proposal moves nothing by itself. */
export function movesIn(entries: readonly { readonly kind: number; readonly state: number }[]): boolean[] {
  let stood = -1;
  return entries.map(({ kind, state }) => {
    const moves = state !== stood;
    if (kind !== EntryKind.proposal) stood = state;
    return moves;
  });
}
