// What lies on the paper, part by part: read only, and nothing but what may go to whoever gets it.

import { html, nothing, type TemplateResult } from "lit-html";

import { type Consents, levelOf } from "./desk-consent.js";
import { type Desk, shortId } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { type Paper, type Wanted, WORK } from "./desk-paper.js";
import { paperOf } from "./desk-print.js";
import { type TabId } from "./desk-tabs.js";
import { computedView, toldView } from "./desk-view-answers.js";
import { recordsView } from "./desk-view-books.js";
import { deed } from "./desk-view-history.js";
import { accountPages, messagesView } from "./desk-view-messages.js";
import { peopleView } from "./desk-view-people.js";
import { timelineView } from "./desk-view-timeline.js";
import { day, number, t } from "./desk-words.js";

type Part = (desk: Desk, shown: OpenedCase, wanted: Wanted, languages: [string, string][]) => unknown;

const PARTS: Partial<Record<TabId, Part>> = {
  account: (desk, shown, _, languages) => accountPages(desk, shown, languages),
  answers: (_, shown, { to }, languages) => [toldView(shown, languages), to === WORK ? computedView(shown, "") : nothing],
  timeline: (_, shown) => timelineView(shown),
  books: (_, shown) => recordsView(shown),
  people: (_, shown) => peopleView(shown),
  messages: (desk, shown, _, languages) => messagesView(desk, shown, languages),
  history: (_, { entries }) => html`<ol class="plain">${entries.map((entry) => html`<li>${number(entry.seq + 1)} · ${day(entry.day)} · ${deed(entry)} · ${entry.role ? t(`role.${entry.role}`) : ""} <span class="id">${entry.actor.slice(0, 8)}</span></li>`)}</ol>`,
};

/** Whom it is for and by which word of the person. */
export const whose = (consents: Consents, { to }: Wanted): string =>
  to === WORK ? t("paper.for.work") : `${t(`paper.for.${to}`)}. ${t("paper.allowed")}: ${t(`paper.level.${levelOf(consents, to)}`)}`;

/** The whole sheet, as it is shown before and printed after: a heading with what is known by then of whose word it goes by, and the parts. Of a paper that was asked for, who signed. */
export function sheetView(desk: Desk, opened: OpenedCase, wanted: Wanted | Paper, languages: [string, string][]): TemplateResult {
  const shown = paperOf(opened, wanted);
  const plain = { ...desk, file: { ...desk.file, newFrom: Infinity } }; // what is new to one reader is nothing to say there
  return html`<header class="sheet-head"><p><strong>${t("case.title")} <span class="id">${shortId(opened.cid)}</span></strong></p>
      <p>${t("paper.to")}: ${whose(opened.consents, wanted)}</p>${isAsked(wanted) ? html`<p>${signedBy(desk, wanted, wanted.to === WORK)}</p>` : nothing}</header>
    ${wanted.parts.map((id) => html`<section class="part" data-paper-part=${id}><h3 class="panel-title">${t(`tab.${id}`)}</h3>${PARTS[id]?.(plain, shown, wanted, languages)}</section>`)}`;
}

/** Whether somebody has asked for it by an entry: before, it is only what they would ask for. */
export const isAsked = (wanted: Wanted | Paper): wanted is Paper => "link" in wanted;

/** On the way to the printer alone: the page itself never shows it. */
export function paperView(desk: Desk, opened: OpenedCase, languages: [string, string][]): TemplateResult | typeof nothing {
  const paper = desk.file.printing?.ready;
  return paper ? html`<div id="paper">${sheetView(desk, opened, paper, languages)}</div>` : nothing;
}

/** Who signed, in which role and when. `named`: with their ids and the numbers of their entries, which are for those who work on it alone. */
export function signedBy(desk: Desk, { actor, role, by, day: asked, decided, agreed, printed, seq }: Paper, named: boolean): string {
  const other = desk.colleagues.find(({ id }) => id === by);
  const lines = [
    `${t("paper.asked")}: ${t(`role.${role}`)}${named ? ` ${shortId(actor)}` : ""}, ${day(asked)}${named ? ` (${t("books.entry", { n: seq + 1 })})` : ""}`,
    by ? `${t(agreed ? "paper.agreed" : "paper.refused")}: ${[other ? t(`role.${other.role}`) : "", named ? shortId(by) : ""].filter(Boolean).join(" ")}, ${day(decided)}` : "",
    printed ? `${t("code.printed")}: ${day(printed)}` : "",
  ];
  return lines.filter(Boolean).join(" · ");
}
