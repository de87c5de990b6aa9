// Claims about what somebody types or chooses at the desk while something is on its way, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_kept.py reads it.
import "./page.js"; // first
import assert from "node:assert/strict";

import { EntryKind } from "../../crypto/ts/entry.js";
import { State } from "../../crypto/ts/workflow.js";
import { CaseTable, TRIES, unmoved } from "../../service/web/src/desk-case.js";
import { copyLine, openedLine } from "../../service/web/src/desk-custody.js";
import { giveBack, isBegun, keptOf } from "../../service/web/src/desk-kept.js";
import { DeskMany } from "../../service/web/src/desk-many.js";
import { linesHere, newDesk, noFile, noPlan } from "../../service/web/src/desk-model.js";
import type { EvidenceFile, OpenedCase } from "../../service/web/src/desk-opened.js";
import { DeskTranslate } from "../../service/web/src/desk-translate.js";
import { booksView } from "../../service/web/src/desk-view-books.js";
import { coding } from "../../service/web/src/desk-view-conflict.js";
import { deedsView } from "../../service/web/src/desk-view-deeds.js";
import { adding } from "../../service/web/src/desk-view-tasks.js";
import { type Claims, printClaims } from "../claims.js";
import { away, DAY, ME, moved, opened, OTHER, place, signedBy, unlockable, type Work, work } from "./deskwork.js";
import { textOf } from "./drawing.js";

/** A colleague looked at a file, and did nothing else. */
const looked = { ...signedBy(OTHER, EntryKind.note, openedLine({ upload: "a".repeat(32), plaintextHash: "b".repeat(64), blobHash: "c".repeat(64), size: 1 } as EvidenceFile, "5".repeat(64), "shown")), code: "custody" };

const claims: Claims = {
  "what is written when the desk is locked while the line is away comes back": async () => {
    const { desk, session, line, unlock } = unlockable();
    for (let i = 0; i < 2; i++) {
      await unlock();
      assert.deepEqual([desk.member?.id, desk.door.fault, desk.drafts.size], [ME, null, i]);
      desk.drafts.set("aa", { text: "ответ", language: "ru", takesUpStop: false });
      line.away = true;
      await session.lock("idle").catch(() => undefined);
      assert.deepEqual([desk.member, desk.drafts.size, desk.sealed.length], [null, 0, 1]);
      line.away = false;
    }
  },
  "lines that were put down while others are being signed stay": async () => {
    const { desk, notes } = work((_, at) => {
      at.notes.setRecords(["book: visit", "book: payment", "book: visit"], "proceeding");
      at.notes.setCoding(["name: Юсупов", "unit: ИВС"]);
    });
    notes.setRecords(["book: visit", "book: payment"]);
    notes.setCoding(["name: Юсупов"]);
    await notes.signRecords();
    assert.deepEqual([linesHere(desk).records, desk.file.book], [["book: visit"], "proceeding"], "and the book that is being filled in stays open");
    notes.setRecords([]);
    notes.setCoding(["name: Юсупов"]);
    await notes.code();
    assert.deepEqual(linesHere(desk).coding, ["unit: ИВС"]);
  },
  "what is changed of the next step while it is being signed stays, and cannot be signed before that has ended": async () => {
    const shown: string[] = [];
    const { desk, deeds, posts } = work((_, at) => {
      at.deeds.plan({ text: "причина, и ещё" });
      shown.push(at.desk.file.doing);
      void at.deeds.doDeed();
    });
    deeds.plan({ target: State.safetyHold, text: "причина" });
    await deeds.doDeed();
    assert.deepEqual([shown, posts.length, desk.file.plan.text, desk.reasons.get("aa"), desk.file.doing, desk.file.doFault], [["sending"], 1, "причина, и ещё", "причина, и ещё", "", null]);
  },
  "words for what waits, changed while they are being signed, stay": async () => {
    const link = "a".repeat(64);
    const { desk, deeds } = work((_, at) => at.deeds.answerWords(link, "не для этого, и ещё"));
    deeds.answerWords(link, "не для этого");
    await deeds.answerAsk({ link, seq: 0, actor: OTHER, own: false, until: DAY, agreed: false, granted: false, opened: false } as never, false);
    assert.deepEqual([...desk.reasons.values()], ["не для этого, и ещё"]);
  },
  "of an answer that is leaving, what is written anew in the case that was taken up again stays, and the same words leave once": async () => {
    const again = (at: Work): void => {
      at.desk.file = { ...noFile(), cid: "aa", opened: opened() };
    };
    const other = work((_, at) => {
      again(at);
      at.answer.setDraft({ text: "другое" });
    });
    other.answer.setDraft({ text: "ответ" });
    other.answer.ask();
    await other.answer.send();
    assert.equal(other.desk.drafts.get("aa")?.text, "другое");
    let second = Promise.resolve();
    const same = work((n, at) => {
      if (n > 1) return;
      again(at);
      at.answer.ask();
      second = at.answer.send();
    });
    same.answer.setDraft({ text: "ответ" });
    same.answer.ask();
    await same.answer.send();
    await second;
    assert.deepEqual([same.posts.length, same.desk.drafts.size, same.desk.file.sending], [1, 0, ""]);
  },
  "an answer or a note that the server had taken when the line went away is not sent a second time": async () => {
    for (const toStaff of [false, true]) {
      const kind = toStaff ? EntryKind.note : EntryKind.text;
      for (const readMeanwhile of [false, true]) {
        const at = work((n) => (n === 1 ? away : n === 2 && !readMeanwhile ? moved : undefined));
        const press = async (): Promise<void> => {
          at.answer.ask();
          await at.answer.send();
        };
        at.answer.setDraft({ text: " слова ", toStaff });
        await press();
        assert.deepEqual([at.desk.file.sendFault?.slug, at.desk.drafts.size], ["away", 1]);
        at.next = opened({ entries: [signedBy(ME, kind, "слова")] });
        if (readMeanwhile) at.desk.file.opened = at.next;
        await press();
        assert.deepEqual([at.posts.length, at.desk.file.sendFault, at.desk.file.said, at.desk.drafts.size], [readMeanwhile ? 1 : 2, null, toStaff ? "done" : "sent", 0]);
        at.answer.setDraft({ text: "слова", toStaff }); // said once more on purpose
        await press();
        assert.deepEqual([at.posts.length, at.desk.drafts.size], [readMeanwhile ? 2 : 3, 0]);
      }
    }
  },
  "a deed that the server had taken when the line went away is not signed a second time": async () => {
    const at = work((n) => (n === 1 ? away : moved));
    at.notes.setRecords(["book: visit"]);
    await at.notes.signRecords();
    assert.deepEqual([at.desk.file.doFault?.slug, linesHere(at.desk).records.length], ["away", 1]);
    at.next = opened({ entries: [{ ...signedBy(ME, EntryKind.note, "book: visit"), code: "books" }] });
    await at.notes.signRecords();
    assert.deepEqual([at.posts.length, at.desk.file.doFault, linesHere(at.desk).records.length], [2, null, 0]);
    const late = work((n) => (n === 1 ? away : moved));
    late.notes.setRecords(["book: visit"]);
    late.next = opened({ entries: [{ ...signedBy(OTHER, EntryKind.note, "book: visit"), code: "books" }] });
    for (let i = 0; i < 2; i++) await late.notes.signRecords();
    assert.deepEqual([late.desk.file.doFault?.slug, linesHere(late.desk).records.length], ["chain_moved", 1], "another's is not the own");
  },
  "what a colleague signed while the own opening was being signed is seen before anything is signed upon it": async () => {
    const late = { recorded: ({ desk }: Work): void => void (desk.file.opened = opened({ entries: [signedBy(ME, EntryKind.opened, ""), signedBy(OTHER, EntryKind.text, "ответ коллеги")] })) };
    const answered = work(() => undefined, late);
    answered.answer.setDraft({ text: "слова" });
    answered.answer.ask();
    await answered.answer.send();
    assert.deepEqual([answered.posts.length, answered.desk.file.sendFault?.slug, answered.desk.drafts.size], [0, "chain_moved", 1]);
    const stepped = work(() => undefined, late);
    stepped.deeds.plan({ target: State.safetyHold, text: "причина" });
    await stepped.deeds.doDeed();
    assert.deepEqual([stepped.posts.length, stepped.desk.file.doFault?.slug, stepped.desk.file.plan.text], [0, "chain_moved", "причина"]);
    for (const entry of [signedBy(ME, EntryKind.opened, ""), signedBy(OTHER, EntryKind.opened, ""), looked]) {
      const read = work(() => undefined, { recorded: ({ desk }: Work): void => void (desk.file.opened = opened({ entries: [entry] })) });
      read.deeds.plan({ target: State.safetyHold, text: "причина" });
      await read.deeds.doDeed();
      assert.equal(read.posts.length, 1, "who reads it too changes nothing");
    }
  },
  "a deed before which a colleague only read the case or opened a file is signed anew by itself on what is there now": async () => {
    const earlier = { ...signedBy(OTHER, EntryKind.text, "ответ"), link: "e1" };
    const read = signedBy(OTHER, EntryKind.opened, "");
    const step = async (many: number, next: (n: number) => Partial<OpenedCase>, first: Partial<OpenedCase> = {}): Promise<Work> => {
      const at = work((n, work) => {
        work.next = opened({ entries: [earlier, ...Array.from({ length: n }, () => read)], ...next(n) });
        return n <= many ? moved : undefined;
      });
      at.desk.file.opened = opened({ entries: [earlier], ...first });
      at.deeds.plan({ target: State.safetyHold, text: "причина" });
      at.deeds.askDeed();
      await at.deeds.doDeed();
      return at;
    };
    const told = (at: Work): unknown[] => [at.posts.length, at.desk.file.doFault?.slug ?? "", at.desk.file.said, at.desk.file.plan.text, at.desk.file.doing];
    for (const many of [0, 1, TRIES - 1]) assert.deepEqual(told(await step(many, () => ({}))), [many + 1, "", "done", "", ""]);
    assert.deepEqual(told(await step(1, () => ({ entries: [earlier, looked, read] }))), [2, "", "done", "", ""], "a file of it");
    assert.deepEqual(told(await step(TRIES, () => ({}))), [TRIES, "chain_moved", "", "причина", ""], "not for ever");
    const stops: [string, Partial<OpenedCase>][] = [
      ["a note", { entries: [earlier, read, signedBy(OTHER, EntryKind.note, "Позвонить")] }],
      ["a copy was made, and no file only looked at", { entries: [earlier, { ...looked, text: copyLine({ upload: "a".repeat(32), plaintextHash: "b".repeat(64) } as EvidenceFile, { upload: "d".repeat(32), key: "e".repeat(64), plaintextHash: "b".repeat(64), blobHash: "c".repeat(64), size: 1, type: "text/plain" } as EvidenceFile, 0) }] }],
      ["an opening that does not count", { entries: [earlier, { ...read, verdict: "void" }] }],
      ["the own hand, at another window", { entries: [earlier, signedBy(ME, EntryKind.note, "Позвонить")] }],
      ["another history", { entries: [{ ...earlier, link: "e2" }, read] }],
      ["a shorter history", { entries: [] }],
      ["a broken one", { entries: [earlier, read], chainFault: { slug: "chain_broken", fact: "" } }],
    ];
    for (const [what, next] of stops) assert.deepEqual(told(await step(1, () => next)), [1, "chain_moved", "", "причина", ""], what);
    const wrote = await step(1, () => ({ entries: [earlier, read], messages: [{}, {}] as never }));
    assert.deepEqual(told(wrote), [1, "wrote_meanwhile", "", "причина", ""]);
    const later = await step(2, (n) => (n === 1 ? {} : { entries: [earlier, read, signedBy(OTHER, EntryKind.note, "Позвонить")] }));
    assert.deepEqual(told(later), [2, "chain_moved", "", "причина", ""], "a note that came while it was signed anew");
    const other = await step(1, () => ({ messages: [{ cid: "m2", answers: [] }] as never }), { messages: [{ cid: "m1", answers: [] }] as never });
    assert.deepEqual(told(other), [1, "chain_moved", "", "причина", ""], "another message in the place of one");
    const unread = work((_, at) => {
      at.next = at.desk.file.opened!; // as where the line went away
      return moved;
    });
    await unread.deeds.sign(unmoved(opened(), EntryKind.note), "Позвонить");
    assert.deepEqual([unread.posts.length, unread.desk.file.doFault?.slug], [1, "chain_moved"], "a case that could not be read anew");
    const between = work((n, at) => {
      at.next = opened({ entries: [read] });
      if (n === 1) at.deeds.plan({ text: "причина, и ещё" });
      return n === 1 ? moved : undefined;
    });
    between.deeds.plan({ target: State.safetyHold, text: "причина" });
    await between.deeds.doDeed();
    assert.deepEqual([between.posts.map(({ text }) => text), between.desk.file.plan.text], [["причина", "причина"], "причина, и ещё"], "what is changed meanwhile stays");
    const noted = work((n, at) => {
      at.next = opened({ messages: [{}] as never });
      return n === 1 ? moved : undefined;
    });
    await noted.deeds.sign(unmoved(opened(), EntryKind.note), "Позвонить");
    assert.deepEqual([noted.posts.length, noted.desk.file.doFault?.slug], [1, "chain_moved"], "a note of which the person's message is not known");
  },
  "what one member set out to sign is signed by nobody who unlocked the desk meanwhile": async () => {
    const { desk, deeds, posts } = work(() => undefined, { kems: (at) => void (at.session.generation += 1) });
    await deeds.sign(unmoved(desk.file.opened!, EntryKind.grant), "");
    assert.deepEqual(posts, []);
  },
  "the next step stays as it was planned, with its case: over a look at another, and over a lock": async () => {
    const { desk, deeds, session } = work();
    const table = new CaseTable(desk, session as never, { whole: () => Promise.reject(away) } as never, () => undefined);
    const plan = { target: State.suspended, text: "суд", code: "court_order", days: 20, priority: 2, members: [OTHER], visible: false };
    deeds.plan(plan);
    await table.openCase("bb");
    assert.deepEqual(desk.file.plan, noPlan(), "of another case");
    deeds.plan({ target: State.closed, text: "" });
    const locked = newDesk();
    for (const [at, what] of keptOf(desk)) giveBack(locked, at, JSON.parse(JSON.stringify(what)));
    Object.assign(desk, { plans: locked.plans, reasons: locked.reasons });
    await table.openCase("aa");
    assert.deepEqual(desk.file.plan, { ...noPlan(), ...plan, readers: "staff" });
    desk.file.opened = opened();
    await deeds.doDeed();
    assert.deepEqual([[...desk.plans.keys()], [...desk.reasons.keys()].filter((one) => one === "aa"), desk.file.plan], [["bb"], [], noPlan()], "signed");
    deeds.plan(plan);
    deeds.plan({ target: -1 });
    assert.deepEqual([...desk.plans.keys()], ["bb"], "given up");
  },
  "a step that the case can no longer take, as a colleague took it, is not offered to be signed; its words and why stay": () => {
    const { desk } = work();
    const shown = (state: number): boolean[] => {
      Object.assign(desk.file, { plan: { ...noPlan(), target: State.triaged, text: "причина" }, doFault: { slug: "chain_moved", fact: "" } });
      const drawn = textOf(deedsView(desk, opened({ state, place: { ...place, state } }), {} as never));
      return ["deed-ask", "причина", "alert"].map((one) => drawn.includes(one));
    };
    desk.member!.role = "reviewer";
    assert.deepEqual([State.screening, State.inquiry].map(shown), [[true, true, true], [false, true, true]]);
  },
  "a task, a line of the books and what is implicated stay half filled with their case, and go when they are put down": async () => {
    const { desk, deeds, notes } = work((_, at) => at.deeds.answerWords("task-until", "2026-12-24"));
    desk.colleagues = [{ id: OTHER, role: "investigator", group: "u", languages: [] }];
    const books = opened({ books: { records: [], counts: [], alerts: [] } as never });
    notes.setRecords([], "visit");
    const filled: [string, string][] = [["task-what", "позвонить сестре"], ["task-until", "2026-12-01"], ["task-for", "*"], ["book visit day", "2026-11-01"], ["code-name", "Юсуп"]];
    for (const [id, text] of filled) deeds.answerWords(id, text);
    const there = (): string[] => {
      const drawn = [adding(desk, {} as never), booksView({ ...desk, member: { ...desk.member!, role: "reviewer" } }, books, {} as never), coding(desk, {} as never)].map(textOf).join("");
      return filled.filter(([, text]) => text !== "*" && drawn.includes(text)).map(([id]) => id);
    };
    const all = filled.map(([id]) => id).filter((id) => id !== "task-for");
    assert.deepEqual(there(), all);
    desk.file.cid = "bb";
    assert.deepEqual(there(), [], "of another case");
    desk.file.cid = "aa";
    assert.equal(await notes.addTask("позвонить сестре", "2026-12-01", ""), true);
    assert.deepEqual([...desk.reasons.keys()].filter((one) => one.includes("task")), ["aa task-until"], "what was changed since stays");
    assert.ok(isBegun(desk, "aa") && !isBegun(desk, "bb"));
  },
  "other readers for many cases, half chosen, come back after a lock": () => {
    const [before, after] = [newDesk(), newDesk()];
    Object.assign(before.many, { members: [ME, OTHER], text: "уходит" });
    for (const [at, what] of keptOf(before)) giveBack(after, at, what);
    assert.deepEqual([after.many.members, after.many.text, after.many.running], [[ME, OTHER], "уходит", false]);
    assert.deepEqual(keptOf(newDesk()), []);
  },
  "once other readers are proposed in all of many cases nothing of it waits to be sent, and where some are left over it does": async () => {
    for (const lost of [false, true]) {
      const { desk, session } = work();
      const ids = [ME, OTHER, "33".repeat(16)];
      desk.colleagues = ids.map((id, n) => ({ id, role: n < 2 ? "reviewer" as const : "supervisor" as const, group: "", languages: [] }));
      desk.queue.lines = [{ cid: "aa" }] as never;
      Object.assign(desk.many, { members: ids, text: "уходит" });
      Object.assign(session, { vault: { ask: (call: string) => Promise.resolve(call === "open" ? { reaches: true, fault: null, opened: opened({ against: [], messages: [{ fault: null }] as never, readers: [], changes: [], chainFault: lost ? ({ slug: "chain_broken" } as never) : null }) } : new Uint8Array(0)) } });
      const many = new DeskMany(desk, session as never, { whole: () => Promise.resolve({ detail: {}, request: {} }) } as never, () => ({ reach: "opens" }) as never, () => undefined);
      assert.equal(await many.run(false), true);
      assert.deepEqual([desk.many.signed, desk.many.left.length, keptOf(desk).length], lost ? [0, 1, 1] : [1, 0, 0], desk.many.fault);
      many.set({ text: "уходит и второй" });
      assert.equal(keptOf(desk).length, 1, "begun anew");
    }
  },
  "of an answer to a copy that is leaving, what is written since stays, and another copy's words do not let it be sent again": async () => {
    const desk = newDesk();
    const posts: string[] = [];
    const client = {
      copies: () => Promise.resolve([{ cid: "aa" }, { cid: "bb" }]),
      answerCopy: (cid: string) => Promise.resolve(void posts.push(cid)).then(() => {
        translate.write("two", { text: "о другом" });
        posts.push(desk.translating.asking);
        translate.write("one", { text: "перевод, и ещё" });
      }),
    };
    const session = { generation: 0, client, vault: { ask: (call: string) => Promise.resolve(call === "copies" ? [{ link: "one" }, { link: "two" }] : new Uint8Array(0)) } };
    const translate = new DeskTranslate(desk, session as never, () => undefined);
    await translate.load();
    translate.write("one", { text: "перевод" });
    translate.ask("one");
    await translate.send("one");
    assert.deepEqual([posts, desk.drafts.get("one")?.text, desk.drafts.get("two")?.text], [["aa", "one"], "перевод, и ещё", "о другом"]);
  },
};

void printClaims(claims);
