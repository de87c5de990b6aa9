"""The browsers people really have: Chromium, and Firefox as Tor Browser's "Safer" sets it."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

CHROMIUM = "chromium"
FIREFOX = "firefox"  # as it comes
SAFER = "firefox-safer"
NAMES = (CHROMIUM, SAFER)
SAFER_SETTINGS = {
    **{f"javascript.options.{name}": False for name in ("wasm", "ion", "baselinejit", "native_regexp")},
    "privacy.resistFingerprinting": True,
}
SLOW = 120_000  # ms; without a JIT Argon2id alone takes 8 s
# With each window the browser starts two processes for what nobody here sees, half a second of processor: the list of
# its address line, and a spare. The last such list counts, so the library's own is in it.
WITHOUT = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "BlockOriginHeaderModificationOnRedirect",
    "DestroyProfileOnBrowserClose",
    "DialMediaRouteProvider",
    "GlobalMediaControls",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "SpareRendererForSitePerProcess",
    "ThirdPartyStoragePartitioning",
    "Translate",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
HEARD = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")  # a microphone that hears a tone
QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync")
CANARY_AGENT = "Mozilla/5.0 (canary-agent-58213)"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


def launch(playwright: Playwright, name: str, *more: str) -> Browser:
    """`more`: of Chromium's switches."""
    if name == CHROMIUM:
        switches = [*QUIET, "--disable-features=" + ",".join(WITHOUT), *more]
        return playwright.chromium.launch(executable_path="/usr/bin/chromium", args=switches)
    safer = SAFER_SETTINGS if name == SAFER else {}
    settings = {**safer, "general.useragent.override": CANARY_AGENT}
    return playwright.firefox.launch(
        channel="moz-firefox", executable_path="/usr/bin/firefox-esr", firefox_user_prefs=settings
    )


def device(browser: Browser, name: str, size: dict[str, int], **more: object) -> BrowserContext:
    """A fresh device: nothing of another is in it."""
    if name == CHROMIUM:
        more["user_agent"] = CANARY_AGENT
    return browser.new_context(viewport=size, **more)  # type: ignore[arg-type]


def until(page: Page, so: Callable[[], object]) -> None:
    """Waits for what no place of a page shows, as a request that a test holds. What the page does goes on meanwhile."""
    for _ in range(SLOW // 20):
        if so():
            return
        page.wait_for_timeout(20)
    raise AssertionError("it never came")


def hear_downloads(page: Page) -> None:
    """Playwright's Firefox hears of a download from memory only after an ordinary one in the same page."""
    with page.expect_download(timeout=SLOW):
        page.evaluate(
            "Object.assign(document.createElement('a'), {href: '/s/style.css', download: 'style.css'}).click()"
        )
