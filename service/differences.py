"""What a keyring or root set changes, in words and digits for those who sign it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from crypto.encoding import NEVER
from crypto.keyring import CUSTODIAN, OFFLINE, REVIEWER, ROLE_NAMES, KeyringBody, Member
from crypto.primitives import hash
from crypto.roots import RootSet

ROLES = dict(enumerate(ROLE_NAMES, 1))


def describe_changes(previous: KeyringBody | None, body: KeyringBody) -> Iterable[str]:
    before = {member.id: member for member in previous.members} if previous else {}
    after = {member.id: member for member in body.members}
    for id_, member in after.items():
        old = before.get(id_)
        if old is None:
            yield f"+ {describe_member(member)}, key {key_digits(member.signing_pk, member.kem_hash)}"
        elif (old.signing_pk, old.kem_hash) != (member.signing_pk, member.kem_hash):
            yield f"~ {describe_member(member)} has new keys, {key_digits(member.signing_pk, member.kem_hash)}"
        elif old != member:
            yield f"~ {describe_member(old)} becomes {describe_member(member)}"
    for id_, member in before.items():
        if id_ not in after:
            yield f"- {describe_member(member)}"
    formers = {former.signing_pk: former for former in previous.formers} if previous else {}
    for former in body.formers:
        old_former = formers.get(former.signing_pk)
        if former.compromised_since != NEVER and (
            old_former is None or old_former.compromised_since != former.compromised_since
        ):
            yield f"! a key of {former.id.hex()} counts as stolen since {day_text(former.compromised_since)}"
    yield from _describe_groups(previous, body)


def _describe_groups(previous: KeyringBody | None, body: KeyringBody) -> Iterable[str]:
    before = {group.id: group for group in previous.groups} if previous else {}
    after = {group.id: group for group in body.groups}
    kinds = {0: "panel", 1: "unit"}
    for id_, group in after.items():
        if before.get(id_) != group:
            sign = "~" if id_ in before else "+"
            yield f"{sign} {kinds[group.kind]} {id_}: {' '.join(group.countries) or 'all countries'}"
    for id_, group in before.items():
        if id_ not in after:
            yield f"- {kinds[group.kind]} {id_}"
    if previous and previous.policy != body.policy:
        yield f"~ policy: {_describe_policy(previous)} becomes {_describe_policy(body)}"


def _describe_policy(body: KeyringBody) -> str:
    policy = body.policy
    return f"{policy.readers} readers (at least {policy.minimum_readers}), {policy.grace} days of grace"


def describe_member(member: Member) -> str:
    return f"{describe_place(member)} {member.id.hex()} {_describe_days(member)}"


def describe_place(member: Member) -> str:
    place = f" {member.group}" if member.group else ""
    return f"{ROLES[member.role]}{place}{' offline' if member.flags & OFFLINE else ''}"


def _describe_days(member: Member) -> str:
    until = "" if member.until == NEVER else f" until {day_text(member.until)}"
    return f"from {day_text(member.from_day)}{until}"


def describe_risks(body: KeyringBody, today: int) -> Iterable[str]:
    """Not refused: trustees may have a reason."""
    day = max(today, body.not_before)
    present = [m for m in body.members if m.from_day <= day <= m.until and not m.flags & OFFLINE]
    reviewers = sum(member.role == REVIEWER for member in present)
    if reviewers < body.policy.readers:
        yield f"only {reviewers} reviewers can be drawn; the policy wants {body.policy.readers}"
    if sum(member.role == CUSTODIAN for member in present) < 2:
        yield "fewer than 2 custodians: one lost key makes every sealed identity unreadable"
    if body.expires - day < 14:
        yield f"expires soon, on {day_text(body.expires)}"


def describe_root_change(roots: RootSet, following: RootSet) -> list[str]:
    old, new = {root.pk: root for root in roots.roots}, {root.pk: root for root in following.roots}
    changes = [f"+ root {root.organisation}, key {digits_of(hash(pk))}" for pk, root in new.items() if pk not in old]
    changes += [f"- root {root.organisation}, key {digits_of(hash(pk))}" for pk, root in old.items() if pk not in new]
    changes += [
        f"~ root {old[pk].organisation} is now named {root.organisation}"
        for pk, root in new.items()
        if pk in old and old[pk].organisation != root.organisation
    ]
    if following.threshold != roots.threshold:
        changes.append(f"~ signatures needed: {roots.threshold} becomes {following.threshold}")
    return changes


def digits_of(digest: bytes) -> str:
    """Six groups of five digits, as for a root set (SPEC 5.1)."""
    groups = (int.from_bytes(digest[5 * i : 5 * i + 5], "big") % 100000 for i in range(6))
    return " ".join(f"{group:05d}" for group in groups)


def key_digits(signing_pk: bytes, kem_hash: bytes) -> str:
    """A member's keys as digits, for comparing with the member by another way."""
    return digits_of(hash(signing_pk + kem_hash))


def day_text(day: int) -> str:
    return "never" if day == NEVER else (date(1970, 1, 1) + timedelta(days=min(day, 2_900_000))).isoformat()
