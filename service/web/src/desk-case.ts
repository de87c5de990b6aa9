// The case on the table: fetched, opened by the worker, its opening signed.

import { EntryKind } from "../../../crypto/ts/chain.js";
import { State } from "../../../crypto/ts/workflow.js";
import type { Deed, OpenRequest } from "./desk-calls.js";
import { closeViewing } from "./desk-files.js";
import { type CaseDetail, type Desk, type Draft, noFile, noPlan, type OpenedCase, STATES } from "./desk-model.js";
import { asPeek } from "./desk-queue.js";
import { ServerError } from "./desk-server.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { type CaseSource } from "./desk-source.js";

export const TRIES = 4; // a chain that moves four times while one person writes is looked at by eye

export class CaseTable {
  /** The open case as it was read and shown: an answer is built on this, so that nothing unseen slips in before it. */
  current: { detail: CaseDetail; request: OpenRequest } | null = null;

  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly source: CaseSource, private readonly changed: () => void) {}

  forget(): void {
    closeViewing(this.desk);
    this.source.forget();
    this.current = null;
  }

  async openCase(cid: string): Promise<void> {
    const { desk } = this;
    closeViewing(desk);
    desk.screen = "case";
    desk.file = { ...noFile(), cid, loading: true, plan: { ...noPlan(), text: desk.reasons.get(cid) ?? "" } };
    desk.queue.selected = cid;
    this.changed();
    await this.readCase(true);
  }

  async readCase(record: boolean): Promise<void> {
    const { desk, session } = this;
    const asked = session.generation;
    const cid = desk.file.cid;
    const here = (): boolean => asked === session.generation && desk.file.cid === cid;
    desk.file.loading = true;
    desk.file.fault = null;
    this.changed();
    try {
      const { detail, request } = await this.source.whole(cid);
      const found = await session.vault.ask("open", request);
      if (!here()) return;
      this.current = { detail, request };
      desk.file.detail = detail;
      desk.file.opened = found.opened;
      if (record) desk.file.newFrom = (found.opened?.messages.length ?? 0) - (found.opened?.fresh ?? 0);
      desk.file.fault = found.reaches ? found.fault : (found.fault ?? { slug: "not_a_recipient", fact: "" });
      desk.queue.peeks.set(cid, asPeek(desk, found, detail.mailbox_open));
      desk.file.loading = false;
      this.changed();
      if (record && found.opened && mayRecord(found.opened)) await this.recordOpening();
    } catch (error) {
      if (!here() || session.signedOut(error)) return;
      desk.file.fault = faultOf(error);
    }
    desk.file.loading = false;
    this.changed();
  }

  /** Signs `opened` into the chain, once for what is new: the person can then see that a human has it (SPEC 8.1). */
  private async recordOpening(): Promise<void> {
    const { desk, session } = this;
    const asked = session.generation;
    const { cid } = desk.file;
    try {
      for (let i = 0; i < TRIES && desk.file.cid === cid; i++) {
        const done = await this.post(cid, "opened", { text: "", language: "", takesUpStop: false });
        if (asked !== session.generation || desk.file.cid !== cid) return;
        await this.readCase(false);
        if (done) {
          desk.file.said = "opened";
          break;
        }
      }
    } catch (error) {
      if (asked !== session.generation || session.signedOut(error)) return;
      desk.file.sendFault = faultOf(error);
      desk.file.said = "unrecorded";
    }
  }

  /** One attempt, on the chain as it was shown. False when it had moved; the caller reads it anew. */
  async post(cid: string, kind: "opened" | "text", draft: Draft): Promise<boolean> {
    const { session, current } = this;
    if (!current || current.request.cid !== cid || !session.client) throw new ServerError("chain_moved", "the case is not on the table", 409);
    const { text, language, takesUpStop, toStaff } = draft;
    const deed = toStaff && kind === "text" ? unmoved(this.desk.file.opened, EntryKind.note) : null;
    const words = { text, language, takesUpStop: takesUpStop && !toStaff };
    const bytes = await session.vault.ask("compose", { ...current.request, ...words, kind: deed ? "deed" : kind, deed, kems: new Uint8Array(0), mailboxOpen: current.detail.mailbox_open });
    try {
      await session.client.post(cid, bytes);
      return true;
    } catch (error) {
      if (error instanceof ServerError && error.slug === "chain_moved") return false;
      throw error;
    }
  }
}

/** Not on a broken history, and not while the person's wish to stop is open: a new state could be noticed in their mailbox. */
function mayRecord(opened: OpenedCase): boolean {
  if (opened.against.length) return false;
  if (!opened.messages.some((message) => !message.fault)) return false; // a custodian opens no account
  return opened.fresh > 0 && !opened.chainFault && !opened.messages[0]?.fault && opened.state !== STATES.indexOf("safety_hold");
}

/** A deed that leaves the case where it stands. */
export function unmoved(opened: OpenedCase, kind: number): Deed;
export function unmoved(opened: OpenedCase | null, kind: number): Deed | null;
export function unmoved(opened: OpenedCase | null, kind: number): Deed | null {
  const place = opened?.place;
  return place ? { kind, state: place.state || State.screening, priority: place.priority, until: 0, cited: "", visible: false, code: "", members: [] } : null;
}

/** The language in which the person wishes to be answered. */
export function replyLanguage(opened: OpenedCase | null): string {
  const wished = opened?.messages.flatMap((message) => message.answers).reverse().find(([id]) => id === "reply_lang");
  return wished?.[1] || opened?.language || "ru";
}
