"""`panah site build`: what was interrupted leaves the pages, what the operator wrote stays, foreign folders too."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

import service.site
from service import clock
from service.commands.exits import INTERRUPTED, OUT_OF_DATE, REFUSED
from service.commands.panah import app
from service.instance import read_instance
from tests.world import World

run = CliRunner().invoke


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_interrupted_build_leaves_the_pages_and_what_the_operator_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    World().write_instance(tmp_path)
    instance, site = tmp_path / "instance", tmp_path / "site"
    (site / "manifest.json").write_text("{}")
    with (instance / "instance.toml").open("a") as file:
        file.write("# agreed with the board on 3 March\n")
    (instance / "build").write_text("20000\n")
    before = files(site), (instance / "instance.toml").read_bytes()

    def interrupted(_: Path, out: Path) -> None:
        out.mkdir()
        (out / "index.html").write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(service.site, "build_site", interrupted)
    done = run(app, ["site", "build", "--today", str(instance), str(site)])
    assert done.exit_code == INTERRUPTED
    assert (files(site), (instance / "instance.toml").read_bytes()) == before
    assert read_instance(instance).build_day == clock.today()
    assert not list(tmp_path.glob(".*.part"))


def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    World().write_instance(tmp_path)
    other = tmp_path / "other"
    other.mkdir()
    (other / "manifest.json").write_text("{}")  # many programs have one
    done = run(app, ["site", "build", str(tmp_path / "instance"), str(other)])
    assert done.exit_code == REFUSED, done.output
    assert [path.name for path in other.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize("days", [-3, 400])
def test_a_clock_that_is_off_does_not_become_the_day_of_the_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    World().write_instance(tmp_path)
    before, today = files(tmp_path), clock.today()
    monkeypatch.setattr(clock, "today", lambda: today + days)
    done = run(app, ["site", "build", "--today", str(tmp_path / "instance"), str(tmp_path / "site")])
    assert (done.exit_code, "set the clock" in done.output) == (OUT_OF_DATE, True), done.output
    assert files(tmp_path) == before
