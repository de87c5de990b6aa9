// Claims about what the desk draws of a case, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_drawn.py reads it.
import { heard } from "./page.js"; // first
import assert from "node:assert/strict";

import { noChange, nothing } from "lit-html";

import { EntryKind } from "../../crypto/ts/entry.js";
import { NO_PRIORITY, State } from "../../crypto/ts/workflow.js";
import type { Consent, Wait } from "../../service/web/src/desk-consent.js";
import { CUSTODY_CODE, openedLine } from "../../service/web/src/desk-custody.js";
import { breachesIn, findingsView, wantCountries } from "../../service/web/src/desk-findings.js";
import { wantForms } from "../../service/web/src/desk-forms.js";
import { answerKey, type CaseLine, type Desk, newDesk, noPlan, type Peek, type ShownCopy } from "../../service/web/src/desk-model.js";
import type { EvidenceFile, OpenedCase, OpenedEntry, OpenedMessage } from "../../service/web/src/desk-opened.js";
import { askedLine, type Paper, paperLine, readPapers, type Wanted, WORK } from "../../service/web/src/desk-paper.js";
import { PRIORITY_ALONE } from "../../service/web/src/desk-plan.js";
import { pressOnce } from "../../service/web/src/desk-press.js";
import { asPeek, WAITING } from "../../service/web/src/desk-queue.js";
import { insteadView } from "../../service/web/src/desk-routing.js";
import { alarms } from "../../service/web/src/desk-view-alarms.js";
import { answersView } from "../../service/web/src/desk-view-answers.js";
import { claimView } from "../../service/web/src/desk-view-claim.js";
import { copiesView } from "../../service/web/src/desk-view-copies.js";
import { asksView, changesView, type DeedActions, deedsView, proposalsView, readersView } from "../../service/web/src/desk-view-deeds.js";
import { erasuresView } from "../../service/web/src/desk-view-erasing.js";
import { deed, latestView } from "../../service/web/src/desk-view-history.js";
import { holdsView } from "../../service/web/src/desk-view-hold.js";
import { languagesView, languageView, readsLabel } from "../../service/web/src/desk-view-languages.js";
import { leftView } from "../../service/web/src/desk-view-left.js";
import { oversightView } from "../../service/web/src/desk-view-oversight.js";
import { paperView, sheetView } from "../../service/web/src/desk-view-paper.js";
import { sameIncident } from "../../service/web/src/desk-view-patterns.js";
import { papersView, type PrintActions, printView } from "../../service/web/src/desk-view-print.js";
import { type TranslateActions, translateView } from "../../service/web/src/desk-view-translate.js";
import { day, loadWords } from "../../service/web/src/desk-words.js";
import { type Claims, printClaims } from "../claims.js";
import { listsIn, opensIn, type Template, textOf } from "./drawing.js";

const DAY = 20_800;
const [ME, ONE, TWO] = ["11".repeat(16), "22ab".repeat(8), "33cd".repeat(8)];
const LINKS = ["a".repeat(64), "b".repeat(64)];

const entry = (seq: number, change: Partial<OpenedEntry> = {}): OpenedEntry => ({
  seq, link: String(seq).repeat(64), kind: 3, state: 1, day: DAY, actor: ONE, role: "reviewer", cited: "", box: "", count: 1, verdict: "counts", fault: null, text: "", language: "ru", textFault: null, boxKind: 2, code: "",
  until: 0, priority: NO_PRIORITY, moved: true, ...change,
});
const FACTS: Consent = { level: "facts_no_identity", at: 0, since: 0, urgent: false, waits: [] };
const opened = (change: Partial<OpenedCase> = {}): OpenedCase => ({
  cid: "aa".repeat(32), messages: [{ cid: "aa", day: DAY, lane: 1, kind: 0, language: "ru", answers: [["story", "били"], ["consent_court", "facts_no_identity"]], intake: [], evidence: [], apart: [], formerUntil: 0, fault: null }],
  consents: new Map([["court", FACTS]]), entries: [], state: State.inquiry, chainFault: null, place: { state: State.inquiry, back: 0, priority: 3, until: 0, since: DAY }, proposals: [], asks: [], changes: [], erasing: [], hold: 0, holding: [], readers: [], coded: "",
  unit: null, barred: [], withholdings: [],
  books: { records: [], alerts: [], counts: [], blocksClosing: false }, ...change,
}) as OpenedCase;
const deskOf = (shown: OpenedCase, role = "supervisor"): Desk => {
  const desk = newDesk();
  const colleagues = [[ONE, "reviewer"], [TWO, "supervisor"]].map(([id, one]) => ({ id, role: one, group: "", languages: [] }));
  Object.assign(desk, { member: { id: ME, role, group: "", until: 0 }, keyring: { today: DAY }, colleagues });
  Object.assign(desk.file, { cid: shown.cid, opened: shown, plan: noPlan() });
  return desk;
};
const act = new Proxy({}, { get: () => () => undefined }) as DeedActions & PrintActions;
const papers = (to: string, ...more: string[]): { shown: OpenedCase; paper: Paper } => {
  const wanted: Wanted = { to, parts: ["account"], upto: 1 };
  const asking = entry(1, { link: LINKS[0]!, text: askedLine(wanted, "c".repeat(64)), code: "printed" });
  const later = more.map((kind, i) => entry(i + 2, { text: paperLine(kind as "agreed", LINKS[0]!), code: "printed", actor: kind === "printed" ? ONE : TWO, role: kind === "printed" ? "reviewer" : "supervisor" }));
  const shown = opened({ entries: [entry(0), asking, ...later] });
  return { shown, paper: readPapers(shown.entries)[0]! };
};
const short = (id: string): string => `${id.slice(0, 4)} ${id.slice(4, 8)}`;

/** The page has these words alone. */
function wordless(words: Record<string, string> = {}): void {
  Object.assign(document, { getElementById: () => ({ textContent: JSON.stringify(words) }) });
  loadWords("ru");
}

/** Dated facts of the countries, which a page fetches once. */
const limit = (rule: string, hours: number, alert_hours: number | null): object => ({ rule, hours, alert_hours, when: [], source: "", first: "", until: "", draft: false });
const country = (limits: object[], limitation: object[] = []): object => ({ limits, zones: {}, limitation, examiners: [], bodies: [], coverage: [] });
const facts = {
  TJ: country([limit("unregistered_hours", 3, null)], [{ status: "runs", source: "", first: "", until: "", draft: false }]),
  KG: country([limit("unregistered_hours", 0, null)]),
  standard: country([limit("unregistered_hours", 0, 1), limit("no_or_late_lawyer", 0, 1), limit("late_judge_std", 48, null)]),
};
Object.assign(globalThis, { fetch: () => Promise.resolve(Response.json(facts)) });
const known = new Promise<void>((come) => wantCountries(come));

const claims: Claims = {
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
  "in the place of a body that cannot be chosen those alone are named that may have the case, and it is said where there is none": async () => {
    await known;
    wordless();
    const said = (faults: Record<string, string[]>): string[] => {
      const shown = opened({ messages: [{ ...opened().messages[0]!, answers: [["country", "TJ"]] }], referrals: faults });
      const text = textOf(insteadView(shown, ["to_npm"], DAY));
      return text.match(/code\.(?!to_npm)\w+|route\.none_instead/g) ?? [];
    };
    const all = ["to_prosecutor", "to_un", "to_ngo_coalition", "to_lawyer"];
    assert.deepEqual(said(Object.fromEntries(all.map((one) => [one, []]))), all.map((one) => `code.${one}`));
    assert.deepEqual(said({ to_prosecutor: ["implicated"], to_un: ["not_allowed"], to_ngo_coalition: ["waits"], to_lawyer: [] }), ["code.to_lawyer"]);
    assert.deepEqual(said(Object.fromEntries(all.map((one) => [one, ["ask_first"]]))), ["route.none_instead"]);
  },
  "whoever is a member no more is told so, where members are named; their entries keep the role that they had": () => {
    wordless();
    const shown = opened({ readers: [ONE, "99".repeat(16)], keeping: { named: false }, copies: [{ member: "99".repeat(16), role: "", until: DAY }] as never, entries: [entry(0, { actor: "99".repeat(16), role: "supervisor", text: "слова" })] } as never);
    const desk = deskOf(shown);
    const text = textOf(readersView(desk, shown, act)) + textOf(copiesView(shown));
    assert.deepEqual([text.split("role.reviewer").length, text.split("member.left").length], [2, 3]);
    assert.ok(textOf(latestView(shown, () => undefined)).includes("role.supervisor"));
  },
  "oversight reads first why numbers are hidden, and those that are told stand out from those that are not": () => {
    wordless();
    const desk = deskOf(opened(), "oversight");
    Object.assign(desk, { integrity: { broken: 0, histories: null }, counts: { states: { received: 12, screening: null }, overdue: { received: null, screening: null }, dormant: null, units: { north: { received: 11, screening: null }, south: { received: null } }, deeds: { refusals: 10 }, more: { asked: 0, agreed: 0, refused: 0, cases: 0, broken: 0 }, sample: {} } });
    const text = textOf(oversightView(desk));
    const [why, table] = [text.indexOf("oversight.why"), text.indexOf("<table")];
    assert.ok(why > 0 && why < table, "before the first number");
    assert.deepEqual(text.match(/<td>[^/]*/g), ["<td>12<", '<td><span class="quiet">oversight.under<', '<td><span class="quiet">oversight.under<', '<td><span class="quiet">oversight.under<']);
    assert.deepEqual(text.match(/<dd class=[^/]*/g), ["<dd class=>state.0: 11<", "<dd class=quiet>oversight.none_told<"]);
  },
  "whoever opens a case in review reads first what it is asked for, and who acted that others decide": () => {
    wordless();
    const asked = { ...opened().messages[0]!, lane: 3, day: DAY + 5, language: "tg", answers: [["story", "Посмотрите снова"], ["asks", "review"]] as [string, string][] };
    const drawn = (state: number, last: Partial<OpenedMessage> = {}): string => textOf(alarms(opened({ state, messages: [opened().messages[0]!, { ...asked, ...last }] }), []));
    assert.match(drawn(State.review), /id="review".*case\.review.*<p class="words" lang=tg dir="auto">Посмотрите снова/s);
    assert.deepEqual([State.closed, State.reopened].map((state) => drawn(state).includes("case.review")), [false, false], "before and after");
    const hidden = drawn(State.review, { answers: [], fault: { slug: "not_a_recipient", fact: "" } });
    assert.deepEqual([hidden.includes("case.review.who"), hidden.includes('class="words"')], [true, false]);
  },
  "whoever did something in a case before it was closed is told in the list of steps that others reopen it": () => {
    const [text, step, approval] = [2, 5, 7];
    wordless();
    const closes = entry(5, { kind: approval, state: State.closed, actor: TWO });
    const offers = (...entries: OpenedEntry[]): boolean => {
      const shown = opened({ state: State.closed, place: { ...opened().place, state: State.closed }, entries });
      return !textOf(deedsView(deskOf(shown, "reviewer"), shown, act)).includes("deed.acted");
    };
    const mine = (seq: number, kind: number, change: Partial<OpenedEntry> = {}): OpenedEntry => entry(seq, { kind, actor: ME, ...change });
    assert.deepEqual([offers(closes), offers(mine(1, text), closes), offers(mine(1, step, { state: State.triaged }), closes)], [true, false, false]);
    assert.deepEqual([offers(mine(1, 1), closes), offers(mine(1, text, { verdict: "void" }), closes), offers(closes, mine(6, text)), offers(closes, mine(6, step, { state: State.review }))], [true, true, true, true], "who only opened it, by what counts nowhere, or since it is closed");
    assert.equal(offers(closes, entry(6, { kind: step, state: State.reopened }), mine(7, text), entry(8, { kind: approval, state: State.closed })), false, "between");
  },
  "of a case from which somebody is barred their list knows that alone: not what is new in it, nor how urgent, nor that they signed there": () => {
    const told = opened({ acknowledged: true, fresh: 2, unanswered: 2, entries: [entry(0, { kind: EntryKind.text, actor: ME })], place: { ...opened().place, priority: 0 }, unhandedRecords: [], changes: [] } as never);
    const peek = (against: string[]): Peek => asPeek(deskOf(told, "reviewer"), { reaches: true, fault: null, opened: { ...told, against } }, null);
    assert.deepEqual(peek(["agency"]), { ...WAITING, reach: "fault", fault: "barred" });
    assert.deepEqual([peek([]).reach, peek([]).fresh, peek([]).burns, peek([]).mine], ["opens", 2, true, true]);
  },
  "the list of what a step is for is called what it asks, and a ground where that is what it is": () => {
    wordless(Object.fromEntries([8, 12, 13, 102, 106].map((target) => [`deed.code.${target}`, `label ${target}`])));
    const label = (target: number, state: number = State.investigation): string => {
      const shown = opened({ place: { ...opened().place, state }, referrals: {}, withholdings: [] } as never);
      const desk = deskOf(shown);
      desk.file.plan = { ...noPlan(), target };
      return /<label for="deed-code">([^<]*)/.exec(textOf(deedsView(desk, shown, act)))?.[1] ?? "";
    };
    assert.deepEqual([State.determination, State.referred, State.suspended].map((target) => label(target)), ["label 8", "label 12", "deed.code"]);
  },
  "in the history a priority alone is called that, and not by the state in which the case stays": () => {
    const [step, proposal, approval, text] = [5, 6, 7, 2];
    const said = [step, proposal, approval, text].flatMap((kind) => [true, false].map((moved) => deed(entry(0, { kind, state: State.triaged, priority: 3, moved }))));
    assert.deepEqual(said.map((one) => /deed\.urgency|state\.\d+/.exec(one)?.[0] ?? ""), ["state.2", "deed.urgency", "state.2", "deed.urgency", "state.2", "deed.urgency", "", ""]);
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
  "of two presses in one go, and of a held key, a button in a case takes the first; typing goes on": () => {
    pressOnce();
    const hits = (name: string, inside: string, event: object): boolean => {
      let stopped = 0;
      const target = Object.assign(new Element(), { closest: (wanted: string) => (wanted === inside ? target : null) }) as unknown as object;
      for (const hear of heard.get(name) ?? []) hear({ ...event, target, preventDefault: () => (stopped += 1), stopImmediatePropagation: () => (stopped += 1) } as never);
      return stopped === 0;
    };
    const button = ".file button, .copies button, .opening button";
    assert.deepEqual([hits("click", button, { detail: 1 }), hits("click", button, { detail: 0 }), hits("click", button, { detail: 2 })], [true, true, false]);
    assert.deepEqual([hits("keydown", button, { repeat: false, key: "Enter" }), hits("keydown", button, { repeat: true, key: "Enter" }), hits("keydown", button, { repeat: true, key: " " })], [true, false, false]);
    assert.deepEqual([hits("keydown", "textarea", { repeat: true, key: "Enter" }), hits("keydown", button, { repeat: true, key: "Tab" }), hits("click", "textarea", { detail: 2 })], [true, true, true]);
  },
  "cases of one incident keep their buttons by the case": () => {
    const desk = deskOf(opened());
    desk.queue.lines = ["aa", "bb", "cc"].map((cid) => ({ cid }) as CaseLine);
    const facts = { incidents: [["Канар", ""]], stage: "opened", ending: "", purposes: [] };
    desk.translating.copies = LINKS.map((link) => ({ link, text: "слова", language: "ru", code: "", day: DAY, until: DAY, fault: null }) as unknown as ShownCopy);
    assert.deepEqual(listsIn(translateView(desk, { copyDraft: () => ({ text: "", language: "ru" }) } as unknown as TranslateActions, [])).plain, [], "copies too");
    const view = sameIncident(desk, "aa", { open: () => undefined, peek: () => ({ facts }) as unknown as Peek });
    assert.ok(textOf(view).split("<button").length > 2, textOf(view));
    assert.deepEqual(listsIn(view).plain, []);
  },
  "the list of lists finds one that is not keyed": () => {
    const html = (strings: readonly string[], ...values: unknown[]): Template => ({ strings, values });
    assert.equal(listsIn(html(["<div>", "</div>"], [html(["<button>1</button>"]), html(["<button>2</button>"])])).plain.length, 1);
  },
  "for another body nobody is named on the paper, in the preview and at the printer": () => {
    const { shown, paper } = papers("court", "agreed", "printed");
    const drawn = textOf(sheetView(deskOf(shown), shown, paper, []));
    for (const there of ["paper.for.court", "paper.level.facts_no_identity", "paper.agreed: role.supervisor", "code.printed", "били", short(shown.cid)]) assert.ok(drawn.includes(there), there);
    for (const id of [ONE, TWO, ME]) assert.ok(!drawn.includes(short(id)) && !drawn.includes(id.slice(0, 8)), id);
    const work = papers(WORK, "agreed");
    const inside = textOf(sheetView(deskOf(work.shown), work.shown, work.paper, []));
    assert.ok(inside.includes(short(ONE)) && inside.includes(short(TWO)), inside);
  },
  "what is printed is what was shown: the heading too stands in the preview": () => {
    const { shown, paper } = papers("court", "agreed", "printed");
    const desk = deskOf(shown);
    desk.file.printing = { ...paper, ready: paper };
    const sheet = textOf(sheetView(desk, shown, paper, []));
    assert.equal(textOf(paperView(desk, shown, [])), `<div id="paper">${sheet}</div>`);
    const waits = papers("court");
    assert.ok(textOf(papersView(deskOf(waits.shown), waits.shown, act, [])).includes(textOf(sheetView(deskOf(waits.shown), waits.shown, waits.paper, []))));
    desk.file.printing = { to: "court", parts: ["account"], upto: 1, ready: null };
    const before = textOf(printView(desk, shown, act, []));
    assert.ok(before.includes(textOf(sheetView(desk, shown, desk.file.printing, []))) && before.includes("sheet-head"), before);
    assert.deepEqual([sheet, before].map((one) => one.includes("paper.asked")), [true, false]); // by whose word it goes, once somebody has asked
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
  "whoever may not have it yet by a later answer is refused by that, and from which day they may is said there": () => {
    wordless({ "consent.lacks.days": "von {day}" });
    const from = `von ${day(DAY + 7)}`;
    const waiting: Consent = { ...FACTS, level: "nothing", waits: [{ level: "with_identity", lacks: "days", until: DAY + 7 }] };
    const shown = opened({ consents: new Map([["court", waiting], ["staff_only", waiting]]), referrals: { to_court: ["waits"], to_npm: ["not_allowed"] }, barred: [], withholdings: [] });
    const planned = (target: number): string => {
      const desk = deskOf(shown);
      desk.file.plan = { ...noPlan(), target };
      return textOf(deedsView(desk, shown, act));
    };
    const referring = planned(State.referred);
    assert.ok(referring.includes(`referral.waits. ${from}`) && referring.split(from).length === 2, referring);
    const triaged = { ...shown, state: State.triaged, place: { ...shown.place, state: State.triaged } };
    const desk = deskOf(triaged);
    desk.file.plan = { ...noPlan(), target: State.assigned };
    assert.ok(textOf(deedsView(desk, triaged, act)).includes(`hand.waits ${from}`));
    const { shown: asked } = papers("court");
    assert.ok(textOf(papersView(deskOf({ ...asked, consents: shown.consents }), { ...asked, consents: shown.consents }, act, [])).includes(from));
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
  "a language has one name wherever it stands, and that is the form's once it has come": async () => {
    const main = { id: "main", texts: ["", "казахский формы"], lists: { language: [["kk"]] }, sections: [] };
    const words = Object.fromEntries(["language.nobody.writes", "language.reads"].map((key) => [key, `${key}: {language}`]));
    Object.assign(globalThis, { fetch: () => Promise.resolve(Response.json(main)) });
    Object.assign(document, { getElementById: () => ({ textContent: JSON.stringify(words) }) });
    loadWords("ru");
    const shown = opened({ language: "kk", withholdings: [], barred: [] });
    const desk = { ...deskOf(shown), colleagues: [{ id: ONE, role: "translator" as const, group: "", languages: ["kk"] }] };
    const named = (): string[] => [languagesView(desk, shown), languageView(desk, shown), readsLabel(shown, desk.colleagues[0]!)].map((one) => /казахский( формы)?/.exec(textOf(one))?.[0] ?? "");
    assert.deepEqual(named(), ["казахский", "казахский", "казахский"]);
    await new Promise<void>((come) => wantForms(["main"], "ru", come));
    assert.deepEqual(named(), ["казахский формы", "казахский формы", "казахский формы"]);
  },
};

void printClaims(claims);
