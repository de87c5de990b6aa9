"""SPEC 12: a whole case in one sealed file, opened with a key file and no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from crypto.box import NOTE, TEXT, OpenedBox, OpenedReaders, intake_inbox, open_box, open_readers, parse_box
from crypto.chain import Chain, KnownMessage, verify_chain
from crypto.encoding import Day, decode, decode_list, encode, encode_list, equal
from crypto.enrolment import KemKeys, parse_kem_keys
from crypto.errors import ProtocolError, ensure
from crypto.holes import check_holes
from crypto.keyring import NO_PIN, Keyring, KeyringBody, UntrustedKeyring
from crypto.members import Keyfile
from crypto.message import OpenedMessage, SealedMessage, check_joins, open_message, open_with_cek, parse_sealed
from crypto.posts import PostedEntry, check_box, encode_posted_entries, parse_posted_entries
from crypto.primitives import KemKey, hash, kem_keypair
from crypto.signer import check_signer
from crypto.wraps import readers_wraps

MAX_KEYRINGS = 64
MAX_MESSAGES = 4096


def encode_case(
    instance: bytes,
    keyrings: Sequence[bytes],
    messages: Sequence[bytes],
    posted: Sequence[PostedEntry],
    kem_keys: bytes = b"",
) -> bytes:
    """`kem_keys` are those of the newest keyring's members (SPEC 5.5), or empty: by them a case is handed on."""
    return encode(
        "sealed-case",
        instance,
        encode_list("keyrings", keyrings),
        encode_list("case-messages", messages),
        encode_posted_entries(posted),
        kem_keys,
    )


@dataclass(frozen=True)
class OpenedCase:
    """`told`: numbers of the entries that put words into the person's mailbox. `today`: the day on which it is read."""

    cid: bytes
    keyring: Keyring
    messages: tuple[OpenedMessage, ...]
    chain: Chain
    texts: tuple[OpenedBox, ...] = field(repr=False)
    seqs: tuple[int, ...]  # the number of the entry that each text stands in
    kem_keys: KemKeys = field(repr=False)
    told: tuple[int, ...]
    today: Day


def open_case(keyfile: Keyfile, data: bytes, device_day: Day) -> OpenedCase:
    instance, keyring_list, message_list, posted_list, kem_list = decode(
        "sealed-case", [32, None, None, None, None], data
    )
    keyrings = [(UntrustedKeyring.parse(item), item) for item in decode_list("keyrings", MAX_KEYRINGS, keyring_list)]
    sealed_messages = decode_list("case-messages", MAX_MESSAGES, message_list)
    posted = parse_posted_entries(posted_list)
    ensure(bool(keyrings) and bool(sealed_messages), "malformed", "an empty case")
    ensure(equal(instance, keyfile.first_roots.instance), "wrong_instance")
    kem_keys = parse_kem_keys(instance, kem_list) if kem_list else {}

    newest = max((untrusted for untrusted, _ in keyrings), key=lambda untrusted: untrusted.claimed_version)
    keyring = newest.verify(keyfile.roots, instance, NO_PIN, 0, 0)  # day 0: an old file still opens
    today = max(device_day, keyring.body.not_before)
    key = kem_keypair(keyfile.kem_seed)
    sealed = [parse_sealed(instance, item) for item in sealed_messages]
    first = sealed[0]
    # SPEC 6.10: a case is the messages of one code
    ensure(all(equal(message.lookup, first.lookup) for message in sealed), "keys_differ", "another code")
    known = [KnownMessage(message.cid, message.lane) for message in sealed]
    chain = verify_chain(instance, first.cid, keyring.body, [one.entry for one in posted], known, today)
    check_holes(chain, sealed)
    wraps = _handed_on(chain, posted, keyring.body, key)
    handed = {one.cid: one.cek for wrap in wraps for one in wrap.keys}
    seeds = {inbox.pk: inbox for wrap in wraps for inbox in wrap.inboxes}
    messages: list[OpenedMessage] = []
    inboxes: list[KemKey] = []
    for message in sealed:
        cek = handed.get(message.cid)
        opened = open_with_cek(message, cek) if cek else _open_by(message, [key, *inboxes])
        if messages:
            check_joins(messages[0].account, opened.account)
        else:
            inboxes = [*reversed(seeds.values()), intake_inbox(opened.cek, first.header_hash)]
        messages.append(opened)
    held = {hash(inbox.pk): inbox for inbox in inboxes}
    texts, seqs, told = [], [], []
    mailbox = hash(messages[0].account.mailbox_pk)
    for one, entry in zip(posted, chain.entries, strict=True):
        if one.box:
            box = check_box(parse_box(one.box), entry)
            if box.kind == TEXT and any(equal(one.pk_hash, mailbox) for one in box.recipients):
                told.append(entry.seq)
            # keys handed to a unit, halves of the way to a name, and what was answered to one member alone
            named = [held[one.pk_hash] for one in box.recipients if one.pk_hash in held and one.slot]
            if box.kind not in (TEXT, NOTE) or not named:
                continue
            seqs.append(entry.seq)
            texts.append(open_box(box, instance, first.cid, check_signer(entry, keyring.body).pk, named[0]))
    found = (tuple(messages), chain, tuple(texts), tuple(seqs), kem_keys, tuple(told), today)
    return OpenedCase(first.cid, keyring, *found)


def _open_by(message: SealedMessage, keys: Sequence[KemKey]) -> OpenedMessage:
    """By the member's own key, or by an inbox of the readers that a card named (SPEC 6.9)."""
    for key in keys[:-1]:
        try:
            return open_message(message, key)
        except ProtocolError as error:
            if error.slug != "not_a_recipient":
                raise
    return open_message(message, keys[-1])


def _handed_on(chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody, key: KemKey) -> list[OpenedReaders]:
    """SPEC 7.5: what the wraps of the readers hold that name the holder of this key, the newest last."""
    entries = {one.box_hash: one for one in chain.entries}
    found: list[OpenedReaders] = []
    for box in readers_wraps(chain, posted, keyring):
        if any(equal(one.pk_hash, hash(key.pk)) and one.slot for one in box.recipients):
            author = check_signer(entries[box.hash], keyring).pk
            found.append(open_readers(box, box.instance, box.cid, author, key))
    return found
