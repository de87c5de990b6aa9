// One file on the evidence screen: what was found in it, and what of it goes. Drawn once and then only changed, so that the focus stays, and what opened.

import { add, put } from "./page-dom.js";
import { fileQuestions } from "./part-answers.js";
import { lent } from "./part-lent.js";
import type { CleanedFile } from "./worker-calls.js";

export interface Item {
  readonly file: File;
  /** Of those taken on this page: a name for it that stays when others are removed. */
  readonly n: number;
  cleaned: CleanedFile | undefined;
  /** What goes: the copy without traces, the file as it is, both, or nothing. */
  choice: "clean" | "as_is" | "both" | "none" | "";
  unreadable: boolean;
  /** The question that it answers; none of them: something else. */
  answers: string;
}

export class FileView {
  private readonly box: HTMLElement;
  private readonly found: HTMLElement;
  private readonly away: HTMLElement;
  private wishes: HTMLElement[] = [];

  constructor(private readonly list: HTMLElement, private readonly item: Item, remove: () => void) {
    const { file, n } = item;
    this.box = add(list, "li", "file");
    this.box.id = `file-${n}`;
    add(this.box, "strong", "", file.name).id = `file-${n}-name`;
    add(this.box, "p", "soft", lent.say("evidence_size", { kib: Math.max(1, Math.round(file.size / 1024)) }));
    this.found = add(this.box, "p", "");
    this.found.id = `file-${n}-found`;
    this.found.setAttribute("role", "status"); // read out when the file was looked into
    this.away = add(this.box, "button", "quiet", lent.say("evidence_remove"));
    this.away.setAttribute("type", "button");
    this.away.setAttribute("aria-describedby", `file-${n}-name`);
    this.away.addEventListener("click", remove);
  }

  within(list: HTMLElement): boolean {
    return this.list === list;
  }

  remove(): void {
    this.box.remove();
  }

  /** `open`: what goes can be chosen still. */
  paint(open: boolean): void {
    const { cleaned, unreadable } = this.item;
    put(this.found, unreadable ? lent.say("evidence_unreadable") : cleaned ? said(cleaned) : lent.say("evidence_looking"));
    if (cleaned && !this.wishes.length) {
      this.drawFound(cleaned);
      this.wishes = [this.drawWishes(cleaned), ...this.drawAnswer()];
    }
    for (const one of this.wishes) one.hidden = !open;
    this.away.hidden = !open;
  }

  private drawFound(cleaned: CleanedFile): void {
    const found = foundIn(cleaned);
    if (!found.length) return;
    const details = add(this.box, "details", "");
    add(details, "summary", "", lent.say("evidence_show"));
    const lines = add(details, "ul", "");
    for (const { what, value } of found) add(lines, "li", "words", `${lent.say(`found_${what}`)}: ${value}`);
    this.box.insertBefore(details, this.away);
  }

  private drawWishes({ complete }: CleanedFile): HTMLElement {
    const { item } = this;
    const wrong = add(this.box, "p", "error");
    wrong.id = `file-${item.n}-wish-error`;
    wrong.hidden = true;
    const group = add(this.box, "div", "");
    group.id = `file-${item.n}-wish`;
    group.tabIndex = -1; // where the summary of what is wrong leads
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-labelledby", `file-${item.n}-name file-${item.n}-found`);
    for (const wish of complete ? (["clean", "both", "none"] as const) : (["as_is", "none"] as const)) {
      const label = add(group, "label", "choice");
      const input = add(label, "input", "") as HTMLInputElement;
      input.type = "radio";
      input.name = `file-${item.n}-wish`;
      input.autocomplete = "off";
      input.checked = item.choice === wish;
      add(label, "span", "", lent.say(`wish_${wish}`));
      input.addEventListener("change", () => {
        item.choice = wish;
        group.removeAttribute("aria-invalid");
        wrong.hidden = true;
      });
    }
    this.box.insertBefore(wrong, this.away);
    this.box.insertBefore(group, this.away);
    return group;
  }

  /** What it is: then its key goes to those only who may open such an answer. */
  private drawAnswer(): HTMLElement[] {
    const { item } = this;
    const questions = fileQuestions();
    if (!questions.length) return [];
    const place = add(this.box, "div", "");
    const id = `file-${item.n}-what`;
    (add(place, "label", "", lent.say("evidence_what")) as HTMLLabelElement).htmlFor = id;
    const select = add(place, "select", "") as HTMLSelectElement;
    select.id = id;
    select.autocomplete = "off";
    select.setAttribute("aria-describedby", `file-${item.n}-name`);
    for (const one of ["", ...questions.map((question) => question.id)]) {
      const option = add(select, "option", "", lent.say(one ? `file_${one}` : "evidence_other")) as HTMLOptionElement;
      option.value = one;
    }
    select.value = item.answers;
    const who = add(place, "p", "note");
    const say = (): void => {
      const seal = questions.find((question) => question.id === item.answers)?.seal ?? "account";
      who.textContent = seal === "account" ? "" : lent.say(`evidence_for_${seal}`);
      who.hidden = seal === "account";
    };
    select.addEventListener("change", () => {
      item.answers = select.value;
      say();
    });
    say();
    this.box.insertBefore(place, this.away);
    return [place];
  }
}

const foundIn = ({ complete, removed, kept }: CleanedFile): CleanedFile["kept"] => (complete ? removed : kept);

function said(cleaned: CleanedFile): string {
  const names = Array.from(new Set(foundIn(cleaned).map(({ what }) => what)), (what) => lent.say(`found_${what}`));
  const key = cleaned.complete ? (names.length ? "evidence_cleaned" : "evidence_clean") : names.length ? "evidence_kept" : "evidence_unsure";
  return lent.say(key, { what: names.join(", ") });
}
