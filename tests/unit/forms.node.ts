// The browser's twin of expressions and answers, run in Node: reads tests/vectors/forms.json from stdin, prints what it finds.
// tests/unit/test_forms_twin.py holds that beside the table.
import { readFileSync } from "node:fs";

import { choicesOf, type Form, keyOf, sealed, shownQuestions, shownSections, stepsOf } from "../../intake_forms/ts/answers.js";
import { type Compiled, readForm } from "../../intake_forms/ts/compiled.js";
import { putRow, takeRow } from "../../intake_forms/ts/rows.js";
import { evaluate, type Expression, type Scope } from "../../intake_forms/ts/expressions.js";

type Given = Record<string, string>;

interface Table {
  forms: { compiled: Compiled }[];
  rows: { answers: Given; repeat: string; row: number }[];
  expressions: { compiled: Expression; answers?: Given; row?: string; self?: string; columns?: Given }[];
  visible: { form: string; answers: Given }[];
  choices: { form: string; answers: Given; question: string }[];
  sealed: { form: string; answers: Given }[];
}

const table = JSON.parse(readFileSync(0, "utf8")) as Table;
const read = table.forms.map(({ compiled }) => readForm(compiled));
const forms = new Map(read.map((form) => [form.id, form]));
const mapOf = (given: Given = {}): Map<string, string> => new Map(Object.entries(given));

function formOf({ form }: { form: string }): Form {
  const found = forms.get(form);
  if (!found) throw new Error(`no form ${form}`);
  return found;
}

function valueOf({ compiled, answers, row, self, columns }: Table["expressions"][number]): unknown {
  const given = mapOf(answers);
  const held = mapOf(columns);
  const scope: Scope = {
    answer: (id) => (row ? given.get(`${row}.${id}`) : undefined) ?? given.get(id) ?? "",
    self,
    column: (name) => held.get(name) ?? "",
  };
  return evaluate(compiled, scope);
}

function shownIn(form: Form, answers: Map<string, string>): string[] {
  return shownSections(form, answers).flatMap((section) =>
    stepsOf(section, answers).flatMap((step) => shownQuestions(step, answers).map(({ id }) => keyOf(id, step))));
}

function offered(form: Form, answers: Map<string, string>, id: string): string[] {
  for (const screen of form.sections.flatMap(({ screens }) => screens)) {
    const question = screen.questions.find((one) => one.id === id);
    if (question) return choicesOf(form, question, { screen, row: 0 }, answers).map(([choice]) => choice);
  }
  throw new Error(`no question ${id}`);
}

function taken({ answers, repeat, row }: Table["rows"][number]): [left: Given, back: Given] {
  const held = mapOf(answers);
  const out = takeRow(held, repeat, row);
  const left = Object.fromEntries(held);
  putRow(held, out);
  return [left, Object.fromEntries(held)];
}

process.stdout.write(JSON.stringify({
  forms: read,
  rows: table.rows.map(taken),
  expressions: table.expressions.map(valueOf),
  visible: table.visible.map((one) => shownIn(formOf(one), mapOf(one.answers))),
  choices: table.choices.map((one) => offered(formOf(one), mapOf(one.answers), one.question)),
  sealed: table.sealed.map((one) =>
    Object.fromEntries(Object.entries(sealed(formOf(one), mapOf(one.answers))).map(([seal, stream]) => [seal, Object.fromEntries(stream)]))),
}));
