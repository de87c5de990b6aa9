// A case that named readers keep, and one that a member has withheld from another for three days.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import { type Colleague, type Desk, type Plan, shortId } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { goneFrom } from "./desk-readers.js";
import { isCaseworker } from "./desk-roles.js";
import { reasonsOf } from "./desk-view-conflict.js";
import { day, t } from "./desk-words.js";

/** Whether others see that it is there. */
export function keptView({ keeping }: OpenedCase): TemplateResult | typeof nothing {
  if (!keeping.named) return nothing;
  return html`<p class=${keeping.kept ? "quiet" : "note"} id="kept" data-kept=${String(keeping.kept)}>${t(keeping.kept ? "keeping.kept" : "keeping.open")}</p>`;
}

export function withheldView(desk: Desk, { withholdings }: OpenedCase): TemplateResult | typeof nothing {
  if (!withholdings.length) return nothing;
  return html`<div class="note" id="withheld"><h3>${t("withhold.title")}</h3><ul>${withholdings.map((one) => html`<li data-withheld=${one.member}>${named(desk, one.member)}: ${t("withhold.until", { day: day(one.until), by: shortId(one.actor) })}</li>`)}</ul></div>`;
}

/** Those of whom the case can be kept: named where members were named, else whoever may have been drawn. */
function withholdable(desk: Desk, opened: OpenedCase): Colleague[] {
  const named = [...opened.readers, ...(opened.unit?.members ?? [])];
  const gone = goneFrom(opened);
  const drawn = (one: Colleague): boolean => opened.readers.length === 0 && (one.role === "reviewer" || opened.entries.some(({ actor }) => actor === one.id));
  return desk.colleagues.filter((one) => one.id !== desk.member?.id && isCaseworker(one.role) && !gone.has(one.id) && !opened.withheldBefore.includes(one.id) && (named.includes(one.id) || drawn(one)));
}

/** Nobody is chosen beforehand; who has a conflict of interest is marked. */
export function withholdFrom(desk: Desk, opened: OpenedCase, plan: (change: Partial<Plan>) => void): TemplateResult {
  const against = (id: string): readonly string[] => opened.barred.find(({ member }) => member === id)?.reasons ?? [];
  return html`<p>${t("withhold.what")}</p><label for="withhold-from">${t("withhold.from")}</label>
    <select id="withhold-from" autocomplete="off" @change=${(event: Event): void => plan({ members: [(event.target as HTMLSelectElement).value].filter(Boolean) })}>
      <option value="">${t("deed.none")}</option>
      ${withholdable(desk, opened).map((one) => html`<option value=${one.id} .selected=${live(desk.file.plan.members.includes(one.id))}>${t(`role.${one.role}`)}${one.group ? ` · ${one.group}` : ""} ${shortId(one.id)}${against(one.id).length ? ` · ${t("barred.title")}: ${reasonsOf(against(one.id))}` : ""}</option>`)}
    </select>`;
}

/** A member by role and group: the keyring tells no name. Whoever left is in it no more; whoever came back in another role has another id. */
export function named(desk: Desk, id: string): TemplateResult {
  const found = desk.colleagues.find((one) => one.id === id);
  return html`${found ? t(`role.${found.role}`) : t("member.left")}${found?.group ? html` · ${found.group}` : nothing} <span class="id">${shortId(id)}</span>`;
}
