// Claims about what the server had taken when the line went away, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_landed.py reads it.
import "./page.js"; // first
import assert from "node:assert/strict";

import { EntryKind } from "../../crypto/ts/entry.js";
import { State } from "../../crypto/ts/workflow.js";
import { IMPLICATED } from "../../service/web/src/desk-conflict.js";
import { countUnsent, keptOf } from "../../service/web/src/desk-kept.js";
import { type Desk, linesHere, newDesk, noFile, noPlan } from "../../service/web/src/desk-model.js";
import type { OpenedEntry } from "../../service/web/src/desk-opened.js";
import { askedLine, PAPER_CODE } from "../../service/web/src/desk-paper.js";
import { CasePrint } from "../../service/web/src/desk-print.js";
import { type Claims, printClaims } from "../claims.js";
import { away, locked, ME, opened, OTHER, signedBy, takeUp, type Work, work } from "./deskwork.js";

const THIRD = "33".repeat(16);

/** Whom the claims name that were at the server; of the first no answer came. */
function claimsAt(): { at: Work; named: () => unknown[] } {
  const there: unknown[] = [];
  const at = work((n, { posts }) => {
    there.push((posts[posts.length - 1]?.deed as { members?: string[] } | null)?.members);
    return n === 1 ? away : undefined;
  });
  at.desk.file.opened = opened({ unit: { group: "u", members: [ME, OTHER, THIRD] } as never });
  return { at, named: () => there };
}

const claims: Claims = {
  "a deed that was signed when the line went away is recognised in its case after a look at another, and after a lock": async () => {
    for (const locks of [false, true]) {
      const before = work((n) => (n === 1 ? away : undefined));
      const earlier = signedBy(OTHER, EntryKind.text, "ответ");
      before.desk.file.opened = opened({ entries: [earlier] });
      const plan = { target: State.safetyHold, text: "причина", visible: false };
      before.deeds.plan(plan);
      await before.deeds.doDeed();
      assert.deepEqual([before.posts.length, before.desk.file.doFault?.slug, before.desk.plans.size], [1, "away", 1]);
      let posted = 0;
      const at = work(() => void (posted += 1));
      Object.assign(at.desk, locks ? locked(before.desk) : { unsure: before.desk.unsure, plans: before.desk.plans, reasons: before.desk.reasons });
      const there = signedBy(ME, EntryKind.step, "причина");
      const later = signedBy(ME, EntryKind.opened, "");
      for (const [entries, stands] of [[[earlier], false], [[earlier, later, there], false], [[earlier, { ...there, actor: OTHER }], false], [[earlier, { ...there, verdict: "void" as const }], false], [[earlier, there, later], true]] as const) {
        await takeUp(at.desk, "aa");
        at.desk.file.opened = opened({ entries: [...entries] });
        at.deeds.settle();
        assert.deepEqual([at.desk.file.said, at.desk.plans.size, at.desk.reasons.size, at.desk.file.plan.text], stands ? ["done", 0, 0, ""] : ["", 1, 1, "причина"], JSON.stringify(entries));
      }
      assert.equal(at.desk.unsure.size, 0);
      at.deeds.plan(plan); // once more, on purpose
      at.next = at.desk.file.opened!;
      await at.deeds.doDeed();
      assert.deepEqual([posted, at.desk.file.said], [1, "done"]);
    }
  },
  "a deed that another took the place of is no more looked for, and is signed where it is wanted again": async () => {
    const { at, named } = claimsAt();
    const claim = async (...pair: string[]): Promise<void> => {
      at.deeds.choosePair(pair);
      await at.deeds.claim();
    };
    await claim(ME, OTHER);
    assert.deepEqual([at.posts.length, at.desk.file.doFault?.slug], [1, "away"]);
    at.next = opened({ entries: [signedBy(ME, EntryKind.claimed, "")], claimed: [ME, THIRD] });
    await claim(ME, THIRD);
    await claim(ME, OTHER);
    assert.deepEqual(named(), [[ME, OTHER], [ME, THIRD], [ME, OTHER]]);
  },
  "an answer or a note that was sent when the line went away is written no more once its case is read, after a lock too, and one that was not is": async () => {
    for (const toStaff of [false, true]) {
      const at = work(() => away);
      const earlier = signedBy(ME, toStaff ? EntryKind.note : EntryKind.text, "слова");
      at.desk.file.opened = opened({ entries: [earlier] });
      at.answer.setDraft({ text: "слова ", toStaff });
      at.answer.ask();
      await at.answer.send();
      assert.equal(at.desk.file.sendFault?.slug, "away");
      Object.assign(at.desk, locked(at.desk));
      for (const [entries, stands] of [[[earlier], false], [[earlier, { ...earlier, actor: OTHER }], false], [[earlier, earlier], true]] as const) {
        await takeUp(at.desk, "aa", { entries: [...entries] });
        at.answer.settle();
        assert.deepEqual([at.desk.drafts.size, at.desk.file.said], stands ? [0, toStaff ? "done" : "sent"] : [1, ""]);
      }
    }
  },
  "who had a case before it was released may have it again, though the line was away when they first took it": async () => {
    const { at, named } = claimsAt();
    const unit = { unit: at.desk.file.opened?.unit };
    at.deeds.choosePair([OTHER, THIRD]);
    await at.deeds.claim();
    const taken = signedBy(ME, EntryKind.claimed, "");
    at.desk.file.opened = opened({ ...unit, entries: [taken], claimed: [OTHER, THIRD] }); // read anew
    at.next = opened({ ...unit, entries: [taken, taken] });
    await at.deeds.signPair([]);
    at.deeds.choosePair([OTHER, THIRD]);
    await at.deeds.claim();
    assert.deepEqual(named(), [[OTHER, THIRD], [], [OTHER, THIRD]]);
  },
  "what is signed while the desk locks is found when its case is read again, and takes nothing of whoever unlocked it meanwhile": async () => {
    const at = work((_, one) => {
      again = locked(one.desk);
      one.session.generation += 1;
      Object.assign(one.desk, { plans: new Map([["aa", { ...noPlan(), target: State.closed, text: "чужое" }]]), reasons: new Map([["aa", "чужое"]]), unsure: new Map(), file: noFile() });
    });
    let again = newDesk();
    at.deeds.plan({ target: State.safetyHold, text: "причина" });
    await at.deeds.doDeed();
    assert.deepEqual([at.posts.length, at.desk.reasons.get("aa"), at.desk.plans.size], [1, "чужое", 1]);
    const later = work();
    Object.assign(later.desk, again);
    await takeUp(later.desk, "aa");
    later.desk.file.opened = opened({ entries: [signedBy(ME, EntryKind.step, "причина")] });
    later.deeds.settle();
    assert.deepEqual([later.desk.file.said, later.desk.plans.size, countUnsent(keptOf(later.desk).map(([cid]) => ({ member: ME, cid, sealed: new Uint8Array(0) })))], ["done", 0, 0]);
  },
  "lines, a task, a pair and a paper that were signed when the line went away are put down no more, and the same may be signed once more": async () => {
    const books = (text: string): OpenedEntry => ({ ...signedBy(ME, EntryKind.note, text), code: "books" });
    const deeds: Record<string, { begin: (at: Work) => void; sign: (at: Work) => Promise<unknown>; entry: OpenedEntry; left: (desk: Desk) => unknown; none: unknown }> = {
      records: {
        begin: ({ notes }) => notes.setRecords(["book: visit", "book: redress"]), sign: ({ notes }) => notes.signRecords(), entry: books("book: visit\n\nbook: redress"),
        left: (desk) => linesHere(desk).records, none: ["book: task"],
      },
      coding: { begin: ({ notes }) => notes.setCoding(["name: Юсупов", "unit: ИВС"]), sign: ({ notes }) => notes.code(), entry: { ...signedBy(ME, EntryKind.note, "name: Юсупов\nunit: ИВС"), code: IMPLICATED }, left: (desk) => linesHere(desk).coding, none: [] },
      task: {
        begin: (at) => {
          at.deeds.answerWords("task-what", "позвонить");
          at.deeds.answerWords("task-for", "*");
        },
        sign: ({ notes }) => notes.addTask("позвонить", "", ""), entry: books("book: task\nwhat: позвонить"), left: (desk) => [...desk.reasons.keys()], none: [],
      },
      pair: { begin: (at) => at.deeds.choosePair([OTHER, THIRD]), sign: (at) => at.deeds.claim(), entry: signedBy(ME, EntryKind.claimed, ""), left: (desk) => desk.file.pair, none: [] },
    };
    for (const [name, { begin, sign, entry, left, none }] of Object.entries(deeds)) {
      let posted = 0;
      const at = work(() => ((posted += 1) === 1 ? away : undefined));
      const change = { unit: { group: "u", members: [ME, OTHER, THIRD] } as never };
      at.desk.file.opened = opened(change);
      begin(at);
      const begun = JSON.stringify(left(at.desk));
      await sign(at);
      await takeUp(at.desk, "aa", change);
      for (const one of at.deeds.settle()) at.notes.settle(one);
      assert.equal(JSON.stringify(left(at.desk)), begun, `${name}: it is not there`);
      if (name === "records") at.notes.setRecords([...linesHere(at.desk).records, "book: task"]); // put down since
      await takeUp(at.desk, "aa", { ...change, entries: [entry], claimed: name === "pair" ? [OTHER, THIRD] : [] });
      for (const one of at.deeds.settle()) at.notes.settle(one);
      assert.deepEqual([left(at.desk), at.desk.file.said, at.desk.unsure.size], [none, "done", 0], name);
      at.next = at.desk.file.opened!;
      begin(at);
      await sign(at);
      assert.deepEqual([posted, at.desk.unsure.size], [2, 0], `${name}: once more, on purpose`);
    }
    const { desk, deeds: signing } = work();
    const paper = new CasePrint(desk, { generation: 0 } as never, signing, () => undefined);
    paper.begin();
    paper.choose({ to: "court" });
    const landed = (text: string): void => paper.settle({ what: "", kind: EntryKind.note, code: PAPER_CODE, text, at: 0, words: "", planned: "" });
    landed(`paper: printed\nof: ${"a".repeat(64)}`);
    assert.ok(desk.file.printing);
    landed(askedLine({ to: "court", parts: ["account"], upto: 0 }, "a".repeat(64)));
    assert.deepEqual([desk.file.printing, desk.reasons.size], [null, 0]);
  },
};

void printClaims(claims);
