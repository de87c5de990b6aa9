"""The cases for which this service was asked, from the first word to an appeal. Names are invented.

Two reviewers, two investigators, a supervisor, a custodian and one who looks again: in each of them.
"""

from __future__ import annotations

import pytest

from crypto.account import STOP
from crypto.box import NOTE, TEXT, WRAP_UNIT, open_wrap, parse_box
from crypto.entry import (
    APPROVAL,
    GRANT,
    IDENTITY_ASKED,
    IDENTITY_GRANTED,
    IDENTITY_OPENED,
    PROPOSAL,
    STEP,
    TEXT_ENTRY,
)
from crypto.keyring import INVESTIGATOR, OVERSIGHT, REVIEWER, SUPERVISOR
from crypto.message import STOP_LANE
from crypto.workflow import (
    CLOSED,
    DETERMINATION,
    INQUIRY,
    INVESTIGATION,
    REOPENED,
    SAFETY_HOLD,
    SUSPENDED,
)
from intake_forms.countries import read_countries
from intake_forms.safeguards import Basis, Verdict, assess
from service import clock
from service.domain import small_cells
from tests.api.conftest import Server
from tests.api.handled import Handled, done, opens
from tests.api.room import CASES, world_with
from tests.api.stored import is_problem
from tests.scenarios import DEATH, HANDCUFFED, RELATIVES
from tests.world import World


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(1, OVERSIGHT)


def verdict_of(case: Handled, rule: str, basis: Basis) -> Verdict:
    """What a desk computes from the answers as they were opened."""
    answers = case.desk.opened.account.content.answers
    found = assess(answers, read_countries(), "2026-05-10T00:00/2026-05-10T23:59 day -")
    return next(one.verdict for one in found.findings if (one.rule, one.basis) == (rule, basis))


def test_beaten_in_handcuffs_told_the_medics_threatened_for_complaining(server: Server) -> None:
    """The official account says that he fell off a scooter; it is shown as a claim, and closes nothing."""
    case = Handled.of(server, HANDCUFFED)
    unit = case.who(INVESTIGATOR)
    case.triage()
    assert verdict_of(case, "late_judge_std", "standard") == "breach"
    assert verdict_of(case, "judge_no_inquiry", "standard") == "breach"
    case.hand_over()
    case.begin_inquiry()
    case.open_name()
    case.agree(INVESTIGATION, HANDCUFFED.investigated)
    # he is threatened and asks to stop: at once, and until somebody takes it up
    stop = case.write("Мне угрожают, остановитесь.", STOP, STOP_LANE)
    (line,) = [one for one in case.call(unit, "GET", CASES).json()["cases"] if one["cid"] in case.path]
    assert line["state"] == SAFETY_HOLD
    done(case.post(unit, TEXT_ENTRY, None, case.box(unit, TEXT, text="Ждём вашего слова."), cited=stop))
    case.agree(DETERMINATION, HANDCUFFED.determined)
    case.agree(CLOSED, HANDCUFFED.closed)
    case.appeal()
    assert not case.seen_by(case.who(INVESTIGATOR, 2))


def test_a_death_in_custody_closed_reopened_and_suspended_by_others(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A suspect's illness suspends nothing here, and what is suspended comes back by itself."""
    case, world = Handled.of(server, DEATH), server.world
    today, unit = world.today, case.who(INVESTIGATOR)

    def later(days: int) -> None:
        monkeypatch.setattr(world, "today", world.today + days)
        monkeypatch.setattr(clock, "today", lambda: world.today)

    case.triage()
    assert verdict_of(case, "late_judge_std", "standard") == "breach"
    case.hand_over()
    for by in (case.one, unit):  # the ruling that nobody followed, the closings, the file that the lawyer is denied
        case.write_books(by)
    case.begin_inquiry()
    case.open_name()
    case.agree(INVESTIGATION, DEATH.investigated)
    for until in (0, today + 31, today + 400):
        is_problem(case.post(unit, PROPOSAL, SUSPENDED, case.box(unit, NOTE), until=until), 400, "bad_state")

    # by two and for thirty days at most; taken up sooner by one, or else it comes back
    case.suspend("Ждём экспертизу.", 30)
    assert case.desk.chain().place.back == INVESTIGATION
    case.take_up_again(INVESTIGATION, "Экспертиза пришла.")
    case.suspend("Ждём вторую экспертизу.", 30)
    assert [case.read(today + days).state for days in (30, 31)] == [SUSPENDED, INVESTIGATION]
    later(31)
    case.agree(DETERMINATION, DEATH.determined)
    case.agree(CLOSED, DEATH.closed)
    case.appeal()

    # and once more round: whoever has it begins again, and it is suspended no longer than before
    done(case.post(case.one, STEP, REOPENED, case.box(case.one, NOTE), priority=0))
    case.take_up_again(INQUIRY, DEATH.begun)
    case.agree(INVESTIGATION, DEATH.investigated)
    case.suspend("Ждём ответа суда.", 10)
    done(case.post(unit, PROPOSAL, SUSPENDED, case.box(unit, NOTE), priority=1))
    lower = {"cited": case.head(), "priority": 1}
    done(case.post(case.two, APPROVAL, SUSPENDED, case.box(case.two, NOTE), **lower))
    later(11)
    assert case.read().state == INVESTIGATION
    seen = [entry.state for entry in case.read().chain.entries if entry.state in (SUSPENDED, CLOSED, REOPENED)]
    # two signatures each, but for a reopening; and what is more or less urgent in there is none
    assert [seen.count(one) for one in (SUSPENDED, CLOSED, REOPENED)] == [6 + 2, 2, 1 + 1]
    monkeypatch.setattr(small_cells, "SMALLEST", 1)
    told = server.staff(world.of(OVERSIGHT)[0]).call("GET", "/v1/oversight/counts").json()["deeds"]
    assert [told[name] for name in ("suspensions", "suspended_again", "reopenings")] == [3, 2, 1]


def test_relatives_who_fear_to_file_are_read_by_nobody_they_left_out(server: Server) -> None:
    """Nor is anybody named whom they did not want to be: they are asked first, and have the name erased."""
    case, world = Handled.of(server, RELATIVES), server.world
    unit, left_out = case.who(INVESTIGATOR), [one for one in world.of(REVIEWER) if one.group in RELATIVES.left_out]
    assert "r_do_not" in case.desk.opened.account.content.answers
    case.triage()
    case.hand_over()
    assert opens(case.desk.first, case.one) == RELATIVES.said
    assert [opens(case.desk.first, one) for one in left_out] == [""] * 4

    # what they add later is not the unit's until a reader hands it on
    case.write("Ещё одно: к нам приходили.")
    wrap = case.box(case.one, WRAP_UNIT)
    granted = open_wrap(parse_box(wrap), world.instance, case.desk.first.cid, case.one.signing_pk, unit.key)
    assert len(granted.grants) == 2
    done(case.post(case.one, GRANT, None, wrap))
    assert not case.seen_by(case.who(INVESTIGATOR, 2))
    assert not case.seen_by(case.who(SUPERVISOR, 1))

    # the unit asks who they are; the custodian gives nothing that they have not agreed to
    case.begin_inquiry()
    ask = case.ask_name()
    case.give_half(ask)
    case.keep_name(ask, "Сначала спросите их.")
    is_problem(case.post(unit, IDENTITY_OPENED, cited=ask), 400, "bad_state")
    kinds = [entry.kind for entry in case.read().chain.entries]
    assert IDENTITY_ASKED in kinds
    assert IDENTITY_GRANTED not in kinds
    case.write("Сотрите имя.", answers={"asks": "erase"})
    case.erase_name("Имя стёрто.")

    case.close()
    case.appeal()
    sealed = case.desk.sealed[-1]
    assert RELATIVES.review not in [opens(case.parsed(sealed), one) for one in left_out]
    assert [entry.state for entry in case.read().chain.entries][-1] == REOPENED
