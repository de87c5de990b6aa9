/** SPEC 8.16: a legal hold. While it stands the case is not erased; two members set it, renew it, or end it early. */
import { type Day, equal } from "./encoding.js";
import { EntryKind, type SignedEntry } from "./entry.js";
import { ensure } from "./errors.js";
import { Role } from "./keyring.js";
import { PROPOSAL_DAYS } from "./workflow.js";

/** Six months: who needs a case for longer says so again, with another. */
export const LEGAL_HOLD_DAYS = 183;

export class LegalHold {
  /**
   * `until`: its last day, whether past or not; 0: none was set or it was ended. `proposed`: what waits, lapsed too.
   * `known`: none waits that came before the window of a mailbox.
   */
  constructor(readonly until: Day = 0, readonly proposed: readonly SignedEntry[] = [], readonly known = true) {}

  /** By the day alone: nobody signs that it is over. */
  stands(day: Day): boolean {
    return day <= this.until;
  }

  /** Whether it proposes a hold, agrees to one, or refuses one that waits. */
  concerns({ kind, cited }: SignedEntry): boolean {
    const refuses = kind === EntryKind.refusal && this.proposed.some(({ link }) => equal(link, cited));
    return refuses || kind === EntryKind.legalHoldProposed || kind === EntryKind.legalHoldAgreed;
  }

  /** Proposals to which another may still agree. */
  waiting(today: Day): SignedEntry[] {
    return this.proposed.filter(({ day, until }) => today <= day + PROPOSAL_DAYS && this.mayBe(until, today));
  }

  /** With an entry that concerns it. `older`: what it cites may stand before the window. */
  after(entry: SignedEntry, role: number, older: boolean): LegalHold {
    const fact = `entry ${entry.seq}`;
    const fits = this.mayBe(entry.until, entry.day);
    if (entry.kind === EntryKind.legalHoldProposed) {
      ensure(fits, "bad_state", fact);
      return new LegalHold(this.until, [...this.proposed, entry], this.known);
    }
    ensure(role === Role.reviewer || role === Role.supervisor, "role_not_allowed", fact);
    const proposal = this.proposed.find(({ link }) => equal(link, entry.cited));
    ensure(proposal !== undefined || (older && !this.known), "bad_state", "nothing proposed");
    ensure(!proposal || !equal(proposal.actor, entry.actor), "role_not_allowed", "the own proposal");
    if (entry.kind === EntryKind.legalHoldAgreed) {
      ensure(fits, "bad_state", fact);
      ensure(!proposal || entry.day <= proposal.day + PROPOSAL_DAYS, "bad_state", "lapsed");
      ensure(!proposal || entry.until === proposal.until, "bad_state", fact);
      return new LegalHold(entry.until); // what waited was about another hold
    }
    return new LegalHold(this.until, this.proposed.filter((one) => one !== proposal), this.known);
  }

  /** No hold is ended but one that stands, and none is set for longer than the days. */
  private mayBe(until: Day, day: Day): boolean {
    return until === 0 ? this.stands(day) : day <= until && until - day <= LEGAL_HOLD_DAYS;
  }
}
