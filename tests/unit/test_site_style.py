"""The pages' colours are read in bright sun: 7 to 1 for words, 3 to 1 for edges, in light and in dark."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from service.site import build

STYLE = (Path(build.__file__).parent.parent / "web" / "styles" / "style.css").read_text()
WORDS = [
    *(("ink", ground) for ground in ("ground", "paper", "shade", "alarm-ground")),
    *(("accent", ground) for ground in ("ground", "paper")),
    *(("alarm", ground) for ground in ("ground", "alarm-ground")),
    *(("soft", "ground"), ("on-accent", "accent"), ("ground", "ink")),
]
EDGES = [("line", "ground"), ("line", "paper"), ("accent", "ground"), ("focus", "ground"), ("alarm", "shade")]


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


LIGHT = tokens(STYLE.split("@media")[0])
DARK = LIGHT | tokens(STYLE.split("prefers-color-scheme: dark")[1].split("* {")[0])


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), WORDS)
def test_words_stand_out(scheme: dict[str, str], front: str, back: str) -> None:
    assert contrast(scheme[front], scheme[back]) >= 7


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), EDGES)
def test_edges_can_be_seen(scheme: dict[str, str], front: str, back: str) -> None:
    assert contrast(scheme[front], scheme[back]) >= 3


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_focus_shows_on_any_ground(scheme: dict[str, str]) -> None:
    for ground in ("ground", "paper", "shade", "accent", "ink"):
        assert max(contrast(scheme[ring], scheme[ground]) for ring in ("focus", "halo")) >= 3, ground


def test_no_motion_and_no_letters_from_elsewhere() -> None:
    assert "transition" not in STYLE
    assert "url(" not in STYLE
    assert "@font-face" not in STYLE
    assert "@import" not in STYLE
    assert re.findall(r"animation: (?!late 0s|none)", STYLE) == []
