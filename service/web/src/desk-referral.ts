// To whom a case may be passed on: never to the body that is implicated or to one that watches over itself, and only as far as the person allowed (SPEC 5.12).

import { bodyOf, type Implicated } from "../../../crypto/ts/conflict.js";

interface Target {
  /** Codes of the question that asks whether this body may have it; any of them. */
  readonly consent: readonly string[];
  /** Its bodies, without the country: KZ_prosecutor is `prosecutor`. */
  readonly bodies: readonly string[];
}

const TARGETS: Readonly<Record<string, Target>> = {
  to_prosecutor: { consent: ["prosecutor"], bodies: ["prosecutor"] },
  to_special_prosecutor: { consent: ["prosecutor"], bodies: ["prosecutor"] },
  to_military_prosecutor: { consent: ["prosecutor"], bodies: ["military", "mod", "prosecutor"] },
  to_police_internal: { consent: ["prosecutor"], bodies: ["mia", "national"] }, // the national guard: in Kazakhstan it is of the ministry that the police is of
  to_court: { consent: ["court"], bodies: ["court"] },
  to_ombudsman: { consent: ["ombudsman"], bodies: [] },
  to_npm: { consent: ["npm"], bodies: [] },
  to_un: { consent: ["un_sp", "cat_or_hrc"], bodies: [] },
  to_doctor: { consent: ["medic"], bodies: ["health"] },
  to_lawyer: { consent: ["lawyer_ngo"], bodies: [] },
  to_ngo_coalition: { consent: ["lawyer_ngo"], bodies: [] },
  to_embassy: { consent: ["diplomatic"], bodies: [] },
};
export const TARGET_IDS = Object.keys(TARGETS);

export type ReferralFault = "implicated" | "not_allowed" | "ask_first";

/** Why this body may not have the case; empty: it may. `consents`: the newest answers, by the code of the question. */
export function referralFaults(target: string, found: Implicated, consents: ReadonlyMap<string, string>): ReferralFault[] {
  const wanted = TARGETS[target];
  if (!wanted) return ["not_allowed"];
  const faults: ReferralFault[] = [];
  const bodies = found.agencies.map(bodyOf).map((body) => body.slice(body.indexOf("_") + 1));
  if (bodies.some((body) => body && wanted.bodies.includes(body))) faults.push("implicated");
  const levels = wanted.consent.map((code) => consents.get(code) ?? "nothing");
  if (levels.every((level) => level === "nothing")) faults.push("not_allowed");
  else if (!levels.some((level) => level !== "nothing" && level !== "ask_me_each_time")) faults.push("ask_first");
  return faults;
}

/** Why it is not handed to more of us (the question of "more people who work with us"); empty: it may be. Left open it takes its way: only what the person said counts. */
export function handingFault(consents: ReadonlyMap<string, string>): "" | Exclude<ReferralFault, "implicated"> {
  const level = consents.get("staff_only");
  return level === "nothing" ? "not_allowed" : level === "ask_me_each_time" ? "ask_first" : "";
}

const LEVELS = ["nothing", "ask_me_each_time", "facts_no_identity", "with_identity"]; // each allows more than the one before

/** Questions of which a later message allows more than an earlier one did, and its day: whoever has the code can write that, and may have been made to. */
export function widenedIn(messages: readonly { readonly day: number; readonly answers: readonly (readonly [string, string])[] }[]): Map<string, number> {
  const [before, found] = [new Map<string, number>(), new Map<string, number>()];
  for (const { day, answers } of messages) {
    for (const [key, value] of answers.filter(([key, value]) => key.startsWith("consent_") && LEVELS.includes(value))) {
      const [level, earlier] = [LEVELS.indexOf(value), before.get(key)];
      if (earlier !== undefined && level > earlier) found.set(key, day);
      if (earlier !== undefined && level < earlier) found.delete(key);
      before.set(key, level);
    }
  }
  return found;
}

/** Of the form for somebody who is about to be sent away: "May we tell the United Nations at once?". They need to know who the person is, and it says so. */
const UN_NOW = "rt_consent_un_now";
const UN_SCOPES = ["un_sp", "cat_or_hrc"];
const AT_ONCE = new Map([["yes", "with_identity"], ["no", "nothing"]]);

/** By the code of the question; `messages` oldest first, so that a later answer stands in the place of an earlier one; in one message the scope's own question counts. The twin is in service/dossier.py. */
export function consentsIn(messages: readonly (readonly (readonly [string, string])[])[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const answers of messages) {
    const now = AT_ONCE.get(new Map(answers).get(UN_NOW) ?? "");
    if (now) for (const scope of UN_SCOPES) found.set(scope, now);
    for (const [key, value] of answers) if (key.startsWith("consent_")) found.set(key.slice(8), value);
  }
  return found;
}
