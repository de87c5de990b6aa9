"""SPEC 14: each op of the adapter: its inputs read, one construct tried, what it gives in hex."""

from __future__ import annotations

from collections.abc import Callable

from crypto.account import EvidenceItem, encode_account, parse_answers, sealed_files
from crypto.answers_casework import CASEWORK
from crypto.box import open_box, open_copy, open_readers, open_secret, open_wrap, parse_box
from crypto.canonical import CANONICAL
from crypto.case import open_case
from crypto.copies import check_answer, check_copy
from crypto.draw import draw_readers, draw_review
from crypto.encoding import utf8
from crypto.enrolment import parse_kem_keys, verify_enrolment
from crypto.entry import parse_signed_entry
from crypto.evidence import open_evidence
from crypto.inputs import BadRequest, Inputs, Ok, string_in, unhex
from crypto.keyring import Pin, UntrustedKeyring, check_extends, parse_keyring_body
from crypto.mailbox import open_mailbox
from crypto.members import open_keyfile, verify_signin
from crypto.message import open_custodian_slot, open_granted, open_identity, open_message, open_unit_slot, open_with_cek
from crypto.primitives import (
    Argon2Work,
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
    draw = draw_readers(
        i.keyring(), i.bytes("k0"), i.number("today"), i.string("country"), i.list("left_out", string_in)
    )
    return {"readers": [one.id.hex() for one in draw.readers], "custodians": [one.id.hex() for one in draw.custodians]}


def _draw_review(i: Inputs) -> Ok:
    keyring, k0, left_out = i.keyring(), i.bytes("k0"), i.list("left_out", string_in)
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


def _mailbox(i: Inputs) -> Ok:
    request_pk, seed, veil_key = signing_pk(i.bytes("request_seed")), i.bytes("mailbox_seed"), i.bytes("veil_key")
    instance, keyring, blocks, today = i.bytes("instance"), i.keyring(), i.list("blocks", unhex), i.number("today")
    opened = open_mailbox(instance, request_pk, seed, veil_key, keyring, blocks, today)
    if opened is None:
        return {"cid": "", "state": 0, "acknowledged": False, "replies": [], "card": 0, "card_fault": "", "hold": 0}
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
        "hold": opened.chain.hold,
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
    "mailbox.open": _mailbox,
    "request.verify": _request,
    "keyfile.open": _keyfile,
    "signin.verify": _signin,
    "case.open": _case,
    **CASEWORK,
    **{f"canonical.{tag}": _canonical(again) for tag, again in CANONICAL.items()},
}
