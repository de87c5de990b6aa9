"""A case goes from its readers to a unit, in a real browser: proposed, approved, worked on, seen by the person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from crypto.draw import draw_review
from crypto.message import NORMAL, REVIEW_LANE, parse_sealed
from tests.browser.browsers import CHROMIUM, DESK, PHONE, SLOW, device
from tests.browser.conftest import Demo
from tests.browser.desk import WORDS, again, choose, desk_of, member_of, open_case, open_desk, open_tab, sign
from tests.browser.person import Person
from tests.browser.submitter import bodies, do
from tests.scenarios import DEATH, HANDCUFFED

LAST = "Последнее слово-55021."


def whose_review_a_reader_gets(shared: Demo) -> tuple[Person, list[tuple[Path, str]], tuple[Path, str]]:
    """Two readers who will act, and a third for whom a request for a review is drawn when they have."""
    while True:
        person = Person(shared)
        one, two, *others = [key for key in shared.keys("reviewer") if person.reads(key)]
        acted = {bytes.fromhex(member_of(key)) for key in (one, two)}
        drawn = draw_review(person.keyring.body, person.receipt.k0, person.today, "", (), acted).readers
        ids = {member.id.hex() for member in drawn}
        for third in others:
            if member_of(third) in ids:
                return person, [one, two], third


@pytest.mark.timeout(900)
def test_a_case_is_handed_to_a_unit_and_worked_on(shared: Demo, chromium: Browser) -> None:
    person, readers, third = whose_review_a_reader_gets(shared)
    told = HANDCUFFED
    person.write(f"{told.said} {WORDS}", lane=told.lane, name=told.name, answers=told.answers)
    cid = person.cid.hex()
    one = desk_of(chromium, shared, readers[0])
    open_case(one, cid)

    # an answer begun in the person's language, and the case found by what is in it
    one.locator("#reply-begin").select_option("progress")
    expect(one.locator("#reply")).to_have_value(re.compile("о вашем деле не забыли.*20\\d\\d", re.DOTALL))
    one.locator("#reply").fill("")
    again(one)
    one.locator("#filter").fill("слово-77120")
    expect(one.locator(f"button[data-cid='{cid}']")).to_have_count(1)
    one.locator("#filter").fill("слово-99999")
    expect(one.locator("button.open")).to_have_count(0)
    one.locator("#filter").fill("")
    open_case(one, cid)

    # triage: a priority and a reason, which the person may read
    choose(one, 2)
    one.locator("#deed-ask").click()
    expect(one.locator(".deeds [role=alert]")).to_be_visible()
    one.get_by_role("radio", name="P1").check()
    one.locator("#deed-text").fill(told.triaged)
    sign(one)
    seen = person.read()
    assert seen is not None
    assert (seen.state, seen.chain.place.priority, seen.replies[0].text) == (2, 1, told.triaged)

    # the hand-off: nobody is chosen beforehand, and one signature does nothing
    choose(one, 3)
    one.locator("#deed-text").fill(told.handed)
    one.locator("#deed-ask").click()
    expect(one.locator(".deeds [role=alert]")).to_contain_text("двух" if "ru" in one.url else "two")
    boxes = one.locator("[data-member]:enabled")
    ids = [str(boxes.nth(n).get_attribute("data-member")) for n in range(boxes.count())]
    for n in (0, 1, len(ids) - 1):
        one.locator(f"[data-member='{ids[n]}']").check()
    sign(one)
    expect(one.locator("[data-proposal='3']")).to_be_visible()
    assert one.locator("[data-key=approve]").count() == 0
    named = [key for key in shared.keys("investigator") if member_of(key) in ids[:2]]
    unit = desk_of(chromium, shared, named[0])
    expect(unit.locator(f"[data-cid='{cid}']")).to_have_count(0)

    two = desk_of(chromium, shared, readers[1])
    open_case(two, cid)
    expect(two.locator("[data-proposal='3']")).to_contain_text(told.handed)
    two.locator("[data-key=approve]").click()
    two.locator("#deed-text").fill(told.agreed)
    two.locator("#decide").click()
    expect(two.locator(".note.done")).to_be_visible(timeout=SLOW)

    # a note between staff is read by the colleague and not by the person
    open_tab(two, "notes")
    two.locator("#reply-to").select_option("staff")
    two.locator("#reply").fill("Заметка-90417: не звонить.")
    two.locator("#reply-ask").click()
    two.locator("#reply-send").click()
    expect(two.locator("#panel-notes .ours.note").last).to_contain_text("Заметка-90417", timeout=SLOW)
    assert "Заметка-90417" not in str([reply.text for reply in (person.read() or seen).replies])

    # the unit sees it now, reads the account and not what was said before
    unit.locator("[data-key=reload]").click()
    open_case(unit, cid)
    expect(unit.locator("main, #desk").first).to_contain_text(told.handed)
    expect(unit.locator("body")).not_to_contain_text(told.triaged)

    # nobody begins alone; of two who take it at once one wins, and the other is told and loses nothing
    second = desk_of(chromium, shared, named[1])
    for page in (unit, second):
        if page is second:
            open_case(page, cid)
        choose(page, 4)
        page.locator("#deed-text").fill(told.begun)
        page.locator("#deed-ask").click()
        expect(page.locator(".deeds [role=alert]")).to_contain_text("Two of the unit")
        page.locator("[data-claim]:enabled").check()
    unit.locator("#claim-sign").click()
    expect(unit.locator("#claim")).to_have_attribute("data-claimed", "2", timeout=SLOW)  # though an opening came first
    second.locator("#claim-sign").click()
    expect(second.locator("#claim [role=alert]")).to_contain_text("Somebody signed first", timeout=SLOW)
    expect(second.locator("#claim")).to_have_attribute("data-claimed", "2")
    expect(second.locator("#deed-text")).to_have_value(told.begun)
    again(second)
    for only, n in (("mine", 1), ("nobodys", 0)):
        second.locator(f"[data-only={only}]").click()
        expect(second.locator(f"button[data-cid='{cid}']")).to_have_count(n)
    choose(unit, 4)
    unit.locator("#deed-text").fill(told.begun)
    sign(unit)
    left_out = next(key for key in shared.keys("investigator") if member_of(key) not in ids[:2])
    stranger = desk_of(chromium, shared, left_out)
    expect(stranger.locator(f"[data-cid='{cid}']")).to_have_count(0)

    # and the person reads each step, verified
    seen = person.read()
    assert seen is not None
    assert (seen.state, [reply.text for reply in seen.replies][:2]) == (
        4,
        [told.begun, told.agreed],
    )

    # in a browser too, in their language, each step with its day and role
    phone = device(chromium, CHROMIUM, PHONE).new_page()
    phone.goto(f"{shared.origin}/ru/check/")
    phone.locator("#code").fill(person.code)
    phone.locator("[data-do=open]").click()
    expect(phone.locator("#state")).to_have_text("Те, кто расследует, проверяют, что произошло.", timeout=SLOW)
    expect(phone.locator("#next")).to_contain_text("следующий шаг")
    phone.locator("#history summary").click()
    steps = phone.locator("#steps li").all_inner_texts()
    assert len(steps) == 10
    assert "проверяют, что произошло" in steps[0]
    assert any("взялись двое" in step for step in steps[:4])
    assert "независимо" in steps[5]
    assert "нужно согласие второго человека" in steps[7]
    expect(phone.locator("#replies .signed")).to_have_count(3)

    # the sealed name: asked for by the unit, two halves from two others, and only who asked opens it
    choose(unit, 102)
    unit.locator("#deed-code").select_option("un_complaint")
    unit.locator("#deed-text").fill("Для жалобы, с согласия.")
    sign(unit)
    keeper = desk_of(chromium, shared, shared.keys("custodian")[0])
    keeper.locator(f"button[data-cid='{cid}']").click(timeout=SLOW)
    expect(keeper.locator("[data-ask]")).to_contain_text("Для жалобы, с согласия.", timeout=SLOW)
    assert keeper.locator("[data-key=agree]").count() == 0
    again(two)
    open_case(two, cid)
    two.locator("[data-key=agree]").click()
    expect(two.locator(".note.done")).to_be_visible(timeout=SLOW)
    again(keeper)
    keeper.locator(f"button[data-cid='{cid}']").click(timeout=SLOW)
    keeper.locator("[data-key=agree]").click(timeout=SLOW)
    keeper.wait_for_selector("html[data-screen=queue]", timeout=SLOW)
    expect(keeper.locator(f"[data-cid='{cid}']")).to_have_count(0)
    expect(keeper.locator("body")).not_to_contain_text(WORDS)
    again(unit)
    open_case(unit, cid)
    unit.locator("[data-key=open-name]").click()
    expect(unit.locator("#the-name")).to_contain_text(told.name, timeout=SLOW)
    expect(two.locator("body")).not_to_contain_text(told.name)
    seen = person.read()
    assert seen is not None
    assert [entry.kind for entry in seen.chain.entries if 10 <= entry.kind < 14] == [10, 11, 12, 13]

    # what the unit proposes a supervisor approves, up to the closing with its reasons
    guard = desk_of(chromium, shared, next(key for key in shared.keys("supervisor") if member_of(key) == ids[-1]))
    for target, code, words in (
        (6, "", told.investigated),
        (8, "substantiated", told.determined),
        (9, "", told.closed),
    ):
        choose(unit, target)
        if code:
            unit.locator("#deed-code").select_option(code)
        unit.locator("#deed-text").fill(words)
        sign(unit)
        open_case(guard, cid)
        guard.locator("[data-key=approve]").click()
        guard.locator("#deed-text").fill(words)
        guard.locator("#decide").click()
        expect(guard.locator(".note.done")).to_be_visible(timeout=SLOW)
        again(guard)
        again(unit)
        open_case(unit, cid)

    # the person asks for a review: it opens for reviewers who took no step, and one of them decides
    phone.locator("section:not([hidden]) [data-do=look]").click()
    expect(phone.locator("#state")).to_contain_text("закончена", timeout=SLOW)
    phone.locator("section:not([hidden]) [data-do=asks]").click()
    phone.locator("[data-ask=review]").click()
    tries = bodies(phone, lambda route, _: route.continue_())
    phone.locator("#more").fill(f"{told.review} {'слово ' * 23_000}{LAST}")  # two parts
    do(phone, "send")
    expect(phone.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)
    for touched in (one, two, unit, guard):
        if touched is not guard:
            again(touched)
        open_case(touched, cid)
        expect(touched.locator("body")).not_to_contain_text(told.review)
    choose(one, 11)
    one.locator("#deed-text").fill(told.reopened)
    one.locator("#deed-ask").click()
    one.locator("#deed-do").click()
    expect(one.locator(".deeds [role=alert]")).to_be_visible(timeout=SLOW)
    untouched = desk_of(chromium, shared, third)
    open_case(untouched, cid)
    expect(untouched.locator("#panel-messages")).to_contain_text(told.review)
    choose(untouched, 11)
    untouched.locator("#deed-text").fill(told.reopened)
    sign(untouched)
    seen = person.read()
    assert seen is not None
    assert (seen.state, seen.replies[0].text) == (11, told.reopened)

    # the rest of what they said is no other wish, and whoever took it up reads that too
    do(phone, "look")
    expect(phone.locator("#replies")).to_contain_text(told.reopened, timeout=SLOW)
    do(phone, "write")
    do(phone, "send")
    expect(phone.locator("#sent")).to_have_attribute("data-state", "sent", timeout=SLOW)
    expect(phone.locator("#rest")).to_be_hidden()
    assert [parse_sealed(person.instance, sent).lane for sent in tries] == [REVIEW_LANE, NORMAL]
    for page, reads in ((untouched, 1), (one, 0)):
        again(page)
        open_case(page, cid)
        open_tab(page, "messages")
        expect(page.locator("#panel-messages")).to_contain_text(told.reopened)
        expect(page.get_by_text(LAST)).to_have_count(reads)

    # one who steps back sees nothing of it from that moment
    again(unit)
    open_case(unit, cid)
    choose(unit, 101)
    unit.locator("#recuse").click()
    unit.wait_for_selector("html[data-screen=queue]", timeout=SLOW)
    expect(unit.locator(f"[data-cid='{cid}']")).to_have_count(0)


def test_safeguards_are_computed_for_staff_beside_the_answers(shared: Demo, chromium: Browser) -> None:
    """Sixty hours before a judge in Tajikistan: the standard is breached, the law is kept."""
    person = Person(shared)
    answers = {
        "form": "main",
        "episode.1.country": "TJ",
        "t_detained": "2026-05-01T10:00/2026-05-01T10:00 exact Asia/Dushanbe",
        "t_judge": "2026-05-03T22:00/2026-05-03T22:00 exact Asia/Dushanbe",
        "judge_how": "in_person",
        "complaint.1.c_outcome": "terminated_no_crime reopened suspended_suspect_ill",
    }
    person.write(f"{WORDS} Ещё одно.", answers=answers)
    page = desk_of(chromium, shared, next(key for key in shared.keys("reviewer") if person.reads(key)))
    open_case(page, person.cid.hex())
    row = page.locator("#findings tr", has_text="Before a judge")
    expect(row.locator("td").nth(0)).to_contain_text("Breached", timeout=SLOW)
    expect(row.locator("td").nth(0)).to_contain_text("60 h")
    expect(row.locator("td").nth(1)).to_contain_text("Kept")
    expect(page.locator("#panel-answers .counters")).to_contain_text("closed 1 time, reopened 1 time, suspended 1 time")


def test_what_happens_outside_is_written_in_the_books(shared: Demo, chromium: Browser) -> None:
    person = Person(shared)
    person.write(f"{DEATH.said} {WORDS}", name=DEATH.name, answers=DEATH.answers)
    cid = person.cid.hex()
    readers = [key for key in shared.keys("reviewer") if person.reads(key)]
    one = desk_of(chromium, shared, readers[0])
    open_case(one, cid)

    open_tab(one, "books")
    one.locator("#writing summary").click()
    for fields in (
        {"day": "2026-10-02", "number": "75/12", "event": "closed", "what": "Нет подозреваемого"},
        {"day": "2026-10-20", "number": "75/12", "event": "suspended_illness"},
    ):
        one.locator("#book").select_option("proceeding")
        for name, value in fields.items():
            field = one.locator(f"#book-{name}")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        one.locator("#put").click()
    one.locator("#book").select_option("protection")
    one.locator("#book-who").fill("Сестра-40417")
    one.locator("#book-step").select_option("planned")
    one.locator("#put").click()
    one.locator("#sign-records").click()
    expect(one.locator("[data-record]")).to_have_count(3, timeout=SLOW)
    expect(one.locator("#sign-records")).to_have_count(0)

    # another reader's desk says the same
    two = desk_of(chromium, shared, readers[1])
    open_case(two, cid)
    assert two.locator("#book-alerts li").evaluate_all("all => all.map((one) => one.dataset.alert)") == [
        "plan_open",
        "illness",
    ]
    expect(two.locator("#book-alerts")).to_contain_text("Сестра-40417")
    open_tab(two, "books")
    two.locator("[data-record]").nth(0).locator("button").click()
    two.locator("#sign-records").click()
    expect(two.locator("[data-record] s")).to_have_count(1, timeout=SLOW)
    expect(two.locator("#book-alerts [data-alert=plan_open]")).to_have_count(0)
    opened = person.read()
    assert opened is not None
    assert not opened.replies  # a note is for staff


def test_oversight_sees_numbers_and_that_every_history_holds(shared: Demo, chromium: Browser) -> None:
    page = device(chromium, CHROMIUM, DESK).new_page()
    open_desk(page, shared, shared.keys("oversight")[0])
    expect(page.locator("[role=status]").first).to_contain_text("verified", timeout=SLOW)
    expect(page.locator(".overseen")).to_contain_text("not told")
    assert page.locator("[data-cid]").count() == 0
