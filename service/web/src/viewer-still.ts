// A moment of a film as a still picture, from which areas can be blacked out: a copy of points alone, with no sound and nothing else of the film.
// In a frame of opaque origin whose policy lets it play what it was given and load nothing.

import { button, type Words } from "./viewer-areas.js";
import { clock } from "./viewer-sound.js";
import { make, type Said } from "./viewer-port.js";

const STEP = 0.04; // seconds: about one picture of a film

/** `chosen` gets the picture, in its own size, its moment in seconds, and a button that leads back to the film. */
export async function chooseMoment(data: Uint8Array, type: string, mostPoints: number, words: Words, say: (said: Said) => void, chosen: (picture: HTMLCanvasElement, at: number, back: HTMLButtonElement) => HTMLElement): Promise<void> {
  const film = make("video", { controls: true, preload: "auto", src: URL.createObjectURL(new Blob([data as BlobPart], { type })) });
  const where = make("span");
  const step = (sign: string, word: string, by: number): HTMLButtonElement => {
    const made = button(sign, () => {
      film.pause();
      film.currentTime = Math.max(0, film.currentTime + by);
    });
    made.title = words[word] ?? "";
    made.setAttribute("aria-label", words[word] ?? "");
    return made;
  };
  const tell = (): void => void (where.textContent = clock(film.currentTime));
  for (const sign of ["timeupdate", "seeked"]) film.addEventListener(sign, tell);
  const take = button(words["still"] ?? "", () => {
    film.pause();
    if (film.seeking) return void film.addEventListener("seeked", () => take.click(), { once: true });
    const picture = make("canvas", { width: film.videoWidth, height: film.videoHeight });
    (picture.getContext("2d") as CanvasRenderingContext2D).drawImage(film, 0, 0, picture.width, picture.height);
    const board = chosen(picture, film.currentTime, button(words["other_moment"] ?? "", () => {
      board.replaceWith(view);
      take.focus();
    }));
    view.replaceWith(board);
    board.querySelector("canvas")?.focus();
  }, "main");
  const view = make("div", {}, make("div", { className: "bar" }, step("−", "earlier", -STEP), where, step("+", "later", STEP), take), make("p", { className: "note", textContent: words["still_help"] ?? "" }), film);
  const playable = await new Promise<boolean>((resolve) => {
    film.onloadeddata = (): void => resolve(film.videoWidth > 0);
    film.onerror = (): void => resolve(false);
  });
  if (!playable) return say({ kind: "refused", why: "unplayed" });
  if (film.videoWidth * film.videoHeight > mostPoints) return say({ kind: "refused", why: "too_large" });
  tell();
  document.body.append(view);
}
