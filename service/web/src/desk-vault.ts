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

  constructor(path: string) {
    this.worker = makeWorker(path);
    this.worker.onmessage = (event: MessageEvent): void => this.hear(event.data as Reply);
    this.worker.onerror = (): void => this.failAll("fault.worker");
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

/** Helpers that try cases in parallel. Each gets the member's KEM keys, and the list of keys that it verified, straight from the first worker, not through the page. */
export class Helpers {
  private readonly idle: Vault[] = [];
  private readonly all: Vault[] = [];
  private ready = 0;
  private readonly queue: ((vault: Vault) => void)[] = [];

  constructor(private readonly path: string, private readonly size: number) {}

  async start(keeper: Vault): Promise<void> {
    try {
      for (let i = 0; i < this.size; i++) await this.add(keeper);
    } catch {
      if (this.ready === 0) this.release(keeper); // no helper to be had: the keeper tries the cases itself
    }
  }

  private async add(keeper: Vault): Promise<void> {
    const vault = new Vault(this.path);
    this.all.push(vault);
    const channel = new MessageChannel();
    const borrowed = vault.ask("borrow", { port: channel.port2 }, [channel.port2]);
    await keeper.ask("lend", { port: channel.port1 }, [channel.port1]);
    await borrowed;
    this.ready++;
    this.release(vault);
  }

  async run<T>(job: (vault: Vault) => Promise<T>): Promise<T> {
    const vault = this.idle.pop() ?? (await new Promise<Vault>((resolve) => this.queue.push(resolve)));
    try {
      return await job(vault);
    } finally {
      this.release(vault);
    }
  }

  drop(): void {
    for (const vault of this.all) vault.drop();
    this.queue.length = 0;
  }

  private release(vault: Vault): void {
    const next = this.queue.shift();
    if (next) next(vault);
    else this.idle.push(vault);
  }
}
