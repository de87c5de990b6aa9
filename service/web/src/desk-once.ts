// A deed that was posted when the line went away may stand in the case: it is looked for there before it is posted again.

import type { Deed } from "./desk-calls.js";
import { type CaseTable, landed } from "./desk-case.js";
import type { Desk } from "./desk-model.js";
import { ServerError } from "./desk-server.js";
import { type DeskSession } from "./desk-session.js";

export class PostOnce {
  /** Of a case on the table, what was posted without an answer of the server: how many entries there were then. */
  private readonly unsure = new WeakMap<Desk["file"], Map<string, number>>();

  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly table: CaseTable) {}

  /** Where another entry came first, the case is read anew: the other's deed is shown, the words stay. Unless that entry is this very deed, which the server had taken when the line went away. False where the case was put away. */
  async post(cid: string, bytes: Uint8Array, deed: Deed, text: string, stays: () => boolean): Promise<boolean> {
    const { desk, session } = this;
    const tried = this.unsure.get(desk.file) ?? new Map<string, number>();
    this.unsure.set(desk.file, tried);
    const what = [deed.kind, deed.code, deed.cited, ...deed.members, text].join(" ");
    const isThere = (): boolean => landed(desk, tried.get(what) ?? Infinity, deed.kind, text, deed.code);
    try {
      if (!isThere()) await session.client?.post(cid, bytes);
    } catch (error) {
      const moved = error instanceof ServerError && error.slug === "chain_moved";
      if (!moved && stays()) tried.set(what, tried.get(what) ?? desk.file.opened?.entries.length ?? 0);
      if (!moved || !stays()) throw error;
      await this.table.readCase(false);
      if (!stays()) return false;
      if (!isThere()) throw error;
    }
    tried.delete(what);
    return true;
  }
}
