// What is chosen to be taken out of a file: told to the desk at each change, and taken up again where the file is.

import type { Said } from "./viewer-port.js";

/** A list of lists of numbers: areas, passages, or areas with their page. */
type Numbers = readonly (readonly number[])[];

/** What was chosen before, each of `width` numbers; none where it is anything else. */
export function chosenBefore(chosen: string, width: number): number[][] {
  try {
    const found: unknown = JSON.parse(chosen || "[]");
    const fits = (one: unknown): one is number[] => Array.isArray(one) && one.length === width && one.every((n) => typeof n === "number" && Number.isFinite(n));
    return Array.isArray(found) && found.every(fits) ? found : [];
  } catch {
    return [];
  }
}

/** Says what is chosen where it is not what was said last. */
export function tellChosen(say: (said: Said) => void, before: string): (now: Numbers) => void {
  let said = before;
  return (now) => {
    const chosen = now.length ? JSON.stringify(now) : "";
    if (chosen === said) return;
    said = chosen;
    say({ kind: "chosen", chosen });
  };
}
