"""SPEC 8.16: who may keep a case from being erased, for how long, with whom; and that a name goes all the same."""

from __future__ import annotations

import os
from typing import Any

from crypto.chain import KnownMessage
from crypto.entry import (
    APPROVAL,
    LEGAL_HOLD_AGREED,
    LEGAL_HOLD_PROPOSED,
    NAME_ERASURE_AGREED,
    NAME_ERASURE_PROPOSED,
    OPENED,
    PROPOSAL,
    REFUSAL,
)
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.workflow import CLOSED, ERASED, INQUIRY, QUARANTINE, SCREENING
from tests.casework import Casework
from tests.vectors.attack_keyring import DAY
from tests.vectors.attack_workflow import Tries
from tests.world import World

KEPT, NOTICE, LONGEST = 730, 30, 183
PROPOSE, AGREE = LEGAL_HOLD_PROPOSED, LEGAL_HOLD_AGREED


def legalhold_sheet(sheet: Any) -> None:
    world = World(today=DAY, days=4 * 365)
    tries = Tries(sheet, "held", world.keyring)
    _who_and_how_long(tries, world)
    _agreements(tries, world)
    _ends(tries, world)
    _erasing(tries, world)
    _after_the_end(tries, world)


def hold(case: Casework, until: int) -> None:
    """Set, renewed, or ended by two."""
    link = case.add(case.who(REVIEWER), PROPOSE, until=until)
    case.add(case.who(SUPERVISOR), AGREE, cited=link, until=until)


def _who_and_how_long(tries: Tries, world: World) -> None:
    case = Casework.handed(world)
    reader, unit, custodian = case.who(REVIEWER), case.who(INVESTIGATOR), case.who(CUSTODIAN)
    last = DAY + LONGEST
    by_custodian = case.make(custodian, PROPOSE, until=last)
    tries.refuses("legal_hold_by_a_custodian", "role_not_allowed", case, by_custodian)
    tries.refuses("legal_hold_and_a_step", "bad_state", case, case.make(reader, PROPOSE, SCREENING, until=last))
    lower = case.make(reader, PROPOSE, until=last, priority=4)
    tries.refuses("legal_hold_and_a_lower_priority", "bad_state", case, lower)
    tries.refuses("legal_hold_of_184_days", "bad_state", case, case.make(reader, PROPOSE, until=last + 1))
    tries.refuses("legal_hold_that_is_over", "bad_state", case, case.make(reader, PROPOSE, until=DAY - 1))
    tries.refuses("legal_hold_without_end", "bad_state", case, case.make(reader, PROPOSE, until=0))
    tries.refuses("legal_hold_for_ever", "bad_state", case, case.make(reader, PROPOSE, until=2**32 - 1))
    by_unit = case.copy()
    link = by_unit.add(unit, PROPOSE, until=last)
    tries.comes_to("legal_hold_proposed_by_the_unit", by_unit, INQUIRY, hold=0, holding=[link.hex()])
    link = case.add(reader, PROPOSE, until=DAY)
    tries.comes_to("legal_hold_of_one_day_proposed", case, INQUIRY, hold=0, holding=[link.hex()])
    tries.comes_to("legal_hold_proposed_for_a_day_that_is_past", case, INQUIRY, DAY + 1, hold=0, holding=[])
    case.add(case.who(REVIEWER, 1), AGREE, cited=link, until=DAY)
    tries.comes_to("legal_hold_of_one_day", case, INQUIRY, hold=DAY, holding=[], pending=[])
    tries.comes_to("legal_hold_of_one_day_is_over", case, INQUIRY, DAY + 1, hold=0)
    new = Casework.new(world)
    hold(new, last)
    tries.comes_to("legal_hold_of_a_case_that_nobody_opened", new, SCREENING, hold=last, since=DAY)


def _agreements(tries: Tries, world: World) -> None:
    case = Casework.handed(world)
    reader, other, unit = case.who(REVIEWER), case.who(REVIEWER, 1), case.who(INVESTIGATOR)
    supervisor, custodian, last = case.who(SUPERVISOR), case.who(CUSTODIAN), DAY + LONGEST
    nobody = case.make(other, AGREE, until=last)
    tries.refuses("legal_hold_that_nobody_proposed", "bad_state", case, nobody)
    link = case.add(reader, PROPOSE, until=last)
    agreed = {"cited": link, "until": last}
    tries.refuses("legal_hold_agreed_by_one", "role_not_allowed", case, case.make(reader, AGREE, **agreed))
    tries.refuses("legal_hold_agreed_by_the_unit", "role_not_allowed", case, case.make(unit, AGREE, **agreed))
    tries.refuses("legal_hold_agreed_by_a_custodian", "role_not_allowed", case, case.make(custodian, AGREE, **agreed))
    moved = case.make(other, AGREE, CLOSED, **agreed)
    tries.refuses("legal_hold_agreed_and_a_step", "bad_state", case, moved)
    shorter = case.make(other, AGREE, cited=link, until=last - 1)
    tries.refuses("legal_hold_agreed_for_other_days", "bad_state", case, shorter)
    approved = case.make(supervisor, APPROVAL, cited=link, until=last)
    tries.refuses("legal_hold_approved_like_a_step", "bad_state", case, approved)
    own = case.make(reader, REFUSAL, cited=link)
    tries.refuses("legal_hold_refused_by_whoever_proposed", "role_not_allowed", case, own)
    tries.refuses("legal_hold_refused_by_the_unit", "role_not_allowed", case, case.make(unit, REFUSAL, cited=link))
    by_custodian = case.make(custodian, REFUSAL, cited=link)
    tries.refuses("legal_hold_refused_by_a_custodian", "role_not_allowed", case, by_custodian)
    late = case.copy(DAY + 14)
    tries.comes_to("legal_hold_on_its_last_day_to_agree", late, INQUIRY, hold=0, holding=[link.hex()])
    late.add(other, AGREE, **agreed)
    tries.comes_to("legal_hold_agreed_on_that_day", late, INQUIRY, hold=last)
    later = case.copy(DAY + 15)
    tries.comes_to("legal_hold_that_lapsed", later, INQUIRY, hold=0, holding=[])
    tries.refuses("legal_hold_agreed_too_late", "bad_state", later, later.make(other, AGREE, **agreed))
    refused = case.copy()
    second = refused.add(other, PROPOSE, until=DAY + 9)
    refused.add(supervisor, REFUSAL, cited=link)
    tries.comes_to("legal_hold_refused_and_another_waits", refused, INQUIRY, hold=0, holding=[second.hex()])
    again = refused.make(other, AGREE, **agreed)
    tries.refuses("legal_hold_agreed_after_it_was_refused", "bad_state", refused, again)
    two = case.copy()
    second = two.add(other, PROPOSE, until=DAY + 9)
    two.add(supervisor, AGREE, cited=second, until=DAY + 9)
    tries.comes_to("legal_hold_agreed_ends_what_else_waited", two, INQUIRY, hold=DAY + 9, holding=[])
    tries.refuses("legal_hold_agreed_twice", "bad_state", two, two.make(other, AGREE, **agreed))
    short = case.copy()
    link = short.add(reader, PROPOSE, until=DAY + 3)
    short.day += 4
    over = short.make(other, AGREE, cited=link, until=DAY + 3)
    tries.refuses("legal_hold_agreed_when_its_days_are_past", "bad_state", short, over)


def _ends(tries: Tries, world: World) -> None:
    """Renewed, made shorter, or ended early: by two each time. Or by the day, by nobody."""
    case = Casework.handed(world)
    reader, other, last = case.who(REVIEWER), case.who(REVIEWER, 1), DAY + LONGEST
    hold(case, last)
    tries.comes_to("legal_hold_on_its_last_day", case, INQUIRY, last, hold=last)
    tries.comes_to("legal_hold_is_over_by_the_day_alone", case, INQUIRY, last + 1, hold=0)
    case.day = DAY + 100
    much = case.make(reader, PROPOSE, until=case.day + LONGEST + 1)
    tries.refuses("legal_hold_renewed_for_more_than_183_days_from_then", "bad_state", case, much)
    renewed = case.copy()
    hold(renewed, case.day + LONGEST)
    tries.comes_to("legal_hold_renewed", renewed, INQUIRY, last + 1, hold=case.day + LONGEST)
    shorter = case.copy()
    hold(shorter, case.day + 1)
    tries.comes_to("legal_hold_made_shorter", shorter, INQUIRY, hold=case.day + 1)
    link = case.add(reader, PROPOSE, until=0)
    tries.comes_to("legal_hold_to_be_ended_stands", case, INQUIRY, hold=last, holding=[link.hex()])
    own = case.make(reader, AGREE, cited=link)
    tries.refuses("legal_hold_ended_by_one", "role_not_allowed", case, own)
    other_day = case.make(other, AGREE, cited=link, until=last)
    tries.refuses("legal_hold_kept_by_agreeing_to_end_it", "bad_state", case, other_day)
    tries.comes_to("legal_hold_to_be_ended_that_ended_before", case, INQUIRY, last + 1, hold=0, holding=[])
    case.add(other, AGREE, cited=link)
    tries.comes_to("legal_hold_ended_by_two", case, INQUIRY, hold=0, holding=[])
    tries.refuses("legal_hold_ended_again", "bad_state", case, case.make(reader, PROPOSE, until=0))
    case.messages = [*case.messages, KnownMessage(os.urandom(32), 0)]
    hold(case, case.day + 5)
    tries.comes_to("legal_hold_after_another_that_ended", case, INQUIRY, hold=case.day + 5)
    gone = case.copy()
    link = gone.add(reader, PROPOSE, until=0)
    gone.day = case.day + 6
    late = gone.make(other, AGREE, cited=link)
    tries.refuses("legal_hold_ended_when_it_is_over", "bad_state", gone, late)


def _erasing(tries: Tries, world: World) -> None:
    case = Casework.closed(world)
    reader, supervisor = case.who(REVIEWER), case.who(SUPERVISOR)
    case.day = DAY + KEPT
    waits = case.add(reader, PROPOSAL, ERASED)
    one_alone = case.copy()
    one_alone.add(reader, PROPOSE, until=case.day + 100)
    one_alone.day += NOTICE
    one_alone.add(reader, PROPOSE, until=one_alone.day + 100)
    one_alone.add(supervisor, APPROVAL, ERASED, cited=waits)
    tries.comes_to("legal_hold_that_only_one_proposed_keeps_nothing", one_alone, ERASED, hold=0, holding=[])
    lower = case.add(reader, PROPOSAL, CLOSED, priority=4)
    hold(case, case.day + 40)
    tries.comes_to(
        "legal_hold_ends_a_proposal_to_erase_and_no_other", case, CLOSED, pending=[lower.hex()], hold=case.day + 40
    )
    tries.refuses("erasure_proposed_in_a_legal_hold", "bad_state", case, case.make(reader, PROPOSAL, ERASED))
    case.day += NOTICE
    approval = {"state": ERASED, "cited": waits}
    held = case.make(supervisor, APPROVAL, **approval)
    tries.refuses("erasure_approved_in_a_legal_hold", "bad_state", case, held)
    case.day += 10
    tries.refuses("erasure_on_the_holds_last_day", "bad_state", case, case.make(reader, PROPOSAL, ERASED))
    case.day += 1
    stale = case.make(supervisor, APPROVAL, **approval)
    tries.refuses("erasure_proposed_before_the_hold_approved_after_it", "bad_state", case, stale)
    case.add(reader, PROPOSAL, ERASED)
    tries.comes_to("erasure_proposed_anew_after_the_hold", case, CLOSED, hold=0)
    between = case.copy()
    proposed = between.chain().head
    hold(between, between.day)
    between.day += NOTICE
    short = between.make(supervisor, APPROVAL, ERASED, cited=proposed)
    tries.refuses("erasure_when_it_was_held_for_a_day_meanwhile", "bad_state", between, short)
    proposed = case.chain().head
    case.day += NOTICE
    case.add(supervisor, APPROVAL, ERASED, cited=proposed)
    tries.comes_to("erased_after_the_hold", case, ERASED, hold=0)
    ended = Casework.closed(world)
    ended.day = DAY + KEPT
    hold(ended, ended.day + 100)
    hold(ended, 0)
    ended.add(reader, PROPOSAL, ERASED)
    tries.comes_to("erasure_proposed_after_the_hold_was_ended_by_two", ended, CLOSED, hold=0)
    spam = Casework.new(world)
    spam.add(reader, OPENED)
    spam.agree(reader, supervisor, QUARANTINE)
    hold(spam, DAY + 60)
    spam.day = DAY + 30
    tries.refuses("erasure_of_spam_in_a_legal_hold", "bad_state", spam, spam.make(reader, PROPOSAL, ERASED))
    named = Casework.handed(world)
    hold(named, DAY + LONGEST)
    link = named.add(reader, NAME_ERASURE_PROPOSED, cited=named.cid)
    agreed = named.add(supervisor, NAME_ERASURE_AGREED, cited=link)
    tries.comes_to("name_erased_in_a_legal_hold", named, INQUIRY, nameless=[agreed.hex()], hold=DAY + LONGEST)


def _after_the_end(tries: Tries, world: World) -> None:
    case = Casework.closed(world)
    reader, supervisor = case.who(REVIEWER), case.who(SUPERVISOR)
    case.day = DAY + KEPT
    link = case.add(reader, PROPOSAL, ERASED)
    case.day += NOTICE
    case.add(supervisor, APPROVAL, ERASED, cited=link)
    after = case.make(reader, PROPOSE, until=case.day + 5)
    tries.refuses("legal_hold_of_an_erased_case", "bad_state", case, after)
