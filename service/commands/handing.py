"""`panah case pass`: a case from a machine without a line to readers who work on one (SPEC 8.8)."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from crypto.box import WRAP_INTAKE, BoxFields, MessageKey, Words, intake_inbox, parse_box, seal_readers
from crypto.case import OpenedCase
from crypto.draw import draw_readers
from crypto.encoding import Z32, Day
from crypto.enrolment import kem_key_of
from crypto.entry import READERS_KEPT, Entry, messages_head, parse_signed_entry, sign_entry
from crypto.errors import ProtocolError
from crypto.keyring import OFFLINE, SUPERVISOR, KeyringBody, Member
from crypto.members import Keyfile
from crypto.posts import Post, encode_post
from crypto.primitives import kdf
from crypto.workflow import RECEIVED, SCREENING
from crypto.wraps import check_kept, check_readers, stepped_back
from service.commands.exits import Refused


@dataclass(frozen=True)
class Passed:
    post: bytes
    readers: tuple[Member, ...]


def pass_on(keyfile: Keyfile, opened: OpenedCase, day: Day, left_out: Collection[str], why: str) -> Passed:
    """Signed by one offline member: adding only, to readers whom nobody chose. Raises Refused."""
    keyring = opened.keyring.body
    if not opened.kem_keys:
        raise Refused("this file holds no keys of the members", "export the case again, and bring that file here")
    if opened.chain.readers:
        raise Refused("two members have named its readers already", "they work on it in the browser")
    chain, first = opened.chain, opened.messages[0]
    back = stepped_back(chain, len(chain.entries))  # SPEC 8.8
    named = _draw(keyring, day, {*left_out, *(one.hex() for one in back)})
    fields = BoxFields(keyring.instance, opened.cid, WRAP_INTAKE, Z32, keyfile.member, day, keyring.hash)
    pks = [kem_key_of(opened.kem_keys, one) for one in named]
    inbox = intake_inbox(first.cek, first.header_hash)
    keys = [MessageKey(one.cid, one.cek) for one in opened.messages]
    box = seal_readers(fields, keyfile.signing_seed, [*pks, inbox.pk], keys, Words("ru", why))
    entry = sign_entry(
        Entry(
            instance=keyring.instance,
            cid=opened.cid,
            seq=len(chain.entries),
            prev=chain.head,
            kind=READERS_KEPT,
            state=SCREENING if chain.place.state == RECEIVED else chain.place.state,
            day=day,
            until=0,
            actor=keyfile.member,
            box_hash=parse_box(box).hash,
            cited=Z32,
            keyring_hash=keyring.hash,
            messages=messages_head([one.cid for one in opened.messages]),
            priority=chain.place.priority,
        ),
        keyfile.signing_seed,
    )
    try:
        check_readers(parse_box(box), keyring, day, kept=True)
        check_kept(parse_box(box), keyring, parse_signed_entry(entry), None)
    except ProtocolError as error:
        if error.slug != "role_not_allowed":
            raise
        raise Refused(
            "only a reviewer of the offline forms may pass a case on alone",
            "others propose new readers in the browser, and a second member agrees",
        ) from None
    return Passed(encode_post(Post(entry, box, b"", b"")), tuple(named))


def _draw(keyring: KeyringBody, day: Day, left_out: Collection[str]) -> Sequence[Member]:
    """As the person's browser would have drawn, and one supervisor."""
    seed = os.urandom(32)
    kept = replace(keyring, members=tuple(one for one in keyring.members if one.id.hex() not in left_out))
    present = [one for one in kept.members if not one.flags & OFFLINE and one.from_day <= day <= one.until]
    watching = [one for one in present if one.role == SUPERVISOR]
    if not watching:
        raise Refused("nobody supervises whom you did not leave out", "leave out fewer")
    return [*draw_readers(kept, seed, day).readers, min(watching, key=lambda one: kdf(seed, "draw", one.id))]
