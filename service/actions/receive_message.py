"""A sealed message arrives: verified as far as no key is needed, stored once, answered the same however often."""

from __future__ import annotations

from crypto.errors import ensure
from crypto.message import parse_sealed
from service import clock
from service.keyrings import Keyrings
from service.store.commands import StoreMessage
from service.store.writer import Writer


async def receive_message(keyrings: Keyrings, writer: Writer, data: bytes, *, carried: bool = False) -> None:
    """SPEC 6.8. `carried`: as a file, which may be of any keyring there was (5.8). Returns after the commit.

    Raises ProtocolError, WriterBusy, StorageFull.
    """
    message = parse_sealed(keyrings.id, data)
    ensure(not message.slots_gone and not message.identity_gone, "malformed", "parts are missing")  # SPEC 6.12
    accepts = keyrings.ever_accepted if carried else keyrings.accepts
    ensure(accepts(message.keyring_version, message.keyring_hash), "wrong_keyring")
    # not in a thread of its own: beside the writer's it costs more in turns of the interpreter than it gains
    await writer.submit(
        StoreMessage(message.cid, message.lookup, clock.today(), message.lane, message.keyring_version, data)
    )
