// What waits for somebody: proposals, askings, changes, erasures, holds.
import assert from "node:assert/strict";

import { noChange, nothing } from "lit-html";
import { State } from "../../../crypto/ts/workflow.js";
import { answerKey } from "../../../service/web/src/desk-model.js";
import type { OpenedCase } from "../../../service/web/src/desk-opened.js";
import { askedLine, WORK } from "../../../service/web/src/desk-paper.js";
import { PRIORITY_ALONE } from "../../../service/web/src/desk-plan.js";
import { claimView } from "../../../service/web/src/desk-view-claim.js";
import { asksView, changesView, deedsView, proposalsView } from "../../../service/web/src/desk-view-deeds.js";
import { erasuresView } from "../../../service/web/src/desk-view-erasing.js";
import { holdsView } from "../../../service/web/src/desk-view-hold.js";
import { leftView } from "../../../service/web/src/desk-view-left.js";
import { papersView } from "../../../service/web/src/desk-view-print.js";
import type { Claims } from "../../claims.js";
import { listsIn, opensIn, textOf } from "../drawing.js";
import { DAY, LINKS, ONE, act, deskOf, entry, opened } from "./given.js";

export const claims: Claims = {
  "what is to be decided keeps its place by what it is and not by its number: a second press meets no other": () => {
    const two = <T extends object>(one: T): (T & { link: string })[] => LINKS.map((link) => ({ ...one, link }));
    const common = { seq: 0, actor: ONE, own: false };
    const asking = LINKS.map((link, seq) => entry(seq, { link, text: askedLine({ to: WORK, parts: ["account"], upto: 0 }, "c".repeat(64)), code: "printed" }));
    const shown = opened({
      entries: asking, proposals: two({ ...common, state: State.closed, priority: 3, until: 0, lowers: false, members: [], granted: 0, wrapFault: null }), asks: two({ ...common, until: DAY, agreed: false, granted: false, opened: false }),
      changes: two({ ...common, unit: false, members: [], gone: [], messages: 1, fault: null }), erasing: two({ ...common, asked: true }), holding: two({ ...common, until: DAY + 9 }),
    });
    const desk = deskOf(shown);
    const reader = deskOf(shown, "reviewer");
    const all = (): unknown[] => [proposalsView(desk, shown, act), asksView(reader, shown, act, () => ({}) as never), changesView(desk, shown, act), erasuresView(desk, shown, act), holdsView(desk, shown, act), papersView(desk, shown, act, [])];
    const alerts = (at: string): number[] => {
      for (const one of [desk, reader]) one.file.doFault = { slug: "no_text", fact: "", at };
      return all().map((view) => textOf(view).split('role="alert"').length - 1);
    };
    assert.deepEqual([alerts(LINKS[1]!), alerts("tasks")], [[0, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0]], "what went wrong stands beside what it is about");
    for (const view of all()) {
      const text = textOf(view);
      assert.ok(text.split("<button").length > 2, text);
      assert.deepEqual(listsIn(view), { plain: [], keyed: 1 }, text.slice(0, 200));
    }
  },
  "words for what a colleague decided meanwhile are shown until they are let go, and what waits has its own field": () => {
    const proposal = { ...{ seq: 0, actor: ONE, own: false }, link: LINKS[0]!, state: State.closed, priority: 3, until: 0, lowers: false, members: [], granted: 0, wrapFault: null };
    const desk = deskOf(opened({ proposals: [proposal] }));
    for (const link of [...LINKS, "task-what"]) desk.reasons.set(answerKey(desk.file.cid, link), `слова ${link.slice(0, 2)}`);
    desk.reasons.set(answerKey("other", LINKS[1]!), "чужие");
    const text = textOf(leftView(desk, opened({ proposals: [proposal] }), act));
    assert.deepEqual([text.split("data-left").length, text.includes(`слова ${LINKS[1]!.slice(0, 2)}`), text.includes("чужие")], [2, true, false]);
    desk.reasons.set(answerKey(desk.file.cid, LINKS[1]!), "");
    assert.equal(textOf(leftView(desk, opened({ proposals: [proposal] }), act)), "");
  },
  "what was begun in something that folds away stands open, and what was not is folded": () => {
    const ask = { seq: 0, actor: ONE, own: false, until: DAY, agreed: false, granted: false, opened: false, link: LINKS[0]! };
    const shown = opened({ asks: [ask], unit: { group: "u", members: [ONE] }, claimed: [ONE], withholdings: [], barred: [] });
    const desk = deskOf(shown, "reviewer");
    const unit = deskOf(shown);
    const opens = (): unknown[] => [asksView(desk, shown, act, () => ({}) as never), claimView(unit, shown, {} as never)].map((view) => opensIn(view));
    assert.deepEqual(opens(), [[noChange], [noChange]]);
    desk.reasons.set(answerKey(desk.file.cid, LINKS[0]!), "нет");
    unit.file.pair = [ONE];
    assert.deepEqual(opens(), [[true], [true]]);
  },
  "an approval that was begun is offered no more once the case moved on, and a refusal is": () => {
    const proposal = { ...{ seq: 0, actor: ONE, own: false }, link: LINKS[0]!, state: State.closed, priority: 3, until: 0, lowers: false, members: [], granted: 0, wrapFault: null };
    const signs = (state: number, approves: boolean): boolean[] => {
      const shown = opened({ proposals: [proposal], place: { ...opened().place, state } });
      const desk = deskOf(shown);
      desk.file.decides = { link: proposal.link, approves, visible: true };
      return ['id="decide"', 'data-key="refuse"'].map((part) => textOf(proposalsView(desk, shown, act)).includes(part));
    };
    assert.deepEqual([State.determination, State.triaged].map((state) => [true, false].map((approves) => signs(state, approves))), [[[true, false], [true, false]], [[false, true], [true, false]]]);
  },
  "each of several proposals has a field of its own, under its own label, and an opened name stands under the asking that opened it": () => {
    const two = <T extends object>(one: T): (T & { link: string })[] => LINKS.map((link) => ({ ...one, link }));
    const common = { seq: 0, actor: ONE, own: false };
    const asks = [...two({ ...common, until: DAY, agreed: false, granted: false, opened: false }), ...["c", "d"].map((one) => ({ ...common, own: true, until: DAY, agreed: true, granted: true, opened: false, link: one.repeat(64) }))];
    const changed = ["e", "f"].map((one) => ({ ...common, link: one.repeat(64), unit: false, members: [], gone: [], messages: 1, fault: null }));
    const erasing = ["1", "2"].map((one) => ({ ...common, asked: true, link: one.repeat(64) }));
    const proposals = ["3", "4"].map((one) => ({ ...common, link: one.repeat(64), state: State.closed, priority: 3, until: 0, lowers: false, members: [], granted: 0, wrapFault: null }));
    const shown = opened({ asks, changes: changed, erasing, proposals });
    const desk = deskOf(shown, "reviewer");
    Object.assign(desk.file, { decides: { link: proposals[0]!.link, approves: false, visible: true }, name: { answers: [["own_name", "Имя-1"]], files: [], link: asks[2]!.link }, doFault: { slug: "no_text", fact: "", at: changed[1]!.link } });
    desk.reasons.set(answerKey(desk.file.cid, proposals[0]!.link), "Слова-1");
    desk.reasons.set(answerKey(desk.file.cid, asks[0]!.link), "Слова-2");
    const text = [asksView(desk, shown, act, () => "" as never), proposalsView(desk, shown, act), changesView(desk, shown, act), erasuresView(desk, shown, act), deedsView(desk, shown, act)].map(textOf).join("");
    const found = (pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, id]) => id!);
    const [ids, labels] = [found(/\sid="?([^\s">]+)/g), found(/<label for="?([^\s">]+)/g)];
    assert.deepEqual(ids.filter((one, i) => ids.indexOf(one) !== i), []);
    assert.equal(labels.filter((one) => one.startsWith("deed-text")).length, 7, "two askings, two changes, two erasures, and what is decided");
    for (const label of labels) assert.ok(ids.includes(label), label);
    assert.equal(text.split("Имя-1").length, 2);
    assert.deepEqual([text.split("Слова-1").length, text.split("Слова-2").length], [2, 2], "what is decided now, and one asking");
    assert.equal(text.split('role="alert"').length, 2, "beside what it is about");
    assert.equal(text.split('data-key="open-name"').length, 2);
  },
  "a proposal is called what was proposed, and can only be refused where the case has moved on since": () => {
    const common = { link: LINKS[0]!, seq: 0, actor: ONE, own: false, until: 0, members: [], granted: 0, wrapFault: null };
    const drawn = (lowers: boolean, target: number, place: object): string => {
      const shown = opened({ place: { ...opened().place, back: State.received, priority: 1, ...place }, proposals: [{ ...common, lowers, state: target, priority: 3 }] });
      return textOf(proposalsView(deskOf(shown), shown, act));
    };
    const told = (text: string): boolean[] => ["deed.lower", "state.9", 'data-key="approve"', "proposal.moved", 'data-key="refuse"'].map((one) => text.includes(one));
    assert.deepEqual(told(drawn(true, State.closed, { state: State.closed })), [true, false, true, false, true]);
    assert.deepEqual(told(drawn(true, State.closed, { state: State.review })), [true, false, false, true, true], "no closing comes of it");
    assert.deepEqual(told(drawn(true, State.closed, { state: State.closed, priority: 3 })), [true, false, false, true, true]);
    assert.deepEqual(told(drawn(false, State.closed, { state: State.determination })), [false, true, true, false, true]);
    assert.deepEqual(told(drawn(false, State.closed, { state: State.closed })), [false, true, false, true, true], "nor a lower priority");
  },
  "a priority is lowered wherever a case stands but in assigned, where two who sign hand it over": () => {
    const offered = (state: number, priority: number): string => {
      const shown = opened({ place: { ...opened().place, back: State.received, state, priority } });
      const desk = deskOf(shown, "supervisor");
      desk.file.plan.target = PRIORITY_ALONE;
      const text = textOf(deedsView(desk, shown, act));
      assert.equal(text.includes("deed.lower_later"), state === State.assigned);
      return [...text.matchAll(/<strong>P(\d)/g)].map(([, one]) => one).join("");
    };
    assert.deepEqual([offered(State.triaged, 2), offered(State.assigned, 2), offered(State.inquiry, 2)], ["0134", "01", "0134"]);
    const most = opened({ place: { ...opened().place, back: State.received, state: State.assigned, priority: 0 } });
    assert.doesNotMatch(textOf(deedsView(deskOf(most, "supervisor"), most, act)), /deed\.priority/);
  },
  "to erase a name that the person does not ask to have erased is not offered for agreement, and why stands there": () => {
    const drawn = (asked: boolean): string => textOf(erasuresView(deskOf(opened()), opened({ erasing: [{ link: LINKS[0]!, seq: 0, actor: ONE, own: false, asked }] }), act));
    const there = (text: string): boolean[] => ["agree-erase", "erase.name.words", "erase.name.not_asked", "refuse-erase"].map((one) => text.includes(one));
    assert.deepEqual([there(drawn(true)), there(drawn(false))], [[true, true, false, true], [false, false, true, true]]);
  },
  "a legal hold is agreed to by another than who proposed it, who triages or supervises; its end is asked for as an end": () => {
    const one = (change: Partial<OpenedCase["holding"][0]>): OpenedCase["holding"][0] => ({ link: LINKS[0]!, seq: 0, actor: ONE, own: false, until: DAY + 9, ...change });
    const drawn = (change: Partial<OpenedCase["holding"][0]>, role: string, hold = 0): string => {
      const shown = opened({ hold, holding: [one(change)] });
      return textOf(holdsView(deskOf(shown, role), shown, act));
    };
    const offered = (text: string): boolean[] => ["agree-hold", "refuse-hold", "deed-text-"].map((part) => text.includes(part));
    const all = ["supervisor", "reviewer", "investigator", "custodian"].map((role) => offered(drawn({}, role)));
    assert.deepEqual(all, [[true, true, true], [true, true, true], [false, false, false], [false, false, false]]);
    assert.deepEqual(offered(drawn({ own: true }, "supervisor")), [false, false, false]);
    const titles = (text: string): boolean[] => ["hold.title", "hold.renewed", "hold.ending", "hold.end.agree"].map((key) => text.includes(key));
    assert.deepEqual([drawn({}, "supervisor"), drawn({}, "supervisor", DAY), drawn({ until: 0 }, "supervisor", DAY)].map(titles), [[true, false, false, false], [false, true, false, false], [false, false, true, true]]);
    assert.equal(holdsView(deskOf(opened()), opened({ holding: [one({})], chainFault: { slug: "chain_broken", fact: "", index: 0 } as never }), act) === nothing, true);
  },
  "while a legal hold stands the case is not offered to be erased, and the hold to be renewed or ended": () => {
    const shown = (hold: number): string => {
      const closed = opened({ hold, state: State.closed, place: { state: State.closed, back: 0, priority: 3, until: 0, since: DAY - 1000 } });
      return textOf(deedsView(deskOf(closed), closed, act)).replace(/\s+/g, " ");
    };
    const said = (text: string): boolean[] => ["erase.held", "deed.to.17", "deed.hold", "deed.renew_hold", "deed.end_hold"].map((key) => text.includes(key));
    assert.deepEqual([said(shown(0)), said(shown(DAY))], [[false, true, true, false, false], [true, false, false, true, true]]);
    assert.match(shown(DAY), /disabled>erase\.held/);
  },
};
