/** SPEC 8.7: who asks for a sealed identity: agreed to by a reviewer, granted by a custodian, opened by who asked. */
import { equal } from "./encoding.js";
import { ASK_DAYS, EntryKind, type SignedEntry } from "./entry.js";
import { ensure } from "./errors.js";
import { Role } from "./keyring.js";

/** Somebody asks for the sealed identity of a message: agreed by a reviewer, granted by a custodian. */
export interface Ask {
  readonly entry: SignedEntry;
  readonly agreed: boolean;
  readonly granted: boolean;
  readonly opened: boolean;
}

export class Asks {
  /** What nobody refused, in the order in which it was asked, past its day too. */
  constructor(readonly asked: readonly Ask[] = []) {}

  /** Whether it asks, answers an asking, or opens what was granted. */
  concerns(entry: SignedEntry): boolean {
    const refuses = entry.kind === EntryKind.refusal && this.cited(entry) !== undefined;
    return refuses || (entry.kind >= EntryKind.identityAsked && entry.kind <= EntryKind.identityOpened);
  }

  /** With an entry that concerns it. `older`: what it cites may stand before the window of a mailbox. */
  after(entry: SignedEntry, role: number, older: boolean): Asks {
    const fact = `entry ${entry.seq}`;
    if (entry.kind === EntryKind.identityAsked) {
      ensure(entry.until >= entry.day && entry.until - entry.day <= ASK_DAYS, "bad_state", fact);
      return new Asks([...this.asked, { entry, agreed: false, granted: false, opened: false }]);
    }
    const ask = this.cited(entry);
    if (!ask) {
      ensure(older, "bad_state", fact);
      ensure(entry.kind !== EntryKind.identityAgreed || role === Role.reviewer, "role_not_allowed", fact);
      return this;
    }
    if (entry.kind === EntryKind.refusal) {
      ensure(role === Role.reviewer || role === Role.custodian, "role_not_allowed", fact);
      return new Asks(this.asked.filter((one) => one !== ask));
    }
    ensure(entry.day <= ask.entry.until, "bad_state", "the day is past");
    const own = equal(ask.entry.actor, entry.actor);
    let answered: Ask;
    if (entry.kind === EntryKind.identityAgreed) {
      ensure(role === Role.reviewer && !own, "role_not_allowed", fact);
      ensure(!ask.agreed, "bad_state", fact);
      answered = { ...ask, agreed: true };
    } else if (entry.kind === EntryKind.identityGranted) {
      ensure(ask.agreed && !ask.granted, "bad_state", fact);
      answered = { ...ask, granted: true };
    } else {
      ensure(own, "role_not_allowed", fact);
      ensure(ask.granted, "bad_state", fact);
      answered = { ...ask, opened: true };
    }
    return new Asks(this.asked.map((one) => (one === ask ? answered : one)));
  }

  private cited({ cited }: SignedEntry): Ask | undefined {
    return this.asked.find(({ entry }) => equal(entry.link, cited));
  }
}
