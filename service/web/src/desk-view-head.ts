// What is read before any tab is opened. Where it stands; then what the person claims, what is computed or determined, what was done and what is due.

import { html, nothing, type TemplateResult } from "lit-html";

import { countsWorkingDays, NO_PRIORITY } from "../../../crypto/ts/workflow.js";
import type { Line } from "../../../intake_forms/ts/reading.js";
import { countedBy, nextDue } from "./desk-calendar.js";
import { sleeps } from "./desk-due.js";
import { breachesIn, countersView, isAssessed } from "./desk-findings.js";
import { linesOf } from "./desk-forms.js";
import { type Desk, LANE_URGENT } from "./desk-model.js";
import { answersOf, determinedIn, type OpenedCase } from "./desk-opened.js";
import { countryIn } from "./desk-routes.js";
import { claimedIn } from "./desk-view-claim.js";
import { latestView } from "./desk-view-history.js";
import { languagesView } from "./desk-view-languages.js";
import { peopleIn } from "./desk-view-people.js";
import { dueOf, dueView } from "./desk-view-tasks.js";
import { urgencyInHead } from "./desk-view-urgency.js";
import { countryName, day, has, number, t, tn } from "./desk-words.js";

export interface HeadActions {
  openTab(id: "history" | "answers" | "tasks"): void;
}

/** Answers that say it in a line, by what they say. */
const CLAIMS: Readonly<Record<string, readonly string[]>> = {
  who: ["role", "your_link", "v_age_band", "v_gender", "alive_status", "v_vulnerability", "safe_now"],
  where: ["country", "region", "place_type", "place_name", "custody_stage"],
  when: ["t_detained", "ep_start", "ep_end", "t_released", "still_happening"],
  what: ["methods", "sexual_any", "unconscious", "purpose"],
  wishes: ["wishes", "urgent"],
};
const TIME_ZONE = / ?\([^()]*\/[^()]*\)/; // the precision and the zone of a time: they stand in the timeline
const FIRST_WORDS = 220; // letters of the account, where no question was answered
const DUE = 4; // the nearest; the others are in their tab

export function headView(desk: Desk, opened: OpenedCase, act: HeadActions): TemplateResult {
  return html`${standing(desk, opened)}<div class="head">
    <section class="claims" aria-labelledby="claims-title"><h2 id="claims-title">${t("head.claims")}</h2>${claims(opened)}</section>
    <section class="found" aria-labelledby="found-title"><h2 id="found-title">${t("head.found")}</h2>${found(desk, opened, act)}</section>
    <div class="work">${latestView(opened, () => act.openTab("history"))}
      <section aria-labelledby="head-due"><h2 id="head-due">${t("head.due")}</h2>${due(desk, opened, act)}</section></div>
  </div>`;
}

function claims(opened: OpenedCase): TemplateResult {
  const answers = answersOf(opened.messages);
  const lines = linesOf(answers);
  const told = Object.entries(CLAIMS).map(([name, ids]) => [name, ids.flatMap((id) => lines.filter(({ key, section }) => section && key.replace(/^\w+\.\d+\./, "") === id))] as const);
  const people = peopleIn(opened);
  const agencies = [...new Set(people.flat().filter(({ key }) => key.endsWith("p_agency")).map(({ value }) => value))];
  const story = answers.find(([id]) => id === "story")?.[1] ?? "";
  const any = told.some(([, some]) => some.length) || people.length;
  return html`<dl class="facts">${told.filter(([, some]) => some.length).map(([name, some]) => html`<div><dt>${t(`head.${name}`)}</dt><dd dir="auto">${some.map(valueOf).join("; ")}</dd></div>`)}
      ${people.length ? html`<div><dt>${t("head.by")}</dt><dd dir="auto">${[tn("head.people", people.length), ...agencies].join("; ")}</dd></div>` : nothing}</dl>
    ${story && !any ? html`<p class="first-words" dir="auto">${story.length > FIRST_WORDS ? `${[...story].slice(0, FIRST_WORDS).join("")}…` : story}</p>` : any ? nothing : html`<p class="quiet">${t("head.words_only")}</p>`}`;
}

/** With a word before it, where the answer alone says nothing. */
function valueOf({ value, key }: Line): string {
  const short = `head.short.${key.replace(/^\w+\.\d+\./, "")}`;
  return has(short) ? `${t(short)} ${value.replace(TIME_ZONE, "")}` : value;
}

/** Where the case stands, in one line. */
function standing(desk: Desk, opened: OpenedCase): TemplateResult {
  const { place, unit } = opened;
  const first = desk.file.detail?.messages.find((message) => message.cid === opened.cid);
  const urgent = opened.messages.some(({ lane }) => lane === LANE_URGENT);
  const pairs: [string, TemplateResult | string][] = [
    ["state", t(`state.${opened.state}`) + (sleeps(opened, desk.keyring?.today ?? 0) ? `, ${t("dormant")}` : "")],
    ["priority", place.priority < NO_PRIORITY ? html`<span class="urgency p${place.priority}">P${place.priority}</span> ${t(`priority.short.${place.priority}`)}` : t("priority.none")],
    ...(urgent ? [["lane", html`<span class="lane lane-1">${t("lane.1")}</span>`] as [string, TemplateResult]] : []),
    ["first_day", first ? day(first.day) : t("day.unknown")],
    ["language", languagesView(desk, opened)],
    ...(unit ? [["unit", `${unit.group} · ${tn("fact.readers", unit.members.length)}`] as [string, string], ["claimed", claimedIn(desk, opened)] as [string, TemplateResult | string]] : []),
    ["identity", opened.nameless ? t("identity.erased") : html`<span class="sealed" title=${t("identity.needs")}>${t("identity.sealed")}</span>`],
    ...(opened.hold ? [["hold", t("hold.until", { day: day(opened.hold) })] as [string, string]] : []),
    ["mailbox", t(desk.file.detail?.mailbox_open === false ? "mailbox.closed" : "mailbox.open")],
  ];
  return html`<dl class="standing">${pairs.map(([key, value]) => html`<div><dt>${t(`fact.${key}`)}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function found(desk: Desk, opened: OpenedCase, act: HeadActions): TemplateResult {
  const determined = determinedIn(opened);
  const breaches = breachesIn(opened);
  return html`${urgencyInHead(desk, opened)}
    ${determined ? html`<p><strong>${has(`code.${determined.code}`) ? t(`code.${determined.code}`) : determined.code}</strong> <span class="quiet">${t("head.determined", { day: day(determined.day) })}</span></p>` : nothing}
    ${breaches.length ? html`<ul class="breaches">${breaches.map(({ rule, basis, possible }) => html`<li class=${possible ? "perhaps" : "late"}>${t(`finding.breach.${rule}`)} <span class="quiet small-print">${t(possible ? "head.perhaps" : `head.${basis}`)}</span></li>`)}</ul>
      <p><button type="button" class="plain" id="to-findings" @click=${(): void => act.openTab("answers")}>${t("head.findings")}</button></p>` : html`<p class="quiet">${t(isAssessed(opened) ? "head.no_breach" : "answers.no_findings")}</p>`}
    ${countersView(opened)} ${determined ? nothing : html`<p class="quiet">${t("head.undetermined")}</p>`}`;
}

function due(desk: Desk, opened: OpenedCase, act: HeadActions): TemplateResult {
  const all = dueOf(desk, opened);
  const today = desk.keyring?.today ?? 0;
  return html`${all.length ? html`<ul class="due-list">${all.slice(0, DUE).map((one) => html`<li>${dueView(one, today)}</li>`)}</ul>` : html`<p class="quiet">${t("tasks.nothing_due")}</p>`}
    ${workingDays(opened)}
    ${all.length > DUE ? html`<p><button type="button" class="plain" @click=${(): void => act.openTab("tasks")}>${t("head.more_due", { n: number(all.length - DUE) })}</button></p>` : nothing}`;
}

/** By whose working days the next step was counted, and that those are not confirmed. */
function workingDays(opened: OpenedCase): TemplateResult | typeof nothing {
  const { place } = opened;
  if (!countsWorkingDays(place.state, place.priority)) return nothing;
  const country = countryIn(answersOf(opened.messages));
  const counted = countedBy(country, nextDue(place, country));
  return html`<p class="help" id="counted">${counted ? t(counted.sure ? "days.counted" : "days.draft", { country: countryName(counted.country) }) : t("days.plain")}</p>`;
}
