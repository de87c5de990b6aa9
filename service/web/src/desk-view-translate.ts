// What a translator or an adviser sees: the copied words, and a field for the answer.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";

import type { Desk, Draft, ShownCopy } from "./desk-model.js";
import { copiesLeft } from "./desk-view-left.js";
import { day, fault, languageName, t, tn } from "./desk-words.js";

export interface TranslateActions {
  copyDraft(link: string): Draft;
  writeCopy(link: string, change: Partial<Draft>): void;
  askCopy(link: string): void;
  sendCopy(link: string): void;
  reloadCopies(): void;
}

export function translateView(desk: Desk, act: TranslateActions, languages: [string, string][]): TemplateResult {
  const { loaded, copies, fault: wrong, faultAt, said } = desk.translating;
  return html`<div class="queue copies">
    <h1 tabindex="-1">${t("copies.title")}</h1>
    <p class="help">${t("copies.what")}</p>
    <p role="status">${said ? html`<span class="note">${t("copies.answered")}</span> ` : nothing}${loaded ? (copies.length ? tn("copies.wait", copies.length) : t("copies.none")) : t("copies.loading")}
      <button type="button" class="plain" data-key="reload" @click=${act.reloadCopies}>${t("queue.reload")}</button></p>
    ${wrong && !faultAt ? html`<p class="alarm" role="alert">${fault(wrong.slug, "queue")}</p>` : nothing}
    ${copiesLeft(desk, (link) => act.writeCopy(link, { text: "" }))}
    ${repeat(copies, ({ link }, n) => link || n, (one) => copyView(desk, one, act, languages))}
  </div>`;
}

function copyView(desk: Desk, one: ShownCopy, act: TranslateActions, languages: [string, string][]): TemplateResult {
  const { asking, sending, fault: wrong, faultAt } = desk.translating;
  if (one.fault) return html`<article class="theirs"><p class="broken" role="alert">${fault(one.fault.slug, "case")}</p></article>`;
  const draft = act.copyDraft(one.link);
  const asked = asking === one.link;
  const id = one.link.slice(0, 8);
  return html`
    <article class="theirs" data-copy=${one.link}>
      <header><h2>${t(one.code ? `code.${one.code}` : "copies.copy")}</h2><p>${day(one.day)} · ${t("copies.until", { day: day(one.until) })} · ${languageName(one.language, languages)}</p></header>
      <p class="words" lang=${one.language || nothing} dir="auto">${one.text}</p>
    </article>
    <section class="composer" aria-labelledby="answer-title-${id}">
      <h2 id="answer-title-${id}">${t("copies.answer")}</h2>
      ${wrong && faultAt === one.link ? html`<p class="alarm" role="alert">${fault(wrong.slug, "reply")}</p>` : nothing}
      <label for="answer-${id}" class="unseen">${t("copies.answer")}</label>
      <textarea id="answer-${id}" rows="8" autocomplete="off" lang=${draft.language || nothing} dir="auto" ?readonly=${asked} .value=${live(draft.text)}
        @input=${(event: Event): void => act.writeCopy(one.link, { text: (event.target as HTMLTextAreaElement).value })}></textarea>
      <div class="under"><label>${t("reply.language")}
        <select autocomplete="off" ?disabled=${asked} @change=${(event: Event): void => act.writeCopy(one.link, { language: (event.target as HTMLSelectElement).value })}>
          ${languages.map(([code, name]) => html`<option value=${code} .selected=${live(code === draft.language)}>${name}</option>`)}</select></label>
        ${asked ? nothing : html`<button type="button" class="main" data-ask=${one.link} @click=${(): void => act.askCopy(one.link)}>${t("reply.ask")}</button>`}</div>
      ${asked ? html`<div class="leaving" role="group"><p>${t("copies.leaves")}</p><button type="button" class="main" data-send=${one.link} ?disabled=${sending} @click=${(): void => act.sendCopy(one.link)}>${t(sending ? "leaving.sending" : "leaving.send")}</button>
        <button type="button" class="plain" ?disabled=${sending} @click=${(): void => act.writeCopy(one.link, {})}>${t("leaving.back")}</button></div>` : nothing}
    </section>
  `;
}
