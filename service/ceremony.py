"""The ceremony file (SPEC 11.5): what trustees pass on and sign. Bytes in, a checked review out; no files, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from crypto.conflict import may_read_declarations, readers_of
from crypto.encoding import Z32, decode, decode_list, encode, encode_list
from crypto.enrolment import Enrolment, parse_kem_keys, verify_enrolment
from crypto.errors import ProtocolError
from crypto.keyring import (
    NO_PIN,
    ROLE_NAMES,
    Former,
    Keyring,
    KeyringBody,
    Member,
    UntrustedKeyring,
    check_extends,
    check_keys_once,
    parse_keyring_body,
    seal_keyring,
)
from crypto.primitives import hash, is_valid
from crypto.roots import (
    FirstRoots,
    Root,
    RootSet,
    RootSignature,
    count_signatures,
    encode_signatures,
    parse_first_roots,
    parse_root_set,
    parse_signatures,
    rotate_roots,
    seal_root_change,
    sign_as_root,
)
from service.differences import day_text, describe_changes, describe_risks, describe_root_change, digits_of

MAX_FILE = 4 * 1024 * 1024  # 512 members with their KEM keys and enrolments are under 2 MiB
MAX_ROOT_CHANGES = 64  # SPEC 11.5
MAX_ENROLMENTS = 512  # SPEC 11.5
MAX_AHEAD = 14  # days; a keyring from the future moves every reader's clock (SPEC 5.4, 7)

ROLES = dict(enumerate(ROLE_NAMES, 1))


class CeremonyRefused(Exception):
    """What this file asks to sign or to publish must not be. Nothing was signed and nothing was written."""

    def __init__(self, fact: str, advice: str = "ask whoever passed this file on") -> None:
        super().__init__(fact)
        self.advice = f"nothing was signed or written; {advice}"


@dataclass(frozen=True)
class Ceremony:
    """As it stands in the file: not checked."""

    first_roots: bytes
    root_changes: tuple[bytes, ...]
    previous: bytes  # SignedKeyring; empty before the first
    subject: bytes  # Keyring or RootChange
    enrolments: tuple[bytes, ...] = ()
    kem_keys: bytes = b""
    annexes: bytes = b""
    signatures: tuple[RootSignature, ...] = ()

    def encode(self) -> bytes:
        return encode(
            "ceremony",
            self.first_roots,
            encode_list("root-changes", self.root_changes),
            self.previous,
            self.subject,
            encode_list("enrolments", self.enrolments),
            self.kem_keys,
            self.annexes,
            encode_signatures(self.signatures),
        )

    @staticmethod
    def parse(data: bytes) -> Ceremony:
        first, changes, previous, subject, enrolments, kem_keys, annexes, signatures = decode(
            "ceremony", [None] * 8, data
        )
        return Ceremony(
            first,
            tuple(decode_list("root-changes", MAX_ROOT_CHANGES, changes)),
            previous,
            subject,
            tuple(decode_list("enrolments", MAX_ENROLMENTS, enrolments)),
            kem_keys,
            annexes,
            tuple(parse_signatures(signatures)),
        )


@dataclass(frozen=True)
class Tally:
    """Whose signatures were found under a set."""

    threshold: int
    signed: tuple[Root, ...]
    missing: tuple[Root, ...]

    @property
    def reached(self) -> bool:
        return len(self.signed) >= self.threshold


@dataclass(frozen=True)
class Review:
    """A ceremony file that may be signed, and what signing it would mean."""

    instance: bytes
    roots: RootSet  # the newest set, before the change that this file may ask for
    previous: KeyringBody | None
    subject: bytes
    body: KeyringBody | None  # a keyring is to be signed ..
    next_roots: RootSet | None  # .. or a change of the root set
    tallies: tuple[Tally, ...]  # the newest set's, and for a root change the next set's
    changes: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def reached(self) -> bool:
        return all(tally.reached for tally in self.tallies)

    @property
    def fingerprint(self) -> str:
        """For the telephone: all trustees must read the same digits."""
        return digits_of(hash(self.subject))


def review(ceremony: Ceremony, today: int) -> Review:
    """SPEC 11.5. The numbers are the order of its checks."""
    first = parse_first_roots(ceremony.first_roots)
    history = root_history(first, ceremony.root_changes)  # (1)
    roots = history[-1]
    previous = _verify_previous(history, first.instance, ceremony.previous)  # (2)
    if asks_for_roots(ceremony):
        return _review_roots(ceremony, first.instance, roots, previous)
    body = parse_keyring_body(ceremony.subject)
    _check_keyring(ceremony, first.instance, roots, previous, body)  # (3)
    _check_days(body, today)
    return Review(
        first.instance,
        roots,
        previous,
        ceremony.subject,
        body,
        None,
        (tally(roots, ceremony.signatures, ceremony.subject),),
        tuple(describe_changes(previous, body)),
        tuple(describe_risks(body, today)),
    )


def root_history(first: FirstRoots, changes: Iterable[bytes]) -> list[RootSet]:
    """Every root set from the first to the newest, each change verified."""
    history = [first.roots]
    for change in changes:
        history.append(rotate_roots(first.instance, history[-1], change))
    return history


def verify_under(history: Sequence[RootSet], instance: bytes, signed: bytes) -> Keyring:
    """A keyring of any age, by the set that it names. Its days are not judged: it may long have expired."""
    untrusted = UntrustedKeyring.parse(signed)
    for roots in reversed(history[1:]):
        try:
            return untrusted.verify(roots, instance, NO_PIN, 0, 0)
        except ProtocolError as error:
            if error.slug != "wrong_roots":
                raise
    return untrusted.verify(history[0], instance, NO_PIN, 0, 0)


def tally(roots: RootSet, signatures: Sequence[RootSignature], signed: bytes) -> Tally:
    """SPEC 5.2, with names."""
    found = count_signatures(roots, signatures, signed)
    names = {root.pk: root for root in roots.roots}
    return Tally(found.threshold, tuple(names[pk] for pk in found.signed), tuple(names[pk] for pk in found.missing))


def tally_of(history: Sequence[RootSet], signed_keyring: bytes) -> Tally:
    """Whose signatures stand on a keyring, by the set that it names, else by the newest."""
    encoded, signatures = decode("signed-keyring", [None, None], signed_keyring)
    named = parse_keyring_body(encoded).roots_hash
    roots = next((one for one in history if one.hash == named), history[-1])
    return tally(roots, parse_signatures(signatures), encoded)


def check_signer(reviewed: Review, pk: bytes) -> None:
    sets = [reviewed.roots, *([reviewed.next_roots] if reviewed.next_roots else [])]
    if not any(root.pk == pk for roots in sets for root in roots.roots):
        raise CeremonyRefused("this root key is not in the root set of this instance", "look which key file it is")


def countersign(ceremony: Ceremony, reviewed: Review, pk: bytes, seed: bytes) -> Ceremony:
    """Adds a trustee's signature to what was reviewed."""
    check_signer(reviewed, pk)
    kept = tuple(entry for entry in ceremony.signatures if entry.pk != pk)
    return replace(ceremony, signatures=(*kept, sign_as_root(pk, seed, reviewed.subject)))


def merge(ceremonies: Sequence[Ceremony]) -> Ceremony:
    """One file from several that trustees signed side by side."""
    first = ceremonies[0]
    for other in ceremonies[1:]:
        if replace(other, signatures=()) != replace(first, signatures=()):
            raise CeremonyRefused("these files do not ask for the same signature")
    # a copy with a spoiled signature must not push out a good one
    found = {
        entry.pk: entry
        for one in ceremonies
        for entry in one.signatures
        if is_valid(entry.pk, first.subject, entry.signature)
    }
    return replace(first, signatures=tuple(found.values()))


def conclude(ceremony: Ceremony, reviewed: Review) -> bytes:
    """SignedKeyring or SignedRootChange, once enough have signed."""
    for count in reviewed.tallies:
        if not count.reached:
            fact = f"{len(count.signed)} of {count.threshold} signatures needed are there"
            raise CeremonyRefused(fact, "more trustees sign; copies signed side by side are given together")
    if reviewed.body:
        return seal_keyring(reviewed.body, ceremony.signatures)
    return seal_root_change(ceremony.subject, ceremony.signatures)


def asks_for_roots(ceremony: Ceremony) -> bool:
    """A change of the root set is to be signed, not a keyring."""
    return ceremony.subject.startswith(encode("root-change"))


def body_of(ceremony: Ceremony) -> KeyringBody:
    """The draft in a file that this machine is still working on: not checked."""
    return parse_keyring_body(ceremony.subject)


def _verify_previous(history: Sequence[RootSet], instance: bytes, signed: bytes) -> KeyringBody | None:
    return verify_under(history, instance, signed).body if signed else None


def _review_roots(ceremony: Ceremony, instance: bytes, roots: RootSet, previous: KeyringBody | None) -> Review:
    named, held, encoded = decode("root-change", [32, 32, None], ceremony.subject)
    following = parse_root_set(encoded)
    if named != instance:
        raise CeremonyRefused("the change is for another instance")
    if held != roots.hash or following.version != roots.version + 1:
        raise CeremonyRefused("the change does not follow the newest root set")
    signatures, subject = ceremony.signatures, ceremony.subject
    tallies = (tally(roots, signatures, subject), tally(following, signatures, subject))
    changes = tuple(describe_root_change(roots, following))
    return Review(instance, roots, previous, subject, None, following, tallies, changes, ())


def _check_keyring(
    ceremony: Ceremony, instance: bytes, roots: RootSet, previous: KeyringBody | None, body: KeyringBody
) -> None:
    if body.instance != instance:
        raise CeremonyRefused("the keyring is of another instance")
    if body.roots_hash != roots.hash:
        raise CeremonyRefused("the keyring names another root set than the newest")
    check_keys_once(body)
    if previous is None:
        if body.version != 1:
            raise CeremonyRefused(f"version {body.version} without the keyring before it")
    else:
        check_extends(previous, body)
        _check_nobody_forgotten(previous, body)
    kem_keys = parse_kem_keys(instance, ceremony.kem_keys)
    for member in body.members:
        if member.kem_hash not in kem_keys:
            raise CeremonyRefused(f"the KEM key of member {member.id.hex()} is missing")
    _check_annexes(ceremony, body)
    enrolled = [verify_enrolment(instance, enrolment) for enrolment in ceremony.enrolments]
    known = {(m.id, m.role, m.signing_pk, m.kem_hash) for m in previous.members} if previous else set()
    for member in body.members:
        if (member.id, member.role, member.signing_pk, member.kem_hash) in known:
            continue
        if not any(_is_enrolled(member, enrolment) for enrolment in enrolled):
            raise CeremonyRefused(f"member {member.id.hex()} has not enrolled with these keys in this role")


def _check_annexes(ceremony: Ceremony, body: KeyringBody) -> None:
    """Nobody but reviewers and supervisors reads what members declared, and each of them does."""
    declared = any(one.annex_hash != Z32 for one in body.members)
    if declared != bool(ceremony.annexes):
        raise CeremonyRefused("the members' declarations are not in this file, or nobody declared anything")
    readers = {one.kem_hash for one in body.members if may_read_declarations(one)}
    if declared and readers_of(ceremony.annexes) != readers:
        raise CeremonyRefused("the declarations are sealed to others than the reviewers and supervisors")


def _is_enrolled(member: Member, enrolment: Enrolment) -> bool:
    return (member.id, member.role, member.group, member.flags, member.signing_pk, member.kem_hash) == (
        enrolment.id,
        enrolment.role,
        enrolment.group,
        enrolment.flags,
        enrolment.signing_pk,
        hash(enrolment.kem_pk),
    )


def _check_nobody_forgotten(previous: KeyringBody, body: KeyringBody) -> None:
    """Every signature ever made must verify against the newest keyring alone."""
    after: list[Member | Former] = [*body.members, *body.formers]
    now = {one.signing_pk: one for one in after}
    before: list[Member | Former] = [*previous.members, *previous.formers]
    for one in before:
        found = now.get(one.signing_pk)
        if found is None or (found.id, found.role) != (one.id, one.role):
            raise CeremonyRefused(f"a signing key of member {one.id.hex()} would be forgotten")
        if not isinstance(one, Former):
            if isinstance(found, Former) and (
                found.first != one.from_day or found.last < max(one.from_day, previous.not_before)
            ):
                raise CeremonyRefused(f"the days of the key of member {one.id.hex()} would change")
            continue
        if not isinstance(found, Former) or (found.first, found.last) != (one.first, one.last):
            raise CeremonyRefused(f"the days of a former key of member {one.id.hex()} would change")
        if found.compromised_since > one.compromised_since:
            raise CeremonyRefused(f"a key of member {one.id.hex()} would be called sound again")


def _check_days(body: KeyringBody, today: int) -> None:
    if body.expires < today:
        raise CeremonyRefused(f"the keyring has expired already, on {day_text(body.expires)}")
    if body.not_before > today + MAX_AHEAD:
        raise CeremonyRefused(f"the keyring begins on {day_text(body.not_before)}, over {MAX_AHEAD} days ahead")
