"""A part of a case goes to a translator, whose desk shows these words alone; the answer comes back to the readers."""

from __future__ import annotations

from playwright.sync_api import Browser, expect

from crypto.entry import COPIED, COPY_ANSWERED
from tests.browser.browsers import SLOW
from tests.browser.conftest import Demo
from tests.browser.desk import WORDS, choose, desk_of, member_of, open_case, sign
from tests.browser.person import Person

COPY, ANSWER, STAFF = "Маро заданд, калима-90417.", "Меня били, перевод-33801.", "Сосед офицера, слово-55043."


def test_a_translator_reads_the_copy_alone_and_answers_it(shared: Demo, chromium: Browser) -> None:
    person = Person(shared)
    person.write(f"{WORDS} {COPY}", name="Имя-71162", answers={"form": "main", "v_language": "ug"}, language="tg")
    reads = [key for key in shared.keys("reviewer") if person.reads(key)]
    reader, translator = desk_of(chromium, shared, reads[0]), desk_of(chromium, shared, shared.keys("translator")[0])
    expect(translator.locator("[role=status]").first).to_contain_text("Nothing waits", timeout=SLOW)
    open_case(reader, person.cid.hex())
    choose(reader, 103)  # words for staff do not follow to a step whose words others read, and are there again
    reader.locator("#deed-text").fill(STAFF)
    choose(reader, 106)
    expect(reader.locator("#deed-text")).to_have_value("")
    choose(reader, 16)
    expect(reader.locator("#deed-text")).to_have_value("")
    choose(reader, 103)
    expect(reader.locator("#deed-text")).to_have_value(STAFF)
    choose(reader, 106)
    # none of those drawn declared Tajik, nobody Uyghur: the desk says so, names who did, and puts the translator first
    note = reader.locator("#language-note")
    for words in (
        "Tajik, in which it is written",
        "Uyghur, which the person harmed speaks best",
        "Nobody of us declared it",
    ):
        expect(note).to_contain_text(words)
    for name in ("reviewer-in-country-3", "translator"):
        id = member_of(shared.keys(name)[0])
        expect(note).to_contain_text(f"{id[:4]} {id[4:8]}")
    expect(reader.locator("#copy-to option").nth(1)).to_contain_text("reads: Tajik")
    expect(reader.locator("#copy-to option").nth(2)).not_to_contain_text("reads")
    reader.locator("#deed-ask").click()
    expect(reader.locator(".deeds [role=alert]")).to_contain_text("Choose who gets the copy")
    reader.locator("#copy-to").select_option(index=1)
    reader.locator("#deed-code").select_option("translate")
    expect(reader.locator("#copy-part option").nth(2)).to_have_text(
        "1 · Language that the person speaks best", timeout=SLOW
    )
    reader.locator("#copy-part").select_option(index=1)
    expect(reader.locator("#deed-text")).to_have_value(f"{WORDS} {COPY}")
    reader.locator("#deed-text").fill(COPY)
    sign(reader)
    expect(reader.locator("#copies-out li")).to_have_count(1, timeout=SLOW)

    translator.locator("[data-key=reload]").click()
    shown = translator.locator("[data-copy]")
    expect(shown).to_have_count(1, timeout=SLOW)
    expect(shown).to_contain_text(COPY)
    page = translator.content()
    for hidden in (WORDS, "Имя-71162", person.cid.hex(), person.cid.hex()[:8]):
        assert hidden not in page
    translator.locator("[data-ask]").click()
    expect(translator.locator(".composer [role=alert]")).to_be_visible()
    translator.locator(".composer textarea").fill(ANSWER)
    # somebody writes in the case meanwhile: the answer goes on the newer history, no word is lost
    open_case_again = desk_of(chromium, shared, reads[1])
    open_case(open_case_again, person.cid.hex())
    translator.locator("[data-ask]").click()
    translator.locator("[data-send]").click()
    expect(shown).to_have_count(0, timeout=SLOW)
    expect(translator.locator(".copies")).to_contain_text("signed and sent")

    reader.locator("[data-key=back]").click()
    open_case(reader, person.cid.hex())
    expect(reader.locator(".ours.note").last).to_contain_text(ANSWER)
    expect(reader.locator("#copies-out")).to_have_count(0)
    expect(reader.locator(".broken")).to_have_count(0)
    seen = person.read()
    assert seen is not None
    assert {COPIED, COPY_ANSWERED} <= {entry.kind for entry in seen.chain.entries} | {COPY_ANSWERED}
    assert not seen.replies
