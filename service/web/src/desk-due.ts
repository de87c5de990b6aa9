// What is due in a case and by which day: by the rules, by the books, and by the tasks that members write for themselves. Pure.

import { lapseDays, State } from "../../../crypto/ts/workflow.js";
import { type BookRecord, dayOf } from "./desk-books.js";
import { nextDue } from "./desk-calendar.js";
import { countryIn } from "./desk-routes.js";
import { DAYS_TO_ANSWER, DAYS_TO_ANSWER_URGENT } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";

export type DueId = "answer" | "again" | "step" | "chase" | "note" | "decide" | "keep" | "limitation" | "plan" | "task" | "hold";

export interface Due {
  id: DueId;
  /** By the end of this day. */
  day: number;
  /** In the words of whoever wrote it, where somebody did. */
  about: string;
}

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

export const NOTE_DAYS = 28; // DOMAIN 5: a progress note at least every 28 days
const URGENT = 1;
/** Nothing is sent to the person then: the case is at an end, or a new answer could be noticed. */
const SILENT: readonly number[] = [State.closed, State.withdrawn, State.outOfScope, State.spamQuarantine, State.safetyHold];
const PERSON = 1; // the kind of box that the person reads

export function tasksOf(records: readonly BookRecord[]): Task[] {
  return records.filter(({ book, struck }) => book === "task" && !struck).map(({ key, fields, done }) => ({
    key, what: fields["what"] ?? "", until: dayOf(fields["until"] ?? ""), whose: fields["for"] ?? "", done,
  }));
}

/** Everything with a day, the nearest first. `self`: of the tasks those of this member and those of nobody in particular. */
export function dueIn(opened: OpenedCase, mailboxOpen: boolean, self: string): Due[] {
  const { place, books } = opened;
  const found: Due[] = [...(mailboxOpen && !SILENT.includes(opened.state) ? toThePerson(opened) : [])];
  const arrived = Math.min(...opened.messages.map(({ day }) => day));
  const step = opened.messages.length ? nextDue({ ...place, since: place.since || arrived }, countryIn(opened.messages.flatMap(({ answers }) => answers))) : 0; // nobody has acted: since it came
  if (step) found.push({ id: place.state === State.referred ? "chase" : "step", day: step, about: "" });
  if (opened.hold) found.push({ id: "hold", day: opened.hold, about: "" });
  for (const one of [...opened.proposals, ...opened.changes, ...opened.erasing, ...opened.holding]) {
    const entry = opened.entries[one.seq];
    if (!one.own && entry) found.push({ id: "decide", day: entry.day + lapseDays(entry.state), about: "" });
  }
  for (const { fields } of books.records.filter((one) => one.book === "preservation" && !one.struck)) {
    const until = dayOf(fields["until"] ?? "");
    if (until && ["", "pending"].includes(fields["answer"] ?? "")) found.push({ id: "keep", day: until, about: fields["to"] ?? "" });
  }
  for (const { fields } of books.records.filter((one) => one.book === "limitation" && !one.struck).slice(-1)) {
    const until = dayOf(fields["until"] ?? "");
    if (until && fields["status"] === "runs") found.push({ id: "limitation", day: until, about: fields["source"] ?? "" });
  }
  for (const { fields } of books.records.filter((one) => one.book === "protection" && !one.struck && one.fields["step"] === "planned")) {
    const day = dayOf(fields["day"] ?? "");
    if (day && books.blocksClosing) found.push({ id: "plan", day, about: fields["who"] ?? "" });
  }
  for (const task of tasksOf(books.records)) {
    if (task.until && !task.done && (!task.whose || task.whose === self)) found.push({ id: "task", day: task.until, about: task.what });
  }
  return found.filter(({ day }) => day > 0).sort((a, b) => a.day - b.day || (a.id < b.id ? -1 : 1));
}

/** The first human answer, an answer to what came since, and a sign of life every four weeks. */
function toThePerson(opened: OpenedCase): Due[] {
  const told = opened.entries.filter((entry) => entry.boxKind === PERSON && entry.verdict === "counts").map(({ day }) => day);
  const days = opened.messages.map(({ day }) => day);
  if (!days.length) return [];
  const urgent = opened.messages.some(({ lane }) => lane === URGENT);
  if (!opened.acknowledged) return [{ id: "answer", day: Math.min(...days) + (urgent ? DAYS_TO_ANSWER_URGENT : DAYS_TO_ANSWER), about: "" }];
  if (opened.unanswered) return [{ id: "again", day: (days[days.length - opened.unanswered] ?? Math.max(...days)) + DAYS_TO_ANSWER, about: "" }];
  return told.length ? [{ id: "note", day: Math.max(...told) + NOTE_DAYS, about: "" }] : [];
}
