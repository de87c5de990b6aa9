// What the person allowed in a later message, scope by scope: what counts today, what they wrote, and what it waits for (SPEC 5.13).

import { html, nothing, type TemplateResult } from "lit-html";

import { type Consent, type Consents, PREFIX, type Wait } from "./desk-consent.js";
import { linesOf } from "./desk-forms.js";
import { answersOf, type OpenedCase } from "./desk-opened.js";
import { waitsFor } from "./desk-referral.js";
import { day, has, t } from "./desk-words.js";

const lacking = ({ lacks, until }: Wait): string => t(`consent.lacks.${lacks}`, { day: day(until) });

/** What the narrowest of them waits for: with that it would be another answer. */
const firstOf = (waits: readonly Wait[]): string => waits.slice(0, 1).map(lacking).join("");

/** Beside a body that may not have it yet. */
export const referralWait = (target: string, consents: Consents): string => firstOf(waitsFor(target, consents));
export const scopeWait = (scope: string, consents: Consents): string => firstOf(consents.get(scope)?.waits ?? []);

/** What counts of it today, and each wider answer with what it lacks, a line each. */
const linesFor = ({ level, since, urgent, waits }: Consent): string[] => [
  `${t("consent.counts")}: ${t(`paper.level.${level}`)}${since ? ` (${t("consent.since", { day: day(since) })})` : urgent ? ` (${t("consent.urgent")})` : ""}`,
  ...waits.map((wait) => `${t("consent.wrote")}: ${t(`paper.level.${wait.level}`)}. ${lacking(wait)}`),
];

/** Before anything leaves by it somebody asks whether they were made to write that. What has come to count stays said, with its day. */
export function widened({ consents, messages }: OpenedCase): TemplateResult | typeof nothing {
  const labels = new Map(linesOf(answersOf(messages)).map(({ key, label }) => [key, label]));
  const nameOf = (scope: string): string => {
    const [key, label] = [PREFIX + scope, labels.get(PREFIX + scope) ?? ""];
    return label && label !== key ? label : has(`paper.for.${scope}`) ? t(`paper.for.${scope}`) : key; // a form that has not come, or was not asked
  };
  const alike = new Map<string, string[]>(); // what is the same of several is said once
  for (const [scope, one] of consents) {
    const said = linesFor(one).join("\n");
    if (one.since > 0 || one.urgent || one.waits.length > 0) alike.set(said, [...(alike.get(said) ?? []), nameOf(scope)]);
  }
  if (!alike.size) return nothing;
  return html`<div class="note" id="widened"><h2>${t("case.widened")}</h2><p>${t("case.widened.why")}</p>
    <ul class="points">${[...alike].map(([said, names]) => html`<li><strong>${names.join("; ")}</strong>${said.split("\n").map((line) => html`<br>${line}`)}</li>`)}</ul></div>`;
}
