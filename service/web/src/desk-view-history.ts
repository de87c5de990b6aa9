// The signed history: each entry with one quiet mark that opens into its reasons; a broken one is open and loud. Then who has seen the case.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { BOOKS_CODE, onlyRecords } from "./desk-books.js";
import { isCustody, isLooking } from "./desk-custody.js";
import { isPaper } from "./desk-paper.js";
import { type Colleague, type Desk, shortId } from "./desk-model.js";
import type { OpenedCase, OpenedEntry } from "./desk-opened.js";
import { notYet, seenBy } from "./desk-seen.js";
import { holdLabel } from "./desk-view-hold.js";
import { day, fault, number, t, tn } from "./desk-words.js";

const EXCERPT = 120; // letters of an answer in the history: enough to know which it was
const LATEST = 3; // in the head of the case
const WITH_STATE = [5, 6, 7]; // step, proposal, approval

export function historyView(desk: Desk, opened: OpenedCase): TemplateResult {
  return html`
    <section id="history-all" tabindex="-1">
      ${opened.entries.length === 0
        ? html`<p class="quiet">${t("history.empty")}</p>`
        : html`<ol class="history">${repeat(opened.entries, (entry) => entry.link || entry.seq, (entry) => historyLine(entry))}</ol>`}
    </section>
    ${desk.member?.role === "custodian" ? nothing : seenView(desk, opened)}
  `;
}

/** The last that was done, the newest first, and whether all of it holds. */
export function latestView(opened: OpenedCase, openAll: () => void): TemplateResult {
  const { entries } = opened;
  const bad = entries.filter(({ verdict }) => verdict !== "counts").length;
  const latest = entries.filter((entry) => !isLooking(entry)).slice(-LATEST).reverse(); // who looked at which file stands with the file
  return html`<section id="history" tabindex="-1"><h2>${t("head.done")}</h2>
    ${latest.length ? html`<ul class="latest">${latest.map((entry) => html`<li>${deed(entry)} <span class="when">${day(entry.day)}</span> <span class="quiet">${entry.role ? t(`role.${entry.role}`) : ""} <span class="id">${entry.actor.slice(0, 8)}</span></span>
        ${entry.text ? html`<span class="excerpt" lang=${entry.language || nothing} dir="auto">${saidIn(entry)}</span>` : nothing}</li>`)}</ul>
      <p><button type="button" class="plain" id="to-history" @click=${openAll}><span class="mark ${bad ? "bad" : "good"}">${bad ? tn("head.unsound", bad) : tn("head.sound", entries.length)}</span></button></p>` : html`<p class="quiet">${t("history.empty")}</p>`}</section>`;
}

const saidIn = (entry: OpenedEntry): string => aboutOf(entry) || excerpt(entry.text);

/** Records of the books are told by their books: they stand there in full. Lines for programs are told by what they are about. Empty for words. */
function aboutOf(entry: OpenedEntry): string {
  const { text, code } = entry;
  if (isCustody(entry)) return [...new Set([...text.matchAll(/^custody: (\w+)/gm)].map(([, what]) => t(`custody.line.${what ?? ""}`)))].join(", ");
  if (isPaper(entry)) return t(`paper.line.${/^paper: (\w+)/.exec(text)?.[1] ?? ""}`);
  if (code !== BOOKS_CODE || !onlyRecords(text)) return "";
  return [...new Set([...text.matchAll(/^book: (\w+)/gm)].map(([, book]) => t(`book.${book}`)))].join(", ");
}

export function deed(entry: OpenedEntry): string {
  const about = !WITH_STATE.includes(entry.kind) ? holdLabel(entry) : entry.moved ? t(`state.${entry.state}`) : t("deed.urgency", { priority: `P${entry.priority}` });
  return `${t(`kind.${entry.kind}`)}${about ? `: ${about}` : ""}`;
}

/** What the chain itself shows; whoever was drawn in secret and has done nothing is on no list. */
function seenView(desk: Desk, opened: OpenedCase): TemplateResult {
  const seen = seenBy(opened);
  const waiting = notYet(opened).map((id) => desk.colleagues.find((one) => one.id === id)).filter((one): one is Colleague => one !== undefined);
  return html`<section id="seen" aria-labelledby="seen-title"><h3 id="seen-title">${t("seen.title")}</h3><p class="help">${t("seen.help")}</p>
    ${seen.length ? html`<table role="table" class="plain-table"><thead><tr><th scope="col">${t("seen.who")}</th><th scope="col">${t("seen.first")}</th><th scope="col">${t("seen.last")}</th><th scope="col">${t("seen.messages")}</th></tr></thead>
      <tbody>${seen.map((one) => html`<tr data-seen=${one.member}><th scope="row">${t(`role.${one.role}`)} <span class="id">${shortId(one.member)}</span>${one.member === desk.member?.id ? html` <span class="quiet">${t("seen.you")}</span>` : nothing}</th>
        <td>${day(one.first)}${one.opened ? nothing : html`<br><span class="quiet small-print">${t("seen.unsigned")}</span>`}</td><td>${day(one.last)}</td><td>${number(one.messages)}</td></tr>`)}</tbody></table>` : html`<p class="quiet">${t("seen.none")}</p>`}
    ${waiting.length ? html`<p>${t("seen.not_yet")}</p><ul class="points">${waiting.map((one) => html`<li>${t(`role.${one.role}`)}${one.group ? ` · ${one.group}` : ""} <span class="id">${shortId(one.id)}</span></li>`)}</ul>` : nothing}
  </section>`;
}

function historyLine(entry: OpenedEntry): TemplateResult {
  const bad = entry.verdict === "broken" || entry.verdict === "void";
  const fields: [string, string][] = [
    ["signer", entry.actor], ["role", entry.role ? t(`role.${entry.role}`) : t("history.no_role")], ["link", entry.link], ["box", entry.box], ["cited", entry.cited], ["count", tn("messages", entry.count)],
  ];
  const about = aboutOf(entry);
  return html`
    <li class=${entry.verdict}>
      <p><span class="n">${number(entry.seq + 1)}</span> ${deed(entry)}${about ? html`: <span class="quiet">${about}</span>` : nothing} <span class="when">${day(entry.day)}</span></p>
      <details ?open=${bad}>
        <summary><span class="mark ${bad ? "bad" : entry.verdict === "counts" ? "good" : "unsure"}">${t(`verdict.${entry.verdict}`)}</span>
          ${entry.role ? t(`role.${entry.role}`) : ""} <span class="id">${entry.actor.slice(0, 8)}</span></summary>
        ${entry.text && !about ? html`<p class="excerpt" lang=${entry.language || nothing} dir="auto">${excerpt(entry.text)}</p>` : nothing}
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
