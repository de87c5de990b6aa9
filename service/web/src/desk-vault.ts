// The page's side of the workers that hold the keys. No key, seed or passphrase stays on this side.

import type { Answer, Args, Reply, VaultOp } from "./desk-calls.js";
import type { Fault } from "./desk-opened.js";

export class VaultError extends Error implements Fault {
  constructor(readonly slug: string, readonly fact: string) {
    super(`${slug}: ${fact}`);
  }
}

interface Waiting {
  settle: (value: unknown) => void;
  fail: (error: VaultError) => void;
  progress?: (share: number) => void;
}

const policy = window.trustedTypes?.createPolicy("panah-worker", {
  createScriptURL(path: string): string {
    // Only a script of this very site may become a worker.
    if (new URL(path, location.href).origin !== location.origin) throw new TypeError("a worker from elsewhere");
    return path;
  },
});

export const makeWorker = (path: string): Worker => new Worker(policy ? (policy.createScriptURL(path) as unknown as string) : path);

const WIPE_WITHIN = 250; // milliseconds

export class Vault {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;
  /** Its script did not come, or broke: nothing that is asked would be answered. */
  failed = false;

  constructor(path: string) {
    this.worker = makeWorker(path);
    this.worker.onmessage = (event: MessageEvent): void => this.hear(event.data as Reply);
    this.worker.onerror = (): void => {
      this.failed = true;
      this.failAll("fault.worker");
    };
  }

  ask<K extends VaultOp>(op: K, args: Args<K>, move: Transferable[] = [], progress?: (share: number) => void): Promise<Answer<K>> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { settle: resolve as (value: unknown) => void, fail: reject, progress });
      this.worker.postMessage({ id, op, args }, move);
    });
  }

  /** Has the worker overwrite its keys, and ends it: at once when it answers, after a quarter of a second when it is busy. */
  drop(): void {
    this.failAll("locked");
    this.worker.onmessage = (): void => this.worker.terminate();
    this.worker.postMessage({ id: -1, op: "wipe", args: null });
    window.setTimeout(() => this.worker.terminate(), WIPE_WITHIN);
  }

  private hear(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    if (!waiting) return;
    if ("share" in reply) return waiting.progress?.(reply.share);
    this.waiting.delete(reply.id);
    if ("error" in reply) waiting.fail(new VaultError(reply.error.slug, reply.error.fact));
    else waiting.settle(reply.ok);
  }

  private failAll(slug: string): void {
    for (const waiting of this.waiting.values()) waiting.fail(new VaultError(slug, "the worker ended"));
    this.waiting.clear();
  }
}

const EACH = 3; // jobs that a helper has: one that it does, and two that are fetched meanwhile

/**
 * Helpers that try cases in parallel; they warm up while the key file is opened. Each gets the member's KEM keys, and the list of keys that the first worker verified, straight from it, not through the page.
 * No more is begun at once: what is wanted first would share the processor with what is wanted last.
 */
export class Helpers {
  private readonly idle: Vault[] = [];
  private readonly all: { readonly vault: Vault; readonly warm: Promise<null> }[] = [];
  private readonly queue: ((vault: Vault) => void)[] = [];
  private started = false;

  constructor(path: string, size: number) {
    for (let n = 0; n < size; n++) {
      const vault = new Vault(path);
      const warm = vault.ask("warmUp", null);
      warm.catch(() => undefined); // told when it is waited for
      this.all.push({ vault, warm });
    }
  }

  /** Once; again it changes nothing. */
  start(keeper: Vault): this {
    if (!this.started) void this.lend(keeper);
    this.started = true;
    return this;
  }

  private async lend(keeper: Vault): Promise<void> {
    const lent = await Promise.allSettled(this.all.map(async ({ vault, warm }) => {
      await warm;
      const channel = new MessageChannel();
      const borrowed = vault.ask("borrow", { port: channel.port2 }, [channel.port2]);
      await keeper.ask("lend", { port: channel.port1 }, [channel.port1]);
      await borrowed;
      for (let n = 0; n < EACH; n++) this.release(vault);
    }));
    if (lent.every(({ status }) => status === "rejected")) this.release(keeper); // no helper to be had: the keeper tries the cases itself
  }

  async run<T>(job: (vault: Vault) => Promise<T>): Promise<T> {
    const vault = this.idle.shift() ?? (await new Promise<Vault>((resolve) => this.queue.push(resolve)));
    try {
      return await job(vault);
    } finally {
      this.release(vault);
    }
  }

  drop(): void {
    for (const { vault } of this.all) vault.drop();
    this.queue.length = 0;
  }

  private release(vault: Vault): void {
    const next = this.queue.shift();
    if (next) next(vault);
    else this.idle.push(vault);
  }
}
