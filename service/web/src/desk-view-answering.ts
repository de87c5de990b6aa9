// What one proposed and another answers: by whom and in which words, the words of an answer, and what kept it from being signed.

import { html, noChange, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import { EntryKind } from "../../../crypto/ts/entry.js";
import type { Deed } from "./desk-calls.js";
import { answerKey, type Desk, fieldHere, MAX_TEXT, type Plan, shortId, textBytes } from "./desk-model.js";
import type { OpenedCase, Waiting } from "./desk-opened.js";
import { isTold, languageOf } from "./desk-spoken.js";
import { nameOf } from "./desk-view-languages.js";
import { day, fault, t, tn } from "./desk-words.js";

const REFUSAL = { kind: EntryKind.refusal, visible: false };

export interface WordActions {
  plan(change: Partial<Plan>): void;
  answerWords(link: string, text: string): void;
}

/** Where the words of a deed are written: of each that waits, by its link, and of the own next step. */
export const wordsId = (link = ""): string => (link ? `deed-text-${link}` : "deed-text");

/** `deed`: what they are the words of; none: a refusal, which staff alone read. */
export function words(desk: Desk, act: WordActions, link = "", label = "deed.why", deed: Pick<Deed, "kind" | "visible"> = REFUSAL): TemplateResult {
  const { plan, cid } = desk.file;
  const text = link ? (desk.reasons.get(answerKey(cid, link)) ?? "") : plan.text;
  const size = textBytes(text);
  const language = languageOf(desk, deed);
  const write = (event: Event): void => {
    const { value } = event.target as HTMLTextAreaElement;
    if (link) act.answerWords(link, value);
    else act.plan({ text: value });
  };
  return html`<label for=${wordsId(link)}>${t(label)}</label>
    <textarea id=${wordsId(link)} rows="4" autocomplete="off" lang=${language} dir="auto" .value=${live(text)} @input=${write}></textarea>
    ${isTold(desk, deed) ? html`<p class="help">${t("deed.language", { language: nameOf(language) })}</p>` : nothing}
    ${size > MAX_TEXT ? html`<p class="late">${tn("reply.over", size - MAX_TEXT)}</p>` : nothing}`;
}

/** Folded away until somebody refuses; whoever began to write finds it open. */
export const refusing = (desk: Desk, act: WordActions, link: string): TemplateResult =>
  html`<details ?open=${fieldHere(desk, link) ? true : noChange}><summary>${t("name.refusing")}</summary>${words(desk, act, link)}</details>`;

/** Beside what it is about, and nowhere else. */
export function problem(desk: Desk, at = ""): TemplateResult | typeof nothing {
  const { doFault } = desk.file;
  return doFault && (doFault.at ?? "") === at ? html`<p class="alarm" role="alert">${fault(doFault.slug, "deed")}</p>` : nothing;
}

/** Who, when, up to which day if it has one, on which ground and in which words. */
export function proposedBy({ entries }: OpenedCase, { link, actor }: Waiting, until = 0): TemplateResult {
  const entry = entries.find((one) => one.link === link);
  return html`<p>${entry?.role ? t(`role.${entry.role}`) : ""} <span class="id">${shortId(actor)}</span> · ${day(entry?.day ?? 0)}${until ? html` · ${t("deed.until", { day: day(until) })}` : nothing}</p>
    ${entry?.code ? html`<p><strong>${t(`code.${entry.code}`)}</strong></p>` : nothing} ${entry?.text ? html`<p class="words" lang=${entry.language || nothing} dir="auto">${entry.text}</p>` : nothing}`;
}

/** `agree`: how that is called; empty: nobody can, and it is refused. */
export function answers(desk: Desk, what: string, agree: string, answer: (agrees: boolean) => void): TemplateResult {
  const sending = desk.file.doing === "sending";
  return html`<p class="row">${agree ? html`<button type="button" class="main" data-key="agree-${what}" ?disabled=${sending} @click=${(): void => answer(true)}>${agree}</button>` : nothing}
    <button type="button" data-key="refuse-${what}" ?disabled=${sending} @click=${(): void => answer(false)}>${t("name.refuse")}</button></p>`;
}
