"""The staff's pages as a test uses them: the door, the list, an open case, its tabs and what is signed there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from crypto.errors import ProtocolError
from crypto.members import open_keyfile
from crypto.message import SealedMessage, open_message, parse_sealed
from crypto.primitives import KemKey, kem_keypair
from crypto.roots import parse_first_roots
from service.instance import read_instance
from tests.browser.browsers import CHROMIUM, DESK, SLOW, device
from tests.browser.conftest import Demo, Key
from tests.browser.person import id_of

WORDS = "Меня били в отделе, слово-77120."  # by which open_case knows that the account is shown


def member_of(key: Key) -> str:
    """Whose key file it is, as the desk names members."""
    return id_of(key).hex()


def fill_door(page: Page, file: Path, passphrase: str) -> None:
    page.locator("#keyfile").set_input_files(file)
    page.locator("#passphrase").fill(passphrase)
    page.locator("#passphrase").press("Enter")


def open_desk(page: Page, demo: Demo, key: Key) -> None:
    page.goto(f"{demo.origin}/desk/")
    fill_door(page, *key)
    page.wait_for_selector("html[data-screen=queue], html[data-screen=plain]", timeout=SLOW)


def settle(page: Page) -> None:
    """Until the desk is at nothing any more: the list is there and all of it tried, the case read, the deed signed."""
    expect(page.locator("html[data-busy]")).to_have_count(0, timeout=SLOW)


def desk_of(browser: Browser, demo: Demo, key: Key) -> Page:
    """A machine of their own, and the list of cases, each of them tried."""
    page = device(browser, CHROMIUM, DESK).new_page()
    open_desk(page, demo, key)
    settle(page)
    return page


def sign_in(page: Page, demo: Demo, key: Key) -> None:
    """By the mouse, until the door is gone; whatever comes next."""
    page.goto(f"{demo.origin}/desk/")
    page.locator("#keyfile").set_input_files(key[0])
    page.locator("#passphrase").fill(key[1])
    page.locator("#unlock").click()
    expect(page.locator("#unlock")).to_have_count(0, timeout=SLOW)


def open_as_reader(browser: Browser, name: str, demo: Demo, keys: list[Key]) -> tuple[Page, Key]:
    """Signs in the first of these reviewers who is among the hidden readers."""
    key = next(readers(demo, keys))
    page = device(browser, name, DESK).new_page()
    sign_in(page, demo, key)
    page.locator("button.open[data-reach=opens]").first.wait_for(timeout=SLOW)
    settle(page)
    page.locator("button.open[data-reach=opens]").first.click()
    page.wait_for_selector("#history", timeout=SLOW)
    settle(page)
    return page, key


def readers(demo: Demo, keys: list[Key], cid: str = "") -> Iterator[Key]:
    """Who of them can open this message, or any that the server has; to try it at a desk takes seconds."""
    instance = parse_first_roots(read_instance(demo.data / "instance").first_roots).instance
    with sqlite3.connect(f"file:{demo.data / 'panah.sqlite3'}?mode=ro", uri=True) as database:
        messages = [parse_sealed(instance, body) for (body,) in database.execute("SELECT body FROM message")]
    for file, passphrase in keys:
        pair = kem_keypair(open_keyfile(file.read_bytes(), passphrase, instance).kem_seed)
        if any(opens(message, pair) for message in messages if cid in ("", message.cid.hex())):
            yield file, passphrase


def opens(message: SealedMessage, pair: KemKey) -> bool:
    try:
        open_message(message, pair)
    except ProtocolError:
        return False
    return True


def open_case(page: Page, cid: str) -> None:
    """From the list; whoever wrote it said WORDS. The own opening is signed, where there was one to sign."""
    page.locator(f"button[data-cid='{cid}'][data-reach=opens]").click(timeout=SLOW)
    expect(page.locator(".theirs").first).to_contain_text(WORDS, timeout=SLOW)
    settle(page)


def back(page: Page) -> None:
    """To the list as it is now, and all of it tried."""
    page.locator("[data-key=back]").click()
    settle(page)


def reload(page: Page) -> None:
    """The same from the list."""
    page.locator("[data-key=reload]").click()
    settle(page)


def open_again(page: Page, cid: str) -> None:
    back(page)
    open_case(page, cid)


def open_tab(page: Page, id: str) -> None:
    """A tab of the open case, as a mouse opens it: on a narrow screen from the list."""
    page.locator(f"#tab-{id}:visible, #tab-choice:visible").first.wait_for(timeout=SLOW)
    tab = page.locator(f"#tab-{id}")
    if tab.is_visible():
        tab.click()
    else:
        page.locator("#tab-choice").select_option(id)
    expect(page.locator(f"#panel-{id}")).to_be_visible()


def reply(page: Page, text: str) -> None:
    page.locator("#reply").fill(text)
    page.locator("#reply-ask").click()
    page.locator("#reply-send").click()
    expect(page.locator("#history")).to_contain_text(text, timeout=SLOW)
    settle(page)


def look_again(page: Page) -> None:
    """What others signed meanwhile, without leaving the case."""
    page.locator("h1").focus()
    page.keyboard.press("g")
    settle(page)


def see_opening(page: Page, key: Key) -> None:
    """A colleague's opening is an entry too: what is signed next goes on it."""
    look_again(page)
    expect(page.locator(f"[data-seen='{member_of(key)}']")).to_have_count(1, timeout=SLOW)


def choose(page: Page, target: int) -> None:
    """What to sign, by its number: a state, or a deed of desk-plan.ts."""
    open_tab(page, "tasks")
    page.locator("#deed").select_option(str(target))


def sign(page: Page) -> None:
    page.locator("#deed-ask").click()
    page.locator("#deed-do").click()
    expect(page.locator("#deed-do")).to_have_count(0, timeout=SLOW)
    expect(page.locator(".note.done")).to_be_visible(timeout=SLOW)
    settle(page)


def act(page: Page, target: int, words: str, code: str = "", days: int = 0, priority: str = "") -> None:
    """A deed with its reason. `days`: for how long; `priority`: P0 to P4, where it is asked for."""
    choose(page, target)
    if priority:
        page.get_by_role("radio", name=priority).check()
    if code:
        page.locator("#deed-code").select_option(code)
    if days:
        page.locator("#deed-days").fill(str(days))
    page.locator("#deed-text").fill(words)
    sign(page)
