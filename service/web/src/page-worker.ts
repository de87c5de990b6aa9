// The page's side of the worker that holds the code and the keys.

import { Refusal } from "./refusal.js";
import { type Calls, type FileCalls, type Told } from "./worker-calls.js";

const AGAIN = 4000; // ms, after a script that did not come
const TRIES = 8; // though there seems to be a line

interface Waiting {
  request: { id: number; op: unknown; args: unknown };
  settle: (value: never) => void;
  fail: (error: Refusal) => void;
  progress: ((share: number) => void) | undefined;
}

type Path = "/s/worker.js" | "/s/checkworker.js" | "/s/evidenceworker.js";

// The policy knows these addresses and lets no other pass.
const policy = window.trustedTypes?.createPolicy("panah", {
  createScriptURL(path: string): string {
    if (!/^\/s\/(check|evidence)?worker\.js$/.test(path)) throw new TypeError(path);
    return path;
  },
});

class Asker<Asked extends { [K in keyof Asked]: [args: unknown, answer: unknown] }> {
  private worker!: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private next = 0;
  private tries = 0;

  constructor(private readonly path: Path) {
    this.start();
  }

  private start(): void {
    const { path } = this;
    this.worker = new Worker((policy?.createScriptURL(path) as unknown as string | undefined) ?? path);
    this.worker.onmessage = (event: MessageEvent<Told>): void => this.hear(event.data);
    this.worker.onerror = (event): void => {
      event.preventDefault();
      // the line broke before the script was here; with a line it may be that this browser lets none run
      if (!event.message && (!navigator.onLine || this.tries++ < TRIES)) return void window.setTimeout(() => this.start(), AGAIN);
      const gone = new Refusal("no_worker");
      for (const { fail } of this.waiting.values()) fail(gone);
      this.ask = (): Promise<never> => Promise.reject(gone); // nothing would answer any more
    };
    for (const { request } of this.waiting.values()) this.worker.postMessage(request);
  }

  ask<K extends keyof Asked>(op: K, args: Asked[K][0], progress?: (share: number) => void): Promise<Asked[K][1]> {
    const id = this.next++;
    return new Promise((settle, fail) => {
      const request = { id, op, args };
      this.waiting.set(id, { request, settle, fail, progress });
      this.worker.postMessage(request);
    });
  }

  end(): void {
    this.start = (): void => undefined;
    this.worker.terminate();
  }

  private hear(told: Told): void {
    const waiting = this.waiting.get(told.id);
    if (!waiting) return;
    if ("share" in told) return waiting.progress?.(told.share);
    this.waiting.delete(told.id);
    if ("slug" in told) waiting.fail(new Refusal(told.slug));
    else waiting.settle(told.ok as never);
  }
}

/** Holds the code and its keys, judges the readers, seals. */
export class Keeper extends Asker<Calls> {}

/** Cleans and seals files; it knows no code. */
export class FileKeeper extends Asker<FileCalls> {}
