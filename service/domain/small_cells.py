"""Which numbers may be told, so that none below ten is, nor can be found by taking others from a sum that is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SMALLEST: Final = 10  # a smaller number can identify somebody

Shown = dict[str, int | None]  # by name; None stands for a number that is not told


def hide_sum(total: int) -> int | None:
    """How many there are of all: fewer than ten are as few there as in any cell, and none too."""
    return total if total >= SMALLEST else None


def hide_small(cells: Mapping[str, int], total: int | None) -> Shown:
    """Cells that each count some of `total`, where that is known elsewhere, and none twice.

    What is left when all that is told is taken from the total must be nobody or ten at least, and must not be so many
    that each that is not told can only be nine: else the smallest that could be told are not.
    """
    told = sorted((name for name, n in cells.items() if n >= SMALLEST), key=lambda name: (cells[name], name))
    while told and total is not None and _tells(total - sum(cells[name] for name in told), len(cells) - len(told)):
        del told[0]
    return {name: n if name in told else None for name, n in cells.items()}


def _tells(left: int, hidden: int) -> bool:
    return 0 < left < SMALLEST or 0 < left == hidden * (SMALLEST - 1)


def hide_parts(parts: Mapping[str, int], wholes: Mapping[str, int], told: Shown) -> Shown:
    """Of each whole a part, such as what is overdue of what is there: not told where the whole is not, nor where the
    others of the whole are few. All of a whole may be told: it says nothing of fewer than ten.
    """
    return {name: n if _may_be_told(n, wholes[name], told[name]) else None for name, n in parts.items()}


def _may_be_told(part: int, whole: int, told: int | None) -> bool:
    return told is not None and part >= SMALLEST and not 0 < whole - part < SMALLEST
