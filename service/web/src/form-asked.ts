// A form as a page asks it: without what the page has a field of its own for, and without files, which come once the words are sent.

import type { Form } from "../../../intake_forms/ts/answers.js";
import { type Compiled, readForm } from "../../../intake_forms/ts/compiled.js";

const OWN = "story"; // two fields for it would be two answers, and one of them would be lost

export function readAsked(compiled: Compiled): Form {
  const form = readForm(compiled);
  for (const screen of form.sections.flatMap(({ screens }) => screens)) {
    Object.assign(screen, { questions: screen.questions.filter(({ id, type }) => type !== "file" && id !== OWN) });
  }
  return form;
}
