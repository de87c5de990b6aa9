"""The keyrings of the instance, verified, and fresh: a newly published one is seen within seconds."""

from __future__ import annotations

import gzip
import sys
import threading
import time
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import brotli

from crypto.enrolment import encode_kem_keys, kem_key_of, parse_kem_keys
from crypto.errors import ProtocolError, ensure, refuse
from crypto.keyring import CUSTODIAN, NO_PIN, OFFLINE, REVIEWER, KeyringBody, UntrustedKeyring, check_extends
from crypto.roots import RootSet, parse_first_roots, rotate_roots
from service.instance import (
    Instance,
    InstanceError,
    check_whole,
    keyring_versions,
    read_annexes,
    read_instance,
    read_keyring,
    root_changes,
)

ACCEPTED = 2  # SPEC 6.8: a message to one of the newest two
RELOAD_SECONDS = 2.0
FILES = ("*.bin", "*.kem", "*.annexes")  # of a keyring


@dataclass(frozen=True)
class Compressed:
    """Bytes as they are served, by content encoding; packed when first asked for, since old keyrings hardly are."""

    plain: bytes = field(repr=False)

    @cached_property
    def br(self) -> bytes:
        packed: bytes = brotli.compress(self.plain)
        return packed

    @cached_property
    def gzip(self) -> bytes:
        return gzip.compress(self.plain, mtime=0)


@dataclass(frozen=True)
class PublishedKeyring:
    body: KeyringBody
    signed: Compressed
    intake_kem: Compressed  # of reviewers and custodians who can be drawn: what a first message needs
    staff_kem: bytes  # of everybody
    annexes: bytes = b""  # SPEC 5.11

    def pack(self) -> None:
        """Now, and not while somebody waits."""
        for one in (self.signed, self.intake_kem):
            _ = one.br, one.gzip


class Keyrings:
    """Opens an instance folder. Raises InstanceError when there is no keyring that its trustees signed."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.instance: Instance = read_instance(directory)
        self.id: bytes = parse_first_roots(self.instance.first_roots).instance
        self._lock = threading.Lock()
        self._seen: tuple[object, ...] = ()
        self._refused: tuple[object, ...] = ()
        self._told = False
        self._checked = 0.0
        self._published: dict[int, PublishedKeyring] = {}
        self._reload()

    @property
    def newest(self) -> PublishedKeyring:
        self._refresh()
        return self._published[max(self._published)]

    def accepts(self, version: int, hash_: bytes) -> bool:
        """Whether a message sealed for this keyring is taken."""
        self._refresh()
        recent = sorted(self._published)[-ACCEPTED:]
        return version in recent and self._published[version].body.hash == hash_

    def ever_accepted(self, version: int, hash_: bytes) -> bool:
        """Whether a message that was carried is taken: it may have been sealed long ago."""
        held = self.version(version)
        return held is not None and held.body.hash == hash_

    def version(self, version: int) -> PublishedKeyring | None:
        self._refresh()
        return self._published.get(version)

    def all_signed(self) -> list[bytes]:
        """Newest last."""
        self._refresh()
        return [self._published[version].signed.plain for version in sorted(self._published)]

    def _refresh(self) -> None:
        if time.monotonic() - self._checked < RELOAD_SECONDS:
            return
        with self._lock:
            self._checked = time.monotonic()
            # a bad file beside good ones changes nothing, nor one that goes while we look: the verified keyrings go on
            state: tuple[object, ...] = ()
            try:
                state = self._state()
                if state != self._seen:
                    self._reload()
            except FileNotFoundError:
                return
            except (InstanceError, ProtocolError) as error:
                self._tell_refused(state, error)

    def _tell_refused(self, state: tuple[object, ...], error: Exception) -> None:
        """Once, where it is so at two looks: a member who was revoked is not, and nobody would know."""
        if state == self._refused and not self._told:
            said = f"what is new in the folder of keyrings cannot be used, those of before go on: {error}"
            print(f"panah: {said}", file=sys.stderr, flush=True)
        self._refused, self._told = state, state == self._refused

    def _state(self) -> tuple[object, ...]:
        """Of every file of theirs: a folder that somebody copies comes file by file."""
        files = [path for kind in FILES for path in sorted((self._directory / "keyrings").glob(kind))]
        return tuple((path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files)

    def _reload(self) -> None:
        seen = self._state()
        versions = keyring_versions(self._directory)
        if not versions:
            raise InstanceError("no keyring is published; see panah keyring publish")
        check_whole(versions)
        sets = self._root_sets()
        published = {version: self._read(version, sets) for version in versions}
        held = [roots.hash for roots in sets]
        for older, newer in pairwise(versions):
            before, after = published[older].body, published[newer].body
            check_extends(before, after)
            # SPEC 5.4: who was replaced, with keys that may be stolen, names nobody any more
            ensure(
                held.index(after.roots_hash) >= held.index(before.roots_hash), "wrong_roots", f"keyrings/{newer}.bin"
            )
        published[versions[-1]].pack()
        self._published, self._seen, self._checked = published, seen, time.monotonic()

    def _root_sets(self) -> list[RootSet]:
        sets = [parse_first_roots(self.instance.first_roots).roots]
        for change in root_changes(self._directory):
            sets.append(rotate_roots(self.id, sets[-1], change))
        return sets

    def _read(self, version: int, sets: list[RootSet]) -> PublishedKeyring:
        signed, kem = read_keyring(self._directory, version)
        try:
            body = self._verified(signed, sets)
        except ProtocolError as error:
            refuse(error.slug, f"keyrings/{version}.bin: {error.fact}")
        if body.version != version:
            raise InstanceError(f"keyring {version} says that it is {body.version}")
        keys = parse_kem_keys(self.id, kem)
        drawn = [one for one in body.members if one.role in (REVIEWER, CUSTODIAN) and not one.flags & OFFLINE]
        intake = [kem_key_of(keys, one) for one in drawn]
        everyone = [kem_key_of(keys, one) for one in body.members]
        return PublishedKeyring(
            body,
            Compressed(signed),
            Compressed(encode_kem_keys(self.id, intake)),
            encode_kem_keys(self.id, everyone),
            read_annexes(self._directory, version),
        )

    def _verified(self, signed: bytes, sets: list[RootSet]) -> KeyringBody:
        """By the root set that the keyring names. Old keyrings stay readable: day 0 expires nothing."""
        untrusted = UntrustedKeyring.parse(signed)
        for roots in reversed(sets):
            try:
                return untrusted.verify(roots, self.id, NO_PIN, 0, 0).body
            except ProtocolError as error:
                if error.slug != "wrong_roots":
                    raise
        raise InstanceError("a keyring names a root set that this instance never had")
