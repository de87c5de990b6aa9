// Who did it, as the person tells it, and what reviewers coded as implicated: claims, not findings.

import { html, nothing, type TemplateResult } from "lit-html";

import type { Line } from "../../../intake_forms/ts/reading.js";
import { linesOf } from "./desk-forms.js";
import type { OpenedCase } from "./desk-opened.js";
import { shownLine } from "./desk-view-conflict.js";
import { number, t } from "./desk-words.js";

const PERSON = /^(?:perp\.(\d+)\.)?p_\w+$/;

export function peopleView(opened: OpenedCase): TemplateResult {
  const people = peopleIn(opened);
  return html`
    <p class="origin told-by">${t("origin.told")}</p>
    ${people.length ? people.map((lines, n) => html`<article class="theirs perpetrator"><header><h3>${t("people.title")} ${number(n + 1)}</h3></header><dl class="facts">${lines.map((line) => html`<div><dt>${line.label}</dt><dd class="words" dir="auto">${line.value}</dd></div>`)}</dl></article>`)
      : html`<p class="quiet">${t("people.none")}</p>`}
    ${opened.coded ? html`<section><h3>${t("conflict.coded")}</h3><ul class="points">${opened.coded.split("\n").map((line) => html`<li>${shownLine(line)}</li>`)}</ul></section>` : nothing}
  `;
}

/** The lines of each person told of, in the order of the form. */
export function peopleIn(opened: OpenedCase): Line[][] {
  const rows = new Map<string, Line[]>();
  opened.messages.forEach(({ answers }, n) => {
    for (const line of linesOf(answers)) {
      const found = PERSON.exec(line.key);
      const row = `${n} ${found?.[1] ?? ""}`;
      if (found) rows.set(row, [...(rows.get(row) ?? []), line]);
    }
  });
  return [...rows.values()];
}
