"""SPEC 8.10: from how many a case may be withheld by one member alone; 8.7, 8.8: what nobody who left is given."""

from __future__ import annotations

from collections.abc import Sequence

from crypto.box import SealedBox, parse_box
from crypto.chain import Chain
from crypto.encoding import Day, equal
from crypto.entry import GRANT, READERS_KEPT, SignedEntry, says_who_reads, withheld_from
from crypto.errors import ensure
from crypto.keyring import KeyringBody
from crypto.posts import PostedEntry
from crypto.signer import CASEWORKERS, is_investigator
from crypto.wraps import is_named, readers_wraps, stepped_back, unit_wrap

OTHERS = 2  # so many besides who signs must be left


def check_withholding(chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody, entry: SignedEntry) -> None:
    """On the chain that ends with this entry: two others are left who read it, or must be.

    `role_not_allowed`. Who was drawn is hidden; that somebody reads shows when they sign. The person's browser drew as
    many as the policy's least at least, so that of those one may be missing besides who signs and the two.
    """
    there = {one.id for one in keyring.members if one.role in CASEWORKERS and one.from_day <= entry.day <= one.until}
    ensure(withheld_from(entry) in there, "not_a_member", "from whom")
    gone = withheld_on(chain, entry.day)
    known = known_readers(chain, posted, keyring)
    left = (known & there) - gone - {entry.actor}
    drawn = not readers_wraps(chain, posted, keyring)
    spare = keyring.policy.minimum_readers - OTHERS - 1
    ensure(len(left) >= OTHERS or (drawn and len(gone) <= spare), "role_not_allowed", "fewer than two others")


def withheld_on(chain: Chain, day: Day) -> set[bytes]:
    """Ids of those who stepped back, and of those from whom it is withheld on that day."""
    back = stepped_back(chain, len(chain.entries))
    return back | {withheld_from(one) for one in chain.withholdings if day <= one.until}


def check_given(chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody, entry: SignedEntry) -> None:
    """On the chain that ends with this entry: what it gives, or agrees to give, goes to nobody who left.

    `posted` has the entry too.
    """
    if says_who_reads(entry) or entry.kind in (GRANT, READERS_KEPT):
        check_named(chain, keyring, parse_box(posted[entry.seq].box))
    for proposal, agreement in chain.changed[-1:]:
        if proposal is not None and equal(agreement.link, entry.link):
            check_named(chain, keyring, parse_box(posted[proposal.seq].box))
    for ask in chain.asks:
        if equal(ask.entry.link, entry.cited):
            check_asker(chain, posted, keyring, ask.entry, entry.day)


def check_asker(chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody, ask: SignedEntry, day: Day) -> None:
    """SPEC 8.7: whoever asked for a name still works on the case; of a unit, of the one that has it."""
    ensure(ask.actor not in withheld_on(chain, day), "role_not_allowed", "who lacks the case")
    unit = unit_wrap(chain, posted)
    named = unit is not None and is_named(unit, keyring, ask.actor, day)
    ensure(named or not is_investigator(keyring, ask.actor, day), "role_not_allowed", "not of the unit")


def check_named(chain: Chain, keyring: KeyringBody, box: SealedBox) -> None:
    """SPEC 8.8: nobody who stepped back is brought back by two others, or handed what came since by one."""
    back = stepped_back(chain, len(chain.entries))
    kems = {one.kem_hash for one in keyring.members if one.id in back}
    ensure(not kems & {one.pk_hash for one in box.recipients}, "role_not_allowed", "who stepped back")


def known_readers(chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody) -> set[bytes]:
    """Ids of those whom the live wraps name; where the person's browser drew the readers, also of all who signed."""
    wraps = readers_wraps(chain, posted, keyring)[-1:]
    signed = set() if wraps else {one.actor for one in chain.entries}
    named = {one.pk_hash for box in (*wraps, unit_wrap(chain, posted)) if box for one in box.recipients}
    return signed | {one.id for one in keyring.members if one.kem_hash in named}
