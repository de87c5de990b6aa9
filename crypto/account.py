"""SPEC 6.2 and 6.3: what a message says, and the padding that hides how much."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crypto.encoding import (
    Day,
    ascending,
    decode,
    decode_list,
    encode,
    encode_list,
    ensure_ascending,
    read_name,
    read_uint,
    read_utf8,
    read_within,
    u8,
    u32,
    u64,
    utf8,
)
from crypto.errors import ensure, refuse
from crypto.primitives import KEM_PK

MAX_ANSWERS = 4096
MAX_EVIDENCE = 64

COMPLAINT, FOLLOW_UP, EVIDENCE, OBJECTION, REVIEW, STOP = range(6)  # kinds of account

SEALED_FILES = "evidence_list"  # the answer that holds the manifest of files sealed with the identity, or for intake

Answers = Mapping[str, str]  # by id


@dataclass(frozen=True)
class EvidenceItem:
    upload_id: bytes
    key: bytes = field(repr=False)
    blob_hash: bytes
    plaintext_hash: bytes = field(repr=False)  # SHA-256, not salted: it would confirm a file that somebody knows
    size: int
    name: str = field(repr=False)
    type: str


@dataclass(frozen=True)
class Content:
    """What the person says; the keys that go with it come from the receipt."""

    kind: int
    day: Day
    language: str
    answers: Answers = field(repr=False)
    evidence: tuple[EvidenceItem, ...] = ()


@dataclass(frozen=True)
class Account:
    request_pk: bytes
    mailbox_pk: bytes
    veil_key: bytes = field(repr=False)
    content: Content


def encode_account(account: Account) -> bytes:
    content = account.content
    encoded = encode(
        "account",
        account.request_pk,
        account.mailbox_pk,
        account.veil_key,
        u8(content.kind),
        u32(content.day),
        utf8(content.language),
        encode_answers(content.answers),
        encode_evidence(content.evidence),
    )
    parse_account(encoded)  # a writer never sends what a reader would refuse
    return encoded


def parse_account(data: bytes) -> Account:
    request_pk, mailbox_pk, veil_key, kind, day, language, answers, evidence = decode(
        "account", [32, KEM_PK, 32, 1, 4, None, None, None], data
    )
    content = Content(
        read_within(kind, COMPLAINT, STOP, "account kind"),
        read_uint(day),
        read_language(language),
        parse_answers(answers),
        parse_evidence(evidence),
    )
    return Account(request_pk, mailbox_pk, veil_key, content)


def sealed_files(answers: Answers) -> tuple[EvidenceItem, ...]:
    """SPEC 6.3: the files that stand in a sealed identity, or in what is for intake alone."""
    text = answers.get(SEALED_FILES)
    if text is None:
        return ()
    ensure(re.fullmatch(r"([0-9a-f]{2})*", text) is not None, "malformed", "a list of files in hex")
    return parse_evidence(bytes.fromhex(text))


def encode_evidence(items: Sequence[EvidenceItem]) -> bytes:
    return encode_list(
        "evidence-list", [_encode_evidence(item) for item in ascending(items, lambda item: item.upload_id)]
    )


def parse_evidence(data: bytes) -> tuple[EvidenceItem, ...]:
    items = tuple(_parse_evidence(item) for item in decode_list("evidence-list", MAX_EVIDENCE, data))
    ensure_ascending([item.upload_id for item in items], "evidence-list")
    return items


def _encode_evidence(item: EvidenceItem) -> bytes:
    return encode(
        "evidence",
        item.upload_id,
        item.key,
        item.blob_hash,
        item.plaintext_hash,
        u64(item.size),
        utf8(item.name),
        utf8(item.type),
    )


def _parse_evidence(data: bytes) -> EvidenceItem:
    upload_id, key, blob_hash, plaintext_hash, size, name, type_ = decode(
        "evidence", [16, 32, 32, 32, 8, None, None], data
    )
    return EvidenceItem(upload_id, key, blob_hash, plaintext_hash, read_uint(size), read_utf8(name), read_utf8(type_))


_LANGUAGE = re.compile(r"[A-Za-z-]{2,12}")
_ANSWER_ID = re.compile(r"[a-z0-9_.]{1,64}")


def read_language(data: bytes) -> str:
    """SPEC 6.3; also the language of a box."""
    return read_name(data, _LANGUAGE, "language")


def encode_answers(answers: Answers) -> bytes:
    pairs = ascending(answers.items(), lambda pair: utf8(pair[0]))
    encoded = encode_list("answers", [encode("answer", utf8(id_), utf8(value)) for id_, value in pairs])
    parse_answers(encoded)
    return encoded


def parse_answers(data: bytes) -> Answers:
    pairs = []
    for item in decode_list("answers", MAX_ANSWERS, data):
        id_, value = decode("answer", [None, None], item)
        pairs.append((read_name(id_, _ANSWER_ID, "answer id"), read_utf8(value)))
    ensure_ascending([utf8(id_) for id_, _ in pairs], "answers")
    return dict(pairs)


def pad(data: bytes, *sizes: int) -> bytes:
    """SPEC 6.2: pad(x, n) with the smallest n that holds x."""
    size = next((size for size in sizes if len(data) <= size - 4), None)
    if size is None:
        refuse("too_large", f"{len(data)} bytes")
    return u32(len(data)) + data + bytes(size - 4 - len(data))


def unpad(padded: bytes) -> bytes:
    ensure(len(padded) >= 4, "bad_padding")
    length = read_uint(padded[:4])
    ensure(length <= len(padded) - 4 and not any(padded[4 + length :]), "bad_padding")
    return padded[4 : 4 + length]
