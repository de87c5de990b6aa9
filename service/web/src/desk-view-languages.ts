// The person's language, where readers are chosen: who declared to read it, and a warning where nobody known does.

import { html, nothing, type TemplateResult } from "lit-html";

import { couldRead, isRead, readsIt } from "./desk-languages.js";
import { type Colleague, type Desk, type OpenedCase, shortId } from "./desk-model.js";
import { languageName, t } from "./desk-words.js";

/** Beside a name in a list: what speaks for choosing it. */
export const readsLabel = (opened: OpenedCase, one: Colleague): string => (readsIt(one, opened.language) ? ` · ${t("language.reads", { language: languageName(opened.language, []) })}` : "");

/** Nobody known reads it: who could, as a reader or with a copy. */
export function languageView(desk: Desk, opened: OpenedCase): TemplateResult | typeof nothing {
  if (isRead(desk, opened)) return nothing;
  const language = languageName(opened.language, []);
  const list = (words: string, some: readonly Colleague[]): TemplateResult | typeof nothing => (some.length ? html`<p>${t(words)}: ${some.map(({ id, group }, i) => html`${i ? ", " : ""}<span class="id">${shortId(id)}</span>${group ? ` (${group})` : ""}`)}</p>` : nothing);
  const [readers, translators] = [couldRead(desk, opened, ["reviewer"]), couldRead(desk, opened, ["translator"])];
  return html`<div class="note" id="language-note"><p>${t("language.nobody", { language })}</p>${list("language.readers", readers)}${list("language.translators", translators)}
    ${readers.length + translators.length ? nothing : html`<p>${t("language.no_one")}</p>`}</div>`;
}
