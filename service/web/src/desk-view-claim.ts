// Which two of the unit have a case: taken, given to others, released. Nobody works on one alone (SPEC 8.12).

import { html, noChange, nothing, type TemplateResult } from "lit-html";

import { type Colleague, type Desk, shortId } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { goneFrom } from "./desk-readers.js";
import { reasonsOf } from "./desk-view-conflict.js";
import { fault, t } from "./desk-words.js";

export interface ClaimActions {
  choosePair(ids: string[]): void;
  claim(): void;
  release(): void;
}

const TWO = 2;

/** What the member may do about it: one of the two and a supervisor change it, anybody of the unit takes what nobody has. */
function mayClaim(desk: Desk, { unit, claimed, chainFault }: OpenedCase): boolean {
  const { member } = desk;
  if (!unit || !member || chainFault) return false;
  if (member.role === "supervisor") return true;
  return member.role === "investigator" && (claimed.length === 0 || claimed.includes(member.id));
}

/** Those of the unit who can be named: whoever stepped back or has it withheld is gone. */
function claimable(desk: Desk, opened: OpenedCase): Colleague[] {
  const gone = goneFrom(opened);
  return desk.colleagues.filter(({ id, role }) => role === "investigator" && opened.unit?.members.includes(id) && !gone.has(id));
}

export function claimedIn(desk: Desk, { claimed }: OpenedCase): TemplateResult | string {
  if (!claimed.length) return t("claim.nobody");
  return html`${claimed.map((id, i) => html`${i ? ", " : ""}<span class="id">${shortId(id)}</span>${id === desk.member?.id ? ` ${t("seen.you")}` : ""}`)}`;
}

export function claimView(desk: Desk, opened: OpenedCase, act: ClaimActions): TemplateResult | typeof nothing {
  if (!opened.unit || desk.member?.role === "custodian") return nothing;
  const { claimed } = opened;
  const { doing, doFault } = desk.file;
  const may = mayClaim(desk, opened);
  return html`<section id="claim" aria-labelledby="claim-title" data-claimed=${claimed.length}>
    <h2 id="claim-title">${t("claim.title")}</h2>
    <p id="claimed">${claimedIn(desk, opened)}</p>
    ${doFault?.at === "claim" ? html`<p class="alarm" role="alert">${fault(doFault.slug, "claim")}</p>` : nothing}
    ${may && !claimed.length ? naming(desk, opened, act) : may ? html`<p class="row"><button type="button" id="release" ?disabled=${doing === "sending"} @click=${act.release}>${t("claim.release")}</button></p>
      <details id="claim-others" ?open=${desk.file.pair.length ? true : noChange}><summary>${t("claim.give")}</summary>${naming(desk, opened, act)}</details>` : claimed.length && desk.member?.role === "investigator" ? html`<p class="help">${t("claim.taken")}</p>` : nothing}
  </section>`;
}

function naming(desk: Desk, opened: OpenedCase, act: ClaimActions): TemplateResult {
  const takes = desk.member?.role === "investigator" && !opened.claimed.length;
  return html`${choices(desk, opened, act)}
    <p class="row"><button type="button" class=${takes ? "main" : ""} id="claim-sign" ?disabled=${desk.file.doing === "sending"} @click=${act.claim}>${t(takes ? "claim.sign" : "claim.others")}</button></p>`;
}

/** An investigator who takes what nobody has is one of the two. */
function choices(desk: Desk, opened: OpenedCase, act: ClaimActions): TemplateResult {
  const self = desk.member?.role === "investigator" && !opened.claimed.length ? desk.member.id : "";
  const chosen = chosenPair(desk, opened);
  const against = (id: string): readonly string[] => opened.barred.find(({ member }) => member === id)?.reasons ?? [];
  const change = (id: string) => (event: Event): void => act.choosePair((event.target as HTMLInputElement).checked ? [...chosen, id] : chosen.filter((one) => one !== id));
  return html`<fieldset class="choices"><legend>${t("claim.who")}</legend><p class="help">${t("claim.help")}</p>
    ${claimable(desk, opened).map(({ id }) => html`<label class="tick"><input type="checkbox" autocomplete="off" data-claim=${id} .checked=${chosen.includes(id)}
      ?disabled=${id === self || against(id).length > 0 || (chosen.length >= TWO && !chosen.includes(id))} @change=${change(id)} />
      <span>${t("role.investigator")} <span class="id">${shortId(id)}</span>${id === desk.member?.id ? ` ${t("seen.you")}` : ""}${against(id).length ? html` <span class="late">${t("barred.title")}: ${reasonsOf(against(id))}</span>` : nothing}</span></label>`)}</fieldset>`;
}

/** Nobody is chosen beforehand but whoever takes it. */
export function chosenPair(desk: Desk, opened: OpenedCase): string[] {
  const self = desk.member?.role === "investigator" && !opened.claimed.length ? [desk.member.id] : [];
  return [...self, ...desk.file.pair.filter((id) => !self.includes(id))].slice(0, TWO);
}
