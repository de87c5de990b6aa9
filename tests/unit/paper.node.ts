// Claims about a case on paper, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_paper.py reads it.
import assert from "node:assert/strict";

import { NO_PRIORITY, State } from "../../crypto/ts/workflow.js";
import type { Consent, Consents, Level, Wait } from "../../service/web/src/desk-consent.js";
import type { OpenedCase, OpenedEntry, OpenedMessage } from "../../service/web/src/desk-opened.js";
import {
  ABOUT_THE_PERSON, ASKED_ABOUT_THE_PERSON, type Asked, askedLine, isPaper, mayPrint, NEVER, NEVER_ASKED, onPaper, OWN_WORDS, type Paper, paperFault, paperLine, readPapers, SCOPES, waits, type Wanted, wordsOfPaper, WORK,
} from "../../service/web/src/desk-paper.js";
import { type Claims, tryClaims } from "../claims.js";

const DAY = 20_800;
const [ONE, TWO] = ["11".repeat(16), "22".repeat(16)];
const [WHAT, LINK] = ["a".repeat(64), "b".repeat(64)];
const WANTED: Wanted = { to: "court", parts: ["account", "people"], upto: 3 };

const entry = (seq: number, actor: string, text: string, change: Partial<OpenedEntry> = {}): OpenedEntry => ({
  seq, link: seq === 5 ? LINK : String(seq).repeat(64), kind: 3, state: 1, day: DAY, actor, role: "reviewer", cited: "", box: "", count: 1, verdict: "counts", fault: null, text, language: "ru",
  textFault: null, boxKind: 2, code: "printed", until: 0, priority: NO_PRIORITY, moved: true, ...change,
});
const asking = (change: Partial<OpenedEntry> = {}, wanted: Wanted = WANTED): OpenedEntry => entry(5, ONE, askedLine(wanted, WHAT), change);
const agreeing = (change: Partial<OpenedEntry> = {}): OpenedEntry => entry(6, TWO, paperLine("agreed", LINK), change);
const printing = (change: Partial<OpenedEntry> = {}): OpenedEntry => entry(7, ONE, paperLine("printed", LINK), change);
const read = (...entries: OpenedEntry[]): Paper | undefined => readPapers(entries)[0];

const message = (answers: [string, string][], change: Partial<OpenedMessage> = {}): OpenedMessage => ({ cid: "aa", day: DAY, lane: 1, kind: 0, language: "ru", answers, intake: [["r_do_not", "брату"]], evidence: [], apart: [], formerUntil: 0, fault: null, ...change });
const ANSWERS: [string, string][] = [
  ["form", "main"], ["story", "били"], ["d_place", "отдел"], ["v_nationality", "канарец"], ["w_name", "сосед"], ["r_what", "угрожали"], ["wishes", "суд"], ["reply_lang", "ru"], ["unknown_key", "чужое"],
  ["paper", "00".repeat(16)], ["v_name", "имя"], ["consent_court", "facts_no_identity"], ["consent_npm", "with_identity"],
];
const asked = (section: string, change: Partial<Asked> = {}): Asked => ({ section, seal: "account", type: "text", ...change });
const PLACES = new Map<string, Asked>([
  ["d_place", asked("where")], ["v_nationality", asked("person")], ["w_name", asked("witnesses")], ["r_what", asked("risk")], ["wishes", asked("wishes_")], ["reply_lang", asked("reply")],
  ["paper", asked("where", { type: "file" })], ["v_name", asked("where", { seal: "identity" })], ["consent_court", asked("consent")], ["consent_npm", asked("consent")],
]);
const consent = (level: Level, ...waits: Wait[]): Consent => ({ level, at: 0, since: 0, urgent: false, waits });
const CONSENTS: Consents = new Map([["court", consent("facts_no_identity")], ["npm", consent("with_identity")], ["media", consent("ask_me_each_time")], ["medic", consent("nothing")]]);
const record = (key: string, book = "visit"): OpenedCase["books"]["records"][number] => ({ key, seq: 1, book, fields: { what: "визит" }, struck: false, done: false });
const opened = (change: Partial<OpenedCase> = {}): OpenedCase => ({
  cid: "aa", messages: [message(ANSWERS)], consents: CONSENTS, entries: [entry(0, ONE, ""), entry(1, ONE, "ответ", { boxKind: 1, code: "" }), entry(4, ONE, "позже", { boxKind: 1, code: "" })], coded: "agency: x",
  books: { records: [record("1.0"), record("4.0"), record("2.0", "task")], alerts: [], counts: [], blocksClosing: false }, ...change,
}) as OpenedCase;
const reduced = (to: string, change: Partial<OpenedCase> = {}): OpenedCase => onPaper(opened(change), { ...WANTED, to }, CONSENTS, () => PLACES);
const keys = (to: string): string[] => reduced(to).messages[0]!.answers.map(([key]) => key);

const claims: Claims = {
  "nothing is printed before another member agreed, and then once": () => {
    const states = [[asking()], [asking(), agreeing()], [asking(), agreeing(), printing()]].map((all) => read(...all)!);
    assert.deepEqual(states.map((one) => [waits(one, DAY), mayPrint(one, DAY), one.printed]), [[true, false, 0], [false, true, 0], [false, false, DAY]]);
    const twice = readPapers([asking(), agreeing(), printing(), printing({ seq: 8, day: DAY + 1 })]);
    assert.deepEqual(twice.map(({ printed }) => printed), [DAY]);
    assert.equal(read(asking(), printing(), agreeing())!.printed, 0);
  },
  "nobody agrees to the own asking, and only who asked prints": () => {
    assert.equal(read(asking(), agreeing({ actor: ONE }))!.by, "");
    assert.equal(read(asking(), agreeing(), printing({ actor: TWO }))!.printed, 0);
  },
  "a refusal stands, and so does an agreement": () => {
    const refused = read(asking(), entry(6, TWO, paperLine("refused", LINK)), agreeing({ seq: 7 }))!;
    assert.deepEqual([refused.agreed, refused.by, mayPrint(refused, DAY)], [false, TWO, false]);
    assert.ok(read(asking(), agreeing(), entry(7, "33", paperLine("refused", LINK)))!.agreed);
  },
  "an asking lapses after fourteen days, and an agreement too": () => {
    assert.ok(waits(read(asking())!, DAY + 14));
    assert.ok(!waits(read(asking())!, DAY + 15));
    assert.ok(read(asking(), agreeing({ day: DAY + 14 }))!.agreed);
    assert.equal(read(asking(), agreeing({ day: DAY + 15 }))!.by, "");
    assert.ok(mayPrint(read(asking(), agreeing())!, DAY + 14));
    assert.ok(!mayPrint(read(asking(), agreeing())!, DAY + 15));
    assert.equal(read(asking(), agreeing(), printing({ day: DAY + 15 }))!.printed, 0);
  },
  "a line that does not count, is of another code or by who may not sign it says nothing": () => {
    for (const change of [{ verdict: "void" }, { verdict: "unconfirmed" }, { code: "books" }, { role: "translator" }, { role: "" }, { role: "custodian" }] as Partial<OpenedEntry>[]) {
      assert.equal(read(asking(change)), undefined, JSON.stringify(change));
      assert.equal(read(asking(), agreeing(change))!.by, "", JSON.stringify(change));
    }
  },
  "an agreement before the asking, or to another, is none": () => {
    assert.equal(read(agreeing({ seq: 4 }), asking())!.by, "");
    assert.equal(read(asking(), agreeing({ text: paperLine("agreed", "c".repeat(64)) }))!.by, "");
  },
  "a line out of form is a note and no line": () => {
    const good = askedLine(WANTED, WHAT);
    assert.ok(isPaper(asking()));
    for (const text of ["", "account, timeline", good.replace(/\nwhat.*/, ""), `${good}\nmore: x`, `${good}\nwhat: ${WHAT}`, good.replace(WHAT, "x"), good.replace("asked", "constructor"), "paper: toString", `${good}\nslowly`]) {
      assert.ok(!isPaper(asking({ text })), text);
      assert.equal(read(asking({ text })), undefined, text);
    }
  },
  "for whom and what are from the lists, and what is later than the asking is not meant": () => {
    for (const wanted of [{ to: "police" }, { to: "__proto__" }, { parts: [] }, { parts: ["notes"] }, { parts: ["evidence"] }, { parts: ["books"] }, { parts: ["history"] }, { parts: ["account", "account"] }, { upto: 6 }, { upto: -1 }] as Partial<Wanted>[]) {
      assert.equal(read(asking({}, { ...WANTED, ...wanted })), undefined, JSON.stringify(wanted));
    }
    assert.ok(read(asking({}, { to: WORK, parts: ["books", "history"], upto: 5 })));
  },
  "what goes to others is what they were allowed": () => {
    assert.deepEqual(keys("court"), ["form", "story", "d_place"]);
    assert.deepEqual(keys("npm"), ["form", "story", "d_place", "v_nationality", "w_name"]);
    const { messages, entries, books, coded } = reduced("npm");
    assert.deepEqual([messages[0]!.intake, messages[0]!.lane, entries, books.records, coded], [[], 0, [], [], ""]);
  },
  "an answer goes to nobody else while the form that asked it is not here": () => {
    assert.deepEqual(onPaper(opened(), WANTED, CONSENTS, () => new Map()).messages[0]!.answers.map(([key]) => key), ["form", "story"]);
  },
  "for those who work on it: all they both read, never what is for reviewers alone, and nothing later than the asking": () => {
    const { messages, entries, books } = reduced(WORK);
    assert.deepEqual(messages[0]!.answers, ANSWERS);
    assert.deepEqual([messages[0]!.intake, entries.map(({ seq }) => seq), books.records.map(({ key }) => key)], [[], [0, 1], ["1.0"]]);
  },
  "a question that says who somebody is goes only with who they are, also in a row, and one that is for us alone never": () => {
    const answers: [string, string][] = [["m_person", "имя"], ["m_by", "люди в форме"], ["complaint.2.c_ref", "12-34"], ["cp_never_say_from_us", "yes"], ["re_because", "за жалобу"]];
    const places = new Map([["m_person", asked("now")], ["m_by", asked("now")], ["complaint.2.c_ref", asked("complaints")], ["cp_never_say_from_us", asked("cp_visits")], ["re_because", asked("reprisal_")]]);
    const left = (to: string): string[] => onPaper(opened({ messages: [message(answers)] }), { ...WANTED, to }, CONSENTS, () => places).messages[0]!.answers.map(([key]) => key);
    assert.deepEqual([left("court"), left("npm")], [["m_by"], ["m_person", "m_by", "complaint.2.c_ref"]]);
  },
  "a case that rests, or that the person took back, goes to nobody else": () => {
    const why = (to: string, state: number): string => paperFault(opened({ state }), to);
    assert.deepEqual(["court", "npm", "media", "prosecutor", WORK].map((to) => why(to, State.safetyHold)), ["held", "held", "held", "held", ""]);
    assert.deepEqual([why("court", State.withdrawn), why(WORK, State.withdrawn), why("court", State.closed)], ["withdrawn", "", ""]);
  },
  "what was not allowed, or is to be asked each time, or does not open, goes nowhere": () => {
    const why = (to: string, change: Partial<OpenedCase> = {}): string => paperFault(opened(change), to);
    assert.deepEqual(["court", "npm", "media", "medic", "prosecutor", WORK].map((to) => why(to)), ["", "", "ask_first", "not_allowed", "not_allowed", ""]);
    const sealed = { messages: [message(ANSWERS), message([], { fault: { slug: "not_a_recipient", fact: "" } })] };
    assert.deepEqual([why("court", sealed), why(WORK, sealed), why("court", { withheld: true })], ["unread", "unread", "unread"]);
  },
  "what they allowed later and does not count yet is told from what they did not allow; what counts before it goes": () => {
    const waits: Wait = { level: "with_identity", lacks: "days", until: DAY + 3 };
    const consents = new Map((["nothing", "ask_me_each_time", "facts_no_identity"] as const).map((level, i) => [["court", "npm", "media"][i]!, consent(level, waits)]));
    assert.deepEqual(["court", "npm", "media", WORK].map((to) => paperFault(opened({ consents }), to)), ["waits", "waits", "", ""]);
    assert.equal(paperFault(opened({ consents, state: State.safetyHold }), "court"), "held");
    const told = [message([["v_nationality", "канарец"]])];
    assert.deepEqual(onPaper(opened({ messages: told }), { ...WANTED, to: "media" }, consents, () => PLACES).messages[0]!.answers, []);
  },
  "two browsers compare every word that leaves, and none that stays": () => {
    const wanted: Wanted = { to: WORK, parts: ["account", "books", "messages", "people"], upto: 3 };
    const words = (change: Partial<OpenedCase>, more: Partial<Wanted> = {}, level = ""): string => wordsOfPaper(onPaper(opened(change), { ...wanted, ...more }, CONSENTS, () => PLACES), { ...wanted, ...more }, level);
    const same = words({});
    assert.equal(words({ entries: [...opened().entries, entry(9, TWO, "ещё", { boxKind: 1 })] }), same); // later than the asking
    assert.equal(words({ messages: [message(ANSWERS, { intake: [] })] }), same); // a unit does not have it
    const other: Partial<OpenedCase>[] = [
      { cid: "bb" }, { messages: [message([...ANSWERS, ["more", "слово"]])] }, { messages: [message(ANSWERS), message([["story", "ещё"]])] }, { messages: [message(ANSWERS, { kind: 4 })] }, { coded: "" },
      { entries: [entry(0, ONE, ""), entry(1, ONE, "не тот", { boxKind: 1 })] }, { books: { ...opened().books, records: [{ ...record("1.0"), struck: true }] } },
    ];
    for (const change of other) assert.notEqual(words(change), same, JSON.stringify(change));
    assert.notEqual(words({}, { to: "court" }), same);
    assert.notEqual(words({}, {}, "with_identity"), same); // the heading tells it
    assert.notEqual(words({}, { parts: ["account"] }), same);
  },
};

const lists = { SCOPES, NEVER, ABOUT_THE_PERSON, NEVER_ASKED, ASKED_ABOUT_THE_PERSON, OWN_WORDS };
void tryClaims(claims).then((results) => process.stdout.write(JSON.stringify({ claims: results, lists })));
