"""A part of a sealed file arrives (SPEC 6.11). The answer says how much of it is here, to a stranger nothing."""

from __future__ import annotations

from crypto.encoding import decode, read_uint, u64
from crypto.errors import ensure
from crypto.evidence import CHUNK, OVERHEAD, padme
from crypto.primitives import hash
from service import clock
from service.settings import Settings
from service.store.database import StorageFull, has_free
from service.store.evidence import StorePart
from service.store.writer import Writer

PART = 15 * (CHUNK + OVERHEAD)  # whole chunks, so that a request is under 1 MiB


async def receive_evidence(writer: Writer, settings: Settings, data: bytes) -> bytes:
    """`E("upload", upload id 16, token 32, offset u64, total u64, bytes)`. Answers a u64: up to where the file is here.

    Every part but the last has exactly PART bytes. The id and the token are random and known to the sender only; the
    server keeps a hash of the token. Raises ProtocolError, WriterBusy, StorageFull.
    """
    upload, token, offset, size, body = decode("upload", [16, 32, 8, 8, None], data)
    start, total = read_uint(offset), read_uint(size)
    ensure(total <= settings.max_evidence_bytes, "too_large", "file")
    ensure(is_blob_size(total), "malformed", "total")
    ensure(start % PART == 0 and start < total and len(body) == min(PART, total - start), "malformed", "part")
    if not has_free(settings.database, settings.evidence_free_bytes):  # what is left is for complaints
        raise StorageFull
    command = StorePart(upload, hash(token), start, total, body, clock.today(), settings.evidence_room_bytes)
    received: int = await writer.submit(command)
    return u64(received)


def is_blob_size(total: int) -> bool:
    """Whether a sealed file can have this size: Padmé, in chunks."""
    count = -(-total // (CHUNK + OVERHEAD))
    padded = total - count * OVERHEAD
    return padded >= CHUNK and padme(padded) == padded and -(-padded // CHUNK) == count
