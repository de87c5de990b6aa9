"""`panah case open`: a sealed case read on a machine without network, and every way in which it can be wrong."""

from __future__ import annotations

import json
import os
import pty
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crypto.account import COMPLAINT, FOLLOW_UP, Content
from crypto.box import NOTE, TEXT, BoxFields, intake_inbox, parse_box, seal_box
from crypto.case import encode_case
from crypto.encoding import Z32
from crypto.enrolment import kem_key_of, parse_kem_keys
from crypto.entry import KINDS, NOTE_ENTRY, OPENED, TEXT_ENTRY, Entry, messages_head, parse_signed_entry, sign_entry
from crypto.keyring import CUSTODIAN, NO_PIN, Keyring, UntrustedKeyring
from crypto.members import Keyfile, open_keyfile
from crypto.message import NORMAL, KeyringName, open_message, parse_sealed, prepare_slots, seal_message
from crypto.posts import PostedEntry
from crypto.primitives import kem_keypair
from crypto.receipt import derive_receipt, new_code
from crypto.workflow import SCREENING
from service import clock
from service.commands.case import ENTRY_KINDS
from service.commands.panah import app
from service.demo import key_files, make_demo
from service.instance import read_keyring

WORDS = "Маро дар шуъба заданд. Мені ұрды."
ESCAPE = "\x1b]0;pwned\x07\x1b[2J\u202egnp.exe"
ANSWER = "Мы прочитали."


@dataclass
class World:
    """A demonstration, a person, and a reviewer who answered."""

    data: Path
    keyring: Keyring
    signed: bytes
    kem_keys: dict[bytes, bytes]
    reviewer: Keyfile
    key: Path
    passphrase: Path
    digits: str
    today: int

    @property
    def instance(self) -> bytes:
        return self.keyring.body.instance

    def message(self, kind: int, text: str, digits: str = "", slots: list[bytes] | None = None) -> bytes:
        custodians = [kem_key_of(self.kem_keys, one) for one in self.keyring.body.members if one.role == CUSTODIAN]
        readers = slots or [kem_keypair(self.reviewer.kem_seed).pk]
        name = KeyringName(self.instance, self.keyring.body.version, self.keyring.hash)
        content = Content(kind, self.today, "tg", {"account.text": text})
        receipt = derive_receipt(self.instance, digits or self.digits)
        return seal_message(
            prepare_slots(readers, custodians), receipt, name, NORMAL, content, {"name": "sealed"}, {"reply_lang": "ru"}
        )

    def case(self, messages: list[bytes], seed: bytes = b"", note: str = "") -> bytes:
        """Opened and answered by the reviewer, who may leave a note to colleagues."""
        reader = kem_keypair(self.reviewer.kem_seed)
        first = parse_sealed(self.instance, messages[0])
        opened = open_message(first, reader)
        head = messages_head([parse_sealed(self.instance, one).cid for one in messages])
        inbox = intake_inbox(opened.cek, first.header_hash)
        fields = BoxFields(self.instance, first.cid, TEXT, Z32, self.reviewer.member, self.today, self.keyring.hash)
        box = seal_box(fields, self.reviewer.signing_seed, [opened.account.mailbox_pk, inbox.pk], "ru", ANSWER)
        entry = Entry(
            instance=self.instance,
            cid=first.cid,
            seq=0,
            prev=Z32,
            kind=OPENED,
            state=SCREENING,
            day=self.today,
            until=0,
            actor=self.reviewer.member,
            box_hash=Z32,
            cited=Z32,
            keyring_hash=self.keyring.hash,
            messages=head,
        )
        one = sign_entry(entry, seed or self.reviewer.signing_seed)
        link = parse_signed_entry(one).link
        answer = replace(entry, seq=1, prev=link, kind=TEXT_ENTRY, box_hash=parse_box(box).hash)
        two = sign_entry(answer, self.reviewer.signing_seed)
        posted = [PostedEntry(one, b""), PostedEntry(two, box)]
        if note:
            noted = seal_box(replace(fields, kind=NOTE), self.reviewer.signing_seed, [inbox.pk], "ru", note)
            link = parse_signed_entry(two).link
            three = replace(answer, seq=2, prev=link, kind=NOTE_ENTRY, box_hash=parse_box(noted).hash)
            posted.append(PostedEntry(sign_entry(three, self.reviewer.signing_seed), noted))
        return encode_case(self.instance, [self.signed], messages, posted)

    def open(self, data: bytes, *more: object, key: Path | None = None) -> Result:
        file = self.data / "one.panahcase"
        file.write_bytes(data)
        arguments = ["case", "open", file, "--key", key or self.key, "--passphrase-file", self.passphrase, *more]
        return CliRunner().invoke(app, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    data, today = tmp_path_factory.mktemp("demo"), clock.today()
    make_demo(data, 8000, today)
    signed, kem = read_keyring(data / "instance", 1)
    keys = {file.path.stem: file for file in key_files(data)}
    mine = keys["reviewer-abroad-1"]
    reviewer = open_keyfile(mine.path.read_bytes(), mine.passphrase)
    keyring = UntrustedKeyring.parse(signed).verify(reviewer.roots, reviewer.first_roots.instance, NO_PIN, today, 0)
    passphrase = data / "words"
    passphrase.write_text(mine.passphrase.upper().replace(" ", " - ") + "\r\n")  # as somebody might type it
    kem_keys = dict(parse_kem_keys(keyring.body.instance, kem))
    return World(data, keyring, signed, kem_keys, reviewer, mine.path, passphrase, new_code(), today)


def test_a_case_opens_with_its_words_its_chain_and_its_answers(world: World) -> None:
    opened = world.open(world.case([world.message(COMPLAINT, WORDS), world.message(FOLLOW_UP, "Боз як чиз")]))
    assert opened.exit_code == 0, opened.output
    for said in (
        WORDS,
        "Боз як чиз",
        ANSWER,
        "message 2 of 2: follow-up",
        "2 entries",
        "answered by reviewer",
        "reply_lang",
    ):
        assert said in opened.output
    assert opened.output.count("good signature") == 2
    assert "sealed\n" not in opened.output  # the name went to the custodians


def test_a_note_between_staff_is_told_from_an_answer_to_the_person(world: World) -> None:
    printed = world.open(world.case([world.message(COMPLAINT, WORDS)], note="Только нам.")).output
    answer, note = printed.index("-- answer of"), printed.index("-- note of")
    assert answer < printed.index(ANSWER) < note < printed.index("Только нам.")


def test_every_kind_of_entry_has_a_name_in_what_is_printed() -> None:
    assert set(ENTRY_KINDS) == set(KINDS)
    assert len(set(ENTRY_KINDS.values())) == len(KINDS)


def test_a_case_opens_for_programs(world: World) -> None:
    opened = world.open(world.case([world.message(COMPLAINT, WORDS)]), "--json")
    table = json.loads(opened.stdout)
    assert table["messages"][0]["account"] == {"account.text": WORDS}
    assert table["texts"][0]["text"] == ANSWER
    assert (table["state"], table["acknowledged"], table["legal_hold"]) == ("screening", True, None)


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_hostile_complaint_does_not_reach_the_terminal(world: World, form: tuple[str, ...]) -> None:
    opened = world.open(world.case([world.message(COMPLAINT, ESCAPE)]), *form)
    assert opened.exit_code == 0
    assert not set("\x1b\x07\u202e") & set(opened.stdout)


def refused(result: Result, code: int, *said: str) -> None:
    assert result.exit_code == code, result.output
    assert "what to do" in result.stderr
    assert "Traceback" not in result.output
    for part in said:
        assert part in result.stderr
    assert WORDS not in result.output


@pytest.mark.parametrize("size", [0, 1, 40, 5000, -1])
def test_a_cut_case_is_told_apart(world: World, size: int) -> None:
    refused(world.open(world.case([world.message(COMPLAINT, WORDS)])[:size]), 4, "malformed")


def test_a_wrong_passphrase_is_told_apart_and_not_echoed(world: World) -> None:
    words = world.data / "wrong"
    words.write_text("not the seven words of this file")
    result = world.open(world.case([world.message(COMPLAINT, WORDS)]), "--passphrase-file", words)
    refused(result, 3, "wrong_passphrase")
    assert "not the seven" not in result.output


def test_a_cut_key_file_is_told_apart(world: World) -> None:
    short = world.data / "short.panahkey"
    short.write_bytes(world.key.read_bytes()[:200])
    refused(world.open(world.case([world.message(COMPLAINT, WORDS)]), key=short), 4, "malformed")


def test_a_key_file_that_asks_for_a_machine_s_memory_is_refused_before_any_work(world: World) -> None:
    data = bytearray(world.key.read_bytes())
    place = data.index((19456).to_bytes(4, "big"))
    data[place : place + 4] = (4_000_000_000).to_bytes(4, "big")
    greedy = world.data / "greedy.panahkey"
    greedy.write_bytes(bytes(data))
    refused(world.open(world.case([world.message(COMPLAINT, WORDS)]), key=greedy), 4, "kdf_out_of_bounds")


def test_a_key_file_of_another_instance_is_told_apart(world: World, tmp_path: Path) -> None:
    make_demo(tmp_path, 8000, world.today)
    other = next(file for file in key_files(tmp_path) if file.path.stem == "reviewer-abroad-1")
    words = tmp_path / "words"
    words.write_text(other.passphrase)
    result = world.open(world.case([world.message(COMPLAINT, WORDS)]), "--passphrase-file", words, key=other.path)
    refused(result, 5, "another instance")


def test_a_reviewer_who_was_not_drawn_is_told_so(world: World) -> None:
    other = next(file for file in key_files(world.data) if file.path.stem == "reviewer-in-country-2")
    words = world.data / "other-words"
    words.write_text(other.passphrase)
    result = world.open(world.case([world.message(COMPLAINT, WORDS)]), "--passphrase-file", words, key=other.path)
    refused(result, 1, "not_a_recipient")


def test_an_entry_signed_by_another_is_refused(world: World) -> None:
    refused(world.open(world.case([world.message(COMPLAINT, WORDS)], seed=b"\x07" * 32)), 1, "bad_signature")


def test_a_message_of_another_person_is_refused(world: World) -> None:
    messages = [world.message(COMPLAINT, WORDS), world.message(FOLLOW_UP, WORDS, new_code())]
    refused(world.open(world.case(messages)), 1, "keys_differ")


def test_a_keyring_that_two_trustees_signed_is_refused(world: World) -> None:
    case = world.case([world.message(COMPLAINT, WORDS)])
    at = world.signed.index(b"\x09signature") + 9 + 1 + 4 + 32 + 4
    spoiled = world.signed[:at] + bytes([world.signed[at] ^ 1]) + world.signed[at + 1 :]
    refused(world.open(case.replace(world.signed, spoiled)), 1, "threshold_not_reached", "2 of 3")


def test_a_case_under_an_expired_keyring_opens_with_a_notice(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: world.today + 400)
    opened = world.open(world.case([world.message(COMPLAINT, WORDS)]))
    assert opened.exit_code == 0
    assert "has expired since" in opened.output


def test_an_absent_file_is_named(world: World) -> None:
    arguments = ["case", "open", "/nowhere/at/all", "--key", str(world.key), "--passphrase-file", str(world.passphrase)]
    refused(CliRunner().invoke(app, arguments), 4, "/nowhere/at/all")


def test_without_a_terminal_nothing_waits_for_a_passphrase(world: World) -> None:
    file = world.data / "one.panahcase"
    file.write_bytes(world.case([world.message(COMPLAINT, WORDS)]))
    done = panah("case", "open", file, "--key", world.key)
    assert done.returncode == 2
    assert b"--passphrase-file" in done.stderr


def panah(*arguments: object, before: tuple[str, ...] = (), **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*before, sys.executable, "-m", "service.cli", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )


def no_network() -> tuple[str, ...]:
    """A prefix that takes every interface away, where this machine allows it."""
    tried = ("unshare", "--net", "--map-root-user")
    if shutil.which("unshare") is None or subprocess.run([*tried, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine does not let a test take the network away")
    return tried


def test_a_case_opens_on_a_machine_without_network(world: World) -> None:
    file = world.data / "one.panahcase"
    file.write_bytes(world.case([world.message(COMPLAINT, WORDS)]))
    arguments = ("case", "open", file, "--key", world.key, "--passphrase-file", world.passphrase)
    done = panah(*arguments, before=no_network(), LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert done.returncode == 0, done.stderr
    assert WORDS in done.stdout.decode("utf-8")
    assert done.stderr == b""


def test_opening_a_case_loads_no_web_server_and_opens_no_socket(world: World) -> None:
    code = (
        "import sys; import service.commands.case; import service.commands.keyring; "
        "print([name for name in ('fastapi', 'uvicorn', 'sqlalchemy', 'pysqlite3') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_typed_passphrase_is_not_shown(world: World) -> None:
    file = world.data / "one.panahcase"
    file.write_bytes(world.case([world.message(COMPLAINT, WORDS)]))
    words = world.passphrase.read_text().strip()
    said = typed([sys.executable, "-m", "service.cli", "case", "open", str(file), "--key", str(world.key)], words)
    assert WORDS in said
    assert words not in said


def typed(command: list[str], words: str) -> str:
    """What stands on a terminal where somebody ran this and typed these words at the question."""
    child, terminal = pty.fork()
    if child == 0:
        os.execv(command[0], command)
    said = b""
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:  # the other end has gone
            break
        if not part:
            break
        said += part
        if b"not shown" in said and words:
            os.write(terminal, words.encode() + b"\n")
            words = ""
    os.waitpid(child, 0)
    os.close(terminal)
    return said.decode("utf-8")
