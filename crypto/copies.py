"""SPEC 8.11: who is given a copy, and who answers it."""

from __future__ import annotations

from crypto.box import SealedBox
from crypto.encoding import Day, equal
from crypto.entry import SignedEntry
from crypto.errors import ensure, refuse
from crypto.keyring import ADVISER, TRANSLATOR, KeyringBody, Member


def check_copy(box: SealedBox, keyring: KeyringBody, day: Day) -> Member:
    """One translator or adviser, and one or two inboxes of the case, which no keyring lists. Gives that member."""
    members = {one.kem_hash: one for one in keyring.members if one.from_day <= day <= one.until}
    named = [members[one.pk_hash] for one in box.recipients if one.pk_hash in members]
    ensure(len(named) == 1 and named[0].role in (TRANSLATOR, ADVISER), "role_not_allowed", "who is named")
    ensure(1 <= len(box.recipients) - 1 <= 2, "role_not_allowed", "somebody unknown")
    return named[0]


def check_answer(box: SealedBox, entry: SignedEntry, copy: SealedBox, keyring: KeyringBody) -> None:
    """By whom the copy names, to the inboxes that it names and nobody beside."""
    ensure(equal(box.parent, copy.hash), "wrong_case", "another copy")
    own = next((one for one in keyring.members if one.id == entry.actor), None)
    if own is None:
        refuse("not_a_member", entry.actor.hex())
    asked = {one.pk_hash for one in copy.recipients}
    ensure(own.kem_hash in asked, "role_not_allowed", "a copy for somebody else")
    ensure({one.pk_hash for one in box.recipients} == asked - {own.kem_hash}, "role_not_allowed", "to somebody else")
