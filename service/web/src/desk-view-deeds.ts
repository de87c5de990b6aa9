// What may be done with a case from where it stands: proposals that wait for other eyes, the next step, stepping back.

import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { live } from "lit-html/directives/live.js";

import { EntryKind } from "../../../crypto/ts/entry.js";
import { deeds, findRule, LOWERING, NO_PRIORITY, State } from "../../../crypto/ts/workflow.js";
import type { Decides } from "./desk-decision.js";
import { type Colleague, type Desk, noPlan, shortId } from "./desk-model.js";
import type { EvidenceFile, NameAsk, OpenedCase, Proposal, ReadersChange } from "./desk-opened.js";
import { ASK_NAME, COPY_OUT, daysFor, END_HOLD, ERASE_NAME, LEGAL_HOLD, needsFourEyes, OTHER_READERS, OTHER_UNIT, prioritiesFrom, PRIORITIES, PRIORITY_ALONE, RECUSE, WITHHOLD } from "./desk-plan.js";
import { plannedIn } from "./desk-planned.js";
import { readsIntake, ROLES } from "./desk-roles.js";
import { readersFirst } from "./desk-languages.js";
import { goneFrom, hasActed } from "./desk-readers.js";
import { languageView, readsLabel } from "./desk-view-languages.js";
import { handingFault, TARGET_IDS } from "./desk-referral.js";
import { answers, problem, proposedBy, refusing, words } from "./desk-view-answering.js";
import { reasonsOf } from "./desk-view-conflict.js";
import { referralWait, scopeWait } from "./desk-view-consent.js";
import { insteadView, routeLabel, routeOf } from "./desk-routing.js";
import { copyFor, COPY_PURPOSES } from "./desk-view-copies.js";
import { keptView, named, withheldView, withholdFrom } from "./desk-view-withhold.js";
import { approvableFrom, askedToErase, erasableDay, erasingHelp, type ErasingActions } from "./desk-view-erasing.js";
import { urgencyWhereChosen } from "./desk-view-urgency.js";
import { HOLD_CODES, type HoldActions, holdHelp } from "./desk-view-hold.js";
import { day, fault, has, number, t, tn } from "./desk-words.js";

export interface DeedActions extends ErasingActions, HoldActions {
  askDeed(): void;
  unaskDeed(): void;
  doDeed(): void;
  decide(proposal: Proposal | null, approves: boolean): void;
  decideVisible(visible: boolean): void;
  signDecision(): void;
  grant(): void;
  keep(): void;
  answerChange(change: ReadersChange, agrees: boolean): void;
  recuse(): void;
  answerAsk(ask: NameAsk, agrees: boolean): void;
  openName(ask: NameAsk): void;
  hideName(): void;
}

const PURPOSES = ["un_complaint", "court", "medical_help", "reach_family", "reach_trusted", "reach_witness", "protection"];

/** The reasons of the field, by the state they lead to. */
const CODES: Readonly<Record<number, readonly string[]>> = {
  [State.suspended]: ["court_order", "victim_request", "forensic_pending"],
  [State.determination]: ["substantiated", "partly", "not_substantiated", "undetermined", "unfounded_after_review"],
  [State.withdrawn]: ["not_pressed", "pressed", "not_known"],
  [ASK_NAME]: PURPOSES,
  [COPY_OUT]: COPY_PURPOSES,
  [LEGAL_HOLD]: HOLD_CODES,
  [State.referred]: TARGET_IDS,
  [State.outOfScope]: ["other_body", "not_ill_treatment", "other_country"],
};

/** Where it matters who reads the person's language. */
const ASKS_LANGUAGE: readonly number[] = [State.triaged, OTHER_READERS, COPY_OUT];

const roleNumber = (role: string): number => ROLES.indexOf(role as never);

/** What another member proposes and this one may decide, and what the own proposal waits for. */
export function proposalsView(desk: Desk, opened: OpenedCase, act: DeedActions): TemplateResult | typeof nothing {
  if (!opened.proposals.length || opened.chainFault) return nothing;
  return html`${repeat(opened.proposals, ({ link }) => link, (one) => proposalView(desk, opened, one, act))}`;
}

function proposalView(desk: Desk, opened: OpenedCase, one: Proposal, act: DeedActions): TemplateResult {
  const { place, entries } = opened;
  const entry = entries.find(({ link }) => link === one.link);
  const rule = findRule(place.state, place.back, one.state);
  const approvers = rule?.approvers.length ? rule.approvers : LOWERING;
  const mayDecide = !one.own && approvers.includes(roleNumber(desk.member?.role ?? ""));
  const fits = one.lowers ? one.state === place.state && place.priority < one.priority : rule !== undefined;
  const erasing = one.state === State.erased;
  const early = erasing && approvableFrom(entry?.day ?? 0) > (desk.keyring?.today ?? 0);
  const approvable = !one.wrapFault && !early && fits;
  const { decides } = desk.file;
  const decided = decides?.link === one.link && (approvable || !decides.approves) ? decides : null; // what was begun before the case moved on is no more
  return html`
    <section class="note proposal" data-proposal=${one.state} aria-label=${t("proposal.title")}>
      <h2>${t("proposal.title")}: ${one.lowers ? t("deed.lower", { priority: `P${one.priority}` }) : t(`state.${one.state}`)}</h2>
      ${proposedBy(opened, one, one.until)}
      ${one.members.length ? html`<p>${tn("proposal.hands", one.granted)}</p><ul>${one.members.map((id) => html`<li>${named(desk, id)}</li>`)}</ul><p class="help">${t("proposal.sealed")}</p>` : nothing}
      ${one.wrapFault ? html`<p class="broken" role="alert">${t("proposal.wrong")} ${fault(one.wrapFault.slug, "case")}</p>` : nothing}
      ${erasing ? html`<p>${t("erase.from", { day: day(approvableFrom(entry?.day ?? 0)) })}</p>` : nothing}
      ${fits ? nothing : html`<p class="broken">${t("proposal.moved")}</p>`}
      ${one.own ? html`<p class="quiet">${t(erasing ? "erase.own" : "proposal.own")}</p>` : nothing}
      ${mayDecide && !decided
        ? html`<p class="row">${!approvable ? nothing : html`<button type="button" class="main" data-key="approve" @click=${(): void => act.decide(one, true)}>${t("proposal.approve")}</button>`}
            <button type="button" data-key="refuse" @click=${(): void => act.decide(one, false)}>${t("proposal.refuse")}</button></p>`
        : nothing}
      ${decided ? deciding(desk, decided, act, erasing) : nothing}
    </section>
  `;
}

/** Who asks for the name, for what, and how far it is. */
export function asksView(desk: Desk, opened: OpenedCase, act: DeedActions, files: (found: readonly EvidenceFile[]) => TemplateResult | typeof nothing): TemplateResult | typeof nothing {
  if (!opened.asks.length || opened.chainFault) return nothing;
  const role = desk.member?.role ?? "";
  const { doing } = desk.file;
  return html`${repeat(opened.asks, ({ link }) => link, (ask) => {
    const name = desk.file.name?.link === ask.link ? desk.file.name : null;
    const may = !ask.own && ((role === "reviewer" && !ask.agreed) || (role === "custodian" && ask.agreed && !ask.granted));
    return html`<section class="note proposal" data-ask=${ask.link}>
      <h2>${t("name.title")}</h2>
      ${proposedBy(opened, ask, ask.until)}
      <p>${t(ask.granted ? "name.granted" : ask.agreed ? "name.agreed" : "name.waits")}</p> ${problem(desk, ask.link)}
      ${may ? html`<p>${t("name.what")}</p>${refusing(desk, act, ask.link)}${answers(desk, "name", t(role === "custodian" ? "name.grant" : "name.agree"), (agrees) => act.answerAsk(ask, agrees))}` : nothing}
      ${ask.own && ask.granted && !name ? html`<p class="help">${t("name.signed_first")}</p><button type="button" class="main" data-key="open-name" ?disabled=${doing === "sending"} @click=${(): void => act.openName(ask)}>${t("name.open")}</button>` : nothing}
      ${ask.own && name ? html`<dl class="facts" id="the-name">${name.answers.length + name.files.length ? name.answers.map(([id, value]) => html`<div><dt>${t(`name.field.${id}`) === `name.field.${id}` ? id : t(`name.field.${id}`)}</dt><dd class="words" dir="auto">${value}</dd></div>`) : html`<div><dd>${t("name.none")}</dd></div>`}</dl>
        ${files(name.files)} <button type="button" class="plain" @click=${act.hideName}>${t("name.hide")}</button>` : nothing}
    </section>`;
  })}`;
}

/** Who reads it, where two members said so, and others whom somebody proposes. */
export function readersView(desk: Desk, opened: OpenedCase, act: DeedActions): TemplateResult | typeof nothing {
  const role = desk.member?.role ?? "";
  if (opened.chainFault || !readsIntake(role)) return nothing;
  const { doing } = desk.file;
  const formerly = opened.messages.filter((one) => one.formerUntil).length;
  return html`<section id="readers" aria-labelledby="readers-title"><h3 id="readers-title">${t("readers.title")}</h3>
    ${opened.readers.length ? html`<ul>${opened.readers.map((id) => html`<li data-reader=${id}>${named(desk, id)}</li>`)}</ul>` : html`<p class="quiet">${t("readers.drawn")}</p>`}
    ${opened.unkept ? html`<p class="note">${opened.unkept > formerly ? tn("readers.unkept", opened.unkept - formerly) : nothing} ${formerly ? tn("readers.formerly", formerly) : nothing} <button type="button" id="keep" ?disabled=${doing === "sending"} @click=${act.keep}>${t(opened.unkept > formerly ? "readers.keep" : "readers.reseal")}</button></p>${problem(desk, "keep")}` : nothing}
    ${keptView(opened)} ${withheldView(desk, opened)}
  </section>`;
}

/** Who would read it from now on, checked against what is in the case. */
export function changesView(desk: Desk, opened: OpenedCase, act: DeedActions): TemplateResult | typeof nothing {
  if (!opened.changes.length || opened.chainFault) return nothing;
  return html`${repeat(opened.changes, ({ link }) => link, (one) => {
    const may = !one.own && readsIntake(desk.member?.role);
    const list = (label: string, ids: readonly string[]): TemplateResult | typeof nothing => (ids.length ? html`<p>${t(label)}</p><ul>${ids.map((id) => html`<li>${named(desk, id)}</li>`)}</ul>` : nothing);
    return html`<section class="note proposal" data-change=${one.link} aria-label=${t(one.unit ? "unit.change" : "readers.change")}>
      <h2>${t(one.unit ? "unit.change" : "readers.change")}</h2>
      ${proposedBy(opened, one)}
      ${list("readers.will", one.members)} ${list("readers.gone", one.gone)} <p class="help">${one.unit ? t("proposal.sealed") : tn("readers.all", one.messages)}</p>
      ${one.fault ? html`<p class="broken" role="alert">${t("proposal.wrong")} ${fault(one.fault.slug, "case")}</p>` : nothing}
      ${one.own ? html`<p class="quiet">${t("proposal.own")}</p>` : nothing} ${may ? problem(desk, one.link) : nothing}
      ${may ? html`${refusing(desk, act, one.link)}${answers(desk, "readers", one.fault ? "" : t("readers.agree"), (agrees) => act.answerChange(one, agrees))}` : nothing}
    </section>`;
  })}`;
}

function deciding(desk: Desk, { link, approves, visible }: Decides, act: DeedActions, erasing: boolean): TemplateResult {
  return html`<div class="deciding">
    <h3>${t(approves ? "proposal.approving" : "proposal.refusing")}</h3>
    ${approves && erasing ? erasingHelp(true) : nothing} ${words(desk, act, link, "deed.why", { kind: approves ? EntryKind.approval : EntryKind.refusal, visible: approves && (visible || erasing) })} ${approves && !erasing ? told(desk, "decide-visible", visible, act.decideVisible) : nothing} ${problem(desk, link)}
    <p class="row"><button type="button" class="main" id="decide" ?disabled=${desk.file.doing === "sending"} @click=${act.signDecision}>${t(desk.file.doing === "sending" ? "leaving.sending" : approves ? "proposal.sign_approval" : "proposal.sign_refusal")}</button>
      <button type="button" class="plain" @click=${(): void => act.decide(null, false)}>${t("proposal.later")}</button></p>
  </div>`;
}

/** Of the own next step. */
const ownWords = (desk: Desk, act: DeedActions): TemplateResult => words(desk, act, "", desk.file.plan.target === COPY_OUT ? "copy.words" : "deed.why", plannedIn(desk) ?? undefined);

/** Whether the person reads the words. */
function told(desk: Desk, id: string, visible: boolean, set: (visible: boolean) => void): TemplateResult {
  if (desk.file.detail?.mailbox_open === false) return html`<p class="help">${t("reply.closed")}</p>`;
  return html`<label class="tick"><input type="checkbox" id=${id} autocomplete="off" .checked=${live(visible)} @change=${(event: Event): void => set((event.target as HTMLInputElement).checked)} /> ${t("deed.visible")}</label>
    <p class="help">${t(visible ? "deed.visible.yes" : "deed.visible.no")}</p>`;
}

/** The next step: chosen, reasoned, looked at once more, signed. */
export function deedsView(desk: Desk, opened: OpenedCase, act: DeedActions): TemplateResult | typeof nothing {
  if (opened.chainFault || opened.messages[0]?.fault || !desk.member || desk.member.role === "custodian") return nothing;
  const { plan } = desk.file;
  const { place } = opened;
  const role = roleNumber(desk.member.role);
  const state = place.state || State.screening;
  const may = deeds(state, place.back, role);
  const offered = new Set<number>(); // what was planned before a colleague took it is none
  const option = (value: number, label: string): TemplateResult => {
    if (value !== noPlan().target) offered.add(value);
    return html`<option value=${value} .selected=${live(plan.target === value)}>${label}</option>`;
  };
  const asked = askedToErase(opened);
  const label = (target: number, fourEyes: boolean): string => `${t(`deed.to.${target}`)}${fourEyes ? ` ${t("deed.four_eyes")}` : ""}`;
  return html`
    <section class="deeds" aria-labelledby="deeds-title">
      <h2 id="deeds-title">${t("deed.title")}</h2>
      <p class="help">${t("deed.stands", { state: t(`state.${opened.state}`) })} ${place.priority < NO_PRIORITY ? html`<span class="urgency p${place.priority}">P${place.priority}</span>` : nothing}</p>
      ${desk.member.role === "reviewer" && (opened.ungranted || opened.unitBehind) ? html`<p class="note">${opened.ungranted ? tn("deed.ungranted", opened.ungranted) : t("deed.unit_behind")} <button type="button" id="grant" ?disabled=${desk.file.doing === "sending"} @click=${act.grant}>${t("deed.grant")}</button></p>${problem(desk, "grant")}` : nothing}
      <label for="deed">${t("deed.choose")}</label>
      <select id="deed" autocomplete="off" @change=${(event: Event): void => act.plan({ target: Number((event.target as HTMLSelectElement).value), code: "", members: [], days: 0 })}>
        ${option(-1, t("deed.none"))} ${may.map(({ target, fourEyes }) => (shutTo(desk, opened, target) ? html`<option value=${target} disabled>${shutTo(desk, opened, target)}</option>` : option(target, label(target, fourEyes))))}
        ${opened.nameless ? nothing : option(ASK_NAME, t("deed.ask_name"))} ${readsIntake(desk.member.role) ? option(OTHER_READERS, `${t("deed.readers")} ${t("deed.four_eyes")}`) : nothing}
        ${opened.unit && readsIntake(desk.member.role) ? option(OTHER_UNIT, `${t("deed.unit")} ${t("deed.four_eyes")}`) : nothing}
        ${readsIntake(desk.member.role) ? option(COPY_OUT, t("deed.copy")) : nothing}
        ${asked && !opened.nameless && readsIntake(desk.member.role) ? option(ERASE_NAME, `${t("deed.erase_name")} ${t("deed.four_eyes")}`) : nothing}
        ${option(LEGAL_HOLD, `${t(opened.hold ? "deed.renew_hold" : "deed.hold")} ${t("deed.four_eyes")}`)} ${opened.hold ? option(END_HOLD, `${t("deed.end_hold")} ${t("deed.four_eyes")}`) : nothing}
        ${option(WITHHOLD, t("deed.withhold"))}
        ${place.priority < NO_PRIORITY && prioritiesFrom(place).length > 0 ? option(PRIORITY_ALONE, t("deed.priority")) : nothing} ${option(RECUSE, t("deed.recuse"))}
      </select>
      ${plan.target === noPlan().target ? nothing : !offered.has(plan.target) ? html`<div class="deciding">${ownWords(desk, act)} ${problem(desk)}</div>` : plan.target === RECUSE ? recusing(desk, act) : planning(desk, opened, act)}
    </section>
  `;
}

/** What is to be seen in the list and cannot be chosen, with why; empty: it can. */
function shutTo(desk: Desk, opened: OpenedCase, target: number): string {
  if (target === State.reopened && hasActed(opened, desk.member?.id ?? "")) return `${t(`deed.to.${target}`)}: ${t("deed.acted")}`;
  const from = opened.hold || erasableDay(desk, opened);
  return target === State.erased && (opened.hold || from > (desk.keyring?.today ?? 0)) ? t(opened.hold ? "erase.held" : "erase.later", { day: day(from) }) : "";
}

function recusing(desk: Desk, act: DeedActions): TemplateResult {
  return html`<div class="deciding"><p>${t("recuse.what")}</p><p>${t("recuse.no_reason")}</p>${problem(desk)}
    <button type="button" class="main" id="recuse" ?disabled=${desk.file.doing === "sending"} @click=${act.recuse}>${t("recuse.now")}</button></div>`;
}

/** Why a body may not have the case. */
const keeps = (opened: OpenedCase, target: number, code: string): readonly string[] => (target === State.referred ? opened.referrals[code] ?? [] : []);

/** A name, or a paper sealed with it, may have come with any message. */
function whichName(opened: OpenedCase, about: string, act: DeedActions): TemplateResult | typeof nothing {
  const readable = opened.messages.filter(({ fault: unread }) => !unread);
  if (readable.length < 2) return nothing;
  return html`<label for="deed-about">${t("name.which")}</label><select id="deed-about" autocomplete="off" @change=${(event: Event): void => act.plan({ about: (event.target as HTMLSelectElement).value })}>
    ${readable.map(({ cid, day: on, kind, apart }, i) => html`<option value=${cid} .selected=${live(about === cid)}>${day(on)} · ${t(i === 0 ? "page.account" : `page.kind.${kind}`)}${apart.length ? ` · ${t("file.apart")}` : ""}</option>`)}</select>`;
}

function planning(desk: Desk, opened: OpenedCase, act: DeedActions): TemplateResult {
  const { plan, doing } = desk.file;
  const { place } = opened;
  const days = daysFor(place, plan.target);
  const alone = plan.target === PRIORITY_ALONE;
  const fourEyes = needsFourEyes(place, plan);
  const codes = CODES[plan.target] ?? [];
  const today = desk.keyring?.today ?? 0;
  return html`<div class="deciding">
    ${ASKS_LANGUAGE.includes(plan.target) ? languageView(desk, opened) : nothing}
    ${alone ? priorities(desk, opened, prioritiesFrom(place), act) : plan.target === State.triaged ? priorities(desk, opened, PRIORITIES.filter((one) => one <= place.priority), act) : nothing}
    ${alone && place.state === State.assigned ? html`<p class="help">${t("deed.lower_later")}</p>` : nothing}
    ${codes.length ? html`<label for="deed-code">${t(has(`deed.code.${plan.target}`) ? `deed.code.${plan.target}` : "deed.code")}</label><select id="deed-code" autocomplete="off" @change=${(event: Event): void => act.plan({ code: (event.target as HTMLSelectElement).value })}>
        <option value="">${t("deed.none")}</option>${codes.map((code) => html`<option value=${code} .selected=${live(plan.code === code)} ?disabled=${keeps(opened, plan.target, code).length > 0 || (plan.target === State.referred && routeOf(opened, code, today).fault !== "")}>${t(`code.${code}`)}${plan.target === State.referred ? routeLabel(opened, code, today) : ""}${keeps(opened, plan.target, code).map((why) => ` · ${t(`referral.${why}`)}${why === "waits" ? `. ${referralWait(code, opened.consents)}` : ""}`)}</option>`)}</select>` : nothing}
    ${plan.target === State.referred ? insteadView(opened, codes, today) : nothing}
    ${plan.target === ASK_NAME ? whichName(opened, plan.about, act) : nothing}
    ${days ? html`<label for="deed-days">${t("deed.days", days)}</label>
        <input id="deed-days" type="number" autocomplete="off" min=${days.least} max=${days.most} .value=${live(plan.days ? String(plan.days) : "")} @input=${(event: Event): void => act.plan({ days: Number((event.target as HTMLInputElement).value) })} />` : nothing}
    ${plan.target === COPY_OUT ? copyFor(desk, opened, act.plan) : nothing}
    ${plan.target === WITHHOLD ? withholdFrom(desk, opened, act.plan) : nothing}
    ${plan.target === LEGAL_HOLD ? holdHelp(opened) : plan.target === END_HOLD ? html`<p class="help">${t("hold.end.what")}</p>` : nothing}
    ${plan.target === State.assigned || plan.target === OTHER_UNIT ? handTo(desk, opened, act) : plan.target === OTHER_READERS ? readBy(desk, opened, act) : nothing}
    ${plan.target === State.erased ? erasingHelp(false) : nothing}
    ${ownWords(desk, act)} ${plan.target === State.erased ? nothing : plan.target === ERASE_NAME ? html`<p class="help">${t("erase.name.what")}</p>` : plan.target === ASK_NAME ? html`<p class="help">${t("name.asking")}</p>` : plan.target === COPY_OUT ? html`<p class="help">${t("copy.leaves")}</p>` : plan.target === WITHHOLD ? html`<p class="help">${t("withhold.reason")}</p>` : fourEyes ? html`<p class="help">${t("deed.proposed")}</p>` : told(desk, "deed-visible", plan.visible, (visible) => act.plan({ visible }))} ${problem(desk)}
    ${doing === "asking" || doing === "sending"
      ? html`<p>${t(fourEyes ? "deed.final_proposal" : "deed.final")}</p><p class="row"><button type="button" class="main" id="deed-do" ?disabled=${doing === "sending"} @click=${act.doDeed}>${t(doing === "sending" ? "leaving.sending" : "deed.sign")}</button>
          <button type="button" class="plain" ?disabled=${doing === "sending"} @click=${act.unaskDeed}>${t("leaving.back")}</button></p>`
      : html`<button type="button" id="deed-ask" @click=${act.askDeed}>${t(fourEyes ? "deed.propose" : "deed.ask")}</button>`}
  </div>`;
}

function priorities(desk: Desk, opened: OpenedCase, choices: readonly number[], act: DeedActions): TemplateResult {
  return html`<fieldset class="choices"><legend>${t("deed.how_urgent")}</legend>${urgencyWhereChosen(desk, opened)}${choices.map((one) => html`<label class="tick"><input type="radio" name="priority" autocomplete="off" value=${one} .checked=${desk.file.plan.priority === one}
    @change=${(): void => act.plan({ priority: one })} /> <span><strong>P${number(one)}</strong> ${t(`priority.${one}`)}</span></label>`)}</fieldset>`;
}

/** One unit, two of its investigators at least, a supervisor. Nobody is chosen beforehand. */
function handTo(desk: Desk, opened: OpenedCase, act: DeedActions): TemplateResult {
  const { members } = desk.file.plan;
  const units = [...new Set(desk.colleagues.filter(({ role }) => role === "investigator").map(({ group }) => group))].sort();
  const chosenUnit = desk.colleagues.find(({ id, role }) => role === "investigator" && members.includes(id))?.group ?? "";
  const tick = (one: Colleague, off: boolean): TemplateResult => choice(desk, opened, act, one, off);
  const of = (role: string, group = ""): Colleague[] => desk.colleagues.filter((one) => one.role === role && one.group === group);
  const kept = handingFault(opened.consents);
  return html`<fieldset class="choices"><legend>${t("hand.who")}</legend>${kept ? html`<p class="broken" id="hand-kept">${t(`hand.${kept}`)}${kept === "waits" ? ` ${scopeWait("staff_only", opened.consents)}` : ""}</p>` : nothing}<p class="help">${t("hand.help")}</p>
    ${units.map((unit) => html`<h3>${unit}</h3>${of("investigator", unit).map((one) => tick(one, chosenUnit !== "" && chosenUnit !== unit))}`)}
    <h3>${t("hand.supervisors")}</h3>${of("supervisor").map((one) => tick(one, false))}</fieldset>`;
}

/** Nobody who is barred, stepped back or had it withheld can be chosen. */
function choice(desk: Desk, opened: OpenedCase, act: DeedActions, one: Colleague, off = false): TemplateResult {
  const { members } = desk.file.plan;
  const against = opened.barred.find(({ member }) => member === one.id)?.reasons ?? [];
  const never = against.length > 0 || goneFrom(opened).has(one.id);
  const change = (event: Event): void => act.plan({ members: (event.target as HTMLInputElement).checked ? [...members, one.id] : members.filter((id) => id !== one.id) });
  return html`<label class="tick"><input type="checkbox" autocomplete="off" data-member=${one.id} ?disabled=${off || never} .checked=${members.includes(one.id)} @change=${change} />
    <span>${t(`role.${one.role}`)} <span class="id">${shortId(one.id)}</span>${readsLabel(opened, one)}${against.length ? html` <span class="late">${t("barred.title")}: ${reasonsOf(against)}</span>` : nothing}</span></label>`;
}

/** Two reviewers and a supervisor at least; of whom it is known, who reads it now is said. */
function readBy(desk: Desk, opened: OpenedCase, act: DeedActions): TemplateResult {
  const panels = [...new Set(desk.colleagues.filter(({ role }) => role === "reviewer").map(({ group }) => group))].sort();
  const of = (role: string, group: string): Colleague[] => desk.colleagues.filter((one) => one.role === role && one.group === group);
  return html`<fieldset class="choices"><legend>${t("hand.who")}</legend><p class="help">${t("readers.help")}</p>
    ${panels.map((panel) => html`<h3>${panel}</h3>${readersFirst(opened, of("reviewer", panel)).map((one) => choice(desk, opened, act, one))}`)}
    <h3>${t("hand.supervisors")}</h3>${of("supervisor", "").map((one) => choice(desk, opened, act, one))}</fieldset>`;
}
