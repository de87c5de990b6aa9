"""SPEC 13: the closed list of failure classes."""

from __future__ import annotations

from typing import Literal, NoReturn, get_args

Slug = Literal[
    "malformed",
    "unsupported_suite",
    "wrong_instance",
    "wrong_roots",
    "wrong_keyring",
    "wrong_case",
    "wrong_origin",
    "threshold_not_reached",
    "key_reused",
    "missing_key",
    "no_readers",
    "keyring_rolled_back",
    "keyring_forked",
    "keyring_expired",
    "bad_signature",
    "low_order",
    "not_a_recipient",
    "commitment_mismatch",
    "decryption_failed",
    "bad_padding",
    "hash_mismatch",
    "keys_differ",
    "chain_broken",
    "bad_state",
    "day_out_of_range",
    "not_a_member",
    "role_not_allowed",
    "bad_code",
    "bad_check_digit",
    "wrong_passphrase",
    "kdf_out_of_bounds",
    "too_large",
    "random_failed",
    "stale_nonce",
]

SLUGS: tuple[str, ...] = get_args(Slug)


class ProtocolError(Exception):
    """Raised for every refusal of the protocol.

    Branch on `slug`, and show a person a text chosen by it. `fact` says what was found, for tools and tests; it
    never holds a plaintext or a key.
    """

    def __init__(self, slug: Slug, fact: str = "") -> None:
        super().__init__(f"{slug}: {fact}" if fact else slug)
        self.slug: Slug = slug
        self.fact = fact


def refuse(slug: Slug, fact: str = "") -> NoReturn:
    raise ProtocolError(slug, fact)


def ensure(condition: bool, slug: Slug, fact: str = "") -> None:
    """Raises ProtocolError unless the condition holds. Not an assert: it also stands under python -O."""
    if not condition:
        raise ProtocolError(slug, fact)
