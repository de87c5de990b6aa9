// How urgent a case is at least, by what the person answered: said to whoever sets its priority, who decides. It only raises. And the days that
// the person told of and that lie ahead. Pure but for the clock that `minuteOf` reads.

import { type ApproxTime, dayOf, parseTime, type Span, spanOf } from "../../../intake_forms/ts/approx.js";
import { NO_PRIORITY } from "../../../crypto/ts/workflow.js";
import { LANE_URGENT } from "./desk-model.js";
import { answersOf, formsOf, newestOf, type OpenedMessage } from "./desk-opened.js";

export type UrgencyId = "removal" | "return" | "held" | "reprisal" | "child" | "missing" | "self_harm" | "death" | "doctor" | "danger" | "gone" | "fading" | "charge";

export interface Urgency {
  /** The most urgent that follows; NO_PRIORITY where nothing does. */
  priority: number;
  reasons: { id: UrgencyId; priority: number }[];
  /** When somebody is to be sent away, as it was answered, where that lies ahead; `least` and `most` are minutes from now. */
  removal: { text: string; span: { earliest: number; latest: number }; least: number; most: number } | null;
}

export const HIGH = 1; // P0 and P1

type Told = Pick<OpenedMessage, "answers" | "lane">;

const HOUR = 60;
const DAY = 24 * HOUR;
const SOON = 72 * HOUR; // removal, or a death
const FRESH = 42 * DAY; // bruises fade
const LONG_AGO = 365 * DAY; // a child of then may be none now, and no recording is kept for so long
const STANDARD = 3;
const NOT_CHOSEN = ["", "none", "nobody", "dont_know", "prefer_not"];
const AT_RISK = ["security_terror", "extremism_religious"];

export function urgencyOf(messages: readonly Told[], now: number): Urgency {
  const answers = newestOf(messages);
  const forms = formsOf(answersOf(messages));
  const all = [...answers];
  /** Of the question, in whatever row, one of these; without any, something was chosen. */
  const said = (question: string, ...choices: string[]): boolean =>
    all.some(([key, value]) => asks(key, question) && value.split(" ").some((one) => (choices.length ? choices.includes(one) : !NOT_CHOSEN.includes(one))));

  const harm = harmIn(all);
  const old = harm > 0 && now - harm > LONG_AGO;
  const away = read(answers.get("rt_removal_at") ?? "");
  const ahead = away && away.latest !== null && away.latest >= now ? { earliest: away.earliest, latest: away.latest } : null;
  const removal = ahead && { text: answers.get("rt_removal_at") ?? "", span: ahead, least: Math.max(0, ahead.earliest - now), most: ahead.latest - now };
  const soon = removal !== null && removal.least <= SOON;

  const found: Urgency["reasons"] = [];
  const add = (id: UrgencyId, priority: number, holds: boolean): void => void (holds && found.push({ id, priority }));
  add("removal", 0, soon);
  add("return", 1, !soon && (forms.includes("return") || said("urgent", "being_returned") || said("legal_status", "extraditee")));
  add("held", 1, forms.includes("minute") || said("urgent", "held_now") || said("released_how", "still_held") || said("r_same_custody", "yes"));
  add("reprisal", 1, forms.includes("reprisal") || said("urgent", "threatened") || said("r_threat") || said("c_after") || said("cp_after_visit_punished", "yes"));
  add("child", 1, !old && (said("v_age_band", "u14", "14-17") || said("v_vulnerability", "child") || said("legal_status", "child_in_care")));
  add("missing", 1, said("alive_status", "missing") || said("urgent", "missing"));
  add("self_harm", 1, said("mind", "self_harm_thoughts"));
  add("death", 1, now - latestIn(all, "de_last_seen_when") < SOON);
  add("doctor", 1, said("urgent", "needs_doctor"));
  add("danger", 1, said("safe_now", "no") || messages.some(({ lane }) => lane === LANE_URGENT));
  add("gone", 2, said("urgent", "evidence_vanishing") || (!old && (said("evidence_at_risk") || said("camera_present", "yes"))));
  add("fading", 2, now - harm < FRESH && !isExamined(answers));
  if (said("charge_category", ...AT_RISK)) add("charge", Math.max(1, Math.min(STANDARD, ...found.map(({ priority }) => priority)) - 1), true); // one more urgent than without
  const reasons = found.sort((a, b) => a.priority - b.priority);
  return { priority: reasons[0]?.priority ?? NO_PRIORITY, reasons, removal };
}

/** By somebody who looks for injuries: a test for alcohol does not, and a healer writes nothing down. */
function isExamined(answers: ReadonlyMap<string, string>): boolean {
  const rows = new Set([...answers.keys()].flatMap((key) => /^(exams\.\d+)\./.exec(key)?.[1] ?? []));
  return [...rows].some((row) => !["alcohol_test", "traditional_healer"].includes(answers.get(`${row}.ex_type`) ?? ""));
}

/** The last minute that the answers to these questions, in whatever row, can mean; -Infinity where none has a time. */
const latestIn = (answers: readonly (readonly [string, string])[], ...questions: string[]): number =>
  Math.max(-Infinity, ...answers.filter(([key]) => questions.some((one) => asks(key, one))).map(([, value]) => read(value)?.latest ?? -Infinity));

/** When it happened last, else when it began to. */
function harmIn(answers: readonly (readonly [string, string])[]): number {
  const last = latestIn(answers, "ep_start", "ep_end");
  return last > 0 ? last : latestIn(answers, "t_detained");
}

/** What somebody would have to be asked to keep, and the day on which that was written: what is told of cameras, registers and papers. */
export type KeepId = "cctv" | "register" | "medical" | "phone";
const AT_RISK_OF = new Map<string, KeepId>([["cctv", "cctv"], ["register", "register"], ["medical_record", "medical"], ["phone", "phone"]]);

export function toKeep(messages: readonly (Told & { readonly day: number })[]): Map<KeepId, number> {
  const found = new Map<KeepId, number>();
  const all = newestOf(messages);
  const broken = all.get("camera_working") === "no";
  const harm = harmIn([...all]);
  for (const { day, answers } of messages.filter((one) => !(harm > 0 && one.day * DAY - harm > LONG_AGO))) {
    for (const [key, value] of answers) {
      const told = key === "evidence_at_risk" ? value.split(" ").flatMap((one) => AT_RISK_OF.get(one) ?? []) : key === "camera_present" && value === "yes" && !broken ? ["cctv" as const] : [];
      for (const one of told) if (!found.has(one)) found.set(one, day);
    }
  }
  return found;
}

/** Days that a person named and that others set: the first on which it can be, by the clock there. */
const TOLD = { rt_removal_at: "removal", rt_appeal_deadline: "appeal", next_hearing: "hearing", re_next_expected: "expected", de_burial_date: "burial" } as const;
export type ToldDay = (typeof TOLD)[keyof typeof TOLD];

/** Those that may still come. `today` is a day since 1970. */
export function toldDays(messages: readonly Told[], today: number): { id: ToldDay; day: number }[] {
  const answers = newestOf(messages);
  return Object.entries(TOLD).flatMap(([question, id]) => {
    const time = timeOf(answers.get(question) ?? "");
    const span = time && spanOf(time);
    if (!span || span.latest === null || span.latest < today * DAY) return [];
    return [{ id, day: Math.max(today, Math.floor((time.earliest ?? 0) / DAY)) }];
  });
}

/** `2026-05-02 09:00 – 2026-05-03 08:59`, or the one minute. */
export function inUtc({ earliest, latest }: { earliest: number; latest: number }): string {
  const written = (minute: number): string => `${dayOf(minute)} ${new Date(minute * 60_000).toISOString().slice(11, 16)}`;
  return earliest === latest ? written(earliest) : `${written(earliest)} – ${written(latest)}`;
}

const asks = (key: string, question: string): boolean => key === question || key.endsWith(`.${question}`);

function timeOf(text: string): ApproxTime | null {
  try {
    return text ? parseTime(text) : null;
  } catch {
    return null; // shown in the person's own words
  }
}

function read(text: string): Span | null {
  const time = timeOf(text);
  return time && spanOf(time);
}

/** UTC minutes since 1970, and never before the day of the list of keys. */
export const minuteOf = (today: number): number => Math.max(today * DAY, Math.floor(Date.now() / 60_000));
