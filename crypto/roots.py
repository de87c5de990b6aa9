"""SPEC 5.1 and 5.2: the offline keys that vouch for a keyring, and how one set hands over to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crypto.encoding import (
    ascending,
    decode,
    decode_list,
    encode,
    encode_list,
    ensure_ascending,
    equal,
    read_uint,
    read_utf8,
    u8,
    u32,
    utf8,
)
from crypto.errors import ensure, refuse
from crypto.primitives import hash, is_valid, sign

MAX_ROOTS = 16
MAX_SIGNATURES = 32  # SPEC 5.2; bounds the work of a reader


@dataclass(frozen=True)
class Root:
    pk: bytes
    organisation: str


@dataclass(frozen=True)
class RootSet:
    version: int
    threshold: int
    roots: tuple[Root, ...]
    encoded: bytes
    hash: bytes


@dataclass(frozen=True)
class FirstRoots:
    instance: bytes
    roots: RootSet
    random: bytes
    encoded: bytes


def encode_root_set(version: int, threshold: int, roots: Sequence[Root]) -> RootSet:
    items = [encode_root(root) for root in ascending(roots, lambda root: root.pk)]
    return parse_root_set(encode("roots", u32(version), u8(threshold), encode_list("root-list", items)))


def encode_root(root: Root) -> bytes:
    return encode("root", root.pk, utf8(root.organisation))


def parse_root(data: bytes) -> Root:
    pk, organisation = decode("root", [32, None], data)
    ensure(1 <= len(organisation) <= 80, "malformed", "organisation")
    return Root(pk, read_utf8(organisation))


def parse_root_set(encoded: bytes) -> RootSet:
    version, threshold, items = decode("roots", [4, 1, None], encoded)
    roots = tuple(parse_root(item) for item in decode_list("root-list", MAX_ROOTS, items))
    ensure_ascending([root.pk for root in roots], "root-list")
    needed = read_uint(threshold)
    # SPEC 5.1: no two disjoint quorums
    ensure(needed >= 2 and needed <= len(roots) and 2 * needed > len(roots), "malformed", f"threshold {needed}")
    return RootSet(read_uint(version), needed, roots, encoded, hash(encoded))


def encode_first_roots(roots: RootSet, random: bytes) -> FirstRoots:
    return parse_first_roots(encode("first-roots", roots.encoded, random))


def parse_first_roots(encoded: bytes) -> FirstRoots:
    roots, random = decode("first-roots", [None, 32], encoded)
    return FirstRoots(hash(encode("instance", roots, random)), parse_root_set(roots), random, encoded)


def fingerprint(instance: bytes, roots: RootSet) -> str:
    """Six groups of five digits, for paper."""
    digest = hash(encode("fingerprint", instance, roots.hash))
    return " ".join(f"{int.from_bytes(digest[5 * i : 5 * i + 5], 'big') % 100000:05d}" for i in range(6))


@dataclass(frozen=True)
class RootSignature:
    pk: bytes
    signature: bytes


def sign_as_root(pk: bytes, seed: bytes, signed: bytes) -> RootSignature:
    return RootSignature(pk, sign(seed, signed))


def encode_signatures(signatures: Sequence[RootSignature]) -> bytes:
    items = [encode("signature", one.pk, one.signature) for one in ascending(signatures, lambda one: one.pk)]
    return encode_list("signatures", items)


def parse_signatures(data: bytes) -> list[RootSignature]:
    found = [
        RootSignature(*decode("signature", [32, 64], item)) for item in decode_list("signatures", MAX_SIGNATURES, data)
    ]
    ensure_ascending([one.pk for one in found], "signatures")
    return found


@dataclass(frozen=True)
class Signatures:
    """What was found: keys of the set with a valid signature, and those without one."""

    threshold: int
    signed: tuple[bytes, ...]
    missing: tuple[bytes, ...]


def count_signatures(roots: RootSet, signatures: Sequence[RootSignature], signed: bytes) -> Signatures:
    """SPEC 5.2: entries by other keys are ignored, entries with a bad signature are not counted."""
    by_pk = {one.pk: one.signature for one in signatures}
    valid = tuple(root.pk for root in roots.roots if root.pk in by_pk and is_valid(root.pk, signed, by_pk[root.pk]))
    return Signatures(roots.threshold, valid, tuple(root.pk for root in roots.roots if root.pk not in valid))


def check_threshold(roots: RootSet, signatures: Sequence[RootSignature], signed: bytes) -> None:
    found = count_signatures(roots, signatures, signed)
    if len(found.signed) < found.threshold:
        refuse("threshold_not_reached", f"{len(found.signed)} of {found.threshold} signatures are valid")


def encode_root_change(instance: bytes, held: RootSet, following: RootSet) -> bytes:
    return encode("root-change", instance, held.hash, following.encoded)


def seal_root_change(change: bytes, signatures: Sequence[RootSignature]) -> bytes:
    return encode("signed-root-change", change, encode_signatures(signatures))


def rotate_roots(instance: bytes, held: RootSet, signed_change: bytes) -> RootSet:
    """SPEC 5.2, root rotation: from the set held to the one that a SignedRootChange names."""
    change, items = decode("signed-root-change", [None, None], signed_change)
    named, held_hash, encoded = decode("root-change", [32, 32, None], change)
    following = parse_root_set(encoded)
    signatures = parse_signatures(items)
    ensure(equal(named, instance), "wrong_instance")
    ensure(equal(held_hash, held.hash), "wrong_roots", "change of another set")
    ensure(following.version == held.version + 1, "wrong_roots", f"version {following.version} after {held.version}")
    check_threshold(held, signatures, change)
    check_threshold(following, signatures, change)
    return following
