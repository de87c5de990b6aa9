/** SPEC 7.6: the card, which says to which two inboxes the person's next message is sealed. Two members sign it. */
import { parseBox, type SealedBox } from "./box.js";
import { type Chain, isVoid } from "./chain.js";
import { checkCase, EntryKind, parseSignedEntry, saysWhoReads, type SignedEntry } from "./entry.js";
import { checkBox, type PostedEntry } from "./posts.js";
import { checkSigner } from "./signer.js";
import { type Start } from "./walk.js";
import { at, type Bytes, type Day, decode, encode, equal, readUint, u32 } from "./encoding.js";
import { ensure, ProtocolError } from "./errors.js";
import { type KeyringBody, Role } from "./keyring.js";
import { hash, isLowOrder, KEM_PK } from "./primitives.js";
import { isAside, PROPOSAL_DAYS, State } from "./workflow.js";

export interface Card {
  readonly instance: Bytes;
  readonly cid: Bytes;
  readonly number: number;
  readonly intakePk: Bytes;
  /** Empty while no unit has the case. */
  readonly unitPk: Bytes;
}

export function encodeCard({ instance, cid, number, intakePk, unitPk }: Card): Bytes {
  return encode("card", instance, cid, u32(number), intakePk, unitPk);
}

export function parseCard(data: Bytes): Card {
  const [instance, cid, number, intakePk, unitPk] = decode("card", [32, 32, 4, KEM_PK, null], data) as [Bytes, Bytes, Bytes, Bytes, Bytes];
  ensure(unitPk.length === 0 || unitPk.length === KEM_PK, "malformed", "the unit's inbox");
  ensure(readUint(number) > 0, "malformed", "number of a card");
  return { instance, cid, number: readUint(number), intakePk, unitPk };
}

/** SPEC 7.6: what a proposal may bring after the card `before`, for whoever sees the case. The numbers are its steps. */
export function checkCard(data: Bytes, proposal: SignedEntry, box: SealedBox, before: Card | undefined): Card {
  const card = ofCase(data, proposal); // (1) to (3)
  const { number, intakePk, unitPk } = before ?? { number: 0, intakePk: new Uint8Array(0), unitPk: new Uint8Array(0) };
  ensure(card.number === number + 1, "bad_state", `card ${card.number} after ${number}`); // (4)
  if (proposal.kind === EntryKind.readersProposed) { // (5)
    // whoever read until now had the unit's key too
    ensure(card.unitPk.length === 0 || (unitPk.length > 0 && !equal(card.unitPk, unitPk)), "wrong_case", "the unit's old inbox");
    ensure(!equal(card.intakePk, intakePk), "wrong_case", "the readers' old inbox");
  } else {
    const named = box.recipients.some(({ pkHash }) => equal(pkHash, hash(card.intakePk)));
    ensure((!before || equal(card.intakePk, intakePk)) && named, "wrong_case", "another inbox of the readers");
    ensure(card.unitPk.length > 0 && !equal(card.unitPk, unitPk), "wrong_case", "the unit's old inbox");
  }
  return card;
}

function ofCase(data: Bytes, proposal: SignedEntry): Card {
  const card = parseCard(data);
  ensure(equal(card.instance, proposal.instance), "wrong_instance");
  ensure(equal(card.cid, proposal.cid), "wrong_case");
  ensure(!isLowOrder(card.intakePk) && !(card.unitPk.length > 0 && isLowOrder(card.unitPk)), "low_order");
  ensure(equal(hash(data), proposal.cited), "hash_mismatch", "another card than was proposed");
  return card;
}

/** A card that took effect. `encoded` is what block 0 of the mailbox holds of it. */
export interface SignedCard {
  readonly card: Card;
  readonly proposal: SignedEntry;
  readonly agreement: SignedEntry;
  readonly encoded: Bytes;
}

/** The cards of a case that took effect, by a chain from its first entry on; one that does not follow is passed over. */
export function cards(chain: Chain, posted: readonly PostedEntry[]): SignedCard[] {
  const found: SignedCard[] = [];
  for (const { proposal, agreement } of chain.changed) {
    if (!proposal) continue;
    try {
      const { box, card: data, entry } = at(posted, proposal.seq);
      const card = checkCard(data, proposal, checkBox(parseBox(box), proposal), found[found.length - 1]?.card);
      found.push({ card, proposal, agreement, encoded: encode("signed-card", data, entry, at(posted, agreement.seq).entry) });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return found;
}

/** SPEC 9.4: by the person, who sees the newest entries alone. `least`: a lower number is an old card. The numbers are its steps. */
export function verifyCard(instance: Bytes, cid: Bytes, keyring: KeyringBody, chain: Chain, data: Bytes, today: Day, least = 0): Card {
  const [cardData, ...signed] = decode("signed-card", [null, null, null], data) as [Bytes, Bytes, Bytes]; // (1)
  const [proposal, agreement] = signed.map(parseSignedEntry) as [SignedEntry, SignedEntry];
  parseCard(cardData);
  for (const entry of [proposal, agreement]) { // (2)
    checkCase(entry, instance, cid);
    const { role, revoked } = checkSigner(entry, keyring);
    ensure(!revoked, "not_a_member", "a stolen key");
    ensure(role === Role.reviewer || role === Role.supervisor, "role_not_allowed", `entry ${entry.seq}`);
    ensure(!isVoid(entry.day, today), "day_out_of_range", `entry ${entry.seq}`);
  }
  const card = ofCase(cardData, proposal); // (3)
  // (4)
  const handing = proposal.kind === EntryKind.proposal;
  ensure(saysWhoReads(proposal), "bad_state", "a proposal of something else");
  ensure(agreement.kind === (handing ? EntryKind.approval : EntryKind.readersAgreed), "bad_state", "not agreed to");
  ensure(!handing || agreement.state === State.assigned, "bad_state", "not agreed to");
  ensure(equal(agreement.cited, proposal.link), "bad_state", "another proposal was agreed to");
  ensure(!equal(agreement.actor, proposal.actor), "role_not_allowed", "the own proposal");
  ensure(proposal.day <= agreement.day && agreement.day <= proposal.day + PROPOSAL_DAYS, "bad_state", "lapsed");
  checkPlace(chain, proposal, agreement); // (5)
  ensure(card.number >= least, "bad_state", `card ${card.number} after ${least}`); // (6)
  return card;
}

/** Where the chain shows these entries, they stand in it; and nothing changed who reads since. */
function checkPlace(chain: Chain, proposal: SignedEntry, agreement: SignedEntry): void {
  const first = chain.entries[0]?.seq ?? chain.place.seq;
  for (const entry of [proposal, agreement]) {
    const shown = chain.entries.find(({ seq }) => seq === entry.seq);
    ensure(entry.seq < first || (shown !== undefined && equal(shown.link, entry.link)), "chain_broken", `entry ${entry.seq}`);
  }
  const newest = chain.changed[chain.changed.length - 1]?.agreement ?? agreement;
  ensure(equal(newest.link, agreement.link), "bad_state", "who reads was changed since");
}

/** SPEC 7.6: whether a unit has the case where it stands: the card names its inbox for longer. */
export function unitReads({ state, back }: Start): boolean {
  const stands = isAside(state) ? back : state;
  return stands !== State.received && stands !== State.screening && stands !== State.triaged;
}

/** SPEC 6.5: to whom the person's message goes: the inbox that gets the CEK, and the one that gets k0, if any. */
export function inboxPks(card: Card, place: Start): { intake: Bytes[]; unit: Bytes[] } {
  return { intake: [card.intakePk], unit: card.unitPk.length > 0 && unitReads(place) ? [card.unitPk] : [] };
}
