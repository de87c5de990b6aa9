"""A member's keys, made where the member is."""

from __future__ import annotations

from crypto.enrolment import Enrolment, sign_enrolment
from crypto.members import Keyfile
from crypto.primitives import kem_keypair, random_bytes, signing_pk
from crypto.roots import FirstRoots, RootSet


def new_member(
    first: FirstRoots, roots: RootSet, role: int, group: str, flags: int = 0, id_: bytes | None = None
) -> tuple[Keyfile, Enrolment, bytes]:
    """Fresh keys, and the enrolment that they sign."""
    keyfile = Keyfile(id_ or random_bytes(16), role, random_bytes(32), random_bytes(32), first, roots)
    enrolment = Enrolment(
        id=keyfile.member,
        role=role,
        group=group,
        flags=flags,
        signing_pk=signing_pk(keyfile.signing_seed),
        kem_pk=kem_keypair(keyfile.kem_seed).pk,
    )
    return keyfile, enrolment, sign_enrolment(first.instance, enrolment, keyfile.signing_seed)
