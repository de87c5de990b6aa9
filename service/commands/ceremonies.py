"""Files and clock for `panah keyring ..`. What is right stands in service/ceremony.py and service/drafting.py."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from crypto.conflict import Declaration, parse_declaration
from crypto.encoding import NEVER
from crypto.enrolment import parse_kem_keys, verify_enrolment
from crypto.keyring import NO_PIN, KeyringBody, Policy, UntrustedKeyring, check_extends
from crypto.primitives import hash, random_bytes
from crypto.rootfile import new_root_key, open_rootfile, read_rootfile, seal_rootfile
from crypto.roots import (
    Root,
    encode_first_roots,
    encode_root,
    encode_root_change,
    encode_root_set,
    fingerprint,
)
from service import ceremony as rules
from service import clock
from service.ceremony import Ceremony, CeremonyRefused, Review
from service.commands.exits import USAGE, Refused
from service.commands.holdings import (
    MAX_SMALL,
    Held,
    read_ceremony,
    read_day,
    read_draft,
    read_group,
    read_record,
    read_root,
    write_record,
)
from service.commands.refusals import about
from service.commands.terminal import PUBLIC, SECRET, beside, check_new, plain, read_file
from service.differences import digits_of
from service.drafting import (
    POLICY,
    Changes,
    GroupMissing,
    draft_keyring,
    enrolments_needed,
    gather_annexes,
    gather_kem_keys,
)
from service.instance import (
    LANGUAGES,
    Instance,
    InstanceError,
    Reading,
    check_instance,
    write_instance,
    write_keyring,
    write_root_change,
    write_roots,
    write_whole,
)
from service.passphrases import new_passphrase
from service.record import new_record

MAX_DECLARATION = 64 << 10  # SPEC 5.10
YEAR = 365  # days: who vouched looks again after twelve months, and enrols anew with the same file

# -- root keys and the instance


def make_root_key(organisation: str, to: Path, write: Callable[[Path, bytes, int], None]) -> tuple[str, str, Path]:
    """Passphrase, fingerprint of the key, path of the public part."""
    if not 1 <= len(organisation.encode()) <= 80 or not organisation.isprintable():
        raise Refused("an organisation's name is 1 to 80 bytes on one line", code=USAGE)
    public = beside(to, ".root")
    check_new(to)
    check_new(public)
    passphrase = new_passphrase()
    root, seed = new_root_key(organisation)
    write(to, seal_rootfile(root, seed, passphrase), SECRET)
    write(public, encode_root(root), PUBLIC)
    return passphrase, digits_of(hash(root.pk)), public


def make_instance(
    roots: Sequence[Path], threshold: int, name: str, origins: Sequence[str], onion: str, to: Path
) -> str:
    """The fingerprint of the first root set."""
    if to.exists() and any(to.iterdir()):
        raise Refused(f"{plain(str(to))} is not empty", "name a new folder")
    _check_threshold(threshold, len(roots))
    held = [read_root(path) for path in roots]
    if len({root.pk for root in held}) != len(held):
        raise Refused("two of these files are one root key", "give each trustee's .root file once", USAGE)
    first = encode_first_roots(encode_root_set(1, threshold, held), random_bytes(32))
    instance = Instance(
        name=name,
        demo=False,
        origins=tuple(origins),
        onion=onion,
        languages=LANGUAGES,
        default_language="ru",
        quick_exit="https://www.wikipedia.org/",
        reading=Reading(),
        build_day=clock.today(),
        first_roots=first.encoded,
        roots=first.roots.encoded,
    )
    try:
        check_instance(instance)
    except InstanceError as error:
        raise Refused(str(error), "give another --name, --origin or --onion", USAGE) from None
    write_instance(to, instance)
    return fingerprint(first.instance, first.roots)


def _check_threshold(threshold: int, roots: int) -> None:
    if not (2 <= threshold <= roots < 2 * threshold):  # SPEC 5.1
        raise Refused(
            f"{threshold} of {roots} root keys would be no safe threshold",
            "more than half must sign, and at least two; three of five is usual",
            USAGE,
        )


# -- drafts


@dataclass(frozen=True)
class Wanted:
    """What a draft shall change, with the signed enrolments that prove it: the ceremony file carries both."""

    changes: Changes = field(default_factory=Changes)
    enrolments: Mapping[Path, bytes] = field(default_factory=dict)
    readers: int | None = None
    minimum_readers: int | None = None
    grace: int | None = None

    def policy_after(self, base: KeyringBody | None) -> Policy | None:
        """None: as it was."""
        before = base.policy if base else POLICY
        policy = replace(
            before,
            readers=before.readers if self.readers is None else self.readers,
            minimum_readers=before.minimum_readers if self.minimum_readers is None else self.minimum_readers,
            grace=before.grace if self.grace is None else self.grace,
        )
        if policy.minimum_readers > policy.readers:
            raise Refused("--minimum-readers is more than --readers", "give a smaller one", USAGE)
        return policy if policy != before else None


@dataclass(frozen=True)
class Validity:
    """When the draft shall be valid, as typed."""

    not_before: str
    days: int


def read_enrolments(
    add: Sequence[Path], panels: Sequence[str], units: Sequence[str], drop: Sequence[str], until: str
) -> Wanted:
    groups = [*(read_group(text, 0) for text in panels), *(read_group(text, 1) for text in units)]
    typed, today = read_day(until) if until else None, clock.today()
    if typed is not None and typed < today:
        raise Refused("--until is over already", "leave it out: a year from today, two for offline members", USAGE)
    changes = Changes(
        groups=groups, dropped_groups=drop, until=typed or today + YEAR, until_offline=typed or today + 2 * YEAR
    )
    return Wanted(changes, {path: read_file(path, MAX_SMALL) for path in add})


def read_revocations(members: Sequence[str], stolen_since: str) -> Wanted:
    if not all(re.fullmatch(r"[0-9a-f]{32}", member) for member in members):
        raise Refused("a member's id is 32 characters of 0-9 and a-f", "`panah keyring members` lists them", USAGE)
    since = read_day(stolen_since) if stolen_since else NEVER
    if since != NEVER and since > clock.today():
        raise Refused("--stolen-since is ahead: until then the key would count as sound", code=USAGE)
    return Wanted(Changes(revoked={bytes.fromhex(member): since for member in members}))


def draft(
    file: Path, folder: Path, wanted: Wanted, days: Validity, rotated: Path | None, declarations: Path | None = None
) -> Review:
    """Writes the ceremony file with the next keyring, after reviewing it as a trustee will."""
    held = Held.read(folder)
    earlier = read_draft(file, held)
    so_far = rules.body_of(earlier) if earlier else None
    enrolled = []
    for path, data in wanted.enrolments.items():
        with about(path):
            enrolled.append(verify_enrolment(held.instance, data))
    declared = read_declarations(held.instance, declarations)
    hashes = {one.member: one.hash for one in declared}
    policy = wanted.policy_after(so_far or held.newest)
    changes = replace(wanted.changes, enrolments=enrolled, policy=policy, declared=hashes)
    root_changes = _root_changes(held, earlier, rotated)
    roots = rules.root_history(held.first, root_changes)[-1]
    start = read_day(days.not_before) if days.not_before else (so_far.not_before if so_far else clock.today())
    try:
        body = draft_keyring(held.instance, roots, held.newest, so_far, changes, start, days.days)
    except GroupMissing as error:
        option = f"--{('panel', 'unit')[error.kind]} {error.id}="
        raise Refused(str(error), f"give {option} for all countries, or {option}KZ,KG", USAGE) from None
    known = {**held.kem_keys, **(parse_kem_keys(held.instance, earlier.kem_keys) if earlier else {})}
    signed = enrolments_needed(
        held.instance, body, (*(earlier.enrolments if earlier else ()), *wanted.enrolments.values())
    )
    _check_declared(declared, body)
    kem_keys = gather_kem_keys(held.instance, body, known, enrolled)
    annexes = gather_annexes(held.instance, body, kem_keys, declared, held.annexes)
    made = Ceremony(held.first.encoded, root_changes, held.newest_signed, body.encoded, signed, kem_keys, annexes)
    return _write_reviewed(file, made)


def read_declarations(instance: bytes, folder: Path | None) -> list[Declaration]:
    """Every member's newest, from the trustees' folder: one file a member."""
    if folder is None:
        return []
    if not any(folder.glob("*.declaration")):
        raise Refused(
            f"{plain(str(folder))} holds no .declaration file", "name the trustees' folder, or leave it out", USAGE
        )
    found = [_read_declaration(instance, path) for path in sorted(folder.glob("*.declaration"))]
    if len({one.member for one in found}) != len(found):
        raise Refused("two declarations of one member", "keep the newest of each member in that folder", USAGE)
    return found


def _read_declaration(instance: bytes, path: Path) -> Declaration:
    with about(path):
        return parse_declaration(instance, read_file(path, MAX_DECLARATION))


def _check_declared(declared: Sequence[Declaration], body: KeyringBody) -> None:
    """A mistyped id would leave its member without a declaration, and nobody would see a conflict of theirs."""
    known = {one.id for one in body.members} | {one.id for one in body.formers}
    for one in declared:
        if one.member not in known:
            fact = f"a declaration names {one.member.hex()}, who is no member"
            raise Refused(fact, "compare it with the enrolment's id; enrol them first, or take it out of the folder")


def _root_changes(held: Held, earlier: Ceremony | None, rotated: Path | None) -> tuple[bytes, ...]:
    if rotated is not None:
        made = read_ceremony(rotated)
        if not rules.asks_for_roots(made):
            raise Refused(
                "this is no change of the root set", "give the file that `panah keyring rotate-roots` made", USAGE
            )
        return (*held.changes, rules.conclude(made, rules.review(made, clock.today())))
    # a draft that was begun under the next root set stays under it
    return earlier.root_changes if earlier and len(earlier.root_changes) > len(held.changes) else held.changes


def draft_root_change(
    file: Path, folder: Path, add: Sequence[Path], remove: Sequence[str], threshold: int | None
) -> Review:
    held = Held.read(folder)
    check_new(file)
    current = held.history[-1]
    kept = list(current.roots)
    for start in remove:
        found = [root for root in kept if len(start) >= 8 and root.pk.hex().startswith(start)]
        if len(found) != 1:
            raise Refused("no root key begins like that, or several do", "`panah keyring verify` lists them", USAGE)
        kept.remove(found[0])
    kept += [read_root(path) for path in add]
    if len({root.pk for root in kept}) != len(kept):
        raise Refused("a root key that is added stands in the set already", "`panah keyring verify` lists them", USAGE)
    needed = threshold or current.threshold
    _check_threshold(needed, len(kept))
    following = encode_root_set(current.version + 1, needed, kept)
    subject = encode_root_change(held.instance, current, following)
    return _write_reviewed(file, Ceremony(held.first.encoded, held.changes, held.newest_signed, subject))


def _write_reviewed(file: Path, made: Ceremony) -> Review:
    reviewed = rules.review(made, clock.today())
    write_whole(file, made.encode())
    return reviewed


# -- trustees


def review_file(file: Path) -> Review:
    return rules.review(read_ceremony(file), clock.today())


def review_to_sign(file: Path, key: Path, replaces: bool) -> Review:
    """The review, and the trustee's own memory of what this key signed before."""
    reviewed = review_file(file)
    with about(key):
        pk = read_rootfile(read_file(key, MAX_SMALL)).pk
    rules.check_signer(reviewed, pk)
    record = read_record(key)
    if record:
        record.check(reviewed, replaces)
    return reviewed


def sign(file: Path, reviewed: Review, key: Path, passphrase: str, to: Path) -> Root:
    with about(key):
        root, seed = open_rootfile(read_file(key, MAX_SMALL), passphrase)
    made = read_ceremony(file)
    if made.subject != reviewed.subject:
        raise CeremonyRefused("the file has changed since it was shown")
    signed = rules.countersign(made, reviewed, root.pk, seed)
    # the memory first: a signature that got out is always remembered
    write_record(key, (read_record(key) or new_record(reviewed)).after(reviewed))
    write_whole(to, signed.encode())
    return root


# -- publishing


def publish(files: Sequence[Path], folder: Path) -> KeyringBody:
    """All or nothing: every check is done before the first byte is written."""
    held = Held.read(folder)
    made = [read_ceremony(file) for file in files]
    keyrings = [one for one in made if not rules.asks_for_roots(one)]
    if not keyrings:
        raise Refused(
            "a change of the root set is published together with a keyring that the new set has signed",
            "draft one with `panah keyring renew --rotated FILE`, have it signed, and publish that",
        )
    joined = rules.merge(keyrings)
    if held.newest and joined.subject == held.newest.encoded:
        raise Refused(
            f"keyring {held.newest.version} is published already", "build the pages anew, if that is not done yet"
        )
    reviewed = rules.review(joined, clock.today())
    signed = rules.conclude(joined, reviewed)
    if joined.first_roots != held.first.encoded:
        raise CeremonyRefused("the keyring is of another instance")
    if joined.previous != held.newest_signed:
        raise CeremonyRefused("the keyring does not follow the newest one in this folder")
    if joined.root_changes[: len(held.changes)] != held.changes:
        raise CeremonyRefused("the root set's history differs from the one in this folder")
    body = UntrustedKeyring.parse(signed).verify(reviewed.roots, reviewed.instance, NO_PIN, clock.today(), 0).body
    if held.newest:
        check_extends(held.newest, body)
    # in this order, and each step once more when it was cut: changes, then the set, then the keyring by that set
    for version, change in _new_root_changes(held, joined):
        write_root_change(folder, version, change)
    write_roots(folder, reviewed.roots.encoded)
    write_keyring(folder, body.version, signed, joined.kem_keys, joined.annexes)
    return body


def _new_root_changes(held: Held, joined: Ceremony) -> list[tuple[int, bytes]]:
    """The changes that the keyring stands on and this folder lacks, by the version that each brings."""
    return list(enumerate(joined.root_changes, 2))[len(held.changes) :]
