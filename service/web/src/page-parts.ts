// Long words go in parts, one after the other: the field keeps what has not arrived, and the page says so.

import { el, field, filled, write } from "./page-dom.js";
import { say } from "./page-ui.js";
import { countParts, restOf } from "./word-parts.js";

/** The first part has arrived: the field keeps the others. */
export function dropFirst(id: string): void {
  field(id).value = restOf(field(id).value);
}

/** Tells it before the words of this field are sent. */
export function paintParts(id: string): void {
  const n = countParts(field(id).value);
  write("sum-parts", n > 1 ? say("parts", { n }) : "");
}

/** Whether something of it is still in the field, which the page offers to send. */
export function paintRest(id: string, sent: boolean): boolean {
  const rest = sent && filled(field(id).value);
  el("rest").hidden = !rest;
  return rest;
}
