// To whom the page that reads answers seals: by the card of the mailbox it has open, past it for a review, else as drawn.

import { type Card, inboxPks } from "../../../crypto/ts/card.js";
import { type Chain } from "../../../crypto/ts/chain.js";
import { type Bytes } from "../../../crypto/ts/encoding.js";
import { TOUCHES } from "../../../crypto/ts/entry.js";
import { drawReview } from "../../../crypto/ts/draw.js";
import { type OpenedMailbox } from "../../../crypto/ts/mailbox.js";
import { Lane, type Prepared, prepareSlots } from "../../../crypto/ts/message.js";
import { type Receipt } from "../../../crypto/ts/receipt.js";
import { draw } from "#readers";
import { type Draft } from "./worker-calls.js";
import { kemOf, trustedKeyring } from "./worker-sealing.js";

interface Known {
  readonly of: Receipt;
  readonly chain: Chain;
  readonly card: Card | undefined;
  /** The highest number seen of this case: the page keeps it, and nothing does when it is closed. */
  readonly least: number;
}

let known: Known | undefined;
/** Whom the review that was asked for last passes by. */
let passed: { readonly of: Receipt; readonly acted: readonly Bytes[] } | undefined;

/** The lowest number that a card of this code may have. */
export const leastCard = (own: Receipt): number => (known?.of === own ? known.least : 0);

/** What the mailbox of this code showed last. */
export function learn(own: Receipt, { chain, card }: OpenedMailbox): void {
  known = { of: own, chain, card, least: Math.max(leastCard(own), card?.number ?? 0) };
}

/** Undefined: drawn as for a first message. */
export function slotsFor(own: Receipt, { lane, review, country, leftOut }: Draft): Prepared | undefined {
  if (known?.of !== own) return undefined;
  const { chain, card } = known;
  const keyring = trustedKeyring();
  if (review) {
    // SPEC 5.7: who takes the first part up has acted, and is to read the others
    if (lane === Lane.review || passed?.of !== own) passed = { of: own, acted: chain.entries.filter(({ kind }) => TOUCHES.includes(kind)).map(({ actor }) => actor) };
    const { readers, custodians } = drawReview(keyring.body, own.k0, keyring.today, country, leftOut, passed.acted);
    return prepareSlots(readers.map(kemOf), custodians.map(kemOf));
  }
  if (!card) return undefined;
  const { intake, unit } = inboxPks(card, chain.place);
  return prepareSlots(intake, draw(keyring, own.k0, country, leftOut).custodians.map(kemOf), unit);
}
