// A legal hold (SPEC 8.16): asked for with a reason, renewed, ended; what waits for another's yes, and up to when one stands.

import { html, nothing, type TemplateResult } from "lit-html";
import { live } from "lit-html/directives/live.js";
import { repeat } from "lit-html/directives/repeat.js";

import { EntryKind } from "../../../crypto/ts/entry.js";
import { LEGAL_HOLD_DAYS } from "../../../crypto/ts/legalhold.js";
import { type Desk, type Plan, shortId } from "./desk-model.js";
import type { HoldProposal, OpenedCase, OpenedEntry } from "./desk-opened.js";
import { readsIntake } from "./desk-roles.js";
import { day, t } from "./desk-words.js";

/** Why a case is still needed. */
export const HOLD_CODES = ["hold_court", "hold_inquiry", "hold_un", "hold_person"];

/** Up to which day an entry would keep the case, or that it would end the hold; empty for entries of other kinds. */
export function holdLabel({ kind, until }: Pick<OpenedEntry, "kind" | "until">): string {
  if (kind !== EntryKind.legalHoldProposed && kind !== EntryKind.legalHoldAgreed) return "";
  return until ? t("hold.until", { day: day(until) }) : t("hold.ended");
}

/** For how many days from today; the person reads the second signature, and not these words. */
export function holdFor({ hold }: OpenedCase, days: number, plan: (change: Partial<Plan>) => void): TemplateResult {
  return html`${hold ? html`<p>${t("hold.stands", { day: day(hold) })}</p>` : nothing}
    <label for="hold-days">${t("deed.days", { least: 1, most: LEGAL_HOLD_DAYS })}</label>
    <input id="hold-days" type="number" autocomplete="off" min="1" max=${LEGAL_HOLD_DAYS} .value=${live(days ? String(days) : "")} @input=${(event: Event): void => plan({ days: Number((event.target as HTMLInputElement).value) })} />
    <p class="help">${t("hold.what")}</p>`;
}

/** Proposals of a hold, or to end one, for whoever agrees or refuses. */
export function holdProposalsView(desk: Desk, opened: OpenedCase, words: (link: string) => TemplateResult, problem: (link: string) => TemplateResult | typeof nothing, answer: (one: HoldProposal, agrees: boolean) => void): TemplateResult | typeof nothing {
  if (!opened.holding.length || opened.chainFault) return nothing;
  const sending = desk.file.doing === "sending";
  return html`${repeat(opened.holding, ({ link }) => link, (one) => {
    const entry = opened.entries.find(({ link }) => link === one.link);
    const may = !one.own && readsIntake(desk.member?.role);
    const title = one.until ? t(opened.hold ? "hold.renewed" : "hold.title", { day: day(one.until) }) : t("hold.ending");
    return html`<section class="note proposal" data-hold=${one.link} aria-label=${title}>
      <h2>${title}</h2>
      <p>${entry?.role ? t(`role.${entry.role}`) : ""} <span class="id">${shortId(one.actor)}</span> · ${day(entry?.day ?? 0)}</p>
      ${entry?.code ? html`<p><strong>${t(`code.${entry.code}`)}</strong></p>` : nothing} ${entry?.text ? html`<p class="words" dir="auto">${entry.text}</p>` : nothing}
      <p class="help">${t(one.until ? "hold.what" : "hold.end.what")}</p> ${one.own ? html`<p class="quiet">${t("proposal.own")}</p>` : nothing}
      ${may ? html`${words(one.link)} <p class="help">${t("erase.name.words")}</p> ${problem(one.link)}
        <p class="row"><button type="button" class="main" data-key="agree-hold" ?disabled=${sending} @click=${(): void => answer(one, true)}>${t(one.until ? "hold.agree" : "hold.end.agree")}</button>
          <button type="button" data-key="refuse-hold" ?disabled=${sending} @click=${(): void => answer(one, false)}>${t("name.refuse")}</button></p>` : nothing}
    </section>`;
  })}`;
}
