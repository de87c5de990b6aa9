"""SPEC 5.3 and 5.4: who may read. Bytes in; a verified keyring or a typed refusal out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from crypto.encoding import (
    SUITE,
    Z32,
    Day,
    ascending,
    decode,
    decode_list,
    encode,
    encode_list,
    ensure_ascending,
    equal,
    read_name,
    read_uint,
    read_within,
    u8,
    u16,
    u32,
    utf8,
)
from crypto.errors import ensure
from crypto.primitives import hash
from crypto.roots import RootSet, RootSignature, check_threshold, encode_signatures, parse_signatures

MAX_GROUPS = 64
MAX_MEMBERS = 512
MAX_FORMERS = 4096
MAX_DAYS = 45

PANEL, UNIT = 0, 1  # kinds of group
REVIEWER, SUPERVISOR, INVESTIGATOR, ADVISER, TRANSLATOR, CUSTODIAN, OVERSIGHT = range(1, 8)  # roles
ROLE_NAMES = ("reviewer", "supervisor", "investigator", "adviser", "translator", "custodian", "oversight")
OFFLINE = 1  # flag


@dataclass(frozen=True)
class Policy:
    minimum_suite: int
    readers: int
    minimum_readers: int
    grace: int  # days


@dataclass(frozen=True)
class Group:
    id: str
    kind: int
    countries: tuple[str, ...]  # two-letter codes, ascending; empty = all


@dataclass(frozen=True)
class Standing:
    """What a member enrols with and holds in every keyring."""

    id: bytes
    role: int
    group: str
    flags: int
    signing_pk: bytes


@dataclass(frozen=True)
class Member(Standing):
    kem_hash: bytes
    annex_hash: bytes
    from_day: Day
    until: Day


@dataclass(frozen=True)
class Former:
    id: bytes
    role: int
    signing_pk: bytes
    first: Day
    last: Day
    compromised_since: Day  # NEVER = not


@dataclass(frozen=True)
class KeyringBody:
    """Its fields are worth reading only once `UntrustedKeyring.verify` gave it, or a tool is about to sign it."""

    instance: bytes
    suite: int
    version: int
    not_before: Day
    expires: Day
    prev: bytes
    roots_hash: bytes
    policy: Policy
    groups: tuple[Group, ...]
    members: tuple[Member, ...]
    formers: tuple[Former, ...]
    encoded: bytes
    hash: bytes


def encode_keyring(
    *,
    instance: bytes,
    version: int,
    not_before: Day,
    expires: Day,
    prev: bytes,
    roots_hash: bytes,
    policy: Policy,
    groups: Sequence[Group],
    members: Sequence[Member],
    formers: Sequence[Former] = (),
    suite: int = SUITE,
) -> KeyringBody:
    return parse_keyring_body(
        encode(
            "keyring",
            instance,
            u8(suite),
            u32(version),
            u32(not_before),
            u32(expires),
            prev,
            roots_hash,
            encode(
                "policy", u8(policy.minimum_suite), u8(policy.readers), u8(policy.minimum_readers), u16(policy.grace)
            ),
            encode_list("groups", [_encode_group(group) for group in ascending(groups, lambda group: utf8(group.id))]),
            encode_list("members", [_encode_member(member) for member in ascending(members, lambda member: member.id)]),
            encode_list("formers", [_encode_former(one) for one in ascending(formers, lambda one: one.signing_pk)]),
        )
    )


def parse_keyring_body(encoded: bytes) -> KeyringBody:
    instance, suite, version, not_before, expires, prev, roots_hash, policy, groups, members, formers = decode(
        "keyring", [32, 1, 4, 4, 4, 32, 32, None, None, None, None], encoded
    )
    body = KeyringBody(
        instance,
        read_uint(suite),
        read_uint(version),
        read_uint(not_before),
        read_uint(expires),
        prev,
        roots_hash,
        _parse_policy(policy),
        tuple(_parse_group(item) for item in decode_list("groups", MAX_GROUPS, groups)),
        tuple(_parse_member(item) for item in decode_list("members", MAX_MEMBERS, members)),
        tuple(_parse_former(item) for item in decode_list("formers", MAX_FORMERS, formers)),
        encoded,
        hash(encoded),
    )
    days = body.expires - body.not_before
    ensure(1 <= days <= MAX_DAYS, "malformed", f"{days} days")
    ensure(body.version > 1 or equal(prev, Z32), "malformed", "prev of the first")
    ensure_ascending([utf8(group.id) for group in body.groups], "groups")
    ensure_ascending([member.id for member in body.members], "members")
    ensure_ascending([former.signing_pk for former in body.formers], "formers")
    for member in body.members:
        ensure(_group_fits(member, body.groups), "malformed", f"group of {member.id.hex()}")
    return body


def _parse_policy(data: bytes) -> Policy:
    suite, readers, minimum, grace = decode("policy", [1, 1, 1, 2], data)
    most = read_within(readers, 1, 8, "readers")
    return Policy(
        read_uint(suite), most, read_within(minimum, 1, most, "minimum readers"), read_within(grace, 0, 30, "grace")
    )


_GROUP_ID = re.compile(r"[a-z0-9-]{1,32}")
_GROUP_OR_NONE = re.compile(r"[a-z0-9-]{0,32}")
_COUNTRIES = re.compile(r"([A-Z]{2})*")


def _encode_group(group: Group) -> bytes:
    return encode("group", utf8(group.id), u8(group.kind), utf8("".join(sorted(group.countries))))


def _parse_group(data: bytes) -> Group:
    id_, kind, countries = decode("group", [None, 1, None], data)
    codes = re.findall("..", read_name(countries, _COUNTRIES, "countries"))
    ensure_ascending([utf8(code) for code in codes], "countries")
    return Group(read_name(id_, _GROUP_ID, "group id"), read_within(kind, PANEL, UNIT, "group kind"), tuple(codes))


def encode_standing(member: Standing) -> list[bytes]:
    return [member.id, u8(member.role), utf8(member.group), u8(member.flags), member.signing_pk]


def parse_standing(fields: Sequence[bytes]) -> Standing:
    id_, role, group, flags, signing_pk = fields
    return Standing(
        id_,
        read_within(role, REVIEWER, OVERSIGHT, "role"),
        read_name(group, _GROUP_OR_NONE, "group"),
        read_within(flags, 0, OFFLINE, "flags"),
        signing_pk,
    )


def _encode_member(member: Member) -> bytes:
    return encode(
        "member", *encode_standing(member), member.kem_hash, member.annex_hash, u32(member.from_day), u32(member.until)
    )


def _parse_member(data: bytes) -> Member:
    *standing, kem_hash, annex_hash, from_day, until = decode("member", [16, 1, None, 1, 32, 32, 32, 4, 4], data)
    base = parse_standing(standing)
    member = Member(
        base.id,
        base.role,
        base.group,
        base.flags,
        base.signing_pk,
        kem_hash,
        annex_hash,
        read_uint(from_day),
        read_uint(until),
    )
    ensure(member.from_day <= member.until, "malformed", "member days")
    return member


def _encode_former(former: Former) -> bytes:
    return encode(
        "former",
        former.id,
        u8(former.role),
        former.signing_pk,
        u32(former.first),
        u32(former.last),
        u32(former.compromised_since),
    )


def _parse_former(data: bytes) -> Former:
    id_, role, signing_pk, first, last, since = decode("former", [16, 1, 32, 4, 4, 4], data)
    return Former(
        id_,
        read_within(role, REVIEWER, OVERSIGHT, "role"),
        signing_pk,
        read_uint(first),
        read_uint(last),
        read_uint(since),
    )


def _group_fits(member: Standing, groups: Sequence[Group]) -> bool:
    kind = {REVIEWER: PANEL, INVESTIGATOR: UNIT}.get(member.role)
    if kind is None:
        return member.group == ""
    return any(group.id == member.group and group.kind == kind for group in groups)


@dataclass(frozen=True)
class Keyring:
    """A verified keyring. `today` is the day to reckon with (SPEC 5.4, 7)."""

    body: KeyringBody
    hash: bytes
    status: Literal["valid", "grace"]
    clock_behind: bool
    today: Day


@dataclass(frozen=True)
class Pin:
    """The version and hash that a site pins; 0 and Z32: none."""

    version: int = 0
    hash: bytes = Z32


NO_PIN = Pin()


@dataclass(frozen=True)
class UntrustedKeyring:
    """A parsed keyring that nobody has checked. The only way to its fields is `verify`."""

    _body: KeyringBody
    _signatures: tuple[RootSignature, ...]

    @classmethod
    def parse(cls, data: bytes) -> UntrustedKeyring:
        """SPEC 5.4 (1), but for the suite."""
        body, signatures = decode("signed-keyring", [None, None], data)
        return cls(parse_keyring_body(body), tuple(parse_signatures(signatures)))

    @property
    def claimed_version(self) -> int:
        """Unverified: only to choose which of several to verify, or which root set to try."""
        return self._body.version

    def verify(self, roots: RootSet, instance: bytes, pin: Pin, device_day: Day, build_day: Day) -> Keyring:
        """SPEC 5.4. The numbers are its steps."""
        body = self._body
        fits = body.suite == SUITE and body.policy.minimum_suite <= SUITE
        ensure(fits, "unsupported_suite", f"suite {body.suite}, at least {body.policy.minimum_suite}")  # (1)
        ensure(equal(body.instance, instance), "wrong_instance")  # (2)
        ensure(equal(body.roots_hash, roots.hash), "wrong_roots")  # (3)
        check_threshold(roots, self._signatures, body.encoded)  # (4)
        check_keys_once(body)  # (5)
        # (6)
        ensure(body.version >= pin.version, "keyring_rolled_back", f"version {body.version} after {pin.version}")
        ensure(
            body.version != pin.version or equal(body.hash, pin.hash),
            "keyring_forked",
            "the pinned version, another hash",
        )
        follows = pin.version == 0 or body.version != pin.version + 1 or equal(body.prev, pin.hash)
        ensure(follows, "keyring_forked", "does not follow")
        # (7)
        today = max(device_day, build_day, body.not_before)
        ensure(today <= body.expires + body.policy.grace, "keyring_expired", f"day {today}, expired {body.expires}")
        return Keyring(body, body.hash, "valid" if today <= body.expires else "grace", device_day < build_day, today)


def check_keys_once(body: KeyringBody) -> None:
    """SPEC 5.4 (5): one key, one member, one role."""
    everyone: list[Member | Former] = [*body.members, *body.formers]
    ensure(len({one.signing_pk for one in everyone}) == len(everyone), "key_reused", "signing key")
    ensure(len({member.kem_hash for member in body.members}) == len(body.members), "key_reused", "KEM key")
    roles: dict[bytes, int] = {}
    for one in everyone:
        ensure(roles.setdefault(one.id, one.role) == one.role, "key_reused", f"two roles of {one.id.hex()}")


def check_extends(older: KeyringBody, newer: KeyringBody) -> None:
    """SPEC 5.4, the chain: for the server and for tools. Both are verified already."""
    ensure(equal(newer.instance, older.instance), "wrong_instance")
    ensure(newer.version > older.version, "keyring_rolled_back", f"version {newer.version} after {older.version}")
    ensure(newer.version == older.version + 1 and equal(newer.prev, older.hash), "keyring_forked", "does not follow")
    ensure(newer.not_before >= older.not_before, "keyring_rolled_back", "starts earlier")
    holders: dict[bytes, tuple[bytes, int]] = {}
    for body in (older, newer):
        everyone: list[Member | Former] = [*body.members, *body.formers]
        held = [(one.signing_pk, one.id, one.role) for one in everyone]
        held += [(member.kem_hash, member.id, member.role) for member in body.members]
        for key, id_, role in held:
            ensure(holders.setdefault(key, (id_, role)) == (id_, role), "key_reused", f"a key of {id_.hex()}")


def seal_keyring(body: KeyringBody, signatures: Sequence[RootSignature]) -> bytes:
    return encode("signed-keyring", body.encoded, encode_signatures(signatures))
