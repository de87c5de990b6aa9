"""SPEC 8.14 and 8.15: who may erase a case or an identity, from where, when, and with whom."""

from __future__ import annotations

import os
from typing import Any

from crypto.chain import KnownMessage
from crypto.entry import (
    APPROVAL,
    IDENTITY_ASKED,
    NAME_ERASURE_AGREED,
    NAME_ERASURE_PROPOSED,
    NOTE_ENTRY,
    OPENED,
    PROPOSAL,
    REFUSAL,
    STEP,
    TEXT_ENTRY,
)
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.message import REVIEW_LANE, STOP_LANE
from crypto.workflow import CLOSED, ERASED, INQUIRY, QUARANTINE, REOPENED, REVIEW, SAFETY_HOLD, WITHDRAWN
from tests.casework import Casework
from tests.vectors.attack_keyring import DAY
from tests.vectors.attack_workflow import Tries
from tests.world import World

KEPT, NOTICE, LAPSE = 730, 30, 90


def erasure_sheet(sheet: Any) -> None:
    world = World(today=DAY, days=4 * 365)
    tries = Tries(sheet, "years", world.keyring)
    _cases(tries, world)
    _sources(tries, world)
    _answered(tries, world)
    _names(tries, world)


def _proposed(world: World) -> tuple[Casework, bytes]:
    """Closed, kept, proposed by a reviewer; on the first day on which it may be approved."""
    made = Casework.closed(world)
    made.day = DAY + KEPT
    link = made.add(made.who(REVIEWER), PROPOSAL, ERASED)
    made.day += NOTICE
    return made, link


def _cases(tries: Tries, world: World) -> None:
    case = Casework.closed(world)
    reader, supervisor, unit = case.who(REVIEWER), case.who(SUPERVISOR), case.who(INVESTIGATOR)
    case.day = DAY + KEPT - 1
    tries.refuses("erasure_a_day_too_early", "bad_state", case, case.make(reader, PROPOSAL, ERASED))
    case.day = DAY + KEPT
    tries.refuses("erasure_by_one_alone", "bad_state", case, case.make(supervisor, STEP, ERASED))
    tries.refuses("erasure_proposed_by_the_unit", "role_not_allowed", case, case.make(unit, PROPOSAL, ERASED))
    link = case.add(reader, PROPOSAL, ERASED)
    tries.comes_to("erasure_proposed", case, CLOSED, pending=[link.hex()])
    approval = {"state": ERASED, "cited": link}
    tries.refuses("erasure_on_the_day_it_was_proposed", "bad_state", case, case.make(supervisor, APPROVAL, **approval))
    case.day += NOTICE - 1
    early = case.make(supervisor, APPROVAL, **approval)
    tries.refuses("erasure_before_the_person_had_30_days", "bad_state", case, early)
    case.day += 1
    tries.refuses("erasure_approved_by_the_unit", "role_not_allowed", case, case.make(unit, APPROVAL, **approval))
    other = case.make(case.who(REVIEWER, 1), APPROVAL, **approval)
    tries.refuses("erasure_approved_by_a_reviewer", "role_not_allowed", case, other)
    tries.refuses("erasure_of_nothing_proposed", "bad_state", case, case.make(supervisor, APPROVAL, ERASED))
    case.messages = [*case.messages, KnownMessage(os.urandom(32), 0)]
    written = case.make(supervisor, APPROVAL, **approval)
    tries.refuses("erasure_when_the_person_has_written_since", "bad_state", case, written)
    late = Casework(world, case.cid, list(case.entries), case.messages[:1], DAY + KEPT + LAPSE + 1)
    last = Casework(world, case.cid, list(case.entries), case.messages[:1], DAY + KEPT + LAPSE)
    tries.comes_to("erasure_on_its_last_day", last, CLOSED, pending=[link.hex()])
    tries.comes_to("erasure_that_lapsed", late, CLOSED, pending=[])
    tries.refuses("erasure_approved_too_late", "bad_state", late, late.make(supervisor, APPROVAL, **approval))
    own = Casework(world, case.cid, list(case.entries[:-1]), case.messages[:1], DAY + KEPT)
    link = own.add(supervisor, PROPOSAL, ERASED)
    own.day += NOTICE
    mine = own.make(supervisor, APPROVAL, ERASED, cited=link)
    tries.refuses("erasure_approved_by_whoever_proposed", "role_not_allowed", own, mine)


def _sources(tries: Tries, world: World) -> None:
    """From which states, and counted from which day."""
    working = Casework.handed(world)
    reader, supervisor, unit = working.who(REVIEWER), working.who(SUPERVISOR), working.who(INVESTIGATOR)
    working.day = DAY + 3 * 365
    tries.refuses("erasure_of_an_inquiry", "bad_state", working, working.make(reader, PROPOSAL, ERASED))
    held = Casework.closed(world)
    held.add(reader, STEP, SAFETY_HOLD)
    held.day = DAY + 3 * 365
    tries.refuses("erasure_of_a_case_on_hold", "bad_state", held, held.make(reader, PROPOSAL, ERASED))
    review = Casework.closed(world)
    review.add(case_reviewer(review), STEP, REVIEW)
    review.day = DAY + 3 * 365
    tries.refuses("erasure_in_review", "bad_state", review, review.make(reader, PROPOSAL, ERASED))
    withdrawn = Casework.handed(world)
    withdrawn.agree(unit, supervisor, WITHDRAWN, until=DAY + 14)
    withdrawn.day = DAY + KEPT
    early = withdrawn.make(reader, PROPOSAL, ERASED)
    tries.refuses("erasure_of_a_withdrawn_case_counts_from_its_last_day", "bad_state", withdrawn, early)
    withdrawn.day = DAY + KEPT + 14
    withdrawn.add(reader, PROPOSAL, ERASED)
    tries.comes_to("erasure_of_a_withdrawn_case", withdrawn, WITHDRAWN)
    spam = Casework.new(world)
    spam.add(reader, OPENED)
    spam.agree(reader, supervisor, QUARANTINE)
    spam.day = DAY + 29
    tries.refuses("erasure_of_spam_in_its_month", "bad_state", spam, spam.make(reader, PROPOSAL, ERASED))
    spam.day = DAY + 30
    spam.add(reader, PROPOSAL, ERASED)
    tries.comes_to("erasure_of_spam_after_its_month", spam, QUARANTINE)
    again, link = _proposed(world)
    again.day -= 20
    again.add(case_reviewer(again), STEP, REOPENED)
    again.add(unit, STEP, INQUIRY)
    again.close()
    again.day += 20
    reopened = again.make(supervisor, APPROVAL, ERASED, cited=link)
    tries.refuses("erasure_of_a_case_that_was_open_again_meanwhile", "bad_state", again, reopened)


def case_reviewer(case: Casework) -> Any:
    """One who did nothing in it."""
    return case.who(REVIEWER, 4)


def _answered(tries: Tries, world: World) -> None:
    """What is left is the end: nothing follows, and nothing that waited waits any more."""
    case, link = _proposed(world)
    reader, supervisor = case.who(REVIEWER), case.who(SUPERVISOR)
    refused = case.copy()
    refused.add(supervisor, REFUSAL, cited=link)
    tries.comes_to("erasure_refused", refused, CLOSED, pending=[])
    asked = case.add(reader, IDENTITY_ASKED, cited=case.cid, until=case.day + 5)
    case.add(supervisor, APPROVAL, ERASED, cited=link)
    tries.comes_to("erased_by_two", case, ERASED, wrap=bytes(32).hex(), pending=[], asks=[], changes=[])
    assert asked
    wished = case.copy()
    wished.messages = [*case.messages, KnownMessage(os.urandom(32), STOP_LANE)]
    tries.comes_to("erased_with_a_wish_to_stop_that_nobody_took_up", wished, ERASED)
    for name, kind, changes in (
        ("an_answer_after_it", TEXT_ENTRY, {}),
        ("an_opening_after_it", OPENED, {}),
        ("a_note_after_it", NOTE_ENTRY, {}),
        ("reopened_after_it", STEP, {"state": REOPENED}),
    ):
        tries.refuses(f"erased_and_{name}", "bad_state", case, case.make(reader, kind, **changes))
    case.messages = [*case.messages, KnownMessage(os.urandom(32), REVIEW_LANE)]
    tries.comes_to("erased_stays_erased_whatever_the_person_wishes_later", case, ERASED)


def _names(tries: Tries, world: World) -> None:
    case = Casework.handed(world)
    reader, other, unit = case.who(REVIEWER), case.who(REVIEWER, 1), case.who(INVESTIGATOR)
    supervisor, custodian = case.who(SUPERVISOR), case.who(CUSTODIAN)
    propose, agree = NAME_ERASURE_PROPOSED, NAME_ERASURE_AGREED
    tries.refuses("name_erasure_by_the_unit", "role_not_allowed", case, case.make(unit, propose, cited=case.cid))
    tries.refuses("name_erasure_by_a_custodian", "role_not_allowed", case, case.make(custodian, propose))
    tries.refuses("name_erasure_and_a_step", "bad_state", case, case.make(reader, propose, REVIEW))
    tries.refuses("name_erasure_that_nobody_proposed", "bad_state", case, case.make(other, agree, cited=case.cid))
    case.add(reader, IDENTITY_ASKED, cited=case.cid, until=DAY + 5)
    link = case.add(reader, propose, cited=case.cid)
    tries.comes_to("name_erasure_proposed", case, INQUIRY, erasing=[link.hex()], nameless=[])
    tries.refuses("name_erasure_agreed_by_one", "role_not_allowed", case, case.make(reader, agree, cited=link))
    tries.refuses("name_erasure_agreed_by_the_unit", "role_not_allowed", case, case.make(unit, agree, cited=link))
    refused = case.copy()
    refused.add(supervisor, REFUSAL, cited=link)
    tries.comes_to("name_erasure_refused", refused, INQUIRY, erasing=[], nameless=[])
    own = case.make(reader, REFUSAL, cited=link)
    tries.refuses("name_erasure_refused_by_whoever_proposed", "role_not_allowed", case, own)
    late = case.copy(DAY + 15)
    tries.comes_to("name_erasure_that_lapsed", late, INQUIRY, erasing=[])
    tries.refuses("name_erasure_agreed_too_late", "bad_state", late, late.make(other, agree, cited=link))
    more = case.copy()
    more.messages.append(KnownMessage(os.urandom(32), 0))
    written = more.make(other, agree, cited=link)
    tries.refuses("name_erasure_when_a_message_came_since", "bad_state", more, written)
    agreed = case.add(other, agree, cited=link)
    tries.comes_to("name_erased_by_two", case, INQUIRY, erasing=[], nameless=[agreed.hex()], asks=[])
