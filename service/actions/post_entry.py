"""A member adds a signed entry to a case's chain, with its box and the new mailbox blocks, all or nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace

from crypto.box import COPY, WRAP_INTAKE, WRAP_UNIT, SealedBox, parse_box
from crypto.card import Card, SignedCard, cards, check_card
from crypto.chain import Chain, KnownMessage, verify_chain
from crypto.claiming import check_claim
from crypto.copies import check_answer, check_copy
from crypto.entry import (
    ABOUT_A_MESSAGE,
    APPROVAL,
    CLAIMED,
    COPY_ANSWERED,
    GRANT,
    IDENTITY_AGREED,
    IDENTITY_GRANTED,
    MAX_ENTRIES,
    READERS_AGREED,
    READERS_KEPT,
    READERS_PROPOSED,
    RECUSAL,
    STEP,
    WITHHOLDING,
    SignedEntry,
    message_count,
    parse_signed_entry,
    says_who_reads,
    withheld_from,
)
from crypto.errors import ensure, refuse
from crypto.keeping import find_holders
from crypto.keyring import OFFLINE, KeyringBody, Member
from crypto.posts import Post, PostedEntry, check_box, encode_posted, parse_post
from crypto.primitives import hash, verify
from crypto.signer import CASEWORKERS
from crypto.withholding import check_given, check_withholding
from crypto.workflow import ASSIGNED
from crypto.wraps import check_kept, check_readers, check_secret, check_wrap, is_named, left_since, readers_wraps
from service import clock
from service.actions.errors import ChainMoved
from service.actions.export_case import posted_entries
from service.actions.slim_case import check_erasing, check_told, erase, slim
from service.domain.days import is_carried_in_time, is_plausible
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
    keyrings: Keyrings, engine: Engine, writer: Writer, member: Member, case: CaseFile, data: bytes
) -> Posted:
    """SPEC 8.5. Raises ChainMoved, ProtocolError."""
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
    posted = await asyncio.to_thread(posted_entries, engine, case.cid)
    chain = await asyncio.to_thread(_verify, keyrings, case, posted, post.entry)
    of_the_case = any(one.cid == entry.cited for one in case.messages)
    ensure(entry.kind not in ABOUT_A_MESSAGE or of_the_case, "bad_state", "no message of the case")
    check_erasing(case, chain, entry)
    check_told(case, entry, post)
    erasure = erase(case, keyrings.id, chain, posted, entry, post)
    row = NewEntry(
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
        body=encode_posted(replace(post, box=b"", card=b"") if erasure else post),
    )
    held = cards(replace(chain, changed=tuple(one for one in chain.changed if one[1].seq < entry.seq)), posted)
    if box and box.kind == WRAP_UNIT and entry.kind != GRANT:
        check_wrap(box, keyring, entry.day)  # SPEC 7.3
    if box and says_who_reads(entry):
        check_card(post.card, entry, box, held[-1].card if held else None)  # SPEC 7.6
    if entry.kind == READERS_AGREED or (entry.kind == APPROVAL and entry.state == ASSIGNED):
        _check_agreed(posted, chain, entry, keyring, held[-1].card if held else None)  # SPEC 7.6, 8.8
    if box and entry.kind == GRANT:
        before = await asyncio.to_thread(_verify, keyrings, case, posted[:-1], posted[-1].entry)
        live = next((one for one in wraps(posted) if one.hash == before.wrap), None)
        left = left_since(chain, keyring, entry, live)
        check_wrap(box, keyring, entry.day, handed_on=True)  # SPEC 7.3
        _check_granted(box, live, held, left)
    if box and box.kind == WRAP_INTAKE and entry.kind != READERS_KEPT:
        check_readers(box, keyring, entry.day)  # SPEC 7.5
    if box and entry.kind == READERS_KEPT:  # SPEC 8.8
        wrapped = readers_wraps(replace(chain, readers=chain.readers[:-1]), posted, keyring)
        live = wrapped[-1] if wrapped else None
        left = left_since(chain, keyring, entry, live)
        check_readers(box, keyring, entry.day, kept=True, handed_on=live is not None)
        check_kept(box, keyring, entry, live, left)
    if box and entry.kind in (IDENTITY_AGREED, IDENTITY_GRANTED):
        ask = next((one.entry for one in chain.asks if one.entry.link == entry.cited), None)
        if ask is None:
            refuse("bad_state", "nobody asked")
        check_secret(box, keyring, ask, entry.day)
    if box and box.kind == COPY:
        check_copy(box, keyring, entry.day)  # SPEC 8.11
    if box and entry.kind == COPY_ANSWERED:
        check_answer(box, entry, _copy_answered(posted, entry), keyring)
    asked_until = max((one.entry.until for one in chain.asks if not one.granted), default=0)
    whole = [*posted, post]
    check_given(chain, whole, keyring, entry)  # SPEC 8.7, 8.8
    reading = readers_wraps(chain, whole, keyring)
    readers = _readers(whole, entry, chain, reading)
    withheld = entry.actor if entry.kind == RECUSAL else None
    holders = find_holders(chain, whole, keyring)
    withholding = None
    if entry.kind == WITHHOLDING:
        check_withholding(chain, whole, keyring, entry)  # SPEC 8.10
        withholding = (withheld_from(entry), entry.until)
    if entry.kind == CLAIMED:
        check_claim(chain, whole, keyring, entry)  # SPEC 8.12
    copies = _copies(chain, whole, keyring)
    slimmer: Slimmer | None = erasure
    if slimmer is None:
        slimmer = await asyncio.to_thread(slim, engine, keyrings.id, case, chain, whole, keyring)
    command = PostEntry(
        row, case.lookup, *blocks, chain.place, readers, withheld, asked_until, holders, withholding, copies, slimmer
    )
    try:
        await writer.submit(command)
    except (HeadMoved, CaseGrown, RowRefused):  # in one process, or in two: the primary key let one through
        raise ChainMoved from None
    return Posted(entry.seq, entry.link)


def _verify(keyrings: Keyrings, case: CaseFile, posted: list[PostedEntry], entry: bytes) -> Chain:
    """The whole chain with the new entry: a deed is allowed by what came before it."""
    new = parse_signed_entry(entry)
    if new.seq != len(posted) or (posted and new.prev != parse_signed_entry(posted[-1].entry).link):
        raise ChainMoved
    messages = [KnownMessage(one.cid, one.lane) for one in case.messages]
    whole = [*(one.entry for one in posted), entry]
    return verify_chain(keyrings.id, case.cid, keyrings.newest.body, whole, messages, clock.today())


def _check_agreed(
    posted: list[PostedEntry], chain: Chain, entry: SignedEntry, keyring: KeyringBody, newest: Card | None
) -> None:
    """What was proposed still follows the newest card, and is for members of this day.

    Other readers: by one whom the wrap names.
    """
    proposal = next((one for one, agreement in chain.changed if agreement.link == entry.link), None)
    if proposal is None:
        refuse("bad_state", "nothing was proposed")
    box = parse_box(posted[proposal.seq].box)
    check_card(posted[proposal.seq].card, proposal, box, newest)
    if proposal.kind != READERS_PROPOSED:
        check_wrap(box, keyring, entry.day)
        return
    check_readers(box, keyring, entry.day)
    ensure(is_named(box, keyring, entry.actor, entry.day), "role_not_allowed", "whoever agrees stays")


def _check_granted(box: SealedBox, live: SealedBox | None, held: list[SignedCard], left: frozenset[bytes]) -> None:
    """SPEC 7.3: to the members of the wrap that it replaces but who stepped back, and to the readers' newest inbox."""
    inboxes = [hash(one.card.intake_pk) for one in held]
    ensure(live is not None and bool(inboxes), "wrong_case", "nothing to grant to")
    same = live is not None and named(live) - {*inboxes} - left == named(box) - {*inboxes} - left
    ensure(same and named(box) & {*inboxes} == {inboxes[-1]}, "wrong_case", "a grant to other readers")


def wraps(posted: list[PostedEntry]) -> list[SealedBox]:
    boxes = [parse_box(one.box) for one in posted if one.box]
    return [box for box in boxes if box.kind == WRAP_UNIT]


def named(box: SealedBox) -> frozenset[bytes]:
    return frozenset(one.pk_hash for one in box.recipients)


def _readers(
    posted: list[PostedEntry], entry: SignedEntry, chain: Chain, reading: list[SealedBox]
) -> frozenset[bytes] | None:
    """Whom the wraps of the unit and of the readers name after this entry; None where it changes nothing."""
    if entry.kind not in (APPROVAL, STEP, GRANT, READERS_AGREED, READERS_KEPT):
        return None
    units = [named(one) for one in wraps(posted) if one.hash == chain.wrap]
    return frozenset[bytes]().union(*units, *(named(one) for one in reading[-1:]))


def _copy_answered(posted: list[PostedEntry], entry: SignedEntry) -> SealedBox:
    """The chain has verified that it is cited and waits."""
    copied = next(one for one in posted if parse_signed_entry(one.entry).link == entry.cited)
    return parse_box(copied.box)


def _copies(chain: Chain, posted: list[PostedEntry], keyring: KeyringBody) -> tuple[tuple[int, bytes, int], ...]:
    """Those that wait: the number of the entry, whose KEM hash, up to which day."""
    found = []
    for one in chain.copies:
        asked = {member.kem_hash for member in keyring.members} & named(parse_box(posted[one.seq].box))
        found += [(one.seq, kem_hash, one.until) for kem_hash in asked]
    return tuple(found)


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
