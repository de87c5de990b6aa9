// The person's languages: what each is for, and where readers are chosen who declared to read it, with a warning where nobody known does.

import { html, nothing, type TemplateResult } from "lit-html";

import { choicesOf } from "./desk-forms.js";
import { couldRead, type Needed, neededFor, readOf, unreadIn } from "./desk-languages.js";
import { type Colleague, type Desk, shortId } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { languageName, t } from "./desk-words.js";

/** In the form's words, once they have come: no browser knows them all. */
export const nameOf = (language: string): string => languageName(language, [...choicesOf("language"), ...choicesOf("reply_language")]);

/** Beside a name in a list: what speaks for choosing it. */
export function readsLabel(opened: OpenedCase, one: Colleague): string {
  const read = readOf(opened, one);
  return read.length ? ` · ${t("language.reads", { language: read.map(nameOf).join(", ") })}` : "";
}

/** What the person writes, speaks and wishes to read, a line each; and of which no reader is known. */
export function languagesView(desk: Desk, opened: OpenedCase): TemplateResult {
  const unread = unreadIn(desk, opened).map(([use]) => use);
  const needed = neededFor(opened);
  const named = ([use, language]: Needed): string => (use === "writes" ? nameOf(language) : t(`language.${use}`, { language: nameOf(language) }));
  return html`${needed.map((one, i) => html`${i ? html`<br />` : nothing}${named(one)}${unread.includes(one[0]) ? html` <span class="late">${t("language.unread")}</span>` : nothing}`)}`;
}

/** Nobody known reads one of them: who could, as a reader or with a copy. */
export function languageView(desk: Desk, opened: OpenedCase): TemplateResult | typeof nothing {
  const unread = unreadIn(desk, opened);
  if (!unread.length) return nothing;
  return html`<div class="note" id="language-note"><p>${t("language.nobody")}</p><ul>${unread.map((one) => nobodyReads(desk, opened, one))}</ul><p>${t("language.what_now")}</p></div>`;
}

function nobodyReads(desk: Desk, opened: OpenedCase, [use, language]: Needed): TemplateResult {
  const list = (words: string, some: readonly Colleague[]): TemplateResult | typeof nothing => (some.length ? html`<br />${t(words)}: ${some.map(({ id, group }, i) => html`${i ? ", " : ""}<span class="id">${shortId(id)}</span>${group ? ` (${group})` : ""}`)}` : nothing);
  const [readers, translators] = [couldRead(desk, opened, language, ["reviewer"]), couldRead(desk, opened, language, ["translator"])];
  return html`<li><strong>${t(`language.nobody.${use}`, { language: nameOf(language) })}</strong>${list("language.readers", readers)}${list("language.translators", translators)}
    ${readers.length + translators.length ? nothing : html`<br />${t("language.no_one")}`}</li>`;
}
