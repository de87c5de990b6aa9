"""SPEC 6.11: files, each a blob under a key of its own."""

from __future__ import annotations

from dataclasses import dataclass, field

from crypto.encoding import encode, equal, u8, u64
from crypto.errors import ensure
from crypto.primitives import TAG, aead_open, aead_seal, random_bytes, sha256

CHUNK = 65536
NONCE = 24
OVERHEAD = NONCE + TAG


def padme(size: int) -> int:
    """Padmé of at least one chunk: hides the length but for its first few bits."""
    length = max(size, CHUNK)
    exponent = length.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-length // step) * step


@dataclass(frozen=True)
class SealedEvidence:
    upload_id: bytes
    key: bytes = field(repr=False)
    blob: bytes = field(repr=False)
    blob_hash: bytes  # of its outline
    plaintext_hash: bytes = field(repr=False)  # not salted: it would confirm a file that somebody knows
    size: int


def seal_evidence(instance: bytes, data: bytes) -> SealedEvidence:
    upload_id, key = random_bytes(16), random_bytes(32)
    padded = data + bytes(padme(len(data)) - len(data))
    count = -(-len(padded) // CHUNK)
    parts = []
    for n in range(count):
        nonce = random_bytes(NONCE)
        ad = _chunk_ad(instance, upload_id, n, n == count - 1)
        parts.append(nonce + aead_seal(key, nonce, ad, padded[n * CHUNK : (n + 1) * CHUNK]))
    blob = b"".join(parts)
    return SealedEvidence(upload_id, key, blob, outline_hash(blob), sha256(data), len(data))


def open_evidence(
    instance: bytes,
    upload_id: bytes,
    key: bytes,
    size: int,
    blob: bytes,
    blob_hash: bytes | None = None,
    plaintext_hash: bytes | None = None,
) -> bytes:
    """With what the manifest says of the file."""
    ensure(0 <= size < 2**53, "malformed", "size")
    padded = padme(size)
    count = -(-padded // CHUNK)
    ensure(
        len(blob) == padded + count * OVERHEAD, "malformed", "blob length"
    )  # before anything of that size is allocated
    parts = []
    for n in range(count):
        sealed = blob[n * (CHUNK + OVERHEAD) : (n + 1) * (CHUNK + OVERHEAD)]
        parts.append(aead_open(key, sealed[:NONCE], _chunk_ad(instance, upload_id, n, n == count - 1), sealed[NONCE:]))
    plaintext = b"".join(parts)
    ensure(not any(plaintext[size:]), "bad_padding")
    ensure(blob_hash is None or equal(outline_hash(blob), blob_hash), "hash_mismatch", "blob")
    data = plaintext[:size]
    ensure(plaintext_hash is None or equal(sha256(data), plaintext_hash), "hash_mismatch", "plaintext")
    return data


def outline_hash(blob: bytes) -> bytes:
    """SHA-256 over every chunk's nonce and tag: which chunks these are; what is in them, the plaintext's hash says."""
    size = CHUNK + OVERHEAD
    chunks = (blob[at : at + size] for at in range(0, len(blob), size))
    return sha256(b"".join(chunk[:NONCE] + chunk[-TAG:] for chunk in chunks))


def _chunk_ad(instance: bytes, upload_id: bytes, n: int, last: bool) -> bytes:
    return encode("chunk", instance, upload_id, u64(n), u8(int(last)))
