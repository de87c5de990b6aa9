"""The desk never mixes two languages: every sentence its scripts ask for is there in both."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from intake_forms.countries import compiled, read_countries

WEB = Path(__file__).resolve().parent.parent.parent / "service" / "web"
SOURCES = {path.name: path.read_text("utf-8") for path in sorted((WEB / "src").glob("desk*.ts"))}
TEMPLATE = (WEB / "templates" / "desk.html").read_text("utf-8")
WORDS = {code: json.loads((WEB / "locales" / f"desk.{code}.json").read_text("utf-8")) for code in ("en", "ru")}
PLURALS = {"en": ("one", "other"), "ru": ("one", "few", "many", "other")}
LATIN = re.compile(r"[A-Za-z]{2,}")
LATIN_IN_RUSSIAN = {"JavaScript", "Tor", "Safer", "Esc"}  # names of things that the reader sees written so
LATIN_IN_SOURCES = {"CAT", "TJK", "CO", "Add", "kg", "ealegislation", "com"}  # of documents


def asked(call: str) -> set[str]:
    """The whole keys in t("…") and tn("…"), and the beginnings in t(`….${}`) with a * at the end."""
    found = set()
    for source in SOURCES.values():
        found |= set(re.findall(rf'\b{call}\("([a-z_0-9.]+)"', source))
        found |= {f"{part}*" for part in re.findall(rf"\b{call}\(`([a-z_.]+)\$\{{", source)}
    return found


@pytest.mark.parametrize("code", WORDS)
def test_every_sentence_asked_for_is_there(code: str) -> None:
    words = WORDS[code]
    plural = {key.rpartition(".")[0] for key in words if key.rpartition(".")[2] == "other"}
    missing = {key for key in asked("t") if not any(_fits(key, one) for one in words)}
    missing |= {key for key in asked("tn") if not any(_fits(key, one) for one in plural)}
    missing |= {key for key in re.findall(r'strings(?:\.|\[")([a-z_.]+)', TEMPLATE) if key not in words}
    assert not missing


def _fits(key: str, one: str) -> bool:
    return one.startswith(key[:-1]) if key.endswith("*") else one == key


@pytest.mark.parametrize("code", WORDS)
def test_every_plural_has_all_forms_or_falls_to_other(code: str) -> None:
    for key in WORDS[code]:
        stem, _, form = key.rpartition(".")
        if form in ("one", "few", "many"):
            assert form in PLURALS[code]
            assert f"{stem}.other" in WORDS[code]


def test_every_sentence_of_a_frame_is_there() -> None:
    found = {
        f"{name.lower()}.{word}"
        for name, words in re.findall(r"([A-Z]+)_WORDS = \[(.*?)\]", SOURCES["desk-frame.ts"])
        for word in re.findall(r'"(\w+)"', words)
    }
    assert len(found) > 15
    assert not found - set(WORDS["en"])
    assert {f"case.frame_{why}" for why in ("canvas", "broken", "locked", "too_large", "too_long")} <= set(WORDS["en"])


def test_both_languages_say_the_same_things() -> None:
    def bare(code: str) -> set[str]:
        return {re.sub(r"\.(one|few|many)$", ".other", key) for key in WORDS[code]}

    assert bare("en") == bare("ru")


@pytest.mark.parametrize("key", sorted(WORDS["en"]))
def test_a_sentence_takes_the_same_values_in_both(key: str) -> None:
    values = [sorted(set(re.findall(r"\{(\w+)\}", WORDS[code][key]))) for code in WORDS]
    assert values[0] == values[1]


def test_the_russian_words_are_russian() -> None:
    for key, text in WORDS["ru"].items():
        plain = re.sub(r"\{\w+\}", "", text)
        names = LATIN_IN_SOURCES if key.startswith("source.") else LATIN_IN_RUSSIAN
        assert set(LATIN.findall(plain)) <= names, key


def test_no_state_lane_role_or_failure_is_without_words() -> None:
    model = SOURCES["desk-model.ts"]
    states = re.search(r"STATES = \[(.*?)\]", model, re.DOTALL)
    assert states
    wanted = {f"state.{n}" for n in range(len(re.findall(r'"\w+"', states[1])))} | {f"lane.{n}" for n in range(4)}
    roles = ("reviewer", "supervisor", "investigator", "adviser", "translator", "custodian", "oversight")
    wanted |= {f"role.{name}" for name in roles}
    wanted |= {
        f"verdict.{name}{more}"
        for name in ("counts", "void", "unconfirmed", "broken", "unchecked")
        for more in ("", ".why")
    }
    wanted |= {f"reach.{name}" for name in ("waiting", "opens", "closed", "fault")}
    assert not wanted - set(WORDS["en"])


def test_every_source_of_a_fact_is_said_in_both() -> None:
    facts = read_countries()
    sources = set(re.findall(r'"source":"(.*?)"', json.dumps(compiled(facts), separators=(",", ":"))))
    assert len(sources) > 10
    assert not {f"source.{one}" for one in sources} - set(WORDS["en"])


def test_beginnings_of_answers_are_there_in_every_language_and_are_of_it() -> None:
    replies = json.loads((WEB / "locales" / "replies.json").read_text("utf-8"))
    languages = {"en", "ru", "kk", "ky", "tg", "uz-Latn", "uz-Cyrl"}
    for id, texts in replies.items():
        assert f"begin.{id}" in WORDS["en"]
        assert set(texts) == languages
        assert len(set(texts.values())) == len(languages)
        assert len({text.count("{day}") for text in texts.values()}) == 1
        for code in languages - {"en", "uz-Latn"}:
            assert not LATIN.search(texts[code].replace("{day}", "")), (id, code)
