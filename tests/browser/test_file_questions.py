"""What a file is decides who opens it: said on the screen for files, kept to at the desk."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.browsers import CHROMIUM, PHONE, SLOW, device
from tests.browser.conftest import Demo
from tests.browser.desk import choose, open_as_reader, sign, sign_in
from tests.browser.submitter import do, evidence, start, watch

PAPER = b"%PDF-1.4 power of attorney 50417"
REPORT = b"report by the protocol 50418"
WORDS = "They took him at night, 50419."


def send_files(page: Page, demo: Demo) -> None:
    start(page, demo, WORDS)
    do(page, "to-send")
    do(page, "send")
    expect(page.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)
    do(page, "wrote")
    do(page, "skip")
    evidence(page)
    for name, data in (("power-of-attorney.txt", PAPER), ("report.txt", REPORT), ("other.txt", b"other")):
        page.locator("#files").set_input_files({"name": name, "mimeType": "text/plain", "buffer": data})
    for at in range(3):
        page.locator(f"input[name=file-{at}-wish]").first.check(timeout=SLOW)
    first = page.locator("#file-0")
    assert first.locator("option").all_inner_texts()[0] == "Something else"
    expect(first.locator(".note")).to_be_hidden()
    page.locator("#file-0-what").select_option("authority_doc")
    expect(first.locator(".note")).to_contain_text("a keeper of names together")
    page.locator("#file-1-what").select_option("ip_report")
    expect(page.locator("#file-1 .note")).to_be_hidden()
    page.locator("input[name=file-2-wish]").last.check()
    expect(page.locator("input[name=file-2-wish]").last).to_be_checked()
    page.locator("input[name=file-2-wish]").last.press("ArrowUp")
    expect(page.locator("input[name=file-2-wish]").first).to_be_checked()
    expect(page.locator("input[name=file-2-wish]").first).to_be_focused()  # the keyboard does not lose its place
    expect(page.locator("#file-0-what")).to_have_value("authority_doc")
    do(page, "send-files")
    expect(page.locator("#evidence-state")).to_have_attribute("data-state", "sent", timeout=SLOW)


def test_a_paper_about_who_one_is_opens_with_the_name_and_not_before(demo: Demo, chromium: Browser) -> None:
    phone = device(chromium, CHROMIUM, PHONE).new_page()
    wrong = watch(phone, demo)
    send_files(phone, demo)
    assert wrong == []
    phone.context.close()

    desk, key = open_as_reader(chromium, CHROMIUM, demo, demo.keys("reviewer"))
    files = desk.locator(".files")
    expect(files.locator("li")).to_have_count(2, timeout=SLOW)
    expect(files).to_contain_text("Report by the Istanbul Protocol")
    expect(files).to_contain_text("other.txt")
    expect(desk.locator("main")).to_contain_text("A paper that says that you may act for the person")
    expect(desk.locator("main")).to_contain_text("Sealed with the name")
    assert "power-of-attorney" not in desk.content()

    # asked for with the message that it came with; another reader and a keeper of names agree
    choose(desk, 102)
    desk.locator("#deed-code").select_option("un_complaint")
    options = desk.locator("#deed-about option")
    assert "Sealed with the name" in options.nth(1).inner_text()
    desk.locator("#deed-about").select_option(index=1)
    desk.locator("#deed-text").fill("For the complaint.")
    sign(desk)
    other, _ = open_as_reader(chromium, CHROMIUM, demo, [one for one in demo.keys("reviewer") if one != key])
    expect(other.locator("#history li")).to_have_count(3, timeout=SLOW)  # its own opening is signed first
    other.locator("[data-key=agree-name]").click(timeout=SLOW)
    expect(other.locator(".note.done")).to_be_visible(timeout=SLOW)
    assert "power-of-attorney" not in other.content()
    keeper = device(chromium, CHROMIUM, {"width": 1280, "height": 800}).new_page()
    sign_in(keeper, demo, demo.keys("custodian")[0])
    keeper.locator("button.open").first.click(timeout=SLOW)
    keeper.locator("[data-key=agree-name]").click(timeout=SLOW)
    keeper.wait_for_selector("html[data-screen=queue]", timeout=SLOW)
    desk.locator("[data-key=back]").click()
    desk.locator("button.open[data-reach=opens]").first.click(timeout=SLOW)
    desk.locator("[data-key=open-name]").click(timeout=SLOW)
    mine = desk.locator("[data-ask] .files")
    expect(mine).to_contain_text("power-of-attorney.txt", timeout=SLOW)
    expect(mine).to_contain_text("A paper that says that you may act for the person")
    with desk.expect_download(timeout=SLOW) as download:
        mine.locator("[data-file]").click()
    assert download.value.path().read_bytes() == PAPER
