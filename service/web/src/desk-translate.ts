// The desk of a translator or an adviser: the copies that wait for them, one answer each, and nothing else.

import { type Desk, type Draft, noTranslating, textBytes, type WireCopy } from "./desk-model.js";
import { ServerError } from "./desk-server.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { pageLanguage } from "./desk-words.js";

const MAX_ANSWER = 12000; // SPEC 7: bytes of UTF-8
const TRIES = 4;

export class DeskTranslate {
  /** As the server gave them, by the link of their entry. */
  private given = new Map<string, WireCopy>();

  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly changed: () => void) {}

  forget(): void {
    this.given = new Map();
    this.desk.translating = noTranslating();
  }

  async load(): Promise<void> {
    const { desk, session } = this;
    const asked = session.generation;
    desk.translating.fault = null;
    try {
      const given = (await session.client?.copies()) ?? [];
      const shown = await session.vault.ask("copies", { copies: given });
      if (asked !== session.generation) return;
      this.given = new Map(shown.flatMap(({ link }, i) => (given[i] ? [[link, given[i]] as const] : [])));
      Object.assign(desk.translating, { loaded: true, copies: shown });
    } catch (error) {
      if (asked !== session.generation || this.signedOut(error)) return;
      desk.translating.fault = faultOf(error);
    }
    this.changed();
  }

  draft(link: string): Draft {
    return this.desk.drafts.get(link) ?? { text: "", language: pageLanguage(), takesUpStop: false };
  }

  write(link: string, change: Partial<Draft>): void {
    this.desk.drafts.set(link, { ...this.draft(link), ...change });
    Object.assign(this.desk.translating, { fault: null, said: "" }, this.desk.translating.sending ? {} : { asking: "" });
    this.changed();
  }

  /** First step: what leaves, and that it cannot be taken back. */
  ask(link: string): void {
    const { translating } = this.desk;
    const size = textBytes(this.draft(link).text.trim());
    translating.fault = size === 0 ? { slug: "empty", fact: "" } : size > MAX_ANSWER ? { slug: "too_large", fact: `${size} of ${MAX_ANSWER} bytes` } : null;
    translating.asking = translating.fault ? "" : link;
    translating.faultAt = link;
    this.changed();
  }

  async send(link: string): Promise<void> {
    const { desk, session } = this;
    const { translating } = desk;
    const asked = session.generation;
    const written = this.draft(link);
    const { text, language } = written;
    if (translating.asking !== link || translating.sending || !session.client) return;
    translating.sending = true;
    this.changed();
    try {
      for (let i = 0; ; i++) {
        const copy = this.given.get(link);
        if (!copy) throw new ServerError("not_found", "the copy waits no more", 404);
        const post = await session.vault.ask("answerCopy", { copy, text: text.trim(), language });
        try {
          await session.client.answerCopy(copy.cid, post);
          break;
        } catch (error) {
          // somebody wrote in the case meanwhile: the same words on the newer history
          if (!(error instanceof ServerError) || error.slug !== "chain_moved" || i + 1 >= TRIES) throw error;
          await this.load();
        }
      }
      if (asked !== session.generation) return;
      if (desk.drafts.get(link) === written) desk.drafts.delete(link);
      Object.assign(translating, { asking: "", sending: false, said: "answered" });
      await this.load();
    } catch (error) {
      if (asked !== session.generation || this.signedOut(error)) return;
      Object.assign(translating, { asking: "", sending: false, fault: faultOf(error), faultAt: link });
      this.changed();
    }
  }

  private signedOut(error: unknown): boolean {
    if (!(error instanceof ServerError) || error.slug !== "not_signed_in") return false;
    void this.session.lock("session");
    return true;
  }
}
