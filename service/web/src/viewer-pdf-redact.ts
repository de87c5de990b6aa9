// Areas of the pages of a PDF are blacked out, and a new PDF is made of the pictures of all its pages: letters, layers, fonts, attachments, links and
// whatever else stands in the file are in no byte of it.

import { type PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";

import { type Area, AreaBoard, areaOf, blackedOut, button, numbersOf, type Words } from "./viewer-areas.js";
import { chosenBefore, tellChosen } from "./viewer-chosen.js";
import { makePdf, type PicturePage } from "./viewer-pdf-made.js";
import { drawPage } from "./viewer-pdf-page.js";
import { make, type Said } from "./viewer-port.js";

const POINTS_AN_INCH = 150; // of the copy: small print is read, and a page weighs some 300 kB
const INCH = 72;
const MOST_PAGES = 200;
const MOST_BYTES = 48 * 1024 * 1024;

export class PdfRedactor {
  private page = 1;
  private shown = 0; // the page on the board
  private turn = 0; // rises with each page asked for: what comes late is thrown away
  private readonly turns: [HTMLButtonElement, HTMLButtonElement];
  private readonly areas = new Map<number, Area[]>();
  private readonly board: AreaBoard;
  private readonly where = make("span");

  constructor(private readonly pdf: PDFDocumentProxy, private readonly words: Words, private readonly say: (said: Said) => void, chosen = "") {
    for (const [page = 0, ...area] of chosenBefore(chosen, 5)) if (Number.isInteger(page) && 1 <= page && page <= pdf.numPages) this.areasOf(page).push(areaOf(area));
    const tell = tellChosen(say, chosen);
    this.board = new AreaBoard(words, () => tell([...this.areas].flatMap(([page, areas]) => areas.map((area) => [page, ...numbersOf(area)]))));
    const turn = (sign: string, word: string, step: number): HTMLButtonElement => {
      const made = button(sign, () => this.show(this.page + step));
      made.setAttribute("aria-label", words[word] ?? "");
      return made;
    };
    this.turns = [turn("←", "previous", -1), turn("→", "next", 1)];
    const [back, on] = this.turns;
    const bar = make("div", { className: "bar" }, back, this.where, on, ...this.board.buttons,
      button(words["make"] ?? "", () => void this.finish().catch(() => say({ kind: "refused", why: "broken" })), "main"), this.board.note);
    document.body.append(bar, make("p", { className: "note", textContent: words["pages_help"] ?? "" }), make("div", { className: "sheet" }, this.board.canvas));
    this.show(1);
  }

  private areasOf(page: number): Area[] {
    const found = this.areas.get(page) ?? [];
    this.areas.set(page, found);
    return found;
  }

  private show(wanted: number): void {
    if (this.board.held) return;
    this.page = Math.min(this.pdf.numPages, Math.max(1, wanted));
    const turn = ++this.turn;
    this.say({ kind: "busy" });
    this.draw(this.page).then((picture) => {
      if (turn !== this.turn) return;
      this.where.textContent = `${this.page} / ${this.pdf.numPages}`;
      this.board.show(picture, this.areasOf((this.shown = this.page)));
      this.say({ kind: "ready" });
    }, () => turn === this.turn && this.say({ kind: "refused", why: "broken" }));
  }

  private async draw(number: number): Promise<HTMLCanvasElement> {
    const page = await this.pdf.getPage(number);
    const canvas = await drawPage(page, () => POINTS_AN_INCH / INCH, () => undefined);
    page.cleanup();
    return canvas;
  }

  /** Every page, also those without an area: nothing of the file itself goes over. */
  private async finish(): Promise<void> {
    const areas = [...this.areas.values()].reduce((sum, those) => sum + those.length, 0);
    if (this.board.held) return;
    if (!areas) return void (this.board.note.textContent = this.words["nothing"] ?? "");
    this.turn++; // a page that is still on its way does not come any more: it would say that all is done
    this.hold(true);
    const pages: PicturePage[] = [];
    let size = 0;
    for (let number = 1; number <= this.pdf.numPages; number++) {
      this.say({ kind: "busy" }); // each page has its own time
      this.board.note.textContent = `${this.words["page"] ?? ""} ${number} / ${this.pdf.numPages}`;
      const canvas = await this.draw(number);
      const { width, height } = canvas;
      const data = await blackedOut(canvas, this.areas.get(number) ?? [], "image/jpeg");
      [canvas.width, canvas.height] = [0, 0];
      if (!data) return this.say({ kind: "refused", why: "canvas" });
      size += data.length;
      if (size > MOST_BYTES || this.pdf.numPages > MOST_PAGES) return this.say({ kind: "refused", why: "too_large" });
      const [across, down] = [width, height].map((points) => (points * INCH) / POINTS_AN_INCH) as [number, number];
      pages.push({ data, width, height, across, down });
    }
    this.hold(false);
    this.say({ kind: "made", data: makePdf(pages), type: "application/pdf", areas });
    if (this.shown !== this.page) this.show(this.page);
  }

  /** While the copy is made, nothing is drawn that would not be in it. */
  private hold(on: boolean): void {
    this.board.hold(on);
    for (const one of this.turns) one.disabled = on;
  }
}
