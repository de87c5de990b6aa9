// Who may not work on a case: what is implicated in it, as the person answered and as was coded at triage, against what members declared (SPEC 5.12).
// Runs in the worker: declarations never reach the page, only the reasons.

import { conflicts, type Declaration, type Implicated, type Reason } from "../../../crypto/ts/conflict.js";
import { equal, hex, Z32 } from "../../../crypto/ts/encoding.js";
import { type Keyring } from "../../../crypto/ts/keyring.js";

export const IMPLICATED = "implicated"; // the code of a note that says so
// Maps, because what is looked up in them is a name that somebody wrote: an object has `constructor` too.
/** Answers of the forms, whatever the row of a repeat. */
const ANSWERS = new Map<string, keyof Implicated>([["p_agency", "agencies"], ["re_source", "agencies"], ["p_unit", "units"], ["p_name", "names"], ["p_nick", "names"], ["region", "regions"], ["never_show", "denied"]]);
/** Words of a line of such a note. */
const LINES = new Map<string, keyof Implicated>([["agency", "agencies"], ["unit", "units"], ["region", "regions"], ["name", "names"], ["member", "excluded"]]);
const NOT_SAID = ["dont_know", "prefer_not"];

type Found = Record<keyof Implicated, string[]>;

export interface Barring {
  member: string;
  reasons: (Reason | "undeclared")[];
}

/** `answers` of every message that opens, and the texts of the notes. */
export function implicated(answers: Iterable<readonly [string, string]>, notes: readonly string[]): Found {
  const found: Found = { agencies: [], units: [], regions: [], names: [], denied: [], excluded: [] };
  for (const [key, value] of answers) {
    const into = ANSWERS.get(key.slice(key.lastIndexOf(".") + 1));
    if (into && value.trim() && !NOT_SAID.includes(value)) found[into].push(value);
  }
  for (const line of notes.flatMap((note) => note.split("\n"))) {
    const at = line.indexOf(":");
    const into = LINES.get(line.slice(0, at).trim());
    const value = line.slice(at + 1).trim();
    if (at > 0 && into && value) found[into].push(value);
  }
  return found;
}

/** Of these members, those who are barred, and why. One whose declaration the keyring names and nobody has is barred too: nothing can be said of them. */
export function barred(keyring: Keyring, declarations: ReadonlyMap<string, Declaration>, found: Implicated, day: number): Barring[] {
  return keyring.body.members.flatMap(({ id, annexHash }): Barring[] => {
    const member = hex(id);
    const declaration = declarations.get(member);
    if (!declaration) return equal(annexHash, Z32) && !found.excluded.includes(member) ? [] : [{ member, reasons: [found.excluded.includes(member) ? "excluded" : "undeclared"] }];
    const reasons = conflicts(declaration, found, day);
    return reasons.length ? [{ member, reasons }] : [];
  });
}
