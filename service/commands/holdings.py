"""What a ceremony finds on disk: the instance folder, ceremony files, a trustee's memory."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crypto.enrolment import parse_kem_keys
from crypto.keyring import Group, KeyringBody
from crypto.roots import FirstRoots, Root, RootSet, parse_first_roots, parse_root, rotate_roots
from service import ceremony as rules
from service.ceremony import Ceremony
from service.commands.exits import OTHER_INSTANCE, USAGE, Refused
from service.commands.refusals import about
from service.commands.terminal import plain, read_file
from service.instance import (
    InstanceError,
    keyring_versions,
    read_annexes,
    read_instance,
    read_keyring,
    root_changes,
    write_whole,
)
from service.record import Record

MAX_SMALL = 8192  # a root, an enrolment, a root key file, first-roots.bin: each under 4 KiB


def read_day(text: str) -> int:
    try:
        day = (date.fromisoformat(text) - date(1970, 1, 1)).days
    except ValueError:
        day = -1
    if day < 0:
        raise Refused("a day is written YYYY-MM-DD", code=USAGE)
    return day


def read_group(text: str, kind: int) -> Group:
    """ID=KZ,KG as it is typed."""
    id_, _, countries = text.partition("=")
    codes = sorted(set(countries.split(","))) if countries else []
    if not re.fullmatch(r"[a-z0-9-]{1,32}", id_) or not all(re.fullmatch(r"[A-Z]{2}", code) for code in codes):
        raise Refused("a panel or unit is written id=KZ,KG, or id= for all countries", code=USAGE)
    return Group(id=id_, kind=kind, countries=tuple(codes))


@dataclass(frozen=True)
class Held:
    """The instance folder, verified from the first root set on."""

    first: FirstRoots
    changes: tuple[bytes, ...]
    history: tuple[RootSet, ...]
    newest: KeyringBody | None
    newest_signed: bytes
    kem_keys: dict[bytes, bytes]
    annexes: bytes = b""

    @property
    def instance(self) -> bytes:
        return self.first.instance

    @staticmethod
    def read(folder: Path) -> Held:
        instance = read_instance(folder)
        first = parse_first_roots(instance.first_roots)
        changes = tuple(root_changes(folder))
        history = tuple(rules.root_history(first, changes))
        # one behind: a publication that was cut; publishing again mends it
        if instance.roots not in [roots.encoded for roots in history[-2:]]:
            raise InstanceError("roots.bin is not what first-roots.bin and root-changes lead to")
        versions = keyring_versions(folder)
        if not versions:
            return Held(first, changes, history, None, b"", {})
        signed, kem_keys = read_keyring(folder, versions[-1])
        body = rules.verify_under(history, first.instance, signed).body
        keys = dict(parse_kem_keys(first.instance, kem_keys))
        return Held(first, changes, history, body, signed, keys, read_annexes(folder, versions[-1]))


def read_pin(place: Path, changes: Sequence[Path] = ()) -> tuple[FirstRoots, Sequence[RootSet]]:
    """The root sets: of an instance folder, or of first-roots.bin and the changes since."""
    if place.is_dir():
        held = Held.read(place)
        return held.first, held.history
    with about(place):
        first = parse_first_roots(read_file(place, MAX_SMALL))
    history = [first.roots]
    for path in changes:
        with about(path):
            history.append(rotate_roots(first.instance, history[-1], read_file(path, MAX_SMALL)))
    return first, history


def read_root(path: Path) -> Root:
    with about(path):
        return parse_root(read_file(path, MAX_SMALL))


def read_ceremony(file: Path) -> Ceremony:
    with about(file):
        return Ceremony.parse(read_file(file, rules.MAX_FILE))


def read_draft(file: Path, held: Held) -> Ceremony | None:
    """An earlier draft of the keyring that follows the newest, or nothing."""
    if not file.exists():
        return None
    earlier, name = read_ceremony(file), plain(str(file))
    if earlier.first_roots != held.first.encoded:
        raise Refused(f"{name} is of another instance", "name a new file, or the folder it belongs to", OTHER_INSTANCE)
    if rules.asks_for_roots(earlier):
        raise Refused(f"{name} asks for a change of the root set", "name a new file for the keyring")
    if earlier.previous != held.newest_signed:
        raise Refused(f"{name} is there already, of an earlier ceremony", "name a new file for this one")
    return earlier


def read_record(key: Path) -> Record | None:
    """What this root key signed before; the file stands beside it."""
    path = _record_path(key)
    if not path.exists():
        return None
    try:
        table = json.loads(read_file(path, MAX_SMALL))
        return Record(
            bytes.fromhex(table["instance"]),
            int(table["roots_version"]),
            bytes.fromhex(table["roots_hash"]),
            int(table["keyring_version"]),
            bytes.fromhex(table["keyring_hash"]),
        )
    except (ValueError, KeyError, TypeError):
        raise Refused(
            f"{path.name}, the memory of what you signed, is damaged",
            "take it from your copy; without it nobody notices a roll-back for you",
        ) from None


def write_record(key: Path, record: Record) -> None:
    table = {
        "instance": record.instance.hex(),
        "roots_version": record.roots_version,
        "roots_hash": record.roots_hash.hex(),
        "keyring_version": record.keyring_version,
        "keyring_hash": record.keyring_hash.hex(),
    }
    write_whole(_record_path(key), (json.dumps(table, indent=1) + "\n").encode(), 0o600)


def _record_path(key: Path) -> Path:
    return key.with_name(key.name + ".signed")
