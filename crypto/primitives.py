"""SPEC 3: the only file that knows the libraries."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import argon2.low_level
import nacl.bindings as sodium
import nacl.exceptions
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey

from crypto.encoding import cut, encode, equal
from crypto.errors import ensure, refuse

T = TypeVar("T")

N0 = bytes(24)  # used only where a key is used once
TAG = 16
KEM_PK = 1216
KEM_CT = 1120

_ML_KEM_PK = 1184
_ML_KEM_CT = 1088
_XWING_LABEL = b"\\.//^\\"
_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493


def hash(data: bytes, size: int = 32) -> bytes:
    return hashlib.blake2b(data, digest_size=size).digest()


def sha256(data: bytes) -> bytes:
    """Only of a file's plaintext: the hash that courts and forensic tools know."""
    return hashlib.sha256(data).digest()


def kdf(key: bytes, label: str, *context: bytes) -> bytes:
    ensure(len(key) == 32, "malformed", "key length")
    return hashlib.blake2b(encode(label, *context), digest_size=32, key=key).digest()


def aead_seal(key: bytes, nonce: bytes, ad: bytes, plaintext: bytes) -> bytes:
    ensure(len(key) == 32 and len(nonce) == 24, "malformed", "key or nonce length")
    return bytes(sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, ad, nonce, key))


def aead_open(key: bytes, nonce: bytes, ad: bytes, ciphertext: bytes) -> bytes:
    ensure(len(key) == 32 and len(nonce) == 24, "malformed", "key or nonce length")
    ensure(len(ciphertext) >= TAG, "decryption_failed")
    try:
        return bytes(sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, ad, nonce, key))
    except nacl.exceptions.CryptoError:
        refuse("decryption_failed")


def signing_pk(seed: bytes) -> bytes:
    ensure(len(seed) == 32, "malformed", "seed length")
    return bytes(sodium.crypto_sign_seed_keypair(seed)[0])


def sign(seed: bytes, message: bytes) -> bytes:
    ensure(len(seed) == 32, "malformed", "seed length")
    secret = sodium.crypto_sign_seed_keypair(seed)[1]
    return bytes(sodium.crypto_sign(message, secret)[:64])


def verify(pk: bytes, message: bytes, signature: bytes) -> None:
    """SPEC 3.1. The order of the checks cannot be seen from outside: each failure is `bad_signature`."""
    ensure(is_valid(pk, message, signature), "bad_signature")


def is_valid(pk: bytes, message: bytes, signature: bytes) -> bool:
    """SPEC 3.1 as a question, for thresholds."""
    if len(pk) != 32 or len(signature) != 64:
        return False
    if int.from_bytes(signature[32:], "little") >= _L:
        return False
    # libsodium's check is: canonical, on the curve, not of small order, in the subgroup of prime order (torsion-free)
    if not sodium.crypto_core_ed25519_is_valid_point(pk):
        return False
    # R needs no such check: with A in that subgroup [S]B - [k]A is in it too, and the library compares its canonical
    # encoding with R byte by byte (`_refuses_torsion_in_r`); R of small order it refuses itself.
    try:
        sodium.crypto_sign_open(signature + message, pk)
    except nacl.exceptions.BadSignatureError:
        return False
    return True


def _refuses_torsion_in_r() -> bool:
    """Whether the library compares R, and does not only ask that eight times the two sides agree (vector
    `ed25519_torsion_in_r_2_0`: the equation holds but for a point of order 2 in R)."""
    pk = "39fd792ef5b8e13cbd411ee4717f2f8d9e41df88ebf82a88b93a13c501d77466"
    message = "d185d0b0d0b1d0b0d180d0bbd0b0d0bcd0b0"
    signature = (
        "e4a56ae56b6f73c011521a8a42e4c52120100513c7319bb919f54ce1fbba6487"
        "b0ced4183f387e513d18512fcf2773772e876bcc23e79b6280d743660b0e7a07"
    )
    return not is_valid(bytes.fromhex(pk), bytes.fromhex(message), bytes.fromhex(signature))


if not _refuses_torsion_in_r():  # SPEC 3.1 would not be kept
    raise ImportError("this libsodium accepts a signature whose R has a torsion part; another PyNaCl is needed")


def x25519(secret: bytes, pk: bytes) -> bytes:
    """X25519; a result of zeros is `low_order`."""
    ensure(len(secret) == 32 and len(pk) == 32, "malformed", "key length")
    try:
        shared = bytes(sodium.crypto_scalarmult(secret, pk))
    except nacl.exceptions.CryptoError:  # libsodium refuses the all-zero result itself
        refuse("low_order")
    ensure(shared != bytes(32), "low_order")
    return shared


@dataclass(frozen=True)
class KemKey:
    """X-Wing, with the seed expanded once for any number of decapsulations."""

    pk: bytes
    ml_kem: MLKEM768PrivateKey = field(repr=False)
    x25519_secret: bytes = field(repr=False)


def kem_keypair(seed: bytes) -> KemKey:
    ensure(len(seed) == 32, "malformed", "seed length")
    expanded = hashlib.shake_256(seed).digest(96)
    ml_kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
    secret = expanded[64:]
    pk = ml_kem.public_key().public_bytes_raw() + bytes(sodium.crypto_scalarmult_base(secret))
    return KemKey(pk, ml_kem, secret)


@dataclass(frozen=True)
class Encapsulated:
    ct: bytes
    shared: bytes = field(repr=False)


def check_kem_pk(pk: bytes) -> MLKEM768PublicKey:
    """SPEC 3: a key that can be encapsulated to."""
    ensure(len(pk) == KEM_PK, "malformed", "kem pk")
    ensure(not is_low_order(pk), "low_order")
    try:
        return MLKEM768PublicKey.from_public_bytes(pk[:_ML_KEM_PK])
    except ValueError:  # FIPS 203, 7.2: a coefficient not below q
        refuse("malformed", "kem pk")


def kem_encapsulate(pk: bytes) -> Encapsulated:
    recipient, x_pk = check_kem_pk(pk), pk[_ML_KEM_PK:]
    ml_kem_shared, ml_kem_ct = recipient.encapsulate()
    ephemeral = random_bytes(32)
    x_ct = bytes(sodium.crypto_scalarmult_base(ephemeral))
    return Encapsulated(ml_kem_ct + x_ct, _combine(ml_kem_shared, x25519(ephemeral, x_pk), x_ct, x_pk))


def kem_decapsulate(key: KemKey, ct: bytes) -> bytes:
    ensure(len(ct) == KEM_CT, "malformed", "kem ct")
    ensure(not is_low_order(ct), "low_order")
    ml_kem_ct, x_ct = cut(ct, _ML_KEM_CT, 32)
    ml_kem_shared = key.ml_kem.decapsulate(ml_kem_ct)
    return _combine(ml_kem_shared, x25519(key.x25519_secret, x_ct), x_ct, key.pk[_ML_KEM_PK:])


def _combine(ml_kem_shared: bytes, x_shared: bytes, x_ct: bytes, x_pk: bytes) -> bytes:
    """draft-connolly-cfrg-xwing-kem, 5.3."""
    return hashlib.sha3_256(ml_kem_shared + x_shared + x_ct + x_pk + _XWING_LABEL).digest()


# SPEC 3.2, little-endian, with either highest bit, which X25519 leaves out.
_LOW_ORDER = {
    (n | top << 255).to_bytes(32, "little")
    for top in (0, 1)
    for n in (
        0,
        1,
        325606250916557431795983626356110631294008115727848805560023387167927233504,
        39382357235489614581723060781553021112529911719440698176882885853963445705823,
        _P - 1,
        _P,
        _P + 1,
    )
}


def is_low_order(key: bytes) -> bool:
    """Of a KEM ct or pk, or of an X25519 key: whether the last 32 bytes are low-order."""
    return key[-32:] in _LOW_ORDER


@dataclass(frozen=True)
class Argon2Work:
    memory: int  # KiB
    time: int
    lanes: int


_MOST_TIME = 2**32 - 1  # what RFC 9106 allows


def argon2id(password: bytes, salt: bytes, work: Argon2Work) -> bytes:
    within = len(salt) >= 8 and 1 <= work.time <= _MOST_TIME and work.lanes >= 1 and 8 * work.lanes <= work.memory
    ensure(within and work.memory <= 1048576, "kdf_out_of_bounds")  # SPEC 3: before anything is allocated
    return argon2.low_level.hash_secret_raw(
        password, salt, work.time, work.memory, work.lanes, 32, argon2.low_level.Type.ID, version=0x13
    )


_last_draw: bytes | None = None


def random_bytes(n: int) -> bytes:
    """SPEC 3, `random(n)`."""
    global _last_draw
    try:
        out = secrets.token_bytes(n)
    except Exception as error:
        refuse("random_failed", type(error).__name__)
    ensure(len(out) == n, "random_failed", "length")
    ensure(n < 16 or any(out), "random_failed", "zeros")
    if n >= 32:
        digest = hash(out[:32])  # its hash is kept, so that no secret outlives its use here
        ensure(_last_draw is None or not equal(_last_draw, digest), "random_failed", "repeated")
        _last_draw = digest
    return out


def random_below(limits: Sequence[int]) -> list[int]:
    """For each limit (1 to 256) a number uniform in 0..limit-1.

    Bytes come in draws of 64, so that a dead generator is noticed.
    """
    pool: list[int] = []
    out = []
    for limit in limits:
        while True:
            if not pool:
                pool = list(random_bytes(64))
            byte = pool.pop()
            if byte < 256 - 256 % limit:  # bytes beyond the last whole multiple are thrown away
                out.append(byte % limit)
                break
    return out


def shuffled(items: Sequence[T]) -> list[T]:
    """A uniformly shuffled copy (Fisher and Yates)."""
    out = list(items)
    draws = random_below([i + 1 for i in range(len(out))])
    for i in range(len(out) - 1, 0, -1):
        out[i], out[draws[i]] = out[draws[i]], out[i]
    return out
