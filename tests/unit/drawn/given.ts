// A case as the desk has it, and a page with few words, for what is drawn of them.
import { NO_PRIORITY, State } from "../../../crypto/ts/workflow.js";
import type { Consent } from "../../../service/web/src/desk-consent.js";
import { wantCountries } from "../../../service/web/src/desk-findings.js";
import { type Desk, newDesk, noPlan } from "../../../service/web/src/desk-model.js";
import type { OpenedCase, OpenedEntry } from "../../../service/web/src/desk-opened.js";
import { askedLine, type Paper, paperLine, readPapers, type Wanted } from "../../../service/web/src/desk-paper.js";
import type { DeedActions } from "../../../service/web/src/desk-view-deeds.js";
import type { PrintActions } from "../../../service/web/src/desk-view-print.js";
import { loadWords } from "../../../service/web/src/desk-words.js";

export const DAY = 20_800;
export const [ME, ONE, TWO] = ["11".repeat(16), "22ab".repeat(8), "33cd".repeat(8)];
export const LINKS = ["a".repeat(64), "b".repeat(64)];

export const entry = (seq: number, change: Partial<OpenedEntry> = {}): OpenedEntry => ({
  seq, link: String(seq).repeat(64), kind: 3, state: 1, day: DAY, actor: ONE, role: "reviewer", cited: "", box: "", count: 1, verdict: "counts", fault: null, text: "", language: "ru", textFault: null, boxKind: 2, code: "",
  until: 0, priority: NO_PRIORITY, moved: true, ...change,
});
export const FACTS: Consent = { level: "facts_no_identity", at: 0, since: 0, urgent: false, waits: [] };
export const opened = (change: Partial<OpenedCase> = {}): OpenedCase => ({
  cid: "aa".repeat(32), messages: [{ cid: "aa", day: DAY, lane: 1, kind: 0, language: "ru", answers: [["story", "били"], ["consent_court", "facts_no_identity"]], intake: [], evidence: [], apart: [], formerUntil: 0, fault: null }],
  consents: new Map([["court", FACTS]]), entries: [], state: State.inquiry, chainFault: null, place: { state: State.inquiry, back: 0, priority: 3, until: 0, since: DAY }, proposals: [], asks: [], changes: [], erasing: [], hold: 0, holding: [], readers: [], coded: "",
  unit: null, barred: [], withholdings: [],
  books: { records: [], alerts: [], counts: [], blocksClosing: false }, ...change,
}) as OpenedCase;
export const deskOf = (shown: OpenedCase, role = "supervisor"): Desk => {
  const desk = newDesk();
  const colleagues = [[ONE, "reviewer"], [TWO, "supervisor"]].map(([id, one]) => ({ id, role: one, group: "", languages: [] }));
  Object.assign(desk, { member: { id: ME, role, group: "", until: 0 }, keyring: { today: DAY }, colleagues });
  Object.assign(desk.file, { cid: shown.cid, opened: shown, plan: noPlan() });
  return desk;
};
export const act = new Proxy({}, { get: () => () => undefined }) as DeedActions & PrintActions;
export const papers = (to: string, ...more: string[]): { shown: OpenedCase; paper: Paper } => {
  const wanted: Wanted = { to, parts: ["account"], upto: 1 };
  const asking = entry(1, { link: LINKS[0]!, text: askedLine(wanted, "c".repeat(64)), code: "printed" });
  const later = more.map((kind, i) => entry(i + 2, { text: paperLine(kind as "agreed", LINKS[0]!), code: "printed", actor: kind === "printed" ? ONE : TWO, role: kind === "printed" ? "reviewer" : "supervisor" }));
  const shown = opened({ entries: [entry(0), asking, ...later] });
  return { shown, paper: readPapers(shown.entries)[0]! };
};
export const short = (id: string): string => `${id.slice(0, 4)} ${id.slice(4, 8)}`;

/** The page has these words alone. */
export function wordless(words: Record<string, string> = {}): void {
  Object.assign(document, { getElementById: () => ({ textContent: JSON.stringify(words) }) });
  loadWords("ru");
}

/** Dated facts of the countries, which a page fetches once. */
export const limit = (rule: string, hours: number, alert_hours: number | null): object => ({ rule, hours, alert_hours, when: [], source: "", first: "", until: "", draft: false });
export const country = (limits: object[], limitation: object[] = []): object => ({ limits, zones: {}, limitation, examiners: [], bodies: [], coverage: [] });
export const facts = {
  TJ: country([limit("unregistered_hours", 3, null)], [{ status: "runs", source: "", first: "", until: "", draft: false }]),
  KG: country([limit("unregistered_hours", 0, null)]),
  standard: country([limit("unregistered_hours", 0, 1), limit("no_or_late_lawyer", 0, 1), limit("late_judge_std", 48, null)]),
};
Object.assign(globalThis, { fetch: () => Promise.resolve(Response.json(facts)) });
export const known = new Promise<void>((come) => wantCountries(come));
