"""The next keyring, before anybody has signed it: the one before, and what changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from crypto.conflict import Declaration, may_read_declarations, readers_of, seal_declarations
from crypto.encoding import NEVER, Z32
from crypto.enrolment import Enrolment, encode_kem_keys, kem_key_of, parse_kem_keys, verify_enrolment
from crypto.keyring import INVESTIGATOR, MAX_DAYS, OFFLINE, Former, Group, KeyringBody, Member, Policy, encode_keyring
from crypto.primitives import hash
from crypto.roots import RootSet
from service.ceremony import CeremonyRefused


class GroupMissing(Exception):
    """A member stands in a panel or unit that the keyring would not have."""

    def __init__(self, id_: str, kind: int, member: bytes) -> None:
        super().__init__(f"there is no {('panel', 'unit')[kind]} {id_}, in which member {member.hex()} stands")
        self.id, self.kind = id_, kind


POLICY = Policy(minimum_suite=1, readers=5, minimum_readers=4, grace=30)


@dataclass(frozen=True)
class Changes:
    """What the next keyring does differently."""

    enrolments: Sequence[Enrolment] = ()
    revoked: Mapping[bytes, int] = field(default_factory=dict)  # member id: stolen since this day, or NEVER
    groups: Sequence[Group] = ()  # added, or put in the place of the one with the same id
    dropped_groups: Sequence[str] = ()
    policy: Policy | None = None
    until: int = NEVER  # last day of the members who enrol ..
    until_offline: int = NEVER  # .. and of those whose keys are on no machine with a network
    declared: Mapping[bytes, bytes] = field(default_factory=dict)  # member id: hash of the declaration, SPEC 5.10


def draft_keyring(
    instance: bytes,
    roots: RootSet,
    previous: KeyringBody | None,
    so_far: KeyringBody | None,
    changes: Changes,
    not_before: int,
    days: int = MAX_DAYS,
) -> KeyringBody:
    """The keyring to be signed. `so_far` is an earlier draft of the same version, that these changes come on top of.

    Raises CeremonyRefused, GroupMissing.
    """
    base = so_far or previous
    start = max(not_before, previous.not_before) if previous else not_before
    groups = {group.id: group for group in (base.groups if base else ())}
    groups.update({group.id: group for group in changes.groups})
    for id_ in changes.dropped_groups:
        if groups.pop(id_, None) is None:
            raise CeremonyRefused("there is no group of that name to take away", "`panah keyring members` shows them")
    members = _members_after(base, changes, start)
    for one in members:
        if one.group and (one.group not in groups or groups[one.group].kind != (one.role == INVESTIGATOR)):
            raise GroupMissing(one.group, int(one.role == INVESTIGATOR), one.id)
    return encode_keyring(
        instance=instance,
        version=previous.version + 1 if previous else 1,
        not_before=start,
        expires=start + days,
        prev=previous.hash if previous else Z32,
        roots_hash=roots.hash,
        policy=changes.policy or (base.policy if base else POLICY),
        groups=list(groups.values()),
        members=members,
        formers=_formers_after(previous, so_far, members, changes, start),
    )


def gather_kem_keys(
    instance: bytes, body: KeyringBody, known: Mapping[bytes, bytes], enrolled: Sequence[Enrolment]
) -> bytes:
    """KemKeys of exactly the members of this keyring."""
    keys = {**known, **{hash(one.kem_pk): one.kem_pk for one in enrolled}}
    return encode_kem_keys(instance, [kem_key_of(keys, member) for member in body.members])


def gather_annexes(
    instance: bytes, body: KeyringBody, kem_keys: bytes, declarations: Sequence[Declaration], earlier: bytes
) -> bytes:
    """SPEC 5.11, sealed anew to today's reviewers and supervisors; `earlier` stays where it is still theirs."""
    wanted = {one.id: one.annex_hash for one in body.members if one.annex_hash != Z32}
    if not wanted:
        return b""
    held = {one.member: one for one in declarations if wanted.get(one.member) == one.hash}
    readers = [one for one in body.members if may_read_declarations(one)]
    missing = sorted(set(wanted) - set(held))
    if missing and not declarations and earlier and readers_of(earlier) == {one.kem_hash for one in readers}:
        return earlier
    if missing:
        fact = f"the declaration of member {missing[0].hex()} is not in the folder of declarations"
        raise CeremonyRefused(fact, "give --declarations with the folder that has everybody's")
    keys = parse_kem_keys(instance, kem_keys)
    return seal_declarations(instance, [kem_key_of(keys, one) for one in readers], list(held.values()))


def enrolments_needed(instance: bytes, body: KeyringBody, signed: Sequence[bytes]) -> tuple[bytes, ...]:
    """Those whose signing key stands in the draft; an enrolment that a later one replaced falls away."""
    held = {member.signing_pk for member in body.members}
    kept = {verify_enrolment(instance, one).signing_pk: one for one in signed}
    return tuple(one for pk, one in kept.items() if pk in held)


def _members_after(base: KeyringBody | None, changes: Changes, start: int) -> list[Member]:
    members = {member.id: member for member in (base.members if base else ())}
    former = {former.id for former in (base.formers if base else ())}
    for id_ in changes.revoked:
        if members.pop(id_, None) is None and id_ not in former:
            raise CeremonyRefused(f"there is no member {id_.hex()} to revoke", "`panah keyring members` lists them")
    for one in changes.enrolments:
        old = members.get(one.id)
        if old is not None and old.role != one.role:
            fact = f"member {one.id.hex()} holds another role; a new role takes a new id and new keys"
            raise CeremonyRefused(fact, "they make keys without --id")
        members[one.id] = Member(
            id=one.id,
            role=one.role,
            group=one.group,
            flags=one.flags,
            signing_pk=one.signing_pk,
            kem_hash=hash(one.kem_pk),
            annex_hash=old.annex_hash if old else Z32,
            from_day=start,
            until=changes.until_offline if one.flags & OFFLINE else changes.until,
        )
    for id_, hash_ in changes.declared.items():
        if id_ in members:
            members[id_] = replace(members[id_], annex_hash=hash_)
    return list(members.values())


def _formers_after(
    previous: KeyringBody | None, so_far: KeyringBody | None, members: Sequence[Member], changes: Changes, start: int
) -> list[Former]:
    """Every signing key that was ever in a keyring and is in no member's hand now."""
    held = {member.signing_pk for member in members}
    formers = {former.signing_pk: former for former in (previous.formers if previous else ())}
    for member in previous.members if previous else ():
        if member.signing_pk not in held:
            last = max(member.from_day, min(start, member.until))
            formers[member.signing_pk] = Former(
                id=member.id,
                role=member.role,
                signing_pk=member.signing_pk,
                first=member.from_day,
                last=last,
                compromised_since=NEVER,
            )
    # a theft noted in the draft so far is kept, one noted now is added; a key never becomes sound again
    for former in so_far.formers if so_far else ():
        if former.signing_pk in formers:
            formers[former.signing_pk] = _stolen(formers[former.signing_pk], former.compromised_since)
    return [_stolen(former, changes.revoked.get(former.id, NEVER)) for former in formers.values()]


def _stolen(former: Former, since: int) -> Former:
    return replace(former, compromised_since=min(former.compromised_since, since))
