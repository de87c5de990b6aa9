// What both pages share: words, screens, errors, leaving, hiding, idling, and changing the language without losing a word.

import { Idle } from "./desk-idle.js";
import { all, el, field, put, write } from "./page-dom.js";
import { type Sending } from "./page-sending.js";
import type { Lent } from "./part-lent.js";
import { Refusal } from "./refusal.js";
import { fetchPage } from "#server";

export interface PageFacts {
  language: string;
  /** Of the language's addresses. */
  folder: string;
  first: string;
  roots?: string;
  keyring: { version: number; hash: string };
  build_day: number;
  away: string;
  instance: string;
  /** Bytes: of the answers of a message by who opens them, and of all files. */
  limits: { account: number; identity: number; intake: number; evidence: number };
  days: string[];
  /** The clock of each country, and of each region that has another. */
  zones: Record<string, string>;
  /** Where not all is asked: ids of questions. */
  asked?: readonly string[];
  words: Record<string, string>;
  faults: Record<string, string>;
}

export let page: PageFacts;

/** Held by the app; the shell asks when it must know or redraw. */
export interface App {
  /** Writes everything that depends on state or language; called after every change. */
  paint(): void;
  /** There are words here that are nowhere else. */
  unsaved(): boolean;
  /** A sealed message is on its way: leaving now would lose it. */
  busy(): boolean;
  /** Forget keys and words. */
  wipe(): void;
  act(what: string, button: HTMLElement): void;
  typed(field: HTMLElement): void;
}

let app: App;

/** The words of `key`, with each {name} filled in. */
export function say(key: string, values: Record<string, string | number> = {}): string {
  return (page.words[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
}

export function sayDay(day: number): string {
  const date = new Date(day * 86400000);
  return (page.days[date.getUTCMonth()] as string).replace("{d}", String(date.getUTCDate())).replace("{y}", String(date.getUTCFullYear()));
}

/** The sentence for a class of failure: what it is and what to do. */
export function sayFault(slug: string, values: Record<string, string | number> = {}): string {
  const key = Object.keys(page.faults).find((one) => (page.faults[one] as string).split(" ").includes(slug)) ?? "broken";
  return say(key, values);
}

let screen = "";

export function shown(): string {
  return screen;
}

/** One thing a screen. The heading takes the focus, so that it is read out. */
export function show(name: string): void {
  screen = name;
  clearFaults();
  paint();
  toHeading();
  window.scrollTo(0, 0);
}

const toHeading = (): void => document.querySelector<HTMLElement>("section:not([hidden]) h1")?.focus();

/** What has the focus may go: then the heading has it, so that whoever does not point is never thrown out of the page. */
export function paint(): void {
  const { activeElement } = document;
  document.documentElement.dataset["screen"] = screen;
  for (const section of all("section[data-screen]")) section.hidden = section.dataset["screen"] !== screen;
  app.paint();
  if (!activeElement?.getClientRects().length) toHeading();
}

/** A summary on top, which takes the focus; with a field, the same words stand beside it. */
export function fault(text: string, id = ""): void {
  clearFaults();
  const alert = el("alert");
  (alert.firstElementChild as HTMLElement).textContent = say("problem");
  const line = alert.lastElementChild as HTMLElement;
  line.textContent = "";
  if (id) {
    const link = document.createElement("a");
    link.href = `#${id}`;
    link.dataset["field"] = id;
    link.textContent = text;
    line.append(link);
    write(`${id}-error`, text);
    field(id).setAttribute("aria-invalid", "true");
    field(id).setAttribute("aria-describedby", `${id}-help ${id}-error`);
  } else line.textContent = text;
  alert.hidden = false;
  alert.focus();
  alert.scrollIntoView();
}

function clearFaults(): void {
  el("alert").hidden = true;
  for (const { id } of all(".error")) write(id, ""); // what describes a field is read out even when it is hidden
  for (const place of all("[aria-invalid]")) place.removeAttribute("aria-invalid");
}

/** Where a message is on its way, in words, and what may be done about it. `why` is said when the readers are the trouble. */
export function paintSending(sending: Sending | undefined, why: string, rest: boolean): void {
  const state = sending?.state ?? "sealing";
  const more = state === "stopped" || state === "waiting" ? why || sayFault(sending?.slug ?? "") : rest ? say("rest") : "";
  const text = more ? `${say(state)} ${more}` : say(state);
  for (const place of all("#sent, [data-mirror=sent]")) {
    place.dataset["state"] = state;
    put(place.firstElementChild as Element, text);
    if (place.id !== "sent") place.hidden = !sending;
  }
  for (const one of all("[data-do=retry]")) one.hidden = state !== "waiting" && state !== "stopped";
  for (const one of all("[data-until=sent]")) one.hidden = state === "sent";
  for (const one of all("[data-after=sent]")) one.hidden = state !== "sent";
}

/** For the parts that come later. */
export const toLend: Lent = { say, sayFault, fault, paint, page: () => page, Refusal };

let leaving = false;

/** At once and without asking; the page behind is empty, also for the way back. */
export function leave(): void {
  leaving = true;
  app.wipe();
  document.body.hidden = true;
  location.replace(page.away);
}

let veiled = false;

function veil(on: boolean): void {
  veiled = on;
  document.documentElement.toggleAttribute("data-veil", on);
  for (const button of all("[data-do=veil]")) button.setAttribute("aria-pressed", String(on));
}

/** Fetches the same page in another language and puts it in the place of this one; what was typed moves over. */
async function changeLanguage(address: string): Promise<void> {
  const other = await fetchPage(address);
  if (!other) return fault(sayFault("away"));
  readPage(other);
  const before = all("input[id], textarea").map((one) => one as HTMLInputElement).map(({ id, value, checked, disabled }) => ({ id, value, checked, disabled }));
  document.body.textContent = "";
  for (const node of Array.from(other.body.childNodes)) document.body.append(document.importNode(node, true));
  document.documentElement.lang = other.documentElement.lang;
  document.title = other.title;
  ready();
  for (const { id, ...was } of before) if (el(id)) Object.assign(field(id), was);
  history.replaceState(null, "", address);
  veil(veiled);
  paint();
  el("languages").querySelector("summary")?.focus();
}

/** Takes the data block out of the document: a script element, even one that is not run, cannot move to another under Trusted Types. */
function readPage(from: Document): void {
  const block = from.getElementById("page") as HTMLElement;
  page = JSON.parse(block.textContent ?? "") as PageFacts;
  block.remove();
}

/** The page works: the notice goes, the controls wake. */
function ready(): void {
  el("needs").hidden = true;
  for (const control of all(":disabled")) control.removeAttribute("disabled");
}

const NEEDED = ["BigInt", "Worker", "fetch", "TextEncoder", "AbortController"];

const SOON = 2000; // ms; who looks this long may write: then the worker and the list of readers had better be here

export function start(first: string, made: App, prepare: () => void): void {
  app = made;
  if (NEEDED.some((name) => !(name in window)) || !window.crypto?.getRandomValues) {
    el("needs").className += " now";
    return;
  }
  readPage(document);
  ready();
  listen();
  screen = first;
  paint();
  window.setTimeout(prepare, SOON);
  document.addEventListener("focusin", (event) => event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement ? prepare() : undefined);
}

function listen(): void {
  let lastEscape = NaN; // one alone never leaves, however new the page is
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (event.timeStamp - lastEscape < 1000) leave();
      lastEscape = event.timeStamp;
    }
    if (event.key === "Enter" && (event.target as Element).matches(".digits") && !event.isComposing) {
      event.preventDefault();
      (event.target as Element).closest("section")?.querySelector<HTMLElement>(".main")?.click();
    }
  });
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const link = target.closest("a");
    const button = target.closest<HTMLElement>("[data-do]");
    if (link?.id === "away") {
      event.preventDefault();
      leave();
    } else if (link?.hreflang) {
      event.preventDefault();
      void changeLanguage(link.getAttribute("href") ?? "");
    } else if (link?.dataset["field"]) {
      event.preventDefault();
      field(link.dataset["field"]).focus();
    } else if (button?.dataset["do"] === "veil") veil(!veiled);
    else if (button) {
      clearFaults(); // whoever presses tries anew
      app.act(button.dataset["do"] ?? "", button);
    }
  });
  document.addEventListener("input", (event) => {
    const target = event.target as HTMLElement;
    if (target.hasAttribute("aria-invalid")) clearFaults();
    app.typed(target);
  });
  document.addEventListener("change", paint); // a choice is an answer by then: what may be done changes with it
  window.addEventListener("beforeunload", (event) => {
    if (leaving || !(app.unsaved() || app.busy())) return;
    event.preventDefault();
    event.returnValue = "";
  });
  window.addEventListener("pagehide", () => app.wipe());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  watchIdle();
}

function watchIdle(): void {
  const idle = new Idle(
    (left) => {
      // a moment later, so that a tap on the warning does not fall through to what lies under it
      el("idle-send").hidden = !app.unsaved() || app.busy();
      if (left > 0) el("idle").hidden = false;
      else if (!el("idle").hidden) window.setTimeout(() => {
        el("idle").hidden = true;
        paint();
      }, 500);
    },
    () => {
      if (!app.busy()) return leave();
      veil(true); // what is on its way goes on; nobody reads over it
      idle.start();
    },
  );
  idle.start();
}
