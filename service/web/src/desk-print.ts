// A case on paper: asked for by one, agreed to by another who sees the same, signed once more and then printed. Without that the page prints nothing of a case.

import { EntryKind } from "../../../crypto/ts/entry.js";
import { TRIES, unmoved } from "./desk-case.js";
import { levelOf } from "./desk-consent.js";
import { type CaseDeeds } from "./desk-deeds.js";
import { askedIn } from "./desk-forms.js";
import { answerKey, type Desk, PRINT } from "./desk-model.js";
import type { Unsure } from "./desk-once.js";
import type { OpenedCase } from "./desk-opened.js";
import { askedLine, isAsking, mayPrint, onPaper, type Paper, PAPER_CODE, paperFault, paperLine, partsFor, type Printing, readPapers, waits, type Wanted, wordsOfPaper, WORK } from "./desk-paper.js";
import { type DeskSession, faultOf } from "./desk-session.js";

/** The case as it would lie there. */
export const paperOf = (opened: OpenedCase, wanted: Wanted): OpenedCase => onPaper(opened, wanted, opened.consents, askedIn);

const paperIn = ({ entries }: OpenedCase, link: string): Paper | undefined => readPapers(entries).find((one) => one.link === link);

const PAPER = "paper";

export class CasePrint {
  private busy = false;
  private at: string = PAPER; // where what went wrong is said: where a paper is asked for, or at one that waits

  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly deeds: CaseDeeds, private readonly changed: () => void) {}

  begin(): void {
    const { file } = this.desk;
    const upto = file.opened?.entries.length ?? 0;
    Object.assign(file, { printing: { ...this.begun(), upto, ready: null } satisfies Printing, doFault: null });
    this.changed();
  }

  choose(change: Partial<Wanted>): void {
    const { printing } = this.desk.file;
    if (!printing) return;
    const wanted = { ...printing, ...change };
    const parts = partsFor(wanted.to).filter((part) => wanted.parts.includes(part));
    this.desk.file.printing = { ...wanted, parts };
    this.desk.reasons.set(this.key, `${wanted.to} ${parts.join(",")}`);
    this.changed();
  }

  /** As it was chosen when the case was put away, or the desk locked. */
  private begun(): Pick<Wanted, "to" | "parts"> {
    const [to = WORK, chosen] = this.desk.reasons.get(this.key)?.split(" ") ?? [];
    return { to, parts: chosen === undefined ? ["account", "answers", "timeline"] : partsFor(to).filter((part) => chosen.split(",").includes(part)) };
  }

  private get key(): string {
    return answerKey(this.desk.file.cid, PRINT);
  }

  /** Given up: what was chosen is forgotten. */
  giveUp(): void {
    this.desk.reasons.delete(this.key);
    this.end();
  }

  /** What was asked for when the line went away is chosen no more. */
  settle({ code, text }: Unsure): void {
    if (code === PAPER_CODE && isAsking(text)) this.giveUp();
  }

  private end(): void {
    this.desk.file.printing = null;
    this.changed();
  }

  /** True when the asking is signed. `seen`: the case of which the sheet was shown; what lay there is asked for, and nothing that came since. */
  ask(seen: OpenedCase): Promise<boolean> {
    return this.alone(PAPER, async () => {
      const { printing } = this.desk.file;
      if (!printing?.parts.length || this.barred(seen, printing)) return false;
      const what = await this.digest(seen, printing);
      const signed = what !== "" && (await this.note(askedLine(printing, what), async (opened) => !this.barred(opened, printing) && (await this.finds(opened, printing, what))));
      if (signed) this.giveUp();
      return signed;
    });
  }

  /** Agreed to only where this browser finds, letter by letter, what the other's found: in what was shown (`seen`), and in what is signed on. */
  decide({ link }: Paper, agrees: boolean, seen: OpenedCase): Promise<boolean> {
    const holds = async (opened: OpenedCase): Promise<boolean> => {
      const paper = paperIn(opened, link);
      if (!paper || !waits(paper, this.today())) return this.fail("paper_past");
      return !agrees || this.holds(opened, paper);
    };
    return this.alone(link, async () => (await holds(seen)) && (await this.note(paperLine(agrees ? "agreed" : "refused", link), holds)));
  }

  /** Signed first: what cannot be signed is not printed. True when it is on its way to the printer. */
  print({ link }: Paper): Promise<boolean> {
    return this.alone(link, async () => {
      const signed = await this.note(paperLine("printed", link), async (opened) => {
        const paper = paperIn(opened, link);
        return paper && mayPrint(paper, this.today()) ? this.holds(opened, paper) : this.fail("paper_past");
      });
      while (signed) {
        const { opened } = this.desk.file; // read anew: a colleague's line, or the person's word, may have come with it
        const paper = opened && paperIn(opened, link);
        if (!opened || !paper?.printed || !(await this.holds(opened, paper))) return false;
        if (this.desk.file.opened !== opened) continue; // read once more meanwhile: what is printed was looked at
        this.desk.file.printing = { ...paper, ready: paper };
        this.changed();
        window.setTimeout(() => printNow(() => this.end()), 0);
        return true;
      }
      return false;
    });
  }

  private today(): number {
    return this.desk.keyring?.today ?? 0;
  }

  private async holds(opened: OpenedCase, paper: Paper): Promise<boolean> {
    return !this.barred(opened, paper) && (await this.finds(opened, paper, paper.what));
  }

  private async finds(opened: OpenedCase, wanted: Wanted, what: string): Promise<boolean> {
    const found = await this.digest(opened, wanted);
    return found === "" || found === what ? found !== "" : this.fail("paper_other");
  }

  private barred(opened: OpenedCase, { to }: Wanted): boolean {
    const why = paperFault(opened, to);
    return why !== "" && !this.fail(`paper_${why}`);
  }

  /** Empty where the desk was locked or the case put away meanwhile. */
  private async digest(opened: OpenedCase, wanted: Wanted): Promise<string> {
    const { generation } = this.session;
    const here = (): boolean => generation === this.session.generation && this.desk.file.cid === opened.cid;
    try {
      const found = await this.session.vault.ask("digest", { words: wordsOfPaper(paperOf(opened, wanted), wanted, wanted.to === WORK ? "" : levelOf(opened.consents, wanted.to)) });
      return here() ? found : "";
    } catch (error) {
      if (here()) this.desk.file.doFault = { ...faultOf(error), at: this.at };
      return "";
    }
  }

  /** Signed on a case of which `may` has just said so. Once more where another entry came first, and asked anew. */
  private async note(text: string, may: (opened: OpenedCase) => Promise<boolean>): Promise<boolean> {
    const { cid } = this.desk.file;
    for (let i = 0; i < TRIES; i++) {
      const { opened } = this.desk.file;
      if (!opened || this.desk.file.cid !== cid || !(await may(opened))) return false;
      if (await this.deeds.sign({ ...unmoved(opened, EntryKind.note), code: PAPER_CODE }, text, { at: this.at, on: opened, tries: 1 })) return true;
      if (this.desk.file.doFault?.slug !== "chain_moved") return false;
    }
    return false;
  }

  /** What was pressed twice is done once. */
  private async alone(at: string, deed: () => Promise<boolean>): Promise<boolean> {
    if (this.busy) return false;
    [this.busy, this.at, this.desk.file.doFault] = [true, at, null];
    return deed().finally(() => (this.busy = false));
  }

  private fail(slug: string): false {
    this.desk.file.doFault = { slug, fact: "", at: this.at };
    this.changed();
    return false;
  }
}

/** Shown on paper until the browser is done with it. */
function printNow(done: () => void): void {
  document.documentElement.dataset.printing = "case";
  const end = (): void => {
    delete document.documentElement.dataset.printing;
    done();
  };
  window.addEventListener("afterprint", end, { once: true });
  window.print();
}
