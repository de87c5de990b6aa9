"""SPEC 11.4: a trustee's root key at rest. Never on a server."""

from __future__ import annotations

from crypto.encoding import decode, encode, read_uint, read_utf8, u8, u32, utf8
from crypto.errors import ProtocolError, ensure, refuse
from crypto.members import DEFAULT_WORK, check_work, read_passphrase
from crypto.primitives import Argon2Work, aead_open, aead_seal, argon2id, kdf, random_bytes, signing_pk
from crypto.roots import Root


def new_root_key(organisation: str) -> tuple[Root, bytes]:
    """A fresh key and its seed."""
    seed = random_bytes(32)
    return Root(signing_pk(seed), organisation), seed


def seal_rootfile(root: Root, seed: bytes, passphrase: str, work: Argon2Work = DEFAULT_WORK) -> bytes:
    organisation = utf8(root.organisation)
    ensure(1 <= len(organisation) <= 80, "malformed", "organisation")
    check_work(work)
    salt, nonce = random_bytes(16), random_bytes(24)
    head = [root.pk, organisation, u32(work.memory), u32(work.time), u8(work.lanes), salt, nonce]
    kek = _kek(root.pk, passphrase, salt, work)
    ct = aead_seal(kek, nonce, encode("rootfile-ad", *head), encode("rootfile-secret", seed))
    return encode("rootfile", *head, ct)


def read_rootfile(data: bytes) -> Root:
    """What the file says without its passphrase: nothing that is proved."""
    pk, organisation, *_ = decode("rootfile", [32, None, 4, 4, 1, 16, 24, None], data)
    ensure(1 <= len(organisation) <= 80, "malformed", "organisation")
    return Root(pk, read_utf8(organisation))


def open_rootfile(data: bytes, passphrase: str) -> tuple[Root, bytes]:
    """SPEC 11.4, in its order."""
    root = read_rootfile(data)
    *head, ct = decode("rootfile", [32, None, 4, 4, 1, 16, 24, None], data)
    _, _, memory, time, lanes, salt, nonce = head
    work = Argon2Work(read_uint(memory), read_uint(time), read_uint(lanes))
    check_work(work)
    try:
        secret = aead_open(_kek(root.pk, passphrase, salt, work), nonce, encode("rootfile-ad", *head), ct)
    except ProtocolError:
        refuse("wrong_passphrase")
    (seed,) = decode("rootfile-secret", [32], secret)
    ensure(signing_pk(seed) == root.pk, "keys_differ", "the seed is of another key")
    return root, seed


def _kek(pk: bytes, passphrase: str, salt: bytes, work: Argon2Work) -> bytes:
    return kdf(argon2id(read_passphrase(passphrase), salt, work), "rootfile", pk)
