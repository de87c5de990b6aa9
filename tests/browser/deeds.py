"""What two or more members do with one case, each at a desk of their own, and what each must see of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.browsers import SLOW
from tests.browser.conftest import Demo, Key
from tests.browser.desk import (
    WORDS,
    act,
    back,
    choose,
    desk_of,
    look_again,
    member_of,
    open_again,
    open_case,
    open_tab,
    reload,
    settle,
    sign,
)
from tests.scenarios import Record, Scenario


class Office:
    """Each member at a machine of their own, for all tests of a file: to sign in takes longer than most deeds."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        self.browser, self.demo = browser, demo
        self._pages: dict[Path, Page] = {}

    def desk(self, key: Key) -> Page:
        """Signed in, with the list as it is now; wherever another test left it."""
        page = self._pages.get(key[0])
        if page and page.locator("html[data-screen=case]").count():
            back(page)
        elif page and page.locator("html[data-screen=queue]").count():
            reload(page)
        else:
            self._pages[key[0]] = page = desk_of(self.browser, self.demo, key)
        return page

    def at(self, key: Key, cid: str) -> Page:
        """The same, with a case open that they had not seen, and that they did is signed."""
        page = self.desk(key)
        open_case(page, cid)
        expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
        return page


def propose_members(page: Page, target: int, keys: Iterable[Key], words: str) -> None:
    """A case to these: to a unit and its supervisor, or to other readers."""
    choose(page, target)
    for key in keys:
        page.locator(f"[data-member='{member_of(key)}']").check()
    page.locator("#deed-text").fill(words)
    sign(page)


def approve(page: Page, state: int, words: str) -> None:
    """What a colleague has just proposed, seen without leaving the case."""
    look_again(page)
    proposal = page.locator(f"[data-proposal='{state}']")
    proposal.locator("[data-key=approve]").click(timeout=SLOW)
    proposal.locator("textarea").fill(words)
    page.locator("#decide").click()
    expect(proposal).to_have_count(0, timeout=SLOW)
    expect(page.locator(".note.done")).to_be_visible(timeout=SLOW)
    settle(page)


def agree(one: Page, other: Page, state: int, words: str, code: str = "", days: int = 0) -> None:
    """Proposed by one, approved by the other, and the first has seen it."""
    own = one.locator(f"[data-proposal='{state}']")
    act(one, state, words, code, days)
    expect(own).to_be_visible(timeout=SLOW)
    approve(other, state, words)
    look_again(one)
    expect(own).to_have_count(0, timeout=SLOW)


def take(page: Page, words: str) -> None:
    """With the one colleague who can be named, and then the inquiry begins."""
    open_tab(page, "tasks")
    page.locator("[data-claim]:enabled").check()
    page.locator("#claim-sign").click()
    expect(page.locator("#claim")).to_have_attribute("data-claimed", "2", timeout=SLOW)
    settle(page)
    act(page, 4, words)


def take_at_once(one: Page, other: Page, words: str) -> None:
    """Nobody begins alone. Of two who take it at once one wins, and the other is told and loses nothing."""
    for page in (one, other):
        choose(page, 4)
        page.locator("#deed-text").fill(words)
        page.locator("#deed-ask").click()
        expect(page.locator(".deeds [role=alert]")).to_contain_text("Two of the unit")
        page.locator("[data-claim]:enabled").check()
    one.locator("#claim-sign").click()
    expect(one.locator("#claim")).to_have_attribute("data-claimed", "2", timeout=SLOW)  # though an opening came first
    other.locator("#claim-sign").click()
    expect(other.locator("#claim [role=alert]")).to_contain_text("Somebody signed first", timeout=SLOW)
    expect(other.locator("#claim")).to_have_attribute("data-claimed", "2")
    expect(other.locator("#deed-text")).to_have_value(words)
    settle(other)
    settle(one)
    act(one, 4, words)


def keep_out(one: Page, whom: Key, next_one: Key) -> None:
    """A colleague, with a reason; not a second one, for then too few would be left."""
    choose(one, 105)
    one.locator("#deed-text").fill("Его брат служит там.")
    one.locator("#deed-ask").click()
    expect(one.locator(".deeds [role=alert]")).to_be_visible()
    one.locator("#withhold-from").select_option(member_of(whom))
    sign(one)
    open_tab(one, "conflict")
    expect(one.locator(f"[data-withheld='{member_of(whom)}']")).to_be_visible(timeout=SLOW)
    choose(one, 105)
    expect(one.locator(f"#withhold-from option[value='{member_of(whom)}']")).to_have_count(0)
    one.locator("#withhold-from").select_option(member_of(next_one))
    be_refused(one, "И этот тоже.")
    expect(one.locator("[data-withheld]")).to_have_count(1)


def ask_name(unit: Page, reviewer: Page, keeper: Page, cid: str, told: Scenario) -> None:
    """For one purpose. The keeper of names sees that, and no word of the case, and is asked after a reviewer."""
    act(unit, 102, told.purpose, "un_complaint")
    reload(keeper)
    keeper.locator(f"button[data-cid='{cid}']").click(timeout=SLOW)
    expect(keeper.locator("[data-ask]")).to_contain_text(told.purpose, timeout=SLOW)
    assert keeper.locator("[data-key=agree-name]").count() == 0
    look_again(reviewer)
    reviewer.locator("[data-key=agree-name]").click(timeout=SLOW)
    expect(reviewer.locator("[data-key=agree-name]")).to_have_count(0, timeout=SLOW)
    settle(reviewer)
    look_again(keeper)
    expect(keeper.locator("[data-key=agree-name]")).to_be_visible(timeout=SLOW)
    expect(keeper.locator("body")).not_to_contain_text(WORDS)


def open_name(unit: Page, reviewer: Page, keeper: Page, cid: str, told: Scenario) -> None:
    """Two halves from two others, and only whoever asked opens it."""
    ask_name(unit, reviewer, keeper, cid, told)
    keeper.locator("[data-key=agree-name]").click()
    keeper.wait_for_selector("html[data-screen=queue]", timeout=SLOW)
    expect(keeper.locator(f"[data-cid='{cid}']")).to_have_count(0)
    look_again(unit)
    unit.locator("[data-key=open-name]").click(timeout=SLOW)
    expect(unit.locator("#the-name")).to_contain_text(told.name, timeout=SLOW)
    expect(reviewer.locator("body")).not_to_contain_text(told.name)


def keep_name(keeper: Page, cid: str, why: str) -> None:
    """The keeper gives nothing, and says why to colleagues; nothing more is asked of them."""
    keeper.locator("[data-ask] summary").click()
    keeper.locator("[data-ask] textarea").fill(why)
    keeper.locator("[data-key=refuse-name]").click()
    keeper.wait_for_selector("html[data-screen=queue]", timeout=SLOW)
    expect(keeper.locator(f"[data-cid='{cid}']")).to_have_count(0, timeout=SLOW)


def close(unit: Page, supervisor: Page, told: Scenario, outcome: str) -> None:
    """From the inquiry: what the unit proposes a supervisor approves, up to the closing with its reasons."""
    agree(unit, supervisor, 6, told.investigated)
    agree(unit, supervisor, 8, told.determined, outcome)
    agree(unit, supervisor, 9, told.closed)


def write_books(page: Page, records: Sequence[Record]) -> None:
    """Lines of the books, signed as one note."""
    open_tab(page, "books")
    page.locator("#writing summary").click()
    for record in records:
        page.locator("#book").select_option(record["book"])
        for name, value in [pair for pair in record.items() if pair[0] != "book"]:
            field = page.locator(f"#book-{name}")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        page.locator("#put").click()
        expect(page.locator("#sign-records")).to_be_focused()  # the button for a line has gone with its fields
    page.locator("#sign-records").click()
    expect(page.locator("[data-record]")).to_have_count(len(records), timeout=SLOW)
    expect(page.locator("#sign-records")).to_have_count(0)
    settle(page)


def strike(page: Page, about: str) -> None:
    """The line of the books that says this was wrong."""
    open_tab(page, "books")
    page.locator("[data-record]", has_text=about).locator("button").click()
    page.locator("#sign-records").click()
    expect(page.locator("[data-record] s")).to_have_count(1, timeout=SLOW)
    settle(page)


def propose_readers(one: Page, named: Sequence[Key], words: str) -> None:
    """Nobody is chosen beforehand, and whoever proposes does not agree."""
    choose(one, 103)
    one.locator("#deed-text").fill(words)
    one.locator("#deed-ask").click()
    expect(one.locator(".deeds [role=alert]")).to_contain_text("two reviewers and a supervisor")
    propose_members(one, 103, named, words)
    expect(one.locator("[data-change]")).to_be_visible(timeout=SLOW)
    assert one.locator("[data-key=agree-readers]").count() == 0


def agree_to_readers(other: Page, named: Sequence[Key], words: str) -> None:
    """Another sees who they would be, and why; then they are."""
    look_again(other)
    will = other.locator("[data-change] ul").first  # below it, who leaves
    expect(will.locator("li")).to_have_count(len(named), timeout=SLOW)
    expect(other.locator("[data-change]")).to_contain_text(words)
    other.locator("[data-key=agree-readers]").click()
    expect(other.locator("#readers [data-reader]")).to_have_count(len(named), timeout=SLOW)
    settle(other)


def code_implicated(page: Page, region: str, name: str, members: Sequence[str]) -> None:
    """One member is barred already; by a place and a name these are too, and the desk says so of each."""
    open_tab(page, "conflict")
    conflicts = page.locator("#conflicts [data-barred]")
    expect(conflicts).to_have_count(1)
    page.locator("#coding summary").click()
    page.locator("#code-region").select_option(region, timeout=SLOW)
    page.locator("[data-code=region]").click()
    page.locator("#code-name").fill(name)
    page.locator("[data-code=name]").click()
    page.locator("#code").click()
    expect(conflicts).to_have_count(1 + len(members), timeout=SLOW)
    for member in members:
        expect(page.locator(f"#conflicts [data-barred='{member}']")).to_be_visible()
    settle(page)


def agree_in_words(page: Page, asked: str, key: str, words: str) -> None:
    """To what a colleague asks, by its names on the page; not without words for the person."""
    card = page.locator(f"[data-{asked}]")
    card.locator(f"[data-key={key}]").click()
    expect(card.locator("[role=alert]")).to_be_visible()
    expect(card.locator("textarea")).to_be_focused()
    card.locator("textarea").fill(words)
    card.locator(f"[data-key={key}]").click()
    expect(card).to_have_count(0, timeout=SLOW)
    settle(page)


def erase_name(one: Page, two: Page, cid: str, words: str) -> None:
    """As the person asked: by one and the other, in words that the person reads. The account stays."""
    open_again(one, cid)
    act(one, 107, "Человек просит стереть имя.")
    expect(one.locator("[data-erase-name] .quiet")).to_be_visible(timeout=SLOW)
    expect(one.locator("[data-key=agree-erase]")).to_have_count(0)
    open_again(two, cid)
    agree_in_words(two, "erase-name", "agree-erase", words)
    open_again(one, cid)
    expect(one.locator(".standing")).to_contain_text("Erased")
    open_tab(one, "tasks")
    expect(one.locator("#deed option[value='107']")).to_have_count(0)


def be_refused(page: Page, words: str) -> None:
    """What was chosen, tried to the end: the rules do not allow it."""
    page.locator("#deed-text").fill(words)
    page.locator("#deed-ask").click()
    page.locator("#deed-do").click()
    expect(page.locator(".deeds [role=alert]")).to_contain_text("The rules do not let you", timeout=SLOW)


def note(page: Page, text: str) -> None:
    """For staff, as what is begun among the notes; the list says so whatever was chosen in it before."""
    open_tab(page, "notes")
    expect(page.locator("#reply-to")).to_have_value("staff")  # what is begun among the notes is one
    for to in ("staff", "person", "staff"):
        page.locator("#reply-to").select_option(to)
    page.locator("#reply").fill(text)
    page.locator("#reply-ask").click()
    page.locator("#reply-send").click()
    expect(page.locator("#panel-notes .ours.note").last).to_contain_text(text, timeout=SLOW)
    settle(page)
    expect(page.locator("#reply-to")).to_have_value("staff")


def step_back(page: Page) -> None:
    """One click: the case is gone from the own desk."""
    choose(page, 101)
    page.locator("#recuse").click()
    page.wait_for_selector("html[data-screen=queue]", timeout=SLOW)
