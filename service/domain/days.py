"""How far a signed day may be from the server's (SPEC 8.5: within one), and what is promised to a person."""

from __future__ import annotations

DAY_TOLERANCE = 1  # a browser west or east of UTC is up to a day off
CARRIED_DAYS = 60  # what was signed without a line travels on a card, sometimes over a border


def is_plausible(day: int, today: int) -> bool:
    return abs(day - today) <= DAY_TOLERANCE


def is_carried_in_time(day: int, today: int) -> bool:
    return -CARRIED_DAYS <= day - today <= DAY_TOLERANCE
