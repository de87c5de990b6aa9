"""The promise of the product in real browsers: sealed in one, opened, answered, read and burnt in others."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import CANARY_AGENT, DESK, NAMES, PHONE, SAFER, SLOW, device, hear_downloads
from tests.browser.conftest import CLIENT_ADDRESS, Demo, Key, StartBrowser
from tests.browser.desk import back, open_as_reader, reply, settle, sign_in
from tests.browser.person import Person
from tests.browser.submitter import asked_of, do, look_at_box, watch
from tests.leaks import search_files, search_memory

WORD = "Шаңырақ-73916"  # in the account
FOLLOW_WORD = "Қосымша-48205"
ANSWER_WORD = "Жауабымыз-60417"
NAME = "Құпия Есім 92417"
ACCOUNT = (f"{WORD} Меня задержали вечером у рынка. " * 150)[:5000]


def submit(page: Page, demo: Demo) -> str:
    page.goto(f"{demo.origin}/ru/")
    page.locator("#account").fill(ACCOUNT)
    do(page, "next")
    page.locator("#name").fill(NAME)
    do(page, "next")
    do(page, "next")
    expect(page.locator("#who")).to_have_attribute("data-state", "ok", timeout=SLOW)
    assert re.fullmatch(r"(\d{5} ){5}\d{5}", (page.locator("#fingerprint").text_content() or "").strip())
    for organisation in ("A", "B", "C"):
        expect(page.locator("#organisations")).to_contain_text(f"Demo Organisation {organisation}")
    do(page, "send")
    expect(page.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)
    code = re.sub(r"\D", "", page.locator("#receipt").inner_text())
    assert len(code) == 24
    do(page, "wrote")
    for which, name in enumerate("ab"):
        page.locator(f"#group-{name}").fill(asked_of(page, code, which))
    do(page, "check-groups")
    expect(page.locator("#right")).to_be_visible()
    page.locator("section[data-screen=done] summary").click()
    do(page, "second")
    expect(page.locator("#second-receipt")).to_have_text(re.compile(r"^\s*(\d{4} ?){6}\s*$"))
    second = re.sub(r"\D", "", page.locator("#second-receipt").inner_text())
    assert second != code
    return code


@pytest.mark.parametrize("name", NAMES)
def test_a_complaint_is_sealed_opened_answered_read_and_burnt_and_nothing_is_left(
    name: str, demo: Demo, start_browser: StartBrowser, tmp_path: Path
) -> None:
    browser = start_browser(name)
    phone = device(browser, name, PHONE).new_page()
    wrong = watch(phone, demo)
    code = submit(phone, demo)
    phone.context.close()

    # another device, another language; nothing opens before the first human act
    other = device(browser, name, PHONE).new_page()
    other_wrong = watch(other, demo)
    other.goto(f"{demo.origin}/kk/check/")
    other.locator("#code").fill(code)
    do(other, "open")
    expect(other.locator("html")).to_have_attribute("data-screen", "empty", timeout=SLOW)

    person = Person(demo, code)
    desk, key = open_as_reader(browser, name, demo, [one for one in demo.keys("reviewer") if person.reads(one)])
    desk_wrong = watch(desk, demo)
    expect(desk.locator("main")).to_contain_text(WORD)
    assert NAME not in desk.content()
    reply(desk, f"{ANSWER_WORD}: мы прочли ваше сообщение.")

    look_at_box(other)
    expect(other.locator("#replies article .reply")).to_contain_text(ANSWER_WORD)
    assert WORD not in other.content()
    do(other, "write")
    other.locator("#more").fill(f"{FOLLOW_WORD} тағы бір нәрсе")
    do(other, "send")
    expect(other.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)
    look_at_box(other)
    do(other, "to-burn")
    other.locator("#burn-1").check()
    do(other, "burn")
    expect(other.locator("#gone")).to_be_visible(timeout=SLOW)  # how it goes stays: that is what was chosen
    assert ANSWER_WORD not in other.content()
    look_at_box(other)
    expect(other.locator("#replies article")).to_have_count(0)
    assert ANSWER_WORD not in other.content()

    # the reviewer reads the follow-up
    back(desk)
    desk.locator("button.open[data-reach=opens]").first.click(timeout=SLOW)
    expect(desk.locator("main")).to_contain_text(FOLLOW_WORD, timeout=SLOW)

    # an investigator sees nothing of it
    investigator = device(browser, name, DESK).new_page()
    answers: list[tuple[str, int, str]] = []
    investigator.on("response", lambda answer: answers.append((answer.url, answer.status, "")))
    sign_in(investigator, demo, demo.key("investigator-north-1"))
    expect(investigator.locator(".empty")).to_be_visible(timeout=SLOW)
    settle(investigator)
    assert investigator.locator("button.open").count() == 0
    assert not any("/v1/casework/cases/" in url and status == 200 for url, status, _ in answers)

    # the whole case as a file, opened without network
    if name == SAFER:
        hear_downloads(desk)
    with desk.expect_download(timeout=SLOW) as download:
        desk.locator("[data-key=export]").click()
    file = tmp_path / "case.panahcase"
    download.value.save_as(file)
    opened = open_offline(file, key)
    assert WORD in json.dumps(opened, ensure_ascii=False)
    assert FOLLOW_WORD in json.dumps(opened, ensure_ascii=False)

    assert wrong + desk_wrong + other_wrong == []
    assert demo.process is not None
    secrets = [WORD, FOLLOW_WORD, ANSWER_WORD, NAME, code, " ".join(re.findall("....", code))]
    assert search_memory(demo.process.pid, secrets) == []
    traces = [*secrets, CLIENT_ADDRESS, CANARY_AGENT]
    places = [demo.data / "panah.sqlite3", *demo.data.glob("panah.sqlite3-*"), demo.log, demo.temporary]
    assert search_files(places, traces) == []


def open_offline(file: Path, key: Key) -> object:
    """On a machine without network (where the system lets a test make one)."""
    secret = file.with_name("passphrase.txt")
    secret.write_text(key[1] + "\n")
    command = [sys.executable, "-m", "service.cli", "case", "open", str(file), "--key", str(key[0]), "--json"]
    alone = ["unshare", "--net", "--map-root-user"]
    can = subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    whole = [*(alone if can else []), *command, "--passphrase-file", str(secret)]
    return json.loads(subprocess.run(whole, capture_output=True, check=True).stdout)


def test_the_search_finds_what_is_planted(demo: Demo) -> None:
    """Each kind of leak, made on purpose."""
    import urllib.request

    request = urllib.request.Request(f"{demo.origin}/ru/", headers={"User-Agent": CANARY_AGENT})
    assert urllib.request.urlopen(request).status == 200
    for place, needle in (
        (demo.data / "panah.sqlite3-wal.txt", WORD),
        (demo.temporary / "upload", NAME),
        (demo.log, CLIENT_ADDRESS),
        (demo.data / "planted.sqlite3", CANARY_AGENT),
    ):
        with place.open("ab") as file:
            file.write(b"x" * 1000 + needle.encode("utf-16-le"))
        assert search_files([demo.data, demo.log, demo.temporary], [needle])
