"""What no list of the protocol could hold is refused in words, and nothing of it is loaded."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from crypto.account import FOLLOW_UP
from service.actions import export_case, post_entry
from service.store import cases
from tests.api.conftest import Server
from tests.world import Desk, Submitter


def test_a_case_larger_than_an_export_is_refused_before_it_is_loaded(
    server: Server, submitter: Submitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    for body in (submitter.seal("слово"), submitter.seal("ещё", kind=FOLLOW_UP)):
        assert server.send(body).status_code == 204
    staff = server.staff(submitter.readers()[0])
    (line,) = staff.call("GET", "/v1/casework/cases").json()["cases"]
    path = f"/v1/casework/cases/{line['cid']}/export"
    assert staff.call("GET", path).status_code == 200
    for name, most in (("MAX_MESSAGES", 1), ("MAX_EXPORT", 50_000)):
        with monkeypatch.context() as bounded:
            bounded.setattr(export_case, name, most)
            bounded.setattr(export_case, "read_message", None)  # would fail were it called
            answer = staff.call("GET", path)
        assert (answer.status_code, answer.json()["slug"]) == (400, "too_large")
    sizes = [one["size"] for one in staff.call("GET", path.removesuffix("/export")).json()["messages"]]
    for name, most in (("MAX_MESSAGES", len(sizes)), ("MAX_EXPORT", sum(sizes))):
        with monkeypatch.context() as bounded:
            bounded.setattr(export_case, name, most)
            assert staff.call("GET", path).status_code == 200


def test_of_more_keyrings_than_an_export_holds_the_newest_are_in_it(
    server: Server, submitter: Submitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = submitter.seal("слово")
    assert server.send(sealed).status_code == 204
    staff = server.staff(submitter.readers()[0])
    cid = Desk(server.world, submitter.readers()[0], [sealed]).first.cid.hex()
    monkeypatch.setattr("service.keyrings.RELOAD_SECONDS", 0)
    second = server.publish(2, server.world.keyring)
    monkeypatch.setattr(export_case, "MAX_KEYRINGS", 1)
    file = staff.call("GET", f"/v1/casework/cases/{cid}/export").content
    assert server.world.signed(second) in file
    assert server.world.signed(server.world.keyring) not in file


def test_a_chain_takes_no_more_entries_than_a_list_of_them_holds(
    server: Server, submitter: Submitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = submitter.seal("слово")
    server.send(sealed)
    desk = Desk(server.world, submitter.readers()[0], [sealed])
    staff = server.staff(desk.reader)
    path = f"/v1/casework/cases/{desk.first.cid.hex()}/entries"
    assert staff.call("POST", path, desk.post_opened()).status_code == 201
    monkeypatch.setattr(post_entry, "MAX_ENTRIES", 1)
    answer = staff.call("POST", path, desk.post_text("Мы прочли."))
    assert (answer.status_code, answer.json()["slug"]) == (400, "too_large")


def test_a_case_is_described_without_reading_a_sealed_byte(
    server: Server, submitter: Submitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case may be hundreds of megabytes; a list of its parts is not."""
    sealed = submitter.seal("слово")
    server.send(sealed)
    cid = Desk(server.world, submitter.readers()[0], [sealed]).first.cid
    engine = server.client.app.state.server.engine  # type: ignore[attr-defined]
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    found = cases.find_case(engine, cid)
    assert found is not None
    assert [one.size for one in found.messages] == [len(sealed)]
    assert said
    assert not any("body" in sql.replace("length(message.body)", "") for sql in said)
