// What a part of a page that comes later (part-*.ts, a file of its own) has of the page it comes into.

import type { FileKeeper } from "#keeper";
import type * as ui from "./page-ui.js";
import type { Refusal } from "./refusal.js";
import type { call } from "#server";

export type Lent = Pick<typeof ui, "say" | "sayFault" | "fault" | "paint"> & {
  /** As it is now: it changes with the language. */
  page(): ui.PageFacts;
  readonly Refusal: typeof Refusal;
};

/** For the part that handles files. */
export interface LentForFiles {
  readonly call: typeof call;
  readonly FileKeeper: typeof FileKeeper;
}

export let lent: Lent;

export function lend(what: Lent): void {
  lent = what;
}
