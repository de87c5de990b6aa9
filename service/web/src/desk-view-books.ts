// The books of a case: what they say must be done, their records, and a line to write in each.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import { type BookAlert, type BookRecord, BOOKS, dayOf, STRIKE, writeRecord } from "./desk-books.js";
import { choicesOf } from "./desk-forms.js";
import { type Desk, fieldHere, linesHere } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { isCaseworker } from "./desk-roles.js";
import { problem } from "./desk-view-answering.js";
import { day, has, t, tn } from "./desk-words.js";

export interface BookActions {
  setRecords(records: string[], book?: string): void;
  missing(at: string): void;
  signRecords(): void;
  handRecords(): void;
  answerWords(field: string, text: string): void;
}

const TASK = "task"; // has a tab of its own
const LONGEST = 500; // letters of a field

/** What somebody has to do or to know, above everything else. */
export function bookAlerts(opened: OpenedCase): TemplateResult | typeof nothing {
  const { alerts } = opened.books;
  if (!alerts.length || opened.chainFault) return nothing;
  return html`<div class="note" id="book-alerts" role="status"><h2>${t("books.alerts")}</h2><ul>${alerts.map((one) => html`<li data-alert=${one.id}>${alertLine(one)}</li>`)}</ul></div>`;
}

function alertLine({ id, about, days }: BookAlert): string {
  const named = about ? valueOf(id === "unpaid" ? "kind" : id === "examiner" ? "examiner" : "", about) : "";
  return [t(`books.alert.${id}`), named, days >= 0 ? tn(id === "limitation" || id === "keep_soon" ? "books.left" : "books.since", days) : ""].filter(Boolean).join(" · ");
}

export function booksView(desk: Desk, opened: OpenedCase, act: BookActions): TemplateResult | typeof nothing {
  if (opened.chainFault || !isCaseworker(desk.member?.role)) return nothing;
  const { counts } = opened.books;
  const { doing } = desk.file;
  return html`
    <section id="books" aria-labelledby="books-title">
      <h3 class="unseen" id="books-title">${t("books.title")}</h3>
      <p class="help">${t("books.help")}</p>
      ${counts.length ? html`<p class="counters">${counts.map(({ id, n }) => tn(`books.count.${id}`, n)).join(", ")}</p>` : nothing}
      ${recordsView(opened, (one) => striking(desk, one, act))}
      ${opened.unhandedRecords.length ? html`<p class="note">${tn("books.unhanded", opened.unhandedRecords.length)} <button type="button" id="hand-records" ?disabled=${doing === "sending"} @click=${act.handRecords}>${t("books.hand")}</button></p>` : nothing} ${problem(desk, "hand-records")}
      ${writing(desk, act)}
    </section>
  `;
}

/** All records by their book. `beside`: what can be done with one that is not struck out. */
export function recordsView({ books: { records } }: OpenedCase, beside: (one: BookRecord) => TemplateResult | typeof nothing = () => nothing): TemplateResult {
  return html`${Object.keys(BOOKS).filter((book) => book !== TASK && records.some((one) => one.book === book)).map((book) => html`<h3>${t(`book.${book}`)}</h3>
    <ul class="plain">${records.filter((one) => one.book === book).map((one) => recordLine(one, beside))}</ul>`)}`;
}

function striking(desk: Desk, { key }: BookRecord, act: BookActions): TemplateResult {
  const strike = writeRecord(STRIKE, { record: key });
  return html`<button type="button" class="plain" ?disabled=${linesHere(desk).records.includes(strike)} @click=${(): void => act.setRecords([...linesHere(desk).records, strike])}>${t("books.strike")}</button>`;
}

function recordLine(one: BookRecord, beside: (one: BookRecord) => TemplateResult | typeof nothing): TemplateResult {
  const line = Object.entries(one.fields).map(([name, value]) => `${fieldName(name)}: ${valueOf(name, value)}`).join("; ");
  return html`<li data-record=${one.key}>${one.struck ? html`<s dir="auto">${line}</s> <span class="quiet">${t("books.struck")}</span>` : html`<span dir="auto">${line}</span> ${beside(one)}`}
    <span class="quiet small-print">${t("books.entry", { n: Number(one.key.split(".")[0]) + 1 })}</span></li>`;
}

const fieldName = (name: string): string => (has(`books.field.${name}`) ? t(`books.field.${name}`) : name);

function valueOf(name: string, value: string): string {
  if (name === "examiner") return choicesOf("agency").find(([id]) => id === value)?.[1] ?? value;
  if (name === "day" || name === "until") return Number.isNaN(dayOf(value)) ? value : day(dayOf(value));
  return has(`books.${name}.${value}`) ? t(`books.${name}.${value}`) : has(`books.value.${value}`) ? t(`books.value.${value}`) : value;
}

/** Choose a book, fill what is known, put it down; all that was put down is signed together. */
function writing(desk: Desk, act: BookActions): TemplateResult {
  const { book, doing } = desk.file;
  const { records } = linesHere(desk);
  const fields = BOOKS[book] ?? {};
  const put = (event: Event): void => {
    const form = (event.currentTarget as HTMLElement).closest("details");
    const filled = Object.fromEntries(Object.keys(fields).map((name) => [name, form?.querySelector<HTMLInputElement>(`#book-${name}`)?.value ?? ""]));
    if (!Object.values(filled).some((value) => value.trim())) return act.missing("books");
    for (const name of Object.keys(fields)) act.answerWords(fieldOf(book, name), "");
    act.setRecords([...records, writeRecord(book, filled)], "");
  };
  return html`<details id="writing" ?open=${records.length > 0 || book !== ""}><summary>${t("books.write")}</summary>
    <label for="book">${t("books.which")}</label>
    <p><select id="book" autocomplete="off" .value=${book} @change=${(event: Event): void => act.setRecords([...records], (event.target as HTMLSelectElement).value)}>
      <option value="">${t("deed.none")}</option>${Object.keys(BOOKS).filter((id) => id !== TASK).map((id) => html`<option value=${id} .selected=${live(id === book)}>${t(`book.${id}`)}</option>`)}</select></p>
    ${book ? html`<p class="help">${t(`book.${book}.help`)}</p>${Object.entries(fields).map(([name, kind]) => html`<label for=${`book-${name}`}>${fieldName(name)}</label><p>${control(desk, act, name, kind)}</p>`)}
      <p><button type="button" id="put" @click=${put}>${t("books.put")}</button></p>` : nothing}
    ${records.length ? html`<ul>${records.map((text, n) => html`<li>${shown(text)} <button type="button" class="plain" @click=${(): void => act.setRecords(records.filter((_, at) => at !== n))}>${t("conflict.remove")}</button></li>`)}</ul>
      <button type="button" class="main" id="sign-records" ?disabled=${doing === "sending"} @click=${act.signRecords}>${tn("books.sign", records.length)}</button>` : nothing} ${problem(desk, "books")}
  </details>`;
}

function shown(text: string): string {
  const [, id = ""] = /^book: (\w+)/.exec(text) ?? [];
  const lines = text.split("\n").slice(1).map((line) => line.split(": ")).map(([name = "", ...value]) => `${fieldName(name)}: ${valueOf(name, value.join(": "))}`);
  return [t(`book.${id}`), ...lines].join("; ");
}

const fieldOf = (book: string, name: string): string => `book ${book} ${name}`;

function control(desk: Desk, act: BookActions, name: string, kind: string | readonly string[]): TemplateResult {
  const id = `book-${name}`;
  const field = fieldOf(desk.file.book, name);
  const begun = fieldHere(desk, field);
  const keep = (event: Event): void => act.answerWords(field, (event.target as HTMLInputElement).value);
  const choices = kind === "agency" ? choicesOf("agency") : typeof kind === "string" ? [] : kind.map((one) => [one, valueOf(name, one)] as const);
  if (choices.length) return html`<select id=${id} autocomplete="off" @change=${keep}><option value="">${t("deed.none")}</option>${choices.map(([value, label]) => html`<option value=${value} .selected=${live(value === begun)}>${label}</option>`)}</select>`;
  if (kind === "day") return html`<input id=${id} type="date" autocomplete="off" .value=${live(begun)} @input=${keep} />`;
  return html`<input id=${id} autocomplete="off" maxlength=${kind === "number" ? 4 : LONGEST} inputmode=${kind === "number" ? "numeric" : nothing} .value=${live(begun)} @input=${keep} />`;
}
