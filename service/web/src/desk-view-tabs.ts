// The tabs of a case and what is in each. A new subject is one line in PANELS and one id in desk-tabs.ts.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import type { Desk } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { type TabId, tabsOf } from "./desk-tabs.js";
import { answersView } from "./desk-view-answers.js";
import { booksView } from "./desk-view-books.js";
import { type CaseActions } from "./desk-view-case.js";
import { conflictView } from "./desk-view-conflict.js";
import { copiesView } from "./desk-view-copies.js";
import { readersView } from "./desk-view-deeds.js";
import { evidenceView, filesOf } from "./desk-view-files.js";
import { historyView } from "./desk-view-history.js";
import { accountView, answersTo, isAccount, isNote, messagesView, notesView } from "./desk-view-messages.js";
import { peopleIn, peopleView } from "./desk-view-people.js";
import { sameIncident } from "./desk-view-patterns.js";
import { papersPast } from "./desk-view-print.js";
import { dueOf, tasksView } from "./desk-view-tasks.js";
import { momentsIn, timelineView } from "./desk-view-timeline.js";
import { number, t } from "./desk-words.js";

export interface TabActions {
  openTab(id: TabId): void;
}

interface Panel {
  view(desk: Desk, opened: OpenedCase, act: CaseActions, languages: [string, string][]): TemplateResult | typeof nothing | (TemplateResult | typeof nothing)[];
  /** How much is in it, where that says something. */
  count?(desk: Desk, opened: OpenedCase): number;
}

const PANELS: Readonly<Record<TabId, Panel>> = {
  account: { view: (desk, opened, act, languages) => accountView(desk, opened, languages, () => act.openTab("messages")) },
  answers: { view: (_, opened, __, languages) => answersView(opened, languages) },
  timeline: { view: (_, opened) => timelineView(opened), count: (_, opened) => momentsIn(opened).length },
  books: { view: (desk, opened, act) => [booksView(desk, opened, act), sameIncident(desk, opened.cid, act)], count: (_, { books }) => books.records.filter(({ book, struck }) => book !== "task" && !struck).length },
  people: { view: (_, opened) => peopleView(opened), count: (_, opened) => peopleIn(opened).length },
  evidence: { view: (desk, opened, act) => evidenceView(desk, opened, act), count: (_, opened) => filesOf(opened) },
  messages: { view: (desk, opened, _, languages) => messagesView(desk, opened, languages), count: (_, opened) => answersTo(opened) },
  notes: { view: (desk, opened, _, languages) => notesView(opened, languages, papersPast(desk, opened)), count: (_, opened) => opened.entries.filter(isNote).length },
  tasks: { view: (desk, opened, act) => tasksView(desk, opened, act), count: (desk, opened) => dueOf(desk, opened).length },
  conflict: { view: (desk, opened, act) => [conflictView(desk, opened, act), readersView(desk, opened, act), copiesView(opened)], count: (_, opened) => opened.barred.length },
  history: { view: (desk, opened) => historyView(desk, opened), count: (_, opened) => opened.entries.length },
};

/** One tab has the focus and the arrows move among them; a narrow screen has a list to choose from in their place. `below`: what stands under each panel. */
export function tabsView(desk: Desk, opened: OpenedCase, act: CaseActions, languages: [string, string][], below: TemplateResult): TemplateResult {
  const ids = tabsOf(desk, opened);
  const { tab } = desk.file;
  const shown = ids.includes(tab) ? tab : (ids[0] ?? "history");
  const late = (id: TabId): boolean => id === "tasks" && dueOf(desk, opened).some(({ day }) => day < (desk.keyring?.today ?? 0));
  const news = (id: TabId): boolean => desk.file.newFrom > 0 && opened.messages.some((one, i) => i >= desk.file.newFrom && id === (isAccount(one, i) ? "account" : "messages"));
  const name = (id: TabId): string => {
    const n = PANELS[id].count?.(desk, opened) ?? 0;
    return `${t(`tab.${id}`)}${n ? ` (${number(n)})` : ""}`;
  };
  const keyed = (event: KeyboardEvent): void => {
    const step: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    const at = ids.indexOf(shown);
    const to = event.key === "Home" ? 0 : event.key === "End" ? ids.length - 1 : event.key in step ? (at + (step[event.key] ?? 0) + ids.length) % ids.length : -1;
    const id = ids[to];
    if (!id) return;
    event.preventDefault();
    act.openTab(id);
    document.getElementById(`tab-${id}`)?.focus();
  };
  return html`<div class="sheet">
    <p class="tab-choice"><label for="tab-choice">${t("tabs.label")}</label> <select id="tab-choice" autocomplete="off" @change=${(event: Event): void => act.openTab((event.target as HTMLSelectElement).value as TabId)}>
      ${ids.map((id) => html`<option value=${id} .selected=${live(id === shown)}>${name(id)}${late(id) ? ` ● ${t("tabs.late")}` : news(id) ? ` ● ${t("page.new")}` : ""}</option>`)}</select></p>
    <div class="tabs" role="tablist" aria-orientation="vertical" aria-label=${t("tabs.label")} @keydown=${keyed}>${ids.map((id, n) => html`
      <button type="button" role="tab" id="tab-${id}" data-tab=${id} aria-selected=${id === shown ? "true" : "false"} aria-controls="panel-${id}" tabindex=${id === shown ? "0" : "-1"} @click=${(): void => act.openTab(id)}>
        <span>${name(id)}${late(id) ? html` <span class="late small-print">${t("tabs.late")}</span>` : news(id) ? html` <span class="new small-print">${t("page.new")}</span>` : nothing}</span>${n < 10 ? html` <kbd aria-hidden="true">${(n + 1) % 10}</kbd>` : nothing}</button>`)}</div>
    <div class="panels">${ids.map((id) => html`
      <div role="tabpanel" id="panel-${id}" class="panel" aria-labelledby="tab-${id}" tabindex="0" ?hidden=${id !== shown}><h2 class="panel-title">${t(`tab.${id}`)}</h2>${PANELS[id].view(desk, opened, act, languages)}</div>`)}${below}</div>
  </div>`;
}
