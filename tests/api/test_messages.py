"""POST /v1/messages: what is not whole, own and present is refused by its class, leaves nothing, echoes nothing."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator

import pytest
from httpx import Response

from crypto.encoding import Z32, encode
from crypto.message import SLOT, parse_sealed
from crypto.primitives import hash, sign
from service import clock
from service.instance import write_keyring
from service.settings import LARGEST_MESSAGE
from service.store.commands import StoreMessage
from service.store.writer import Writer
from tests.api.conftest import Server
from tests.api.stored import HEADERS, QUERY, gives_nothing_back, is_problem, rows
from tests.world import Submitter, World

WORDS = "Canary-7391-қ"
ALWAYS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


def post(server: Server, body: bytes | Iterator[bytes]) -> Response:
    answer: Response = server.client.post("/v1/messages" + QUERY, content=body, headers=HEADERS)
    return answer


@pytest.fixture(scope="module")
def sealed(world: World) -> bytes:
    return Submitter(world).seal(WORDS, name=WORDS)


def _cut(data: bytes, world: World) -> bytes:
    return data[:-1]


def _half(data: bytes, world: World) -> bytes:
    return data[: len(data) // 2]


def _grown(data: bytes, world: World) -> bytes:
    return data + WORDS.encode()


def _nothing(data: bytes, world: World) -> bytes:
    return b""


def _plaintext(data: bytes, world: World) -> bytes:
    """What a broken page would send."""
    return f'{{"account": "{WORDS}", "name": "{WORDS}"}}'.encode()


def _form(data: bytes, world: World) -> bytes:
    return b"account=Canary-7391&name=Canary-7391"


def _another_instance(data: bytes, world: World) -> bytes:
    return Submitter(World()).seal(WORDS)


def _another_suite(data: bytes, world: World) -> bytes:
    return data.replace(world.instance + b"\0\0\0\x01\x01", world.instance + b"\0\0\0\x01\x02")


def _lane_out_of_range(data: bytes, world: World) -> bytes:
    before = b"\0\0\0\x01\0" + b"\0\0\0\x02\x08\x04"
    assert data.count(before) == 1
    return data.replace(before, b"\0\0\0\x01\x04" + b"\0\0\0\x02\x08\x04")


def _low_order_in(kind: str, at: int) -> Callable[[bytes, World], bytes]:
    def change(data: bytes, world: World) -> bytes:
        parsed = parse_sealed(world.instance, data)
        slot = (parsed.reader_slots if kind == "reader" else parsed.custodian_slots)[at]
        assert len(slot) == SLOT
        return data.replace(slot, slot[:1088] + bytes(32) + slot[1120:])

    return change


def _bad_write_signature(data: bytes, world: World) -> bytes:
    return data[:-1] + bytes([data[-1] ^ 1])


def _write_signature_of_another_message(data: bytes, world: World) -> bytes:
    return data[:-64] + Submitter(world).seal(WORDS)[-64:]


def _under_another_lookup_id(data: bytes, world: World) -> bytes:
    """The person's message, put under a mailbox that somebody else chose."""
    parsed = parse_sealed(world.instance, data)
    return data.replace(parsed.mailbox_hash, hash(b"somebody else"))


def _under_another_lookup_id_signed_for_it(data: bytes, world: World) -> bytes:
    """By whoever has another code: the signature names the other lookup id but the key outside is the person's."""
    parsed, other = parse_sealed(world.instance, data), Submitter(world).receipt
    statement = encode("write", world.instance, parsed.cid, other.lookup)
    return data.replace(parsed.mailbox_hash, other.mailbox_hash)[:-64] + sign(other.request_seed, statement)


def _account_exchanged(data: bytes, world: World) -> bytes:
    """Under the same slots: the server's own check, before any reader sees it."""
    parsed = parse_sealed(world.instance, data)
    return data.replace(parsed.streams[0], os.urandom(len(parsed.streams[0])))


def _identity_spliced(data: bytes, world: World) -> bytes:
    mine, other = (parse_sealed(world.instance, one) for one in (data, Submitter(world).seal(WORDS, name="x")))
    return data.replace(b"".join(mine.custodian_slots), b"".join(other.custodian_slots))


REFUSED: dict[str, tuple[Callable[[bytes, World], bytes], int, str]] = {
    "cut by one byte": (_cut, 400, "malformed"),
    "cut in half": (_half, 400, "malformed"),
    "with words after it": (_grown, 400, "malformed"),
    "empty": (_nothing, 400, "malformed"),
    "plain words as JSON": (_plaintext, 400, "malformed"),
    "plain words as a form": (_form, 400, "malformed"),
    "of another suite": (_another_suite, 400, "unsupported_suite"),
    "in a lane that is none": (_lane_out_of_range, 400, "malformed"),
    "of another instance": (_another_instance, 400, "wrong_instance"),
    **{f"low order in reader slot {n}": (_low_order_in("reader", n), 400, "low_order") for n in (0, 7)},
    **{f"low order in custodian slot {n}": (_low_order_in("custodian", n), 400, "low_order") for n in (0, 3)},
    "bad write signature": (_bad_write_signature, 400, "bad_signature"),
    "write signature of another message": (_write_signature_of_another_message, 400, "bad_signature"),
    "under another lookup id": (_under_another_lookup_id, 400, "bad_signature"),
    "signed for another lookup id": (_under_another_lookup_id_signed_for_it, 400, "bad_signature"),
    "account exchanged under the same slots": (_account_exchanged, 400, "bad_signature"),
    "identity of another message": (_identity_spliced, 400, "bad_signature"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_message_is_refused_by_its_class_and_leaves_nothing(shared: Server, sealed: bytes, what: str) -> None:
    change, status, slug = REFUSED[what]
    changed = change(sealed, shared.world)
    assert changed != sealed
    before = rows(shared)
    is_problem(post(shared, changed), status, slug)
    assert rows(shared) == before == {table: set() for table in before}


def test_one_byte_over_the_limit_is_refused(shared: Server) -> None:
    is_problem(post(shared, b"7391" * (LARGEST_MESSAGE // 4) + b"7"), 413, "body_too_large")
    is_problem(post(shared, b"7391" * (LARGEST_MESSAGE // 4)), 400, "malformed")  # at the limit it is read, and is none


@pytest.mark.parametrize(
    "stated", [None, "5", str(LARGEST_MESSAGE * 1000), "²"], ids=["chunked", "lying", "honest", "none"]
)
def test_an_oversized_body_is_refused_before_it_is_read(shared: Server, stated: str | None) -> None:
    """Without a length, with a length that lies or is none, and with an honest one: in this one not a byte is taken."""
    taken = 0

    async def receive() -> dict[str, object]:
        nonlocal taken
        taken += 1
        return {"type": "http.request", "body": b"7391" * 16384, "more_body": True}  # for ever

    sent: list[dict[str, object]] = []

    async def send(part: dict[str, object]) -> None:
        sent.append(part)

    length = [(b"content-length", stated.encode("latin-1"))] if stated else [(b"transfer-encoding", b"chunked")]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "scheme": "http",
        "path": "/v1/messages", "raw_path": b"/v1/messages", "root_path": "", "query_string": b"q=Canary-7391",
        "headers": [(b"host", b"127.0.0.1"), *length], "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
        "state": {},
    }  # fmt: skip
    asyncio.run(shared.client.app(scope, receive, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == 413
    body = b"".join(bytes(part.get("body", b"")) for part in sent[1:])  # type: ignore[call-overload]
    assert b'"slug":"body_too_large"' in body
    assert b"7391" not in body
    assert taken == (0 if stated == str(LARGEST_MESSAGE * 1000) else LARGEST_MESSAGE // 65536 + 1)


def test_a_chunked_message_of_a_good_size_is_taken(server: Server, submitter: Submitter) -> None:
    data = submitter.seal(WORDS)
    answer = post(server, (data[at : at + 1000] for at in range(0, len(data), 1000)))
    assert (answer.status_code, answer.content) == (204, b"")
    assert {row[-1] for row in rows(server)["message"]} == {data}


def test_a_message_to_one_of_the_newest_two_keyrings_is_taken_and_to_no_other(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.keyrings.RELOAD_SECONDS", 0)
    world = server.world
    first = world.keyring
    unknown = world.keyring_of(2, hash(b"a fork"))
    is_problem(post(server, Submitter(world).seal(WORDS, keyring=unknown)), 409, "wrong_keyring")
    fork = world.keyring_of(1, Z32, world.people[:-1])
    assert fork.hash != first.hash
    forked = Submitter(world).seal(WORDS, keyring=fork)
    is_problem(post(server, forked), 409, "wrong_keyring")
    assert post(server, Submitter(world).seal(WORDS)).status_code == 204

    second = server.publish(2, first)
    for ring in (first, second):
        assert post(server, Submitter(world).seal(WORDS, keyring=ring)).status_code == 204

    third = server.publish(3, second)
    before = rows(server)
    is_problem(post(server, Submitter(world).seal(WORDS, keyring=first)), 409, "wrong_keyring")
    assert rows(server) == before
    for ring in (second, third):
        assert post(server, Submitter(world).seal(WORDS, keyring=ring)).status_code == 204
    # a version that is among the newest two, with the hash of none
    is_problem(
        post(server, Submitter(world).seal(WORDS, keyring=world.keyring_of(3, first.hash))), 409, "wrong_keyring"
    )
    assert len(rows(server)["message"]) == 5


def test_a_keyring_published_badly_changes_nothing(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed by two of five, or a fork: the server goes on with what it verified."""
    monkeypatch.setattr("service.keyrings.RELOAD_SECONDS", 0)
    world = server.world
    for body, signers in ((world.keyring_of(2, world.keyring.hash), 2), (world.keyring_of(2, bytes(32)), 3)):
        write_keyring(server.settings.instance_dir, 2, world.signed(body, signers), world.kem_keys())
        is_problem(post(server, Submitter(world).seal(WORDS, keyring=body)), 409, "wrong_keyring")
        assert post(server, Submitter(world).seal(WORDS)).status_code == 204
        assert server.client.get("/v1/keyring").content == world.signed(world.keyring)


def test_two_first_messages_of_one_code_at_once_are_one_case(server: Server) -> None:
    """The page lost its answer and the person wrote again on another device."""
    world = server.world
    people = [Submitter(world) for _ in range(3)]
    bodies = [person.seal(f"{n}") for person in people for n in range(4)]
    barrier = threading.Barrier(len(bodies))
    statuses: list[int] = []

    def send(body: bytes) -> None:
        barrier.wait()
        statuses.append(server.send(body).status_code)

    threads = [threading.Thread(target=send, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [204] * len(bodies)
    cases = server.staff(people[0].readers()[0]).call("GET", "/v1/casework/cases").json()["cases"]
    assert [line["messages"] for line in cases] == [4, 4, 4]


def test_two_processes_that_take_first_messages_of_one_code_make_one_case(server: Server) -> None:
    writers = [Writer(server.settings.database, 2048) for _ in range(2)]
    for writer in writers:
        writer.start()
    lookups = [os.urandom(16) for _ in range(150)]

    async def race() -> None:
        for lookup in lookups:
            commands = [StoreMessage(os.urandom(32), lookup, 1, 0, 1, b"x") for _ in writers]
            await asyncio.gather(*(writer.submit(one) for writer, one in zip(writers, commands, strict=True)))

    try:
        asyncio.run(race())
    finally:
        for writer in writers:
            writer.stop()
    stored = rows(server)["message"]
    assert len(stored) == 2 * len(lookups)
    for lookup in lookups:
        assert len({row[2] for row in stored if row[3] == lookup}) == 1, "one code, two cases"


def test_a_message_sent_again_on_a_later_day_changes_nothing(
    server: Server, submitter: Submitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, tomorrow = submitter.seal(WORDS), clock.today() + 1
    assert server.send(data).status_code == 204
    before = rows(server)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    assert server.send(data).status_code == 204
    assert rows(server) == before


def test_what_is_taken_is_answered_with_nothing(server: Server, submitter: Submitter) -> None:
    answer = post(server, submitter.seal(WORDS))
    assert (answer.status_code, answer.content, dict(answer.headers)) == (204, b"", ALWAYS)
    gives_nothing_back(answer)
