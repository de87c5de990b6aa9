// What passed between the person and staff, in the order of its days; and what staff said among themselves.

import { html, nothing, type TemplateResult } from "lit-html";

import { State } from "../../../crypto/ts/workflow.js";
import { BOOKS_CODE, onlyRecords } from "./desk-books.js";
import type { Desk } from "./desk-model.js";
import type { OpenedCase, OpenedEntry, OpenedMessage } from "./desk-opened.js";
import { isCustody } from "./desk-custody.js";
import { isPaper, OWN_WORDS } from "./desk-paper.js";
import { DO_NOT } from "./desk-view-alarms.js";
import { linesOf } from "./desk-forms.js";
import { routeOf } from "./desk-routing.js";
import { deed } from "./desk-view-history.js";
import { answerView, lineView } from "./desk-view-lines.js";
import { day, fault, has, languageName, t } from "./desk-words.js";

const PERSON = 1; // the kind of box that the person reads
const TEXT = 2; // the kind of entry that is an answer
const ACCOUNT = 0; // the kind of message that tells what happened

type Page = { day: number; order: number; view: TemplateResult };

/** The first message, and what else is an account: the rest is in the messages. */
export const isAccount = (message: OpenedMessage, index: number): boolean => index === 0 || message.kind === ACCOUNT;

export function accountView(desk: Desk, opened: OpenedCase, languages: [string, string][], toMessages: () => void): TemplateResult {
  const later = opened.messages.filter((message, i) => !isAccount(message, i)).length;
  return html`${accountPages(desk, opened, languages)}
    ${later ? html`<p><button type="button" class="plain" id="to-messages" @click=${toMessages}>${t("account.later")}</button></p>` : nothing}`;
}

export const accountPages = (desk: Desk, opened: OpenedCase, languages: [string, string][]): (TemplateResult | typeof nothing)[] => opened.messages.map((message, i) => (isAccount(message, i) ? theirPage(desk, message, i, languages) : nothing));

/** The person's later words and ours; within a day an entry follows the messages it had counted. */
export function messagesView(desk: Desk, opened: OpenedCase, languages: [string, string][]): TemplateResult {
  const all: Page[] = [];
  opened.messages.forEach((message, i) => {
    if (!isAccount(message, i)) all.push({ day: message.day, order: i, view: theirPage(desk, message, i, languages) });
  });
  for (const entry of opened.entries.filter(toPerson)) all.push({ day: entry.day, order: entry.count - 0.5, view: ourPage(opened, entry, languages) });
  all.sort((a, b) => a.order - b.order || a.day - b.day);
  return all.length ? html`${all.map((page) => page.view)}` : html`<p class="quiet">${t("messages.none")}</p>`;
}

export function notesView(opened: OpenedCase, languages: [string, string][], papers: TemplateResult | typeof nothing): TemplateResult {
  const notes = opened.entries.filter(isNote);
  return html`<p class="help">${t("notes.help")}</p>${papers}${notes.length ? notes.map((entry) => ourPage(opened, entry, languages)) : html`<p class="quiet">${t("notes.none")}</p>`}`;
}

const toPerson = (entry: OpenedEntry): boolean => entry.boxKind === PERSON || (entry.kind === TEXT && entry.boxKind === 0);
/** Words that the person does not read; records of the books stand in the books. */
export const isNote = (entry: OpenedEntry): boolean => !toPerson(entry) && entry.text !== "" && !isCustody(entry) && !isPaper(entry) && !(entry.code === BOOKS_CODE && entry.verdict === "counts" && onlyRecords(entry.text));
export const answersTo = (opened: OpenedCase): number => opened.entries.filter(toPerson).length + opened.messages.filter((message, i) => !isAccount(message, i)).length;

function theirPage(desk: Desk, message: OpenedMessage, index: number, languages: [string, string][]): TemplateResult {
  const isNew = index >= desk.file.newFrom;
  const own = message.answers.filter(([id]) => OWN_WORDS.includes(id));
  const bare = linesOf(message.answers.filter(([id]) => !OWN_WORDS.includes(id))).filter(({ section }) => !section);
  const later = index > 0 ? linesOf(message.answers.filter(([id]) => !OWN_WORDS.includes(id))).filter(({ section }) => section) : [];
  const intake = linesOf(message.intake).filter(({ section, key }) => !section && !DO_NOT.includes(key)); // those stand above the case
  const title = message.fault ? (message.fault.slug === "not_a_recipient" ? "page.others" : "page.unreadable") : index === 0 ? "page.account" : `page.kind.${message.kind}`;
  return html`
    <article class="theirs">
      <header><h3>${t(title)}</h3><p>${isNew ? html`<span class="new">${t("page.new")}</span> · ` : nothing}${day(message.day)}${message.language ? html` · ${languageName(message.language, languages)}` : nothing}
        ${message.lane ? html`<span class="lane lane-${message.lane}">${t(`lane.${message.lane}`)}</span>` : nothing}</p></header>
      ${message.formerUntil ? html`<p class="note former">${t("page.former", { day: day(message.formerUntil) })}</p>` : nothing}
      ${message.fault
        ? html`<p class=${message.fault.slug === "not_a_recipient" ? "quiet" : "broken"}>${fault(message.fault.slug, "case")}</p>`
        : own.length + bare.length + later.length
          ? html`${own.map((line) => answerView(line, message.language, languages))} ${bare.map((line) => lineView(line, message, languages))}
              ${later.length ? html`<dl class="facts">${later.map((line) => lineView(line, message, languages))}</dl>` : nothing}`
          : html`<p class="quiet">${t(message.answers.length + message.evidence.length ? "page.elsewhere" : "page.empty")}</p>`}
      ${intake.length ? html`<section class="intake"><h4>${t("page.intake")}</h4>${intake.map((line) => lineView(line, message, languages))}</section>` : nothing}
    </article>
  `;
}

/** The body that a referral meant on its day, whatever became of it since. */
function bodyThen(opened: OpenedCase, { kind, state, code, day: signed }: OpenedEntry): string {
  const { name } = kind >= 5 && kind <= 7 && state === State.referred ? routeOf(opened, code, signed) : { name: "" };
  return name ? ` · ${name}` : "";
}

function ourPage(opened: OpenedCase, entry: OpenedEntry, languages: [string, string][]): TemplateResult {
  return html`
    <article class=${entry.boxKind === PERSON ? "ours" : "ours note"}>
      <header><h3>${t(entry.boxKind === PERSON ? "page.answer" : "page.internal")}${entry.kind <= 3 ? nothing : html` · ${deed(entry)}`}</h3><p>${day(entry.day)} · ${entry.role ? t(`role.${entry.role}`) : ""} <span class="id">${entry.actor.slice(0, 8)}</span>
        ${entry.language ? html` · ${languageName(entry.language, languages)}` : nothing}</p></header>
      ${entry.code ? html`<p><strong>${has(`code.${entry.code}`) ? t(`code.${entry.code}`) : entry.code}</strong>${bodyThen(opened, entry)}</p>` : nothing}
      ${entry.textFault
        ? html`<p class=${entry.textFault.slug === "not_a_recipient" ? "quiet" : "broken"}>${fault(entry.textFault.slug, "case")}</p>`
        : entry.verdict === "broken" || entry.verdict === "unchecked"
          ? html`<p class="broken">${t(`verdict.${entry.verdict}.why`)}</p>`
          : html`<p class="words" lang=${entry.language || nothing} dir="auto">${entry.text}</p>`}
    </article>
  `;
}
