// The worker of the page that reads answers: it seals too, asks for the mailbox, and opens it.

import "./worker-old.js";
import { claimants, EntryKind } from "../../../crypto/ts/entry.js";
import { checkSigner } from "../../../crypto/ts/signer.js";
import { BLOCK, openMailbox } from "../../../crypto/ts/mailbox.js";
import { signMailboxRequest } from "../../../crypto/ts/requests.js";
import { dueDay } from "../../../crypto/ts/workflow.js";
import { type Step } from "./worker-calls.js";
import { erasingFrom } from "./worker-erasing.js";
import { learn, leastCard, slotsFor } from "./worker-card.js";
import { type Handlers, ownInstance, ownReceipt, sealing, sealInto, serve, trustedKeyring } from "./worker-sealing.js";

const HOLDS: readonly number[] = [EntryKind.legalHoldProposed, EntryKind.legalHoldAgreed];

const reading: Handlers<"sign" | "open" | "seal"> = {
  async seal(draft) {
    const own = await ownReceipt();
    const slots = slotsFor(own, draft);
    return slots ? sealInto(slots, own, draft) : sealing.seal(draft, () => undefined);
  },

  async sign({ burn, nonce }) {
    const route = burn ? "mailbox.burn" : "mailbox.read";
    return signMailboxRequest(ownInstance(), await ownReceipt(), route, burn ? Uint8Array.of(burn) : new Uint8Array(0), nonce);
  },

  async open({ blocks }) {
    const { body, today } = trustedKeyring();
    const cut = Array.from({ length: blocks.length / BLOCK }, (_, n) => blocks.slice(n * BLOCK, (n + 1) * BLOCK));
    const own = await ownReceipt();
    const opened = openMailbox(ownInstance(), own, body, cut, today, leastCard(own));
    if (!opened) return null;
    learn(own, opened);
    const { state, acknowledged, day, replies, refused } = opened;
    const { chain } = opened;
    const { place, entries } = chain;
    // What was answered: as each answer counts those before it, and as the history has it, if no answer is here.
    const answered = entries.filter(({ kind }) => kind === EntryKind.text).length;
    const newest = replies.reduce((most, reply) => Math.max(most, reply.precede + 1), answered);
    const steps = entries.map((entry): Step => {
      const counts = chain.void.includes(entry.seq) ? "void" : chain.unconfirmed.includes(entry.seq) ? "unconfirmed" : "";
      const free = (entry.kind === EntryKind.claimed && claimants(entry).length === 0) || (HOLDS.includes(entry.kind) && entry.until === 0);
      return { kind: entry.kind, state: entry.state, moved: !chain.alone.includes(entry.seq), day: entry.day, role: checkSigner(entry, body).role, counts, free, until: entry.until };
    });
    return {
      state, acknowledged, day, today, replies: [...replies], refused: refused.map(({ slug }) => slug), gone: newest - replies.length,
      due: dueDay(place.state, place.since, place.until, place.priority), until: place.until, erasing: erasingFrom(chain, opened.messages), hold: chain.hold, steps, before: entries[0]?.seq ?? 0,
      byCard: opened.card !== undefined, cardFault: opened.cardFault?.slug ?? "",
    };
  },
};

serve({ ...sealing, ...reading });
