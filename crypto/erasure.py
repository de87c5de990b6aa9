"""SPEC 8.14: the files that go with a case. Two members sign the hash of their list; the server sees it once."""

from __future__ import annotations

from collections.abc import Sequence

from crypto.encoding import ascending, cut, decode, decode_list, encode, encode_list, ensure_ascending, equal
from crypto.errors import ensure
from crypto.primitives import kdf

MAX_FILES = 4096


def erasure_list(instance: bytes, cid: bytes, k0: bytes, header_hash: bytes, uploads: Sequence[bytes]) -> bytes:
    """`k0`, `header_hash`: of the first message. Whoever lacks them cannot tell by the hash whose files these are."""
    salt = kdf(k0, "erasure", header_hash)
    return encode("erasure", instance, cid, salt, encode_list("uploads", ascending(uploads, lambda one: one)))


def parse_erasure(instance: bytes, cid: bytes, data: bytes) -> tuple[bytes, ...]:
    """The upload ids."""
    named, case, _, uploads = decode("erasure", [32, 32, 32, None], data)
    ensure(equal(named, instance), "wrong_instance")
    ensure(equal(case, cid), "wrong_case")
    found = [cut(one, 16)[0] for one in decode_list("uploads", MAX_FILES, uploads)]
    ensure_ascending(found, "uploads")
    return tuple(found)
