// What cases say together: incidents that several belong to, how far the authorities went, what was wanted of people. Computed at the desk of whoever reads the
// cases, from those alone: nothing of it is sent, and who lacks a case learns nothing of it. Pure.

import type { BookRecord } from "./desk-books.js";

/** What is counted of one case. */
export interface CaseFacts {
  /** Names of incidents as they were written, with the names that somebody wrote mean the same. */
  incidents: [string, string][];
  stage: Stage;
  /** How the authorities ended it without a judgement; empty where they did not. */
  ending: Ending | "";
  purposes: string[];
}

/** How far it went, each beyond the one before. */
export const STAGES = ["received", "opened", "court", "convicted", "sentence", "paid"] as const;
export type Stage = (typeof STAGES)[number];
/** Each has a line of its own. */
export const ENDINGS = ["amnesty", "limitation", "reconciliation", "repentance", "change_of_circumstances"] as const;
export type Ending = (typeof ENDINGS)[number];
/** A smaller number can identify somebody. */
export const SMALLEST = 10;

const REACHED: Readonly<Record<string, Stage>> = {
  opened: "opened", closed: "opened", reopened: "opened", suspended: "opened", suspended_illness: "opened", resumed: "opened",
  to_court: "court", acquitted: "court", convicted: "convicted", sentence: "sentence",
};

export function factsOf(records: readonly BookRecord[], answers: readonly (readonly [string, string])[]): CaseFacts {
  const live = records.filter(({ struck }) => !struck);
  const events = live.filter(({ book }) => book === "proceeding").map(({ fields }) => fields["event"] ?? "");
  const paid = live.some(({ book, fields }) => book === "redress" && fields["kind"] === "compensation" && fields["step"] === "paid");
  const reached = [...events.map((event) => REACHED[event] ?? "received"), paid ? "paid" as const : "received" as const];
  const ended = events.filter((event): event is Ending => ENDINGS.includes(event as Ending));
  const incidents = live.filter(({ book, fields }) => book === "incident" && fields["name"]).map(({ fields }): [string, string] => [fields["name"] ?? "", fields["same_as"] ?? ""]);
  return {
    incidents, stage: STAGES[Math.max(...reached.map((stage) => STAGES.indexOf(stage)))] ?? "received", ending: ended[ended.length - 1] ?? "",
    purposes: [...new Set(answers.filter(([id]) => id === "purpose").flatMap(([, value]) => value.split(/[\s,]+/)).filter((code) => /^[a-z_]{1,40}$/.test(code)))],
  };
}

/** Cases of one incident, by the name that was written first; only where there are two. */
export interface Cluster {
  name: string;
  cids: string[];
}

const folded = (name: string): string => name.normalize("NFC").toLowerCase().replace(/\s+/g, " ").trim();

export function clustersOf(cases: ReadonlyMap<string, CaseFacts>): Cluster[] {
  const parent = new Map<string, string>();
  const top = (key: string): string => {
    const above = parent.get(key) ?? key;
    return above === key ? key : top(above);
  };
  const shown = new Map<string, string>();
  for (const { incidents } of cases.values()) {
    for (const [name, same] of incidents) {
      for (const one of [name, same].filter(Boolean)) if (!shown.has(folded(one))) shown.set(folded(one), one.trim());
      if (same && top(folded(name)) !== top(folded(same))) parent.set(top(folded(same)), top(folded(name)));
    }
  }
  const found = new Map<string, Set<string>>();
  for (const [cid, { incidents }] of cases) for (const [name] of incidents) found.set(top(folded(name)), (found.get(top(folded(name))) ?? new Set()).add(cid));
  const clusters = [...found].filter(([, cids]) => cids.size > 1).map(([key, cids]) => ({ name: shown.get(key) ?? key, cids: [...cids].sort() }));
  return clusters.sort((a, b) => b.cids.length - a.cids.length || (a.name < b.name ? -1 : 1));
}

/** Null: from 0 to 9, or one more that would tell such a number. */
export interface Line<K extends string> {
  id: K;
  n: number | null;
}

export interface Funnel {
  total: number | null;
  /** How far each case went and no farther: these and the hidden ones sum up to the total. */
  stopped: Line<Stage>[];
  /** How many went so far or farther. */
  reached: Line<Stage>[];
  endings: Line<Ending | "none">[];
  purposes: Line<string>[];
}

export function funnelOf(cases: readonly CaseFacts[]): Funnel {
  const total = cases.length;
  const stopped = told(STAGES.map((id) => ({ id, n: cases.filter(({ stage }) => stage === id).length })));
  const endings = told([...ENDINGS, "none" as const].map((id) => ({ id, n: cases.filter(({ ending }) => (ending || "none") === id).length })));
  const codes = [...new Set(cases.flatMap(({ purposes }) => purposes))].sort();
  const purposes = codes.map((id) => ({ id, n: cases.filter((one) => one.purposes.includes(id)).length })).filter(({ n }) => n >= SMALLEST);
  return { total: total < SMALLEST ? null : total, stopped, reached: stopped.map(({ id }, i) => ({ id, n: sumOf(stopped.slice(i), stopped.slice(0, i), total) })), endings, purposes };
}

/** Of cells that sum up to a number that is told: the small ones are not, nor so many more that the hidden ones are ten or more together, and two. */
function told<K extends string>(cells: { id: K; n: number }[]): Line<K>[] {
  const hidden = new Set(cells.filter(({ n }) => n < SMALLEST));
  const sum = (): number => [...hidden].reduce((all, { n }) => all + n, 0);
  while (hidden.size > 0 && hidden.size < cells.length && (hidden.size < 2 || sum() < SMALLEST)) {
    const next = cells.filter((cell) => !hidden.has(cell)).sort((a, b) => a.n - b.n)[0];
    if (next) hidden.add(next);
  }
  return cells.map((cell) => ({ id: cell.id, n: hidden.has(cell) ? null : cell.n }));
}

/** What the reader could work out from the cells that are told: those from here on, or the total less those before. */
function sumOf(here: readonly Line<Stage>[], before: readonly Line<Stage>[], total: number): number | null {
  if (total < SMALLEST) return null;
  const add = (lines: readonly Line<Stage>[]): number | null => lines.reduce<number | null>((all, { n }) => (all === null || n === null ? null : all + n), 0);
  const less = add(before);
  return add(here) ?? (less === null ? null : total - less);
}
