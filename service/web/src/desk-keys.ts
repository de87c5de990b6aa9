// Everything by keyboard. Single letters can be turned off, and never act while somebody types.

import type { Desk } from "./desk-model.js";
import { placeOf } from "./desk-tabs.js";

export interface KeyActions {
  move(step: number): void;
  open(): void;
  filter(): void;
  /** From the filter to the first case that it leaves. */
  found(): void;
  reload(): void;
  back(): void;
  reply(): void;
  ask(): void;
  history(): void;
  exportCase(): void;
  step(): void;
  tab(place: number): void;
  due(): void;
  lock(): void;
  keys(): void;
  leave(): void;
}

export function listen(desk: Desk, act: KeyActions): void {
  window.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey || document.querySelector("dialog[open]")) return;
    const typing = isTyping(event.target);
    if (event.key === "Escape") return act.leave();
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "Enter" && desk.screen === "case") done(event, act.ask);
      return;
    }
    if (desk.screen === "queue" && (event.target as Element | null)?.id === "filter" && ["Enter", "ArrowDown"].includes(event.key)) return done(event, act.found);
    if (typing || !desk.member) return;
    const moves: Record<string, () => void> = { ArrowDown: () => act.move(1), ArrowUp: () => act.move(-1) };
    if (desk.screen === "queue" && moves[event.key]) return done(event, moves[event.key]);
    if (event.key === "Enter" && desk.screen === "queue" && !isControl(event.target)) return done(event, act.open);
    if (!desk.letters) return;
    const everywhere: Record<string, () => void> = { "?": act.keys, p: act.lock };
    const queue: Record<string, () => void> = { j: () => act.move(1), k: () => act.move(-1), "/": act.filter, g: act.reload, d: act.due };
    const file: Record<string, () => void> = { u: act.back, r: act.reply, h: act.history, x: act.exportCase, g: act.reload, n: act.step };
    const key = keyMeant(event);
    if (desk.screen === "case" && placeOf(key) >= 0) return done(event, () => act.tab(placeOf(key)));
    if (key) done(event, everywhere[key] ?? (desk.screen === "queue" ? queue[key] : desk.screen === "case" ? file[key] : undefined));
  });
}

/** With a Cyrillic layout the letters are found by their place on the keyboard; so are the digits, where letters stand above them (Kazakh), and the slash, where a full stop does (Russian). */
export function keyMeant({ key, code, shiftKey }: Pick<KeyboardEvent, "key" | "code" | "shiftKey">): string {
  const digit = /^Digit(\d)$/.exec(code)?.[1];
  if (digit && !shiftKey) return digit;
  const letter = BY_PLACE[code];
  return letter && (!/^[\x21-\x7e]$/.test(key) || (code === "Slash" && key === ".")) ? letter : key;
}

const BY_PLACE: Record<string, string> = { KeyJ: "j", KeyK: "k", KeyG: "g", KeyU: "u", KeyR: "r", KeyH: "h", KeyX: "x", KeyP: "p", KeyD: "d", KeyN: "n", Slash: "/" };

function done(event: KeyboardEvent, action: (() => void) | undefined): void {
  if (!action) return;
  event.preventDefault();
  action();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || (target instanceof HTMLInputElement && !["checkbox", "file"].includes(target.type));
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, a, summary, input, select, textarea") !== null;
}
