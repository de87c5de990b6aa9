"""Telling more, question by question, and sending files: from the person's screens to what a reviewer reads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from crypto.receipt import new_code
from tests.browser.browsers import CHROMIUM, HEARD, NAMES, PHONE, SLOW, device, launch
from tests.browser.conftest import Demo, StartBrowser
from tests.browser.desk import open_as_reader, open_tab
from tests.browser.submitter import (
    begin_section,
    bodies,
    do,
    evidence,
    line_is_back,
    look,
    opened_by,
    section,
    sent,
    start,
    watch,
)
from tests.unit import media

PLACE = "Near the bazaar 41873"
NAME = "Hidden Name 60215"
NEVER_SEE = "Major Planted 77120"


def open_form_at_the_second_try(page: Page) -> None:
    """The part of the page that asks the questions is lost on the way, and fetched again."""
    asked: list[str] = []

    def lose_first(route: Route) -> None:
        asked.append(route.request.url.rpartition("/")[2])
        route.abort() if len(asked) == 1 else route.continue_()

    page.route("**/s/part-form.js*", lose_first)
    do(page, "to-send")
    do(page, "open-form")
    expect(page.locator("#alert")).to_contain_text("no connection", timeout=SLOW)
    expect(page.locator("#sum-account")).to_have_text("They took him at night.")
    do(page, "open-form")
    expect(page.locator('#sections [data-section="start"]')).to_be_visible(timeout=SLOW)
    assert asked == ["part-form.js", "part-form.js?1"]  # a browser may remember that an address failed
    page.unroute_all()


def answer_questions(page: Page) -> None:
    section(page, "start")
    page.locator("[data-question=role] input[value=relative]").check()
    do(page, "next-question")
    page.locator("[data-question=urgent] input[value=held_now]").check()
    do(page, "next-question")
    section(page, "person")
    page.locator("[data-question=v_name_mode] input[value=sealed_full]").check()
    page.locator("#q-v_name").fill(NAME)
    do(page, "all-questions")
    section(page, "where")
    page.locator("[data-question=country] input[value=KG]").check()
    expect(page.locator("[data-question=region] option[value=KG-O]")).to_have_count(1)
    do(page, "next-question")
    page.locator("#q-episode-1-ep_start-day").fill("5")
    page.locator("#q-episode-1-ep_start-month").select_option("3")
    page.locator("#q-episode-1-ep_start-year").fill("2026")
    page.locator("#q-episode-1-ep_start-part").select_option("night")
    do(page, "next-question")
    page.locator("#q-episode-1-place_name").fill(PLACE)
    do(page, "next-question")
    do(page, "add-row")
    page.locator("#q-episode-2-ep_start-words").fill("around Nowruz")
    do(page, "all-questions")
    section(page, "injuries_")
    expect(page.locator("#quiet")).to_be_visible()
    page.locator("[data-question=body] summary", has_text="Head").click()
    page.locator('[data-question=body] input[value="eye"]').check()
    do(page, "all-questions")
    section(page, "perpetrators")
    for _ in range(3):
        do(page, "next-question")
    page.locator("#q-never_show").fill(NEVER_SEE)
    do(page, "next-question")


def send_photograph(page: Page, photograph: bytes) -> None:
    page.locator("#files").set_input_files({"name": "IMG_4711 <b>.jpg", "mimeType": "image/jpeg", "buffer": photograph})
    expect(page.locator("#file-0")).to_contain_text("Taken out", timeout=SLOW)
    expect(page.locator("#file-0")).to_contain_text("place")
    page.locator("#file-note").fill("The mark on the arm")
    do(page, "send-files")
    expect(page.locator("#evidence-state")).to_have_attribute("data-state", "sent", timeout=SLOW)


@pytest.mark.parametrize("name", NAMES)
def test_answers_reach_the_reader_in_words_the_name_nobody_alone_and_then_a_photograph_without_its_place(
    name: str, demo: Demo, start_browser: StartBrowser, tmp_path: Path
) -> None:
    """On a bad line: a part of the page is lost on the way."""
    browser = start_browser(name)
    phone = device(browser, name, PHONE).new_page()
    start(phone, demo)
    assert phone.locator("#files").is_hidden()
    open_form_at_the_second_try(phone)
    wrong = watch(phone, demo)
    answer_questions(phone)
    do(phone, "to-send")
    expect(phone.locator("#sum-danger")).to_have_text("Yes, someone is in danger now")
    do(phone, "send")
    expect(phone.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)
    assert PLACE not in phone.content()
    do(phone, "wrote")
    do(phone, "skip")
    evidence(phone)
    photograph = media.jpeg()
    send_photograph(phone, photograph)
    assert wrong == []

    reading = start_browser(CHROMIUM)  # a desk is tried in both by other tests
    desk, _ = open_as_reader(reading, CHROMIUM, demo, demo.keys("reviewer"))
    main = desk.locator("main")
    expect(main).to_contain_text("Name of the place, or where it is", timeout=SLOW)
    for said in (
        "They took him at night.", PLACE, "I am a relative or friend", "Somebody is held now", "Kyrgyzstan",
        "5 Mar 2026 00:00 – 05:59 (part of a day, Asia/Bishkek)", "around Nowruz", "Eye", "The mark on the arm",
    ):  # fmt: skip
        expect(main).to_contain_text(said)
    expect(desk.locator(".donot")).to_contain_text(NEVER_SEE)
    assert NAME not in desk.content()
    expect(desk.locator(".files")).to_contain_text("IMG_4711 <b>.jpg")
    open_tab(desk, "evidence")
    with desk.expect_download(timeout=SLOW) as download:
        desk.locator("[data-file]").click()
    assert not re.search(r"[<>]", download.value.suggested_filename)
    saved = tmp_path / "saved"
    download.value.save_as(saved)
    data = saved.read_bytes()
    assert data.startswith(b"\xff\xd8")
    assert media.PLANTED in photograph.lower()
    assert media.PLANTED not in data.lower()


def test_the_minute_form_is_three_screens_and_opened_first(shared: Demo, chromium: Browser) -> None:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    page.goto(f"{shared.origin}/en/")
    page.locator("[data-form=minute]").click()
    page.locator("#q-m_person").fill("My brother")
    do(page, "next-question")
    page.locator("#q-m_place").fill("Police station in the north")
    do(page, "next-question")
    do(page, "next-question")
    expect(page.locator("html")).to_have_attribute("data-screen", "send")
    expect(page.locator("#sum-danger")).to_have_text("Yes, someone is in danger now")
    # more questions afterwards, another form that is left as it is, another language: nothing of it is lost
    tries = bodies(page, lambda route, _: route.continue_())
    do(page, "open-form")
    section(page, "where")
    page.locator("[data-question=country] input[value=KZ]").check()
    do(page, "to-send")
    do(page, "go-write")
    page.locator("[data-form=return]").click()
    expect(page.locator("html")).to_have_attribute("data-screen", "more")
    do(page, "to-send")
    page.locator("#languages summary").click()
    page.locator("a[hreflang=kk]").click()
    expect(page.locator("#sum-more")).to_have_text("Жауап саны: 3")
    expect(page.locator("#sum-danger")).to_have_text("Иә, біреу қазір қауіпте")
    do(page, "send")
    sent(page)
    told = {"m_person": "My brother", "m_place": "Police station in the north", "country": "KZ", "form": "minute main"}
    assert opened_by(shared, tries[0])["reviewer-abroad"] == told
    page.context.close()


def test_whoever_is_not_safe_or_ticks_what_is_urgent_is_opened_first_and_others_are_not(
    shared: Demo, chromium: Browser
) -> None:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    begin_section(page, shared, "start")
    do(page, "next-question")
    for question, answer, danger in (
        ("safe_now", "no", True),
        ("safe_now", "unsure", False),
        ("urgent", "needs_doctor", True),
        ("urgent", "none", False),
    ):
        page.locator(f"[data-question={question}] input[value={answer}]").check()
        do(page, "to-send")
        said = "Yes, someone is in danger now" if danger else "No, or I do not know"
        expect(page.locator("#sum-danger")).to_have_text(said)
        do(page, "back")
        page.locator("[data-question=urgent] input[value=needs_doctor]").uncheck()
    page.context.close()


def test_what_a_form_finds_odd_is_asked_once_and_kept(shared: Demo, chromium: Browser) -> None:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    page.goto(f"{shared.origin}/en/")
    page.locator("[data-form=conditions]").click()
    section(page, "cp_how")
    page.locator("#q-cp_area").fill("09000x")
    expect(page.locator("#q-cp_area")).to_have_value("9000")
    do(page, "next-question")
    expect(page.locator("#alert")).to_contain_text("Is it really so large?")
    do(page, "next-question")
    expect(page.locator("[data-question=cp_issues]")).to_be_visible()
    do(page, "back")
    expect(page.locator("#q-cp_area")).to_have_value("9000")
    page.context.close()


def test_a_long_account_goes_in_parts_and_nothing_is_lost(demo: Demo, start_browser: StartBrowser) -> None:
    browser = start_browser(CHROMIUM)
    page = device(browser, CHROMIUM, PHONE).new_page()
    words = " ".join(f"слово{n}" for n in range(18_000))
    start(page, demo, words)
    for n in range(2):
        do(page, "to-send")
        expect(page.locator("#sum-parts")).to_be_visible(visible=n == 0)
        do(page, "send")
        expect(page.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)
        said = page.locator("#sent p").inner_text()
        assert ("The rest of your words is still here" in said) == (n == 0), "beside the code, before anybody leaves"
        do(page, "wrote")
        if n == 0:
            do(page, "skip")
            do(page, "more")
    assert page.locator("#account").input_value() == ""
    page.context.close()
    desk, _ = open_as_reader(browser, CHROMIUM, demo, demo.keys("reviewer"))
    expect(desk.locator("article.theirs")).to_have_count(2, timeout=SLOW)
    read = " ".join(desk.locator("article.theirs .words").all_text_contents())
    assert read.split() == words.split()


def test_long_words_with_a_code_go_in_parts_and_a_line_that_breaks_between_them_loses_and_doubles_nothing(
    shared: Demo, chromium: Browser
) -> None:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    tries = bodies(page, lambda route, n: route.abort() if n == 2 else route.continue_())
    words = " ".join(f"слово{n}" for n in range(18_000))
    look(page, shared, new_code(), "ru")
    do(page, "asks")
    page.locator("[data-ask=object]").click()
    page.locator("#more").fill("Коротко")
    expect(page.locator("#sum-parts")).to_be_hidden()
    page.locator("#more").fill(words)
    expect(page.locator("#sum-parts")).to_contain_text("Частей: 2.")
    do(page, "send")
    expect(page.locator("#rest")).to_be_visible(timeout=SLOW)
    do(page, "more")
    expect(page.locator("#sum-parts")).to_be_hidden()  # the last one
    do(page, "send")
    expect(page.locator("#sent")).to_have_attribute("data-state", "waiting", timeout=SLOW)
    line_is_back(page)
    expect(page.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)
    expect(page.locator("#rest")).to_be_hidden()
    assert page.locator("#more").input_value() == ""
    first, broken, again = tries
    assert broken == again
    told = [next(iter(opened_by(shared, one).values())) for one in (first, again)]
    assert " ".join(one["story"] for one in told).split() == words.split()
    assert [one["asks"] for one in told] == ["object", "object"], "both for the same readers"
    page.context.close()


def test_a_row_is_taken_away_and_put_back_by_keyboard(shared: Demo, chromium: Browser) -> None:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    wrong = watch(page, shared)
    begin_section(page, shared, "where")
    do(page, "next-question")
    expect(page.locator("#drop-row")).to_be_hidden()  # nothing is in the only row
    page.locator("#q-episode-1-ep_start-words").fill("in spring")
    expect(page.locator("#drop-row")).to_have_text("Take away: Event 1")
    for _ in range(2):
        do(page, "next-question")
    do(page, "add-row")
    page.locator("#q-episode-2-ep_start-words").fill("around Nowruz")
    do(page, "back")
    expect(page.locator("#drop-row")).to_have_text("Take away: Event 1")
    page.locator("#drop-row").press("Enter")
    expect(page.locator("#row-gone")).to_have_text("Taken away: Event 1")
    expect(page.get_by_role("status").filter(has_text="Taken away")).to_be_visible()
    expect(page.locator("#form-title")).to_be_focused()
    expect(page.locator("#q-episode-1-ep_start-words")).to_have_value("around Nowruz")
    do(page, "all-questions")
    section(page, "perpetrators")
    expect(page.locator("#put-row")).to_be_hidden()  # it belongs to another section
    page.locator("#q-perp-1-p_name").fill("Major")
    page.locator("#drop-row").press("Enter")
    expect(page.locator("#row-gone")).to_have_text("Taken away: Person 1")
    do(page, "all-questions")
    section(page, "where")
    do(page, "next-question")
    expect(page.locator("#put-row")).to_be_visible()  # still, as long as nothing is sent; whatever else was taken
    page.locator("#put-row").press("Enter")
    expect(page.locator("#row-gone")).to_be_hidden()
    expect(page.locator("#q-episode-1-ep_start-words")).to_have_value("in spring")
    for _ in range(3):
        do(page, "next-question")
    expect(page.locator("#q-episode-2-ep_start-words")).to_have_value("around Nowruz")
    assert wrong == []
    page.context.close()


# The streams that the page was given. An answer takes a moment, as where a person is asked.
OPENINGS = """() => {
    window.opened = [];
    const devices = navigator.mediaDevices, ask = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (what) => {
        await new Promise((over) => setTimeout(over, 500));
        const one = await ask(what);
        window.opened.push(one);
        return one;
    };
}"""


def test_a_voice_note_is_recorded_in_the_page_and_sealed_like_every_file(shared: Demo, playwright: Playwright) -> None:
    browser = launch(playwright, CHROMIUM, *HEARD)
    page = device(browser, CHROMIUM, PHONE, permissions=["microphone"]).new_page()
    wrong = watch(page, shared)
    start(page, shared)
    do(page, "to-send")
    do(page, "send")
    expect(page.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)
    do(page, "wrote")
    do(page, "skip")
    evidence(page)
    page.evaluate(OPENINGS)
    page.locator("#record").dblclick()  # while the browser asks: the microphone is opened once
    page.evaluate("new Promise((heard) => addEventListener('timeupdate', heard, {once: true}))")  # it is a sign of life
    # two seconds or more: what is shown for one second only may be gone when a busy machine looks again
    expect(page.locator("#record")).to_contain_text(re.compile(r"Stop recording \(([2-9]|\d\d+) s\)"), timeout=SLOW)
    do(page, "record")
    expect(page.locator("#file-0")).to_contain_text("voice.webm", timeout=SLOW)
    assert page.evaluate("opened.flatMap((one) => one.getTracks()).map(({readyState}) => readyState)") == ["ended"]
    expect(page.locator("#file-0 input:checked")).to_have_count(1, timeout=SLOW)
    do(page, "send-files")
    expect(page.locator("#evidence-state")).to_have_attribute("data-state", "sent", timeout=SLOW)
    assert wrong == []
    browser.close()


def test_with_the_code_what_is_allowed_is_changed_and_said_not_to_reach_back(shared: Demo, chromium: Browser) -> None:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    bodies: list[bytes] = []
    page.on("request", lambda one: bodies.append(one.post_data_buffer or b"") if "/v1/messages" in one.url else None)
    look(page, shared, new_code(), "ru")
    do(page, "asks")
    page.locator("[data-ask=stop]").click()  # looked at, and not asked for
    do(page, "back")
    page.locator("[data-section=consent]").click()
    expect(page.locator("#recall")).to_be_visible()
    page.locator("#questions input[type=radio]").first.check()
    do(page, "all-questions")
    section(page, "witnesses")
    page.locator("[data-question=wit_any] input[value=yes]").check()
    names = page.locator("#q-wit_detail")
    names.fill("ж" * 2100)  # more than is locked apart in one message, and not of the words below
    do(page, "to-send")
    expect(page.locator("html")).to_have_attribute("data-screen", "write")
    do(page, "send")
    expect(page.locator("#alert")).to_contain_text("запирается отдельно")
    do(page, "back")
    names.fill("ж")
    do(page, "to-send")
    do(page, "send")
    expect(page.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)
    answers = next(iter(opened_by(shared, bodies[0]).values()))
    assert any(key.startswith("consent_") for key in answers)
    assert answers["form"] == "main"
    assert "asks" not in answers
    page.goto(f"{shared.origin}/ru/")
    page.locator("#account").fill("Слова")
    do(page, "to-send")
    do(page, "open-form")
    section(page, "consent")
    assert page.locator("#recall").count() == 0
    page.context.close()
