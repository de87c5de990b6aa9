// One case, as it would lie on a desk: what burns, the head, then the tabs; below what is read, the answer and the next step.

import { html, nothing, type TemplateResult } from "lit-html";

import { LINK } from "./desk-kept.js";
import { type Desk, shortId } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { ANSWERS_IN, DEEDS_IN } from "./desk-tabs.js";
import { alarms } from "./desk-view-alarms.js";
import { type AnswerActions, composer } from "./desk-view-answer.js";
import { bookAlerts, type BookActions } from "./desk-view-books.js";
import { type ClaimActions, claimView } from "./desk-view-claim.js";
import { type ConflictActions } from "./desk-view-conflict.js";
import { asksView, changesView, type DeedActions, deedsView, proposalsView } from "./desk-view-deeds.js";
import { erasuresView } from "./desk-view-erasing.js";
import { type FileActions, filesView } from "./desk-view-files.js";
import { headView } from "./desk-view-head.js";
import { leftView } from "./desk-view-left.js";
import { holdsView } from "./desk-view-hold.js";
import { type PatternActions } from "./desk-view-patterns.js";
import { paperView } from "./desk-view-paper.js";
import { papersView, type PrintActions, printView } from "./desk-view-print.js";
import { type TabActions, tabsView } from "./desk-view-tabs.js";
import { type TaskActions } from "./desk-view-tasks.js";
import { fault, t } from "./desk-words.js";

export interface CaseActions extends PatternActions, DeedActions, ClaimActions, ConflictActions, BookActions, AnswerActions, FileActions, TaskActions, PrintActions, TabActions {
  back(): void;
  again(): void;
  exportCase(): void;
  carryIn(file: File | null): void;
}

export function caseView(desk: Desk, act: CaseActions, languages: [string, string][]): TemplateResult {
  const { file } = desk;
  const { opened } = file;
  const open = opened !== null && !opened.against.length;
  return html`
    <div class="file">
      <div class="bar">
        <button type="button" class="plain" data-key="back" @click=${act.back}>← ${t("case.back")}</button>
        <h1 tabindex="-1">${t("case.title")} <span class="id" title=${file.cid}>${shortId(file.cid)}</span></h1>
        <span class="actions">${open && desk.member?.role !== "custodian" && !opened.chainFault ? html`<button type="button" id="print" @click=${act.askPrint}>${t("case.print")}</button>` : nothing}
        ${file.detail && desk.member?.role === "reviewer" && !opened?.against.length ? html`<button type="button" id="export" data-key="export" ?disabled=${file.exporting} @click=${act.exportCase}>${t("case.export")}</button>` : nothing}</span>
      </div>
      ${file.fault ? faultBox(file.fault.slug, file.fault.fact, act) : nothing} ${file.fault?.slug === "not_a_recipient" ? carrying(desk, act) : nothing}
      ${opened?.against.length ? barredView(desk, opened, act) : opened ? openView(desk, opened, act, languages) : file.loading ? html`<p class="quiet" role="status">${t("case.loading")}</p>` : nothing}
    </div>
  `;
}

/** All panels are drawn, and one is shown: what is half written in another stays. */
function openView(desk: Desk, opened: OpenedCase, act: CaseActions, languages: [string, string][]): TemplateResult {
  const { said, saidAt, tab } = desk.file;
  const first = said === "done" && LINK.test(saidAt); // where the question stood that was answered
  const below = !first && (said === "sent" || said === "done" || said === "exported");
  return html`${first ? saidView(desk) : nothing} ${alarms(opened, languages)} ${bookAlerts(opened)} ${proposalsView(desk, opened, act)} ${changesView(desk, opened, act)} ${erasuresView(desk, opened, act)} ${holdsView(desk, opened, act)} ${asksView(desk, opened, act, (found) => filesView(desk, found, act))} ${leftView(desk, opened, act)} ${papersView(desk, opened, act, languages)} ${printView(desk, opened, act, languages)} ${paperView(desk, opened, languages)}
    ${desk.member?.role === "custodian" ? nothing : headView(desk, opened, act)}
    ${below || first ? nothing : saidView(desk)}
    ${tabsView(desk, opened, act, languages, html`${below ? saidView(desk) : nothing}
      <div class="acting">
        <div ?hidden=${!ANSWERS_IN.includes(tab)}>${composer(desk, opened, act, languages)}</div>
        <div ?hidden=${!DEEDS_IN.includes(tab)}>${claimView(desk, opened, act)} ${deedsView(desk, opened, act)}</div>
      </div>`)}`;
}

/** Nothing of the case: why, and the way out. */
function barredView(desk: Desk, opened: OpenedCase, act: CaseActions): TemplateResult {
  return html`<div class="note" id="barred" role="alert"><h2>${t("barred.own")}</h2><ul>${opened.against.map((reason) => html`<li>${t(`barred.${reason}`)}</li>`)}</ul>
    <p>${t("barred.what")}</p>${desk.file.doFault ? html`<p class="broken">${fault(desk.file.doFault.slug, "deed")}</p>` : nothing}
    <button type="button" class="main" id="recuse" ?disabled=${desk.file.doing === "sending"} @click=${act.recuse}>${t("recuse.now")}</button></div>`;
}

/** A case that came without a line: exported, passed on by an offline reviewer, and handed in here. */
function carrying(desk: Desk, act: CaseActions): TemplateResult | typeof nothing {
  if (desk.member?.role !== "reviewer" || !desk.file.detail) return nothing;
  const choose = (event: Event): void => act.carryIn((event.target as HTMLInputElement).files?.[0] ?? null);
  return html`<section id="carrying"><h2>${t("carry.title")}</h2><p class="help">${t("carry.help")}</p>
    <label for="carry">${t("carry.file")}</label> <input type="file" id="carry" autocomplete="off" ?disabled=${desk.file.doing === "sending"} @change=${choose} />
    ${desk.file.doFault ? html`<p class="alarm" role="alert">${fault(desk.file.doFault.slug, "deed")}</p>` : nothing}</section>`;
}

function faultBox(slug: string, fact: string, act: CaseActions): TemplateResult {
  const quiet = slug === "not_a_recipient";
  return html`<div class=${quiet ? "note" : "alarm"} role="alert">
    <p>${fault(slug, "case")}</p>
    ${fact && !quiet ? html`<p class="fact">${t("fault.fact")} <code>${fact}</code></p>` : nothing}
    ${quiet ? nothing : html`<button type="button" @click=${act.again}>${t("case.again")}</button>`}
  </div>`;
}

function saidView(desk: Desk): TemplateResult | typeof nothing {
  const { file } = desk;
  return file.said ? html`<p class="note ${file.said}" role="status">${t(`said.${file.said}`)} ${file.said === "unrecorded" && file.sendFault ? fault(file.sendFault.slug, "reply") : nothing}</p>` : nothing;
}
