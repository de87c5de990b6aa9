// A case on the table of a member who works at the desk, and a desk that can be unlocked: the desk's own code, with a server and workers that do as they are told.
import "./page.js"; // first

import { EntryKind } from "../../crypto/ts/entry.js";
import { State } from "../../crypto/ts/workflow.js";
import { CaseAnswer } from "../../service/web/src/desk-answer.js";
import { CaseTable } from "../../service/web/src/desk-case.js";
import { CaseDeeds } from "../../service/web/src/desk-deeds.js";
import { giveBack, keptOf } from "../../service/web/src/desk-kept.js";
import { type Desk, newDesk } from "../../service/web/src/desk-model.js";
import { CaseNotes } from "../../service/web/src/desk-notes.js";
import type { OpenedCase, OpenedEntry } from "../../service/web/src/desk-opened.js";
import { ServerError } from "../../service/web/src/desk-server.js";
import { DeskSession } from "../../service/web/src/desk-session.js";

export const DAY = 20_800;
export const [ME, OTHER] = ["11".repeat(16), "22".repeat(16)];
export const place = { state: State.inquiry, back: 0, priority: 3, until: 0, since: 0 };
export const opened = (change: Partial<OpenedCase> = {}): OpenedCase => ({
  cid: "aa", messages: [], entries: [], state: State.inquiry, place, unit: null, claimed: [], chainFault: null, withholdings: [], barred: [], hold: 0, holding: [], asks: [], proposals: [], unhandedRecords: [], language: "ru", ...change,
}) as unknown as OpenedCase;
export const signedBy = (actor: string, kind: number, text: string): OpenedEntry => ({ seq: 0, actor, kind, text, code: "", state: State.inquiry, verdict: "counts" }) as OpenedEntry;
export const away = new ServerError("away", "", 0);
export const moved = new ServerError("chain_moved", "", 409);

export interface Work {
  desk: Desk;
  session: { generation: number };
  deeds: CaseDeeds;
  notes: CaseNotes;
  answer: CaseAnswer;
  /** What the server was given, as it was asked to be composed. */
  posts: { kind: string; text: string; language: string; deed: { kind: number; visible?: boolean } | null }[];
  /** What is in the case when it is read the next time. */
  next: OpenedCase;
}

/** A case on the table of a supervisor. `server` is what it does with the nth post. */
export function work(server: (n: number, at: Work) => unknown = () => undefined, waits: Partial<{ recorded: (at: Work) => void; kems: (at: Work) => void }> = {}): Work {
  const desk = newDesk();
  Object.assign(desk, { screen: "case", member: { id: ME, role: "supervisor", group: "u", until: 0 }, keyring: { today: DAY } });
  Object.assign(desk.file, { cid: "aa", opened: opened() });
  const posts: Work["posts"] = [];
  const post = async (): Promise<void> => {
    await Promise.resolve();
    const error = server(posts.length, at);
    if (error instanceof Error) throw error;
  };
  const client = { post, kemKeys: () => Promise.resolve(waits.kems?.(at)).then(() => new Uint8Array(0)), answerCopy: post };
  const session = { generation: 0, client, signedOut: () => false, vault: { ask: (call: string, what: never) => Promise.resolve(call === "compose" ? void posts.push(what) : []) } };
  const table = {
    current: { request: { cid: "aa" }, detail: { mailbox_open: true } },
    recorded: () => Promise.resolve(waits.recorded?.(at)),
    readCase: () => Promise.resolve(void (desk.file.opened = at.next)),
    recordReading: () => Promise.resolve(),
    post: async (_: string, kind: string, { text, language, toStaff }: { text: string; language: string; toStaff?: boolean }) => {
      posts.push({ kind, text, language, deed: toStaff ? { kind: EntryKind.note } : null });
      return post().then(() => true, (error: unknown) => {
        if (error === moved) return false;
        throw error;
      });
    },
  };
  const changed = (): void => undefined;
  const deeds = new CaseDeeds(desk, session as never, table as never, { loadQueue: () => Promise.resolve() } as never, changed);
  const at: Work = { desk, session, deeds, notes: new CaseNotes(desk, deeds, changed), answer: new CaseAnswer(desk, session as never, table as never, changed), posts, next: opened() };
  return at;
}

/** Workers and a server. `line.away` cuts off both: a script that cannot be fetched makes no worker. Without `line.opensDrafts` a member's keys are others than those of before. */
export function unlockable(): { desk: Desk; session: DeskSession; line: { away: boolean; opensDrafts: boolean }; unlock: () => Promise<void> } {
  const line = { away: false, opensDrafts: true };
  const answers: Record<string, (args: never) => unknown> = {
    pin: () => ({ version: 1, hash: "00", instance: "00", today: DAY }), unlock: () => ({ member: { id: ME, role: "reviewer", group: "", until: 0 }, kem: new Uint8Array(1) }), signIn: () => new Uint8Array(1), sign: () => ({ nonce: "", signature: "" }),
    sealDraft: ({ text }: { text: Uint8Array }) => text, openDraft: ({ sealed }: { sealed: Uint8Array }) => {
      if (!line.opensDrafts) throw new Error("not_a_recipient");
      return sealed;
    },
  };
  class Worker {
    onmessage: ((event: { data: unknown }) => void) | null = null;
    onerror: (() => void) | null = null;
    private readonly lives = !line.away;

    constructor() {
      if (!this.lives) setTimeout(() => this.onerror?.(), 0);
    }

    postMessage({ id, op, args }: { id: number; op: string; args: never }): void {
      const reply = (): object => {
        try {
          return { id, ok: answers[op]?.(args) ?? null };
        } catch (error) {
          return { id, error: { slug: (error as Error).message, fact: "" } };
        }
      };
      if (this.lives) setTimeout(() => this.onmessage?.({ data: reply() }), 0);
    }

    terminate(): void {
      this.onmessage = null;
    }
  }
  const fetched = (): Promise<Response> => (line.away ? Promise.reject(new TypeError("away")) : Promise.resolve(Response.json({ session: "s" })));
  Object.assign(globalThis, { Worker, fetch: fetched, location: { origin: "https://panah.example" } });
  const ear = { addEventListener: () => undefined, removeEventListener: () => undefined };
  Object.assign(window, { setInterval: () => 0, clearInterval: () => undefined, ...ear });
  Object.assign(document, ear);
  const desk = newDesk();
  const none = (): void => undefined;
  const session = new DeskSession(desk, { worker: "/s/deskworker.js", pinnedVersion: 0, buildDay: 0 } as never, none, none, none);
  const keyfile = { name: "key", size: 100, arrayBuffer: () => Promise.resolve(new ArrayBuffer(100)) } as File;
  return { desk, session, line, unlock: () => session.chooseFile(keyfile).then(() => session.unlock(new Uint8Array(9))) };
}

/** As it is after a lock and the same member's coming back. */
export function locked(desk: Desk): Desk {
  const again = newDesk();
  for (const [place, what] of keptOf(desk)) giveBack(again, place, JSON.parse(JSON.stringify(what)));
  return Object.assign(again, { member: desk.member, keyring: desk.keyring });
}

/** Takes the case up (again). */
export async function takeUp(desk: Desk, cid: string, change: Partial<OpenedCase> = {}): Promise<void> {
  const session = { generation: 0, signedOut: () => false };
  await new CaseTable(desk, session as never, { whole: () => Promise.reject(away) } as never, () => undefined).openCase(cid);
  desk.file.opened = opened(change);
}
