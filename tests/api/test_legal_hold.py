"""SPEC 8.16: two keep a case from being erased up to a day, the person reads it, and a name goes all the same."""

from __future__ import annotations

from typing import Any

import pytest
from httpx import Response

from crypto.box import NOTE, TEXT
from crypto.entry import (
    LEGAL_HOLD_AGREED,
    LEGAL_HOLD_PROPOSED,
    NAME_ERASURE_AGREED,
    NAME_ERASURE_PROPOSED,
    REFUSAL,
)
from crypto.errors import ProtocolError
from crypto.keyring import CUSTODIAN, INVESTIGATOR, OVERSIGHT, REVIEWER, SUPERVISOR
from crypto.legalhold import LEGAL_HOLD_DAYS, LegalHold
from crypto.workflow import CLOSED, ERASED, NOTICE_DAYS
from service.domain.small_cells import SMALLEST
from tests.api.conftest import Server
from tests.api.ending import KEPT, Old, of_case, old, world
from tests.api.stored import is_problem, rows
from tests.api.test_histories import slug
from tests.world import Person

__all__ = ["old", "world"]  # fixtures

SAID = "Суд ещё рассматривает дело: мы храним его."


def ask(old: Old, by: Person, until: int) -> Response:
    return old.post(by, LEGAL_HOLD_PROPOSED, None, old.box(by, NOTE), until=until)


def agree(old: Old, by: Person, until: int, **changes: Any) -> Response:
    given = {"cited": old.head(), "until": until} | changes
    return old.post(by, LEGAL_HOLD_AGREED, None, old.box(by, TEXT, text=SAID), **given)


def hold(old: Old, days: int) -> None:
    """For so many days from today; 0: ended."""
    until = old.server.world.today + days if days else 0
    assert ask(old, old.who(REVIEWER), until).status_code == 201
    assert agree(old, old.who(SUPERVISOR), until).status_code == 201


def test_while_a_hold_stands_nobody_proposes_or_approves_to_erase_and_afterwards_the_person_is_told_anew(
    old: Old,
) -> None:
    reader, supervisor = old.who(REVIEWER), old.who(SUPERVISOR)
    old.close()
    old.later(KEPT)
    assert old.propose(reader).status_code == 201
    hold(old, NOTICE_DAYS + 5)
    assert SAID in old.told()
    assert (old.shown.chain.hold, old.shown.state) == (old.server.world.today + NOTICE_DAYS + 5, CLOSED)
    before = of_case(old)
    old.later(NOTICE_DAYS)
    is_problem(old.approve(supervisor), 400, "bad_state")
    is_problem(old.propose(reader), 400, "bad_state")
    old.later(6)
    is_problem(old.approve(supervisor), 400, "bad_state")  # what waited before the hold waits no more
    assert of_case(old) == before
    assert old.propose(reader).status_code == 201
    old.later(NOTICE_DAYS)
    assert old.approve(supervisor).status_code == 201
    assert old.told() == ["Стёрто."]
    assert old.shown.state == ERASED


def test_two_renew_a_hold_or_end_it_and_one_alone_does_neither(old: Old) -> None:
    reader, supervisor = old.who(REVIEWER), old.who(SUPERVISOR)
    old.close()
    hold(old, LEGAL_HOLD_DAYS)
    old.later(KEPT - 1)
    is_problem(ask(old, reader, 0), 400, "bad_state")  # it has ended by itself
    hold(old, 1)
    hold(old, LEGAL_HOLD_DAYS)
    old.later(100)
    is_problem(old.propose(reader), 400, "bad_state")
    assert ask(old, reader, 0).status_code == 201
    is_problem(old.propose(supervisor), 400, "bad_state")
    is_problem(agree(old, reader, 0), 403, "role_not_allowed")
    assert agree(old, supervisor, 0).status_code == 201
    assert old.propose(reader).status_code == 201


@pytest.mark.parametrize(
    ("role", "asks", "agrees"),
    [
        (REVIEWER, 201, 201),
        (SUPERVISOR, 201, 201),
        (INVESTIGATOR, 201, 403),
        (CUSTODIAN, 404, 404),
        (OVERSIGHT, 404, 404),
    ],
)
def test_who_asks_for_a_hold_and_who_agrees(old: Old, role: int, asks: int, agrees: int) -> None:
    old.close()
    until = old.server.world.today + 9
    by = old.who(role, 1 if role == REVIEWER else 0)
    assert ask(old, by, until).status_code == asks
    if asks != 201:
        assert ask(old, old.who(REVIEWER), until).status_code == 201
    elif role == SUPERVISOR:
        is_problem(agree(old, by, until), 403, "role_not_allowed")
    assert ask(old, old.who(REVIEWER), until).status_code == 201
    assert agree(old, by, until).status_code == agrees


def test_a_hold_has_an_end_and_is_told_to_the_person(old: Old) -> None:
    reader, supervisor, today = old.who(REVIEWER), old.who(SUPERVISOR), old.server.world.today
    for until in (0, today - 1, today + LEGAL_HOLD_DAYS + 1, 2**32 - 1):
        is_problem(ask(old, reader, until), 400, "bad_state")
    until = today + LEGAL_HOLD_DAYS
    assert ask(old, reader, until).status_code == 201
    note = old.post(supervisor, LEGAL_HOLD_AGREED, None, old.box(supervisor, NOTE), cited=old.head(), until=until)
    is_problem(note, 404, "not_found")  # whom nobody handed the case
    other = old.who(REVIEWER, 1)
    note = old.post(other, LEGAL_HOLD_AGREED, None, old.box(other, NOTE), cited=old.head(), until=until)
    is_problem(note, 400, "wrong_case")
    box = old.box(other, TEXT, text=SAID)
    is_problem(old.post_silently(other, LEGAL_HOLD_AGREED, None, box, cited=old.head(), until=until), 400, "malformed")
    assert agree(old, other, until).status_code == 201
    assert old.told() == [SAID]


def test_a_refused_hold_keeps_nothing(old: Old) -> None:
    reader, supervisor = old.who(REVIEWER), old.who(SUPERVISOR)
    old.close()
    old.later(KEPT)
    assert old.propose(reader).status_code == 201
    until = old.server.world.today + 99
    assert ask(old, reader, until).status_code == 201
    cited = old.head()
    assert old.post(supervisor, REFUSAL, None, old.box(supervisor, NOTE), cited=cited).status_code == 201
    is_problem(agree(old, supervisor, until, cited=cited), 400, "bad_state")
    old.later(NOTICE_DAYS)
    assert old.approve(supervisor).status_code == 201


def test_no_hold_keeps_a_name_that_the_person_wants_erased(old: Old) -> None:
    reader, other = old.who(REVIEWER), old.who(REVIEWER, 1)
    first = old.desk.first
    until = old.server.world.today + LEGAL_HOLD_DAYS
    assert ask(old, reader, until).status_code == 201
    assert agree(old, other, until).status_code == 201
    proposed = old.post(reader, NAME_ERASURE_PROPOSED, None, old.box(reader, NOTE), cited=first.cid)
    assert proposed.status_code == 201
    agreed = old.post(other, NAME_ERASURE_AGREED, None, old.box(other, TEXT), cited=old.head())
    assert agreed.status_code == 201
    everything = [value for table in rows(old.server).values() for row in table for value in row]
    parts = [first.streams[1], *first.custodian_slots]
    assert not any(part in value for value in everything if isinstance(value, bytes) for part in parts)
    assert old.desk.chain().hold == until


def test_a_server_that_erases_a_held_case_all_the_same_is_told_by_its_history_and_by_the_mailbox(
    old: Old, monkeypatch: pytest.MonkeyPatch
) -> None:
    old.close()
    old.later(KEPT)
    hold(old, LEGAL_HOLD_DAYS)
    with monkeypatch.context() as patched:  # a program that lets it pass, and two who sign
        patched.setattr(LegalHold, "stands", lambda _, __: False)
        assert old.propose(old.who(REVIEWER)).status_code == 201
        old.later(NOTICE_DAYS)
        assert old.approve(old.who(SUPERVISOR)).status_code == 201
        assert slug(old) is None
    assert slug(old) == "bad_state"
    with pytest.raises(ProtocolError, match="bad_state"):
        old.told()


def test_oversight_counts_what_two_agreed_about_holds(server: Server) -> None:
    case = Old.begin(server)
    overseer = server.staff(server.world.of(OVERSIGHT)[0])
    told = None
    for n in range(SMALLEST):
        until = server.world.today + n
        assert ask(case, case.who(REVIEWER), until).status_code == 201
        assert told is None
        assert agree(case, case.who(REVIEWER, 1), until).status_code == 201
        told = overseer.call("GET", "/v1/oversight/counts").json()["deeds"]["legal_holds"]
    assert told == SMALLEST
