/** Which questions a form asks given what was answered, and what is sent where (docs/forms.md). The twin is intake_forms/answers.py. */
import { type Expression, type Scope, truth } from "./expressions.ts";

export type Seal = "account" | "identity" | "intake";
/** Id, label, columns for filters, heading. */
export type Choice = readonly [id: string, label: string, columns?: Readonly<Record<string, string>> | undefined, heading?: string];

export interface Question {
  readonly id: string;
  readonly type: "text" | "long" | "one" | "many" | "yesno" | "number" | "when" | "place" | "body" | "file";
  readonly seal?: Seal;
  readonly label: string;
  readonly help?: string;
  /** Else the one with the question's own id. */
  readonly list?: string;
  readonly relevant?: Expression;
  readonly filter?: Expression;
  readonly constraint?: Expression;
  readonly message?: string;
}

export interface Screen {
  readonly title?: string;
  readonly help?: string;
  readonly relevant?: Expression;
  readonly repeat?: string;
  readonly repeatTitle?: string;
  readonly questions: readonly Question[];
}

export interface Section {
  readonly id: string;
  readonly title: string;
  readonly relevant?: Expression;
  readonly quiet?: boolean;
  readonly screens: readonly Screen[];
}

export interface Form {
  readonly id: string;
  readonly title: string;
  readonly lists: Readonly<Record<string, readonly Choice[]>>;
  readonly sections: readonly Section[];
  /** What a page says around the questions, and the months from January on. */
  readonly words?: Readonly<Record<string, string>>;
  readonly months?: readonly string[];
}

/** By id, in a repeat `REPEAT.N.ID`; a Map, because ids are chosen by others. An empty answer is none. */
export type Answers = ReadonlyMap<string, string>;

/** A screen as it comes in a section; `row` counts from 1 in a repeat, else 0. */
export interface Step {
  readonly screen: Screen;
  readonly row: number;
}

const ROW = /^[1-9][0-9]?$/;

export const keyOf = (id: string, { screen, row }: Step): string => (row ? `${screen.repeat}.${row}.${id}` : id);

function scopeOf(answers: Answers, step?: Step): Scope {
  return { answer: (id) => (step?.row ? answers.get(keyOf(id, step)) : undefined) ?? answers.get(id) ?? "" };
}

/** How many rows of a repeat hold an answer: the number of the last one. */
export function rowsOf(repeat: string, answers: Answers): number {
  let most = 0;
  for (const key of answers.keys()) {
    const [name, row = "", id, more] = key.split(".");
    if (name === repeat && ROW.test(row) && id && more === undefined) most = Math.max(most, Number(row));
  }
  return most;
}

export const shownSections = (form: Form, answers: Answers): Section[] =>
  form.sections.filter((section) => truth(section.relevant, scopeOf(answers)) && stepsOf(section, answers).length > 0);

export function shownQuestions(step: Step, answers: Answers): Question[] {
  return step.screen.questions.filter((question) => truth(question.relevant, scopeOf(answers, step)));
}

/** The screens of a section that ask something; those of a repeat once for each row, and for one more than `opened` says. */
export function stepsOf(section: Section, answers: Answers, opened: ReadonlyMap<string, number> = new Map()): Step[] {
  const steps: Step[] = [];
  const { screens } = section;
  for (let first = 0, next = 0; first < screens.length; first = next) {
    const { repeat } = screens[first] as Screen;
    next = first + 1;
    while (repeat && screens[next]?.repeat === repeat) next++;
    const rows = repeat ? Math.max(1, rowsOf(repeat, answers), opened.get(repeat) ?? 0) : 0;
    for (let row = Math.min(1, rows); row <= rows; row++) {
      for (const screen of screens.slice(first, next)) {
        const step = { screen, row };
        if (truth(screen.relevant, scopeOf(answers, step)) && shownQuestions(step, answers).length > 0) steps.push(step);
      }
    }
  }
  return steps;
}

export const listOf = (form: Form, id: string): readonly Choice[] => form.lists[id] ?? [];

/** The choices of a question that its filter lets through. */
export function choicesOf(form: Form, question: Question, step: Step, answers: Answers): readonly Choice[] {
  const list = listOf(form, question.list ?? question.id);
  if (!question.filter) return list;
  const scope = scopeOf(answers, step);
  return list.filter(([, , columns]) => truth(question.filter, { answer: scope.answer, column: (name) => columns?.[name] ?? "" }));
}

/** What the form would ask about this answer, empty when nothing. */
export function doubtOf(question: Question, step: Step, answers: Answers): string {
  const self = answers.get(keyOf(question.id, step)) ?? "";
  if (!self || !question.constraint) return "";
  return truth(question.constraint, { answer: scopeOf(answers, step).answer, self }) ? "" : question.message ?? "";
}

/** Every answer to a question that is shown, by who may open it. */
export function sealed(form: Form, answers: Answers): Record<Seal, Map<string, string>> {
  const streams = { account: new Map<string, string>(), identity: new Map<string, string>(), intake: new Map<string, string>() };
  const rows = new Map<string, number>(); // of a repeat and row, the row counted without gaps
  const used = new Map<string, number>(); // of a repeat
  for (const section of shownSections(form, answers)) {
    for (const step of stepsOf(section, answers)) {
      for (const question of shownQuestions(step, answers)) {
        const text = answers.get(keyOf(question.id, step)) ?? "";
        if (!text) continue;
        const { repeat = "" } = step.screen;
        const place = `${repeat}.${step.row}`;
        if (step.row && !rows.has(place)) {
          used.set(repeat, (used.get(repeat) ?? 0) + 1);
          rows.set(place, used.get(repeat) ?? 1);
        }
        streams[question.seal ?? "account"].set(keyOf(question.id, { ...step, row: rows.get(place) ?? 0 }), text);
      }
    }
  }
  return streams;
}
