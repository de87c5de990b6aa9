// A colleague's proposal, approved or refused: in words of their own, beside the own next step, which stays as it is planned.

import { EntryKind } from "../../../crypto/ts/entry.js";
import { findRule, State } from "../../../crypto/ts/workflow.js";
import type { Deed } from "./desk-calls.js";
import { type CaseDeeds } from "./desk-deeds.js";
import { answerKey, DECIDES, type Desk, MAX_TEXT, textBytes } from "./desk-model.js";
import type { OpenedCase, Proposal } from "./desk-opened.js";
import { routeOf } from "./desk-routing.js";

/** How a proposal is being decided. `visible`: the person reads the words of an approval. */
export interface Decides {
  link: string;
  approves: boolean;
  visible: boolean;
}

/** In `reasons`, kept with the case until it is signed or given up: how it is decided, by what. */
const keyOf = (cid: string, link = ""): string => answerKey(cid, `${DECIDES}${link}`);

/** As it was left with the case; null where nothing is being decided. One that is decided by now is shown nowhere. */
export function decidesIn({ reasons }: Desk, cid: string): Decides | null {
  const [key = "", how = ""] = [...reasons].find(([one]) => one.startsWith(keyOf(cid))) ?? [];
  return key ? { link: key.slice(keyOf(cid).length), approves: how.startsWith("approve"), visible: how.endsWith("visible") } : null;
}

export class CaseDecision {
  constructor(private readonly desk: Desk, private readonly deeds: CaseDeeds, private readonly changed: () => void) {}

  /** Null: given up; its words stay where they were written. */
  choose(proposal: Proposal | null, approves: boolean): void {
    this.put(proposal && { link: proposal.link, approves, visible: true });
  }

  setVisible(visible: boolean): void {
    const { decides } = this.desk.file;
    if (decides) this.put({ ...decides, visible });
  }

  private put(decides: Decides | null): void {
    const { file, reasons } = this.desk;
    if (file.decides) reasons.delete(keyOf(file.cid, file.decides.link));
    if (decides) reasons.set(keyOf(file.cid, decides.link), `${decides.approves ? "approve" : "refuse"} ${decides.visible ? "visible" : "staff"}`);
    Object.assign(file, { decides, doFault: null });
    this.changed();
  }

  /** Signs it, on the case as it was shown. */
  async sign(): Promise<void> {
    const { desk } = this;
    const { file } = desk;
    const { opened, decides, cid } = file;
    const proposal = opened?.proposals.find(({ link }) => link === decides?.link);
    if (!opened || !decides || !proposal) return;
    const words = answerKey(cid, decides.link);
    const text = (desk.reasons.get(words) ?? "").trim();
    const missing = this.missing(opened, decides, proposal, text);
    if (missing) {
      file.doFault = { slug: missing, fact: "", at: decides.link };
      return this.changed();
    }
    await this.deeds.sign(decision(opened, decides, proposal), text, { at: decides.link, words, posted: () => this.end(cid, decides) });
  }

  /** A case that was read: what another decided meanwhile is not being decided. The words stay. */
  settle(): void {
    const { cid, decides, opened } = this.desk.file;
    if (!decides || !opened || opened.chainFault || opened.proposals.some(({ link }) => link === decides.link)) return;
    this.end(cid, decides);
    this.changed();
  }

  /** Also where another case is on the table by then. What was chosen since stays. */
  private end(cid: string, { link, approves }: Decides): void {
    const { desk } = this;
    const now = decidesIn(desk, cid);
    if (now?.link !== link || now.approves !== approves) return;
    desk.reasons.delete(keyOf(cid, link));
    if (desk.file.cid === cid) desk.file.decides = null;
  }

  private missing(opened: OpenedCase, { approves }: Decides, proposal: Proposal, text: string): string {
    const today = this.desk.keyring?.today ?? 0;
    if (approves && leavesNoTime(opened, proposal, today)) return "no_time";
    if (approves && leadsNowhere(opened, proposal, today)) return "no_route";
    return text === "" ? "no_text" : textBytes(text) > MAX_TEXT ? "too_large" : "";
  }
}

/** Whether a referral is to a body that cannot be chosen today, whenever it was proposed. */
function leadsNowhere(opened: OpenedCase, { link }: Proposal, today: number): boolean {
  const proposed = opened.entries.find((entry) => entry.link === link);
  return proposed?.state === State.referred && routeOf(opened, proposed.code, today).fault !== "";
}

/** Whether the person would have fewer days to think again than the rule gives from the approval on. */
function leavesNoTime({ place }: OpenedCase, { state, until }: Proposal, today: number): boolean {
  const rule = findRule(place.state || State.screening, place.back, state);
  return Boolean(rule?.least) && until - today < (rule?.least ?? 0);
}

function decision({ place, entries }: OpenedCase, { approves, visible }: Decides, { link, state, lowers, priority, until }: Proposal): Deed {
  const common = { cited: link, members: [] };
  if (!approves) return { ...common, kind: EntryKind.refusal, visible: false, state: place.state, code: "", priority: place.priority, until: 0 }; // colleagues alone read it
  const code = entries.find((entry) => entry.link === link)?.code ?? "";
  return { ...common, visible: visible || state === State.erased, code, kind: EntryKind.approval, state, priority: lowers ? priority : place.priority, until };
}
