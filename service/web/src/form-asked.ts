// A form as a page asks it: without what the page has a field of its own for, and without files, which come once the words are sent.

import type { Form } from "../../../intake_forms/ts/answers.js";
import { type Compiled, readForm } from "../../../intake_forms/ts/compiled.js";

const OWN = "story"; // two fields for it would be two answers, and one of them would be lost

/** `asked`: ids of questions, all of them whatever was answered, as a paper asks them; else everything. */
export function readAsked(compiled: Compiled, asked?: readonly string[]): Form {
  const form = readForm(compiled);
  for (const screen of form.sections.flatMap(({ screens }) => screens)) {
    const questions = screen.questions.filter(({ id, type }) => type !== "file" && id !== OWN && (!asked || asked.includes(id)));
    Object.assign(screen, { questions });
    if (asked) for (const one of [screen, ...questions] as { relevant?: unknown }[]) delete one.relevant;
  }
  return form;
}
