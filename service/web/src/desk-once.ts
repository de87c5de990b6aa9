// A deed that was posted when the line went away may stand in the case: it is looked for there before it is posted again.

import { EntryKind } from "../../../crypto/ts/entry.js";
import type { Deed } from "./desk-calls.js";
import { type CaseTable } from "./desk-case.js";
import type { Desk } from "./desk-model.js";
import { ServerError } from "./desk-server.js";
import { type DeskSession } from "./desk-session.js";

/** What was posted, and no answer of the server came yet. Kept with the case, over a lock too: it holds words. */
export interface Unsure {
  what: string;
  kind: number;
  code: string;
  text: string;
  /** Its place in the history, where it was taken: upon so many entries it was signed. */
  at: number;
  /** Where its words are kept, and what was planned with them; empty where it has none. */
  words: string;
  planned: string;
}

export class PostOnce {
  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly table: CaseTable) {}

  /** Where another entry came first, the case is read anew: the other's deed is shown, the words stay. Unless that entry is this very deed, which the server had taken when the line went away. False where the case was put away. */
  async post(cid: string, bytes: Uint8Array, { kind, code, cited, members }: Deed, { text, at, words, planned }: Pick<Unsure, "text" | "at" | "words" | "planned">, stays: () => boolean): Promise<boolean> {
    const { session } = this;
    const what = [kind, code, cited, ...members, text].join(" ");
    const earlier = this.of(cid).find((one) => one.what === what);
    const stands = (): boolean => earlier !== undefined && this.isThere(earlier); // what is refused now was not taken now: the same by the own hand in another window is not this
    const over = (): void => this.put(cid, this.of(cid).filter((one) => one.what !== what));
    if (stands()) {
      over();
      return true;
    }
    const generation = session.generation;
    this.put(cid, [...this.of(cid).filter((one) => one.what !== what), { what, kind, code, text, at, words, planned }]);
    try {
      await session.client?.post(cid, bytes);
    } catch (error) {
      const moved = error instanceof ServerError && error.slug === "chain_moved";
      if (!moved || !stays()) throw error;
      await this.table.readCase(false);
      if (!stays()) return false;
      if (!stands()) {
        over(); // signed upon a history that went on without it, it can be taken no more
        throw error;
      }
      over();
      return true;
    }
    if (generation === session.generation) this.put(cid, this.of(cid).filter((one) => one.at !== at && !(kind === EntryKind.claimed && one.kind === kind))); // whatever else was to be in this place is not; and who has it is said anew
    return true;
  }

  /** Of the case on the table, what stands in it: told once. From then on the same is a deed of its own. */
  settled(): Unsure[] {
    const { cid } = this.desk.file;
    const found = this.of(cid).filter((one) => this.isThere(one));
    if (found.length) this.put(cid, this.of(cid).filter((one) => !found.includes(one)));
    return found;
  }

  private of(cid: string): readonly Unsure[] {
    return this.desk.unsure.get(cid) ?? [];
  }

  private put(cid: string, some: readonly Unsure[]): void {
    if (some.length) this.desk.unsure.set(cid, some);
    else this.desk.unsure.delete(cid);
  }

  private isThere({ at, kind, code, text }: Unsure): boolean {
    const { file, member } = this.desk;
    const one = file.opened?.entries[at];
    return one !== undefined && one.actor === member?.id && one.kind === kind && one.code === code && one.text === text && one.verdict === "counts";
  }
}
