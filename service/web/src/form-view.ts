// Draws one screen of a form: each kind of question as the browser's own controls. What is typed goes straight into the answers.

import { type Answers, type Choice, choicesOf, doubtOf, type Form, keyOf, type Question, shownQuestions, type Step } from "../../../intake_forms/ts/answers.js";
import { bodyMap } from "./form-body.js";
import { type Remembered, remembered, whenText } from "./form-when.js";
import { add } from "./page-dom.js";
import { lent } from "./part-lent.js";

const NO_ANSWER = ["dont_know", "prefer_not"];
const FEW = 8; // choices that are laid out; more are a list that opens
const LONGEST = 2000; // letters of a line

export interface Filling {
  readonly form: Form;
  readonly answers: Map<string, string>;
  /** Gets the form's id with each answer. */
  readonly used: Set<string>;
}

/** Where one question's controls are drawn, and how they give their answer. */
interface Place {
  readonly question: Question;
  readonly box: HTMLElement;
  readonly name: string;
  readonly filling: Filling;
  readonly step: Step;
  get(): string;
  set(text: string): void;
}

/** Everything the step asks, in `into`. Questions that do not apply yet are there, hidden, until they do. */
export function drawStep(into: HTMLElement, step: Step, filling: Filling): void {
  into.textContent = "";
  const places = step.screen.questions.map((question) => drawQuestion(into, question, step, filling, () => refresh()));
  const refresh = (): void => {
    const shown = shownQuestions(step, filling.answers);
    for (const { question, box } of places) box.hidden = !shown.includes(question);
  };
  refresh();
}

/** The first question of the step whose answer the form would ask about. */
export function doubtIn(step: Step, { answers }: Filling): { name: string; text: string } | undefined {
  for (const question of shownQuestions(step, answers)) {
    const text = doubtOf(question, step, answers);
    if (text) return { name: nameOf(question, step), text };
  }
  return undefined;
}

const nameOf = (question: Question, step: Step): string => `q-${keyOf(question.id, step).replace(/\./g, "-")}`;

function drawQuestion(into: HTMLElement, question: Question, step: Step, filling: Filling, refresh: () => void): Place {
  const name = nameOf(question, step);
  const key = keyOf(question.id, step);
  const grouped = !["text", "long", "number", "place"].includes(question.type);
  const box = add(into, grouped ? "fieldset" : "div", "question");
  box.dataset["question"] = key;
  const label = add(box, grouped ? "legend" : "label", "", question.label);
  if (!grouped) (label as HTMLLabelElement).htmlFor = name;
  else {
    box.id = name;
    box.tabIndex = -1; // where a summary of what is odd leads
  }
  if (question.help) add(box, "p", "soft", question.help).id = `${name}-help`;
  const wrong = add(box, "p", "error");
  wrong.id = `${name}-error`;
  wrong.hidden = true;
  const place: Place = {
    question, box, name, filling, step,
    get: () => filling.answers.get(key) ?? "",
    set(text) {
      filling.used.add(filling.form.id);
      if (text) filling.answers.set(key, text);
      else filling.answers.delete(key);
      refresh();
    },
  };
  if (question.help) box.setAttribute("aria-describedby", `${name}-help`);
  DRAW[question.type]?.(place);
  return place;
}

const DRAW: Record<string, (place: Place) => void> = {
  text: (place) => line(place),
  place: (place) => line(place),
  number: (place) => line(place, "numeric"),
  long: (place) => keep(place, add(place.box, "textarea", "") as HTMLTextAreaElement),
  one: (place) => chooseOne(place, choicesHere(place)),
  yesno: (place) => chooseOne(place, [["yes", lent.say("yes")], ["no", lent.say("no")]]),
  many: (place) => chooseMany(place),
  when: (place) => drawWhen(place),
  body: (place) => bodyMap(place.box, place.name, place.filling.form, place.get(), place.set),
};

const choicesHere = ({ filling, question, step }: Place): readonly Choice[] => choicesOf(filling.form, question, step, filling.answers as Answers);

function line(place: Place, mode = ""): void {
  const input = add(place.box, "input", mode && "digits") as HTMLInputElement;
  if (mode) input.inputMode = mode;
  input.maxLength = mode ? 6 : LONGEST;
  keep(place, input, mode ? (text) => text.replace(/\D/g, "").replace(/^0+(?=\d)/, "") : undefined);
}

/** A control that holds text of a person: nothing remembers, corrects or sends it. */
export function quiet<T extends HTMLElement>(control: T): T {
  control.setAttribute("autocomplete", "off");
  control.setAttribute("spellcheck", "false");
  return control;
}

function keep({ box, name, get, set }: Place, input: HTMLInputElement | HTMLTextAreaElement, clean = (text: string): string => text): void {
  quiet(input).id = name;
  if (box.getElementsByClassName("soft").length) input.setAttribute("aria-describedby", `${name}-help`);
  input.value = get();
  input.addEventListener("input", () => {
    const text = clean(input.value);
    if (text !== input.value) input.value = text;
    set(text.trim() && text);
  });
}

function chooseOne(place: Place, choices: readonly Choice[]): void {
  const all = [...choices, ...withoutAnswer()];
  if (choices.length > FEW) return chooseFromList(place, all);
  for (const [id, label] of all) {
    const input = choice(place.box, "radio", place.name, id, label, place.get() === id);
    input.addEventListener("change", () => {
      place.set(id);
      clear.hidden = false;
    });
  }
  const clear = add(place.box, "button", "quiet", lent.say("clear")) as HTMLButtonElement;
  clear.type = "button";
  clear.hidden = !place.get();
  clear.addEventListener("click", () => {
    for (const one of Array.from(place.box.querySelectorAll("input"))) one.checked = false;
    place.set("");
    place.box.querySelector("input")?.focus();
    clear.hidden = true;
  });
}

const withoutAnswer = (): Choice[] => NO_ANSWER.map((id) => [id, lent.say(id)]);

function chooseFromList({ box, name, get, set, question }: Place, choices: readonly Choice[]): void {
  const select = quiet(add(box, "select", "") as HTMLSelectElement);
  select.id = `${name}-list`;
  select.setAttribute("aria-label", question.label);
  option(select, "", lent.say("choose"));
  let group: HTMLElement = select;
  for (const [id, label, , heading] of choices) {
    if (heading && (group as HTMLOptGroupElement).label !== heading) {
      group = add(select, "optgroup", "");
      (group as HTMLOptGroupElement).label = heading;
    }
    option(heading ? group : select, id, label);
  }
  select.value = get();
  select.addEventListener("change", () => set(select.value));
}

function option(into: HTMLElement, value: string, label: string): void {
  (add(into, "option", "", label) as HTMLOptionElement).value = value;
}

/** Ticks; under headings when the list has them, closed so that nothing is suggested at a glance. */
function chooseMany(place: Place): void {
  const chosen = new Set(place.get().split(" ").filter(Boolean));
  const choices = choicesHere(place);
  const order = [...choices.map(([id]) => id), ...NO_ANSWER];
  const groups = new Map<string, HTMLElement>();
  for (const [id, label, , heading] of [...choices, ...withoutAnswer()]) {
    let into = place.box;
    if (heading) {
      into = groups.get(heading) ?? heading_(place.box, heading);
      groups.set(heading, into);
      if (chosen.has(id)) (into as HTMLDetailsElement).open = true;
    }
    const input = choice(into, "checkbox", `${place.name}-${id}`, id, label, chosen.has(id));
    input.addEventListener("change", () => {
      if (input.checked) chosen.add(id);
      else chosen.delete(id);
      const without = NO_ANSWER.includes(id);
      for (const other of input.checked ? order : []) {
        if (other !== id && (without || NO_ANSWER.includes(other)) && chosen.delete(other)) tick(place.box, other, false);
      }
      place.set(order.filter((one) => chosen.has(one)).join(" "));
    });
  }
}

function heading_(box: HTMLElement, text: string): HTMLElement {
  const details = add(box, "details", "");
  add(details, "summary", "", text);
  return details;
}

const tick = (box: HTMLElement, id: string, on: boolean): void => {
  for (const one of Array.from(box.querySelectorAll("input"))) if (one.value === id) one.checked = on;
};

export function choice(into: HTMLElement, type: "radio" | "checkbox", name: string, value: string, label: string, checked: boolean): HTMLInputElement {
  const outer = add(into, "label", "choice");
  const input = quiet(add(outer, "input", "") as HTMLInputElement);
  input.type = type;
  input.name = name;
  input.value = value;
  input.checked = checked;
  add(outer, "span", "", label);
  return input;
}

function drawWhen({ box, name, get, set, filling }: Place): void {
  const said = remembered(get());
  const give = (): void => set(whenText(said));
  const date = add(box, "div", "date");
  small(date, `${name}-day`, "when_day", said.day, (text) => (said.day = text), give, 2);
  const months = (filling.form.months ?? []).map((label, n): Choice => [String(n + 1), label]);
  const seasons = ["spring", "summer", "autumn", "winter"].map((id): Choice => [id, lent.say(id)]);
  pick(date, `${name}-month`, lent.say("when_month"), [...months, ...seasons], said.month, (text) => (said.month = text), give);
  small(date, `${name}-year`, "when_year", said.year, (text) => (said.year = text), give, 4);
  const parts = ["night", "morning", "afternoon", "evening", "clock"].map((id): Choice => [id, lent.say(id)]);
  const clock = add(box, "div", "date");
  pick(clock, `${name}-part`, lent.say("when_part"), parts, said.part, (text) => {
    said.part = text;
    hour.hidden = text !== "clock";
    if (hour.hidden) said.clock = "";
  }, give);
  const hour = small(clock, `${name}-clock`, "when_clock", said.clock, (text) => (said.clock = text), give, 5);
  hour.hidden = said.part !== "clock";
  flag(box, `${name}-about`, "when_about", said, "about", give);
  const words = small(box, `${name}-words`, "when_words", said.words, (text) => (said.words = text), give, LONGEST);
  words.className = "";
  flag(box, `${name}-never`, "when_never", said, "never", give);
}

function small(into: HTMLElement, id: string, label: string, value: string, hear: (text: string) => void, give: () => void, most: number): HTMLElement {
  const outer = add(into, "div", "");
  (add(outer, "label", "", lent.say(label)) as HTMLLabelElement).htmlFor = id;
  const input = quiet(add(outer, "input", most < 9 ? "digits" : "") as HTMLInputElement);
  input.id = id;
  input.value = value;
  input.maxLength = most;
  if (most < 9) input.inputMode = "numeric";
  input.addEventListener("input", () => {
    hear(input.value.trim());
    give();
  });
  return outer;
}

export function pick(into: HTMLElement, id: string, label: string, choices: readonly Choice[], value: string, hear: (text: string) => void, give: () => void): void {
  const outer = add(into, "div", "");
  (add(outer, "label", "", label) as HTMLLabelElement).htmlFor = id;
  const select = quiet(add(outer, "select", "") as HTMLSelectElement);
  select.id = id;
  option(select, "", "–");
  for (const [one, text] of choices) option(select, one, text);
  select.value = value;
  select.addEventListener("change", () => {
    hear(select.value);
    give();
  });
}

function flag(into: HTMLElement, id: string, label: string, said: Remembered, which: "about" | "never", give: () => void): void {
  const input = choice(into, "checkbox", id, which, lent.say(label), said[which]);
  input.id = id;
  input.addEventListener("change", () => {
    said[which] = input.checked;
    give();
  });
}
