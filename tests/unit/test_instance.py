"""instance.toml: nonsense is refused with the place to mend, and never echoed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crypto.primitives import random_bytes
from crypto.rootfile import new_root_key
from crypto.roots import encode_first_roots, encode_root_set
from service.instance import (
    DEMO_MARK,
    Instance,
    InstanceError,
    Reading,
    is_demo,
    keyring_versions,
    read_instance,
    write_instance,
    write_keyring,
    write_whole,
)


def instance(mark: str = "") -> Instance:
    roots = encode_root_set(1, 2, [new_root_key(f"Organisation {letter}{mark}")[0] for letter in "ABC"])
    first = encode_first_roots(roots, random_bytes(32))
    return Instance(
        name='Паноҳ "shelter" \\ one',
        demo=False,
        origins=("https://panah.example", "http://" + "a" * 56 + ".onion"),
        onion="http://" + "a" * 56 + ".onion",
        languages=("ru", "tg"),
        default_language="tg",
        quick_exit="https://weather.example/",
        reading=Reading(2, 10, 6),
        build_day=20_500,
        first_roots=first.encoded,
        roots=roots.encoded,
    )


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    written = instance()
    write_instance(tmp_path, written)
    assert read_instance(tmp_path) == written


SECRET = "do-not-echo-7391"


@pytest.mark.parametrize(
    ("line", "by", "fact"),
    [
        ("name = ", f"name = {SECRET}", "not TOML"),
        ("name = ", "name = 7", "name must be a text"),
        ("name = ", 'name = ""', "name must be"),
        ("name = ", 'name = "two\\nlines"', "name must be"),
        ("demo = ", f'demo = "{SECRET}"', "demo must be true or false"),
        ("origins = ", "origins = []", "origins must name"),
        ("origins = ", f'origins = ["http://{SECRET}.example"]', "must be https"),
        ("origins = ", f'origins = ["https://{SECRET}.example/path"]', "no path"),
        ("origins = ", f'origins = ["https://{SECRET}.example:443"]', "no default port"),
        ("origins = ", f'origins = ["https://{SECRET.upper()}.example"]', "lower case"),
        ("origins = ", 'origins = ["http://127.0.0.1.evil.example"]', "must be https"),
        ("onion = ", f'onion = "http://{SECRET}.onion"', "onion must be"),
        ("languages = ", f'languages = ["{SECRET}"]', "languages must be"),
        ("languages = ", 'languages = ["ru", "ru"]', "each once"),
        ("default_language = ", 'default_language = "en"', "one of languages"),
        ("quick_exit = ", f'quick_exit = "javascript:{SECRET}"', "quick_exit"),
        ("answered_within_days = ", "answered_within_days = 0", "from 1 to 90"),
        ("answered_within_days = ", "answered_within_days = true", "from 1 to 90"),
        ("opened_within_hours = ", f"opened_within_hours = 4\n{SECRET} = 1", "mean nothing here"),
        ("onion = ", f'{SECRET} = ""', "mean nothing here"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_without_its_value(tmp_path: Path, line: str, by: str, fact: str) -> None:
    write_instance(tmp_path, instance())
    path = tmp_path / "instance.toml"
    lines = [by if one.startswith(line) else one for one in path.read_text("utf-8").splitlines()]
    path.write_text("\n".join(lines), "utf-8")
    with pytest.raises(InstanceError, match=fact) as refused:
        read_instance(tmp_path)
    assert SECRET not in str(refused.value).lower()
    assert "instance.toml" in str(refused.value)


@pytest.mark.parametrize("name", ["instance.toml", "first-roots.bin", "roots.bin", "build"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    write_instance(tmp_path, instance())
    (tmp_path / name).unlink()
    with pytest.raises(InstanceError, match=name):
        read_instance(tmp_path)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"x" * 100_000])
def test_a_settings_file_that_is_none_is_refused(tmp_path: Path, data: bytes) -> None:
    write_instance(tmp_path, instance())
    (tmp_path / "instance.toml").write_bytes(data)
    with pytest.raises(InstanceError):
        read_instance(tmp_path)


def test_a_demo_is_known_by_its_trustees_whatever_the_flag_says() -> None:
    assert is_demo(instance(f" {DEMO_MARK}"))
    assert is_demo(replace(instance(), demo=True))
    assert not is_demo(instance())


def test_a_keyring_without_its_kem_keys_does_not_count(tmp_path: Path) -> None:
    write_keyring(tmp_path, 1, b"one", b"kem")
    (tmp_path / "keyrings" / "2.bin").write_bytes(b"two")
    (tmp_path / "keyrings" / "03.bin").write_bytes(b"a copy")
    (tmp_path / "keyrings" / "03.kem").write_bytes(b"a copy")
    assert keyring_versions(tmp_path) == [1]


def test_a_file_is_whole_or_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "roots.bin"
    write_whole(path, b"old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "no space")))
    with pytest.raises(OSError, match="no space"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["roots.bin"]
