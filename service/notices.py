"""What whoever runs the server should know when it starts; the pages tell the people, and nobody tells the operator."""

from __future__ import annotations

from collections.abc import Iterator

from crypto.encoding import Day
from crypto.keyring import KeyringBody
from service.differences import day_text

SOON = 14  # days in which trustees still meet


def notices(newest: KeyringBody, built_for: int, today: Day) -> Iterator[str]:
    """`built_for`: the version of the keyring that the pages name."""
    yield from expiry(newest, today)
    if today < newest.not_before - 1:  # it begins on a day of UTC
        yield f"the keyring begins on {day_text(newest.not_before)}: is {day_text(today)} the right day?"
    if built_for < newest.version:
        yield f"the pages name keyring {built_for}, the newest is {newest.version}: panah site build, then restart"
    elif built_for > newest.version:  # a folder of before was put back
        yield f"the pages name keyring {built_for}, which is not here: browsers refuse an older one, put it back"


def expiry(newest: KeyringBody, today: Day) -> Iterator[str]:
    """What the trustees should be told."""
    last = newest.expires + newest.policy.grace
    if today > last:
        yield f"the keyring and its grace ended on {day_text(last)}: nobody can send until trustees publish a new one"
    elif today > newest.expires:
        yield f"the keyring expired; in its grace until {day_text(last)}: renew it"
    elif newest.expires - today < SOON:
        yield f"the keyring expires on {day_text(newest.expires)}: renew it"
