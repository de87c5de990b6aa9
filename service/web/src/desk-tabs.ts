// The tabs of a case: their order, their keys, and who has which.

import type { Desk } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { CASEWORKERS, INTAKE, type Role } from "./desk-roles.js";

const TAB_IDS = ["account", "answers", "timeline", "books", "people", "evidence", "messages", "notes", "tasks", "conflict", "history"] as const;
export type TabId = (typeof TAB_IDS)[number];

/** Where the answer and the next step stand below what is read. */
export const ANSWERS_IN: readonly TabId[] = ["account", "messages", "notes"];
export const DEEDS_IN: readonly TabId[] = ["account", "tasks"];

const ONLY_FOR: Partial<Record<TabId, readonly Role[]>> = { books: CASEWORKERS, conflict: INTAKE };

/** What this member finds in an open case. A custodian reads no account. */
export function tabsOf({ member }: Desk, opened: OpenedCase): TabId[] {
  const role = member?.role ?? "oversight";
  if (role === "custodian") return ["history"];
  const broken = opened.chainFault !== null;
  return TAB_IDS.filter((id) => (ONLY_FOR[id] ?? [role]).includes(role) && !(broken && id in ONLY_FOR));
}

/** 1 to 9, and 0 for the tenth: the place of a key among the tabs; -1 for another key. */
export const placeOf = (key: string): number => (/^[0-9]$/.test(key) ? (Number(key) + 9) % 10 : -1);
