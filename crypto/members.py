"""SPEC 11: what a member holds and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crypto.encoding import Day, decode, encode, equal, read_uint, read_utf8, read_within, u8, u32, utf8
from crypto.errors import ProtocolError, ensure, refuse
from crypto.keyring import OVERSIGHT, REVIEWER, KeyringBody, Member
from crypto.primitives import Argon2Work, aead_open, aead_seal, argon2id, hash, kdf, random_bytes, sign, verify
from crypto.requests import check_nonce
from crypto.roots import FirstRoots, RootSet, parse_first_roots, parse_root_set

DEFAULT_WORK = Argon2Work(memory=65536, time=3, lanes=1)
NONCE = 56


@dataclass(frozen=True)
class Keyfile:
    """The root set inside pins a machine without network."""

    member: bytes
    role: int
    signing_seed: bytes = field(repr=False)
    kem_seed: bytes = field(repr=False)
    first_roots: FirstRoots
    roots: RootSet


@dataclass(frozen=True)
class LockedKeyfile:
    """What can be read of a key file without its passphrase."""

    instance: bytes
    member: bytes
    role: int
    work: Argon2Work
    salt: bytes
    nonce: bytes
    open_fields: tuple[bytes, ...]
    ct: bytes


def seal_keyfile(keyfile: Keyfile, passphrase: str, work: Argon2Work = DEFAULT_WORK) -> bytes:
    """SPEC 11.1."""
    check_work(work)
    instance = keyfile.first_roots.instance
    salt, nonce = random_bytes(16), random_bytes(24)
    open_fields = (
        instance,
        keyfile.member,
        u8(keyfile.role),
        u32(work.memory),
        u32(work.time),
        u8(work.lanes),
        salt,
        nonce,
    )
    secret = encode(
        "keyfile-secret", keyfile.signing_seed, keyfile.kem_seed, keyfile.first_roots.encoded, keyfile.roots.encoded
    )
    kek = _key_of(argon2id(read_passphrase(passphrase), salt, work), instance)
    return encode("keyfile", *open_fields, aead_seal(kek, nonce, encode("keyfile-ad", *open_fields), secret))


def open_keyfile(data: bytes, passphrase: str, instance: bytes | None = None) -> Keyfile:
    """With the instance expected, if any. Blocks for as long as Argon2id takes."""
    locked = parse_keyfile(data, instance)
    kek = _key_of(argon2id(read_passphrase(passphrase), locked.salt, locked.work), locked.instance)
    try:
        secret = aead_open(kek, locked.nonce, encode("keyfile-ad", *locked.open_fields), locked.ct)
    except ProtocolError:
        refuse("wrong_passphrase")
    signing_seed, kem_seed, first, roots = decode("keyfile-secret", [32, 32, None, None], secret)
    first_roots, root_set = parse_first_roots(first), parse_root_set(roots)
    ensure(equal(first_roots.instance, locked.instance), "wrong_instance")
    return Keyfile(locked.member, locked.role, signing_seed, kem_seed, first_roots, root_set)


def parse_keyfile(data: bytes, expected: bytes | None = None) -> LockedKeyfile:
    """Parse, then bounds, then instance (SPEC 11.1)."""
    *open_fields, ct = decode("keyfile", [32, 16, 1, 4, 4, 1, 16, 24, None], data)
    instance, member, role, memory, time, lanes, salt, nonce = open_fields
    role_number = read_within(role, REVIEWER, OVERSIGHT, "role")
    work = Argon2Work(read_uint(memory), read_uint(time), read_uint(lanes))
    check_work(work)  # before a byte is derived: the file may come from anybody
    ensure(expected is None or equal(instance, expected), "wrong_instance")
    return LockedKeyfile(instance, member, role_number, work, salt, nonce, tuple(open_fields), ct)


def check_work(work: Argon2Work) -> None:
    within = 19456 <= work.memory <= 262144 and 2 <= work.time <= 16 and 1 <= work.lanes <= 4
    ensure(within, "kdf_out_of_bounds", f"{work.memory} KiB, {work.time}, {work.lanes}")


def _key_of(derived: bytes, instance: bytes) -> bytes:
    return kdf(derived, "keyfile", instance)


_SPACES = re.compile(r"[ \t\r\n-]+")


def read_passphrase(typed: str) -> bytes:
    """SPEC 11.1: what was typed, as it is stretched."""
    lower = "".join(chr(ord(letter) + 32) if "A" <= letter <= "Z" else letter for letter in typed)
    return utf8(_SPACES.sub(" ", lower).strip(" "))


def sign_in(instance: bytes, origin: str, nonce: bytes, member: bytes, session_pk: bytes, signing_seed: bytes) -> bytes:
    """SPEC 11.2: proves to the server, at this origin, that the member opened a session with this key."""
    statement = encode("signin", instance, utf8(origin), nonce, member, session_pk)
    return encode("signin-request", statement, sign(signing_seed, statement))


@dataclass(frozen=True)
class SignIn:
    member: Member
    session_pk: bytes
    nonce: bytes


def verify_signin(
    instance: bytes, origin: str, keyring: KeyringBody, today: Day, server_key: bytes, now: int, data: bytes
) -> SignIn:
    statement, signature = decode("signin-request", [None, 64], data)
    named, named_origin, nonce, id_, session_pk = decode("signin", [32, None, NONCE, 16, 32], statement)
    stated_origin = read_utf8(named_origin)
    ensure(equal(named, instance), "wrong_instance")
    ensure(stated_origin == origin, "wrong_origin")
    check_nonce(server_key, "signin", nonce, now)
    member = next((one for one in keyring.members if equal(one.id, id_) and one.from_day <= today <= one.until), None)
    if member is None:
        refuse("not_a_member")
    verify(member.signing_pk, statement, signature)
    return SignIn(member, session_pk, nonce)


@dataclass(frozen=True)
class StaffRequest:
    """`path` is with the query."""

    session: bytes
    method: str
    path: str
    body: bytes = field(repr=False)
    nonce: bytes


def sign_staff_request(instance: bytes, request: StaffRequest, session_seed: bytes) -> bytes:
    """SPEC 11.3."""
    return sign(session_seed, _staff_statement(instance, request))


def verify_staff_request(instance: bytes, request: StaffRequest, session_pk: bytes, signature: bytes) -> None:
    verify(session_pk, _staff_statement(instance, request), signature)


def _staff_statement(instance: bytes, request: StaffRequest) -> bytes:
    return encode(
        "staff-request",
        instance,
        request.session,
        utf8(request.method),
        utf8(request.path),
        hash(request.body),
        request.nonce,
    )
