// A case on paper: asked for by one, agreed to by another who sees the same, signed once more and then printed. Without that the page prints nothing of a case.

import { EntryKind } from "../../../crypto/ts/entry.js";
import { TRIES, unmoved } from "./desk-case.js";
import { type CaseDeeds } from "./desk-deeds.js";
import { askedIn } from "./desk-forms.js";
import { type Desk, type OpenedCase } from "./desk-model.js";
import { askedLine, onPaper, type Paper, PAPER_CODE, paperFault, paperLine, partsFor, type Printing, readPapers, waits, type Wanted, wordsOfPaper, WORK } from "./desk-paper.js";
import { consentsIn } from "./desk-referral.js";
import { type DeskSession, faultOf } from "./desk-session.js";

export const consentsOf = ({ messages }: OpenedCase): Map<string, string> => consentsIn(messages.map(({ answers }) => answers));

/** The case as it would lie there. */
export const paperOf = (opened: OpenedCase, wanted: Wanted): OpenedCase => onPaper(opened, wanted, consentsOf(opened), askedIn);

export class CasePrint {
  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly deeds: CaseDeeds, private readonly changed: () => void) {}

  begin(): void {
    const { file } = this.desk;
    const upto = file.opened?.entries.length ?? 0;
    Object.assign(file, { printing: { to: WORK, parts: ["account", "answers", "timeline"], upto, ready: null } satisfies Printing, doFault: null });
    this.changed();
  }

  choose(change: Partial<Wanted>): void {
    const { printing } = this.desk.file;
    if (!printing) return;
    const wanted = { ...printing, ...change };
    this.desk.file.printing = { ...wanted, parts: partsFor(wanted.to).filter((part) => wanted.parts.includes(part)) };
    this.changed();
  }

  end(): void {
    this.desk.file.printing = null;
    this.changed();
  }

  /** True when the asking is signed. */
  async ask(): Promise<boolean> {
    const { opened, printing } = this.desk.file;
    if (!opened || !printing?.parts.length || this.barred(opened, printing)) return false;
    const wanted = { ...printing, upto: opened.entries.length };
    const what = await this.digest(opened, wanted);
    const signed = what !== "" && (await this.note(askedLine(wanted, what)));
    if (signed) this.end();
    return signed;
  }

  /** Agreed to only where this browser finds, letter by letter, what the other's found. */
  async decide({ link }: Paper, agrees: boolean): Promise<void> {
    const found = this.find(link);
    if (!found || !waits(found.paper, this.desk.keyring?.today ?? 0)) return;
    if (!agrees || (await this.holds(found.opened, found.paper))) await this.note(paperLine(agrees ? "agreed" : "refused", link));
  }

  /** Signed first: what cannot be signed is not printed. */
  async print({ link }: Paper): Promise<void> {
    const before = this.find(link);
    if (!before || !(await this.holds(before.opened, before.paper)) || !(await this.note(paperLine("printed", link)))) return;
    const after = this.find(link); // read anew: a colleague's line, or the person's word, may have come before
    if (!after?.paper.printed || !(await this.holds(after.opened, after.paper))) return;
    this.desk.file.printing = { ...after.paper, ready: after.paper };
    this.changed();
    window.setTimeout(() => printNow(() => this.end()), 0);
  }

  private find(link: string): { opened: OpenedCase; paper: Paper } | null {
    const { opened } = this.desk.file;
    const paper = opened && readPapers(opened.entries).find((one) => one.link === link);
    return opened && paper ? { opened, paper } : null;
  }

  private async holds(opened: OpenedCase, paper: Paper): Promise<boolean> {
    if (this.barred(opened, paper)) return false;
    const what = await this.digest(opened, paper);
    return what === "" || what === paper.what ? what !== "" : this.fail("paper_other");
  }

  private barred(opened: OpenedCase, { to }: Wanted): boolean {
    const why = paperFault(opened, to, consentsOf(opened));
    return why !== "" && !this.fail(`paper_${why}`);
  }

  /** Empty where the desk was locked meanwhile. */
  private async digest(opened: OpenedCase, wanted: Wanted): Promise<string> {
    const { generation } = this.session;
    try {
      const found = await this.session.vault.ask("digest", { words: wordsOfPaper(paperOf(opened, wanted), wanted) });
      return generation === this.session.generation && this.desk.file.opened === opened ? found : "";
    } catch (error) {
      if (generation === this.session.generation) this.desk.file.doFault = faultOf(error);
      return "";
    }
  }

  /** Once more where a colleague's entry came first: what is signed names what it is about, whatever stands before it. */
  private async note(text: string): Promise<boolean> {
    for (let i = 0; i < TRIES; i++) {
      const deed = unmoved(this.desk.file.opened, EntryKind.note);
      if (deed === null) return false;
      if (await this.deeds.sign({ ...deed, code: PAPER_CODE }, text)) return true;
      if (this.desk.file.doFault?.slug !== "chain_moved") return false;
    }
    return false;
  }

  private fail(slug: string): false {
    this.desk.file.doFault = { slug, fact: "" };
    this.changed();
    return false;
  }
}

/** Shown on paper until the browser is done with it. */
export function printNow(done: () => void): void {
  document.documentElement.dataset.printing = "case";
  const end = (): void => {
    delete document.documentElement.dataset.printing;
    done();
  };
  window.addEventListener("afterprint", end, { once: true });
  window.print();
}
