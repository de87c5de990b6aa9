// Areas of a picture or passages of a text are blacked out, and a copy is made of what is left: of the points on the canvas, or of the letters that
// are seen, so that nothing else of the file is in it. In a frame of opaque origin that can load nothing. The file itself is never changed.

import { canvasIsTrue } from "./viewer-canvas.js";
import { pointsOf } from "./viewer-picture.js";
import { type Given, listen, make, type Said } from "./viewer-port.js";

const MOST_POINTS = 40_000_000;
const SHOWN = 1400; // points across, of what is looked at while areas are chosen
const BLACK = "#000000";
const NEARLY_BLACK = 24; // of 255: what JPEG makes of black at an edge
const BLOCK = 16; // points that JPEG mixes
const PASSAGE = "█████"; // the same for every passage: its length tells nothing
const QUALITY = 0.92;

interface Area {
  x: number; // shares of the whole, 0 to 1
  y: number;
  w: number;
  h: number;
}

type Say = (said: Said) => void;
type Words = Record<string, string>;

const button = (text: string, onclick: () => void, className = ""): HTMLButtonElement => make("button", { type: "button", textContent: text, onclick, className });

class PictureRedactor {
  private readonly areas: Area[] = [];
  private chosen = -1;
  private readonly canvas = make("canvas", { tabIndex: 0 });
  private readonly note = make("p", { className: "note" });

  constructor(private readonly picture: ImageBitmap, private readonly type: string, private readonly words: Words, private readonly say: Say) {
    const scale = Math.min(1, SHOWN / picture.width);
    [this.canvas.width, this.canvas.height] = [Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale))];
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", words["areas_help"] ?? "");
    this.note.setAttribute("role", "status");
    const bar = make("div", { className: "bar" },
      button(words["add"] ?? "", () => this.add({ x: 0.4, y: 0.4, w: 0.2, h: 0.2 })), button(words["next_area"] ?? "", () => this.choose(1)),
      button(words["remove"] ?? "", () => this.remove()), button(words["make"] ?? "", () => void this.finish(), "main"), this.note);
    document.body.append(bar, make("p", { className: "note", textContent: words["areas_help"] ?? "" }), make("div", { className: "sheet" }, this.canvas));
    this.canvas.addEventListener("keydown", (event) => this.press(event));
    this.dragging();
    this.draw();
  }

  private add(area: Area): void {
    this.chosen = this.areas.push(area) - 1;
    this.canvas.focus();
    this.tell();
  }

  private choose(step: number): void {
    if (this.areas.length) this.chosen = (this.chosen + step + this.areas.length) % this.areas.length;
    this.canvas.focus();
    this.tell();
  }

  private remove(): void {
    if (this.chosen >= 0) this.areas.splice(this.chosen, 1);
    this.chosen = Math.min(this.chosen, this.areas.length - 1);
    this.canvas.focus();
    this.tell();
  }

  private tell(): void {
    const area = this.areas[this.chosen];
    const percent = (share: number): number => Math.round(share * 100);
    this.note.textContent = area ? `${this.words["area"] ?? ""} ${this.chosen + 1} / ${this.areas.length}: ${percent(area.x)}, ${percent(area.y)} · ${percent(area.w)} × ${percent(area.h)} %` : "";
    this.draw();
  }

  /** Arrows move the chosen area, with Shift they make it larger or smaller. */
  private press(event: KeyboardEvent): void {
    const steps: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = Object.prototype.hasOwnProperty.call(steps, event.key) ? steps[event.key] : undefined;
    const area = this.areas[this.chosen];
    if (event.key === "Delete") return this.remove();
    if (!step || !area) return;
    event.preventDefault();
    const [across, down] = step.map((one) => one * (event.ctrlKey ? 0.002 : 0.02)) as [number, number];
    if (event.shiftKey) {
      area.w = bound(area.w + across, 0.005, 1 - area.x);
      area.h = bound(area.h + down, 0.005, 1 - area.y);
    } else {
      area.x = bound(area.x + across, 0, 1 - area.w);
      area.y = bound(area.y + down, 0, 1 - area.h);
    }
    this.tell();
  }

  private dragging(): void {
    let from: [number, number] | null = null;
    const place = (event: PointerEvent): [number, number] => {
      const { left, top, width, height } = this.canvas.getBoundingClientRect();
      return [bound((event.clientX - left) / width, 0, 1), bound((event.clientY - top) / height, 0, 1)];
    };
    this.canvas.addEventListener("pointerdown", (event) => {
      from = place(event);
      this.canvas.setPointerCapture(event.pointerId);
    });
    this.canvas.addEventListener("pointerup", (event) => {
      const to = place(event);
      if (!from) return;
      const [x, y] = [Math.min(from[0], to[0]), Math.min(from[1], to[1])];
      const [w, h] = [Math.abs(from[0] - to[0]), Math.abs(from[1] - to[1])];
      from = null;
      if (w > 0.004 && h > 0.004) this.add({ x, y, w, h });
    });
  }

  private draw(): void {
    const context = this.canvas.getContext("2d") as CanvasRenderingContext2D;
    const { width, height } = this.canvas;
    context.drawImage(this.picture, 0, 0, width, height);
    context.fillStyle = BLACK;
    for (const { x, y, w, h } of this.areas) context.fillRect(x * width, y * height, w * width, h * height);
    const area = this.areas[this.chosen];
    if (!area) return;
    for (const [colour, line] of [["#ffffff", 4], ["#9a4a00", 2]] as const) {
      [context.strokeStyle, context.lineWidth] = [colour, line];
      context.strokeRect(area.x * width, area.y * height, area.w * width, area.h * height);
    }
  }

  /** On a canvas of the picture's own size; what comes out is decoded once more and looked at. */
  private async finish(): Promise<void> {
    if (!this.areas.length) return void (this.note.textContent = this.words["nothing"] ?? "");
    this.say({ kind: "busy" });
    const { width, height } = this.picture;
    const boxes = this.areas.map(({ x, y, w, h }) => {
      const [left, top] = [Math.floor(x * width), Math.floor(y * height)];
      return [left, top, Math.max(1, Math.ceil((x + w) * width) - left), Math.max(1, Math.ceil((y + h) * height) - top)] as const;
    });
    const canvas = make("canvas", { width, height });
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    context.fillStyle = "#ffffff"; // JPEG knows nothing of what is transparent
    context.fillRect(0, 0, width, height);
    context.drawImage(this.picture, 0, 0);
    context.fillStyle = BLACK;
    for (const box of boxes) context.fillRect(...box);
    const type = this.type === "image/png" || this.type === "image/gif" ? "image/png" : "image/jpeg";
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, QUALITY));
    if (!blob || blob.type !== type || !canvasIsTrue()) return this.say({ kind: "refused", why: "canvas" });
    const again = await createImageBitmap(blob);
    context.drawImage(again, 0, 0);
    if (again.width !== width || again.height !== height || !boxes.every((box) => isBlack(context, box))) return this.say({ kind: "refused", why: "canvas" });
    this.say({ kind: "made", data: new Uint8Array(await blob.arrayBuffer()), type, areas: boxes.length });
  }
}

/** But for the rim, which JPEG mixes with what is beside it. */
function isBlack(context: CanvasRenderingContext2D, [x, y, w, h]: readonly [number, number, number, number]): boolean {
  const rim = Math.min(BLOCK, Math.floor((Math.min(w, h) - 1) / 2));
  const { data } = context.getImageData(x + rim, y + rim, Math.max(1, w - 2 * rim), Math.max(1, h - 2 * rim));
  return data.every((value, at) => at % 4 === 3 || value <= NEARLY_BLACK);
}

const bound = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

function redactText(data: Uint8Array, words: Words, say: Say): void {
  const before: string[] = [];
  const field = make("textarea", { className: "words", value: new TextDecoder("utf-8", { fatal: true }).decode(data), autocomplete: "off", spellcheck: false, rows: 16 });
  const note = make("p", { className: "note" });
  note.setAttribute("role", "status");
  field.setAttribute("aria-label", words["passages_help"] ?? "");
  field.addEventListener("beforeinput", (event) => event.preventDefault()); // passages are chosen in it; nothing is written
  for (const act of ["drop", "paste", "cut"]) field.addEventListener(act, (event) => event.preventDefault());
  const blacken = (): void => {
    const [start, end] = [field.selectionStart, field.selectionEnd];
    if (start === end) return void (note.textContent = words["nothing"] ?? "");
    before.push(field.value);
    field.value = field.value.slice(0, start) + PASSAGE + field.value.slice(end);
    field.setSelectionRange(start, start);
    field.focus();
    note.textContent = `${words["passages"] ?? ""} ${before.length}`;
  };
  const undo = (): void => {
    field.value = before.pop() ?? field.value;
    note.textContent = `${words["passages"] ?? ""} ${before.length}`;
  };
  const finish = (): void => {
    if (!before.length) return void (note.textContent = words["nothing"] ?? "");
    say({ kind: "busy" });
    say({ kind: "made", data: new TextEncoder().encode(field.value), type: "text/plain", areas: before.length });
  };
  const bar = make("div", { className: "bar" }, button(words["blacken"] ?? "", blacken), button(words["undo"] ?? "", undo), button(words["make"] ?? "", finish, "main"), note);
  document.body.append(bar, make("p", { className: "note", textContent: words["passages_help"] ?? "" }), make("div", { className: "sheet" }, field));
}

async function begin({ data, type = "", words }: Given, say: Say): Promise<void> {
  if (type.startsWith("text/")) redactText(data, words, say);
  else if (!canvasIsTrue()) return say({ kind: "refused", why: "canvas" });
  else if (pointsOf(data) > MOST_POINTS) return say({ kind: "refused", why: "too_large" });
  else {
    const picture = await createImageBitmap(new Blob([data as BlobPart], { type }));
    if (picture.width * picture.height > MOST_POINTS) return say({ kind: "refused", why: "too_large" });
    new PictureRedactor(picture, type, words, say);
  }
  say({ kind: "ready" });
}

listen((given, say) => void begin(given, say).catch(() => say({ kind: "refused", why: "broken" })));
