"""SPEC 14: the adapter for foreign test suites. `python -m crypto.conformance` answers JSON lines."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from crypto.account import EvidenceItem, encode_account, parse_answers, sealed_files
from crypto.box import open_box, open_copy, open_readers, open_secret, open_wrap, parse_box
from crypto.canonical import CANONICAL
from crypto.card import cards, inbox_pks, verify_card
from crypto.case import open_case
from crypto.chain import KnownMessage, parse_posted_entries, parse_signed_entry, verify_chain
from crypto.claiming import check_claim
from crypto.conflict import Declaration, Implicated, conflicts, open_declarations, parse_declaration
from crypto.copies import check_answer, check_copy
from crypto.draw import draw_readers, draw_review
from crypto.encoding import read_utf8, utf8
from crypto.enrolment import parse_kem_keys, verify_enrolment
from crypto.errors import ProtocolError
from crypto.evidence import open_evidence
from crypto.holes import check_holes
from crypto.keeping import find_holders, is_kept
from crypto.keyring import KeyringBody, Pin, UntrustedKeyring, check_extends, parse_keyring_body
from crypto.mailbox import open_mailbox
from crypto.members import open_keyfile, verify_signin
from crypto.message import (
    SealedMessage,
    open_custodian_slot,
    open_granted,
    open_identity,
    open_message,
    open_unit_slot,
    open_with_cek,
    parse_sealed,
)
from crypto.names import folds_of
from crypto.primitives import (
    Argon2Work,
    KemKey,
    aead_open,
    argon2id,
    hash,
    kdf,
    kem_decapsulate,
    kem_keypair,
    signing_pk,
    verify,
    x25519,
)
from crypto.receipt import derive_receipt, read_code
from crypto.requests import Route, verify_mailbox_request
from crypto.roots import fingerprint, parse_first_roots, parse_root_set, rotate_roots
from crypto.withholding import check_withholding
from crypto.workflow import STATE_NAMES, Calendar, deeds, due_day, find_rule

T = TypeVar("T")
Ok = dict[str, Any]

_HEX = re.compile(r"([0-9a-f]{2})*")
_LARGEST = 2**53 - 1


class BadRequest(Exception):
    """Not a failure class: the request itself is wrong."""


class Inputs:
    """The named inputs of one request."""

    def __init__(self, values: object) -> None:
        self._values = values

    def _get(self, name: str) -> object:
        if not isinstance(self._values, dict) or name not in self._values:
            raise BadRequest
        return self._values[name]

    def bytes(self, name: str) -> bytes:
        return unhex(self._get(name))

    def optional(self, name: str) -> bytes | None:  # type: ignore[valid-type]
        """ "" is none."""
        return self.bytes(name) or None

    def text(self, name: str) -> str:
        return read_utf8(self.bytes(name))

    def string(self, name: str) -> str:
        value = self._get(name)
        if not isinstance(value, str):
            raise BadRequest
        return value

    def tag(self, name: str) -> str:
        """SPEC 2: 1 to 32 ASCII bytes."""
        value = self.string(name)
        if not value.isascii() or not 1 <= len(value) <= 32:
            raise BadRequest
        return value

    def number(self, name: str) -> int:
        value = self._get(name)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
            raise BadRequest
        return value

    def list(self, name: str, item: Callable[[object], T]) -> list[T]:
        value = self._get(name)
        if not isinstance(value, list):
            raise BadRequest
        return [item(one) for one in value]

    def keyring(self) -> KeyringBody:
        return parse_keyring_body(self.bytes("keyring"))

    def message(self) -> SealedMessage:
        return parse_sealed(self.bytes("instance"), self.bytes("message"))

    def key(self) -> KemKey:
        return kem_keypair(self.bytes("kem_seed"))


def unhex(value: object) -> bytes:
    if not isinstance(value, str) or not _HEX.fullmatch(value):
        raise BadRequest
    return bytes.fromhex(value)


def _string(value: object) -> str:
    return Inputs({"value": value}).string("value")


def _number(value: object) -> int:
    return Inputs({"value": value}).number("value")


def _known_message(value: object) -> KnownMessage:
    inputs = Inputs(value)
    return KnownMessage(inputs.bytes("cid"), inputs.number("lane"))


def _verify(i: Inputs) -> Ok:
    verify(i.bytes("pk"), i.bytes("message"), i.bytes("signature"))
    return {}


def _argon2id(i: Inputs) -> Ok:
    work = Argon2Work(i.number("memory"), i.number("time"), i.number("lanes"))
    return {"key": argon2id(i.bytes("password"), i.bytes("salt"), work).hex()}


def _derive(i: Inputs) -> Ok:
    receipt = derive_receipt(i.bytes("instance"), i.string("digits"))
    return {
        "k0": receipt.k0.hex(),
        "request_pk": receipt.request_pk.hex(),
        "mailbox_pk": receipt.mailbox_pk.hex(),
        "veil_key": receipt.veil_key.hex(),
        "lookup": receipt.lookup.hex(),
    }


def _roots(i: Inputs) -> Ok:
    first = parse_first_roots(i.bytes("first_roots"))
    return {
        "instance": first.instance.hex(),
        "version": first.roots.version,
        "threshold": first.roots.threshold,
        "fingerprint": fingerprint(first.instance, first.roots),
    }


def _keyring(i: Inputs) -> Ok:
    pin = Pin(i.number("pinned_version"), i.bytes("pinned_hash"))
    roots, instance = parse_root_set(i.bytes("roots")), i.bytes("instance")
    device_day, build_day = i.number("device_day"), i.number("build_day")
    found = UntrustedKeyring.parse(i.bytes("keyring")).verify(roots, instance, pin, device_day, build_day)
    return {
        "version": found.body.version,
        "hash": found.hash.hex(),
        "status": found.status,
        "clock_behind": found.clock_behind,
        "members": len(found.body.members),
    }


def _extends(i: Inputs) -> Ok:
    check_extends(parse_keyring_body(i.bytes("older")), parse_keyring_body(i.bytes("newer")))
    return {}


def _draw(i: Inputs) -> Ok:
    draw = draw_readers(i.keyring(), i.bytes("k0"), i.number("today"), i.string("country"), i.list("left_out", _string))
    return {"readers": [one.id.hex() for one in draw.readers], "custodians": [one.id.hex() for one in draw.custodians]}


def _draw_review(i: Inputs) -> Ok:
    keyring, k0, left_out = i.keyring(), i.bytes("k0"), i.list("left_out", _string)
    draw = draw_review(keyring, k0, i.number("today"), i.string("country"), left_out, i.list("acted", unhex))
    return {"readers": [one.id.hex() for one in draw.readers], "custodians": [one.id.hex() for one in draw.custodians]}


def _enrolment(i: Inputs) -> Ok:
    found = verify_enrolment(i.bytes("instance"), i.bytes("enrolment"))
    return {
        "id": found.id.hex(),
        "role": found.role,
        "signing_pk": found.signing_pk.hex(),
        "kem_hash": hash(found.kem_pk).hex(),
    }


def _message(i: Inputs) -> Ok:
    message = i.message()
    return {
        "cid": message.cid.hex(),
        "lookup": message.lookup.hex(),
        "lane": message.lane,
        "keyring_version": message.keyring_version,
        "keyring_hash": message.keyring_hash.hex(),
    }


def _open_message(i: Inputs) -> Ok:
    opened = open_message(i.message(), i.key(), i.optional("keyring_hash"))
    return {
        "cid": opened.cid.hex(),
        "cek": opened.cek.hex(),
        "half": opened.half.hex(),
        "account": opened.account_bytes.hex(),
        "intake": opened.intake_bytes.hex(),
    }


def _evidence(i: Inputs) -> Ok:
    plaintext_hash = i.optional("plaintext_hash")
    instance, upload_id, key, size = i.bytes("instance"), i.bytes("upload_id"), i.bytes("key"), i.number("size")
    plaintext = open_evidence(instance, upload_id, key, size, i.bytes("blob"), plaintext_hash=plaintext_hash)
    return {"plaintext": plaintext.hex()}


def _files(i: Inputs) -> Ok:
    def shown(item: EvidenceItem) -> Ok:
        return {
            "upload_id": item.upload_id.hex(),
            "key": item.key.hex(),
            "blob_hash": item.blob_hash.hex(),
            "plaintext_hash": item.plaintext_hash.hex(),
            "size": item.size,
            "name": _hex_text(item.name),
            "type": _hex_text(item.type),
        }

    return {"files": [shown(item) for item in sealed_files(parse_answers(i.bytes("answers")))]}


def _box(i: Inputs) -> Ok:
    opened = open_box(parse_box(i.bytes("box")), i.bytes("instance"), i.bytes("cid"), i.bytes("author_pk"), i.key())
    return {
        "kind": opened.kind,
        "author": opened.author.hex(),
        "text": _hex_text(opened.text),
        "language": _hex_text(opened.language),
        "code": opened.code,
    }


def _wrap(i: Inputs) -> Ok:
    opened = open_wrap(parse_box(i.bytes("box")), i.bytes("instance"), i.bytes("cid"), i.bytes("author_pk"), i.key())
    return {
        "grants": [{"cid": grant.cid.hex(), "k0": grant.k0.hex()} for grant in opened.grants],
        "inbox_seeds": [seed.hex() for seed in opened.inbox_seeds],
        "intake_pk": opened.intake_pk.hex(),
        "text": _hex_text(opened.words.text),
        "language": _hex_text(opened.words.language),
        "code": opened.words.code,
    }


def _readers(i: Inputs) -> Ok:
    opened = open_readers(parse_box(i.bytes("box")), i.bytes("instance"), i.bytes("cid"), i.bytes("author_pk"), i.key())
    return {
        "keys": [{"cid": one.cid.hex(), "cek": one.cek.hex()} for one in opened.keys],
        "inbox_seeds": [seed.hex() for seed in opened.inbox_seeds],
        "unit_seed": opened.unit_seed.hex(),
        "text": _hex_text(opened.words.text),
        "language": _hex_text(opened.words.language),
        "code": opened.words.code,
    }


def _open_with(i: Inputs) -> Ok:
    opened = open_with_cek(i.message(), i.bytes("cek"))
    return {
        "cid": opened.cid.hex(),
        "account": opened.account_bytes.hex(),
        "intake": opened.intake_bytes.hex(),
    }


def _secret(i: Inputs) -> Ok:
    box = parse_box(i.bytes("box"))
    found = open_secret(box, i.bytes("instance"), i.bytes("cid"), i.bytes("author_pk"), i.key())
    return {"kind": box.kind, "secret": found.hex()}


def _copy(i: Inputs) -> Ok:
    box = parse_box(i.bytes("box"))
    opened = open_copy(box, i.bytes("instance"), i.bytes("cid"), i.bytes("author_pk"), i.key())
    words = {"text": _hex_text(opened.words.text), "language": _hex_text(opened.words.language)}
    return {"inboxes": [pk.hex() for pk in opened.inboxes], "code": opened.words.code} | words


def _copy_check(i: Inputs) -> Ok:
    copy, keyring = parse_box(i.bytes("copy")), i.keyring()
    member = check_copy(copy, keyring, i.number("day"))
    if answered := i.bytes("box"):
        check_answer(parse_box(answered), parse_signed_entry(i.bytes("entry")), copy, keyring)
    return {"member": member.id.hex()}


def _granted(i: Inputs) -> Ok:
    opened = open_granted(i.message(), i.bytes("k0"))
    return {"cid": opened.cid.hex(), "account": encode_account(opened.account).hex()}


def _unit_slot(i: Inputs) -> Ok:
    message = i.message()
    k0 = open_unit_slot(message, i.key())
    opened = open_granted(message, k0)
    return {"cid": opened.cid.hex(), "k0": k0.hex(), "account": encode_account(opened.account).hex()}


def _card(i: Inputs) -> Ok:
    """The chain as the person sees it: the newest `shown` entries, and where the case stood before them."""
    instance, cid, keyring, today = i.bytes("instance"), i.bytes("cid"), i.keyring(), i.number("today")
    entries, shown = i.list("entries", unhex), i.number("shown")
    cut = max(0, len(entries) - shown)
    place = verify_chain(instance, cid, keyring, entries[:cut], [], today).place
    chain = verify_chain(instance, cid, keyring, entries[cut:], [], today, replace(place, day=0, count=0))
    card = verify_card(instance, cid, keyring, chain, i.bytes("card"), today, i.number("least"))
    return {
        "number": card.number,
        "intake_pk": card.intake_pk.hex(),
        "unit_pk": card.unit_pk.hex(),
        "unit_reads": bool(inbox_pks(card, chain.place)[1]),
    }


def _cards(i: Inputs) -> Ok:
    instance, cid, keyring, today = i.bytes("instance"), i.bytes("cid"), i.keyring(), i.number("today")
    posted = parse_posted_entries(i.bytes("posted"))
    chain = verify_chain(instance, cid, keyring, [one.entry for one in posted], [], today)
    return {"cards": [{"number": one.card.number, "signed": one.encoded.hex()} for one in cards(chain, posted)]}


def _chain(i: Inputs) -> Ok:
    entries, messages = i.list("entries", unhex), i.list("messages", _known_message)
    chain = verify_chain(i.bytes("instance"), i.bytes("cid"), i.keyring(), entries, messages, i.number("today"))
    return {
        "head": chain.head.hex(),
        "state": chain.state,
        "acknowledged": chain.acknowledged,
        "void": list(chain.void),
        "unconfirmed": list(chain.unconfirmed),
        "back": chain.place.back,
        "priority": chain.place.priority,
        "until": chain.place.until,
        "since": chain.place.since,
        "pending": [link.hex() for link in chain.pending],
        "wrap": chain.wrap.hex(),
        "asks": [
            {"link": one.entry.link.hex(), "agreed": one.agreed, "granted": one.granted, "opened": one.opened}
            for one in chain.asks
        ],
        "readers": [box.hex() for box in chain.readers],
        "changes": [one.link.hex() for one in chain.changes],
        "copies": [one.link.hex() for one in chain.copies],
        "withholdings": [one.link.hex() for one in chain.withholdings],
        "claimed": [member.hex() for member in chain.claimed],
        "erasing": [one.link.hex() for one in chain.erasing],
        "nameless": [one.link.hex() for one in chain.nameless],
    }


def _keeping(i: Inputs) -> Ok:
    posted, messages = parse_posted_entries(i.bytes("posted")), i.list("messages", _known_message)
    keyring, today = i.keyring(), i.number("today")
    entries = [one.entry for one in posted]
    chain = verify_chain(i.bytes("instance"), i.bytes("cid"), keyring, entries, messages, today)
    holders = find_holders(chain, posted, keyring)
    return {
        "holders": [{"member": one.member.hex(), "count": one.count} for one in holders],
        "kept": is_kept(holders, len(messages), keyring, today, i.list("gone", unhex)),
    }


def _claim(i: Inputs) -> Ok:
    posted, keyring = parse_posted_entries(i.bytes("posted")), i.keyring()
    entries = [one.entry for one in posted]
    chain = verify_chain(i.bytes("instance"), i.bytes("cid"), keyring, entries, [], i.number("today"))
    if not chain.entries:
        raise BadRequest
    check_claim(chain, posted, keyring, chain.entries[-1])
    return {}


def _holes(i: Inputs) -> Ok:
    messages = [parse_sealed(i.bytes("instance"), one) for one in i.list("messages", unhex)]
    known = [KnownMessage(one.cid, one.lane) for one in messages]
    entries = i.list("entries", unhex)
    chain = verify_chain(i.bytes("instance"), i.bytes("cid"), i.keyring(), entries, known, i.number("today"))
    check_holes(chain, messages)
    slots, identities = ([one.cid.hex() for one in found] for found in (
        [one for one in messages if one.slots_gone], [one for one in messages if one.identity_gone]))  # fmt: skip
    return {"slots": slots, "identities": identities}


def _withholding(i: Inputs) -> Ok:
    posted, keyring = parse_posted_entries(i.bytes("posted")), i.keyring()
    entries = [one.entry for one in posted]
    chain = verify_chain(i.bytes("instance"), i.bytes("cid"), keyring, entries, [], i.number("today"))
    if not chain.entries:
        raise BadRequest
    check_withholding(chain, posted, keyring, chain.entries[-1])
    return {}


def _rules(i: Inputs) -> Ok:
    states = range(len(STATE_NAMES))
    state = i.number("state")
    found = [(back, target, find_rule(state, back, target)) for back in states for target in states]
    return {
        "rules": [
            [*place, sorted(rule.signers), sorted(rule.approvers), rule.least, rule.most]
            for *place, rule in found
            if rule is not None
        ]
    }


def _deeds(i: Inputs) -> Ok:
    found = deeds(i.number("state"), i.number("back"), i.number("role"))
    return {"deeds": [[target, four_eyes] for target, four_eyes in found]}


def _annexes(i: Inputs) -> Ok:
    found = open_declarations(i.bytes("instance"), i.bytes("annexes"), i.key(), i.keyring().members)
    return {"members": [{"member": one.hex(), **_shown(found[one])} for one in sorted(found)]}


def _shown(one: Declaration) -> Ok:
    return {
        "posts": [[post.agency, post.unit.hex(), post.first, post.last] for post in one.posts],
        "regions": list(one.regions),
        "names": [name.hex() for name in one.names],
        "languages": list(one.languages),
    }


def _conflicts(i: Inputs) -> Ok:
    implicated = Implicated(
        agencies=i.list("agencies", _string),
        units=[read_utf8(one) for one in i.list("units", unhex)],
        regions=i.list("regions", _string),
        names=[read_utf8(one) for one in i.list("names", unhex)],
        denied=[read_utf8(one) for one in i.list("denied", unhex)],
        excluded=i.list("excluded", unhex),
    )
    declaration = parse_declaration(i.bytes("instance"), i.bytes("declaration"))
    return {"reasons": conflicts(declaration, implicated, i.number("day")), "hash": declaration.hash.hex()}


def _due(i: Inputs) -> Ok:
    return {"day": due_day(i.number("state"), i.number("since"), i.number("until"), i.number("priority"))}


def _due_in(i: Inputs) -> Ok:
    calendar = Calendar(frozenset(i.list("off", _number)), frozenset(i.list("work", _number)))
    given = (i.number("state"), i.number("since"), i.number("until"), i.number("priority"))
    return {"day": due_day(*given, calendar)}


def _mailbox(i: Inputs) -> Ok:
    request_pk, seed, veil_key = signing_pk(i.bytes("request_seed")), i.bytes("mailbox_seed"), i.bytes("veil_key")
    instance, keyring, blocks, today = i.bytes("instance"), i.keyring(), i.list("blocks", unhex), i.number("today")
    opened = open_mailbox(instance, request_pk, seed, veil_key, keyring, blocks, today)
    if opened is None:
        return {"cid": "", "state": 0, "acknowledged": False, "replies": [], "card": 0, "card_fault": ""}
    if opened.refused:
        raise opened.refused[0]
    replies = [
        {
            "seq": reply.seq,
            "author": reply.author.hex(),
            "text": _hex_text(reply.text),
            "language": _hex_text(reply.language),
            "code": reply.code,
        }
        for reply in opened.replies
    ]
    return {
        "cid": opened.cid.hex(),
        "state": opened.state,
        "acknowledged": opened.acknowledged,
        "replies": replies,
        "card": opened.card.number if opened.card else 0,
        "card_fault": opened.card_fault.slug if opened.card_fault else "",
    }


def _request(i: Inputs) -> Ok:
    instance, route, data = i.bytes("instance"), i.string("route"), i.bytes("request")
    if route not in ("mailbox.read", "mailbox.burn"):
        raise BadRequest
    named: Route = "mailbox.read" if route == "mailbox.read" else "mailbox.burn"
    found = verify_mailbox_request(instance, named, data, i.bytes("server_key"), i.number("now"))
    return {"lookup": found.lookup.hex(), "body": found.body.hex()}


def _keyfile(i: Inputs) -> Ok:
    keyfile = open_keyfile(i.bytes("keyfile"), i.text("passphrase"), i.optional("instance"))
    return {
        "member": keyfile.member.hex(),
        "role": keyfile.role,
        "signing_seed": keyfile.signing_seed.hex(),
        "kem_seed": keyfile.kem_seed.hex(),
        "first_roots": keyfile.first_roots.encoded.hex(),
        "roots": keyfile.roots.encoded.hex(),
    }


def _signin(i: Inputs) -> Ok:
    instance, origin, today, now = i.bytes("instance"), i.string("origin"), i.number("today"), i.number("now")
    found = verify_signin(instance, origin, i.keyring(), today, i.bytes("server_key"), now, i.bytes("request"))
    return {"member": found.member.id.hex(), "session_pk": found.session_pk.hex()}


def _case(i: Inputs) -> Ok:
    keyfile = open_keyfile(i.bytes("keyfile"), i.text("passphrase"))
    opened = open_case(keyfile, i.bytes("case"), i.number("device_day"))
    return {
        "cid": opened.cid.hex(),
        "accounts": [message.account_bytes.hex() for message in opened.messages],
        "texts": [_hex_text(text.text) for text in opened.texts],
        "state": opened.chain.state,
    }


def _hex_text(text: str) -> str:
    return utf8(text).hex()


def _canonical(again: Callable[[bytes], bytes]) -> Callable[[Inputs], Ok]:
    return lambda i: {"data": again(i.bytes("data")).hex()}


OPS: dict[str, Callable[[Inputs], Ok]] = {
    "x25519": lambda i: {"shared": x25519(i.bytes("sk"), i.bytes("pk")).hex()},
    "ed25519.verify": _verify,
    "aead.open": lambda i: {
        "plaintext": aead_open(i.bytes("key"), i.bytes("nonce"), i.bytes("ad"), i.bytes("ciphertext")).hex()
    },
    "kem.keypair": lambda i: {"pk": kem_keypair(i.bytes("seed")).pk.hex()},
    "kem.decapsulate": lambda i: {"shared": kem_decapsulate(kem_keypair(i.bytes("seed")), i.bytes("ct")).hex()},
    "argon2id": _argon2id,
    "hash": lambda i: {"hash": hash(i.bytes("data")).hex()},
    "kdf": lambda i: {"key": kdf(i.bytes("key"), i.tag("label"), *i.list("context", unhex)).hex()},
    "receipt.parse": lambda i: {"digits": read_code(i.text("text"))},
    "receipt.derive": _derive,
    "roots.verify": _roots,
    "roots.rotate": lambda i: {
        "roots": rotate_roots(i.bytes("instance"), parse_root_set(i.bytes("roots")), i.bytes("change")).encoded.hex()
    },
    "keyring.verify": _keyring,
    "keyring.extends": _extends,
    "keyring.draw": _draw,
    "keyring.draw_review": _draw_review,
    "kem_keys.parse": lambda i: {
        "hashes": [one.hex() for one in parse_kem_keys(i.bytes("instance"), i.bytes("kem_keys"))]
    },
    "enrolment.verify": _enrolment,
    "message.parse": _message,
    "message.open": _open_message,
    "message.custodian": lambda i: {"key": open_custodian_slot(i.message(), i.key()).hex()},
    "identity.open": lambda i: {
        "identity": open_identity(i.message(), i.bytes("half"), i.bytes("key")).identity_bytes.hex()
    },
    "evidence.open": _evidence,
    "evidence.list": _files,
    "box.open": _box,
    "wrap.open": _wrap,
    "readers.open": _readers,
    "message.open_with": _open_with,
    "secret.open": _secret,
    "copy.open": _copy,
    "copy.check": _copy_check,
    "message.granted": _granted,
    "message.unit": _unit_slot,
    "card.verify": _card,
    "cards.list": _cards,
    "chain.verify": _chain,
    "chain.keeping": _keeping,
    "chain.holes": _holes,
    "chain.withholding": _withholding,
    "chain.claim": _claim,
    "names.folds": lambda i: {"folds": folds_of(i.text("text"))},
    "annexes.open": _annexes,
    "conflict.reasons": _conflicts,
    "workflow.rules": _rules,
    "workflow.deeds": _deeds,
    "workflow.due": _due,
    "workflow.due_in": _due_in,
    "mailbox.open": _mailbox,
    "request.verify": _request,
    "keyfile.open": _keyfile,
    "signin.verify": _signin,
    "case.open": _case,
    **{f"canonical.{tag}": _canonical(again) for tag, again in CANONICAL.items()},
}


def answer(request: object) -> dict[str, Any]:
    """One request, one answer; never raises for a bad input."""
    try:
        op = OPS.get(Inputs(request).string("op"))
        if op is None:
            return {"error": "unknown_op"}
        assert isinstance(request, dict)
        return {"ok": op(Inputs(request.get("in")))}
    except ProtocolError as error:
        return {"error": error.slug}
    except BadRequest:
        return {"error": "bad_request"}


def answer_line(line: str) -> str:
    """One line of JSON in, one out."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        return json.dumps({"error": "bad_request"})
    return json.dumps(answer(request))


def main() -> None:
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    for line in sys.stdin:
        print(answer_line(line), flush=True)


if __name__ == "__main__":
    main()
