"""SPEC 14, `canonical.TAG`: each structure parsed and encoded again. For tests: nothing else has a use for it."""

from __future__ import annotations

from collections.abc import Callable

from crypto.account import encode_account, encode_answers, parse_account, parse_answers
from crypto.box import parse_box
from crypto.encoding import decode, decode_list, encode, encode_list
from crypto.entry import encode_entry, encode_signed_entry, parse_signed_entry
from crypto.keyring import encode_keyring, parse_keyring_body
from crypto.posts import encode_post, encode_posted_entries, parse_post, parse_posted_entries
from crypto.roots import (
    encode_first_roots,
    encode_root_set,
    encode_signatures,
    parse_first_roots,
    parse_root_set,
    parse_signatures,
)

Again = Callable[[bytes], bytes]


def _fields(tag: str, *kinds: int | Again | None) -> Again:
    """A structure of fields of these widths; a function stands for a field that is a structure itself."""
    widths = [None if callable(kind) else kind for kind in kinds]

    def again(data: bytes) -> bytes:
        fields = decode(tag, widths, data)
        return encode(
            tag, *(kind(field) if callable(kind) else field for kind, field in zip(kinds, fields, strict=True))
        )

    return again


def _list(tag: str, most: int, item: Again) -> Again:
    return lambda data: encode_list(tag, [item(one) for one in decode_list(tag, most, data)])


def _same(data: bytes) -> bytes:
    return data


def _roots(data: bytes) -> bytes:
    found = parse_root_set(data)
    return encode_root_set(found.version, found.threshold, found.roots).encoded


def _first_roots(data: bytes) -> bytes:
    first = parse_first_roots(data)
    return encode_first_roots(first.roots, first.random).encoded


def _signatures(data: bytes) -> bytes:
    return encode_signatures(parse_signatures(data))


def _keyring(data: bytes) -> bytes:
    body = parse_keyring_body(data)
    return encode_keyring(
        instance=body.instance,
        version=body.version,
        not_before=body.not_before,
        expires=body.expires,
        prev=body.prev,
        roots_hash=body.roots_hash,
        policy=body.policy,
        groups=body.groups,
        members=body.members,
        formers=body.formers,
        suite=body.suite,
    ).encoded


def _signed_entry(data: bytes) -> bytes:
    entry = parse_signed_entry(data)
    return encode_signed_entry(encode_entry(entry), entry.signature)


def _box(data: bytes) -> bytes:
    """Parsed for its checks, and encoded again from its outermost fields."""
    parse_box(data)
    return _fields("sealed-box", None, _list("box-slots", 64, _same), _fields("box-body", 32, None), 64)(data)


def _posted_entries(data: bytes) -> bytes:
    return encode_posted_entries(parse_posted_entries(data))


_SIGNED_KEYRING = _fields("signed-keyring", _keyring, _signatures)
_MESSAGE = _fields(
    "sealed-message",
    _fields("message", 32, 1, 4, 32, 16, 1, 2, 12),
    *(32, 96, None),  # slots, or what SPEC 6.12 has in their place
    _fields("identity", 32, 1, 32, 1),
    *(None, None, None, None, 32, 32, 64),
)
_CARD = _fields("card", 32, 32, 4, 1216, None)
_LINE = _fields("line", 1, 1, 4, 4, 16, 32, 32, 32, 36, 1, 64)
_STATUS = _fields("status", 32, 32, 64, None, 36, 4, 32, 1, 1, 1, 1, 4, 4, _list("lines", 40, _LINE), 4, 16)

CANONICAL: dict[str, Again] = {
    "roots": _roots,
    "first-roots": _first_roots,
    "signed-root-change": _fields("signed-root-change", _fields("root-change", 32, 32, _roots), _signatures),
    "keyring": _keyring,
    "signed-keyring": _SIGNED_KEYRING,
    "kem-keys": _fields("kem-keys", 32, _list("kem-list", 512, _same)),
    "signed-enrolment": _fields("signed-enrolment", _fields("enrolment", 32, 16, 1, None, 1, 32, 1216), 64),
    "account": lambda data: encode_account(parse_account(data)),
    "answers": lambda data: encode_answers(parse_answers(data)),
    "sealed-message": _MESSAGE,
    "sealed-box": _box,
    "text": _fields("text", None, None, None),
    "draft": _fields("draft", 16, 1120, None),
    "card": _CARD,
    "signed-card": _fields("signed-card", _CARD, _signed_entry, _signed_entry),
    "signed-entry": _signed_entry,
    "posted-entries": _posted_entries,
    "post-entry": lambda data: encode_post(parse_post(data)),
    "sealed-status": _fields("sealed-status", 1120, None),
    "signed-status": _fields("signed-status", _STATUS, 64),
    "reply-block": _fields("reply-block", 4, _signed_entry, _box),
    "mailbox-request": _fields("mailbox-request", 16, 32, 32, None, 56, 64),
    "keyfile": _fields("keyfile", 32, 16, 1, 4, 4, 1, 16, 24, None),
    "keyfile-secret": _fields("keyfile-secret", 32, 32, _first_roots, _roots),
    "signin-request": _fields("signin-request", _fields("signin", 32, None, 56, 16, 32), 64),
    "signed-more-asked": _fields("signed-more-asked", _fields("more-asked", 32, 16, 4, 2, 1, 16), 64),
    "signed-more-answered": _fields("signed-more-answered", _fields("more-answered", 32, 32, 16, 1), 64),
    "sealed-case": _fields(
        "sealed-case",
        32,
        _list("keyrings", 64, _SIGNED_KEYRING),
        _list("case-messages", 4096, _MESSAGE),
        _posted_entries,
        None,
    ),
}
