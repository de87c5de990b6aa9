"""The promise of the product, through the API: sealed, opened, answered, read, burnt."""

from __future__ import annotations

import pytest

from crypto.account import FOLLOW_UP
from crypto.case import open_case
from crypto.keyring import CUSTODIAN, INVESTIGATOR, SUPERVISOR
from crypto.members import Keyfile
from crypto.message import open_custodian_slot, open_identity
from crypto.posts import parse_posted_entries
from crypto.requests import BURN_ALL, BURN_MESSAGES, BURN_RECEIPT
from tests.api.conftest import Server
from tests.world import Desk, Submitter


def test_a_complaint_is_opened_answered_read_and_burnt(server: Server, submitter: Submitter) -> None:
    world = server.world
    sealed = submitter.seal("меня били в отделении", name="Имя Отчество")
    assert server.send(sealed).status_code == 204

    reader = submitter.readers()[0]
    staff = server.staff(reader)
    (line,) = staff.call("GET", "/v1/casework/cases").json()["cases"]
    case = staff.call("GET", f"/v1/casework/cases/{line['cid']}").json()
    fetched = staff.call("GET", f"/v1/casework/cases/{line['cid']}/messages/{case['messages'][0]['cid']}").content
    assert fetched == sealed

    desk = Desk(world, reader, [fetched])
    assert desk.opened.account.content.answers["story"] == "меня били в отделении"
    for post in (desk.post_opened(), desk.post_text("Мы прочли и ответим.")):
        answer = staff.call("POST", f"/v1/casework/cases/{line['cid']}/entries", post)
        assert answer.status_code == 201, answer.text

    opened = submitter.open(server.mailbox(submitter).content)
    assert opened is not None
    assert [reply.text for reply in opened.replies] == ["Мы прочли и ответим."]
    assert opened.acknowledged
    assert not opened.refused

    follow_up = submitter.seal("ещё одно", kind=FOLLOW_UP)
    assert server.send(follow_up).status_code == 204
    case = staff.call("GET", f"/v1/casework/cases/{line['cid']}").json()
    assert len(case["messages"]) == 2

    assert server.burn(submitter, BURN_MESSAGES).status_code == 204
    opened = submitter.open(server.mailbox(submitter).content)
    assert opened is not None
    assert opened.replies == ()
    assert server.burn(submitter, BURN_ALL).status_code == 204
    assert submitter.open(server.mailbox(submitter).content) is None

    # the case itself lost nothing
    exported = staff.call("GET", f"/v1/casework/cases/{line['cid']}/export").content
    keyfile = Keyfile(reader.id, reader.role, reader.signing_seed, reader.kem_seed, world.first_roots, world.roots)
    whole = open_case(keyfile, exported, world.today)
    assert [one.account.content.answers["story"] for one in whole.messages] == ["меня били в отделении", "ещё одно"]
    assert [one.text for one in whole.texts] == ["Мы прочли и ответим."]

    # the identity opens with both halves only
    custodian = world.of(CUSTODIAN)[0]
    key = open_custodian_slot(desk.first, custodian.key)
    assert open_identity(desk.first, desk.opened.half, key).identity == {"name": "Имя Отчество"}


@pytest.mark.parametrize("role", [INVESTIGATOR, SUPERVISOR, CUSTODIAN])
def test_who_is_not_a_reviewer_sees_nothing_by_list_by_id_or_by_count(
    server: Server, submitter: Submitter, role: int
) -> None:
    sealed = submitter.seal("слово")
    server.send(sealed)
    cid = Desk(server.world, submitter.readers()[0], [sealed]).first.cid.hex()
    staff = server.staff(server.world.of(role)[0])
    nowhere = staff.call("GET", "/v1/casework/nowhere")
    for path in (f"cases/{cid}", f"cases/{cid}/entries", f"cases/{cid}/messages/{cid}", f"cases/{cid}/export"):
        answer = staff.call("GET", f"/v1/casework/{path}")
        assert (answer.status_code, answer.content) == (404, nowhere.content)
    answer = staff.call("POST", f"/v1/casework/cases/{cid}/entries", b"anything")
    assert (answer.status_code, answer.content) == (404, nowhere.content)
    mine = staff.call("GET", "/v1/casework/cases")
    assert mine.json() == {"cases": []}


def test_a_repeated_message_changes_nothing_and_gets_the_same_answer(server: Server, submitter: Submitter) -> None:
    sealed = submitter.seal("слово")
    first, second = server.send(sealed), server.send(sealed)
    assert (first.status_code, first.content, dict(first.headers)) == (
        second.status_code,
        second.content,
        dict(second.headers),
    )
    staff = server.staff(submitter.readers()[0])
    (line,) = staff.call("GET", "/v1/casework/cases").json()["cases"]
    assert line["messages"] == 1


def test_two_members_acting_at_once_one_wins_and_the_other_is_told(server: Server, submitter: Submitter) -> None:
    sealed = submitter.seal("слово")
    server.send(sealed)
    one, other = (Desk(server.world, reader, [sealed]) for reader in submitter.readers()[:2])
    path = f"/v1/casework/cases/{one.first.cid.hex()}/entries"
    assert server.staff(one.reader).call("POST", path, one.post_opened()).status_code == 201
    late = server.staff(other.reader).call("POST", path, other.post_opened())
    assert late.status_code == 409
    assert late.json()["slug"] == "chain_moved"
    entries = parse_posted_entries(server.staff(other.reader).call("GET", path).content)
    assert len(entries) == 1


def test_a_burnt_receipt_shows_nothing_ever_again_and_takes_writes_still(server: Server, submitter: Submitter) -> None:
    sealed = submitter.seal("слово")
    server.send(sealed)
    assert server.burn(submitter, BURN_RECEIPT).status_code == 204
    desk = Desk(server.world, submitter.readers()[0], [sealed])
    staff = server.staff(desk.reader)
    path = f"/v1/casework/cases/{desk.first.cid.hex()}"
    assert staff.call("POST", f"{path}/entries", desk.post_opened()).status_code == 201
    assert submitter.open(server.mailbox(submitter).content) is None
    assert server.send(submitter.seal("ещё", kind=FOLLOW_UP)).status_code == 204
    case = staff.call("GET", path).json()
    assert len(case["messages"]) == 2
    assert case["mailbox_open"] is False
