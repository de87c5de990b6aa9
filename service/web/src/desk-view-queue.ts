// The queue: what burns, what is mine, what is late. Nothing of what people wrote is shown here.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { NO_PRIORITY } from "../../../crypto/ts/workflow.js";
import { isBegun } from "./desk-kept.js";
import { BATCH, type CaseLine, type Desk, LANE_URGENT, type Peek, shortId, type SortKey } from "./desk-model.js";
import { dueTable, type GlanceActions, glanceView } from "./desk-view-glance.js";
import { type OpeningActions, openingView } from "./desk-view-opening.js";
import { patternsView } from "./desk-view-patterns.js";
import { type ManyActions, manyView } from "./desk-view-many.js";
import { dueView } from "./desk-view-tasks.js";
import { day, fault, languageName, number, t, tn } from "./desk-words.js";

export interface QueueActions extends ManyActions, GlanceActions, OpeningActions {
  rows(): CaseLine[];
  needsAnswer(line: CaseLine): boolean;
  open(cid: string): void;
  select(cid: string): void;
  filter(text: string): void;
  sort(key: SortKey): void;
  reload(): void;
  more(): void;
}

export function queueView(desk: Desk, act: QueueActions): TemplateResult {
  const { queue } = desk;
  const unit = desk.member?.role !== "reviewer";
  const custodian = desk.member?.role === "custodian";
  return html`
    <div class="queue">
      <div class="bar">
        <h1 tabindex="-1">${t(custodian ? "names.title" : unit ? "unit.title" : "queue.title")}</h1>
        ${queue.loaded ? summary(act, custodian) : nothing}
        <label class="filter"><span>${t("queue.filter")} <kbd>/</kbd></span>
          <input type="search" id="filter" autocomplete="off" spellcheck="false" .value=${queue.filter}
            @input=${(event: Event): void => act.filter((event.target as HTMLInputElement).value)} /></label>
        <button type="button" data-key="reload" @click=${act.reload}>${t("queue.reload")}</button>
      </div>
      ${queue.fault ? html`<p class="alarm" role="alert">${fault(queue.fault.slug, "queue")}</p>` : nothing}
      ${openingView(desk, act)}
      ${queue.loaded && queue.lines.length && !custodian ? glanceView(desk, act) : nothing}
      ${!queue.loaded
        ? queue.fault ? nothing : html`<p class="quiet" role="status">${t("queue.loading")}</p>`
        : queue.lines.length === 0
          ? html`<div class="empty"><p class="calm">${t(custodian ? "names.empty" : unit ? "unit.empty" : "queue.empty")}</p><p>${t(custodian ? "names.empty.next" : unit ? "unit.empty.next" : "queue.empty.next")}</p></div>`
          : queue.shows === "due" ? dueTable(desk, act) : cases(desk, act)}
      ${queue.loaded && queue.lines.length ? rest(desk, act) : nothing}
      ${queue.loaded && !custodian ? patternsView(desk, act) : nothing}
      ${queue.loaded ? manyView(desk, act) : nothing}
    </div>
  `;
}

function cases(desk: Desk, act: QueueActions): TemplateResult {
  const rows = act.rows();
  if (rows.length === 0) return html`<div class="empty"><p class="calm">${t("queue.none_match")}</p><p>${t("queue.none_match.next")}</p></div>`;
  const ours = rows.filter((line) => act.peek(line).reach !== "closed");
  const others = rows.filter((line) => act.peek(line).reach === "closed");
  return html`
    ${ours.length ? table(desk, act, ours, t("queue.ours")) : html`<div class="empty"><p class="calm">${t("queue.none_ours")}</p></div>`}
    ${others.length
      ? html`<h2>${t("queue.others")} <span class="count">${number(others.length)}</span></h2>
          <p class="quiet">${t("queue.others.why")}</p>
          ${table(desk, act, others, t("queue.others"), COLUMNS_CLOSED)}`
      : nothing}`;
}

/** Cases that nobody has tried to open yet are not searched: that is said where it is so. */
function rest(desk: Desk, act: QueueActions): TemplateResult | typeof nothing {
  const total = desk.queue.lines.length;
  const tried = act.triedRows().length;
  if (tried >= total) return nothing;
  const left = total - tried - desk.opening.held.size; // held: not before another agrees
  return html`<p class="row" id="rest"><span>${t("queue.opened_of", { n: tried, total })} ${desk.queue.filter || desk.queue.only ? t("queue.searched") : nothing}</span>
    ${left > 0 ? html`<button type="button" id="more" @click=${act.more}>${t("queue.more", { n: Math.min(BATCH, left) })}</button>` : nothing}</p>`;
}

/** Whom a custodian keeps waiting stands in the list: the person is answered by others. */
function summary(act: QueueActions, custodian: boolean): TemplateResult {
  const all = act.triedRows();
  const waiting = all.filter((line) => act.peek(line).reach === "waiting").length;
  const open = all.filter((line) => act.needsAnswer(line));
  return html`<p class="summary" role="status">${waiting ? tn("queue.trying", waiting) : open.length ? tn("queue.to_answer", open.length) : custodian ? nothing : t("queue.calm")}</p>`;
}

type Column = [string, SortKey | ""];
const COLUMNS: Column[] = [["case", "rank"], ["priority", "priority"], ["deadline", "due"], ["state", "state"], ["fresh", "fresh"], ["messages", "messages"], ["age", "age"]];
const COLUMNS_CLOSED = COLUMNS.filter(([id]) => !["priority", "deadline", "fresh"].includes(id));

function table(desk: Desk, act: QueueActions, rows: CaseLine[], name: string, columns = COLUMNS): TemplateResult {
  const { sort, down } = desk.queue;
  const head = ([id, key]: Column): TemplateResult => html`
    <th role="columnheader" scope="col" class=${id} aria-sort=${key && key === sort ? (down ? "descending" : "ascending") : nothing}>
      ${key ? html`<button type="button" class="sort" data-sort=${key} @click=${(): void => act.sort(key)}>${t(`column.${id}`)}</button>` : t(`column.${id}`)}
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
  const draft = isBegun(desk, line.cid);
  const selected = line.cid === desk.queue.selected ? "selected" : "";
  return html`
    <tr role="row" class="case ${peek.reach} ${selected} ${(line.lane === LANE_URGENT || peek.burns) && !closed ? "urgent" : ""}">
      <td role="cell" class="case">
        <button type="button" class="open" data-cid=${line.cid} data-reach=${peek.reach} @focus=${(): void => act.select(line.cid)} @click=${(): void => act.open(line.cid)}>
          <span class="unseen">${t("queue.open_case")}</span> <span class="id">${shortId(line.cid)}</span>
        </button>
        ${line.lane ? html`<span class="lane lane-${line.lane}">${t(`lane.${line.lane}`)}</span>` : nothing}
        ${draft ? html`<span class="tag">${t("queue.draft")}</span>` : nothing}
        ${closed ? html`<span class="unseen">${t("reach.closed")}</span>` : html`<span class="reach">${reach(peek)}</span>`}
        ${peek.mine ? html`<span class="mine">${t("queue.mine")}</span>` : nothing}
      </td>
      ${closed ? nothing : html`<td role="cell" class="priority">${line.priority < NO_PRIORITY ? html`<span class="urgency p${line.priority}">P${line.priority}</span> <span class="small-print">${t(`priority.short.${line.priority}`)}</span>` : html`<span class="quiet small-print">${t("priority.none")}</span>`}</td>
        <td role="cell" class="deadline">${deadline(peek, today)}</td>`}
      <td role="cell" class="state">${t(peek.hold ? "state.16" : `state.${line.state}`)}${peek.dormant ? `, ${t("dormant")}` : ""}</td>
      ${closed ? nothing : html`<td role="cell" class="fresh">${peek.fresh ? html`<span class="new">${tn("queue.new", peek.fresh)}</span>` : nothing}</td>`}
      <td role="cell" class="messages"><span class="small">${t("column.messages")}</span> ${number(line.messages)}</td>
      <td role="cell" class="age" title=${day(line.first_day)}>${age ? tn("days", age) : t("days.today")}</td>
    </tr>
  `;
}

/** The nearest of what is due, in words and shape. */
function deadline(peek: Peek, today: number): TemplateResult | typeof nothing {
  const [next] = peek.due;
  return next && peek.reach === "opens" ? dueView(next, today) : nothing;
}

function reach(peek: Peek): TemplateResult | string {
  if (peek.reach === "fault") return html`<strong class="broken">${fault(peek.fault, "case")}</strong>`;
  if (peek.reach === "opens") return peek.language ? languageName(peek.language, []) : t("reach.opens");
  return t(`reach.${peek.reach}`);
}
