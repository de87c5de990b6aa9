// The course of what happened: spans as they were told, and how long after the detention.

import { html, nothing, type TemplateResult } from "lit-html";

import { shownTime } from "../../../intake_forms/ts/reading.js";
import { linesOf } from "./desk-forms.js";
import { answersOf, type OpenedCase } from "./desk-opened.js";
import { type Moment, momentsOf } from "./desk-timeline.js";
import { isoDay, number, t } from "./desk-words.js";

const HOUR = 60;
const DAY = 24 * HOUR;

export const momentsIn = (opened: OpenedCase): Moment[] => momentsOf(answersOf(opened.messages));

export function timelineView(opened: OpenedCase): TemplateResult {
  const moments = momentsIn(opened);
  if (!moments.length) return html`<p class="quiet">${t("timeline.none")}</p>`;
  const lines = linesOf(answersOf(opened.messages));
  const labelOf = (key: string): string => {
    const line = lines.find((one) => one.key === key);
    return line ? [line.label, line.row ? number(line.row) : ""].filter(Boolean).join(" · ") : key;
  };
  return html`<p class="help">${t("timeline.help")}</p><ol class="timeline">${moments.map((one) => html`<li class=${one.span ? "" : "undated"}>
    <p class="time">${one.span ? shown(one.text) : t("timeline.words", { words: shown(one.text) })}</p>
    <p><strong>${labelOf(one.key)}</strong>${one.after ? html` <span class="computed-by small-print">${after(one.after)}</span>` : nothing}
      ${one.unsure ? html`<br><span class="quiet small-print">${t("timeline.unsure")}</span>` : nothing}</p></li>`)}</ol>`;
}

const shown = (text: string): string => shownTime(text, (word) => t(`value.${word}`), isoDay);

function after({ least, most }: { least: number; most: number }): string {
  const unit = most >= 4 * DAY ? DAY : HOUR;
  const places = least === most ? 100 : 10; // of one moment two decimals: a minute over a limit shows
  const of = (minutes: number): string => number(Math.round((minutes / unit) * places) / places);
  const key = unit === DAY ? "days" : "hours";
  return least === most ? t(`timeline.after.${key}`, { n: of(least) }) : t(`timeline.between.${key}`, { least: of(least), most: of(most) });
}
