// Words for what waited and waits no more: a colleague decided it while they were being written, and they are nobody's. Shown, so that they are not lost.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { LINK } from "./desk-kept.js";
import { answerKey, type Desk, fieldHere } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { t } from "./desk-words.js";

export interface LeftActions {
  answerWords(link: string, text: string): void;
}

/** The links of what is decided by now, and for which something is written still. */
function leftIn({ reasons }: Desk, { cid, proposals, changes, erasing, holding, asks }: OpenedCase): string[] {
  const waiting = new Set([...proposals, ...changes, ...erasing, ...holding, ...asks].map(({ link }) => link));
  const here = answerKey(cid, "");
  const links = [...reasons].flatMap(([key, text]) => (key.startsWith(here) && text.trim() !== "" ? [key.slice(here.length)] : []));
  return links.filter((link) => LINK.test(link) && !waiting.has(link));
}

/** The same of an answer to a copy that is on the list no more. */
export function copiesLeft({ drafts, translating: { loaded, copies } }: Desk, drop: (link: string) => void): TemplateResult | typeof nothing {
  const left = loaded ? [...drafts].filter(([link, { text }]) => text.trim() !== "" && !copies.some((one) => one.link === link)) : [];
  if (!left.length) return nothing;
  return html`${repeat(left, ([link]) => link, ([link, { text }]) => leftWords(link, "left.copy", text, () => drop(link)))}`;
}

export function leftView(desk: Desk, opened: OpenedCase, act: LeftActions): TemplateResult | typeof nothing {
  const left = opened.chainFault ? [] : leftIn(desk, opened);
  if (!left.length) return nothing;
  return html`${repeat(left, (link) => link, (link) => leftWords(link, "left.title", fieldHere(desk, link), () => act.answerWords(link, "")))}`;
}

const leftWords = (link: string, title: string, text: string, drop: () => void): TemplateResult => html`<section class="note" data-left=${link} aria-label=${t(title)}><h2>${t(title)}</h2>
  <p class="words" dir="auto">${text}</p><p><button type="button" @click=${drop}>${t("left.drop")}</button></p></section>`;
