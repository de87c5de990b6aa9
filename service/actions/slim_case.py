"""What the server no longer keeps of a case once the entries say so (SPEC 8.12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from crypto.chain import Chain, PostedEntry, encode_posted
from crypto.holes import StoredMessage, find_release
from crypto.keyring import KeyringBody
from crypto.message import drop_slots, parse_sealed
from service.store.cases import CaseFile, read_message
from service.store.commands import Slimmer
from service.store.database import Engine


def slim(
    engine: Engine, instance: bytes, case: CaseFile, chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody
) -> Slimmer:
    """On the chain that ends with a new entry. Written with that entry or not at all: the head decides."""
    stored = [StoredMessage(one.cid, one.day, one.lane) for one in case.messages]
    release = find_release(chain, posted, keyring, stored)
    messages = []
    for cid in release.messages:
        body = read_message(engine, case.cid, cid)
        message = parse_sealed(instance, body) if body else None
        if message and not message.slots_gone:
            messages.append((cid, drop_slots(message)))
    entries = [(seq, encode_posted(replace(posted[seq], box=box))) for seq, box in release.boxes]
    return Slimmer(tuple(messages), tuple(entries))
