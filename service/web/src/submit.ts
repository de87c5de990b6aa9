// The write page: one question a screen, send within reach from the first word on. Nothing is stored; the keys are in the worker.

import { all, el, field, filled, groups, write } from "./page-dom.js";
import { type App, fault, page, paint, paintSending, say, sayFault, show, shown, start } from "./page-ui.js";
import { Evidence } from "#evidence";
import { Telling, tooLong } from "./page-form.js";
import { dropFirst, paintParts, paintRest } from "./page-parts.js";
import { Readership } from "./page-readers.js";
import { Sending } from "./page-sending.js";
import { Keeper } from "#keeper";
import { type Refusal } from "./refusal.js";
import { type Draft, type Streams } from "./worker-calls.js";
import { firstPart } from "./word-parts.js";

const AFTER: Record<string, string> = { write: "name", name: "danger", danger: "send" };
const FIELDS = ["account", "name"] as const;
const GROUPS = ["group-a", "group-b"];

let keeper: Keeper | undefined;
let readership: Readership | undefined;
let sending: Sending | undefined;
let sealed: { draft: string; message: Uint8Array } | undefined;
let lane = 0; // of what was sent last
let code = ""; // shown once the words are sealed under it
let ownCode = false; // the person had it before
let stretched = 0;
let asked: number[] = []; // the two groups to be typed back
let right = false;
let second = "";
let trail: string[] = [];
const copying = Boolean(el("copying")); // paper.html: somebody types in what another wrote on paper
const telling = new Telling(() => go("send"), go);
const evidence = new Evidence(async (files, newReaders) => {
  await readership?.ensure(newReaders);
  return (await prepare().ask("seal", { ...files, country: telling.country, leftOut: readership?.leftOut() ?? [] })).message;
});

const sent = (): boolean => sending?.state === "sent";
const anything = (): boolean => telling.answers.size > 0 || FIELDS.some((id) => filled(field(id).value));

/** On the first sign of life, so that all is ready when the words are. */
function prepare(): Keeper {
  if (keeper) return keeper;
  keeper = new Keeper("/s/worker.js");
  readership = new Readership(keeper, paint);
  void readership.load();
  stretch("");
  return keeper;
}

function stretch(digits: string): void {
  stretched = 0;
  sealed = undefined;
  code = "";
  ownCode = digits !== "";
  asked = [];
  right = false;
  for (const one of GROUPS) field(one).value = "";
  telling.before = "";
  keeper?.ask("receipt", { code: digits }, (share) => {
    stretched = share;
    paintState();
  }).catch(() => undefined); // whoever seals hears of it
}

function draft(): Draft {
  return {
    kind: ownCode ? "followUp" : "complaint",
    lane: urgent() ? 1 : 0,
    language: page.language,
    country: telling.country, leftOut: readership?.leftOut() ?? [],
    answers: answers(),
  };
}

const urgent = (): boolean => field("danger-yes").checked || telling.urgent;

function answers(): Streams {
  const streams = telling.streams();
  const story = firstPart(field("account").value);
  if (filled(story)) streams.account.push(["story", story]);
  if (copying) streams.account.push(["copied_from", "paper"]);
  if (filled(field("name").value)) streams.identity.push(["own_name", field("name").value]);
  return streams;
}

function go(to: string): void {
  const before = trail.indexOf(to);
  if (to === "more" && before >= 0) trail.length = before; // the list of sections again: back leads to what was before it
  else trail.push(shown());
  show(to);
}

function back(): void {
  if (shown() === "form" && telling.back()) return;
  const was = shown() === "code" && sending?.end(); // a new press sends the same bytes, or others after an edit
  if (was) sending = undefined;
  show(trail.pop() ?? "write");
  if (was && was !== "sending") fault(say("stopped"));
}

function toSend(): void {
  const long = tooLong(answers());
  const from = anything() ? long === "identity" ? "name" : "" : "account";
  if (!from && !long) return go("send");
  if (from === "account") go("write");
  if (from === "name" && shown() !== "name") go("name");
  fault(say(from === "account" ? "empty" : long === "account" ? "too_long" : "too_long_locked"), from);
}

function send(): void {
  prepare();
  if (readership?.tooFew()) return fault(say("too_few"));
  const now = draft();
  lane = now.lane;
  const key = JSON.stringify(now);
  const again = sealed?.draft === key ? sealed.message : undefined;
  sending?.end();
  sending = new Sending(async (newReaders) => {
    if (again && !newReaders) return again;
    return seal(now, key, newReaders);
  }, changed);
  go("code");
}

async function seal(now: Draft, key: string, newReaders: boolean): Promise<Uint8Array> {
  await readership?.ensure(newReaders);
  const made = await prepare().ask("seal", now);
  sealed = { draft: key, message: made.message };
  code = made.code;
  return made.message;
}

function changed(): void {
  if (sent()) {
    sealed = undefined;
    telling.arrived();
    dropFirst("account");
    field("name").value = "";
  }
  paint();
}

async function useCode(): Promise<void> {
  try {
    stretch(await prepare().ask("readCode", { text: field("code").value }));
    field("code").value = "";
    trail = [];
    show("write");
    field("account").focus();
  } catch (error) {
    fault(sayFault((error as Refusal).slug), "code");
  }
}

/** By the person's wish only, and with a warning: whatever is copied, other programs can read. */
async function copyCode(): Promise<void> {
  try {
    await navigator.clipboard.writeText(groups(code));
    write("copied", say("copied"));
  } catch {
    getSelection()?.selectAllChildren(el("receipt")); // to be copied by hand
    write("copied", say("marked"));
  }
}

function compare(): void {
  const parts = groups(code).split(" ");
  const wrong = GROUPS.find((id, i) => field(id).value.replace(/\D/g, "") !== parts[asked[i] as number]);
  if (wrong) return fault(say("groups_differ"), wrong);
  right = true;
  go("done");
}

function wrote(): void {
  if (ownCode || !code) return go("done");
  if (!asked.length) {
    const [a = 0, b = 0] = crypto.getRandomValues(new Uint8Array(2));
    asked = [a % 3, 3 + (b % 3)];
  }
  go("again");
}

function addMore(): void {
  sending = undefined;
  ownCode = true;
  trail = [];
  field("danger-no").checked = true;
  show("write");
}

const acts: Record<string, (button: HTMLElement) => void> = {
  next: () => {
    prepare();
    go(AFTER[shown()] ?? "send");
  },
  back,
  "to-send": toSend,
  "go-write": () => go("write"),
  "go-name": () => go("name"),
  "go-danger": () => go("danger"),
  "have-code": () => go("code-in"),
  "use-code": () => void useCode(),
  "drop-code": () => {
    stretch("");
    paint();
  },
  send: () => {
    if (!anything()) return toSend();
    if (readership?.trust.state === "refused") return fault(readership.why());
    send();
  },
  retry: () => sending?.again(),
  "check-again": () => void readership?.load(true),
  wrote,
  "check-groups": compare,
  skip: () => go("done"),
  second: () => void prepare().ask("newCode", null).then((made) => {
    second = made;
    paint();
  }, (error: Refusal) => fault(sayFault(error.slug))),
  more: addMore,
  tell: () => {
    addMore();
    void telling.begin("main");
  },
  "open-form": (button) => {
    prepare();
    void telling.begin(button.dataset["form"] ?? "main");
  },
  section: (button) => telling.enter(button.dataset["section"] ?? ""),
  "next-question": () => telling.next(),
  "all-questions": () => go("more"),
  "add-row": () => telling.addRow(),
  "drop-row": () => telling.dropRow(),
  "put-row": () => telling.putRow(),
  "send-now": () => {
    if (shown() === "evidence") return evidence.send();
    if (shown() !== "send") toSend();
    if (shown() === "send") send();
  },
  evidence: () => void evidence.open(() => go("evidence")),
  "send-files": () => evidence.send(),
  record: () => evidence.record(),
  "next-paper": () => location.replace(location.pathname), // a reload would scroll to where this page was; the worker with code and keys ends
  copy: () => void copyCode(),
  print: () => window.print(),
};

function paintSummary(): void {
  write("sum-account", filled(field("account").value) ? field("account").value.slice(0, 300) : say("nothing"));
  paintParts("account");
  write("sum-name", filled(field("name").value) ? field("name").value.slice(0, 100) : say("no_name"));
  write("sum-danger", say(urgent() ? "danger_yes" : "danger_no"));
  write("sum-more", say("answered", { n: telling.count }));
}

function paintState(): void {
  paintSending(sending, readership?.why() ?? "", paintRest("account", sent()));
  const progress = el<HTMLProgressElement>("stretch");
  progress.hidden = sending?.state !== "sealing";
  progress.value = stretched;
}

const app: App = {
  paint() {
    const ready = anything();
    for (const button of all("[data-do=to-send]")) button.hidden = !ready;
    el("intro").hidden = el("more-to-know").hidden = ownCode;
    el("adding").hidden = !ownCode;
    if (shown() === "send") paintSummary();
    telling.paint(shown());
    if (shown() === "evidence") evidence.paint();
    readership?.paint();
    paintState();
    write("receipt", groups(code));
    el("new-code").hidden = ownCode || !code;
    el("old-code").hidden = !ownCode;
    for (const one of all("[data-do=wrote]")) {
      one.hidden = !code || (ownCode && !sent());
      one.textContent = say(ownCode ? "go_on" : "kept");
    }
    for (const one of all("[data-lane]")) one.hidden = (one.dataset["lane"] === "1") !== (sent() ? lane === 1 : urgent());
    asked.forEach((group, i) => write(`label-${i}`, say("group", { n: `${group * 4 + 1}–${group * 4 + 4}` })));
    el("right").hidden = !right;
    write("files-going", evidence.busy ? say("evidence_sending") : "");
    write("second-receipt", groups(second));
    for (const one of all("[data-do=next-paper]")) one.hidden = !sent() || app.unsaved();
  },
  unsaved: () => (anything() && (!sent() || filled(field("account").value))) || evidence.unsent,
  busy: () => evidence.busy || sending !== undefined && !["sent", "stopped"].includes(sending.state),
  wipe() {
    keeper?.end();
    sending?.end();
    code = second = "";
    sealed = undefined;
    telling.wipe();
    evidence.wipe();
    readership = undefined; // whom the person fears
    for (const one of all("input, textarea")) Object.assign(one, { value: "", checked: false });
    for (const one of all(".code, .words")) one.textContent = "";
  },
  act: (what, button) => acts[what]?.(button),
  typed(target) {
    prepare();
    if (target.id === "files") evidence.take(target as HTMLInputElement);
    paint();
  },
};

start("write", app, prepare);
