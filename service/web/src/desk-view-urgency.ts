// What the answers say of how urgent a case is, before anybody sets it, and how long there is until somebody is sent away.

import { html, nothing, type TemplateResult } from "lit-html";

import { NO_PRIORITY } from "../../../crypto/ts/workflow.js";
import { shownTime } from "../../../intake_forms/ts/reading.js";
import type { Desk } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { inUtc, minuteOf, type Urgency, urgencyOf } from "./desk-urgency.js";
import { isoDay, number, t } from "./desk-words.js";

const HOUR = 60;

/** In the head: only what is more urgent than was set, and always the way to the day of being sent away. */
export function urgencyInHead(desk: Desk, opened: OpenedCase): TemplateResult | typeof nothing {
  const found = urgencyOf(opened.messages, minuteOf(desk.keyring?.today ?? 0));
  return html`${found.priority < opened.place.priority ? reasonsView(found) : nothing}${removalView(found)}`;
}

/** Where the priority is chosen. */
export function urgencyWhereChosen(desk: Desk, opened: OpenedCase): TemplateResult | typeof nothing {
  return reasonsView(urgencyOf(opened.messages, minuteOf(desk.keyring?.today ?? 0)));
}

function reasonsView({ priority, reasons }: Urgency): TemplateResult | typeof nothing {
  if (priority === NO_PRIORITY) return nothing;
  return html`<p class="urgency-told" data-least=${priority}><span class="urgency p${priority}">P${priority}</span> ${t("urgency.least")} ${reasons.map(({ id }) => t(`urgency.${id}`)).join("; ")}. <span class="quiet small-print">${t("urgency.help")}</span></p>`;
}

function removalView({ removal }: Urgency): TemplateResult | typeof nothing {
  if (!removal) return nothing;
  const hours = (minutes: number): string => number(Math.floor(minutes / HOUR));
  const { text, span, least, most } = removal;
  const when = { local: shownTime(text, (word) => t(`value.${word}`), isoDay), utc: inUtc(span) };
  return html`<p class="late" id="removal">${hours(least) === hours(most) ? t("urgency.in", { hours: hours(least), ...when }) : t("urgency.between", { least: hours(least), most: hours(most), ...when })}</p>`;
}
