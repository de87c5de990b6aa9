// To whom a case may be passed on: never to the body that is implicated or to one that watches over itself, and only as far as the person allowed (SPEC 5.12).

import { bodyOf, type Implicated } from "../../../crypto/ts/conflict.js";
import { ASK, type Consents, levelOf, NOTHING, type Wait } from "./desk-consent.js";

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

export type ReferralFault = "implicated" | "not_allowed" | "ask_first" | "waits" | "unread";

/** What they allowed since and does not count yet, of whatever asks whether this body may have it. */
export const waitsFor = (target: string, consents: Consents): Wait[] => (TARGETS[target]?.consent ?? []).flatMap((scope) => consents.get(scope)?.waits ?? []);

/** Why this body may not have the case; empty: it may. `consents`: by the code of the question. */
export function referralFaults(target: string, found: Implicated, consents: Consents): ReferralFault[] {
  const wanted = TARGETS[target];
  if (!wanted) return ["not_allowed"];
  const faults: ReferralFault[] = [];
  const bodies = found.agencies.map(bodyOf).map((body) => body.slice(body.indexOf("_") + 1));
  if (bodies.some((body) => body && wanted.bodies.includes(body))) faults.push("implicated");
  const levels = wanted.consent.map((scope) => levelOf(consents, scope));
  if (levels.some((level) => level !== NOTHING && level !== ASK)) return faults;
  return [...faults, waitsFor(target, consents).length > 0 ? "waits" : levels.includes(ASK) ? "ask_first" : "not_allowed"];
}

/** Why it is not handed to more of us (the question of "more people who work with us"); empty: it may be. Left open it takes its way: only what the person said counts. */
export function handingFault(consents: Consents): "" | Exclude<ReferralFault, "implicated" | "unread"> {
  const found = consents.get("staff_only");
  if (found?.level === ASK) return "ask_first";
  return found?.level !== NOTHING ? "" : found.waits.length > 0 ? "waits" : "not_allowed";
}
