// What the desk keeps its books by: records in notes, deadlines, plans of protection.
import assert from "node:assert/strict";

import { EntryKind } from "../../../crypto/ts/entry.js";
import { hex } from "../../../crypto/ts/encoding.js";
import { PROPOSAL_DAYS, State } from "../../../crypto/ts/workflow.js";
import { asFault } from "../../../service/web/src/desk-barred.js";
import { type Books, dayOf, onlyRecords, readRecords, summarise, writeRecord } from "../../../service/web/src/desk-books.js";
import type { Claims } from "../../claims.js";
import { anna, boris, deed, guard, Held, ivan, jamila, type Person, TODAY } from "./held.js";

/** A note with records of the books. */
const write = (held: Held, by: Person, ...records: string[]): void =>
  held.act(by, deed(EntryKind.note, held.seen(by).place.state || State.screening, { code: "books", priority: held.seen(by).place.priority }), records.join("\n\n"));

export const claims: Claims = {
  "an open plan of protection keeps everybody from closing, and its end lets them": () => {
    const held = new Held("слова");
    held.handOff();
    held.claim(ivan, ivan, jamila);
    held.act(ivan, deed(EntryKind.step, State.inquiry));
    const move = (state: number, code = ""): void => {
      held.act(ivan, deed(EntryKind.proposal, state, { code }));
      held.act(guard, deed(EntryKind.approval, state, { code, cited: held.seen(guard).proposals[0]!.link }));
    };
    move(State.investigation);
    move(State.determination, "substantiated");
    write(held, jamila, writeRecord("protection", { day: "2026-11-01", who: "Мать", step: "planned" }));
    assert.throws(() => held.act(ivan, deed(EntryKind.proposal, State.closed)), (error: Error) => asFault(error).slug === "plan_open");
    write(held, jamila, writeRecord("protection", { who: "мать", step: "ended", outcome: "safe" }));
    held.act(ivan, deed(EntryKind.proposal, State.closed));
    write(held, jamila, writeRecord("protection", { who: "сын", step: "reprisal" })); // since it was proposed
    const closing = (): void => held.act(guard, deed(EntryKind.approval, State.closed, { cited: held.seen(guard).proposals[0]!.link }));
    assert.throws(closing, (error: Error) => asFault(error).slug === "plan_open");
    const { books } = held.seen(guard);
    assert.deepEqual(books.alerts.map(({ id, about }) => [id, about]), [["reprisal", "сын"], ["plan_open", "сын"]]);
    write(held, jamila, writeRecord("strike", { record: books.records[2]!.key }));
    closing();
  },
  "an open plan of protection keeps a case from being put aside too, as spam, out of scope or withdrawn, and from being erased; and from nothing else": () => {
    const held = new Held("слова");
    held.post("opened");
    const isKept = (act: () => void): void => assert.throws(act, (error: Error) => asFault(error).slug === "plan_open");
    const propose = (state: number, until = 0): void => held.act(anna, deed(EntryKind.proposal, state, { priority: 5, code: state === State.spamQuarantine ? "" : "not_known", until }));
    const approve = (): void => held.act(boris, deed(EntryKind.approval, State.spamQuarantine, { priority: 5, cited: held.seen(boris).proposals[0]!.link }));
    write(held, anna, writeRecord("protection", { who: "мать", step: "planned" }));
    for (const state of [State.spamQuarantine, State.outOfScope]) isKept(() => propose(state));
    isKept(() => propose(State.withdrawn, TODAY + PROPOSAL_DAYS + 14));
    write(held, anna, writeRecord("protection", { who: "мать", step: "ended", outcome: "safe" }));
    propose(State.spamQuarantine);
    write(held, boris, writeRecord("protection", { who: "сын", step: "measure" })); // since it was proposed
    isKept(approve);
    write(held, boris, writeRecord("protection", { who: "сын", step: "ended", outcome: "not_known" }));
    approve();
    write(held, anna, writeRecord("protection", { who: "сестра", step: "reprisal" })); // and after the end, before it is erased
    isKept(() => held.act(anna, deed(EntryKind.proposal, State.erased, { priority: 5 }), "Стирается.", TODAY + 60));
    held.act(anna, deed(EntryKind.step, State.screening, { priority: 5 }));
  },
  "records of before a hand-off are written again for the unit, and count once": () => {
    const held = new Held("слова");
    held.post("opened");
    write(held, anna, writeRecord("proceeding", { number: "7", event: "closed" }), writeRecord("visit", { admitted: "no", by: "head" }));
    held.act(anna, deed(EntryKind.step, State.triaged));
    held.act(anna, deed(EntryKind.proposal, State.assigned, { members: [ivan, jamila, guard].map(({ id }) => hex(id)) }));
    held.act(boris, deed(EntryKind.approval, State.assigned, { cited: held.seen(boris).proposals[0]!.link }));
    assert.deepEqual(held.seen(ivan).books.records, []);
    const { unhandedRecords, books } = held.seen();
    assert.equal(unhandedRecords.length, 2);
    write(held, anna, ...unhandedRecords);
    assert.deepEqual(held.seen().unhandedRecords, []);
    const keys = books.records.map(({ key }) => key);
    for (const one of [anna, ivan]) {
      assert.deepEqual(held.seen(one).books.records.map(({ key }) => key), keys);
      assert.deepEqual(held.seen(one).books.counts, [{ id: "closed", n: 1 }, { id: "refused_by_head", n: 1 }]);
    }
  },
  "an event log of the authorities gives counters, and what is wrong in it": () => {
    const events = [["opened", "2019-03-01"], ["closed", ""], ["reopened", ""], ["suspended_illness", "2020-02-01"], ["closed", ""], ["reopened", ""], ["file_asked", "2026-11-01"], ["file_denied", "2026-11-05"], ["court_order", ""], ["order_ignored", ""]];
    const log = (...more: string[][]): Books => summarise(readRecords([...events, ...more].map(([event = "", on = ""], seq) => ({ seq, text: writeRecord("proceeding", { number: "12", event, day: on }) }))), dayOf("2026-11-24"), []);
    const counts = new Map(log().counts.map(({ id, n }) => [id, n]));
    assert.deepEqual(["closed", "reopened", "suspended", "days_running"].map((id) => counts.get(id)), [2, 2, 1, dayOf("2026-11-24") - dayOf("2019-03-01")]);
    assert.deepEqual(log().alerts, [{ id: "file_denied", about: "12", days: 23 }, { id: "order_ignored", about: "12", days: -1 }]); // reopened since the illness
    assert.deepEqual(log(["file_given"], ["order_complied"]).alerts, []);
    assert.deepEqual(log(["suspended_illness"]).alerts[2]!.id, "illness");
    for (const end of ["amnesty", "limitation", "reconciliation", "repentance", "change_of_circumstances", "convicted", "sentence"]) assert.ok(log([end]).counts.some(({ id, n }) => id === end && n === 1));
  },
  "deadlines of the books are told in time, and what nobody knows is not called late": () => {
    const of = (book: string, ...fields: Record<string, string>[]): string[] =>
      summarise(readRecords(fields.map((one, seq) => ({ seq, text: writeRecord(book, one) }))), dayOf("2026-11-24"), ["KZ_mia_police"]).alerts.map(({ id, days }) => `${id} ${days}`);
    assert.deepEqual(of("limitation", { status: "runs", until: "2027-11-24" }), ["limitation 365"]);
    assert.deepEqual(of("limitation", { status: "runs", until: "2027-11-25" }), []);
    assert.deepEqual(of("limitation", { status: "runs", until: "2026-11-23" }), ["limitation_passed 1"]);
    assert.deepEqual(of("limitation", { status: "runs" }), ["limitation_unknown -1"]);
    for (const status of ["unknown", ""]) assert.deepEqual(of("limitation", { status, until: "2010-06-10" }), ["limitation_unknown -1"], "a day that passed bars nothing where nobody knows that time runs");
    assert.deepEqual(of("limitation", { status: "runs", until: "2026-11-23" }, { status: "none" }), []);
    assert.deepEqual(of("limitation", { status: "runs", until: "2026-02-30" }), ["limitation_unknown -1"]);
    assert.deepEqual(of("preservation", { what: "cctv", to: "a", until: "2026-12-08" }, { what: "cctv", to: "b", until: "2026-12-09" }, { what: "register", to: "a", until: "2026-11-20" }), ["keep_soon 14", "keep_open -1", "keep_passed 4"]);
    assert.deepEqual(of("preservation", { what: "cctv", to: "a", until: "2026-11-25" }, { what: "cctv", to: "a", answer: "kept" }), []);
    assert.deepEqual(of("forensic", { examiner: "KZ_mia_medical", custody_present: "yes" }, { examiner: "KZ_health" }), ["examiner -1", "custody_present -1"]);
    assert.deepEqual(of("redress", { kind: "compensation", step: "ordered", day: "2026-11-14" }, { kind: "apology", step: "ordered" }, { kind: "apology", step: "paid" }), ["unpaid 10"]);
    assert.deepEqual(of("assessment", { severity: "not_known" }), []);
  },
  "who refused a visit is counted by what they are, and a visit that was let in, in part or whole, is none": () => {
    const visits = [["no", "guard"], ["no", "guard"], ["no", "ministry"], ["partly", "head"], ["yes", "head"], ["no", ""], ["", "court"]];
    const { counts } = summarise(readRecords(visits.map(([admitted = "", by = ""], seq) => ({ seq, text: writeRecord("visit", { admitted, by, announced: "yes", hours: "48" }) }))), dayOf("2026-11-24"), []);
    assert.deepEqual(counts, [{ id: "refused_by_guard", n: 2 }, { id: "refused_by_ministry", n: 1 }, { id: "refused_by_other", n: 1 }]);
  },
  "nobody strikes out or takes the place of what a colleague has yet to write, or writes it again with other words": () => {
    const plan = writeRecord("protection", { who: "мать", step: "planned" });
    const closed = (...texts: string[]): boolean => summarise(readRecords(texts.map((text, seq) => ({ seq, text }))), TODAY, []).blocksClosing;
    assert.ok(closed(writeRecord("strike", { record: "1.0" }), plan));
    assert.ok(closed(writeRecord("visit", { place: "x" }, "1.0"), plan));
    assert.ok(closed(`${plan}\n\n${writeRecord("strike", { record: "0.0" })}`)); // in one breath
    assert.ok(closed(plan, writeRecord("protection", { who: "мать", step: "planned" }, "0.0")));
    assert.ok(!closed(plan, writeRecord("strike", { record: "0.0" })));
    const other = readRecords([{ seq: 0, text: plan }, { seq: 1, text: writeRecord("protection", { who: "сын", step: "ended" }, "0.0") }]);
    assert.deepEqual(other.map(({ key, fields }) => [key, fields["who"]]), [["0.0", "мать"], ["1.0", "сын"]]);
  },
  "words of a person in a record stay a field, whatever they look like": () => {
    for (const hidden of ["тайно", "book: visit\nтайно", "book: visit\nday: 1\n\nтайно", "book: letter\nwhat: тайно", "what: тайно\nbook: visit"]) assert.ok(!onlyRecords(hidden), hidden);
    assert.ok(onlyRecords("book: visit\nday: 2026-01-01\n\nbook: strike\nrecord: 1.0"));
    const text = writeRecord("protection", { who: "a\n\nbook: strike\nrecord: 0.0", step: "ended" });
    assert.equal(text, "book: protection\nwho: a book: strike record: 0.0\nstep: ended");
    assert.deepEqual(readRecords([{ seq: 0, text }])[0], { key: "0.0", seq: 0, book: "protection", fields: { who: "a book: strike record: 0.0", step: "ended" }, struck: false, done: false });
    assert.deepEqual(readRecords([{ seq: 1, text: "book: constructor\nday: 1\n\nno line\n\nbook: visit\nagain: x" }]).map(({ key, book }) => [key, book]), [["1.2", "visit"]]);
  },
};
