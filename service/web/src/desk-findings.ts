// What the answers say of the safeguards of the first hours, standard and law side by side. Computed here, for staff alone.

import { html, nothing, type TemplateResult } from "lit-html";

import type { Countries } from "../../../intake_forms/ts/countries.js";
import { assess, type Assessment, type Finding, type Incommunicado } from "../../../intake_forms/ts/safeguards.js";
import { newestOf, type OpenedCase } from "./desk-opened.js";
import { fetchCountries } from "./desk-server.js";
import { type Oversight } from "./desk-routes.js";
import { answeredOn, saysOfSafeguards } from "./desk-timeline.js";
import { has, number, t, tn } from "./desk-words.js";

let countries: Countries | null = null;
let asked = false;

/** The dated facts of the countries, fetched once; `changed` is called when they have come. */
export function wantCountries(changed: () => void): void {
  if (asked) return;
  asked = true;
  void fetchCountries().then((found) => {
    countries = found as Countries;
    changed();
  }, () => (asked = false));
}

/** The oversight bodies of a country and where they may go. */
export function oversightOf(country: string): Oversight | undefined {
  return countries && Object.prototype.hasOwnProperty.call(countries, country) ? (countries as unknown as Record<string, Oversight>)[country] : undefined;
}

export interface Breach {
  rule: string;
  /** Of the standard, of the country's law, or of both. */
  basis: "standard" | "law" | "both";
  possible: boolean;
}

/** What the safeguards show, in a line each: breached before perhaps breached. */
export function breachesIn(opened: OpenedCase): Breach[] {
  const found = assessed(opened);
  if (!found) return [];
  const bad = found.findings.map(inHead).filter(({ verdict, alert }) => verdict === "breach" || verdict === "possible" || alert);
  const rules = [...new Set(bad.map(({ rule }) => oneRule(rule)))];
  return rules.map((rule): Breach => {
    const of = bad.filter((one) => oneRule(one.rule) === rule);
    const sure = of.filter(({ verdict, alert }) => verdict === "breach" || alert);
    const bases = new Set((sure.length ? sure : of).map(({ basis }) => basis));
    return { rule, basis: bases.size > 1 ? "both" : [...bases][0] ?? "standard", possible: sure.length === 0 };
  }).sort((a, b) => Number(a.possible) - Number(b.possible));
}

/** Where a rule has an hour from which a reader is told, less is no breach there, and what may be more is perhaps one. The findings keep the exact times. */
function inHead(one: Finding): Finding {
  const { rule, basis, limits, least, most } = one;
  const told = basis === "standard" ? countries?.["standard"]?.limits.filter((limit) => limit.rule === rule && limits.includes(limit.hours)).flatMap(({ alert_hours }) => alert_hours ?? []) ?? [] : [];
  if (!told.length || least === null) return one;
  return { ...one, verdict: most === null || most > Math.max(...told) * 60 ? "possible" : "met" };
}

/** Whether no breach means that none follows, and not that nothing was told. */
export const isAssessed = (opened: OpenedCase): boolean => assessed(opened) !== null;

const oneRule = (rule: string): string => rule.replace("late_judge_law", "late_judge_std");

/** Of the answers as they stand; null where nothing was said of it, or the facts have not come. */
function assessed(opened: OpenedCase): Assessment | null {
  return saysOfSafeguards(newestOf(opened.messages)) ? whatever(opened) : null;
}

/** Also where nothing was said of the safeguards. */
function whatever(opened: OpenedCase): Assessment | null {
  if (!countries || !opened.messages.length) return null;
  const iso = new Date(answeredOn(opened.messages) * 86400000).toISOString().slice(0, 10);
  return assess(newestOf(opened.messages), countries, `${iso}T00:00/${iso}T23:59 day -`);
}

export function findingsView(opened: OpenedCase, id = "findings"): TemplateResult | typeof nothing {
  const found = assessed(opened);
  if (!found) return nothing;
  const rules = [...new Set(found.findings.map(({ rule, row }) => `${oneRule(rule)} ${row}`))];
  return html`
    <section class="asked findings" id=${id || nothing}>
      <h3>${t("finding.title")}</h3>
      <p class="help">${t("finding.help")}</p>
      <table role="table" class="plain-table">
        <thead><tr><th scope="col">${t("finding.what")}</th><th scope="col">${t("finding.standard")}</th><th scope="col">${t("finding.law")}</th></tr></thead>
        <tbody>${rules.map((name) => line(name, found))}</tbody>
      </table>
      <dl class="facts"><div><dt>${t("finding.incommunicado")}</dt><dd>${incommunicado(found.incommunicado)}</dd></div>
        ${timeBar(found)}
        ${found.examiners.filter(({ detaining }) => detaining === "yes").map(({ source, draft: unsure }) => html`<div><dt>${t("finding.examiner")}</dt><dd><strong class="late">${t("finding.examiner.yes")}</strong> ${draft(unsure, source)}</dd></div>`)}</dl>
    </section>
  `;
}

/** What stands where no safeguard can be computed: a time for prosecution runs, or not, or that is not known. */
export function limitationView(opened: OpenedCase): TemplateResult | typeof nothing {
  const found = whatever(opened);
  return found ? html`<dl class="facts">${timeBar(found)}</dl>` : nothing;
}

const timeBar = ({ limitation: { status, source, draft: unsure } }: Assessment): TemplateResult =>
  html`<div><dt>${t("finding.limitation")}</dt><dd>${t(`finding.limitation.${status}`)} ${draft(unsure, source)}</dd></div>`;

function line(name: string, found: Assessment): TemplateResult {
  const [rule = "", row = ""] = name.split(" ");
  const of = (basis: string): Finding | undefined => found.findings.find((one) => one.basis === basis && one.row === row && oneRule(one.rule) === rule);
  return html`<tr><th scope="row">${t(`finding.rule.${rule}`)}${row ? html` <span class="quiet">${number(Number(row.split(".")[1]))}</span>` : nothing}</th><td>${cell(of("standard"))}</td><td>${cell(of("law"))}</td></tr>`;
}

function cell(one: Finding | undefined): TemplateResult | string {
  if (!one) return t("finding.none");
  const bad = one.verdict === "breach" || one.alert;
  const limit = one.limits.length ? t("finding.limit", { hours: one.limits.map((hours) => number(hours)).join(" / ") }) : "";
  return html`<span class=${bad ? "late" : ""}>${t(`finding.verdict.${one.verdict}`)}</span>${one.least === null ? nothing : html`<br><span class="small-print">${span(one.least, one.most)}</span>`}
    ${limit ? html`<br><span class="quiet small-print">${limit} ${draft(one.draft, ...one.sources)}</span>` : nothing}`;
}

const hours = (minutes: number): string => number(Math.round(minutes / 0.6) / 100); // two decimals: a minute over a limit shows

function span(least: number, most: number | null): string {
  if (most === null) return t("finding.at_least", { hours: hours(least) });
  return least === most ? t("finding.exactly", { hours: hours(least) }) : t("finding.between", { least: hours(least), most: hours(most) });
}

function incommunicado({ verdict, least, most }: Incommunicado): TemplateResult | string {
  return verdict === "measured" && least !== null ? span(least, most) : t(`finding.verdict.${verdict}`);
}

/** Where it is written, in the language of the page; what an operator's own profile says, as it stands there. */
function draft(unsure: boolean, ...sources: string[]): TemplateResult {
  const said = sources.map((source) => (has(`source.${source}`) ? t(`source.${source}`) : source)).join("; ");
  return html`<span class="quiet" title=${said}>${unsure ? t("finding.draft") : said}</span>`;
}

/** Times the case was closed, reopened and suspended by others, from every earlier complaint that was told. */
export function countersView(opened: OpenedCase): TemplateResult | typeof nothing {
  const outcomes = [...newestOf(opened.messages)].filter(([id]) => /(^|\.)c_outcome$/.test(id)).flatMap(([, value]) => value.split(" "));
  if (!outcomes.length) return nothing;
  const count = (...beginnings: string[]): number => outcomes.filter((one) => beginnings.some((beginning) => one.startsWith(beginning))).length;
  const [closed, reopened, suspended, ignored] = [count("terminated", "refused"), count("reopened"), count("suspended"), count("court_order_ignored")];
  const told = [
    closed ? tn("counter.closed", closed) : "", reopened ? tn("counter.reopened", reopened) : "", suspended ? tn("counter.suspended", suspended) : "",
    ignored ? tn("counter.ignored", ignored) : "",
  ].filter(Boolean);
  return told.length ? html`<p class="note counters"><strong>${t("counter.title")}</strong> ${told.join(", ")}</p>` : nothing;
}
