"""Signing in and signed requests: forged, relayed, replayed, altered. Nothing refused is stored."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from httpx import Response

from crypto.encoding import decode, encode
from crypto.keyring import REVIEWER, Former, KeyringBody, encode_keyring
from crypto.members import StaffRequest, sign_in, sign_staff_request
from crypto.primitives import signing_pk
from crypto.requests import make_nonce
from service import clock
from service.instance import write_keyring
from service.store.commands import Purge
from tests.api.conftest import Server, Staff
from tests.api.room import CASES
from tests.api.stored import HEADERS, QUERY, gives_nothing_back, is_problem, rows
from tests.world import ORIGIN, Desk, Person, Submitter, new_person, signin_body

SESSIONS = "/v1/staff/sessions"


def nonce_of(server: Server) -> bytes:
    nonce: bytes = server.client.post("/v1/staff/challenge").content
    return nonce


def knock(server: Server, body: bytes) -> Response:
    answer: Response = server.client.post(SESSIONS + QUERY, content=body, headers=HEADERS)
    gives_nothing_back(answer)
    return answer


def publish(server: Server, people: list[Person], days: dict[bytes, tuple[int, int]] | None = None) -> KeyringBody:
    """The second keyring: these people; who is gone becomes a former."""
    world = server.world
    kept = {person.signing_pk for person in people}
    gone = [person for person in world.people if person.signing_pk not in kept]
    never = 0xFFFFFFFF
    formers = [Former(one.id, one.role, one.signing_pk, world.today - 30, world.today, never) for one in gone]
    first = world.keyring
    members = [one.listed(world.today) for one in people]
    members = [
        replace(one, from_day=days[one.id][0], until=days[one.id][1]) if days and one.id in days else one
        for one in members
    ]
    body = encode_keyring(
        instance=world.instance,
        version=2,
        not_before=first.not_before,
        expires=first.expires,
        prev=first.hash,
        roots_hash=world.roots.hash,
        policy=first.policy,
        groups=first.groups,
        members=members,
        formers=formers,
    )
    write_keyring(server.settings.instance_dir, 2, world.signed(body), world.kem_keys(people))
    return body


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A published keyring is seen by the next request."""
    monkeypatch.setattr("service.keyrings.RELOAD_SECONDS", 0)


# Signing in


def test_a_sign_in_relayed_from_another_origin_is_refused(shared: Server) -> None:
    """A page on another host asks our server for a nonce and lets the member sign it there."""
    person = shared.world.of(REVIEWER)[0]
    before = rows(shared)
    for origin in (
        "https://panah.example",
        "http://127.0.0.1:8001",
        "https://127.0.0.1:8000",
        ORIGIN + "/",
        ORIGIN.upper(),
        ORIGIN + " ",
        "http://localhost:8000",
        "null",
        "",
        "Canary-7391",
    ):
        body = signin_body(shared.world, person, nonce_of(shared), os.urandom(32), origin)
        is_problem(knock(shared, body), 403, "wrong_origin")
    assert rows(shared) == before


def test_a_sign_in_at_the_onion_address_of_the_instance_is_taken(server: Server) -> None:
    keyrings = server.client.app.state.server.keyrings  # type: ignore[attr-defined]
    onion = f"http://{'a' * 56}.onion"
    person = server.world.of(REVIEWER)[0]

    def at_the_onion() -> Response:
        return knock(server, signin_body(server.world, person, nonce_of(server), os.urandom(32), onion))

    is_problem(at_the_onion(), 403, "wrong_origin")
    keyrings.instance = replace(keyrings.instance, onion=onion)
    assert at_the_onion().status_code == 200


def test_a_sign_in_is_taken_once(server: Server) -> None:
    person, seed = server.world.of(REVIEWER)[0], os.urandom(32)
    body = signin_body(server.world, person, nonce_of(server), seed)
    assert knock(server, body).status_code == 200
    before = rows(server)
    is_problem(knock(server, body), 409, "stale_nonce")
    # nor with the same nonce for another session key
    nonce = decode("signin", [32, None, 56, 16, 32], decode("signin-request", [None, 64], body)[0])[2]
    is_problem(knock(server, signin_body(server.world, person, nonce, os.urandom(32))), 409, "stale_nonce")
    assert rows(server) == before
    assert len(before["staff_session"]) == 1


def test_a_nonce_of_another_server_purpose_or_time_opens_no_session(shared: Server) -> None:
    key: bytes = shared.client.app.state.server.server_key  # type: ignore[attr-defined]
    later = clock.now() + 600
    before = rows(shared)
    for nonce in (
        make_nonce(os.urandom(32), "signin", later),
        make_nonce(key, "mailbox", later),
        make_nonce(key, "signin", clock.now()),
        shared.client.post("/v1/challenge").content,
    ):
        body = signin_body(shared.world, shared.world.of(REVIEWER)[0], nonce, os.urandom(32))
        is_problem(knock(shared, body), 409, "stale_nonce")
    assert rows(shared) == before


def test_who_is_not_in_the_keyring_does_not_get_in(shared: Server) -> None:
    stranger, member = new_person(REVIEWER, "abroad"), shared.world.of(REVIEWER)[0]
    before = rows(shared)
    body = signin_body(shared.world, stranger, nonce_of(shared), os.urandom(32))
    is_problem(knock(shared, body), 403, "not_a_member")
    # in the name of a member, with a key of one's own
    body = signin_body(shared.world, replace(stranger, id=member.id), nonce_of(shared), os.urandom(32))
    is_problem(knock(shared, body), 400, "bad_signature")
    # signed by the member, for another instance
    body = sign_in(os.urandom(32), ORIGIN, nonce_of(shared), member.id, bytes(32), member.signing_seed)
    is_problem(knock(shared, body), 400, "wrong_instance")
    # signed by the member, and then another session key put in
    statement, signature = decode(
        "signin-request", [None, 64], signin_body(shared.world, member, nonce_of(shared), os.urandom(32))
    )
    mine = signing_pk(os.urandom(32))
    is_problem(knock(shared, encode("signin-request", statement[:-32] + mine, signature)), 400, "bad_signature")
    assert rows(shared) == before


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("days", [(-30, -1), (1, 30)], ids=["expired yesterday", "begins tomorrow"])
def test_a_member_outside_the_own_days_does_not_get_in_and_does_not_stay(server: Server, days: tuple[int, int]) -> None:
    world, person = server.world, server.world.of(REVIEWER)[0]
    staff = server.staff(person)
    assert staff.call("GET", CASES).status_code == 200
    publish(server, world.people, {person.id: (world.today + days[0], world.today + days[1])})
    is_problem(staff.call("GET", CASES), 401, "not_signed_in")
    body = signin_body(world, person, nonce_of(server), os.urandom(32))
    is_problem(knock(server, body), 403, "not_a_member")


def test_a_member_s_last_day_is_a_whole_one(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock, not only the keyring, ends a membership."""
    world, person = server.world, server.world.of(REVIEWER)[0]
    until, now = person.listed(world.today).until, clock.now()
    staff = server.staff(person)
    monkeypatch.setattr("service.actions.sign_in.clock.today", lambda: until)
    assert staff.call("GET", CASES).status_code == 200
    monkeypatch.setattr("service.actions.sign_in.clock.today", lambda: until + 1)
    is_problem(staff.call("GET", CASES), 401, "not_signed_in")
    assert clock.now() - now < 3600


@pytest.mark.usefixtures("at_once")
def test_a_member_s_first_day_is_a_whole_one_and_the_answer_names_the_keyring_of_that_day(server: Server) -> None:
    world, person, seed = server.world, server.world.of(REVIEWER)[0], os.urandom(32)
    publish(server, world.people, {person.id: (world.today, world.today + 30)})
    answer = knock(server, signin_body(world, person, nonce_of(server), seed))
    assert (answer.status_code, answer.json()["keyring_version"]) == (200, 2)
    staff = Staff(server, person, seed, bytes.fromhex(answer.json()["session"]))
    assert staff.call("GET", CASES).status_code == 200


@pytest.mark.usefixtures("at_once")
def test_a_member_revoked_while_signed_in_is_out_with_the_next_request(server: Server, submitter: Submitter) -> None:
    world = server.world
    sealed = submitter.seal("слово")
    server.send(sealed)
    person = submitter.readers()[0]
    desk, staff, colleague = Desk(world, person, [sealed]), server.staff(person), server.staff(submitter.readers()[1])
    assert staff.call("GET", CASES).status_code == 200
    publish(server, [one for one in world.people if one != person])
    before = rows(server)
    path = f"{CASES}/{desk.first.cid.hex()}"
    for method, where, body in (
        ("GET", CASES, b""),
        ("GET", path, b""),
        ("GET", f"{path}/export", b""),
        ("GET", "/v1/staff/kem", b""),
        ("POST", f"{path}/entries", desk.post_opened()),
        ("DELETE", SESSIONS, b""),
    ):
        is_problem(staff.call(method, where, body), 401, "not_signed_in")
    assert rows(server) == before
    assert colleague.call("GET", CASES).status_code == 200


@pytest.mark.usefixtures("at_once")
def test_a_session_of_a_lost_key_dies_when_the_member_is_given_a_new_one(server: Server) -> None:
    """A key file was stolen and somebody signed in with it. The member stays, with other keys and the same id."""
    world, person = server.world, server.world.of(REVIEWER)[0]
    thief = server.staff(person)
    assert thief.call("GET", CASES).status_code == 200
    renewed = replace(person, signing_seed=os.urandom(32), kem_seed=os.urandom(32))
    publish(server, [renewed if one == person else one for one in world.people])
    is_problem(thief.call("GET", CASES), 401, "not_signed_in")
    body = signin_body(world, person, nonce_of(server), os.urandom(32))
    is_problem(knock(server, body), 400, "bad_signature")
    assert server.staff(renewed).call("GET", CASES).status_code == 200


@pytest.mark.parametrize("body", [b"", b"Canary-7391", b"\x0esignin-request", bytes(600)])
def test_what_is_no_sign_in_is_malformed(shared: Server, body: bytes) -> None:
    is_problem(knock(shared, body), 400, "malformed")


def test_a_sign_in_as_large_as_a_book_is_not_read(shared: Server) -> None:
    is_problem(knock(shared, b"7391" * 2000), 413, "body_too_large")


# Signed requests


@dataclass
class Call:
    """A signed request, before it is sent."""

    staff: Staff
    method: str = "GET"
    path: str = CASES
    body: bytes = b""
    nonce: bytes = b""
    session: bytes = b""
    seed: bytes = b""

    def headers(self) -> dict[str, str]:
        session, seed = self.session or self.staff.session, self.seed or self.staff.session_seed
        request = StaffRequest(session, self.method, self.path, self.body, self.nonce or os.urandom(16))
        return {
            "Panah-Session": session.hex(),
            "Panah-Nonce": request.nonce.hex(),
            "Panah-Signature": sign_staff_request(self.staff.server.world.instance, request, seed).hex(),
        }

    def send(self, **other: object) -> Response:
        """As it was signed, or with something exchanged on the way."""
        sent = {"method": self.method, "url": self.path, "content": self.body, "headers": self.headers(), **other}
        headers = {**HEADERS, **sent.pop("headers")}  # type: ignore[dict-item]
        answer: Response = self.staff.server.client.request(**sent, headers=headers)  # type: ignore[arg-type]
        gives_nothing_back(answer)
        return answer


def test_a_request_is_answered_once(server: Server) -> None:
    staff = server.staff(server.world.of(REVIEWER)[0])
    call = Call(staff)
    headers = call.headers()
    assert call.send(headers=headers).status_code == 200
    is_problem(call.send(headers=headers), 401, "not_signed_in")
    # another request with the same nonce is a replay of the nonce
    is_problem(
        Call(staff, path="/v1/staff/kem", nonce=bytes.fromhex(headers["Panah-Nonce"])).send(), 401, "not_signed_in"
    )
    # in another session it is another nonce
    colleague = server.staff(server.world.of(REVIEWER)[1])
    assert Call(colleague, nonce=bytes.fromhex(headers["Panah-Nonce"])).send().status_code == 200


def test_a_request_is_not_answered_again_after_the_hourly_purge(server: Server) -> None:
    """While the session lasts, what was spent in it is known."""
    staff = server.staff(server.world.of(REVIEWER)[0])
    call = Call(staff)
    headers = call.headers()
    assert call.send(headers=headers).status_code == 200
    hours = server.settings.session_hours

    async def purge() -> None:
        await server.client.app.state.server.writer.submit(Purge(clock.hour() + hours, clock.today()))  # type: ignore[attr-defined]

    asyncio.run(purge())
    is_problem(call.send(headers=headers), 401, "not_signed_in")
    assert call.send().status_code == 200  # the session is still there


ALTERED: dict[str, Callable[[Call], Response]] = {
    "path": lambda call: call.send(url="/v1/staff/kem"),
    "path with a slash": lambda call: call.send(url=CASES + "/"),
    "path in other letters": lambda call: call.send(url="/v1/casework/%63ases"),
    "query added": lambda call: call.send(url=CASES + "?"[:1] + "all=1"),
    "query of nothing added to the signed path": lambda call: replace(call, path=CASES + "?x=1").send(url=CASES),
    "query exchanged": lambda call: replace(call, path=CASES + "?x=1").send(url=CASES + "?x=2"),
    "body added": lambda call: call.send(content=b"x"),
    "body taken away": lambda call: replace(call, body=b"x").send(content=b""),
    "method": lambda call: replace(call, method="POST").send(method="GET"),
    "method to delete": lambda call: replace(call, path=SESSIONS).send(method="DELETE"),
    "session of another, own signature": lambda call: replace(
        call, session=call.staff.server.staff(call.staff.server.world.of(REVIEWER)[1]).session
    ).send(),
    "own session, signature of another": lambda call: replace(call, seed=os.urandom(32)).send(),
    "member's own key in place of the session's": lambda call: replace(
        call, seed=call.staff.person.signing_seed
    ).send(),
    "unknown session": lambda call: replace(call, session=os.urandom(16)).send(),
    "nonce exchanged": lambda call: call.send(headers={**call.headers(), "Panah-Nonce": os.urandom(16).hex()}),
    "no headers": lambda call: call.send(headers={}),
    "signature missing": lambda call: call.send(headers={**call.headers(), "Panah-Signature": ""}),
    "signature of zeros": lambda call: call.send(headers={**call.headers(), "Panah-Signature": "00" * 64}),
    "signature in capitals": lambda call: call.send(
        headers={name: value.upper() for name, value in call.headers().items()}
    ),
    "signature with a space": lambda call: call.send(
        headers={**call.headers(), "Panah-Signature": call.headers()["Panah-Signature"] + " 0"}
    ),
    "words for a session": lambda call: call.send(headers={**call.headers(), "Panah-Session": "Canary-7391"}),
    "session with words after it": lambda call: call.send(
        headers={**call.headers(), "Panah-Session": call.headers()["Panah-Session"] + "Canary-7391"}
    ),
    "words for a nonce": lambda call: call.send(headers={**call.headers(), "Panah-Nonce": "Canary-7391"}),
    "nonce with words after it": lambda call: call.send(
        headers={**call.headers(), "Panah-Nonce": call.headers()["Panah-Nonce"] + "Canary-7391"}
    ),
}


@pytest.fixture(scope="module")
def reviewer(shared: Server) -> Staff:
    return shared.staff(shared.world.of(REVIEWER)[0])


@pytest.mark.parametrize("what", ALTERED)
def test_a_request_altered_on_the_way_is_nobody_s(reviewer: Staff, what: str) -> None:
    answer = ALTERED[what](Call(reviewer))
    if what in ("path with a slash",):  # no such address: nothing is asked for and nothing is told
        is_problem(answer, 404, "not_found")
    else:
        is_problem(answer, 401, "not_signed_in")
    assert Call(reviewer).send().status_code == 200  # the session itself took no harm


def test_a_request_with_its_query_signed_is_taken(reviewer: Staff) -> None:
    assert Call(reviewer, path=CASES + "?page=2").send().status_code == 200


def test_a_request_signed_for_another_instance_is_nobody_s(reviewer: Staff) -> None:
    request = StaffRequest(reviewer.session, "GET", CASES, b"", os.urandom(16))
    signature = sign_staff_request(os.urandom(32), request, reviewer.session_seed).hex()
    headers = {
        "Panah-Session": reviewer.session.hex(),
        "Panah-Nonce": request.nonce.hex(),
        "Panah-Signature": signature,
    }
    is_problem(Call(reviewer).send(headers=headers), 401, "not_signed_in")


def test_signing_out_ends_the_session_and_no_other(server: Server) -> None:
    person = server.world.of(REVIEWER)[0]
    one, other = server.staff(person), server.staff(person)
    answer = one.call("DELETE", SESSIONS)
    assert (answer.status_code, answer.content) == (204, b"")
    is_problem(one.call("GET", CASES), 401, "not_signed_in")
    is_problem(one.call("DELETE", SESSIONS), 401, "not_signed_in")
    assert other.call("GET", CASES).status_code == 200
    assert len(rows(server)["staff_session"]) == 1


def test_a_session_ends_by_itself(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    staff, hours, hour = server.staff(server.world.of(REVIEWER)[0]), server.settings.session_hours, clock.hour()
    monkeypatch.setattr("service.actions.sign_in.clock.hour", lambda: hour + hours)
    assert staff.call("GET", CASES).status_code == 200
    monkeypatch.setattr("service.actions.sign_in.clock.hour", lambda: hour + hours + 1)
    is_problem(staff.call("GET", CASES), 401, "not_signed_in")
