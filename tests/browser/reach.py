"""What a page owes to whoever does not see it, or sees it large, in each language: told by axe and by its width."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page

from service.instance import LANGUAGES

AXE = (Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
STRICT = [*TAGS, "wcag2aaa"]  # of the submitter's pages: contrast 7:1
# What a page computes while one writes costs a second of processor each time; of no use to who only looks.
WITHOUT_WORK = "window.Worker = class extends EventTarget { postMessage() {} terminate() {} };"
NARROW = {"width": 320, "height": 640}
ALL, WORDS, COLOURS = "all", "words", "colours"  # of axe's rules
# By kind or by name. Words: what may be wrong in one language and right in another, names, languages, what a link says,
# and what depends on how long a word is. Every other rule looks at what is alike in all languages.
RULES = {
    WORDS: [
        *("cat.name-role-value", "cat.text-alternatives", "cat.language", "cat.forms"),
        *("identical-links-same-purpose", "scrollable-region-focusable", "target-size"),
    ],
    COLOURS: ["cat.color"],
}
REACH = """(chosen) => { window.reach = {
  // The page in this language, drawn; what comes later for it (forms, the words of files) has come.
  async speak(language) {
    const { documentElement: html } = document;
    if (html.lang !== language) document.querySelector(`a[hreflang="${language}"]`).click();
    const drawn = () => html.lang === language && document.querySelector("section:not([hidden]) h1")?.textContent
      && (html.dataset.screen !== "evidence" || document.getElementById("evidence-room").textContent);
    for (let tries = 0; !drawn(); tries++) {
      if (tries > 2000) throw new Error(`${html.lang} stays, not ${language}, at ${html.dataset.screen}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  },
  async faults(tags, which, large) {
    const isOf = (kinds) => ({ ruleId, tags: its }) => kinds.some((kind) => kind === ruleId || its.includes(kind));
    const [unsound, asked] = [isOf(["experimental", "deprecated"]), which === "all" ? () => true : isOf(chosen[which])];
    const rules = axe.getRules(tags).filter((one) => asked(one) && !unsound(one));
    const runOnly = { type: "rule", values: rules.map(({ ruleId }) => ruleId) };
    const { violations } = await axe.run(document, { runOnly, resultTypes: ["violations"], preload: false });
    const found = violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 90)}`));
    return [...found, ...this.tooWide("as it is"), ...(large ? this.large() : [])];
  },
  // Letters of twice the size: what zoom to 200 % does to a page as wide as a telephone, and more.
  large() {
    const { style } = document.documentElement;
    style.setProperty("font-size", "225%", "important");
    const found = this.tooWide("at 200 %");
    style.removeProperty("font-size");
    return found;
  },
  tooWide(size) {
    const whole = [...document.querySelectorAll("body *")];
    const hidden = (one) => one.closest(".unseen") || getComputedStyle(one.closest("thead") ?? one).clipPath !== "none";
    const shown = whole.filter((one) => one.checkVisibility() && !hidden(one));
    const out = shown.filter((one) => {
      const { left, right, width } = one.getBoundingClientRect();
      return width > 0 && (right > innerWidth + 1 || left < -1);
    });
    const cut = shown.filter((one) => !one.matches("textarea, input, select, option, .words, svg, svg *")
      && getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1);
    // what leads away is read at a glance: no word of it goes on in a second line
    const broken = size !== "as it is" ? [] : [...document.querySelectorAll("aside.bar > *")].filter((one) => {
      const words = document.createRange();
      words.selectNodeContents(one);
      const lines = words.getClientRects().length;
      one.style.overflowWrap = "normal";
      const whole = words.getClientRects().length;
      one.style.removeProperty("overflow-wrap");
      return lines > whole;
    });
    const told = (what) => (one) => `${what} ${size}: ${one.outerHTML.slice(0, 90)}`;
    const scrolls = document.documentElement.scrollWidth > innerWidth ? [`scrolls sideways ${size}`] : [];
    const words = broken.map(told("a word is broken"));
    const wider = out.slice(-3).map(told("wider than the screen"));
    return [...scrolls, ...words, ...wider, ...cut.slice(-3).map(told("cut"))];
  },
}; }"""


def narrow(browser: Browser, **more: object) -> Page:
    """A page of 320 px that lets a test look into it."""
    return browser.new_context(viewport=NARROW, bypass_csp=True, **more).new_page()  # type: ignore[arg-type]


def look_into(page: Page) -> None:
    if not page.evaluate("'reach' in window"):
        page.evaluate(AXE)
        page.evaluate(REACH, RULES)


def faults(page: Page, where: str, tags: list[str] | None = None, *, rules: str = ALL, large: bool = True) -> list[str]:
    """What axe finds, and what does not fit the width, with letters as they are and (`large`) of twice the size."""
    look_into(page)
    found = page.evaluate("(asked) => reach.faults(...asked)", [tags or TAGS, rules, large])
    return [f"{where}: {one}" for one in found]


def speak(page: Page, language: str) -> None:
    look_into(page)
    page.evaluate("language => reach.speak(language)", language)


def rules_for(language: str) -> str:
    """Whatever does not hang on the language is looked at in the first."""
    return ALL if language == LANGUAGES[0] else WORDS


def everywhere(page: Page, where: str, again: Callable[[], object] | None = None) -> list[str]:
    """The faults of one state of a page in all languages. `again` brings back what goes with a change of language.

    Colours are looked at in the first, light and dark.
    """
    found: list[str] = []
    for n, language in enumerate(LANGUAGES):
        speak(page, language)
        if again:
            again()
        found += faults(page, f"{where} {language}", STRICT, rules=rules_for(language))
        if n == 0:
            page.emulate_media(color_scheme="dark")
            found += faults(page, f"{where} {language} dark", STRICT, rules=COLOURS, large=False)
            page.emulate_media(color_scheme="light")
    return found
