// The case on the table: fetched, opened by the worker, its opening signed.

import { EntryKind } from "../../../crypto/ts/entry.js";
import { State } from "../../../crypto/ts/workflow.js";
import type { Deed, OpenRequest } from "./desk-calls.js";
import { isLooking } from "./desk-custody.js";
import { decidesIn } from "./desk-decision.js";
import { closeViewing } from "./desk-files.js";
import { answerKey, BOOK, type CaseDetail, type Desk, type Draft, noFile, noPlan, PAIR, STATES } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { asPeek } from "./desk-queue.js";
import { ServerError } from "./desk-server.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { type CaseSource } from "./desk-source.js";
import { pageLanguage } from "./desk-words.js";

export const TRIES = 4; // a chain that moves four times while one person writes is looked at by eye

export class CaseTable {
  /** The open case as it was read and shown: an answer is built on this, so that nothing unseen slips in before it. */
  current: { detail: CaseDetail; request: OpenRequest } | null = null;
  private recording: Promise<void> = Promise.resolve();

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
    desk.file = { ...noFile(), cid, loading: true, ...begunIn(desk, cid) };
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
      desk.queue.peeks.set(cid, asPeek(desk, found, detail));
      desk.file.loading = false;
      this.changed();
      if (record && found.opened) void this.pinApart(found.opened);
      if (record && found.opened && mayRecord(found.opened)) await this.recordOpening();
    } catch (error) {
      if (!here() || session.signedOut(error)) return;
      desk.file.fault = faultOf(error);
    }
    desk.file.loading = false;
    this.changed();
  }

  /** Names are opened seldom, and a file that nobody has kept ends after half a year. */
  private async pinApart({ messages }: OpenedCase): Promise<void> {
    for (const upload of messages.flatMap(({ apart }) => apart)) await this.session.client?.pinEvidence(upload).catch(() => undefined);
  }

  /** Until the own opening is signed: a deed that came while it was under way would find that the chain had moved. */
  recorded(): Promise<void> {
    return this.recording;
  }

  /** Signs `opened` into the chain, once for what is new: the person can then see that a human has it (SPEC 8.1). */
  private recordOpening(): Promise<void> {
    const { file } = this.desk;
    file.recording = true;
    this.changed();
    return (this.recording = this.signOpening().finally(() => {
      file.recording = false;
      this.changed();
    }));
  }

  private async signOpening(): Promise<void> {
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

  /** SPEC 8.9: whoever is named and has just seen that all of it opens says so, and others see the case no more. */
  async recordReading(): Promise<void> {
    const { file } = this.desk;
    const { said } = file;
    if (file.opened?.keeping.due && mayRecord(file.opened)) await this.recordOpening();
    if (file.said === "opened") file.said = said;
    this.changed();
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

  /** A note with a code, beside whatever deed is being written: on a chain that moved it is signed anew. False where the case is no longer on the table. */
  async postNote(code: string, text: string): Promise<boolean> {
    const { desk, session } = this;
    const asked = session.generation;
    const { cid } = desk.file;
    const here = (): boolean => asked === session.generation && desk.file.cid === cid;
    for (let i = 0; i < TRIES && here(); i++) {
      const deed = unmoved(desk.file.opened, EntryKind.note);
      if (!deed || !session.client || this.current?.request.cid !== cid) return false;
      const { request, detail } = this.current;
      const bytes = await session.vault.ask("compose", { ...request, kind: "deed", deed: { ...deed, code }, kems: new Uint8Array(0), mailboxOpen: detail.mailbox_open, text, language: pageLanguage(), takesUpStop: false });
      const moved = await session.client.post(cid, bytes).then(() => false, (error: unknown) => {
        if (error instanceof ServerError && error.slug === "chain_moved") return true;
        throw error;
      });
      if (here()) await this.readCase(false);
      if (!moved) return here();
    }
    throw new ServerError("chain_moved", "another entry came first", 409);
  }
}

/** Not on a broken history, and not while the person's wish to stop is open: a new state could be noticed in their mailbox. */
function mayRecord(opened: OpenedCase): boolean {
  if (opened.against.length) return false;
  if (!opened.messages.some((message) => !message.fault)) return false; // a custodian opens no account
  return (opened.fresh > 0 || opened.keeping.due) && !opened.chainFault && !opened.messages[0]?.fault && opened.state !== STATES.indexOf("safety_hold");
}

/** What was begun in a case when it was put away. */
function begunIn(desk: Desk, cid: string): Pick<Desk["file"], "book" | "decides" | "pair" | "plan"> {
  const field = (id: string): string => desk.reasons.get(answerKey(cid, id)) ?? "";
  return { book: field(BOOK), decides: decidesIn(desk, cid), pair: field(PAIR).split(" ").filter(Boolean), plan: { ...noPlan(), ...desk.plans.get(cid), text: desk.reasons.get(cid) ?? "" } };
}

/** A deed that leaves the case where it stands. */
export function unmoved(opened: OpenedCase, kind: number): Deed;
export function unmoved(opened: OpenedCase | null, kind: number): Deed | null;
export function unmoved(opened: OpenedCase | null, kind: number): Deed | null {
  const place = opened?.place;
  return place ? { kind, state: place.state || State.screening, priority: place.priority, until: 0, cited: "", visible: false, code: "", members: [] } : null;
}

/** Whether an entry of the own hand, from the one with number `from` on, has just these words: what was sent when the line went away. */
export const landed = ({ file, member }: Desk, from: number, kind: number, text: string, code = ""): boolean =>
  file.opened?.entries.slice(from).some((one) => one.actor === member?.id && one.kind === kind && one.text === text && one.code === code && one.verdict === "counts") ?? false;

/** Whether somebody else signed anything but that they read the case or a file of it, since it was `seen`. */
export const othersSince = ({ file, member }: Desk, seen: OpenedCase | null): boolean =>
  file.opened !== seen && (file.opened?.entries.slice(seen?.entries.length ?? 0).some((one) => one.actor !== member?.id && one.kind !== EntryKind.opened && !isLooking(one)) ?? false);

/** Whether all that came between two readings of a case is that somebody read it or a file of it: then what was to be signed on `before` is signed on `now`. */
export function onlyOpenings(before: OpenedCase | null, now: OpenedCase | null): boolean {
  if (!before || !now || now === before || now.chainFault || now.messages.length !== before.messages.length) return false;
  const grew = before.entries.every(({ link }, i) => now.entries[i]?.link === link) && before.messages.every(({ cid }, i) => now.messages[i]?.cid === cid);
  return grew && now.entries.slice(before.entries.length).every((one) => one.verdict === "counts" && (one.kind === EntryKind.opened || isLooking(one)));
}

/** Whether the person wrote since the case was `seen`: what is for them waits until that can be read. */
export const wroteSince = ({ file }: Desk, seen: OpenedCase | null): boolean => (file.opened?.messages.length ?? 0) > (seen?.messages.length ?? 0);
