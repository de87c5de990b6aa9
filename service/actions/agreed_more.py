"""What oversight sees of agreements to open more cases on a day: all of them, since they are about members alone."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.errors import ProtocolError
from crypto.more import verify_more_answered, verify_more_asked
from service.keyrings import Keyrings
from service.store.database import Engine
from service.store.opening import list_asked


@dataclass(frozen=True)
class AgreedMore:
    """`cases`: for how many more cases was agreed. `broken`: askings or answers that are not signed as they must be."""

    asked: int
    agreed: int
    refused: int
    cases: int
    broken: int


def count_agreed(keyrings: Keyrings, engine: Engine) -> AgreedMore:
    """Each verified by the newest keyring (SPEC 11.6)."""
    asked = agreed = refused = cases = broken = 0
    for asking, answer in list_asked(engine):
        asked += 1
        try:
            one = verify_more_asked(keyrings.id, keyrings.newest.body, asking)
            agrees = verify_more_answered(keyrings.newest.body, one, answer).agrees if answer else None
        except ProtocolError:
            broken += 1
            continue
        agreed += agrees is True
        refused += agrees is False
        cases += one.cases if agrees else 0
    return AgreedMore(asked, agreed, refused, cases, broken)
