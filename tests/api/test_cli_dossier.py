"""What leaves for a court or a body of the United Nations: what the person allowed, and with a second reader beside."""

from __future__ import annotations

import hashlib
import io
import json
import logging
import zipfile
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from crypto.account import FOLLOW_UP
from crypto.box import NOTE, TEXT, seal_box
from crypto.entry import NOTE_ENTRY, OPENED, TEXT_ENTRY, messages_head
from crypto.members import Keyfile, seal_keyfile
from crypto.message import STOP_LANE
from crypto.primitives import Argon2Work
from crypto.workflow import SAFETY_HOLD, WITHDRAWN
from service import clock
from service.commands.exits import REFUSED, USAGE
from service.commands.panah import app
from service.consent import COOLING_DAYS
from service.differences import day_text
from service.dossier import STOPPED
from service.passphrases import new_passphrase
from tests.api.conftest import Server
from tests.api.room import Room
from tests.world import Desk, Person, Submitter

pytestmark = pytest.mark.parametrize("shared", ["sqlite"], indirect=True, scope="module")
run = CliRunner().invoke

TOLD = {
    "form": "main",
    "story": "Меня били в отделе.",
    "role": "self",
    "country": "kz",
    "v_nationality": "Канарастан",
    "still_happening": "no",
    "r_do_not": "не писать брату",
    "wishes": "investigation",
    "reply_lang": "ru",
    "consent_court": "facts_no_identity",
    "consent_un_sp": "with_identity",
    "consent_media": "ask_me_each_time",
    "consent_npm": "nothing",
}


class Exported:
    """A case on a member's machine, and the key files of two who read it."""

    def __init__(
        self, server: Server, folder: Path, *more: dict[str, str], worked: bool = False, stops: bool = False
    ) -> None:
        self.folder = folder
        submitter = Submitter(server.world)
        sealed = [submitter.seal("", name="Имя", answers=TOLD)]
        sealed += [submitter.seal("", kind=FOLLOW_UP, answers=one) for one in more]
        sealed += [submitter.seal("Остановитесь.", kind=FOLLOW_UP, lane=STOP_LANE)] * stops
        for one in sealed:
            assert server.send(one).status_code == 204
        readers = submitter.readers()
        room = Room(server, Desk(server.world, readers[0], sealed))
        if worked:
            room.hand_off()
            investigator, colleague, _ = room.unit()
            assert room.claim(investigator, investigator, colleague).status_code == 201
            reader = room.who(readers[0].role)
            assert room.post(reader, NOTE_ENTRY, None, room.box(reader, NOTE)).status_code == 201
        self.room = room
        self.export()
        for n, reader in enumerate(readers[:2]):
            self._key(server, reader, f"key{n}")

    def export(self) -> None:
        made = self.room.call(self.room.desk.reader, "GET", f"{self.room.path}/export")
        (self.folder / "case").write_bytes(made.content)

    def _key(self, server: Server, one: Person, name: str) -> None:
        world, words = server.world, new_passphrase()
        keyfile = Keyfile(one.id, one.role, one.signing_seed, one.kem_seed, world.first_roots, world.roots)
        (self.folder / name).write_bytes(seal_keyfile(keyfile, words, Argon2Work(19456, 2, 1)))
        (self.folder / f"{name}.words").write_text(words)

    def write(self, name: str, scope: str, *more: str, witness: str = "key1") -> tuple[int, str, Path]:
        to = self.folder / name
        keys = ["--key", self.folder / "key0", "--passphrase-file", self.folder / "key0.words"]
        second = ["--witness", self.folder / witness, "--witness-passphrase-file", self.folder / f"{witness}.words"]
        command = ["case", "write", self.folder / "case", "--out", to, "--for", scope, *keys, *second, *more]
        done = run(app, [str(one) for one in command])
        return done.exit_code, done.output, to

    def table(self, scope: str, *more: str) -> Any:
        code, said, to = self.write(f"{scope}.json", scope, *more)
        assert code == 0, said
        return json.loads(to.read_text("utf-8"))


def answers_in(table: Any) -> dict[str, str]:
    return {one["question"]: one["answer"] for message in table["messages"] for one in message["answers"]}


def test_a_court_gets_what_happened_and_not_who_or_what_was_kept_for_us(shared: Server, tmp_path: Path) -> None:
    table = Exported(shared, tmp_path).table("court", "--language", "en")
    assert table["consent"]["level"] == "facts_no_identity"
    found = answers_in(table)
    assert found["What happened?"] == "Меня били в отделе."
    assert found["Is it still happening?"] == "No"
    everything = json.dumps(table, ensure_ascii=False)
    for kept in ("Канарастан", "не писать брату", "Имя", "investigation", "Who are you?"):
        assert kept not in everything, kept


def test_with_who_they_are_allowed_that_goes_too_and_still_not_what_is_ours(shared: Server, tmp_path: Path) -> None:
    table = Exported(shared, tmp_path).table("un_sp", "--language", "en")
    everything = json.dumps(table, ensure_ascii=False)
    assert "Канарастан" in everything
    for kept in ("не писать брату", "Имя", "In which language?"):
        assert kept not in everything, kept


def test_what_was_not_allowed_or_was_taken_back_does_not_leave(shared: Server, tmp_path: Path) -> None:
    case = Exported(shared, tmp_path, {"form": "main", "consent_court": "nothing"})
    for scope in ("court", "npm", "prosecutor"):
        code, said, to = case.write(f"{scope}.pdf", scope)
        assert code == REFUSED
        assert "has not allowed" in said
        assert not to.exists()
    code, said, to = case.write("media.json", "media")
    assert (code, to.exists()) == (REFUSED, False)
    assert case.table("media", "--agreed-on", "2026-05-01")["agreed"] == "2026-05-01"
    assert case.write("x.json", "police")[0] == USAGE
    assert case.write("x.txt", "un_sp")[0] == USAGE


def test_what_a_later_message_allows_goes_days_after_the_person_was_asked(
    shared: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = Exported(shared, tmp_path, {"form": "main", "consent_npm": "facts_no_identity"})
    room, reader = case.room, case.room.desk.reader
    to_staff = seal_box(room.fields(reader, TEXT), reader.signing_seed, [room.inbox.pk], "ru", "Спрошено?")

    def why(today: int = shared.world.today) -> str:
        monkeypatch.setattr(clock, "today", lambda: today)
        case.export()
        code, said, to = case.write("npm.pdf", "npm")
        assert (code, to.exists()) == (REFUSED, False)
        return " ".join(said.split())

    def post(*given: Any, **changes: Any) -> None:
        assert room.post(reader, *given, **changes).status_code == 201

    post(TEXT_ENTRY, None, room.box(reader, TEXT), messages=messages_head(room.desk.cids[:1]))
    assert "nobody has opened that message" in why()
    post(OPENED)
    assert "ask the person in the mailbox first" in why()
    post(TEXT_ENTRY, None, to_staff)  # a text that the person cannot read
    post(NOTE_ENTRY, None, room.box(reader, NOTE))
    assert "ask the person in the mailbox first" in why()
    post(TEXT_ENTRY, None, room.box(reader, TEXT))
    from_day = shared.world.today + COOLING_DAYS
    assert f"it counts from {day_text(from_day)} on" in why(from_day - 1)
    monkeypatch.setattr(clock, "today", lambda: from_day)
    assert case.table("npm")["consent"]["level"] == "facts_no_identity"


def test_one_member_alone_writes_nothing(shared: Server, tmp_path: Path) -> None:
    code, said, to = Exported(shared, tmp_path).write("court.pdf", "court", witness="key0")
    assert code == REFUSED
    assert "a second reader" in said
    assert not to.exists()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_zip_holds_paper_and_table_with_their_hashes(
    shared: Server, tmp_path: Path, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        code, said, to = Exported(shared, tmp_path).write("court.zip", "court", "--language", language)
    assert code == 0, said
    assert to.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(io.BytesIO(to.read_bytes())) as archive:
        manifest = json.loads(archive.read("manifest.json"))["files"]
        assert sorted(manifest) == ["case.json", "case.pdf"]
        for name, digest in manifest.items():
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest
        assert archive.read("case.pdf").startswith(b"%PDF-")
    assert [one.getMessage() for one in caplog.records if "glyph" in one.getMessage()] == []


def test_a_case_that_a_unit_works_on_opens_offline_with_every_step(shared: Server, tmp_path: Path) -> None:
    case = Exported(shared, tmp_path, worked=True)
    command = ["case", "open", tmp_path / "case", "--key", tmp_path / "key0"]
    done = run(app, [str(one) for one in [*command, "--passphrase-file", tmp_path / "key0.words"]])
    assert done.exit_code == 0, done.output
    for step in ("opened", "step", "proposed", "approved", "note"):
        assert f"  {step} by " in done.output
    assert "Canary-7391" in done.output
    kinds = [one["step"] for one in case.table("court", "--language", "en")["history"]]
    assert kinds == ["opened", "step", "proposed", "approved", "said who works on it", "internal note"]


def test_names_that_another_form_asked_for_stay_where_only_what_happened_was_allowed(
    shared: Server, tmp_path: Path
) -> None:
    minute = {"form": "minute", "m_person": "Канар Имяев", "m_by": "люди в форме", "m_needs": "lawyer"}
    sent_back = {"form": "return", "rt_person": "Канар Имяев", "rt_nationality": "Канарастан", "rt_to_country": "там"}
    case = Exported(shared, tmp_path, minute, sent_back, {"form": "conditions", "cp_never_say_from_us": "yes"})
    facts = json.dumps(case.table("court", "--language", "en"), ensure_ascii=False)
    assert "люди в форме" in facts
    assert "там" in facts
    for name in ("Канар", "Канарастан"):
        assert name not in facts, name
    whole = json.dumps(case.table("un_sp", "--language", "en"), ensure_ascii=False)
    assert "Канар Имяев" in whole
    for ours in ("What is needed first?", "Must nobody learn"):
        assert ours not in whole, ours


def test_of_a_case_whose_person_asked_to_stop_nothing_leaves(shared: Server, tmp_path: Path) -> None:
    code, said, to = Exported(shared, tmp_path, stops=True).write("court.pdf", "court")
    assert (code, to.exists()) == (REFUSED, False)
    assert "as the person asked or as one of us saw danger" in said
    assert STOPPED.keys() == {SAFETY_HOLD, WITHDRAWN}
