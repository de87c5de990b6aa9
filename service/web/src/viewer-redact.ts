// Areas of a picture or of a moment of a film, passages of a text or of a sound are taken out, and a copy is made of what is left: of the points on the canvas, of the letters that
// are seen, of the samples, so that nothing else of the file is in it. In a frame of opaque origin that can load nothing. The file itself is never changed.

import { type Area, AreaBoard, areaOf, blackedOut, button, numbersOf, type Words } from "./viewer-areas.js";
import { chosenBefore, tellChosen } from "./viewer-chosen.js";
import { canvasIsTrue } from "./viewer-canvas.js";
import { pointsOf } from "./viewer-picture.js";
import { redactSound } from "./viewer-redact-sound.js";
import { chooseMoment } from "./viewer-still.js";
import { readSound } from "./viewer-sound.js";
import { type Given, listen, make, type Said } from "./viewer-port.js";

const MOST_POINTS = 40_000_000;
const PASSAGE = "█████"; // the same for every passage: its length tells nothing

type Say = (said: Said) => void;

/** `still`: of a film, which is a copy also where nothing is blacked out; the areas of a moment are not kept, since the next look begins with the film. */
function redactPicture(picture: ImageBitmap | HTMLCanvasElement, type: string, words: Words, say: Say, chosen: string, still?: { at: number; back: HTMLButtonElement }): HTMLElement {
  const areas: Area[] = chosenBefore(chosen, 4).map(areaOf);
  const tell = still ? (): void => undefined : tellChosen(say, chosen);
  const board = new AreaBoard(words, () => tell(areas.map(numbersOf)));
  const finish = async (): Promise<void> => {
    if (board.held) return;
    if (!areas.length && !still) return void (board.note.textContent = words["nothing"] ?? "");
    board.hold(true);
    say({ kind: "busy" });
    const as = type === "image/png" || type === "image/gif" ? "image/png" : "image/jpeg";
    const data = await blackedOut(picture, areas, as);
    board.hold(false);
    say(data ? { kind: "made", data, type: as, areas: areas.length, ...(still && { at: still.at }) } : { kind: "refused", why: "canvas" });
  };
  const bar = make("div", { className: "bar" }, ...(still ? [still.back] : []), ...board.buttons, button(words["make"] ?? "", () => void finish().catch(() => say({ kind: "refused", why: "broken" })), "main"), board.note);
  board.show(picture, areas);
  return make("div", {}, bar, make("p", { className: "note", textContent: words["areas_help"] ?? "" }), make("div", { className: "sheet" }, board.canvas));
}

function redactText(data: Uint8Array, type: string, words: Words, say: Say, chosen: string): void {
  const before: string[] = [];
  const passages: [number, number][] = []; // each in the text as the ones before left it
  const tell = tellChosen(say, chosen);
  const field = make("textarea", { className: "words", value: new TextDecoder(type.split("charset=")[1], { fatal: true }).decode(data), autocomplete: "off", spellcheck: false, rows: 16 });
  const note = make("p", { className: "note" });
  note.setAttribute("role", "status");
  field.setAttribute("aria-label", words["passages_help"] ?? "");
  field.addEventListener("beforeinput", (event) => event.preventDefault()); // passages are chosen in it; nothing is written
  for (const act of ["drop", "paste", "cut"]) field.addEventListener(act, (event) => event.preventDefault());
  const take = (start: number, end: number): void => {
    before.push(field.value);
    passages.push([start, end]);
    field.value = field.value.slice(0, start) + PASSAGE + field.value.slice(end);
    note.textContent = `${words["passages"] ?? ""} ${before.length}`;
  };
  const blacken = (): void => {
    const [start, end] = [field.selectionStart, field.selectionEnd];
    if (start === end) return void (note.textContent = words["nothing"] ?? "");
    take(start, end);
    tell(passages);
    field.setSelectionRange(start, start);
    field.focus();
  };
  const undo = (): void => {
    field.value = before.pop() ?? field.value;
    passages.pop();
    tell(passages);
    note.textContent = `${words["passages"] ?? ""} ${before.length}`;
  };
  const finish = (): void => {
    if (!before.length) return void (note.textContent = words["nothing"] ?? "");
    say({ kind: "busy" });
    say({ kind: "made", data: new TextEncoder().encode(field.value), type: "text/plain", areas: before.length });
  };
  const bar = make("div", { className: "bar" }, button(words["blacken"] ?? "", blacken), button(words["undo"] ?? "", undo), button(words["make"] ?? "", finish, "main"), note);
  document.body.append(bar, make("p", { className: "note", textContent: words["passages_help"] ?? "" }), make("div", { className: "sheet" }, field));
  for (const [start = 0, end = 0] of chosenBefore(chosen, 2)) take(start, end);
}

async function begin({ data, type = "", words, chosen = "" }: Given, say: Say): Promise<void> {
  if (type.startsWith("text/")) redactText(data, type, words, say, chosen);
  else if (type.startsWith("audio/")) {
    const sound = readSound(data);
    if (!sound) return say({ kind: "refused", why: "packed" });
    redactSound(sound, words, say, chosen);
  }
  else if (!canvasIsTrue()) return say({ kind: "refused", why: "canvas" });
  else if (type.startsWith("video/")) await chooseMoment(data, type, MOST_POINTS, words, say, (picture, at, back) => redactPicture(picture, "image/jpeg", words, say, "", { at, back }));
  else if (pointsOf(data) > MOST_POINTS) return say({ kind: "refused", why: "too_large" });
  else {
    const picture = await createImageBitmap(new Blob([data as BlobPart], { type }));
    if (picture.width * picture.height > MOST_POINTS) return say({ kind: "refused", why: "too_large" });
    document.body.append(redactPicture(picture, type, words, say, chosen));
  }
  say({ kind: "ready" });
}

listen((given, say) => void begin(given, say).catch(() => say({ kind: "refused", why: "broken" })));
