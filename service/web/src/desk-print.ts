// A case on paper: chosen, said what leaves, signed as a note between staff, then printed. Without that the page prints nothing of a case.

import { type TabId } from "./desk-tabs.js";

export interface Printing {
  /** What goes on paper. */
  parts: TabId[];
  ready: boolean;
}

export const PRINTED_CODE = "printed"; // the code of the note that says so
/** What can be printed; evidence stays where it is opened. Notes between staff and tasks do not leave. */
export const PRINTABLE: readonly TabId[] = ["account", "answers", "timeline", "books", "people", "messages", "history"];

export const newPrinting = (): Printing => ({ parts: ["account", "answers", "timeline"], ready: false });

/** Shown on paper until the browser is done with it. */
export function printNow(done: () => void): void {
  document.documentElement.dataset.printing = "case";
  const end = (): void => {
    delete document.documentElement.dataset.printing;
    done();
  };
  window.addEventListener("afterprint", end, { once: true });
  window.print();
}
