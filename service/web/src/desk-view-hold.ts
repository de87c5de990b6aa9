// A legal hold (SPEC 8.16): asked for with a reason, renewed, ended; what waits for another's yes, and up to when one stands.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";

import { EntryKind } from "../../../crypto/ts/entry.js";
import type { Desk } from "./desk-model.js";
import type { HoldProposal, OpenedCase, OpenedEntry } from "./desk-opened.js";
import { readsIntake } from "./desk-roles.js";
import { answers, problem, proposedBy, type WordActions, words } from "./desk-view-answering.js";
import { day, t } from "./desk-words.js";

/** Why a case is still needed. */
export const HOLD_CODES = ["hold_court", "hold_inquiry", "hold_un", "hold_person"];

/** Up to which day an entry would keep the case, or that it would end the hold; empty for entries of other kinds. */
export function holdLabel({ kind, until }: Pick<OpenedEntry, "kind" | "until">): string {
  if (kind !== EntryKind.legalHoldProposed && kind !== EntryKind.legalHoldAgreed) return "";
  return until ? t("hold.until", { day: day(until) }) : t("hold.ended");
}

/** What it does; and of one that stands, up to when. */
export function holdHelp({ hold }: OpenedCase): TemplateResult {
  return html`${hold ? html`<p>${t("hold.stands", { day: day(hold) })}</p>` : nothing}<p class="help">${t("hold.what")}</p>`;
}

export interface HoldActions extends WordActions {
  answerHold(one: HoldProposal, agrees: boolean): void;
}

/** Proposals of a hold, or to end one, for whoever agrees or refuses. */
export function holdsView(desk: Desk, opened: OpenedCase, act: HoldActions): TemplateResult | typeof nothing {
  if (!opened.holding.length || opened.chainFault) return nothing;
  return html`${repeat(opened.holding, ({ link }) => link, (one) => {
    const may = !one.own && readsIntake(desk.member?.role);
    const title = one.until ? t(opened.hold ? "hold.renewed" : "hold.title", { day: day(one.until) }) : t("hold.ending");
    return html`<section class="note proposal" data-hold=${one.link} aria-label=${title}>
      <h2>${title}</h2> ${proposedBy(opened, one)}
      <p class="help">${t(one.until ? "hold.what" : "hold.end.what")}</p> ${one.own ? html`<p class="quiet">${t("proposal.own")}</p>` : nothing}
      ${may ? html`${words(desk, act, one.link, "deed.why", { kind: EntryKind.legalHoldAgreed, visible: true })} <p class="help">${t("erase.name.words")}</p> ${problem(desk, one.link)}
        ${answers(desk, "hold", t(one.until ? "hold.agree" : "hold.end.agree"), (agrees) => act.answerHold(one, agrees))}` : nothing}
    </section>`;
  })}`;
}
