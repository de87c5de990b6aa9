// Which bodies there are to pass a case on to, by the dated facts of its country: one that was abolished is not offered after its last day and keeps its name in
// the history; one that may not enter the place gives way to another. Pure.

import { type Dated, holds } from "../../../intake_forms/ts/countries.js";
import { TARGET_IDS } from "./desk-referral.js";

type Body = Dated & {
  readonly id: string; readonly name: string; readonly kind: string; readonly draft: boolean;
  readonly status: readonly (Dated & { readonly funded: string; readonly office: string; readonly operating: string })[];
};

export interface Oversight {
  readonly bodies: readonly Body[];
  readonly coverage: readonly (Dated & { readonly places: readonly string[]; readonly visits: string })[];
}

/** Targets that are a body of the country with a name of its own. */
const KINDS: Readonly<Record<string, string>> = { to_npm: "npm", to_ombudsman: "ombudsman" };
/** Who can be asked in the place of who may not enter, best first. */
const INSTEAD = ["to_ombudsman", "to_prosecutor", "to_un", "to_ngo_coalition", "to_lawyer"];

export interface Route {
  /** The body's name on the day; empty where the target is no one body. */
  name: string;
  /** Why it is not offered: there is none on that day, it is not at work, or it may not enter the place. */
  fault: "" | "no_body" | "not_operating" | "cannot_visit";
  /** Whether it may enter is disputed, or not known. */
  unsure: boolean;
  draft: boolean;
  /** Others to ask, where it is not offered: those alone that may have the case and are at work. */
  instead: string[];
}

/** `kept`: targets that may not have the case, whatever keeps it from them. */
export function routeTo(target: string, country: Oversight | undefined, places: readonly string[], day: string, kept: readonly string[] = []): Route {
  const kind = KINDS[target];
  const plain: Route = { name: "", fault: "", unsure: false, draft: false, instead: [] };
  if (!kind || !country) return plain;
  const body = bodyOn(country, kind, day);
  const instead = INSTEAD.filter((one) => one !== target && !kept.includes(one) && TARGET_IDS.includes(one) && (!KINDS[one] || isAtWork(bodyOn(country, KINDS[one], day), day)));
  if (!body) return { ...plain, fault: "no_body", instead };
  const found = { ...plain, name: body.name, draft: body.draft };
  if (!isAtWork(body, day)) return { ...found, fault: "not_operating", instead };
  if (kind !== "npm" || places.length === 0) return found;
  const visits = places.map((place) => country.coverage.find((one) => one.places.includes(place) && holds(one, day))?.visits ?? "unknown");
  if (visits.every((one) => one === "no")) return { ...found, fault: "cannot_visit", instead };
  return { ...found, unsure: !visits.includes("yes") };
}

const bodyOn = ({ bodies }: Oversight, kind: string, day: string): Body | undefined => bodies.find((one) => one.kind === kind && holds(one, day));
const isAtWork = (body: Body | undefined, day: string): boolean => body !== undefined && body.status.find((one) => holds(one, day))?.operating !== "no";

/** Types of place that a person named, whatever the row. */
export function placesIn(answers: readonly (readonly [string, string])[]): string[] {
  return [...new Set(answers.filter(([id, value]) => /(^|\.)place_type$/.test(id) && value && !["dont_know", "prefer_not"].includes(value)).map(([, value]) => value))];
}

/** The country that a person named last; empty where none, or where they named several. */
export function countryIn(answers: readonly (readonly [string, string])[]): string {
  const own = answers.filter(([id]) => id === "country").map(([, value]) => value);
  const last = own[own.length - 1];
  if (last) return last;
  const named = new Set(answers.filter(([id]) => /^episode\.\d+\.country$/.test(id)).map(([, value]) => value));
  return named.size === 1 ? ([...named][0] ?? "") : "";
}
