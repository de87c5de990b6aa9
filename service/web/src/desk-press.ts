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
