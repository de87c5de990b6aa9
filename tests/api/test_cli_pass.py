"""A case that came without a line goes on to readers with one, by one signature made on a machine without a line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from crypto.box import WRAP_INTAKE, BoxFields, MessageKey, Words, parse_box, seal_readers
from crypto.case import open_case
from crypto.encoding import Z32
from crypto.entry import READERS_KEPT, RECUSAL, parse_signed_entry
from crypto.errors import ProtocolError
from crypto.keyring import INVESTIGATOR, OFFLINE, REVIEWER, SUPERVISOR
from crypto.members import Keyfile, seal_keyfile
from crypto.posts import BLOCK, Post, encode_post, parse_post, parse_posted_entries
from crypto.primitives import Argon2Work, hash
from service.actions import post_entry
from service.commands.exits import REFUSED
from service.commands.panah import app
from service.passphrases import new_passphrase
from tests.api.conftest import Server
from tests.api.room import CASES, keyfile_of
from tests.api.stored import is_problem
from tests.world import Desk, Person, Submitter, World, new_person

pytestmark = pytest.mark.parametrize("shared", ["sqlite"], indirect=True, scope="module")
run = CliRunner().invoke


def offline_person() -> Person:
    one = new_person(REVIEWER, "abroad")
    return Person(one.id, one.role, one.group, one.signing_seed, one.kem_seed, OFFLINE)


@pytest.fixture(scope="module")
def world() -> World:
    made = World()
    made.people += [offline_person(), offline_person()]
    return made


class Carried:
    """A case from the offline form, exported by a reviewer who cannot open it."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self.folder, self.world = server, folder, server.world
        self.offline = [one for one in self.world.people if one.flags]
        self.online = [one for one in self.world.of(REVIEWER) if not one.flags]
        sealed = Submitter(self.world).seal("дар шуъба заданд", to=self.offline)
        assert server.send(sealed).status_code == 204
        self.desk = Desk(self.world, self.offline[0], [sealed])
        self.staff = server.staff(self.online[0])
        self.path = f"{CASES}/{self.desk.first.cid.hex()}"
        (folder / "case").write_bytes(self.export())

    def export(self) -> bytes:
        return self.staff.call("GET", f"{self.path}/export").content

    def pass_on(self, by: Person, name: str, *more: str) -> tuple[int, str]:
        words = new_passphrase()
        keyfile = Keyfile(by.id, by.role, by.signing_seed, by.kem_seed, self.world.first_roots, self.world.roots)
        (self.folder / "key").write_bytes(seal_keyfile(keyfile, words, Argon2Work(19456, 2, 1)))
        (self.folder / "words").write_text(words)
        key = ["--key", self.folder / "key", "--passphrase-file", self.folder / "words"]
        command = ["case", "pass", self.folder / "case", "--out", self.folder / name, *key, *more]
        done = run(app, [str(one) for one in command])
        return done.exit_code, done.output

    def opens(self, one: Person) -> bool:
        try:
            opened = open_case(keyfile_of(self.world, one), self.export(), self.world.today)
        except ProtocolError as error:
            if error.slug != "not_a_recipient":
                raise
            return False
        return "дар шуъба заданд" in opened.messages[0].account.content.answers.values()


@pytest.fixture
def carried(shared: Server, tmp_path: Path) -> Carried:
    return Carried(shared, tmp_path)


def test_readers_with_a_line_are_drawn_and_read_it_from_then_on(carried: Carried) -> None:
    assert not any(carried.opens(one) for one in carried.online)
    feared = carried.online[3]
    code, said = carried.pass_on(carried.offline[1], "post", "--leave-out", feared.id.hex(), "--why", "из формы")
    assert code == 0, said
    post = (carried.folder / "post").read_bytes()
    assert parse_signed_entry(parse_post(post).entry).kind == READERS_KEPT
    answer = carried.staff.call("POST", f"{carried.path}/entries", post)
    assert answer.status_code == 201, answer.text
    reading = [one for one in carried.online if carried.opens(one)]
    assert len(reading) == 5
    assert feared not in reading
    supervisors = [one for one in carried.world.of(SUPERVISOR) if carried.opens(one)]
    assert len(supervisors) == 1
    staff = carried.server.staff(supervisors[0])
    assert carried.desk.first.cid.hex() in [line["cid"] for line in staff.call("GET", CASES).json()["cases"]]
    assert said.count("reads it") == 6
    is_problem(carried.staff.call("POST", f"{carried.path}/entries", post), 409, "chain_moved")
    (carried.folder / "case").write_bytes(carried.export())
    code, said = carried.pass_on(carried.offline[0], "again")
    assert (code, "already" in said) == (REFUSED, True)


def test_whoever_stepped_back_is_not_drawn(carried: Carried) -> None:
    """SPEC 8.8: of the panel that is drawn whole, whoever stepped back is left out."""
    gone = carried.online[1:3]
    desk = carried.desk
    for one in gone:
        entry = Desk(carried.world, one, desk.sealed, desk.entries).entry(RECUSAL)
        answer = carried.server.staff(one).call(
            "POST", f"{carried.path}/entries", encode_post(Post(entry, b"", b"", b""))
        )
        assert answer.status_code == 201, answer.text
        desk.entries.append(entry)
    (carried.folder / "case").write_bytes(carried.export())
    code, said = carried.pass_on(carried.offline[0], "post")
    drawn = {one.pk_hash for one in parse_box(parse_post((carried.folder / "post").read_bytes()).box).recipients}
    assert (code, len(drawn) > 2) == (0, True), said
    assert not drawn & {hash(one.key.pk) for one in gone}


def test_a_reader_with_a_line_passes_nothing_on_alone(carried: Carried, shared: Server) -> None:
    me = Submitter(carried.world)
    sealed = me.seal("слово")
    assert shared.send(sealed).status_code == 204
    carried.path = f"{CASES}/{Desk(carried.world, me.readers()[0], [sealed]).first.cid.hex()}"
    (carried.folder / "case").write_bytes(carried.export())
    code, said = carried.pass_on(me.readers()[0], "post")
    assert (code, "offline forms" in said) == (REFUSED, True)
    assert not (carried.folder / "post").exists()


@pytest.mark.parametrize(
    ("reviewers", "others", "taken"),
    [(2, [SUPERVISOR], True), (1, [SUPERVISOR], False), (2, [], False), (2, [SUPERVISOR, INVESTIGATOR], False)],
)
def test_the_first_who_read_it_are_two_reviewers_and_a_supervisor(
    carried: Carried, reviewers: int, others: list[int], taken: bool
) -> None:
    """Not only by the command, which draws them."""
    world, desk, signer = carried.world, carried.desk, carried.offline[0]
    names = [*carried.online[:reviewers], *(world.of(role)[0] for role in others)]
    fields = BoxFields(world.instance, desk.first.cid, WRAP_INTAKE, Z32, signer.id, world.today, world.keyring.hash)
    pks, keys = [one.key.pk for one in names], [MessageKey(desk.first.cid, desk.opened.cek)]
    box = seal_readers(fields, signer.signing_seed, pks, keys, Words("ru", ""))
    post = encode_post(Post(desk.entry(READERS_KEPT, parse_box(box).hash), box, b"", b""))
    answer = carried.staff.call("POST", f"{carried.path}/entries", post)
    if taken:
        assert answer.status_code == 201, answer.text
    else:
        is_problem(answer, 403, "role_not_allowed")
        assert not any(carried.opens(one) for one in names[:2])


def test_what_is_carried_is_one_deed_within_its_time_and_of_the_one_who_signed(
    carried: Carried, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert carried.pass_on(carried.offline[0], "post")[0] == 0
    data = (carried.folder / "post").read_bytes()
    entries = f"{carried.path}/entries"
    opened = carried.desk.post_opened()  # of the offline reviewer, by another's session
    is_problem(carried.staff.call("POST", entries, opened), 403, "not_a_member")
    entry = parse_post(data).entry
    for told in ({"status_block": bytes(BLOCK)}, {"reply_block": bytes(BLOCK)}):  # by whom nobody could say
        is_problem(
            carried.staff.call("POST", entries, encode_post(replace(parse_post(data), **told))), 400, "malformed"
        )
    bent = data.replace(entry, entry[:-1] + bytes([entry[-1] ^ 1]))  # the last byte of the signature
    assert carried.staff.call("POST", entries, bent).status_code == 400
    later = carried.world.today + 61
    monkeypatch.setattr(post_entry, "clock", SimpleNamespace(today=lambda: later))
    is_problem(carried.staff.call("POST", entries, data), 400, "day_out_of_range")
    before = carried.world.today - 2
    monkeypatch.setattr(post_entry, "clock", SimpleNamespace(today=lambda: before))
    is_problem(carried.staff.call("POST", entries, data), 400, "day_out_of_range")
    monkeypatch.setattr(post_entry, "clock", SimpleNamespace(today=lambda: later - 1))
    assert carried.staff.call("POST", entries, data).status_code == 201
    posted = parse_posted_entries(carried.staff.call("GET", entries).content)
    assert len(posted) == 1
