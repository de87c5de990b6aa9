// The own next step as it is planned: what it still lacks, and the deed that it is once it is signed.

import { MAX_COPY_TEXT } from "../../../crypto/ts/box.js";
import { ASK_DAYS, EntryKind, WITHHOLDING_DAYS } from "../../../crypto/ts/entry.js";
import { BY_TWO, isAside, NO_PRIORITY, State } from "../../../crypto/ts/workflow.js";
import type { Deed } from "./desk-calls.js";
import { unmoved } from "./desk-case.js";
import { type Desk, MAX_TEXT, textBytes } from "./desk-model.js";
import { ASK_NAME, COPY_OUT, daysFor, END_HOLD, ERASE_NAME, LEGAL_HOLD, needsFourEyes, OTHER_READERS, OTHER_UNIT, PRIORITY_ALONE, WITHHOLD } from "./desk-plan.js";
import { readersFault } from "./desk-readers.js";
import { routeOf } from "./desk-routing.js";
import { askedToErase } from "./desk-view-erasing.js";

/** The words of a hand-off have less room: they share it with the keys. */
const MAX_WRAP_TEXT = 3000; // SPEC 7.3
const COPY_WAITS = 14; // days that a copy waits for its answer
const HANDS: readonly number[] = [State.assigned, OTHER_READERS, OTHER_UNIT];
const NEEDS_CODE: Readonly<Record<number, true>> = { [State.suspended]: true, [State.determination]: true, [State.withdrawn]: true, [State.outOfScope]: true, [State.referred]: true };

/** What the own next step lacks, as the slug of what is said; empty: it can be signed. */
export function missingIn({ file, colleagues, member, keyring }: Desk): string {
  const { plan, opened } = file;
  const size = textBytes(plan.text.trim());
  if (!opened) return "no_text";
  const { place } = opened;
  const days = daysFor(place, plan.target);
  if ((plan.target === State.triaged || plan.target === PRIORITY_ALONE) && plan.priority === NO_PRIORITY) return "no_priority";
  if ((plan.target in NEEDS_CODE || plan.target === ASK_NAME || plan.target === LEGAL_HOLD) && !plan.code) return "no_code";
  if (BY_TWO.includes(plan.target) && !isAside(place.state) && opened.claimed.length === 0) return "nobody_has_it";
  if (plan.target === State.referred && routeOf(opened, plan.code, keyring?.today ?? 0).fault) return "no_route";
  if (days && !(Number.isInteger(plan.days) && days.least <= plan.days && plan.days <= days.most)) return "no_days";
  if (plan.target === COPY_OUT && plan.members.length !== 1) return "no_copy_reader";
  if (plan.target === COPY_OUT && !plan.code) return "no_code";
  if (plan.target === WITHHOLD && plan.members.length !== 1) return "no_member";
  if (plan.target === OTHER_READERS) {
    const wrong = readersFault(opened, colleagues, plan.members, member?.id ?? "");
    if (wrong) return wrong;
  }
  if (plan.target === State.assigned || plan.target === OTHER_UNIT) {
    const named = colleagues.filter(({ id }) => plan.members.includes(id)).map(({ role }) => role);
    if (named.filter((role) => role === "investigator").length < 2 || !named.includes("supervisor")) return "no_members";
  }
  if (size === 0) return "no_text";
  return size > (HANDS.includes(plan.target) ? MAX_WRAP_TEXT : plan.target === COPY_OUT ? MAX_COPY_TEXT : MAX_TEXT) ? "too_large" : "";
}

/** The own next step as a deed of the case on the table; null where none is read. */
export function plannedIn({ file, keyring }: Desk): Deed | null {
  const { plan, opened } = file;
  if (!opened) return null;
  const { place } = opened;
  const today = keyring?.today ?? 0;
  const until = daysFor(place, plan.target) ? today + plan.days : 0;
  if (plan.target === ASK_NAME) return { ...unmoved(opened, EntryKind.identityAsked), cited: plan.about, code: plan.code, until: today + ASK_DAYS };
  if (plan.target === OTHER_READERS || plan.target === OTHER_UNIT) return { ...unmoved(opened, plan.target === OTHER_UNIT ? EntryKind.unitProposed : EntryKind.readersProposed), members: plan.members };
  if (plan.target === COPY_OUT) return { ...unmoved(opened, EntryKind.copied), code: plan.code, members: plan.members, cited: plan.source || opened.cid, until: today + COPY_WAITS };
  if (plan.target === WITHHOLD) return { ...unmoved(opened, EntryKind.withholding), cited: `${plan.members[0] ?? ""}${"0".repeat(32)}`, until: today + WITHHOLDING_DAYS - 1 };
  if (plan.target === ERASE_NAME) return { ...unmoved(opened, EntryKind.nameErasureProposed), cited: askedToErase(opened) };
  if (plan.target === LEGAL_HOLD || plan.target === END_HOLD) return { ...unmoved(opened, EntryKind.legalHoldProposed), code: plan.code, until };
  const alone = plan.target === PRIORITY_ALONE;
  const state = place.state || State.screening;
  const fourEyes = needsFourEyes(place, plan);
  // the person reads no words of a proposal, but those that say their case is to be erased
  const visible = plan.target === State.erased || (plan.visible && !fourEyes);
  return {
    kind: fourEyes ? EntryKind.proposal : EntryKind.step, state: alone ? state : plan.target, cited: "", visible, code: plan.code, members: plan.members,
    priority: alone || plan.target === State.triaged ? Math.min(plan.priority, NO_PRIORITY) : place.priority, until,
  };
}
