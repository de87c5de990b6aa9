// What stands above a case before anything of it is read.
import assert from "node:assert/strict";

import { EntryKind } from "../../../crypto/ts/entry.js";
import { State } from "../../../crypto/ts/workflow.js";
import type { Consent, Wait } from "../../../service/web/src/desk-consent.js";
import { CUSTODY_CODE, openedLine } from "../../../service/web/src/desk-custody.js";
import { breachesIn, findingsView } from "../../../service/web/src/desk-findings.js";
import { wantForms } from "../../../service/web/src/desk-forms.js";
import type { EvidenceFile, OpenedCase, OpenedMessage } from "../../../service/web/src/desk-opened.js";
import { alarms } from "../../../service/web/src/desk-view-alarms.js";
import { answersView } from "../../../service/web/src/desk-view-answers.js";
import { latestView } from "../../../service/web/src/desk-view-history.js";
import { day } from "../../../service/web/src/desk-words.js";
import type { Claims } from "../../claims.js";
import { textOf } from "../drawing.js";
import { DAY, FACTS, ONE, TWO, entry, known, opened, short, wordless } from "./given.js";

export const claims: Claims = {
  "whoever opens a case in review reads first what it is asked for, and who acted that others decide": () => {
    wordless();
    const asked = { ...opened().messages[0]!, lane: 3, day: DAY + 5, language: "tg", answers: [["story", "Посмотрите снова"], ["asks", "review"]] as [string, string][] };
    const drawn = (state: number, last: Partial<OpenedMessage> = {}): string => textOf(alarms(opened({ state, messages: [opened().messages[0]!, { ...asked, ...last }] }), []));
    assert.match(drawn(State.review), /id="review".*case\.review.*<p class="words" lang=tg dir="auto">Посмотрите снова/s);
    assert.deepEqual([State.closed, State.reopened].map((state) => drawn(state).includes("case.review")), [false, false], "before and after");
    const hidden = drawn(State.review, { answers: [], fault: { slug: "not_a_recipient", fact: "" } });
    assert.deepEqual([hidden.includes("case.review.who"), hidden.includes('class="words"')], [true, false]);
  },
  "what a person asks of us stands above the case, and in the words of each form that they answered once it has come": async () => {
    const asking = (id: string, question: string): object => ({ id, texts: ["", `heading of ${id}`, `label of ${question}`], lists: {}, sections: [{ id: "s", title: 0, screens: [{ questions: [{ id: question, type: "long" }] }] }] });
    const forms = [asking("first", "client_instruction"), asking("second", "pro_privilege")];
    const [one] = opened().messages;
    const told = (...answers: [string, string][]): OpenedMessage => ({ ...one!, answers });
    const shown = opened({ messages: [told(["form", "first"], ["client_instruction", "by letter"]), told(["form", "second"], ["pro_privilege", "yes"])] });
    const stands = (...words: string[]): void => words.forEach((word) => assert.ok(textOf(alarms(shown, [])).includes(word), word));
    stands(">client_instruction<", "by letter", ">pro_privilege<");
    Object.assign(globalThis, { fetch: () => Promise.resolve(Response.json(forms.shift())) });
    for (const id of ["first", "second"]) await new Promise<void>((come) => wantForms([id], "ru", come));
    stands("heading of first · label of client_instruction<", "by letter", "heading of second · label of pro_privilege<");
  },
  "that somebody who has the case is barred since stands above it, until they have it no more": () => {
    const barred = [{ member: ONE, reasons: ["agency"] }] as OpenedCase["barred"];
    const shown = (change: Partial<OpenedCase>): boolean => textOf(alarms(opened({ barred, ...change }), [])).includes(short(ONE));
    assert.deepEqual([shown({}), shown({ readers: [TWO] }), shown({ readers: [ONE] }), shown({ unit: { members: [TWO, ONE], group: "u" } })], [false, false, true, true]);
    assert.equal(shown({ readers: [ONE], entries: [entry(0, { kind: 4 })] }), false); // has stepped back
    assert.equal(shown({ readers: [ONE], barred: [] }), false);
  },
  "a message that names a thousand forms has the desk fetch few, and what is not there once": async () => {
    const asked: string[] = [];
    const named = Array.from({ length: 1000 }, (_, n) => `form_${n}`);
    const answers: Response[] = [];
    Object.assign(globalThis, { fetch: (path: string) => (asked.push(path), answers.length ? Promise.resolve(answers.pop()) : Promise.reject(new Error("no network"))) });
    const settled = async (): Promise<unknown> => new Promise((come) => setTimeout(come, 0));
    wantForms(["lost"], "ru", () => undefined);
    await settled();
    answers.push(new Response("", { status: 404 }));
    for (let n = 0; n < 3; n++) {
      wantForms(["lost"], "ru", () => undefined); // asked for again when no answer came, and not when it was no
      await settled();
    }
    assert.equal(asked.length, 2);
    for (let n = 0; n < 3; n++) {
      wantForms(named, "ru", () => undefined);
      await settled();
    }
    assert.ok(asked.length < 100, String(asked.length));
  },
  "of what a later message allows it is said above the case what counts today and what it waits for, scope by scope": () => {
    const consents = (change: Partial<Consent>): OpenedCase["consents"] => new Map([["court", { ...FACTS, ...change }]]);
    const drawn = (change: Partial<Consent>): string => textOf(alarms(opened({ consents: consents(change) }), []));
    const waits = (lacks: Wait["lacks"], until = 0): Partial<Consent> => ({ waits: [{ level: "with_identity", lacks, until }] });
    assert.ok(!drawn({}).includes('id="widened"'));
    wordless();
    const words = (change: Partial<Consent>): string[] => drawn(change).match(/(?<=(consent|paper)\.)[a-z]+(\.[a-z_]+)?/g) ?? [];
    for (const lacks of ["open", "ask", "again"] as const) assert.deepEqual(words(waits(lacks)), ["counts", "level.facts_no_identity", "wrote", "level.with_identity", `lacks.${lacks}`]);
    assert.deepEqual(words({ since: DAY }), ["counts", "level.facts_no_identity", "since"]);
    assert.deepEqual(words({ urgent: true }), ["counts", "level.facts_no_identity", "urgent"]);
    wordless({ "consent.lacks.days": "von {day}", "paper.for.court": "the court", "paper.for.media": "the press", "paper.for.npm": "inspectors" });
    const [soon, late] = [7, 8].map((days): Consent => ({ ...FACTS, ...waits("days", DAY + days) }));
    const told = textOf(alarms(opened({ consents: new Map([["court", soon!], ["media", late!], ["medic", FACTS], ["npm", soon!]]) }), []));
    assert.deepEqual(told.match(/<strong>[^<]*|von [^<]*/g), ["<strong>the court; inspectors", `von ${day(DAY + 7)}`, "<strong>the press", `von ${day(DAY + 8)}`]);
    wordless();
  },
  "whether a time for prosecution runs is said of every case, and is not known where nothing was told": async () => {
    await known;
    const [one] = opened().messages;
    const drawn = (...answers: [string, string][]): string => textOf(answersView(opened({ messages: [{ ...one!, answers }] }), []));
    for (const [text, status] of [[drawn(["story", "били"]), "unknown"], [drawn(["country", "TJ"]), "runs"]] as const) {
      assert.ok(text.includes("answers.no_findings") && text.includes(`finding.limitation.${status}`), text);
    }
    assert.equal(drawn(["country", "TJ"], ["questioned_without", "yes"]).split("finding.limitation.").length, 2); // once
  },
  "that somebody looked at files pushes nothing that was done out of the head of a case": () => {
    const file = { upload: "a".repeat(32), plaintextHash: "b".repeat(64), blobHash: "c".repeat(64), size: 1 } as EvidenceFile;
    const looks = [1, 2, 3].map((seq) => entry(seq, { kind: EntryKind.note, code: CUSTODY_CODE, text: openedLine(file, "d".repeat(64), "shown") }));
    const entries = [entry(0, { kind: EntryKind.step, state: State.triaged, text: "Срочно." }), ...looks];
    const head = textOf(latestView({ entries } as OpenedCase, () => undefined));
    assert.ok(head.includes("Срочно.") && !head.includes("custody.line"), head);
  },
  "what has an hour from which it is told is no breach at the head of a case before; the exact times stand among the findings": async () => {
    await known;
    const [one] = opened().messages;
    const told = (...answers: [string, string][]): OpenedCase => opened({ messages: [{ ...one!, answers: [["country", "TJ"], ["t_detained", at("10:00")], ...answers] }] });
    const today = new Date(DAY * 86400000).toISOString().slice(0, 10);
    const at = (first: string, last = first): string => `2026-05-01T${first}/2026-05-01T${last} ${first === last ? "exact" : "hour"} Asia/Dushanbe`;
    const head = (...answers: [string, string][]): string => breachesIn(told(...answers)).map(({ rule, basis, possible }) => `${rule} ${basis}${possible ? "?" : ""}`).join();
    const registered = (first: string, last?: string): string => head(["t_registered", at(first, last)]);
    assert.deepEqual(["10:00", "10:01", "11:00", "11:01", "13:00", "13:01"].map((time) => registered(time)), ["", "", "", "unregistered_hours standard", "unregistered_hours standard", "unregistered_hours both"]);
    assert.deepEqual([registered("10:10", "10:50"), registered("10:30", "11:30"), registered("10:30", "14:30"), registered("11:30", "12:30")], ["", "unregistered_hours standard?", "unregistered_hours both?", "unregistered_hours standard"]);
    assert.equal(head(["t_registered", "never"]), "unregistered_hours both", "never, and days later");
    assert.equal(head(["t_registered", "never"], ["t_detained", at("22:00").replace(/2026-05-01/g, today)]), "unregistered_hours both?", "and on the day of the answer");
    assert.equal(head(["country", "KG"], ["t_registered", at("10:30")]), "unregistered_hours law", "of the law alone");
    assert.equal(head(["questioned_without", "yes"]), "no_or_late_lawyer standard", "whenever it was");
    assert.equal(head(["t_judge", at("10:01").replace(/-01T/g, "-03T")]), "late_judge_std standard", "what has no such hour counts from its own");
    wordless({ "finding.exactly": "{hours} h" });
    const cell = textOf(findingsView(told(["t_registered", at("10:30")])));
    assert.ok(cell.includes("finding.verdict.breach") && cell.includes("0,5 h"), cell);
    wordless();
  },
};
