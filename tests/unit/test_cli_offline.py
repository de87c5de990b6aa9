"""`panah forms offline|sign|verify`: one file with all that is needed, and trustees who vouch for it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from crypto.encoding import Z32
from crypto.enrolment import encode_kem_keys, parse_kem_keys
from crypto.keyring import CUSTODIAN, OFFLINE, REVIEWER, encode_keyring
from service import clock
from service.commands.exits import REFUSED, UNREADABLE
from service.commands.panah import app
from service.demo import make_demo
from service.instance import LANGUAGES, write_keyring
from service.keyrings import Keyrings
from service.site.offline import ENOUGH, NotOffline, render_offline
from tests.world import GROUPS, Person, World, new_person

run = CliRunner().invoke
PACKED = 200_000  # bytes, gzip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("offline") / "data"
    make_demo(data, 8000, clock.today())
    return data


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "data"))


def held_in(html: bytes) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="held">(.*?)</script>', html.decode(), re.DOTALL)
    assert found
    held: dict[str, Any] = json.loads(found[1])
    return held


@pytest.mark.parametrize("copying", [False, True])
@pytest.mark.parametrize("code", LANGUAGES)
def test_all_forms_of_a_language_are_in_one_file_that_fits_a_card(made: Path, code: str, copying: bool) -> None:
    page = render_offline(made / "instance", code, copying=copying)
    assert len(page.html) <= ENOUGH
    assert len(gzip.compress(page.html, 9)) <= PACKED
    assert set(held_in(page.html)["forms"]) >= {"main", "minute", "reprisal", "return", "conditions", "missing"}
    assert f'<html lang="{code}"'.encode() in page.html
    assert page == render_offline(made / "instance", code, copying=copying)


def test_it_asks_for_nothing_and_runs_nothing_but_its_own_script(made: Path) -> None:
    html = render_offline(made / "instance", "ru").html.decode()
    assert "@@" not in re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    links = re.findall(r'<(?:link|img|script|iframe|a)[^>]*\b(?:src|href)="([^"]*)"', html)
    assert set(links) <= {"https://weather.com"} | {re.search(r'id="away" href="([^"]*)"', html)[1]}  # type: ignore[index]
    script = re.search(r"<script>(.*?)</script>", html, re.DOTALL)
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert script and style
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)
    assert policy
    for text in (script[1], style[1]):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1].replace("&#39;", "'")
    assert "connect-src" not in policy[1] and policy[1].startswith("default-src")


def with_offline(folder: Path) -> tuple[World, list[Person]]:
    """An instance whose keyring has two reviewers and a custodian with the offline flag."""
    world = World()
    away = [new_person(REVIEWER, "abroad"), new_person(REVIEWER, "abroad"), new_person(CUSTODIAN)]
    world.write_instance(folder)
    body = encode_keyring(
        instance=world.instance,
        version=1,
        not_before=world.keyring.not_before,
        expires=world.keyring.expires,
        prev=Z32,
        roots_hash=world.roots.hash,
        policy=world.keyring.policy,
        groups=GROUPS,
        members=[*world.keyring.members, *(replace(one.listed(world.today), flags=OFFLINE) for one in away)],
        formers=[],
    )
    keys = [one.key.pk for one in [*world.people, *away]]
    write_keyring(folder / "instance", 1, world.signed(body), encode_kem_keys(world.instance, keys))
    return world, away


def test_with_offline_members_their_keys_alone_are_in_it_and_no_page_of_the_site_asks_for_them(tmp_path: Path) -> None:
    world, away = with_offline(tmp_path)
    page = render_offline(tmp_path / "instance", "ru")
    assert page.cards
    assert page.readers == 3
    keys = parse_kem_keys(world.instance, base64.b64decode(held_in(page.html)["kem"]))
    assert set(keys.values()) == {one.key.pk for one in away}
    served = parse_kem_keys(world.instance, Keyrings(tmp_path / "instance").newest.intake_kem.plain)
    assert not set(served.values()) & set(keys.values())


def test_without_a_custodian_no_page_is_made(tmp_path: Path) -> None:
    world = World(people=[new_person(REVIEWER, "abroad") for _ in range(4)])
    world.write_instance(tmp_path)
    with pytest.raises(NotOffline):
        render_offline(tmp_path / "instance", "ru")
    done = run(app, ["forms", "offline", str(tmp_path / "instance"), "ru", str(tmp_path / "ru.html")])
    assert done.exit_code == REFUSED
    assert not (tmp_path / "ru.html").exists()


def signed_by(data: Path, page: Path, *letters: str, code: int = 0) -> str:
    said = ""
    phrases = dict(
        line.split("\t") for line in (data / "demo/passphrases.txt").read_text().splitlines() if "\t" in line
    )
    for letter in letters:
        name = f"roots/{letter}.panahroot"
        (data / "phrase").write_text(phrases[name])
        arguments = ["--key", str(data / "demo" / name), "--passphrase-file", str(data / "phrase")]
        done = run(app, ["forms", "sign", str(data / "instance"), str(page), *arguments])
        assert done.exit_code == code, done.output
        said = done.output
    return said


@pytest.fixture
def page(data: Path) -> Path:
    path = data / "kk.html"
    done = run(app, ["forms", "offline", str(data / "instance"), "kk", str(path)])
    assert done.exit_code == 0, done.output
    assert hashlib.sha256(path.read_bytes()).hexdigest() in done.output.replace("\n", "")
    return path


def check(place: Path, page: Path) -> tuple[int, str]:
    done = run(app, ["forms", "verify", str(place), str(page)])
    return done.exit_code, done.output


def test_three_of_five_trustees_vouch_for_exactly_these_bytes(data: Path, page: Path) -> None:
    assert check(data / "instance", page)[0] == UNREADABLE  # nobody signed yet
    signed_by(data, page, "a", "b", "b")
    code, said = check(data / "instance", page)
    assert (code, "[threshold_not_reached]" in said) == (REFUSED, True)
    assert "3 of 3 needed" in signed_by(data, page, "e")
    for place in (data / "instance", data / "instance" / "first-roots.bin"):
        assert check(place, page)[0] == 0, place
    page.write_bytes(page.read_bytes().replace(b"<body>", b"<body >", 1))
    code, said = check(data / "instance", page)
    assert (code, "[hash_mismatch]" in said) == (REFUSED, True)


def test_the_page_for_papers_is_made_anew_as_such_before_it_is_signed(data: Path) -> None:
    page = data / "papers.html"
    assert run(app, ["forms", "offline", str(data / "instance"), "kk", str(page), "--papers"]).exit_code == 0
    assert page.read_bytes() == render_offline(data / "instance", "kk", copying=True).html
    signed_by(data, page, "a", "b", "c")
    assert check(data / "instance", page)[0] == 0


def test_a_trustee_signs_no_page_that_differs_by_a_byte(data: Path, page: Path) -> None:
    page.write_bytes(page.read_bytes().replace(b"default-src", b"default-srx", 1))
    signed_by(data, page, "a", code=REFUSED)
    assert not page.with_name("kk.html.signatures").exists()


def test_signatures_of_another_instance_count_for_nothing(data: Path, page: Path, tmp_path: Path) -> None:
    signed_by(data, page, "a", "b", "c")
    other = World()
    other.write_instance(tmp_path / "other")
    assert "[wrong_instance]" in check(tmp_path / "other" / "instance", page)[1]
    theirs = tmp_path / "theirs.html"
    settings = tmp_path / "other" / "instance"
    assert run(app, ["forms", "offline", str(settings), "ru", str(theirs)]).exit_code == 0
    key = str(data / "demo/roots/a.panahroot")
    done = run(app, ["forms", "sign", str(settings), str(theirs), "--key", key])  # before seven words are asked for
    assert (done.exit_code, "not one of the instance's" in done.output) == (REFUSED, True), done.output


def test_what_is_there_is_never_written_over(data: Path, page: Path) -> None:
    before = page.read_bytes()
    assert run(app, ["forms", "offline", str(data / "instance"), "ru", str(page)]).exit_code == REFUSED
    assert page.read_bytes() == before
    assert run(app, ["forms", "offline", str(data / "instance"), "fr", str(data / "fr.html")]).exit_code == REFUSED
