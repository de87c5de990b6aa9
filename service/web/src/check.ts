// The page that reads answers with a code, adds to what was sent, and deletes. Unknown, burnt and unanswered look the same.

import { Evidence } from "#evidence";
import { didKey, mayResume, nextKeys, stateKey } from "./check-says.js";
import { Telling, tooLong } from "./page-form.js";
import { dropFirst, paintParts, paintRest } from "./page-parts.js";
import { Readership } from "./page-readers.js";
import { Sending } from "./page-sending.js";
import { call } from "#server";
import { all, el, field, filled, groups, put, write } from "./page-dom.js";
import { type App, fault, page, paint, paintSending, say, sayDay, sayFault, show, shown, start } from "./page-ui.js";
import { Keeper } from "#keeper";
import { Refusal } from "./refusal.js";
import { type Draft, type Opened, type Reply } from "./worker-calls.js";
import { firstPart } from "./word-parts.js";

const OLD = 35; // days; a note comes every 28, a week is given to the line and to us

/** What a person may ask for beside writing: the kind and lane of the message. The lane is all that the server learns. */
const ASKS: Record<string, readonly [Draft["kind"], number]> = {
  more: ["followUp", 0], danger: ["followUp", 1], object: ["objection", 0], review: ["review", 3], stop: ["stop", 2], erase: ["followUp", 0], resume: ["followUp", 0],
};

const [ANSWERS, CLOSED] = [1, 3]; // what is deleted: the answers alone; the code, for ever
const WISHES = ["review", "stop"]; // that wait until somebody takes them up

let keeper: Keeper | undefined;
let readership: Readership | undefined;
let code = "";
let under = ""; // the code under which something was written last
let derived: Promise<null> | undefined;
let stretched = 0;
let opening: "deriving" | "asking" | "failed" = "deriving";
let refused = "";
let opened: Opened | null = null;
let burning = false;
let burnt = 0; // what was deleted last
let sending: Sending | undefined;
let sealed: { key: string; message: Uint8Array } | undefined;
let asking = "more";
let rest = false; // the first of these words has arrived
let wished = false; // to stop, since this code was entered
let trail: string[] = [];
const telling = new Telling(() => go("write"), go);
const evidence = new Evidence(async (files, newReaders) => {
  await readership?.ensure(newReaders);
  return (await prepare().ask("seal", { ...files, country: telling.country, leftOut: readership?.leftOut() ?? [] })).message;
});

function prepare(): Keeper {
  if (keeper) return keeper;
  keeper = new Keeper("/s/checkworker.js");
  readership = new Readership(keeper, paint);
  void readership.load();
  return keeper;
}

async function open(): Promise<void> {
  try {
    const read = await prepare().ask("readCode", { text: field("code").value });
    if (read !== code || !derived) derive(read);
    await look();
  } catch (error) {
    fault(sayFault((error as Refusal).slug), "code");
  }
}

function derive(read: string): void {
  if (under && read !== under) forget();
  code = under = read;
  telling.before = "";
  sealed = undefined; // under another code
  rest = wished = false;
  stretched = burnt = 0;
  derived = prepare().ask("receipt", { code: read }, (share) => {
    stretched = share;
    paint();
  });
}

/** What was written under one code is neither shown nor sent under another. What is on its way goes on. */
function forget(): void {
  sending = undefined;
  asking = "more";
  for (const id of ["more", "file-note"]) field(id).value = "";
  telling.wipe();
  evidence.wipe();
  for (const one of all("[name=panel], [name=pressed]")) (one as HTMLInputElement).checked = false;
}

/** Everything between the code and the box. A failure keeps the code, and can be tried again. */
async function look(): Promise<void> {
  opening = "deriving";
  burnt = 0;
  show("opening");
  try {
    await derived;
    await readership?.ensure();
    opening = "asking";
    paint();
    opened = await prepare().ask("open", { blocks: await ask(0) });
    if (shown() === "opening") show(opened ? "box" : "empty");
  } catch (error) {
    opening = "failed";
    refused = error instanceof Refusal ? error.slug : "broken";
    paint();
  }
}

/** Reads (0) or burns. A nonce that came too late is asked for once more. */
async function ask(burn: number, again = true): Promise<Uint8Array> {
  const nonce = await call("challenge", new Uint8Array(0));
  const request = await prepare().ask("sign", { burn, nonce });
  try {
    return await call(burn ? "mailbox/burn" : "mailbox/read", request);
  } catch (error) {
    if (again && error instanceof Refusal && error.slug === "stale_nonce") return ask(burn, false);
    throw error;
  }
}

/** Once, however often it is pressed: a button that is switched off would lose the focus. */
async function burnNow(): Promise<void> {
  if (burning) return;
  const what = Number(document.querySelector<HTMLInputElement>("[name=burn]:checked")?.value);
  burning = true;
  try {
    await ask(what);
    if (what === ANSWERS) return await look(); // how it goes is still there, and says that answers are not
    opened = null;
    burnt = what;
    show("empty");
  } catch (error) {
    fault(sayFault(error instanceof Refusal ? error.slug : "broken"));
  } finally {
    burning = false;
  }
}

/** Asking to stop needs no reason, nor does going on after all, or having the name erased. */
const wordless = (): boolean => ["stop", "erase", "resume"].includes(asking) || telling.answers.size > 0;

function draft(): Draft {
  const [kind, lane] = ASKS[WISHES.includes(asking) && resting() ? "more" : asking] ?? ["followUp", 0]; // SPEC 5.7: one wish, however long its words
  const answers = telling.streams();
  const story = firstPart(field("more").value);
  if (filled(story)) answers.account.push(["story", story]);
  if (asking !== "more") answers.account.push(["asks", asking]);
  const pressed = document.querySelector<HTMLInputElement>("[name=pressed]:checked")?.value;
  if (asking === "stop" && pressed) answers.account.push(["pressed", pressed]);
  return { kind, lane: lane || (telling.urgent ? 1 : 0), review: asking === "review", language: page.language, country: telling.country, leftOut: readership?.leftOut() ?? [], answers };
}

function send(): void {
  const text = field("more").value;
  if (!filled(text) && !wordless()) return fault(say("more_empty"), "more");
  const long = tooLong(draft().answers);
  if (long) return long === "account" ? fault(say("too_long"), "more") : fault(say("too_long_locked"));
  if (readership?.tooFew()) return fault(say("too_few"));
  if (readership?.trust.state === "refused") return fault(readership.why());
  const now = draft();
  const key = JSON.stringify(now);
  const again = sealed?.key === key ? sealed.message : undefined;
  sending?.end();
  sending = new Sending(async (newReaders) => {
    if (again && !newReaders) return again;
    await readership?.ensure(newReaders);
    const { message } = await prepare().ask("seal", now);
    sealed = { key, message };
    return message;
  }, () => {
    if (sending?.state === "sent") arrived();
    paint();
  });
  show("sending");
}

/** Of long words the rest is still here, and goes to the same readers as what the person asked for. */
function arrived(): void {
  sealed = undefined;
  dropFirst("more");
  telling.arrived();
  trail = [];
  if (asking === "stop" || asking === "resume") wished = asking === "stop";
  rest = filled(field("more").value);
  if (!rest) asking = "more";
}

const resting = (): boolean => rest && filled(field("more").value);

const home = (): string => (opened ? "box" : "empty");

function go(to: string): void {
  const before = trail.indexOf(to);
  if (before >= 0) trail.length = before; // there already: back leads to what was before it
  else if (to !== shown()) trail.push(shown());
  show(to);
}

function back(): void {
  if (shown() === "form" && telling.back()) return;
  if (shown() === "sending") {
    const was = sending?.end();
    sending = undefined;
    show("write");
    return was === "sending" ? undefined : fault(say("stopped"), "more");
  }
  show(shown() === "opening" ? "code" : trail.pop() ?? home());
}

function askFor(what: string): void {
  rest = resting() && what === asking;
  asking = what;
  go("write");
}

/** From the questions of a form: what was looked at before, and nothing written for it, is not asked for with them. */
function answered(): void {
  askFor(filled(field("more").value) ? asking : "more");
}

const acts: Record<string, (button: HTMLElement) => void> = {
  open: () => void open(),
  again: () => {
    if (readership?.trust.state !== "ok") void readership?.load(true);
    void look();
  },
  look: () => void look(),
  write: () => askFor(resting() ? asking : "more"),
  asks: () => go("asks"),
  ask: (button) => askFor(button.dataset["ask"] ?? "more"),
  "open-form": (button) => void telling.begin(button.dataset["form"] ?? "main").then(() => {
    const { section } = button.dataset;
    if (section && shown() === "more") telling.enter(section);
  }),
  section: (button) => telling.enter(button.dataset["section"] ?? ""),
  "next-question": () => telling.next(),
  "all-questions": () => go("more"),
  "add-row": () => telling.addRow(),
  "drop-row": () => telling.dropRow(),
  "put-row": () => telling.putRow(),
  "to-send": answered,
  send,
  retry: () => sending?.again(),
  "check-again": () => void readership?.load(true),
  more: () => {
    sending = undefined;
    show("write");
  },
  "to-burn": () => go("burn"),
  "send-now": () => {
    if (shown() === "evidence") return evidence.send();
    if (shown() !== "write") answered();
    send();
  },
  evidence: () => void evidence.open(() => go("evidence")),
  "send-files": () => evidence.send(),
  record: () => evidence.record(),
  burn: () => void burnNow(),
  back,
  "other-code": () => {
    trail = [];
    opened = null;
    code = "";
    derived = undefined;
    field("code").value = "";
    show("code");
  },
};

function paintBox(box: Opened): void {
  const { day, today, replies, refused: spoilt, gone, due } = box;
  write("old", today - day > OLD ? say("old", { day: sayDay(day) }) : "");
  write("state", say(stateKey(box), { until: sayDay(box.until) }));
  el("resume").hidden = !mayResume(box, wished);
  write("erasing", box.erasing > box.hold ? say("erasing", { day: sayDay(box.erasing) }) : box.hold ? say("did25", { until: sayDay(box.hold) }) : "");
  write("next", nextKeys(box).map((key) => say(key, { day: sayDay(due) })).join(" "));
  paintSteps(box);
  el("gone").hidden = gone < 1;
  write("spoilt", spoilt.length ? say("spoilt") : "");
  const list = el("replies");
  list.textContent = "";
  for (const reply of replies) list.append(article(reply));
}

/** What was done, newest first. A deed without words for the person is an internal step. */
function paintSteps({ steps, before }: Opened): void {
  write("before", before ? say("before", { n: before }) : "");
  const list = el("steps");
  list.textContent = "";
  for (const step of [...steps].reverse()) {
    const { day, role, counts, until } = step;
    const made = document.createElement("li");
    made.textContent = `${sayDay(day)}, ${say(`by${role}`)}: ${say(didKey(step), { until: sayDay(until) })}`;
    if (counts) {
      const note = document.createElement("p");
      note.className = "note";
      note.textContent = say(`step_${counts}`);
      made.append(note);
    }
    list.append(made);
  }
}

function article({ seq, role, day, language, text, revoked }: Reply): HTMLElement {
  const made = document.createElement("article");
  made.dataset["seq"] = String(seq);
  const add = (tag: string, kind: string, words: string): HTMLElement => {
    const one = document.createElement(tag);
    one.className = kind;
    one.textContent = words;
    made.append(one);
    return one;
  };
  add("h2", "by", `${say(`by${role}`)}, ${sayDay(day)}`);
  add("p", revoked ? "note" : "signed", say(revoked ? "revoked" : "signed"));
  add("p", "reply", text).lang = language;
  return made;
}

function paintAsking(): void {
  el("write-title").textContent = say(`ask_${asking}`);
  write("write-help", say(`help_${asking}`));
  el("pressed").hidden = el("stopped").hidden = asking !== "stop"; // of an earlier visit the page cannot know
  const { count } = telling;
  write("sum-more", count ? say("answered", { n: count }) : "");
  paintParts("more");
  const drawn = asking === "review" || !opened;
  write("to-whom", drawn ? "" : opened?.cardFault ? say("card_refused") : opened?.byCard ? say("card") : "");
  if (!drawn && opened?.byCard) el("readers").hidden = el("leave-out").hidden = true; // nobody is drawn
  paintWhere();
}

/** Who reads is drawn once more, by the country that was told; of an earlier visit the page does not know it. */
function paintWhere(): void {
  const place = el("where");
  place.hidden = opened?.byCard === true || asking === "review" || telling.answers.get("country") !== undefined;
  const none = el<HTMLInputElement>("where-none");
  if (!place.dataset["made"]) {
    place.dataset["made"] = "yes";
    for (const code of Object.keys(page.words).filter((key) => /^[A-Z]{2}$/.test(key))) {
      const choice = (none.parentElement as Element).cloneNode(true) as HTMLElement;
      const input = choice.querySelector("input") as HTMLInputElement;
      input.id = `where-${code}`;
      input.value = code;
      input.checked = telling.before === code;
      (choice.querySelector("span") as Element).textContent = say(code);
      none.parentElement?.before(choice);
    }
    place.addEventListener("input", (event) => (telling.before = (event.target as HTMLInputElement).value));
  }
  if (!telling.before) for (const one of all("[name=where]")) (one as HTMLInputElement).checked &&= one === none;
}

const app: App = {
  paint() {
    el("opening").dataset["state"] = opening;
    put(el("opening").firstElementChild as Element, opening === "failed" ? readership?.why() || sayFault(refused) : say(opening));
    const progress = el<HTMLProgressElement>("stretch");
    progress.hidden = opening !== "deriving";
    progress.value = stretched;
    for (const one of all("[data-do=again]")) one.hidden = opening !== "failed";
    if (!opened) el("replies").textContent = el("steps").textContent = ""; // deleted, or of another code
    else if (shown() === "box") paintBox(opened);
    write("typed", groups(code));
    for (const place of ["box", "empty"]) write(`files-going-${place}`, evidence.busy ? say("evidence_sending") : "");
    write("burnt", burnt ? say(burnt === CLOSED ? "closed" : "burnt") : "");
    el("promises").hidden = burnt === CLOSED;
    if (shown() === "evidence") evidence.paint();
    telling.paint(shown());
    for (const one of all("[data-do=to-send]")) one.hidden = telling.answers.size === 0;
    el("recall").hidden = !telling.isIn("consent");
    readership?.paint();
    if (shown() === "write") paintAsking();
    paintSending(sending, readership?.why() ?? "", paintRest("more", sending?.state === "sent"));
  },
  unsaved: () => telling.answers.size > 0 || filled(field("more").value) || evidence.unsent,
  busy: () => evidence.busy || sending !== undefined && !["sent", "stopped"].includes(sending.state),
  wipe() {
    keeper?.end();
    sending?.end();
    evidence.wipe();
    telling.wipe();
    code = under = "";
    opened = null;
    sealed = undefined;
    readership = undefined; // whom the person fears
    for (const one of all("input, textarea")) Object.assign(one, { value: "", checked: false });
    for (const one of all(".code, .reply")) one.textContent = "";
  },
  act: (what, button) => acts[what]?.(button),
  typed(target) {
    prepare();
    if (target.id === "files") evidence.take(target as HTMLInputElement);
    if (shown() === "form" || shown() === "write") paint();
  },
};

start("code", app, prepare);
