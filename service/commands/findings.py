"""What `panah keyring ..` says: a review before signing, and what a verification found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crypto.encoding import Z32
from crypto.enrolment import parse_kem_keys
from crypto.errors import ProtocolError, ensure
from crypto.keyring import KeyringBody, check_extends
from crypto.roots import RootSet, fingerprint
from service import ceremony as rules
from service import clock
from service.ceremony import CeremonyRefused, Review
from service.commands.exits import REFUSED, UNREADABLE
from service.commands.holdings import Held, read_pin
from service.commands.refusals import about, explain
from service.commands.terminal import plain, read_file
from service.differences import ROLES, day_text, describe_place, digits_of
from service.instance import check_whole, keyring_versions, read_keyring
from service.notices import expiry


def describe(reviewed: Review) -> list[str]:
    """What a trustee reads before signing."""
    lines = [
        f"to sign         {'a change of the root set' if reviewed.next_roots else 'a keyring'}",
        f"instance        {reviewed.instance.hex()}",
        f"root set        version {reviewed.roots.version}, {fingerprint(reviewed.instance, reviewed.roots)}",
    ]
    if reviewed.body:
        lines += _describe_body(reviewed.body, reviewed.previous)
    if reviewed.next_roots:
        following = reviewed.next_roots
        needed = f"{following.threshold} of {len(following.roots)}"
        lines.append(
            f"new root set    version {following.version}, {needed}, {fingerprint(reviewed.instance, following)}"
        )
    lines += [f"change          {plain(change)}" for change in reviewed.changes or ("none but the days",)]
    lines += [f"WARNING         {plain(warning)}" for warning in reviewed.warnings]
    for count in reviewed.tallies:
        lines += _describe_tally(count)
    lines.append(f"fingerprint     {reviewed.fingerprint}   (all trustees must read the same)")
    return lines


def _describe_body(body: KeyringBody, previous: KeyringBody | None) -> list[str]:
    before = f"version {previous.version}" if previous else "none, this is the first"
    return [
        f"version         {body.version}   (before it: {before})",
        f"valid           {_days(body)}, then {body.policy.grace} days of grace",
        f"members         {_count_roles(body)}",
        f"declared        {sum(one.annex_hash != Z32 for one in body.members)} of {len(body.members)}",
    ]


def _count_roles(body: KeyringBody) -> str:
    counts = {name: sum(member.role == role for member in body.members) for role, name in ROLES.items()}
    return f"{len(body.members)}: " + ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def _describe_tally(count: rules.Tally) -> list[str]:
    lines = [f"signatures      {len(count.signed)} of {count.threshold} needed"]
    lines += [f"signed          {plain(root.organisation)}" for root in count.signed]
    return lines + [f"not signed      {plain(root.organisation)}" for root in count.missing]


@dataclass(frozen=True)
class Found:
    """What a verification saw. A fault is told last, after everything that was found."""

    lines: tuple[str, ...]
    fault: str = ""
    advice: str = ""
    code: int = REFUSED


def list_members(folder: Path) -> list[str]:
    """The newest keyring's, by id: what `revoke` asks for."""
    body = Held.read(folder).newest
    if body is None:
        return ["no keyring yet"]
    return [f"{member.id.hex()}  {describe_place(member)}" for member in body.members]


def verify(place: Path, keyring: Path | None, changes: Sequence[Path] = ()) -> Found:
    first, history = read_pin(place, changes)
    lines = [f"instance        {first.instance.hex()}", f"fingerprint     {fingerprint(first.instance, history[-1])}"]
    lines += [f"root            {root.pk.hex()[:16]}  {plain(root.organisation)}" for root in history[-1].roots]
    if keyring is not None:
        newest = Held.read(place).newest if place.is_dir() else None
        found = _verify_one(history, first.instance, read_file(keyring, rules.MAX_FILE), newest)
    elif place.is_dir():
        found = _verify_chain(place, history, first.instance)
    else:
        found = Found((), "no keyring was given", "name one: panah keyring verify --instance FILE KEYRING", UNREADABLE)
    return Found((*lines, *found.lines), found.fault, found.advice, found.code)


def _verify_chain(place: Path, history: Sequence[RootSet], instance: bytes) -> Found:
    versions = keyring_versions(place)
    if not versions:
        return Found((), "there is no keyring yet", "draft one with `panah keyring enrol`", UNREADABLE)
    check_whole(versions)
    older: KeyringBody | None = None
    lines: list[str] = []
    for version in versions:
        signed, kem_keys = read_keyring(place, version)
        with about(place / "keyrings" / f"{version}.bin"):
            body = rules.verify_under(history, instance, signed).body
        if body.version != version:
            raise CeremonyRefused(f"keyring {version} says that it is version {body.version}")
        if older is not None:
            check_extends(older, body)
        elif version != 1:
            raise CeremonyRefused("the first keyrings are missing")
        known = parse_kem_keys(instance, kem_keys)
        if any(member.kem_hash not in known for member in body.members):
            raise CeremonyRefused(f"keyring {version} lacks a KEM key")
        lines.append(f"keyring         {_summary(body)}")
        older = body
    found = _verify_one(history, instance, read_keyring(place, versions[-1])[0])
    return Found((*lines[:-1], *found.lines), found.fault, found.advice, found.code)


def _verify_one(history: Sequence[RootSet], instance: bytes, signed: bytes, known: KeyringBody | None = None) -> Found:
    """`known`: the newest of the folder, which it must be or follow (SPEC 5.4)."""
    lines = _describe_tally(rules.tally_of(history, signed))
    try:
        body = rules.verify_under(history, instance, signed).body
        if known is not None and body.hash != known.hash:
            ensure(body.version != known.version, "keyring_forked", f"another version {body.version}")
            check_extends(known, body)
    except ProtocolError as error:
        refused = explain(error)
        return Found(tuple(lines), refused.fact, refused.advice, refused.code)
    lines.append(f"keyring         {_summary(body)}")
    last = body.expires + body.policy.grace
    if clock.today() > last:
        expired = explain(ProtocolError("keyring_expired", f"today here is {day_text(clock.today())}"))
        return Found(tuple(lines), expired.fact, expired.advice, expired.code)
    lines += [f"notice          {notice}" for notice in expiry(body, clock.today())]
    if clock.today() < body.not_before:
        begins, today = day_text(body.not_before), day_text(clock.today())
        lines.append(f"notice          it begins on {begins}, and today here is {today}: is the clock right?")
    return Found(tuple(lines))


def _summary(body: KeyringBody) -> str:
    return f"version {body.version}, {_days(body)}, {len(body.members)} members, {digits_of(body.hash)}"


def _days(body: KeyringBody) -> str:
    return f"{day_text(body.not_before)} to {day_text(body.expires)}"
