"""The deeds of staff on one case, by whom and on which day: for vectors, rules and the server."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from crypto.chain import Chain, KnownMessage, verify_chain
from crypto.encoding import Z32
from crypto.entry import (
    APPROVAL,
    BOXES,
    CLAIMED,
    OPENED,
    PROPOSAL,
    STEP,
    Entry,
    messages_head,
    parse_signed_entry,
    sign_entry,
)
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR
from tests.world import Person, World


@dataclass
class Casework:
    """Entries are made without looking at what may be done: that is for whoever verifies them."""

    world: World
    cid: bytes = field(default_factory=lambda: os.urandom(32))
    entries: list[bytes] = field(default_factory=list)
    messages: list[KnownMessage] = field(default_factory=list)
    day: int = 0
    # by length, day and messages: verifying is dear
    _known: dict[tuple[int, int, int], Chain] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.day = self.day or self.world.today

    @classmethod
    def new(cls, world: World) -> Self:
        """With the person's first message, which nobody has opened."""
        made = cls(world)
        made.messages = [KnownMessage(made.cid, 0)]
        return made

    @classmethod
    def handed(cls, world: World) -> Self:
        """One that its unit has taken up."""
        made = cls.new(world)
        made.hand_off()
        return made

    @classmethod
    def closed(cls, world: World) -> Self:
        made = cls.handed(world)
        made.close()
        return made

    def copy(self, day: int = 0) -> Self:
        """What is added to it is not added here. `day`: another than this one's."""
        entries, messages, known = list(self.entries), list(self.messages), dict(self._known)
        return replace(self, entries=entries, messages=messages, day=day or self.day, _known=known)

    def who(self, role: int, n: int = 0) -> Person:
        return self.world.of(role)[n]

    def chain(self, today: int | None = None, more: Sequence[bytes] = ()) -> Chain:
        day = self.day if today is None else today
        whole = [*self.entries, *more]
        key = (len(whole), day, len(self.messages))
        if more or key not in self._known:
            found = verify_chain(self.world.instance, self.cid, self.world.keyring, whole, self.messages, day)
            if more:
                return found
            self._known[key] = found
        return self._known[key]

    def make(self, by: Person, kind: int, state: int | None = None, **changes: Any) -> bytes:
        """An entry on the present head; `state` and priority stay as they are unless said."""
        chain = self.chain()
        place = chain.place
        fields: dict[str, Any] = {
            "instance": self.world.instance,
            "cid": self.cid,
            "seq": len(self.entries),
            "prev": chain.head,
            "kind": kind,
            "state": (place.state or 1) if state is None else state,
            "day": self.day,
            "until": 0,
            "actor": by.id,
            "box_hash": os.urandom(32) if kind in BOXES else Z32,
            "cited": Z32,
            "keyring_hash": self.world.keyring.hash,
            "messages": messages_head([one.cid for one in self.messages]),
            "priority": place.priority,
        }
        return sign_entry(Entry(**fields | changes), by.signing_seed)

    def add(self, by: Person, kind: int, state: int | None = None, **changes: Any) -> bytes:
        """The same, and it stays. Returns its link."""
        entry = self.make(by, kind, state, **changes)
        self.chain(more=[entry])
        self.entries.append(entry)
        return parse_signed_entry(entry).link

    def agree(self, one: Person, other: Person, state: int, **changes: Any) -> None:
        """Proposed by one, approved by the other."""
        link = self.add(one, PROPOSAL, state, **changes)
        self.add(other, APPROVAL, state, cited=link, **changes)

    def hand_off(self) -> None:
        """From a new case to one that its unit has taken up."""
        reader, other = self.who(REVIEWER), self.who(REVIEWER, 1)
        self.add(reader, OPENED)
        self.add(reader, STEP, 2, priority=3)
        self.agree(reader, other, 3)
        self.claim()
        self.add(self.who(INVESTIGATOR), STEP, 4)

    def claim(self, by: Person | None = None, *pair: Person) -> bytes:
        """The first two investigators have it, where nobody else is named."""
        two = sorted(one.id for one in pair or self.world.of(INVESTIGATOR)[:2])
        return self.add(by or self.who(INVESTIGATOR), CLAIMED, cited=b"".join(two))

    def close(self) -> None:
        investigator, supervisor = self.who(INVESTIGATOR), self.who(SUPERVISOR)
        for state in (6, 8, 9):
            self.agree(investigator, supervisor, state)
