// Views of the queue with a name. They may hold words out of cases, so they are kept like unsent text: in this page's memory, sealed when it locks.

import type { Desk, SortKey } from "./desk-model.js";

/** The questions of the queue. Empty: everything. */
export type Only = "" | "burns" | "mine" | "nobodys" | "late" | "unanswered" | "dormant";
const ONLY: readonly Only[] = ["burns", "mine", "late", "unanswered", "dormant"];
const OF_UNIT: readonly Only[] = ["burns", "mine", "nobodys", "late", "unanswered", "dormant"];

/** A unit asks for what nobody has, too. */
export const onlyFor = (role: string | undefined): readonly Only[] => (role === "investigator" || role === "supervisor" ? OF_UNIT : ONLY);

export interface SavedView {
  name: string;
  filter: string;
  only: Only;
  sort: SortKey;
  down: boolean;
}

export const MAX_VIEWS = 12; // as many as one row of buttons bears
const LONGEST_NAME = 40; // letters

/** Under its name, in the place of one of that name. False: there is no name, or no room. */
export function saveView(desk: Desk, given: string): boolean {
  const name = given.replace(/\s+/g, " ").trim().slice(0, LONGEST_NAME);
  const others = desk.views.filter((one) => one.name !== name);
  if (!name || others.length >= MAX_VIEWS) return false;
  const { filter, only, sort, down } = desk.queue;
  desk.views = [...others, { name, filter, only, sort, down }];
  desk.queue.naming = "";
  return true;
}

export function applyView(desk: Desk, view: SavedView | null): void {
  const { filter, only, sort, down } = view ?? { filter: "", only: "" as const, sort: "rank" as const, down: false };
  Object.assign(desk.queue, { filter, only, sort, down });
}

export const removeView = (desk: Desk, name: string): void => void (desk.views = desk.views.filter((one) => one.name !== name));

/** Whether the queue shows just what this view says. */
export function isShown({ queue }: Desk, view: SavedView): boolean {
  return queue.filter === view.filter && queue.only === view.only && queue.sort === view.sort && queue.down === view.down;
}
