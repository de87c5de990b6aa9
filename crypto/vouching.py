"""SPEC 5.9: trustees vouch for a page that travels without the site, by its bytes."""

from __future__ import annotations

from collections.abc import Sequence

from crypto.encoding import decode, encode, equal
from crypto.errors import ensure
from crypto.primitives import hash
from crypto.roots import RootSet, RootSignature, check_threshold, encode_signatures, parse_signatures


def encode_page(instance: bytes, page: bytes) -> bytes:
    """What each trustee signs: the page's whole bytes, by their hash."""
    return encode("offline-page", instance, hash(page))


def seal_page(statement: bytes, signatures: Sequence[RootSignature]) -> bytes:
    return encode("signed-offline-page", statement, encode_signatures(signatures))


def read_page(instance: bytes, page: bytes, signed: bytes) -> list[RootSignature]:
    """The signatures, not checked, of a statement about this page: `malformed`, `wrong_instance`, `hash_mismatch`."""
    statement, signatures = decode("signed-offline-page", [None, None], signed)
    named, digest = decode("offline-page", [32, 32], statement)
    ensure(equal(named, instance), "wrong_instance")
    ensure(equal(digest, hash(page)), "hash_mismatch", "signed for another page")
    return parse_signatures(signatures)


def verify_page(roots: RootSet, instance: bytes, page: bytes, signed: bytes) -> None:
    """As read_page, then `threshold_not_reached`."""
    check_threshold(roots, read_page(instance, page, signed), encode_page(instance, page))
