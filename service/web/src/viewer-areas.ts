// Areas of a picture that are to be blacked out: drawn with the mouse, or moved by keys alone; and the copy made of what is left. What is painted over
// before it is encoded is in no point of the copy, and what was encoded is decoded once more and looked at.

import { canvasIsTrue } from "./viewer-canvas.js";
import { make } from "./viewer-port.js";

const SHOWN = 1400; // points across, of what is looked at while areas are chosen
const BLACK = "#000000";
const NEARLY_BLACK = 24; // of 255: what JPEG makes of black at an edge
const BLOCK = 16; // points that JPEG mixes
const QUALITY = 0.92;

/** Shares of the whole, 0 to 1. */
export interface Area {
  x: number;
  y: number;
  w: number;
  h: number;
}

export type Words = Record<string, string>;

export const numbersOf = ({ x, y, w, h }: Area): [number, number, number, number] => [x, y, w, h];

/** Within the picture, whatever the numbers are. */
export function areaOf([x = 0, y = 0, w = 0, h = 0]: readonly number[]): Area {
  const [left, top] = [bound(x, 0, 1), bound(y, 0, 1)];
  return { x: left, y: top, w: bound(w, 0, 1 - left), h: bound(h, 0, 1 - top) };
}

type Picture = ImageBitmap | HTMLCanvasElement;
type Box = readonly [number, number, number, number];

export const button = (text: string, onclick: () => void, className = ""): HTMLButtonElement => make("button", { type: "button", textContent: text, onclick, className });

export class AreaBoard {
  readonly canvas = make("canvas", { tabIndex: 0 });
  readonly note = make("p", { className: "note" });
  readonly buttons: HTMLButtonElement[];
  private areas: Area[] = [];
  private chosen = -1;
  held = false;
  private picture: Picture | null = null;

  /** `told`: called whenever an area may have changed. */
  constructor(private readonly words: Words, private readonly told: () => void = () => undefined) {
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", words["areas_help"] ?? "");
    this.note.setAttribute("role", "status");
    this.buttons = [
      button(words["add"] ?? "", () => this.add({ x: 0.4, y: 0.4, w: 0.2, h: 0.2 })), button(words["next_area"] ?? "", () => this.choose(1)), button(words["remove"] ?? "", () => this.remove()),
    ];
    this.canvas.addEventListener("keydown", (event) => this.press(event));
    this.dragging();
  }

  /** `areas` is kept, and changed by whoever draws. */
  show(picture: Picture, areas: Area[]): void {
    const scale = Math.min(1, SHOWN / picture.width);
    [this.canvas.width, this.canvas.height] = [Math.max(1, Math.round(picture.width * scale)), Math.max(1, Math.round(picture.height * scale))];
    [this.picture, this.areas, this.chosen] = [picture, areas, areas.length - 1];
    this.tell();
  }

  /** While a copy is made, areas stay as they go into it. */
  hold(on: boolean): void {
    this.held = on;
    this.canvas.setAttribute("aria-disabled", String(on));
    for (const one of this.buttons) one.disabled = on;
  }

  private add(area: Area): void {
    if (this.held) return;
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
    if (this.held) return;
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
    this.told();
  }

  /** Arrows move the chosen area, with Shift they make it larger or smaller. */
  private press(event: KeyboardEvent): void {
    const steps: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = Object.prototype.hasOwnProperty.call(steps, event.key) ? steps[event.key] : undefined;
    const area = this.areas[this.chosen];
    if (event.key === "Delete") return this.remove();
    if (!step || !area) return;
    event.preventDefault();
    if (this.held) return;
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
    if (!this.picture) return;
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
}

/** The picture in its own size without what lies under the areas; null where the canvas gives back another. */
export async function blackedOut(picture: Picture, areas: readonly Area[], type: "image/png" | "image/jpeg"): Promise<Uint8Array | null> {
  const { width, height } = picture;
  const boxes = areas.map(({ x, y, w, h }): Box => {
    const [left, top] = [Math.floor(x * width), Math.floor(y * height)];
    return [left, top, Math.max(1, Math.ceil((x + w) * width) - left), Math.max(1, Math.ceil((y + h) * height) - top)];
  });
  const canvas = make("canvas", { width, height });
  const context = canvas.getContext("2d") as CanvasRenderingContext2D;
  context.fillStyle = "#ffffff"; // JPEG knows nothing of what is transparent
  context.fillRect(0, 0, width, height);
  context.drawImage(picture, 0, 0);
  context.fillStyle = BLACK;
  for (const box of boxes) context.fillRect(...box);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, QUALITY));
  if (!blob || blob.type !== type || !canvasIsTrue()) return null;
  const again = await createImageBitmap(blob);
  context.drawImage(again, 0, 0);
  const same = again.width === width && again.height === height && boxes.every((box) => isBlack(context, box));
  again.close();
  [canvas.width, canvas.height] = [0, 0];
  return same ? new Uint8Array(await blob.arrayBuffer()) : null;
}

/** But for the rim, which JPEG mixes with what is beside it. */
function isBlack(context: CanvasRenderingContext2D, [x, y, w, h]: Box): boolean {
  const rim = Math.min(BLOCK, Math.floor((Math.min(w, h) - 1) / 2));
  const { data } = context.getImageData(x + rim, y + rim, Math.max(1, w - 2 * rim), Math.max(1, h - 2 * rim));
  return data.every((value, at) => at % 4 === 3 || value <= NEARLY_BLACK);
}

export const bound = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);
