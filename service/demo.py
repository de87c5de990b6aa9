"""A demonstration instance: its keys are open to anybody on this machine. Never for a real complaint."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from crypto.conflict import Declaration, Told, declare
from crypto.enrolment import Enrolment, parse_kem_keys
from crypto.keyring import (
    ADVISER,
    CUSTODIAN,
    INVESTIGATOR,
    NO_PIN,
    OVERSIGHT,
    PANEL,
    REVIEWER,
    SUPERVISOR,
    TRANSLATOR,
    UNIT,
    Group,
    KeyringBody,
    UntrustedKeyring,
)
from crypto.members import seal_keyfile
from crypto.primitives import Argon2Work, random_bytes
from crypto.rootfile import new_root_key, open_rootfile, seal_rootfile
from crypto.roots import FirstRoots, Root, encode_first_roots, encode_root_set, parse_first_roots
from service import ceremony as rules
from service.ceremony import Ceremony
from service.drafting import Changes, draft_keyring, gather_annexes, gather_kem_keys
from service.enrolling import new_member
from service.folders import half_made
from service.instance import (
    DEMO_MARK,
    LANGUAGES,
    Instance,
    Reading,
    keyring_versions,
    read_annexes,
    read_instance,
    read_keyring,
    write_instance,
    write_keyring,
    write_whole,
)
from service.instance import (
    is_demo as is_demo,
)
from service.passphrases import new_passphrase

CHEAP = Argon2Work(memory=19456, time=2, lanes=1)  # the floor of SPEC 11.1: a demo opens its keys at once
THRESHOLD = 3
RENEW_BEFORE = 15  # days left; a demo never enters its grace

GROUPS = (
    Group(id="abroad", kind=PANEL, countries=()),
    Group(id="in-country", kind=PANEL, countries=("KG", "KZ", "TJ")),
    Group(id="unit-north", kind=UNIT, countries=("KG", "KZ")),
    Group(id="unit-south", kind=UNIT, countries=("TJ",)),
)
STAFF = (  # name of the key file, role, group, how many
    ("reviewer-in-country", REVIEWER, "in-country", 4),
    ("reviewer-abroad", REVIEWER, "abroad", 4),
    ("supervisor", SUPERVISOR, "", 2),
    ("investigator-north", INVESTIGATOR, "unit-north", 2),
    ("investigator-south", INVESTIGATOR, "unit-south", 2),
    ("custodian", CUSTODIAN, "", 2),
    ("translator", TRANSLATOR, "", 1),
    ("adviser", ADVISER, "", 1),
    ("oversight", OVERSIGHT, "", 1),
)

# Which languages they read; the others read Russian.
SPOKEN = {
    "reviewer-in-country-1": ("kk", "ru"),
    "reviewer-in-country-2": ("ky", "ru"),
    "reviewer-in-country-3": ("ru", "tg"),
    "reviewer-in-country-4": ("ru", "uz-Cyrl", "uz-Latn"),
    "reviewer-abroad-1": ("en", "ru"),
    "reviewer-abroad-2": ("en", "kk", "ru"),
    "supervisor-1": ("en", "ru"),
    "translator": ("kk", "ky", "ru", "tg", "uz-Cyrl", "uz-Latn"),
    "adviser": ("en", "ru"),
}
# What some of them declare, so that the desk has something to find; the others declare that there is nothing.
DECLARED = {
    "investigator-south-2": Told(posts=[("TJ_mia_police", "", 14_000, 20_300)], regions=["TJ-SU"]),
    "supervisor-2": Told(names=["Рахматов"]),
    "reviewer-abroad-4": Told(posts=[("KZ_mia_police", "", 12_000, 20_300)]),
}


@dataclass(frozen=True)
class KeyFile:
    """A file under DATA/demo and the passphrase that opens it."""

    path: Path
    passphrase: str


def make_demo(data: Path, port: int, today: int) -> None:
    """Makes DATA/instance and DATA/demo. Until the last rename there is no instance; a cut start begins anew."""
    data.mkdir(parents=True, exist_ok=True)
    with half_made(data, ".demo-") as half:
        _fill(half / "instance", half / "demo", port, today)
        if (data / "demo").exists():  # keys of a start that was interrupted between the two renames
            shutil.rmtree(data / "demo")
        (half / "demo").rename(data / "demo")
        (half / "instance").rename(data / "instance")


def renew_demo(data: Path, today: int) -> bool:
    """Before the keyring expires, the demo's trustees sign the next one. False: not needed yet."""
    folder = data / "instance"
    first = parse_first_roots(read_instance(folder).first_roots)
    signed, kem_keys = read_keyring(folder, keyring_versions(folder)[-1])
    newest = UntrustedKeyring.parse(signed).verify(first.roots, first.instance, NO_PIN, 0, 0).body
    if newest.expires - today >= RENEW_BEFORE:
        return False
    body = draft_keyring(first.instance, first.roots, newest, None, Changes(), today)
    known = gather_kem_keys(first.instance, body, parse_kem_keys(first.instance, kem_keys), [])
    annexes = gather_annexes(first.instance, body, known, (), read_annexes(folder, newest.version))
    made = Ceremony(first.encoded, (), signed, body.encoded, (), known, annexes)
    _sign_and_write(folder, made, _root_seeds(data), today)
    return True


def key_files(data: Path) -> list[KeyFile]:
    """As passphrases.txt lists them."""
    lines = (data / "demo" / "passphrases.txt").read_text("utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if "\t" in line)
    return [KeyFile(data / "demo" / name, passphrase) for name, passphrase in pairs]


def _fill(instance_folder: Path, demo: Path, port: int, today: int) -> None:
    demo.mkdir(mode=0o700)
    (demo / "keys").mkdir()
    (demo / "roots").mkdir()
    roots = [(*new_root_key(f"Demo Organisation {letter} {DEMO_MARK}"), new_passphrase()) for letter in "ABCDE"]
    root_set = encode_root_set(1, THRESHOLD, [root for root, _, _ in roots])
    first = encode_first_roots(root_set, random_bytes(32))
    written: list[tuple[str, str]] = []
    for (root, seed, passphrase), letter in zip(roots, "abcde", strict=True):
        name = f"roots/{letter}.panahroot"
        write_whole(demo / name, seal_rootfile(root, seed, passphrase, CHEAP), 0o600)
        written.append((name, passphrase))
    enrolments: list[tuple[Enrolment, bytes]] = []
    declarations: list[Declaration] = []
    for name, role, group in _staff():
        keyfile, enrolment, proof = new_member(first, root_set, role, group)
        passphrase = new_passphrase()
        write_whole(demo / "keys" / f"{name}.panahkey", seal_keyfile(keyfile, passphrase, CHEAP), 0o600)
        written.append((f"keys/{name}.panahkey", passphrase))
        enrolments.append((enrolment, proof))
        declarations.append(declare(first.instance, enrolment.id, _told(name)))
    _write_passphrases(demo / "passphrases.txt", written)
    write_instance(instance_folder, _settings(first, today).for_port(port))
    declared = {one.member: one.hash for one in declarations}
    changes = Changes(enrolments=[one for one, _ in enrolments], groups=GROUPS, declared=declared)
    body = draft_keyring(first.instance, root_set, None, None, changes, today)
    kem_keys = gather_kem_keys(first.instance, body, {}, changes.enrolments)
    annexes = gather_annexes(first.instance, body, kem_keys, declarations, b"")
    made = Ceremony(first.encoded, (), b"", body.encoded, tuple(proof for _, proof in enrolments), kem_keys, annexes)
    _sign_and_write(instance_folder, made, [(root, seed) for root, seed, _ in roots], today)


def _told(name: str) -> Told:
    return replace(DECLARED.get(name, Told()), languages=SPOKEN.get(name, ("ru",)))


def _staff() -> Iterator[tuple[str, int, str]]:
    for name, role, group, count in STAFF:
        for number in range(1, count + 1):
            yield (f"{name}-{number}" if count > 1 else name), role, group


def _settings(first: FirstRoots, today: int) -> Instance:
    return Instance(
        name="Panah demo",
        demo=True,
        origins=(),
        onion="",
        languages=LANGUAGES,
        default_language="ru",
        quick_exit="https://www.wikipedia.org/",
        reading=Reading(),
        build_day=today,
        first_roots=first.encoded,
        roots=first.roots.encoded,
    )


def _sign_and_write(folder: Path, made: Ceremony, roots: list[tuple[Root, bytes]], today: int) -> KeyringBody:
    """As real trustees would: reviewed, signed by the threshold, concluded."""
    for root, seed in roots[:THRESHOLD]:
        made = rules.countersign(made, rules.review(made, today), root.pk, seed)
    reviewed = rules.review(made, today)
    assert reviewed.body is not None
    write_keyring(folder, reviewed.body.version, rules.conclude(made, reviewed), made.kem_keys, made.annexes)
    return reviewed.body


def _root_seeds(data: Path) -> list[tuple[Root, bytes]]:
    files = [file for file in key_files(data) if file.path.suffix == ".panahroot"]
    return [open_rootfile(file.path.read_bytes(), file.passphrase) for file in files[:THRESHOLD]]


def _write_passphrases(path: Path, written: list[tuple[str, str]]) -> None:
    head = "DEMO ONLY. These keys are open to whoever reads this file. Never use them for a real complaint.\n\n"
    write_whole(path, (head + "".join(f"{name}\t{words}\n" for name, words in written)).encode(), 0o600)
