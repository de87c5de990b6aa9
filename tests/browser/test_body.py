"""Where the body was hurt: two calm outlines to tap, and the list that says and does the same."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.browsers import CHROMIUM, PHONE, device
from tests.browser.conftest import Demo
from tests.browser.submitter import begin_section, watch

UNITS = 110  # the width of an outline, as form-body.ts draws it
FACE, FRONT, BACK = range(3)
FINGER = 48  # px


@pytest.fixture
def page(shared: Demo, chromium: Browser) -> Iterator[Page]:
    page = device(chromium, CHROMIUM, PHONE).new_page()
    wrong = watch(page, shared)
    begin_section(page, shared, "injuries_")
    expect(page.locator(".body").nth(FRONT)).to_be_visible()
    yield page
    assert wrong == []


def tap(page: Page, view: int, x: float, y: float) -> None:
    """By the outline's own measure: x from the middle, to the right of who looks."""
    outline = page.locator(".body").nth(view)
    if not outline.is_visible():
        page.locator("[data-question=body] > details > summary").nth(view).click()
    width = (outline.bounding_box() or {"width": 0})["width"]
    outline.click(position={"x": (x + UNITS / 2) * width / UNITS, "y": y * width / UNITS})


def box(page: Page, site: str) -> Locator:
    return page.locator(f'[data-question=body] input[value="{site}"]')


def side(page: Page, site: str) -> Locator:
    return page.locator(f'label.choice:has(input[value="{site}"]) + .date select').first


@pytest.mark.parametrize(
    ("view", "x", "site", "said"),
    [
        (FRONT, 19, "shoulder", "left"),  # whoever faces the picture has the person's left on the right
        (FRONT, -19, "shoulder", "right"),
        (FACE, 38, "ear", "left"),
        (BACK, -29, "elbow", "left"),  # and from behind it is the same hand
        (BACK, 29, "elbow", "right"),
    ],
)
def test_left_and_right_are_the_person_s_own(page: Page, view: int, x: int, site: str, said: str) -> None:
    y = {"shoulder": 58, "ear": 54, "elbow": 87}[site]
    tap(page, view, x, y)
    expect(box(page, site)).to_be_checked()
    expect(side(page, site)).to_have_value(said)
    words = page.locator(".body").nth(view).locator("text")
    near = words.nth(1 if x > 0 else 0)  # the word on that side of the picture
    assert (near.text_content() or "").lower() == said
    expect(page.locator(".body").nth(view).locator("+ p")).to_contain_text(near.text_content() or "")


def test_a_finger_that_lands_beside_it_finds_the_nearest_place(page: Page) -> None:
    width = (page.locator(".body").nth(FRONT).bounding_box() or {"width": 0})["width"]
    beside = FINGER / 2 * UNITS / width
    for x, y, site in ((0, 97, "abdomen"), (10, 145, "thigh"), (10, 168, "knee")):
        tap(page, FRONT, x, y + beside - 1)
        expect(box(page, site)).to_be_checked()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_second_tap_takes_it_back_and_both_sides_are_both(page: Page) -> None:
    for x in (10, -10):
        tap(page, FRONT, x, 145)
    expect(side(page, "thigh")).to_have_value("both")
    expect(page.locator(".body [data-on]")).to_have_count(2)
    tap(page, FRONT, 10, 145)
    expect(side(page, "thigh")).to_have_value("right")
    tap(page, FRONT, -10, 145)
    expect(box(page, "thigh")).not_to_be_checked()
    expect(page.locator(".body [data-on]")).to_have_count(0)


def test_the_head_of_the_whole_body_opens_the_larger_one(page: Page) -> None:
    expect(page.locator(".body").nth(FACE)).to_be_hidden()
    tap(page, FRONT, 2, 20)
    expect(page.locator(".body").nth(FACE)).to_be_visible()
    expect(page.locator("[data-question=body] input:checked")).to_have_count(0)


def test_by_keyboard_the_list_marks_the_same_places(page: Page) -> None:
    group = page.locator('[data-question=body] > details:has(input[value="knee"]) > summary')
    group.press("Enter")
    box(page, "knee").press("Space")
    expect(page.locator(".body [data-on]")).to_have_count(2)  # no side said: shown on both
    select = side(page, "knee")
    select.focus()
    select.select_option("left")
    expect(page.locator(".body [data-on]")).to_have_count(1)
    left = page.locator(".body [data-on]")
    assert float(left.get_attribute("cx") or 0) > 0  # the person's left, seen from the front
