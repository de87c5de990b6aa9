"""SPEC 8.2 (5), (6): whose key signed, by the newest keyring."""

from __future__ import annotations

from dataclasses import dataclass

from crypto.encoding import NEVER, Day, equal
from crypto.entry import COPY_ANSWERED, IDENTITY_GRANTED, REFUSAL, SignedEntry
from crypto.errors import ensure, refuse
from crypto.keyring import ADVISER, CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR, TRANSLATOR, KeyringBody
from crypto.primitives import is_valid


@dataclass(frozen=True)
class Signer:
    """`revoked`: the key is known to be stolen. From which day does not matter: a thief writes any day."""

    pk: bytes
    role: int
    revoked: bool


def check_signer(entry: SignedEntry, keyring: KeyringBody) -> Signer:
    """SPEC 8.2 (5) and (6): whose key signed, by the newest keyring."""
    others = {
        IDENTITY_GRANTED: (CUSTODIAN,),
        REFUSAL: (*CASEWORKERS, CUSTODIAN),
        COPY_ANSWERED: (TRANSLATOR, ADVISER),
    }
    roles = others.get(entry.kind, CASEWORKERS)
    return check_signature(keyring, entry.actor, entry.day, entry.encoded, entry.signature, roles)


CASEWORKERS = (REVIEWER, SUPERVISOR, INVESTIGATOR)


def check_signature(
    keyring: KeyringBody, id_: bytes, day: Day, signed: bytes, signature: bytes, roles: tuple[int, ...] = CASEWORKERS
) -> Signer:
    """The same for whatever else a member of a case signs."""
    signers = _signers_on(keyring, id_, day)
    ensure(bool(signers), "not_a_member", id_.hex())
    ensure(all(one.role in roles for one in signers), "role_not_allowed", id_.hex())
    signer = next((one for one in signers if is_valid(one.pk, signed, signature)), None)
    if signer is None:
        refuse("bad_signature", id_.hex())
    return signer


def _signers_on(keyring: KeyringBody, id_: bytes, day: Day) -> list[Signer]:
    """The records of a member's id whose days hold this day: the member's first, then the formers' by key."""
    members = [one for one in keyring.members if equal(one.id, id_) and one.from_day <= day <= one.until]
    formers = [one for one in keyring.formers if equal(one.id, id_) and one.first <= day <= one.last]
    return [Signer(one.signing_pk, one.role, False) for one in members] + [
        Signer(one.signing_pk, one.role, one.compromised_since != NEVER) for one in formers
    ]


def is_investigator(keyring: KeyringBody, id_: bytes, day: Day) -> bool:
    """By the newest keyring, on that day."""
    records = _signers_on(keyring, id_, day)
    return bool(records) and all(one.role == INVESTIGATOR for one in records)
