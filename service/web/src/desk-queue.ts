// The queue: the server's list, what the workers find in each case, and the order in which it is shown.

import { EntryKind } from "../../../crypto/ts/entry.js";
import { NO_PRIORITY, State } from "../../../crypto/ts/workflow.js";
import { type Due, dueIn, ENDED, opensAnyway, sleeps, type Told } from "./desk-due.js";
import { closeViewing } from "./desk-files.js";
import { choicesWith } from "./desk-forms.js";
import { BATCH, type CaseLine, type Desk, LANE_ORDER, LANE_STOP, type Peek, type SortKey, STATES } from "./desk-model.js";
import { answersOf, type OpenedCase } from "./desk-opened.js";
import { type DeskOpening } from "./desk-opening.js";
import { factsOf } from "./desk-patterns.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { type CaseSource } from "./desk-source.js";
import { HIGH, minuteOf, urgencyOf } from "./desk-urgency.js";
import { type Only } from "./desk-views.js";
import { languageName, t } from "./desk-words.js";

export const WAITING: Peek = {
  facts: null,
  reach: "waiting", fault: "", language: "", acknowledged: false, hold: false, fresh: 0, unanswered: 0, words: "", mine: false, nobodys: false, burns: false, dormant: false, due: [],
};
const DRAW_MS = 40;
export const ENOUGH = "enough_opened"; // of the server: as many cases as one member opens on a day
const NO_DAY = 9_999_999;
const TRIED_FOR_ONE = 4; // cases of others that are tried for each that may be opened: a reviewer of many panels waits for no thousand

export class CaseQueue {
  private byId = new Map<string, CaseLine>();
  private drawing = 0;

  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly source: CaseSource, private readonly opening: DeskOpening, private readonly changed: () => void) {}

  async loadQueue(): Promise<void> {
    const { desk, session } = this;
    const asked = session.generation;
    closeViewing(desk);
    desk.screen = "queue";
    desk.queue.fault = null;
    desk.queue.loading += 1;
    this.changed();
    try {
      if (session.client) session.startHelpers(); // they get ready while the list comes
      const [lines] = await Promise.all([session.client?.cases() ?? [], this.opening.load()]);
      if (asked !== session.generation) return;
      const now = new Map(lines.map((line) => [line.cid, line]));
      for (const { cid, messages, head } of this.tried()) {
        if (isSame({ messages, head }, now.get(cid))) continue;
        desk.queue.peeks.delete(cid);
        desk.queue.tried.delete(cid);
      }
      const { held } = desk.opening;
      for (const cid of held) if (!isSame(this.byId.get(cid), now.get(cid))) held.delete(cid); // it may be urgent by now
      this.byId = now;
      desk.queue.lines = lines;
      desk.queue.loaded = true;
      if (!lines.some((line) => line.cid === desk.queue.selected)) desk.queue.selected = "";
      this.openSome();
    } catch (error) {
      if (asked !== session.generation || session.signedOut(error)) return;
      desk.queue.fault = faultOf(error);
    } finally {
      if (asked === session.generation) desk.queue.loading -= 1;
      this.changed();
    }
  }

  /** The next fifty. */
  more(): void {
    this.desk.queue.most += BATCH;
    this.openSome();
    this.changed();
  }

  /** As many as are wanted, by the order of the queue: what a case says is known only when it is open. One of others makes room for the next. */
  private openSome(): void {
    const { queue, opening: { held } } = this.desk;
    const reached = (reach: Peek["reach"]): number => [...queue.tried].filter((cid) => queue.peeks.get(cid)?.reach === reach).length;
    let room = Math.min(queue.most + reached("closed"), queue.most * TRIED_FOR_ONE) - queue.tried.size;
    let shut = room - held.size; // so many more may be found shut: in a large list they would be thousands
    for (const line of this.ordered(queue.lines)) {
      if (room <= 0) return;
      if (queue.tried.has(line.cid) || held.has(line.cid) || this.peekOf(line).reach !== "waiting") continue;
      if (held.size && !opensAnyway(line) && --shut < 0) continue;
      queue.tried.add(line.cid);
      room -= 1;
      void this.peek(line);
    }
  }

  /** Of those on the list, which were tried; the others wait for `more`. */
  tried(): CaseLine[] {
    const { tried, peeks } = this.desk.queue;
    return [...new Set([...tried, ...peeks.keys()])].flatMap((cid) => this.byId.get(cid) ?? []);
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
    const { filter, only } = this.desk.queue;
    const wanted = filter.toLowerCase().split(/\s+/).filter(Boolean).map((word) => ({ word, chosen: choicesWith(word) }));
    const has = (line: CaseLine): boolean => {
      const text = this.searchText(line);
      return wanted.every(({ word, chosen }) => text.includes(word) || chooses(this.peekOf(line), chosen));
    };
    return this.ordered(this.tried().filter((line) => this.isOf(only, line) && (wanted.length === 0 || has(line))));
  }

  /** Whether a case answers one of the questions of the queue. */
  isOf(only: Only, line: CaseLine): boolean {
    const { peeks } = this.desk.queue;
    const peek = peeks.get(line.cid) ?? WAITING;
    if (only === "") return true;
    if (peek.reach !== "opens") return false;
    if (only === "unanswered") return this.needsAnswer(line);
    if (only === "mine") return peek.mine;
    if (only === "nobodys") return peek.nobodys;
    if (only === "dormant") return peek.dormant;
    return only === "late" ? isLate(peek, this.desk.keyring?.today ?? 0) : peek.burns;
  }

  /** All that is due in the cases that are open here, the nearest day first. */
  allDue(): { line: CaseLine; due: Due }[] {
    return this.tried().flatMap((line) => this.peekOf(line).due.map((due) => ({ line, due }))).sort((a, b) => a.due.day - b.due.day || (a.line.cid < b.line.cid ? -1 : 1));
  }

  private ordered(lines: readonly CaseLine[]): CaseLine[] {
    const { sort, down } = this.desk.queue;
    const nearest = (line: CaseLine): number => this.peekOf(line).due[0]?.day ?? NO_DAY;
    const keys: Record<SortKey, (line: CaseLine) => number[]> = {
      rank: (line) => [LANE_ORDER[line.lane] ?? 9, line.priority, this.needsAnswer(line) ? 0 : 1, nearest(line), line.first_day],
      priority: (line) => [line.priority, line.first_day],
      due: (line) => [nearest(line), line.priority],
      age: (line) => [line.first_day],
      state: (line) => [line.state, line.first_day],
      messages: (line) => [-line.messages],
      fresh: (line) => [-this.peekOf(line).fresh],
    };
    const keyed = lines.map((line) => ({ line, key: [this.peekOf(line).reach === "closed" ? 1 : 0, ...keys[sort](line).map((n) => (down ? -n : n))] }));
    return keyed.sort((a, b) => compare(a.key, b.key) || (a.line.cid < b.line.cid ? -1 : 1)).map(({ line }) => line);
  }

  private searchText(line: CaseLine): string {
    const peek = this.peekOf(line);
    return [line.cid, `${line.cid.slice(0, 4)} ${line.cid.slice(4, 8)}`, t(`state.${line.state}`), t(`lane.${line.lane}`), t(`reach.${peek.reach}`), peek.language, peek.language && languageName(peek.language, []), peek.dormant ? t("dormant") : "", line.priority < NO_PRIORITY ? `P${line.priority}` : "", peek.words].join(" ").toLowerCase();
  }

  /** Cases come in by dozens: what came within a moment is drawn at once. */
  private soon(): void {
    if (this.drawing) return;
    this.drawing = window.setTimeout(() => {
      this.drawing = 0;
      this.changed();
    }, DRAW_MS);
  }

  private hold({ cid }: CaseLine): void {
    const { queue, opening } = this.desk;
    queue.tried.delete(cid);
    opening.held.add(cid);
    this.openSome();
  }

  private async peek(line: CaseLine): Promise<void> {
    const { desk, session } = this;
    const asked = session.generation;
    try {
      const helpers = session.startHelpers();
      const { detail, found } = await helpers.run(async (vault) => {
        const { detail, request } = await this.source.whole(line.cid);
        return { detail, found: await vault.ask("open", request) };
      });
      if (asked !== session.generation) return;
      desk.queue.peeks.set(line.cid, asPeek(desk, found, detail));
      this.soon();
    } catch (error) {
      if (asked !== session.generation || session.signedOut(error)) return;
      const { slug } = faultOf(error);
      // no more on this day: what is urgent or new opens all the same, and may stand further down
      if (slug === ENOUGH) this.hold(line);
      else desk.queue.peeks.set(line.cid, { ...WAITING, reach: "fault", fault: slug });
      this.changed();
    }
    if (this.peekOf(line).reach === "closed") this.openSome();
  }
}

type Reached = Pick<CaseLine, "messages" | "head">;

/** Whether nothing came to a case, neither a message nor an entry. */
const isSame = (before: Reached | undefined, now: Reached | undefined): boolean => before?.messages === now?.messages && before?.head === now?.head;

const isLate = (peek: Peek, today: number): boolean => peek.due.some(({ day }) => day < today);

const DEEDS: readonly number[] = [EntryKind.text, EntryKind.note, EntryKind.step, EntryKind.proposal, EntryKind.approval];

/** One of these ids stands among the answers; of a mark on the body its parts count. */
function chooses({ words }: Peek, ids: readonly string[]): boolean {
  const said = ids.length ? ` ${words.replace(/\./g, " ")} ` : "";
  return ids.some((id) => said.includes(` ${id} `));
}

/** What the queue knows of a case that was tried. */
export function asPeek(desk: Desk, found: { reaches: boolean; fault: { slug: string } | null; opened: OpenedCase | null }, detail: Told | null): Peek {
  const { opened } = found;
  const self = desk.member?.id ?? "";
  const fault = found.fault?.slug ?? (opened?.against.length ? "barred" : undefined) ?? opened?.chainFault?.slug ?? (opened?.withheld ? "withheld" : "");
  const reach = !found.reaches ? (found.fault ? "fault" : "closed") : fault ? "fault" : "opens";
  if (!opened || opened.against.length) return { ...WAITING, reach, fault }; // whoever is barred is told that alone
  const { entries, messages, place, proposals, changes } = opened;
  const said = [...messages.flatMap(({ answers, intake }) => [...answers, ...intake].map(([, value]) => value)), ...entries.map(({ text }) => text)];
  const working = !ENDED.includes(opened.state);
  const investigates = desk.member?.role === "investigator"; // who approves nothing
  const asked = !investigates && [...proposals, ...changes].some(({ own }) => !own);
  const acted = entries.some((entry) => entry.actor === self && DEEDS.includes(entry.kind) && entry.verdict === "counts");
  return {
    reach, fault, language: opened.language, acknowledged: opened.acknowledged, hold: opened.state === STATES.indexOf("safety_hold"), fresh: opened.fresh, unanswered: opened.unanswered,
    words: said.join(" ").toLowerCase(),
    mine: investigates ? opened.claimed.includes(self) : asked || (opened.unit?.members.includes(self) ?? false) || acted,
    nobodys: opened.unit !== null && working && opened.claimed.length === 0,
    burns: working && (place.priority <= HIGH || urgentNow(opened, minuteOf(desk.keyring?.today ?? 0)) || opened.books.alerts.some(({ id }) => id === "reprisal")),
    dormant: sleeps(opened, desk.keyring?.today ?? 0),
    facts: factsOf(opened.books.records, answersOf(messages)),
    due: dueIn(opened, self, desk.keyring?.today ?? 0, detail, desk.member?.role),
  };
}

/** The person called it urgent, or answered what makes it so, and nobody has set a priority yet; or asked to stop and nobody has taken it up. */
function urgentNow({ messages, place, state }: OpenedCase, now: number): boolean {
  const lanes = messages.map(({ lane }) => lane);
  return (place.priority === NO_PRIORITY && urgencyOf(messages, now).priority <= HIGH) || (lanes.includes(LANE_STOP) && state === State.safetyHold);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}
