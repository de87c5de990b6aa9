"""The desk on an instance with ten thousand cases: fifty opened, one handed over, a thousand given other readers.

Beside them stands what the bare primitives cost in the same page.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright
from pysqlite3 import dbapi2 as sqlite

from crypto.account import COMPLAINT, Content
from crypto.encoding import decode
from crypto.enrolment import kem_key_of
from crypto.keyring import REVIEWER
from crypto.message import NORMAL, URGENT, KeyringName, parse_sealed, prepare_slots, seal_message
from crypto.receipt import receipt_from_k0
from tests.bench.queue import ENTRY_BYTES, MESSAGE, MESSAGE_BYTES
from tests.bench.server import Figure
from tests.browser.browsers import CHROMIUM, DESK, device, launch
from tests.browser.conftest import Demo, running
from tests.browser.desk import open_tab
from tests.browser.person import Person

CASES, OURS, FIRST, BATCH = 10_000, 1_000, 12, 50
ACCOUNT = ("Меня задержали вечером у рынка и увезли. " * 130)[:5000]
FIRST_MS, BATCH_MS, HAND_OFF_MS, REWRAP_MS = 500, 2_000, 1_000, 250
SLOW = 600_000  # ms
PRIMITIVES = (Path(__file__).resolve().parents[2] / "build" / "primitives.js").read_text("utf-8")
WATCH = """() => {
  const seen = window.seen = {};
  const look = () => {
    const opened = document.querySelectorAll("[data-reach=opens]").length;
    if (document.querySelector("[data-cid]")) seen.listed ??= performance.now();
    if (opened >= FIRST) seen.first ??= performance.now();
    if (opened >= BATCH) seen.batch ??= performance.now();
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, attributes: true });
}""".replace("FIRST", str(FIRST)).replace("BATCH", str(BATCH))


def measure_desk() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as demo, sync_playwright() as playwright:
        readers = demo.keys("reviewer")[:5]
        fill(demo, [member_of(path) for path, _ in readers])
        browser = launch(playwright, CHROMIUM)
        figures = list(measure(browser, demo, readers[0]))
        browser.close()
    return figures


def measure(browser: Browser, demo: Demo, key: tuple[Path, str]) -> Iterator[Figure]:
    page = device(browser, CHROMIUM, DESK, bypass_csp=True).new_page()
    page.goto(f"{demo.origin}/desk/")
    page.evaluate(PRIMITIVES)
    bare = page.evaluate(f"primitives({MESSAGE_BYTES})")
    one = sum(bare.values())
    page.locator("#keyfile").set_input_files(key[0])
    page.locator("#passphrase").fill(key[1])
    page.evaluate(WATCH)
    page.locator("#passphrase").press("Enter")
    page.wait_for_function("window.seen.batch", timeout=SLOW)
    seen = page.evaluate("window.seen")
    first, batch = seen["first"] - seen["listed"], seen["batch"] - seen["listed"]
    yield Figure("bare: one decapsulation, one box, one signature", one, "ms")
    yield Figure(f"first {FIRST} cases opened", first, "ms", f"<= {FIRST_MS}", first <= FIRST_MS)
    yield Figure(f"{BATCH} cases opened, of {CASES:,}", batch, "ms", f"<= {BATCH_MS:,}", batch <= BATCH_MS)
    yield Figure("a case opened against the bare primitives", batch / BATCH / one, "x")
    yield hand_off(page)
    yield from rewrap(page)


def hand_off(page: Page) -> Figure:
    """From the press that signs until the proposal stands there: keys fetched, sealed, checked, posted, read anew."""
    page.locator("[data-reach=opens]").first.click()
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
    open_tab(page, "tasks")
    page.locator("#deed").select_option("2")
    page.locator("input[name=priority]").nth(1).check()
    sign(page)
    expect(page.locator(".note.done")).to_be_visible(timeout=SLOW)
    page.locator("#deed").select_option("3")
    ids = page.locator("[data-member]:enabled").evaluate_all("all => all.map((one) => one.dataset.member)")
    for id in (*ids[:2], ids[-1]):  # two of one unit, a supervisor
        page.locator(f"[data-member='{id}']").check()
    taken = sign(page, "[data-proposal='3']")
    page.locator("[data-key=back]").click()
    return Figure("hand-off of one case proposed", taken, "ms", f"<= {HAND_OFF_MS:,}", taken <= HAND_OFF_MS)


def sign(page: Page, until: str = ".note.done") -> float:
    page.locator("#deed-text").fill("Причина.")
    page.locator("#deed-ask").click()
    start = time.perf_counter()
    page.locator("#deed-do").click()
    page.locator(until).wait_for(timeout=SLOW)
    return (time.perf_counter() - start) * 1000


def rewrap(page: Page) -> Iterator[Figure]:
    """Other readers proposed for each case that this member reads; what is sealed to others is passed over."""
    page.locator("#many > summary").click(timeout=SLOW)
    for box in page.locator("[data-many]").all():
        box.check()
    page.locator("#many-text").fill("Уходит из команды.")
    start = time.perf_counter()
    page.locator("#many-propose").click()
    page.wait_for_function("document.querySelector('#many-progress')?.value > 0", timeout=SLOW)  # it is seen to go on
    page.wait_for_function(f"document.querySelector('#many-progress')?.value >= {OURS}", timeout=SLOW)
    each = (time.perf_counter() - start) * 1000 / OURS
    page.locator("#many-stop").click()
    expect(page.locator("#many-outcome")).to_be_visible(timeout=SLOW)
    name = f"other readers for {OURS:,} cases, each"
    yield Figure(name, each, "ms", f"<= {REWRAP_MS}", each <= REWRAP_MS)


def fill(demo: Demo, readers: list[bytes]) -> None:
    """Real cases of these readers, urgent so that they come first; the others are bytes that nobody opens."""
    person = Person(demo)
    drawn = [one.id for one in person.keyring.body.members if one.role == REVIEWER and one.id in readers]
    keys = [kem_key_of(person.kem_keys, next(m for m in person.keyring.body.members if m.id == id)) for id in drawn]
    custodians = [kem_key_of(person.kem_keys, one) for one in person.draw.custodians]
    prepared = prepare_slots(keys, custodians)
    ring = KeyringName(person.instance, person.keyring.body.version, person.keyring.hash)
    content = Content(COMPLAINT, person.today, "ru", {"story": ACCOUNT})
    with database(demo) as db:
        for _ in range(OURS):
            prepared.spent = False
            receipt = receipt_from_k0(person.instance, os.urandom(32))
            body = seal_message(prepared, receipt, ring, URGENT, content, {}, {})
            sealed = parse_sealed(person.instance, body)
            db.execute(MESSAGE, (rowid(), sealed.cid, sealed.cid, sealed.lookup, person.today, URGENT, 1, body))
        for _ in range(CASES - OURS):
            cid = os.urandom(32)
            body = bytes(ENTRY_BYTES)
            db.execute(MESSAGE, (rowid(), cid, cid, os.urandom(16), person.today, NORMAL, 1, body))
        db.execute("COMMIT")


@contextmanager
def database(demo: Demo) -> Iterator[sqlite.Connection]:
    db = sqlite.connect(str(demo.data / "panah.sqlite3"), isolation_level=None, timeout=30)
    db.execute("BEGIN IMMEDIATE")
    yield db
    db.close()


def rowid() -> int:
    return int.from_bytes(os.urandom(7), "big")


def member_of(path: Path) -> bytes:
    found: bytes = decode("keyfile", [32, 16, 1, 4, 4, 1, 16, 24, None], path.read_bytes())[1]
    return found
