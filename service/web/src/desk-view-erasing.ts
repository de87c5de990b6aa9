// Erasing: from which day a case may be, what the person reads of it, and the sealed name alone at the person's wish.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { EntryKind } from "../../../crypto/ts/entry.js";
import { erasableFrom, findRule, NOTICE_DAYS, State } from "../../../crypto/ts/workflow.js";
import type { Desk } from "./desk-model.js";
import type { NameErasure, OpenedCase } from "./desk-opened.js";
import { readsIntake } from "./desk-roles.js";
import { answers, problem, proposedBy, type WordActions, words } from "./desk-view-answering.js";
import { asksToErase } from "./desk-wishes.js";
import { t } from "./desk-words.js";

/** The day from which it may be proposed that the case is erased; 0: not from where it stands. */
export function erasableDay(desk: Desk, { place }: OpenedCase): number {
  return findRule(place.state, place.back, State.erased) ? erasableFrom(place.state, place.since, place.until, desk.keyring?.today ?? 0) : 0;
}

/** CID of the newest message in which the person asks to have the name erased; empty: they did not. */
export function askedToErase(opened: OpenedCase): string {
  return [...opened.messages].reverse().find(({ answers }) => asksToErase(answers))?.cid ?? "";
}

/** What whoever proposes, or approves, must know. */
export function erasingHelp(approves: boolean): TemplateResult {
  return html`<p class="careful" id="erasing-help">${t(approves ? "erase.approving" : "erase.proposing", { days: NOTICE_DAYS })}</p>`;
}

/** The day from which a proposal to erase may be approved. */
export const approvableFrom = (proposedOn: number): number => proposedOn + NOTICE_DAYS;

export interface ErasingActions extends WordActions {
  answerErasure(one: NameErasure, agrees: boolean): void;
}

/** Proposals to erase the sealed name, for whoever agrees or refuses. */
export function erasuresView(desk: Desk, opened: OpenedCase, act: ErasingActions): TemplateResult | typeof nothing {
  if (!opened.erasing.length || opened.chainFault) return nothing;
  return html`${repeat(opened.erasing, ({ link }) => link, (one) => {
    const may = !one.own && readsIntake(desk.member?.role);
    return html`<section class="note proposal" data-erase-name=${one.link} aria-label=${t("erase.name.title")}>
      <h2>${t("erase.name.title")}</h2> ${proposedBy(opened, one)}
      <p class="help">${t("erase.name.what")}</p> ${one.own ? html`<p class="quiet">${t("proposal.own")}</p>` : nothing}
      ${may ? html`${one.asked ? nothing : html`<p class="broken">${t("erase.name.not_asked")}</p>`}${words(desk, act, one.link, "deed.why", { kind: EntryKind.nameErasureAgreed, visible: one.asked })} ${one.asked ? html`<p class="help">${t("erase.name.words")}</p>` : nothing} ${problem(desk, one.link)}
        ${answers(desk, "erase", one.asked ? t("erase.name.agree") : "", (agrees) => act.answerErasure(one, agrees))}` : nothing}
    </section>`;
  })}`;
}
