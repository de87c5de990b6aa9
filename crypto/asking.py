"""SPEC 8.7: who asks for a sealed identity: agreed to by a reviewer, granted by a custodian, opened by who asked."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crypto.encoding import equal
from crypto.entry import (
    ASK_DAYS,
    IDENTITY_AGREED,
    IDENTITY_ASKED,
    IDENTITY_GRANTED,
    IDENTITY_OPENED,
    REFUSAL,
    SignedEntry,
)
from crypto.errors import ensure
from crypto.keyring import CUSTODIAN, REVIEWER


@dataclass(frozen=True)
class Ask:
    """Somebody asks for the sealed identity of a message; `agreed` by a reviewer, `granted` by a custodian."""

    entry: SignedEntry
    agreed: bool = False
    granted: bool = False
    opened: bool = False


@dataclass(frozen=True)
class Asks:
    """`asked`: what nobody refused, in the order in which it was asked, past its day too."""

    asked: tuple[Ask, ...] = ()

    def concerns(self, entry: SignedEntry) -> bool:
        """Whether it asks, answers an asking, or opens what was granted."""
        refuses = entry.kind == REFUSAL and self._cited(entry) is not None
        return refuses or IDENTITY_ASKED <= entry.kind <= IDENTITY_OPENED

    def after(self, entry: SignedEntry, role: int, older: bool) -> Asks:
        """With an entry that concerns it. `older`: what it cites may stand before the window of a mailbox."""
        fact = f"entry {entry.seq}"
        if entry.kind == IDENTITY_ASKED:
            ensure(0 <= entry.until - entry.day <= ASK_DAYS, "bad_state", fact)
            return Asks((*self.asked, Ask(entry)))
        ask = self._cited(entry)
        if ask is None:
            ensure(older, "bad_state", fact)
            ensure(entry.kind != IDENTITY_AGREED or role == REVIEWER, "role_not_allowed", fact)
            return self
        if entry.kind == REFUSAL:
            ensure(role in (REVIEWER, CUSTODIAN), "role_not_allowed", fact)
            return Asks(tuple(one for one in self.asked if one is not ask))
        ensure(entry.day <= ask.entry.until, "bad_state", "the day is past")
        own = equal(ask.entry.actor, entry.actor)
        if entry.kind == IDENTITY_AGREED:
            ensure(role == REVIEWER and not own, "role_not_allowed", fact)
            ensure(not ask.agreed, "bad_state", fact)
            answered = replace(ask, agreed=True)
        elif entry.kind == IDENTITY_GRANTED:
            ensure(ask.agreed and not ask.granted, "bad_state", fact)
            answered = replace(ask, granted=True)
        else:
            ensure(own, "role_not_allowed", fact)
            ensure(ask.granted, "bad_state", fact)
            answered = replace(ask, opened=True)
        return Asks(tuple(answered if one is ask else one for one in self.asked))

    def _cited(self, entry: SignedEntry) -> Ask | None:
        return next((one for one in self.asked if equal(one.entry.link, entry.cited)), None)
