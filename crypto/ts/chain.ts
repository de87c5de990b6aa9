/** SPEC 8.2: the signed entries of a case verified, and what follows from them. */
import { type Ask } from "./asking.js";
import { at, type Bytes, type Day, equal, Z32 } from "./encoding.js";
import { checkCase, type Entry, EntryKind, messageCount, parseSignedEntry, type SignedEntry } from "./entry.js";
import { ensure, ProtocolError } from "./errors.js";
import { type KeyringBody } from "./keyring.js";
import { Lane } from "./message.js";
import { checkSigner, type Signer } from "./signer.js";
import { BEGINNING, type Change, type Place, resume, type Start, Walk } from "./walk.js";
import { lapseDays, PROPOSAL_DAYS, State } from "./workflow.js";

export interface KnownMessage {
  readonly cid: Bytes;
  readonly lane: number;
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
  /** Of steps, proposals and approvals that count those of a priority alone: sequence numbers. */
  readonly alone: readonly number[];
  /** The hash of the box that a unit reads by, Z32 if none is known. */
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
  /** The ids of the two of the unit who have the case (SPEC 8.12), none if nobody is known to. */
  readonly claimed: readonly Bytes[];
  /** Those that took effect, with the hand-offs; no proposal where it stands before the first entry. */
  readonly changed: readonly Change[];
  /** Proposals that wait to erase the identity (SPEC 8.15), and agreements to one. */
  readonly erasing: readonly SignedEntry[];
  readonly nameless: readonly SignedEntry[];
  /** The last day of a legal hold that stands today, else 0; proposals of one, or to end it, that wait (SPEC 8.16). */
  readonly hold: Day;
  readonly holding: readonly SignedEntry[];
  /** The place after the last entry, by all of them: from there a verifier goes on that has those after it alone (SPEC 9.2). */
  readonly last: Place;
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
  const last = walk.place;
  const voided = verified.filter(({ day }) => isVoid(day, today));
  const lastConfirming = verified.map((entry, i) => !at(signers, i).revoked && !voided.includes(entry) && entry.kind !== EntryKind.copyAnswered).lastIndexOf(true);
  const unconfirmed = verified.filter((_, i) => at(signers, i).revoked && i > lastConfirming);
  const counts = (entry: SignedEntry): boolean => !unconfirmed.includes(entry) && !voided.includes(entry);
  const counted = verified.filter(counts);
  if (counted.length < verified.length) walk = walkCounted(counted, signers.filter((_, i) => counts(at(verified, i))), start, keyring);
  const place = resume(walk.place, today);
  return {
    head: last.link,
    state: shownState(place.state, counted, messages),
    place,
    acknowledged: place.acknowledged,
    void: voided.map((entry) => entry.seq),
    unconfirmed: unconfirmed.map((entry) => entry.seq),
    entries: verified,
    pending: walk.pending.filter(({ day, state }) => today <= day + lapseDays(state)),
    alone: walk.alone,
    wrap: walk.wrap ?? Z32,
    asks: walk.asks.asked.filter(({ entry }) => today <= entry.until),
    readers: walk.readers,
    changes: walk.changes.filter(({ day }) => today <= day + PROPOSAL_DAYS),
    withholdings: walk.withholdings.filter(({ until }) => today <= until),
    changed: walk.changed,
    copies: walk.copies.filter(({ until }) => today <= until),
    claimed: walk.claimed ?? [],
    erasing: walk.erasing.filter(({ day }) => today <= day + PROPOSAL_DAYS),
    nameless: walk.nameless,
    hold: walk.hold.stands(today) ? walk.hold.until : 0,
    holding: walk.hold.waiting(today),
    last,
  };
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

/** SPEC 8.3: what the person wished stands before what staff signed, until an entry takes it up. */
function shownState(state: number, counted: readonly Entry[], messages: readonly KnownMessage[]): number {
  if (state === State.erased) return state;
  const open = messages.filter(({ cid }) => !counted.some((entry) => equal(entry.cited, cid))).map(({ lane }) => lane);
  if (open.includes(Lane.stop)) return State.safetyHold;
  return state === State.closed && open.includes(Lane.review) ? State.review : state;
}

/** SPEC 8.2: a day after tomorrow is nobody's. */
export const isVoid = (day: Day, today: Day): boolean => day > today + 1;
