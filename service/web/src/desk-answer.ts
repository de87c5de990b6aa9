// Answers and notes: drafts, the look at what leaves, sending.

import { type CaseTable, replyLanguage, TRIES } from "./desk-case.js";
import { type Desk, type Draft, MAX_TEXT, textBytes } from "./desk-model.js";
import type { OpenedCase } from "./desk-opened.js";
import { ServerError } from "./desk-server.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { t } from "./desk-words.js";

const SILENCE = 28; // days, DOMAIN 5

export class CaseAnswer {
  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly table: CaseTable, private readonly changed: () => void) {}

  /** What is begun among the notes is one; whoever reads it stays as it was chosen or begun. */
  draft(): Draft {
    const { cid, opened, tab } = this.desk.file;
    return this.desk.drafts.get(cid) ?? { text: "", language: replyLanguage(opened), takesUpStop: false, toStaff: tab === "notes" };
  }

  setDraft(change: Partial<Draft>): void {
    this.desk.drafts.set(this.desk.file.cid, { ...this.draft(), ...change });
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

  /** First step of sending: show what leaves and to whom. */
  ask(): void {
    const { desk } = this;
    const { text } = this.draft();
    const size = textBytes(text.trim());
    desk.file.sendFault = size === 0 ? { slug: "empty", fact: "" } : size > MAX_TEXT ? { slug: "too_large", fact: `${size} of ${MAX_TEXT} bytes` } : null;
    desk.file.sending = desk.file.sendFault ? "" : "asking";
    this.changed();
  }

  async send(): Promise<void> {
    const { desk, session } = this;
    const asked = session.generation;
    const cid = desk.file.cid;
    const draft = { ...this.draft(), text: this.draft().text.trim() };
    if (desk.file.sending !== "asking") return;
    Object.assign(desk.file, { sending: "sending", said: "" });
    this.changed();
    const stays = (): boolean => asked === session.generation && desk.file.cid === cid;
    await this.table.recorded();
    if (!stays()) return;
    try {
      for (let i = 0; ; i++) {
        if (await this.table.post(cid, "text", draft)) break;
        if (!stays()) return;
        const before = answersIn(desk.file.opened);
        await this.table.readCase(false);
        if (!stays()) return;
        // Somebody else answered meanwhile: keep the text, let the writer read first.
        if (answersIn(desk.file.opened) !== before || i + 1 >= TRIES) throw new ServerError("chain_moved", "another entry came first", 409);
      }
      if (asked === session.generation) desk.drafts.delete(cid); // also when another case is on the table by now
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

function answersIn(opened: OpenedCase | null): number {
  return opened?.entries.filter((entry) => entry.kind === 2).length ?? 0;
}
