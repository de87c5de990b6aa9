"""Members sign in with a signed challenge, and sign every request with the session's key (SPEC 11.2, 11.3)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from crypto.encoding import Day
from crypto.errors import ProtocolError, refuse
from crypto.keyring import Member
from crypto.members import SignIn, StaffRequest, verify_signin, verify_staff_request
from crypto.primitives import hash, random_bytes
from crypto.requests import make_nonce
from service import clock
from service.actions.answer_mailbox import NONCE_SECONDS, nonce_hour, nonce_tag
from service.actions.errors import NotSignedIn
from service.keyrings import Keyrings
from service.store.cases import find_session
from service.store.commands import CloseSession, NonceSpent, OpenSession, SpendNonce
from service.store.database import Engine
from service.store.writer import Writer


@dataclass(frozen=True)
class OpenedSession:
    id: bytes
    member: Member
    keyring_version: int


def give_signin_nonce(server_key: bytes) -> bytes:
    return make_nonce(server_key, "signin", clock.now() + NONCE_SECONDS)


async def open_session(keyrings: Keyrings, server_key: bytes, writer: Writer, hours: int, data: bytes) -> OpenedSession:
    keyring = keyrings.newest.body
    signed = _verify_for_any_origin(keyrings, server_key, data)
    session = random_bytes(16)
    key = signed.member.signing_pk
    command = OpenSession(nonce_tag(signed.nonce), nonce_hour(), session, key, signed.session_pk, clock.hour() + hours)
    try:
        await writer.submit(command)
    except NonceSpent:
        refuse("stale_nonce", "spent")
    return OpenedSession(session, signed.member, keyring.version)


def _verify_for_any_origin(keyrings: Keyrings, server_key: bytes, data: bytes) -> SignIn:
    """An instance may answer at several origins (a name and an onion); the page signs the one it stands at."""
    keyring, instance = keyrings.newest.body, keyrings.instance
    for origin in (*instance.origins, *((instance.onion,) if instance.onion else ())):
        try:
            return verify_signin(keyrings.id, origin, keyring, clock.today(), server_key, clock.now(), data)
        except ProtocolError as error:
            if error.slug != "wrong_origin":
                raise
    refuse("wrong_origin")


async def check_request(
    keyrings: Keyrings, engine: Engine, writer: Writer, request: StaffRequest, signature: bytes
) -> Member:
    """The member who signed this request, once. Raises NotSignedIn."""
    session = await asyncio.to_thread(find_session, engine, request.session)
    if session is None or session.expires_hour < clock.hour():
        raise NotSignedIn
    member = _present_member(keyrings, session.signing_pk, clock.today())
    if member is None:
        raise NotSignedIn
    try:
        verify_staff_request(keyrings.id, request, session.session_pk, signature)
    except ProtocolError:
        raise NotSignedIn from None
    tag = hash(request.session + request.nonce, 16)
    try:
        await writer.submit(SpendNonce(tag, session.expires_hour))
    except NonceSpent:
        raise NotSignedIn from None
    return member


def _present_member(keyrings: Keyrings, signing_pk: bytes, today: Day) -> Member | None:
    """By the newest keyring: who was taken out, or was given a new key because the old one is lost, has no session."""
    members = keyrings.newest.body.members
    return next((one for one in members if one.signing_pk == signing_pk and one.from_day <= today <= one.until), None)


async def close_session(writer: Writer, session: bytes) -> None:
    await writer.submit(CloseSession(session))
