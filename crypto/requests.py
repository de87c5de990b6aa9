"""SPEC 10: what the submitter's browser asks of the server. Known and unknown codes take one way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from crypto.encoding import cut, decode, encode, equal, read_uint, u64, utf8
from crypto.errors import ensure
from crypto.primitives import hash, kdf, random_bytes, sign, verify
from crypto.receipt import Receipt, lookup_id

NONCE = 56

Purpose = Literal["mailbox", "signin"]
Route = Literal["mailbox.read", "mailbox.burn"]

BURN_MESSAGES, BURN_ALL, BURN_RECEIPT = 1, 2, 3


def make_nonce(server_key: bytes, purpose: Purpose, expiry: int) -> bytes:
    """SPEC 10.1. `expiry` in seconds since 1970."""
    return _nonce_of(server_key, purpose, u64(expiry), random_bytes(16))


def _nonce_of(server_key: bytes, purpose: Purpose, expiry: bytes, random: bytes) -> bytes:
    return expiry + random + kdf(server_key, "nonce", utf8(purpose), expiry, random)


def check_nonce(server_key: bytes, purpose: Purpose, nonce: bytes, now: int) -> None:
    """Whether it was spent already is the server's to know."""
    expiry, random, _ = cut(nonce, 8, 16, 32)
    ensure(equal(nonce, _nonce_of(server_key, purpose, expiry, random)), "stale_nonce", "not ours")
    ensure(now < read_uint(expiry), "stale_nonce", "expired")


def sign_mailbox_request(instance: bytes, receipt: Receipt, route: Route, body: bytes, nonce: bytes) -> bytes:
    """SPEC 10.2."""
    signature = sign(receipt.request_seed, _statement(instance, route, receipt.lookup, body, nonce))
    return encode("mailbox-request", receipt.lookup, receipt.request_pk, receipt.mailbox_hash, body, nonce, signature)


def _statement(instance: bytes, route: Route, lookup: bytes, body: bytes, nonce: bytes) -> bytes:
    return encode("request", instance, b"POST", utf8(route), lookup, hash(body), nonce)


@dataclass(frozen=True)
class MailboxRequest:
    lookup: bytes
    request_pk: bytes
    body: bytes
    nonce: bytes


def verify_mailbox_request(instance: bytes, route: Route, data: bytes, server_key: bytes, now: int) -> MailboxRequest:
    lookup, request_pk, mailbox_hash, body, nonce, signature = decode(
        "mailbox-request", [16, 32, 32, None, NONCE, 64], data
    )
    fits = body == b"" if route == "mailbox.read" else len(body) == 1 and BURN_MESSAGES <= body[0] <= BURN_RECEIPT
    ensure(fits, "malformed", "body")
    check_nonce(server_key, "mailbox", nonce, now)
    ensure(equal(lookup, lookup_id(instance, request_pk, mailbox_hash)), "bad_signature", "lookup id")
    verify(request_pk, _statement(instance, route, lookup, body, nonce), signature)
    return MailboxRequest(lookup, request_pk, body, nonce)
