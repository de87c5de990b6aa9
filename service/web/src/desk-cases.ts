// The queue and the open case: fetch, have the workers verify and open, post signed entries.

import { MAX_COPY_TEXT } from "../../../crypto/ts/box.js";
import { ASK_DAYS, EntryKind, WITHHOLDING_DAYS } from "../../../crypto/ts/chain.js";
import { findRule, NO_PRIORITY, State } from "../../../crypto/ts/workflow.js";
import type { Deed, OpenRequest } from "./desk-calls.js";
import { BOOKS_CODE } from "./desk-books.js";
import { IMPLICATED } from "./desk-conflict.js";
import { ASK_NAME, COPY_OUT, OTHER_READERS, OTHER_UNIT, PRIORITY_ALONE, WITHHOLD } from "./desk-view-deeds.js";
import { answerDue, type CaseDetail, type CaseLine, type Desk, type Draft, type EvidenceFile, LANE_ORDER, noFile, type NameAsk, noPlan, type OpenedCase, type Peek, type Plan, type Proposal, type ReadersChange, type SortKey, STATES, textBytes, MAX_TEXT } from "./desk-model.js";
import { factsOf } from "./desk-patterns.js";
import { countryIn } from "./desk-routes.js";
import { routeOf } from "./desk-routing.js";
import { readersFault } from "./desk-readers.js";
import { fetchReplies, ServerError } from "./desk-server.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { frameOf, lookOf } from "./desk-viewing.js";
import { type CaseSource } from "./desk-source.js";
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

const CASEWORKERS: readonly string[] = ["reviewer", "supervisor", "investigator", "custodian"];
const READS_DECLARATIONS: readonly string[] = ["reviewer", "supervisor"];
const MAX_CARRIED = 262144; // an entry and its box
const SILENCE = 28; // days, DOMAIN 5
const COPY_WAITS = 14; // days that a copy waits for its answer
const TRIES = 4; // a chain that moves four times while one person writes is looked at by eye
const WAITING: Peek = { reach: "waiting", fault: "", language: "", country: "", acknowledged: false, hold: false, fresh: 0, unanswered: 0, words: "", facts: null };

export class DeskCases {
  /** The open case as it was read and shown: an answer is built on this, so that nothing unseen slips in before it. */
  private current: { detail: CaseDetail; request: OpenRequest } | null = null;

  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly source: CaseSource, private readonly changed: () => void) {}

  forget(): void {
    this.closeFile();
    this.source.forget();
    this.current = null;
  }

  async enter(): Promise<void> {
    const { desk } = this;
    if (CASEWORKERS.includes(desk.member?.role ?? "")) {
      desk.colleagues = await this.session.vault.ask("people", null);
      // before any case is opened: whoever is barred from one sees nothing of it
      if (READS_DECLARATIONS.includes(desk.member?.role ?? "") && !(await this.readDeclarations())) return;
      void fetchReplies().then((found) => (desk.replies = found), () => undefined); // without them one writes oneself
      return this.loadQueue();
    }
    desk.screen = "plain";
    this.changed();
    if (desk.member?.role === "oversight") await this.oversee();
  }

  /** False when they could not be had: then nothing is opened, and the desk says why. */
  private async readDeclarations(): Promise<boolean> {
    const { desk, session } = this;
    const asked = session.generation;
    try {
      const annexes = (await session.client?.declarations()) ?? new Uint8Array(0);
      await session.vault.ask("declare", { annexes });
      return asked === session.generation;
    } catch (error) {
      if (asked !== session.generation || this.signedOut(error)) return false;
      desk.screen = "queue";
      desk.queue.fault = faultOf(error);
      this.changed();
      return false;
    }
  }

  private async oversee(): Promise<void> {
    const { desk, session } = this;
    const asked = session.generation;
    try {
      const counts = (await session.client?.counts()) ?? null;
      if (asked !== session.generation) return;
      desk.counts = counts;
      this.changed();
      const integrity = (await session.client?.integrity()) ?? null;
      if (asked === session.generation) desk.integrity = integrity;
    } catch (error) {
      if (asked !== session.generation || this.signedOut(error)) return;
      desk.queue.fault = faultOf(error);
    }
    this.changed();
  }

  async loadQueue(): Promise<void> {
    this.closeFile();
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
      // all of them, whatever the filter: what a case says is known only when it is open
      for (const line of this.ordered(lines)) if (this.peekOf(line).reach === "waiting") void this.peek(line);
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
    const { filter, lines } = this.desk.queue;
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    return this.ordered(lines.filter((line) => words.every((word) => this.searchText(line).includes(word))));
  }

  private ordered(lines: readonly CaseLine[]): CaseLine[] {
    const { sort, down } = this.desk.queue;
    const keys: Record<SortKey, (line: CaseLine) => number[]> = {
      rank: (line) => [LANE_ORDER[line.lane] ?? 9, line.priority, this.needsAnswer(line) ? 0 : 1, answerDue(line), line.first_day],
      age: (line) => [line.first_day],
      state: (line) => [line.state, line.first_day],
      messages: (line) => [-line.messages],
      fresh: (line) => [-this.peekOf(line).fresh],
    };
    const key = (line: CaseLine): number[] => [this.peekOf(line).reach === "closed" ? 1 : 0, ...keys[sort](line).map((n) => (down ? -n : n))];
    return [...lines].sort((a, b) => compare(key(a), key(b)) || (a.cid < b.cid ? -1 : 1));
  }

  private searchText(line: CaseLine): string {
    const peek = this.peekOf(line);
    return [line.cid, `${line.cid.slice(0, 4)} ${line.cid.slice(4, 8)}`, t(`state.${line.state}`), t(`lane.${line.lane}`), t(`reach.${peek.reach}`), peek.language, peek.words].join(" ").toLowerCase();
  }

  private async peek(line: CaseLine): Promise<void> {
    const { desk, session } = this;
    const asked = session.generation;
    try {
      await session.startHelpers().run(async (vault) => {
        if (asked !== session.generation) return;
        const detail = await this.source.detail(line.cid);
        let found = await vault.ask("open", await this.source.gather(detail, false));
        // Readers are drawn for each message: a later one may be ours where the first is not.
        if (!found.reaches && detail.messages.length > 1) found = await vault.ask("open", await this.source.gather(detail, true));
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

  async openCase(cid: string): Promise<void> {
    this.closeFile();
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
      const detail = await this.source.detail(cid);
      const request = await this.source.gather(detail, true);
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

  /** SPEC 8.9: whoever is named and has just seen that all of it opens says so, and others see the case no more. */
  private async recordReading(): Promise<void> {
    const { file } = this.desk;
    const { said } = file;
    if (file.opened?.keeping.due && mayRecord(file.opened)) await this.recordOpening();
    if (file.said === "opened") file.said = said;
    this.changed();
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
      desk.file.said = draft.toStaff ? "done" : "sent";
      desk.announcement = t(draft.toStaff ? "said.done" : "reply.sent");
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
    const { text, language, takesUpStop, toStaff } = draft;
    const deed = toStaff && kind === "text" ? this.unmoved(EntryKind.note) : null;
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

  plan(change: Partial<Plan>): void {
    const { file } = this.desk;
    file.plan = { ...file.plan, ...change };
    [file.doFault, file.doing] = [null, ""];
    this.changed();
  }

  decide(proposal: Proposal | null, approves: boolean): void {
    const { file } = this.desk;
    file.decides = proposal ? { link: proposal.link, approves } : null;
    this.plan({ ...noPlan() });
  }

  /** First step of a deed: is anything missing. */
  askDeed(): void {
    const { file } = this.desk;
    const missing = this.missing();
    file.doFault = missing ? { slug: missing, fact: "" } : null;
    file.doing = missing ? "" : "asking";
    this.changed();
  }

  private missing(): string {
    const { plan, opened, decides } = this.desk.file;
    const size = textBytes(plan.text.trim());
    if (!opened) return "no_text";
    if (!decides) {
      const { place } = opened;
      const rule = findRule(place.state || State.screening, place.back, plan.target);
      if ((plan.target === State.triaged || plan.target === PRIORITY_ALONE) && plan.priority === NO_PRIORITY) return "no_priority";
      if ((plan.target in NEEDS_CODE || plan.target === ASK_NAME) && !plan.code) return "no_code";
      if (plan.target === State.referred && routeOf(opened, plan.code, this.desk.keyring?.today ?? 0).fault) return "no_route";
      if (rule?.most && (plan.days < Math.max(1, rule.least) || plan.days > rule.most)) return "no_days";
      if (plan.target === COPY_OUT && plan.members.length !== 1) return "no_copy_reader";
      if (plan.target === COPY_OUT && !plan.code) return "no_code";
      if (plan.target === WITHHOLD && plan.members.length !== 1) return "no_member";
      if (plan.target === OTHER_READERS) {
        const wrong = readersFault(opened, this.desk.colleagues, plan.members);
        if (wrong) return wrong;
      }
      if (plan.target === State.assigned || plan.target === OTHER_UNIT) {
        const named = this.desk.colleagues.filter(({ id }) => plan.members.includes(id)).map(({ role }) => role);
        if (named.filter((role) => role === "investigator").length < 2 || !named.includes("supervisor")) return "no_members";
      }
    }
    if (decides?.approves && this.leadsNowhere(opened, decides.link)) return "no_route";
    if (size === 0) return "no_text";
    return size > (HANDS.includes(plan.target) ? MAX_WRAP_TEXT : plan.target === COPY_OUT ? MAX_COPY_TEXT : MAX_TEXT) ? "too_large" : "";
  }

  /** Whether a referral is to a body that cannot be chosen today, whenever it was proposed. */
  private leadsNowhere(opened: OpenedCase, link: string): boolean {
    const proposed = opened.entries.find((entry) => entry.link === link);
    return proposed?.state === State.referred && routeOf(opened, proposed.code, this.desk.keyring?.today ?? 0).fault !== "";
  }

  /** Signs what was asked about, on the case as it was shown. */
  async doDeed(): Promise<void> {
    const { file } = this.desk;
    const missing = this.missing();
    if (missing) {
      file.doFault = { slug: missing, fact: "" };
      return this.changed();
    }
    const deed = file.decides ? this.decision() : this.planned();
    if (deed) await this.sign(deed, file.plan.text.trim());
  }

  private planned(): Deed | null {
    const { plan, opened } = this.desk.file;
    if (!opened) return null;
    const { place } = opened;
    if (plan.target === ASK_NAME) {
      const asked = this.unmoved(EntryKind.identityAsked);
      return asked && { ...asked, code: plan.code, until: (this.desk.keyring?.today ?? 0) + ASK_DAYS };
    }
    if (plan.target === OTHER_READERS || plan.target === OTHER_UNIT) {
      const proposed = this.unmoved(plan.target === OTHER_UNIT ? EntryKind.unitProposed : EntryKind.readersProposed);
      return proposed && { ...proposed, members: plan.members };
    }
    if (plan.target === COPY_OUT) {
      const copied = this.unmoved(EntryKind.copied);
      return copied && { ...copied, code: plan.code, members: plan.members, cited: plan.source || opened.cid, until: (this.desk.keyring?.today ?? 0) + COPY_WAITS };
    }
    if (plan.target === WITHHOLD) {
      const withheld = this.unmoved(EntryKind.withholding);
      return withheld && { ...withheld, cited: `${plan.members[0] ?? ""}${"0".repeat(32)}`, until: (this.desk.keyring?.today ?? 0) + WITHHOLDING_DAYS - 1 };
    }
    const alone = plan.target === PRIORITY_ALONE;
    const state = place.state || State.screening;
    const rule = findRule(state, place.back, plan.target);
    const fourEyes = alone ? plan.priority > place.priority : (rule?.approvers.length ?? 0) > 0;
    const today = this.desk.keyring?.today ?? 0;
    return {
      kind: fourEyes ? EntryKind.proposal : EntryKind.step, state: alone ? state : plan.target, cited: "", visible: plan.visible, code: plan.code, members: plan.members,
      priority: alone || plan.target === State.triaged ? Math.min(plan.priority, NO_PRIORITY) : place.priority, until: rule?.most ? today + plan.days : 0,
    };
  }

  private decision(): Deed | null {
    const { plan, opened, decides } = this.desk.file;
    const proposal = opened?.proposals.find(({ link }) => link === decides?.link);
    if (!opened || !decides || !proposal) return null;
    const { place } = opened;
    const common = { cited: proposal.link, visible: plan.visible, code: "", members: [] };
    if (!decides.approves) return { ...common, kind: EntryKind.refusal, state: place.state, priority: place.priority, until: 0 };
    const priority = proposal.state === place.state ? proposal.priority : place.priority;
    const code = opened.entries.find(({ link }) => link === proposal.link)?.code ?? "";
    return { ...common, code, kind: EntryKind.approval, state: proposal.state, priority, until: proposal.until };
  }

  /** A deed that leaves the case where it stands. */
  private unmoved(kind: number): Deed | null {
    const place = this.desk.file.opened?.place;
    return place ? { kind, state: place.state || State.screening, priority: place.priority, until: 0, cited: "", visible: false, code: "", members: [] } : null;
  }

  async grant(): Promise<void> {
    const deed = this.unmoved(EntryKind.grant);
    if (deed) await this.sign(deed, "");
  }

  /** Those who read it get what came since. */
  async keep(): Promise<void> {
    const deed = this.unmoved(EntryKind.readersKept);
    if (deed && (await this.sign(deed, ""))) await this.recordReading();
  }

  async answerChange(change: ReadersChange, agrees: boolean): Promise<void> {
    const why = this.desk.file.plan.text.trim();
    if (!agrees && !why) {
      this.desk.file.doFault = { slug: "no_text", fact: "" };
      return this.changed();
    }
    const deed = this.unmoved(agrees ? EntryKind.readersAgreed : EntryKind.refusal);
    if (deed && (await this.sign({ ...deed, cited: change.link }, agrees ? "" : why))) await this.recordReading();
  }

  /** What a reviewer or a custodian does with an asking: the own half, or a refusal. */
  async answerAsk(ask: NameAsk, agrees: boolean): Promise<void> {
    const custodian = this.desk.member?.role === "custodian";
    const why = this.desk.file.plan.text.trim();
    if (!agrees && !why) {
      this.desk.file.doFault = { slug: "no_text", fact: "" };
      return this.changed();
    }
    const deed = this.unmoved(!agrees ? EntryKind.refusal : custodian ? EntryKind.identityGranted : EntryKind.identityAgreed);
    const done = deed && (await this.sign({ ...deed, cited: ask.link }, agrees ? "" : why));
    if (!done || !custodian) return;
    this.desk.file = noFile(); // nothing of the case is left for a custodian
    await this.loadQueue();
  }

  /** Signs the opening first, then shows the name. */
  async openName(ask: NameAsk): Promise<void> {
    const { desk, session } = this;
    const deed = this.unmoved(EntryKind.identityOpened);
    if (!deed || !(await this.sign({ ...deed, cited: ask.link }, "")) || !this.current) return;
    try {
      desk.file.name = await session.vault.ask("openName", { ...this.current.request, link: ask.link });
    } catch (error) {
      desk.file.doFault = faultOf(error);
    }
    this.changed();
  }

  /** What is implicated, as somebody who reads for it writes it down: a note of its own code, that every reader's desk counts in. */
  async code(): Promise<void> {
    const { file } = this.desk;
    const deed = this.unmoved(EntryKind.note);
    const text = file.coding.join("\n");
    if (deed && text && (await this.sign({ ...deed, code: IMPLICATED }, text))) file.coding = [];
    this.changed();
  }

  /** Records of the books, in one note. */
  async signRecords(): Promise<void> {
    const { file } = this.desk;
    const signed = await this.note(BOOKS_CODE, file.records);
    if (signed) Object.assign(file, { records: file.records.slice(signed), book: "" });
    this.changed();
  }

  /** What stands in the books already, for those who were handed the case later. */
  async handRecords(): Promise<void> {
    await this.note(BOOKS_CODE, this.desk.file.opened?.unhandedRecords ?? []);
    this.changed();
  }

  /** As many as one note holds; how many were signed. */
  private async note(code: string, records: readonly string[]): Promise<number> {
    const deed = this.unmoved(EntryKind.note);
    let many = records.length;
    while (textBytes(records.slice(0, many).join("\n\n")) > MAX_TEXT) many--;
    return deed && many && (await this.sign({ ...deed, code }, records.slice(0, many).join("\n\n"))) ? many : 0;
  }

  setRecords(records: string[], book = this.desk.file.book): void {
    Object.assign(this.desk.file, { records, book });
    this.changed();
  }

  setCoding(lines: string[]): void {
    this.desk.file.coding = lines;
    this.changed();
  }

  hideName(): void {
    this.desk.file.name = null;
    this.changed();
  }

  /** The server withholds the case from this member at once; the own page forgets it. */
  async recuse(): Promise<void> {
    const { desk } = this;
    const deed = this.unmoved(EntryKind.recusal);
    if (!deed || !(await this.sign(deed, ""))) return;
    desk.drafts.delete(desk.file.cid);
    desk.queue.peeks.delete(desk.file.cid);
    this.current = null;
    desk.file = noFile();
    await this.loadQueue();
  }

  private async sign(deed: Deed, text: string): Promise<boolean> {
    const { desk, session } = this;
    const asked = session.generation;
    const { cid } = desk.file;
    if (desk.file.doing === "sending" || !session.client || !this.current) return false;
    const stays = (): boolean => asked === session.generation && desk.file.cid === cid;
    Object.assign(desk.file, { doing: "sending", doFault: null });
    this.changed();
    try {
      const seals = deed.kind === EntryKind.grant || deed.kind >= EntryKind.identityAsked || deed.kind === EntryKind.refusal || (deed.kind === EntryKind.proposal && deed.state === State.assigned);
      const kems = seals ? await session.client.kemKeys() : new Uint8Array(0);
      const { request, detail } = this.current;
      const language = deed.kind === EntryKind.copied ? desk.file.opened?.language || "ru" : deed.visible ? this.replyLanguage() : "ru";
      const visible = deed.visible && detail.mailbox_open;
      const bytes = await session.vault.ask("compose", { ...request, kind: "deed", deed: { ...deed, visible }, kems, mailboxOpen: detail.mailbox_open, text, language, takesUpStop: false });
      await session.client.post(cid, bytes);
      if (!stays()) return false;
      Object.assign(desk.file, { doing: "", said: "done", plan: noPlan(), decides: null });
      desk.announcement = t("said.done");
      const leaves = deed.kind === EntryKind.recusal || desk.member?.role === "custodian";
      if (!leaves) await this.readCase(false);
      return true;
    } catch (error) {
      if (!stays() || this.signedOut(error)) return false;
      desk.file.doing = "";
      const moved = error instanceof ServerError && error.slug === "chain_moved";
      if (moved) await this.readCase(false); // the other's deed is shown, the words stay
      desk.file.doFault = faultOf(error);
    }
    this.changed();
    return false;
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
      await this.readCase(true);
    } catch (error) {
      if (asked !== session.generation || desk.file.cid !== cid || this.signedOut(error)) return;
      Object.assign(desk.file, { doing: "", doFault: faultOf(error) });
    }
    this.changed();
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

  saveFile(file: EvidenceFile): Promise<void> {
    return this.withFile(file, (data) => save(data, safeName(file.name)));
  }

  /** In a frame without script, origin or network; blurred until asked. */
  viewFile(file: EvidenceFile): Promise<void> {
    this.closeFile();
    return this.withFile(file, (data) => {
      const look = lookOf(data);
      if (!look) this.desk.file.fileFault = { slug: "not_shown", fact: "", upload: file.upload };
      else this.desk.file.viewing = { upload: file.upload, kind: look[0], url: frameOf(data, look), clear: look[0] === "audio" || look[0] === "text" };
    });
  }

  showClearly(): void {
    if (this.desk.file.viewing) this.desk.file.viewing.clear = true;
    this.changed();
  }

  closeFile(): void {
    const { file } = this.desk;
    if (!file.viewing) return;
    URL.revokeObjectURL(file.viewing.url);
    file.viewing = null;
    this.changed();
  }

  /** Fetched, and opened here against the manifest's hashes. */
  private async withFile(file: EvidenceFile, then: (data: Uint8Array) => void): Promise<void> {
    const { desk, session } = this;
    if (desk.file.fetching || !session.client) return;
    const { client, generation } = session;
    Object.assign(desk.file, { fetching: file.upload, fileFault: null });
    this.changed();
    try {
      const data = await session.vault.ask("openFile", { file, blob: await client.evidence(file.upload) });
      if (generation !== session.generation) return;
      then(data);
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
  if (opened.against.length) return false;
  if (!opened.messages.some((message) => !message.fault)) return false; // a custodian opens no account
  return (opened.fresh > 0 || opened.keeping.due) && !opened.chainFault && !opened.messages[0]?.fault && opened.state !== STATES.indexOf("safety_hold");
}

/** The words of a hand-off have less room: they share it with the keys. */
const MAX_WRAP_TEXT = 3000; // SPEC 7.3
const HANDS: readonly number[] = [State.assigned, OTHER_READERS, OTHER_UNIT];
const NEEDS_CODE: Readonly<Record<number, true>> = { [State.suspended]: true, [State.determination]: true, [State.withdrawn]: true, [State.outOfScope]: true, [State.referred]: true };

function answersIn(opened: OpenedCase | null): number {
  return opened?.entries.filter((entry) => entry.kind === 2).length ?? 0;
}

function asPeek(found: { reaches: boolean; fault: { slug: string } | null; opened: OpenedCase | null }): Peek {
  const { opened } = found;
  const fault = found.fault?.slug ?? (opened?.against.length ? "barred" : undefined) ?? opened?.chainFault?.slug ?? (opened?.withheld ? "withheld" : "");
  return {
    reach: !found.reaches ? (found.fault ? "fault" : "closed") : fault ? "fault" : "opens",
    fault,
    language: opened?.language ?? "",
    country: countryIn((opened?.messages ?? []).flatMap(({ answers }) => answers)),
    acknowledged: opened?.acknowledged ?? false,
    hold: opened?.state === STATES.indexOf("safety_hold"),
    fresh: opened?.fresh ?? 0,
    unanswered: opened?.unanswered ?? 0,
    words: (opened?.messages ?? []).flatMap(({ answers }) => answers.map(([, value]) => value)).join(" ").toLowerCase(),
    facts: opened && !opened.against.length ? factsOf(opened.books.records, opened.messages.flatMap(({ answers }) => answers)) : null,
  };
}

function compare(a: number[], b: number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}
