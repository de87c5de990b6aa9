// A frame of opaque origin and the desk that holds it: what is said between them, over a port that the desk hands in with the bytes.

/** From the desk, once. */
export interface Given {
  data: Uint8Array;
  words: Record<string, string>;
  /** Of these words. */
  language: string;
  /** What it was found to be, or `redact` where a PDF is to be blacked out; none where the frame does one thing. */
  type?: string;
  /** What was chosen to be taken out when the file was put away, as the frame told it then; empty: nothing. */
  chosen?: string;
  /** To what the desk lets the frame ask and say. */
  desk: MessagePort;
  /** To whatever works for the frame; none where it works alone. */
  worker?: MessagePort;
}

export type Said =
  | { kind: "busy" } // something is being drawn: if nothing comes of it, the desk ends it
  | { kind: "ready" }
  | { kind: "alive" } // somebody pressed, turned or scrolled
  | { kind: "refused"; why: "canvas" | "broken" | "locked" | "too_large" | "packed" | "unplayed" }
  | { kind: "font"; name: string } // answered with { font: name, data }
  | { kind: "chosen"; chosen: string } // what is to be taken out, at each change: kept by the desk, and given back where the file is taken up again
  | { kind: "made"; data: Uint8Array; type: string; areas: number; at?: number }; // `at`: of a film, the moment in seconds

/** Waits for the desk, once; from then on nothing but its port is heard. */
export function listen(begin: (given: Given, say: (said: Said) => void) => void): void {
  const hear = (event: MessageEvent<Given>): void => {
    if (event.source !== window.parent) return;
    window.removeEventListener("message", hear);
    const { desk, language } = event.data;
    document.documentElement.lang = language;
    for (const sign of ["keydown", "pointerdown", "pointermove", "wheel", "scroll"]) {
      window.addEventListener(sign, (act) => act.isTrusted && desk.postMessage({ kind: "alive" }), { capture: true, passive: true });
    }
    begin(event.data, (said) => desk.postMessage(said));
  };
  window.addEventListener("message", hear);
}

type Child = Node | string;

/** An element with its properties and what is in it. */
export function make<K extends keyof HTMLElementTagNameMap>(tag: K, properties: Partial<HTMLElementTagNameMap[K]> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
