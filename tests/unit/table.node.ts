// Claims about what is on the desk while something is signed or sealed, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_table.py reads it.
import "./page.js"; // first
import assert from "node:assert/strict";

import { EntryKind } from "../../crypto/ts/entry.js";
import { LEGAL_HOLD_DAYS } from "../../crypto/ts/legalhold.js";
import { findRule, PROPOSAL_DAYS, State } from "../../crypto/ts/workflow.js";
import { isBusy } from "../../service/web/src/desk-busy.js";
import { CaseTable, unmoved } from "../../service/web/src/desk-case.js";
import { CaseDeeds } from "../../service/web/src/desk-deeds.js";
import { CaseFiles } from "../../service/web/src/desk-files.js";
import { type Colleague, type Desk, fileKey, linesHere, newDesk, noFile } from "../../service/web/src/desk-model.js";
import { CaseNotes } from "../../service/web/src/desk-notes.js";
import type { EvidenceFile, OpenedCase, OpenedEntry } from "../../service/web/src/desk-opened.js";
import { END_HOLD, LEGAL_HOLD } from "../../service/web/src/desk-plan.js";
import { readersFault } from "../../service/web/src/desk-readers.js";
import type { Role } from "../../service/web/src/desk-roles.js";
import { ServerError } from "../../service/web/src/desk-server.js";
import { type FileActions, filesView, shownName } from "../../service/web/src/desk-view-files.js";
import { type Claims, printClaims } from "../claims.js";
import { textOf } from "./drawing.js";

const DAY = 20_800;
const [ME, ONE, TWO] = ["11".repeat(16), "22".repeat(16), "33".repeat(16)];
const fileOf = (upload: string): EvidenceFile => ({ upload, key: "aa".repeat(32), blobHash: "bb".repeat(32), plaintextHash: "cc".repeat(32), size: 9, name: "запись.mp3", type: "audio/mpeg", question: "", forIntake: false });
const FILE = fileOf("dd".repeat(16));
const place = { state: State.inquiry, back: 0, priority: 3, until: 0, since: 0 };
const opened = (change: Partial<OpenedCase> = {}): OpenedCase => ({
  cid: "aa", messages: [{ cid: "aa", day: DAY, lane: 1, kind: 0, language: "ru", answers: [], intake: [], evidence: [FILE], apart: [], formerUntil: 0, fault: null }], entries: [], state: State.inquiry, place,
  unit: { group: "u", members: [ME, ONE, TWO] }, claimed: [], chainFault: null, withholdings: [], barred: [], hold: 0, holding: [], ...change,
}) as OpenedCase;

/** A desk with a case on its table; `post` is what the server answers, `read` what it shows afterwards. */
function work(role: "investigator" | "supervisor", post: () => Promise<void>, read = opened(), composed: (what: unknown) => unknown = () => undefined): { desk: Desk; deeds: CaseDeeds; files: CaseFiles } {
  const desk = newDesk();
  Object.assign(desk, { member: { id: ME, role, group: "u", until: 0 }, keyring: { today: DAY } });
  Object.assign(desk.file, { cid: "aa", opened: read.asks ? read : opened(), tab: "evidence" });
  const client = { post, kemKeys: () => Promise.resolve(new Uint8Array(0)), sendEvidence: post, pinEvidence: () => Promise.resolve() };
  const session = { generation: 0, client, signedOut: () => false, vault: { ask: (call: string, what: unknown) => Promise.resolve(call === "compose" && composed(what)).then(() => ({ file: fileOf("ee".repeat(16)), parts: [] })) } };
  const readCase = (): Promise<void> => Promise.resolve(void (desk.file.opened = read));
  const table = { current: { request: {}, detail: { mailbox_open: true } }, recorded: () => Promise.resolve(), readCase, recordReading: () => Promise.resolve(), postNote: () => Promise.resolve(true) };
  const queue = { loadQueue: () => Promise.resolve() };
  return { desk, deeds: new CaseDeeds(desk, session as never, table as never, queue as never, () => undefined), files: new CaseFiles(desk, session as never, table as never, () => undefined) };
}

const away = (): Promise<void> => Promise.reject(new ServerError("away", "", 0));
const moved = (): Promise<void> => Promise.reject(new ServerError("chain_moved", "", 409));

const claims: Claims = {
  "that the own opening is being signed is shown from its first moment to its last": async () => {
    const desk = newDesk();
    const shown: boolean[] = [];
    const changed = (): void => void shown.push(isBusy(desk));
    const post = (): Promise<void> => Promise.resolve(void shown.push(shown[shown.length - 1]!));
    const session = { generation: 0, client: { post }, signedOut: () => false, vault: { ask: () => Promise.resolve(new Uint8Array(0)) } };
    const table = new CaseTable(desk, session as never, { whole: away } as never, changed);
    table.current = { request: { cid: "aa" }, detail: { mailbox_open: true } } as never;
    desk.screen = "case";
    Object.assign(desk.file, { cid: "aa", opened: opened({ against: [], fresh: 0, keeping: { named: true, kept: false, due: true } }) });
    await table.recordReading();
    assert.deepEqual([shown.slice(0, 2), shown[shown.length - 1]], [[true, true], false], "when it goes off, and in the end");
  },
  "what was written of a recording goes once it is kept, and what was written meanwhile stays": async () => {
    const kept = work("investigator", () => Promise.resolve());
    kept.files.setTranscript(FILE, "Он сказал: молчи.");
    await kept.files.keepTranscript(FILE);
    assert.equal(kept.desk.transcripts.size, 0);
    const late = work("investigator", () => Promise.resolve(late.files.setTranscript(FILE, "Он сказал: молчи. И ещё")));
    late.files.setTranscript(FILE, "Он сказал: молчи.");
    await late.files.keepTranscript(FILE);
    assert.equal(late.desk.transcripts.get(fileKey(late.desk, FILE)), "Он сказал: молчи. И ещё");
  },
  "that it is sealed and sent is said while it is, and not while the recording is fetched; it can be written into all the time": async () => {
    for (const ends of [() => Promise.resolve(), away]) {
      const said: unknown[] = [];
      const { desk, files } = work("investigator", () => {
        look();
        return ends();
      });
      const look = (): void => {
        desk.file.viewing = { upload: FILE.upload, kind: "audio", url: "", seconds: 1, redacts: false, clear: true, guessed: false, live: null };
        const drawn = textOf(filesView(desk, [FILE], {} as FileActions, desk.file.opened!.messages[0]));
        said.push(["transcript.keep", "leaving.sending", "readonly"].filter((one) => drawn.includes(one)).join(" "));
      };
      files.setTranscript(FILE, "Он сказал: молчи.");
      for (const fetching of ["", FILE.upload, ""]) {
        desk.file.fetching = fetching;
        look();
      }
      await files.keepTranscript(FILE);
      look();
      assert.deepEqual(said, ["transcript.keep", "transcript.keep", "transcript.keep", "leaving.sending", "transcript.keep"]);
    }
  },
  "words for what waits are no words of the next step, nor of another that waits, and go when they are signed": async () => {
    const asks = ["a", "b"].map((one, seq) => ({ link: one.repeat(64), seq, actor: ONE, own: false, until: DAY, agreed: false, granted: false, opened: false }));
    const signed: string[] = [];
    const { desk, deeds } = work("supervisor", () => Promise.resolve(), opened({ asks }), (what) => what && signed.push((what as { text: string }).text));
    deeds.plan({ target: State.closed, text: "половина другой мысли" });
    await deeds.answerAsk(asks[0]!, false);
    assert.deepEqual([signed, desk.file.doFault], [[], { slug: "no_text", fact: "", at: asks[0]!.link }]);
    deeds.answerWords(asks[0]!.link, "не для этого");
    await deeds.answerAsk(asks[1]!, false);
    assert.deepEqual([signed, desk.file.doFault?.at], [[], asks[1]!.link]);
    await deeds.answerAsk(asks[0]!, false);
    assert.deepEqual([signed, desk.file.plan.text, [...desk.reasons]], [["не для этого"], "половина другой мысли", [["aa", "половина другой мысли"]]]);
    deeds.answerWords(asks[1]!.link, "и это");
    await deeds.recuse();
    assert.deepEqual([...desk.reasons], []);
  },
  "what is signed beside the next step leaves its plan and its words alone, and says what went wrong in its own place": async () => {
    for (const ends of [() => Promise.resolve(), away]) {
      const { desk, deeds } = work("supervisor", ends, opened({ asks: [], unhandedRecords: ["book: proceeding"] }));
      const notes = new CaseNotes(desk, deeds, () => undefined);
      desk.lines.set("aa", { coding: ["name: Юсупов"], records: ["book: proceeding"] });
      desk.file.pair = [ONE, TWO];
      deeds.plan({ target: State.closed, text: "половина мысли" });
      const beside: [string, () => Promise<unknown>][] = [
        ["grant", () => deeds.grant()], ["keep", () => deeds.keep()], ["claim", () => deeds.claim()], ["conflict", () => notes.code()], ["books", () => notes.signRecords()], ["hand-records", () => notes.handRecords()], ["tasks", () => notes.addTask("позвонить", "", "")],
      ];
      for (const [at, sign] of beside) {
        await sign();
        assert.deepEqual([desk.file.said, desk.file.doFault?.at], ends === away ? ["", at] : ["done", undefined], at);
        assert.deepEqual([desk.file.plan.target, desk.file.plan.text, desk.reasons.get("aa")], [State.closed, "половина мысли", "половина мысли"], at);
      }
    }
    const { desk, deeds } = work("supervisor", () => Promise.resolve());
    deeds.plan({ target: State.safetyHold, text: "причина" });
    await deeds.doDeed();
    assert.deepEqual([desk.file.plan.target, desk.file.plan.text, [...desk.reasons]], [-1, "", []], "the next step itself");
  },
  "lines that nobody signed stay with their case, whatever is on the table, and go once they are signed": async () => {
    const put = { coding: ["name: Юсупов"], records: ["book: proceeding", "book: visit"] };
    let leaves = true;
    const { desk, deeds } = work("supervisor", () => Promise.resolve(leaves ? void (desk.file = { ...noFile(), cid: "bb" }) : undefined));
    const notes = new CaseNotes(desk, deeds, () => undefined);
    notes.setCoding(put.coding);
    notes.setRecords(put.records);
    desk.file = { ...noFile(), cid: "bb" };
    assert.deepEqual(linesHere(desk), { coding: [], records: [] }, "of another case");
    desk.file = { ...noFile(), cid: "aa", opened: opened({ asks: [] }) };
    assert.deepEqual(linesHere(desk), put, "back from the list");
    await notes.signRecords(); // the server has them, and another case is on the table by then
    assert.deepEqual([desk.file.cid, ...desk.lines], ["bb", ["aa", { ...put, records: [] }]]);
    desk.file = { ...noFile(), cid: "aa", opened: opened({ asks: [] }) };
    leaves = false;
    await deeds.recuse();
    assert.deepEqual([...desk.lines], [], "stepped back");
  },
  "where nothing was filled in, that is said beside what was pressed, until something is": async () => {
    const { desk, deeds } = work("supervisor", () => Promise.resolve());
    const notes = new CaseNotes(desk, deeds, () => undefined);
    assert.equal(await notes.addTask("  ", "", ""), false);
    assert.deepEqual(desk.file.doFault, { slug: "empty", fact: "", at: "tasks" });
    notes.missing("books");
    assert.equal(desk.file.doFault.at, "books");
    notes.setRecords(["book: visit"]);
    assert.equal(desk.file.doFault, null);
  },
  "a file's name is shown in the order in which it is written": () => {
    assert.deepEqual(["photo\u202egpj.exe", "a\u2066b\u200fc", "صورة 🧑🏽‍⚕️.jpg", "ти\tше"].map(shownName), ["photo▯gpj.exe", "a▯b▯c", "صورة 🧑🏽‍⚕️.jpg", "ти▯ше"]);
    return Promise.resolve();
  },
  "days of a step are whole ones": async () => {
    const { desk, deeds } = work("supervisor", away, opened({ asks: [], place: { ...place, state: State.investigation }, claimed: [ONE, TWO] }));
    deeds.plan({ target: State.suspended, text: "суд", code: "court_order" });
    const tried = [1.5, 0, 31, 30].map((days) => {
      deeds.plan({ days });
      deeds.askDeed();
      return desk.file.doFault?.slug ?? "";
    });
    assert.deepEqual(tried, ["no_days", "no_days", "no_days", ""]);
    return Promise.resolve();
  },
  "whoever stepped back, or from whom it is withheld, is named as no reader": () => {
    const who = (id: string, role: Role): Colleague => ({ id, role, group: "", languages: [] });
    const all = [who(ME, "reviewer"), who(ONE, "reviewer"), who(TWO, "reviewer"), who("44", "supervisor")];
    const back = { kind: EntryKind.recusal, actor: ONE, verdict: "counts" } as OpenedEntry;
    const ids = [ME, ONE, "44"];
    assert.equal(readersFault(opened(), all, [...ids, TWO], ME), "");
    for (const change of [{ entries: [back] }, { withholdings: [{ member: ONE, actor: ME, until: DAY }] }]) {
      assert.equal(readersFault(opened(change), all, ids, ME), "no_readers");
      assert.equal(readersFault(opened(change), all, [...ids, TWO], ME), "");
    }
    return Promise.resolve();
  },
  "of a case that one stepped back from, or that is erased, nothing begun of its files stays": async () => {
    for (const kind of [EntryKind.recusal, EntryKind.approval]) {
      const { desk, deeds } = work("supervisor", () => Promise.resolve());
      const key = fileKey(desk, FILE);
      for (const kept of [desk.transcripts, desk.areas]) for (const [one, text] of [[key, "Он сказал"], ["other case", "другое дело"]] as const) kept.set(one, text);
      if (kind === EntryKind.recusal) await deeds.recuse();
      else await deeds.sign({ ...unmoved(desk.file.opened!, kind), state: State.erased }, "сроки прошли");
      assert.deepEqual([[...desk.transcripts.keys()], [...desk.areas.keys()], desk.file.cid], [["other case"], ["other case"], ""]);
    }
  },
  "a legal hold is proposed for six months unless said, with a ground, and no longer; to end it needs neither": async () => {
    const signed: unknown[] = [];
    const { desk, deeds } = work("supervisor", () => Promise.resolve(), opened(), (what) => signed.push((what as { deed: unknown }).deed));
    const tried = async (change: Partial<Desk["file"]["plan"]>): Promise<string> => {
      deeds.plan({ text: "суд", ...change });
      await deeds.doDeed();
      return desk.file.doFault?.slug ?? "";
    };
    assert.equal(await tried({ target: LEGAL_HOLD }), "no_code");
    assert.equal(desk.file.plan.days, LEGAL_HOLD_DAYS);
    for (const days of [0, -1, 1.5, LEGAL_HOLD_DAYS + 1, Number.NaN]) assert.equal(await tried({ code: "hold_court", days }), "no_days");
    assert.deepEqual([await tried({ days: LEGAL_HOLD_DAYS }), await tried({ target: END_HOLD, code: "" })], ["", ""]);
    const common = { kind: EntryKind.legalHoldProposed, state: State.inquiry, priority: 3, cited: "", members: [], visible: false };
    assert.deepEqual(signed, [{ ...common, code: "hold_court", until: DAY + LEGAL_HOLD_DAYS }, { ...common, code: "", until: 0 }]);
  },
  "whoever agrees to a legal hold, or refuses it, says why; what is signed is what was proposed": async () => {
    const one = { link: "ab".repeat(32), seq: 0, actor: ONE, own: false, until: DAY + 9 };
    const signed: { kind: number; until: number; cited: string; visible: boolean }[] = [];
    const read = opened({ asks: [], holding: [one] });
    const { desk, deeds } = work("supervisor", () => Promise.resolve(), read, (what) => signed.push((what as { deed: (typeof signed)[0] }).deed));
    for (const agrees of [true, false]) {
      await deeds.answerHold(one, agrees);
      assert.deepEqual([desk.file.doFault?.slug, desk.file.doFault?.at, signed.length], ["no_text", one.link, agrees ? 0 : 1]);
      deeds.answerWords(one.link, "Дело ещё нужно суду.");
      Object.assign(desk.file, { detail: { mailbox_open: true } });
      await deeds.answerHold(one, agrees);
    }
    assert.deepEqual(signed.map(({ kind, until, cited, visible }) => [kind, until, cited, visible]), [[EntryKind.legalHoldAgreed, one.until, one.link, true], [EntryKind.refusal, 0, one.link, false]]);
  },
  "before a withdrawal the person has the days of the rule, on whichever day of the proposal another agrees": async () => {
    const { desk, deeds } = work("supervisor", away);
    deeds.plan({ target: State.withdrawn });
    const rule = findRule(State.inquiry, 0, State.withdrawn)!;
    assert.ok(rule.least > 0);
    assert.deepEqual([desk.file.plan.days, desk.file.plan.days - PROPOSAL_DAYS, desk.file.plan.days <= rule.most], [28, rule.least, true]);
    return Promise.resolve();
  },
  "who was chosen to have a case stays chosen where the line failed, and not where another was first": async () => {
    const pair = [ME, ONE];
    const failed = work("investigator", away);
    failed.desk.file.pair = pair;
    await failed.deeds.claim();
    assert.deepEqual([failed.desk.file.pair, failed.desk.file.doFault], [pair, { slug: "away", fact: "", at: "claim" }]);
    const late = work("investigator", moved, opened({ claimed: [ONE, TWO] }));
    late.desk.file.pair = pair;
    await late.deeds.claim();
    assert.deepEqual([late.desk.file.pair, late.desk.file.doFault?.slug, late.desk.file.doFault?.at], [[], "chain_moved", "claim"]);
    const done = work("investigator", () => Promise.resolve(), opened({ claimed: pair }));
    done.desk.file.pair = pair;
    await done.deeds.claim();
    assert.deepEqual([done.desk.file.pair, done.desk.file.doFault], [[], null]);
  },
};

void printClaims(claims);
