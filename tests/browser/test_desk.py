"""The desk in real browsers: what a reviewer does, what is left when it locks, and what each failure says."""

from __future__ import annotations

import os
import re
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, expect

from crypto.account import COMPLAINT, FOLLOW_UP, Content, EvidenceItem
from crypto.draw import draw_readers
from crypto.encoding import decode, encode, u64
from crypto.enrolment import kem_key_of, parse_kem_keys
from crypto.evidence import seal_evidence
from crypto.keyring import NO_PIN, Keyring, UntrustedKeyring
from crypto.mailbox import OpenedMailbox, open_mailbox
from crypto.message import NORMAL, URGENT, KeyringName, parse_sealed, prepare_slots, seal_message
from crypto.receipt import derive_receipt, new_code
from crypto.requests import sign_mailbox_request
from crypto.roots import parse_first_roots, parse_root_set
from service import clock
from service.actions.receive_evidence import PART
from service.instance import keyring_versions, read_instance, read_keyring
from tests.browser.browsers import CHROMIUM, DESK, NAMES, device, launch
from tests.browser.conftest import Demo

SLOW = 120_000  # ms; without a JIT Argon2id alone takes 8 s
WORDS = "Меня задержали у рынка, слово-59213."
DRAFT = "Недописанный ответ, слово-40716"


class Person:
    """A submitter without a browser."""

    def __init__(self, demo: Demo) -> None:
        folder = demo.data / "instance"
        instance = read_instance(folder)
        signed, kem_keys = read_keyring(folder, keyring_versions(folder)[-1])
        self.origin = demo.origin
        self.instance = parse_first_roots(instance.first_roots).instance
        self.today = clock.today()
        roots = parse_root_set(instance.roots)
        untrusted = UntrustedKeyring.parse(signed)
        self.keyring: Keyring = untrusted.verify(roots, self.instance, NO_PIN, self.today, 0)
        self.kem_keys = parse_kem_keys(self.instance, kem_keys)
        self.code = new_code()
        self.receipt = derive_receipt(self.instance, self.code)
        self.cid = b""  # of the first message
        self.draw = draw_readers(self.keyring.body, self.receipt.k0, self.today)

    def write(
        self,
        text: str,
        kind: int = COMPLAINT,
        lane: int = NORMAL,
        answers: dict[str, str] | None = None,
        name: str = "",
        files: dict[str, bytes] | None = None,
        language: str = "ru",
    ) -> None:
        readers, custodians = (
            [kem_key_of(self.kem_keys, one) for one in some] for some in (self.draw.readers, self.draw.custodians)
        )
        sent = sorted(
            (self._upload(title, data) for title, data in (files or {}).items()), key=lambda one: one.upload_id
        )
        content = Content(kind, self.today, language, {"account": text, **(answers or {})}, tuple(sent))
        identity = {"own_name": name} if name else {}
        ring = KeyringName(self.instance, self.keyring.body.version, self.keyring.hash)
        sealed = seal_message(prepare_slots(readers, custodians), self.receipt, ring, lane, content, identity, {})
        self.cid = self.cid or parse_sealed(self.instance, sealed).cid
        self._post("/v1/messages", sealed)

    def _upload(self, title: str, data: bytes) -> EvidenceItem:
        """Sent as a browser sends it; the type is what somebody claims it to be."""
        made, token = seal_evidence(self.instance, data), os.urandom(32)
        for start in range(0, len(made.blob), PART):
            body = made.blob[start : start + PART]
            self._post("/v1/evidence", encode("upload", made.upload_id, token, u64(start), u64(len(made.blob)), body))
        hashes = (made.blob_hash, made.plaintext_hash)
        return EvidenceItem(made.upload_id, made.key, *hashes, made.size, title, "image/png")

    def read(self) -> OpenedMailbox | None:
        nonce = self._post("/v1/challenge", b"")
        answer = self._post(
            "/v1/mailbox/read", sign_mailbox_request(self.instance, self.receipt, "mailbox.read", b"", nonce)
        )
        blocks = [answer[at : at + 16384] for at in range(0, len(answer), 16384)]
        mine = self.receipt
        ring = self.keyring.body
        return open_mailbox(self.instance, mine.request_pk, mine.mailbox_seed, mine.veil_key, ring, blocks, self.today)

    def _post(self, path: str, body: bytes) -> bytes:
        request = urllib.request.Request(self.origin + path, body, {"Content-Type": "application/octet-stream"})
        with urllib.request.urlopen(request, timeout=20) as answer:
            data: bytes = answer.read()
        return data

    def reads(self, key: tuple[Path, str]) -> bool:
        """Whether the holder of this key file was drawn."""
        member = decode("keyfile", [32, 16, 1, 4, 4, 1, 16, 24, None], key[0].read_bytes())[1]
        return member in [one.id for one in self.draw.readers]


def fill_door(page: Page, file: Path, passphrase: str) -> None:
    page.locator("#keyfile").set_input_files(file)
    page.locator("#passphrase").fill(passphrase)
    page.locator("#passphrase").press("Enter")


def open_desk(page: Page, demo: Demo, key: tuple[Path, str]) -> None:
    page.goto(f"{demo.origin}/desk/")
    fill_door(page, *key)
    page.wait_for_selector("html[data-screen=queue], html[data-screen=plain]", timeout=SLOW)


def open_tab(page: Page, id: str) -> None:
    """A tab of the open case, as a mouse opens it: on a narrow screen from the list."""
    page.locator(f"#tab-{id}:visible, #tab-choice:visible").first.wait_for(timeout=SLOW)
    tab = page.locator(f"#tab-{id}")
    if tab.is_visible():
        tab.click()
    else:
        page.locator("#tab-choice").select_option(id)
    expect(page.locator(f"#panel-{id}")).to_be_visible()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", NAMES)
def test_a_reviewer_opens_and_answers_by_keyboard_alone(name: str, demo: Demo, playwright: Playwright) -> None:
    browser = launch(playwright, name)
    person = Person(demo)
    person.write(WORDS, lane=URGENT)
    key = next(one for one in demo.keys("reviewer") if person.reads(one))
    page = device(browser, name, DESK).new_page()
    open_desk(page, demo, key)
    page.wait_for_selector("[data-reach=opens]", timeout=SLOW)
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator(".theirs")).to_contain_text(WORDS, timeout=SLOW)
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
    seen = person.read()
    assert seen is not None
    assert (seen.state, seen.acknowledged, seen.replies) == (1, False, ())
    page.keyboard.press("r")
    page.keyboard.type("Мы прочли.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#reply-send")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".note.sent")).to_be_visible(timeout=SLOW)
    answered = person.read()
    assert answered is not None
    assert [(one.text, one.language) for one in answered.replies] == [("Мы прочли.", "ru")]
    person.write("И ещё одно.", kind=FOLLOW_UP)
    page.locator("h1").focus()
    page.keyboard.press("u")
    expect(page.locator("td.fresh .new")).to_be_visible(timeout=SLOW)
    browser.close()


def test_an_idle_desk_warns_locks_and_gives_the_draft_back(demo: Demo, chromium: Browser) -> None:
    person = Person(demo)
    person.write(WORDS)
    key = next(one for one in demo.keys("reviewer") if person.reads(one))
    page = device(chromium, CHROMIUM, DESK).new_page()
    page.clock.install(time=time.time())
    open_desk(page, demo, key)
    page.locator("[data-reach=opens]").click()
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
    page.locator("#reply").fill(DRAFT)
    page.screenshot()  # a picture waits for what scrolls, and scrolling is a sign of life
    page.clock.fast_forward("07:55")
    expect(page.locator(".warning")).to_have_count(0)
    page.clock.fast_forward("00:10")
    expect(page.locator(".warning")).to_be_visible()
    page.mouse.wheel(0, 200)  # scrolling counts
    expect(page.locator(".warning")).to_have_count(0)
    page.clock.fast_forward("10:01")
    expect(page.locator("html")).to_have_attribute("data-screen", "door")
    expect(page.locator(".door")).to_contain_text("1 unsent answer is sealed to your key")
    for gone in (DRAFT, WORDS, person.draw.readers[0].id.hex()):
        assert gone not in page.content()
    page.clock.run_for(1000)
    assert len(page.workers) == 1  # a fresh one, without keys
    fill_door(page, *key)
    page.locator("[data-reach=opens]").click()
    expect(page.locator("#reply")).to_have_value(DRAFT)


def test_a_press_is_not_lost_when_the_list_moves_under_it(demo: Demo, chromium: Browser) -> None:
    """Nor when Enter comes before the key file is read."""
    mine, other = Person(demo), Person(demo)
    while not (keys := [one for one in demo.keys("reviewer") if mine.reads(one) and not other.reads(one)]):
        other = Person(demo)
        other.draw = draw_readers(other.keyring.body, other.receipt.k0, other.today, "KG")  # of both panels
    mine.write(WORDS)
    other.write(WORDS, lane=URGENT)  # above mine, until it is known to be another's
    page = device(chromium, CHROMIUM, DESK).new_page()
    page.add_init_script(
        "const read = Blob.prototype.arrayBuffer;"
        "File.prototype.arrayBuffer = async function () {"
        "  await new Promise((done) => setTimeout(done, 500)); return read.call(this); }"
    )
    held: list[Route] = []
    page.route("**/v1/casework/cases/*/file", lambda route: held.append(route))
    open_desk(page, demo, keys[0])
    expect(page.locator("[data-reach=waiting]")).to_have_count(2)
    while len(held) < 2:
        page.wait_for_timeout(50)
    place = page.locator(f"[data-cid='{mine.cid.hex()}']").bounding_box()
    assert place
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    with page.expect_response("**/file"), page.expect_response(lambda one: other.cid.hex() in one.url):
        for route in held:
            route.continue_()
    page.unroute("**/v1/casework/cases/*/file")
    page.wait_for_timeout(1000)  # the workers say whose they are
    page.mouse.up()
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
    page.locator("[data-key=back]").click()
    expect(page.locator("[data-reach=closed]")).to_have_count(1)


def test_whoever_is_no_reader_sees_no_word_and_no_count(demo: Demo, chromium: Browser) -> None:
    person = Person(demo)
    person.write(WORDS)
    page = device(chromium, CHROMIUM, DESK).new_page()
    other = next(one for one in demo.keys("reviewer") if not person.reads(one))
    open_desk(page, demo, other)
    expect(page.locator("[data-reach=closed]")).to_have_count(1)
    page.locator("[data-reach=closed]").click()
    expect(page.locator("main")).to_contain_text("Your key does not open it")
    nothing_signed = {"name": "passed.panah", "mimeType": "application/octet-stream", "buffer": b"nothing signed"}
    page.locator("#carry").set_input_files(nothing_signed)
    expect(page.locator("#carrying [role=alert]")).to_be_visible(timeout=SLOW)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for key in (demo.key("investigator-north-1"), demo.key("custodian-1"), demo.key("supervisor-1")):
        page.locator("[data-key=lock]").click()
        asked.clear()
        fill_door(page, *key)
        page.wait_for_selector("html[data-screen=queue]", timeout=SLOW)
        expect(page.locator(".empty")).to_be_visible(timeout=SLOW)
        assert page.locator("[data-cid]").count() == 0
        assert not [url for url in asked if "/v1/casework/cases/" in url]


def test_each_failure_at_the_door_has_its_own_words(shared: Demo, chromium: Browser, tmp_path: Path) -> None:
    file, passphrase = shared.keys("reviewer")[0]
    cut, costly = tmp_path / "cut", tmp_path / "costly"
    data = file.read_bytes()
    cut.write_bytes(data[:-40])
    work = (19456).to_bytes(4, "big")
    assert data.count(work) == 1
    costly.write_bytes(data.replace(work, (2_000_000).to_bytes(4, "big")))
    page = device(chromium, CHROMIUM, DESK).new_page()
    page.goto(f"{shared.origin}/desk/")
    alarm = page.locator(".alarm")
    for path, words, said in (
        (file, "not these words", "does not open this key file"),
        (cut, passphrase, "not a whole key file"),
        (costly, passphrase, "more work than a true one"),
    ):
        fill_door(page, path, words)
        expect(alarm).to_contain_text(said)
    page.route("**/v1/staff/challenge", lambda route: route.abort())
    fill_door(page, file, passphrase)
    expect(alarm).to_contain_text("The server does not answer")
    page.unroute("**/v1/staff/challenge")
    assert page.locator("#passphrase").input_value() == ""


def test_a_page_at_another_address_cannot_sign_in(shared: Demo, playwright: Playwright) -> None:
    mapped = ["--no-sandbox", "--host-resolver-rules=MAP copy.test 127.0.0.1"]
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=mapped)
    page = browser.new_page()
    page.goto(f"http://copy.test:{shared.port}/desk/")
    fill_door(page, *shared.keys("reviewer")[0])
    expect(page.locator(".alarm")).to_contain_text("this page may be a copy")
    browser.close()


def test_nothing_is_asked_of_anybody_before_the_keyring_is_verified(shared: Demo, chromium: Browser) -> None:
    with urllib.request.urlopen(f"{shared.origin}/v1/keyring", timeout=20) as answer:
        keyring = bytearray(answer.read())
    keyring[-5] ^= 1
    page = device(chromium, CHROMIUM, DESK).new_page()
    page.route("**/v1/keyring", lambda route: route.fulfill(body=bytes(keyring)))
    page.goto(f"{shared.origin}/desk/")
    expect(page.locator(".alarm")).to_contain_text("Do not type your passphrase")
    assert page.locator("#passphrase, #keyfile").count() == 0


def test_a_clock_ten_years_on_is_told_with_both_dates(shared: Demo, chromium: Browser) -> None:
    page = device(chromium, CHROMIUM, DESK).new_page()
    page.clock.install(time=time.time() + 3650 * 86400)
    page.goto(f"{shared.origin}/desk/")
    expect(page.locator(".alarm")).to_contain_text(
        re.compile(r"It ended on \d+ \w+ 20\d\d\. This computer says that today is \d+ \w+ 20\d\d")
    )


def test_two_answers_at_once_lose_no_text(demo: Demo, chromium: Browser) -> None:
    person = Person(demo)
    person.write(WORDS)
    first, second = [one for one in demo.keys("reviewer") if person.reads(one)][:2]
    pages = []
    for key in (first, second):
        page = device(chromium, CHROMIUM, DESK).new_page()
        open_desk(page, demo, key)
        page.locator("[data-reach=opens]").click()
        expect(page.locator(".note.opened")).to_be_visible()
        page.locator("#reply").fill(f"ответ {len(pages) + 1}")
        pages.append(page)
    for page in pages:
        page.locator("#reply-ask").click()
        page.locator("#reply-send").click()
        expect(page.locator(".note.sent, .composer .alarm")).to_be_visible()
    expect(pages[1].locator(".composer .alarm")).to_contain_text("Somebody else answered")
    expect(pages[1].locator("#panel-messages .ours")).to_contain_text("ответ 1")
    expect(pages[1].locator("#reply")).to_have_value("ответ 2")
    pages[1].locator("#reply-ask").click()
    pages[1].locator("#reply-send").click()
    expect(pages[1].locator(".note.sent")).to_be_visible()
    seen = person.read()
    assert seen is not None
    assert [one.text for one in seen.replies] == ["ответ 2", "ответ 1"]
