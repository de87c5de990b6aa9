// What a person answered, with the questions in the reader's language. Without the form's file every answer still shows, under its id.

import { type Form, keyOf, shownQuestions, shownSections, stepsOf } from "../../../intake_forms/ts/answers.js";
import { type Compiled, readForm } from "../../../intake_forms/ts/compiled.js";
import { type Line, readAnswers } from "../../../intake_forms/ts/reading.js";
import { formsOf } from "./desk-opened.js";
import { type Asked } from "./desk-paper.js";
import { fetchForm, ServerError } from "./desk-server.js";
import { isoDay, t } from "./desk-words.js";

const FORMS = /^[a-z0-9_]{1,24}$/;
const MOST = 16; // of one case: whoever writes names what they like

const forms = new Map<string, Form | null>();

/** The forms named in the answers, fetched once, and once more when no answer came; `changed` is called when one has come. */
export function wantForms(named: readonly string[], folder: string, changed: () => void): void {
  for (const id of named.slice(0, MOST).filter((one) => FORMS.test(one) && !forms.has(one))) {
    forms.set(id, null);
    void fetchForm(id, folder).then((form) => {
      forms.set(id, readForm(form as Compiled));
      changed();
    }, (error: unknown) => {
      if (error instanceof ServerError && error.slug === "away") forms.delete(id);
    });
  }
}

/** The words of a question that a file answers, empty for any other. */
export function fileLabel(id: string): string {
  for (const form of forms.values()) {
    for (const section of form?.sections ?? []) {
      for (const screen of section.screens) {
        const found = screen.questions.find((one) => one.id === id && one.type === "file");
        if (found) return found.label;
      }
    }
  }
  return "";
}

/** Each answer once, in the order of the forms; what no form knows comes last. Of a file that is sealed apart: that it is. */
export function linesOf(answers: readonly (readonly [string, string])[]): Line[] {
  const told = new Map(answers);
  const lines: Line[] = [];
  for (const id of formsOf(answers)) {
    const form = forms.get(id);
    if (form) lines.push(...readAnswers(form, told, (word) => t(`value.${word}`), isoDay).filter(({ section, key }) => section && !fileLabel(key) && told.delete(key)));
  }
  told.delete("form");
  for (const [key, value] of told) {
    const file = fileLabel(key);
    if (file) lines.push({ section: t("tab.evidence"), label: file, value: t("file.apart"), key, row: 0 });
    if (file) continue;
    const [label, said] = ofPages(key, value) ?? [key, value];
    lines.push({ section: "", label, value: said, key, row: 0 });
  }
  return lines;
}

/** Where each answer was asked, by the forms that were answered; nothing of a form that is not here. */
export function askedIn(answers: readonly (readonly [string, string])[]): Map<string, Asked> {
  const told = new Map(answers);
  const found = new Map<string, Asked>();
  const named = formsOf(answers);
  for (const form of (named.length ? named : ["main"]).map((id) => forms.get(id))) {
    for (const section of form ? shownSections(form, told) : []) {
      for (const step of stepsOf(section, told)) {
        for (const { id, seal = "account", type } of shownQuestions(step, told)) found.set(keyOf(id, step), { section: section.id, seal, type });
      }
    }
  }
  return found;
}

const ASKED = ["danger", "object", "review", "stop", "erase", "resume"];

/** What the pages themselves ask, in words. */
function ofPages(key: string, value: string): [label: string, value: string] | undefined {
  if (key === "copied_from" && value === "paper") return [t("answer.copied_from"), t("answer.paper")];
  if (key === "asks" && ASKED.includes(value)) return [t("answer.asks"), t(`answer.asks.${value}`)];
  if (key === "pressed" && ["yes", "no", "prefer_not"].includes(value)) return [t("answer.pressed"), t(`value.${value}`)];
  return undefined;
}

const SAID_OFTEN = ["yes", "no", "dont_know", "prefer_not", "unsure", "none", "other"];
const SHORTEST = 3; // letters: fewer are part of most words

/** Ids, in small letters, of the choices whose words have this in them, by the forms that are here. */
export function choicesWith(text: string): string[] {
  const lists = text.length < SHORTEST ? [] : [...forms.values()].flatMap((form) => Object.values(form?.lists ?? {}));
  const found = lists.flatMap((list) => list.filter(([id, label]) => !SAID_OFTEN.includes(id) && label.toLowerCase().includes(text)).map(([id]) => id.toLowerCase()));
  return [...new Set(found)];
}

/** A list of the main form: id and words; empty until it has come. */
export function choicesOf(list: string): readonly (readonly [string, string])[] {
  return (forms.get("main")?.lists[list] ?? []).map(([id, label]) => [id, label] as const);
}
