// Claims about what the desk computes of a case, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_workbench.py reads it.
import assert from "node:assert/strict";

import { EntryKind } from "../../crypto/ts/entry.js";
import { NO_PRIORITY, State } from "../../crypto/ts/workflow.js";
import { boundsIn } from "../../service/web/src/desk-bounds.js";
import { DONE, onlyRecords, readRecords, summarise, writeRecord, writtenAgain } from "../../service/web/src/desk-books.js";
import { dueIn, sleeps, tasksOf, type Told } from "../../service/web/src/desk-due.js";
import { giveBack, keptOf, VIEWS } from "../../service/web/src/desk-kept.js";
import { keyMeant } from "../../service/web/src/desk-keys.js";
import { couldRead, neededFor, readersFirst, readOf, readsIt, unreadIn } from "../../service/web/src/desk-languages.js";
import { type Colleague, type Desk, newDesk } from "../../service/web/src/desk-model.js";
import { determinedIn, type OpenedCase, type OpenedEntry, type OpenedMessage } from "../../service/web/src/desk-opened.js";
import { notYet, seenBy } from "../../service/web/src/desk-seen.js";
import { placeOf, tabsOf } from "../../service/web/src/desk-tabs.js";
import { answeredOn, momentsOf, saysOfSafeguards } from "../../service/web/src/desk-timeline.js";
import { inUtc, type Urgency, urgencyOf } from "../../service/web/src/desk-urgency.js";
import { applyView, MAX_VIEWS, removeView, saveView } from "../../service/web/src/desk-views.js";
import { type Claims, printClaims } from "../claims.js";

const TODAY = 20_800;
const ME = "11".repeat(16);
const OTHER = "22".repeat(16);
const EMPTY = summarise([], TODAY, []);

const message = (change: Partial<OpenedMessage> = {}): OpenedMessage => ({ cid: "aa", day: TODAY, lane: 0, kind: 0, language: "ru", answers: [], intake: [], evidence: [], apart: [], formerUntil: 0, fault: null, ...change });
const entry = (change: Partial<OpenedEntry> = {}): OpenedEntry => ({
  seq: 0, link: "", kind: 1, state: 1, day: TODAY, actor: ME, role: "reviewer", cited: "", box: "", count: 1, verdict: "counts", fault: null, text: "", language: "", textFault: null, boxKind: 0,
  code: "", until: 0, priority: NO_PRIORITY, moved: true, ...change,
});
const opened = (change: Partial<OpenedCase> = {}): OpenedCase => ({
  cid: "aa", messages: [message()], entries: [], state: State.received, acknowledged: false, chainFault: null, withheld: false, fresh: 0, unanswered: 0, language: "ru",
  place: { state: 0, back: 0, priority: NO_PRIORITY, until: 0, since: 0 }, proposals: [], unit: null, claimed: [], ungranted: 0, asks: [], readers: [], unkept: 0, changes: [], against: [], barred: [], consents: new Map(), referrals: {},
  coded: "", books: EMPTY, unhandedRecords: [], unitBehind: false, keeping: { named: false, kept: false, due: false }, withholdings: [], withheldBefore: [], copies: [], erasing: [], hold: 0, holding: [], nameless: false, ...change,
});
const NOW = TODAY * 1440 + 600; // ten in the morning by UTC
const urgency = (answers: Record<string, string>, lane = 0): Urgency => urgencyOf([message({ lane, answers: Object.entries(answers) })], NOW);
const urgent = (answers: Record<string, string>, lane = 0): string => urgency(answers, lane).reasons.map(({ id, priority }) => `P${priority} ${id}`).join(", ");
/** So many hours from NOW, by the clock of Dushanbe. */
const at = (hours: number): string => {
  const local = new Date((NOW + hours * 60 + 300) * 60_000).toISOString().slice(0, 16);
  return `${local}/${local} exact Asia/Dushanbe`;
};
const isRead = (desk: Desk, one: OpenedCase): boolean => unreadIn(desk, one).length === 0;
const due = (change: Partial<OpenedCase>, open = true): string[] => dueIn(opened(change), ME, 0, { mailbox_open: open, sample: "not_drawn" }).map(({ id, day }) => `${id} ${day - TODAY}`);
const books = (...texts: string[]): OpenedCase["books"] => summarise(readRecords(texts.map((text, seq) => ({ seq, text }))), TODAY, []);
const iso = (day: number): string => new Date(day * 86400000).toISOString().slice(0, 10);

const claims: Claims = {
  "a first answer is due in a week, in a day where it is urgent": () => {
    assert.deepEqual(due({}).filter((one) => one.startsWith("answer")), ["answer 7"]);
    assert.deepEqual(due({ messages: [message({ lane: 1 })] }).filter((one) => one.startsWith("answer")), ["answer 1"]);
    const set = (priority: number): string[] => due({ place: { state: State.triaged, back: 0, priority, until: 0, since: TODAY } }).filter((one) => one.startsWith("answer"));
    assert.deepEqual([0, 1, 2, 4].map(set), [["answer 1"], ["answer 1"], ["answer 7"], ["answer 7"]]);
  },
  "a case that nobody touched is due from the day it came and not from 1970": () => {
    assert.ok(dueIn(opened(), ME).every(({ day }) => day > TODAY - 1));
  },
  "an answered case is due when the person wrote again, else after four weeks": () => {
    const told = [entry({ kind: 2, boxKind: 1, day: TODAY - 20 })];
    const place = { state: State.closed, back: 0, priority: 3, until: 0, since: TODAY };
    assert.deepEqual(due({ acknowledged: true, entries: told, state: State.inquiry, place }), ["note 8"]);
    assert.deepEqual(due({ acknowledged: true, entries: told, state: State.inquiry, place, unanswered: 1, messages: [message({ day: TODAY - 30 }), message({ day: TODAY - 2 })] }), ["again 5"]);
  },
  "nothing is due to a person who asked to stop, closed the box, or whose case has ended": () => {
    const place = { state: State.closed, back: 0, priority: 3, until: 0, since: TODAY };
    assert.deepEqual(due({ state: State.safetyHold, place }), []);
    assert.deepEqual(due({ state: State.closed, place }), []);
    assert.deepEqual(due({ state: State.inquiry, place }, false), []);
  },
  "what the person asked for and nobody took up is due from that day, whenever the state before it began": () => {
    const wish = (lane: number, day: number): OpenedMessage => message({ cid: `b${String(day)}`, lane, day });
    const asked = (state: number, from: number, since: number, ...wishes: OpenedMessage[]): Partial<OpenedCase> =>
      ({ acknowledged: true, state, messages: [message({ day: TODAY - 300 }), ...wishes], place: { state: from, back: 0, priority: 3, until: 0, since } });
    const step = (change: Partial<OpenedCase>): string[] => due(change).filter((one) => one.startsWith("step"));
    assert.deepEqual(step(asked(State.review, State.closed, TODAY - 200, wish(3, TODAY - 2))), ["step 28"]);
    assert.deepEqual(step(asked(State.safetyHold, State.inquiry, TODAY - 200, wish(2, TODAY), wish(2, TODAY - 1))), ["step 29"]);
    const taken = [entry({ kind: 2, cited: `b${String(TODAY - 1)}` })];
    assert.deepEqual(step({ ...asked(State.safetyHold, State.inquiry, TODAY - 200, wish(2, TODAY), wish(2, TODAY - 1)), entries: taken }), ["step 30"]);
    assert.deepEqual(step(asked(State.inquiry, State.inquiry, TODAY - 3, wish(2, TODAY - 1))), ["step 27"]);
  },
  "a legal hold is due on its last day, and another's proposal of one before it lapses": () => {
    const place = { state: State.closed, back: 0, priority: 3, until: 0, since: TODAY };
    const waits = (own: boolean): OpenedCase["holding"] => [{ link: "", seq: 0, actor: OTHER, own, until: TODAY + 99 }];
    const closed = { state: State.closed, place, entries: [entry({ kind: 24, day: TODAY - 4 })] };
    assert.deepEqual(due({ ...closed, hold: TODAY + 20, holding: waits(false) }), ["decide 10", "hold 20"]);
    assert.deepEqual([due({ ...closed, holding: waits(true) }), due({ ...closed, hold: TODAY })], [[], ["hold 0"]]);
  },
  "a removal within 72 hours is the most urgent, later or at an unknown time a day's work, and what has passed is asked about": () => {
    const to = (hours: number): string => urgent({ form: "return", rt_removal_at: at(hours) });
    assert.deepEqual([to(1), to(72), to(73), to(-1)], ["P0 removal", "P0 removal", "P1 return", "P1 return"]);
    assert.equal(urgent({ form: "return", rt_to_country: "?" }), "P1 return");
    assert.equal(urgent({ form: "return", rt_removal_at: "-/- - - soon" }), "P1 return");
    const { removal } = urgency({ rt_removal_at: at(30) });
    assert.deepEqual(removal && [removal.least, removal.most, inUtc(removal.span)], [1800, 1800, `${iso(TODAY + 1)} 16:00`]);
    const day = urgency({ rt_removal_at: `${iso(TODAY + 3)}T00:00/${iso(TODAY + 3)}T23:59 day Asia/Dushanbe` });
    assert.deepEqual([day.priority, day.removal?.least, day.removal?.most], [0, 57 * 60, 81 * 60 - 1]);
  },
  "held, reprisal, child, missing, self-harm and a death of these days are urgent, as the field has it": () => {
    assert.equal(urgent({ form: "minute", m_person: "?" }), "P1 held");
    assert.equal(urgent({ released_how: "still_held" }), "P1 held");
    assert.equal(urgent({ form: "reprisal", re_type: "summons" }), "P1 reprisal");
    assert.equal(urgent({ "complaint.2.c_after": "charges" }), "P1 reprisal");
    assert.deepEqual([urgent({ r_threat: "nobody" }), urgent({ "complaint.1.c_after": "none" }), urgent({ r_threat: "prefer_not" })], ["", "", ""]);
    assert.deepEqual([urgent({ v_age_band: "14-17" }), urgent({ v_vulnerability: "minority child" }), urgent({ v_age_band: "18-24" })], ["P1 child", "P1 child", ""]);
    assert.equal(urgent({ alive_status: "missing" }), "P1 missing");
    assert.equal(urgent({ mind: "sleep self_harm_thoughts" }), "P1 self_harm");
    assert.deepEqual([urgent({ de_last_seen_when: at(-71) }), urgent({ de_last_seen_when: at(-73) })], ["P1 death", ""]);
    assert.deepEqual([urgent({ safe_now: "no" }), urgent({ safe_now: "yes" }), urgent({}, 1)], ["P1 danger", "", "P1 danger"]);
  },
  "evidence fades for 42 days without an examination, and recordings sooner; long ago neither is there, and nobody is still a child": () => {
    const harm = (days: number, more: Record<string, string> = {}): string => urgent({ "episode.1.ep_start": at(-24 * days), ...more });
    assert.deepEqual([harm(41), harm(43), harm(41, { "exams.1.ex_by": "independent" })], ["P2 fading", "", ""]);
    assert.equal(harm(41, { "exams.1.ex_type": "alcohol_test", "exams.1.ex_by": "public_hospital" }), "P2 fading");
    assert.deepEqual([harm(100, { camera_present: "yes" }), harm(400, { camera_present: "yes" })], ["P2 gone", ""]);
    assert.deepEqual([harm(100, { v_age_band: "u14" }), harm(400, { v_age_band: "u14" })], ["P1 child", ""]);
  },
  "a charge of extremism or against security raises by one, and never to life": () => {
    assert.deepEqual([urgent({ charge_category: "extremism_religious" }), urgent({ charge_category: "drugs" })], ["P2 charge", ""]);
    assert.equal(urgent({ charge_category: "security_terror", camera_present: "yes" }), "P1 charge, P2 gone");
    assert.equal(urgent({ charge_category: "security_terror", released_how: "still_held" }), "P1 held, P1 charge");
  },
  "a later answer takes the place of an earlier one, and nothing told is nothing urgent": () => {
    const told = (...values: string[]): number => urgencyOf(values.map((value) => message({ answers: [["released_how", value]] })), NOW).priority;
    assert.deepEqual([told("still_held"), told("still_held", "no_charge"), told("")], [1, NO_PRIORITY, NO_PRIORITY]);
  },
  "days that the person told of are due until they have passed, and no more once the case has ended": () => {
    const answers: [string, string][] = [["rt_appeal_deadline", `${iso(TODAY + 4)}T00:00/${iso(TODAY + 4)}T23:59 day Asia/Bishkek`], ["next_hearing", at(-48)], ["de_burial_date", "-/- - - tomorrow"]];
    const told = (state: number): string[] => dueIn(opened({ acknowledged: true, state, messages: [message({ answers })], place: { state, back: 0, priority: 3, until: 0, since: TODAY } }), ME, TODAY).map(({ id, day }) => `${id} ${day - TODAY}`);
    assert.deepEqual([told(State.safetyHold).filter((one) => !one.startsWith("step")), told(State.closed)], [["appeal 4"], []]);
  },
  "who is asked for the sealed name has that among what is due, and a custodian nothing else": () => {
    const asked = (change: object): OpenedCase["asks"] => [{ until: TODAY + 30, own: false, agreed: false, granted: false, opened: false, ...change }] as unknown as OpenedCase["asks"];
    const of = (role: string, change: object): string[] => dueIn(opened({ asks: asked(change) }), ME, TODAY, null, role).map(({ id, day }) => `${id} ${day - TODAY}`).filter((one) => role === "custodian" || one.startsWith("name"));
    assert.deepEqual([{}, { own: true }, { agreed: true }, { agreed: true, granted: true }].map((change) => of("reviewer", change)), [["name 30"], [], [], []]);
    assert.deepEqual([{}, { agreed: true }, { agreed: true, granted: true }].map((change) => of("custodian", change)), [[], ["name 30"], []]);
    assert.deepEqual(["investigator", "supervisor", ""].map((role) => of(role, {})), [[], [], []]);
  },
  "what was put away as spam and drawn is looked at again in a week, by whoever signed none of it": () => {
    const put = [entry({ seq: 0, kind: EntryKind.proposal, state: State.spamQuarantine, link: "pp", actor: OTHER }), entry({ seq: 1, kind: EntryKind.approval, state: State.spamQuarantine, cited: "pp", actor: "ee".repeat(16), day: TODAY - 2 })];
    const of = (sample: Told["sample"], self: string, change: Partial<OpenedCase> = {}): string[] =>
      dueIn(opened({ state: State.spamQuarantine, entries: put, ...change }), self, 0, { mailbox_open: true, sample }).filter(({ id }) => id === "sample").map(({ day }) => String(day - TODAY));
    assert.deepEqual([of("waiting", ME), of("looked_at", ME), of("not_drawn", ME)], [["5"], [], []]);
    assert.deepEqual([OTHER, "ee".repeat(16)].map((self) => of("waiting", self)), [[], []]);
    assert.deepEqual(of("waiting", ME, { state: State.safetyHold }), []);
    const again = [...put.map((one) => ({ ...one, link: one.link && "qq", cited: one.cited && "qq", actor: "dd".repeat(16), day: TODAY })), ...put]; // by another, and then by these
    assert.deepEqual(["dd".repeat(16), OTHER, ME].map((self) => of("waiting", self, { entries: again })), [[], [], ["5"]]);
  },
  "who writes after the end is due an answer, until somebody has looked at that": () => {
    const put = entry({ seq: 1, kind: EntryKind.approval, state: State.spamQuarantine, count: 1, day: TODAY - 9 });
    const later = (kind: number): OpenedEntry => entry({ seq: 2, kind, count: 2, day: TODAY });
    const again = (change: Partial<OpenedCase>): string[] => due(change).filter((one) => /^a/.test(one));
    const of = (state: number, ...more: OpenedEntry[]): string[] => again({ state, messages: [message({ day: TODAY - 20 }), message({ day: TODAY - 2 })], entries: [put, ...more] });
    for (const state of [State.spamQuarantine, State.closed, State.outOfScope]) {
      assert.deepEqual([of(state), of(state, later(EntryKind.opened)), of(state, later(EntryKind.note))], [["again 5"], ["again 5"], []]);
    }
    assert.deepEqual([of(State.safetyHold), again({ state: State.closed, messages: [message({ day: TODAY - 2 })], entries: [put] })], [[], []]);
  },
  "somebody looks 365, 180, 90 and 30 days before a time for prosecution ends, and writes it down": () => {
    const looks = (left: number, ...written: number[]): string[] => {
      const entries = written.map((day) => entry({ kind: EntryKind.note, day: TODAY + day }));
      return due({ entries, books: books(...written.map(() => writeRecord("limitation", { status: "runs", until: iso(TODAY + left) }))) }).filter((one) => one.startsWith("limitation_look"));
    };
    const next = (left: number, ...written: number[]): number => Number(looks(left, ...written)[0]?.split(" ")[1]);
    assert.deepEqual([next(400, 0), next(365, -1), next(365, 0), next(364, -5), next(364, -5, 0)], [35, 0, 185, -1, 184]);
    assert.deepEqual([next(180, -9), next(180, -9, 0), next(90, 0), next(30, -1), looks(30, -1, 0), looks(-5, -35)], [0, 90, 60, 0, [], []]);
    const after = (...lines: Record<string, string>[]): string[] =>
      due({ entries: lines.map((_, seq) => entry({ seq, kind: EntryKind.note, day: TODAY - 1 + seq })), books: books(...lines.map((fields) => writeRecord("limitation", fields))) }).filter((one) => one.startsWith("limitation"));
    assert.deepEqual(after({ status: "none", until: iso(TODAY + 400) }), []);
    assert.deepEqual(after({ status: "runs", until: iso(TODAY + 90) }, { source: "looked" }), ["limitation_look 60", "limitation 90"], "a later line leaves out what it does not change");
    assert.deepEqual(after({ status: "runs", until: iso(TODAY + 90) }, { status: "none" }), []);
  },
  "what is about to be wiped is due to be asked for at once, until the books say that somebody asked": () => {
    const told = (answers: Record<string, string>, ...more: string[]): string[] =>
      dueIn(opened({ acknowledged: true, state: State.inquiry, books: books(...more), messages: [message({ day: TODAY - 3, answers: Object.entries(answers) })] }), ME, TODAY).filter(({ id }) => id.startsWith("preserve")).map(({ id, day }) => `${id} ${day - TODAY}`);
    assert.deepEqual(told({ camera_present: "yes", evidence_at_risk: "cctv register body_marks constructor" }), ["preserve_cctv -2", "preserve_register -2"]);
    assert.deepEqual([told({ camera_present: "yes", camera_working: "no" }), told({ camera_present: "dont_know" })], [[], []]);
    assert.deepEqual([told({ camera_present: "yes", "episode.1.ep_start": at(-24 * 400) }), told({ camera_present: "yes", t_detained: at(-24 * 300) })], [[], ["preserve_cctv -2"]]);
    assert.deepEqual(told({ camera_present: "yes", evidence_at_risk: "medical_record" }, writeRecord("preservation", { what: "cctv", to: "РОВД" })), ["preserve_medical -2"]);
  },
  "a determination is looked at again after six and twelve months": () => {
    const determined = entry({ kind: EntryKind.approval, state: State.determination, day: TODAY - 10 });
    const closing = entry({ kind: EntryKind.approval, state: State.closed, day: TODAY - 5 });
    const of = (...later: OpenedEntry[]): string[] => due({ acknowledged: true, state: State.closed, place: { state: State.closed, back: 0, priority: 3, until: 0, since: TODAY }, entries: [determined, closing, ...later] });
    const looked = (days: number, kind: number = EntryKind.note): OpenedEntry => entry({ kind, state: State.closed, day: determined.day + days });
    assert.deepEqual([of(), of(looked(181)), of(looked(182)), of(looked(182, EntryKind.opened)), of(looked(366))], [["monitor 172"], ["monitor 172"], ["monitor 355"], ["monitor 172"], []]);
  },
  "what was determined is what two signed last, whatever is proposed or noted while the case stands there": () => {
    const at = (seq: number, kind: number, code: string, change: Partial<OpenedEntry> = {}): OpenedEntry => entry({ seq, kind, code, state: State.determination, ...change });
    const [proposed, agreed] = [at(0, EntryKind.proposal, "partly"), at(1, EntryKind.approval, "substantiated")];
    const since = [at(2, EntryKind.note, "books", { moved: false }), at(3, EntryKind.note, "custody", { moved: false }), at(4, EntryKind.approval, "", { moved: false })]; // a lower priority
    assert.equal(determinedIn({ entries: [proposed] }), undefined, "one alone determines nothing");
    assert.deepEqual(determinedIn({ entries: [proposed, agreed, ...since] }), agreed);
    assert.deepEqual(determinedIn({ entries: [agreed, at(5, EntryKind.approval, "partly", { verdict: "void" })] }), agreed);
  },
  "what had not happened is counted to the day on which that was written, not to a later word": () => {
    const first = { day: TODAY - 9, answers: [["judge_how", "not_yet"], ["t_detained", at(-240)]] as [string, string][] };
    const later = { day: TODAY, answers: [["story", "?"]] as [string, string][] };
    assert.equal(answeredOn([first, later]), TODAY - 9);
    assert.equal(answeredOn([first, { day: TODAY - 2, answers: [["judge_how", "never"]] }]), TODAY - 2);
    assert.equal(answeredOn([first, { day: TODAY - 2, answers: [["judge_how", "in_person"]] }, later]), TODAY);
  },
  "a safeguard is computed from what says it by itself too, and from nothing else without a time": () => {
    const says = (id: string, value: string): boolean => saysOfSafeguards([["country", "TJ"], [id, value]]);
    assert.ok(says("t_judge", at(0)) && says("questioned_without", "yes") && says("judge_asked_treatment", "no") && says("exams.2.ex_by", "police_medic"));
    assert.ok(!says("questioned_without", "no") && !says("judge_asked_treatment", "dont_know") && !says("judge_how", "in_person") && !says("ep_start", at(0)));
  },
  "how a person wants us to act is found among all answers, by the newest, and whoever wants no answer is owed none": () => {
    const told = (...pairs: [string, string][]): string[] => boundsIn(pairs);
    assert.deepEqual(told(["staff_gender", "woman"], ["knows_filed", "cannot_ask"], ["client_instruction", "only by letter"]), ["staff_gender", "knows_filed", "client_instruction"]);
    assert.deepEqual([told(["wishes", "doctor be_recorded_only"]), told(["wishes", "investigate"])], [["wishes"], []]);
    assert.deepEqual(told(["staff_gender", "any"], ["reply_mode", "mailbox_only"], ["knows_filed", "agreed"], ["client_instruction", " "], ["wit_safe_to_contact", "ok"]), []);
    assert.deepEqual(told(["wit_safe_to_contact", "never_contact"], ["wit_safe_to_contact", "ok"]), []);
    const silent = { messages: [message({ answers: [["reply_mode", "none"]] })] };
    const first = (change: Partial<OpenedCase>): string[] => due(change).filter((one) => one.startsWith("answer"));
    assert.deepEqual([first(silent), first({}), first({ messages: [...silent.messages, message()] })], [[], ["answer 7"], ["answer 7"]]);
  },
  "a case that waits for the person is dormant after ninety days of silence, and not before": () => {
    const waits = (days: number, change: Partial<OpenedCase> = {}): OpenedCase => opened({ acknowledged: true, state: State.awaitingSubmitter, place: { state: State.awaitingSubmitter, back: State.inquiry, priority: 3, until: 0, since: TODAY - days }, ...change });
    assert.deepEqual([90, 91].map((days) => sleeps(waits(days), TODAY)), [false, true]);
    assert.deepEqual([sleeps(waits(200, { unanswered: 1 }), TODAY), sleeps(waits(200, { state: State.safetyHold }), TODAY)], [false, false]);
    assert.deepEqual(due({ acknowledged: true, state: State.awaitingSubmitter, place: waits(91).place }), ["dormant -1"]);
  },
  "a referral is chased after thirty days": () => {
    assert.deepEqual(due({ acknowledged: true, state: State.referred, place: { state: State.referred, back: 1, priority: 3, until: 0, since: TODAY - 40 } }), ["chase -10"]);
  },
  "a colleague's proposal is due to be decided, the own is not": () => {
    const proposal = { link: "", seq: 0, state: 3, priority: 3, until: 0, actor: OTHER, own: false, lowers: false, members: [], granted: 0, wrapFault: null };
    const of = (own: boolean): string[] => due({ acknowledged: true, state: State.closed, place: { state: State.closed, back: 0, priority: 3, until: 0, since: 0 }, entries: [entry({ kind: 6, day: TODAY - 4 })], proposals: [{ ...proposal, own }] });
    assert.deepEqual([of(false), of(true)], [["decide 10"], []]);
    const closed = { state: State.closed, place: { state: State.closed, back: 0, priority: 3, until: 0, since: 0 } };
    const erased = { ...closed, entries: [entry({ kind: 6, state: State.erased, day: TODAY - 4 })], proposals: [{ ...proposal, state: State.erased, own: false }] };
    assert.deepEqual(due(erased), ["decide 86"], "the person has a month first");
    const names = { ...closed, entries: [entry({ kind: 19, state: State.closed, day: TODAY - 4 })], erasing: [{ link: "", seq: 0, actor: OTHER, own: false, asked: true }] };
    assert.deepEqual(due(names), ["decide 10"]);
  },
  "the books and the own tasks give days, tasks of others and what is done do not": () => {
    const task = (fields: Record<string, string>): string => writeRecord("task", { until: iso(TODAY + 3), ...fields });
    const found = due({
      acknowledged: true, state: State.closed, place: { state: State.closed, back: 0, priority: 3, until: 0, since: 0 },
      entries: Array.from({ length: 9 }, (_, seq) => entry({ seq, kind: EntryKind.note, day: TODAY })),
      books: books(
        writeRecord("preservation", { to: "ИВС", until: iso(TODAY - 2), answer: "pending" }), writeRecord("preservation", { to: "X", until: iso(TODAY), answer: "kept" }),
        writeRecord("limitation", { status: "runs", until: iso(TODAY + 30) }), writeRecord("protection", { who: "сын", step: "planned", day: iso(TODAY + 1) }),
        task({ what: "моё", for: ME }), task({ what: "любого" }), task({ what: "чужое", for: OTHER }), task({ what: "сделано" }), writeRecord(DONE, { record: "7.0" }),
      ),
    });
    assert.deepEqual(found, ["keep -2", "plan 1", "task 3", "task 3", "limitation 30"]);
  },
  "what was answered, and a plan that ended, are due no more, and another's still is": () => {
    const [asked, planned] = [{ what: "cctv", to: "ИВС", until: iso(TODAY + 2), answer: "pending" }, { who: "сын", step: "planned", day: iso(TODAY + 1) }];
    const of = (...lines: [string, Record<string, string>][]): string[] =>
      due({ acknowledged: true, state: State.closed, place: { state: State.closed, back: 0, priority: 3, until: 0, since: 0 }, books: books(...lines.map(([book, fields]) => writeRecord(book, fields))) });
    assert.deepEqual(of(["preservation", asked], ["preservation", { what: "cctv", to: "ивс", answer: "kept" }]), []);
    assert.deepEqual(of(["preservation", asked], ["preservation", { ...asked, until: iso(TODAY + 9) }], ["preservation", { what: "register", to: "ИВС", answer: "kept" }]), ["keep 9"]);
    assert.deepEqual(of(["protection", planned], ["protection", { who: "Сын", step: "ended" }], ["protection", { ...planned, who: "мать", day: iso(TODAY + 4) }]), ["plan 4"]);
    assert.deepEqual(of(["protection", planned], ["protection", { who: "сын", step: "ended" }], ["protection", { who: "сын", step: "reprisal" }]), ["plan 1"]);
  },
  "a task is ended by a later line and not by one that stood before it": () => {
    const task = writeRecord("task", { what: "звонить" });
    const done = (...texts: string[]): boolean[] => tasksOf(readRecords(texts.map((text, seq) => ({ seq, text })))).map((one) => one.done);
    assert.deepEqual(done(task, writeRecord(DONE, { record: "0.0" })), [true]);
    assert.deepEqual(done(writeRecord(DONE, { record: "1.0" }), task), [false]);
    assert.deepEqual(done(task, writeRecord(DONE, { record: "9.0" })), [false]);
    assert.ok(onlyRecords(writeRecord(DONE, { record: "0.0" })));
    assert.deepEqual(writtenAgain(readRecords([{ seq: 0, text: task }, { seq: 1, text: writeRecord(DONE, { record: "0.0" }) }]), 5), []);
  },
  "times stand in their order, with the hours after the detention, and spans that may be the other way round are told": () => {
    const zone = "Asia/Dushanbe";
    const found = momentsOf([
      ["t_judge", `2026-05-03T22:00/2026-05-03T22:00 exact ${zone}`], ["t_lawyer", "-/- - - не помню"], ["t_detained", `2026-05-01T10:00/2026-05-01T12:00 hour ${zone}`],
      ["episode.1.ep_start", `2026-05-01T11:00/2026-05-01T18:00 part_of_day ${zone}`], ["story", "2026 год"],
    ]);
    assert.deepEqual(found.map(({ key }) => key), ["t_detained", "episode.1.ep_start", "t_judge", "t_lawyer"]);
    assert.deepEqual(found.map(({ after }) => after && [after.least / 60, after.most / 60]), [null, [0, 8], [58, 60], null]);
    assert.deepEqual(found.map(({ unsure }) => unsure), [false, true, false, false]);
  },
  "a later answer to a time takes the place of the earlier, and a broken one is kept as words": () => {
    const day = (n: number): string => `2026-05-0${n}T00:00/2026-05-0${n}T23:59 day -`;
    assert.deepEqual(momentsOf([["t_judge", day(1)], ["t_judge", day(3)]]).map(({ text }) => text), [day(3)]);
    assert.deepEqual(momentsOf([["t_judge", "2026-13-01T00:00/2026-13-01T00:00 day -"]]).map(({ span }) => span), [null]);
  },
  "seen by is what holds in the history: an opening, or a deed without one": () => {
    const found = seenBy(opened({ entries: [entry({ day: TODAY - 3 }), entry({ kind: 5, count: 2 }), entry({ kind: 3, actor: OTHER }), entry({ actor: "33", verdict: "broken" })] }));
    assert.deepEqual(found.map(({ member, first, messages, opened: signed }) => [member, first - TODAY, messages, signed]), [[ME, -3, 2, true], [OTHER, 0, 1, false]]);
    assert.deepEqual(notYet(opened({ entries: [entry()], readers: [ME, "44"], unit: { group: "u", members: ["55", "44"] } })), ["44", "55"]);
  },
  "each role has its tabs, and a custodian finds nothing but the history": () => {
    const desk = newDesk();
    const of = (role: "reviewer" | "investigator" | "custodian"): string[] => tabsOf({ ...desk, member: { id: ME, role, group: "", until: 0 } }, opened());
    assert.ok(of("reviewer").includes("conflict") && !of("investigator").includes("conflict") && of("investigator").includes("books"));
    assert.deepEqual(of("custodian"), ["history"]);
    assert.deepEqual(["1", "9", "0", "a", "12"].map(placeOf), [0, 8, 9, -1, -1]);
  },
  "a key is found by its place where the layout has another letter there, and by its letter elsewhere": () => {
    const meant = (key: string, code: string, shiftKey = false): string => keyMeant({ key, code, shiftKey });
    assert.deepEqual([meant("о", "KeyJ"), meant("з", "KeyP"), meant("ә", "Digit2"), meant("\"", "Digit1"), meant("қ", "Digit0"), meant(".", "Slash")], ["j", "p", "2", "1", "0", "/"]);
    assert.deepEqual([meant("j", "KeyC"), meant("?", "Digit7", true), meant("/", "Backslash", true), meant("3", "Numpad3"), meant("5", "Digit5", true), meant(".", "Period")], ["j", "?", "/", "3", "5", "."]);
  },
  "a view keeps filter, question and order, under one name once, and no more than fit": () => {
    const desk = newDesk();
    Object.assign(desk.queue, { filter: "рынок", only: "late", sort: "due", down: true });
    assert.ok(saveView(desk, "  мои   срочные ") && !saveView(desk, "   "));
    applyView(desk, null);
    assert.deepEqual([desk.queue.filter, desk.queue.only], ["", ""]);
    assert.ok(saveView(desk, "мои срочные"));
    assert.deepEqual(desk.views.map(({ name, filter }) => [name, filter]), [["мои срочные", ""]]);
    for (let i = 1; i < MAX_VIEWS; i++) assert.ok(saveView(desk, `вид ${i}`));
    assert.ok(!saveView(desk, "ещё один"));
    removeView(desk, "вид 1");
    assert.ok(saveView(desk, "ещё один"));
  },
  "a case is read where somebody known to read it declared its language, and who could is proposed unless barred": () => {
    const who = (id: string, role: Colleague["role"], ...languages: string[]): Colleague => ({ id, role, group: "", languages });
    const kazakh = opened({ language: "kk", entries: [entry({ actor: OTHER })], barred: [{ member: "66", reasons: ["name"] }] });
    const desk = (...colleagues: Colleague[]): Desk => ({ ...newDesk(), member: { id: ME, role: "reviewer", group: "", until: 0 }, colleagues });
    const few = desk(who(ME, "reviewer", "ru"), who(OTHER, "reviewer", "ky"), who("55", "reviewer", "kk"), who("66", "reviewer", "kk"), who("77", "translator", "kk"));
    assert.ok(!isRead(few, kazakh));
    assert.deepEqual(couldRead(few, kazakh, "kk", ["reviewer"]).map(({ id }) => id), ["55"]);
    assert.deepEqual(couldRead(few, kazakh, "kk", ["translator"]).map(({ id }) => id), ["77"]);
    assert.deepEqual(readersFirst(kazakh, few.colleagues).map(({ id }) => id), ["55", "66", "77", ME, OTHER]);
    assert.ok(isRead(desk(who(ME, "reviewer", "ru"), who(OTHER, "reviewer", "kk")), kazakh));
    assert.ok(!isRead(few, { ...kazakh, readers: [ME, OTHER] }) && isRead(few, { ...kazakh, readers: [ME, "55"] }));
    assert.ok(isRead(desk(who(ME, "reviewer")), kazakh)); // who may not read declarations is told nothing
  },
  "whoever stepped back, is barred, or has it withheld neither reads the person's language for it nor is proposed": () => {
    const who = (id: string, ...languages: string[]): Colleague => ({ id, role: "reviewer", group: "", languages });
    const desk: Desk = { ...newDesk(), member: { id: ME, role: "reviewer", group: "", until: 0 }, colleagues: [who(ME, "ru"), who(OTHER, "kk"), who("55", "kk")] };
    const left: Partial<OpenedCase>[] = [
      { entries: [entry({ actor: OTHER }), entry({ actor: OTHER, kind: EntryKind.recusal })] }, { entries: [entry({ actor: OTHER })], withholdings: [{ member: OTHER, actor: ME, until: TODAY }] },
      { readers: [ME, OTHER], withholdings: [{ member: OTHER, actor: ME, until: TODAY }] }, { entries: [entry({ actor: OTHER })], barred: [{ member: OTHER, reasons: ["name"] }] },
    ];
    assert.ok(isRead(desk, opened({ language: "kk", entries: [entry({ actor: OTHER })] })));
    for (const change of left) {
      assert.ok(!isRead(desk, opened({ language: "kk", ...change })), JSON.stringify(change));
      assert.deepEqual(couldRead(desk, opened({ language: "kk", ...change }), "kk", ["reviewer"]).map(({ id }) => id), ["55"], JSON.stringify(change));
    }
    assert.ok(isRead(desk, opened({ language: "kk", entries: [entry({ actor: OTHER }), entry({ actor: OTHER, kind: EntryKind.recusal, verdict: "void" })] }))); // what does not hold took nobody out
  },
  "what the person harmed speaks best and what answers are asked in must be known too, by the newest answers": () => {
    const who = (id: string, ...languages: string[]): Colleague => ({ id, role: "reviewer", group: "", languages });
    const told = (...answers: [string, string][]): OpenedCase => opened({ language: "uz-Latn", messages: answers.map((one) => message({ answers: [one] })) });
    assert.deepEqual(neededFor(told(["v_language", "tg"], ["reply_lang", "kk"], ["v_language", "ug"])), [["writes", "uz-Latn"], ["speaks", "ug"], ["asks", "kk"]]);
    for (const none of ["other", "uz", "uz-Latn", "prefer_not", "dont_know", "", "a b"]) assert.deepEqual(neededFor(told(["v_language", "tg"], ["v_language", none])), [["writes", "uz-Latn"]], none);
    const desk = (...colleagues: Colleague[]): Desk => ({ ...newDesk(), member: { id: ME, role: "reviewer", group: "", until: 0 }, colleagues });
    const uyghur = told(["v_language", "ug"]);
    const few = desk(who(ME, "uz"), who("55", "ug"), who("66", "ru", "ug", "uz"));
    assert.deepEqual(unreadIn(few, uyghur), [["speaks", "ug"]]);
    assert.deepEqual(couldRead(few, uyghur, "ug", ["reviewer"]).map(({ id }) => id), ["55", "66"]);
    assert.deepEqual(readersFirst(uyghur, few.colleagues).map((one) => [one.id, ...readOf(uyghur, one)]), [["66", "uz-Latn", "ug"], [ME, "uz-Latn"], ["55", "ug"]]);
    assert.deepEqual(unreadIn(few, { ...uyghur, readers: [ME, "55"] }), []); // one reads it, another speaks it
    assert.deepEqual(unreadIn(desk(who(ME)), uyghur), []);
  },
  "a language without its script is read by who reads it in one, and a script by who reads the language": () => {
    const reads = (known: string, language: string): boolean => readsIt({ id: ME, role: "translator", group: "", languages: ["ru", known] }, language);
    assert.deepEqual([reads("uz", "uz-Latn"), reads("uz-Cyrl", "uz"), reads("ug", "ug"), reads("ru", "ru")], [true, true, true, true]);
    assert.deepEqual([reads("uz-Cyrl", "uz-Latn"), reads("kk", "k"), reads("kaa", "ka"), reads("uz", "ug")], [false, false, false, false]);
  },
  "what survives a lock comes back to its place": () => {
    const [before, after] = [newDesk(), newDesk()];
    before.drafts.set("aa", { text: "ответ", language: "ru", takesUpStop: false });
    before.drafts.set("bb", { text: "  ", language: "ru", takesUpStop: false });
    before.reasons.set("aa", "причина");
    before.lines.set("aa", { records: ["book: visit"], coding: ["name: Юсупов"] });
    saveView(before, "вид");
    const kept = keptOf(before);
    assert.deepEqual(kept.map(([place]) => place), ["aa", "deed aa", "lines aa", VIEWS]);
    for (const [place, what] of kept) giveBack(after, place, what);
    assert.deepEqual([...after.lines], [...before.lines]);
    assert.deepEqual([after.drafts.get("aa")?.text, after.reasons.get("aa"), after.views.map(({ name }) => name)], ["ответ", "причина", ["вид"]]);
  },
};

void printClaims(claims);
