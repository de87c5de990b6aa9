// Who is barred from a case and why, and what a reviewer says is implicated in it.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import { choicesOf } from "./desk-forms.js";
import { type Desk, fieldHere, linesHere, shortId } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { readsIntake } from "./desk-roles.js";
import { problem } from "./desk-view-answering.js";
import { t, tn } from "./desk-words.js";

export interface ConflictActions {
  setCoding(lines: string[]): void;
  missing(at: string): void;
  code(): void;
  answerWords(field: string, text: string): void;
}

const KINDS = ["agency", "region", "unit", "name", "member"];

export const reasonsOf = (reasons: readonly string[]): string => reasons.map((reason) => t(`barred.${reason}`)).join("; ");

export function conflictView(desk: Desk, opened: OpenedCase, act: ConflictActions): TemplateResult | typeof nothing {
  if (!readsIntake(desk.member?.role) || opened.chainFault) return nothing;
  const known = desk.colleagues.filter(({ id }) => opened.barred.some(({ member }) => member === id));
  return html`
    <section id="conflicts" aria-labelledby="conflicts-title">
      <h3 id="conflicts-title">${t("conflict.title")}</h3>
      ${known.length
        ? html`<ul>${known.map(({ id, role, group }) => html`<li data-barred=${id}>${t(`role.${role}`)}${group ? html` · ${group}` : nothing} <span class="id">${shortId(id)}</span>: ${reasonsOf(opened.barred.find(({ member }) => member === id)?.reasons ?? [])}</li>`)}</ul>`
        : html`<p class="quiet">${t("conflict.none")}</p>`}
      <p class="help">${t("conflict.how")}</p>
      ${opened.coded ? html`<p>${t("conflict.coded")}</p><ul>${opened.coded.split("\n").map((line) => html`<li>${shownLine(line)}</li>`)}</ul>` : nothing}
      ${desk.member?.role === "reviewer" ? coding(desk, act) : nothing}
    </section>
  `;
}

export function shownLine(line: string): string {
  const at = line.indexOf(":");
  const kind = line.slice(0, at);
  const value = line.slice(at + 1).trim();
  const named = choicesOf(kind).find(([id]) => id === value)?.[1] ?? value;
  return KINDS.includes(kind) ? `${t(`conflict.${kind}`)}: ${named}` : line;
}

/** A line at a time; all of them are signed together. */
export function coding(desk: Desk, act: ConflictActions): TemplateResult {
  const { doing } = desk.file;
  const { coding: lines } = linesHere(desk);
  const add = (kind: string, field: HTMLInputElement | HTMLSelectElement): void => {
    const value = field.value.replace(/\s+/g, " ").trim();
    if (!value) return act.missing("conflict");
    act.setCoding([...lines, `${kind}: ${value}`]);
    act.answerWords(`code-${kind}`, "");
  };
  const offered = (kind: string): readonly (readonly [string, string])[] =>
    kind === "member" ? desk.colleagues.map(({ id, role, group }) => [id, [t(`role.${role}`), group, shortId(id)].filter(Boolean).join(" · ")] as const) : choicesOf(kind);
  const row = (kind: string): TemplateResult => {
    const choices = offered(kind);
    const begun = fieldHere(desk, `code-${kind}`);
    const keep = (event: Event): void => act.answerWords(`code-${kind}`, (event.target as HTMLInputElement).value);
    const field = choices.length
      ? html`<select id=${`code-${kind}`} autocomplete="off" @change=${keep}><option value="">${t("deed.none")}</option>${choices.map(([id, label]) => html`<option value=${id} .selected=${live(id === begun)}>${label}</option>`)}</select>`
      : html`<input id=${`code-${kind}`} autocomplete="off" maxlength="200" .value=${live(begun)} @input=${keep} />`;
    return html`<label for=${`code-${kind}`}>${t(`conflict.${kind}`)}</label><p class="row">${field}
      <button type="button" data-code=${kind} @click=${(event: Event): void => add(kind, (event.currentTarget as HTMLElement).previousElementSibling as HTMLInputElement)}>${t("conflict.add")}</button></p>`;
  };
  return html`<details id="coding" ?open=${lines.length > 0 || KINDS.some((kind) => fieldHere(desk, `code-${kind}`))}><summary>${t("conflict.say")}</summary>
    ${KINDS.map(row)}
    ${lines.length ? html`<ul>${lines.map((line, n) => html`<li>${shownLine(line)} <button type="button" class="plain" @click=${(): void => act.setCoding(lines.filter((_, at) => at !== n))}>${t("conflict.remove")}</button></li>`)}</ul>
      <button type="button" class="main" id="code" ?disabled=${doing === "sending"} @click=${act.code}>${tn("conflict.sign", lines.length)}</button>` : nothing} ${problem(desk, "conflict")}
  </details>`;
}
