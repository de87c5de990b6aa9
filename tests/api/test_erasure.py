"""SPEC 8.14, 8.15: a case ends as a tombstone by two after its years; an identity alone, at the person's wish."""

from __future__ import annotations

import os
import re
from typing import Any

import pytest

from crypto.account import EVIDENCE, REVIEW, STOP
from crypto.box import (
    IDENTITY_HALF,
    IDENTITY_KEY,
    NOTE,
    TEXT,
    parse_box,
)
from crypto.encoding import Z32
from crypto.entry import (
    APPROVAL,
    IDENTITY_AGREED,
    IDENTITY_ASKED,
    IDENTITY_GRANTED,
    NAME_ERASURE_AGREED,
    NAME_ERASURE_PROPOSED,
    OPENED,
    PROPOSAL,
    TEXT_ENTRY,
)
from crypto.errors import ProtocolError
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.message import REVIEW_LANE, STOP_LANE, open_custodian_slot, open_message, parse_sealed
from crypto.primitives import hash
from crypto.requests import BURN_RECEIPT
from crypto.workflow import ERASED, NOTICE_DAYS
from service import clock
from service.actions.oversee import verify_histories
from service.store.cases import list_all
from service.store.database import connect_writer
from service.store.evidence import PinEvidence, StorePart
from tests.api.ending import KEPT, SECRET, Old, of_case, old, world
from tests.api.stored import is_problem, rows
from tests.api.verdicts import VERDICTS
from tests.world import Desk, Person, Submitter

__all__ = ["old", "world"]  # fixtures


def test_a_case_is_erased_by_two_after_its_years_and_a_tombstone_stays(old: Old) -> None:
    server, first = old.server, old.desk.first
    state = server.client.app.state.server  # type: ignore[attr-defined]
    parts = [*first.streams, *first.reader_slots, *first.custodian_slots, first.request_pk, first.mailbox_hash]
    old.erase()
    everything = [value for table in rows(server).values() for row in table for value in row]
    assert not any(part in value for value in everything if isinstance(value, bytes) for part in parts)
    kept = {row for row in rows(server)["entry"] if first.cid in row}
    assert len(kept) == len(old.desk.entries)
    assert all(any(one in value for row in kept for value in row if isinstance(value, bytes))
               for one in old.desk.entries)  # fmt: skip
    assert not is_broken(old)
    assert [line.state for line in list_all(state.engine, clock.today()) if line.cid == first.cid] == [ERASED]


def test_the_person_is_told_before_and_after(old: Old) -> None:
    old.close()
    old.later(KEPT)
    assert old.propose(old.who(REVIEWER)).status_code == 201
    assert "Мы хотим стереть." in old.told()
    old.later(NOTICE_DAYS)
    assert old.approve(old.who(SUPERVISOR)).status_code == 201
    assert old.told() == ["Стёрто."]
    assert (old.shown.state, old.shown.card, old.shown.card_fault) == (ERASED, None, None)


def test_nobody_proposes_or_approves_without_telling(old: Old) -> None:
    old.close()
    old.later(KEPT)
    reader, supervisor = old.who(REVIEWER), old.who(SUPERVISOR)
    is_problem(old.propose(reader, kind=NOTE), 400, "wrong_case")
    assert old.propose(reader).status_code == 201
    old.later(NOTICE_DAYS)
    note = old.box(supervisor, NOTE)
    answer = old.post(supervisor, APPROVAL, ERASED, note, old.files(), cited=old.proposal)
    is_problem(answer, 400, "wrong_case")
    silent = old.post_silently(supervisor, APPROVAL, ERASED, old.box(supervisor, TEXT), old.files(), cited=old.proposal)
    is_problem(silent, 400, "malformed")
    assert len(old.told()) > 0


def test_nobody_erases_a_name_without_telling(old: Old) -> None:
    reader, other = old.who(REVIEWER), old.who(REVIEWER, 1)
    proposed = old.post(reader, NAME_ERASURE_PROPOSED, None, old.box(reader, NOTE), cited=old.desk.first.cid)
    assert proposed.status_code == 201
    silent = old.post_silently(other, NAME_ERASURE_AGREED, None, old.box(other, TEXT), cited=old.head())
    is_problem(silent, 400, "malformed")


def test_not_too_early_not_by_one_and_not_when_the_person_has_written(old: Old) -> None:
    reader, supervisor = old.who(REVIEWER), old.who(SUPERVISOR)
    is_problem(old.propose(reader), 400, "bad_state")
    old.close()
    old.later(KEPT - 1)
    is_problem(old.propose(reader), 400, "bad_state")
    old.later(1)
    assert old.propose(supervisor).status_code == 201
    old.later(NOTICE_DAYS - 1)
    is_problem(old.approve(old.who(SUPERVISOR, 1)), 404, "not_found")
    old.later(1)
    is_problem(old.approve(supervisor), 403, "role_not_allowed")
    assert old.propose(reader).status_code == 201
    old.later(NOTICE_DAYS)
    later = old.submitter.seal("не стирайте", kind=REVIEW, lane=REVIEW_LANE)
    assert old.server.send(later).status_code == 204
    is_problem(old.approve(supervisor), 400, "chain_broken")  # who signs must have seen it
    old.desk.sealed.append(later)
    is_problem(old.approve(supervisor), 400, "bad_state")
    is_problem(old.propose(reader), 400, "bad_state")  # a wish for review waits
    assert old.seen_by(reader)


def wish(old: Old, kind: int, lane: int) -> bytes:
    """The person asks for something. Returns the message's CID."""
    sealed = old.submitter.seal("прошу", kind=kind, lane=lane)
    assert old.server.send(sealed).status_code == 204
    old.desk.sealed.append(sealed)
    return parse_sealed(old.server.world.instance, sealed).cid


@pytest.mark.parametrize(("kind", "lane"), [(STOP, STOP_LANE), (REVIEW, REVIEW_LANE)])
def test_a_wish_keeps_a_case_until_somebody_took_it_up(old: Old, kind: int, lane: int) -> None:
    reader = old.who(REVIEWER)
    old.close()
    old.later(KEPT)
    cited = wish(old, kind, lane)
    is_problem(old.propose(reader), 400, "bad_state")
    assert old.post(reader, TEXT_ENTRY, None, old.box(reader, TEXT), cited=cited).status_code == 201
    assert old.propose(reader).status_code == 201


def test_a_name_goes_also_while_another_wish_waits(old: Old) -> None:
    wish(old, STOP, STOP_LANE)
    erase_name(old)


def test_who_closed_the_mailbox_for_ever_is_told_nothing_and_the_rest_is_the_same(old: Old) -> None:
    old.close()
    old.later(KEPT)
    proposal = (PROPOSAL, ERASED, old.box(old.who(REVIEWER), TEXT))
    changes = {"cited": hash(old.files())}
    is_problem(old.post_silently(old.who(REVIEWER), *proposal, **changes), 400, "malformed")
    assert old.server.burn(old.submitter, BURN_RECEIPT).status_code == 204
    assert old.post_silently(old.who(REVIEWER), *proposal, **changes).status_code == 201


def test_whoever_ends_nothing_need_not_have_seen_the_newest_message(old: Old) -> None:
    assert old.server.send(old.submitter.seal("ещё")).status_code == 204  # while somebody writes
    reader = old.who(REVIEWER)
    assert old.post(reader, TEXT_ENTRY, None, old.box(reader, TEXT)).status_code == 201


def test_its_files_go_and_no_others(old: Old) -> None:
    server, world = old.server, old.server.world
    mine, other = os.urandom(16), os.urandom(16)
    db = connect_writer(server.settings.database)
    before = waiting(server)
    for upload in (mine, other):
        StorePart(upload, Z32, 0, 1, b"x", world.today, 1000).run(db.begin())
        db.commit()
    PinEvidence(other).run(db.begin())
    db.commit()
    db.close()
    assert waiting(server) == before + 1
    old.close()
    old.later(KEPT)
    assert old.propose(old.who(REVIEWER), old.files(mine)).status_code == 201
    old.later(NOTICE_DAYS)
    is_problem(old.approve(old.who(SUPERVISOR), old.files(mine, other)), 400, "hash_mismatch")
    assert old.approve(old.who(SUPERVISOR), old.files(mine)).status_code == 201
    found = rows(server)
    assert {row[0] for row in found["evidence"]} >= {other} and mine not in {row[0] for row in found["evidence"]}
    assert not any(mine in row for row in found["evidence_part"])
    assert waiting(server) == before


def waiting(server: Any) -> int:
    """Bytes of files that nobody has opened, as the server counts them."""
    return sum(int(str(row[1])) for row in rows(server)["evidence_waiting"])


@pytest.mark.parametrize("route", [one for one in VERDICTS if "{cid}" in one[1]], ids=" ".join)
def test_of_an_erased_case_every_address_is_as_absent_as_any(old: Old, route: tuple[str, str]) -> None:
    old.erase()
    cid = old.desk.first.cid.hex()
    for by in (old.who(REVIEWER), old.who(SUPERVISOR), old.who(CUSTODIAN)):
        nowhere = old.call(by, "GET", "/v1/casework/nowhere")
        answer = old.call(by, route[0], route[1].format(cid=cid, message=cid), b"")
        assert (answer.status_code, answer.content) == (404, nowhere.content)
    assert cid not in old.call(old.who(REVIEWER), "GET", "/v1/casework/cases").text


def test_the_code_begins_a_case_of_its_own_afterwards(old: Old) -> None:
    old.erase()
    assert old.server.send(old.desk.sealed[0]).status_code == 204  # what was erased does not come back
    assert old.server.send(old.submitter.seal("снова бьют")).status_code == 204
    reader = old.submitter.readers()[0]
    sealed = parse_sealed(old.server.world.instance, old.submitter.seal("ещё раз"))
    assert old.server.send(sealed.encoded).status_code == 204
    listed = old.call(reader, "GET", "/v1/casework/cases").json()["cases"]
    (mine,) = [line for line in listed if line["messages"] == 2 and line["first_day"] == old.server.world.today]
    answer = old.call(reader, "GET", f"/v1/casework/cases/{mine['cid']}/messages/{sealed.cid.hex()}")
    assert (
        "ещё раз"
        in open_message(parse_sealed(sealed.instance, answer.content), reader.key).account.content.answers.values()
    )
    fresh = Old(old.server, Desk(old.server.world, reader, [_first(old, mine["cid"], reader)]))
    fresh.desk.sealed.append(sealed.encoded)
    assert fresh.post(reader, TEXT_ENTRY, None, fresh.box(reader, TEXT, text="Мы читаем.")).status_code == 201
    assert old.told() == ["Мы читаем."]  # and nothing of the erased case beside


def _first(old: Old, cid: str, by: Person) -> bytes:
    return old.call(by, "GET", f"/v1/casework/cases/{cid}/messages/{cid}").content


def erase_name(old: Old) -> None:
    reader, other = old.who(REVIEWER), old.who(REVIEWER, 1)
    proposed = old.post(reader, NAME_ERASURE_PROPOSED, None, old.box(reader, NOTE), cited=old.desk.first.cid)
    assert proposed.status_code == 201
    cited = old.head()
    is_problem(old.post(reader, NAME_ERASURE_AGREED, None, old.box(reader, TEXT), cited=cited), 403, "role_not_allowed")
    agreed = old.post(other, NAME_ERASURE_AGREED, None, old.box(other, TEXT, text="Имя стёрто."), cited=cited)
    assert agreed.status_code == 201


def test_an_identity_is_erased_by_two_and_the_account_stays(old: Old) -> None:
    reader, custodian = old.who(REVIEWER), old.who(CUSTODIAN)
    first, path = old.desk.first, f"{old.path}/messages/{old.desk.first.cid.hex()}"
    assert old.post(reader, OPENED).status_code == 201
    erase_name(old)
    stored = parse_sealed(first.instance, old.call(reader, "GET", path).content)
    assert SECRET in open_message(stored, reader.key).account.content.answers.values()
    with pytest.raises(ProtocolError, match="not_a_recipient"):
        open_custodian_slot(stored, custodian.key)
    parts = [first.streams[1], *first.custodian_slots]
    everything = [value for table in rows(old.server).values() for row in table for value in row]
    assert not any(part in value for value in everything if isinstance(value, bytes) for part in parts)
    assert not is_broken(old)
    assert "Имя стёрто." in old.told()
    assert old.post(reader, IDENTITY_ASKED, None, old.box(reader, NOTE), cited=first.cid,
                    until=old.server.world.today + 5).status_code == 201  # fmt: skip


def test_with_a_name_goes_what_opens_it_that_was_already_given(old: Old) -> None:
    """Both halves lie in boxes: a seized server and the key of whoever asked would be enough, had the name stayed."""
    reader, other, custodian = old.who(REVIEWER), old.who(REVIEWER, 1), old.who(CUSTODIAN)
    first, world = old.desk.first, old.server.world
    assert old.post(reader, IDENTITY_ASKED, None, old.box(reader, NOTE), cited=first.cid,
                    until=world.today + 5).status_code == 201  # fmt: skip
    asked = old.head()
    halves = ((other, IDENTITY_AGREED, IDENTITY_HALF, old.desk.opened.half),
              (custodian, IDENTITY_GRANTED, IDENTITY_KEY, open_custodian_slot(first, custodian.key)))  # fmt: skip
    for by, kind, box_kind, secret in halves:
        assert old.post(by, kind, None, old.half(by, box_kind, reader, secret), cited=asked).status_code == 201
    slots = [parse_box(one.box).recipients[0].slot for one in old.posted[-2:]]
    assert stands(old, slots) == [True, True]
    erase_name(old)
    assert stands(old, slots) == [False, False]
    assert not is_broken(old)


def stands(old: Old, parts: list[bytes]) -> list[bool]:
    values = [value for table in rows(old.server).values() for row in table for value in row]
    return [any(one in value for value in values if isinstance(value, bytes)) for one in parts]


def test_an_identity_that_came_meanwhile_stops_the_agreement(old: Old) -> None:
    reader, other = old.who(REVIEWER), old.who(REVIEWER, 1)
    proposed = old.post(reader, NAME_ERASURE_PROPOSED, None, old.box(reader, NOTE), cited=old.desk.first.cid)
    assert proposed.status_code == 201
    cited = old.head()
    assert old.server.send(old.submitter.seal("ещё", kind=EVIDENCE)).status_code == 204
    answer = old.post(other, NAME_ERASURE_AGREED, None, old.box(other, TEXT), cited=cited)
    is_problem(answer, 400, "chain_broken")


@pytest.mark.parametrize("kind", [NAME_ERASURE_PROPOSED, IDENTITY_ASKED])
def test_a_name_is_asked_for_or_erased_of_a_message_of_the_case_alone(old: Old, kind: int) -> None:
    reader, of_another = old.who(REVIEWER), Submitter(old.server.world).seal("чужое", name="Имя")
    assert old.server.send(of_another).status_code == 204
    other = parse_sealed(old.desk.first.instance, of_another).cid
    until = old.server.world.today if kind == IDENTITY_ASKED else 0
    for cited in (Z32, other, old.desk.first.header_hash):
        is_problem(old.post(reader, kind, None, old.box(reader, NOTE), cited=cited, until=until), 400, "bad_state")
    cited = old.desk.first.cid
    assert old.post(reader, kind, None, old.box(reader, NOTE), cited=cited, until=until).status_code == 201


def test_no_other_route_deletes_anything_of_a_case(old: Old) -> None:
    """Every route there is, by everybody, on a case that could be erased: all rows of it stay."""
    old.close()
    old.later(KEPT)
    before = of_case(old)
    for method, path in VERDICTS:
        for by in (old.who(REVIEWER), old.who(SUPERVISOR), old.who(INVESTIGATOR), old.who(CUSTODIAN)):
            old.call(by, method, re.sub(r"{\w+}", old.desk.first.cid.hex(), path), b"x")
            old.sessions.pop(by.id)
    assert of_case(old) == before


def is_broken(old: Old) -> bool:
    """By what `panah history verify` does; other cases of this server may be of a later day than this one."""
    state = old.server.client.app.state.server  # type: ignore[attr-defined]
    found = verify_histories(state.keyrings, state.engine, clock.today())
    return old.desk.first.cid in {one.cid for one in found.broken}


def test_a_body_that_went_without_two_signatures_is_told(old: Old) -> None:
    db = connect_writer(old.server.settings.database)
    db.begin().run("UPDATE message SET body = ? WHERE cid = ?", b"", old.desk.first.cid)
    db.commit()
    db.close()
    assert is_broken(old)
