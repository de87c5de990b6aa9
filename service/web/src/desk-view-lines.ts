// Lines of answers, as a reader sees them: in the person's words, or in those of the form.

import { html, nothing, type TemplateResult } from "lit-html";

import type { Line } from "../../../intake_forms/ts/reading.js";
import type { OpenedMessage } from "./desk-opened.js";
import { has, languageName, number, t } from "./desk-words.js";

/** Answers to a form, under its sections; a row of a repeat has its number. */
export function sectionsView(lines: Line[], message: OpenedMessage, languages: [string, string][]): TemplateResult[] {
  const titles = [...new Set(lines.map(({ section, row }) => `${section}\n${row}`))];
  return titles.map((title) => {
    const [section, row] = title.split("\n");
    const mine = lines.filter((line) => line.section === section && String(line.row) === row);
    return html`<section class="asked">${section ? html`<h3>${section}${row === "0" ? nothing : html` ${number(Number(row))}`}</h3>` : nothing}
      ${section ? html`<dl class="facts">${mine.map((line) => lineView(line, message, languages))}</dl>` : mine.map((line) => lineView(line, message, languages))}</section>`;
  });
}

export function lineView({ section, label, value, key }: Line, message: OpenedMessage, languages: [string, string][]): TemplateResult {
  if (!section) return answerView([key, value], message.language, languages);
  return html`<div><dt>${label}</dt><dd class="words" lang=${message.language || nothing} dir="auto">${value}</dd></div>`;
}

const LANGUAGE_ANSWERS = ["lang", "reply_lang", "v_language"];

export function answerView([id, value]: [string, string], language: string, languages: [string, string][]): TemplateResult {
  const label = has(`answer.${id}`) ? t(`answer.${id}`) : id;
  const own = LANGUAGE_ANSWERS.includes(id) ? languageName(value, languages) : "";
  return html`<div class="answer"><h3>${label}</h3>${own ? html`<p>${own}</p>` : html`<p class="words" lang=${language || nothing} dir="auto">${value}</p>`}</div>`;
}
