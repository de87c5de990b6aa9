"""SPEC 7.3, 7.5, 8.7, 8.8: whom a box of a case may name."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from crypto.box import SealedBox, parse_box
from crypto.chain import Chain
from crypto.encoding import Day, equal
from crypto.entry import READERS_KEPT, RECUSAL, SignedEntry
from crypto.errors import ProtocolError, ensure, refuse
from crypto.keyring import INVESTIGATOR, OFFLINE, REVIEWER, SUPERVISOR, KeyringBody
from crypto.posts import PostedEntry, check_box
from crypto.primitives import hash


def check_wrap(
    box: SealedBox, keyring: KeyringBody, day: Day, inbox_pk: bytes | None = None, handed_on: bool = False
) -> None:
    """SPEC 7.3: one unit, two investigators at least, a supervisor, and the intake inbox, which only readers know.

    `handed_on`: a grant, which goes to who is left (8.8).
    """
    members = {one.kem_hash: one for one in keyring.members if one.from_day <= day <= one.until}
    unknown = [one.pk_hash for one in box.recipients if one.pk_hash not in members]
    found = [members[one.pk_hash] for one in box.recipients if one.pk_hash in members]
    ensure(bool(found), "role_not_allowed", "nobody is left")
    investigators = [one for one in found if one.role == INVESTIGATOR]
    ensure(all(one.role in (INVESTIGATOR, SUPERVISOR) for one in found), "role_not_allowed", "who is named")
    ensure(handed_on or len(investigators) >= 2, "role_not_allowed", "fewer than two investigators")
    ensure(len({one.group for one in investigators}) <= 1, "role_not_allowed", "two units")
    ensure(handed_on or len(found) > len(investigators), "role_not_allowed", "no supervisor")
    ensure(len(unknown) == 1, "role_not_allowed", "the intake inbox and no other")
    ensure(inbox_pk is None or equal(unknown[0], hash(inbox_pk)), "role_not_allowed", "somebody unknown")


def check_readers(box: SealedBox, keyring: KeyringBody, day: Day, kept: bool = False, handed_on: bool = False) -> None:
    """SPEC 7.5: two reviewers at least, a supervisor, whoever proposes. A kept one may name the intake inbox too.

    `handed_on`: a kept one that follows another wrap, which goes to who is left (8.8).
    """
    members = {one.kem_hash: one for one in keyring.members if one.from_day <= day <= one.until}
    unknown = [one.pk_hash for one in box.recipients if one.pk_hash not in members]
    roles = [members[one.pk_hash].role for one in box.recipients if one.pk_hash in members]
    ensure(bool(roles), "role_not_allowed", "nobody is left")
    ensure(all(role in (REVIEWER, SUPERVISOR) for role in roles), "role_not_allowed", "who is named")
    ensure(handed_on or roles.count(REVIEWER) >= 2, "role_not_allowed", "fewer than two reviewers")
    ensure(handed_on or SUPERVISOR in roles, "role_not_allowed", "no supervisor")
    ensure(len(unknown) <= int(kept), "role_not_allowed", "somebody unknown")
    ensure(kept or is_named(box, keyring, box.author, day), "role_not_allowed", "whoever proposes stays")


def is_named(box: SealedBox, keyring: KeyringBody, id_: bytes, day: Day) -> bool:
    """Whether a box is sealed to the key that this member has on this day."""
    kems = [one.kem_hash for one in keyring.members if equal(one.id, id_) and one.from_day <= day <= one.until]
    return any(equal(one.pk_hash, kem) for one in box.recipients for kem in kems)


def stepped_back(chain: Chain, before: int) -> set[bytes]:
    """Ids of those who signed a counted recusal before the entry of that number."""
    uncounted = {*chain.void, *chain.unconfirmed}
    found = [one for one in chain.entries if one.kind == RECUSAL and one.seq < before]
    return {one.actor for one in found if one.seq not in uncounted}


def left_since(chain: Chain, keyring: KeyringBody, entry: SignedEntry, live: SealedBox | None) -> frozenset[bytes]:
    """SPEC 8.8: KEM hashes of those whom the wrap names and who stepped back before this entry."""
    back = stepped_back(chain, entry.seq)
    kems = {one.kem_hash for one in keyring.members if one.id in back}
    return frozenset(one.pk_hash for one in (live.recipients if live else ()) if one.pk_hash in kems)


def check_kept(
    box: SealedBox, keyring: KeyringBody, entry: SignedEntry, live: SealedBox | None, left: Collection[bytes] = ()
) -> None:
    """SPEC 8.8: one signature brings a case to nobody new, but from the machine without a line to those with one.

    By any later keyring: whoever has left since stands in none. `left`: who stepped back, and may be missing.
    """
    if live is None:
        known = [one for one in keyring.members if one.id == entry.actor]
        ensure(all(one.flags & OFFLINE for one in known), "role_not_allowed", "who reads is for two to say")
        return
    named, before = ({one.pk_hash for one in wrap.recipients} for wrap in (box, live))
    stayed = {one.kem_hash for one in keyring.members if one.from_day <= entry.day <= one.until}
    ensure(named <= before and (before & stayed) - {*left} <= named, "wrong_case", "other readers")


def readers_wraps(chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody) -> list[SealedBox]:
    """SPEC 8.8: the wraps of the readers that took effect, in their order; the newest says who reads."""
    entries = {one.box_hash: one for one in chain.entries}
    found: list[SealedBox] = []
    for box_hash in chain.readers:
        entry = entries[box_hash]
        try:
            box = check_box(parse_box(posted[entry.seq].box), entry)
            if entry.kind == READERS_KEPT:
                live = found[-1] if found else None
                check_kept(box, keyring, entry, live, left_since(chain, keyring, entry, live))
        except ProtocolError:
            continue
        found.append(box)
    return found


def unit_wrap(chain: Chain, posted: Sequence[PostedEntry]) -> SealedBox | None:
    """SPEC 7.3: the wrap by which a unit reads; none where no unit does, or where what stands there does not fit."""
    handed = next((one for one in chain.entries if equal(one.box_hash, chain.wrap)), None)
    if handed is None:
        return None
    try:
        return check_box(parse_box(posted[handed.seq].box), handed)
    except ProtocolError:
        return None


def check_secret(box: SealedBox, keyring: KeyringBody, ask: SignedEntry, day: Day) -> None:
    """SPEC 8.7: a half goes to whoever asked, and to nobody beside."""
    asker = next((one for one in keyring.members if one.id == ask.actor and one.from_day <= day <= one.until), None)
    if asker is None:
        refuse("not_a_member", "who asked")
    named = [one.pk_hash for one in box.recipients]
    ensure(named == [asker.kem_hash], "role_not_allowed", "a half for somebody else")
