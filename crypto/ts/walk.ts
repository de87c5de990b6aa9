/** SPEC 8.3: where a case stands, deed by deed. */
import { Asks } from "./asking.js";
import { at, type Bytes, type Day, equal, Z32 } from "./encoding.js";
import { ANSWERS, claimants, COPY_DAYS, EntryKind, messageCount, messagesHead, type SignedEntry, TOUCHES, withheldFrom, WITHHOLDING_DAYS } from "./entry.js";
import { ensure } from "./errors.js";
import { type KeyringBody, Role } from "./keyring.js";
import { LegalHold } from "./legalhold.js";
import { isInvestigator } from "./signer.js";
import { BY_TWO, erasableFrom, findRule, isAside, lapseDays, LOWERING, NO_PRIORITY, NOTICE_DAYS, PROPOSAL_DAYS, State } from "./workflow.js";

const DEEDS: readonly number[] = [EntryKind.step, EntryKind.proposal, EntryKind.approval];

/** Where a case stands, and where a verifier begins that does not have the first entries (SPEC 9.2). */
export interface Start {
  readonly seq: number;
  readonly link: Bytes;
  readonly state: number;
  readonly acknowledged: boolean;
  /** Where a case that stands aside stood before. */
  readonly back: number;
  readonly priority: number;
  readonly until: Day;
  /** The day on which the state began. */
  readonly since: Day;
  /** The last day of a legal hold (SPEC 8.16), past or not; 0: there is none. */
  readonly hold: Day;
}

export const BEGINNING: Start = {
  seq: 0, link: Z32, state: State.received, acknowledged: false, back: State.received, priority: NO_PRIORITY, until: 0, since: 0, hold: 0,
};

/** A Start with the newest entry's day and count. */
export interface Place extends Start {
  readonly day: Day;
  readonly count: number;
}

/** Who reads, changed by two. */
export interface Change {
  readonly proposal?: SignedEntry | undefined;
  readonly agreement: SignedEntry;
}

/** SPEC 8.3: the deeds of a case one after another. A deed that may not be done there throws and changes nothing. */
export class Walk {
  place: Place;
  pending: SignedEntry[] = [];
  /** Of steps, proposals and approvals those of a priority alone: sequence numbers. */
  readonly alone: number[] = [];
  /** By which a unit reads, Z32: none; undefined: not known. */
  wrap: Bytes | undefined;
  asks = new Asks();
  readers: Bytes[] = [];
  changes: SignedEntry[] = [];
  withholdings: SignedEntry[] = [];
  changed: Change[] = [];
  copies: SignedEntry[] = [];
  /** Who of the unit has it; undefined: not known. */
  claimed: readonly Bytes[] | undefined;
  erasing: SignedEntry[] = [];
  nameless: SignedEntry[] = [];
  hold: LegalHold;
  private readonly whole: boolean;
  private readonly acted: Bytes[] = [];
  /** Links of entries, and of what they answered. */
  private readonly seen: Bytes[] = [];
  /** Hashes of their boxes. */
  private readonly boxes: Bytes[] = [];

  constructor(start: Start, private readonly keyring: KeyringBody) {
    this.place = { ...start, day: 0, count: 0 };
    this.whole = start.seq === 0;
    this.claimed = this.whole ? [] : undefined;
    this.wrap = this.whole ? Z32 : undefined;
    this.hold = new LegalHold(start.hold, [], this.whole);
  }

  take(entry: SignedEntry, role: number): void {
    let place = resume(this.place, entry.day);
    ensure(place.state !== State.erased, "bad_state", "the case is erased");
    ensure(!this.boxes.some((one) => equal(one, entry.boxHash)), "bad_state", "the box of another entry");
    if (place.state === State.received) place = { ...place, state: State.screening, since: entry.day };
    const isDeed = DEEDS.includes(entry.kind);
    let after = place;
    if (isDeed) after = this.deed(entry, role, place);
    else {
      const answers = entry.kind === EntryKind.copyAnswered;
      const [state, priority] = answers ? [State.received, NO_PRIORITY] : [place.state, place.priority];
      ensure(entry.state === state && entry.priority === priority, "bad_state", `entry ${entry.seq}`);
      if (this.asks.concerns(entry)) {
        this.asks = this.asks.after(entry, role, this.isOlder(entry.cited) && this.nameless.length === 0);
      } else if (entry.kind === EntryKind.refusal && this.changes.some(({ link }) => equal(link, entry.cited))) {
        this.change(entry, role);
      } else if (entry.kind === EntryKind.refusal && this.erasing.some(({ link }) => equal(link, entry.cited))) {
        this.eraseName(entry, role);
      } else if (this.hold.concerns(entry)) {
        this.holdOn(entry, role);
      } else if (entry.kind === EntryKind.refusal) {
        this.settle(this.decide(entry, role, place));
      } else if (entry.kind === EntryKind.withholding) this.withhold(entry);
      else if (entry.kind >= EntryKind.copied) this.copy(entry, role);
      else if (entry.kind === EntryKind.claimed) this.claim(entry, role);
      else if (entry.kind >= EntryKind.nameErasureProposed) this.eraseName(entry, role);
      else if (entry.kind >= EntryKind.readersProposed) this.change(entry, role);
      else if (entry.kind === EntryKind.recusal) this.lose(entry.actor);
      if (entry.kind === EntryKind.grant) {
        ensure(role === Role.reviewer || role === Role.supervisor, "role_not_allowed", `entry ${entry.seq}`);
        this.checkHanded();
        this.wrap = entry.boxHash;
      }
    }
    this.place = {
      ...after, seq: entry.seq + 1, link: entry.link, day: entry.day, count: Math.max(place.count, messageCount(entry.messages)),
      acknowledged: after.acknowledged || entry.kind === EntryKind.text, hold: this.hold.until,
    };
    if (TOUCHES.includes(entry.kind) && place.state !== State.closed && place.state !== State.review) this.acted.push(entry.actor);
    this.seen.push(entry.link);
    if (!equal(entry.boxHash, Z32)) this.boxes.push(entry.boxHash);
    if (ANSWERS.includes(entry.kind)) this.seen.push(entry.cited);
  }

  private deed(entry: SignedEntry, role: number, place: Place): Place {
    const fact = `entry ${entry.seq}`;
    const rule = findRule(place.state, place.back, entry.state);
    ensure(entry.state === place.state || rule !== undefined, "bad_state", fact);
    if (!rule) return this.priorityAlone(entry, role, place);
    if (BY_TWO.includes(entry.state) && !isAside(place.state)) this.checkTwo(entry.day);
    ensure(entry.state !== State.erased || !this.hold.stands(entry.day), "bad_state", "a legal hold stands");
    const from = entry.state === State.erased ? erasableFrom(place.state, place.since, place.until, entry.day) : 1;
    ensure(from > 0 && from <= entry.day, "bad_state", fact);
    ensure(rule.approvers.length > 0 === (entry.kind !== EntryKind.step), "bad_state", fact);
    const ahead = entry.until - entry.day;
    // of the approval too: from the day on which it is done the person has the whole time to think again
    ensure(rule.most === 0 || (rule.least <= ahead && ahead <= rule.most), "bad_state", fact);
    let proposal: SignedEntry | undefined;
    if (entry.kind === EntryKind.approval) {
      proposal = this.decide(entry, role, place);
      ensure(!proposal || !this.alone.includes(proposal.seq), "bad_state", "a priority alone was proposed");
      ensure(!proposal || entry.until === proposal.until, "bad_state", fact);
      if (entry.state === State.erased) this.checkTold(entry, proposal);
      ensure(entry.priority === place.priority, "bad_state", fact);
      this.settle(proposal);
    } else {
      ensure(rule.signers.includes(role), "role_not_allowed", fact);
      const least = entry.kind === EntryKind.step ? 0 : place.priority; // raised by anybody, lowered by none alone
      ensure(least <= entry.priority && entry.priority <= place.priority, "bad_state", fact);
      const untouched = entry.state !== State.reopened || !this.acted.some((id) => equal(id, entry.actor));
      ensure(untouched, "role_not_allowed", "a review is for one who did nothing in the case");
    }
    if (entry.kind === EntryKind.proposal) {
      this.pending.push(entry);
      return place;
    }
    const handed = entry.state === State.assigned && entry.kind === EntryKind.approval; // a step back to it hands nothing to anybody
    if (handed) this.changed.push({ proposal, agreement: entry });
    if (handed || entry.state === State.triaged) this.claimed = [];
    if (handed) this.wrap = proposal?.boxHash;
    else if (entry.state === State.triaged || entry.state === State.erased) this.wrap = Z32;
    if (entry.state === State.erased) [this.pending, this.changes, this.copies, this.erasing, this.asks, this.hold] = [[], [], [], [], new Asks(), new LegalHold()];
    const stood = isAside(place.state) ? place.back : place.state;
    return {
      ...place, state: entry.state, back: isAside(entry.state) ? stood : State.received, priority: entry.priority, until: entry.until, since: entry.day,
    };
  }

  /** SPEC 8.14: before a case is erased the person was told, and has not written since. */
  private checkTold(entry: SignedEntry, proposal: SignedEntry | undefined): void {
    if (!proposal) {
      ensure(!this.hold.known, "bad_state", "nothing older waits after a hold");
      return;
    }
    ensure(entry.day >= proposal.day + NOTICE_DAYS, "bad_state", "the person was told too late");
    ensure(equal(entry.messages, proposal.messages), "bad_state", "the person has written since");
  }

  /** SPEC 8.8: who reads. */
  private change(entry: SignedEntry, role: number): void {
    ensure(role === Role.reviewer || role === Role.supervisor, "role_not_allowed", `entry ${entry.seq}`);
    if (entry.kind === EntryKind.unitProposed) this.checkHanded();
    if (entry.kind === EntryKind.readersProposed || entry.kind === EntryKind.unitProposed) return void this.changes.push(entry);
    if (entry.kind === EntryKind.readersKept) return void this.readers.push(entry.boxHash);
    const proposed = this.proposal(this.changes, entry);
    if (!proposed) {
      this.changed.push({ agreement: entry });
      if (this.claimed?.length) this.claimed = undefined; // the readers were changed, or others of the unit agreed to: then nobody has it
      return;
    }
    if (entry.kind === EntryKind.readersAgreed) {
      ensure(entry.day <= proposed.day + PROPOSAL_DAYS, "bad_state", "lapsed");
      if (proposed.kind === EntryKind.readersProposed) this.readers.push(proposed.boxHash);
      else {
        this.checkHanded();
        this.wrap = proposed.boxHash;
        this.claimed = [];
      }
      this.changed.push({ proposal: proposed, agreement: entry });
    }
    this.changes = this.changes.filter((one) => one !== proposed);
  }

  /** SPEC 8.10: for three days, and not again by the same alone. */
  private withhold(entry: SignedEntry): void {
    const member = withheldFrom(entry);
    ensure(entry.until >= entry.day && entry.until - entry.day < WITHHOLDING_DAYS, "bad_state", `entry ${entry.seq}`);
    ensure(!equal(member, entry.actor), "role_not_allowed", "from oneself: that is a recusal");
    const before = this.withholdings.filter((one) => equal(withheldFrom(one), member)).pop();
    ensure(!before || !equal(before.actor, entry.actor), "role_not_allowed", "again by the same");
    this.withholdings.push(entry); // the ones before stand to their ends
    this.lose(member);
  }

  /** SPEC 8.12: two of the unit, or nobody; who claims is one of them, or has it, or is a supervisor. */
  private claim(entry: SignedEntry, role: number): void {
    const pair = claimants(entry);
    this.checkHanded();
    ensure(role === Role.investigator || role === Role.supervisor, "role_not_allowed", `entry ${entry.seq}`);
    for (const member of pair) ensure(isInvestigator(this.keyring, member, entry.day), "role_not_allowed", "who is named");
    const before = this.claimed;
    ensure(!before || before.length !== pair.length || !pair.every((id, i) => equal(id, at(before, i))), "bad_state", "as it was");
    if (before && role === Role.investigator) {
      const mayBe = before.length > 0 ? before : pair;
      ensure(mayBe.some((id) => equal(id, entry.actor)), "role_not_allowed", "two others have it");
    }
    this.claimed = pair;
  }

  /** A wrap of a unit is live, or may be: it is older than a window unless an entry in there ends it. */
  private checkHanded(): void {
    ensure(!this.wrap || !equal(this.wrap, Z32), "bad_state", "no unit has it");
  }

  /** Of two one is left: then nobody has the case, since nobody is alone with one. */
  private lose(member: Bytes): void {
    if (this.claimed?.some((id) => equal(id, member))) this.claimed = [];
  }

  private checkTwo(day: Day): void {
    const pair = this.claimed;
    if (pair) ensure(pair.length > 0 && pair.every((id) => isInvestigator(this.keyring, id, day)), "bad_state", "no two investigators have it");
  }

  /** SPEC 8.11. */
  private copy(entry: SignedEntry, role: number): void {
    const fact = `entry ${entry.seq}`;
    if (entry.kind === EntryKind.copied) {
      ensure(role === Role.reviewer || role === Role.supervisor, "role_not_allowed", fact);
      ensure(entry.until >= entry.day && entry.until - entry.day <= COPY_DAYS, "bad_state", fact);
      return void this.copies.push(entry);
    }
    ensure(equal(entry.messages, messagesHead([])) && entry.until === 0, "bad_state", fact);
    const copied = this.copies.find(({ link }) => equal(link, entry.cited));
    ensure(copied !== undefined || this.isOlder(entry.cited), "bad_state", "no copy that waits");
    ensure(!copied || entry.day <= copied.until, "bad_state", "the day is past");
    this.copies = this.copies.filter((one) => one !== copied);
  }

  /** SPEC 8.15. */
  private eraseName(entry: SignedEntry, role: number): void {
    ensure(role === Role.reviewer || role === Role.supervisor, "role_not_allowed", `entry ${entry.seq}`);
    if (entry.kind === EntryKind.nameErasureProposed) return void this.erasing.push(entry);
    const proposed = this.proposal(this.erasing, entry);
    if (entry.kind === EntryKind.nameErasureAgreed) {
      ensure(!proposed || entry.day <= proposed.day + PROPOSAL_DAYS, "bad_state", "lapsed");
      ensure(!proposed || equal(entry.messages, proposed.messages), "bad_state", "the person has written since");
      this.nameless.push(entry);
      this.asks = new Asks();
    }
    this.erasing = this.erasing.filter((one) => one !== proposed);
  }

  /** SPEC 8.16: with a hold no proposal to erase waits any more, so that the person is told anew. */
  private holdOn(entry: SignedEntry, role: number): void {
    this.hold = this.hold.after(entry, role, this.isOlder(entry.cited));
    if (entry.kind === EntryKind.legalHoldAgreed) this.pending = this.pending.filter(({ state }) => state !== State.erased);
  }

  private priorityAlone(entry: SignedEntry, role: number, place: Place): Place {
    const fact = `entry ${entry.seq}`;
    if (entry.kind === EntryKind.step) ensure(entry.priority < place.priority, "bad_state", fact);
    else {
      ensure(place.priority < entry.priority && entry.priority < NO_PRIORITY, "bad_state", fact);
      ensure(place.state !== State.assigned, "bad_state", "two who sign assigned hand the case over");
    }
    if (entry.kind === EntryKind.approval) {
      const proposal = this.decide(entry, role, place);
      ensure(!proposal || this.alone.includes(proposal.seq), "bad_state", "a move was proposed");
      ensure(!proposal || proposal.priority === entry.priority, "bad_state", fact);
      this.settle(proposal);
    }
    this.alone.push(entry.seq);
    if (entry.kind !== EntryKind.proposal) return { ...place, priority: entry.priority };
    this.pending.push(entry);
    return place;
  }

  /** The proposal of a deed that an approval or refusal cites. */
  private decide(entry: SignedEntry, role: number, place: Place): SignedEntry | undefined {
    const fact = `entry ${entry.seq}`;
    const proposal = this.proposal(this.pending, entry);
    if (!proposal && entry.kind === EntryKind.refusal) {
      ensure(role !== Role.investigator, "role_not_allowed", "an investigator refuses nothing");
      return undefined;
    }
    const approvers = findRule(place.state, place.back, (proposal ?? entry).state)?.approvers ?? [];
    ensure((approvers.length > 0 ? approvers : LOWERING).includes(role), "role_not_allowed", fact);
    if (proposal && entry.kind === EntryKind.approval) {
      ensure(entry.day <= proposal.day + lapseDays(proposal.state), "bad_state", "lapsed");
      ensure(entry.state === proposal.state, "bad_state", fact);
    }
    return proposal;
  }

  /** What an agreement or refusal cites, by another; none where it may stand before the window of a mailbox. */
  private proposal(waiting: readonly SignedEntry[], entry: SignedEntry): SignedEntry | undefined {
    const found = waiting.find(({ link }) => equal(link, entry.cited));
    ensure(found !== undefined || this.isOlder(entry.cited), "bad_state", `entry ${entry.seq}`);
    ensure(!found || !equal(found.actor, entry.actor), "role_not_allowed", "the own proposal");
    return found;
  }

  /** SPEC 8.2: it may be of what stands before the window, and nothing in there has answered it. */
  private isOlder(link: Bytes): boolean {
    return !this.whole && !this.seen.some((one) => equal(one, link));
  }

  private settle(proposal: SignedEntry | undefined): void {
    this.pending = this.pending.filter((one) => one !== proposal);
  }
}

/** SPEC 8.3: a suspension ends by itself after its day. */
export function resume(place: Place, day: Day): Place {
  if (place.state !== State.suspended || day <= place.until) return place;
  return { ...place, state: place.back, back: State.received, until: 0, since: place.until + 1 };
}
