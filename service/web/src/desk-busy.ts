// Whether the desk is at something that ends by itself: until then what is shown may change without a hand.

import type { Desk } from "./desk-model.js";

/** Of the screen that is shown: a case is being read, something in it signed or sent, a list fetched and tried, a copy answered. */
export function isBusy({ screen, door, queue, many, translating, file }: Desk): boolean {
  switch (screen) {
    case "checking":
      return true;
    case "door":
      return door.busy !== "";
    case "queue":
      return queue.loading > 0 || many.running || [...queue.tried].some((cid) => !queue.peeks.has(cid));
    case "case":
      return file.loading || file.recording || file.doing === "sending" || file.sending === "sending" || file.fetching !== "" || file.goesOut.size > 0 || file.exporting;
    case "plain":
      return translating.sending;
    case "refused":
      return false;
  }
}
