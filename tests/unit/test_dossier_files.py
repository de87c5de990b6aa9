"""Which files go to another body: by the question that each answers, and by the copy that was chosen of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import pytest

from crypto.account import Content, EvidenceItem
from crypto.entry import KINDS, OPENED, messages_head
from crypto.workflow import INQUIRY, STATE_NAMES
from intake_forms.read import read_forms
from intake_forms.reading import SayDay, Translate, shown_time
from service import dossier
from service.commands.dossiers import say_in, write_dossier
from service.consent import UNANSWERED, Consent, Wait, consents_in
from service.custody import CODE
from service.dossier import as_table, file_table, make_dossier
from service.dossier_pdf import print_dossier
from service.dossier_words import LANGUAGES, MESSAGES, STEPS, WORDS, say_day_in
from service.pdf import Sheet

FORMS: Final = read_forms(None)
IN_NO_QUESTION, PERSONS_PAPER, OF_THEIR_RETURN, OF_AN_EXPERT = (bytes([n]) * 16 for n in range(4))
ASKED: Final = {"authority_doc": PERSONS_PAPER, "rt_decision_docs": OF_THEIR_RETURN, "ip_report": OF_AN_EXPERT}


def sha(upload: bytes) -> str:
    return hashlib.sha256(upload).hexdigest()


def evidence(upload: bytes) -> EvidenceItem:
    return EvidenceItem(upload, bytes(32), bytes(32), bytes.fromhex(sha(upload)), 9, "a.pdf", "application/pdf")


def blackened(upload: bytes) -> str:
    """The note of a copy that was made and chosen."""
    file, copy = upload.hex(), hashlib.sha256(b"copy" + upload).hexdigest()[:32]
    made = {"custody": "derived", "file": copy, "key": "0" * 64, "sha256": "1" * 64, "outline": "0" * 64, "size": "5"}
    made |= {"type": "application/pdf", "areas": "1", "from": file, "from_sha256": sha(upload)}
    lines = [made, {"custody": "chosen", "file": file, "copy": copy}]
    return "\n\n".join("\n".join(f"{name}: {value}" for name, value in one.items()) for one in lines)


def leaving(level: str, *texts: str) -> set[str]:
    """Hashes of the files that go, and with those of copies what they are of."""
    answers = {"form": "main return", "consent_court": level} | {id: one.hex() for id, one in ASKED.items()}
    made = dossier_of(answers, *texts)
    return {one.out.copy_of or one.out.sha256 for part in made.parts for one in part.files}


def case_of(answers: dict[str, str], *texts: str, entries: tuple[Any, ...] = ()) -> Any:
    uploads = [IN_NO_QUESTION, *ASKED.values()]
    content = Content(0, 20_000, "ru", answers, tuple(map(evidence, uploads)))
    chain = SimpleNamespace(state=INQUIRY, entries=entries, void=(), unconfirmed=(), head=bytes(32))
    return SimpleNamespace(
        cid=bytes(32),
        chain=chain,
        messages=[SimpleNamespace(cid=bytes(32), account=SimpleNamespace(content=content))],
        keyring=SimpleNamespace(body=SimpleNamespace(members=(), formers=())),
        seqs=range(len(texts)),
        texts=[SimpleNamespace(code=CODE, text=one) for one in texts],
        told=(),
        today=20_000,
    )


def dossier_of(
    answers: dict[str, str],
    *texts: str,
    entries: tuple[Any, ...] = (),
    say: Translate = str,
    say_day: SayDay = str,
) -> dossier.Dossier:
    return make_dossier(case_of(answers, *texts, entries=entries), FORMS, say, "court", None, {}, say_day)


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_can_be_answered_is_said_in_the_language_of_the_paper(language: str) -> None:
    day, span = "2026-05-01T05:59", "2026-05-01T00:00/2026-05-01T05:59"
    spans = [f"{span} {one} -" for one in ("hour", "part_of_day", "day", "week", "month", "season", "year")]
    for when in ["never", "-/- - - после азана", f"{day}/{day} exact Asia/Bishkek", *spans]:
        said = paper_of(
            language, {"t_judge": when, "still_happening": "dont_know", "judge_asked_treatment": "prefer_not"}
        )
        marks = paper_of(language, {"body": "eye.left.bruise.yes eye.right.-.no nape.both.burn.-"})
        assert ("I do not know" in said) == (language == "en")
        assert len(marks.splitlines()) == 1
        for text in (said, marks) if language == "ru" else ():
            assert not re.search(r"[A-Za-z]{3,}", text.replace("Asia/Bishkek", "")), text


@pytest.mark.parametrize(
    ("language", "day", "next_day"),
    [("ru", "1 мая 2026 г.", "2 мая 2026 г."), ("en", "1 May 2026", "2 May 2026")],
)
def test_days_are_written_on_paper_as_its_language_writes_them(language: str, day: str, next_day: str) -> None:
    say, say_day, word = say_in(language), say_day_in(language), say_in(language)("hour")
    for text, shown in [
        ("2026-05-01T05:59/2026-05-01T05:59 hour Asia/Bishkek", f"{day} 05:59 ({word}, Asia/Bishkek)"),
        ("2026-05-01T00:00/2026-05-01T05:59 hour Asia/Bishkek", f"{day} 00:00 – 05:59 ({word}, Asia/Bishkek)"),
        (
            "2026-05-01T22:00/2026-05-02T06:00 hour Asia/Bishkek",
            f"{day} 22:00 – {next_day} 06:00 ({word}, Asia/Bishkek)",
        ),
        ("-/- - - 2026-05-01, после азана", "2026-05-01, после азана"),
        ("2026-05-01", "2026-05-01"),
    ]:
        assert " ".join(shown_time(text, say, say_day).split()) == shown, "but for what keeps a year together"
    assert say_day("never") == "never"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_day_of_a_paper_is_written_for_programs(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(Sheet, "write_text", lambda _, text, *more: written.append(text))
    answers = {"form": "main", "consent_court": "with_identity", "t_judge": "2026-05-01T05:59/2026-05-01T05:59 exact -"}
    states = {f"state {name}": name for name in STATE_NAMES}
    steps = ((0, 20_000, STEPS[language][OPENED], "2"),)
    for say_day, iso in ((say_day_in(language), False), (str, True)):
        made = replace(dossier_of(answers, say=say_in(language), say_day=say_day), agreed=20_001, steps=steps)
        written.clear()
        print_dossier(made, language, date(2026, 5, 3), WORDS[language] | states, {"2": "x"}, MESSAGES[language])
        days = [one for one in written if re.search(r"\d{4}-\d\d-\d\d", one)]
        assert len(days) == iso, days  # the answer alone, as programs get it
        assert (
            len([one for one in written if re.search(r"\d (мая|May|октября|October|ноября|November) 20\d\d", one)])
            == 6 - iso
        )


def test_programs_get_days_as_they_stand_and_the_paper_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    monkeypatch.setattr(Sheet, "write_text", lambda _, text, *more: written.append(text))
    case = case_of(
        {"form": "main", "consent_court": "with_identity", "t_judge": "2026-05-01T05:59/2026-05-01T05:59 exact -"}
    )
    table = write_dossier(case, "court", "ru", None, Path("case.json")).decode()
    assert "2026-05-01 05:59" in table
    for name in ("case.pdf", "case.zip"):
        written.clear()
        write_dossier(case, "court", "ru", None, Path(name))
        assert any("1 мая 2026 г. 05:59" in " ".join(one.split()) for one in written), written


def paper_of(language: str, answers: dict[str, str]) -> str:
    """The values, a line each."""
    made = dossier_of({"form": "main", "consent_court": "with_identity"} | answers, say=say_in(language))
    return "\n".join(line.value for part in made.parts for line in part.lines)


def test_a_paper_that_says_who_they_are_goes_where_that_was_allowed_alone() -> None:
    assert leaving("with_identity") == {sha(one) for one in (IN_NO_QUESTION, *ASKED.values())}
    assert leaving("facts_no_identity") == {sha(IN_NO_QUESTION)}


@pytest.mark.parametrize("upload", [OF_THEIR_RETURN, OF_AN_EXPERT])
def test_of_a_paper_among_what_happened_the_chosen_copy_goes(upload: bytes) -> None:
    assert leaving("facts_no_identity", blackened(upload)) == {sha(IN_NO_QUESTION), sha(upload)}


def test_of_two_chosen_copies_each_is_listed_with_its_hash_and_what_it_is_of() -> None:
    first = blackened(IN_NO_QUESTION)
    second = first.replace("1" * 64, "2" * 64).replace(sha(b"copy" + IN_NO_QUESTION)[:32], "ab" * 16)
    both = f"{first}\n\n{second}\ncopy: {sha(b'copy' + IN_NO_QUESTION)[:32]}"
    made = dossier_of({"form": "main", "consent_court": "with_identity"}, both)
    listed = [file_table(one) for part in made.parts for one in part.files]
    of_it = [(one["sha256"], one["copy_of"]) for one in listed if one.get("copy_of")]
    assert of_it == [("2" * 64, sha(IN_NO_QUESTION)), ("1" * 64, sha(IN_NO_QUESTION))]
    assert sha(IN_NO_QUESTION) not in {one["sha256"] for one in listed}
    assert [
        one["bytes"] for one in as_table(made, {}, ["complaint"])["messages"][0]["files"] if one.get("copy_of")
    ] == [5, 5]


def test_of_what_was_asked_about_the_person_no_copy_goes_either() -> None:
    assert leaving("facts_no_identity", blackened(PERSONS_PAPER)) == {sha(IN_NO_QUESTION)}


def test_what_is_asked_for_us_alone_goes_as_no_copy_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossier, "NEVER_ASKED", dossier.NEVER_ASKED | {"ip_report"})
    assert leaving("with_identity", blackened(OF_AN_EXPERT)) == {
        sha(IN_NO_QUESTION),
        sha(PERSONS_PAPER),
        sha(OF_THEIR_RETURN),
    }


@pytest.mark.parametrize("role", ["relative", "medic", "witness"])
def test_what_was_asked_because_of_an_earlier_answer_goes_with_that(role: str) -> None:
    asked = {"relative": "your_link", "medic": "consistency", "witness": "saw_how"}[role]
    told = {"role": role, "alive_status": "died", asked: "x", "country": "KZ"}
    [part] = dossier_of({"form": "minute main", "consent_court": "with_identity", "story": "слово"} | told).parts
    values = [line.value for line in part.lines]
    assert len(values) == len(told) + 1, values  # and the story, each once


def test_whoever_lets_us_tell_the_united_nations_at_once_has_allowed_them_alone() -> None:
    found = consents_in([{"rt_consent_un_now": "yes"}], [], 20_000)
    assert {scope for scope in dossier.SCOPES if scope in found} == {"un_sp", "cat_or_hrc"}


def test_a_file_that_lacks_a_message_which_a_member_signed_for_goes_nowhere() -> None:
    entry = SimpleNamespace(
        seq=0, kind=OPENED, day=20_000, messages=messages_head([bytes([n]) * 32 for n in (0, 1)]), actor=b""
    )
    with pytest.raises(dossier.NotAllowed, match="is not in this file"):
        dossier_of({"form": "main", "consent_court": "with_identity"}, entries=(entry,))


def test_what_waits_goes_nowhere_and_the_refusal_says_from_which_day() -> None:
    waits = {lacks: Consent("nothing", waits=(Wait("with_identity", lacks, 20_454),)) for lacks in dossier.LACKING}
    assert set(waits) == {"open", "ask", "days", "again"}
    for lacks, one in waits.items():
        with pytest.raises(dossier.NotAllowed, match="does not count yet") as refused:
            dossier.check_allowed(one, 20_000)
        assert ("from 2026-01-01 on" in str(refused.value)) == (lacks == "days")
    asking = replace(waits["days"], level="ask_me_each_time")
    with pytest.raises(dossier.NotAllowed, match=r"asked each time.*from 2026-01-01 on"):
        dossier.check_allowed(asking, None)
    dossier.check_allowed(asking, 20_000)
    dossier.check_allowed(replace(waits["open"], level="facts_no_identity"), None)
    with pytest.raises(dossier.NotAllowed, match="has not allowed"):
        dossier.check_allowed(UNANSWERED, 20_000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_step_has_words(language: str) -> None:
    """A case is written whatever was signed in it."""
    assert set(STEPS[language]) == set(KINDS)
    assert len(set(STEPS[language].values())) == len(KINDS)
