// Other readers for many cases in one go: proposed for each, or agreed to in each, with what could not be done and why.
// Every case is opened and checked as if it were alone. It can be stopped and begun again: what is done is passed over.

import { EntryKind } from "../../../crypto/ts/entry.js";
import type { Deed } from "./desk-calls.js";
import { unmoved } from "./desk-case.js";
import { type Many, noMany } from "./desk-many-state.js";
import { type CaseLine, type Desk, type Peek, textBytes } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { readersFault } from "./desk-readers.js";
import { ServerError, type StaffClient } from "./desk-server.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { type CaseSource } from "./desk-source.js";
import { pageLanguage } from "./desk-words.js";

const MAX_WRAP_TEXT = 3000; // SPEC 7.3
const TRIES = 3; // on a chain that moves while it is written to

export class DeskMany {
  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly source: CaseSource, private readonly peekOf: (line: CaseLine) => Peek, private readonly changed: () => void) {}

  set(change: Partial<Many>): void {
    const anew = "members" in change || "text" in change; // what was done is of another choice
    Object.assign(this.desk.many, { fault: "" }, anew ? { finished: false } : {}, change);
    this.changed();
  }

  stop(): void {
    this.set({ stopping: true });
  }

  /** Proposes the chosen readers in every case that this member reads, or agrees where somebody else proposed. */
  async run(agreeing: boolean): Promise<boolean> {
    const { desk, session } = this;
    const { many } = desk;
    const { client, generation } = session;
    if (many.running || !client) return false;
    const missing = agreeing ? "" : this.missing();
    if (missing) {
      this.set({ fault: missing });
      return false;
    }
    // also what nobody has opened yet: whoever leaves hands over all, not the first fifty
    const lines = desk.queue.lines.filter((line) => ["opens", "waiting"].includes(this.peekOf(line).reach));
    desk.many = { ...many, running: true, finished: false, stopping: false, done: 0, total: lines.length, signed: 0, left: [], fault: "" };
    this.changed();
    try {
      const kems = await client.kemKeys();
      for (const { cid } of lines) {
        if (desk.many.stopping || generation !== session.generation) break;
        const left = await this.one(client, cid, agreeing, kems);
        if (generation !== session.generation) return false;
        if (left === "") desk.many.signed += 1;
        else if (left !== "nothing") desk.many.left = [...desk.many.left, { cid, why: left }];
        desk.many.done += 1;
        this.changed();
      }
    } catch (error) {
      if (generation !== session.generation) return false;
      if (session.signedOut(error)) return false;
      desk.many.fault = faultOf(error).slug;
    }
    desk.many = { ...desk.many, running: false, finished: true };
    this.changed();
    return true;
  }

  private missing(): string {
    const { members, text } = this.desk.many;
    const named = this.desk.colleagues.filter(({ id }) => members.includes(id)).map(({ role }) => role);
    if (named.filter((role) => role === "reviewer").length < 2 || !named.includes("supervisor")) return "no_readers";
    if (!members.includes(this.desk.member?.id ?? "")) return "not_yourself";
    if (!text.trim()) return "no_text";
    return textBytes(text.trim()) > MAX_WRAP_TEXT ? "too_large" : "";
  }

  /** Empty where it was signed, `nothing` where nothing was to be done, else why not. */
  private async one(client: StaffClient, cid: string, agreeing: boolean, kems: Uint8Array, handed = false): Promise<string> {
    for (let i = 0; i < TRIES; i++) {
      const { detail, request } = await this.source.whole(cid);
      const { opened, fault, reaches } = await this.session.vault.ask("open", request);
      if (!reaches && !fault) return "nothing"; // sealed to others
      if (!opened || fault || opened.chainFault || opened.against.length || opened.messages[0]?.fault) return "unreadable";
      // after an agreement: the key of the unit's new inbox goes on to it
      const deed = handed ? (opened.unitBehind ? unmoved(opened, EntryKind.grant) : "") : agreeing ? agreement(opened) : this.proposal(opened);
      if (typeof deed === "string") return deed;
      const text = agreeing ? "" : this.desk.many.text.trim();
      const bytes = await this.session.vault.ask("compose", { ...request, kind: "deed", deed, kems, mailboxOpen: detail.mailbox_open, text, language: pageLanguage(), takesUpStop: false });
      try {
        await client.post(cid, bytes);
        return agreeing && !handed ? await this.one(client, cid, agreeing, kems, true) : "";
      } catch (error) {
        if (!(error instanceof ServerError) || error.slug !== "chain_moved") throw error;
      }
    }
    return "moved";
  }

  private proposal(opened: OpenedCase): Deed | string {
    const barred = opened.barred.map(({ member }) => member);
    const members = this.desk.many.members.filter((id) => !barred.includes(id));
    const same = (ids: readonly string[]): boolean => ids.length === members.length && ids.every((id) => members.includes(id));
    if (same(opened.readers) || opened.changes.some((one) => !one.unit && same(one.members))) return "nothing";
    return readersFault(opened, this.desk.colleagues, members, this.desk.member?.id ?? "") || { ...unmoved(opened, EntryKind.readersProposed), members };
  }
}

function agreement(opened: OpenedCase): Deed | string {
  const [change] = opened.changes.filter(({ own, unit }) => !own && !unit);
  if (!change) return "nothing";
  return change.fault ? "wrong" : { ...unmoved(opened, EntryKind.readersAgreed), cited: change.link };
}

export const forgetMany = (desk: Desk): void => void (desk.many = noMany());
