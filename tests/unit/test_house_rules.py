"""The house's rules are lint; here the lint itself is tried, and what no linter knows is checked."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent

BANNED_EVERYWHERE = {
    "element.innerHTML = text;": "textContent",
    "element.outerHTML = text;": "textContent",
    "element.insertAdjacentHTML('beforeend', text);": "textContent",
    "document.write(text);": "textContent",
    "eval(text);": "write a function",
    "new Function(text);": "write a function",
    "localStorage.setItem('a', text);": "in memory",
    "window.sessionStorage.setItem('a', text);": "in memory",
    "indexedDB.open(text);": "in memory",
    "document.cookie = text;": "in memory",
    "navigator.serviceWorker.register(text);": "outlives the visit",
    "console.log(text);": "a person's words",
    "Math.random();": "randomBytes",
}
BANNED_IN_CRYPTO = {
    "fetch(text);": "bytes",
    "document.title = text;": "bytes",
    "window.name = text;": "bytes",
    "new Worker(text);": "bytes",
    "import { x } from '../../service/web/src/x.js'; x();": "@noble and itself",
    "import { x } from '@noble/hashes/sha2.js'; x();": "only crypto/ts/primitives",
}
BANNED_IN_PAGES = {
    "fetch(text);": "ask the server",
    "new XMLHttpRequest();": "ask the server",
    "import { html } from 'lit-html'; html();": "no framework",
    "import { hash } from '@noble/hashes/sha2.js'; hash();": "pages know crypto/ts",
}


def eslint(node: Path, as_if: str, source: str) -> dict[int, str]:
    """What eslint says of `source` were it the file `as_if`: line -> messages."""
    done = subprocess.run(
        [str(node), "node_modules/eslint/bin/eslint.js", "--stdin", "--stdin-filename", as_if, "--format=json"],
        cwd=ROOT,
        input=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("["), done.stderr
    said: dict[int, str] = {}
    for message in json.loads(done.stdout)[0]["messages"]:
        said[message["line"]] = said.get(message["line"], "") + message["message"] + "\n"
    return said


@pytest.mark.parametrize(
    ("as_if", "banned"),
    [
        ("service/web/src/planted.ts", BANNED_EVERYWHERE | BANNED_IN_PAGES),
        ("crypto/ts/planted.ts", BANNED_EVERYWHERE | BANNED_IN_CRYPTO),
    ],
)
def test_eslint_refuses_what_is_banned_and_names_the_right_way(node: Path, as_if: str, banned: dict[str, str]) -> None:
    said = eslint(node, as_if, "\n".join(banned))
    for line, (statement, right_way) in enumerate(banned.items(), start=1):
        assert right_way in said.get(line, ""), f"{statement}: eslint says {said.get(line)!r}"


def test_eslint_lets_good_code_pass(node: Path) -> None:
    assert eslint(node, "crypto/ts/planted.ts", "export const double = (n: number): number => n * 2;\n") == {}


def markup() -> list[tuple[str, str]]:
    """Every start tag of a field or a form in templates and in lit-html, with where it stands."""
    web = ROOT / "service" / "web"
    found = []
    for path in sorted([*web.glob("templates/**/*.html"), *web.glob("src/**/*.ts")]):
        for tag in re.finditer(r"<(?:input|textarea|form)\b(?:[^>{$]|\{[^}]*\}+|\$\{[^}]*\})*>", path.read_text()):
            line = path.read_text()[: tag.start()].count("\n") + 1
            found.append((f"{path.relative_to(ROOT)}:{line}", tag[0]))
    return found


NOT_TYPED_INTO = re.compile(r'type="?(?:checkbox|radio|file|submit|button|reset|image)\b')


def test_no_field_lets_the_browser_remember_what_was_typed() -> None:
    forgetful = [
        f"{where}: {tag}"
        for where, tag in markup()
        if 'autocomplete="off"' not in tag and not NOT_TYPED_INTO.search(tag)
    ]
    assert not forgetful, 'say autocomplete="off"'


def test_locks_hold_hashes_and_no_address() -> None:
    for lock in (ROOT / "locks").glob("*.lock"):
        text = lock.read_text()
        assert "://" not in text, lock.name
        assert text.count("==") <= text.count("--hash=sha256:"), lock.name
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert name == "" or package["integrity"].startswith("sha512-"), name


def test_what_builds_the_wheel_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["build-system"]["requires"] == project["dependency-groups"]["build"]
