"""Quarantine is sampled: of what was put away as spam one case in four is drawn, and a third member looks at it again.

Oversight sees no content, so it cannot look itself: it sees how many were drawn and looked at. The server draws, with
its own key and the entry that put the case there: whoever signs that cannot choose a case that nobody will look at.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, Protocol

from crypto.entry import APPROVAL, NOTE_ENTRY, PROPOSAL, REFUSAL, STEP, TEXT_ENTRY
from crypto.primitives import kdf
from crypto.workflow import QUARANTINE

SHARE: Final = 4  # one case in so many
LOOKS: Final = frozenset({TEXT_ENTRY, NOTE_ENTRY, STEP, PROPOSAL, APPROVAL, REFUSAL})


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
    """`deeds`: every entry of a case that stands in quarantine, in their order."""
    since = _put_away(deeds)
    if since is None or kdf(server_key, "quarantine-sample", deeds[since].link)[0] % SHARE:
        return Sample.NOT_DRAWN
    approval = deeds[since]
    signers = {approval.actor, *(one.actor for one in deeds if one.link == approval.cited)}
    seen = any(one.kind in LOOKS and one.actor not in signers for one in deeds[since + 1 :])
    return Sample.LOOKED_AT if seen else Sample.WAITING


def _put_away(deeds: Sequence[Deed]) -> int | None:
    """Where the approval stands; later ones there are of a priority alone."""
    since: int | None = None
    for n, one in enumerate(deeds):
        if one.kind in (STEP, APPROVAL) and one.state != QUARANTINE:
            since = None
        elif one.kind == APPROVAL and since is None:
            since = n
    return since
