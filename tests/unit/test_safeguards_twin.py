"""The browser's twin of the safeguards says what the Python says: on the table, and on cases that nobody thought of."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from intake_forms.approx import BadTime, parse_time, span_of
from intake_forms.countries import compiled
from intake_forms.safeguards import assess
from tests.bundles import run_bundle
from tests.unit.test_safeguards import COUNTRIES, FIXTURES, TABLE, check

# What the answers of a drawn case are made of: some that fit, some that do not.
CHOICES = {
    "country": ["KZ", "KG", "TJ", "UZ", "dont_know", "constructor"],
    "episode.1.country": ["KZ", "TJ"],
    "region": ["KZ-47", "KZ-75", "TJ-DU", "toString"],
    "v_age_band": ["u14", "14-17", "25-34", "prefer_not"],
    "charge_category": ["property", "drugs", "security_terror", "none_given"],
    "judge_how": ["in_person", "not_yet", "never"],
    "lawyer_got": ["no", "chosen", "refused_entry"],
    "family_told": ["no", "by_police", "by_chance"],
    "questioned_without": ["yes", "no"],
    "released_how": ["bail", "still_held", "dont_know"],
    "judge_asked_legality": ["yes", "no"],
    "judge_asked_grounds": ["yes", "no"],
    "judge_asked_treatment": ["yes", "no"],
    **{f"exams.{n}.ex_type": ["admission", "transfer", "hospital"] for n in (1, 2, 10)},
    **{f"exams.{n}.ex_by": ["police_medic", "prison_medic", "independent", "unknown"] for n in (1, 2, 10)},
}
TIMED = [
    *("t_detained", "t_registered", "t_lawyer", "t_judge", "t_family", "t_released"),
    *("moved.1.moved_when", "moved.2.moved_when", "exams.1.ex_when", "exams.2.ex_when", "exams.10.ex_when"),
]
ZONES = [
    *("Asia/Almaty", "Asia/Qyzylorda", "Asia/Qostanay", "Asia/Bishkek", "Asia/Dushanbe", "Europe/Berlin"),
    *("Asia/Nowhere", "-"),
]


def drawn_time(draw: random.Random) -> str:
    """Around the night of 1 March 2024, when Kazakhstan's clocks went back."""
    if draw.random() < 0.1:
        return draw.choice(["never", "-/- - - after the snow", "", "in May"])
    day, hour, minute = draw.randint(26, 29), draw.randint(0, 23), draw.choice([0, 30, 59])
    first = f"2024-02-{day}T{hour:02}:{minute:02}"
    last = draw.choice([first, f"2024-02-{day}T23:59", "2024-03-02T01:30"])
    return f"{first}/{last} {'exact' if first == last else 'part_of_day'} {draw.choice(ZONES)}"


def drawn_case(draw: random.Random) -> dict[str, Any]:
    answers = {id: draw.choice(some) for id, some in CHOICES.items() if draw.random() < 0.5}
    answers |= {id: drawn_time(draw) for id in TIMED if draw.random() < 0.7}
    return {
        "answers": answers,
        "asked": draw.choice(["", "2024-03-04T12:00/2024-03-04T12:00 exact UTC", drawn_time(draw)]),
    }


DRAWN = [drawn_case(random.Random(seed)) for seed in range(600)]
TEXTS = [case["text"] for case in (*TABLE["times"], *TABLE["bad_times"])]


def twin(node: Path, countries: dict[str, Any], cases: list[dict[str, Any]]) -> Any:
    return run_bundle(node, "safeguards", given=json.dumps({"countries": countries, "cases": cases, "texts": TEXTS}))


@pytest.fixture(scope="module")
def of_the_table(node: Path) -> Any:
    return twin(node, TABLE["countries"], TABLE["cases"])


@pytest.mark.parametrize("index", range(len(TABLE["cases"])), ids=[case["name"] for case in TABLE["cases"]])
def test_a_case_of_the_table_in_the_browsers_twin(of_the_table: Any, index: int) -> None:
    case = TABLE["cases"][index]
    check(case, of_the_table["cases"][index])
    assert of_the_table["cases"][index] == as_json(assess(case["answers"], FIXTURES, case["asked"]))


def test_both_read_the_same_times(of_the_table: Any) -> None:
    for text, theirs in zip(TEXTS, of_the_table["texts"], strict=True):
        try:
            time = parse_time(text)
        except BadTime:
            assert theirs is None, text
            continue
        assert theirs == as_json({"written": str(time), "span": span_of(time)}), text


def test_both_say_the_same_of_drawn_cases_under_the_real_profiles(node: Path) -> None:
    found = twin(node, compiled(COUNTRIES), DRAWN)["cases"]
    verdicts = set()
    for case, theirs in zip(DRAWN, found, strict=True):
        assert theirs == as_json(assess(case["answers"], COUNTRIES, case["asked"])), case
        verdicts |= {one["verdict"] for one in theirs["findings"]}
    assert verdicts == {"breach", "met", "possible", "unknown", "inconsistent"}  # the drawing reaches them all


def test_a_date_changed_in_the_facts_changes_what_both_say(node: Path) -> None:
    answers = {
        "country": "TJ",
        "t_detained": "2026-05-01T10:00/2026-05-01T10:00 exact Asia/Dushanbe",
        "t_judge": "2026-05-03T22:00/2026-05-03T22:00 exact Asia/Dushanbe",
    }
    tajikistan = COUNTRIES["TJ"]
    [old] = [limit for limit in tajikistan.limits if limit.rule == "late_judge_law"]
    assert old.hours == 72
    new = (replace(old, until="2026-04-30"), replace(old, hours=48, first="2026-05-01"))
    changed = COUNTRIES | {"TJ": replace(tajikistan, limits=new)}
    for countries, expected in ((COUNTRIES, "met"), (changed, "breach")):
        ours = as_json(assess(answers, countries, ""))
        [theirs] = twin(node, compiled(countries), [{"answers": answers, "asked": ""}])["cases"]
        assert (verdict(ours), verdict(theirs)) == (expected, expected)


def verdict(found: Any) -> str:
    return next(str(one["verdict"]) for one in found["findings"] if one["rule"] == "late_judge_law")


def as_json(value: Any) -> Any:
    """As it looks after the wire: tuples are lists."""
    return json.loads(json.dumps(asdict(value) if hasattr(value, "__dataclass_fields__") else value))
