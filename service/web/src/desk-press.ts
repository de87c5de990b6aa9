// While a pointer is down on a list, the list stands still: a press that ended on another row would open nothing.

const STANDS = ".cases";
const LONGEST_MS = 3000; // of a press whose end never comes: the pointer left the window

/** Calls `then` when a press ends; says whether one is under way. */
export function watchPress(then: () => void): () => boolean {
  let timer = 0;
  const end = (): void => {
    if (!timer) return;
    window.clearTimeout(timer);
    timer = 0;
    window.setTimeout(then, 0); // the click comes first
  };
  window.addEventListener("pointerdown", ({ target }) => {
    if (target instanceof Element && target.closest(STANDS)) timer ||= window.setTimeout(end, LONGEST_MS);
  }, true);
  for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, end, true);
  return () => timer !== 0;
}

const SIGNS = ".file button, .copies button, .opening button"; // in a case, where copies are answered, and where more is agreed to: what stood there before the first press may be signed by now, and another thing in its place

/** Of two presses in one go, and of a key that is held, the first counts: the second could agree to what nobody has seen. */
export function pressOnce(): void {
  const stop = (event: Event): void => {
    if (!(event.target instanceof Element) || !event.target.closest(SIGNS)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  window.addEventListener("click", (event) => event.detail > 1 && stop(event), true);
  window.addEventListener("keydown", (event) => event.repeat && (event.key === "Enter" || event.key === " ") && stop(event), true);
}
