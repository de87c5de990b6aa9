// Claims about two who put a case on paper, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_print.py reads it.
// The desk's own code, from the press to what is signed; the server's side is a list of entries that refuses what was built on a shorter one.
import { printed } from "./page.js"; // first
import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { NO_PRIORITY, State } from "../../crypto/ts/workflow.js";
import { unmoved } from "../../service/web/src/desk-case.js";
import { consentsIn } from "../../service/web/src/desk-consent.js";
import { CaseDeeds } from "../../service/web/src/desk-deeds.js";
import { type Desk, newDesk } from "../../service/web/src/desk-model.js";
import type { OpenedCase, OpenedEntry, OpenedMessage } from "../../service/web/src/desk-opened.js";
import { type Paper, paperLine, readPapers, WORK } from "../../service/web/src/desk-paper.js";
import { CasePrint } from "../../service/web/src/desk-print.js";
import { ServerError } from "../../service/web/src/desk-server.js";
import { type Claims, printClaims } from "../claims.js";

const DAY = 20_800;
const [ONE, TWO, THREE] = ["11".repeat(16), "22".repeat(16), "33".repeat(16)];

const message = (story: string, change: Partial<OpenedMessage> = {}): OpenedMessage => ({ cid: "aa", day: DAY, lane: 1, kind: 0, language: "ru", answers: [["story", story], ["consent_court", "facts_no_identity"]], intake: [], evidence: [], apart: [], formerUntil: 0, fault: null, ...change });

/** A case as all of its readers find it. */
class Shelf {
  readonly messages: OpenedMessage[] = [message("били")];
  readonly entries: OpenedEntry[] = [];
  state: number = State.inquiry;

  constructor() {
    this.add(ONE, "открыто", "");
  }

  add(actor: string, text: string, code = "printed"): void {
    const seq = this.entries.length;
    const link = createHash("sha256").update(`${seq} ${text}`).digest("hex");
    this.entries.push({ seq, link, kind: 3, state: 1, day: DAY, actor, role: "reviewer", cited: "", box: "", count: 1, verdict: "counts", fault: null, text, language: "ru", textFault: null, boxKind: 2, code, until: 0, priority: NO_PRIORITY, moved: true });
  }

  open(): OpenedCase {
    const place = { state: this.state, back: 0, priority: 3, until: 0, since: 0 };
    return { cid: "aa", messages: [...this.messages], consents: consentsIn(this.messages.map(({ answers }) => answers), [], DAY), entries: [...this.entries], state: this.state, place, coded: "", books: { records: [], alerts: [], counts: [], blocksClosing: false }, readers: [] } as unknown as OpenedCase;
  }

  get lines(): string[] {
    return this.entries.map(({ text }) => /^paper: (\w+)/.exec(text)?.[1] ?? "").filter(Boolean);
  }
}

/** A member's desk with the case on its table. */
class Window {
  readonly desk: Desk = newDesk();
  readonly print: CasePrint;
  /** What happens elsewhere before a post is at the server, and while the vault works out a digest; once. */
  before: (() => void) | null = null;
  digesting: (() => void) | null = null;

  constructor(private readonly shelf: Shelf, readonly member: string) {
    Object.assign(this.desk, { member: { id: member, role: "reviewer", group: "", until: 0 }, keyring: { today: DAY } });
    this.desk.file.cid = "aa";
    this.read();
    const ask = (op: string, args: { words: string; text: string; length: number }): Promise<unknown> => Promise.resolve(op === "digest" ? this.digest(args.words) : args);
    const session = { generation: 0, vault: { ask }, client: { post: (_: string, args: { text: string; length: number }) => this.post(args) }, signedOut: () => false };
    const table = { recorded: () => Promise.resolve(), readCase: () => Promise.resolve(this.read()) };
    Object.defineProperty(table, "current", { get: () => ({ request: { length: this.desk.file.opened!.entries.length }, detail: {} }) });
    const deeds = new CaseDeeds(this.desk, session as never, table as never, {} as never, () => undefined);
    this.print = new CasePrint(this.desk, session as never, deeds, () => undefined);
  }

  read(): void {
    this.desk.file.opened = this.shelf.open();
  }

  private digest(words: string): string {
    const found = createHash("sha256").update(words).digest("hex");
    this.once("digesting");
    return found;
  }

  private post({ text, length }: { text: string; length: number }): Promise<void> {
    this.once("before");
    if (length !== this.shelf.entries.length) return Promise.reject(new ServerError("chain_moved", "", 409));
    this.shelf.add(this.member, text);
    return Promise.resolve();
  }

  private once(at: "before" | "digesting"): void {
    const then = this[at];
    this[at] = null;
    then?.();
  }

  get paper(): Paper {
    return readPapers(this.desk.file.opened!.entries)[0]!;
  }

  get fault(): string {
    return this.desk.file.doFault?.slug ?? "";
  }

  async asks(to = "court"): Promise<boolean> {
    this.print.begin();
    this.print.choose({ to, parts: ["account", "messages"] });
    return this.print.ask(this.desk.file.opened!);
  }

  decides(agrees: boolean, seen = this.desk.file.opened!): Promise<boolean> {
    return this.print.decide(this.paper, agrees, seen);
  }

  async prints(): Promise<boolean> {
    const before = printed.times;
    await this.print.print(this.paper);
    await new Promise((done) => setTimeout(done, 0));
    return printed.times > before;
  }
}

/** Asked for by one, and the other has read that. */
async function asked(shelf = new Shelf()): Promise<{ shelf: Shelf; one: Window; two: Window }> {
  const one = new Window(shelf, ONE);
  assert.ok(await one.asks());
  return { shelf, one, two: new Window(shelf, TWO) };
}

async function agreed(): Promise<{ shelf: Shelf; one: Window; two: Window }> {
  const all = await asked();
  await all.two.decides(true);
  all.one.read();
  assert.deepEqual(all.shelf.lines, ["asked", "agreed"]);
  return all;
}

const claims: Claims = {
  "one asks, another agrees, the first prints, and all three are signed": async () => {
    const { shelf, one } = await agreed();
    assert.ok(await one.prints());
    assert.deepEqual([shelf.lines, one.desk.file.printing?.ready?.printed], [["asked", "agreed", "printed"], DAY]);
  },
  "what this browser does not find alike is not agreed to, and not printed": async () => {
    const { shelf, two } = await asked();
    shelf.messages.push(message("ещё"));
    two.read();
    await two.decides(true);
    assert.deepEqual([shelf.lines, two.fault], [["asked"], "paper_other"]);
    const late = await agreed();
    late.shelf.messages.push(message("ещё"));
    late.one.read();
    assert.ok(!(await late.one.prints()));
    assert.deepEqual([late.shelf.lines, late.one.fault], [["asked", "agreed"], "paper_other"]);
  },
  "what was shown is what is agreed to: neither more nor less, though all of it is here by now": async () => {
    const shelf = new Shelf();
    const two = new Window(shelf, TWO);
    const one = new Window(shelf, ONE);
    shelf.messages.push(message("ещё"));
    one.read();
    assert.ok(await one.asks());
    two.read();
    const seen = { ...two.desk.file.opened!, messages: [two.desk.file.opened!.messages[0]!] };
    await two.decides(true, seen);
    assert.deepEqual([shelf.lines, two.fault], [["asked"], "paper_other"]);
  },
  "a message or a refusal of the person that comes just before the signature ends it": async () => {
    for (const [more, why] of [[message("ещё", { kind: 1 }), "paper_other"], [message("нет", { answers: [["consent_court", "nothing"]] }), "paper_not_allowed"]] as const) {
      const come = (shelf: Shelf) => (): void => {
        shelf.messages.push(more);
        shelf.add(THREE, "открыто", "");
      };
      const { shelf, two } = await asked();
      two.before = come(shelf);
      await two.decides(true);
      assert.deepEqual([shelf.lines, two.fault], [["asked"], why]);
      const late = await agreed();
      late.one.before = come(late.shelf);
      assert.ok(!(await late.one.prints()));
      assert.deepEqual([late.shelf.lines, late.one.fault], [["asked", "agreed"], why]);
    }
  },
  "a word of the person that comes with the signature keeps it from the printer": async () => {
    const { shelf, one } = await agreed();
    const add = shelf.add.bind(shelf);
    shelf.add = (actor, text, code): void => {
      add(actor, text, code);
      shelf.messages.push(message("ещё"));
    };
    assert.ok(!(await one.prints()));
    assert.deepEqual([shelf.lines, one.fault, one.desk.file.printing], [["asked", "agreed", "printed"], "paper_other", null]);
  },
  "two windows of one member print once": async () => {
    const { shelf, one } = await agreed();
    const other = new Window(shelf, ONE);
    assert.ok(await one.prints());
    assert.ok(!(await other.prints()));
    assert.deepEqual([shelf.lines, other.fault], [["asked", "agreed", "printed"], "paper_past"]);
  },
  "after a colleague's refusal nobody's agreement is signed, and after an agreement no refusal": async () => {
    for (const [first, agrees] of [["refused", true], ["agreed", false]] as const) {
      const { shelf, two } = await asked();
      const { link } = two.paper;
      two.before = (): void => shelf.add(THREE, paperLine(first, link));
      await two.decides(agrees);
      assert.deepEqual([shelf.lines, two.fault], [["asked", first], "paper_past"]);
    }
  },
  "an entry that has nothing to do with it is signed after": async () => {
    const { shelf, two } = await asked();
    two.before = (): void => shelf.add(THREE, "заметка", "");
    await two.decides(true);
    assert.deepEqual([shelf.lines, two.fault], [["asked", "agreed"], ""]);
  },
  "what was read anew while the digest was worked out is looked at again before it is signed": async () => {
    const { shelf, one } = await agreed();
    one.digesting = (): void => {
      shelf.add(ONE, paperLine("printed", one.paper.link)); // by another window
      one.read();
    };
    assert.ok(!(await one.prints()));
    assert.deepEqual([shelf.lines, one.fault], [["asked", "agreed", "printed"], "paper_past"]);
  },
  "what was seen is asked: neither an answer nor a message that came since is on it": async () => {
    const shelf = new Shelf();
    const one = new Window(shelf, ONE);
    one.print.begin();
    one.print.choose({ to: WORK, parts: ["account", "messages"] });
    const seen = one.desk.file.opened!;
    shelf.add(TWO, "ответ", "");
    one.read();
    assert.ok(await one.print.ask(seen));
    assert.equal(one.paper.upto, seen.entries.length);
    one.print.begin();
    one.print.choose({ to: WORK, parts: ["account", "messages"] });
    const before = one.desk.file.opened!;
    shelf.messages.push(message("ещё"));
    one.read();
    assert.ok(!(await one.print.ask(before)));
    assert.deepEqual([shelf.lines, one.fault], [["asked"], "paper_other"]);
  },
  "who pressed twice signs once, and is not told that somebody was before them": async () => {
    const { shelf, two } = await asked();
    const seen = two.desk.file.opened!;
    let again: Promise<unknown> = Promise.resolve();
    two.before = (): void => void (again = two.decides(true, seen));
    await two.decides(true, seen);
    await again;
    assert.deepEqual([shelf.lines, two.fault], [["asked", "agreed"], ""]);
  },
  "once the case rests, it is neither agreed to nor printed for others": async () => {
    const { shelf, one } = await agreed();
    shelf.state = State.safetyHold;
    one.read();
    assert.ok(!(await one.prints()));
    assert.deepEqual([shelf.lines, one.fault], [["asked", "agreed"], "paper_held"]);
  },
  "what may not go to a body is not asked for, whether that was so when it was seen or is so by now": async () => {
    for (const [then, now] of [[State.safetyHold, State.inquiry], [State.inquiry, State.safetyHold]] as const) {
      const shelf = new Shelf();
      const one = new Window(shelf, ONE);
      one.print.begin();
      one.print.choose({ to: "court", parts: ["account"] });
      shelf.state = then;
      one.read();
      const seen = one.desk.file.opened!;
      shelf.state = now;
      one.read();
      assert.ok(!(await one.print.ask(seen)));
      assert.deepEqual([shelf.lines, one.fault], [[], "paper_held"]);
    }
  },
  "a case that is read once more before the printer has it is looked at once more, and printed where it is the same": async () => {
    for (const [come, why] of [[[], ""], [[message("ещё")], "paper_other"]] as const) {
      const { shelf, one } = await agreed();
      one.before = (): void => {
        one.digesting = (): void => { // of what was read with the signature
          shelf.messages.push(...come);
          one.read();
        };
      };
      assert.equal(await one.prints(), why === "");
      assert.deepEqual([shelf.lines, one.fault], [["asked", "agreed", "printed"], why]);
    }
  },
  "what is put away while the digest is worked out is let be, and nothing is said of it at the case that is open by then": async () => {
    const { shelf, two } = await asked();
    two.digesting = (): void => void Object.assign(two.desk.file, { cid: "bb", opened: { ...shelf.open(), cid: "bb" } });
    assert.ok(!(await two.decides(true)));
    assert.deepEqual([shelf.lines, two.fault], [["asked"], ""]);
  },
  "a deed that was looked at on another case than the one on the table is not signed": async () => {
    const { shelf, one } = await asked();
    const deeds = (one.print as unknown as { deeds: CaseDeeds }).deeds;
    const before = one.desk.file.opened!;
    one.read();
    assert.ok(!(await deeds.sign(unmoved(before, 3), "заметка", { on: before })));
    assert.deepEqual([shelf.entries.length, one.fault], [2, "chain_moved"]);
  },
};

void printClaims(claims);
