// What stands above a case: what does not hold, a wish to stop, what the person asks not to do, and how to act.

import { html, nothing, type TemplateResult } from "lit-html";

import { State } from "../../../crypto/ts/workflow.js";
import { boundsIn } from "./desk-bounds.js";
import { linesOf } from "./desk-forms.js";
import { LANE_REVIEW, LANE_STOP, shortId } from "./desk-model.js";
import { answersOf, type OpenedCase, type OpenedMessage } from "./desk-opened.js";
import { OWN_WORDS } from "./desk-paper.js";
import { goneFrom } from "./desk-readers.js";
import { reasonsOf } from "./desk-view-conflict.js";
import { widened } from "./desk-view-consent.js";
import { answerView } from "./desk-view-lines.js";
import { day, fault, t } from "./desk-words.js";

export const DO_NOT = ["r_do_not", "never_show"];

/** What is broken is said before anything else, each with the class of its failure. */
export function alarms(opened: OpenedCase, languages: [string, string][]): TemplateResult | typeof nothing {
  const lines: (TemplateResult | string)[] = [];
  if (opened.chainFault) lines.push(`${t("alarm.chain_broken")} ${fault(opened.chainFault.slug, "case")}`);
  if (opened.withheld) lines.push(t("case.withheld"));
  for (const message of opened.messages) if (message.fault && message.fault.slug !== "not_a_recipient") lines.push(`${t("case.message_broken", { id: shortId(message.cid) })} ${fault(message.fault.slug, "case")}`);
  for (const entry of opened.entries) {
    if (entry.textFault && entry.textFault.slug !== "not_a_recipient") lines.push(`${t("case.text_broken", { n: entry.seq + 1 })} ${fault(entry.textFault.slug, "case")}`);
    if (entry.verdict === "void" || entry.verdict === "unconfirmed") lines.push(`${t("case.entry", { n: entry.seq + 1 })} ${t(`verdict.${entry.verdict}.why`)}`);
  }
  const stop = openStop(opened);
  return html`
    ${lines.length ? html`<div class="alarm" role="alert"><h2>${t("case.broken")}</h2><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></div>` : nothing}
    ${barredInside(opened)}
    ${stop ? html`<div class="alarm hold" role="alert"><h2>${t("state.16")}</h2><p>${t("case.hold", { day: day(stop.day) })}</p></div>` : nothing}
    ${review(opened)} ${doNot(opened, languages)} ${widened(opened)} ${bounds(opened)}
  `;
}

/** Who is named as a reader, or of the unit, and is barred by what came or was coded since: nobody else would look for that. */
function barredInside(opened: OpenedCase): TemplateResult | typeof nothing {
  const [inside, gone] = [[...opened.readers, ...(opened.unit?.members ?? [])], goneFrom(opened)];
  const found = opened.barred.filter(({ member }) => inside.includes(member) && !gone.has(member));
  return found.length ? html`<div class="alarm" id="barred-inside" role="alert"><h2>${t("case.barred_inside")}</h2><p>${t("case.barred_inside.why")}</p>
    <ul>${found.map(({ member, reasons }) => html`<li><span class="id">${shortId(member)}</span>: ${reasonsOf(reasons)}</li>`)}</ul></div>` : nothing;
}

/** What a review is asked for, before what was decided; whoever acted in the case cannot open the words, and reads that others decide. */
function review({ state, messages }: OpenedCase): TemplateResult | typeof nothing {
  const asked = state === State.review ? [...messages].reverse().find(({ lane }) => lane === LANE_REVIEW) : undefined;
  if (!asked) return nothing;
  const words = asked.answers.filter(([id, value]) => OWN_WORDS.includes(id) && value.trim());
  return html`<div class="note" id="review"><h2>${t("case.review")}</h2><p>${t("case.review.who", { day: day(asked.day) })}</p>
    ${words.map(([, value]) => html`<p class="words" lang=${asked.language || nothing} dir="auto">${value}</p>`)}</div>`;
}

/** The person's own "do not" stands above the account. */
function doNot(opened: OpenedCase, languages: [string, string][]): TemplateResult | typeof nothing {
  const lines = opened.messages.flatMap((message) => message.intake.filter(([id, value]) => DO_NOT.includes(id) && value.trim()).map((line) => ({ line, message })));
  const shown = lines.map(({ line, message }) => {
    return line[0] === DO_NOT[0] ? html`<p class="words" lang=${message.language || nothing} dir="auto">${line[1]}</p>` : answerView(line, message.language, languages);
  });
  return lines.length ? html`<div class="note donot"><h2>${t("case.do_not")}</h2>${shown}</div>` : nothing;
}

/** The rest of what the person asked of us, in the words of the forms; under an id while a form has not come. */
function bounds(opened: OpenedCase): TemplateResult | typeof nothing {
  const answers = answersOf(opened.messages);
  const asked = boundsIn(answers);
  const lines = linesOf(answers).filter(({ key }) => asked.includes(key));
  return lines.length ? html`<div class="note donot" id="bounds"><h2>${t("case.bounds")}</h2><ul class="points">${lines.map(({ section, label, value }) => html`<li><span class="quiet">${section ? `${section} · ` : ""}${label}</span> <strong dir="auto">${value}</strong></li>`)}</ul></div>` : nothing;
}

export function openStop(opened: OpenedCase): OpenedMessage | undefined {
  const cited = new Set(opened.entries.filter((entry) => entry.verdict === "counts").map((entry) => entry.cited));
  return opened.messages.find((message) => message.lane === LANE_STOP && !cited.has(message.cid));
}
