// A PDF, a page at a time, on a canvas: in a frame of opaque origin whose policy lets it load nothing. pdf.js without eval, wasm, XFA, scripting
// and forms; links are dead, because no element is made of them. The text of a page can be read and copied as text.

import { getDocument, type PDFDocumentProxy, PDFWorker, type RenderTask } from "pdfjs-dist/legacy/build/pdf.mjs";

import { canvasIsTrue } from "./viewer-canvas.js";
import { drawPage } from "./viewer-pdf-page.js";
import { PdfRedactor } from "./viewer-pdf-redact.js";
import { listen, make, type Said } from "./viewer-port.js";

const MOST_POINTS = 40_000_000; // of a picture in it
const LONGEST_TEXT = 200_000; // letters of one page
const STEP = 1.25;
const FONT = /^[A-Za-z-]{1,40}\.(?:pfb|ttf)$/;

type Say = (said: Said) => void;

/** Standard fonts that a PDF names without bringing them: asked of the desk. Maps of Chinese, Japanese and Korean letters are not there. */
function fontsFrom(desk: MessagePort): unknown {
  const waiting = new Map<string, (data: Uint8Array | null) => void>();
  desk.onmessage = ({ data }: MessageEvent<{ font: string; data: Uint8Array | null }>): void => waiting.get(data.font)?.(data.data);
  return class {
    fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
      if (kind !== "standardFontDataUrl" || !FONT.test(filename)) return Promise.reject(new Error("not there"));
      return new Promise((resolve, reject) => {
        waiting.set(filename, (data) => (data ? resolve(data) : reject(new Error("not there"))));
        desk.postMessage({ kind: "font", name: filename });
      });
    }
  };
}

class Reader {
  private page = 1;
  private zoom = 1;
  private asText = false;
  private task: RenderTask | null = null;
  private turn = 0; // rises with each page asked for: what comes late is thrown away
  private readonly where = make("input", { type: "number", min: "1", autocomplete: "off" });
  private readonly sheet = make("div", { className: "sheet" });
  private readonly note = make("p", { className: "note" });

  constructor(private readonly pdf: PDFDocumentProxy, private readonly words: Record<string, string>, private readonly say: Say) {
    const button = (word: string, action: () => void, sign = ""): HTMLButtonElement => {
      const made = make("button", { type: "button", textContent: sign || (words[word] ?? ""), title: words[word] ?? "", onclick: action });
      if (sign) made.setAttribute("aria-label", words[word] ?? "");
      return made;
    };
    this.where.max = String(pdf.numPages);
    this.where.setAttribute("aria-label", words["page"] ?? "");
    this.where.onchange = (): void => this.show(Number(this.where.value));
    const asText = button("text", () => {
      this.asText = !this.asText;
      asText.setAttribute("aria-pressed", String(this.asText));
      this.show(this.page);
    });
    asText.setAttribute("aria-pressed", "false");
    const bar = make("div", { className: "bar" },
      button("previous", () => this.show(this.page - 1), "←"), make("span", {}, this.where, ` / ${pdf.numPages}`), button("next", () => this.show(this.page + 1), "→"),
      button("smaller", () => this.scale(1 / STEP), "−"), button("larger", () => this.scale(STEP), "+"), asText);
    this.note.setAttribute("role", "status");
    this.sheet.tabIndex = 0;
    document.body.append(bar, this.note, this.sheet);
    document.addEventListener("keydown", (event) => this.press(event));
    this.show(1);
  }

  private press(event: KeyboardEvent): void {
    if (event.target === this.where || event.ctrlKey || event.altKey || event.metaKey) return;
    const keys: Record<string, () => void> = {
      PageDown: () => this.show(this.page + 1), PageUp: () => this.show(this.page - 1), Home: () => this.show(1), End: () => this.show(this.pdf.numPages),
      "+": () => this.scale(STEP), "-": () => this.scale(1 / STEP),
    };
    const action = Object.prototype.hasOwnProperty.call(keys, event.key) ? keys[event.key] : undefined;
    if (!action) return;
    event.preventDefault();
    action();
  }

  private scale(by: number): void {
    this.zoom = Math.min(6, Math.max(0.25, this.zoom * by));
    this.show(this.page);
  }

  private show(wanted: number): void {
    this.page = Math.min(this.pdf.numPages, Math.max(1, Math.round(wanted) || this.page));
    this.where.value = String(this.page);
    const turn = ++this.turn;
    this.say({ kind: "busy" });
    this.draw(turn).then(() => (this.note.textContent = ""), () => this.late(turn, () => (this.note.textContent = this.words["page_broken"] ?? "")))
      .then(() => this.late(turn, () => this.say({ kind: "ready" })));
  }

  private late(turn: number, action: () => void): void {
    if (turn === this.turn) action();
  }

  private async draw(turn: number): Promise<void> {
    this.task?.cancel();
    const page = await this.pdf.getPage(this.page);
    if (turn !== this.turn) return;
    if (this.asText) {
      const { items } = await page.getTextContent();
      const text = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("").slice(0, LONGEST_TEXT);
      this.late(turn, () => this.sheet.replaceChildren(make("pre", { dir: "auto", textContent: text.trim() || (this.words["no_text"] ?? "") })));
      return;
    }
    const wide = Math.max(1, this.sheet.clientWidth) * Math.min(2, window.devicePixelRatio || 1);
    const canvas = await drawPage(page, (across) => (wide / across) * this.zoom, (task) => (this.task = task));
    canvas.style.width = `${Math.round(100 * this.zoom)}%`;
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `${this.words["page"] ?? ""} ${this.page}`);
    this.late(turn, () => this.sheet.replaceChildren(canvas));
    page.cleanup();
  }
}

listen(({ data, type, words, chosen, desk, worker }, say) => {
  if (!canvasIsTrue()) return say({ kind: "refused", why: "canvas" });
  worker?.start();
  const opening = getDocument({
    data, worker: new PDFWorker({ port: worker as never }), BinaryDataFactory: fontsFrom(desk) as never, standardFontDataUrl: "-/", verbosity: 0, maxImageSize: MOST_POINTS,
    isEvalSupported: false, enableXfa: false, useWasm: false, useWorkerFetch: false, useSystemFonts: false, disableFontFace: true, isOffscreenCanvasSupported: false, isImageDecoderSupported: false,
    disableRange: true, disableStream: true, disableAutoFetch: true,
  });
  opening.promise.then((pdf) => (type === "redact" ? new PdfRedactor(pdf, words, say, chosen) : new Reader(pdf, words, say)), (error: unknown) => {
    say({ kind: "refused", why: error instanceof Error && error.name === "PasswordException" ? "locked" : "broken" });
  });
});
