"""What `panah history verify` and oversight are told: what is broken, and nothing that a live server was changing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crypto.box import NOTE
from crypto.entry import NOTE_ENTRY
from crypto.keyring import REVIEWER, SUPERVISOR
from crypto.message import drop_slots, parse_sealed
from crypto.posts import encode_posted
from crypto.workflow import NOTICE_DAYS
from service import clock
from service.actions import oversee
from service.store.database import connect_writer
from tests.api.ending import KEPT, Old, old, world

__all__ = ["old", "world"]  # fixtures


def slug(old: Old) -> str | None:
    """Of this case; others of this server may be of a later day than this one."""
    state = old.server.client.app.state.server  # type: ignore[attr-defined]
    found = oversee.verify_histories(state.keyrings, state.engine, clock.today())
    return next((one.slug for one in found.broken if one.cid == old.desk.first.cid), None)


def write(old: Old, sql: str, *values: object) -> None:
    db = connect_writer(old.server.settings.database)
    assert db.begin().run(sql, *values) == 1
    db.commit()
    db.close()


def between_two_reads(
    old: Old, monkeypatch: pytest.MonkeyPatch, deed: Callable[[], object], times: int = 1
) -> list[Callable[[], object]]:
    """Does something after the entries of the case were read and before its messages are. Those not done yet."""
    read, left = oversee.posted_entries, [deed] * times

    def reading(engine: Any, cid: bytes) -> Any:
        found = read(engine, cid)
        if cid == old.desk.first.cid and left:
            left.pop()()
        return found

    monkeypatch.setattr(oversee, "posted_entries", reading)
    return left


def test_a_case_that_is_erased_while_it_is_verified_is_not_told_as_broken(
    old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    old.close()
    old.later(KEPT)
    assert old.propose(old.who(REVIEWER)).status_code == 201
    old.later(NOTICE_DAYS)
    between_two_reads(old, monkeypatch, lambda: old.approve(old.who(SUPERVISOR)))
    assert slug(old) is None


def test_what_is_broken_is_told_though_the_case_grows_with_each_look(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = old.who(REVIEWER)
    write(old, "UPDATE message SET body = ? WHERE cid = ?", drop_slots(old.desk.first), old.desk.first.cid)
    note = lambda: old.post(reader, NOTE_ENTRY, None, old.box(reader, NOTE))  # noqa: E731
    left = between_two_reads(old, monkeypatch, note, times=oversee.TRIES + 1)
    assert slug(old) == "chain_broken"
    assert len(left) == 1


def test_another_message_in_the_place_of_one_is_told(old: Old) -> None:
    later = old.submitter.seal("ещё")
    assert old.server.send(later).status_code == 204
    assert slug(old) is None
    cid = parse_sealed(old.desk.first.instance, later).cid
    write(old, "UPDATE message SET body = ? WHERE cid = ?", old.desk.first.encoded, cid)
    assert slug(old) == "hash_mismatch"


@pytest.mark.parametrize("table", ["message", "entry"])
def test_what_is_left_of_an_erased_case_is_told(old: Old, table: str) -> None:
    old.erase()
    assert slug(old) is None
    cid = old.desk.first.cid
    if table == "message":
        write(old, "UPDATE message SET body = ? WHERE cid = ?", old.desk.first.encoded, cid)
    else:
        seq, posted = next((n, one) for n, one in enumerate(old.posted) if one.box)
        write(old, "UPDATE entry SET body = ? WHERE case_cid = ? AND seq = ?", encode_posted(posted), cid, seq)
    assert slug(old) == "chain_broken"
