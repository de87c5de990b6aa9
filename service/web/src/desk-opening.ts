// A member opens so many cases on a day. To open more is asked of another, who reads why and signs a yes or a no (SPEC 11.6).

import { type Desk } from "./desk-model.js";
import { type AskedMore, type Opening, type WireOpening } from "./desk-opening-state.js";
import { isCaseworker } from "./desk-roles.js";
import { type DeskSession, faultOf } from "./desk-session.js";

export class DeskOpening {
  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly changed: () => void) {}

  set(change: Partial<Opening>): void {
    Object.assign(this.desk.opening, { fault: "" }, change);
    this.changed();
  }

  /** What an asking says that does not verify is not shown. */
  async load(): Promise<void> {
    const { desk, session } = this;
    const { client, generation } = session;
    if (!client || !isCaseworker(desk.member?.role)) return;
    try {
      const wire: WireOpening = await client.opening();
      const shown = await session.vault.ask("readMore", { asked: [wire.own, ...wire.others.map(({ asked }) => asked)].filter(Boolean) });
      if (generation !== session.generation) return;
      const of = (asked: string): AskedMore[] => shown.filter((one) => one.asked === asked);
      const { most, opened, refused } = wire;
      if (most > opened) desk.opening.held.clear();
      Object.assign(desk.opening, { most, opened, refused, own: of(wire.own)[0] ?? null, others: wire.others.flatMap((theirs) => of(theirs.asked).map((one) => ({ ...one, opened: theirs.opened, refused: theirs.refused }))) });
    } catch (error) {
      if (generation === session.generation && !session.signedOut(error)) return; // the list of cases says that the line is away
    }
    this.changed();
  }

  async ask(): Promise<void> {
    const { cases, reason } = this.desk.opening;
    if (!reason) return this.set({ fault: "no_reason", ofAnswer: false });
    await this.send(false, async () => this.session.client?.askMore(await this.session.vault.ask("askMore", { cases, reason })));
  }

  /** A yes is asked about once more: it opens thousands of cases. */
  async answer(one: AskedMore, agrees: boolean): Promise<void> {
    if (agrees && this.desk.opening.sure !== one.asked) return this.set({ sure: one.asked });
    await this.send(true, async () => this.session.client?.answerMore(await this.session.vault.ask("answerMore", { asked: one.asked, agrees })));
  }

  private async send(ofAnswer: boolean, act: () => Promise<void> | undefined): Promise<void> {
    const { desk, session } = this;
    const { generation } = session;
    if (desk.opening.sending) return;
    this.set({ sending: true, sure: "" });
    let fault = "";
    try {
      await act();
    } catch (error) {
      if (generation !== session.generation || session.signedOut(error)) return;
      fault = faultOf(error).slug;
    }
    if (generation !== session.generation) return;
    await this.load(); // also after a no: somebody else may have answered
    this.set({ sending: false, fault, ofAnswer });
  }
}
