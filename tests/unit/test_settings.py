"""Nonsense in the environment is refused at the start, by the name of what to mend; the defaults fit the protocol."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from crypto.box import MAX_RECIPIENTS, TEXT, BoxFields, seal_box
from crypto.encoding import Z32
from crypto.entry import sign_entry
from crypto.evidence import CHUNK, OVERHEAD, padme
from crypto.members import sign_in
from crypto.message import parse_sealed
from crypto.posts import BLOCK, Post, encode_post
from crypto.primitives import kem_keypair, signing_pk
from crypto.requests import NONCE
from service.commands.exits import Refused
from service.commands.serve import read_settings
from service.settings import LARGEST_MESSAGE, MIB, Settings
from tests.world import Desk, Submitter, World


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.upper().startswith("PANAH_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def test_without_a_word_it_is_this_machine_only_and_no_demonstration() -> None:
    settings = Settings()
    assert (settings.host, settings.port, settings.demo) == ("127.0.0.1", 8000, False)
    assert settings.database == f"sqlite:///{Path('data').resolve() / 'panah.sqlite3'}"
    assert (settings.instance_dir, settings.site_dir) == (Path("data/instance"), Path("data/site"))


def test_the_limits_are_those_of_the_manual() -> None:
    settings = Settings()
    assert (settings.evidence_room_bytes, settings.evidence_free_bytes) == (20 * 1024 * MIB, 1024 * MIB)
    assert (settings.writer_queue, settings.session_hours) == (2048, 12)
    padded = padme(64 * MIB)
    assert settings.max_evidence_bytes == padded + padded // CHUNK * OVERHEAD


REFUSED = [
    ("PANAH_PORT", "0"), ("PANAH_PORT", "65536"), ("PANAH_PORT", "http"), ("PANAH_PORT", ""), ("PANAH_PORT", "80.5"),
    ("PANAH_HOST", ""), ("PANAH_DATA", ""),
    ("PANAH_DEMO", "perhaps"), ("PANAH_DEMO", ""), ("PANAH_DEMO", "2"),
    ("PANAH_DATABASE_URL", "mysql://user:secret@host/db"), ("PANAH_DATABASE_URL", "/var/lib/secret.sqlite3"),
    ("PANAH_DATABASE_URL", "sqlite://secret"), ("PANAH_DATABASE_URL", "POSTGRESQL://secret"),
    # a database in memory is another one for each connection, and gone with the process
    ("PANAH_DATABASE_URL", "sqlite:///"), ("PANAH_DATABASE_URL", "sqlite:///:memory:"),
    ("PANAH_DATABASE_URL", "sqlite:///file::memory:?secret=1"), ("PANAH_DATABASE_URL", "sqlite:///x?mode=memory"),
    ("PANAH_DATABASE_URL", "sqlite:///x?cache=shared&mode=memory"),
    ("PANAH_MAX_MESSAGE_BYTES", str(LARGEST_MESSAGE - 1)), ("PANAH_MAX_MESSAGE_BYTES", str(16 * MIB + 1)),
    ("PANAH_MAX_MESSAGE_BYTES", "-1"), ("PANAH_MAX_MESSAGE_BYTES", "1e9"), ("PANAH_MAX_MESSAGE_BYTES", "16M"),
    ("PANAH_MAX_POST_BYTES", str(128 * 1024 - 1)), ("PANAH_MAX_POST_BYTES", str(16 * MIB + 1)),
    ("PANAH_MAX_REQUEST_BYTES", "1023"), ("PANAH_MAX_REQUEST_BYTES", str(MIB + 1)),
    ("PANAH_MAX_EVIDENCE_BYTES", str(MIB - 1)), ("PANAH_MAX_EVIDENCE_BYTES", str(1024 * MIB + 1)),
    ("PANAH_EVIDENCE_ROOM_BYTES", str(64 * MIB - 1)), ("PANAH_EVIDENCE_ROOM_BYTES", str(1024 * 1024 * MIB + 1)),
    ("PANAH_EVIDENCE_FREE_BYTES", "-1"), ("PANAH_EVIDENCE_FREE_BYTES", str(1024 * 1024 * MIB + 1)),
    ("PANAH_WRITER_QUEUE", "63"), ("PANAH_WRITER_QUEUE", "100001"), ("PANAH_WRITER_QUEUE", "nan"),
    ("PANAH_SESSION_HOURS", "0"), ("PANAH_SESSION_HOURS", "25"), ("PANAH_SESSION_HOURS", "forever"),
    # a name that is misspelt must not be passed over in silence
    ("PANAH_DATBASE_URL", "postgresql://secret"), ("PANAH_DEMO_", "1"), ("panah_prot", "secret"), ("PANAH_", "secret"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), REFUSED)
def test_what_cannot_be_is_refused_by_its_name_and_without_its_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError):
        Settings()
    with pytest.raises(Refused) as refused:
        read_settings()
    told = f"{refused.value!s} {refused.value!r} {refused.value.args}"
    assert name.upper() in told
    assert "secret" not in told
    if len(value) > 3:
        assert value not in told.replace(name, "")


TAKEN = [
    ("PANAH_PORT", "65535", "port", 65535),
    ("panah_port", "81", "port", 81),
    ("PANAH_DEMO", "1", "demo", True),
    ("PANAH_DATABASE_URL", "postgresql://u:p@h:1/db?sslmode=require", "database", None),
    ("PANAH_DATABASE_URL", "postgres://h/db", "database", None),
    ("PANAH_DATABASE_URL", "sqlite:////var/lib/panah.sqlite3", "database", None),
    ("PANAH_DATABASE_URL", "", "database_url", ""),
    ("PANAH_SESSION_HOURS", "24", "session_hours", 24),
    ("PANAH_EVIDENCE_FREE_BYTES", "0", "evidence_free_bytes", 0),
    ("PANAH_MAX_MESSAGE_BYTES", str(LARGEST_MESSAGE), "max_message_bytes", LARGEST_MESSAGE),
    ("PANAH_TRACEBACK", "1", "port", 8000),  # of the commands, not of the server
]


@pytest.mark.parametrize(("name", "value", "field", "read"), TAKEN)
def test_what_can_be_is_taken(name: str, value: str, field: str, read: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    assert getattr(Settings(), field) == (value if read is None else read)


def test_settings_do_not_change_while_the_server_runs() -> None:
    with pytest.raises(ValidationError):
        Settings().port = 1


@pytest.mark.parametrize(("value", "told"), [("0", "at least 1"), ("48", "at most 24"), ("forever", "SESSION_HOURS\n")])
def test_a_bound_is_told(value: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PANAH_SESSION_HOURS", value)
    with pytest.raises(Refused) as refused:
        read_settings()
    assert told in f"{refused.value.fact}\n"


def test_an_unknown_setting_in_code_is_refused() -> None:
    with pytest.raises(ValidationError):
        Settings(prot=1)  # type: ignore[call-arg]


def test_the_largest_message_is_taken(world: World) -> None:
    sealed = Submitter(world).seal("a" * (262144 - 4 - 2000))
    assert len(parse_sealed(world.instance, sealed).streams[0]) == 262144 + 16
    assert len(sealed) <= LARGEST_MESSAGE == Settings().max_message_bytes


def test_the_largest_entry_is_taken(world: World) -> None:
    desk = Desk(world, world.people[0], [])
    fields = BoxFields(world.instance, Z32, TEXT, Z32, desk.reader.id, world.today, world.keyring.hash)
    pk = [kem_keypair(os.urandom(32)).pk for _ in range(MAX_RECIPIENTS)]
    box = seal_box(fields, desk.reader.signing_seed, pk, "ru", "a" * 12000)
    sealed = Submitter(world).seal("x")
    entry = Desk(world, Submitter(world).readers()[0], [sealed])
    signed = sign_entry_of(entry)
    post = encode_post(Post(signed, box, bytes(BLOCK), bytes(BLOCK)))
    assert 2 * BLOCK + 64 * 1168 < len(post) <= Settings().max_post_bytes


def sign_entry_of(desk: Desk) -> bytes:
    from crypto.entry import TEXT_ENTRY, Entry
    from crypto.workflow import SCREENING

    world = desk.world
    entry = Entry(
        world.instance, Z32, 0, Z32, TEXT_ENTRY, SCREENING, world.today, 0, desk.reader.id, Z32, Z32, Z32, bytes(36)
    )
    return sign_entry(entry, desk.reader.signing_seed)


def test_the_largest_request_is_taken(world: World) -> None:
    onion = "http://" + "a" * 56 + ".onion:65535"
    person = world.people[0]
    request = sign_in(world.instance, onion, bytes(NONCE), person.id, signing_pk(os.urandom(32)), person.signing_seed)
    mailbox = Submitter(world).request("mailbox.burn", b"\1", bytes(NONCE))
    assert max(len(request), len(mailbox)) <= 1024 <= Settings().max_request_bytes
