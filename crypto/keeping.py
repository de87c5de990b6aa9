"""SPEC 8.9: a case that its named readers keep. Whoever is not named then does not see that it exists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from crypto.chain import Chain
from crypto.encoding import Day, equal
from crypto.entry import OPENED, READERS_PROPOSED, message_count
from crypto.keyring import KeyringBody
from crypto.posts import PostedEntry
from crypto.wraps import readers_wraps

KEEPERS = 2  # so many must have read everything before anybody is kept out


@dataclass(frozen=True)
class Holder:
    """A named reader who signed that they read `count` messages of the person by the newest wrap."""

    member: bytes
    kem_hash: bytes
    count: int


def find_holders(chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody) -> tuple[Holder, ...]:
    """In the order of the member ids. None where no two members named the readers."""
    wraps = readers_wraps(chain, posted, keyring)
    entries = {one.box_hash: one for one in chain.entries}
    if not any(entries[one.hash].kind == READERS_PROPOSED for one in wraps):
        return ()
    live = entries[wraps[-1].hash].link
    named = {one.pk_hash for one in wraps[-1].recipients}
    members = {one.id: one.kem_hash for one in keyring.members if one.kem_hash in named}
    uncounted = {*chain.void, *chain.unconfirmed}
    found = {
        one.actor: Holder(one.actor, members[one.actor], message_count(one.messages))
        for one in chain.entries
        if one.kind == OPENED and equal(one.cited, live) and one.actor in members and one.seq not in uncounted
    }  # of several by one member the newest
    return tuple(found[id_] for id_ in sorted(found))


def is_kept(
    holders: Collection[Holder], messages: int, keyring: KeyringBody, today: Day, gone: Collection[bytes]
) -> bool:
    """Whether two are still there who read all of it. `gone`: ids of those from whom the server withholds it."""
    present = {one.id: one.kem_hash for one in keyring.members if one.from_day <= today <= one.until}
    there = [one for one in holders if present.get(one.member) == one.kem_hash and one.member not in gone]
    return sum(one.count >= messages for one in there) >= KEEPERS
