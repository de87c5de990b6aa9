"""A sealed file handed in without any script: the body of a write, and nothing else is ever taken."""

from __future__ import annotations

import asyncio
import tempfile

import pytest
from httpx import Response
from starlette.datastructures import Headers

from service.api.multipart import file_of
from service.settings import MIB
from tests.api.conftest import Server
from tests.api.stored import is_problem, rows
from tests.world import Submitter


def hand_in(server: Server, data: bytes, folder: str = "kk", name: str = "sealed") -> Response:
    files = {name: ("Canary-7391.panah", data, "application/octet-stream")}
    answer: Response = server.client.post(f"/v1/upload/{folder}", files=files, follow_redirects=False)
    return answer


def led_to(answer: Response) -> str:
    assert answer.status_code == 303
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content == b""
    return str(answer.headers["location"])


def test_a_sealed_message_is_received_once_however_often_it_comes(server: Server, submitter: Submitter) -> None:
    sealed = submitter.seal("слово")
    for _ in range(2):
        assert led_to(hand_in(server, sealed)) == "/kk/received/"
    assert [row[-1] for row in rows(server)["message"]] == [sealed]


def test_a_file_that_was_carried_for_months_is_received_where_a_message_would_not_be(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.keyrings.RELOAD_SECONDS", 0)
    first = server.world.keyring
    server.publish(3, server.publish(2, first))
    old = Submitter(server.world).seal("слово", keyring=first)
    is_problem(
        server.client.post("/v1/messages", content=old, headers={"Content-Type": "application/octet-stream"}),
        409,
        "wrong_keyring",
    )
    assert led_to(hand_in(server, old)) == "/kk/received/"
    unknown = Submitter(server.world).seal(
        "слово", keyring=server.world.keyring_of(1, bytes(32), server.world.people[:-1])
    )
    assert led_to(hand_in(server, unknown)) == "/kk/not-taken/"


@pytest.mark.parametrize("data", [b"", "меня били в отделении".encode(), b"x" * 200_000, b"x" * 2_000_000])
def test_what_is_not_sealed_is_not_taken_and_leaves_nothing(
    server: Server, data: bytes, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path_factory.mktemp("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    before = rows(server)
    assert led_to(hand_in(server, data)) == "/kk/not-taken/"
    assert rows(server) == before
    assert list(temporary.iterdir()) == []


def test_no_part_of_a_large_one_is_put_on_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", None)  # what a parser would spool to
    data = b"x" * 2 * MIB
    head = b'--x\r\nContent-Disposition: form-data; name="sealed"; filename="a.panah"\r\n\r\n'
    headers = Headers({"content-type": "multipart/form-data; boundary=x"})
    assert asyncio.run(file_of(headers, head + data + b"\r\n--x--\r\n")) == data


def test_a_sealed_message_with_a_wrong_byte_is_not_taken(server: Server, submitter: Submitter) -> None:
    sealed = bytearray(submitter.seal("слово"))
    sealed[len(sealed) // 2] ^= 1
    before = rows(server)
    assert led_to(hand_in(server, bytes(sealed))) == "/kk/not-taken/"
    assert rows(server) == before


@pytest.mark.parametrize(("files", "fields"), [(2, 0), (1, 2)])
def test_a_form_of_more_than_one_file_is_not_taken(
    server: Server, submitter: Submitter, files: int, fields: int
) -> None:
    """Whatever filled it in was not our page."""
    sealed, before = submitter.seal("слово"), rows(server)
    given = [("sealed", ("1.panah", sealed, "application/octet-stream"))] * files
    data = {f"words-{n}": "plain words" for n in range(fields)}
    assert led_to(server.client.post("/v1/upload/kk", files=given, data=data)) == "/kk/not-taken/"
    assert rows(server) == before


FIELD = b'--x\r\nContent-Disposition: form-data; name="words"\r\n\r\nplain words\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b"plain words"),
        ({"Content-Type": "text/plain"}, b"plain words"),
        ({"Content-Type": "multipart/form-data"}, b"no boundary"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\nbroken"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--y\r\nanother boundary"),
        ({"Content-Type": "multipart/form-data; boundary=x; charset=undefined"}, FIELD),
        ({"Content-Type": "multipart/form-data; boundary=x; charset=Canary-7391"}, FIELD),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"sealed=plain"),
        (
            {"Content-Type": "multipart/form-data; boundary=x"},
            FIELD,
        ),
    ],
)
def test_a_body_that_is_no_upload_is_not_taken(server: Server, headers: dict[str, str], body: bytes) -> None:
    before = rows(server)
    answer = server.client.post("/v1/upload/ru", content=body, headers=headers, follow_redirects=False)
    assert led_to(answer) == "/ru/not-taken/"
    assert rows(server) == before


def test_an_address_of_no_language_is_not_there(server: Server, submitter: Submitter) -> None:
    before = rows(server)
    for folder in ("zz", "Canary-7391", "ru%2F..", "evil.example"):
        is_problem(hand_in(server, submitter.seal("слово"), folder), 404, "not_found")
    assert rows(server) == before
