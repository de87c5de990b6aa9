// To copy a part of a case for a translator or an adviser: who gets it, what for, and exactly which words leave.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import type { Line } from "../../../intake_forms/ts/reading.js";
import { linesOf } from "./desk-forms.js";
import { readersFirst } from "./desk-languages.js";
import { OWN_WORDS } from "./desk-paper.js";
import { readsLabel } from "./desk-view-languages.js";
import { type Desk, type Plan, shortId } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { reasonsOf } from "./desk-view-conflict.js";
import { day, has, number, t } from "./desk-words.js";

const READS_COPIES: readonly string[] = ["translator", "adviser"];

/** What a copy is for. */
export const COPY_PURPOSES: readonly string[] = ["translate", "medical", "legal"];

/** The words stand in the deed's own field, so that whoever signs reads what leaves and takes out what must not. */
export function copyFor(desk: Desk, opened: OpenedCase, change: (plan: Partial<Plan>) => void): TemplateResult {
  const { plan } = desk.file;
  const against = (id: string): readonly string[] => opened.barred.find(({ member }) => member === id)?.reasons ?? [];
  const parts = opened.messages.flatMap(({ cid, answers }, i) => partsOf(answers).map(({ key, label, value, row }) => ({ cid, value, label: `${i + 1} · ${has(`answer.${key}`) ? t(`answer.${key}`) : label}${row ? ` · ${number(row)}` : ""}` })));
  const add = (event: Event): void => {
    const select = event.target as HTMLSelectElement;
    const part = parts[Number(select.value)];
    select.value = "";
    if (part) change({ text: [plan.text.trim(), part.value].filter(Boolean).join("\n\n"), source: part.cid });
  };
  return html`<p>${t("copy.what")}</p>
    <label for="copy-to">${t("copy.to")}</label>
    <select id="copy-to" autocomplete="off" @change=${(event: Event): void => change({ members: [(event.target as HTMLSelectElement).value].filter(Boolean) })}>
      <option value="">${t("deed.none")}</option>
      ${readersFirst(opened, desk.colleagues.filter(({ role }) => READS_COPIES.includes(role))).map((one) => html`<option value=${one.id} .selected=${live(plan.members.includes(one.id))} ?disabled=${against(one.id).length > 0}>${t(`role.${one.role}`)} ${shortId(one.id)}${readsLabel(opened, one)}${against(one.id).length ? ` · ${t("barred.title")}: ${reasonsOf(against(one.id))}` : ""}</option>`)}
    </select>
    <label for="copy-part">${t("copy.part")}</label>
    <select id="copy-part" autocomplete="off" @change=${add}><option value="">${t("deed.none")}</option>${parts.map(({ label }, i) => html`<option value=${i}>${label}</option>`)}</select>`;
}

/** The own words first, then the answers as they were asked, in words. */
function partsOf(answers: readonly (readonly [string, string])[]): Line[] {
  const lines = linesOf(answers).filter(({ value }) => value.trim());
  const isOwn = ({ key }: Line): boolean => OWN_WORDS.includes(key);
  return [...lines.filter(isOwn), ...lines.filter((line) => !isOwn(line))];
}

/** Those that wait for an answer. */
export function copiesView({ copies }: OpenedCase): TemplateResult | typeof nothing {
  if (!copies.length) return nothing;
  return html`<section id="copies-out"><h2>${t("copy.waiting")}</h2><ul>${copies.map((one) => html`<li>${one.role ? t(`role.${one.role}`) : t("member.left")} <span class="id">${shortId(one.member)}</span> · ${t("copies.until", { day: day(one.until) })}</li>`)}</ul></section>`;
}
