"""A member opens cases: so many on a day, and more where another member agrees (SPEC 11.6)."""

from __future__ import annotations

import asyncio

from crypto.errors import ensure
from crypto.keyring import Member
from crypto.more import answered_of, verify_more_answered, verify_more_asked
from service import clock
from service.actions.errors import EnoughOpened, NotFound
from service.keyrings import Keyrings
from service.store.database import Engine
from service.store.opening import AnsweredAlready, AnswerMore, AskMore, CountOpened, find_asked, is_bounded
from service.store.writer import Writer


async def count_opened(engine: Engine, writer: Writer, member: Member, case_cid: bytes, most: int) -> None:
    """Raises EnoughOpened where it would be one too many. One that was opened that day stays open."""
    today = clock.today()
    bounded = await asyncio.to_thread(is_bounded, engine, member.id, case_cid, today)
    if bounded and not await writer.submit(CountOpened(member.id, case_cid, today, most)):
        raise EnoughOpened


async def ask_more(keyrings: Keyrings, writer: Writer, member: Member, data: bytes) -> None:
    """Raises ProtocolError. What the member asked before and nobody answered is taken back by it."""
    asked = verify_more_asked(keyrings.id, keyrings.newest.body, data)
    ensure(asked.member == member.id, "role_not_allowed", "in another's name")
    ensure(asked.day == clock.today(), "day_out_of_range", "not today")
    await writer.submit(AskMore(asked))


async def answer_more(keyrings: Keyrings, engine: Engine, writer: Writer, member: Member, data: bytes) -> None:
    """Raises ProtocolError; NotFound where nobody asks that, or not any more."""
    hash_ = answered_of(data)
    found = await asyncio.to_thread(find_asked, engine, hash_)
    if found is None:
        raise NotFound
    keyring = keyrings.newest.body
    asked = verify_more_asked(keyrings.id, keyring, found)
    answer = verify_more_answered(keyring, asked, data)
    ensure(answer.member == member.id, "role_not_allowed", "in another's name")
    ensure(asked.day == clock.today(), "day_out_of_range", "not today")
    try:
        await writer.submit(AnswerMore(hash_, answer.agrees, data))
    except AnsweredAlready:
        raise NotFound from None
