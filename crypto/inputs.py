"""SPEC 14: what a request to the adapter gives by name, and what is wrong with it before anything is tried."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from crypto.chain import KnownMessage
from crypto.encoding import read_utf8
from crypto.keyring import KeyringBody, parse_keyring_body
from crypto.message import SealedMessage, parse_sealed
from crypto.primitives import KemKey, kem_keypair

T = TypeVar("T")
Ok = dict[str, Any]

_HEX = re.compile(r"([0-9a-f]{2})*")
_LARGEST = 2**53 - 1


class BadRequest(Exception):
    """Not a failure class: the request itself is wrong."""


class Inputs:
    """The named inputs of one request."""

    def __init__(self, values: object) -> None:
        self._values = values

    def _get(self, name: str) -> object:
        if not isinstance(self._values, dict) or name not in self._values:
            raise BadRequest
        return self._values[name]

    def bytes(self, name: str) -> bytes:
        return unhex(self._get(name))

    def optional(self, name: str) -> bytes | None:  # type: ignore[valid-type]
        """ "" is none."""
        return self.bytes(name) or None

    def text(self, name: str) -> str:
        return read_utf8(self.bytes(name))

    def string(self, name: str) -> str:
        value = self._get(name)
        if not isinstance(value, str):
            raise BadRequest
        return value

    def tag(self, name: str) -> str:
        """SPEC 2: 1 to 32 ASCII bytes."""
        value = self.string(name)
        if not value.isascii() or not 1 <= len(value) <= 32:
            raise BadRequest
        return value

    def number(self, name: str) -> int:
        value = self._get(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
            raise BadRequest
        return value

    def list(self, name: str, item: Callable[[object], T]) -> list[T]:
        value = self._get(name)
        if not isinstance(value, list):
            raise BadRequest
        return [item(one) for one in value]

    def keyring(self) -> KeyringBody:
        return parse_keyring_body(self.bytes("keyring"))

    def message(self) -> SealedMessage:
        return parse_sealed(self.bytes("instance"), self.bytes("message"))

    def key(self) -> KemKey:
        return kem_keypair(self.bytes("kem_seed"))


def unhex(value: object) -> bytes:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise BadRequest
    return bytes.fromhex(value)


def string_in(value: object) -> str:
    return Inputs({"value": value}).string("value")


def number_in(value: object) -> int:
    return Inputs({"value": value}).number("value")


def known_message(value: object) -> KnownMessage:
    inputs = Inputs(value)
    return KnownMessage(inputs.bytes("cid"), inputs.number("lane"))
