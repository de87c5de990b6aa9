"""One member alone: of all that may be signed and posted, nothing takes anything of a case away."""

from __future__ import annotations

import pytest

from crypto.box import NOTE, TEXT, WRAP_INTAKE, WRAP_UNIT
from crypto.entry import (
    APPROVAL,
    BOXES,
    IDENTITY_ASKED,
    KINDS,
    LEGAL_HOLD_PROPOSED,
    PROPOSAL,
    READERS_PROPOSED,
    RECUSAL,
    STEP,
    UNIT_PROPOSED,
    WITHHOLDING,
)
from crypto.keyring import REVIEWER, SUPERVISOR
from crypto.primitives import hash
from crypto.workflow import ERASED
from tests.api.ending import KEPT, Old, of_case, old, world
from tests.world import new_person

__all__ = ["old", "world"]  # fixtures
# but halves of the way to a name, which need an asking of another, and copies, which take none
MADE = [kind for kind in KINDS if kind not in BOXES or BOXES[kind][0] in (NOTE, TEXT, WRAP_UNIT, WRAP_INTAKE)]


@pytest.mark.parametrize("role", [REVIEWER, SUPERVISOR])
def test_no_deed_of_one_alone_deletes_anything_of_a_case(old: Old, role: int) -> None:
    """Every kind of entry on a case that could be erased, each with what was signed before it: only more is there."""
    old.close()
    old.later(KEPT)
    by, before, today = old.who(role), of_case(old), old.server.world.today
    posted = set()
    for kind in sorted(MADE, key=lambda one: (one == RECUSAL, one)):  # who has stepped back posts nothing
        for state in (None, ERASED) if kind in (STEP, PROPOSAL, APPROVAL) else (None,):
            sealed = old.box(by, TEXT if state else BOXES[kind][0]) if kind in BOXES else b""
            files = old.files() if kind == APPROVAL and state else None
            until = today if kind in (IDENTITY_ASKED, WITHHOLDING, LEGAL_HOLD_PROPOSED) else 0
            for cited in (old.head(), old.desk.first.cid, hash(old.files()), new_person(REVIEWER).id + bytes(16)):
                changes = {} if kind in (READERS_PROPOSED, UNIT_PROPOSED) else {"cited": cited}
                if old.post(by, kind, state, sealed, files, until=until, **changes).status_code == 201:
                    posted.add((kind, state))
                    break
    after = of_case(old)
    assert len(posted) >= 8
    assert (after["message"], before["entry"] - after["entry"]) == (before["message"], set())
