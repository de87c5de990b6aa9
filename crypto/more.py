"""SPEC 11.6: a member asks to open more cases on a day than one member may; another says yes or no."""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto.encoding import Day, decode, encode, equal, read_uint, read_within, u8, u16, u32
from crypto.errors import ensure
from crypto.keyring import REVIEWER, SUPERVISOR, KeyringBody
from crypto.primitives import hash, sign
from crypto.signer import check_signature

MOST_MORE = 10_000  # cases that one asking may be for
# why: other readers for many cases, a search through many, somebody who is away, a flood, a check of the own work
REASONS = ("other_readers", "search", "standing_in", "flood", "own_check")


@dataclass(frozen=True)
class MoreAsked:
    """`cases` more than without it, on that day alone. `reason`: from 1, of REASONS.

    `nonce`: 16 random bytes: who asks for the same again asks anew, and what was refused is no answer to it.
    """

    instance: bytes
    member: bytes
    day: Day
    cases: int
    reason: int
    nonce: bytes


@dataclass(frozen=True)
class SignedMoreAsked(MoreAsked):
    encoded: bytes = field(repr=False)
    hash: bytes  # of the whole with its signature: an answer names it


def sign_more_asked(asked: MoreAsked, signing_seed: bytes) -> bytes:
    numbers = (u32(asked.day), u16(asked.cases), u8(asked.reason))
    statement = encode("more-asked", asked.instance, asked.member, *numbers, asked.nonce)
    return encode("signed-more-asked", statement, sign(signing_seed, statement))


def verify_more_asked(instance: bytes, keyring: KeyringBody, data: bytes) -> SignedMoreAsked:
    """Whether its day is today is the server's to ask."""
    statement, signature = decode("signed-more-asked", [None, 64], data)
    named, member, day, cases, reason, nonce = decode("more-asked", [32, 16, 4, 2, 1, 16], statement)
    numbers = (
        read_uint(day),
        read_within(cases, 1, MOST_MORE, "cases"),
        read_within(reason, 1, len(REASONS), "reason"),
    )
    ensure(equal(named, instance), "wrong_instance")
    check_signature(keyring, member, numbers[0], statement, signature)
    return SignedMoreAsked(named, member, *numbers, nonce, data, hash(data))


def sign_more_answered(asked: SignedMoreAsked, member: bytes, agrees: bool, signing_seed: bytes) -> bytes:
    """On the day of the asking: it is for no other."""
    statement = encode("more-answered", asked.instance, asked.hash, member, u8(agrees))
    return encode("signed-more-answered", statement, sign(signing_seed, statement))


@dataclass(frozen=True)
class MoreAnswered:
    member: bytes
    agrees: bool


def answered_of(data: bytes) -> bytes:
    """The hash of what an answer is to, before anything is verified."""
    statement, _ = decode("signed-more-answered", [None, 64], data)
    return decode("more-answered", [32, 32, 16, 1], statement)[1]


def verify_more_answered(keyring: KeyringBody, asked: SignedMoreAsked, data: bytes) -> MoreAnswered:
    """By another reviewer or supervisor, who is a member on the day of the asking."""
    statement, signature = decode("signed-more-answered", [None, 64], data)
    named, cited, member, agrees = decode("more-answered", [32, 32, 16, 1], statement)
    answer = MoreAnswered(member, bool(read_within(agrees, 0, 1, "agrees")))
    ensure(equal(named, asked.instance), "wrong_instance")
    ensure(equal(cited, asked.hash), "hash_mismatch", "an answer to another asking")
    ensure(not equal(member, asked.member), "role_not_allowed", "the own asking")
    check_signature(keyring, member, asked.day, statement, signature, (REVIEWER, SUPERVISOR))
    return answer
