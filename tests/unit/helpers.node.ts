// Claims about the helpers that open cases side by side, run in Node: prints {claim: "" or what failed} as JSON. tests/unit/test_desk_helpers.py reads it.
import "./page.js"; // first
import assert from "node:assert/strict";

import { Helpers, Vault } from "../../service/web/src/desk-vault.js";
import { type Claims, printClaims } from "../claims.js";

/** Answers everything at once, or fails when it is loaded. */
class Answering {
  static broken = new Set<string>();
  static made = 0;
  onmessage: ((event: unknown) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor(private readonly path: string) {
    Answering.made++;
    if (Answering.broken.has(path)) setTimeout(() => this.onerror?.(), 0);
  }

  postMessage({ id }: { id: number }): void {
    if (!Answering.broken.has(this.path)) setTimeout(() => this.onmessage?.({ data: { id, ok: null } }), 0);
  }

  terminate(): void {
    this.onmessage = null;
  }
}

class Channel {
  readonly port1 = {};
  readonly port2 = {};
}

Object.assign(globalThis, { Worker: Answering, MessageChannel: Channel });

interface Job {
  readonly n: number;
  readonly by: Vault;
  readonly end: () => void;
}

/** Twenty jobs wanted at once; each goes on until it is ended. */
function begin(helpers: Helpers): { on: Job[]; ended: Promise<unknown> } {
  const on: Job[] = [];
  const jobs = Array.from({ length: 20 }, (_, n) => helpers.run((by) => new Promise<void>((end) => void on.push({ n, by, end }))));
  return { on, ended: Promise.all(jobs) };
}

/** Ten turns of the clock, whatever time they take: no answer needs more of them. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise<void>((resolve) => setTimeout(resolve, 0));
}

const claims: Claims = {
  "each helper has three jobs at most, in the order in which they were wanted, and takes the next when one has ended": async () => {
    const keeper = new Vault("keeper");
    const helpers = new Helpers("helper", 2).start(keeper);
    const { on, ended } = begin(helpers);
    await settled();
    assert.deepEqual(on.map(({ n }) => n), [0, 1, 2, 3, 4, 5]);
    const each = new Map<Vault, number>();
    for (const { by } of on) each.set(by, (each.get(by) ?? 0) + 1);
    assert.deepEqual([[...each.values()], each.has(keeper)], [[3, 3], false]);
    on[2]?.end();
    await settled();
    assert.deepEqual([on.length, on[6]?.n, on[6]?.by === on[2]?.by], [7, 6, true]);
    for (let n = 0; n < 20; n++) {
      on[n]?.end();
      await settled();
    }
    await ended;
  },
  "nothing is begun before the helpers are started, and to start them again makes no more of them": async () => {
    const helpers = new Helpers("helper", 2);
    const [{ on }, made] = [begin(helpers), Answering.made];
    await settled();
    assert.equal(on.length, 0);
    const keeper = new Vault("keeper");
    helpers.start(keeper).start(keeper);
    await settled();
    assert.deepEqual([on.length, Answering.made], [6, made + 1]);
  },
  "where no helper can be had the first worker opens the cases, one after the other": async () => {
    Answering.broken.add("missing");
    const keeper = new Vault("keeper");
    const { on } = begin(new Helpers("missing", 2).start(keeper));
    await settled();
    assert.deepEqual(on.map(({ n, by }) => [n, by === keeper]), [[0, true]]);
    on[0]?.end();
    await settled();
    assert.deepEqual(on.map(({ n }) => n), [0, 1]);
  },
};

void printClaims(claims);
