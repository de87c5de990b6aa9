"""SPEC 8.3, 8.12: each side of the conditions of a deed, on a chain that is known from its first entry."""

from __future__ import annotations

from typing import Any

from crypto.encoding import NEVER, Z32
from crypto.entry import (
    APPROVAL,
    CLAIMED,
    COPIED,
    COPY_ANSWERED,
    GRANT,
    IDENTITY_AGREED,
    IDENTITY_ASKED,
    IDENTITY_GRANTED,
    IDENTITY_OPENED,
    LEGAL_HOLD_AGREED,
    LEGAL_HOLD_PROPOSED,
    NAME_ERASURE_AGREED,
    NAME_ERASURE_PROPOSED,
    NOTE_ENTRY,
    OPENED,
    PROPOSAL,
    READERS_AGREED,
    READERS_PROPOSED,
    REFUSAL,
    STEP,
    TEXT_ENTRY,
    WITHHOLDING,
    parse_signed_entry,
)
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR, TRANSLATOR, Former
from crypto.workflow import (
    AWAITING,
    CLOSED,
    INQUIRY,
    INVESTIGATION,
    REOPENED,
    REVIEW,
    SAFETY_HOLD,
)
from tests.casework import Casework
from tests.vectors.attack_copies import NOTHING
from tests.vectors.attack_keyring import DAY
from tests.vectors.attack_workflow import Tries
from tests.world import World, new_person


def walk_sheet(sheet: Any) -> None:
    world = World(today=DAY)
    world.people += [new_person(INVESTIGATOR, "unit-north") for _ in range(2)]
    world.people.append(new_person(TRANSLATOR))
    tries = Tries(sheet, "walk", world.keyring)
    _reopening(tries, world)
    _identity(tries, world)
    _refusing(tries, world)
    _by_two(tries, world)
    _of_the_day(tries, world)
    _last_days(tries, world)


def _reopening(tries: Tries, world: World) -> None:
    """By who did nothing in it while it was worked on: that they read, and noted or handed on, is no matter."""
    case = Casework.handed(world)
    watcher = case.who(REVIEWER, 4)
    case.add(watcher, OPENED)
    case.add(watcher, NOTE_ENTRY)
    case.add(watcher, GRANT)
    case.close()
    noted = case.copy()
    noted.add(watcher, STEP, REOPENED)
    tries.comes_to("reopened_by_one_who_only_read_noted_and_granted", noted, REOPENED)
    tried = Casework.handed(world)
    stepped, proposed, approved = case.who(REVIEWER, 4), case.who(REVIEWER, 6), case.who(REVIEWER, 7)
    tried.add(stepped, STEP, priority=1)
    answered, refused = case.who(REVIEWER, 3), case.who(REVIEWER, 2)
    tried.add(answered, TEXT_ENTRY)
    tried.add(refused, REFUSAL, cited=tried.add(proposed, PROPOSAL, priority=4))
    tried.add(approved, APPROVAL, priority=4, cited=tried.add(proposed, PROPOSAL, priority=4))
    tried.close()
    for did, by in {
        "raised_a_priority": stepped,
        "proposed_a_lower_one": proposed,
        "approved_a_lower_one": approved,
        "refused_a_lower_one": refused,
        "answered_the_person": answered,
    }.items():
        again = tried.make(by, STEP, REOPENED)
        tries.refuses(f"reopened_by_one_who_{did}", "role_not_allowed", tried, again)
    reviewer = case.who(REVIEWER, 5)
    case.add(reviewer, STEP, REVIEW)
    case.add(reviewer, PROPOSAL, CLOSED)
    case.add(reviewer, STEP, REOPENED)
    tries.comes_to("reopened_by_one_who_proposed_in_the_review_to_close", case, REOPENED)


def _identity(tries: Tries, world: World) -> None:
    """Who may refuse, and the last day."""
    case = Casework.handed(world)
    reader, other, unit = case.who(REVIEWER), case.who(REVIEWER, 1), case.who(INVESTIGATOR)
    link = case.add(unit, IDENTITY_ASKED, until=DAY + 7, cited=case.cid)
    refused = case.copy()
    refused.add(reader, REFUSAL, cited=link)
    tries.comes_to("identity_refused_by_a_reviewer", refused, INQUIRY, asks=[])
    by_supervisor = case.make(case.who(SUPERVISOR), REFUSAL, cited=link)
    tries.refuses("identity_refused_by_a_supervisor", "role_not_allowed", case, by_supervisor)
    last = case.copy(DAY + 7)
    last.add(other, IDENTITY_AGREED, cited=link)
    last.add(case.who(CUSTODIAN), IDENTITY_GRANTED, cited=link)
    last.add(unit, IDENTITY_OPENED, cited=link)
    done = {"link": link.hex(), "agreed": True, "granted": True, "opened": True}
    tries.comes_to("identity_opened_on_the_last_day", last, INQUIRY, asks=[done])


def _refusing(tries: Tries, world: World) -> None:
    case = Casework.handed(world)
    reader, other, unit = case.who(REVIEWER), case.who(REVIEWER, 1), case.who(INVESTIGATOR)
    supervisor, custodian = case.who(SUPERVISOR), case.who(CUSTODIAN)
    granted = case.copy()
    granted.add(supervisor, GRANT)
    granted.add(supervisor, COPIED, until=DAY)
    wrap = parse_signed_entry(granted.entries[-2]).box_hash.hex()
    tries.comes_to("granted_and_copied_by_a_supervisor", granted, INQUIRY, wrap=wrap)
    held = case.copy()
    held.add(reader, LEGAL_HOLD_AGREED, cited=held.add(other, LEGAL_HOLD_PROPOSED, until=DAY + 9), until=DAY + 9)
    held.add(unit, STEP, AWAITING)
    tries.comes_to("a_step_while_a_legal_hold_stands", held, AWAITING, hold=DAY + 9)
    waiting = case.copy()
    links = {
        "pending": waiting.add(unit, PROPOSAL, INVESTIGATION),
        "changes": waiting.add(reader, READERS_PROPOSED),
        "copies": waiting.add(reader, COPIED, until=DAY),
        "erasing": waiting.add(reader, NAME_ERASURE_PROPOSED, cited=case.cid),
        "holding": waiting.add(reader, LEGAL_HOLD_PROPOSED, until=DAY + 9),
    }
    ask = waiting.add(unit, IDENTITY_ASKED, until=DAY + 7, cited=case.cid)
    for link in (*links.values(), ask):
        waiting.add(other, NOTE_ENTRY, cited=link)
    waits = {name: [link.hex()] for name, link in links.items()}
    asks = [{"link": ask.hex(), "agreed": False, "granted": False, "opened": False}]
    tries.comes_to("a_note_that_cites_what_waits_decides_nothing", waiting, INQUIRY, asks=asks, **waits)
    by_custodian = waiting.make(custodian, REFUSAL, cited=links["pending"])
    tries.refuses("a_move_refused_by_a_custodian", "role_not_allowed", waiting, by_custodian)
    tries.refuses("nothing_refused_by_a_custodian", "bad_state", waiting, waiting.make(custodian, REFUSAL))
    # back from aside by one signature, and proposed before to be reached by two: so others than who signs refuse it
    link = case.add(unit, PROPOSAL, INVESTIGATION)
    case.agree(unit, supervisor, INVESTIGATION)
    case.add(reader, STEP, SAFETY_HOLD)
    by_unit = case.make(case.who(INVESTIGATOR, 1), REFUSAL, cited=link)
    tries.refuses("a_move_that_is_now_the_way_back_refused_by_the_unit", "role_not_allowed", case, by_unit)
    case.add(other, REFUSAL, cited=link)
    tries.comes_to("a_move_that_is_now_the_way_back_refused", case, SAFETY_HOLD, pending=[])


def _last_days(tries: Tries, world: World) -> None:
    case = Casework.handed(world)
    link = case.add(case.who(REVIEWER), COPIED, until=DAY + 30)
    last = case.copy(DAY + 30)
    tries.comes_to("copied_for_thirty_days", last, INQUIRY, copies=[link.hex()])
    last.add(case.who(TRANSLATOR), COPY_ANSWERED, cited=link, **NOTHING)
    tries.comes_to("a_copy_answered_on_its_last_day", last, INQUIRY, copies=[])
    ask = case.add(case.who(INVESTIGATOR), IDENTITY_ASKED, until=DAY + 30, cited=case.cid)
    waiting = {"link": ask.hex(), "agreed": False, "granted": False, "opened": False}
    tries.comes_to("identity_asked_for_thirty_days", case, INQUIRY, asks=[waiting])
    today = case.copy()
    asked = today.add(case.who(REVIEWER), IDENTITY_ASKED, until=DAY, cited=case.cid)
    asks = [waiting, waiting | {"link": asked.hex()}]
    tries.comes_to("identity_asked_for_one_day", today, INQUIRY, asks=asks)
    today.add(case.who(REVIEWER, 1), IDENTITY_AGREED, cited=asked)
    one_of_two = [waiting, waiting | {"link": asked.hex(), "agreed": True}]
    tries.comes_to("one_of_two_askings_agreed_to", today, INQUIRY, asks=one_of_two)
    kept_from = {"cited": case.who(REVIEWER, 1).id + bytes(16)}
    yesterday = case.make(case.who(REVIEWER), WITHHOLDING, until=DAY - 1, **kept_from)
    tries.refuses("withheld_until_yesterday", "bad_state", case, yesterday)
    name = case.add(case.who(REVIEWER), NAME_ERASURE_PROPOSED, cited=case.cid)
    named = case.copy(DAY + 14)
    named.add(case.who(SUPERVISOR), NAME_ERASURE_AGREED, cited=name)
    agreed = parse_signed_entry(named.entries[-1]).link.hex()
    tries.comes_to("an_identity_erased_on_the_last_day", named, INQUIRY, erasing=[], nameless=[agreed], asks=[])
    readers = case.add(case.who(REVIEWER), READERS_PROPOSED)
    changed = case.copy(DAY + 14)
    changed.add(case.who(SUPERVISOR), READERS_AGREED, cited=readers)
    box = parse_signed_entry(case.entries[-1]).box_hash.hex()
    tries.comes_to("readers_agreed_to_on_the_last_day", changed, INQUIRY, readers=[box], changes=[])
    move = case.add(case.who(INVESTIGATOR), PROPOSAL, INVESTIGATION)
    moved = case.copy(DAY + 14)
    moved.add(case.who(SUPERVISOR), APPROVAL, INVESTIGATION, cited=move)
    tries.comes_to("a_move_approved_on_the_last_day", moved, INVESTIGATION, pending=[])


def _by_two(tries: Tries, world: World) -> None:
    case = Casework.handed(world)
    unit, supervisor = case.who(INVESTIGATOR), case.who(SUPERVISOR)
    raised = case.make(unit, PROPOSAL, INVESTIGATION, priority=1)
    tries.refuses("a_move_proposed_with_a_higher_priority", "bad_state", case, raised)
    raising = case.copy()
    raising.add(unit, STEP, AWAITING, priority=0)
    tries.comes_to("a_step_that_raises_the_priority", raising, AWAITING, priority=0)
    case.add(unit, STEP, AWAITING)
    case.add(unit, CLAIMED, cited=Z32)
    case.add(unit, STEP, INQUIRY)
    tries.comes_to("back_from_aside_to_an_inquiry_that_nobody_has", case, INQUIRY, claimed=[])
    onward = case.make(unit, PROPOSAL, INVESTIGATION)
    tries.refuses("and_no_further_until_two_have_it", "bad_state", case, onward)
    case.claim()
    case.agree(unit, supervisor, INVESTIGATION)
    case.add(supervisor, CLAIMED, cited=Z32)
    case.add(case.who(REVIEWER), STEP, SAFETY_HOLD)
    case.add(unit, STEP, INVESTIGATION)
    tries.comes_to("back_from_a_hold_to_an_investigation_that_nobody_has", case, INVESTIGATION, claimed=[])


def _of_the_day(tries: Tries, world: World) -> None:
    """Of the two who have it each is an investigator by the newest keyring on the day of the deed."""
    one, two, _, _ = world.of(INVESTIGATOR)
    others = [person for person in world.people if person != two]

    def by(name: str, last: int, compromised_since: int = NEVER) -> Tries:
        """By a keyring that came later, in which the second of the two has left."""
        left = Former(two.id, two.role, two.signing_pk, DAY - 30, last, compromised_since)
        return Tries(tries.sheet, f"walk-{name}", world.keyring_of(2, world.keyring.hash, others, [left]))

    leaves, stolen = by("left", DAY + 3), by("stolen", DAY + 3, DAY)
    case = Casework.handed(world)
    supervisor = case.who(SUPERVISOR)
    last = case.copy(DAY + 3)
    link = last.add(one, PROPOSAL, INVESTIGATION)
    late = last.copy(DAY + 4)
    approved = late.make(supervisor, APPROVAL, INVESTIGATION, cited=link)
    leaves.refuses("investigation_approved_after_one_of_the_two_left", "bad_state", late, approved)
    last.add(supervisor, APPROVAL, INVESTIGATION, cited=link)
    leaves.comes_to("investigation_on_the_last_day_of_one_of_the_two", last, INVESTIGATION)
    stolen.comes_to("investigation_with_one_whose_key_was_stolen_later", last, INVESTIGATION, unconfirmed=[])
    after = case.copy(DAY + 4)
    proposed = after.make(one, PROPOSAL, INVESTIGATION)
    leaves.refuses("investigation_proposed_after_one_of_the_two_left", "bad_state", after, proposed)
    after.claim(one, one, world.of(INVESTIGATOR)[2])
    after.agree(one, supervisor, INVESTIGATION)
    leaves.comes_to("investigation_when_another_has_it_in_their_place", after, INVESTIGATION)
