/** How a reader sees answers: section, question and value in words, in the order of the form. Nothing is left out. The twin is intake_forms/reading.py. */
import { type Answers, type Form, keyOf, type Question, shownQuestions, shownSections, stepsOf } from "./answers.ts";
import { parseTime } from "./approx.ts";

/** `section` is empty, and the label is the key, for an answer that the form, as it was answered, did not ask. */
export interface Line {
  readonly section: string;
  readonly label: string;
  readonly value: string;
  readonly key: string;
  readonly row: number;
}

/** The words of `yes`, `no`, `dont_know`, `prefer_not`, `left`, `right`, `both`, `seen`, `not_seen`, `never`, `no_zone`, and of each precision of a time. */
export type Say = (word: string) => string;

/** A day, given as 2026-05-01, as the reader writes it. */
export type SayDay = (iso: string) => string;
const asItIs: SayDay = (iso) => iso;

const OF_ALL = ["yes", "no", "dont_know", "prefer_not"];

export function readAnswers(form: Form, answers: Answers, say: Say, sayDay: SayDay = asItIs): Line[] {
  const lines: Line[] = [];
  const seen = new Set(["form"]);
  for (const section of shownSections(form, answers)) {
    for (const step of stepsOf(section, answers)) {
      for (const question of shownQuestions(step, answers)) {
        const key = keyOf(question.id, step);
        const text = answers.get(key);
        if (!text) continue;
        seen.add(key);
        lines.push({ section: section.title, label: question.label, value: shownValue(form, question, text, say, sayDay), key, row: step.row });
      }
    }
  }
  for (const [key, text] of answers) if (!seen.has(key)) lines.push({ section: "", label: key, value: text, key, row: 0 });
  return lines;
}

/** In words; what is not of the question's type stays as it was written. */
function shownValue(form: Form, question: Question, text: string, say: Say, sayDay: SayDay = asItIs): string {
  const label = (list: string, id: string): string => form.lists[list]?.find(([one]) => one === id)?.[1] ?? "";
  const choice = (id: string): string => label(question.list ?? question.id, id) || (OF_ALL.includes(id) ? say(id) : id);
  if (["one", "many", "yesno"].includes(question.type)) return text.split(" ").map(choice).join("; ");
  if (question.type === "when") return shownTime(text, say, sayDay);
  if (question.type !== "body") return text;
  return text.split(" ").map((mark) => {
    const [site = "", side = "", injury = "", seen = "", ...more] = mark.split(".");
    if (!seen || more.length) return mark;
    const parts = [
      label("body_site", site) || site,
      ["left", "right", "both"].includes(side) ? say(side) : "",
      injury === "-" ? "" : label("injury", injury) || injury,
      seen === "yes" ? say("seen") : seen === "no" ? say("not_seen") : "",
    ];
    return parts.filter(Boolean).join(", ");
  }).join("; ");
}

/** `2026-05-01 00:00 – 06:00 (part of day, Asia/Bishkek): around dusk`. */
export function shownTime(text: string, say: Say, sayDay: SayDay = asItIs): string {
  let time;
  try {
    time = parseTime(text);
  } catch {
    return text;
  }
  if (time.never) return say("never");
  if (time.earliest === null) return time.words;
  const [first = "", last = ""] = (text.split(" ")[0] ?? "").replace(/T/g, " ").split("/");
  const said = (at: string): string => sayDay(at.slice(0, 10)) + at.slice(10);
  const span = first === last ? said(first) : `${said(first)} – ${first.slice(0, 10) === last.slice(0, 10) ? last.slice(11) : said(last)}`;
  return `${span} (${say(String(time.precision))}, ${time.zone ?? say("no_zone")})${time.words ? `: ${time.words}` : ""}`;
}
