// What was sealed when the desk locked, and does not open any more.

import { html, nothing, type TemplateResult } from "lit-html";

import { countUnsent, sealedFor } from "./desk-kept.js";
import type { Desk } from "./desk-model.js";
import { tn } from "./desk-words.js";

/** It was sealed to other keys of the member; said beside the list and nowhere else. */
export function unopenedView(desk: Desk): TemplateResult | typeof nothing {
  const left = countUnsent(sealedFor(desk));
  return left && (desk.screen === "queue" || desk.screen === "plain") ? html`<p class="note" id="unopened">${tn("kept.unopened", left)}</p>` : nothing;
}
