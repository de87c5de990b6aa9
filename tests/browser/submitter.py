"""The submitter's pages as a test uses them: screen by screen, what leaves the browser, and what is kept of it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable

from playwright.sync_api import Page, Request, Route, expect

from crypto.errors import ProtocolError
from crypto.members import open_keyfile
from crypto.message import URGENT, open_message, parse_sealed
from crypto.primitives import kem_keypair
from crypto.roots import parse_first_roots
from service.instance import read_instance
from tests.browser.browsers import SLOW
from tests.browser.conftest import Demo
from tests.browser.person import Person
from tests.scenarios import Scenario
from tests.unit import media

DAY = 86400  # s
WORDS = "Меня забрали ночью."


def do(page: Page, what: str) -> None:
    """Presses what the screen offers by this name."""
    page.locator(f'section:not([hidden]) [data-do="{what}"]:visible').first.click()


def watch(page: Page, demo: Demo) -> list[str]:
    """What a page must never do: ask a third party, break its own policy, throw."""
    wrong: list[str] = []
    page.on(
        "request", lambda request: None if request.url.startswith((demo.origin, "data:")) else wrong.append(request.url)
    )
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    return wrong


def begin(page: Page, demo: Demo, words: str = WORDS, language: str = "ru") -> None:
    """As far as the last screen before sending."""
    page.goto(f"{demo.origin}/{language}/")
    page.locator("#account").fill(words)
    do(page, "to-send")


def start(page: Page, demo: Demo, words: str = "They took him at night.") -> None:
    page.goto(f"{demo.origin}/en/")
    page.locator("#account").fill(words)


def section(page: Page, id: str) -> None:
    page.locator(f'#sections [data-section="{id}"]').click()


def begin_section(page: Page, demo: Demo, id: str) -> None:
    """With some words written, the questions of one section."""
    start(page, demo)
    do(page, "to-send")
    do(page, "open-form")
    section(page, id)


def sent(page: Page, state: str = "sent") -> None:
    expect(page.locator("#sent")).to_have_attribute("data-state", state, timeout=SLOW)


def line_is_back(page: Page) -> None:
    """As a browser says it. A page that has tried by itself meanwhile does nothing more."""
    page.evaluate("dispatchEvent(new Event('online'))")


def learn(page: Page) -> None:
    """Until the page has had the answer to what it asks the server after all that it has asked before."""
    page.evaluate("fetch('/v1/keyring').then((answer) => answer.arrayBuffer()).then(() => undefined)")


def asked_of(page: Page, code: str, which: int) -> str:
    """Of this code the digits that the page asks back, by the label of the field."""
    first, last = map(int, re.findall(r"\d+", page.locator(f"#label-{which}").inner_text()))
    return code[first - 1 : last]


def evidence(page: Page) -> None:
    """The screen for files. What takes them comes with it: before that, a file that is chosen is lost."""
    do(page, "evidence")
    expect(page.locator("html")).to_have_attribute("data-screen", "evidence", timeout=SLOW)


def as_far_as_files(page: Page, demo: Demo) -> None:
    """Words are sent, and the screen for files is open."""
    begin(page, demo)
    who(page, "ok")
    do(page, "send")
    sent(page)
    do(page, "wrote")
    do(page, "skip")
    evidence(page)


def who(page: Page, state: str) -> None:
    expect(page.locator("#who")).to_have_attribute("data-state", state, timeout=SLOW)


def code_of(page: Page) -> str:
    return re.sub(r"\D", "", page.locator("#receipt").inner_text())


def look(page: Page, demo: Demo, code: str, language: str = "en") -> str:
    """Opens a mailbox in which nothing is; what the page says, but for years and codes."""
    page.goto(f"{demo.origin}/{language}/check/")
    page.locator("#code").fill(code)
    do(page, "open")
    expect(page.locator("html")).to_have_attribute("data-screen", "empty", timeout=SLOW)
    return re.sub(r"\d{4}", "####", page.locator("main").inner_text())


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10."""
    left = 10
    for digit in digits:
        left = ((int(digit) + left) % 10 or 10) * 2 % 11
    return str((11 - left) % 10)


def bodies(page: Page, answer: Callable[[Route, int], None]) -> list[bytes]:
    """What the page sends, each answered by `answer` with its number."""
    seen: list[bytes] = []

    def handle(route: Route) -> None:
        seen.append(route.request.post_data_buffer or b"")
        answer(route, len(seen))

    page.route("**/v1/messages", handle)
    return seen


def posted(page: Page) -> list[str]:
    """Every request with a body."""
    seen: list[str] = []

    def note(request: Request) -> None:
        if request.method != "GET":
            seen.append(request.url)

    page.on("request", note)
    return seen


def kept(demo: Demo) -> int:
    """Messages in the database."""
    with sqlite3.connect(f"file:{demo.data / 'panah.sqlite3'}?mode=ro", uri=True) as database:
        count: int = database.execute("SELECT count(*) FROM message").fetchone()[0]
    return count


def opened_by(demo: Demo, sealed: bytes) -> dict[str, dict[str, str]]:
    """The account's answers, by the panel whose reviewers could open it."""
    instance = parse_first_roots(read_instance(demo.data / "instance").first_roots).instance
    message = parse_sealed(instance, sealed)
    opened = {}
    for file, passphrase in demo.keys("reviewer"):
        keyfile = open_keyfile(file.read_bytes(), passphrase, instance)
        try:
            found = open_message(message, kem_keypair(keyfile.kem_seed))
        except ProtocolError:
            continue
        opened[file.stem.rsplit("-", 1)[0]] = dict(found.account.content.answers)
    return opened


def complain(page: Page, demo: Demo, told: Scenario, words: str) -> Person:
    """As a person does it, in Russian: words, a name, danger, some answers, a picture."""
    tries = bodies(page, lambda route, _: route.continue_())
    page.goto(f"{demo.origin}/ru/")
    page.locator("#account").fill(words)
    do(page, "next")
    page.locator("#name").fill(told.name)
    do(page, "next")
    page.locator("#danger-yes" if told.lane == URGENT else "#danger-no").check()
    do(page, "next")
    do(page, "open-form")
    section(page, "where")
    page.locator(f"[data-question=country] input[value={told.country}]").check()
    for _ in range(3):
        do(page, "next-question")
    page.locator("[data-question='episode.1.restrained'] input[value=yes]").check()
    do(page, "all-questions")
    section(page, "injuries_")
    for _ in range(2):
        do(page, "next-question")
    page.locator(f"[data-question=unconscious] input[value={told.answers['unconscious']}]").check()
    do(page, "all-questions")
    section(page, "medical")
    for _ in range(3):
        do(page, "next-question")
    page.locator("#q-exams-1-official_explanation").fill(told.answers["exams.1.official_explanation"])
    do(page, "to-send")
    do(page, "send")
    sent(page)
    person = Person(demo, code_of(page), told.country)
    person.cid = parse_sealed(person.instance, tries[0]).cid
    do(page, "wrote")
    do(page, "skip")
    evidence(page)
    page.locator("#files").set_input_files({"name": "рука.jpg", "mimeType": "image/jpeg", "buffer": media.jpeg()})
    expect(page.locator("#file-0 input:checked")).to_have_count(1, timeout=SLOW)
    do(page, "send-files")
    expect(page.locator("#evidence-state")).to_have_attribute("data-state", "sent", timeout=SLOW)
    page.unroute("**/v1/messages")
    return person


def open_box(page: Page, demo: Demo, code: str) -> None:
    """The answers to a code, in Russian."""
    page.goto(f"{demo.origin}/ru/check/")
    page.locator("#code").fill(code)
    do(page, "open")
    page.wait_for_selector("html[data-screen=box]", timeout=SLOW)


def look_at_box(page: Page) -> None:
    """The same once more, without the code: to enter it takes 8 s where there is no JIT."""
    do(page, "look")
    page.wait_for_selector("html[data-screen=box]", timeout=SLOW)


def ask(page: Page, what: str, words: str = "", left_out: Iterable[str] = ()) -> None:
    """From the answers: what the person asks for, by its name on the page, and who shall not read it."""
    do(page, "asks")
    page.locator(f"[data-ask={what}]").click()
    if words:
        page.locator("#more").fill(words)
    for panel in left_out:
        page.locator(f"[name=panel][value={panel}]").check()
    do(page, "send")
    sent(page)
