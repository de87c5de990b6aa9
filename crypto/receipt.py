"""SPEC 4: the receipt code and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto.encoding import encode
from crypto.errors import ensure, refuse
from crypto.primitives import Argon2Work, argon2id, hash, kdf, kem_keypair, random_below, signing_pk

RANDOM_DIGITS = 23
WORK = Argon2Work(memory=19456, time=2, lanes=1)  # SPEC 4.3


@dataclass(frozen=True)
class Receipt:
    """What a receipt code gives. `mailbox_hash` is MH of the SPEC."""

    k0: bytes = field(repr=False)
    request_seed: bytes = field(repr=False)
    request_pk: bytes
    mailbox_seed: bytes = field(repr=False)
    mailbox_pk: bytes
    veil_key: bytes = field(repr=False)
    mailbox_hash: bytes
    lookup: bytes


def new_code() -> str:
    """24 fresh digits. The deniable second code is another of these."""
    digits = "".join(map(str, random_below([10] * RANDOM_DIGITS)))
    return digits + str(_check_digit(digits))


def _check_digit(digits: str) -> int:
    """SPEC 4.1: ISO 7064 MOD 11,10."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = 2 * total % 11
    return (11 - product) % 10


def show_code(digits: str) -> str:
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


_ZEROS = (0x30, 0x660, 0x6F0, 0xFF10)  # SPEC 4.2: the digit 0 of each script that is read
_IGNORED = frozenset(
    "\t\n\r \u00a0\u2007\u2008\u2009\u200a\u202f\u200b\u2060\ufeff-\u2010\u2011\u2012\u2013\u2014\u2015\u2212()+./"
)


def read_code(text: str) -> str:
    """SPEC 4.2: the 24 digits of what a person typed."""
    digits = ""
    for character in text:
        if character in _IGNORED:
            continue
        zero = next((zero for zero in _ZEROS if 0 <= ord(character) - zero < 10), None)
        if zero is None:
            refuse("bad_code", "not a digit")
        digits += str(ord(character) - zero)
    ensure(len(digits) == RANDOM_DIGITS + 1, "bad_code", f"{len(digits)} digits")
    ensure(_check_digit(digits[:RANDOM_DIGITS]) == int(digits[RANDOM_DIGITS]), "bad_check_digit")
    return digits


def derive_receipt(instance: bytes, digits: str) -> Receipt:
    """`digits` as read_code gives them."""
    return receipt_from_k0(instance, argon2id(read_code(digits).encode("ascii"), receipt_salt(instance), WORK))


def receipt_salt(instance: bytes) -> bytes:
    return hash(encode("receipt-salt", instance), 16)


def receipt_from_k0(instance: bytes, k0: bytes) -> Receipt:
    """SPEC 4.3."""
    request_seed = kdf(k0, "request-key")
    mailbox_seed = kdf(k0, "mailbox-key")
    request_pk = signing_pk(request_seed)
    mailbox_pk = kem_keypair(mailbox_seed).pk
    mailbox_hash = hash(mailbox_pk)
    lookup = lookup_id(instance, request_pk, mailbox_hash)
    return Receipt(k0, request_seed, request_pk, mailbox_seed, mailbox_pk, kdf(k0, "veil-key"), mailbox_hash, lookup)


def lookup_id(instance: bytes, request_pk: bytes, mailbox_hash: bytes) -> bytes:
    return hash(encode("mailbox", instance, request_pk, mailbox_hash))[:16]
