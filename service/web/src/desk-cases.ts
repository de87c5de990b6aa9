// The queue and the open case: fetch, have the workers verify and open, post signed entries.

import type { OpenRequest } from "./desk-calls.js";
import { answerDue, type CaseDetail, type CaseLine, type Desk, type Draft, type EvidenceFile, LANE_ORDER, noFile, type OpenedCase, type Peek, type SortKey, STATES, textBytes, MAX_TEXT } from "./desk-model.js";
import { ServerError } from "./desk-server.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { t } from "./desk-words.js";

/** Always as bytes of no type: a browser that opened it would run what is in it. */
function save(data: Uint8Array, name: string): void {
  const address = URL.createObjectURL(new Blob([data as BlobPart], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/** The person's name for the file, without what a system would take for a path or hide from the eye. */
export const safeName = (name: string): string => name.replace(/[^\p{L}\p{N} ._-]/gu, "_").replace(/^[. ]+/, "_").slice(-80) || "file";

const TRIES = 4; // a chain that moves four times while one person writes is looked at by eye
const WAITING: Peek = { reach: "waiting", fault: "", language: "", acknowledged: false, hold: false, fresh: 0, unanswered: 0 };

export class DeskCases {
  /** Sealed bytes by CID. They never change, so each is fetched once; they are ciphertext, and die with the session. */
  private sealed = new Map<string, Uint8Array>();
  /** The open case as it was read and shown: an answer is built on this, so that nothing unseen slips in before it. */
  private current: { detail: CaseDetail; request: OpenRequest } | null = null;

  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly changed: () => void) {}

  forget(): void {
    this.sealed = new Map();
    this.current = null;
  }

  async enter(): Promise<void> {
    const { desk } = this;
    if (desk.member?.role === "reviewer") return this.loadQueue();
    desk.screen = "plain";
    this.changed();
    if (desk.member?.role !== "investigator") return;
    try {
      await this.session.client?.handedToUnit();
      desk.queue.loaded = true;
    } catch (error) {
      if (!this.signedOut(error)) desk.queue.fault = faultOf(error);
    }
    this.changed();
  }

  async loadQueue(): Promise<void> {
    const { desk, session } = this;
    const asked = session.generation;
    desk.screen = "queue";
    desk.queue.fault = null;
    this.changed();
    try {
      const lines = (await session.client?.cases()) ?? [];
      if (asked !== session.generation) return;
      const old = new Map(desk.queue.lines.map((line) => [line.cid, line]));
      for (const line of lines) {
        const before = old.get(line.cid);
        if (!before || before.messages !== line.messages || before.head !== line.head) desk.queue.peeks.set(line.cid, WAITING);
      }
      desk.queue.lines = lines;
      desk.queue.loaded = true;
      if (!lines.some((line) => line.cid === desk.queue.selected)) desk.queue.selected = "";
      this.changed();
      for (const line of this.inOrder()) if (this.peekOf(line).reach === "waiting") void this.peek(line);
    } catch (error) {
      if (asked !== session.generation || this.signedOut(error)) return;
      desk.queue.fault = faultOf(error);
      this.changed();
    }
  }

  peekOf(line: CaseLine): Peek {
    return this.desk.queue.peeks.get(line.cid) ?? WAITING;
  }

  /** The person wrote and no answer came since, or asked to stop. */
  needsAnswer(line: CaseLine): boolean {
    const peek = this.peekOf(line);
    return peek.reach === "opens" && (peek.unanswered > 0 || peek.hold);
  }

  /** Filtered and ordered: what is ours to read first; in it urgent first, then what waits for an answer, then the older. */
  inOrder(): CaseLine[] {
    const { filter, sort, down, lines } = this.desk.queue;
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    const shown = lines.filter((line) => words.every((word) => this.searchText(line).includes(word)));
    const keys: Record<SortKey, (line: CaseLine) => number[]> = {
      rank: (line) => [LANE_ORDER[line.lane] ?? 9, this.needsAnswer(line) ? 0 : 1, answerDue(line), line.first_day],
      age: (line) => [line.first_day],
      state: (line) => [line.state, line.first_day],
      messages: (line) => [-line.messages],
      fresh: (line) => [-this.peekOf(line).fresh],
    };
    const key = (line: CaseLine): number[] => [this.peekOf(line).reach === "closed" ? 1 : 0, ...keys[sort](line).map((n) => (down ? -n : n))];
    return shown.sort((a, b) => compare(key(a), key(b)) || (a.cid < b.cid ? -1 : 1));
  }

  private searchText(line: CaseLine): string {
    const peek = this.peekOf(line);
    return [line.cid, `${line.cid.slice(0, 4)} ${line.cid.slice(4, 8)}`, t(`state.${line.state}`), t(`lane.${line.lane}`), t(`reach.${peek.reach}`), peek.language].join(" ").toLowerCase();
  }

  private async peek(line: CaseLine): Promise<void> {
    const { desk, session } = this;
    const asked = session.generation;
    try {
      await session.startHelpers().run(async (vault) => {
        if (asked !== session.generation) return;
        const detail = await this.detail(line.cid);
        let found = await vault.ask("open", await this.gather(detail, false));
        // Readers are drawn for each message: a later one may be ours where the first is not.
        if (!found.reaches && detail.messages.length > 1) found = await vault.ask("open", await this.gather(detail, true));
        if (asked !== session.generation) return;
        desk.queue.peeks.set(line.cid, asPeek(found));
        this.changed();
      });
    } catch (error) {
      if (asked !== session.generation || this.signedOut(error)) return;
      desk.queue.peeks.set(line.cid, { ...WAITING, reach: "fault", fault: faultOf(error).slug });
      this.changed();
    }
  }

  private async detail(cid: string): Promise<CaseDetail> {
    const { client } = this.session;
    if (!client) throw new ServerError("not_signed_in", "locked", 401);
    return client.detail(cid);
  }

  /** The bytes of a case: all messages, or only the first, which is enough to see whether this member reads it. */
  private async gather(detail: CaseDetail, all: boolean): Promise<OpenRequest> {
    const { client } = this.session;
    if (!client) throw new ServerError("not_signed_in", "locked", 401);
    const wanted = all ? detail.messages : detail.messages.filter((one) => one.cid === detail.cid);
    const messages: Uint8Array[] = [];
    for (const one of wanted) {
      let sealed = this.sealed.get(one.cid);
      if (!sealed) {
        sealed = await client.message(detail.cid, one.cid);
        this.sealed.set(one.cid, sealed);
      }
      messages.push(sealed.slice());
    }
    return { cid: detail.cid, lookup: detail.lookup, listed: detail.messages, messages, names: wanted.map(({ cid }) => cid), entries: await client.entries(detail.cid) };
  }

  async openCase(cid: string): Promise<void> {
    const { desk } = this;
    desk.screen = "case";
    desk.file = { ...noFile(), cid, loading: true };
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
      const detail = await this.detail(cid);
      const request = await this.gather(detail, true);
      const found = await session.vault.ask("open", request);
      if (!here()) return;
      this.current = { detail, request };
      desk.file.detail = detail;
      desk.file.opened = found.opened;
      if (record) desk.file.newFrom = (found.opened?.messages.length ?? 0) - (found.opened?.fresh ?? 0);
      desk.file.fault = found.reaches ? found.fault : (found.fault ?? { slug: "not_a_recipient", fact: "" });
      desk.queue.peeks.set(cid, asPeek(found));
      desk.file.loading = false;
      this.changed();
      if (record && found.opened && mayRecord(found.opened)) await this.recordOpening();
    } catch (error) {
      if (!here() || this.signedOut(error)) return;
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
      if (asked !== session.generation || this.signedOut(error)) return;
      desk.file.sendFault = faultOf(error);
      desk.file.said = "unrecorded";
    }
  }

  draft(): Draft {
    return this.desk.drafts.get(this.desk.file.cid) ?? { text: "", language: this.replyLanguage(), takesUpStop: false };
  }

  setDraft(change: Partial<Draft>): void {
    this.desk.drafts.set(this.desk.file.cid, { ...this.draft(), ...change });
    this.desk.file.sendFault = null;
    this.changed();
  }

  private replyLanguage(): string {
    const opened = this.desk.file.opened;
    const wished = opened?.messages.flatMap((message) => message.answers).reverse().find(([id]) => id === "reply_lang");
    return wished?.[1] || opened?.language || "ru";
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
    desk.file.sending = "sending";
    this.changed();
    const stays = (): boolean => asked === session.generation && desk.file.cid === cid;
    try {
      for (let i = 0; ; i++) {
        if (await this.post(cid, "text", draft)) break;
        if (!stays()) return;
        const before = answersIn(desk.file.opened);
        await this.readCase(false);
        if (!stays()) return;
        // Somebody else answered meanwhile: keep the text, let the writer read first.
        if (answersIn(desk.file.opened) !== before || i + 1 >= TRIES) throw new ServerError("chain_moved", "another entry came first", 409);
      }
      if (asked === session.generation) desk.drafts.delete(cid); // also when another case is on the table by now
      if (!stays()) return;
      desk.file.sending = "";
      desk.file.said = "sent";
      desk.announcement = t("reply.sent");
      await this.readCase(false);
    } catch (error) {
      if (!stays() || this.signedOut(error)) return;
      desk.file.sending = "";
      desk.file.sendFault = faultOf(error);
    }
    this.changed();
  }

  /** One attempt, on the chain as it was shown. False when it had moved; the caller reads it anew. */
  private async post(cid: string, kind: "opened" | "text", draft: Draft): Promise<boolean> {
    const { session, current } = this;
    if (!current || current.request.cid !== cid || !session.client) throw new ServerError("chain_moved", "the case is not on the table", 409);
    const bytes = await session.vault.ask("compose", { ...current.request, ...draft, kind, deed: null, kems: new Uint8Array(0), mailboxOpen: current.detail.mailbox_open });
    try {
      await session.client.post(cid, bytes);
      return true;
    } catch (error) {
      if (error instanceof ServerError && error.slug === "chain_moved") return false;
      throw error;
    }
  }

  async exportCase(): Promise<void> {
    const { desk, session } = this;
    const { cid } = desk.file;
    if (desk.file.exporting || !session.client) return;
    desk.file.exporting = true;
    this.changed();
    try {
      save(await session.client.export(cid), `${cid.slice(0, 8)}.panahcase`);
      desk.file.said = "exported";
    } catch (error) {
      if (!this.signedOut(error)) desk.file.sendFault = faultOf(error);
    }
    desk.file.exporting = false;
    this.changed();
  }

  /** Fetched, opened here against the manifest's hashes, and saved to the reader's machine; never shown in the page. */
  async saveFile(file: EvidenceFile): Promise<void> {
    const { desk, session } = this;
    if (desk.file.fetching || !session.client) return;
    const { client, generation } = session;
    Object.assign(desk.file, { fetching: file.upload, fileFault: null });
    this.changed();
    try {
      const data = await session.vault.ask("openFile", { file, blob: await client.evidence(file.upload) });
      if (generation !== session.generation) return;
      save(data, safeName(file.name));
      await client.pinEvidence(file.upload);
    } catch (error) {
      if (generation !== session.generation || this.signedOut(error)) return;
      desk.file.fileFault = { ...faultOf(error), upload: file.upload };
    }
    desk.file.fetching = "";
    this.changed();
  }

  /** The server has forgotten the session: lock, with the drafts sealed, and say so. */
  private signedOut(error: unknown): boolean {
    if (!(error instanceof ServerError) || error.slug !== "not_signed_in") return false;
    void this.session.lock("session");
    return true;
  }
}

/** Not on a broken history, and not while the person's wish to stop is open: a new state could be noticed in their mailbox. */
function mayRecord(opened: OpenedCase): boolean {
  return opened.fresh > 0 && !opened.chainFault && !opened.messages[0]?.fault && opened.state !== STATES.indexOf("safety_hold");
}

function answersIn(opened: OpenedCase | null): number {
  return opened?.entries.filter((entry) => entry.kind === 2).length ?? 0;
}

function asPeek(found: { reaches: boolean; fault: { slug: string } | null; opened: OpenedCase | null }): Peek {
  const { opened } = found;
  const fault = found.fault?.slug ?? opened?.chainFault?.slug ?? (opened?.withheld ? "withheld" : "");
  return {
    reach: !found.reaches ? (found.fault ? "fault" : "closed") : fault ? "fault" : "opens",
    fault,
    language: opened?.language ?? "",
    acknowledged: opened?.acknowledged ?? false,
    hold: opened?.state === STATES.indexOf("safety_hold"),
    fresh: opened?.fresh ?? 0,
    unanswered: opened?.unanswered ?? 0,
  };
}

function compare(a: number[], b: number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}
