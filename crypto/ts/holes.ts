/** SPEC 8.13, 8.15: old slots are gone only of the messages of a change of readers that two have opened, identities of those of an agreement to erase them. */
import { type Chain } from "./chain.js";
import { EntryKind, messageCount, messagesHead, type SignedEntry } from "./entry.js";
import { equal, hex } from "./encoding.js";
import { ensure } from "./errors.js";
import { KEEPERS } from "./keeping.js";
import { type SealedMessage } from "./message.js";

/** `chain_broken` where something is gone and nobody signed that it may. */
export function checkHoles(chain: Chain, messages: readonly SealedMessage[]): void {
  const gone = messages.filter(({ readerSlots }) => readerSlots.length === 0).map(({ cid }) => cid);
  const signed = gone.length === 0 || released(chain).some((proposal) => equal(proposal.messages, messagesHead(gone)));
  ensure(signed, "chain_broken", "old slots are gone, and nobody signed that they may");
  const nameless = messages.filter(({ custodianSlots }) => custodianSlots.length === 0).map(({ cid }) => cid);
  const erased = nameless.length === 0 || chain.nameless.some((agreed) => equal(agreed.messages, messagesHead(nameless)));
  ensure(erased, "chain_broken", "an identity is gone, and nobody signed that it may");
}

/** Changes of readers whose wrap was opened by two. */
function released(chain: Chain): SignedEntry[] {
  const changed = chain.changed.flatMap(({ proposal }) => (proposal?.kind === EntryKind.readersProposed ? [proposal] : []));
  return changed.filter((proposal) => openers(chain, proposal).size >= KEEPERS);
}

/** Ids of those who signed that they opened what this entry counts, by its wrap or one that adds to it. */
function openers(chain: Chain, wrap: SignedEntry): Set<string> {
  const links = [wrap, ...chain.entries.filter(({ kind, seq }) => kind === EntryKind.readersKept && seq > wrap.seq)].map(({ link }) => link);
  const openings = chain.entries.filter(({ seq, kind, cited, messages }) =>
    kind === EntryKind.opened && links.some((link) => equal(link, cited)) && messageCount(messages) >= messageCount(wrap.messages) && !chain.void.includes(seq) && !chain.unconfirmed.includes(seq));
  return new Set(openings.map(({ actor }) => hex(actor)));
}
