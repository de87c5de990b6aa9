"""Every refusal is a problem document of the closed list and gives nothing back; every answer has the same headers."""

from __future__ import annotations

import asyncio
import gzip
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import brotli
import psycopg
import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy.exc import DBAPIError

from crypto.errors import SLUGS
from crypto.keyring import INVESTIGATOR, REVIEWER
from service.api.problems import ALL_SLUGS, TITLES
from service.app import _purge, create_app
from service.settings import Settings
from service.store.commands import ReadMailbox
from service.store.database import StorageFull
from service.store.writer import WriterBusy
from tests.api.conftest import Server, sqlite_in
from tests.api.stored import HEADERS, QUERY, gives_nothing_back, is_problem
from tests.api.test_permissions import VERDICTS, body_for, setting, world
from tests.crash.test_crash import start
from tests.world import Submitter

WORDS = "Canary-7391 қ"
PAGE = b"<!doctype html><title>-</title>" * 20
__all__ = ["setting", "world"]  # fixtures: everybody signed in, in a case


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
    tried = 0

    class Writer:
        async def submit(self, command: object) -> None:
            nonlocal tried
            tried += 1
            broken()

    async def some() -> None:
        purging = asyncio.create_task(_purge(Writer()))  # type: ignore[arg-type]
        await asyncio.sleep(0.1)
        assert not purging.done()
        purging.cancel()

    monkeypatch.setattr("service.app.PURGE_SECONDS", 0.01)
    asyncio.run(some())
    assert tried > 2
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


def _met(made: Any, method: str, path: str, monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    """Every refusal that this route can be brought to: status and slug."""
    server: Server = made.server
    there, absent = (path.format(**made.values(which)) for which in (True, False))
    answers: list[Response] = [server.client.request(method, there, content=b"Canary-7391")]  # unsigned, malformed
    big = b"7391" * 300_000
    roles = (REVIEWER, INVESTIGATOR) if (method, path) != ("DELETE", "/v1/staff/sessions") else ()
    for role in roles:
        answers += [made.call(role, method, where, body_for(made, (method, path))) for where in (there, absent)]
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
    setting: Any, route: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    met = _met(setting, *route, monkeypatch)
    listed = {int(status) for status in _responses(setting.server, *route) if status[0] in "45"}
    assert set(met) - {405, 500} <= listed, met
    if {503, 507} & listed:
        assert {503: "busy", 507: "no_room"}.items() <= met.items()  # the provocation works
    if "reviewers" in route[1]:
        assert {401, 404, 413} <= set(met)


# Pages: what is served, how it is packed


@pytest.fixture(scope="module")
def folder(world: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two pages, one of them packed, and secrets all around it."""
    data = tmp_path_factory.mktemp("pages")
    world.write_instance(data)
    site = data / "site"
    (site / "index.html").write_bytes(PAGE)
    (site / "index.html.br").write_bytes(brotli.compress(PAGE))
    (site / "index.html.gz").write_bytes(gzip.compress(PAGE))
    (site / "ru").mkdir()
    (site / "ru" / "index.html").write_bytes(b"plain only")
    (site / "unlisted.html").write_bytes(b"SECRET")
    (data / "secret.txt").write_bytes(b"SECRET")
    html = '{"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}'
    (site / "headers.json").write_text(f'{{"/": {html}, "/ru/": {html}}}')
    return data


@pytest.fixture(scope="module")
def pages(folder: Path) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data=folder, database_url=sqlite_in(folder)))) as client:
        yield client


NEGOTIATION = {
    "": "",
    "identity": "",
    "br": "br",
    "gzip": "gzip",
    "GZIP": "gzip",
    "gzip, deflate, br": "br",
    "gzip;q=1.0, br;q=0.5": "br",  # both may be sent; the smaller is
    "br;q=0, gzip": "gzip",
    "br;q=0.000,gzip;q=0": "",
    "br ; q=0 , gzip ; q=0.001": "gzip",
    "*": "",
    "br;q=0, *": "",
    "brotli": "",
    "xbr, gzipx": "",
    "br" * 3000: "",
    ",,;;=,": "",
    "deflate, zstd": "",
}
UNPACK: dict[str, Callable[[bytes], bytes]] = {"": bytes, "br": brotli.decompress, "gzip": gzip.decompress}


def raw_get(client: TestClient, path: str, accept: str) -> tuple[bytes, Response]:
    """The bytes as sent: the client's own unpacking is switched off."""
    with client.stream("GET", path, headers={"Accept-Encoding": accept}) as answer:
        return b"".join(answer.iter_raw()), answer


@pytest.mark.parametrize("accept", NEGOTIATION)
@pytest.mark.parametrize("path", ["/", "/v1/keyring", "/v1/keyring/kem"])
def test_what_is_sent_is_packed_as_the_client_says(pages: TestClient, path: str, accept: str) -> None:
    body, answer = raw_get(pages, path, accept)
    expected = NEGOTIATION[accept]
    assert answer.status_code == 200
    assert answer.headers.get("content-encoding", "") == expected
    assert answer.headers["cache-control"] == "no-store"  # so that no cache has to be told what it depends on
    assert answer.headers["content-length"] == str(len(body))
    plain, _ = raw_get(pages, path, "identity")
    assert UNPACK[expected](body) == plain


def test_a_page_without_a_packed_form_is_sent_plain(pages: TestClient) -> None:
    body, answer = raw_get(pages, "/ru/", "br, gzip")
    assert (body, answer.headers.get("content-encoding")) == (b"plain only", None)


def test_head_is_get_without_the_body(pages: TestClient) -> None:
    get, head = (pages.request(method, "/", headers={"Accept-Encoding": "br"}) for method in ("GET", "HEAD"))
    assert (head.status_code, head.content) == (200, b"")
    assert sorted(head.headers.items()) == sorted(get.headers.items())


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_a_page_takes_nothing(pages: TestClient, method: str) -> None:
    """A form that was sent in plain by a broken page is not even read."""
    answer = pages.request(method, "/" + QUERY, content=b"account=Canary-7391", headers=HEADERS)
    is_problem(answer, 405, "not_allowed")
    assert answer.headers["allow"] == "GET, HEAD"


def test_a_missing_slash_is_added_and_nothing_of_the_request_comes_along(pages: TestClient) -> None:
    headers = {**HEADERS, "Host": "canary-7391.example", "X-Forwarded-Host": "canary-7391.example"}
    answer = pages.get("/ru" + QUERY, headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"], answer.content) == (308, "/ru/", b"")
    gives_nothing_back(answer)


# A real server, byte by byte


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    process, number = start(folder)
    yield number
    process.kill()
    process.wait()


def exchange(port: int, request: bytes, then_hang_up: bool = False) -> tuple[bytes, bytes]:
    """Head and body of the answer. Without hanging up, the request must be whole and ask that the connection ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        if then_hang_up:
            connection.shutdown(socket.SHUT_WR)
        answer = b""
        while part := connection.recv(65536):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.lower(), body


TRAVERSAL = [
    b"/../secret.txt", b"/../../etc/passwd", b"/%2e%2e/secret.txt", b"/%2E%2E%2Fsecret.txt", b"/..%2fsecret.txt",
    b"/ru/../../secret.txt", b"/ru/%2e%2e/%2e%2e/secret.txt", b"/..\\secret.txt", b"/%5c..%5csecret.txt", b"//",
    b"///", b"//secret.txt", b"//etc/passwd", b"/%2fetc/passwd", b"/\x01", b"/%00", b"/ru/%00", b"/index.html%00.br",
    b"/%252e%252e/secret.txt", b"/%c0%ae%c0%ae/secret.txt", b"/%ff", b"/.", b"/./", b"/ru/.", b"/ru/index.html",
    b"/index.html", b"/index.html.br", b"/headers.json", b"/unlisted.html", b"/server.key", b"/panah.sqlite3",
    b"/instance/instance.toml", b"/.git/config", b"/ru//", b"/RU/", b"/%72u/..", b"/;/", b"/ru;x/",
]  # fmt: skip


@pytest.mark.parametrize("path", TRAVERSAL, ids=lambda path: path.decode("latin-1").encode("unicode_escape").decode())
def test_no_path_leads_to_another_file(port: int, folder: Path, path: bytes) -> None:
    head, body = exchange(port, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert head.startswith((b"http/1.1 404", b"http/1.1 400")), (head, body)
    assert (folder / "server.key").read_bytes() not in body
    for told in (b"SECRET", b"root:", b"reading", b"SQLite", path):
        if len(told) > 3:
            assert told not in head + body
    if head.startswith(b"http/1.1 404"):
        assert b"content-type: application/problem+json" in head


ODD = {
    "no http": b"Canary-7391\r\n\r\n",
    "http of the future": b"GET /Canary-7391 HTTP/9.9\r\n\r\n",
    "a space in the address": b"GET /Canary 7391 HTTP/1.1\r\nHost: x\r\n\r\n",
    "two lengths": b"POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length and chunks": b"POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nCanary-7391",
    "a length beyond numbers": b"POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n",
    "a negative length": b"POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a chunk that is none": b"POST /v1/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"Canary-7391\r\n",
    "a header without an end": b"GET / HTTP/1.1\r\nX: " + b"Canary-7391" * 10_000,
    "an absolute address": b"GET http://canary-7391.example/ru HTTP/1.1\r\nHost: canary-7391.example\r\n\r\n",
    "an upgrade": b"GET /ru HTTP/1.1\r\nHost: canary-7391\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Key: Q2FuYXJ5LTczOTEtMTIzNA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "an early end of the body": b"POST /v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\nCanary-7391",
}


@pytest.mark.parametrize("what", ODD)
def test_what_is_not_http_gets_nothing_back_and_stops_nothing(port: int, what: str) -> None:
    head, body = exchange(port, ODD[what], then_hang_up=True)
    assert b"anary" not in head + body
    assert b"7391" not in head + body
    assert not head.startswith(b"http/1.1 2") or what == "an upgrade"
    assert exchange(port, b"GET /v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")[1] == b'{"ok":true}'


KINDS = {
    "a page": b"GET / HTTP/1.1",
    "a redirect": b"GET /ru HTTP/1.1",
    "nothing": b"GET /nothing HTTP/1.1",
    "the keyring": b"GET /v1/keyring HTTP/1.1",
    "health": b"GET /v1/health HTTP/1.1",
    "a nonce": b"POST /v1/challenge HTTP/1.1",
    "malformed": b"POST /v1/messages HTTP/1.1",
    "not signed in": b"GET /v1/casework/cases HTTP/1.1",
    "another method": b"PUT /v1/messages HTTP/1.1",
    "bad input": b"GET /v1/keyring/x HTTP/1.1",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_answer_has_the_same_few_headers(port: int, kind: str) -> None:
    """No hour, no name of a program, no cookie, no word of another origin."""
    request = (
        KINDS[kind] + b"\r\nHost: x\r\nOrigin: https://canary-7391.example\r\nCookie: a=b\r\nConnection: close\r\n\r\n"
    )
    head, _ = exchange(port, request)
    names = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:])
    assert names[b"cache-control"] == b"no-store"
    assert names[b"x-content-type-options"] == b"nosniff"
    for absent in (b"date", b"server", b"set-cookie", b"etag", b"last-modified", b"x-powered-by", b"x-process-time"):
        assert absent not in names
    assert not any(name.startswith(b"access-control") for name in names)
    assert b"canary" not in head
