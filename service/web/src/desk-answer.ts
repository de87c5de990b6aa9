// Answers and notes: drafts, the look at what leaves, sending.

import { EntryKind } from "../../../crypto/ts/entry.js";
import { type CaseTable, landed, TRIES, wroteSince } from "./desk-case.js";
import { type Desk, type Draft, MAX_TEXT, textBytes } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { ServerError } from "./desk-server.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { replyLanguage } from "./desk-spoken.js";
import { pageLanguage, t } from "./desk-words.js";

const SILENCE = 28; // days: docs/workflow.md, By when

export class CaseAnswer {
  /** By the case. */
  private readonly leaving = new Map<string, Promise<void>>();

  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly table: CaseTable, private readonly changed: () => void) {}

  /** What is begun among the notes is one; whoever reads it stays as it was chosen, or as it was where its words began. */
  draft(): Draft {
    const { cid, opened, tab } = this.desk.file;
    const kept = this.desk.drafts.get(cid);
    if (kept && (kept.chosen || kept.text.trim())) return kept;
    const toStaff = tab === "notes";
    return { text: "", takesUpStop: false, ...kept, toStaff, language: kept?.spoken ? kept.language : languageFor(opened, toStaff) };
  }

  setDraft(change: Partial<Draft>): void {
    const draft = this.draft();
    const chosen = "toStaff" in change || draft.chosen === true;
    const spoken = "language" in change || draft.spoken === true;
    const language = "toStaff" in change && !spoken ? languageFor(this.desk.file.opened, change.toStaff === true) : draft.language;
    this.desk.drafts.set(this.desk.file.cid, { ...draft, triedAt: undefined, language, ...change, chosen, spoken });
    this.desk.file.sendFault = null;
    this.changed();
  }

  /** A beginning in the language of the answer, after what is there. `{day}` is four weeks from now, the longest silence. */
  beginWith(id: string): void {
    const { text, language } = this.draft();
    const beginning = this.desk.replies[id]?.[language];
    if (!beginning) return;
    const until = new Date(((this.desk.keyring?.today ?? 0) + SILENCE) * 86400000);
    const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }).format(until).replace(/\s?г\.$/, "");
    this.setDraft({ text: [text.trim(), beginning.replace("{day}", day)].filter(Boolean).join("\n\n") });
  }

  /** A case that was read: an answer that the server had taken when the line went away is none that is being written. */
  settle(): void {
    const { desk } = this;
    const { cid } = desk.file;
    const draft = desk.drafts.get(cid);
    if (draft?.triedAt === undefined || this.leaving.has(cid) || !landed(desk, draft.triedAt, draft.toStaff ? EntryKind.note : EntryKind.text, draft.text.trim())) return;
    desk.drafts.delete(cid);
    Object.assign(desk.file, { sending: "", sendFault: null, said: draft.toStaff ? "done" : "sent" });
    desk.announcement = t(draft.toStaff ? "said.done" : "reply.sent");
  }

  /** First step of sending: show what leaves and to whom. */
  ask(): void {
    const { desk } = this;
    const { text } = this.draft();
    const size = textBytes(text.trim());
    desk.file.sendFault = size === 0 ? { slug: "empty", fact: "" } : size > MAX_TEXT ? { slug: "too_large", fact: `${size} of ${MAX_TEXT} bytes` } : null;
    desk.file.sending = desk.file.sendFault ? "" : "asking";
    desk.file.looked = { ...desk.file.looked, answer: desk.file.opened };
    this.changed();
  }

  /** Of a case that was put away while its words were leaving, and taken up again, they leave once. */
  async send(): Promise<void> {
    const { desk } = this;
    const { cid } = desk.file;
    if (desk.file.sending !== "asking") return;
    const earlier = this.leaving.get(cid);
    const now = this.leave(cid, earlier);
    this.leaving.set(cid, now);
    await now;
    if (this.leaving.get(cid) === now) this.leaving.delete(cid);
  }

  private async leave(cid: string, earlier: Promise<void> | undefined): Promise<void> {
    const { desk, session } = this;
    const asked = session.generation;
    const { opened } = desk.file;
    const written: Draft = { ...this.draft(), triedAt: this.draft().triedAt ?? opened?.entries.length ?? 0 };
    const draft = { ...written, text: written.text.trim() };
    const looked = desk.file.looked.answer;
    Object.assign(desk.file, { sending: "sending", said: "", saidAt: "" });
    this.changed();
    const stays = (): boolean => asked === session.generation && desk.file.cid === cid;
    await earlier;
    if (!stays()) return;
    if (!desk.drafts.has(cid)) {
      desk.file.sending = "";
      return this.changed();
    }
    desk.drafts.set(cid, written);
    await this.table.recorded();
    if (!stays()) return;
    const isThere = (): boolean => landed(desk, written.triedAt ?? 0, draft.toStaff ? EntryKind.note : EntryKind.text, draft.text);
    try {
      if (!isThere()) ensureNothingNew(desk, looked, draft);
      for (let i = 0; !isThere(); i++) {
        if (await this.table.post(cid, "text", draft)) break;
        if (!stays()) return;
        await this.table.readCase(false);
        if (!stays()) return;
        if (isThere()) break;
        ensureNothingNew(desk, looked, draft);
        if (i + 1 >= TRIES) throw new ServerError("chain_moved", "another entry came first", 409);
      }
      if (asked === session.generation && desk.drafts.get(cid) === written) desk.drafts.delete(cid); // also when another case is on the table by now
      if (!stays()) return;
      desk.file.sending = "";
      desk.file.said = draft.toStaff ? "done" : "sent";
      desk.announcement = t(draft.toStaff ? "said.done" : "reply.sent");
      await this.table.readCase(false);
    } catch (error) {
      if (!stays() || session.signedOut(error)) return;
      desk.file.sending = "";
      desk.file.sendFault = faultOf(error);
    }
    this.changed();
  }
}

/** Staff write to each other in the language of their page. */
const languageFor = (opened: OpenedCase | null, toStaff: boolean): string => (toStaff ? pageLanguage() : replyLanguage(opened));

/** Somebody else answered meanwhile, or the person wrote: the text is kept, the writer reads first. */
function ensureNothingNew(desk: Desk, looked: OpenedCase | null, { toStaff }: Draft): void {
  if (!toStaff && wroteSince(desk, looked)) throw new ServerError("wrote_meanwhile", "a message came first", 409);
  if (answersIn(desk.file.opened) !== answersIn(looked)) throw new ServerError("chain_moved", "another entry came first", 409);
}

function answersIn(opened: OpenedCase | null): number {
  return opened?.entries.filter((entry) => entry.kind === 2).length ?? 0;
}
