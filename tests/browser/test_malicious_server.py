"""A server that lies to real browsers: it swaps keys, drops, reorders, replays, forges, truncates.

Between the browser and a real server each answer is bent in one way. What is bent is refused or shown: nothing of it
passes for what somebody signed, no word is sealed for a stranger, and what the person wrote stays.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from crypto.account import FOLLOW_UP
from crypto.encoding import decode, encode
from crypto.enrolment import encode_kem_keys, parse_kem_keys
from crypto.message import parse_sealed
from crypto.posts import PostedEntry, encode_posted_entries, parse_posted_entries
from crypto.primitives import kem_keypair
from crypto.requests import sign_mailbox_request
from tests.browser.browsers import CHROMIUM, DESK, PHONE, SLOW, device, launch
from tests.browser.conftest import Demo, Key
from tests.browser.desk import open_desk, settle
from tests.browser.person import Person
from tests.browser.submitter import do

WORDS = "Меня били ночью, слово-90417."
LATER = "Потом пришли домой, слово-33508."
ANSWER = "Врач придёт завтра, слово-51862."
ANSWER_B = "Это ответ другому человеку, слово-70931."
Bend = Callable[[bytes], bytes]


def bend(page: Page, address: str, how: Bend, also: list[str] | None = None) -> list[str]:
    """Each answer of this address, bent; the list says how often."""
    bent = [] if also is None else also

    def handle(route: Route) -> None:
        answer = route.fetch()
        if answer.status != 200:
            return route.fulfill(response=answer)
        bent.append(route.request.url)
        return route.fulfill(response=answer, body=how(answer.body()))

    page.route(address, handle)
    return bent


def close(page: Page) -> None:
    """Also while an answer is being bent that nobody waits for any more."""
    page.unroute_all(behavior="ignoreErrors")
    page.context.close()


@dataclass
class Setting:
    """Two cases, each with an answer, and a reader of both."""

    demo: Demo
    browser: Browser
    key: Key
    mine: Person
    other: Person
    early: bytes = b""  # what my mailbox was when nobody had answered

    def desk(self) -> Page:
        page = device(self.browser, CHROMIUM, DESK).new_page()
        open_desk(page, self.demo, self.key)
        return page

    def open_case(self, page: Page) -> None:
        page.locator(f"button.open[data-cid='{self.mine.cid.hex()}']").click(timeout=SLOW)
        page.wait_for_selector("#history", timeout=SLOW, state="attached")

    def look(self, page: Page) -> str:
        """With my code, on a telephone; the screen it ends on."""
        page.goto(f"{self.demo.origin}/en/check/")
        page.locator("#code").fill(self.mine.code)
        do(page, "open")
        page.wait_for_selector(
            "html[data-screen=box], html[data-screen=empty], #opening[data-state=failed]",
            timeout=SLOW,
            state="attached",
        )
        return page.locator("html").get_attribute("data-screen") or ""

    def phone(self) -> Page:
        return device(self.browser, CHROMIUM, PHONE).new_page()


def raw_mailbox(person: Person) -> bytes:
    nonce = person._post("/v1/challenge", b"")
    return person._post(
        "/v1/mailbox/read", sign_mailbox_request(person.instance, person.receipt, "mailbox.read", b"", nonce)
    )


@pytest.fixture(scope="module")
def setting(shared: Demo, playwright: Playwright) -> Iterator[Setting]:
    browser = launch(playwright, CHROMIUM)
    mine, other = Person(shared), Person(shared)
    while not (keys := [key for key in shared.keys("reviewer") if mine.reads(key) and other.reads(key)]):
        other = Person(shared)
    mine.write(WORDS)
    mine.write(LATER, kind=FOLLOW_UP)
    other.write("Чужое дело.")
    made = Setting(shared, browser, keys[0], mine, other, raw_mailbox(mine))
    page = made.desk()
    for person, text in ((mine, ANSWER), (other, ANSWER_B)):
        page.locator(f"button.open[data-cid='{person.cid.hex()}']").click(timeout=SLOW)
        expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
        page.locator("#reply").fill(text)
        page.locator("#reply-ask").click()
        page.locator("#reply-send").click()
        expect(page.locator(".note.sent")).to_be_visible(timeout=SLOW)
        page.locator("[data-key=back]").click()
    close(page)
    yield made
    browser.close()


# --- to the person


def swapped(setting: Setting, data: bytes) -> bytes:
    """The server's own keys in the place of the readers'."""
    count = len(parse_kem_keys(setting.mine.instance, data))
    return encode_kem_keys(setting.mine.instance, [kem_keypair(os.urandom(32)).pk for _ in range(count)])


def dropped(setting: Setting, data: bytes) -> bytes:
    """All but two: who is drawn does not depend on what is given."""
    return encode_kem_keys(setting.mine.instance, list(parse_kem_keys(setting.mine.instance, data).values())[:2])


@pytest.mark.parametrize("how", [swapped, dropped, lambda _, data: data[:-1]], ids=["swapped", "dropped", "cut"])
def test_nothing_is_sealed_where_a_readers_key_is_not_the_one_that_is_vouched_for(
    setting: Setting, how: Callable[[Setting, bytes], bytes]
) -> None:
    page = setting.phone()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    bent = bend(page, "**/v1/keyring/kem", lambda data: how(setting, data))
    page.goto(f"{setting.demo.origin}/en/")
    page.locator("#account").fill(WORDS)
    do(page, "to-send")
    page.wait_for_selector("#who[data-state=ok], #who[data-state=refused]", timeout=SLOW)
    do(page, "send")
    page.wait_for_selector("#sent[data-state=refused], #alert:focus", timeout=SLOW)
    assert bent
    assert sent == []
    assert page.locator("#account").input_value() == WORDS
    close(page)


def test_what_nobody_bent_is_read(setting: Setting) -> None:
    """Or the tests below would show nothing."""
    page = setting.phone()
    assert setting.look(page) == "box"
    expect(page.locator("#replies")).to_contain_text(ANSWER)
    expect(page.locator("#gone")).to_be_hidden()
    close(page)


BLOCK = 16_384


def blocks(data: bytes) -> list[bytes]:
    return [data[at : at + BLOCK] for at in range(0, len(data), BLOCK)]


MAILBOXES: dict[str, Callable[[Setting, bytes], bytes]] = {
    "cut in the answer": lambda _, data: data[: BLOCK + 100],
    "of another code": lambda setting, _: raw_mailbox(setting.other),
    "the answer of another case put in": lambda setting, data: b"".join(
        [blocks(data)[0], blocks(raw_mailbox(setting.other))[1], *blocks(data)[2:]]
    ),
    "the answer dropped": lambda _, data: data[:BLOCK] + os.urandom(7 * BLOCK),
    "the status dropped": lambda _, data: os.urandom(BLOCK) + data[BLOCK:],
    "a bit of the status flipped": lambda _, data: data[:500] + bytes([data[500] ^ 1]) + data[501:],
    "of before the answer": lambda setting, _: setting.early,
    "reordered": lambda _, data: b"".join([*blocks(data)[1:], blocks(data)[0]]),
    "nothing": lambda _, data: b"",
}


@pytest.mark.parametrize("what", MAILBOXES)
def test_of_a_bent_mailbox_nothing_is_shown_that_was_not_signed_for_this_case(setting: Setting, what: str) -> None:
    page = setting.phone()
    bent = bend(page, "**/v1/mailbox/read", lambda data: MAILBOXES[what](setting, data))
    screen = setting.look(page)
    shown = page.content()
    assert bent
    assert ANSWER_B not in shown
    if what == "reordered":  # the page finds its blocks wherever they stand
        assert screen == "box"
        assert ANSWER in shown
        return close(page)
    assert ANSWER not in shown
    if screen == "box":  # the status holds, so what is missing is said
        assert what in ("the answer dropped", "the answer of another case put in", "cut in the answer")
        expect(page.locator("#gone")).to_be_visible()
    close(page)


# --- to the staff

Listed = list[PostedEntry]


def forged(entries: Listed) -> Listed:
    """The last byte of the first signature."""
    first = entries[0].entry
    return [PostedEntry(first[:-1] + bytes([first[-1] ^ 1]), entries[0].box), *entries[1:]]


def boxes_swapped(entries: Listed) -> Listed:
    """The words of an answer under an entry that has none."""
    return [PostedEntry(entries[0].entry, entries[-1].box), *entries[1:]]


def in_file(at: int, how: Bend) -> Bend:
    """Of what is given of a case in one answer: 0 what is listed, 1 its entries, 2 its first message."""

    def change(data: bytes) -> bytes:
        parts = decode("case-file", [None, None, None], data)
        return encode("case-file", *(how(part) if n == at else part for n, part in enumerate(parts)))

    return change


def bend_case(page: Page, at: int, address: str, how: Bend) -> list[str]:
    """Wherever the server gives it: in the one answer, or asked for by itself."""
    bent = bend(page, "**/v1/casework/cases/*/file", in_file(at, how))
    return bend(page, address, how, bent)


HISTORIES: dict[str, Callable[[Listed], Listed]] = {
    "the first dropped": lambda entries: entries[1:],
    "reordered": lambda entries: [entries[1], entries[0], *entries[2:]],
    "replayed": lambda entries: [*entries, entries[0]],
    "forged": forged,
    "boxes exchanged": boxes_swapped,
}


def alarm(page: Page) -> None:
    expect(page.locator(".alarm[role=alert]").first).to_be_visible(timeout=SLOW)


@pytest.fixture(scope="module")
def signed_in(setting: Setting) -> Iterator[Page]:
    page = setting.desk()
    yield page
    close(page)


@pytest.fixture
def listed(signed_in: Page) -> Iterator[Page]:
    """The list of cases; what is opened from it is asked of the server anew."""
    yield signed_in
    signed_in.unroute_all(behavior="ignoreErrors")  # also while an answer is being bent that nobody waits for
    signed_in.locator("[data-key=back]").click()
    signed_in.wait_for_selector("html[data-screen=queue]")
    settle(signed_in)
    assert signed_in.locator(".alarm[role=alert]").count() == 0


def test_a_case_that_nobody_bent_has_no_alarm(setting: Setting, listed: Page) -> None:
    setting.open_case(listed)
    expect(listed.locator(".theirs").first).to_contain_text(WORDS, timeout=SLOW)
    settle(listed)
    assert listed.locator(".alarm[role=alert]").count() == 0


@pytest.mark.parametrize("what", HISTORIES)
def test_a_bent_history_is_loud_and_nothing_is_signed_upon_it(setting: Setting, listed: Page, what: str) -> None:
    bent = bend_case(
        listed, 1, "**/entries", lambda data: encode_posted_entries(HISTORIES[what](parse_posted_entries(data)))
    )
    posted: list[str] = []
    listed.on("request", lambda one: posted.append(one.url) if one.method == "POST" and "/entries" in one.url else None)
    setting.open_case(listed)
    alarm(listed)
    settle(listed)
    assert bent
    assert posted == []


def without_last_message(data: bytes) -> bytes:
    found = json.loads(data)
    found["messages"].pop()
    return json.dumps(found).encode()


def other_message(setting: Setting) -> Bend:
    """What somebody else wrote, to the same reader."""
    with sqlite3.connect(f"file:{setting.demo.data / 'panah.sqlite3'}?mode=ro", uri=True) as database:
        body = database.execute("SELECT body FROM message WHERE cid = ?", (setting.other.cid,)).fetchone()[0]
    return lambda _: bytes(body)


def later(setting: Setting, how: Bend) -> Bend:
    """Bends what came after the first message, which opens the case."""
    return lambda data: data if parse_sealed(setting.mine.instance, data).cid == setting.mine.cid else how(data)


def flipped(data: bytes) -> bytes:
    """In the account; in a slot it would look like a message to other readers, which nobody can tell apart."""
    return data[:20_000] + bytes([data[20_000] ^ 1]) + data[20_001:]


MESSAGES: dict[str, tuple[int, str, Callable[[Setting], Bend]]] = {
    "one held back": (0, "**/v1/casework/cases/*", lambda _: without_last_message),
    "one given for another": (2, "**/messages/*", lambda setting: later(setting, other_message(setting))),
    "a bit flipped": (2, "**/messages/*", lambda setting: later(setting, flipped)),
    "cut": (2, "**/messages/*", lambda setting: later(setting, lambda data: data[: len(data) // 2])),
}


@pytest.mark.parametrize("what", MESSAGES)
def test_messages_held_back_exchanged_or_spoilt_are_told(setting: Setting, what: str) -> None:
    page = device(setting.browser, CHROMIUM, DESK).new_page()
    at, address, how = MESSAGES[what]
    bent = bend_case(page, at, address, how(setting))
    open_desk(page, setting.demo, setting.key)
    setting.open_case(page)
    alarm(page)
    assert bent
    close(page)


@pytest.mark.parametrize("how", ["exchanged", "flipped"])
def test_an_account_that_is_not_the_cases_own_opens_nothing(setting: Setting, how: str) -> None:
    page = device(setting.browser, CHROMIUM, DESK).new_page()
    bent = bend_case(page, 2, "**/messages/*", other_message(setting) if how == "exchanged" else flipped)
    open_desk(page, setting.demo, setting.key)
    row = page.locator("tr", has=page.locator(f"button.open[data-cid='{setting.mine.cid.hex()}']"))
    expect(row.locator(".broken")).to_be_visible(timeout=SLOW)
    assert bent
    close(page)


def test_the_desk_opens_with_no_list_of_keys_but_the_signed_one(setting: Setting) -> None:
    page = device(setting.browser, CHROMIUM, DESK).new_page()
    signed: list[str] = []
    page.on("request", lambda one: signed.append(one.url) if one.url.endswith("/v1/staff/sessions") else None)
    bend(page, "**/v1/keyring", lambda data: data[:-300] + bytes(300))
    page.goto(f"{setting.demo.origin}/desk/")
    expect(page.locator("main [role=alert], main .broken, main .alarm").first).to_be_visible(timeout=SLOW)
    assert page.locator("#keyfile").count() == 0
    assert signed == []
    close(page)
