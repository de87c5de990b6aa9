// Deeds in a case: planned, asked about once more, signed on the case as it was shown.

import { EntryKind } from "../../../crypto/ts/entry.js";
import { LEGAL_HOLD_DAYS } from "../../../crypto/ts/legalhold.js";
import { findRule, PROPOSAL_DAYS, State } from "../../../crypto/ts/workflow.js";
import type { Deed } from "./desk-calls.js";
import { type CaseTable, onlyOpenings, othersSince, TRIES, unmoved, wroteSince } from "./desk-case.js";
import { answerKey, type Desk, noFile, noPlan, PAIR, type Plan, type WordReaders } from "./desk-model.js";
import { forgetCase } from "./desk-kept.js";
import type { HoldProposal, NameAsk, NameErasure, OpenedCase, ReadersChange } from "./desk-opened.js";
import { PostOnce, type Unsure } from "./desk-once.js";
import { missingIn, plannedIn } from "./desk-planned.js";
import { COPY_OUT, LEGAL_HOLD } from "./desk-plan.js";
import { type CaseQueue } from "./desk-queue.js";
import { ServerError } from "./desk-server.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { sealsKeys, type Signing } from "./desk-signing.js";
import { isTold, languageOf } from "./desk-spoken.js";
import { chosenPair } from "./desk-view-claim.js";
import { t } from "./desk-words.js";

const MAX_CARRIED = 262144; // an entry and its box
const CLAIM = "claim"; // where what kept a pair from being signed is said

export class CaseDeeds {
  private readonly once: PostOnce;

  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly table: CaseTable, private readonly queue: CaseQueue, private readonly changed: () => void) {
    this.once = new PostOnce(desk, session, table);
  }

  plan(change: Partial<Plan>): void {
    const { file } = this.desk;
    file.plan = { ...file.plan, ...change };
    if (file.plan.target !== noPlan().target) this.keepApart(change);
    if (change.target === State.withdrawn) file.plan.days = this.daysToThink(); // whenever another agrees, the person has as many as the rule gives
    if (change.target === LEGAL_HOLD) file.plan.days = LEGAL_HOLD_DAYS;
    this.desk.reasons.set(file.cid, file.plan.text);
    if (file.plan.target === noPlan().target) this.desk.plans.delete(file.cid);
    else this.desk.plans.set(file.cid, file.plan);
    file.doFault = null;
    if (file.doing !== "sending") file.doing = ""; // what is on its way cannot be asked about again
    this.changed();
  }

  /** What was written for staff must not stand, by a turn of a list, where the person or somebody outside reads it. Staff may read all of it. */
  private keepApart(change: Partial<Plan>): void {
    const { plan } = this.desk.file;
    const readers = this.readers();
    if (!readers || readers === plan.readers) return;
    if (change.text !== undefined || !plan.readers) plan.readers = readers;
    else if (change.target !== undefined && (readers !== "staff" || !plan.text.trim())) {
      if (plan.text.trim()) plan.others = { ...plan.others, [plan.readers]: plan.text };
      Object.assign(plan, { readers, text: plan.others[readers] ?? "" });
    }
  }

  /** Of the words of the step that is planned. */
  private readers(): WordReaders | "" {
    const deed = plannedIn(this.desk);
    if (!deed) return "";
    return this.desk.file.plan.target === COPY_OUT ? "outsider" : isTold(this.desk, deed) ? "person" : "staff";
  }

  /** Those for which a proposal waits, and from the last of them on those that the rule leaves. */
  private daysToThink(): number {
    const { opened } = this.desk.file;
    const rule = opened && findRule(opened.place.state || State.screening, opened.place.back, State.withdrawn);
    return rule ? PROPOSAL_DAYS + rule.least : 0;
  }

  /** First step of a deed: is anything missing. */
  askDeed(): void {
    const { file } = this.desk;
    const missing = missingIn(this.desk);
    file.doFault = missing ? { slug: missing, fact: "" } : null;
    file.doing = missing ? "" : "asking";
    file.looked = { ...file.looked, step: file.opened };
    this.changed();
  }

  /** Signs what was asked about, on the case as it was shown. */
  async doDeed(): Promise<void> {
    const { file } = this.desk;
    const missing = missingIn(this.desk);
    if (missing) {
      file.doFault = { slug: missing, fact: "" };
      return this.changed();
    }
    const deed = plannedIn(this.desk);
    if (deed) await this.sign(deed, file.plan.text.trim(), { words: file.cid, looked: file.doing === "asking" ? file.looked.step : null });
  }

  private unmoved(kind: number): Deed | null {
    return unmoved(this.desk.file.opened, kind);
  }

  choosePair(ids: string[]): void {
    this.desk.file.doFault = null;
    this.keepPair(ids);
    this.changed();
  }

  private keepPair(ids: string[], file = this.desk.file): void {
    const { reasons } = this.desk;
    file.pair = ids;
    if (ids.length) reasons.set(answerKey(file.cid, PAIR), ids.join(" "));
    else reasons.delete(answerKey(file.cid, PAIR));
  }

  /** SPEC 8.12: these two have it. */
  async claim(): Promise<void> {
    const { file } = this.desk;
    const pair = file.opened ? chosenPair(this.desk, file.opened) : [];
    if (pair.length === 2) return this.signPair(pair);
    file.doFault = { slug: "no_pair", fact: "", at: CLAIM };
    this.changed();
  }

  /** Whoever comes second is told, and what they write beside it stays. Where another entry came first and nobody's hands changed, it is signed anew. */
  async signPair(members: string[]): Promise<void> {
    const { file } = this.desk;
    const before = file.opened?.claimed.join();
    let done = false;
    for (let i = 0; i < TRIES && !done; i++) {
      const deed = this.unmoved(EntryKind.claimed);
      if (!deed) return;
      done = await this.sign({ ...deed, members }, "", { at: CLAIM, tries: 1, posted: () => this.keepPair([], file) });
      if (this.desk.file !== file) return;
      if (file.doFault?.slug !== "chain_moved" || file.opened?.claimed.join() !== before) break;
    }
    if (done || file.opened?.claimed.join() !== before) this.keepPair([]); // else the choice stays, to be tried again
    this.changed();
  }

  /** Words for what waits under this link; they are no words of the own next step. */
  answerWords(link: string, text: string): void {
    const { desk } = this;
    desk.reasons.set(answerKey(desk.file.cid, link), text);
    desk.file.doFault = null;
    this.changed();
  }

  /** What was written for it; null, and said so, where nothing was. */
  private wordsFor(link: string): string | null {
    const { desk } = this;
    const text = (desk.reasons.get(answerKey(desk.file.cid, link)) ?? "").trim();
    if (text) return text;
    desk.file.doFault = { slug: "no_text", fact: "", at: link };
    this.changed();
    return null;
  }

  /** Agrees, by an entry of `kind`, to what waits under a link, or refuses it. Whoever refuses says why, and whoever agrees where the person reads it (`told`). */
  private async answer(link: string, agrees: boolean, kind: number, told = false, until = 0): Promise<boolean> {
    const text = agrees && !told ? "" : this.wordsFor(link);
    const deed = text === null ? null : this.unmoved(agrees ? kind : EntryKind.refusal);
    if (!deed) return false;
    return this.sign({ ...deed, cited: link, visible: agrees && told, until: agrees ? until : 0 }, text ?? "", { at: link, words: answerKey(this.desk.file.cid, link) });
  }

  async grant(): Promise<void> {
    const deed = this.unmoved(EntryKind.grant);
    if (deed) await this.sign(deed, "", { at: "grant" });
  }

  /** Those who read it get what came since. */
  async keep(): Promise<void> {
    const deed = this.unmoved(EntryKind.readersKept);
    if (deed && (await this.sign(deed, "", { at: "keep" }))) await this.table.recordReading();
  }

  async answerChange(change: ReadersChange, agrees: boolean): Promise<void> {
    if (!(await this.answer(change.link, agrees, EntryKind.readersAgreed))) return;
    if (agrees && this.desk.file.opened?.unitBehind) await this.grant(); // other readers made a new inbox for the unit too: its key goes on at once
    await this.table.recordReading();
  }

  /** SPEC 8.15: the second of two, in words that the person reads. */
  async answerErasure(one: NameErasure, agrees: boolean): Promise<void> {
    await this.answer(one.link, agrees, EntryKind.nameErasureAgreed, true);
  }

  /** SPEC 8.16: the second of two, in words that the person reads. */
  async answerHold(one: HoldProposal, agrees: boolean): Promise<void> {
    await this.answer(one.link, agrees, EntryKind.legalHoldAgreed, true, one.until);
  }

  /** What a reviewer or a custodian does with an asking: the own half, or a refusal. */
  async answerAsk(ask: NameAsk, agrees: boolean): Promise<void> {
    const custodian = this.desk.member?.role === "custodian";
    const done = await this.answer(ask.link, agrees, custodian ? EntryKind.identityGranted : EntryKind.identityAgreed);
    if (!done || !custodian) return;
    this.desk.file = noFile(); // nothing of the case is left for a custodian
    await this.queue.loadQueue();
  }

  /** Signs the opening first, then shows the name. */
  async openName(ask: NameAsk): Promise<void> {
    const { desk, session } = this;
    const { file } = desk;
    const deed = this.unmoved(EntryKind.identityOpened);
    if (!deed || !(await this.sign({ ...deed, cited: ask.link }, "", { at: ask.link })) || !this.table.current) return;
    file.doing = "sending";
    this.changed();
    try {
      const name = await session.vault.ask("openName", { ...this.table.current.request, link: ask.link });
      if (desk.file === file) file.name = { ...name, link: ask.link };
    } catch (error) {
      file.doFault = { ...faultOf(error), at: ask.link };
    }
    file.doing = "";
    this.changed();
  }

  hideName(): void {
    this.desk.file.name = null;
    this.changed();
  }

  /** The server withholds the case from this member at once; the own page forgets it. */
  async recuse(): Promise<void> {
    const deed = this.unmoved(EntryKind.recusal);
    if (!deed || !(await this.sign(deed, ""))) return;
    await this.leave();
  }

  /** Nothing of the case is there any more, here either. */
  private async leave(): Promise<void> {
    const { desk } = this;
    forgetCase(desk);
    this.table.current = null;
    desk.file = noFile();
    await this.queue.loadQueue();
  }

  /** On the case as it is shown, and anew on what is there then where somebody only read it meanwhile. */
  async sign(deed: Deed, text: string, { at: place = "", words = "", on, looked, tries = TRIES, posted }: Signing = {}): Promise<boolean> {
    const { desk, session } = this;
    const asked = session.generation;
    const { cid } = desk.file;
    if (desk.file.doing === "sending" || !session.client || !this.table.current) return false;
    const stays = (): boolean => asked === session.generation && desk.file.cid === cid;
    const seen = looked ?? desk.file.opened;
    const planned = JSON.stringify(desk.file.plan);
    Object.assign(desk.file, { doing: "sending", doFault: null, said: "", saidAt: "" });
    this.changed();
    await this.table.recorded();
    if (!stays() || !this.table.current) return false;
    try {
      for (let left = tries; ; left--) {
        const before = desk.file.opened;
        try {
          if (!(await this.post(deed, text, on ?? null, seen, { words, planned }, stays))) return false;
          break;
        } catch (error) {
          const moved = error instanceof ServerError && error.slug === "chain_moved";
          if (left <= 1 || !moved || !stays() || !onlyOpenings(before, desk.file.opened)) throw error;
        }
      }
      if (asked !== session.generation) return false; // sealed by now: it is found in the case when that is read
      this.signedWords({ words, text, planned }, cid);
      posted?.();
      if (!stays()) return false;
      Object.assign(desk.file, { doing: "", said: "done", saidAt: place });
      desk.announcement = t("said.done");
      const erased = deed.kind === EntryKind.approval && deed.state === State.erased;
      const leaves = deed.kind === EntryKind.recusal || erased || desk.member?.role === "custodian";
      if (erased) await this.leave();
      else if (!leaves) await this.table.readCase(false);
      return true;
    } catch (error) {
      if (!stays() || session.signedOut(error)) return false;
      desk.file.doing = "";
      const { slug, fact } = faultOf(error);
      desk.file.doFault = { slug: slug === "chain_moved" && waitsForThem(deed) && wroteSince(desk, seen) ? "wrote_meanwhile" : slug, fact, at: place };
    }
    this.changed();
    return false;
  }

  /** One attempt, on what is there now. False where the case was put away. */
  private async post(deed: Deed, text: string, on: OpenedCase | null, seen: OpenedCase | null, { words, planned }: Pick<Unsure, "words" | "planned">, stays: () => boolean): Promise<boolean> {
    const { desk, session } = this;
    if (waitsForThem(deed) && wroteSince(desk, seen)) throw new ServerError("wrote_meanwhile", "a message came first", 0);
    if ((on && on !== desk.file.opened) || othersSince(desk, seen)) throw new ServerError("chain_moved", "the case was read anew", 0);
    const kems = sealsKeys(deed) ? await session.client?.kemKeys() : new Uint8Array(0);
    if (!kems || !stays() || !this.table.current) return false;
    const { request, detail } = this.table.current;
    const at = desk.file.opened?.entries.length ?? 0;
    const bytes = await session.vault.ask("compose", { ...request, kind: "deed", deed: { ...deed, visible: isTold(desk, deed) }, kems, mailboxOpen: detail.mailbox_open, text, language: languageOf(desk, deed), takesUpStop: false });
    return this.once.post(request.cid, bytes, deed, { text, at, words, planned }, stays);
  }

  /** They go once they are signed, and of the own next step all of the plan; what was changed since stays. */
  private signedWords({ words, text, planned }: Pick<Unsure, "words" | "text" | "planned">, cid: string): void {
    const { desk } = this;
    const here = desk.file.cid === cid;
    if (words !== cid) {
      if ((desk.reasons.get(words) ?? "").trim() === text) desk.reasons.delete(words);
    } else if (!here || JSON.stringify(desk.file.plan) === planned) {
      desk.reasons.delete(cid);
      desk.plans.delete(cid);
      if (here) desk.file.plan = noPlan();
    }
  }

  /** A case that was read: what was signed in it when the line went away is said now, and its words go. */
  settle(): Unsure[] {
    const { file } = this.desk;
    const found = this.once.settled();
    for (const one of found) this.signedWords(one, file.cid);
    if (found.some(({ kind }) => kind === EntryKind.claimed) && file.opened && chosenPair(this.desk, file.opened).every((id) => file.opened?.claimed.includes(id))) this.keepPair([]);
    if (found.length) Object.assign(file, { said: "done", doFault: null });
    this.changed();
    return found;
  }

  /** SPEC 8.5: what an offline reviewer signed, as a file. It is checked by the server now and by every desk from then on. */
  async carryIn(file: File | null): Promise<void> {
    const { desk, session } = this;
    const { cid } = desk.file;
    if (!file || !session.client || desk.file.doing === "sending") return;
    const asked = session.generation;
    Object.assign(desk.file, { doing: "sending", doFault: null });
    this.changed();
    try {
      if (file.size > MAX_CARRIED) throw new ServerError("too_large", "", 0);
      await session.client.post(cid, new Uint8Array(await file.arrayBuffer()));
      if (asked !== session.generation || desk.file.cid !== cid) return;
      Object.assign(desk.file, { doing: "", said: "done" });
      await this.table.readCase(true);
    } catch (error) {
      if (asked !== session.generation || desk.file.cid !== cid || session.signedOut(error)) return;
      Object.assign(desk.file, { doing: "", doFault: faultOf(error) });
    }
    this.changed();
  }
}

/** Not signed over a message that nobody saw: what the person reads, and what may come to that once another agrees. */
const waitsForThem = ({ visible, kind }: Deed): boolean => visible || kind === EntryKind.proposal;
