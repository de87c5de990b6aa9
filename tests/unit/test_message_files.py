"""Who opens a file is who may open the answer that it is: SPEC 6.3, on real messages. The twin: casework.node.ts."""

from __future__ import annotations

import os
from dataclasses import dataclass

import pytest

from crypto.account import EVIDENCE, Content, EvidenceItem, encode_evidence, sealed_files
from crypto.errors import ProtocolError
from crypto.evidence import open_evidence, seal_evidence
from crypto.message import (
    NORMAL,
    KeyringName,
    OpenedMessage,
    SealedMessage,
    account_key,
    open_custodian_slot,
    open_granted,
    open_identity,
    open_message,
    parse_sealed,
    prepare_slots,
    seal_message,
)
from crypto.primitives import KemKey, kem_keypair
from crypto.receipt import derive_receipt, new_code
from intake_forms.answers import findings
from intake_forms.read import read_forms
from service.message_files import files_of, words_of

INSTANCE = bytes(range(32))
PHOTO, AUTHORITY, FEAR = b"a photograph", b"a power of attorney", b"what only the first readers may see"


@dataclass
class Sent:
    message: SealedMessage
    blobs: dict[bytes, bytes]
    reviewer: KemKey
    custodian: KemKey

    @property
    def opened(self) -> OpenedMessage:
        return open_message(self.message, self.reviewer)

    def file(self, item: EvidenceItem) -> bytes:
        blob = self.blobs[item.upload_id]
        return open_evidence(INSTANCE, item.upload_id, item.key, item.size, blob, plaintext_hash=item.plaintext_hash)


def item_of(data: bytes, name: str, blobs: dict[bytes, bytes]) -> EvidenceItem:
    made = seal_evidence(INSTANCE, data)
    blobs[made.upload_id] = made.blob
    return EvidenceItem(made.upload_id, made.key, made.blob_hash, made.plaintext_hash, made.size, name, "text/plain")


def send(intake: dict[str, str] | None = None) -> Sent:
    blobs: dict[bytes, bytes] = {}
    photo, authority, fear = (
        item_of(data, name, blobs)
        for data, name in ((PHOTO, "photo.jpg"), (AUTHORITY, "authority.pdf"), (FEAR, "fear.pdf"))
    )
    told = {"form": "main", "ip_report": photo.upload_id.hex(), "authority_doc": authority.upload_id.hex()}
    content = Content(EVIDENCE, 20_800, "ru", told, (photo,))
    identity = {"v_name": "Имя", "evidence_list": encode_evidence([authority]).hex()}
    kept = {"own_paper": fear.upload_id.hex(), "evidence_list": encode_evidence([fear]).hex()}
    reviewer, custodian = (kem_keypair(os.urandom(32)) for _ in range(2))
    slots = prepare_slots([reviewer.pk], [custodian.pk])
    receipt = derive_receipt(INSTANCE, new_code())
    name = KeyringName(INSTANCE, 1, bytes(32))
    sealed = seal_message(slots, receipt, name, NORMAL, content, identity, kept if intake is None else intake)
    return Sent(parse_sealed(INSTANCE, sealed), blobs, reviewer, custodian)


@pytest.fixture(scope="module")
def sent() -> Sent:
    return send()


def test_a_reader_opens_the_files_of_the_account_and_of_intake(sent: Sent) -> None:
    found = [(one.question, one.for_intake, sent.file(one.item)) for one in files_of(sent.opened)]
    assert found == [("ip_report", False, PHOTO), ("own_paper", True, FEAR)]


def test_a_reader_learns_of_a_paper_sealed_with_the_identity_only_that_it_is_there(sent: Sent) -> None:
    account, intake = words_of(sent.opened)
    assert sorted(account) == ["authority_doc", "form"]
    assert intake == {}
    assert b"authority.pdf" not in sent.opened.account_bytes + sent.opened.intake_bytes
    for key in (one.item.key for one in files_of(sent.opened)):
        upload = bytes.fromhex(account["authority_doc"])
        with pytest.raises(ProtocolError, match="decryption_failed"):
            open_evidence(INSTANCE, upload, key, len(AUTHORITY), sent.blobs[upload])


def test_neither_a_reader_nor_a_keeper_alone_gets_its_key_and_both_do(sent: Sent) -> None:
    half, key = sent.opened.half, open_custodian_slot(sent.message, sent.custodian)
    for one, other in ((half, half), (key, key), (half, os.urandom(32)), (os.urandom(32), key)):
        with pytest.raises(ProtocolError, match="commitment_mismatch"):
            open_identity(sent.message, one, other)
    (item,) = sealed_files(open_identity(sent.message, half, key).identity)
    assert (item.name, sent.file(item)) == ("authority.pdf", AUTHORITY)


def test_whom_a_case_is_handed_to_gets_the_files_of_the_account_alone(sent: Sent) -> None:
    account = open_granted(sent.message, account_key(sent.opened)).account
    assert [sent.file(one) for one in account.content.evidence] == [PHOTO]
    text = repr(dict(account.content.answers))
    assert "own_paper" not in text
    assert "evidence_list" not in text


def test_a_list_that_is_none_hides_neither_itself_nor_another_answer() -> None:
    opened = send({"evidence_list": "zz", "r_do_not": "не звонить"}).opened
    assert [one.question for one in files_of(opened)] == ["ip_report"]
    assert words_of(opened)[1] == {"evidence_list": "zz", "r_do_not": "не звонить"}


def test_upload_ids_are_what_a_question_of_files_takes() -> None:
    forms = read_forms()
    told = {"role": "lawyer", "authority_doc": "0" * 32, "evidence_list": "00"}
    assert findings(forms, forms.forms["main"], told) == []
    (odd,) = findings(forms, forms.forms["main"], told | {"authority_doc": "paper.pdf"})
    assert (odd.key, odd.what) == ("authority_doc", "not_of_its_type")
