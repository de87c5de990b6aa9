// Claims about the bound on cases that a member opens on a day, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_opening.py reads it.
import "./page.js"; // first
import assert from "node:assert/strict";

import { type CaseLine, type Desk, newDesk } from "../../service/web/src/desk-model.js";
import { DeskMany } from "../../service/web/src/desk-many.js";
import { DeskOpening } from "../../service/web/src/desk-opening.js";
import { isBounded, type OthersAsking, noOpening, type WireOpening } from "../../service/web/src/desk-opening-state.js";
import { CaseQueue } from "../../service/web/src/desk-queue.js";
import { ServerError } from "../../service/web/src/desk-server.js";
import { type ManyActions, manyView } from "../../service/web/src/desk-view-many.js";
import { aheadView, type OpeningActions, openingView } from "../../service/web/src/desk-view-opening.js";
import { type Claims, printClaims } from "../claims.js";
import { textOf } from "./drawing.js";

const [ME, OTHER] = ["11".repeat(16), "22".repeat(16)];
const ENOUGH = new ServerError("enough_opened", "", 429);
const SORTED = 2;
const line = (n: number, state: number): CaseLine => ({ cid: n.toString(16).padStart(64, "0"), lane: 0, state, first_day: 1, messages: 1, entries: 1, head: "", last_message_day: 1, priority: state === SORTED ? 3 : 5, since: 1, until: 0 });
const wire = (change: Partial<WireOpening> = {}): WireOpening => ({ most: 300, opened: 300, own: "", refused: false, others: [], ...change });

/** A queue of a server that gives what nobody has sorted and nothing else, unless `server.bounded` is false. */
function queueOf(lines: CaseLine[]): { desk: Desk; queue: CaseQueue; asked: string[]; server: { bounded: boolean } } {
  const desk = newDesk();
  Object.assign(desk, { member: { id: ME, role: "reviewer", group: "", until: 0 }, keyring: { today: 1 } });
  const [asked, server] = [[] as string[], { bounded: true }];
  const vault = { ask: (op: string) => Promise.resolve(op === "readMore" ? [] : { reaches: true, fault: null, opened: null }) };
  const client = { cases: () => Promise.resolve(lines), opening: () => Promise.resolve(wire({ opened: server.bounded ? 300 : 100 })) };
  const session = { generation: 0, client, signedOut: () => false, vault, startHelpers: () => ({ run: (job: (one: typeof vault) => unknown) => Promise.resolve(job(vault)) }) };
  const whole = (cid: string): Promise<unknown> => {
    asked.push(cid);
    const sorted = lines.find((one) => one.cid === cid)?.state === SORTED;
    return server.bounded && sorted ? Promise.reject(ENOUGH) : Promise.resolve({ detail: {}, request: {} });
  };
  const none = (): void => undefined;
  const queue = new CaseQueue(desk, session as never, { whole } as never, new DeskOpening(desk, session as never, none), none);
  return { desk, queue, asked, server };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 200; turn++) await new Promise<void>((resolve) => setTimeout(resolve, 0));
};

function openingOf(role: "reviewer" | "custodian", now: WireOpening, verified: unknown[] = []): { desk: Desk; opening: DeskOpening; calls: unknown[] } {
  const desk = newDesk();
  const calls: unknown[] = [];
  Object.assign(desk, { member: { id: ME, role, group: "", until: 0 }, colleagues: [{ id: OTHER, role: "reviewer", group: "", languages: [] }] });
  const told = (name: string) => (what?: unknown): Promise<unknown> => Promise.resolve(calls.push([name, what])).then(() => now);
  const client = { opening: told("opening"), askMore: told("askMore"), answerMore: told("answerMore") };
  const session = { generation: 0, client, signedOut: () => false, vault: { ask: (op: string, what: unknown) => Promise.resolve(op === "readMore" ? verified : calls.push([op, what])) } };
  return { desk, opening: new DeskOpening(desk, session as never, () => undefined), calls };
}

const shown = (desk: Desk): string => textOf(openingView(desk, {} as OpeningActions) as never);

const claims: Claims = {
  "beyond the bound each case is asked for once, and what nobody has sorted opens though it stands behind the others": async () => {
    const lines = [...Array.from({ length: 120 }, (_, n) => line(n, SORTED)), ...Array.from({ length: 20 }, (_, n) => line(500 + n, 1))];
    const { desk, queue, asked } = queueOf(lines);
    await queue.loadQueue();
    await settled();
    assert.deepEqual([asked.length, new Set(asked).size], [70, 70], "fifty were found shut, and no more are asked for");
    assert.deepEqual([desk.opening.held.size, queue.tried().length, isBounded(desk.opening)], [50, 20, true]);
    await queue.loadQueue();
    await settled();
    assert.equal(asked.length, 70, "asked again on the same day, though nobody agreed");
    queue.more();
    await settled();
    assert.deepEqual([asked.length, new Set(asked).size], [100, 100], "who wants more is given a try: some were opened before");
  },
  "once another agreed the next look opens them": async () => {
    const { desk, queue, server } = queueOf(Array.from({ length: 30 }, (_, n) => line(n, SORTED)));
    await queue.loadQueue();
    await settled();
    assert.equal(queue.tried().length, 0);
    server.bounded = false;
    await queue.loadQueue();
    await settled();
    assert.deepEqual([queue.tried().length, desk.opening.held.size, isBounded(desk.opening)], [30, 0, false]);
  },
  "a case that was kept shut is asked for again once something came to it, for it may be urgent by now": async () => {
    const lines = [line(1, SORTED), line(2, SORTED), line(3, SORTED)];
    const { desk, queue, asked } = queueOf(lines);
    await queue.loadQueue();
    await settled();
    assert.equal(desk.opening.held.size, 3);
    asked.length = 0;
    Object.assign(lines, { 0: { ...line(1, 1), messages: 2 }, 1: { ...line(2, 1), head: "aa" } });
    await queue.loadQueue();
    await settled();
    assert.deepEqual([asked.length, queue.tried().length, desk.opening.held.size], [2, 2, 1]);
  },
  "other readers for many cases stop at the bound, and say so": async () => {
    const desk = newDesk();
    Object.assign(desk, { member: { id: ME, role: "reviewer", group: "", until: 0 } });
    desk.queue.lines = [1, 2, 3].map((n) => line(n, SORTED));
    const session = { generation: 0, client: { kemKeys: () => Promise.resolve(new Uint8Array(0)) }, signedOut: () => false };
    const many = new DeskMany(desk, session as never, { whole: () => Promise.reject(ENOUGH) } as never, () => ({ reach: "opens" }) as never, () => undefined);
    assert.equal(await many.run(true), true);
    assert.deepEqual([desk.many.fault, desk.many.done, desk.many.finished], ["enough_opened", 0, true]);
  },
  "nothing is asked without what for, and nothing twice at once": async () => {
    const { desk, opening, calls } = openingOf("reviewer", wire());
    await opening.ask();
    assert.deepEqual([desk.opening.fault, calls], ["no_reason", []]);
    opening.set({ reason: "flood", cases: 1000 });
    await Promise.all([opening.ask(), opening.ask()]);
    assert.deepEqual(calls.map((one) => (one as string[])[0]), ["askMore", "askMore", "opening"], "composed, sent, looked at again");
    assert.deepEqual(calls[0], ["askMore", { cases: 1000, reason: "flood" }]);
  },
  "an asking that does not verify is shown to nobody, and custodians ask nothing": async () => {
    const made = openingOf("reviewer", wire({ own: "aa", others: [{ asked: "bb", opened: 7, refused: 0 }, { asked: "cc", opened: 8, refused: 2 }] }), [{ asked: "cc", member: OTHER, cases: 300, reason: "search" }]);
    await made.opening.load();
    assert.deepEqual([made.desk.opening.own, made.desk.opening.others.map(({ asked, opened, refused }) => [asked, opened, refused])], [null, [["cc", 8, 2]]]);
    assert.match(shown(made.desk), /opening\.other\.refused/);
    const custodian = openingOf("custodian", wire());
    await custodian.opening.load();
    assert.deepEqual([custodian.calls, custodian.desk.opening.most], [[], 0]);
    assert.equal(shown(custodian.desk), "");
    custodian.desk.opening.held.add("aa");
    assert.match(shown(custodian.desk), /opening\.keepers/);
    assert.doesNotMatch(shown(custodian.desk), /opening\.(ask|title|how_many)/);
  },
  "what went wrong is said once, where it belongs, also when nobody asks any more": async () => {
    const { desk, opening } = openingOf("reviewer", wire({ opened: 0 }));
    const one = { asked: "cc", member: OTHER, cases: 300, reason: "search", opened: 1, refused: 0 };
    const said = (): number => shown(desk).split("fault.other").length - 1; // without words there is none for it
    Object.assign(desk.opening, { held: new Set(["aa"]), others: [one, { ...one, asked: "dd" }] });
    assert.doesNotMatch(shown(desk), /opening\.other\.refused/);
    await opening.ask();
    assert.equal(said(), 1);
    Object.assign(desk.opening, noOpening(), { others: [one] });
    Object.assign((opening as unknown as { session: { client: object } }).session.client, { answerMore: () => Promise.reject(new ServerError("not_found", "", 404)) });
    await opening.answer(one, false);
    assert.deepEqual([desk.opening.others.length, desk.opening.fault, said()], [0, "not_found", 1]);
  },
  "a yes is asked about once more, for each asking, and a no is not": async () => {
    const { desk, opening, calls } = openingOf("reviewer", wire({ opened: 0 }));
    const [one, two] = ["cc", "dd"].map((asked) => ({ asked, member: OTHER, cases: 10_000, reason: "search", opened: 1, refused: 0 })) as [OthersAsking, OthersAsking];
    desk.opening.others = [one, two];
    await opening.answer(one, true);
    assert.match(shown(desk), /opening\.sure/);
    await opening.answer(two, true);
    assert.deepEqual(calls, []);
    await opening.answer(two, true);
    assert.deepEqual(calls[0], ["answerMore", { asked: "dd", agrees: true }]);
    calls.length = 0;
    await opening.answer(one, false);
    assert.deepEqual(calls[0], ["answerMore", { asked: "cc", agrees: false }]);
  },
  "it can be asked ahead where more cases that count are gone through than are left, and new ones do not count": () => {
    const { desk } = openingOf("reviewer", wire());
    Object.assign(desk.opening, { most: 300, opened: 299 });
    const drawn = (...states: number[]): string => {
      desk.queue.lines = states.map((state, n) => line(n, state));
      return textOf(manyView(desk, {} as ManyActions) as never);
    };
    assert.doesNotMatch(drawn(SORTED, 1, 1), /opening\.ahead/);
    assert.match(drawn(SORTED, SORTED), /opening\.ahead/);
  },
  "where nothing is bounded and nobody asks, nothing is shown; before many cases it can be asked ahead": () => {
    const { desk } = openingOf("reviewer", wire());
    Object.assign(desk.opening, { most: 300, opened: 299 });
    assert.equal(shown(desk), "");
    assert.equal(textOf(aheadView(desk, {} as OpeningActions, 1) as never), "");
    assert.match(textOf(aheadView(desk, {} as OpeningActions, 2) as never), /opening\.ahead/);
    desk.opening.opened = 300;
    assert.match(shown(desk), /opening\.title/);
    desk.opening.own = { asked: "aa", member: ME, cases: 100, reason: "flood" };
    assert.match(shown(desk), /opening\.asked/);
    assert.doesNotMatch(shown(desk), /opening\.how_many/, "asked once more while it waits");
  },
};

void printClaims(claims);
