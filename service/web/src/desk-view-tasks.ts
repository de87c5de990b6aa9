// What is due in a case and by when, the tasks that members write, and a line for another.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";

import { type Due, type Task, tasksOf } from "./desk-due.js";
import { ANYBODY, type Colleague, type Desk, fieldHere, shortId } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { isCaseworker } from "./desk-roles.js";
import { asPeek } from "./desk-queue.js";
import { problem } from "./desk-view-answering.js";
import { day, t, tn } from "./desk-words.js";

export interface TaskActions {
  addTask(what: string, until: string, whose: string): Promise<boolean>;
  endTask(key: string): void;
  answerWords(field: string, text: string): void;
}

const LONGEST = 500; // letters

export const dueOf = (desk: Desk, opened: OpenedCase): readonly Due[] => asPeek(desk, { reaches: true, fault: null, opened }, desk.file.detail).due;

export function tasksView(desk: Desk, opened: OpenedCase, act: TaskActions): TemplateResult {
  const today = desk.keyring?.today ?? 0;
  const due = dueOf(desk, opened);
  const tasks = tasksOf(opened.books.records);
  const open = tasks.filter(({ done }) => !done);
  const done = tasks.filter((one) => one.done);
  return html`
    <section aria-labelledby="due-title"><h3 id="due-title">${t("tasks.due")}</h3>
      ${due.length ? html`<ul class="due-list">${due.map((one) => html`<li data-due=${one.id}>${dueView(one, today)}</li>`)}</ul>` : html`<p class="quiet">${t("tasks.nothing_due")}</p>`}</section>
    <section aria-labelledby="tasks-title"><h3 id="tasks-title">${t("tasks.title")}</h3>
      ${open.length ? html`<ul class="due-list">${repeat(open, ({ key }) => key, (one) => taskLine(desk, one, act))}</ul>` : html`<p class="quiet">${t("tasks.none")}</p>`}
      ${done.length ? html`<details><summary>${tn("tasks.done", done.length)}</summary><ul class="points">${done.map((one) => html`<li dir="auto"><s>${one.what}</s></li>`)}</ul></details>` : nothing}
      ${isCaseworker(desk.member?.role) && !opened.chainFault ? adding(desk, act) : nothing}</section>
  `;
}

/** A day in words and shape, and what for. */
export function dueView(one: Due, today: number): TemplateResult {
  const left = one.day - today;
  return html`<span class="by ${left < 0 ? "late" : left <= 1 ? "soon" : "later"}">${left < 0 ? tn("due.late", -left) : left === 0 ? t("due.today") : tn("due.in", left)}</span>
    <span>${t(`due.what.${one.id}`)}${one.about ? html`: <bdi>${one.about}</bdi>` : nothing}</span> <span class="quiet small-print">${day(one.day)}</span>`;
}

function taskLine(desk: Desk, one: Task, act: TaskActions): TemplateResult {
  const whose = desk.colleagues.find(({ id }) => id === one.whose);
  return html`<li data-task=${one.key}><bdi>${one.what}</bdi>
    <span class="quiet small-print">${[whose ? `${t(`role.${whose.role}`)} ${shortId(whose.id)}` : "", one.until ? day(one.until) : ""].filter(Boolean).join(" · ")}</span>
    <button type="button" class="plain" ?disabled=${desk.file.doing === "sending"} @click=${(): void => act.endTask(one.key)}>${t("tasks.end")}</button></li>`;
}

/** Whether a task could reach them: a reviewer that is not left out, or one of the unit that has the case. Who was drawn is a secret. */
const mayRead = (opened: OpenedCase | null, { id, role }: Colleague): boolean =>
  role === "reviewer" ? !opened?.readers.length || opened.readers.includes(id) : opened?.unit?.members.includes(id) ?? false;

/** Signed at once, like a line of the books: a task is no secret among those who work on the case. */
export function adding(desk: Desk, act: TaskActions): TemplateResult {
  const submit = (event: Event): void => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const value = (id: string): string => form.querySelector<HTMLInputElement>(`#${id}`)?.value ?? "";
    void act.addTask(value("task-what"), value("task-until"), value("task-for"));
  };
  const keep = (id: string) => (event: Event): void => act.answerWords(id, (event.target as HTMLInputElement).value || (id === "task-for" ? ANYBODY : ""));
  const whose = fieldHere(desk, "task-for") || (desk.member?.id ?? "");
  return html`<form id="task" class="task" autocomplete="off" novalidate @submit=${submit}>
    <label for="task-what">${t("tasks.what")}</label><input id="task-what" type="text" autocomplete="off" maxlength=${LONGEST} .value=${live(fieldHere(desk, "task-what"))} @input=${keep("task-what")} />
    <div class="row"><label for="task-until">${t("tasks.until")}</label><input id="task-until" type="date" autocomplete="off" .value=${live(fieldHere(desk, "task-until"))} @input=${keep("task-until")} />
      <label for="task-for">${t("tasks.for")}</label><select id="task-for" autocomplete="off" @change=${keep("task-for")}><option value=${desk.member?.id ?? ""} .selected=${live(whose === desk.member?.id)}>${t("tasks.me")}</option><option value="" .selected=${live(whose === ANYBODY)}>${t("tasks.anybody")}</option>
        ${desk.colleagues.filter((one) => one.id !== desk.member?.id && isCaseworker(one.role) && mayRead(desk.file.opened, one)).map(({ id, role, group }) => html`<option value=${id} .selected=${live(whose === id)}>${[t(`role.${role}`), group, shortId(id)].filter(Boolean).join(" · ")}</option>`)}</select>
      <button type="submit" id="add-task" ?disabled=${desk.file.doing === "sending"}>${t("tasks.add")}</button></div>
    ${problem(desk, "tasks")}
  </form>`;
}
