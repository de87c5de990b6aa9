// What oversight sees.

import { html, nothing, type TemplateResult } from "lit-html";

import type { Desk } from "./desk-model.js";
import { fault, number, t, tn } from "./desk-words.js";

/** Numbers alone: nobody can be found by them. */
export function oversightView(desk: Desk): TemplateResult {
  const { counts, integrity, queue } = desk;
  const few = (n: number | null | undefined): TemplateResult | string => (n === null || n === undefined ? html`<span class="quiet">${t("oversight.under")}</span>` : number(n));
  return html`<div class="queue overseen">
    <h1 tabindex="-1">${t("oversight.title")}</h1>
    ${queue.fault ? html`<p class="alarm" role="alert">${fault(queue.fault.slug, "queue")}</p>` : nothing}
    <p class=${integrity?.broken ? "alarm" : "note"} role="status">${integrity ? (integrity.broken ? tn("oversight.broken", integrity.broken) : integrity.histories === null ? t("oversight.hold_few") : tn("oversight.hold", integrity.histories)) : t("oversight.verifying")}</p>
    <p class="help">${t("oversight.why")}</p>
    ${counts ? html`<h2 id="by-state">${t("oversight.states")}</h2>
      <table role="table" class="plain-table" aria-labelledby="by-state"><thead><tr><th scope="col">${t("column.state")}</th><th scope="col">${t("oversight.cases")}</th><th scope="col">${t("oversight.overdue")}</th></tr></thead>
      <tbody>${Object.keys(counts.states).map((name, i) => html`<tr><th scope="row">${t(`state.${i}`)}</th><td>${few(counts.states[name])}</td><td>${few(counts.overdue[name])}</td></tr>`)}</tbody></table>
      <dl class="facts" id="dormant"><div><dt>${t("oversight.dormant")}</dt><dd>${few(counts.dormant)}</dd></div></dl>
      <h2>${t("oversight.units")}</h2>
      <dl class="facts" id="overdue-units">${Object.entries(counts.units).map(([unit, late]) => html`<div><dt>${unit}</dt><dd class=${isTold(late) ? "" : "quiet"}>${lateIn(late)}</dd></div>`)}</dl>
      <h2>${t("oversight.deeds")}</h2>
      <dl class="facts">${Object.entries(counts.deeds).map(([name, n]) => html`<div><dt>${t(`oversight.deed.${name}`)}</dt><dd>${few(n)}</dd></div>`)}</dl>
      <h2>${t("oversight.more")}</h2>
      <p>${t("oversight.more.why")}</p>
      ${counts.more.broken ? html`<p class="alarm">${tn("oversight.more.broken", counts.more.broken)}</p>` : nothing}
      <dl class="facts" id="more-counts">${(["asked", "agreed", "refused", "cases"] as const).map((name) => html`<div><dt>${t(`oversight.more.${name}`)}</dt><dd>${number(counts.more[name])}</dd></div>`)}</dl>
      <h2>${t("oversight.sample")}</h2>
      <p>${t("oversight.sample.why")}</p>
      <dl class="facts" id="sample">${Object.entries(counts.sample).map(([name, n]) => html`<div><dt>${t(`oversight.sample.${name}`)}</dt><dd>${few(n)}</dd></div>`)}</dl>` : nothing}
  </div>`;
}

const isTold = (late: Record<string, number | null>): boolean => Object.values(late).some((n) => n !== null);

/** What may be told of a unit, by state; the states whose numbers are not told are left out. */
function lateIn(late: Record<string, number | null>): string {
  if (!isTold(late)) return t("oversight.none_told");
  return Object.values(late).flatMap((n, state) => (n === null ? [] : `${t(`state.${state}`)}: ${number(n)}`)).join("; ");
}
