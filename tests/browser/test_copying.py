"""The page for whoever copies papers: what it asks, what the desk reads, and that nothing of one comes into another."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, Route, expect

from crypto.message import parse_sealed
from crypto.roots import parse_first_roots
from intake_forms.read import read_forms
from service.instance import read_instance
from service.site.paper_questions import copied
from service.site.script_words import COPYING
from service.site.words import Words
from tests.browser.browsers import CHROMIUM, DESK, PHONE, SLOW, device, until
from tests.browser.conftest import Demo, Phone
from tests.browser.desk import WORDS as AT_DESK
from tests.browser.desk import fill_door, open_case, open_tab, readers, settle
from tests.browser.submitter import WORDS, bodies, code_of, do, evidence, opened_by, sent, watch
from tests.unit import media

NAME = "Имя-60417"
ASKED = "[...document.querySelectorAll('#questions .question:not([hidden])')].map((one) => one.dataset.question)"
HELD = """document.documentElement.outerHTML +
    [...document.querySelectorAll('input, textarea')].map((one) => one.value).join()"""


def begin(page: Page, demo: Demo, language: str = "ru", words: str = WORDS) -> None:
    page.goto(f"{demo.origin}/{language}/paper/")
    page.locator("#account").fill(words)


def answer(page: Page, key: str, value: str) -> None:
    page.locator(f"[data-question='{key}'] input[value={value}]").check()


def when(page: Page, key: str, day: str, hour: str) -> None:
    """In May 2026, as somebody wrote it by hand."""
    name = f"#q-{key.replace('.', '-')}"
    page.locator(f"{name}-day").fill(day)
    page.locator(f"{name}-month").select_option("5")
    page.locator(f"{name}-year").fill("2026")
    page.locator(f"{name}-part").select_option("clock")
    page.locator(f"{name}-clock").fill(hour)


def next_until(page: Page, key: str) -> list[str]:
    """On through the screens to the one that asks this, or to the end; what was asked on the way."""
    asked: list[str] = []
    while page.locator("html").get_attribute("data-screen") == "form":
        asked += page.evaluate(ASKED)
        if key in asked:
            break
        do(page, "next-question")
    return asked


def copy_one(page: Page) -> None:
    """From the words to the code."""
    do(page, "to-send")
    do(page, "send")
    sent(page)


def test_it_asks_what_the_paper_asks_and_nothing_else(shared: Demo, phone: Phone) -> None:
    page = phone()
    wrong = watch(page, shared)
    begin(page, shared)
    do(page, "open-form")
    expect(page.locator("[data-question=role]")).to_be_visible(timeout=SLOW)
    # nothing is ticked: on a paper whether the person lives, the name and whom they trust have their lines all the same
    found = next_until(page, "")
    expect(page.locator("html")).to_have_attribute("data-screen", "send")
    asked = {key.rsplit(".", 1)[-1] for key in found}
    assert len([one for one in asked if one.startswith("consent_")]) == 12
    assert asked == {*copied(read_forms().forms["main"])} - {"story"}  # the words have a field of their own
    do(page, "all-questions")
    expect(page.locator("#sections button").first).to_be_visible()
    titles = page.locator("#sections button").all_inner_texts()
    assert len(titles) == len(set(titles)) > 10
    assert wrong == []


def test_times_and_a_photo_of_a_paper_are_read_at_the_desk(shared: Demo, chromium: Browser) -> None:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    wrong = watch(page, shared)
    tries = bodies(page, lambda route, _: route.continue_())
    begin(page, shared, words=AT_DESK)
    do(page, "open-form")
    expect(page.locator("[data-question=role]")).to_be_visible(timeout=SLOW)
    answer(page, "role", "victim")
    next_until(page, "v_name")
    page.locator("#q-v_name").fill(NAME)
    next_until(page, "country")
    answer(page, "country", "TJ")
    next_until(page, "episode.1.ep_start")
    when(page, "episode.1.ep_start", "3", "22:15")
    next_until(page, "t_detained")
    when(page, "t_detained", "3", "20")
    next_until(page, "exams.1.ex_when")
    when(page, "exams.1.ex_when", "5", "0830")
    copy_one(page)
    do(page, "wrote")
    do(page, "skip")
    evidence(page)
    expect(page.locator("#evidence-how")).to_have_text(Words("ru").gettext(COPYING["evidence_how"]))
    page.locator("#files").set_input_files({"name": "лист.jpg", "mimeType": "image/jpeg", "buffer": media.jpeg()})
    expect(page.locator("#file-0 input:checked")).to_have_count(1, timeout=SLOW)
    expect(page.locator("section[data-screen=evidence] [data-do=next-paper]")).to_be_hidden()
    do(page, "send-files")
    expect(page.locator("#evidence-state")).to_have_attribute("data-state", "sent", timeout=SLOW)
    expect(page.locator("section[data-screen=evidence] [data-do=next-paper]")).to_be_visible()
    assert wrong == []
    page.context.close()

    instance = parse_first_roots(read_instance(shared.data / "instance").first_roots).instance
    cid = parse_sealed(instance, tries[0]).cid.hex()
    desk = device(chromium, CHROMIUM, DESK).new_page()
    desk.goto(f"{shared.origin}/desk/ru/")
    fill_door(desk, *next(readers(shared, shared.keys("reviewer"), cid)))
    desk.wait_for_selector("html[data-screen=queue]", timeout=SLOW)
    settle(desk)
    open_case(desk, cid)
    main = desk.locator("main")
    expect(main).to_contain_text("задержан: 3 мая 2026 г. 20:00 – 20:59; началось: 3 мая 2026 г. 22:15")
    expect(main).to_contain_text("Переписано с")
    open_tab(desk, "answers")
    expect(desk.locator("#panel-answers")).to_contain_text("5 мая 2026 г. 08:30")
    open_tab(desk, "evidence")
    expect(desk.locator("#panel-evidence .files li")).to_contain_text("лист.jpg")
    assert NAME not in desk.content()


def test_the_next_paper_begins_with_nothing_of_the_one_before(shared: Demo, phone: Phone) -> None:
    page = phone()
    wrong = watch(page, shared)
    ended: list[str] = []
    page.on("worker", lambda one: one.on("close", lambda it: ended.append(it.url)))
    held: list[Route] = []
    tries = bodies(page, lambda route, n: held.append(route) if n == 1 else route.continue_())
    begin(page, shared)
    do(page, "open-form")
    expect(page.locator("[data-question=role]")).to_be_visible(timeout=SLOW)
    answer(page, "role", "witness")
    do(page, "to-send")
    page.locator("section[data-screen=send] [data-do=go-name]").click()
    page.locator("#name").fill(NAME)
    do(page, "to-send")
    page.locator("[name=panel][value=abroad]").check()
    do(page, "send")
    until(page, lambda: held)
    do(page, "wrote")
    do(page, "skip")
    for after in (".quiet[data-do=more]", "[data-do=next-paper]"):
        expect(page.locator(f"section[data-screen=done] {after}")).to_be_hidden()  # it is not with us yet
    held[0].continue_()
    sent(page)
    expect(page.locator("section[data-screen=done] .quiet[data-do=more]")).to_be_visible()
    code = code_of_hidden(page)
    do(page, "next-paper")
    expect(page.locator("#account")).to_be_visible()
    assert page.url == f"{shared.origin}/ru/paper/"
    assert page.evaluate("scrollY") == 0
    everything = page.evaluate(HELD)
    for one in (WORDS, NAME, code, f"{code[:4]} {code[4:8]}"):
        assert one not in everything
    until(page, lambda: len(ended) == 1)  # with the code and the keys
    other = "Вторая бумага."
    page.locator("#account").fill(other)
    do(page, "to-send")
    expect(page.locator("#sum-more")).to_have_text("Ответов: 0")
    expect(page.locator("#sum-name")).not_to_contain_text(NAME)
    expect(page.locator("[name=panel]:checked")).to_have_count(0)
    do(page, "send")
    sent(page)
    assert code_of(page) != code
    first, second = (next(iter(opened_by(shared, one).values())) for one in tries)
    assert first == {"story": WORDS, "role": "witness", "form": "main", "copied_from": "paper"}
    assert second == {"story": other, "copied_from": "paper"}
    assert wrong == []


def code_of_hidden(page: Page) -> str:
    text: str = page.locator("#receipt").text_content() or ""
    return "".join(text.split())


def test_what_was_forgotten_goes_under_the_code_of_the_same_paper(shared: Demo, phone: Phone) -> None:
    page = phone()
    tries = bodies(page, lambda route, _: route.continue_())
    begin(page, shared, "en")
    copy_one(page)
    do(page, "wrote")
    do(page, "skip")
    do(page, "more")
    expect(page.locator("section[data-screen=write] [data-do=next-paper]")).to_have_count(0)
    page.locator("#account").fill("On the back.")
    copy_one(page)
    expect(page.locator("#old-code")).to_be_visible()
    instance = parse_first_roots(read_instance(shared.data / "instance").first_roots).instance
    assert len({parse_sealed(instance, one).lookup for one in tries}) == 1
    do(page, "wrote")
    expect(page.locator("section[data-screen=done] [data-do=next-paper]")).to_be_visible()
