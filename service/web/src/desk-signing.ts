// What goes with the signature of a deed.

import { EntryKind } from "../../../crypto/ts/entry.js";
import { State } from "../../../crypto/ts/workflow.js";
import type { Deed } from "./desk-calls.js";
import type { OpenedCase } from "./desk-opened.js";

/** What goes with a signature. */
export interface Signing {
  /** Where a fault of it is said: at what waits under a link, or beside what was pressed; empty: at the own next step. */
  at?: string;
  /** Where its words are kept, in `reasons`: they go once they are signed. Of the own next step all of the plan goes. */
  words?: string;
  /** The case that was looked at for it; where it has been read anew since, nothing is signed, as if the chain had moved. */
  on?: OpenedCase;
  /** The case as it was looked at when it was asked about once more; else what lies there when it is pressed. */
  looked?: OpenedCase | null;
  /** How often at most, where all that came first is that somebody read the case; whoever tries again by themselves says 1. */
  tries?: number;
  /** Called once the server has it, also where another case is on the table by then. */
  posted?(): void;
}

/** Whether keys of others are sealed with it, which the server has to give first. */
export const sealsKeys = ({ kind, state }: Deed): boolean => kind !== EntryKind.claimed && (kind === EntryKind.grant || kind >= EntryKind.identityAsked || kind === EntryKind.refusal || (kind === EntryKind.proposal && state === State.assigned));
