"""A name is erased of all messages of a case or of none, also where one comes from another process in that moment."""

from __future__ import annotations

from typing import Any

import pytest

from crypto.account import EVIDENCE
from crypto.box import NOTE, TEXT
from crypto.entry import NAME_ERASURE_AGREED, NAME_ERASURE_PROPOSED
from crypto.keyring import REVIEWER
from crypto.message import NORMAL, parse_sealed
from service.actions import post_entry
from service.store.commands import StoreMessage
from service.store.database import connect_writer
from tests.api.ending import Old, of_case, old, world
from tests.api.stored import is_problem

__all__ = ["old", "world"]  # fixtures


def test_a_message_that_another_process_stores_meanwhile_stops_the_erasing_of_a_name(
    old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, other, today = old.who(REVIEWER), old.who(REVIEWER, 1), old.server.world.today
    proposed = old.post(reader, NAME_ERASURE_PROPOSED, None, old.box(reader, NOTE), cited=old.desk.first.cid)
    assert proposed.status_code == 201
    late = parse_sealed(old.desk.first.instance, old.submitter.seal("ещё", kind=EVIDENCE))
    slim, before = post_entry.slim, of_case(old)

    def slim_late(*given: Any) -> Any:
        """The agreement was verified, and is not stored yet."""
        found = slim(*given)
        db = connect_writer(old.server.settings.database)
        StoreMessage(late.cid, late.lookup, today, NORMAL, 1, late.encoded).run(db.begin())
        db.commit()
        db.close()
        return found

    monkeypatch.setattr(post_entry, "slim", slim_late)
    answer = old.post(other, NAME_ERASURE_AGREED, None, old.box(other, TEXT), cited=old.head())
    is_problem(answer, 409, "chain_moved")
    after = of_case(old)
    assert before["message"] < after["message"]
    assert len(after["message"] - before["message"]) == 1
