"""SPEC 5.5 and 5.6: the KEM keys that travel beside a keyring, and how a member brings in new keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crypto.encoding import ascending, decode, decode_list, encode, encode_list, ensure_ascending, equal
from crypto.errors import ensure, refuse
from crypto.keyring import INVESTIGATOR, MAX_MEMBERS, REVIEWER, Member, Standing, encode_standing, parse_standing
from crypto.primitives import KEM_PK, check_kem_pk, hash, is_low_order, sign, verify

KemKeys = Mapping[bytes, bytes]  # by their hash


def encode_kem_keys(instance: bytes, pks: Sequence[bytes]) -> bytes:
    return encode("kem-keys", instance, encode_list("kem-list", ascending(pks, hash)))


def parse_kem_keys(instance: bytes, data: bytes) -> KemKeys:
    named, items = decode("kem-keys", [32, None], data)
    pks = decode_list("kem-list", MAX_MEMBERS, items)
    ensure(all(len(pk) == KEM_PK for pk in pks), "malformed", "KEM key length")
    hashes = [hash(pk) for pk in pks]
    ensure_ascending(hashes, "kem-list")
    ensure(equal(named, instance), "wrong_instance")
    ensure(not any(is_low_order(pk) for pk in pks), "low_order")
    return dict(zip(hashes, pks, strict=True))


def kem_key_of(keys: KemKeys, member: Member) -> bytes:
    """The key of a member, by the hash in the verified keyring."""
    pk = keys.get(member.kem_hash)
    if pk is None:
        refuse("missing_key", member.id.hex())
    return pk


@dataclass(frozen=True)
class Enrolment(Standing):
    kem_pk: bytes


def sign_enrolment(instance: bytes, enrolment: Enrolment, signing_seed: bytes) -> bytes:
    """SPEC 5.6: signed by the member's own new key."""
    body = encode("enrolment", instance, *encode_standing(enrolment), enrolment.kem_pk)
    return encode("signed-enrolment", body, sign(signing_seed, body))


def verify_enrolment(instance: bytes, data: bytes) -> Enrolment:
    body, signature = decode("signed-enrolment", [None, 64], data)
    named, *standing, kem_pk = decode("enrolment", [32, 16, 1, None, 1, 32, KEM_PK], body)
    base = parse_standing(standing)
    ensure((base.role in (REVIEWER, INVESTIGATOR)) == (base.group != ""), "malformed", "group")
    ensure(equal(named, instance), "wrong_instance")
    check_kem_pk(kem_pk)
    verify(base.signing_pk, body, signature)
    return Enrolment(base.id, base.role, base.group, base.flags, base.signing_pk, kem_pk)
