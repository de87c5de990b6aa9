"""Reading and burning with a receipt code. Known and unknown codes take one way through every line here."""

from __future__ import annotations

from typing import Final

from crypto.errors import refuse
from crypto.mailbox import BLOCKS, dummy_block
from crypto.primitives import hash
from crypto.requests import BURN_ALL, BURN_MESSAGES, BURN_RECEIPT, make_nonce, verify_mailbox_request
from service import clock
from service.store.commands import BurnMailbox, NonceSpent, ReadMailbox
from service.store.writer import Writer

NONCE_SECONDS: Final = 600  # SPEC 10.1; a slow phone signs within seconds, a slow line within minutes
LOWEST_SLOT = {BURN_MESSAGES: 1, BURN_ALL: 0, BURN_RECEIPT: 0}


def give_nonce(server_key: bytes) -> bytes:
    return make_nonce(server_key, "mailbox", clock.now() + NONCE_SECONDS)


async def read_mailbox(instance: bytes, server_key: bytes, writer: Writer, data: bytes) -> bytes:
    """SPEC 9.1: eight blocks of one size, real ones first."""
    request = verify_mailbox_request(instance, "mailbox.read", data, server_key, clock.now())
    blocks = [dummy_block(server_key, request.lookup, index) for index in range(BLOCKS)]
    try:
        real = await writer.submit(ReadMailbox(nonce_tag(request.nonce), nonce_hour(), request.lookup))
    except NonceSpent:
        refuse("stale_nonce", "spent")
    blocks[: len(real)] = real
    return b"".join(blocks)


async def burn_mailbox(instance: bytes, server_key: bytes, writer: Writer, data: bytes) -> None:
    """SPEC 10.2."""
    request = verify_mailbox_request(instance, "mailbox.burn", data, server_key, clock.now())
    what = request.body[0]
    command = BurnMailbox(
        nonce_tag(request.nonce), nonce_hour(), request.lookup, LOWEST_SLOT[what], what == BURN_RECEIPT
    )
    try:
        await writer.submit(command)
    except NonceSpent:
        refuse("stale_nonce", "spent")


def nonce_tag(nonce: bytes) -> bytes:
    return hash(nonce, 16)


def nonce_hour() -> int:
    """The hour after which no nonce given out by now is valid."""
    return clock.hour() + 1
