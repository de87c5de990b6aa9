/** SPEC 8: the signed entries of a case, and the state that follows from them. */
import { BoxKind, parseBox, type SealedBox } from "./box.js";
import {
  ascending, at, type Bytes, type Day, decode, decodeList, encode, encodeList, ensureAscending, equal, join, NEVER, readUint, readWithin, u32, u8,
  Z32,
} from "./encoding.js";
import { ensure, ProtocolError } from "./errors.js";
import { type KeyringBody, OFFLINE, Role } from "./keyring.js";
import { Lane } from "./message.js";
import { hash, isValid, sign } from "./primitives.js";
import { BY_TWO, erasableFrom, findRule, isAside, lapseDays, LOWERING, NO_PRIORITY, NOTICE_DAYS, PROPOSAL_DAYS, State } from "./workflow.js";

const MAX_ENTRIES = 4096;
const BLOCK = 16384;

/** The first four change no state; a grant and a proposal of `assigned` carry a wrap. */
export const EntryKind = { opened: 1, text: 2, note: 3, recusal: 4, step: 5, proposal: 6, approval: 7, refusal: 8, grant: 9,
  identityAsked: 10, identityAgreed: 11, identityGranted: 12, identityOpened: 13, readersProposed: 14, readersAgreed: 15, readersKept: 16, unitProposed: 17, claimed: 18, nameErasureProposed: 19, nameErasureAgreed: 20, withholding: 21, copied: 22, copyAnswered: 23,
} as const;
const KINDS: readonly number[] = Object.values(EntryKind);
/** Which boxes an entry of a kind may have; the others have none. */
const BOXES: Readonly<Record<number, readonly number[]>> = {
  [EntryKind.text]: [BoxKind.text],
  [EntryKind.note]: [BoxKind.note],
  [EntryKind.step]: [BoxKind.text, BoxKind.note],
  [EntryKind.proposal]: [BoxKind.note, BoxKind.wrapUnit, BoxKind.text],
  [EntryKind.approval]: [BoxKind.text, BoxKind.note],
  [EntryKind.refusal]: [BoxKind.note],
  [EntryKind.grant]: [BoxKind.wrapUnit],
  [EntryKind.identityAsked]: [BoxKind.note],
  [EntryKind.identityAgreed]: [BoxKind.identityHalf],
  [EntryKind.identityGranted]: [BoxKind.identityKey],
  [EntryKind.readersProposed]: [BoxKind.wrapIntake],
  [EntryKind.readersKept]: [BoxKind.wrapIntake],
  [EntryKind.unitProposed]: [BoxKind.wrapUnit],
  [EntryKind.nameErasureProposed]: [BoxKind.note],
  [EntryKind.nameErasureAgreed]: [BoxKind.text],
  [EntryKind.withholding]: [BoxKind.note],
  [EntryKind.copied]: [BoxKind.copy],
  [EntryKind.copyAnswered]: [BoxKind.note],
};
/** So many days one member alone has a case withheld from another. */
export const WITHHOLDING_DAYS = 3;
/** A copy is read so many days at most. */
export const COPY_DAYS = 30;
/** An asking for an identity has at most so many days. */
export const ASK_DAYS = 30;
const DEEDS: readonly number[] = [EntryKind.step, EntryKind.proposal, EntryKind.approval];

export interface Entry {
  readonly instance: Bytes;
  readonly cid: Bytes;
  readonly seq: number;
  readonly prev: Bytes;
  readonly kind: number;
  /** After the entry; of a proposal, the one that is proposed. */
  readonly state: number;
  readonly day: Day;
  /** 0 = none */
  readonly until: Day;
  readonly actor: Bytes;
  readonly boxHash: Bytes;
  readonly cited: Bytes;
  readonly keyringHash: Bytes;
  /** How many messages of the person the signer knew, and the hash of their list: `messagesHead`. */
  readonly messages: Bytes;
  /** As the state: 0 to 4, or `NO_PRIORITY`. */
  readonly priority: number;
}

export interface SignedEntry extends Entry {
  readonly encoded: Bytes;
  readonly signature: Bytes;
  readonly link: Bytes;
}

export function encodeEntry(entry: Entry): Bytes {
  return encode(
    "entry", entry.instance, entry.cid, u32(entry.seq), entry.prev, u8(entry.kind), u8(entry.state), u32(entry.day), u32(entry.until),
    entry.actor, entry.boxHash, entry.cited, entry.keyringHash, entry.messages, u8(entry.priority),
  );
}

export function signEntry(entry: Entry, actorSeed: Bytes): Bytes {
  const encoded = encodeEntry(entry);
  return encodeSignedEntry(encoded, sign(actorSeed, encoded));
}

export function encodeSignedEntry(entry: Bytes, signature: Bytes): Bytes {
  return encode("signed-entry", entry, signature);
}

export function parseSignedEntry(data: Bytes): SignedEntry {
  const [encoded, signature] = decode("signed-entry", [null, 64], data) as [Bytes, Bytes];
  const [instance, cid, seq, prev, kind, state, day, until, actor, boxHash, cited, keyringHash, messages, priority] =
    decode("entry", [32, 32, 4, 32, 1, 1, 4, 4, 16, 32, 32, 32, 36, 1], encoded) as
      [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  const entry = {
    instance,
    cid,
    seq: readUint(seq),
    prev,
    kind: readWithin(kind, EntryKind.opened, Math.max(...KINDS), "entry kind"),
    state: readWithin(state, State.received, State.erased, "state"),
    day: readUint(day),
    until: readUint(until),
    actor,
    boxHash,
    cited,
    keyringHash,
    messages,
    priority: readWithin(priority, 0, NO_PRIORITY, "priority"),
  };
  ensure(KINDS.includes(entry.kind), "malformed", "entry kind");
  ensure(equal(boxHash, Z32) === !BOXES[entry.kind], "malformed", "box of an entry");
  return { ...entry, encoded, signature, link: hash(encode("link", encoded, signature)) };
}

/** SPEC 8.10: the id of the member, who stands where another entry cites. */
export function withheldFrom({ cited }: Entry): Bytes {
  ensure(cited.subarray(16).every((byte) => byte === 0), "malformed", "a member's id");
  return cited.subarray(0, 16);
}

/** SPEC 8.12: the ids of the two who have the case after a claim; none: nobody has. */
export function claimants({ cited }: Entry): readonly Bytes[] {
  if (equal(cited, Z32)) return [];
  const pair = [cited.subarray(0, 16), cited.subarray(16)];
  ensureAscending(pair, "two members");
  return pair;
}

/** u32 count || H(list): what an entry or a status says of the person's messages. */
export function messagesHead(cids: readonly Bytes[]): Bytes {
  return join(u32(cids.length), hash(encodeList("cids", ascending(cids, (cid) => cid))));
}

export const messageCount = (head: Bytes): number => readUint(head.subarray(0, 4));

export interface KnownMessage {
  readonly cid: Bytes;
  readonly lane: number;
}

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
}

export const BEGINNING: Start = {
  seq: 0, link: Z32, state: State.received, acknowledged: false, back: State.received, priority: NO_PRIORITY, until: 0, since: 0,
};

/** A Start with the newest entry's day and count. */
interface Place extends Start {
  readonly day: Day;
  readonly count: number;
}

export interface Chain {
  /** The link of the last entry. */
  readonly head: Bytes;
  /** With the person's messages; `place` by the entries alone. */
  readonly state: number;
  readonly place: Place;
  readonly acknowledged: boolean;
  /** Sequence numbers. */
  readonly void: readonly number[];
  readonly unconfirmed: readonly number[];
  readonly entries: readonly SignedEntry[];
  /** Proposals that still wait. */
  readonly pending: readonly SignedEntry[];
  /** The hash of the box that a unit reads by, Z32 if none. */
  readonly wrap: Bytes;
  /** For the identity: neither refused nor past their day. */
  readonly asks: readonly Ask[];
  /** The hashes of the boxes by which readers read who were not drawn, the newest last: it says who reads. */
  readonly readers: readonly Bytes[];
  /** Other readers, or others of the unit, proposed and waiting. */
  readonly changes: readonly SignedEntry[];
  /** Those whose day is not past (SPEC 8.10). */
  readonly withholdings: readonly SignedEntry[];
  /** Neither answered nor past their day (SPEC 8.11). */
  readonly copies: readonly SignedEntry[];
  /** The ids of the two of the unit who have the case (SPEC 8.12), or none. */
  readonly claimed: readonly Bytes[];
  /** Those that took effect, with the hand-offs; no proposal where it stands before the first entry. */
  readonly changed: readonly Change[];
  /** Proposals that wait to erase the identity (SPEC 8.15), and agreements to one. */
  readonly erasing: readonly SignedEntry[];
  readonly nameless: readonly SignedEntry[];
}

/** Who reads, changed by two. */
export interface Change {
  readonly proposal?: SignedEntry | undefined;
  readonly agreement: SignedEntry;
}

/** Somebody asks for the sealed identity of a message: agreed by a reviewer, granted by a custodian. */
export interface Ask {
  readonly entry: SignedEntry;
  readonly agreed: boolean;
  readonly granted: boolean;
  readonly opened: boolean;
}

/** SPEC 8.2. `entries` are SignedEntry bytes in order. The numbers are its steps. */
export function verifyChain(
  instance: Bytes, cid: Bytes, keyring: KeyringBody, entries: readonly Bytes[], messages: readonly KnownMessage[], today: Day,
  start: Start = BEGINNING,
): Chain {
  const verified: SignedEntry[] = [];
  const signers: Signer[] = [];
  let walk = new Walk(start, keyring);
  for (const data of entries) {
    const entry = parseSignedEntry(data); // (1)
    checkCase(entry, instance, cid); // (2), (3)
    const { place } = walk;
    ensure(entry.seq === place.seq && equal(entry.prev, place.link), "chain_broken", `entry ${entry.seq}`); // (4)
    const signer = checkSigner(entry, keyring); // (5), (6)
    ensure(entry.day >= place.day, "day_out_of_range", `entry ${entry.seq}`); // (7)
    const speaks = entry.kind !== EntryKind.copyAnswered; // who answers a copy knows nothing of the messages
    ensure(!speaks || messageCount(entry.messages) >= place.count, "chain_broken", `messages of entry ${entry.seq}`); // (8)
    walk.take(entry, signer.role); // (9)
    verified.push(entry);
    signers.push(signer);
  }
  const head = walk.place.link;
  const voided = verified.filter(({ day }) => isVoid(day, today));
  const lastConfirming = verified.map((entry, i) => !at(signers, i).revoked && !voided.includes(entry) && entry.kind !== EntryKind.copyAnswered).lastIndexOf(true);
  const unconfirmed = verified.filter((_, i) => at(signers, i).revoked && i > lastConfirming);
  const counts = (entry: SignedEntry): boolean => !unconfirmed.includes(entry) && !voided.includes(entry);
  const counted = verified.filter(counts);
  if (counted.length < verified.length) walk = walkCounted(counted, signers.filter((_, i) => counts(at(verified, i))), start, keyring);
  const place = resume(walk.place, today);
  return {
    head,
    state: shownState(place.state, counted, messages),
    place,
    acknowledged: place.acknowledged,
    void: voided.map((entry) => entry.seq),
    unconfirmed: unconfirmed.map((entry) => entry.seq),
    entries: verified,
    pending: walk.pending.filter(({ day, state }) => today <= day + lapseDays(state)),
    wrap: walk.wrap,
    asks: walk.asks.filter(({ entry }) => today <= entry.until),
    readers: walk.readers,
    changes: walk.changes.filter(({ day }) => today <= day + PROPOSAL_DAYS),
    withholdings: walk.withholdings.filter(({ until }) => today <= until),
    changed: walk.changed,
    copies: walk.copies.filter(({ until }) => today <= until),
    claimed: walk.claimed ?? [],
    erasing: walk.erasing.filter(({ day }) => today <= day + PROPOSAL_DAYS),
    nameless: walk.nameless,
  };
}

/** SPEC 8.3: the deeds of a case one after another. A deed that may not be done there throws and changes nothing. */
class Walk {
  place: Place;
  pending: SignedEntry[] = [];
  wrap: Bytes = Z32;
  asks: Ask[] = [];
  readers: Bytes[] = [];
  changes: SignedEntry[] = [];
  /** The newest by member. */
  withholdings: SignedEntry[] = [];
  changed: Change[] = [];
  copies: SignedEntry[] = [];
  /** Who of the unit has it; undefined: not known. */
  claimed: readonly Bytes[] | undefined;
  erasing: SignedEntry[] = [];
  nameless: SignedEntry[] = [];
  private readonly whole: boolean;
  private readonly acted: Bytes[] = [];

  constructor(start: Start, private readonly keyring: KeyringBody) {
    this.place = { ...start, day: 0, count: 0 };
    this.whole = start.seq === 0;
    this.claimed = this.whole ? [] : undefined;
  }

  take(entry: SignedEntry, role: number): void {
    let place = resume(this.place, entry.day);
    ensure(place.state !== State.erased, "bad_state", "the case is erased");
    if (place.state === State.received) place = { ...place, state: State.screening, since: entry.day };
    const isDeed = DEEDS.includes(entry.kind);
    let after = place;
    if (isDeed) after = this.deed(entry, role, place);
    else {
      const answers = entry.kind === EntryKind.copyAnswered;
      const [state, priority] = answers ? [State.received, NO_PRIORITY] : [place.state, place.priority];
      ensure(entry.state === state && entry.priority === priority, "bad_state", `entry ${entry.seq}`);
      const refused = entry.kind === EntryKind.refusal ? this.asks.find((ask) => equal(ask.entry.link, entry.cited)) : undefined;
      if (refused) {
        ensure(role === Role.reviewer || role === Role.custodian, "role_not_allowed", `entry ${entry.seq}`);
        this.asks = this.asks.filter((ask) => ask !== refused);
      } else if (entry.kind === EntryKind.refusal && this.changes.some(({ link }) => equal(link, entry.cited))) {
        this.change(entry, role);
      } else if (entry.kind === EntryKind.refusal && this.erasing.some(({ link }) => equal(link, entry.cited))) {
        this.eraseName(entry, role);
      } else if (entry.kind === EntryKind.refusal) {
        ensure(role !== Role.custodian, "role_not_allowed", `entry ${entry.seq}`);
        this.decide(entry, role, place);
      } else if (entry.kind === EntryKind.withholding) this.withhold(entry);
      else if (entry.kind >= EntryKind.copied) this.copy(entry, role);
      else if (entry.kind === EntryKind.claimed) this.claim(entry, role);
      else if (entry.kind >= EntryKind.nameErasureProposed) this.eraseName(entry, role);
      else if (entry.kind >= EntryKind.readersProposed) this.change(entry, role);
      else if (entry.kind >= EntryKind.identityAsked) this.identity(entry, role);
      else if (entry.kind === EntryKind.recusal) this.lose(entry.actor);
      if (entry.kind === EntryKind.grant) {
        ensure(role === Role.reviewer || role === Role.supervisor, "role_not_allowed", `entry ${entry.seq}`);
        ensure(!equal(this.wrap, Z32) || !this.whole, "bad_state", "no unit to grant to");
        this.wrap = entry.boxHash;
      }
    }
    this.place = {
      ...after, seq: entry.seq + 1, link: entry.link, day: entry.day, count: messageCount(entry.messages),
      acknowledged: after.acknowledged || entry.kind === EntryKind.text,
    };
    if (isDeed && place.state !== State.closed && place.state !== State.review) this.acted.push(entry.actor);
  }

  private deed(entry: SignedEntry, role: number, place: Place): Place {
    const fact = `entry ${entry.seq}`;
    const rule = findRule(place.state, place.back, entry.state);
    ensure(entry.state === place.state || rule !== undefined, "bad_state", fact);
    if (!rule) return this.priorityAlone(entry, role, place);
    if (BY_TWO.includes(entry.state) && !isAside(place.state)) this.checkTwo(entry.day);
    const from = entry.state === State.erased ? erasableFrom(place.state, place.since, place.until, entry.day) : 1;
    ensure(from > 0 && from <= entry.day, "bad_state", fact);
    ensure(rule.approvers.length > 0 === (entry.kind !== EntryKind.step), "bad_state", fact);
    const ahead = entry.until - entry.day;
    // of the approval too: from the day on which it is done the person has the whole time to think again
    ensure(rule.most === 0 || (rule.least <= ahead && ahead <= rule.most), "bad_state", fact);
    let proposal: SignedEntry | undefined;
    if (entry.kind === EntryKind.approval) {
      proposal = this.decide(entry, role, place);
      ensure(!proposal || entry.until === proposal.until, "bad_state", fact);
      if (entry.state === State.erased && proposal) { // the person was told, and has not written since
        ensure(entry.day >= proposal.day + NOTICE_DAYS, "bad_state", "the person was told too late");
        ensure(equal(entry.messages, proposal.messages), "bad_state", "the person has written since");
      }
      ensure(entry.priority === place.priority, "bad_state", fact);
    } else {
      ensure(rule.signers.includes(role), "role_not_allowed", fact);
      // raised by anybody, lowered by none alone
      const raises = entry.kind === EntryKind.step && entry.priority < place.priority;
      ensure(raises || entry.priority === place.priority, "bad_state", fact);
      const untouched = entry.state !== State.reopened || !this.whole || !this.acted.some((id) => equal(id, entry.actor));
      ensure(untouched, "role_not_allowed", "a review is for one who did nothing in the case");
    }
    if (entry.kind === EntryKind.proposal) {
      this.pending.push(entry);
      return place;
    }
    if (entry.state === State.assigned && entry.kind === EntryKind.approval) this.changed.push({ proposal, agreement: entry });
    if (entry.state === State.assigned || entry.state === State.triaged) this.claimed = [];
    if (entry.state === State.assigned && proposal) this.wrap = proposal.boxHash;
    else if (entry.state === State.triaged || entry.state === State.erased) this.wrap = Z32;
    if (entry.state === State.erased) [this.pending, this.asks, this.changes, this.copies, this.erasing] = [[], [], [], [], []];
    const stood = isAside(place.state) ? place.back : place.state;
    return {
      ...place, state: entry.state, back: isAside(entry.state) ? stood : State.received, priority: entry.priority, until: entry.until, since: entry.day,
    };
  }

  /** SPEC 8.8: who reads. */
  private change(entry: SignedEntry, role: number): void {
    const fact = `entry ${entry.seq}`;
    ensure(role === Role.reviewer || role === Role.supervisor, "role_not_allowed", fact);
    const handed = !equal(this.wrap, Z32) || !this.whole;
    if (entry.kind === EntryKind.unitProposed) ensure(handed, "bad_state", "no unit has it");
    if (entry.kind === EntryKind.readersProposed || entry.kind === EntryKind.unitProposed) return void this.changes.push(entry);
    if (entry.kind === EntryKind.readersKept) return void this.readers.push(entry.boxHash);
    const proposed = this.changes.find(({ link }) => equal(link, entry.cited));
    if (!proposed) {
      ensure(!this.whole, "bad_state", fact);
      this.changed.push({ agreement: entry });
      this.claimed = undefined;
      return;
    }
    ensure(!equal(proposed.actor, entry.actor), "role_not_allowed", "the own proposal");
    if (entry.kind === EntryKind.readersAgreed) {
      ensure(entry.day <= proposed.day + PROPOSAL_DAYS, "bad_state", "lapsed");
      if (proposed.kind === EntryKind.readersProposed) this.readers.push(proposed.boxHash);
      else {
        ensure(handed, "bad_state", "no unit has it any more");
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
    const before = this.withholdings.find((one) => equal(withheldFrom(one), member));
    ensure(!before || !equal(before.actor, entry.actor), "role_not_allowed", "again by the same");
    this.withholdings = [...this.withholdings.filter((one) => one !== before), entry];
    this.lose(member);
  }

  /** SPEC 8.12: two of the unit, or nobody; who claims is one of them, or has it, or is a supervisor. */
  private claim(entry: SignedEntry, role: number): void {
    const pair = claimants(entry);
    ensure(!equal(this.wrap, Z32) || !this.whole, "bad_state", "no unit has it");
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
    ensure(copied !== undefined || !this.whole, "bad_state", "no copy that waits");
    ensure(!copied || entry.day <= copied.until, "bad_state", "the day is past");
    this.copies = this.copies.filter((one) => one !== copied);
  }

  /** SPEC 8.15. */
  private eraseName(entry: SignedEntry, role: number): void {
    const fact = `entry ${entry.seq}`;
    ensure(role === Role.reviewer || role === Role.supervisor, "role_not_allowed", fact);
    if (entry.kind === EntryKind.nameErasureProposed) return void this.erasing.push(entry);
    const proposed = this.erasing.find(({ link }) => equal(link, entry.cited));
    if (!proposed) {
      ensure(!this.whole, "bad_state", fact);
      return void this.nameless.push(entry);
    }
    ensure(!equal(proposed.actor, entry.actor), "role_not_allowed", "the own proposal");
    if (entry.kind === EntryKind.nameErasureAgreed) {
      ensure(entry.day <= proposed.day + PROPOSAL_DAYS, "bad_state", "lapsed");
      ensure(equal(entry.messages, proposed.messages), "bad_state", "the person has written since");
      this.nameless.push(entry);
      this.asks = [];
    }
    this.erasing = this.erasing.filter((one) => one !== proposed);
  }

  /** SPEC 8.7. */
  private identity(entry: SignedEntry, role: number): void {
    const fact = `entry ${entry.seq}`;
    if (entry.kind === EntryKind.identityAsked) {
      ensure(entry.until >= entry.day && entry.until - entry.day <= ASK_DAYS, "bad_state", fact);
      this.asks.push({ entry, agreed: false, granted: false, opened: false });
      return;
    }
    const ask = this.asks.find((one) => equal(one.entry.link, entry.cited));
    if (!ask) {
      ensure(!this.whole, "bad_state", fact);
      return;
    }
    ensure(entry.day <= ask.entry.until, "bad_state", "the day is past");
    const own = equal(ask.entry.actor, entry.actor);
    let after = { ...ask, opened: true };
    if (entry.kind === EntryKind.identityAgreed) {
      ensure(role === Role.reviewer && !own, "role_not_allowed", fact);
      ensure(!ask.agreed, "bad_state", fact);
      after = { ...ask, agreed: true };
    } else if (entry.kind === EntryKind.identityGranted) {
      ensure(ask.agreed && !ask.granted, "bad_state", fact);
      after = { ...ask, granted: true };
    } else {
      ensure(own, "role_not_allowed", fact);
      ensure(ask.granted, "bad_state", fact);
    }
    this.asks = this.asks.map((one) => (one === ask ? after : one));
  }

  private priorityAlone(entry: SignedEntry, role: number, place: Place): Place {
    const fact = `entry ${entry.seq}`;
    if (entry.kind === EntryKind.step) ensure(entry.priority < place.priority, "bad_state", fact);
    else ensure(place.priority < entry.priority && entry.priority < NO_PRIORITY, "bad_state", fact);
    if (entry.kind === EntryKind.proposal) {
      this.pending.push(entry);
      return place;
    }
    if (entry.kind === EntryKind.approval) {
      const proposal = this.decide(entry, role, place);
      ensure(!proposal || proposal.priority === entry.priority, "bad_state", fact);
    }
    return { ...place, priority: entry.priority };
  }

  /** The proposal that an approval or refusal cites; none where it may stand before the window of a mailbox. */
  private decide(entry: SignedEntry, role: number, place: Place): SignedEntry | undefined {
    const fact = `entry ${entry.seq}`;
    const proposal = this.pending.find(({ link }) => equal(link, entry.cited));
    if (!proposal) {
      ensure(!this.whole, "bad_state", fact);
      return undefined;
    }
    const approvers = findRule(place.state, place.back, proposal.state)?.approvers ?? [];
    ensure((approvers.length > 0 ? approvers : LOWERING.approvers).includes(role), "role_not_allowed", fact);
    ensure(!equal(proposal.actor, entry.actor), "role_not_allowed", "the own proposal");
    if (entry.kind === EntryKind.approval) {
      ensure(entry.day <= proposal.day + lapseDays(proposal.state), "bad_state", "lapsed");
      ensure(entry.state === proposal.state, "bad_state", fact);
    }
    this.pending = this.pending.filter((one) => one !== proposal);
    return proposal;
  }
}

/** Without the entries that do not count, a later one may hang in the air: it changes nothing either. */
function walkCounted(counted: readonly SignedEntry[], signers: readonly Signer[], start: Start, keyring: KeyringBody): Walk {
  const walk = new Walk(start, keyring);
  counted.forEach((entry, i) => {
    try {
      walk.take(entry, at(signers, i).role);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  });
  return walk;
}

/** SPEC 8.3: a suspension ends by itself after its day. */
function resume(place: Place, day: Day): Place {
  if (place.state !== State.suspended || day <= place.until) return place;
  return { ...place, state: place.back, back: State.received, until: 0, since: place.until + 1 };
}

/** SPEC 8.3: what the person wished stands before what staff signed, until an entry takes it up. */
function shownState(state: number, counted: readonly Entry[], messages: readonly KnownMessage[]): number {
  if (state === State.erased) return state;
  const open = messages.filter(({ cid }) => !counted.some((entry) => equal(entry.cited, cid))).map(({ lane }) => lane);
  if (open.includes(Lane.stop)) return State.safetyHold;
  return state === State.closed && open.includes(Lane.review) ? State.review : state;
}

/** SPEC 8.2: a day after tomorrow is nobody's. */
export const isVoid = (day: Day, today: Day): boolean => day > today + 1;

/** SPEC 8.2 (2) and (3). */
export function checkCase(entry: SignedEntry, instance: Bytes, cid: Bytes): void {
  ensure(equal(entry.instance, instance), "wrong_instance");
  ensure(equal(entry.cid, cid), "wrong_case");
}

export interface Signer {
  readonly pk: Bytes;
  readonly role: number;
  /** The key is known to be stolen. From which day does not matter: a thief writes any day. */
  readonly revoked: boolean;
}

/** SPEC 8.2 (5) and (6): whose key signed, by the newest keyring. */
export function checkSigner(entry: SignedEntry, keyring: KeyringBody): Signer {
  const roles = entry.kind === EntryKind.identityGranted ? [Role.custodian] : entry.kind === EntryKind.refusal ? [...CASEWORKERS, Role.custodian] : entry.kind === EntryKind.copyAnswered ? [Role.translator, Role.adviser] : CASEWORKERS;
  return checkSignature(keyring, entry.actor, entry.day, entry.encoded, entry.signature, roles);
}

export const CASEWORKERS: readonly number[] = [Role.reviewer, Role.supervisor, Role.investigator];

/** The same for whatever else a member of a case signs. */
export function checkSignature(
  keyring: KeyringBody, id: Bytes, day: Day, signed: Bytes, signature: Bytes, roles: readonly number[] = CASEWORKERS,
): Signer {
  const signers = signersOn(keyring, id, day);
  ensure(signers.length > 0, "not_a_member");
  ensure(signers.every(({ role }) => roles.includes(role)), "role_not_allowed");
  const signer = signers.find(({ pk }) => isValid(pk, signed, signature));
  ensure(signer !== undefined, "bad_signature");
  return signer;
}

/** By the newest keyring, on that day. */
export function isInvestigator(keyring: KeyringBody, id: Bytes, day: Day): boolean {
  const records = signersOn(keyring, id, day);
  return records.length > 0 && records.every(({ role }) => role === Role.investigator);
}

/** The records of a member's id whose days hold this day: the member's first, then the formers' by key. */
function signersOn(keyring: KeyringBody, id: Bytes, day: Day): Signer[] {
  const members = keyring.members.filter((member) => equal(member.id, id) && member.from <= day && day <= member.until);
  const formers = keyring.formers.filter((former) => equal(former.id, id) && former.first <= day && day <= former.last);
  return [
    ...members.map(({ signingPk, role }) => ({ pk: signingPk, role, revoked: false })),
    ...formers.map(({ signingPk, role, compromisedSince }) => ({ pk: signingPk, role, revoked: compromisedSince !== NEVER })),
  ];
}

/** SPEC 8.4. The box is empty where an entry has none; the card where the entry does not say who reads. */
export interface PostedEntry {
  readonly entry: Bytes;
  readonly box: Bytes;
  readonly card: Bytes;
}

/** SPEC 8.4: this box, and of the same act. */
export function checkBox(box: SealedBox, entry: SignedEntry): SealedBox {
  ensure(equal(box.hash, entry.boxHash), "hash_mismatch", "box");
  ensure(equal(box.author, entry.actor), "wrong_case", "author of the box");
  ensure((BOXES[entry.kind] ?? []).includes(box.kind) && box.day === entry.day, "wrong_case", "kind or day of the box");
  const hands = entry.kind === EntryKind.grant || entry.kind === EntryKind.unitProposed || (entry.kind === EntryKind.proposal && entry.state === State.assigned);
  ensure((box.kind === BoxKind.wrapUnit) === hands, "wrong_case", "a wrap goes with a hand-off");
  const told = box.kind === BoxKind.text;
  ensure(erases(entry) ? told : !told || entry.kind !== EntryKind.proposal, "wrong_case", "who is told");
  ensure(equal(box.keyringHash, entry.keyringHash), "wrong_case", "keyring of the box");
  return box;
}

/** SPEC 8.14: a proposal or an approval to erase the case; the person reads both. */
export const erases = ({ kind, state }: Entry): boolean => (kind === EntryKind.proposal || kind === EntryKind.approval) && state === State.erased;

/** SPEC 7.3: one unit, two investigators at least, a supervisor, and the intake inbox. */
export function checkWrap(box: SealedBox, keyring: KeyringBody, day: Day, inboxPk: Bytes): void {
  const present = keyring.members.filter((member) => member.from <= day && day <= member.until);
  const found = box.recipients.flatMap(({ pkHash }) => present.filter(({ kemHash }) => equal(kemHash, pkHash)));
  const unknown = box.recipients.filter(({ pkHash }) => !present.some(({ kemHash }) => equal(kemHash, pkHash)));
  const investigators = found.filter(({ role }) => role === Role.investigator);
  ensure(found.every(({ role }) => role === Role.investigator || role === Role.supervisor), "role_not_allowed", "who is named");
  ensure(investigators.length >= 2, "role_not_allowed", "fewer than two investigators");
  ensure(new Set(investigators.map(({ group }) => group)).size === 1, "role_not_allowed", "two units");
  ensure(found.length > investigators.length, "role_not_allowed", "no supervisor");
  ensure(unknown.length === 1 && unknown.every(({ pkHash }) => equal(pkHash, hash(inboxPk))), "role_not_allowed", "somebody unknown");
}

/** SPEC 7.5: two reviewers at least, a supervisor, and whoever proposes. A kept one may name the intake inbox too. */
export function checkReaders(box: SealedBox, keyring: KeyringBody, day: Day, inboxPk: Bytes | null, kept = false): void {
  const present = keyring.members.filter((member) => member.from <= day && day <= member.until);
  const roles = box.recipients.flatMap(({ pkHash }) => present.filter(({ kemHash }) => equal(kemHash, pkHash)).map(({ role }) => role));
  const unknown = box.recipients.filter(({ pkHash }) => !present.some(({ kemHash }) => equal(kemHash, pkHash)));
  ensure(roles.every((role) => role === Role.reviewer || role === Role.supervisor), "role_not_allowed", "who is named");
  ensure(roles.filter((role) => role === Role.reviewer).length >= 2, "role_not_allowed", "fewer than two reviewers");
  ensure(roles.includes(Role.supervisor), "role_not_allowed", "no supervisor");
  ensure(unknown.length <= Number(kept), "role_not_allowed", "somebody unknown");
  ensure(kept || isNamed(box, keyring, box.author, day), "role_not_allowed", "whoever proposes stays");
  ensure(!inboxPk || unknown.every(({ pkHash }) => equal(pkHash, hash(inboxPk))), "role_not_allowed", "somebody unknown");
}

/** Whether a box is sealed to the key that this member has on this day. */
export function isNamed(box: SealedBox, keyring: KeyringBody, id: Bytes, day: Day): boolean {
  const kems = keyring.members.filter((one) => equal(one.id, id) && one.from <= day && day <= one.until).map(({ kemHash }) => kemHash);
  return box.recipients.some(({ pkHash }) => kems.some((kem) => equal(kem, pkHash)));
}

/** SPEC 8.8: one signature brings a case to nobody new, but from the machine without a line to those with one. By any later keyring: whoever has left since stands in none. */
export function checkKept(box: SealedBox, keyring: KeyringBody, { actor, day }: SignedEntry, live: SealedBox | undefined): void {
  if (!live) {
    const known = keyring.members.filter(({ id }) => equal(id, actor));
    ensure(known.every(({ flags }) => (flags & OFFLINE) !== 0), "role_not_allowed", "who reads is for two to say");
    return;
  }
  const names = (wrap: SealedBox, kem: Bytes): boolean => wrap.recipients.some(({ pkHash }) => equal(pkHash, kem));
  const stayed = keyring.members.filter((member) => member.from <= day && day <= member.until);
  const same = stayed.every(({ kemHash }) => names(box, kemHash) === names(live, kemHash));
  ensure(same && box.recipients.every(({ pkHash }) => names(live, pkHash)), "wrong_case", "other readers");
}

/** SPEC 8.8: the wraps of the readers that took effect, in their order; the newest says who reads. */
export function readersWraps(chain: Chain, posted: readonly PostedEntry[], keyring: KeyringBody): SealedBox[] {
  const found: SealedBox[] = [];
  for (const boxHash of chain.readers) {
    const entry = chain.entries.find((one) => equal(one.boxHash, boxHash));
    if (!entry) continue;
    try {
      const box = checkBox(parseBox(posted[entry.seq]?.box ?? new Uint8Array(0)), entry);
      if (entry.kind === EntryKind.readersKept) checkKept(box, keyring, entry, found[found.length - 1]);
      found.push(box);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return found;
}

/** SPEC 8.7: a half goes to whoever asked, and to nobody beside. */
export function checkSecret(box: SealedBox, keyring: KeyringBody, ask: SignedEntry, day: Day): void {
  const asker = keyring.members.find((member) => equal(member.id, ask.actor) && member.from <= day && day <= member.until);
  ensure(asker !== undefined, "not_a_member", "who asked");
  ensure(box.recipients.length === 1 && box.recipients.every(({ pkHash }) => equal(pkHash, asker.kemHash)), "role_not_allowed", "a half for somebody else");
}

export function encodePostedEntries(posted: readonly PostedEntry[]): Bytes {
  return encodeList("posted-entries", posted.map(({ entry, box, card }) => encode("posted-entry", entry, box, card)));
}

export function parsePostedEntries(data: Bytes): PostedEntry[] {
  return decodeList("posted-entries", MAX_ENTRIES, data).map((item) => {
    const [entry, box, card] = decode("posted-entry", [null, null, null], item) as [Bytes, Bytes, Bytes];
    return { entry, box, card };
  });
}

/** SPEC 8.5: an entry with what goes with it; the blocks are empty where the poster lacks the mailbox's key. */
export interface Post extends PostedEntry {
  readonly statusBlock: Bytes;
  readonly replyBlock: Bytes;
}

export function encodePost(post: Post): Bytes {
  return encode("post-entry", post.entry, post.box, post.statusBlock, post.replyBlock, post.card);
}

export function parsePost(data: Bytes): Post {
  const [entry, box, statusBlock, replyBlock, card] = decode("post-entry", [null, null, null, null, null], data) as [Bytes, Bytes, Bytes, Bytes, Bytes];
  ensure([statusBlock, replyBlock].every((block) => block.length === 0 || block.length === BLOCK), "malformed", "block");
  ensure(box.length > 0 === parseSignedEntry(entry).kind in BOXES, "malformed", "box");
  ensure(replyBlock.length > 0 === (box.length > 0 && parseBox(box).kind === BoxKind.text), "malformed", "reply block");
  const made = parseSignedEntry(entry);
  ensure(card.length > 0 === (saysWhoReads(made) || (erases(made) && made.kind === EntryKind.approval)), "malformed", "card");
  return { entry, box, statusBlock, replyBlock, card };
}

/** SPEC 7.6: a proposal that brings a card. */
export function saysWhoReads({ kind, state }: Entry): boolean {
  return (kind === EntryKind.proposal && state === State.assigned) || kind === EntryKind.readersProposed || kind === EntryKind.unitProposed;
}
