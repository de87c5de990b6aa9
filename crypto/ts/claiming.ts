/** SPEC 8.12: who of the unit may be said to have a case. */
import { type Chain } from "./chain.js";
import { claimants, type SignedEntry } from "./entry.js";
import { type PostedEntry } from "./posts.js";
import { isNamed, unitWrap } from "./wraps.js";
import { hex } from "./encoding.js";
import { ensure } from "./errors.js";
import { type KeyringBody } from "./keyring.js";
import { withheldOn } from "./withholding.js";

/** On the chain that ends with this entry: the unit's wrap names both, and neither lacks the case. Others may have a keyring in which one of them has new keys. */
export function checkClaim(chain: Chain, posted: readonly PostedEntry[], keyring: KeyringBody, entry: SignedEntry): void {
  const wrap = unitWrap(chain, posted);
  const gone = withheldOn(chain, entry.day);
  for (const member of claimants(entry)) {
    ensure(wrap !== undefined && isNamed(wrap, keyring, member, entry.day), "role_not_allowed", "not of the unit");
    ensure(!gone.has(hex(member)), "role_not_allowed", "who lacks the case");
  }
}
