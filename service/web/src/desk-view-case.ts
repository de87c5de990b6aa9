// One case, as it would lie on a desk: facts first, then what the person wrote, then what was done, then the answer.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";

import type { Line } from "../../../intake_forms/ts/reading.js";
import { countsWorkingDays, NO_PRIORITY, State } from "../../../crypto/ts/workflow.js";
import { answerDue, type Desk, type Draft, type EvidenceFile, LANE_STOP, MAX_TEXT, type OpenedCase, type OpenedEntry, type OpenedMessage, shortId, textBytes } from "./desk-model.js";
import { linesOf } from "./desk-forms.js";
import { countersView, findingsView } from "./desk-findings.js";
import { BOOKS_CODE, onlyRecords } from "./desk-books.js";
import { bookAlerts, type BookActions, booksView } from "./desk-view-books.js";
import { type ConflictActions, conflictView } from "./desk-view-conflict.js";
import type { Viewing } from "./desk-viewing.js";
import { countedBy, nextDue } from "./desk-calendar.js";
import { countryIn } from "./desk-routes.js";
import { copiesView } from "./desk-view-copies.js";
import { routeOf } from "./desk-routing.js";
import { sameIncident, type PatternActions } from "./desk-view-patterns.js";
import { asksView, changesView, type DeedActions, deedsView, proposalsView, readersView } from "./desk-view-deeds.js";
import { countryName, day, fault, has, languageName, number, t, tn } from "./desk-words.js";

export interface CaseActions extends DeedActions, ConflictActions, BookActions, PatternActions {
  back(): void;
  again(): void;
  draft(): Draft;
  write(change: Partial<Draft>): void;
  ask(): void;
  unask(): void;
  beginWith(id: string): void;
  send(): void;
  exportCase(): void;
  carryIn(file: File | null): void;
  saveFile(file: EvidenceFile): void;
  viewFile(file: EvidenceFile): void;
  showClearly(): void;
  closeFile(): void;
}

export function caseView(desk: Desk, act: CaseActions, languages: [string, string][]): TemplateResult {
  const { file } = desk;
  const { opened } = file;
  return html`
    <div class="file">
      <div class="bar">
        <button type="button" class="plain" data-key="back" @click=${act.back}>← ${t("case.back")}</button>
        <h1 tabindex="-1">${t("case.title")} <span class="id" title=${file.cid}>${shortId(file.cid)}</span></h1>
        ${file.detail && desk.member?.role === "reviewer" && !opened?.against.length ? html`<button type="button" id="export" data-key="export" ?disabled=${file.exporting} @click=${act.exportCase}>${t("case.export")}</button>` : nothing}
      </div>
      ${file.fault ? faultBox(file.fault.slug, file.fault.fact, act) : nothing} ${file.fault?.slug === "not_a_recipient" ? carrying(desk, act) : nothing}
      ${opened?.against.length ? barredView(desk, opened, act) : opened ? html`${alarms(opened, languages)} ${bookAlerts(opened)} ${proposalsView(desk, opened, act)} ${changesView(desk, opened, act)} ${asksView(desk, opened, act)}
            <div class="sheet">
              <aside aria-label=${t("case.facts")}>${facts(desk, opened, languages)} ${history(opened)}</aside>
              <div class="paper">${file.said === "sent" ? nothing : said(desk)} ${pages(desk, opened, act, languages)} ${countersView(opened)} ${findingsView(opened)} ${booksView(desk, opened, act)} ${sameIncident(desk, opened.cid, act)} ${conflictView(desk, opened, act)} ${readersView(desk, opened, act)} ${copiesView(opened)} ${file.said === "sent" ? said(desk) : nothing}
                ${composer(desk, opened, act, languages)} ${deedsView(desk, opened, act)}</div>
            </div>`
        : file.loading ? html`<p class="quiet" role="status">${t("case.loading")}</p>` : nothing}
    </div>
  `;
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

/** What is broken is said before anything else, each with the class of its failure. */
function alarms(opened: OpenedCase, languages: [string, string][]): TemplateResult | typeof nothing {
  const lines: (TemplateResult | string)[] = [];
  if (opened.chainFault) lines.push(`${t("alarm.chain_broken")} ${fault(opened.chainFault.slug, "case")}`);
  if (opened.withheld) lines.push(t("case.withheld"));
  for (const message of opened.messages) if (message.fault && message.fault.slug !== "not_a_recipient") lines.push(`${t("case.message_broken", { id: shortId(message.cid) })} ${fault(message.fault.slug, "case")}`);
  for (const entry of opened.entries) {
    if (entry.textFault && entry.textFault.slug !== "not_a_recipient") lines.push(`${t("case.text_broken", { n: entry.seq + 1 })} ${fault(entry.textFault.slug, "case")}`);
    if (entry.verdict === "void" || entry.verdict === "unconfirmed") lines.push(`${t("case.entry", { n: entry.seq + 1 })} ${t(`verdict.${entry.verdict}.why`)}`);
  }
  const stop = openStop(opened);
  return html`
    ${lines.length ? html`<div class="alarm" role="alert"><h2>${t("case.broken")}</h2><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></div>` : nothing}
    ${stop ? html`<div class="alarm hold" role="alert"><h2>${t("state.16")}</h2><p>${t("case.hold", { day: day(stop.day) })}</p></div>` : nothing}
    ${doNot(opened, languages)}
  `;
}

const EXCERPT = 120; // letters of an answer in the history: enough to know which it was
const DO_NOT = ["r_do_not", "never_show"];
const OWN_WORDS = ["story", "file_note"];

/** The person's own "do not" stands above the account (DOMAIN 2.1, N). */
function doNot(opened: OpenedCase, languages: [string, string][]): TemplateResult | typeof nothing {
  const lines = opened.messages.flatMap((message) => message.intake.filter(([id, value]) => DO_NOT.includes(id) && value.trim()).map((line) => ({ line, message })));
  const shown = lines.map(({ line, message }) => {
    return line[0] === DO_NOT[0] ? html`<p class="words" lang=${message.language || nothing} dir="auto">${line[1]}</p>` : answer(line, message.language, languages);
  });
  return lines.length ? html`<div class="note donot"><h2>${t("case.do_not")}</h2>${shown}</div>` : nothing;
}

export function openStop(opened: OpenedCase): OpenedMessage | undefined {
  const cited = new Set(opened.entries.filter((entry) => entry.verdict === "counts").map((entry) => entry.cited));
  return opened.messages.find((message) => message.lane === LANE_STOP && !cited.has(message.cid));
}

function facts(desk: Desk, opened: OpenedCase, languages: [string, string][]): TemplateResult {
  const { detail } = desk.file;
  const today = desk.keyring?.today ?? 0;
  const line = desk.queue.lines.find((one) => one.cid === opened.cid);
  const first = detail?.messages.find((message) => message.cid === opened.cid);
  const lane = Math.max(0, ...opened.messages.map((message) => (message.lane === 1 ? 1 : 0)));
  const left = answerDue({ first_day: first?.day ?? today, lane: line?.lane ?? lane } as never) - today;
  const due = opened.acknowledged
    ? opened.unanswered ? t("due.again") : t("due.answered")
    : left < 0 ? html`<strong class="late">${tn("due.late", -left)}</strong>` : left === 0 ? html`<strong>${t("due.today")}</strong>` : tn("due.in", left);
  const { place, unit } = opened;
  const country = countryIn(opened.messages.flatMap(({ answers }) => answers));
  const next = nextDue(place, country);
  const pairs: [string, TemplateResult | string][] = [
    ["state", t(`state.${opened.state}`)],
    ...(place.priority < NO_PRIORITY ? [["priority", html`<span class="urgency p${place.priority}">P${place.priority}</span> ${t(`priority.${place.priority}`)}`] as [string, TemplateResult]] : []),
    ...(next && place.state ? [["next", html`${next < today ? html`<strong class="late">${day(next)}</strong>` : day(next)} ${workingDays(country, next, place)}`] as [string, TemplateResult]] : []),
    ...(unit ? [["unit", `${unit.group} · ${tn("fact.readers", unit.members.length)}`] as [string, string]] : []),
    ["lane", lane ? html`<span class="lane lane-1">${t("lane.1")}</span>` : t("lane.0")],
    ["first_day", first ? day(first.day) : t("day.unknown")],
    ["due", due],
    ["language", languageName(opened.language, languages)],
    ["messages", number(opened.messages.length)],
    ["identity", html`<span class="sealed">${t("identity.sealed")}</span> <span class="help">${t("identity.needs")}</span>`],
    ["mailbox", t(detail?.mailbox_open === false ? "mailbox.closed" : "mailbox.open")],
  ];
  return html`<section><h2>${t("case.facts")}</h2><dl class="facts">${pairs.map(([key, value]) => html`<div><dt>${t(`fact.${key}`)}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}

/** By whose working days it was counted, and that those are not confirmed. */
function workingDays(country: string, next: number, { state, priority }: OpenedCase["place"]): TemplateResult | typeof nothing {
  if (!countsWorkingDays(state, priority)) return nothing;
  const counted = countedBy(country, next);
  return html`<span class="help" id="counted">${counted ? t(counted.sure ? "days.counted" : "days.draft", { country: countryName(counted.country) }) : t("days.plain")}</span>`;
}

function history(opened: OpenedCase): TemplateResult {
  return html`
    <section id="history" tabindex="-1">
      <h2>${t("history.title")}</h2>
      ${opened.entries.length === 0
        ? html`<p class="quiet">${t("history.empty")}</p>`
        : html`<ol class="history">${repeat(opened.entries, (entry) => entry.link || entry.seq, (entry) => historyLine(entry))}</ol>`}
    </section>
  `;
}

function historyLine(entry: OpenedEntry): TemplateResult {
  const bad = entry.verdict === "broken" || entry.verdict === "void";
  const fields: [string, string][] = [
    ["signer", entry.actor], ["role", entry.role ? t(`role.${entry.role}`) : t("history.no_role")], ["link", entry.link], ["box", entry.box], ["cited", entry.cited], ["count", tn("messages", entry.count)],
  ];
  return html`
    <li class=${entry.verdict}>
      <p><span class="n">${number(entry.seq + 1)}</span> ${t(`kind.${entry.kind}`)}${entry.kind >= 5 && entry.kind <= 7 ? `: ${t(`state.${entry.state}`)}` : ""} <span class="when">${day(entry.day)}</span></p>
      <details ?open=${bad}>
        <summary><span class="mark ${bad ? "bad" : entry.verdict === "counts" ? "good" : "unsure"}">${t(`verdict.${entry.verdict}`)}</span>
          ${entry.role ? t(`role.${entry.role}`) : ""} <span class="id">${entry.actor.slice(0, 8)}</span></summary>
        ${entry.text ? html`<p class="excerpt" lang=${entry.language || nothing} dir="auto">${excerpt(entry.text)}</p>` : nothing}
        <p>${t(`verdict.${entry.verdict}.why`)}</p>
        ${entry.fault ? html`<p class="broken">${fault(entry.fault.slug, "case")} <code>${entry.fault.slug}</code></p>` : nothing}
        <dl class="fields">${fields.filter(([, value]) => value).map(([key, value]) => html`<div><dt>${t(`field.${key}`)}</dt><dd>${value}</dd></div>`)}</dl>
      </details>
    </li>
  `;
}

function excerpt(text: string): string {
  const letters = [...text];
  return letters.length > EXCERPT ? `${letters.slice(0, EXCERPT).join("")}…` : text;
}

function said(desk: Desk): TemplateResult | typeof nothing {
  const { file } = desk;
  return file.said ? html`<p class="note ${file.said}" role="status">${t(`said.${file.said}`)} ${file.said === "unrecorded" && file.sendFault ? fault(file.sendFault.slug, "reply") : nothing}</p>` : nothing;
}

type Page = { day: number; order: number; view: TemplateResult };

/** The person's words and ours, in the order of their days; within a day an entry follows the messages it had counted. */
function pages(desk: Desk, opened: OpenedCase, act: CaseActions, languages: [string, string][]): TemplateResult {
  const all: Page[] = opened.messages.map((message, i) => ({ day: message.day, order: i, view: theirPage(desk, message, i, act, languages) }));
  const inBooks = (entry: OpenedEntry): boolean => entry.code === BOOKS_CODE && entry.verdict === "counts" && onlyRecords(entry.text);
  for (const entry of opened.entries.filter((one) => !inBooks(one))) if (entry.text || (entry.kind === 2 && entry.boxKind !== 2)) all.push({ day: entry.day, order: entry.count - 0.5, view: ourPage(opened, entry, languages) });
  all.sort((a, b) => a.order - b.order || a.day - b.day);
  return html`${all.map((page) => page.view)}`;
}

function theirPage(desk: Desk, message: OpenedMessage, index: number, act: CaseActions, languages: [string, string][]): TemplateResult {
  const isNew = index >= desk.file.newFrom;
  const own = message.answers.filter(([id]) => OWN_WORDS.includes(id));
  const asked = message.answers.filter(([id]) => !OWN_WORDS.includes(id) && id !== "form");
  const ofIntake = new Set(message.intake.map(([id]) => id));
  const lines = linesOf([...message.answers.filter(([id]) => !OWN_WORDS.includes(id)), ...message.intake]);
  const intake = lines.filter(({ key }) => ofIntake.has(key) && !DO_NOT.includes(key)); // those stand above the account
  const title = message.fault ? (message.fault.slug === "not_a_recipient" ? "page.others" : "page.unreadable") : index === 0 ? "page.account" : `page.kind.${message.kind}`;
  return html`
    <article class="theirs">
      <header><h2>${t(title)}</h2><p>${isNew ? html`<span class="new">${t("page.new")}</span> · ` : nothing}${day(message.day)}${message.language ? html` · ${languageName(message.language, languages)}` : nothing}
        ${message.lane ? html`<span class="lane lane-${message.lane}">${t(`lane.${message.lane}`)}</span>` : nothing}</p></header>
      ${message.fault
        ? html`<p class=${message.fault.slug === "not_a_recipient" ? "quiet" : "broken"}>${fault(message.fault.slug, "case")}</p>`
        : own.length + asked.length + message.evidence.length
          ? html`${own.map((line) => answer(line, message.language, languages))} ${sections(lines.filter(({ key }) => !ofIntake.has(key)), message, languages)} ${files(desk, message, act)}`
          : html`<p class="quiet">${t("page.empty")}</p>`}
      ${intake.length ? html`<section class="intake"><h3>${t("page.intake")}</h3>${intake.map((line) => lineView(line, message, languages))}</section>` : nothing}
    </article>
  `;
}

/** Answers to a form, under its sections; a row of a repeat has its number. */
function sections(lines: Line[], message: OpenedMessage, languages: [string, string][]): TemplateResult[] {
  const titles = [...new Set(lines.map(({ section, row }) => `${section}\n${row}`))];
  return titles.map((title) => {
    const [section, row] = title.split("\n");
    const mine = lines.filter((line) => line.section === section && String(line.row) === row);
    return html`<section class="asked">${section ? html`<h3>${section}${row === "0" ? nothing : html` ${number(Number(row))}`}</h3>` : nothing}
      ${section ? html`<dl class="facts">${mine.map((line) => lineView(line, message, languages))}</dl>` : mine.map((line) => lineView(line, message, languages))}</section>`;
  });
}

function lineView({ section, label, value, key }: Line, message: OpenedMessage, languages: [string, string][]): TemplateResult {
  if (!section) return answer([key, value], message.language, languages);
  return html`<div><dt>${label}</dt><dd class="words" lang=${message.language || nothing} dir="auto">${value}</dd></div>`;
}

/** What came with it: looked at in a frame that can do nothing, or saved. */
function files(desk: Desk, { evidence }: OpenedMessage, act: CaseActions): TemplateResult | typeof nothing {
  if (!evidence.length) return nothing;
  const { fetching, fileFault } = desk.file;
  return html`<section class="asked"><h3>${t("file.title")}</h3><p class="help">${t("file.help")}</p><ul class="files">${evidence.map((file) => html`<li>
    <bdi>${file.name}</bdi> <span class="quiet">${t("file.size", { kib: Math.max(1, Math.round(file.size / 1024)) })}</span>
    <button type="button" data-view=${file.upload} ?disabled=${fetching !== ""} @click=${(): void => act.viewFile(file)}>${t("file.view")}</button>
    <button type="button" data-file=${file.upload} ?disabled=${fetching !== ""} @click=${(): void => act.saveFile(file)}>${t(fetching === file.upload ? "file.fetching" : "file.save")}</button>
    ${fileFault?.upload === file.upload ? html`<p class="broken" role="alert">${fault(fileFault.slug === "not_found" ? "file_gone" : fileFault.slug, "case")}</p>` : nothing}
    ${desk.file.viewing?.upload === file.upload ? viewer(desk.file.viewing, file, act) : nothing}
    <details><summary>${t("file.hash")}</summary><p class="id">SHA-256 ${file.plaintextHash}</p></details></li>`)}</ul></section>`;
}

function viewer({ kind, url, clear }: Viewing, file: EvidenceFile, act: CaseActions): TemplateResult {
  return html`<figure id="viewer" class=${clear ? kind : `${kind} blurred`} tabindex="-1" aria-label=${file.name}>
    <iframe sandbox="" title=${file.name} src=${url}></iframe>
    <figcaption class="row">${clear ? nothing : html`<button type="button" id="view-clear" @click=${act.showClearly}>${t("file.clear")}</button>`}
      <button type="button" class="plain" id="view-close" @click=${act.closeFile}>${t("file.close")}</button></figcaption></figure>`;
}

const LANGUAGE_ANSWERS = ["lang", "reply_lang", "v_language"];

function answer([id, value]: [string, string], language: string, languages: [string, string][]): TemplateResult {
  const label = has(`answer.${id}`) ? t(`answer.${id}`) : id;
  const own = LANGUAGE_ANSWERS.includes(id) ? languageName(value, languages) : "";
  return html`<div class="answer"><h3>${label}</h3>${own ? html`<p>${own}</p>` : html`<p class="words" lang=${language || nothing} dir="auto">${value}</p>`}</div>`;
}

/** The body that a referral meant on its day, whatever became of it since. */
function bodyThen(opened: OpenedCase, { kind, state, code, day: signed }: OpenedEntry): string {
  const { name } = kind >= 5 && kind <= 7 && state === State.referred ? routeOf(opened, code, signed) : { name: "" };
  return name ? ` · ${name}` : "";
}

function ourPage(opened: OpenedCase, entry: OpenedEntry, languages: [string, string][]): TemplateResult {
  return html`
    <article class=${entry.boxKind === 1 ? "ours" : "ours note"}>
      <header><h2>${t(entry.boxKind === 1 ? "page.answer" : "page.internal")}${entry.kind <= 3 ? nothing : html` · ${t(`kind.${entry.kind}`)}${entry.kind >= 5 && entry.kind <= 7 ? `: ${t(`state.${entry.state}`)}` : ""}`}</h2><p>${day(entry.day)} · ${entry.role ? t(`role.${entry.role}`) : ""} <span class="id">${entry.actor.slice(0, 8)}</span>
        ${entry.language ? html` · ${languageName(entry.language, languages)}` : nothing}</p></header>
      ${entry.code ? html`<p><strong>${t(`code.${entry.code}`)}</strong>${bodyThen(opened, entry)}</p>` : nothing}
      ${entry.textFault
        ? html`<p class=${entry.textFault.slug === "not_a_recipient" ? "quiet" : "broken"}>${fault(entry.textFault.slug, "case")}</p>`
        : entry.verdict === "broken" || entry.verdict === "unchecked"
          ? html`<p class="broken">${t(`verdict.${entry.verdict}.why`)}</p>`
          : html`<p class="words" lang=${entry.language || nothing} dir="auto">${entry.text}</p>`}
    </article>
  `;
}

function composer(desk: Desk, opened: OpenedCase, act: CaseActions, languages: [string, string][]): TemplateResult {
  const { file } = desk;
  if (desk.member?.role === "custodian") return html``;
  if (opened.messages[0]?.fault?.slug === "not_a_recipient") return html`<p class="note">${t("reply.others")}</p>`;
  if (opened.chainFault || opened.messages[0]?.fault) return html`<p class="note">${t("reply.blocked")}</p>`;
  if (file.detail?.mailbox_open === false) return html`<p class="note">${t("reply.closed")}</p>`;
  const draft = act.draft();
  const size = textBytes(draft.text);
  const asking = file.sending !== "";
  const stop = openStop(opened);
  const codes = languages.some(([code]) => code === draft.language) ? languages : [[draft.language, draft.language] as [string, string], ...languages];
  return html`
    <section class="composer" aria-labelledby="reply-title">
      <h2 id="reply-title">${t("reply.title")}</h2>
      <p class="help" id="reply-help">${t("reply.help")}</p>
      ${file.sendFault && file.said !== "unrecorded" ? html`<div class="alarm" role="alert"><p>${fault(file.sendFault.slug, "reply")}</p></div>` : nothing}
      ${desk.replies["received"]?.[draft.language] && !draft.toStaff && !asking ? html`<label class="begin">${t("reply.begin")} <select id="reply-begin" autocomplete="off" @change=${(event: Event): void => {
          const select = event.target as HTMLSelectElement;
          act.beginWith(select.value);
          select.value = "";
        }}><option value="">${t("deed.none")}</option>${Object.keys(desk.replies).map((id) => html`<option value=${id}>${t(`begin.${id}`)}</option>`)}</select></label>` : nothing}
      <label for="reply" class="unseen">${t("reply.title")}</label>
      <textarea id="reply" rows="7" autocomplete="off" lang=${draft.language || nothing} dir="auto" aria-describedby="reply-help reply-size" ?readonly=${asking}
        .value=${live(draft.text)} @input=${(event: Event): void => act.write({ text: (event.target as HTMLTextAreaElement).value })}></textarea>
      <div class="under">
        <label>${t("reply.language")}
          <select id="reply-language" autocomplete="off" ?disabled=${asking} @change=${(event: Event): void => act.write({ language: (event.target as HTMLSelectElement).value })}>
            ${codes.map(([code, name]) => html`<option value=${code} ?selected=${code === draft.language}>${name}</option>`)}
          </select></label>
        <label>${t("reply.to")}
          <select id="reply-to" autocomplete="off" ?disabled=${asking} @change=${(event: Event): void => act.write({ toStaff: (event.target as HTMLSelectElement).value === "staff" })}>
            <option value="person" ?selected=${!draft.toStaff}>${t("reply.to.person")}</option><option value="staff" ?selected=${draft.toStaff === true}>${t("reply.to.staff")}</option>
          </select></label>
        <p id="reply-size" class=${size > MAX_TEXT ? "late" : ""}>${t("reply.bytes", { used: size, most: MAX_TEXT })}${size > MAX_TEXT ? html` <strong>${tn("reply.over", size - MAX_TEXT)}</strong>` : nothing}</p>
        ${asking ? nothing : html`<button type="button" class="main" id="reply-ask" @click=${act.ask}>${t("reply.ask")} <kbd>Ctrl Enter</kbd></button>`}
      </div>
      ${stop && !draft.toStaff ? html`<label class="tick"><input type="checkbox" autocomplete="off" ?disabled=${asking} .checked=${draft.takesUpStop}
          @change=${(event: Event): void => act.write({ takesUpStop: (event.target as HTMLInputElement).checked })} /> ${t("reply.stop", { day: day(stop.day) })}</label>` : nothing}
      ${asking ? leaving(desk, draft, act, languages) : nothing}
    </section>
  `;
}

/** Exactly what leaves, to whom, under whose name: before it leaves. */
function leaving(desk: Desk, draft: Draft, act: CaseActions, languages: [string, string][]): TemplateResult {
  const busy = desk.file.sending === "sending";
  return html`
    <div class="leaving" role="group" aria-labelledby="leaving-title">
      <h3 id="leaving-title">${t("leaving.title")}</h3>
      <ul>
        <li>${tn("leaving.what", [...draft.text.trim()].length, { language: languageName(draft.language, languages) })}</li>
        <li>${t(draft.toStaff ? "leaving.staff_only" : "leaving.person")}</li>
        <li>${t("leaving.readers")}</li>
        <li>${t("leaving.signed", { role: desk.member ? t(`role.${desk.member.role}`) : "", id: desk.member?.id.slice(0, 8) ?? "" })}</li>
      </ul>
      <p>${t("leaving.final")}</p>
      <button type="button" class="main" id="reply-send" ?disabled=${busy} @click=${act.send}>${t(busy ? "leaving.sending" : "leaving.send")}</button>
      <button type="button" class="plain" ?disabled=${busy} @click=${act.unask}>${t("leaving.back")}</button>
    </div>
  `;
}
