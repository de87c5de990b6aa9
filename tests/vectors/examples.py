"""The worked examples of SPEC 15, from the same seeds as the vectors, and the text between the markers of SPEC.md."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from crypto import message as rooms
from crypto.account import encode_account, encode_answers
from crypto.box import intake_inbox, parse_box
from crypto.canonical import CANONICAL
from crypto.case import encode_case
from crypto.encoding import decode, encode, u8, utf8
from crypto.enrolment import Enrolment, sign_enrolment
from crypto.entry import parse_signed_entry
from crypto.keyring import REVIEWER, SUPERVISOR
from crypto.mailbox import dummy_block, unveil
from crypto.members import Keyfile, seal_keyfile, sign_in
from crypto.message import open_message, parse_sealed, write_statement
from crypto.more import MoreAsked, sign_more_answered, sign_more_asked, verify_more_asked
from crypto.posts import PostedEntry, encode_posted_entries
from crypto.primitives import Argon2Work, aead_open, hash, kdf, kem_decapsulate, signing_pk
from crypto.receipt import derive_receipt, receipt_salt, show_code
from crypto.requests import make_nonce, sign_mailbox_request
from crypto.roots import encode_root_change, encode_root_set, fingerprint, seal_root_change, sign_as_root
from crypto.walk import BEGINNING
from tests.vectors import rules
from tests.vectors.attack_chain import desk
from tests.vectors.attack_keyring import DAY, world
from tests.vectors.attack_members import NOW, PASSPHRASE
from tests.vectors.attack_message import sealed, submitter
from tests.world import ORIGIN

SPEC = Path(__file__).resolve().parents[2] / "crypto" / "SPEC.md"
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "workflow.md"
BEGIN, END = "<!-- examples: begin -->", "<!-- examples: end -->"
CODE = "123456789012345678901233"
Example = dict[str, Any]


def write_examples(folder: Path) -> None:
    """examples.json in the folder, whole; SPEC.md gets it shortened when the folder is this one."""
    found = {"values": values(), "structures": structures()}
    (folder / "examples.json").write_text(json.dumps(found, indent=1) + "\n")
    if folder == Path(__file__).parent:
        SPEC.write_text(rules.write(in_spec(SPEC.read_text(), found)))
        GUIDE.write_text(rules.write_guide(GUIDE.read_text()))


def in_spec(spec: str, found: Example) -> str:
    head, rest = spec.split(BEGIN)
    _, tail = rest.split(END)
    return f"{head}{BEGIN}\n{render(found)}{END}{tail}"


def render(found: Example) -> str:
    lines = ["**Values on the way**, in the order of the clauses.", "", "| clause | value | hex |", "|---|---|---|"]
    lines += [f"| {clause} | {name} | `{shorten(value)}` |" for clause, name, value in found["values"]]
    lines += ["", "**Structures**: each with its fields in order (a field's own width before it).", ""]
    for one in found["structures"]:
        lines.append(f"`{one['tag']}`, {one['bytes']} bytes, H = `{one['hash'][:32]}..`")
        lines += [f"- {width}: `{shorten(field)}`" for width, field in one["fields"]]
        lines.append("")
    return "\n".join(lines)


def shorten(value: str) -> str:
    return value if len(value) <= 80 else f"{value[:48]}..{value[-16:]}"


def values() -> list[tuple[str, str, str]]:
    w, me = world(), submitter()
    instance = w.instance
    receipt = derive_receipt(instance, CODE)
    parsed = parse_sealed(instance, sealed())
    reader = me.readers()[0]
    opened = open_message(parsed, reader.key)
    h, i = parsed.header_hash, parsed.identity_hash
    slot, ct, shared, wk = _my_slot(parsed, reader.key)
    k0, k2 = kdf(opened.cek, "stream", u8(0), h), kdf(opened.cek, "stream", u8(2), h)
    inbox = intake_inbox(opened.cek, h)
    d = desk()
    return [
        ("2", 'E("a", "", "bc")', encode("a", b"", b"bc").hex()),
        ("4.1", "a code", utf8(show_code(CODE)).decode()),
        ("4.3", "salt", receipt_salt(instance).hex()),
        ("4.3", "K0 of that code", receipt.k0.hex()),
        ("4.3", "request pk", receipt.request_pk.hex()),
        ("4.3", "MH", receipt.mailbox_hash.hex()),
        ("4.3", "lookup id", receipt.lookup.hex()),
        ("5.1", "instance", instance.hex()),
        ("5.1", "fingerprint", fingerprint(instance, w.roots)),
        ("5.3", "keyring hash", w.keyring.hash.hex()),
        ("6", "K0 of the message below (random, not from a code)", me.k0.hex()),
        ("6.1", "h", h.hex()),
        ("6.4", "i", i.hex()),
        ("6.9", "KEM seed of a reader", reader.kem_seed.hex()),
        ("6.5", f"ct of that reader's slot ({slot})", ct.hex()),
        ("6.5", "shared secret", shared.hex()),
        ("6.5", "WK", wk.hex()),
        ("6.4", "CEK", opened.cek.hex()),
        ("6.4", "k0", k0.hex()),
        ("6.4", "k2", k2.hex()),
        ("6.4", "half", opened.half.hex()),
        ("6.6", "commitment", parsed.commitment.hex()),
        ("6.6", "CID", parsed.cid.hex()),
        ("6.6", "what the write signature signs", write_statement(instance, parsed.cid, parsed.lookup).hex()),
        ("7.1", "H of the intake inbox's pk", hash(inbox.pk).hex()),
        ("8.1", "link of entry 0", parse_signed_entry(d.entries[0]).link.hex()),
        ("8.1", "link of entry 1", parse_signed_entry(d.entries[1]).link.hex()),
        ("9.1", "dummy block 0 under a server key of 32 bytes 07", dummy_block(b"\7" * 32, parsed.lookup, 0).hex()),
    ]


def _my_slot(parsed: rooms.SealedMessage, key: Any) -> tuple[int, bytes, bytes, bytes]:
    for n, slot in enumerate(parsed.reader_slots):
        ct = slot[:1120]
        shared = kem_decapsulate(key, ct)
        wk = kdf(shared, "slot", parsed.header_hash, ct, key.pk)
        try:
            aead_open(wk, bytes(24), parsed.header_hash, slot[1120:])
        except Exception:
            continue
        return n, ct, shared, wk
    raise AssertionError("no slot")


def structures() -> list[Example]:
    w, d, me = world(), desk(), submitter()
    account = d.opened.account
    reader = d.reader
    status = unveil(d.mailbox.veil_key, w.instance, d.first.lookup, d.status_block())
    box = d.boxes[parse_signed_entry(d.entries[1]).box_hash]
    posted = [PostedEntry(one, d.boxes.get(parse_signed_entry(one).box_hash, b"")) for one in d.entries]
    following = encode_root_set(2, 3, w.roots.roots)
    change = encode_root_change(w.instance, w.roots, following)
    key = bytes(range(32))
    mine = Keyfile(reader.id, reader.role, reader.signing_seed, reader.kem_seed, w.first_roots, w.roots)
    enrolment = Enrolment(reader.id, REVIEWER, reader.group, 0, reader.signing_pk, reader.key.pk)
    nonce = make_nonce(key, "signin", NOW + 600)
    assert BEGINNING.seq == 0
    asked = sign_more_asked(MoreAsked(w.instance, reader.id, DAY, 300, 1, bytes(range(16))), reader.signing_seed)
    supervisor = w.of(SUPERVISOR)[0]
    agreed = verify_more_asked(w.instance, w.keyring, asked)
    found = {
        "roots": w.roots.encoded,
        "first-roots": w.first_roots.encoded,
        "signed-root-change": seal_root_change(
            change, [sign_as_root(signing_pk(seed), seed, change) for seed in w.root_seeds[:3]]
        ),
        "keyring": w.keyring.encoded,
        "signed-keyring": w.signed(w.keyring),
        "kem-keys": w.kem_keys(),
        "signed-enrolment": sign_enrolment(w.instance, enrolment, reader.signing_seed),
        "account": encode_account(account),
        "answers": encode_answers(account.content.answers),
        "sealed-message": sealed(),
        "sealed-box": box,
        "signed-entry": d.entries[1],
        "posted-entries": encode_posted_entries(posted),
        "sealed-status": status,
        "mailbox-request": sign_mailbox_request(
            w.instance, me.receipt, "mailbox.read", b"", make_nonce(key, "mailbox", NOW + 600)
        ),
        "keyfile": seal_keyfile(mine, PASSPHRASE, Argon2Work(19456, 2, 1)),
        "signin-request": sign_in(w.instance, ORIGIN, nonce, reader.id, signing_pk(key), reader.signing_seed),
        "signed-more-asked": asked,
        "signed-more-answered": sign_more_answered(agreed, supervisor.id, True, supervisor.signing_seed),
        "sealed-case": encode_case(w.instance, [w.signed(w.keyring)], [sealed()], posted),
    }
    for tag, data in found.items():
        assert CANONICAL[tag](data) == data, tag
    assert parse_box(box).cid == d.first.cid
    assert w.today == DAY
    inner = {
        "message": decode("sealed-message", [None] * 12, sealed())[0],
        "identity": decode("sealed-message", [None] * 12, sealed())[4],
        "box": decode("sealed-box", [None] * 4, box)[0],
        "entry": parse_signed_entry(d.entries[1]).encoded,
        "signin": decode("signin-request", [None] * 2, found["signin-request"])[0],
    }
    return [_example(tag, data) for tag, data in {**found, **inner}.items()]


def _example(tag: str, data: bytes) -> Example:
    fields, at = [], 1 + len(tag)
    while at < len(data):
        width = int.from_bytes(data[at : at + 4], "big")
        fields.append((width, data[at + 4 : at + 4 + width].hex()))
        at += 4 + width
    shown = fields if len(fields) <= 16 else [*fields[:4], (0, "")]
    return {"tag": tag, "bytes": len(data), "hash": hash(data).hex(), "fields": shown}
