// The routes of the open case: its country, its places, the day (desk-routes.ts has the rules).

import { html, nothing, type TemplateResult } from "lit-html";

import { oversightOf } from "./desk-findings.js";
import { answersOf, type OpenedCase } from "./desk-opened.js";
import { countryIn, placesIn, type Route, routeTo } from "./desk-routes.js";
import { has, t } from "./desk-words.js";

/** On a day since 1970: today for a choice, the day of an entry for what was chosen. */
export function routeOf(opened: OpenedCase, target: string, day: number): Route {
  const answers = answersOf(opened.messages);
  const kept = Object.keys(opened.referrals).filter((one) => opened.referrals[one]?.length);
  return routeTo(target, oversightOf(countryIn(answers)), placesIn(answers), new Date(day * 86400000).toISOString().slice(0, 10), kept);
}

/** After the name of a target: which body that is on the day, and why it is not offered. */
export function routeLabel(opened: OpenedCase, target: string, day: number): string {
  const { name, fault, unsure, draft } = routeOf(opened, target, day);
  return [name && `: ${has(`body.${name}`) ? t(`body.${name}`) : name}`, fault && ` · ${t(`route.${fault}`)}`, unsure && ` · ${t("route.unsure")}`, name && draft && ` · ${t("route.draft")}`].filter(Boolean).join("");
}

/** Nobody stands before a closed door: who else can be asked. */
export function insteadView(opened: OpenedCase, targets: readonly string[], day: number): TemplateResult | typeof nothing {
  const shut = targets.map((target) => [target, routeOf(opened, target, day)] as const).filter(([, { fault }]) => fault);
  if (!shut.length) return nothing;
  return html`<ul class="help" id="routes">${shut.map(([target, { fault, instead }]) => html`<li data-route=${target}>${t(`code.${target}`)}: ${t(`route.${fault}`)}. ${instead.length ? html`${t("route.instead")} ${instead.map((one) => t(`code.${one}`)).join(", ")}.` : t("route.none_instead")}</li>`)}</ul>`;
}
