// The staff's desk: one page, drawn anew from `desk` after every change. Nothing is stored, nothing is in the address.

import { render } from "lit-html";

import { CaseAnswer } from "./desk-answer.js";
import { isBusy } from "./desk-busy.js";
import { CaseTable } from "./desk-case.js";
import { CaseDecision } from "./desk-decision.js";
import { CaseDeeds } from "./desk-deeds.js";
import { Entrance } from "./desk-enter.js";
import { CaseFiles, closeViewing } from "./desk-files.js";
import { listen } from "./desk-keys.js";
import { DeskMany, forgetMany } from "./desk-many.js";
import { newDesk, type Screen } from "./desk-model.js";
import { answersOf, formsOf } from "./desk-opened.js";
import { pressOnce, watchPress } from "./desk-press.js";
import { CasePrint } from "./desk-print.js";
import { ANSWERS_IN, DEEDS_IN, type TabId, tabsOf } from "./desk-tabs.js";
import { readPage } from "./desk-page.js";
import { DeskOpening } from "./desk-opening.js";
import { CaseNotes } from "./desk-notes.js";
import { CaseQueue } from "./desk-queue.js";
import { DeskSession, putAway } from "./desk-session.js";
import { CaseSource } from "./desk-source.js";
import { DeskTranslate } from "./desk-translate.js";
import { type Actions, deskView } from "./desk-view.js";
import { wordsId } from "./desk-view-answering.js";
import { wantForms } from "./desk-forms.js";
import { wantCountries } from "./desk-findings.js";
import { applyView, removeView, saveView } from "./desk-views.js";
import { loadWords } from "./desk-words.js";

const page = readPage();
loadWords(page.language);

const COPY_READERS: readonly string[] = ["translator", "adviser"];
const desk = newDesk();
const root = document.getElementById("desk") as HTMLElement;
root.textContent = ""; // what the page says to a browser in which none of this runs
let drawn: Screen | "" = "";
let planned = false;
let pressedOff: { button: HTMLButtonElement; section: Element | null | undefined } | null = null; // a button that had the focus when it was switched off: the browser takes the focus away, and tells nobody
const pressed = watchPress(() => planned && draw());
pressOnce();

function changed(): void {
  if (desk.screen === "case") wantCountries(changed);
  if (desk.screen === "case") wantForms(["main", ...formsOf(answersOf(desk.file.opened?.messages ?? []))], page.forms, changed); // its lists name agencies and regions
  if (desk.screen === "queue" && desk.queue.filter) wantForms(["main"], page.forms, changed); // what was chosen is found by its words
  if (planned) return;
  planned = true;
  queueMicrotask(draw);
}

function draw(): void {
  if (pressed()) return; // still planned
  planned = false;
  const { activeElement, body } = document;
  const still = activeElement === body && pressedOff ? pressedOff.button : activeElement;
  const section = still === pressedOff?.button ? pressedOff.section : still?.closest("section");
  render(deskView(desk, actions, page.languages), root);
  document.documentElement.dataset.screen = desk.screen;
  document.documentElement.toggleAttribute("data-busy", isBusy(desk));
  const place = `${desk.screen}${desk.file.cid}` as Screen;
  if (place !== drawn) {
    const first = drawn === "";
    drawn = place;
    if (!first) focusPlace();
  } else if (still instanceof HTMLElement && document.activeElement === body) {
    // what moved has lost the focus too, though it is still there
    (still.isConnected ? still : placeBeside(section))?.focus();
  }
  pressedOff = still instanceof HTMLButtonElement && still.disabled ? { button: still, section } : null;
}

const BESIDE = ["#reply", "#deed", "#sign-records", "#code", "summary", "button:enabled"];

/** Where what had the focus is gone: to what goes on there, or to the heading; so too where all of it stood above the case and is answered. */
function placeBeside(section: Element | null | undefined): HTMLElement | null {
  if (section && !section.isConnected && section.matches(".proposal")) return document.querySelector<HTMLElement>("h1");
  const here = section?.isConnected ? BESIDE.map((one) => section.querySelector<HTMLElement>(one)) : [];
  return [...here, document.getElementById("reply"), document.querySelector<HTMLElement>("h1")].find((one) => one?.checkVisibility()) ?? null;
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

const session = new DeskSession(desk, page, changed, () => void entrance.enter().then(() => (COPY_READERS.includes(desk.member?.role ?? "") ? translate.load() : undefined)), () => {
  table.forget();
  translate.forget();
  forgetMany(desk);
});
const source = new CaseSource(session);
const opening = new DeskOpening(desk, session, changed);
const queue = new CaseQueue(desk, session, source, opening, changed);
const table = new CaseTable(desk, session, source, changed);
const files = new CaseFiles(desk, session, table, changed);
const answer = new CaseAnswer(desk, session, table, changed);
const deeds = new CaseDeeds(desk, session, table, queue, changed);
const decision = new CaseDecision(desk, deeds, changed);
const notes = new CaseNotes(desk, deeds, changed);
const paper = new CasePrint(desk, session, deeds, changed);
const entrance = new Entrance(desk, session, queue, changed);
const many = new DeskMany(desk, session, source, (line) => queue.peekOf(line), changed);

const translate = new DeskTranslate(desk, session, changed);

const lock = (): void => void session.lock("left");

/** Whoever has gone to a case meanwhile stays there: the list is fetched anew when they come back to it. */
const listAgain = (done: boolean): void => void (done && desk.screen === "queue" ? queue.loadQueue() : undefined);

/** After a case was read: what is signed or decided by now is no more under way. */
function settle(): void {
  for (const one of deeds.settle()) for (const at of [notes, paper]) at.settle(one);
  decision.settle();
  answer.settle();
  changed();
}

const actions: Actions = {
  check: () => void session.check(),
  choose: (file) => void session.chooseFile(file),
  unlock: (input) => {
    const passphrase = new TextEncoder().encode(input.value);
    input.value = "";
    afterDraw(() => document.getElementById("stretching")?.focus()); // the field and the button that had it are off meanwhile
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
  rows: () => queue.inOrder(),
  peek: (line) => queue.peekOf(line),
  needsAnswer: (line) => queue.needsAnswer(line),
  open: (cid) => void table.openCase(cid).then(settle),
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
    const { queue: shown } = desk;
    [shown.sort, shown.down] = [key, shown.sort === key ? !shown.down : false];
    changed();
  },
  only: (only) => {
    desk.queue.only = desk.queue.only === only ? "" : only;
    changed();
  },
  shows: (what) => {
    desk.queue.shows = what;
    changed();
  },
  more: () => queue.more(),
  allDue: () => queue.allDue(),
  isOf: (only, line) => queue.isOf(only, line),
  triedRows: () => queue.tried(),
  saveView: (name) => {
    const saved = saveView(desk, name);
    changed();
    return saved;
  },
  nameView: (name) => {
    desk.queue.naming = name;
    changed();
  },
  applyView: (view) => {
    applyView(desk, view);
    changed();
  },
  removeView: (name) => {
    removeView(desk, name);
    changed();
  },
  reload: () => void queue.loadQueue(),
  opening: (change) => opening.set(change),
  askMore: () => void opening.ask(),
  answerMore: (one, agrees) => void opening.answer(one, agrees),
  many: (change) => many.set(change),
  proposeMany: () => void many.run(false).then(listAgain),
  agreeMany: () => void many.run(true).then(listAgain),
  stopMany: () => many.stop(),
  back: () => {
    closeViewing(desk);
    putAway(desk);
    void queue.loadQueue();
  },
  again: () => {
    if (desk.file.saidAt) Object.assign(desk.file, { said: "", saidAt: "" }); // it was of what stood there before
    void table.readCase(false).then(settle);
  },
  draft: () => answer.draft(),
  write: (change) => answer.setDraft(change),
  ask: () => {
    answer.ask();
    afterDraw(() => (document.getElementById("reply-send") ?? document.getElementById("reply"))?.focus());
  },
  unask: () => {
    desk.file.sending = "";
    changed();
    afterDraw(() => document.getElementById("reply")?.focus());
  },
  send: () => void answer.send(),
  beginWith: (id) => answer.beginWith(id),
  plan: (change) => deeds.plan(change),
  askDeed: () => {
    deeds.askDeed();
    afterDraw(() => document.getElementById("deed-do")?.focus());
  },
  unaskDeed: () => {
    desk.file.doing = "";
    changed();
    afterDraw(() => document.getElementById("deed-ask")?.focus());
  },
  doDeed: () => void deeds.doDeed(),
  decide: (proposal, approves) => {
    decision.choose(proposal, approves);
    afterDraw(() => document.getElementById(proposal ? wordsId(proposal.link) : "deed")?.focus());
  },
  decideVisible: (visible) => decision.setVisible(visible),
  signDecision: () => void decision.sign(),
  grant: () => void deeds.grant(),
  keep: () => void deeds.keep(),
  answerHold: (one, agrees) => void deeds.answerHold(one, agrees).then(toMissingWords),
  answerErasure: (one, agrees) => void deeds.answerErasure(one, agrees).then(toMissingWords),
  answerWords: (link, text) => deeds.answerWords(link, text),
  answerChange: (change, agrees) => void deeds.answerChange(change, agrees).then(toMissingWords),
  recuse: () => void deeds.recuse(),
  answerAsk: (ask, agrees) => void deeds.answerAsk(ask, agrees).then(toMissingWords),
  openName: (ask) => void deeds.openName(ask),
  choosePair: (ids) => deeds.choosePair(ids),
  claim: () => void deeds.claim(),
  release: () => void deeds.signPair([]),
  hideName: () => deeds.hideName(),
  setCoding: (lines) => notes.setCoding(lines),
  setRecords: (records, book) => notes.setRecords(records, book),
  missing: (at) => notes.missing(at),
  signRecords: () => void notes.signRecords(),
  handRecords: () => void notes.handRecords(),
  addTask: (what, until, whose) => notes.addTask(what, until, whose),
  endTask: (key) => void notes.endTask(key),
  openTab: (id) => {
    desk.file.tab = id;
    Object.assign(desk.file, { said: "", saidAt: "" }); // of what was done in another
    if (id !== "evidence") closeViewing(desk);
    changed();
    // where a list to choose from stands in the place of the tabs, what was chosen may be far above or below
    afterDraw(() => document.querySelector("[role=tablist]")?.checkVisibility() || document.getElementById(`panel-${id}`)?.scrollIntoView());
  },
  askPrint: () => {
    paper.begin();
    afterDraw(() => document.getElementById("printing-title")?.focus());
  },
  unaskPrint: () => {
    paper.giveUp();
    afterDraw(() => document.getElementById("print")?.focus());
  },
  choosePrint: (change) => paper.choose(change),
  proposePrint: (seen) => void paper.ask(seen).then((asked) => asked && afterDraw(() => document.getElementById("print")?.focus())),
  decidePrint: (asked, agrees, seen) => void paper.decide(asked, agrees, seen),
  printCase: (agreed) => void paper.print(agreed),
  code: () => void notes.code(),
  exportCase: () => void files.exportCase(),
  carryIn: (file) => void deeds.carryIn(file),
  saveFile: (file) => void files.saveFile(file),
  viewFile: (file) => void files.viewFile(file).then(() => afterDraw(() => document.getElementById("viewer")?.focus())),
  setTranscript: (file, text) => files.setTranscript(file, text),
  keepTranscript: (file) => void files.keepTranscript(file),
  redactFile: (file) => void files.redactFile(file).then(() => afterDraw(() => document.getElementById("viewer")?.focus())),
  chooseCopies: (file, copies) => void files.chooseCopies(file, copies),
  showClearly: () => {
    files.showClearly();
    afterDraw(() => document.getElementById("viewer")?.focus());
  },
  closeFile: () => {
    const again = document.getElementById("viewer")?.closest("li")?.querySelector<HTMLElement>("[data-view]");
    files.closeFile();
    afterDraw(() => again?.focus());
  },
  copyDraft: (link) => translate.draft(link),
  writeCopy: (link, change) => translate.write(link, change),
  askCopy: (link) => {
    translate.ask(link);
    afterDraw(() => document.querySelector<HTMLElement>("[data-send]")?.focus());
  },
  sendCopy: (link) => void translate.send(link),
  reloadCopies: () => void translate.load(),
};

/** By its key: the tab, and the focus to what is in it. */
function goTab(id: TabId): void {
  const opened = desk.file.opened;
  if (!opened || !tabsOf(desk, opened).includes(id)) return;
  actions.openTab(id);
  afterDraw(() => document.getElementById(`panel-${id}`)?.focus());
}

/** To where they are to be written; they may be folded away. */
function toMissingWords(): void {
  const { doFault } = desk.file;
  if (doFault?.slug !== "no_text") return;
  afterDraw(() => {
    const field = document.getElementById(wordsId(doFault.at));
    field?.closest("details")?.setAttribute("open", "");
    field?.focus();
  });
}

function dialog(): HTMLDialogElement | null {
  return document.getElementById("keys") as HTMLDialogElement | null;
}

function afterDraw(action: () => void): void {
  window.setTimeout(action, 0);
}

function move(step: number): void {
  const rows = queue.inOrder();
  const at = rows.findIndex((line) => line.cid === desk.queue.selected);
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step))];
  if (next) rowButton(next.cid)?.focus();
}

listen(desk, {
  move,
  open: () => desk.queue.selected && actions.open(desk.queue.selected),
  filter: () => document.getElementById("filter")?.focus(),
  found: () => {
    const [first] = queue.inOrder();
    if (first) rowButton(first.cid)?.focus();
  },
  reload: () => (desk.screen === "plain" ? undefined : desk.screen === "case" ? actions.again() : actions.reload()),
  back: actions.back,
  reply: () => {
    if (!ANSWERS_IN.includes(desk.file.tab)) actions.openTab("messages");
    afterDraw(() => document.getElementById("reply")?.focus());
  },
  step: () => {
    if (!DEEDS_IN.includes(desk.file.tab)) actions.openTab("tasks");
    afterDraw(() => document.getElementById("deed")?.focus());
  },
  tab: (place) => {
    const id = desk.file.opened && tabsOf(desk, desk.file.opened)[place];
    if (id) goTab(id);
  },
  due: () => actions.shows(desk.queue.shows === "due" ? "cases" : "due"),
  ask: () => desk.file.sending === "" && actions.ask(),
  history: () => goTab("history"),
  exportCase: actions.exportCase,
  lock,
  keys: actions.openKeys,
  leave: () => {
    const active = document.activeElement;
    if (desk.file.sending === "asking") actions.unask();
    else if (desk.file.printing) actions.unaskPrint();
    else if (desk.file.viewing) actions.closeFile(); // what is looked at, before the case
    else if (desk.screen === "queue" && active?.id === "filter") {
      if (desk.queue.filter) actions.filter("");
      else focusPlace();
    } else if (desk.screen === "queue" && desk.queue.only) actions.only(desk.queue.only);
    else if (desk.screen === "queue" && desk.queue.shows === "due") actions.shows("cases");
    else if (active instanceof HTMLTextAreaElement) root.querySelector<HTMLElement>("h1")?.focus();
    else if (desk.screen === "case") actions.back();
  },
});

void session.check();
