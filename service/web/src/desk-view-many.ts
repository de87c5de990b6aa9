// Other readers for many cases: who, why, how far, and what is left over.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";

import { opensAnyway } from "./desk-due.js";
import type { Many } from "./desk-many-state.js";
import { type Colleague, type Desk, shortId } from "./desk-model.js";
import { aheadView, type OpeningActions } from "./desk-view-opening.js";
import { readsIntake } from "./desk-roles.js";
import { has, t, tn } from "./desk-words.js";

export interface ManyActions extends OpeningActions {
  many(change: Partial<Many>): void;
  proposeMany(): void;
  agreeMany(): void;
  stopMany(): void;
  open(cid: string): void;
}

export function manyView(desk: Desk, act: ManyActions): TemplateResult | typeof nothing {
  if (!readsIntake(desk.member?.role) || !desk.queue.lines.length) return nothing;
  const { many } = desk;
  return html`<details id="many" ?open=${many.open} @toggle=${(event: Event): void => act.many({ open: (event.target as HTMLDetailsElement).open })}>
    <summary>${t("many.title")}</summary>
    <p class="help">${t("many.help")}</p>
    ${aheadView(desk, act, desk.queue.lines.filter((line) => !opensAnyway(line)).length)}
    ${many.running ? running(many, act) : choosing(desk, act)}
    ${many.finished ? outcome(many, act) : nothing}
    ${many.fault ? html`<p class="alarm" role="alert">${broke(many.fault)}</p>` : nothing}
  </details>`;
}

const broke = (slug: string): string => t([`many.${slug}`, `deed.${slug}`].find(has) ?? "many.broke");

function choosing(desk: Desk, act: ManyActions): TemplateResult {
  const { many, colleagues } = desk;
  const of = (role: string): Colleague[] => colleagues.filter((one) => one.role === role);
  const tick = (one: Colleague): TemplateResult => html`<label class="tick"><input type="checkbox" autocomplete="off" data-many=${one.id} .checked=${many.members.includes(one.id)}
    @change=${(event: Event): void => act.many({ members: (event.target as HTMLInputElement).checked ? [...many.members, one.id] : many.members.filter((id) => id !== one.id) })} />
    ${t(`role.${one.role}`)}${one.group ? html` · ${one.group}` : nothing} <span class="id">${shortId(one.id)}</span></label>`;
  return html`<fieldset class="choices"><legend>${t("hand.who")}</legend><p class="help">${t("readers.help")}</p>${[...of("reviewer"), ...of("supervisor")].map(tick)}</fieldset>
    <label for="many-text">${t("deed.why")}</label>
    <textarea id="many-text" rows="2" autocomplete="off" dir="auto" .value=${live(many.text)} @input=${(event: Event): void => act.many({ text: (event.target as HTMLTextAreaElement).value })}></textarea>
    <p class="row"><button type="button" id="many-propose" @click=${act.proposeMany}>${t("many.propose")}</button>
      <button type="button" id="many-agree" @click=${act.agreeMany}>${t("many.agree")}</button></p>
    <p class="help">${t("many.agree.help")}</p>`;
}

function running({ done, total, stopping }: Many, act: ManyActions): TemplateResult {
  return html`<p role="status"><label for="many-progress">${t("many.progress", { done, total })}</label> <progress id="many-progress" max=${Math.max(1, total)} value=${done}></progress></p>
    <button type="button" id="many-stop" ?disabled=${stopping} @click=${act.stopMany}>${t("many.stop")}</button>`;
}

function outcome({ signed, left, done, total }: Many, act: ManyActions): TemplateResult {
  return html`<div class="note" role="status" id="many-outcome"><p>${tn("many.signed", signed)} ${done < total ? tn("many.rest", total - done) : nothing}</p>
    ${left.length ? html`<ul>${left.map(({ cid, why }) => html`<li><button type="button" class="plain" @click=${(): void => act.open(cid)}>${shortId(cid)}</button>: ${t(`many.left.${why}`)}</li>`)}</ul>` : nothing}</div>`;
}
