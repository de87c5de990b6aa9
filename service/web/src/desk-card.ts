// The inboxes of a case and its card (SPEC 7.6): which keys are here, what a proposal brings, what went to an old card.

import { type Grant, type OpenedReaders, type OpenedWrap, type SealedBox } from "../../../crypto/ts/box.js";
import { cards, checkCard, encodeCard, type SignedCard } from "../../../crypto/ts/card.js";
import { type Chain } from "../../../crypto/ts/chain.js";
import { EntryKind, type SignedEntry } from "../../../crypto/ts/entry.js";
import { type PostedEntry } from "../../../crypto/ts/posts.js";
import { type Bytes, equal, hex, Z32 } from "../../../crypto/ts/encoding.js";
import { ensure, ProtocolError } from "../../../crypto/ts/errors.js";
import { openMessage, openUnitSlot, type SealedMessage } from "../../../crypto/ts/message.js";
import { hash, type KemKey, kemKeypair, randomBytes } from "../../../crypto/ts/primitives.js";
import type { ReadCase, ReadMessage } from "./desk-read.js";

const NONE: Bytes = new Uint8Array(0);

export const names = (box: SealedBox, pk: Bytes): boolean => box.recipients.some(({ pkHash }) => equal(pkHash, hash(pk)));

/** The card that counts after these entries; none before anything was changed or handed over. */
export const newestCard = (chain: Chain, posted: readonly PostedEntry[]): SignedCard | undefined => cards(chain, posted).pop();

/** Where what is for the readers is sealed to: the card says it, before there is one whoever opened the first message. */
export function intakePk(read: ReadCase): Bytes | undefined {
  return read.cards[read.cards.length - 1]?.card.intakePk ?? read.intake?.pk;
}

/** The readers' inboxes that are held here: inbox 0 by the first message's CEK, the others by wraps that took effect. */
export function holdInboxes(read: ReadCase): void {
  const [first] = read.messages;
  const found: KemKey[] = first?.plain?.cek && first.sealed ? [read.recall.inbox(first.sealed, first.plain.cek)] : [];
  read.seeds = [];
  for (const { hash: boxHash } of read.readers) {
    const opened = read.handed.get(hex(boxHash));
    if (opened?.unitSeed.length) read.unitSeed = opened.unitSeed;
    opened?.inboxSeeds.forEach((seed, i) => {
      if (read.seeds.some((one) => equal(one, seed))) return;
      read.seeds.push(seed);
      found.push(opened.inboxes[i] as KemKey);
    });
  }
  read.inboxes = found;
  const card = read.cards[read.cards.length - 1]?.card;
  read.intake = (card ? found.find(({ pk }) => equal(pk, card.intakePk)) : first?.plain?.cek ? found[0] : undefined) ?? null;
}

/** What the person sealed by a card: with the CEK by a reader's inbox, the newest first. */
export function readByInboxes(read: ReadCase, take: (message: ReadMessage, opened: () => ReturnType<typeof openMessage>) => void): void {
  for (const message of read.messages) {
    const { sealed } = message;
    if (!sealed || message.plain || message.fault?.slug !== "not_a_recipient") continue;
    const open = (key: KemKey): ReturnType<typeof openMessage> => read.recall.of(sealed, "slot", [key.pk], () => openMessage(sealed, key));
    const inbox = [...read.inboxes].reverse().find((key) => slotOpens(() => open(key)));
    if (!inbox) continue;
    message.inbox = inbox;
    take(message, () => open(inbox));
  }
}

/** False where no slot is for this key; whatever else is wrong is for whoever opens to say. */
function slotOpens(open: () => unknown): boolean {
  try {
    open();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return error.slug !== "not_a_recipient";
  }
  return true;
}

/** The account's key of a message that a card sealed to the unit; undefined where it was not. */
export function unitKey({ recall }: ReadCase, sealed: SealedMessage, inboxes: readonly KemKey[]): Bytes | undefined {
  for (const inbox of [...inboxes].reverse()) {
    try {
      return recall.of(sealed, "unit", [inbox.pk], () => openUnitSlot(sealed, inbox));
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return undefined;
}

/** What a unit reads: granted by its wrap, or sealed to its inbox by a card. */
export function heldByUnit(read: ReadCase, live: OpenedWrap): Grant[] {
  const granted = (cid: Bytes): boolean => live.grants.some((one) => equal(one.cid, cid));
  const byCard = read.messages.flatMap(({ cid, sealed }) => {
    const k0 = sealed && !granted(cid) ? unitKey(read, sealed, live.inboxes) : undefined;
    return k0 ? [{ cid, k0 }] : [];
  });
  return [...live.grants, ...byCard];
}

/** Whether the unit that has the case reads this message by a card, and the very account that the readers read. */
export function unitHas(read: ReadCase, message: ReadMessage, live: OpenedWrap): boolean {
  if (!message.sealed) return false;
  const k0 = unitKey(read, message.sealed, live.inboxes);
  return k0 !== undefined && read.recall.granted(message.sealed, k0).requestPk.length > 0;
}

/** The day on which other readers took over from those whose inbox a message was sealed to; 0: it is the newest. */
export function formerUntil(read: ReadCase, message: ReadMessage): number {
  const { inbox } = message;
  if (!inbox || !read.intake || equal(inbox.pk, read.intake.pk)) return 0;
  const last = read.cards.map(({ card }) => equal(card.intakePk, inbox.pk)).lastIndexOf(true);
  return read.cards[last + 1]?.agreement.day ?? 0;
}

/** Whether a unit has the case and its wrap took effect. */
const handedOver = (read: ReadCase): boolean => !equal(read.chain.wrap, Z32);

/** Where what is for the unit is sealed to, while one has the case. */
export function unitPk(read: ReadCase): Bytes | undefined {
  const pk = read.cards[read.cards.length - 1]?.card.unitPk;
  return handedOver(read) && pk?.length ? pk : undefined;
}

/** Whether the unit still lacks the key of the inbox that other readers made for it: a grant brings it. */
export function isUnitBehind(read: ReadCase): boolean {
  const [live, pk] = [read.wraps.get(hex(read.chain.wrap)), unitPk(read)];
  return live !== undefined && pk !== undefined && !live.inboxes.some((inbox) => equal(inbox.pk, pk));
}

/** The seeds that a grant hands on: those of the live wrap, and the newest where other readers made one. */
export function grantedSeeds(read: ReadCase, live: OpenedWrap): readonly Bytes[] {
  const isNew = read.unitSeed.length > 0 && equal(kemKeypair(read.unitSeed).pk, unitPk(read) ?? NONE);
  return isNew && isUnitBehind(read) ? [...live.inboxSeeds, read.unitSeed] : live.inboxSeeds;
}

interface Next {
  card: Bytes;
  /** What the wrap holds. */
  seeds: readonly Bytes[];
  unitSeed: Bytes;
}

/** A card with fresh inboxes: of the unit; or of the readers and, as whoever read until now had its key, of the unit too. */
export function nextCard(read: ReadCase, kind: number, seeds: readonly Bytes[]): Next {
  const number = (read.cards[read.cards.length - 1]?.card.number ?? 0) + 1;
  const { instance, cid } = read;
  const seed = randomBytes(32);
  const fresh = kemKeypair(seed).pk;
  const current = intakePk(read);
  ensure(current !== undefined, "not_a_recipient", "who reads nothing says not who does");
  if (kind !== EntryKind.readersProposed) return { card: encodeCard({ instance, cid, number, intakePk: current, unitPk: fresh }), seeds: [...seeds, seed], unitSeed: NONE };
  const unitSeed = handedOver(read) ? randomBytes(32) : NONE;
  const card = encodeCard({ instance, cid, number, intakePk: fresh, unitPk: unitSeed.length > 0 ? kemKeypair(unitSeed).pk : NONE });
  return { card, seeds: [...seeds, seed], unitSeed };
}

/** SPEC 7.6: whoever agrees has found the card's new inbox in the wrap, and every older one that they hold. */
export function checkProposedCard(read: ReadCase, proposal: SignedEntry, box: SealedBox, wrap: OpenedReaders | OpenedWrap): void {
  const card = checkCard(read.posted[proposal.seq]?.card ?? NONE, proposal, box, read.cards[read.cards.length - 1]?.card);
  const readers = proposal.kind === EntryKind.readersProposed;
  const newest = wrap.inboxes[wrap.inboxes.length - 1]?.pk ?? NONE;
  ensure(equal(newest, readers ? card.intakePk : card.unitPk), "wrong_case", "the card names another inbox than the wrap");
  if ("unitSeed" in wrap) {
    ensure(wrap.unitSeed.length > 0 === handedOver(read), "wrong_case", "the unit's inbox");
    ensure(equal(wrap.unitSeed.length > 0 ? kemKeypair(wrap.unitSeed).pk : NONE, card.unitPk), "wrong_case", "the unit's inbox");
    return ensure(read.seeds.every((seed) => wrap.inboxSeeds.some((one) => equal(one, seed))), "not_a_recipient", "an inbox is left out");
  }
  ensure(equal(card.intakePk, intakePk(read) ?? NONE), "wrong_case", "another inbox of the readers");
}
