// Answers to the forms beside what is computed from them, and what is for reviewers only.

import { html, nothing, type TemplateResult } from "lit-html";

import { countersView, findingsView, isAssessed, limitationView } from "./desk-findings.js";
import { linesOf } from "./desk-forms.js";
import type { OpenedCase } from "./desk-opened.js";
import { OWN_WORDS } from "./desk-paper.js";
import { DO_NOT } from "./desk-view-alarms.js";
import { lineView, sectionsView } from "./desk-view-lines.js";
import { isAccount } from "./desk-view-messages.js";
import { t } from "./desk-words.js";

/** What the person answered stands on one side, what follows from it on the other: they are never mixed. */
export function answersView(opened: OpenedCase, languages: [string, string][]): TemplateResult {
  const computed = computedView(opened);
  return html`<div class="beside">
    <div class="told"><p class="origin told-by">${t("origin.told")}</p>${toldView(opened, languages)}</div>
    <div class="computed"><p class="origin computed-by">${t("origin.computed")}</p>${computed.length ? computed : html`<p class="quiet">${t("answers.no_findings")}</p>`} ${isAssessed(opened) ? nothing : limitationView(opened)}</div>
  </div>`;
}

export const computedView = (opened: OpenedCase, id?: string): TemplateResult[] => [countersView(opened), findingsView(opened, id)].filter((one) => one !== nothing) as TemplateResult[];

export function toldView(opened: OpenedCase, languages: [string, string][]): TemplateResult {
  const told = opened.messages.filter((message, i) => isAccount(message, i) && !message.fault).map((message) => {
    const ofIntake = new Set(message.intake.map(([id]) => id));
    const lines = linesOf([...message.answers.filter(([id]) => !OWN_WORDS.includes(id)), ...message.intake]).filter(({ section }) => section);
    const intake = lines.filter(({ key }) => ofIntake.has(key) && !DO_NOT.includes(key));
    return html`${sectionsView(lines.filter(({ key }) => !ofIntake.has(key)), message, languages)}
      ${intake.length ? html`<section class="intake"><h3>${t("page.intake")}</h3><dl class="facts">${intake.map((line) => lineView(line, message, languages))}</dl></section>` : nothing}`;
  });
  const any = opened.messages.some(({ answers, intake }) => linesOf([...answers, ...intake]).some(({ section }) => section));
  return html`${any ? told : html`<p class="quiet">${t("answers.none")}</p>`}`;
}
