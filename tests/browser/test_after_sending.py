"""What follows the first words: the rest goes to the same readers, and the mailbox says what is so and no more."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Route, expect

from crypto.account import FOLLOW_UP, STOP
from crypto.encoding import Z32
from crypto.entry import PROPOSAL, Entry, SignedEntry, messages_head, parse_signed_entry, sign_entry
from crypto.errors import ProtocolError
from crypto.mailbox import BLOCKS, Mailbox, StatusFields, seal_status
from crypto.members import Keyfile, open_keyfile
from crypto.message import NORMAL, STOP_LANE, open_message, parse_sealed, write_statement
from crypto.posts import BLOCK
from crypto.primitives import kem_keypair, sign
from crypto.walk import Start
from crypto.workflow import CLOSED, ERASED, INQUIRY, SAFETY_HOLD, WITHDRAWN
from tests.browser.browsers import CHROMIUM, PHONE, SLOW, device
from tests.browser.conftest import Demo
from tests.browser.person import Person
from tests.browser.submitter import bodies, do, evidence, look_at_box, open_box, sent

LONG = " ".join(f"слово{n}" for n in range(18_000))  # two parts


@pytest.fixture(scope="module")
def readers(shared: Demo) -> dict[str, Keyfile]:
    """Every reviewer's opened key file, by its name."""
    return {file.stem: open_keyfile(file.read_bytes(), passphrase) for file, passphrase in shared.keys("reviewer")}


def opened_by(readers: dict[str, Keyfile], sealed: bytes) -> dict[str, tuple[int, int]]:
    """Kind and lane, by the reviewers who can open it."""
    opened = {}
    for name, keyfile in readers.items():
        message = parse_sealed(keyfile.first_roots.instance, sealed)
        try:
            found = open_message(message, kem_keypair(keyfile.kem_seed))
        except ProtocolError:
            continue
        opened[name] = (found.account.content.kind, message.lane)
    return opened


def test_the_rest_of_long_words_and_the_files_go_to_the_readers_of_the_first_part(
    shared: Demo, chromium: Browser, readers: dict[str, Keyfile]
) -> None:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    tries = bodies(page, lambda route, _: route.continue_())
    page.goto(f"{shared.origin}/ru/")
    page.locator("#account").fill(LONG)
    do(page, "to-send")
    do(page, "open-form")
    page.locator('#sections [data-section="where"]').click()
    page.locator("[data-question=country] input[value=KG]").check()
    do(page, "to-send")
    page.locator("[name=panel][value=abroad]").check()  # what is feared is feared in another language too
    page.locator("#languages summary").click()
    page.locator("a[hreflang=kk]").click()
    expect(page.locator("html[lang=kk] [name=panel][value=abroad]")).to_be_checked()
    page.locator("[name=panel][value=abroad]").uncheck()
    do(page, "send")
    sent(page)
    do(page, "wrote")
    do(page, "skip")
    page.locator("#rest button").click()
    do(page, "to-send")
    do(page, "send")
    sent(page)
    do(page, "wrote")
    evidence(page)
    page.locator("#files").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    page.locator("input[name=file-0-wish]").first.check(timeout=SLOW)
    do(page, "send-files")
    expect(page.locator("#evidence-state")).to_have_attribute("data-state", "sent", timeout=SLOW)

    first, rest, files = (set(opened_by(readers, one)) for one in tries)
    assert len(first) == 5, "of both panels; where no country is told, only those of all countries are drawn"
    assert rest == first
    assert files == first


def test_what_is_written_later_goes_to_the_first_readers_where_the_country_is_told_again(
    shared: Demo, chromium: Browser, readers: dict[str, Keyfile]
) -> None:
    """On another device, before anybody has answered: the page knows the code and no country."""
    person = Person(shared, country="KG")
    page = device(chromium, CHROMIUM, PHONE).new_page()
    tries = bodies(page, lambda route, _: route.continue_())
    person.write("слово", language="ky")
    first = {one.stem for one, _ in shared.keys("reviewer") if person.reads((one, ""))}
    assert any("in-country" in name for name in first)
    page.goto(f"{shared.origin}/ru/check/")
    page.locator("#code").fill(person.code)
    do(page, "open")
    page.wait_for_selector("html[data-screen=empty]", timeout=SLOW)
    do(page, "asks")
    page.locator("[data-ask=danger]").click()
    page.locator("#more").fill("Я в опасности.")
    page.locator("#where-KG").check()
    page.locator("#languages summary").click()
    page.locator("a[hreflang=kk]").click()
    expect(page.locator("html[lang=kk] #where-KG")).to_be_checked()
    do(page, "send")
    sent(page)
    assert set(opened_by(readers, tries[0])) == first


@dataclass
class Told:
    """What a member signs for the mailbox of somebody: where the case stands, and what was done since."""

    person: Person
    member: Keyfile
    cid: bytes = field(default_factory=lambda: os.urandom(32))

    def proposal(self, start: Start, state: int, messages: tuple[bytes, ...]) -> SignedEntry:
        ring, instance = self.person.keyring, self.person.instance
        made = Entry(
            instance=instance,
            cid=self.cid,
            seq=start.seq,
            prev=start.link,
            kind=PROPOSAL,
            state=state,
            day=self.person.today,
            until=0,
            actor=self.member.member,
            box_hash=os.urandom(32),
            cited=Z32,
            keyring_hash=ring.hash,
            messages=messages_head(list(messages)),
            priority=start.priority,
        )
        return parse_signed_entry(sign_entry(made, self.member.signing_seed))

    def answer(self, start: Start, *entries: SignedEntry, messages: tuple[bytes, ...]) -> bytes:
        """As the server answers: the block, and what looks like one."""
        person, mine = self.person, self.person.receipt
        signature = sign(mine.request_seed, write_statement(person.instance, self.cid, mine.lookup))
        status = StatusFields(
            person.instance, self.cid, signature, messages, start, entries, person.today, self.member.member
        )
        mailbox = Mailbox(mine.lookup, mine.mailbox_pk, mine.veil_key)
        return seal_status(status, self.member.signing_seed, mailbox) + os.urandom(BLOCK * (BLOCKS - 1))


def test_the_mailbox_offers_to_go_on_and_warns_of_erasing_only_where_it_is_so(
    shared: Demo, chromium: Browser, readers: dict[str, Keyfile]
) -> None:
    person = Person(shared)
    told = Told(person, next(iter(readers.values())))
    today, once = person.today, (told.cid,)
    twice = (told.cid, os.urandom(32))

    def stands(state: int, since: int, until: int = 0, back: int = INQUIRY, hold: int = 0) -> Start:
        return Start(9, os.urandom(32), state, True, back=back, priority=2, until=until, since=since, hold=hold)

    over_long_ago = stands(CLOSED, today - 800, back=0)
    erasing = told.proposal(over_long_ago, ERASED, once)
    answers = {
        "held by staff": told.answer(stands(SAFETY_HOLD, today), messages=once),
        "withdrawn": told.answer(stands(WITHDRAWN, today - 9, today), messages=once),
        "withdrawn, and over": told.answer(stands(WITHDRAWN, today - 40, today - 1), messages=once),
        "to be erased": told.answer(over_long_ago, erasing, messages=once),
        "not to be erased": told.answer(over_long_ago, erasing, messages=twice),
        "kept": told.answer(stands(CLOSED, today - 800, back=0, hold=today + 60), messages=once),
        "kept, and over": told.answer(stands(CLOSED, today - 800, back=0, hold=today - 1), messages=once),
    }
    now = ""

    def give(route: Route) -> None:
        route.fulfill(body=answers[now])

    page = device(chromium, CHROMIUM, PHONE).new_page()
    tries = bodies(page, lambda route, _: route.continue_())
    page.route("**/v1/mailbox/read", give)
    page.goto(f"{shared.origin}/en/check/")
    page.locator("#code").fill(person.code)
    seen = {}
    for now in answers:
        page.locator("section:not([hidden]) :is([data-do=open], [data-do=look])").first.click()
        page.wait_for_selector("html[data-screen=box]", timeout=SLOW)
        places = [page.locator(f"#{id}") for id in ("resume", "erasing")]
        seen[now] = [one.is_visible() for one in places]
        assert "late" not in page.locator("#next").inner_text()
        if now == "to be erased":
            page.locator("#history summary").click()
            expect(page.locator("#steps")).to_contain_text("proposed to erase your case")
        if now == "kept":
            assert "it is not erased before" in page.locator("#erasing").inner_text()
    assert seen == {
        "held by staff": [False, False],
        "withdrawn": [True, False],
        "withdrawn, and over": [False, False],
        "to be erased": [False, True],
        "not to be erased": [False, False],
        "kept": [False, True],
        "kept, and over": [False, False],
    }

    # a wish to stop is one, however long its words are, and can be taken back at once
    do(page, "asks")
    page.locator("[data-ask=stop]").click()
    page.locator("#more").fill(LONG)
    do(page, "send")
    sent(page)
    do(page, "look")
    do(page, "write")
    expect(page.locator("#pressed")).to_be_visible()  # still the same wish
    do(page, "send")
    sent(page)
    expect(page.locator("#rest")).to_be_hidden()
    first, rest = (opened_by(readers, one) for one in tries)
    assert set(first.values()) == {(STOP, STOP_LANE)}
    assert rest == dict.fromkeys(first, (FOLLOW_UP, NORMAL))
    now = "held by staff"
    do(page, "look")
    expect(page.locator("#resume")).to_be_visible(timeout=SLOW)

    # in a later visit the page knows of no wish; who had one can take it back all the same, without words
    open_box(page, shared, person.code)
    expect(page.locator("#resume")).to_be_hidden()
    do(page, "asks")
    page.locator("[data-ask=stop]").click()
    page.locator("#stopped button").click()
    expect(page.locator("#write-title")).to_be_focused()
    expect(page.locator("#stopped")).to_be_hidden()
    do(page, "back")
    expect(page.locator("html")).to_have_attribute("data-screen", "asks")
    page.locator("[data-ask=stop]").click()
    page.locator("#stopped button").click()
    do(page, "send")
    sent(page)
    assert set(opened_by(readers, tries[-1]).values()) == {(FOLLOW_UP, NORMAL)}
    look_at_box(page)
    expect(page.locator("#resume")).to_be_hidden()
