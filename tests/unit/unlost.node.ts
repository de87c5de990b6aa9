// Claims about what a member typed or chose at the desk and left, for another screen, another case or a lock, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_unlost.py reads it.
import "./page.js"; // first
import assert from "node:assert/strict";

import { EntryKind } from "../../crypto/ts/entry.js";
import { State } from "../../crypto/ts/workflow.js";
import { CaseDecision } from "../../service/web/src/desk-decision.js";
import { CaseFiles, closeViewing } from "../../service/web/src/desk-files.js";
import { countUnsent, isBegun, keptOf } from "../../service/web/src/desk-kept.js";
import { type Desk, fileKey, newDesk, noFile, noPlan, type SealedDraft } from "../../service/web/src/desk-model.js";
import type { EvidenceFile, OpenedCase, OpenedEntry, Proposal } from "../../service/web/src/desk-opened.js";
import { CasePrint } from "../../service/web/src/desk-print.js";
import { deedsView, proposalsView } from "../../service/web/src/desk-view-deeds.js";
import { filesView } from "../../service/web/src/desk-view-files.js";
import { glanceView } from "../../service/web/src/desk-view-glance.js";
import { copiesLeft } from "../../service/web/src/desk-view-left.js";
import { unopenedView } from "../../service/web/src/desk-view-kept.js";
import { saveView } from "../../service/web/src/desk-views.js";
import type { Given, Said } from "../../service/web/src/viewer-port.js";
import { type Claims, printClaims } from "../claims.js";
import { away, locked, ME, moved, opened, OTHER, signedBy, takeUp, unlockable, work } from "./deskwork.js";
import { textOf } from "./drawing.js";

const THIRD = "33".repeat(16);
const LINK = "a".repeat(64);
const proposal = { link: LINK, seq: 0, actor: OTHER, own: false, state: State.closed, priority: 3, until: 0, lowers: false, members: [], granted: 0, wrapFault: null } as Proposal;

const claims: Claims = {
  "a colleague's proposal is decided in words of its own, and the own next step stays as it is planned": async () => {
    const at = work();
    const { desk, deeds, posts } = at;
    const decision = new CaseDecision(desk, deeds, () => undefined);
    at.next = opened();
    desk.file.opened = opened({ proposals: [proposal], place: { ...opened().place, state: State.determination } });
    const plan = { target: State.suspended, text: "суд", code: "court_order", days: 20, visible: false };
    deeds.plan(plan);
    for (const approves of [true, false]) {
      decision.choose(proposal, approves);
      deeds.answerWords(LINK, "согласна");
      decision.setVisible(false);
      decision.choose(null, false);
      assert.deepEqual([desk.file.plan, desk.plans.get("aa"), desk.file.decides], [{ ...noPlan(), ...plan, readers: "staff" }, { ...noPlan(), ...plan, readers: "staff" }, null], "given up");
      assert.equal(desk.reasons.get(`aa ${LINK}`), "согласна", "its words stay");
    }
    deeds.answerWords(LINK, " ");
    decision.choose(proposal, true);
    await decision.sign();
    assert.deepEqual([posts.length, desk.file.doFault], [0, { slug: "no_text", fact: "", at: LINK }], "the words of the own next step are none of it");
    deeds.answerWords(LINK, "согласна");
    await decision.sign();
    assert.deepEqual(posts.map(({ text, deed }) => [text, deed?.kind]), [["согласна", EntryKind.approval]]);
    assert.deepEqual([desk.file.plan, desk.file.decides, [...desk.reasons], desk.file.said], [{ ...noPlan(), ...plan, readers: "staff" }, null, [["aa", "суд"]], "done"]);
    await deeds.doDeed();
    assert.deepEqual([posts[1]?.text, desk.plans.size, desk.reasons.size], ["суд", 0, 0], "the next step, as it was planned");
  },
  "of a decision that is being signed, what is written or chosen since stays": async () => {
    const at = work((_, one) => {
      one.deeds.answerWords(LINK, "нет, и ещё");
      decision.choose(proposal, true);
    });
    const decision = new CaseDecision(at.desk, at.deeds, () => undefined);
    at.desk.file.opened = at.next = opened({ proposals: [proposal] });
    decision.choose(proposal, false);
    at.deeds.answerWords(LINK, "нет");
    await decision.sign();
    assert.deepEqual([at.posts.map(({ text, deed }) => [text, deed?.kind, deed?.visible]), at.desk.file.decides?.approves, at.desk.reasons.get(`aa ${LINK}`)], [[["нет", EntryKind.refusal, false]], true, "нет, и ещё"], "colleagues alone read a refusal");
  },
  "a decision that was begun stays with its case: over a look at another, and over a lock; and hides no next step": async () => {
    const { desk, deeds } = work();
    const decision = new CaseDecision(desk, deeds, () => undefined);
    decision.choose(proposal, true);
    decision.setVisible(false);
    deeds.answerWords(LINK, "согласна");
    await takeUp(desk, "bb");
    assert.equal(desk.file.decides, null, "of another case");
    const again = locked(desk);
    assert.ok(isBegun(again, "aa") && !isBegun(again, "bb"));
    await takeUp(again, "aa", { proposals: [proposal] });
    assert.deepEqual(again.file.decides, { link: LINK, approves: true, visible: false });
    again.file.opened = opened({ proposals: [proposal], place: { ...opened().place, state: State.determination } });
    const drawn = textOf(proposalsView(again, again.file.opened, {} as never));
    assert.ok(drawn.includes("согласна") && drawn.includes(`deed-text-${LINK}`));
    new CaseDecision(again, deeds, () => undefined).settle();
    assert.ok(again.file.decides, "it waits still");
    again.file.plan = { ...noPlan(), target: State.closed, text: "довод" };
    assert.ok(textOf(deedsView(again, again.file.opened, {} as never)).includes("довод"));
    again.file.opened = opened();
    new CaseDecision(again, deeds, () => undefined).settle();
    assert.deepEqual([again.file.decides, [...again.reasons]], [null, [[`aa ${LINK}`, "согласна"]]], "a colleague decided it: the words stay");
  },
  "of two quick choices what goes out in the place of a file the last is signed last, and shown from the moment it is made": async () => {
    const [file, other] = ["dd", "ee"].map((one) => ({ upload: one.repeat(16), name: "снимок" })) as [EvidenceFile, EvidenceFile];
    const copies = ["aa", "bb", "cc"].map((one) => one.repeat(16));
    const desk = newDesk();
    const signed: string[] = [];
    let open: () => void = () => undefined;
    let under = 0;
    const postNote = async (_: string, text: string): Promise<boolean> => {
      assert.equal((under += 1), 1, "one at a time");
      await new Promise<void>((resolve) => (open = resolve));
      under -= 1;
      if (text.includes(copies[2]!)) throw away;
      signed.push(/copy: (.*)/.exec(text)![1]!.slice(0, 2));
      return true;
    };
    const files = new CaseFiles(desk, { generation: 0, signedOut: () => false } as never, { postNote } as never, () => undefined);
    const [first, second, third, fourth] = [files.chooseCopies(file, [copies[0]!]), files.chooseCopies(other, [copies[1]!]), files.chooseCopies(file, [copies[2]!]), files.chooseCopies(file, [])];
    assert.deepEqual([...desk.file.goesOut.values()], [[], [copies[1]]]);
    const step = async (): Promise<void> => {
      open();
      await new Promise((resolve) => setTimeout(resolve, 0));
    };
    await step();
    const late = files.chooseCopies(file, [copies[1]!]);
    for (let i = 0; i < 5; i++) await step();
    await Promise.all([first, second, third, fourth, late]);
    assert.deepEqual([signed, desk.file.goesOut.size], [["dd", "bb", "bb"], 0], "what was never signed before the next choice is not signed at all");
    const failed = files.chooseCopies(file, [copies[2]!]);
    await step();
    await step();
    await failed;
    assert.deepEqual([signed.length, desk.file.goesOut.size, desk.file.fileFault?.slug], [3, 0, "away"], "what could not be signed is not shown as if it were");
    const left = files.chooseCopies(file, [copies[0]!]);
    desk.file = noFile();
    await left;
    assert.deepEqual([signed.length, under], [3, 0], "of a case that was put away");
  },
  "a text sealed to other keys of its member keeps nobody out at the door, is said at the list, and stays sealed until it opens": async () => {
    const { desk, session, line, unlock } = unlockable();
    const told = (): boolean => {
      desk.screen = "queue";
      return textOf(unopenedView(desk)).includes("unopened");
    };
    await unlock();
    desk.drafts.set("aa", { text: "ответ", language: "ru", takesUpStop: false });
    desk.reasons.set("bb", "довод");
    await session.lock("left");
    line.opensDrafts = false;
    for (let i = 0; i < 2; i++) {
      await unlock();
      assert.deepEqual([desk.member?.id, desk.door.fault, desk.sealed.length, desk.drafts.size], [ME, null, 2, 0]);
      assert.ok(told());
      if (i === 0) desk.drafts.set("cc", { text: "новое", language: "ru", takesUpStop: false });
      await session.lock("left");
      assert.equal(desk.sealed.length, 3 - i, "and what is written since");
      if (i === 0) desk.sealed.pop();
    }
    line.opensDrafts = true;
    await unlock();
    assert.deepEqual([desk.sealed.length, desk.drafts.get("aa")?.text, desk.reasons.get("bb"), told()], [0, "ответ", "довод", false]);
  },
  "whoever does not come in leaves nobody at the desk": async () => {
    const { desk, session, line, unlock } = unlockable();
    const { ask } = session.vault;
    session.vault.ask = function (this: typeof session.vault, op: never, ...args: never[]): never {
      if ((op as string) === "session") line.away = true; // the server has it, and then the line goes
      return ask.call(this, op, ...(args as [never])) as never;
    } as never;
    await unlock();
    assert.deepEqual([desk.member, session.client, desk.door.fault?.slug], [null, null, "fault.worker"]);
    line.away = false;
    await unlock();
    assert.deepEqual([desk.member?.id, desk.door.fault], [ME, null]);
  },
  "a note that is begun among the notes goes to no person, though something was chosen or struck out for an answer before; and who was chosen to read it stays": () => {
    const { desk, answer } = work();
    const on = (tab: "messages" | "notes"): boolean => {
      desk.file.tab = tab;
      return answer.draft().toStaff === true;
    };
    on("messages");
    answer.setDraft({ language: "kk" });
    answer.setDraft({ text: "черновик" });
    assert.deepEqual([on("notes"), on("messages")], [false, false], "words for the person stay for the person");
    answer.setDraft({ text: "" });
    assert.deepEqual([on("messages"), on("notes"), answer.draft().language], [false, true, "kk"]);
    answer.setDraft({ text: "между нами" });
    assert.deepEqual([on("messages"), on("notes")], [true, true]);
    answer.setDraft({ toStaff: false });
    answer.setDraft({ text: "" });
    assert.deepEqual([on("messages"), on("notes")], [false, false], "chosen by hand");
    on("messages");
    answer.setDraft({ toStaff: true });
    assert.deepEqual([on("messages"), on("notes")], [true, true]);
  },
  "an answer to a copy that is on the list no more is shown until it is let go": () => {
    const desk = newDesk();
    for (const [link, text] of [["one", "перевод"], ["two", "другой"], ["three", " "]] as const) desk.drafts.set(link, { text, language: "ru", takesUpStop: false });
    const drawn = (): string => textOf(copiesLeft(desk, () => undefined));
    assert.equal(drawn(), "", "the list is not there yet");
    Object.assign(desk.translating, { loaded: true, copies: [{ link: "two" }] });
    assert.deepEqual([drawn().split("data-left").length, drawn().includes("перевод")], [2, true]);
    desk.drafts.delete("one");
    assert.equal(drawn(), "");
  },
  "what is kept while the desk is locked is counted as whoever began it would": () => {
    const sealed = (...places: string[]): SealedDraft[] => places.map((cid) => ({ member: ME, cid, sealed: new Uint8Array(1) }));
    const [case1, case2] = ["1".repeat(64), "2".repeat(64)];
    const things: string[][] = [
      [case1], // an answer
      [`plan ${case1}`, `deed ${case1}`], // a next step
      [`deed ${case1} ${LINK}`, `deed ${case1} decides ${LINK}`], // a decision, and its words
      [`deed ${case1} task-what`, `deed ${case1} task-until`, `deed ${case1} task-for`], // a task
      [`lines ${case1}`, `deed ${case1} book visit day`, `deed ${case1} code-name`], // lines
      [`deed ${case2} task-what`], [`deed ${case2}`], ["said 00"], ["many"],
    ];
    for (const thing of things) for (let n = 1; n <= thing.length; n++) assert.equal(countUnsent(sealed(...thing.slice(0, n))), 1, thing.join());
    assert.equal(countUnsent(sealed(...things.flat())), things.length);
    assert.equal(countUnsent([...sealed(case1), { ...sealed(case1)[0]!, member: OTHER }]), 2, "each member's own");
    assert.equal(countUnsent(sealed("views", `deed ${case1} book`)), 0);
  },
  "nothing leaves for a person who wrote since it was looked at, before their message can be seen": async () => {
    const wrote = (n: number, ...entries: OpenedEntry[]): OpenedCase => opened({ messages: Array.from({ length: n }, () => ({ fault: null, answers: [] })) as never, entries });
    const [colleague, reading] = [signedBy(OTHER, EntryKind.note, "заметка"), signedBy(OTHER, EntryKind.opened, "")];
    const newer = wrote(2, reading);
    const comes: Record<string, Parameters<typeof work>> = {
      "with the refusal of the server": [(n, at) => (n === 1 && (at.next = newer) ? moved : undefined)],
      "while the own opening is being signed": [() => undefined, { recorded: ({ desk }) => void (desk.file.opened = newer) }],
    };
    for (const [how, given] of Object.entries(comes)) {
      for (const toStaff of [false, true]) {
        const at = work(...given);
        at.desk.file.opened = wrote(1);
        at.answer.setDraft({ text: "слова", toStaff });
        const press = async (): Promise<void> => {
          at.answer.ask();
          await at.answer.send();
        };
        await press();
        const { posts, desk } = at;
        const tried = how.startsWith("with") ? 1 : 0;
        assert.deepEqual([posts.length, desk.file.sendFault?.slug, desk.drafts.size], toStaff ? [tried + 1, undefined, 0] : [tried, "wrote_meanwhile", 1], how);
        await at.answer.send();
        assert.equal(posts.length, toStaff ? tried + 1 : tried, "it is not asked about: nothing is sent by one press");
        at.next = newer;
        if (!toStaff) await press();
        assert.deepEqual([posts.length, desk.file.sendFault, desk.drafts.size], [tried + 1, null, 0], "seen by then");
      }
      for (const visible of [true, false]) {
        const at = work(...given);
        at.desk.file.opened = wrote(1);
        at.deeds.plan({ target: State.safetyHold, text: "причина", visible });
        at.deeds.askDeed();
        await at.deeds.doDeed();
        const tried = how.startsWith("with") ? 1 : 0;
        assert.deepEqual([at.desk.file.doFault?.slug, at.desk.file.doing], [visible ? "wrote_meanwhile" : tried ? "chain_moved" : undefined, ""], how);
        assert.equal(at.posts.length, visible ? tried : 1);
      }
    }
    const read = work();
    read.desk.file.opened = wrote(1);
    read.answer.setDraft({ text: "слова" });
    read.answer.ask();
    read.desk.file.opened = wrote(2, colleague); // read anew while it is asked about
    await read.answer.send();
    assert.deepEqual([read.posts.length, read.desk.file.sendFault?.slug], [0, "wrote_meanwhile"]);
    const stepped = work();
    stepped.desk.file.opened = wrote(1);
    stepped.deeds.plan({ target: State.safetyHold, text: "причина" });
    stepped.deeds.askDeed();
    stepped.desk.file.opened = wrote(2, reading);
    await stepped.deeds.doDeed();
    assert.deepEqual([stepped.posts.length, stepped.desk.file.doFault?.slug], [0, "wrote_meanwhile"]);
    const proposed = work();
    const ready = (n: number, ...entries: OpenedEntry[]): OpenedCase => ({ ...wrote(n, ...entries), place: { ...opened().place, state: State.investigation }, claimed: [OTHER] });
    proposed.desk.file.opened = ready(1);
    proposed.deeds.plan({ target: State.determination, code: "partly", text: "причина" });
    proposed.deeds.askDeed();
    proposed.desk.file.opened = ready(2, reading);
    await proposed.deeds.doDeed();
    assert.deepEqual([proposed.posts.length, proposed.desk.file.doFault?.slug], [0, "wrote_meanwhile"], "nor is anything proposed over it");
  },
  "who is chosen to have a case and what is chosen for a paper stay with their case, over a look at another and over a lock, until signed or given up": async () => {
    for (const locks of [false, true]) {
      const at = work();
      at.desk.file.opened = at.next = opened({ unit: { group: "u", members: [ME, OTHER, THIRD] } as never });
      const paperOf = (desk: Desk): CasePrint => new CasePrint(desk, { generation: 0 } as never, at.deeds, () => undefined);
      at.deeds.choosePair([OTHER]);
      paperOf(at.desk).begin();
      paperOf(at.desk).choose({ to: "court" });
      paperOf(at.desk).choose({ parts: ["account"] });
      await takeUp(at.desk, "bb");
      paperOf(at.desk).begin();
      assert.deepEqual([at.desk.file.pair, at.desk.file.printing?.to], [[], "work"], "of another case");
      const desk = Object.assign(at.desk, locks ? locked(at.desk) : {});
      assert.equal(countUnsent(keptOf(desk).map(([cid]) => ({ member: ME, cid, sealed: new Uint8Array(0) }))), 2);
      await takeUp(desk, "aa");
      paperOf(desk).begin();
      assert.deepEqual([desk.file.pair, desk.file.printing?.to, desk.file.printing?.parts], [[OTHER], "court", ["account"]]);
      paperOf(desk).giveUp();
      paperOf(desk).begin();
      assert.equal(desk.file.printing?.to, "work", "given up");
      desk.file.opened = opened({ unit: { group: "u", members: [ME, OTHER, THIRD] } as never });
      at.deeds.choosePair([OTHER, THIRD]);
      const shown: string[][] = [];
      Object.defineProperty(at, "next", { get: () => (shown.push(desk.file.pair), opened({ claimed: [OTHER, THIRD] })) });
      await at.deeds.claim();
      assert.deepEqual([desk.file.pair, [...desk.reasons], shown], [[], [], [[]]], "signed; and none is chosen any more when that is first shown");
    }
  },
  "what the list is asked for, and the name of a view that is being written, come back after a lock, and are no unsent work": () => {
    const before = newDesk();
    assert.deepEqual(keptOf(before), []);
    Object.assign(before.queue, { filter: "рынок", only: "late", sort: "due", down: true, naming: "мои сро", lines: [{ cid: "aa" }] });
    const { filter, only, sort, down, naming, lines } = locked(before).queue;
    assert.deepEqual([filter, only, sort, down, naming, lines], ["рынок", "late", "due", true, "мои сро", []]);
    assert.equal(countUnsent(keptOf(before).map(([cid]) => ({ member: ME, cid, sealed: new Uint8Array(0) }))), 0);
    assert.ok(textOf(glanceView(before, { rows: () => [], triedRows: () => [], allDue: () => [] } as never)).includes("мои сро"));
    assert.ok(saveView(before, before.queue.naming));
    assert.deepEqual([before.queue.naming, before.views.map(({ name }) => name)], ["", ["мои сро"]]);
  },
  "a case is begun while areas of a file of it are chosen, or a recording of it is half written down, over a lock, and until that is kept": () => {
    const file = { upload: "dd".repeat(16) } as EvidenceFile;
    for (const kept of ["areas", "transcripts"] as const) {
      const { desk } = work();
      desk[kept].set(fileKey(desk, file), "[[0,0,1,1]]");
      const again = locked(desk);
      assert.deepEqual(["aa", "bb"].map((cid) => isBegun(again, cid)), [true, false], kept);
      again[kept].set(fileKey(desk, file), " ");
      if (kept === "transcripts") assert.equal(isBegun(again, "aa"), false, "no word is left");
      again[kept].delete(fileKey(desk, file));
      assert.equal(isBegun(again, "aa"), false, kept);
    }
  },
  "what is chosen to be taken out of a file stays with it, over a look at another, another tab or case, and a lock, until a copy is kept": async () => {
    const [picture, other] = ["dd", "ee"].map((one) => ({ upload: one.repeat(16), key: "", blobHash: "", plaintextHash: "", name: "снимок.png", size: 8, type: "image/png" })) as [EvidenceFile, EvidenceFile];
    const desk = newDesk();
    desk.file.cid = "bb";
    const fails = { now: true };
    const data = new Uint8Array([0x89, ...new TextEncoder().encode("PNG\r\n\x1a\n")]);
    const ask = (call: string): Promise<unknown> => Promise.resolve(call === "openFile" ? { data, sealed: "" } : { file: { ...picture, upload: "ff".repeat(16) }, parts: [] });
    const client = { evidence: () => Promise.resolve(data), pinEvidence: () => Promise.resolve(), sendEvidence: () => (fails.now ? Promise.reject(away) : Promise.resolve()) };
    const filesOn = (at: Desk): CaseFiles => new CaseFiles(at, { generation: 0, client, vault: { ask }, signedOut: () => false } as never, { postNote: () => Promise.resolve(true) } as never, () => undefined);
    /** Takes something out of it, as far as the frame is loaded: what it is given, and a port to say something. */
    const taken = async (at: Desk, file: EvidenceFile): Promise<{ chosen: string; say: (said: Said) => Promise<void> }> => {
      await filesOn(at).redactFile(file);
      let given: Given | null = null;
      at.file.viewing!.live!.loaded({ contentWindow: { postMessage: (what: Given) => (given = what) } } as never);
      const { chosen = "", desk: port } = given as unknown as Given;
      return { chosen, say: (said) => (port.postMessage(said), new Promise((done) => setTimeout(done, 20))) };
    };
    const first = await taken(desk, picture);
    await first.say({ kind: "chosen", chosen: "[[0,0,1,1]]" });
    assert.deepEqual([first.chosen, [...desk.areas.values()]], ["", ["[[0,0,1,1]]"]]);
    await first.say({ kind: "chosen", chosen: "x".repeat(1 << 17) }); // a frame that a file has bent
    await first.say({ kind: "chosen", chosen: 7 as never });
    assert.equal((await taken(desk, other)).chosen, "", "another file's");
    closeViewing(desk);
    assert.equal(textOf(filesView(desk, [picture, other], {} as never)).split("redact.begun").length, 2);
    const again = locked(desk);
    again.file.cid = "bb";
    assert.equal(countUnsent(keptOf(desk).map(([cid]) => ({ member: ME, cid, sealed: data }))), 1);
    const second = await taken(again, picture);
    assert.equal(second.chosen, "[[0,0,1,1]]");
    await second.say({ kind: "made", data, type: "image/png", areas: 1 });
    assert.deepEqual([again.file.fileFault?.slug, again.areas.size], ["away", 1], "no copy is kept");
    fails.now = false;
    await second.say({ kind: "made", data, type: "image/png", areas: 1 });
    assert.deepEqual([again.file.viewing, again.areas.size], [null, 0], "kept");
    const third = await taken(again, picture);
    await third.say({ kind: "chosen", chosen: "[[0,0,0.5,1]]" });
    await third.say({ kind: "chosen", chosen: "" });
    assert.deepEqual([third.chosen, again.areas.size], ["", 0], "cleared");
    closeViewing(again);
  },
};

void printClaims(claims);
