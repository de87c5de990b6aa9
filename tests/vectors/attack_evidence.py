"""SPEC 6.11: files. Cut, reordered, exchanged; and the list of those that only the sealed identity has (6.3)."""

from __future__ import annotations

import os
from typing import Any

from crypto.account import EvidenceItem, encode_answers, encode_evidence
from crypto.encoding import Z32, decode_list, encode_list
from crypto.evidence import CHUNK, padme, seal_evidence
from tests.vectors.attack_keyring import world


def evidence_sheet(sheet: Any) -> None:
    w = world()
    chunk = CHUNK + 40
    data = bytes(range(256)) * 600  # three chunks after padding
    made = seal_evidence(w.instance, data)
    base = {
        "instance": w.instance, "upload_id": made.upload_id, "key": made.key, "size": made.size,
        "blob": sheet.blob("evidence", made.blob), "plaintext_hash": made.plaintext_hash,
    }  # fmt: skip
    sheet.ok("evidence", "evidence.open", **base)
    empty = seal_evidence(w.instance, b"")
    sheet.ok(
        "evidence_of_an_empty_file", "evidence.open",
        instance=w.instance, upload_id=empty.upload_id, key=empty.key, size=0,
        blob=sheet.blob("evidence:empty", empty.blob), plaintext_hash=b"",
    )  # fmt: skip

    def refused(name: str, slug: str, *edits: list[Any], **changes: Any) -> None:
        blob = {"blob": "evidence", "edits": list(edits)}
        sheet.fails(f"evidence_{name}", slug, "evidence.open", **base | {"blob": blob} | changes)

    refused("chunk_truncated", "malformed", ["cut", len(made.blob) - 1])
    refused("last_chunk_dropped", "malformed", ["cut", 2 * chunk])
    refused("chunk_appended", "malformed", ["copy", 0, len(made.blob), chunk])
    refused("chunks_reordered", "decryption_failed", ["swap", 0, chunk, chunk])
    refused("chunk_duplicated", "decryption_failed", ["copy", 0, chunk, chunk])
    refused("of_another_upload", "decryption_failed", upload_id=os.urandom(16))
    refused("of_another_key", "decryption_failed", key=os.urandom(32))
    refused("of_another_instance", "decryption_failed", instance=bytes(32))
    other = seal_evidence(w.instance, data)
    refused("chunk_of_another_file", "decryption_failed", ["set", 0, other.blob[:chunk].hex()])
    refused("hash_mismatch", "hash_mismatch", plaintext_hash=bytes(32))
    assert padme(made.size) == padme(made.size - 1)
    refused("shorter_by_its_size", "bad_padding", size=made.size - 1, plaintext_hash=b"")
    refused("size_of_another_class", "malformed", size=3 * CHUNK)
    _sealed_files(sheet)


def _sealed_files(sheet: Any) -> None:
    """SPEC 6.3: what stands in the streams that are not the account."""
    items = [
        EvidenceItem(bytes([n]) * 16, bytes([n]) * 32, Z32, Z32, n, "ишонч.pdf", "application/pdf") for n in (2, 7)
    ]
    whole = encode_evidence(items).hex()
    entry = encode_evidence(items[:1]).hex()
    twice = encode_list("evidence-list", [_entry(items[0]), _entry(items[0])]).hex()
    backwards = encode_list("evidence-list", [_entry(items[1]), _entry(items[0])]).hex()

    def answers(text: str) -> bytes:
        return encode_answers({"evidence_list": text, "v_name": "A"})

    sheet.ok("evidence_list_in_a_sealed_identity", "evidence.list", answers=answers(whole))
    sheet.ok("evidence_list_of_none", "evidence.list", answers=encode_answers({"v_name": "A"}))
    for name, text in {
        "empty": "",
        "upper_case": whole.upper(),
        "no_hex": "zz" + whole[2:],
        "half_a_byte": whole[:-1],
        "trailing_space": whole + " ",
        "cut": entry[:-2],
        "with_bytes_behind": whole + "00",
        "twice_the_same": twice,
        "backwards": backwards,
    }.items():
        sheet.fails(f"evidence_list_{name}", "malformed", "evidence.list", answers=answers(text))


def _entry(item: EvidenceItem) -> bytes:
    return decode_list("evidence-list", 1, encode_evidence([item]))[0]
