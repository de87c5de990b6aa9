"""A member adds a signed entry to a case's chain, with its box and the new mailbox blocks, all or nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from crypto.box import SealedBox, parse_box
from crypto.chain import Chain, KnownMessage, verify_chain
from crypto.entry import (
    ABOUT_A_MESSAGE,
    GRANT,
    MAX_ENTRIES,
    READERS_KEPT,
    SignedEntry,
    message_count,
    parse_signed_entry,
)
from crypto.errors import ensure
from crypto.keyring import OFFLINE, KeyringBody, Member
from crypto.posts import Post, PostedEntry, check_box, encode_posted, parse_post
from crypto.primitives import verify
from crypto.signer import CASEWORKERS
from service import clock
from service.actions.errors import ChainMoved
from service.actions.export_case import posted_entries
from service.actions.open_case import count_opened
from service.actions.posting import Posting, check_posting, find_effects
from service.actions.slim_case import check_erasing, check_told, erase, slim
from service.domain.days import is_carried_in_time, is_plausible
from service.domain.opening import is_counted
from service.keyrings import Keyrings
from service.store.cases import CaseFile
from service.store.commands import HeadMoved, NewEntry, PostEntry
from service.store.database import Engine, RowRefused
from service.store.erasing import CaseGrown, Slimmer
from service.store.writer import Writer


@dataclass(frozen=True)
class Posted:
    seq: int
    link: bytes


async def post_entry(
    keyrings: Keyrings, engine: Engine, writer: Writer, member: Member, case: CaseFile, data: bytes, most: int
) -> Posted:
    """SPEC 8.5. Raises ChainMoved, ProtocolError; EnoughOpened beyond `most` cases that the member opens on a day."""
    post = parse_post(data)
    entry = parse_signed_entry(post.entry)
    keyring = keyrings.newest.body
    ensure(entry.seq < MAX_ENTRIES, "too_large", "entries of a case")  # SPEC 8.4: no list holds more
    ensure(entry.keyring_hash == keyring.hash, "wrong_keyring")
    author = member if entry.actor == member.id else _carried(post, entry, keyring)
    plausible = is_carried_in_time if author is not member else is_plausible
    ensure(plausible(entry.day, clock.today()), "day_out_of_range", "not today")
    blocks = (post.status_block, post.reply_block)
    ensure(not any(blocks) or author.role in CASEWORKERS, "malformed", "blocks")  # SPEC 8.5: who cannot make one
    box = _check_box(post, entry, author)
    ensure(message_count(entry.messages) <= len(case.messages), "chain_broken", "more messages than there are")
    before = await asyncio.to_thread(posted_entries, engine, case.cid)
    chain = await asyncio.to_thread(_verify, keyrings, case, before, post.entry)
    of_the_case = any(one.cid == entry.cited for one in case.messages)
    ensure(entry.kind not in ABOUT_A_MESSAGE or of_the_case, "bad_state", "no message of the case")
    check_erasing(case, chain, entry)
    check_told(case, entry, post)
    erasure = erase(case, keyrings.id, chain, before, entry, post)
    unit_before = b""
    if entry.kind == GRANT:
        unit_before = (await asyncio.to_thread(_verify, keyrings, case, before[:-1], before[-1].entry)).wrap
    posting = Posting(post, entry, box, before, chain, keyring, unit_before)
    check_posting(posting)
    if not is_counted(chain.place.state, chain.place.priority, unheard_alarm=False):
        await count_opened(engine, writer, member, case.cid, most)  # nobody makes a case urgent to read it uncounted
    slimmer: Slimmer | None = erasure
    if slimmer is None:
        slimmer = await asyncio.to_thread(slim, engine, keyrings.id, case, chain, posting.whole, keyring)
    body = encode_posted(replace(post, box=b"", card=b"") if erasure else post)
    row = _row(case, entry, body)
    command = PostEntry(row, case.lookup, *blocks, chain.place, find_effects(posting), slimmer)
    try:
        await writer.submit(command)
    except (HeadMoved, CaseGrown, RowRefused):  # in one process, or in two: the primary key let one through
        raise ChainMoved from None
    return Posted(entry.seq, entry.link)


def _row(case: CaseFile, entry: SignedEntry, body: bytes) -> NewEntry:
    return NewEntry(
        case_cid=case.cid,
        seq=entry.seq,
        prev=entry.prev,
        link=entry.link,
        cited=entry.cited,
        kind=entry.kind,
        state=entry.state,
        day=entry.day,
        count=message_count(entry.messages),
        actor=entry.actor,
        body=body,
    )


def _verify(keyrings: Keyrings, case: CaseFile, posted: list[PostedEntry], entry: bytes) -> Chain:
    """The whole chain with the new entry: a deed is allowed by what came before it."""
    new = parse_signed_entry(entry)
    if new.seq != len(posted) or (posted and new.prev != parse_signed_entry(posted[-1].entry).link):
        raise ChainMoved
    messages = [KnownMessage(one.cid, one.lane) for one in case.messages]
    whole = [*(one.entry for one in posted), entry]
    return verify_chain(keyrings.id, case.cid, keyrings.newest.body, whole, messages, clock.today())


def _carried(post: Post, entry: SignedEntry, keyring: KeyringBody) -> Member:
    """SPEC 8.5: signed on a machine without a line, and brought here by another. The mailbox is for who signs here."""
    offline = [one for one in keyring.members if one.id == entry.actor and one.flags & OFFLINE]
    ensure(bool(offline) and entry.kind == READERS_KEPT, "not_a_member", "somebody else's entry")
    ensure(not post.status_block and not post.reply_block, "malformed", "blocks")
    return offline[0]


def _check_box(post: Post, entry: SignedEntry, member: Member) -> SealedBox | None:
    if not post.box:
        return None
    box = check_box(parse_box(post.box), entry)
    ensure(box.cid == entry.cid, "wrong_case", "box of another case")
    ensure(box.instance == entry.instance, "wrong_instance")
    verify(member.signing_pk, box.header, box.signature)
    return box
