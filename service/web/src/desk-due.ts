// What is due in a case and by which day: by the rules, by the books, and by the tasks that members write for themselves. Pure.

import { EntryKind } from "../../../crypto/ts/entry.js";
import { Lane } from "../../../crypto/ts/message.js";
import { isDormant, lapseDays, State } from "../../../crypto/ts/workflow.js";
import { type BookRecord, dayOf, grouped, newest } from "./desk-books.js";
import { wantsNoAnswer } from "./desk-bounds.js";
import { nextDue } from "./desk-calendar.js";
import { countryIn } from "./desk-routes.js";
import { type CaseDetail, type CaseLine, DAYS_TO_ANSWER, DAYS_TO_ANSWER_URGENT, LANE_STOP, LANE_URGENT } from "./desk-model.js";
import { answersOf, determinedIn, type OpenedCase } from "./desk-opened.js";
import { HIGH, type KeepId, toKeep, type ToldDay, toldDays } from "./desk-urgency.js";

export type DueId = "answer" | "again" | "step" | "chase" | "dormant" | "note" | "decide" | "name" | "keep" | "limitation" | "limitation_look" | "plan" | "task" | "hold" | "monitor" | "sample" | `preserve_${KeepId}` | ToldDay;

export interface Due {
  id: DueId;
  /** By the end of this day. */
  day: number;
  /** In the words of whoever wrote it, where somebody did. */
  about: string;
}

/** What the server tells of a case beside its history. */
export type Told = Pick<CaseDetail, "mailbox_open" | "sample">;

/** A line of the book of tasks. */
export interface Task {
  key: string;
  what: string;
  /** NaN: no day. */
  until: number;
  /** The id of whoever is to do it; empty: nobody in particular. */
  whose: string;
  done: boolean;
}

const NOTE_DAYS = 28; // a progress note at least every 28 days
const DAYS_TO_KEEP = 1; // recordings are wiped after some days: whether to ask is decided at once
const SAMPLE_DAYS = 7;
const LIMITATION_LOOKS = [365, 180, 90, 30]; // days before a time for prosecution ends; somebody looks at each
const MONITOR_DAYS = [182, 365]; // days: a determination is looked at again after 6 and 12 months
/** Nobody works on it any more. */
export const ENDED: readonly number[] = [State.closed, State.withdrawn, State.outOfScope, State.spamQuarantine];

/** What no bound keeps shut, as far as the list tells: new, urgent, or with an alarm or a wish to stop (service/domain/opening.py). */
export const opensAnyway = ({ lane, state, priority }: CaseLine): boolean =>
  lane === LANE_URGENT || lane === LANE_STOP || state === State.received || state === State.screening || (priority <= HIGH && !ENDED.includes(state));
/** Nothing is sent to the person then: the case is at an end, or a new answer could be noticed. */
const SILENT: readonly number[] = [...ENDED, State.safetyHold];
const PERSON = 1; // the kind of box that the person reads
/** Signed by whoever looked: an answer, a note (the books too), a step. */
const LOOKS: readonly number[] = [EntryKind.text, EntryKind.note, EntryKind.step, EntryKind.approval];

export function tasksOf(records: readonly BookRecord[]): Task[] {
  return records.filter(({ book, struck }) => book === "task" && !struck).map(({ key, fields, done }) => ({
    key, what: fields["what"] ?? "", until: dayOf(fields["until"] ?? ""), whose: fields["for"] ?? "", done,
  }));
}

/** Everything with a day, the nearest first. `self`: of the tasks those of this member and those of nobody in particular. `today`: what the person told of and has passed is not due. */
export function dueIn(opened: OpenedCase, self: string, today = 0, told: Told | null = null, role = ""): Due[] {
  const { place, books } = opened;
  if (role === "custodian") return nameAsked(opened, role); // nothing else of a case is theirs
  const answers = answersOf(opened.messages);
  const owed = told?.mailbox_open !== false && !SILENT.includes(opened.state) && !(wantsNoAnswer(answers) && opened.messages.length === 1); // whoever writes again wants to read
  const found: Due[] = owed ? toThePerson(opened) : ENDED.includes(opened.state) ? afterTheEnd(opened) : [];
  const arrived = Math.min(...opened.messages.map(({ day }) => day));
  const wish = wishIn(opened);
  // what the person asked for and nobody took up counts from that day; where nobody has acted, from when it came
  const stands = wish ? { state: opened.state, since: wish.day, until: 0, priority: place.priority } : { ...place, since: place.since || arrived };
  const step = opened.messages.length ? nextDue(stands, countryIn(answers)) : 0;
  if (step) found.push({ id: place.state === State.referred ? "chase" : stands.state === State.awaitingSubmitter ? "dormant" : "step", day: step, about: "" });
  if (!ENDED.includes(opened.state)) {
    found.push(...toldDays(opened.messages, today).map((one) => ({ ...one, about: "" })));
    const asked = books.records.filter((one) => one.book === "preservation" && !one.struck).map(({ fields }) => fields["what"]);
    for (const [what, day] of toKeep(opened.messages)) if (!asked.includes(what)) found.push({ id: `preserve_${what}`, day: day + DAYS_TO_KEEP, about: "" });
  }
  if (told?.sample === "waiting") found.push(...sampled(opened, self));
  const again = monitoring(opened);
  if (again) found.push({ id: "monitor", day: again, about: "" });
  if (opened.hold) found.push({ id: "hold", day: opened.hold, about: "" });
  for (const one of [...opened.proposals, ...opened.changes, ...opened.erasing, ...opened.holding]) {
    const entry = opened.entries[one.seq];
    if (!one.own && entry) found.push({ id: "decide", day: entry.day + lapseDays(entry.state), about: "" });
  }
  found.push(...nameAsked(opened, role));
  for (const asked of coursesOf(books.records, "preservation", "what", "to")) {
    const until = dayOf(newest(asked, "until"));
    if (until && ["", "pending"].includes(newest(asked, "answer"))) found.push({ id: "keep", day: until, about: newest(asked, "to") });
  }
  found.push(...limitation(opened));
  for (const steps of coursesOf(books.records, "protection", "who")) {
    for (const { step, day = "", who = "" } of newest(steps, "step") === "ended" ? [] : steps) {
      if (step === "planned" && dayOf(day)) found.push({ id: "plan", day: dayOf(day), about: who });
    }
  }
  for (const task of tasksOf(books.records)) {
    if (task.until && !task.done && (!task.whose || task.whose === self)) found.push({ id: "task", day: task.until, about: task.what });
  }
  return found.filter(({ day }) => day > 0).sort((a, b) => a.day - b.day || (a.id < b.id ? -1 : 1));
}

/** SPEC 8.6, and the person has not written meanwhile: then it is we who are waited for. */
export const sleeps = ({ state, place, unanswered }: OpenedCase, today: number): boolean => unanswered === 0 && isDormant(state, place.since, today);

/** Somebody waits for a yes or no about the sealed name: a reviewer's first, then a custodian's (SPEC 8.7). */
function nameAsked({ asks }: OpenedCase, role: string): Due[] {
  const mine = asks.filter(({ own, agreed, granted }) => !own && (role === "reviewer" ? !agreed : role === "custodian" && agreed && !granted));
  return mine.map(({ until }) => ({ id: "name", day: until, about: "" }));
}

/** The lines of a book that are about the same, the oldest first. */
const coursesOf = (records: readonly BookRecord[], book: string, ...names: string[]): Record<string, string>[][] =>
  [...grouped(records.filter((one) => one.book === book && !one.struck).map(({ fields }) => fields), ...names).values()];

/** SPEC 8.3: the first message by which the person has the case on hold, or in review, and that nobody took up. */
function wishIn({ state, place, entries, messages }: OpenedCase): { day: number } | undefined {
  if (state === place.state) return undefined;
  const cited = new Set(entries.filter(({ verdict }) => verdict === "counts").map(({ cited: link }) => link));
  const lane = state === State.safetyHold ? Lane.stop : Lane.review;
  return messages.filter((one) => one.lane === lane && !cited.has(one.cid)).sort((a, b) => a.day - b.day)[0];
}

/** Of what was put away as spam: somebody looks again who never signed that, neither the last time nor before. */
function sampled({ state, entries }: OpenedCase, self: string): Due[] {
  const approvals = entries.filter(({ kind, state: to, moved, verdict }) => kind === EntryKind.approval && to === State.spamQuarantine && moved && verdict === "counts");
  const last = approvals[approvals.length - 1];
  if (state !== State.spamQuarantine || !last) return [];
  const signed = entries.some((entry) => entry.actor === self && (approvals.includes(entry) || approvals.some(({ cited }) => cited === entry.link)));
  return signed ? [] : [{ id: "sample", day: last.day + SAMPLE_DAYS, about: "" }];
}

/** The end of a time for prosecution, and the next day on which somebody looks at it: a look is a line of the book written from that day on. */
function limitation({ books, entries }: OpenedCase): Due[] {
  const records = books.records.filter(({ book, struck }) => book === "limitation" && !struck);
  const told = (name: string): string => newest(records.map(({ fields }) => fields), name);
  const until = dayOf(told("until"));
  if (!until || told("status") !== "runs") return [];
  const about = told("source");
  const written = entries[parseInt(records[records.length - 1]?.key ?? "", 10)]?.day ?? 0;
  const look = LIMITATION_LOOKS.map((days) => until - days).find((day) => day > written);
  return [{ id: "limitation", day: until, about }, ...(look ? [{ id: "limitation_look" as const, day: look, about }] : [])];
}

/** What came of a determination: by which day somebody looks again; 0 where nothing was determined, or both looks are signed. */
function monitoring({ state, entries }: OpenedCase): number {
  if (state !== State.determination && state !== State.closed) return 0;
  const determined = determinedIn({ entries });
  if (!determined) return 0;
  const signed = (from: number): boolean => entries.some(({ kind, day, verdict }) => verdict === "counts" && day >= from && LOOKS.includes(kind));
  return MONITOR_DAYS.map((days) => determined.day + days).find((day) => !signed(day)) ?? 0;
}

/** What came after the end, until somebody signs that they looked: an end that nobody looks at again would be the last word. */
function afterTheEnd({ entries, messages }: OpenedCase): Due[] {
  const looked = entries.filter(({ kind, verdict }) => verdict === "counts" && LOOKS.includes(kind)).map(({ count }) => count);
  const unread = messages[Math.max(0, ...looked)];
  return looked.length && unread ? [{ id: "again", day: unread.day + DAYS_TO_ANSWER, about: "" }] : [];
}

/** The first human answer, an answer to what came since, and a sign of life every four weeks. */
function toThePerson(opened: OpenedCase): Due[] {
  const told = opened.entries.filter((entry) => entry.boxKind === PERSON && entry.verdict === "counts").map(({ day }) => day);
  const days = opened.messages.map(({ day }) => day);
  if (!days.length) return [];
  const urgent = opened.place.priority <= HIGH || opened.messages.some(({ lane }) => lane === LANE_URGENT);
  if (!opened.acknowledged) return [{ id: "answer", day: Math.min(...days) + (urgent ? DAYS_TO_ANSWER_URGENT : DAYS_TO_ANSWER), about: "" }];
  if (opened.unanswered) return [{ id: "again", day: (days[days.length - opened.unanswered] ?? Math.max(...days)) + DAYS_TO_ANSWER, about: "" }];
  return told.length ? [{ id: "note", day: Math.max(...told) + NOTE_DAYS, about: "" }] : [];
}
