// Claims about what the person's page makes of an opened mailbox and of long words, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_check_says.py reads it.
import assert from "node:assert/strict";

import { messagesHead } from "../../crypto/ts/entry.js";
import { NOTICE_DAYS, State } from "../../crypto/ts/workflow.js";
import { didKey, mayResume, nextKeys, stateKey } from "../../service/web/src/check-says.js";
import { firstPart } from "../../service/web/src/word-parts.js";
import type { Opened, Step } from "../../service/web/src/worker-calls.js";
import { erasingFrom } from "../../service/web/src/worker-erasing.js";
import { type Claims, printClaims } from "../claims.js";

const TODAY = 20_800;
const box = (change: Partial<Opened> = {}): Opened => ({
  state: State.screening, acknowledged: false, day: TODAY, today: TODAY, replies: [], refused: [], gone: 0, due: 0, until: 0, erasing: 0, hold: 0, steps: [], before: 0, byCard: false, cardFault: "", ...change,
});
const withdrawn = (until: number): Opened => box({ state: State.withdrawn, acknowledged: true, until, due: until });
const step = (change: Partial<Step>): Step => ({ kind: 5, state: State.triaged, moved: true, day: TODAY, role: 1, counts: "", free: false, until: 0, ...change });

const RECEIVED = messagesHead([new Uint8Array(32).fill(1)]);
const WROTE_AGAIN = messagesHead([new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]);
const proposed = (day: number, state: number = State.erased, messages = RECEIVED): { state: number; day: number; messages: Uint8Array } => ({ state, day, messages });
const place = (state: number = State.closed, since = TODAY - 900): { state: number; since: number; until: number } => ({ state, since, until: 0 });
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;

const claims: Claims = {
  "the day on which a person may think again makes nobody late": () => {
    assert.deepEqual([withdrawn(TODAY + 9), withdrawn(TODAY), withdrawn(TODAY - 1)].map(nextKeys), [["next_answered"], ["next_answered"], ["next_answered"]]);
    assert.deepEqual([withdrawn(TODAY), withdrawn(TODAY - 1)].map(stateKey), ["state13", "state13_over"]);
  },
  "what is due by us is told, and when it is late": () => {
    const inquiry = (due: number): string[] => nextKeys(box({ state: State.inquiry, acknowledged: true, due }));
    assert.deepEqual([inquiry(TODAY), inquiry(TODAY - 1), inquiry(0)], [["next_by", "next_answered"], ["next_late", "next_answered"], ["next_answered"]]);
    assert.deepEqual(nextKeys(box({ due: TODAY })), ["next_wait"]);
    assert.deepEqual(nextKeys(box({ state: State.erased, acknowledged: true })), []);
  },
  "a step with its reason is an answer": () => {
    const reply = { seq: 1, role: 1, day: TODAY, language: "ru", text: "", revoked: false };
    assert.deepEqual([box(), box({ replies: [reply] }), box({ acknowledged: true })].map(stateKey), ["state1", "state_answered", "state_answered"]);
  },
  "a withdrawal can be taken back until its last day": () => {
    assert.deepEqual([withdrawn(TODAY + 1), withdrawn(TODAY), withdrawn(TODAY - 1)].map((one) => mayResume(one, false)), [true, true, false]);
    assert.equal(mayResume(withdrawn(TODAY - 1), true), false);
  },
  "a hold that staff set is nothing for the person to take back, the own wish is": () => {
    assert.equal(mayResume(box({ state: State.safetyHold }), false), false);
    assert.equal(mayResume(box({ state: State.safetyHold }), true), true);
    assert.deepEqual([mayResume(box(), true), mayResume(box(), false), mayResume(box({ state: State.erased }), true)], [true, false, false]);
  },
  "a proposal to erase is told as what it is": () => {
    assert.equal(didKey(step({ kind: 6, state: State.erased })), "did_erase");
    assert.equal(didKey(step({ kind: 6, state: State.assigned })), "did6");
    assert.equal(didKey(step({ kind: 7, state: State.erased })), "state17");
    assert.deepEqual([step({}), step({ moved: false }), step({ kind: 18, free: true }), step({ kind: 18 })].map(didKey), ["state2", "did_priority", "did18_free", "did18"]);
  },
  "a legal hold, and that it was ended, are told apart": () => {
    assert.deepEqual([24, 25].flatMap((kind) => [step({ kind, moved: false, until: TODAY }), step({ kind, moved: false, free: true })]).map(didKey), ["did24", "did24_free", "did25", "did25_free"]);
  },
  "from which day on a case may be erased is told while a proposal can be approved": () => {
    assert.equal(erasingFrom({ place: place(), pending: [] }, RECEIVED), 0);
    assert.equal(erasingFrom({ place: place(), pending: [proposed(TODAY, State.referred)] }, RECEIVED), 0);
    assert.equal(erasingFrom({ place: place(), pending: [proposed(TODAY), proposed(TODAY - 3)] }, RECEIVED), TODAY - 3 + NOTICE_DAYS);
  },
  "a word of the person ends a proposal to erase": () => {
    assert.equal(erasingFrom({ place: place(), pending: [proposed(TODAY)] }, WROTE_AGAIN), 0);
    assert.equal(erasingFrom({ place: place(), pending: [proposed(TODAY - 9), proposed(TODAY, State.erased, WROTE_AGAIN)] }, WROTE_AGAIN), TODAY + NOTICE_DAYS);
  },
  "a case that is worked on again, or closed anew, is not said to be erased": () => {
    assert.equal(erasingFrom({ place: place(State.reopened), pending: [proposed(TODAY)] }, RECEIVED), 0);
    assert.equal(erasingFrom({ place: place(State.closed, TODAY + 2), pending: [proposed(TODAY)] }, RECEIVED), 0);
  },
  "a part is as long as one message takes, in letters of any width": () => {
    for (const letter of ["a", "ж", "ұ", "字", "😀"]) {
      const part = firstPart(letter.repeat(300_000));
      assert.ok(bytesOf(part) <= 240_000 && bytesOf(part) > 240_000 - 4, `${letter} ${bytesOf(part)}`);
      assert.equal(part.length % letter.length, 0, "a letter is cut");
    }
    assert.equal(firstPart("a".repeat(240_000)).length, 240_000);
    assert.equal(bytesOf(firstPart(`a${"😀".repeat(80_000)}`)), 239_997);
  },
  "a part ends after a word, and nothing of the words is lost": () => {
    const words = Array.from({ length: 60_000 }, (_, n) => `слово${n}`).join(" ");
    const part = firstPart(words);
    assert.ok(words.startsWith(`${part} `) && bytesOf(part) > 239_900);
  },
};

void printClaims(claims);
