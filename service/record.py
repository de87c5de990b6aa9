"""What a trustee remembers between ceremonies: the one defence that needs nobody else."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crypto.encoding import Z32
from service.ceremony import CeremonyRefused, Review


@dataclass(frozen=True)
class Record:
    """What one trustee signed last, kept beside the root key: the trustee's own memory against roll-back and fork."""

    instance: bytes
    roots_version: int
    roots_hash: bytes
    keyring_version: int
    keyring_hash: bytes

    def check(self, reviewed: Review, replaces: bool) -> None:
        if reviewed.instance != self.instance:
            raise CeremonyRefused("this root key has signed for another instance; use a root key of its own for each")
        held = reviewed.roots
        if held.version < self.roots_version or (held.version == self.roots_version and held.hash != self.roots_hash):
            raise CeremonyRefused("this file holds an older or another root set than the one you signed under")
        body = reviewed.body
        if body is None or self.keyring_version == 0:
            return
        if body.version < self.keyring_version:
            raise CeremonyRefused(
                f"rolled back: version {body.version}, you have signed version {self.keyring_version}"
            )
        same = body.version == self.keyring_version and body.hash != self.keyring_hash
        after = body.version == self.keyring_version + 1 and body.prev != self.keyring_hash
        if (same or after) and not replaces:
            raise CeremonyRefused(f"forked: you have signed another keyring of version {self.keyring_version}")

    def after(self, reviewed: Review) -> Record:
        """What is remembered once this is signed. A set that is not yet published is not remembered as held."""
        held = replace(self, roots_version=reviewed.roots.version, roots_hash=reviewed.roots.hash)
        if reviewed.body is None:
            return held
        return replace(held, keyring_version=reviewed.body.version, keyring_hash=reviewed.body.hash)


def new_record(reviewed: Review) -> Record:
    """For a root key that signs for the first time."""
    return Record(reviewed.instance, reviewed.roots.version, reviewed.roots.hash, 0, Z32)
