"""SPEC 8.12: who of the unit may be said to have a case."""

from __future__ import annotations

from collections.abc import Sequence

from crypto.chain import Chain
from crypto.entry import SignedEntry, claimants
from crypto.errors import ensure
from crypto.keyring import KeyringBody
from crypto.posts import PostedEntry
from crypto.withholding import withheld_on
from crypto.wraps import is_named, unit_wrap


def check_claim(chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody, entry: SignedEntry) -> None:
    """On the chain that ends with this entry: the unit's wrap names both, and neither lacks the case.

    `role_not_allowed`. To the server and to whoever signs; others may have a keyring in which one of them has new keys.
    """
    wrap = unit_wrap(chain, posted)
    gone = withheld_on(chain, entry.day)
    for member in claimants(entry):
        ensure(wrap is not None and is_named(wrap, keyring, member, entry.day), "role_not_allowed", "not of the unit")
        ensure(member not in gone, "role_not_allowed", "who lacks the case")
