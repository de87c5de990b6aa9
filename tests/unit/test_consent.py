"""SPEC 5.13: what the person allows today, by both programs: the table of tests/vectors/consent.json, and more."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest

from crypto.entry import COPY_ANSWERED, OPENED, messages_head
from service.consent import COOLING_DAYS, DAYS, LEVELS, UN_SCOPES, Look, consents_in, looks_of
from tests.bundles import run_bundle

ROOT: Final = Path(__file__).resolve().parent.parent.parent
TABLE: Final = json.loads((ROOT / "tests" / "vectors" / "consent.json").read_text("utf-8"))
SCOPES: Final = ("court", "staff_only", *UN_SCOPES)
WORDS: Final = [*LEVELS, *LEVELS, "full"]


def answer(case: dict[str, Any]) -> dict[str, Any]:
    """In the form of the table."""
    found = consents_in(case["messages"], [Look(*one) for one in case["looks"]], case["today"])
    return {
        scope: [one.level, one.at, one.since, one.urgent, [[wait.level, wait.lacks, wait.until] for wait in one.waits]]
        for scope, one in found.items()
    }


def ask_twin(node: Path, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    given = [{**one, "messages": [list(told.items()) for told in one["messages"]]} for one in cases]
    return [dict(one) for one in run_bundle(node, "consent", given=json.dumps(given))]


def drawn_case(draw: random.Random) -> dict[str, Any]:
    """Messages, and looks of which each knows as many as the one before or more, on no earlier day."""
    messages = []
    for _ in range(draw.randint(1, 6)):
        told = {f"consent_{scope}": draw.choice(WORDS) for scope in SCOPES if draw.random() < 0.4}
        messages.append(
            told | ({"rt_consent_un_now": draw.choice(["yes", "no", "dont_know"])} if draw.random() < 0.3 else {})
        )
    counts = sorted(draw.randint(1, len(messages)) for _ in range(draw.randint(0, 6)))
    days = sorted(draw.randint(100, 120) for _ in counts)
    looks = [
        [0 if draw.random() < 0.1 else count, day, draw.random() < 0.4] for count, day in zip(counts, days, strict=True)
    ]
    return {"messages": messages, "looks": looks, "today": draw.randint(100, 130)}


DRAWN: Final = [drawn_case(random.Random(n)) for n in range(600)]


@pytest.mark.parametrize("case", TABLE, ids=[one["name"] for one in TABLE])
def test_the_table_holds(case: dict[str, Any]) -> None:
    assert answer(case) == case["consents"]


def test_the_twin_says_the_same_on_the_table_and_on_cases_that_nobody_thought_of(node: Path) -> None:
    found = ask_twin(node, [*TABLE, *DRAWN])
    assert found[: len(TABLE)] == [one["consents"] for one in TABLE]
    assert found[len(TABLE) :] == [answer(one) for one in DRAWN]
    assert {wait[1] for one in found for consent in one.values() for wait in consent[4]} == {
        "open",
        "ask",
        "days",
        "again",
    }


def rank(case: dict[str, Any], scope: str) -> int:
    found = answer(case).get(scope)
    return LEVELS.index(found[0]) if found else 0


def test_no_message_that_is_added_allows_more_at_once_but_for_somebody_who_is_about_to_be_sent_away() -> None:
    """Whoever has the code alone may add whatever they like: without a signature after it, it only takes away."""
    for case in DRAWN:
        before = {**case, "messages": case["messages"][:-1]}
        known = [look for look in case["looks"] if look[0] < len(case["messages"])]
        if not before["messages"]:
            continue
        for scope in SCOPES:
            found = answer({**case, "looks": known}).get(scope)
            if found and not found[3] and (scope != "staff_only" or answer({**before, "looks": known}).get(scope)):
                assert LEVELS.index(found[0]) <= rank({**before, "looks": known}, scope), (case, scope)


def test_a_day_that_is_told_is_the_day_from_which_it_counts() -> None:
    told = 0
    for case in DRAWN:
        for scope, found in answer(case).items():
            for level, lacks, until in found[4]:
                if lacks == DAYS:
                    told += 1
                    assert rank({**case, "today": until - 1}, scope) < LEVELS.index(level), case
                    assert rank({**case, "today": until}, scope) >= LEVELS.index(level), case
    assert told > 50


def test_as_days_go_by_nothing_is_taken_away() -> None:
    for case in DRAWN:
        found = [answer({**case, "today": day}) for day in range(100, 130)]
        for scope in found[0]:
            ranks = [LEVELS.index(one[scope][0]) for one in found]
            assert all(earlier <= later for earlier, later in pairwise(ranks)), (case, scope)


CIDS: Final = [bytes([n]) * 32 for n in (3, 1, 2)]  # as they are listed


def looks(
    *entries: tuple[int, list[bytes]], void: tuple[int, ...] = (), unconfirmed: tuple[int, ...] = ()
) -> list[int]:
    """How many messages each of these is sure to know."""
    signed = [
        SimpleNamespace(seq=n, kind=kind, day=100, messages=messages_head(cids))
        for n, (kind, cids) in enumerate(entries)
    ]
    chain = SimpleNamespace(entries=signed, void=void, unconfirmed=unconfirmed)
    case: Any = SimpleNamespace(chain=chain, messages=[SimpleNamespace(cid=cid) for cid in CIDS], told=(0,))
    return [one.count for one in looks_of(case)]


def test_a_look_knows_what_its_signed_hash_says_and_no_others_of_the_same_number() -> None:
    assert looks((OPENED, CIDS[:1]), (OPENED, CIDS[:2]), (OPENED, CIDS)) == [1, 2, 3]
    assert looks((OPENED, [CIDS[0], CIDS[2]]), (OPENED, [*CIDS, bytes(32)])) == [0, 0]


def test_what_does_not_count_and_who_answers_a_copy_has_looked_at_nothing() -> None:
    both = ((OPENED, CIDS), (OPENED, CIDS))
    assert (looks(*both, void=(1,)), looks(*both, unconfirmed=(0,))) == ([3], [3])
    assert looks((COPY_ANSWERED, []), (OPENED, CIDS)) == [3]


@pytest.mark.parametrize(("language", "days"), [("en", f"{COOLING_DAYS} days"), ("ru", f"{COOLING_DAYS} дней")])
def test_the_desk_says_how_many_days(language: str, days: str) -> None:
    words = json.loads((ROOT / "service" / "web" / "locales" / f"desk.{language}.json").read_text("utf-8"))
    for key in ("case.widened.why", "consent.lacks.ask", "case.handing", "hand.not_allowed"):
        assert days in words[key], key
