// Before a case goes on paper: what leaves, to whom, by whose word, and the second pair of eyes.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";

import { type Consents, levelOf } from "./desk-consent.js";
import type { Desk } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { isCaseworker } from "./desk-roles.js";
import { mayPrint, type Paper, paperFault, partsFor, readPapers, SCOPES, stopFault, waits, type Wanted, WORK } from "./desk-paper.js";
import { type TabId } from "./desk-tabs.js";
import { answers, problem } from "./desk-view-answering.js";
import { scopeWait } from "./desk-view-consent.js";
import { isAsked, sheetView, signedBy, whose } from "./desk-view-paper.js";
import { fault, t } from "./desk-words.js";

export interface PrintActions {
  askPrint(): void;
  unaskPrint(): void;
  choosePrint(change: Partial<Wanted>): void;
  proposePrint(seen: OpenedCase): void;
  decidePrint(paper: Paper, agrees: boolean, seen: OpenedCase): void;
  printCase(paper: Paper): void;
}

/** What somebody asks for, first the parts and whom for, then exactly what would lie on the paper. */
export function printView(desk: Desk, opened: OpenedCase, act: PrintActions, languages: [string, string][]): TemplateResult | typeof nothing {
  const { printing } = desk.file;
  if (!printing || printing.ready) return nothing;
  const { consents } = opened;
  const why = paperFault(opened, printing.to);
  const change = (id: TabId) => (event: Event): void => act.choosePrint({ parts: (event.target as HTMLInputElement).checked ? [...printing.parts, id] : printing.parts.filter((one) => one !== id) });
  const stopped = stopFault(opened);
  const may = (to: string): boolean => ["", "unread"].includes(paperFault(opened, to));
  return html`<section class="leaving" id="printing" aria-labelledby="printing-title"><h2 id="printing-title" tabindex="-1">${t("print.title")}</h2>
    <p class="whom"><label for="print-for">${t("paper.to")}</label>
      <select id="print-for" autocomplete="off" @change=${(event: Event): void => act.choosePrint({ to: (event.target as HTMLSelectElement).value })}>
        ${[WORK, ...SCOPES].map((to) => html`<option value=${to} .selected=${live(to === printing.to)} ?disabled=${!may(to)}>${t(`paper.for.${to}`)}${may(to) || stopped ? "" : ` (${scopeWait(to, consents) || t(`paper.level.${levelOf(consents, to)}`)})`}</option>`)}</select></p>
    ${stopped && stopped !== why ? html`<p class="broken">${fault(`paper_${stopped}`, "deed")}</p>` : nothing}
    <fieldset class="choices"><legend>${t("print.what")}</legend>${partsFor(printing.to).map((id) => html`<label class="tick"><input type="checkbox" autocomplete="off" data-part=${id} .checked=${printing.parts.includes(id)} @change=${change(id)} /> ${t(`tab.${id}`)}</label>`)}</fieldset>
    <ul class="points"><li>${t("print.open")}</li><li>${t("paper.to")}: ${whose(consents, printing)}</li><li>${t("print.stays")}</li><li>${t("print.signed")}</li></ul>
    ${why ? refused(opened, printing, why) : preview(desk, opened, printing, languages)}
    ${problem(desk, "paper")}
    <p class="row"><button type="button" class="main" id="print-ask" ?disabled=${desk.file.doing === "sending" || why !== "" || printing.parts.length === 0} @click=${(): void => act.proposePrint(opened)}>${t(desk.file.doing === "sending" ? "leaving.sending" : "print.ask")}</button>
      <button type="button" class="plain" @click=${act.unaskPrint}>${t("paper.back")}</button></p></section>`;
}

/** What waits for other eyes, and what is agreed and not printed yet. */
export function papersView(desk: Desk, opened: OpenedCase, act: PrintActions, languages: [string, string][]): TemplateResult | typeof nothing {
  const today = desk.keyring?.today ?? 0;
  if (opened.chainFault || !isCaseworker(desk.member?.role)) return nothing;
  const found = readPapers(opened.entries).filter((one) => waits(one, today) || (mayPrint(one, today) && isOwn(desk, one)));
  return html`${repeat(found, ({ link }) => link, (one) => (one.agreed ? agreedView(desk, opened, one, act) : waitingView(desk, opened, one, act, languages)))}`;
}

const isOwn = (desk: Desk, { actor }: Paper): boolean => actor === desk.member?.id;

function waitingView(desk: Desk, opened: OpenedCase, paper: Paper, act: PrintActions, languages: [string, string][]): TemplateResult {
  const why = paperFault(opened, paper.to);
  return html`<section class="note proposal" data-paper=${paper.link} aria-label=${t("paper.title")}><h2>${t("paper.title")}</h2>
    ${facts(desk, opened.consents, paper)}
    ${isOwn(desk, paper) ? html`<p class="quiet">${t("proposal.own")}</p>` : html`
      <p>${t("print.open")} ${t("paper.check")}</p>
      ${why ? refused(opened, paper, why) : preview(desk, opened, paper, languages)} ${problem(desk, paper.link)}
      ${answers(desk, "paper", why ? "" : t("paper.agree"), (agrees) => act.decidePrint(paper, agrees, opened))}`}</section>`;
}

function agreedView(desk: Desk, opened: OpenedCase, paper: Paper, act: PrintActions): TemplateResult {
  return html`<section class="note proposal" data-paper=${paper.link} aria-label=${t("paper.title")}><h2>${t("paper.ready")}</h2>
    ${facts(desk, opened.consents, paper)}<p>${t("paper.once")}</p>${problem(desk, paper.link)}
    <p><button type="button" class="main" id="print-do" ?disabled=${desk.file.doing === "sending"} @click=${(): void => act.printCase(paper)}>${t("print.do")}</button></p></section>`;
}

const refused = ({ consents }: OpenedCase, { to }: Wanted, why: string): TemplateResult => html`<p class="broken">${fault(`paper_${why}`, "deed")}${why === "waits" ? ` ${scopeWait(to, consents)}` : ""}</p>`;

const facts = (desk: Desk, consents: Consents, paper: Paper): TemplateResult => html`<p>${signedBy(desk, paper, true)}</p><p><strong>${t("paper.to")}:</strong> ${whose(consents, paper)}</p>
  <p><strong>${t("print.what")}:</strong> ${paper.parts.map((id) => t(`tab.${id}`)).join(", ")}</p>`;

const preview = (desk: Desk, opened: OpenedCase, wanted: Wanted | Paper, languages: [string, string][]): TemplateResult =>
  html`<details class="sheet-of-paper" ?open=${isAsked(wanted)}><summary>${t("paper.exactly")}</summary><div class="scrolls" tabindex="0" role="region" aria-label=${t("paper.exactly")}>${sheetView(desk, opened, wanted, languages)}</div></details>`;

/** Among the notes between staff: what was put on paper, or was to be. */
export function papersPast(desk: Desk, opened: OpenedCase): TemplateResult | typeof nothing {
  const papers = readPapers(opened.entries);
  return papers.length ? html`<section id="papers"><h3>${t("print.title")}</h3><ul class="points">${papers.map((one) => html`<li data-printed=${one.printed}>${signedBy(desk, one, true)} · ${t(`paper.for.${one.to}`)} · ${one.parts.map((id) => t(`tab.${id}`)).join(", ")}</li>`)}</ul></section>` : nothing;
}
