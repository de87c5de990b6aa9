"""Nobody who asks with a code, or with none, learns whether a mailbox is there, was burnt, or never was."""

from __future__ import annotations

import asyncio
import http.client
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from httpx import Response

from crypto.encoding import encode
from crypto.mailbox import BLOCKS, veil
from crypto.primitives import hash, sign
from crypto.requests import BURN_ALL, BURN_MESSAGES, BURN_RECEIPT, Route, make_nonce, sign_mailbox_request
from service import clock
from service.store.commands import Purge, ReadMailbox
from service.store.database import connect_writer, make_engine
from service.store.migrations import migrate
from tests.api.conftest import Server, new_database
from tests.api.stored import HEADERS, QUERY, gives_nothing_back, is_problem, rows
from tests.crash.server import start
from tests.world import Desk, Submitter, World

PATHS: dict[Route, str] = {"mailbox.read": "/v1/mailbox/read", "mailbox.burn": "/v1/mailbox/burn"}
BODIES: dict[Route, bytes] = {"mailbox.read": b"", "mailbox.burn": bytes([BURN_MESSAGES])}
ANSWER = 8 * 16384
ALWAYS = [("cache-control", "no-store"), ("x-content-type-options", "nosniff")]


def post(server: Server, route: Route, body: bytes) -> Response:
    answer: Response = server.client.post(PATHS[route] + QUERY, content=body, headers=HEADERS)
    gives_nothing_back(answer)
    return answer


def nonce_of(server: Server) -> bytes:
    nonce: bytes = server.client.post("/v1/challenge").content
    assert len(nonce) == 56
    return nonce


def ask(server: Server, who: Submitter, route: Route = "mailbox.read", body: bytes | None = None) -> Response:
    return post(server, route, who.request(route, BODIES[route] if body is None else body, nonce_of(server)))


def seen(answer: Response) -> tuple[object, ...]:
    """All of an answer but the blocks' own bytes."""
    return answer.status_code, sorted(answer.headers.items()), len(answer.content)


def answer_case(server: Server, who: Submitter, sealed: bytes) -> None:
    desk = Desk(server.world, who.readers()[0], [sealed])
    staff = server.staff(desk.reader)
    for body in (desk.post_opened(), desk.post_text("Ответ.")):
        answer = staff.call("POST", f"/v1/casework/cases/{desk.first.cid.hex()}/entries", body)
        assert answer.status_code == 201


def people(server: Server) -> dict[str, Submitter]:
    """One person for everything a mailbox can have gone through."""
    world = server.world
    found = {name: Submitter(world) for name in ("unknown", "unanswered", "answered")}
    sealed = {name: found[name].seal("слово") for name in ("unanswered", "answered")}
    for body in sealed.values():
        assert server.send(body).status_code == 204
    answer_case(server, found["answered"], sealed["answered"])
    for what in (BURN_MESSAGES, BURN_ALL, BURN_RECEIPT):
        for kind in ("unknown", "answered"):
            person = found[f"{kind}, burnt {what}"] = Submitter(world)
            if kind == "answered":
                body = person.seal("слово")
                server.send(body)
                answer_case(server, person, body)
            assert server.burn(person, what).status_code == 204
    return found


def test_every_mailbox_answers_alike_but_for_bytes_that_look_random(server: Server) -> None:
    everybody = people(server)
    answers = {name: ask(server, person) for name, person in everybody.items()}
    assert {str(seen(answer)) for answer in answers.values()} == {str(seen(answers["unknown"]))}
    assert seen(answers["unknown"])[0] == 200
    assert seen(answers["unknown"])[2] == ANSWER
    blocks = [block for answer in answers.values() for block in cut_blocks(answer.content)]
    assert len(set(blocks)) == len(blocks), "two blocks are equal"
    for name, answer in answers.items():
        assert looks_uniform(answer.content), name
    # what opens is exactly what was answered and not burnt
    opened = {name: person.open(answers[name].content) for name, person in everybody.items()}
    assert {name for name, one in opened.items() if one is not None} == {"answered", "answered, burnt 1"}
    first, burnt = opened["answered"], opened["answered, burnt 1"]
    assert first is not None
    assert burnt is not None
    assert (len(first.replies), len(burnt.replies)) == (1, 0)


def cut_blocks(answer: bytes) -> list[bytes]:
    return [answer[at : at + 16384] for at in range(0, len(answer), 16384)]


def looks_uniform(data: bytes) -> bool:
    """Chi-square over byte values, whole and at each bit; 255 degrees of freedom, six sigma wide: one run in 1e8."""
    counts, expected = Counter(data), len(data) / 256
    chi = sum((counts[value] - expected) ** 2 / expected for value in range(256))
    bits = [sum(byte >> bit & 1 for byte in data) for bit in range(8)]
    half, sigma = len(data) / 2, (len(data) ** 0.5) / 2
    return abs(chi - 255) < 6 * 22.6 and all(abs(count - half) < 6 * sigma for count in bits)


def test_the_test_of_uniformity_tells_text_and_sealed_structures_from_noise() -> None:
    noise = os.urandom(ANSWER)
    assert looks_uniform(noise)
    assert looks_uniform(b"".join(veil(os.urandom(32), os.urandom(32), os.urandom(16), b"word") for _ in range(8)))
    assert not looks_uniform(noise[:-2000] + bytes(2000))
    assert not looks_uniform(bytes(byte & 0x7F if n % 8 == 0 else byte for n, byte in enumerate(noise)))
    assert not looks_uniform(noise[: ANSWER // 2] + ("Меня били. " * 9000).encode()[: ANSWER // 2])


def test_dummy_blocks_are_the_same_each_time_and_are_of_one_id_only(shared: Server) -> None:
    """Were they fresh each time, two polls would tell a real block from a dummy."""
    one, other = Submitter(shared.world), Submitter(shared.world)
    first, again, stranger = ask(shared, one).content, ask(shared, one).content, ask(shared, other).content
    assert first == again
    assert not set(cut_blocks(first)) & set(cut_blocks(stranger))
    assert len(set(cut_blocks(first))) == BLOCKS


def test_a_first_message_does_not_change_what_a_mailbox_answers(server: Server, submitter: Submitter) -> None:
    before = ask(server, submitter).content
    server.send(submitter.seal("слово"))
    assert ask(server, submitter).content == before


@pytest.mark.parametrize("what", [BURN_MESSAGES, BURN_ALL, BURN_RECEIPT])
def test_a_burn_is_answered_alike_whether_there_was_anything(server: Server, what: int) -> None:
    known, unknown = Submitter(server.world), Submitter(server.world)
    server.send(known.seal("слово"))
    answers = [ask(server, who, "mailbox.burn", bytes([what])) for who in (known, unknown, known, unknown)]
    assert {str(seen(answer)) for answer in answers} == {str((204, ALWAYS, 0))}


def test_a_write_is_answered_alike_for_an_unknown_a_known_and_a_burnt_code(server: Server) -> None:
    known, unknown, burnt = (Submitter(server.world) for _ in range(3))
    server.send(known.seal("слово"))
    server.send(burnt.seal("слово"))
    server.burn(burnt, BURN_RECEIPT)
    answers = [server.send(who.seal("ещё")) for who in (known, unknown, burnt)]
    assert {str(seen(answer)) for answer in answers} == {str((204, ALWAYS, 0))}


@pytest.mark.parametrize("route", list(PATHS))
def test_a_request_is_answered_once(shared: Server, route: Route) -> None:
    who = Submitter(shared.world)
    request = who.request(route, BODIES[route], nonce_of(shared))
    assert post(shared, route, request).status_code in (200, 204)
    is_problem(post(shared, route, request), 409, "stale_nonce")


@pytest.mark.parametrize("route", list(PATHS))
def test_a_nonce_serves_one_route_once_and_no_other_afterwards(shared: Server, route: Route) -> None:
    who, nonce = Submitter(shared.world), nonce_of(shared)
    other: Route = "mailbox.burn" if route == "mailbox.read" else "mailbox.read"
    assert post(shared, route, who.request(route, BODIES[route], nonce)).status_code in (200, 204)
    is_problem(post(shared, other, who.request(other, BODIES[other], nonce)), 409, "stale_nonce")
    is_problem(post(shared, other, Submitter(shared.world).request(other, BODIES[other], nonce)), 409, "stale_nonce")


def test_a_read_moved_to_the_burning_route_burns_nothing(server: Server, submitter: Submitter) -> None:
    """Someone on the way holds a signed read and makes a burn of it."""
    sealed = submitter.seal("слово")
    server.send(sealed)
    answer_case(server, submitter, sealed)
    before = rows(server)
    nonce = nonce_of(server)
    is_problem(post(server, "mailbox.burn", submitter.request("mailbox.read", b"\x02", nonce)), 400, "bad_signature")
    is_problem(post(server, "mailbox.burn", submitter.request("mailbox.read", b"", nonce)), 400, "malformed")
    is_problem(post(server, "mailbox.read", submitter.request("mailbox.burn", b"\x02", nonce)), 400, "malformed")
    changed = submitter.request("mailbox.burn", b"\x01", nonce)
    cut = encode("", b"\x01")[1:]
    assert changed.count(cut) == 1
    worse = changed.replace(cut, encode("", b"\x03")[1:])  # messages made the whole receipt
    is_problem(post(server, "mailbox.burn", worse), 400, "bad_signature")
    assert rows(server) == before
    # nothing of that spent the nonce: the person's own request still goes through
    assert post(server, "mailbox.burn", changed).status_code == 204


@pytest.mark.parametrize("what", [b"\x00", b"\x04", b"\xff", b"\x01\x01", b"Canary-7391"])
def test_a_burn_of_something_unnamed_is_malformed(shared: Server, what: bytes) -> None:
    request = Submitter(shared.world).request("mailbox.burn", what, nonce_of(shared))
    is_problem(post(shared, "mailbox.burn", request), 400, "malformed")


@pytest.mark.parametrize("route", list(PATHS))
def test_a_nonce_that_is_not_this_server_s_or_not_for_this_is_stale(shared: Server, route: Route) -> None:
    key: bytes = shared.client.app.state.server.server_key  # type: ignore[attr-defined]
    who, later = Submitter(shared.world), clock.now() + 600
    good = nonce_of(shared)
    nonces = {
        "another server's": make_nonce(os.urandom(32), "mailbox", later),
        "for signing in": shared.client.post("/v1/staff/challenge").content,
        "expired": make_nonce(key, "mailbox", clock.now()),
        "of 1970": make_nonce(key, "mailbox", 0),
        "made to last longer": (int.from_bytes(good[:8], "big") + 1).to_bytes(8, "big") + good[8:],
        "altered": good[:-1] + bytes([good[-1] ^ 1]),
        "zeros": bytes(56),
    }
    for name, nonce in nonces.items():
        answer = post(shared, route, who.request(route, BODIES[route], nonce))
        assert answer.status_code == 409, name
        is_problem(answer, 409, "stale_nonce")
    assert post(shared, route, who.request(route, BODIES[route], good)).status_code in (200, 204)


def test_a_nonce_lasts_ten_minutes(shared: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    who, now = Submitter(shared.world), clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    requests = [who.request("mailbox.read", b"", nonce_of(shared)) for _ in range(2)]
    monkeypatch.setattr(clock, "now", lambda: now + 599)
    assert post(shared, "mailbox.read", requests[0]).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: now + 600)
    is_problem(post(shared, "mailbox.read", requests[1]), 409, "stale_nonce")


def test_to_burn_the_receipt_alone_closes_the_mailbox_for_good(server: Server, submitter: Submitter) -> None:
    for what, closed in ((BURN_MESSAGES, 0), (BURN_ALL, 0), (BURN_RECEIPT, 1)):
        assert server.burn(submitter, what).status_code == 204
        assert len(rows(server)["closed_mailbox"]) == closed, what


def test_block_0_is_read_first_then_the_newest_seven_replies(database_url: str) -> None:
    migrate(make_engine(database_url))
    db, lookup = connect_writer(database_url), b"l" * 16
    cursor = db.begin()
    for slot in (3, 0, 12, *range(4, 12)):
        cursor.run("INSERT INTO mailbox_block (lookup, slot, body) VALUES (?, ?, ?)", lookup, slot, bytes([slot]))
    found = ReadMailbox(os.urandom(16), 1, lookup).run(cursor)
    assert found == [bytes([slot]) for slot in (0, *range(12, 5, -1))]
    db.close()


def test_what_is_purged_can_no_longer_be_replayed(shared: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Spent a second before the full hour; the hourly purge runs; the nonce is still within its ten minutes."""
    who = Submitter(shared.world)
    now = clock.hour() * 3600 + 3599
    monkeypatch.setattr(clock, "now", lambda: now)
    request = who.request("mailbox.read", b"", nonce_of(shared))
    assert post(shared, "mailbox.read", request).status_code == 200
    monkeypatch.setattr(clock, "now", lambda: now + 598)

    async def purge() -> None:
        await shared.client.app.state.server.writer.submit(Purge(clock.hour(), clock.today()))  # type: ignore[attr-defined]

    asyncio.run(purge())
    is_problem(post(shared, "mailbox.read", request), 409, "stale_nonce")


def _forged(world: World, who: Submitter, route: Route, nonce: bytes, how: str) -> bytes:
    mine = who.receipt
    body = BODIES[route]
    if how == "signed by another key":
        good = who.request(route, body, nonce)
        statement = encode(
            "request", world.instance, b"POST", route.encode(), mine.lookup, hash(body), nonce
        )  # exactly what is signed
        assert good.endswith(sign(mine.request_seed, statement))
        return good[:-64] + sign(os.urandom(32), statement)
    if how == "for the other's lookup id, with keys of one's own":
        own = Submitter(world).receipt
        statement = encode("request", world.instance, b"POST", route.encode(), mine.lookup, hash(body), nonce)
        signature = sign(own.request_seed, statement)
        return encode("mailbox-request", mine.lookup, own.request_pk, own.mailbox_hash, body, nonce, signature)
    if how == "own request key beside the other's mailbox hash":
        good = who.request(route, body, nonce)
        return good.replace(mine.request_pk, Submitter(world).receipt.request_pk)
    if how == "of another instance":
        return sign_mailbox_request(os.urandom(32), mine, route, body, nonce)
    raise AssertionError(how)


FORGERIES = [
    "signed by another key",
    "for the other's lookup id, with keys of one's own",
    "own request key beside the other's mailbox hash",
    "of another instance",
]


@pytest.mark.parametrize("how", FORGERIES)
@pytest.mark.parametrize("route", list(PATHS))
def test_a_forged_request_is_refused_alike_for_a_known_and_an_unknown_id(
    server: Server, submitter: Submitter, route: Route, how: str
) -> None:
    world, unknown = server.world, Submitter(server.world)
    sealed = submitter.seal("слово")
    server.send(sealed)
    answer_case(server, submitter, sealed)
    before = rows(server)
    answers = [post(server, route, _forged(world, who, route, nonce_of(server), how)) for who in (submitter, unknown)]
    for answer in answers:
        is_problem(answer, 400, "bad_signature")
    assert len({(str(seen(answer)), answer.content) for answer in answers}) == 1
    assert rows(server) == before


@pytest.mark.parametrize("route", list(PATHS))
def test_what_is_no_request_is_refused_and_leaves_nothing(shared: Server, route: Route) -> None:
    good = Submitter(shared.world).request(route, BODIES[route], nonce_of(shared))
    before = rows(shared)
    for body in (b"", good[:-1], good + b"7391", b"Canary-7391", good[1:]):
        is_problem(post(shared, route, body), 400, "malformed")
    limit = shared.settings.max_request_bytes
    is_problem(post(shared, route, b"7391" * (limit // 4) + b"7"), 413, "body_too_large")
    assert rows(shared) == before


def auc(one: Sequence[float], other: Sequence[float]) -> float:
    """The share of pairs in which `one` is the larger: 0.5 when nothing can be told, 1.0 when all can."""
    ranked = sorted((value, which) for which, values in enumerate((one, other)) for value in values)
    rank_sum = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    return (rank_sum - len(one) * (len(one) + 1) / 2) / (len(one) * len(other))


def test_the_classifier_finds_a_difference_that_is_there() -> None:
    dice = random.Random(1)
    quick = [dice.lognormvariate(0, 0.2) for _ in range(300)]
    slow = [dice.lognormvariate(0, 0.2) + 0.15 for _ in range(300)]
    assert auc(slow, quick) > 0.65
    assert abs(auc(quick, [dice.lognormvariate(0, 0.2) for _ in range(300)]) - 0.5) < 0.1


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_time_does_not_tell_an_unanswered_mailbox_from_none(
    database: str, world: World, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A real server, one kept connection, 600 polls of both kinds in random order; ranks, so one slow poll is one."""
    world.write_instance(tmp_path)
    url = "" if database == "sqlite" else new_database(request.getfixturevalue("postgres_url"))
    process, port = start(tmp_path, url)
    try:
        known, unknown = ([Submitter(world) for _ in range(20)] for _ in range(2))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        for person in known:
            connection.request("POST", "/v1/messages", person.seal("слово"))
            assert connection.getresponse().read() == b""
        key, later = (tmp_path / "server.key").read_bytes(), clock.now() + 600
        polls = [
            (kind, person.request("mailbox.read", b"", make_nonce(key, "mailbox", later)))
            for kind, group in enumerate((known, unknown))
            for person in group
            for _ in range(15)
        ]
        random.shuffle(polls)
        took: tuple[list[float], list[float]] = ([], [])
        for kind, body in polls:
            begun = time.perf_counter()
            connection.request("POST", "/v1/mailbox/read", body)
            answer = connection.getresponse()
            assert len(answer.read()) == ANSWER
            took[kind].append(time.perf_counter() - begun)
            assert answer.status == 200
        connection.close()
    finally:
        process.kill()
        process.wait()
    told = auc(*took)
    assert 0.4 <= told <= 0.6, f"AUC {told:.3f}, medians {[statistics.median(one) for one in took]}"
