// SPEC 8.14: what the person must know in time to object.

import { type Bytes, type Day, equal } from "../../../crypto/ts/encoding.js";
import { type Entry } from "../../../crypto/ts/entry.js";
import { type Place } from "../../../crypto/ts/walk.js";
import { erasableFrom, lapseDays, NOTICE_DAYS, State } from "../../../crypto/ts/workflow.js";

interface Standing {
  readonly place: Pick<Place, "state" | "since" | "until">;
  readonly pending: readonly Pick<Entry, "state" | "day" | "messages">[];
}

/**
 * From which day on two may erase the case; 0 = never, as far as is known now: no proposal holds any more once the person has written, or the work went on,
 * or the years of keeping began anew. `messages`: those received (`messagesHead`).
 */
export function erasingFrom({ place: { state, since, until }, pending }: Standing, messages: Bytes): Day {
  const days = pending.filter((one) => one.state === State.erased && equal(one.messages, messages)).flatMap(({ day }) => {
    const kept = erasableFrom(state, since, until, day);
    const first = Math.max(kept, day + NOTICE_DAYS);
    return kept > 0 && first <= day + lapseDays(State.erased) ? [first] : [];
  });
  return days.length > 0 ? Math.min(...days) : 0;
}
