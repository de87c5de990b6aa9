"""What members declare: written down as TOML, sealed at the ceremony, and read by reviewers and supervisors alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crypto.conflict import Implicated, conflicts, open_declarations, parse_declaration, vetting_hash
from crypto.encoding import NEVER, Z32
from crypto.keyring import parse_keyring_body
from crypto.members import open_keyfile
from crypto.primitives import kem_keypair
from service import clock
from service.ceremony import Ceremony as CeremonyFile
from service.commands.exits import REFUSED, UNREADABLE, USAGE
from service.instance import read_annexes, read_keyring
from service.keyrings import Keyrings
from tests.ceremony import Ceremony

TOLD = """
names = ["Иванова", "Petrosyan"]
regions = ["KZ-75"]
languages = ["ru", "ug", "uz-Cyrl", "fa-AF", "ru"]

[[posts]]
agency = "KZ_mia_police"
unit = "РОВД Медеуский"
first = 2012-03-01
last = 2024-12-31

[[posts]]
agency = "KZ_health"
first = 2025-01-01
"""


def declare(made: Ceremony, member: str, told: str = TOLD, code: int = 0, *more: object) -> Path:
    source, to = made.folder / f"{member}.toml", made.folder / "declarations" / f"{member}.declaration"
    to.parent.mkdir(exist_ok=True)
    source.write_text(told)
    made.run(
        *("keys", "declare", source, "--instance", made.instance, "--member", member, "--out", to, *more), code=code
    )
    return to


def members(made: Ceremony) -> dict[str, str]:
    """By id, what they do."""
    said = made.run("keyring", "members", "--instance", made.instance)
    return dict(re.findall(r"^([0-9a-f]{32})  (\w+)", said, re.MULTILINE))


def next_keyring(made: Ceremony, *more: object, code: int = 0) -> Path:
    passed = made.folder / "server" / "next.ceremony"
    made.run("keyring", "renew", passed, "--instance", made.instance, *more, code=code)
    return passed


def test_a_declaration_holds_no_name_and_its_hash_alone_is_public(published: Ceremony) -> None:
    member = next(iter(members(published)))
    record = published.folder / "vetting.txt"
    record.write_text("проверено двумя организациями")
    to = declare(published, member, TOLD, 0, "--vetting", record)
    assert to.stat().st_mode & 0o077 == 0
    data = to.read_bytes()
    for word in ("Иванов", "Ivanov", "ivanov", "Медеу", "medeu", "проверено"):
        assert word.encode() not in data
    instance = Keyrings(published.instance).id
    found = parse_declaration(instance, data)
    assert found.vetting == vetting_hash(found.salt, record.read_bytes()) != Z32
    posts = {(post.agency, post.last == NEVER) for post in found.posts}
    assert posts == {("KZ_mia_police", False), ("KZ_health", True)}
    assert found.languages == ("fa-AF", "ru", "ug", "uz-Cyrl")
    assert conflicts(found, Implicated(names=["Иванов"]), clock.today()) == ["name"]

    def said(*more: object, code: int = 0) -> str:
        return published.run("keys", "inspect", to, *more, code=code)

    for line in ("KZ_mia_police, a unit, 2012-03-01 to 2024-12-31", "KZ_health, 2025-01-01 to now", found.hash.hex()):
        assert line in said()
    assert "its record is this one" in said("--vetting", record)
    record.write_text("проверено одной организацией")
    assert "this is not the vetting record" in said("--vetting", record, code=REFUSED)
    without = declare(published, list(members(published))[1])
    assert "there is no vetting record" in published.run(
        *("keys", "inspect", without, "--vetting", record), code=REFUSED
    )


@pytest.mark.parametrize(
    ("told", "says"),
    [
        ("names = [", "this is not TOML"),
        ('names = "x"', "names is a list of texts"),
        ('names = ["12"]', "number 1, has no letters"),
        ('nmaes = ["x"]', "only languages, names, posts, regions are known"),
        ('regions = ["Алматы"]', "regions: number 1 is no code of ours"),
        ('[[posts]]\nagency = "KZ_nobody"\nfirst = 2020-01-01', "posts, number 1: number 1 is no code"),
        ('[[posts]]\nagency = "KZ_knb"\nfirst = "2020"', "a day is written"),
        ('[[posts]]\nagency = "KZ_knb"\nfirst = 2020-01-02\nlast = 2020-01-01', "it ends before it begins"),
        ("[[posts]]\nfirst = 2020-01-02", "agency and unit are texts"),
        ('languages = ["kz"]', "languages, number 1: only ru, kk"),
        ('languages = ["ru", "other"]', "languages, number 2: only ru, kk, ky, tg, uz-Latn, uz-Cyrl, en, uz, ug, dng"),
        ("posts = 1", "posts are written as [[posts]]"),
    ],
)
def test_what_cannot_be_compared_is_told_with_its_place(published: Ceremony, told: str, says: str) -> None:
    to = declare(published, next(iter(members(published))), told, UNREADABLE)
    assert not to.exists()
    source = to.parent.parent / f"{to.stem}.toml"
    said = published.run(
        *("keys", "declare", source, "--instance", published.instance, "--member", to.stem, "--out", to),
        code=UNREADABLE,
    )
    assert says in said
    assert "Алматы" not in said


def test_reviewers_read_what_all_declared_after_the_ceremony(published: Ceremony) -> None:
    known = members(published)
    for member in known:
        declare(published, member)
    folder = published.folder / "declarations"
    said = published.run(
        "keyring",
        "renew",
        published.folder / "server" / "n.ceremony",
        "--instance",
        published.instance,
        "--declarations",
        folder,
    )
    assert f"declared        {len(known)} of {len(known)}" in said
    passed = published.folder / "server" / "n.ceremony"
    published.sign(passed, 0, 1, 2)
    published.publish(passed)
    instance = Keyrings(published.instance).id
    body = parse_keyring_body(CeremonyFile.parse(passed.read_bytes()).subject)
    annexes = read_annexes(published.instance, 2)
    assert Keyrings(published.instance).newest.annexes == annexes
    for word in ("Иванов", "KZ_mia_police", "KZ-75"):
        assert word.encode() not in annexes + read_keyring(published.instance, 2)[0]
    for name, role in (("reviewer-0", "reviewer"), ("custodian-0", "custodian")):
        key = next((published.folder / name).glob("*.panahkey"))
        words = (published.folder / name / "passphrase").read_text()
        opened = open_keyfile(key.read_bytes(), words, instance)
        kem = kem_keypair(opened.kem_seed)
        if role == "reviewer":
            assert len(open_declarations(instance, annexes, kem, body.members)) == len(known)
        else:
            with pytest.raises(Exception, match="not_a_recipient"):
                open_declarations(instance, annexes, kem, body.members)
    # nobody new reads, nothing new is said: the next one needs no folder
    later = published.folder / "server" / "later.ceremony"
    published.run("keyring", "renew", later, "--instance", published.instance)
    assert CeremonyFile.parse(later.read_bytes()).annexes == annexes


def test_a_declaration_that_is_not_in_the_folder_is_missed(published: Ceremony) -> None:
    known = list(members(published))
    for member in known:
        declare(published, member)
    folder = published.folder / "declarations"
    passed = next_keyring(published, "--declarations", folder)
    published.sign(passed, 0, 1, 2)
    published.publish(passed)
    (folder / f"{known[0]}.declaration").unlink()
    third = published.folder / "server" / "third.ceremony"
    said = published.run(
        "keyring", "renew", third, "--instance", published.instance, "--declarations", folder, code=REFUSED
    )
    assert f"the declaration of member {known[0]}" in said.replace("\n", " ")
    (folder / "again.declaration").write_bytes((folder / f"{known[1]}.declaration").read_bytes())
    published.run("keyring", "renew", third, "--instance", published.instance, "--declarations", folder, code=USAGE)


def test_a_wrong_folder_or_a_mistyped_id_does_not_leave_somebody_undeclared(published: Ceremony) -> None:
    passed, folder = published.folder / "server" / "n.ceremony", published.folder / "declarations"
    options = ("keyring", "renew", passed, "--instance", published.instance, "--declarations", folder)
    assert "holds no .declaration file" in published.run(*options, code=USAGE)
    declare(published, "0123456789abcdef" * 2)
    assert "0123456789abcdef, who is no member" in published.run(*options, code=REFUSED)
    assert not passed.exists()


def test_a_ceremony_file_sealed_to_others_is_not_signed(published: Ceremony) -> None:
    from dataclasses import replace

    from crypto.conflict import seal_declarations
    from crypto.primitives import KemKey

    for member in members(published):
        declare(published, member)
    passed = next_keyring(published, "--declarations", published.folder / "declarations")
    made = CeremonyFile.parse(passed.read_bytes())
    stranger: KemKey = kem_keypair(b"s" * 32)
    instance = Keyrings(published.instance).id
    for bent in (replace(made, annexes=seal_declarations(instance, [stranger.pk], [])), replace(made, annexes=b"")):
        passed.write_bytes(bent.encode())
        assert "declarations" in published.run("keyring", "show", passed, code=REFUSED)
