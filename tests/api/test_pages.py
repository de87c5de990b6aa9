"""Which files are pages and how they are packed; what a real server makes of odd bytes; the same few headers always."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
import pytest
from fastapi.testclient import TestClient
from httpx import Response

from service.app import create_app
from service.settings import Settings
from tests.api.conftest import sqlite_in
from tests.api.stored import HEADERS, QUERY, gives_nothing_back, is_problem
from tests.crash.server import start
from tests.world import World

PAGE = b"<!doctype html><title>-</title>" * 20


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
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
