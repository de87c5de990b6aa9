// The queue: what burns, what is mine, what is late. Nothing of what people wrote is shown here.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { NO_PRIORITY } from "../../../crypto/ts/workflow.js";
import { patternsView } from "./desk-view-patterns.js";
import { nextDue } from "./desk-calendar.js";
import { answerDue, type CaseLine, type Desk, type Peek, shortId, type SortKey } from "./desk-model.js";
import { type ManyActions, manyView } from "./desk-view-many.js";
import { day, fault, languageName, number, t, tn } from "./desk-words.js";

export interface QueueActions extends ManyActions {
  rows(): CaseLine[];
  peek(line: CaseLine): Peek;
  needsAnswer(line: CaseLine): boolean;
  open(cid: string): void;
  select(cid: string): void;
  filter(text: string): void;
  sort(key: SortKey): void;
  reload(): void;
}

export function queueView(desk: Desk, act: QueueActions): TemplateResult {
  const { queue } = desk;
  const unit = desk.member?.role !== "reviewer";
  const custodian = desk.member?.role === "custodian";
  const rows = act.rows();
  const ours = rows.filter((line) => act.peek(line).reach !== "closed");
  const others = rows.filter((line) => act.peek(line).reach === "closed");
  return html`
    <div class="queue">
      <div class="bar">
        <h1 tabindex="-1">${t(custodian ? "names.title" : unit ? "unit.title" : "queue.title")}</h1>
        ${queue.loaded ? summary(desk, act) : nothing}
        <label class="filter"><span>${t("queue.filter")} <kbd>/</kbd></span>
          <input type="search" id="filter" autocomplete="off" spellcheck="false" .value=${queue.filter}
            @input=${(event: Event): void => act.filter((event.target as HTMLInputElement).value)} /></label>
        <button type="button" data-key="reload" @click=${act.reload}>${t("queue.reload")}</button>
      </div>
      ${queue.fault ? html`<p class="alarm" role="alert">${fault(queue.fault.slug, "queue")}</p>` : nothing}
      ${!queue.loaded
        ? queue.fault ? nothing : html`<p class="quiet" role="status">${t("queue.loading")}</p>`
        : queue.lines.length === 0
          ? html`<div class="empty"><p class="calm">${t(custodian ? "names.empty" : unit ? "unit.empty" : "queue.empty")}</p><p>${t(custodian ? "names.empty.next" : unit ? "unit.empty.next" : "queue.empty.next")}</p></div>`
          : rows.length === 0
            ? html`<div class="empty"><p class="calm">${t("queue.none_match")}</p><p>${t("queue.none_match.next")}</p></div>`
            : html`
                ${ours.length ? table(desk, act, ours, t("queue.ours")) : html`<div class="empty"><p class="calm">${t("queue.none_ours")}</p></div>`}
                ${others.length
                  ? html`<h2>${t("queue.others")} <span class="count">${number(others.length)}</span></h2>
                      <p class="quiet">${t("queue.others.why")}</p>
                      ${table(desk, act, others, t("queue.others"), COLUMNS_CLOSED)}`
                  : nothing}
              `}
      ${queue.loaded && !custodian ? patternsView(desk, act) : nothing}
      ${queue.loaded ? manyView(desk, act) : nothing}
    </div>
  `;
}

function summary(desk: Desk, act: QueueActions): TemplateResult {
  const all = desk.queue.lines;
  const today = desk.keyring?.today ?? 0;
  const waiting = all.filter((line) => act.peek(line).reach === "waiting").length;
  const open = all.filter((line) => act.needsAnswer(line));
  const urgent = open.filter((line) => line.lane === 1).length;
  const late = open.filter((line) => !act.peek(line).acknowledged && answerDue(line) < today).length;
  return html`<p class="summary" role="status">
    ${waiting ? tn("queue.trying", waiting) : open.length ? tn("queue.to_answer", open.length) : t("queue.calm")}
    ${urgent ? html`<strong class="burns">${tn("queue.urgent", urgent)}</strong>` : nothing}
    ${late ? html`<strong class="late">${tn("queue.late", late)}</strong>` : nothing}
  </p>`;
}

type Column = [string, SortKey | ""];
const COLUMNS: Column[] = [["case", "rank"], ["due", ""], ["state", "state"], ["fresh", "fresh"], ["messages", "messages"], ["age", "age"]];
const COLUMNS_CLOSED = COLUMNS.filter(([id]) => id !== "due" && id !== "fresh");

function table(desk: Desk, act: QueueActions, rows: CaseLine[], name: string, columns = COLUMNS): TemplateResult {
  const { sort, down } = desk.queue;
  const head = ([id, key]: Column): TemplateResult => html`
    <th role="columnheader" scope="col" class=${id} aria-sort=${key && key === sort ? (down ? "descending" : "ascending") : nothing}>
      ${key ? html`<button type="button" class="sort" @click=${(): void => act.sort(key)}>${t(`column.${id}`)}</button>` : t(`column.${id}`)}
    </th>`;
  return html`
    <table role="table" class="cases" aria-label=${name}>
      <thead role="rowgroup"><tr role="row">${columns.map(head)}</tr></thead>
      <tbody role="rowgroup">${repeat(rows, (line) => line.cid, (line) => row(desk, act, line))}</tbody>
    </table>
  `;
}

function row(desk: Desk, act: QueueActions, line: CaseLine): TemplateResult {
  const peek = act.peek(line);
  const today = desk.keyring?.today ?? 0;
  const age = Math.max(0, today - line.first_day);
  const closed = peek.reach === "closed";
  const next = nextDue(line, peek.country);
  const draft = (desk.drafts.get(line.cid)?.text.trim() ?? "") !== "";
  const selected = line.cid === desk.queue.selected ? "selected" : "";
  return html`
    <tr role="row" class="case ${peek.reach} ${selected} ${line.lane === 1 && !closed ? "urgent" : ""}">
      <td role="cell" class="case">
        <button type="button" class="open" data-cid=${line.cid} data-reach=${peek.reach} @focus=${(): void => act.select(line.cid)} @click=${(): void => act.open(line.cid)}>
          <span class="unseen">${t("queue.open_case")}</span> <span class="id">${shortId(line.cid)}</span>
        </button>
        ${line.lane ? html`<span class="lane lane-${line.lane}">${t(`lane.${line.lane}`)}</span>` : nothing}
        ${line.priority < NO_PRIORITY && !closed ? html`<span class="urgency p${line.priority}" title=${t(`priority.${line.priority}`)}>P${line.priority}</span>` : nothing}
        ${draft ? html`<span class="tag">${t("queue.draft")}</span>` : nothing}
        ${closed ? html`<span class="unseen">${t("reach.closed")}</span>` : html`<span class="reach">${reach(peek)}</span>`}
      </td>
      ${closed ? nothing : html`<td role="cell" class="due">${due(line, peek, today)}</td>`}
      <td role="cell" class="state">${t(peek.hold ? "state.16" : `state.${line.state}`)}${next && line.state && !closed ? html` <span class=${next < today ? "late next" : "quiet next"}>${t("queue.next", { day: day(next) })}</span>` : nothing}</td>
      ${closed ? nothing : html`<td role="cell" class="fresh">${peek.fresh ? html`<span class="new">${tn("queue.new", peek.fresh)}</span>` : nothing}</td>`}
      <td role="cell" class="messages"><span class="small">${t("column.messages")}</span> ${number(line.messages)}</td>
      <td role="cell" class="age" title=${day(line.first_day)}>${age ? tn("days", age) : t("days.today")}</td>
    </tr>
  `;
}

function reach(peek: Peek): TemplateResult | string {
  if (peek.reach === "fault") return html`<strong class="broken">${fault(peek.fault, "case")}</strong>`;
  if (peek.reach === "opens") return peek.language ? languageName(peek.language, []) : t("reach.opens");
  return t(`reach.${peek.reach}`);
}

function due(line: CaseLine, peek: Peek, today: number): TemplateResult | string {
  if (peek.reach === "closed" || peek.reach === "waiting") return "";
  if (peek.acknowledged) return peek.unanswered ? t("due.again") : t("due.answered");
  const left = answerDue(line) - today;
  if (left < 0) return html`<strong class="late">${tn("due.late", -left)}</strong>`;
  return left === 0 ? html`<strong>${t("due.today")}</strong>` : tn("due.in", left);
}
