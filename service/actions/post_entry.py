"""A member adds a signed entry to a case's chain, with its box and the new mailbox blocks, all or nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from crypto.box import parse_box
from crypto.chain import (
    MAX_ENTRIES,
    KnownMessage,
    Post,
    SignedEntry,
    Start,
    check_box,
    message_count,
    parse_post,
    parse_signed_entry,
    verify_chain,
)
from crypto.encoding import encode
from crypto.errors import ensure
from crypto.keyring import KeyringBody, Member
from crypto.primitives import verify
from service import clock
from service.actions.errors import ChainMoved, NotFound
from service.domain.days import is_plausible
from service.keyrings import Keyrings
from service.store.cases import find_case
from service.store.commands import NewEntry, PostEntry
from service.store.database import Engine, RowRefused
from service.store.writer import Writer


@dataclass(frozen=True)
class Posted:
    seq: int
    link: bytes


async def post_entry(
    keyrings: Keyrings, engine: Engine, writer: Writer, member: Member, cid: bytes, data: bytes
) -> Posted:
    """SPEC 8.5. Raises NotFound, ChainMoved, ProtocolError."""
    case = await asyncio.to_thread(find_case, engine, cid)
    if case is None:
        raise NotFound
    post = parse_post(data)
    entry = parse_signed_entry(post.entry)
    keyring = keyrings.newest.body
    ensure(entry.seq < MAX_ENTRIES, "too_large", "entries of a case")  # SPEC 8.4: no list holds more
    ensure(entry.actor == member.id, "not_a_member", "somebody else's entry")
    ensure(entry.keyring_hash == keyring.hash, "wrong_keyring")
    ensure(is_plausible(entry.day, clock.today()), "day_out_of_range", "not today")
    _check_box(post, entry, member)
    messages = [KnownMessage(one.cid, one.lane) for one in case.messages]
    ensure(message_count(entry.messages) <= len(messages), "chain_broken", "more messages than there are")

    def check(start: Start) -> None:
        """On the head stored at the moment of the commit."""
        if entry.seq != start.seq or entry.prev != start.link:
            raise ChainMoved
        _verify(keyrings.id, cid, keyring, post, messages, start)

    row = NewEntry(
        case_cid=cid,
        seq=entry.seq,
        prev=entry.prev,
        link=entry.link,
        cited=entry.cited,
        kind=entry.kind,
        state=entry.state,
        day=entry.day,
        count=message_count(entry.messages),
        actor=entry.actor,
        body=encode("posted-entry", post.entry, post.box),
    )
    try:
        await writer.submit(PostEntry(row, case.lookup, post.status_block, post.reply_block, check))
    except RowRefused:  # two processes at once: the primary key let one through
        raise ChainMoved from None
    return Posted(entry.seq, entry.link)


def _check_box(post: Post, entry: SignedEntry, member: Member) -> None:
    if not post.box:
        ensure(entry.box_hash == bytes(32), "malformed", "box missing")
        return
    box = check_box(parse_box(post.box), entry)
    ensure(box.cid == entry.cid, "wrong_case", "box of another case")
    ensure(box.instance == entry.instance, "wrong_instance")
    verify(member.signing_pk, box.header, box.signature)


def _verify(
    instance: bytes, cid: bytes, keyring: KeyringBody, post: Post, messages: list[KnownMessage], start: Start
) -> None:
    verify_chain(instance, cid, keyring, [post.entry], messages, clock.today(), start)
