"""DATA/instance on disk: what one installation is. Reading refuses nonsense and says which line to mend."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crypto.roots import parse_first_roots

LANGUAGES = ("ru", "kk", "ky", "tg", "uz-Latn", "uz-Cyrl", "en")
SETTINGS = "instance.toml"
MAX_TOML = 64 * 1024  # a settings file; anything longer is a mistaken path
MAX_KEYRING = 4 * 1024 * 1024  # SPEC 5.3: 512 members, 4096 formers and their signatures fit twice
DEMO_MARK = "(not real)"  # in the names of a demo's trustees, thus in the instance's hash: it cannot be edited away
MAX_NAME = 80  # SPEC 5.1 gives an organisation the same; it stands in one line at 360 px

_ORIGIN = re.compile(r"https?://[a-z0-9.\-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")
_ONION = re.compile(r"http://[a-z2-7]{56}\.onion(:[0-9]{1,5})?")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class InstanceError(Exception):
    """The instance folder cannot be used. Mend the named file, or make the folder again with `panah keyring init`."""


@dataclass(frozen=True)
class Reading:
    """When a person reads what came in: the promise on the page, a lane each."""

    screened_within_working_days: int = 1
    answered_within_days: int = 7
    urgent_opened_within_hours: int = 4


@dataclass(frozen=True)
class Instance:
    name: str
    demo: bool
    origins: tuple[str, ...]
    onion: str  # empty: none
    languages: tuple[str, ...]
    default_language: str
    quick_exit: str
    reading: Reading
    build_day: int  # days since 1970-01-01 UTC
    first_roots: bytes  # SPEC 5.1
    roots: bytes  # the root set now pinned

    def for_port(self, port: int) -> Instance:
        """The same instance, served on this port of the own machine (the demo)."""
        return replace(self, origins=(f"http://127.0.0.1:{port}", f"http://localhost:{port}"))


def read_instance(directory: Path) -> Instance:
    """The instance in this folder, or InstanceError. Keyrings are verified by whoever uses them, not here."""
    settings = _read_settings(directory / SETTINGS)
    return Instance(
        **settings,
        build_day=_read_build_day(directory / "build"),
        first_roots=_read_bytes(directory / "first-roots.bin"),
        roots=_read_bytes(directory / "roots.bin"),
    )


def write_instance(directory: Path, instance: Instance) -> None:
    """Writes all but the keyrings; each file appears whole or not at all."""
    directory.mkdir(parents=True, exist_ok=True)
    write_whole(directory / "first-roots.bin", instance.first_roots)
    write_whole(directory / "roots.bin", instance.roots)
    write_build_day(directory, instance.build_day)
    write_whole(directory / SETTINGS, _render_settings(instance).encode())


def write_build_day(directory: Path, day: int) -> None:
    """That alone: what the operator wrote into instance.toml, with its comments, stays as it is."""
    write_whole(directory / "build", f"{day}\n".encode())


def is_demo(instance: Instance) -> bool:
    """By its flag, or by the names of its trustees, whatever the flag says."""
    roots = parse_first_roots(instance.first_roots).roots.roots
    return instance.demo or any(DEMO_MARK in root.organisation for root in roots)


def check_instance(instance: Instance) -> None:
    """Refuses now what `read_instance` would refuse later."""
    _check_settings(tomllib.loads(_render_settings(instance)))


def keyring_versions(directory: Path) -> list[int]:
    """Ascending; a version counts when its keyring and its KEM keys are both there."""
    folder = directory / "keyrings"
    if not folder.is_dir():
        return []
    versions = [int(path.stem) for path in folder.glob("*.bin") if re.fullmatch(r"[1-9][0-9]{0,9}", path.stem)]
    return sorted(version for version in versions if (folder / f"{version}.kem").is_file())


def check_whole(versions: Sequence[int]) -> None:
    """A file that was not copied is not a fork."""
    missing = sorted(set(range(versions[0], versions[-1])) - set(versions))
    if missing:
        raise InstanceError(f"keyrings/{missing[0]}.bin or .kem is missing: copy the whole folder again")


def read_keyring(directory: Path, version: int) -> tuple[bytes, bytes]:
    """SignedKeyring and KemKeys (SPEC 5.3, 5.5), not verified."""
    folder = directory / "keyrings"
    return _read_bytes(folder / f"{version}.bin"), _read_bytes(folder / f"{version}.kem")


def read_annexes(directory: Path, version: int) -> bytes:
    """SPEC 5.11, not verified; empty where no member declared anything."""
    path = directory / "keyrings" / f"{version}.annexes"
    return _read_bytes(path) if path.is_file() else b""


def write_keyring(directory: Path, version: int, signed: bytes, kem_keys: bytes, annexes: bytes = b"") -> None:
    """What belongs to it first: a keyring that is there has its keys and its annexes."""
    folder = directory / "keyrings"
    folder.mkdir(parents=True, exist_ok=True)
    if annexes:
        write_whole(folder / f"{version}.annexes", annexes)
    write_whole(folder / f"{version}.kem", kem_keys)
    write_whole(folder / f"{version}.bin", signed)


def root_changes(directory: Path) -> list[bytes]:
    """Every SignedRootChange since the first set (SPEC 5.2), oldest first."""
    folder = directory / "root-changes"
    if not folder.is_dir():
        return []
    paths = [path for path in folder.glob("*.bin") if re.fullmatch(r"[1-9][0-9]{0,9}", path.stem)]
    return [_read_bytes(path) for path in sorted(paths, key=lambda path: int(path.stem))]


def write_root_change(directory: Path, version: int, change: bytes) -> None:
    """`version` is that of the new set."""
    folder = directory / "root-changes"
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / f"{version}.bin", change)


def write_roots(directory: Path, roots: bytes) -> None:
    """The set now in force; its change must be there already."""
    if _read_bytes(directory / "roots.bin") != roots:
        write_whole(directory / "roots.bin", roots)


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replaces the file in one step: a reader, or a power cut, sees the old bytes or the new, never a part."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        error.filename = str(path)  # what was asked for, not how
        raise
    finally:
        part.unlink(missing_ok=True)
    sync(path.parent)


def sync(path: Path) -> None:
    """So that a power cut loses neither a file nor, of a folder, the names in it."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_KEYRING + 1)
    except FileNotFoundError:
        raise InstanceError(f"{path.name} is missing in {path.parent}") from None
    except OSError as error:
        raise InstanceError(f"{path.name} cannot be read: {error.strerror}") from None
    if len(data) > MAX_KEYRING:
        raise InstanceError(f"{path.name} is over {MAX_KEYRING} bytes")
    return data


def _read_build_day(path: Path) -> int:
    text = _read_bytes(path).strip()
    if not re.fullmatch(rb"[0-9]{1,6}", text):
        raise InstanceError(f"{path.name} must hold one number, days since 1970-01-01")
    return int(text)


def _read_settings(path: Path) -> dict[str, Any]:
    data = _read_bytes(path)
    if len(data) > MAX_TOML:
        raise InstanceError(f"{path.name} is over {MAX_TOML} bytes")
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise InstanceError(f"{path.name} is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"line ([0-9]+)", str(error))  # only the place: the library's text may echo the line
        raise InstanceError(f"{path.name} is not TOML{', ' + place.group() if place else ''}") from None
    return _check_settings(table)


def _check_settings(table: Mapping[str, Any]) -> dict[str, Any]:
    known = {"name", "demo", "origins", "onion", "languages", "default_language", "quick_exit", "reading"}
    _refuse_unknown(table, known, "")
    languages = _texts(table, "languages")
    if not languages or len(set(languages)) != len(languages) or not set(languages) <= set(LANGUAGES):
        raise InstanceError(f"{SETTINGS}: languages must be some of {', '.join(LANGUAGES)}, each once")
    default = _text(table, "default_language")
    if default not in languages:
        raise InstanceError(f"{SETTINGS}: default_language must be one of languages")
    name = _text(table, "name")
    if not 0 < len(name.encode()) <= MAX_NAME or not name.isprintable():
        raise InstanceError(f"{SETTINGS}: name must be 1 to {MAX_NAME} bytes on one line")
    demo = table.get("demo")
    if not isinstance(demo, bool):
        raise InstanceError(f"{SETTINGS}: demo must be true or false")
    onion = _text(table, "onion")
    if onion and not _ONION.fullmatch(onion):
        raise InstanceError(f"{SETTINGS}: onion must be empty or http://<56 letters>.onion")
    return {
        "name": name,
        "demo": demo,
        "origins": _check_origins(_texts(table, "origins"), onion),
        "onion": onion,
        "languages": languages,
        "default_language": default,
        "quick_exit": _check_quick_exit(_text(table, "quick_exit")),
        "reading": _check_reading(table.get("reading")),
    }


def _check_origins(origins: tuple[str, ...], onion: str) -> tuple[str, ...]:
    """An origin as a browser writes it: what a member signs at sign-in (SPEC 11.2) is compared byte by byte."""
    if not origins or len(set(origins)) != len(origins):
        raise InstanceError(f"{SETTINGS}: origins must name at least one, each once")
    for origin in origins:
        parts = urlsplit(origin)
        if not _ORIGIN.fullmatch(origin) or origin.endswith((":80", ":443")):
            raise InstanceError(f"{SETTINGS}: an origin is scheme://host[:port], lower case, no path, no default port")
        if parts.scheme == "http" and origin != onion and parts.hostname not in _LOOPBACK:
            raise InstanceError(f"{SETTINGS}: an origin must be https, except an onion address or this machine itself")
    return origins


def _check_quick_exit(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "https" or not parts.hostname or not address.isascii() or not address.isprintable():
        raise InstanceError(f"{SETTINGS}: quick_exit must be an https address of a harmless site")
    return address


def _check_reading(table: Any) -> Reading:
    if not isinstance(table, dict):
        raise InstanceError(f"{SETTINGS}: [reading.normal] and [reading.urgent] are missing")
    _refuse_unknown(table, {"normal", "urgent"}, "reading.")
    normal, urgent = table.get("normal"), table.get("urgent")
    if not isinstance(normal, dict) or not isinstance(urgent, dict):
        raise InstanceError(f"{SETTINGS}: [reading.normal] and [reading.urgent] are both needed")
    _refuse_unknown(normal, {"screened_within_working_days", "answered_within_days"}, "reading.normal.")
    _refuse_unknown(urgent, {"opened_within_hours"}, "reading.urgent.")
    return Reading(
        _whole(normal, "screened_within_working_days", 1, 30),
        _whole(normal, "answered_within_days", 1, 90),
        _whole(urgent, "opened_within_hours", 1, 72),
    )


def _refuse_unknown(table: Mapping[str, Any], known: set[str], place: str) -> None:
    """A misspelt name must not be passed over in silence. What was written is not echoed, only the count."""
    unknown = len(set(table) - known)
    if unknown:
        names = ", ".join(f"{place}{name}" for name in sorted(known))
        raise InstanceError(f"{SETTINGS}: {unknown} name(s) that mean nothing here; known are {names}")


def _text(table: Mapping[str, Any], name: str) -> str:
    value = table.get(name)
    if not isinstance(value, str):
        raise InstanceError(f"{SETTINGS}: {name} must be a text")
    return value


def _texts(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = table.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InstanceError(f"{SETTINGS}: {name} must be a list of texts")
    return tuple(value)


def _whole(table: Mapping[str, Any], name: str, least: int, most: int) -> int:
    value = table.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InstanceError(f"{SETTINGS}: {name} must be a whole number from {least} to {most}")
    return value


def _render_settings(instance: Instance) -> str:
    reading = instance.reading
    return f"""\
# What this installation is. After a change: panah site build.
name = {_quote(instance.name)}
demo = {str(instance.demo).lower()}
# As a browser writes them; members sign in at these and at no other.
origins = [{", ".join(map(_quote, instance.origins))}]
onion = {_quote(instance.onion)}
languages = [{", ".join(map(_quote, instance.languages))}]
default_language = {_quote(instance.default_language)}
quick_exit = {_quote(instance.quick_exit)}

# When a person reads what came in. The pages promise this: keep it or change it.
[reading.normal]
screened_within_working_days = {reading.screened_within_working_days}
answered_within_days = {reading.answered_within_days}

[reading.urgent]
opened_within_hours = {reading.urgent_opened_within_hours}
"""


def _quote(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04X}" for c in escaped) + '"'
