"""SPEC 7.2: text that was not sent yet, sealed to its writer's own key."""

from __future__ import annotations

from crypto.encoding import decode, encode, equal, read_utf8, utf8
from crypto.errors import ensure
from crypto.primitives import KEM_CT, N0, KemKey, aead_open, aead_seal, kdf, kem_decapsulate, kem_encapsulate


def seal_draft(instance: bytes, member_id: bytes, pk: bytes, text: str) -> bytes:
    """It is kept through a lock, in the page's memory."""
    made = kem_encapsulate(pk)
    key = kdf(made.shared, "draft", instance, made.ct, pk)
    return encode("draft", member_id, made.ct, aead_seal(key, N0, encode("draft-ad", instance, member_id), utf8(text)))


def open_draft(instance: bytes, member_id: bytes, key: KemKey, data: bytes) -> str:
    named, ct, sealed = decode("draft", [16, KEM_CT, None], data)
    ensure(equal(named, member_id), "not_a_recipient")
    shared = kem_decapsulate(key, ct)
    opened = aead_open(kdf(shared, "draft", instance, ct, key.pk), N0, encode("draft-ad", instance, member_id), sealed)
    return read_utf8(opened)
