"""Every sentence of the pages in every language: none missing, none stale, none that hurts."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from crypto.errors import SLUGS
from crypto.keyring import NO_PIN, PANEL, Group, Keyring, UntrustedKeyring
from crypto.roots import parse_first_roots
from intake_forms import languages
from service.api.problems import TITLES
from service.instance import LANGUAGES, Instance, Reading, read_instance, read_keyring
from service.site import pages
from service.site.script_words import CHECK, COMMON, EVIDENCE, FAULTS, FORM, OFFLINE, PAPER, SUBMIT
from service.site.words import Words, WordsMissing, plural_form, read_catalog
from tests.world import World

TRANSLATED = [code for code in LANGUAGES if code != "en"]
ONION = f"http://{'a' * 56}.onion"
WEB = Path(pages.__file__).parent.parent / "web"

# never to a person who writes
NEVER = {
    "en": r"\bprov(e|en|ing)\b|\bclaim|\bmandatory|\balleged|why didn't you|\brequired\b|success",
    "ru": r"доказ|утвержда|обязатель|якобы|предполагаем|требуется|необходимо|гражданин|успешно",
    "kk": r"дәлелде|міндетті|болжамды|азамат\b",
    "ky": r"далилде|милдеттүү|болжолдуу|жаран\b",
    "tg": r"исбот|ҳатмӣ|гӯё ки|шаҳрванд",
    "uz-Latn": r"isbotla|majburiy|go.yo|fuqaro|daʼvo",
    "uz-Cyrl": r"исботла|мажбурий|гўё|фуқаро|даъво",
}


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> tuple[Instance, Keyring]:
    data = tmp_path_factory.mktemp("data")
    World().write_instance(data)
    read = read_instance(data / "instance")
    first = parse_first_roots(read.first_roots)
    signed, _ = read_keyring(data / "instance", 1)
    keyring = UntrustedKeyring.parse(signed).verify(first.roots, first.instance, NO_PIN, 0, 0)
    return replace(read, languages=LANGUAGES, onion=ONION, demo=True), keyring


def render(
    instance: tuple[Instance, Keyring], code: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[str], set[str]]:
    """The pages in one language, and every sentence they asked for."""
    asked: set[str] = set()

    class Listening(Words):
        def __init__(self, language: str) -> None:
            super().__init__(language)
            self.asked = asked

    monkeypatch.setattr(pages, "Words", Listening)
    settings, keyring = instance
    spoken = Listening(code)
    for text in (*PAPER.values(), *EVIDENCE.values(), *FORM.values()):  # of paper, and what comes with parts and forms
        spoken.gettext(text)
    alone = replace(settings, languages=(code,), default_language=code)
    made = list(pages.render_pages(alone, keyring, with_forms={code: {}}))
    cards = [pages.render_alone(alone, keyring, code, {}, copying=copying) for copying in (False, True)]
    return [*(page.html for page in made), *cards], asked


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_sentence_is_missing_and_none_is_stale(
    instance: tuple[Instance, Keyring], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, asked = render(instance, code, monkeypatch)
    catalog = {
        str(message.id[0] if message.pluralizable else message.id) for message in read_catalog(code) if message.id
    }
    assert asked - catalog == set(), "missing"
    assert catalog - asked == set(), "stale"


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_keeps_the_gaps_of_its_sentence(code: str) -> None:
    gap = re.compile(r"\{\w+\}|%\(\w+\)s")
    for message in read_catalog(code):
        source = message.id if isinstance(message.id, str) else message.id[0]
        for form in [message.string] if isinstance(message.string, str) else message.string:
            if source:
                assert sorted(gap.findall(form)) == sorted(gap.findall(source)), source


@pytest.mark.parametrize("code", LANGUAGES)
def test_left_and_right_fit_beside_the_outline_of_a_head(code: str) -> None:
    """Drawn in the corners of form-body.ts, 34 of 110 units wide: a longer word is cut off."""
    words = Words(code)
    assert all(len(words.gettext(FORM[key])) <= 7 for key in ("body_left", "body_right"))


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_word_that_hurts(instance: tuple[Instance, Keyring], code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for html in render(instance, code, monkeypatch)[0]:
        text = re.sub(r"<[^>]+>", " ", html)
        assert re.findall(NEVER[code], text, re.IGNORECASE) == []


TO_WHOEVER_WRITES = (
    "What happened?",
    "It is not your fault. One sentence is enough, and no name is needed.",
    "Your words",
    "Do you want to leave a name?",
    "If you fear some of these readers, leave them out",
    "Your code",
    "I have kept the code",
    "Thank you for telling us",
    "Sent. We have it.",
    "The rest of your words is still here.",
)


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_of_whoever_copies_a_paper_does_not_speak_to_the_person_who_wrote_it(
    instance: tuple[Instance, Keyring], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages_ = render(instance, code, monkeypatch)[0]
    copied = [one for one in pages_ if 'id="copying"' in one]
    own = next(one for one in pages_ if "/s/submit.js" in one and one not in copied)
    assert len(copied) == 3  # also at the root; in one file
    words = Words(code)
    for text in TO_WHOEVER_WRITES:
        said = re.compile(rf"[>\"]{re.escape(words.gettext(text))}[<\"]")
        assert said.search(own), text
        assert not any(map(said.search, copied)), text


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_english_is_left_on_a_translated_page(
    instance: tuple[Instance, Keyring], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {
        "tor",
        "browser",
        "javascript",
        "esc",
        "safer",
        "safest",
        "english",
        "organisation",
        "http",
        "onion",
        "o",
        "zbekcha",
        "panah",  # the end of a sealed file's name
    }
    for html in render(instance, code, monkeypatch)[0]:
        body = html.split("<body>")[1].split('<script type="application/json"')[0]
        body = re.sub(r"<code>[^<]*</code>", " ", body)  # addresses
        words = set(re.findall(r"[a-z]+", re.sub(r"<[^>]+>", " ", body).lower()))
        if code == "uz-Latn":  # the same letters: words that every English sentence has
            assert words & {"the", "you", "your", "is", "are", "and", "of", "it", "we", "this", "that", "not"} == set()
        else:
            assert words - known - {"a" * 56} == set()


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_country_that_some_read_for_has_its_name_in_the_pages_language(
    instance: tuple[Instance, Keyring], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only two letters were said; of a country of no list of ours they stay."""
    settings, keyring = instance
    groups = (*keyring.body.groups, Group("far", PANEL, ("AQ", "KZ")))
    named = replace(keyring, body=replace(keyring.body, groups=groups))
    names = {"en": "Kazakhstan", "kk": "Қазақстан", "ky": "Казакстан", "tg": "Қазоқистон", "uz-Latn": "Qozogʻiston"}
    names |= {"ru": "Казахстан", "uz-Cyrl": "Қозоғистон"}
    pages_ = [one for one in render((settings, named), code, monkeypatch)[0] if "panel_some" in one]
    assert len(pages_) == 8  # to write, to copy a paper, to read, each also at the root; the first two in one file
    for html in pages_:
        words = json.loads(html.partition('id="page">')[2].partition("</script>")[0])["words"]
        assert words["KZ"] == names[code]
        assert "AQ" not in words


def test_a_missing_sentence_stops_the_build() -> None:
    with pytest.raises(WordsMissing):
        Words("ru").gettext("a sentence that nobody translated")


RUSSIAN, OTHERS = [0, 1, 1, 2, 2, 0, 1, 2], [0, 1, 1, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("code", "forms"),
    [("ru", RUSSIAN), ("kk", OTHERS), ("ky", OTHERS), ("tg", OTHERS), ("uz-Latn", OTHERS), ("uz-Cyrl", OTHERS)],
)
def test_plurals_count_as_the_language_does(code: str, forms: list[int]) -> None:
    assert [plural_form(code, n) for n in (1, 2, 4, 5, 11, 21, 22, 111)] == forms


def test_every_class_of_failure_has_one_sentence() -> None:
    said = [slug for slugs, _ in FAULTS.values() for slug in slugs.split()]
    assert len(said) == len(set(said))
    assert set(said) >= {*SLUGS, *TITLES, "away", "no_worker"}


def test_the_scripts_say_only_what_is_there() -> None:
    keys = {*COMMON, *SUBMIT, *CHECK, *FAULTS, *FORM, *EVIDENCE, *OFFLINE}
    pages = ("submit", "check", "page-ui", "page-readers", "page-form", "page-evidence")
    for name in (*pages, "part-files", "part-record", "form-view", "form-body"):
        for key in re.findall(r'\bsay\("(\w+)"', (WEB / "src" / f"{name}.ts").read_text()):
            assert key in keys, f"{name}: {key}"


def test_the_languages_of_the_forms_are_those_of_an_instance() -> None:
    assert {one.code for one in languages()} == set(LANGUAGES)


def test_reading_times_reach_the_page(instance: tuple[Instance, Keyring], monkeypatch: pytest.MonkeyPatch) -> None:
    settings, keyring = instance
    slow = replace(settings, reading=Reading(3, 21, 5))
    html = render((slow, keyring), "ru", monkeypatch)[0][0]
    for said in ("3 рабочих дней", "21 дня", "5 часов"):
        assert said in html
