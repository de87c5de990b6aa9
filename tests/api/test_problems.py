"""Every refusal is a problem document of the closed list and gives nothing back, also where something breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from httpx import Response
from sqlalchemy.exc import DBAPIError

from crypto.errors import SLUGS
from crypto.keyring import INVESTIGATOR, REVIEWER
from service.api.problems import ALL_SLUGS, TITLES
from service.app import _purge
from service.store.commands import ReadMailbox
from service.store.database import StorageFull
from service.store.writer import WriterBusy
from tests.api.conftest import Server
from tests.api.stored import HEADERS, QUERY, is_problem
from tests.api.verdicts import VERDICTS, Setting, world_of_every_role
from tests.world import Submitter, World

WORDS = "Canary-7391 қ"


@pytest.fixture(scope="module")
def world() -> World:
    return world_of_every_role()


@pytest.fixture(scope="module")
def setting(shared: Server) -> Setting:
    return Setting.begin(shared)


def test_the_list_of_slugs_is_closed_and_each_has_a_title() -> None:
    assert len(set(ALL_SLUGS)) == len(ALL_SLUGS)
    assert set(ALL_SLUGS) == {*TITLES, *SLUGS}
    assert all(title and title[0].isupper() and not title.endswith(".") for title in TITLES.values())


# 404, 405, 422


@pytest.mark.parametrize(
    "path", ["/Canary-7391", "/v1/Canary-7391", "/v1/", "/v1/keyring/", "/v1//keyring", "//v1/keyring"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "OPTIONS"])
def test_an_unknown_address_is_not_found_whatever_is_asked(shared: Server, method: str, path: str) -> None:
    answer = shared.client.request(method, path + QUERY, headers=HEADERS, follow_redirects=False)
    is_problem(answer, 404, "not_found")
    assert "location" not in answer.headers


METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CANARY")


@pytest.mark.parametrize("path", sorted({path for _, path in VERDICTS}))
def test_a_method_that_an_address_does_not_take_is_405(shared: Server, path: str) -> None:
    where = path.format(cid="00" * 32, message="00" * 32, version="1", upload="00" * 16, folder="ru")
    taken = {method for method, route in VERDICTS if route == path}
    for method in set(METHODS) - taken:
        answer = shared.client.request(method, where + QUERY, headers=HEADERS)
        if method == "HEAD":
            assert answer.status_code == 405
        else:
            is_problem(answer, 405, "not_allowed")
        assert set(answer.headers["allow"].split(", ")) <= taken
        assert not [name for name in answer.headers if name.startswith("access-control")]  # no other origin is let in


@pytest.mark.parametrize(
    "version", ["Canary-7391", "0", "-1", "4294967296", "1.5", "1e3", "0x1", "9" * 5000, "%00", "١"]
)
def test_a_keyring_version_that_is_none_is_bad_input_without_its_value(shared: Server, version: str) -> None:
    answer = shared.client.get(f"/v1/keyring/{version}{QUERY}", headers=HEADERS)
    is_problem(answer, 422, "bad_input")
    assert [set(one) for one in answer.json()["errors"]] == [{"loc", "type"}]
    assert answer.json()["errors"][0]["loc"] == ["path"]


# 500


def broken(*_: object, **__: object) -> Any:
    raise RuntimeError(f"{WORDS} in an exception")


def broken_row(*_: object, **__: object) -> Any:
    """As SQLAlchemy says it: with the statement and its values."""
    raise DBAPIError("SELECT body FROM message WHERE cid = ?", {"cid": WORDS}, psycopg.DataError(WORDS))


def broken_parse(*_: object, **__: object) -> Any:
    return WORDS.encode("ascii")  # UnicodeEncodeError: its text holds what could not be encoded


FAULTS: dict[str, Callable[..., Any]] = {"plain": broken, "database": broken_row, "encoding": broken_parse}
PLACES = {
    "an action": ("service.api.submitters.receive_message", "POST", "/v1/messages"),
    "a parser": ("service.actions.receive_message.parse_sealed", "POST", "/v1/messages"),
    "the clock": ("service.actions.answer_mailbox.clock.now", "POST", "/v1/challenge"),
    "what all handlers share": ("service.keyrings.Keyrings._refresh", "GET", "/v1/keyring"),
    "the pages": ("service.static_pages._encoding", "GET", "/"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("where", PLACES)
def test_an_unforeseen_failure_tells_nothing_to_anybody(
    shared: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], where: str, fault: str
) -> None:
    target, method, path = PLACES[where]
    monkeypatch.setattr(target, FAULTS[fault])
    answer = shared.client.request(method, path + QUERY, content=WORDS.encode(), headers=HEADERS)
    is_problem(answer, 500, "internal")
    out, err = capfd.readouterr()
    assert out == ""
    assert "7391" not in err
    assert err.startswith("panah: ")  # type and place, for the operator
    assert len(err.splitlines()) == 1


def test_a_failure_in_the_writer_tells_nothing_to_anybody(
    shared: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ReadMailbox, "run", broken)
    nonce = shared.client.post("/v1/challenge").content
    request = Submitter(shared.world).request("mailbox.read", b"", nonce)
    is_problem(shared.client.post("/v1/mailbox/read", content=request), 500, "internal")
    assert "7391" not in "".join(capfd.readouterr())
    monkeypatch.undo()
    nonce = shared.client.post("/v1/challenge").content
    request = Submitter(shared.world).request("mailbox.read", b"", nonce)
    assert shared.client.post("/v1/mailbox/read", content=request).status_code == 200


def test_a_client_that_goes_away_leaves_no_line(shared: Server, capfd: pytest.CaptureFixture[str]) -> None:
    """An hour in a log beside the hour in somebody's provider's log is how a person is found."""

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(part: dict[str, object]) -> None:
        raise AssertionError("an answer to nobody")

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/v1/messages", "raw_path": b"/v1/messages", "root_path": "", "query_string": b"", "headers": [],
        "client": ("127.77.66.55", 1), "server": ("127.0.0.1", 8000), "state": {},
    }  # fmt: skip
    asyncio.run(shared.client.app(scope, receive, send))  # type: ignore[arg-type]
    assert capfd.readouterr() == ("", "")


def test_a_purge_that_fails_once_is_tried_again(
    shared: Server, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Else one full queue, and spent nonces and sessions stay in the database for ever."""
    tried, often = 0, asyncio.Event()

    class Writer:
        async def submit(self, command: object) -> None:
            nonlocal tried
            tried += 1
            if tried > 2:
                often.set()
            broken()

    async def some() -> None:
        purging = asyncio.create_task(_purge(Writer()))  # type: ignore[arg-type]
        await asyncio.wait_for(often.wait(), 60)
        assert not purging.done()
        purging.cancel()

    monkeypatch.setattr("service.app.PURGE_SECONDS", 0.01)
    asyncio.run(some())
    assert "7391" not in capfd.readouterr().err


# OpenAPI


def _responses(server: Server, method: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = server.client.app.openapi()["paths"][path][method.lower()]["responses"]  # type: ignore[attr-defined]
    return found


def test_openapi_calls_every_refusal_a_problem_document_of_the_closed_list(shared: Server) -> None:
    for method, path in VERDICTS:
        responses = _responses(shared, method, path)
        refusals = {status: one for status, one in responses.items() if not status.startswith(("2", "3"))}
        assert "default" in refusals  # 500, 405
        for status, one in refusals.items():
            assert list(one["content"]) == ["application/problem+json"], (method, path, status)
            schema = one["content"]["application/problem+json"]["schema"]
            assert tuple(schema["properties"]["slug"]["enum"]) == ALL_SLUGS
        assert any(status.startswith(("2", "3")) for status in responses)


def _busy(*_: object, **__: object) -> Any:
    raise WriterBusy


def _full(*_: object, **__: object) -> Any:
    raise StorageFull


SUBMIT = "service.store.writer.Writer.submit"


def _met(made: Setting, method: str, path: str, monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    """Every refusal that this route can be brought to: status and slug."""
    server = made.server
    there, absent = (path.format(**made.values(which)) for which in (True, False))
    answers: list[Response] = [server.client.request(method, there, content=b"Canary-7391")]  # unsigned, malformed
    big = b"7391" * 300_000
    roles = (REVIEWER, INVESTIGATOR) if (method, path) != ("DELETE", "/v1/staff/sessions") else ()
    for role in roles:
        answers += [made.call(role, method, where, made.body_for((method, path), role)) for where in (there, absent)]
        answers += [made.call(role, method, there, b"Canary-7391"), made.call(role, method, there, big)]
    answers.append(server.client.request(method, there, content=big))
    answers.append(server.client.request(method, there.replace("/1", "/x")))
    for failing in (_busy, _full):
        with monkeypatch.context() as patch:
            patch.setattr(SUBMIT, failing)
            patch.setattr("service.api.submitters.receive_message", failing)
            patch.setattr("service.api.submitters.receive_evidence", failing)
            patch.setattr("service.actions.answer_mailbox.verify_mailbox_request", _as_if_verified)
            patch.setattr("service.actions.sign_in._verify_for_any_origin", _as_if_signed_in)
            for role in (0, REVIEWER):
                answers.append(made.call(role, method, there))
    refused = [one for one in answers if one.status_code >= 400]
    for one in refused:
        is_problem(one, one.status_code, one.json()["slug"])
    return {one.status_code: one.json()["slug"] for one in refused}


@dataclass
class _Verified:
    nonce: bytes = bytes(56)
    lookup: bytes = bytes(16)
    body: bytes = b"\x01"


def _as_if_verified(*_: object) -> _Verified:
    return _Verified()


def _as_if_signed_in(*_: object) -> Any:
    class Key:
        signing_pk = bytes(32)

    class SignedIn(_Verified):
        member = Key
        session_pk = bytes(32)

    return SignedIn()


@pytest.mark.parametrize("route", list(VERDICTS), ids=" ".join)
def test_openapi_lists_what_is_really_met(
    setting: Setting, route: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    met = _met(setting, *route, monkeypatch)
    listed = {int(status) for status in _responses(setting.server, *route) if status[0] in "45"}
    assert set(met) - {405, 500} <= listed, met
    if {503, 507} & listed:
        assert {503: "busy", 507: "no_room"}.items() <= met.items()  # the provocation works
    method, path = route
    described = setting.server.client.app.openapi()["paths"][path][method.lower()]  # type: ignore[attr-defined]
    headers = {one["name"] for one in described.get("parameters", ()) if one["in"] == "header"}
    assert headers == ({"Panah-Session", "Panah-Nonce", "Panah-Signature"} if 401 in met else set())
