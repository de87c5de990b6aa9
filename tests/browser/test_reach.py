"""Small screens and large letters: every screen of the forms and every room of the desk, by axe and by width."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from crypto.message import URGENT
from service.instance import LANGUAGES
from service.site.pages import folder_of
from tests.browser.browsers import SLOW
from tests.browser.conftest import Demo
from tests.browser.desk import open_desk, open_tab, settle
from tests.browser.person import Person
from tests.browser.reach import COLOURS, STRICT, WITHOUT_WORK, WORDS, faults, look_into, narrow, rules_for
from tests.browser.submitter import do

FORMS = ("main", "minute", "return", "reprisal", "conditions")
# From the list of sections (or the first screen) through every screen, at each a look; the list of what was found.
WALK = """async ([tags, rules]) => {
  const { documentElement: html } = document;
  const press = async (selector) => {
    document.querySelector(selector).click();
    await new Promise((resolve) => setTimeout(resolve));
  };
  const found = [];
  let screens = 0;
  const look = async (id) => {
    screens++;
    for (const one of document.querySelectorAll("#questions details")) one.open = true;
    // also what another answer opens
    for (const one of document.querySelectorAll("#questions .question")) one.hidden = false;
    const title = document.querySelector("#form-title").textContent;
    found.push(...(await reach.faults(tags, rules, true)).map((one) => `${id} ${title}: ${one}`));
  };
  const sections = [...document.querySelectorAll("#sections [data-section]")].map((one) => one.dataset.section);
  if (html.dataset.screen === "more") await look("sections");
  for (const id of html.dataset.screen === "form" ? [""] : sections) {
    if (id) await press(`#sections [data-section="${id}"]`);
    while (html.dataset.screen === "form") {
      await look(id);
      await press("[data-do=next-question]");
    }
  }
  return [screens, found];
}"""


def test_what_does_not_fit_and_what_has_no_name_is_found(chromium: Browser) -> None:
    page = narrow(chromium)
    page.set_content(
        "<html lang=en><title>t</title><main><h1>h</h1><p style='width:400px'>wide</p><input>"
        "<p style='overflow:hidden;width:5em;white-space:nowrap'>this line is cut</p><p style='color:#666'>pale</p>"
        "<aside class=bar><b style='display:block;width:2em;overflow-wrap:anywhere'>Broken</b></aside>"
        "<p style='width:15em'>fits until letters are large</p></main>"
    )
    found = "\n".join(faults(page, "planted", STRICT))
    for fault in (
        "wider than the screen as it is",
        "label: ",
        "cut as it is",
        "a word is broken as",
        "color-contrast-enhanced: ",
    ):
        assert fault in found
    assert 'wider than the screen at 200 %: <p style="width:15em' in found
    of_words, of_colours = ("\n".join(faults(page, "planted", STRICT, rules=rules)) for rules in (WORDS, COLOURS))
    assert "label: " in of_words and "color-contrast" not in of_words
    assert "color-contrast-enhanced: " in of_colours and "label: " not in of_colours


@pytest.mark.parametrize("form", FORMS)
def test_every_screen_of_a_form_in_every_language(form: str, shared: Demo, chromium: Browser) -> None:
    page = narrow(chromium)
    page.add_init_script(WITHOUT_WORK)
    found = []
    screens = set()
    for language in LANGUAGES:
        page.goto(f"{shared.origin}/{folder_of(language)}/")
        page.locator("#account").fill("1 2 3")
        look_into(page)
        if form == "main":
            do(page, "to-send")
        page.locator(f"[data-form={form}]:visible").click()
        page.wait_for_selector("html[data-screen=form], html[data-screen=more]")
        count, here = page.evaluate(WALK, [STRICT, rules_for(language)])
        screens.add(count)
        found += [f"{language} {one}" for one in here]
    page.context.close()
    assert not found, "\n".join(sorted(set(found)))
    assert len(screens) == 1 and screens.pop() > {"main": 55}.get(form, 2)


@pytest.mark.parametrize(("language", "width"), [("ru", 320), ("en", 640)])
def test_every_room_of_the_desk(language: str, width: int, shared: Demo, chromium: Browser) -> None:
    person = Person(shared)
    day = "2026-05-03T22:00/2026-05-03T22:00 exact Asia/Dushanbe"
    answers = {"form": "main", "t_detained": day, "t_judge": day, "country": "TJ"}
    person.write("Слово", lane=URGENT, answers=answers, files={f"{'ж' * 200}.jpg": b"x"})
    key = next(one for one in shared.keys("reviewer") if person.reads(one))
    page = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True).new_page()
    open_desk(page, shared, key)
    if language == "ru":
        page.goto(f"{shared.origin}/desk/ru/")
        page.locator("#keyfile").set_input_files(key[0])
        page.locator("#passphrase").fill(key[1])
        page.locator("#passphrase").press("Enter")

    def look(page: Page, where: str) -> list[str]:
        """640 px are what is left of a screen of 1280 at 200 %."""
        return faults(page, where, large=False)

    row = page.locator(f"button[data-cid='{person.cid.hex()}'][data-reach=opens]")
    row.wait_for(timeout=SLOW)
    found = look(page, "queue")
    page.locator("#views summary").click()
    page.locator("#view-name").fill("Вид")
    page.locator("#view-save").click()
    page.locator("[data-key=due]").click()
    expect(page.locator("#dues")).to_be_visible()
    found += look(page, "what is due")
    page.locator("[data-key=due]").click()
    row.click()
    expect(page.locator(".theirs").first).to_be_visible(timeout=SLOW)
    expect(page.locator(".note.opened")).to_be_visible(timeout=SLOW)
    expect(page.locator("#findings")).to_have_count(1, timeout=SLOW)
    settle(page)
    found += look(page, "case")
    for tab in page.locator("[role=tab]").all():
        id = str(tab.get_attribute("data-tab"))
        open_tab(page, id)
        found += look(page, f"tab {id}")
    page.locator("#print").click()
    found += look(page, "print")
    page.keyboard.press("Escape")
    open_tab(page, "tasks")
    for target in ("2", "12", "13", "14", "16", "101", "102"):
        page.locator("#deed").select_option(target)
        found += look(page, f"deed {target}")
    page.locator("#deed").select_option("2")
    page.locator("input[name=priority]").first.check()
    page.locator("#deed-text").fill("Слово")
    page.locator("#deed-ask").click()
    found += look(page, "asked")
    page.locator("#deed-do").click()
    expect(page.locator(".note.done")).to_be_visible(timeout=SLOW)
    settle(page)
    page.locator("#deed").select_option("3")
    found += look(page, "hand-off")
    page.locator("#deed").select_option("102")
    page.locator("#deed-code").select_option("court")
    page.locator("#deed-text").fill("Слово")
    page.locator("#deed-ask").click()
    page.locator("#deed-do").click()
    expect(page.locator("[data-ask]")).to_be_visible(timeout=SLOW)
    found += look(page, "name asked for")
    assert not found, "\n".join(sorted(set(found)))
