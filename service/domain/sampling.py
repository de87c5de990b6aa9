"""Quarantine is sampled: of what was put away as spam one case in four is drawn, and a third member looks at it again.

Oversight sees no content, so it cannot look itself: it sees how many were drawn and looked at. The server draws, with
its own key and the entry that put the case there: whoever signs that cannot choose a case that nobody will look at.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, Protocol

from crypto.entry import APPROVAL, NOTE_ENTRY, STEP, TOUCHES
from crypto.primitives import kdf
from crypto.workflow import QUARANTINE

SHARE: Final = 4  # one case in so many
LOOKS: Final = TOUCHES | {NOTE_ENTRY}  # to open it is none: that is signed by itself


class Deed(Protocol):
    """What the server knows of an entry."""

    @property
    def kind(self) -> int: ...
    @property
    def state(self) -> int: ...
    @property
    def actor(self) -> bytes: ...
    @property
    def link(self) -> bytes: ...
    @property
    def cited(self) -> bytes: ...


class Sample(StrEnum):
    NOT_DRAWN = "not_drawn"
    WAITING = "waiting"
    LOOKED_AT = "looked_at"


def sample_of(server_key: bytes, deeds: Sequence[Deed]) -> Sample:
    """`deeds`: every entry of a case that stands in quarantine, in their order.

    Once drawn it stays drawn: else two could bring a case back and put it away again until it is not.
    """
    put_away = _approvals(deeds)
    approvals = [deeds[n] for n in put_away]
    if not any(kdf(server_key, "quarantine-sample", one.link)[0] % SHARE == 0 for one in approvals):
        return Sample.NOT_DRAWN
    proposals = {one.cited for one in approvals}
    signers = {one.actor for one in approvals} | {one.actor for one in deeds if one.link in proposals}
    seen = any(one.kind in LOOKS and one.actor not in signers for one in deeds[put_away[-1] + 1 :])
    return Sample.LOOKED_AT if seen else Sample.WAITING


def _approvals(deeds: Sequence[Deed]) -> list[int]:
    """Where those stand that put it away, without those of a priority alone; none when it does not stand there."""
    found: list[int] = []
    away = False
    for n, one in enumerate(deeds):
        if one.kind in (STEP, APPROVAL) and one.state != QUARANTINE:
            away = False
        elif one.kind == APPROVAL and not away:
            away = True
            found.append(n)
    return found if away else []
