"""A deed that was verified on what was there, while something else came: it is told, and nothing of it is stored."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from crypto.box import NOTE, TEXT
from crypto.entry import APPROVAL, NOTE_ENTRY, OPENED
from crypto.keyring import REVIEWER, SUPERVISOR
from crypto.workflow import ERASED, NOTICE_DAYS
from service.store import commands
from service.store.commands import PostEntry, StoreMessage
from tests.api.conftest import Server
from tests.api.ending import KEPT, Old, of_case, old, world
from tests.api.room import Room
from tests.api.stored import is_problem

__all__ = ["old", "world"]


def comes_between(server: Server, patch: pytest.MonkeyPatch, make: Callable[[PostEntry], object]) -> None:
    """Before the next entry is stored, the writer does this, for whoever was quicker."""
    writer = server.client.app.state.server.writer  # type: ignore[attr-defined]
    inner = writer.submit

    async def submit(command: object) -> Any:
        if isinstance(command, PostEntry):
            patch.setattr(writer, "submit", inner)
            await inner(make(command))
        return await inner(command)

    patch.setattr(writer, "submit", submit)


def of_another(command: PostEntry) -> PostEntry:
    return replace(command, entry=replace(command.entry, link=os.urandom(32)))


@pytest.mark.parametrize("where", ["of this process", "of another process"])
def test_of_two_deeds_verified_on_the_same_head_the_second_is_told(
    server: Server, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    room = Room.begin(server)
    reader = room.who(REVIEWER)
    assert room.post(reader, OPENED).status_code == 201
    comes_between(server, monkeypatch, of_another)
    if where == "of another process":  # the head is what this one's transaction began with
        head = (1, room.head())
        monkeypatch.setattr(commands, "_head", lambda db, case_cid: head)
    is_problem(room.post(reader, NOTE_ENTRY, None, room.box(reader, NOTE)), 409, "chain_moved")


def test_a_message_that_comes_while_the_case_is_erased_keeps_it(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    old.close()
    old.later(KEPT)
    supervisor = old.who(SUPERVISOR)
    assert old.propose(old.who(REVIEWER)).status_code == 201
    old.later(NOTICE_DAYS)
    lookup, day = old.desk.first.lookup, old.server.world.today
    came = StoreMessage(os.urandom(32), lookup, day, 0, 1, b"sealed")
    comes_between(old.server, monkeypatch, lambda command: came)
    before = of_case(old)
    box = old.box(supervisor, TEXT)
    is_problem(old.post(supervisor, APPROVAL, ERASED, box, old.files(), cited=old.proposal), 409, "chain_moved")
    after = of_case(old)
    assert (after["entry"], after["place"]) == (before["entry"], before["place"])
    assert before["message"] < after["message"]
