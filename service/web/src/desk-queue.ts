// The queue: the server's list, what the workers find in each case, and the order in which it is shown.

import { closeViewing } from "./desk-files.js";
import { answerDue, type CaseLine, type Desk, LANE_ORDER, type OpenedCase, type Peek, type SortKey, STATES } from "./desk-model.js";
import { type DeskSession, faultOf } from "./desk-session.js";
import { type CaseSource } from "./desk-source.js";
import { t } from "./desk-words.js";

const WAITING: Peek = { reach: "waiting", fault: "", language: "", acknowledged: false, hold: false, fresh: 0, unanswered: 0, words: "" };

export class CaseQueue {
  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly source: CaseSource, private readonly changed: () => void) {}

  async loadQueue(): Promise<void> {
    const { desk, session } = this;
    const asked = session.generation;
    closeViewing(desk);
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
      if (asked !== session.generation || session.signedOut(error)) return;
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
      if (asked !== session.generation || session.signedOut(error)) return;
      desk.queue.peeks.set(line.cid, { ...WAITING, reach: "fault", fault: faultOf(error).slug });
      this.changed();
    }
  }
}

export function asPeek(found: { reaches: boolean; fault: { slug: string } | null; opened: OpenedCase | null }): Peek {
  const { opened } = found;
  const fault = found.fault?.slug ?? (opened?.against.length ? "barred" : undefined) ?? opened?.chainFault?.slug ?? (opened?.withheld ? "withheld" : "");
  return {
    reach: !found.reaches ? (found.fault ? "fault" : "closed") : fault ? "fault" : "opens",
    fault,
    language: opened?.language ?? "",
    acknowledged: opened?.acknowledged ?? false,
    hold: opened?.state === STATES.indexOf("safety_hold"),
    fresh: opened?.fresh ?? 0,
    unanswered: opened?.unanswered ?? 0,
    words: (opened?.messages ?? []).flatMap(({ answers }) => answers.map(([, value]) => value)).join(" ").toLowerCase(),
  };
}

function compare(a: number[], b: number[]): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}
