"""A submitter without a browser, of a demo that really runs: what the desk's tests read and answer."""

from __future__ import annotations

import os
import urllib.request
from dataclasses import dataclass

from crypto.account import COMPLAINT, Content, EvidenceItem
from crypto.draw import draw_readers, draw_review
from crypto.encoding import decode, encode, u64
from crypto.enrolment import kem_key_of, parse_kem_keys
from crypto.evidence import seal_evidence
from crypto.keyring import NO_PIN, Keyring, UntrustedKeyring
from crypto.mailbox import OpenedMailbox, open_mailbox
from crypto.message import NORMAL, KeyringName, parse_sealed, prepare_slots, seal_message
from crypto.receipt import derive_receipt, new_code
from crypto.requests import sign_mailbox_request
from crypto.roots import parse_first_roots, parse_root_set
from service import clock
from service.actions.receive_evidence import PART
from service.instance import keyring_versions, read_instance, read_keyring
from tests.browser.conftest import Demo, Key


class Person:
    """Who wrote, with the code; no browser sealed it. `country`, `left_out`: as told in the first message."""

    def __init__(self, demo: Demo, code: str = "", country: str = "", left_out: tuple[str, ...] = ()) -> None:
        folder = demo.data / "instance"
        instance = read_instance(folder)
        signed, kem_keys = read_keyring(folder, keyring_versions(folder)[-1])
        self.origin = demo.origin
        self.instance = parse_first_roots(instance.first_roots).instance
        self.today = clock.today()
        roots = parse_root_set(instance.roots)
        untrusted = UntrustedKeyring.parse(signed)
        self.keyring: Keyring = untrusted.verify(roots, self.instance, NO_PIN, self.today, 0)
        self.kem_keys = parse_kem_keys(self.instance, kem_keys)
        self.code = code or new_code()
        self.receipt = derive_receipt(self.instance, self.code)
        self.cid = b""  # of the first message
        self.left_out = left_out
        self.draw = draw_readers(self.keyring.body, self.receipt.k0, self.today, country, left_out)

    def write(
        self,
        text: str,
        kind: int = COMPLAINT,
        lane: int = NORMAL,
        answers: dict[str, str] | None = None,
        name: str = "",
        files: dict[str, bytes] | None = None,
        language: str = "ru",
    ) -> None:
        readers, custodians = (
            [kem_key_of(self.kem_keys, one) for one in some] for some in (self.draw.readers, self.draw.custodians)
        )
        sent = sorted(
            (self._upload(title, data) for title, data in (files or {}).items()), key=lambda one: one.upload_id
        )
        content = Content(kind, self.today, language, {"story": text, **(answers or {})}, tuple(sent))
        identity = {"own_name": name} if name else {}
        ring = KeyringName(self.instance, self.keyring.body.version, self.keyring.hash)
        sealed = seal_message(prepare_slots(readers, custodians), self.receipt, ring, lane, content, identity, {})
        self.cid = self.cid or parse_sealed(self.instance, sealed).cid
        self._post("/v1/messages", sealed)

    def _upload(self, title: str, data: bytes) -> EvidenceItem:
        """Sent as a browser sends it; the type is what somebody claims it to be."""
        made, token = seal_evidence(self.instance, data), os.urandom(32)
        for start in range(0, len(made.blob), PART):
            body = made.blob[start : start + PART]
            self._post("/v1/evidence", encode("upload", made.upload_id, token, u64(start), u64(len(made.blob)), body))
        hashes = (made.blob_hash, made.plaintext_hash)
        return EvidenceItem(made.upload_id, made.key, *hashes, made.size, title, "image/png")

    def read(self) -> OpenedMailbox | None:
        nonce = self._post("/v1/challenge", b"")
        answer = self._post(
            "/v1/mailbox/read", sign_mailbox_request(self.instance, self.receipt, "mailbox.read", b"", nonce)
        )
        blocks = [answer[at : at + 16384] for at in range(0, len(answer), 16384)]
        mine = self.receipt
        ring = self.keyring.body
        return open_mailbox(self.instance, mine.request_pk, mine.mailbox_seed, mine.veil_key, ring, blocks, self.today)

    def box(self) -> OpenedMailbox:
        """What the code opens, every entry of it verified; where something is there."""
        found = self.read()
        assert found is not None
        return found

    def _post(self, path: str, body: bytes) -> bytes:
        request = urllib.request.Request(self.origin + path, body, {"Content-Type": "application/octet-stream"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            data: bytes = answer.read()
        return data

    def reads(self, key: Key) -> bool:
        """Whether the holder of this key file was drawn."""
        return id_of(key) in [one.id for one in self.draw.readers]

    def asks(self, key: Key, *acted: Key, left_out: tuple[str, ...] = ()) -> bool:
        """Whether a page draws the holder of this key file to look again at what these did."""
        gone = {id_of(one) for one in acted}
        drawn = draw_review(self.keyring.body, self.receipt.k0, self.today, "", left_out, gone)
        return id_of(key) in [one.id for one in drawn.readers]


def id_of(key: Key) -> bytes:
    """Whose key file it is."""
    id_: bytes = decode("keyfile", [32, 16, 1, 4, 4, 1, 16, 24, None], key[0].read_bytes())[1]
    return id_


@dataclass(frozen=True)
class Readers:
    """Of those whom the person's browser drew: two who act, one who is asked to look again then, and the others."""

    one: Key
    two: Key
    third: Key
    others: list[Key]


def readers_of(demo: Demo, person: Person) -> Readers:
    """Those abroad first: they are drawn for everybody who names no country."""
    keys = sorted(demo.keys("reviewer"), key=lambda key: "abroad" not in key[0].stem)
    one, two, *others = [key for key in keys if person.reads(key)]
    third = next(key for key in others if person.asks(key, one, two, left_out=person.left_out))
    return Readers(one, two, third, [key for key in others if key != third])
