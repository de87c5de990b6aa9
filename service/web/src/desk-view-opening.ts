// That no more cases open on this day, whom to ask, and what colleagues ask.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";

import { REASONS } from "../../../crypto/ts/more.js";
import { type Desk, shortId } from "./desk-model.js";
import { type AskedMore, isBounded, type Opening, type OthersAsking, STEPS } from "./desk-opening-state.js";
import { isCaseworker } from "./desk-roles.js";
import { fault, number, t, tn } from "./desk-words.js";

export interface OpeningActions {
  opening(change: Partial<Opening>): void;
  askMore(): void;
  answerMore(one: AskedMore, agrees: boolean): void;
}

/** Above the queue: where a bound is met, or somebody asks. */
export function openingView(desk: Desk, act: OpeningActions): TemplateResult | typeof nothing {
  const { opening, member } = desk;
  if (!isCaseworker(member?.role)) return isBounded(opening) ? html`<p class="note opening" id="opening" role="status">${t("opening.keepers")}</p>` : nothing; // who asks for no more
  const own = isBounded(opening) || opening.own !== null;
  const refused = opening.fault && opening.ofAnswer; // what it answered may be gone by now
  const others = repeat(opening.others, ({ asked }) => asked, (one) => othersView(desk, act, one));
  return html`${own ? askingView(desk, act) : nothing}${others}${refused ? html`<p class="alarm" role="alert">${fault(opening.fault, "opening")}</p>` : nothing}`;
}

/** Beside what goes through more cases than are left: it can be asked before. */
export function aheadView(desk: Desk, act: OpeningActions, wanted: number): TemplateResult | typeof nothing {
  const { opening } = desk;
  const left = opening.most - opening.opened;
  if (!opening.most || wanted <= left || isBounded(opening) || opening.own) return nothing;
  return askingView(desk, act, tn("opening.ahead", Math.max(0, left)));
}

function askingView(desk: Desk, act: OpeningActions, why = ""): TemplateResult {
  const { opening } = desk;
  const { most, own, refused } = opening;
  return html`<section class="note opening" id="opening" aria-labelledby="opening-title">
    <h2 id="opening-title">${why || (isBounded(opening) ? tn("opening.title", most) : t("opening.asked.title"))}</h2>
    ${own ? html`<p role="status">${tn("opening.asked", own.cases, { why: t(`opening.reason.${own.reason}`) })} ${t("opening.asked.next")}</p>` : nothing}
    ${refused && !own ? html`<p role="status">${t("opening.refused")}</p>` : nothing}
    ${own ? nothing : html`<details id="opening-form"><summary>${t("opening.more")}</summary>
      ${why ? nothing : html`<p>${t("opening.why")}</p>`}
      ${formView(desk, act)}</details>`}
    ${opening.fault && !opening.ofAnswer ? html`<p class="alarm" role="alert">${fault(opening.fault, "opening")}</p>` : nothing}
  </section>`;
}

function formView({ opening }: Desk, act: OpeningActions): TemplateResult {
  const value = (event: Event): string => (event.target as HTMLSelectElement).value;
  return html`<div class="row">
      <label class="field" for="opening-cases"><span>${t("opening.how_many")}</span>
        <select id="opening-cases" autocomplete="off" @change=${(event: Event): void => act.opening({ cases: Number(value(event)) })}>
          ${STEPS.map((n) => html`<option value=${n} .selected=${live(n === opening.cases)}>${number(n)}</option>`)}</select></label>
      <label class="field" for="opening-reason"><span>${t("opening.for_what")}</span>
        <select id="opening-reason" autocomplete="off" @change=${(event: Event): void => act.opening({ reason: value(event) })}>
          <option value="" .selected=${live(!opening.reason)}>${t("opening.choose")}</option>
          ${REASONS.map((one) => html`<option value=${one} .selected=${live(one === opening.reason)}>${t(`opening.reason.${one}`)}</option>`)}</select></label>
      <button type="button" id="ask-more" ?disabled=${opening.sending} @click=${act.askMore}>${t("opening.ask")}</button>
    </div>
    <p class="help">${t("opening.help")}</p>`;
}

function othersView({ opening, colleagues }: Desk, act: OpeningActions, one: OthersAsking): TemplateResult {
  const role = colleagues.find(({ id }) => id === one.member)?.role;
  const who = role ? `${t(`role.${role}`)} ${shortId(one.member)}` : shortId(one.member);
  const sure = opening.sure === one.asked;
  return html`<section class="note opening others" aria-label=${t("opening.others")}>
    <h2>${tn("opening.other", one.cases, { who })}</h2>
    <p>${t("opening.other.why", { why: t(`opening.reason.${one.reason}`) })} ${tn("opening.other.opened", one.opened)}${one.refused ? html` <strong>${tn("opening.other.refused", one.refused)}</strong>` : nothing}</p>
    <p class="help">${t("opening.other.help")}</p>
    ${sure ? html`<p role="status">${tn("opening.sure", one.cases, { who })}</p>` : nothing}
    <p class="row"><button type="button" data-more="yes" ?disabled=${opening.sending} @click=${(): void => act.answerMore(one, true)}>${t(sure ? "opening.sign" : "opening.agree")}</button>
      <button type="button" data-more="no" ?disabled=${opening.sending} @click=${(): void => act.answerMore(one, false)}>${t("opening.refuse")}</button></p>
  </section>`;
}
