"""SPEC 5.7: which members read a message. The client draws; the server never does, and never learns whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from crypto.encoding import Day
from crypto.errors import ProtocolError, ensure
from crypto.keyring import CUSTODIAN, OFFLINE, PANEL, REVIEWER, KeyringBody, Member
from crypto.primitives import kdf

CUSTODIANS = 4


@dataclass(frozen=True)
class Draw:
    """`widened`: too few were eligible, so panels were taken that do not serve the country; say it."""

    readers: tuple[Member, ...]
    custodians: tuple[Member, ...]
    widened: bool


def draw_readers(
    keyring: KeyringBody, k0: bytes, today: Day, country: str = "", left_out: Collection[str] = ()
) -> Draw:
    """`country` is a two-letter code, or "" when none is given; `left_out` holds ids of panels."""
    present = [one for one in keyring.members if not one.flags & OFFLINE and one.from_day <= today <= one.until]
    serving = {
        group.id
        for group in keyring.groups
        if group.kind == PANEL and (not group.countries or country in group.countries)
    }
    # never one whom the person fears, however few are left
    reviewers = [one for one in present if one.role == REVIEWER and one.group not in left_out]
    eligible = [one for one in reviewers if one.group in serving]
    widened = len(eligible) < keyring.policy.minimum_readers
    readers = _ordered(reviewers if widened else eligible, k0, "draw")[: keyring.policy.readers]
    custodians = _ordered((one for one in present if one.role == CUSTODIAN), k0, "draw-custodian")[:CUSTODIANS]
    ensure(bool(readers), "no_readers", "no reviewer")
    ensure(bool(custodians), "no_readers", "no custodian")
    return Draw(tuple(readers), tuple(custodians), widened)


def draw_review(
    keyring: KeyringBody, k0: bytes, today: Day, country: str, left_out: Collection[str], acted: Collection[bytes]
) -> Draw:
    """For a wish for review: of those without a deed in the case. Where nobody else is left, of all."""
    fresh = replace(keyring, members=tuple(one for one in keyring.members if one.id not in acted))
    try:
        return draw_readers(fresh, k0, today, country, left_out)
    except ProtocolError:
        return draw_readers(keyring, k0, today, country, left_out)


def _ordered(members: Iterable[Member], k0: bytes, label: str) -> list[Member]:
    return sorted(members, key=lambda member: kdf(k0, label, member.id))
