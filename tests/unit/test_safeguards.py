"""The safeguards of the first hours: the table of tests/vectors/safeguards.json, and what holds of all cases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake_forms.approx import ApproxTime, BadTime, Precision, parse_time, span_of
from intake_forms.countries import Condition, Country, Examiner, Limit, Limitation, read_countries
from intake_forms.safeguards import Finding, assess

ROOT = Path(__file__).resolve().parent.parent.parent
TABLE = json.loads((ROOT / "tests" / "vectors" / "safeguards.json").read_text("utf-8"))
COUNTRIES = read_countries()
ZONES = (
    "Asia/Bishkek",
    "Asia/Dushanbe",
    "Asia/Almaty",
    "Asia/Qyzylorda",
    "Asia/Qostanay",
    "Asia/Aqtau",
    "Europe/Berlin",
)


def country(fact: Mapping[str, Any]) -> Country:
    limits = [{**one, "when": [_tuples(Condition, condition) for condition in one["when"]]} for one in fact["limits"]]
    return Country(
        id=fact["id"],
        name="",
        opcat=(),
        limitation=tuple(Limitation(**one) for one in fact["limitation"]),
        limits=tuple(_tuples(Limit, one) for one in limits),
        bodies=(),
        coverage=(),
        examiners=tuple(Examiner(**one) for one in fact["examiners"]),
        zones=fact["zones"],
    )


def _tuples(kind: Any, fact: Mapping[str, Any]) -> Any:
    return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in fact.items()})


FIXTURES = {id: country(fact) for id, fact in TABLE["countries"].items()}


def key(finding: Mapping[str, Any]) -> str:
    return f"{finding['basis']} {finding['rule']} {finding['row']}".strip()


def check(case: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """What the table says of the case stands in what was found: {"findings": [..], ..} as JSON has it."""
    expect = case["expect"]
    findings = {key(one): one for one in found["findings"]}
    assert len(findings) == len(found["findings"])
    for name, (verdict, least, most, *alert) in expect["findings"].items():
        one = findings[name]
        assert (one["verdict"], one["least"], one["most"]) == (verdict, least, most), name
        assert not alert or one["alert"] is alert[0], name
    for name, limits in expect.get("limits", {}).items():
        assert list(findings[name]["limits"]) == limits, name
    if "incommunicado" in expect:
        measure = found["incommunicado"]
        assert [measure["verdict"], measure["least"], measure["most"]] == expect["incommunicado"]
    if "limitation" in expect:
        assert found["limitation"]["status"] == expect["limitation"]
    if "examiners" in expect:
        assert [[one["row"], one["examiner"], one["detaining"]] for one in found["examiners"]] == expect["examiners"]


def named(cases: list[dict[str, Any]]) -> dict[str, Any]:
    return {"argvalues": cases, "ids": [case["name"] for case in cases]}


@pytest.mark.parametrize("case", **named(TABLE["cases"]))
def test_a_case_of_the_table(case: dict[str, Any]) -> None:
    check(case, asdict(assess(case["answers"], FIXTURES, case["asked"])))


@pytest.mark.parametrize("case", **named(TABLE["times"]))
def test_a_time_of_the_table_is_read_and_written_back(case: dict[str, Any]) -> None:
    time = parse_time(case["text"])
    assert str(time) == case["text"]
    span = span_of(time)
    assert (list(span) if span else None) == case["span"]


@pytest.mark.parametrize("case", **named(TABLE["bad_times"]))
def test_a_text_that_is_no_time_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(BadTime):
        parse_time(case["text"])


# 1970-01-02 to 2099: what both zoneinfo and a wall clock know
MINUTES = st.integers(1440, 68_000_000)
PRECISIONS: st.SearchStrategy[Precision] = st.sampled_from(list(get_args(Precision))[1:])


@st.composite
def times(draw: st.DrawFn, near: int = 29_600_000, within: int = 6000, zone: str = "") -> ApproxTime:
    """Around May 2026, so that times of one case lie hours apart."""
    earliest = near + draw(st.integers(-within, within))
    width = draw(st.sampled_from([0, 0, 59, 360, 1439, 10_079]))
    precision: Precision = "exact" if width == 0 else draw(PRECISIONS)
    zones = st.sampled_from([zone]) if zone else st.sampled_from([*ZONES, None])
    return ApproxTime(earliest, earliest + width, precision, draw(zones))


@given(MINUTES, st.sampled_from(ZONES))
def test_a_spans_minutes_are_those_of_zoneinfo(local: int, zone: str) -> None:
    wall = datetime(1970, 1, 1) + timedelta(minutes=local)  # noqa: DTZ001
    both = [wall.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)]
    minutes = sorted(int(one.timestamp()) // 60 for one in both)
    assert span_of(ApproxTime(local, local, "exact", zone)) == tuple(minutes)


@given(times(), times())
def test_least_is_never_above_most(detained: ApproxTime, judge: ApproxTime) -> None:
    one = finding({"t_detained": str(detained), "t_judge": str(judge)})
    assert one.verdict in ("breach", "met", "possible", "inconsistent")
    if one.verdict != "inconsistent":
        assert one.least is not None and one.most is not None and 0 <= one.least <= one.most


@given(times(), times(), st.integers(0, 3000), st.integers(0, 3000))
def test_knowing_less_never_makes_a_finding_surer(detained: ApproxTime, judge: ApproxTime, a: int, b: int) -> None:
    narrow = finding({"t_detained": str(detained), "t_judge": str(judge)})
    for wider in (
        {"t_detained": str(widened(detained, a, b)), "t_judge": str(judge)},
        {"t_detained": str(detained), "t_judge": str(widened(judge, a, b))},
    ):
        wide = finding(wider)
        if narrow.verdict == "inconsistent":
            continue
        assert wide.verdict in (narrow.verdict, "possible")
        assert wide.least is not None and narrow.least is not None and wide.least <= narrow.least
        assert wide.most is not None and narrow.most is not None and wide.most >= narrow.most


@given(times(zone="Asia/Bishkek"), times(zone="Asia/Bishkek"), st.integers(-6_000_000, 6_000_000))
def test_the_same_shift_of_all_times_changes_nothing(detained: ApproxTime, judge: ApproxTime, by: int) -> None:
    before = finding({"t_detained": str(detained), "t_judge": str(judge)})
    after = finding({"t_detained": str(shifted(detained, by)), "t_judge": str(shifted(judge, by))})
    assert before == after


@given(times(), times())
def test_a_law_of_more_hours_is_never_breached_before_the_standard(detained: ApproxTime, judge: ApproxTime) -> None:
    answers = {"country": "TJ", "t_detained": str(detained), "t_judge": str(judge)}
    standard, law = finding(answers), finding(answers, "law late_judge_law")
    assert not (law.verdict == "breach" and standard.verdict != "breach")
    assert not (standard.verdict == "met" and law.verdict != "met")


@given(st.text())
def test_any_text_is_a_time_or_refused(text: str) -> None:
    try:
        time = parse_time(text)
    except BadTime:
        return
    assert parse_time(str(time)) == time


def finding(answers: dict[str, str], name: str = "standard late_judge_std") -> Finding:
    findings = assess(answers, COUNTRIES, "").findings
    return next(one for one in findings if key(asdict(one)) == name)


def widened(time: ApproxTime, before: int, after: int) -> ApproxTime:
    assert time.earliest is not None and time.latest is not None
    return ApproxTime(time.earliest - before, time.latest + after, "week", time.zone)


def shifted(time: ApproxTime, by: int) -> ApproxTime:
    assert time.earliest is not None and time.latest is not None
    return ApproxTime(time.earliest + by, time.latest + by, time.precision, time.zone)
