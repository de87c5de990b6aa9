// The worker of the page that reads answers: it seals too, asks for the mailbox, and opens it.

import "./worker-old.js";
import { BLOCK, openMailbox } from "../../../crypto/ts/mailbox.js";
import { signMailboxRequest } from "../../../crypto/ts/requests.js";
import { type Handlers, ownInstance, ownReceipt, sealing, serve, trustedKeyring } from "./worker-sealing.js";

const reading: Handlers<"sign" | "open"> = {
  async sign({ burn, nonce }) {
    const route = burn ? "mailbox.burn" : "mailbox.read";
    return signMailboxRequest(ownInstance(), await ownReceipt(), route, burn ? Uint8Array.of(burn) : new Uint8Array(0), nonce);
  },

  async open({ blocks }) {
    const { body, today } = trustedKeyring();
    const cut = Array.from({ length: blocks.length / BLOCK }, (_, n) => blocks.slice(n * BLOCK, (n + 1) * BLOCK));
    const opened = openMailbox(ownInstance(), await ownReceipt(), body, cut, today);
    if (!opened) return null;
    const { state, acknowledged, day, replies, refused } = opened;
    const newest = replies.reduce((most, reply) => Math.max(most, reply.precede + 1), 0);
    return { state, acknowledged, day, today, replies: [...replies], refused: refused.map(({ slug }) => slug), gone: newest - replies.length };
  },
};

serve({ ...sealing, ...reading });
