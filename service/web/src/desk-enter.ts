// What a member finds after the door: the own queue, numbers, or a sentence.

import { wantCalendars } from "./desk-calendar.js";
import type { Desk } from "./desk-model.js";
import { isCaseworker, readsIntake } from "./desk-roles.js";
import { type CaseQueue } from "./desk-queue.js";
import { fetchCalendars, fetchReplies } from "./desk-server.js";
import { type DeskSession, faultOf } from "./desk-session.js";

export class Entrance {
  constructor(private readonly desk: Desk, private readonly session: DeskSession, private readonly queue: CaseQueue, private readonly changed: () => void) {}

  async enter(): Promise<void> {
    const { desk } = this;
    if (isCaseworker(desk.member?.role) || desk.member?.role === "custodian") {
      desk.colleagues = await this.session.vault.ask("people", null);
      // before any case is opened: whoever is barred from one sees nothing of it
      if (readsIntake(desk.member?.role) && !(await this.readDeclarations())) return;
      void fetchReplies().then((found) => (desk.replies = found), () => undefined); // without them one writes oneself
      const asked = this.session.generation;
      await wantCalendars(fetchCalendars);
      return asked === this.session.generation ? this.queue.loadQueue() : undefined;
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
      desk.colleagues = await session.vault.ask("people", null); // with what languages they declared
      return asked === session.generation;
    } catch (error) {
      if (asked !== session.generation || session.signedOut(error)) return false;
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
      if (asked !== session.generation || session.signedOut(error)) return;
      desk.queue.fault = faultOf(error);
    }
    this.changed();
  }
}
