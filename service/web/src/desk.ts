// The staff's desk: one page, drawn anew from `desk` after every change. Nothing is stored, nothing is in the address.

import { render } from "lit-html";

import { DeskCases } from "./desk-cases.js";
import { DeskFiles } from "./desk-files.js";
import { listen } from "./desk-keys.js";
import { DeskMany, forgetMany } from "./desk-many.js";
import { newDesk, type Screen } from "./desk-model.js";
import { readPage } from "./desk-page.js";
import { DeskSession, putAway } from "./desk-session.js";
import { CaseSource } from "./desk-source.js";
import { type Actions, deskView } from "./desk-view.js";
import { formsOf, wantForms } from "./desk-forms.js";
import { wantCountries } from "./desk-findings.js";
import { loadWords } from "./desk-words.js";

const page = readPage();
loadWords(page.language);

const desk = newDesk();
const root = document.getElementById("desk") as HTMLElement;
root.textContent = ""; // what the page says to a browser in which none of this runs
let drawn: Screen | "" = "";
let planned = false;

function changed(): void {
  const answers = desk.file.opened?.messages.map((message) => message.answers) ?? [];
  if (desk.screen === "case") wantCountries(changed);
  if (desk.screen === "case") wantForms(["main", ...answers.flatMap(formsOf)], page.forms, changed); // its lists name agencies and regions
  if (planned) return;
  planned = true;
  queueMicrotask(draw);
}

function draw(): void {
  planned = false;
  const still = document.activeElement;
  render(deskView(desk, actions, page.languages), root);
  document.documentElement.dataset.screen = desk.screen;
  const place = `${desk.screen}${desk.file.cid}` as Screen;
  if (place !== drawn) {
    const first = drawn === "";
    drawn = place;
    if (!first) focusPlace();
  } else if (still instanceof HTMLElement && !still.isConnected && document.activeElement === document.body) {
    (document.getElementById("reply") ?? document.querySelector<HTMLElement>("h1"))?.focus();
  }
}

/** A new screen takes the focus at its heading; coming back to the queue, at the case just left. */
function focusPlace(): void {
  const row = desk.screen === "queue" ? rowButton(desk.queue.selected) : null;
  (row ?? root.querySelector<HTMLElement>("h1"))?.focus();
  if (!row) window.scrollTo(0, 0);
}

function rowButton(cid: string): HTMLElement | null {
  return cid ? root.querySelector<HTMLElement>(`button[data-cid="${CSS.escape(cid)}"]`) : null;
}

const session = new DeskSession(desk, page, changed, () => void cases.enter(), () => {
  cases.forget();
  forgetMany(desk);
});
const source = new CaseSource(session);
const cases = new DeskCases(desk, session, source, changed);
const files = new DeskFiles(desk, session, cases, changed);
const many = new DeskMany(desk, session, source, (line) => cases.peekOf(line), changed);

const lock = (): void => void session.lock("left");

const actions: Actions = {
  check: () => void session.check(),
  choose: (file) => void session.chooseFile(file),
  unlock: (input) => {
    const passphrase = new TextEncoder().encode(input.value);
    input.value = "";
    void session.unlock(passphrase).then(() => desk.door.fault && document.getElementById(desk.door.field === "file" ? "keyfile" : "passphrase")?.focus());
  },
  showTyping: (shown) => {
    desk.door.shown = shown;
    changed();
  },
  lock,
  letters: (on) => {
    desk.letters = on;
    changed();
  },
  openKeys: () => dialog()?.showModal(),
  closeKeys: () => dialog()?.close(),
  rows: () => cases.inOrder(),
  peek: (line) => cases.peekOf(line),
  needsAnswer: (line) => cases.needsAnswer(line),
  open: (cid) => void cases.openCase(cid),
  select: (cid) => {
    if (desk.queue.selected === cid) return;
    desk.queue.selected = cid;
    changed();
  },
  filter: (text) => {
    desk.queue.filter = text;
    changed();
  },
  sort: (key) => {
    const { queue } = desk;
    [queue.sort, queue.down] = [key, queue.sort === key ? !queue.down : false];
    changed();
  },
  reload: () => void cases.loadQueue(),
  many: (change) => many.set(change),
  proposeMany: () => void many.run(false).then((done) => (done ? cases.loadQueue() : undefined)),
  agreeMany: () => void many.run(true).then((done) => (done ? cases.loadQueue() : undefined)),
  stopMany: () => many.stop(),
  back: () => {
    cases.closeFile();
    putAway(desk);
    void cases.loadQueue();
  },
  again: () => void cases.readCase(false),
  draft: () => cases.draft(),
  write: (change) => cases.setDraft(change),
  ask: () => {
    cases.ask();
    afterDraw(() => (document.getElementById("reply-send") ?? document.getElementById("reply"))?.focus());
  },
  unask: () => {
    desk.file.sending = "";
    changed();
    afterDraw(() => document.getElementById("reply")?.focus());
  },
  send: () => void cases.send(),
  beginWith: (id) => cases.beginWith(id),
  plan: (change) => cases.plan(change),
  askDeed: () => {
    cases.askDeed();
    afterDraw(() => document.getElementById("deed-do")?.focus());
  },
  unaskDeed: () => {
    desk.file.doing = "";
    changed();
    afterDraw(() => document.getElementById("deed-ask")?.focus());
  },
  doDeed: () => void cases.doDeed(),
  decide: (proposal, approves) => {
    cases.decide(proposal, approves);
    afterDraw(() => document.getElementById("deed-text")?.focus());
  },
  grant: () => void cases.grant(),
  keep: () => void cases.keep(),
  answerChange: (change, agrees) => void cases.answerChange(change, agrees),
  recuse: () => void cases.recuse(),
  answerAsk: (ask, agrees) => void cases.answerAsk(ask, agrees),
  openName: (ask) => void cases.openName(ask),
  hideName: () => cases.hideName(),
  setCoding: (lines) => cases.setCoding(lines),
  setRecords: (records, book) => cases.setRecords(records, book),
  signRecords: () => void cases.signRecords(),
  handRecords: () => void cases.handRecords(),
  code: () => void cases.code(),
  exportCase: () => void cases.exportCase(),
  carryIn: (file) => void cases.carryIn(file),
  saveFile: (file) => void files.save(file),
  viewFile: (file) => void files.view(file).then(() => afterDraw(() => document.getElementById("viewer")?.focus())),
  redactFile: (file) => void files.redact(file).then(() => afterDraw(() => document.getElementById("viewer")?.focus())),
  chooseCopy: (file, copy) => void files.choose(file, copy),
  showClearly: () => files.showClearly(),
  closeFile: () => cases.closeFile(),
};

function dialog(): HTMLDialogElement | null {
  return document.getElementById("keys") as HTMLDialogElement | null;
}

function afterDraw(action: () => void): void {
  window.setTimeout(action, 0);
}

function move(step: number): void {
  const rows = cases.inOrder();
  const at = rows.findIndex((line) => line.cid === desk.queue.selected);
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
  if (next) rowButton(next.cid)?.focus();
}

listen(desk, {
  move,
  open: () => desk.queue.selected && actions.open(desk.queue.selected),
  filter: () => document.getElementById("filter")?.focus(),
  reload: () => (desk.screen === "case" ? actions.again() : actions.reload()),
  back: actions.back,
  reply: () => document.getElementById("reply")?.focus(),
  ask: () => desk.file.sending === "" && actions.ask(),
  history: () => document.getElementById("history")?.focus(),
  exportCase: actions.exportCase,
  lock,
  keys: actions.openKeys,
  leave: () => {
    const active = document.activeElement;
    if (desk.file.sending === "asking") actions.unask();
    else if (desk.screen === "queue" && active?.id === "filter") {
      if (desk.queue.filter) actions.filter("");
      else focusPlace();
    } else if (active instanceof HTMLTextAreaElement) root.querySelector<HTMLElement>("h1")?.focus();
    else if (desk.screen === "case") actions.back();
  },
});

void session.check();
