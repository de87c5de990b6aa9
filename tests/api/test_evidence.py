"""Sealed files: every part durable before its answer, nothing told to a stranger, nothing kept of who sent it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import Request
from httpx import Response
from pysqlite3 import dbapi2 as sqlite
from starlette.types import Message

from crypto.encoding import u64
from crypto.evidence import CHUNK, OVERHEAD, open_evidence, padme, seal_evidence
from crypto.keyring import CUSTODIAN, REVIEWER
from service import clock
from service.actions.receive_evidence import PART, is_blob_size, receive_evidence
from service.api import state, submitters
from service.api.state import MOST_PARTS
from service.store import evidence
from service.store.database import has_free
from service.store.evidence import UNOPENED_DAYS, PurgeEvidence
from service.store.writer import Writer, WriterBusy
from tests.api.conftest import Server
from tests.api.files import part, post, reached, upload
from tests.api.stored import is_problem, rows
from tests.world import Submitter

TOKEN = bytes(range(32))


def fetch(server: Server, upload_id: bytes, role: int = REVIEWER, method: str = "GET", below: str = "") -> Response:
    staff = server.staff(server.world.of(role)[0])
    return staff.call(method, f"/v1/casework/evidence/{upload_id.hex()}{below}")


@pytest.mark.parametrize("size", [0, 1, CHUNK, CHUNK + 1, 15 * CHUNK, 15 * CHUNK + 1, 3_000_000])
def test_a_file_comes_back_as_it_was_sealed(server: Server, size: int) -> None:
    data = os.urandom(size)
    made = upload(server, data)
    answer = fetch(server, made.upload_id)
    assert answer.content == made.blob
    assert answer.headers["content-length"] == str(len(made.blob))
    assert answer.headers["cache-control"] == "no-store"
    opened = open_evidence(
        server.world.instance, made.upload_id, made.key, size, answer.content, made.blob_hash, made.plaintext_hash
    )
    assert opened == data


def test_a_part_sent_again_changes_nothing_and_the_answer_says_how_far_it_is(server: Server) -> None:
    upload(server, os.urandom(PART))  # somebody else's
    made = seal_evidence(server.world.instance, os.urandom(2_500_000))
    first, second = part(made, 0, TOKEN), part(made, PART, TOKEN)
    assert [reached(post(server, one)) for one in (first, first, second, first, second)] == [
        PART, PART, 2 * PART, 2 * PART, 2 * PART,
    ]  # fmt: skip
    assert reached(post(server, part(made, 2 * PART, TOKEN))) == len(made.blob)
    assert fetch(server, made.upload_id).content == made.blob


def test_a_part_that_comes_too_early_is_not_kept(server: Server) -> None:
    made = seal_evidence(server.world.instance, os.urandom(2_500_000))
    assert reached(post(server, part(made, PART, TOKEN))) == 0
    assert reached(post(server, part(made, 0, TOKEN))) == PART
    assert reached(post(server, part(made, 2 * PART, TOKEN))) == PART


def test_a_stranger_learns_nothing_of_a_file_and_changes_nothing(server: Server) -> None:
    made = seal_evidence(server.world.instance, os.urandom(2_500_000))
    post(server, part(made, 0, TOKEN))
    for start in (PART, 0):  # the second makes the file that nobody knew
        other = seal_evidence(server.world.instance, os.urandom(2_500_000))
        before = rows(server)
        body = other.blob[start : start + PART]
        known = post(server, part(made, start, os.urandom(32), body))
        assert rows(server) == before
        unknown = post(server, part(other, start, os.urandom(32), body))
        assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
        assert known.headers.raw == unknown.headers.raw
    assert reached(post(server, part(made, PART, TOKEN))) == 2 * PART  # the owner goes on undisturbed


def test_another_total_under_the_same_token_changes_nothing(server: Server) -> None:
    made = seal_evidence(server.world.instance, os.urandom(2_500_000))
    post(server, part(made, 0, TOKEN))
    before = rows(server)
    longer = len(seal_evidence(server.world.instance, bytes(5_000_000)).blob)
    post(server, part(made, PART, TOKEN, total=longer))
    assert rows(server) == before


@pytest.mark.parametrize(
    ("start", "body", "total"),
    [
        (1, b"x", None),
        (0, b"", None),
        (0, bytes(PART - 1), None),
        (0, bytes(PART), 65_575),
        (0, bytes(PART), 65_577),
        (0, bytes(65_576), PART),
        (PART, bytes(PART), PART),
    ],
)
def test_a_part_that_is_none_is_refused_and_leaves_nothing(
    server: Server, start: int, body: bytes, total: int | None
) -> None:
    made = seal_evidence(server.world.instance, os.urandom(2_500_000))
    before = rows(server)
    is_problem(post(server, part(made, start, TOKEN, body, total)), 400, "malformed")
    for request in (
        b"",
        b"Canary-7391",
        part(made, 0, TOKEN)[:-1],
        part(made, 0, TOKEN) + b"x",
        part(made, 0, b"short"),
    ):
        is_problem(post(server, request), 400, "malformed")
    assert rows(server) == before


def test_a_file_over_the_limit_is_refused(server: Server) -> None:
    made = seal_evidence(server.world.instance, b"")
    padded = 128 * 1024 * 1024
    total = padded + padded // CHUNK * OVERHEAD
    assert is_blob_size(total)
    is_problem(post(server, part(made, 0, TOKEN, bytes(PART), total)), 400, "too_large")
    is_problem(post(server, bytes(1024 * 1024 + 1)), 413, "body_too_large")


def test_every_size_of_a_sealed_file_is_one_and_no_other(server: Server) -> None:
    made = {len(seal_evidence(server.world.instance, bytes(n)).blob) for n in range(0, 300_000, 7919)}
    padded = {padme(n) for n in range(300_000)}
    sizes = {one + -(-one // CHUNK) * OVERHEAD for one in padded}
    assert made <= sizes
    assert {size for size in range(max(sizes) + 1) if is_blob_size(size)} == sizes


@contextmanager
def set_to(server: Server, **values: int) -> Iterator[None]:
    """Settings that a test needs smaller than the least that an operator may set."""
    settings = server.settings
    before = {name: getattr(settings, name) for name in values}
    settings.__dict__.update(values)
    yield
    settings.__dict__.update(before)


def test_when_unopened_files_fill_the_room_the_next_is_told_and_nothing_is_stored(server: Server) -> None:
    with set_to(server, evidence_room_bytes=200_000):
        kept = upload(server, b"1")
        upload(server, b"2")
        upload(server, b"3")
        made = seal_evidence(server.world.instance, b"4")
        before = rows(server)
        is_problem(post(server, part(made, 0, TOKEN)), 507, "no_room")
        is_problem(post(server, part(kept, 0, TOKEN)), 507, "no_room")  # a stranger sees no difference
        assert rows(server) == before
        assert fetch(server, kept.upload_id, method="POST", below="/pin").status_code == 204
        assert reached(post(server, part(made, 0, TOKEN))) == len(made.blob)


def test_the_room_is_for_as_much_as_it_says(server: Server) -> None:
    made, other = (seal_evidence(server.world.instance, os.urandom(PART)) for _ in range(2))
    with set_to(server, evidence_room_bytes=len(made.blob)):
        assert [reached(post(server, part(made, start, TOKEN))) for start in (0, PART)] == [PART, len(made.blob)]
        is_problem(post(server, part(other, 0, TOKEN)), 507, "no_room")


def test_a_file_that_is_only_announced_takes_no_room_from_others(server: Server) -> None:
    with set_to(server, evidence_room_bytes=3 * PART):
        large = seal_evidence(server.world.instance, os.urandom(4_000_000))
        assert reached(post(server, part(large, 0, TOKEN))) == PART
        other = upload(server, os.urandom(PART))
        before = rows(server)
        is_problem(post(server, part(large, PART, TOKEN)), 507, "no_room")
        assert rows(server) == before
        assert fetch(server, other.upload_id, method="POST", below="/pin").status_code == 204
        assert reached(post(server, part(large, PART, TOKEN))) == 2 * PART  # goes on where it was


def test_when_the_disk_is_nearly_full_no_file_is_taken_but_a_complaint_is(server: Server, submitter: Submitter) -> None:
    made = seal_evidence(server.world.instance, b"1")
    with set_to(server, evidence_free_bytes=2**60):
        before = rows(server)
        answer = post(server, part(made, 0, TOKEN))
        if server.settings.database.startswith("sqlite:"):
            is_problem(answer, 507, "no_room")
            assert rows(server) == before
        else:  # nobody knows how much its disk has
            assert reached(answer) == len(made.blob)
        assert server.send(submitter.seal("слово")).status_code == 204
    assert reached(post(server, part(made, 0, TOKEN))) == len(made.blob)


def test_more_parts_at_once_than_memory_is_meant_for_are_told_to_come_again(
    server: Server, submitter: Submitter
) -> None:
    parts = server.client.app.state.server.parts  # type: ignore[attr-defined]
    made = seal_evidence(server.world.instance, b"1")
    before, parts._value = parts._value, 0
    is_problem(post(server, part(made, 0, TOKEN)), 503, "busy")
    assert server.send(submitter.seal("слово")).status_code == 204
    parts._value = before
    assert reached(post(server, part(made, 0, TOKEN))) == len(made.blob)
    assert parts._value == before


def test_a_stalled_body_gives_its_place_to_others(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    here = server.client.app.state.server  # type: ignore[attr-defined]
    monkeypatch.setattr(state, "BODY_SECONDS", 0.05)

    async def receive() -> Message:
        await asyncio.sleep(60)
        raise AssertionError("nobody ended it")

    for send in (submitters.send_evidence, submitters.send_message):
        with pytest.raises(WriterBusy):
            asyncio.run(send(Request({"type": "http", "headers": []}, receive), here))
    assert here.parts._value == MOST_PARTS


def test_what_nobody_opened_is_counted_as_it_is(server: Server) -> None:
    def counted() -> tuple[int, int]:
        kept = rows(server)
        return sum(int(str(row[1])) for row in kept["evidence_waiting"]), sum(
            int(str(row[3])) for row in kept["evidence"] if not row[5]
        )

    one, other, third = (seal_evidence(server.world.instance, os.urandom(size)) for size in (1, 1_500_000, 10))
    assert counted() == (0, 0)
    for made, start in ((one, 0), (other, 0), (other, 0), (other, PART), (third, 0)):
        post(server, part(made, start, TOKEN))
        post(server, part(made, start, bytes(32)))  # a stranger's changes nothing
        assert counted()[0] == counted()[1]
    assert counted()[0] == sum(len(made.blob) for made in (one, other, third))
    for _ in "12":
        assert fetch(server, other.upload_id, method="POST", below="/pin").status_code == 204
        assert counted() == (len(one.blob) + len(third.blob),) * 2
    day = clock.today() + UNOPENED_DAYS + 1
    asyncio.run(server.client.app.state.server.writer.submit(PurgeEvidence(day)))  # type: ignore[attr-defined]
    assert counted() == (0, 0)


def test_two_servers_given_the_same_part_at_once_keep_it_once(server: Server) -> None:
    made = seal_evidence(server.world.instance, os.urandom(2_500_000))
    writers = [Writer(server.settings.database, 2048) for _ in range(3)]
    for writer in writers:
        writer.start()

    async def send(start: int) -> list[bytes]:
        request = part(made, start, TOKEN)
        return await asyncio.gather(*(receive_evidence(one, server.settings, request) for one in writers for _ in "12"))

    for start in range(0, len(made.blob), PART):
        assert set(asyncio.run(send(start))) == {u64(min(start + PART, len(made.blob)))}
    for writer in writers:
        writer.stop()
    assert fetch(server, made.upload_id).content == made.blob


def test_a_file_that_is_not_whole_is_not_there_for_a_reader(server: Server) -> None:
    made = seal_evidence(server.world.instance, os.urandom(2_500_000))
    post(server, part(made, 0, TOKEN))
    is_problem(fetch(server, made.upload_id), 404, "not_found")
    is_problem(fetch(server, made.upload_id, method="POST", below="/pin"), 404, "not_found")
    for odd in ("x", "0" * 31, made.upload_id.hex().upper()):
        staff = server.staff(server.world.of(REVIEWER)[0])
        is_problem(staff.call("GET", f"/v1/casework/evidence/{odd}"), 404, "not_found")


def test_a_custodian_finds_no_file(server: Server) -> None:
    made = upload(server, b"1")
    is_problem(fetch(server, made.upload_id, CUSTODIAN), 404, "not_found")


def test_what_was_never_finished_or_never_opened_goes_and_what_was_opened_stays(server: Server) -> None:
    half = seal_evidence(server.world.instance, os.urandom(2_500_000))
    post(server, part(half, 0, TOKEN))
    whole, pinned = upload(server, b"1"), upload(server, b"2")
    assert fetch(server, pinned.upload_id, method="POST", below="/pin").status_code == 204

    def there(later: int) -> set[bytes]:
        writer = Writer(server.settings.database, 2048)
        writer.start()
        while asyncio.run(writer.submit(PurgeEvidence(clock.today() + later))):
            pass
        writer.stop()
        held = rows(server)
        ids = {row[0] for row in held["evidence"]}
        assert {row[1] for row in held["evidence_part"]} == ids
        return {bytes(one) for one in ids}  # type: ignore[call-overload]

    assert there(7) == {half.upload_id, whole.upload_id, pinned.upload_id}
    assert there(8) == {whole.upload_id, pinned.upload_id}
    assert there(180) == {whole.upload_id, pinned.upload_id}
    assert there(181) == {pinned.upload_id}
    assert fetch(server, pinned.upload_id).content == pinned.blob


def test_a_flood_is_deleted_in_small_commits(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Complaints come in between, and SQLite's log of what is overwritten stays small."""
    monkeypatch.setattr(evidence, "PURGED_FILES", 3)
    monkeypatch.setattr(evidence, "PURGED_BYTES", 100_000)
    for _ in range(7):
        upload(server, b"1")
    writer = Writer(server.settings.database, 2048)
    writer.start()
    counts = [7]
    while asyncio.run(writer.submit(PurgeEvidence(clock.today() + UNOPENED_DAYS + 1))):
        held = rows(server)
        counts.append(len(held["evidence"]))
        assert len(held["evidence_part"]) == counts[-1]  # a file goes whole
    writer.stop()
    assert counts == [7, 5, 3, 1, 0]


def test_room_that_deleting_made_in_the_file_counts_as_free(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite3"
    db = sqlite.connect(str(path))
    db.executescript("PRAGMA page_size = 16384; CREATE TABLE t (b BLOB); INSERT INTO t VALUES (zeroblob(50000000))")
    url, disk = f"sqlite:///{path}", 10**15
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=disk))
        assert has_free(url, disk)
        assert not has_free(url, disk + 40_000_000)
        db.executescript("DELETE FROM t")
        assert has_free(url, disk + 40_000_000)
        assert not has_free(url, disk + 60_000_000)
    db.close()


def test_nothing_of_the_token_and_nothing_but_a_day_is_kept(server: Server) -> None:
    made = upload(server, b"1", TOKEN)
    held = rows(server)["evidence"]
    (row,) = [row for row in held if row[0] == made.upload_id]
    assert TOKEN not in row
    assert row[2:] == (len(made.blob), len(made.blob), clock.today(), 0)
