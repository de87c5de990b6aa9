"""The desk never mixes two languages: every sentence its scripts ask for is there in both."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from intake_forms.countries import compiled, read_countries
from intake_forms.read import read_forms
from intake_forms.words import FormWords
from service import dossier_words
from tests.unit.test_site_words import NEVER

WEB = Path(__file__).resolve().parent.parent.parent / "service" / "web"
SOURCES = {path.name: path.read_text("utf-8") for path in sorted((WEB / "src").glob("desk*.ts"))}
TEMPLATE = (WEB / "templates" / "desk.html").read_text("utf-8")
WORDS = {code: json.loads((WEB / "locales" / f"desk.{code}.json").read_text("utf-8")) for code in ("en", "ru")}
PLURALS = {"en": ("one", "other"), "ru": ("one", "few", "many", "other")}
LATIN = re.compile(r"[A-Za-z]{2,}")
# names of things that the reader sees written so
LATIN_IN_RUSSIAN = {"JavaScript", "Tor", "Safer", "Esc", "Shift", "Ctrl", "Delete", "Enter", "SHA"}
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


def test_in_russian_whoever_works_here_has_one_name() -> None:
    """As the person's pages call them: a second word for a member of the staff would be read as somebody else."""
    said = [
        *WORDS["ru"].values(),
        *(text for by_number in vars(dossier_words).values() for text in texts_in(by_number)),
    ]
    assert any("сотрудник" in text for text in said)
    assert [text for text in said if re.search("участник", text, re.IGNORECASE)] == []


def texts_in(words: object) -> list[str]:
    """Every text in it, however deep."""
    if isinstance(words, str):
        return [words]
    return [text for one in words.values() for text in texts_in(one)] if isinstance(words, dict) else []


def test_every_sentence_of_a_frame_is_there() -> None:
    found = {
        f"{name.lower()}.{word}"
        for name, words in re.findall(r"([A-Z]+)_WORDS = \[(.*?)\]", SOURCES["desk-frame.ts"])
        for word in re.findall(r'"(\w+)"', words)
    }
    assert len(found) > 15
    assert not found - set(WORDS["en"])
    faults = set_of("FrameFault", SOURCES["desk-frame.ts"])
    assert len(faults) > 5
    assert {f"case.frame_{why}" for why in faults} <= set(WORDS["en"])


def set_of(name: str, source: str) -> set[str]:
    """The texts of a type that is one of several."""
    found = re.search(rf"type {name} =([^;]+);", source)
    assert found
    return set(re.findall(r'"(\w+)"', found[1]))


def test_every_reason_why_a_paper_is_not_signed_is_said() -> None:
    faults = set_of("PaperFault", SOURCES["desk-paper.ts"]) | set(
        re.findall(r'"paper_(\w+)"', SOURCES["desk-print.ts"])
    )
    assert {"held", "other", "past"} <= faults
    assert {f"deed.paper_{why}" for why in faults} <= set(WORDS["en"])


def test_every_sentence_is_asked_for() -> None:
    assert {key for key in WORDS["en"] if not _is_asked(key)} == set()
    for planted in ("page.note", "code.handed_off", "deed.paper_unasked", "case.frame_unasked"):
        assert not _is_asked(planted), planted


ROOT = WEB.parent.parent
ELSEWHERE = [
    *(WEB / "src").glob("*.ts"),
    *(path for room in ("crypto", "service", "intake_forms") for path in (ROOT / room).rglob("*.py")),
    *(path for room in ("crypto", "intake_forms") for path in (ROOT / room / "ts").glob("*.ts")),
    *(ROOT / "intake_forms").rglob("*.toml"),
]
DESK = "\n".join([*SOURCES.values(), TEMPLATE])
QUOTED = r"""["'`]([a-z_0-9.]+)["'`]"""
WHOLE = set(re.findall(QUOTED, DESK)) | set(re.findall(r"strings\.([a-z_.]+)", TEMPLATE))
# A last part may be a number, a word in quotes or a name; whoever says it may be the server, the chain or a form.
PARTS = {word for path in ELSEWHERE for word in re.findall(QUOTED, path.read_text("utf-8"))}
PARTS |= WHOLE | set(re.findall(r"\b(\w+)\??:", DESK))
# `deed.to.${state}`, `paper_${why}`; and what is said of a fault, a frame or a line, by the place that it is said in
BEGINNINGS = set(re.findall(r"`([a-z_0-9.]+[._])\$\{", DESK))
PLACES = set(re.findall(r'\b(?:fault\(.*?, |wordsOf\(|label\()"(\w+)"', DESK))
SAID_OF_DATA = ("source.", "begin.", "body.", "country.", "spoken.")  # tests of their own, here


def _is_asked(key: str) -> bool:
    stem = re.sub(r"\.(one|few|many|other)$", "", key)
    if key in WHOLE or stem in WHOLE or key.startswith(SAID_OF_DATA):
        return True
    beginnings = [one for one in BEGINNINGS | {f"{place}." for place in PLACES} if stem.startswith(one)]
    return any(_is_part(stem[len(one) :]) for one in beginnings)


def _is_part(part: str) -> bool:
    """Also with a beginning of its own: refused_by_GUARD, frame_LOCKED."""
    bare = [part, *(part[len(one) :] for one in BEGINNINGS if part.startswith(one))]
    return any(one.isdigit() or set(one.split(".")) <= PARTS for one in bare)


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


def test_every_oversight_body_has_a_name_in_both() -> None:
    bodies = {one["name"] for country in compiled(read_countries()).values() for one in country["bodies"]}
    assert len(bodies) > 8
    assert {one for one in WORDS["en"] if one.startswith("body.")} == {f"body.{one}" for one in bodies}


def test_a_country_and_its_language_are_called_as_in_the_forms() -> None:
    """Browsers have other names for them."""
    for code in WORDS:
        said = FormWords(code).translate
        assert WORDS[code]["country.KG"] == said("Kyrgyzstan")
        assert WORDS[code]["spoken.ky"].lower() == said("Kyrgyz").lower()
    assert {key for key in WORDS["en"] if key.startswith(("country.", "spoken."))} == {"country.KG", "spoken.ky"}


def test_what_is_sealed_with_the_name_has_a_name_at_the_desk() -> None:
    asked = [one for form in read_forms().forms.values() for one in form.questions() if one.seal == "identity"]
    written = {f"name.field.{one.id}" for one in asked if one.type != "file"} | {"name.field.own_name"}
    assert len(written) > 4
    assert written <= set(WORDS["en"])


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
        for code, text in texts.items():  # the person reads them
            assert not re.search(NEVER[code], text, re.IGNORECASE), (id, code)


@pytest.mark.parametrize("code", WORDS)
def test_what_can_keep_a_signed_printing_from_the_printer_does_not_say_that_nothing_was_signed(code: str) -> None:
    """All but paper_past, which is found before the signature alone."""
    said = {key: text for key, text in WORDS[code].items() if key.startswith("deed.paper_")}
    unsigned = {"en": "Nothing was signed", "ru": "Ничего не подписано"}[code]
    assert {key for key, text in said.items() if unsigned in text} == {"deed.paper_past"}


def test_a_list_shows_what_is_kept_whatever_was_chosen_in_it() -> None:
    """An attribute chooses nothing where somebody chose before: what looked like a note went to the person."""
    assert [name for name, source in SOURCES.items() if "?selected=" in source] == []
