// What burns, what is mine, what is late: above the table, as numbers that are also filters; views with a name; and all that is due.

import { html, noChange, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";

import { type Due } from "./desk-due.js";
import { type CaseLine, type Desk, type Peek, shortId } from "./desk-model.js";
import { dueView } from "./desk-view-tasks.js";
import { isShown, MAX_VIEWS, type Only, onlyFor, type SavedView } from "./desk-views.js";
import { number, t, tn } from "./desk-words.js";

export interface GlanceActions {
  peek(line: CaseLine): Peek;
  open(cid: string): void;
  triedRows(): CaseLine[];
  isOf(only: Only, line: CaseLine): boolean;
  only(only: Only): void;
  shows(what: "cases" | "due"): void;
  allDue(): { line: CaseLine; due: Due }[];
  saveView(name: string): boolean;
  nameView(name: string): void;
  applyView(view: SavedView | null): void;
  removeView(name: string): void;
}

export function glanceView(desk: Desk, act: GlanceActions): TemplateResult {
  const { queue } = desk;
  const rows = act.triedRows();
  const due = act.allDue().length;
  const question = (only: Only): TemplateResult => {
    const n = rows.filter((line) => act.isOf(only, line)).length;
    return html`<button type="button" class="question ${n ? only : "calm"}" data-only=${only} aria-pressed=${queue.only === only ? "true" : "false"} @click=${(): void => act.only(only)}>
      <span class="n">${number(n)}</span> ${tn(`only.${only}`, n)}</button>`;
  };
  return html`<div class="glance">
    <div class="questions" role="group" aria-label=${t("only.label")}>${onlyFor(desk.member?.role).map(question)}
      <button type="button" class="question ${due ? "" : "calm"}" data-key="due" aria-pressed=${queue.shows === "due" ? "true" : "false"} @click=${(): void => act.shows(queue.shows === "due" ? "cases" : "due")}><span class="n">${number(due)}</span> ${t("due.all")} <kbd>d</kbd></button></div>
    ${viewsView(desk, act)}
  </div>`;
}

/** Filter and sort under a name, for as long as this page is open. */
function viewsView(desk: Desk, act: GlanceActions): TemplateResult {
  const save = (event: Event): void => {
    event.preventDefault();
    const field = (event.currentTarget as HTMLFormElement).querySelector<HTMLInputElement>("#view-name");
    if (field) act.saveView(field.value);
  };
  return html`${desk.views.length ? html`<div class="row">${desk.views.map((view) => html`<span class="view"><button type="button" data-view-name=${view.name} aria-pressed=${isShown(desk, view) ? "true" : "false"} @click=${(): void => act.applyView(view)}><bdi>${view.name}</bdi></button><button type="button" class="plain" aria-label=${t("views.remove", { name: view.name })} @click=${(): void => act.removeView(view.name)}>✕</button></span>`)}
      <button type="button" class="plain" id="view-all" @click=${(): void => act.applyView(null)}>${t("views.all")}</button></div>` : nothing}
    <details id="views" ?open=${desk.queue.naming ? true : noChange}><summary>${t("views.title")}</summary>
    ${desk.views.length < MAX_VIEWS ? html`<form class="row" autocomplete="off" novalidate @submit=${save}><label for="view-name">${t("views.name")}</label> <input id="view-name" type="text" autocomplete="off" maxlength="40" .value=${live(desk.queue.naming)} @input=${(event: Event): void => act.nameView((event.target as HTMLInputElement).value)} /> <button type="submit" id="view-save">${t("views.save")}</button></form>` : nothing}
    <p class="help">${t("views.help")}</p></details>`;
}

/** Over all cases that are open here, the nearest day first. */
export function dueTable(desk: Desk, act: GlanceActions): TemplateResult {
  const today = desk.keyring?.today ?? 0;
  const rows = act.allDue();
  if (!rows.length) return html`<div class="empty"><p class="calm">${t("due.none")}</p><p>${t("due.none.next")}</p></div>`;
  // a row that comes in above takes no other's place: whoever is about to press one opens that one
  const seen = new Map<string, number>();
  const keyed = rows.map((row) => {
    const what = `${row.line.cid} ${row.due.id} ${row.due.about} ${row.due.day}`;
    const n = (seen.get(what) ?? 0) + 1;
    seen.set(what, n);
    return { ...row, key: `${what} ${n}` };
  });
  return html`<table role="table" class="cases dues" id="dues" aria-label=${t("due.all")}><thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">${t("column.deadline")}</th><th role="columnheader" scope="col" class="case">${t("column.case")}</th></tr></thead>
    <tbody role="rowgroup">${repeat(keyed, ({ key }) => key, ({ line, due }) => html`<tr role="row" class="case"><td role="cell" class="deadline" data-due=${due.id}>${dueView(due, today)}</td>
      <td role="cell" class="case"><button type="button" class="open" @click=${(): void => act.open(line.cid)}><span class="unseen">${t("queue.open_case")}</span> <span class="id">${shortId(line.cid)}</span></button></td></tr>`)}</tbody></table>`;
}
