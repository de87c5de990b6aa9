"""SPEC 8.3: who may do what, when, with whom. Each case is one deed that is allowed, or is not."""

from __future__ import annotations

from typing import Any

from crypto.chain import KnownMessage
from crypto.encoding import Z32
from crypto.entry import (
    APPROVAL,
    GRANT,
    IDENTITY_AGREED,
    IDENTITY_ASKED,
    IDENTITY_GRANTED,
    IDENTITY_OPENED,
    NOTE_ENTRY,
    OPENED,
    PROPOSAL,
    READERS_AGREED,
    READERS_KEPT,
    READERS_PROPOSED,
    RECUSAL,
    REFUSAL,
    STEP,
    TEXT_ENTRY,
    UNIT_PROPOSED,
    parse_signed_entry,
)
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR, KeyringBody
from crypto.message import REVIEW_LANE, STOP_LANE
from crypto.workflow import (
    ASSIGNED,
    AWAITING,
    CLOSED,
    DETERMINATION,
    INQUIRY,
    INVESTIGATION,
    OUT_OF_SCOPE,
    QUARANTINE,
    REFERRED,
    REOPENED,
    REVIEW,
    SAFETY_HOLD,
    SCREENING,
    SUSPENDED,
    TRIAGED,
    WITHDRAWN,
)
from tests.casework import Casework
from tests.vectors.attack_keyring import DAY, world
from tests.world import Person


class Tries:
    """Cases of one sheet: what a chain comes to by a keyring, and deeds that it refuses."""

    def __init__(self, sheet: Any, name: str, keyring: KeyringBody) -> None:
        self.sheet, self.instance = sheet, keyring.instance
        self.keyring = sheet.blob(f"keyring:{name}", keyring.encoded)

    def _inputs(self, case: Casework, entries: list[bytes], today: int) -> dict[str, Any]:
        return {
            "instance": self.instance,
            "cid": case.cid,
            "keyring": self.keyring,
            "entries": entries,
            "messages": [{"cid": one.cid, "lane": one.lane} for one in case.messages],
            "today": today,
        }

    def comes_to(self, name: str, case: Casework, state: int, today: int | None = None, **more: Any) -> None:
        day = case.day if today is None else today
        found = self.sheet.ok(name, "chain.verify", **self._inputs(case, case.entries, day))
        assert found["state"] == state, (name, found)
        assert all(found[key] == value for key, value in more.items()), (name, found)

    def refuses(self, name: str, slug: str, case: Casework, entry: bytes) -> None:
        inputs = self._inputs(case, [*case.entries, entry], case.day)
        self.sheet.fails(name, slug, "chain.verify", **inputs)


def new_case(handed: bool = False) -> Casework:
    return Casework.handed(world()) if handed else Casework.new(world())


def workflow_sheet(sheet: Any) -> None:
    for state in range(18):
        sheet.ok(f"rules_{state}", "workflow.rules", state=state)
        for role in (REVIEWER, SUPERVISOR, INVESTIGATOR, CUSTODIAN):
            sheet.ok(f"deeds_{state}_{role}", "workflow.deeds", state=state, back=INQUIRY, role=role)
        for priority in (0, 2, 5) if state == SCREENING else (3,):
            given = {"state": state, "since": DAY, "until": DAY + 9, "priority": priority}
            sheet.ok(f"due_{state}_{priority}", "workflow.due", **given)
        for days in (90, 91):
            sheet.ok(f"dormant_{state}_after_{days}", "workflow.dormant", state=state, since=DAY, day=DAY + days)
    sheet.ok("due_by_no_priority", "workflow.due", state=SCREENING, since=DAY, until=0, priority=6)
    for day in range(DAY, DAY + 7):
        sheet.ok(f"due_from_weekday_{day - DAY}", "workflow.due", state=TRIAGED, since=day, until=0, priority=3)
    tries = Tries(sheet, "older", world().keyring)
    _triage(tries)
    _four_eyes(tries)
    _aside(tries)
    _closing(tries)
    _priority(tries)
    _identity(tries)
    _readers(tries)


def _readers(tries: Tries) -> None:
    """SPEC 8.8: other readers need two; who stays, one."""
    case = new_case(handed=True)
    reader, other, unit = case.who(REVIEWER), case.who(REVIEWER, 1), case.who(INVESTIGATOR)
    supervisor, custodian = case.who(SUPERVISOR), case.who(CUSTODIAN)
    tries.refuses("readers_named_by_the_unit", "role_not_allowed", case, case.make(unit, READERS_PROPOSED))
    tries.refuses("readers_named_by_a_custodian", "role_not_allowed", case, case.make(custodian, READERS_PROPOSED))
    tries.refuses("readers_kept_by_the_unit", "role_not_allowed", case, case.make(unit, READERS_KEPT))
    tries.refuses("readers_and_a_step", "bad_state", case, case.make(reader, READERS_PROPOSED, INVESTIGATION))
    tries.refuses("readers_and_a_priority", "bad_state", case, case.make(reader, READERS_KEPT, priority=0))
    tries.refuses("agreed_to_no_readers", "bad_state", case, case.make(other, READERS_AGREED))
    early = new_case()
    tries.refuses("a_unit_named_anew_before_a_hand_off", "bad_state", early, early.make(reader, UNIT_PROPOSED))
    tries.refuses("a_unit_that_names_itself", "role_not_allowed", case, case.make(unit, UNIT_PROPOSED))
    back = case.copy()
    link = back.add(reader, UNIT_PROPOSED)
    box = parse_signed_entry(back.entries[-1]).box_hash.hex()
    alone = back.make(reader, READERS_AGREED, cited=link)
    tries.refuses("a_unit_named_anew_by_one", "role_not_allowed", back, alone)
    given_back = back.copy()
    given_back.add(unit, STEP, TRIAGED)
    late = given_back.make(other, READERS_AGREED, cited=link)
    tries.refuses("a_unit_named_anew_when_none_has_it", "bad_state", given_back, late)
    back.add(supervisor, READERS_AGREED, cited=link)
    tries.comes_to("a_unit_named_anew", back, INQUIRY, wrap=box, readers=[], changes=[])
    link = case.add(reader, READERS_PROPOSED)
    tries.comes_to("readers_proposed", case, INQUIRY, readers=[], changes=[link.hex()])
    tries.comes_to("readers_proposed_lapse", case, INQUIRY, today=DAY + 15, changes=[])

    def refused(name: str, slug: str, by: Person, kind: int, **changes: Any) -> None:
        tries.refuses(name, slug, case, case.make(by, kind, **{"cited": link} | changes))

    refused("readers_agreed_to_by_who_proposed", "role_not_allowed", reader, READERS_AGREED)
    refused("readers_agreed_to_by_the_unit", "role_not_allowed", unit, READERS_AGREED)
    refused("readers_refused_by_the_unit", "role_not_allowed", unit, REFUSAL)
    refused("readers_refused_by_who_proposed", "role_not_allowed", reader, REFUSAL)
    refused("readers_approved_as_a_step", "bad_state", other, APPROVAL)
    late = case.copy(DAY + 15)
    tries.refuses("readers_agreed_to_too_late", "bad_state", late, late.make(other, READERS_AGREED, cited=link))
    turned_down = case.copy()
    turned_down.add(supervisor, REFUSAL, cited=link)
    tries.comes_to("readers_refused", turned_down, INQUIRY, readers=[], changes=[])
    again = turned_down.make(other, READERS_AGREED, cited=link)
    tries.refuses("readers_agreed_to_after_a_refusal", "bad_state", turned_down, again)
    boxes = [parse_signed_entry(case.entries[-1]).box_hash.hex()]
    case.add(supervisor, READERS_AGREED, cited=link)
    tries.comes_to("readers_agreed_to", case, INQUIRY, readers=boxes, changes=[])
    refused("readers_agreed_to_twice", "bad_state", other, READERS_AGREED)
    case.add(other, READERS_KEPT)
    boxes.append(parse_signed_entry(case.entries[-1]).box_hash.hex())
    tries.comes_to("readers_kept", case, INQUIRY, readers=boxes)


def _identity(tries: Tries) -> None:
    """SPEC 8.7: one asks, a reviewer gives a half, a custodian the other, and only who asked opens."""
    case = new_case(handed=True)
    reader, other, unit = case.who(REVIEWER), case.who(REVIEWER, 1), case.who(INVESTIGATOR)
    custodian, second = case.who(CUSTODIAN), case.who(CUSTODIAN, 1)
    tries.refuses("asked_for_ever", "bad_state", case, case.make(unit, IDENTITY_ASKED, until=DAY + 31))
    tries.refuses("asked_until_yesterday", "bad_state", case, case.make(unit, IDENTITY_ASKED, until=DAY - 1))
    tries.refuses("asked_by_a_custodian", "role_not_allowed", case, case.make(custodian, IDENTITY_ASKED, until=DAY))
    tries.refuses("agreed_to_nothing", "bad_state", case, case.make(reader, IDENTITY_AGREED))
    ask = case.add(unit, IDENTITY_ASKED, until=DAY + 7, cited=case.cid)
    waiting = {"link": ask.hex(), "agreed": False, "granted": False, "opened": False}
    tries.comes_to("asked", case, INQUIRY, asks=[waiting])
    tries.comes_to("an_asking_has_its_day", case, INQUIRY, today=DAY + 8, asks=[])

    def refused(name: str, slug: str, by: Person, kind: int, **changes: Any) -> None:
        tries.refuses(name, slug, case, case.make(by, kind, **{"cited": ask} | changes))

    refused("agreed_by_the_unit", "role_not_allowed", case.who(INVESTIGATOR, 1), IDENTITY_AGREED)
    refused("granted_before_a_reviewer_agreed", "bad_state", custodian, IDENTITY_GRANTED)
    refused("granted_by_a_reviewer", "role_not_allowed", reader, IDENTITY_GRANTED)
    refused("opened_before_any_half", "bad_state", unit, IDENTITY_OPENED)
    refused("refused_by_the_unit", "role_not_allowed", case.who(INVESTIGATOR, 1), REFUSAL)
    turned_down = case.copy()
    turned_down.add(custodian, REFUSAL, cited=ask)
    tries.comes_to("refused_by_a_custodian", turned_down, INQUIRY, asks=[])
    case.add(reader, IDENTITY_AGREED, cited=ask)
    refused("agreed_twice", "bad_state", other, IDENTITY_AGREED)
    refused("opened_with_one_half", "bad_state", unit, IDENTITY_OPENED)
    late = case.copy(DAY + 8)
    tries.refuses("granted_after_its_day", "bad_state", late, late.make(custodian, IDENTITY_GRANTED, cited=ask))
    case.add(custodian, IDENTITY_GRANTED, cited=ask)
    refused("granted_twice", "bad_state", second, IDENTITY_GRANTED)
    refused("opened_by_another", "role_not_allowed", reader, IDENTITY_OPENED)
    refused("answered_by_a_custodian", "role_not_allowed", custodian, TEXT_ENTRY)
    case.add(unit, IDENTITY_OPENED, cited=ask)
    tries.comes_to("opened_by_who_asked", case, INQUIRY, asks=[dict.fromkeys(waiting, True) | {"link": ask.hex()}])
    own = new_case(handed=True)
    ask = own.add(reader, IDENTITY_ASKED, until=DAY + 7)
    tries.refuses("agreed_to_the_own_asking", "role_not_allowed", own, own.make(reader, IDENTITY_AGREED, cited=ask))


def _triage(tries: Tries) -> None:
    case = new_case()
    reader, other, unit = case.who(REVIEWER), case.who(REVIEWER, 1), case.who(INVESTIGATOR)
    tries.refuses("triaged_by_an_investigator", "role_not_allowed", case, case.make(unit, STEP, TRIAGED))
    tries.refuses("assigned_without_triage", "bad_state", case, case.make(reader, PROPOSAL, ASSIGNED))
    tries.refuses("closed_at_once", "bad_state", case, case.make(reader, STEP, CLOSED))
    tries.refuses("back_to_received", "bad_state", case, case.make(reader, STEP, 0))
    tries.refuses("quarantined_alone", "bad_state", case, case.make(reader, STEP, QUARANTINE))
    case.add(reader, OPENED)
    case.add(reader, NOTE_ENTRY)
    case.add(other, RECUSAL)
    tries.comes_to("a_note_and_a_recusal_change_no_state", case, SCREENING, acknowledged=False)
    tries.refuses("an_opening_that_says_triaged", "bad_state", case, case.make(reader, OPENED, TRIAGED))
    tries.refuses("an_opening_that_sets_a_priority", "bad_state", case, case.make(reader, OPENED, priority=0))
    tries.refuses("a_grant_before_a_hand_off", "bad_state", case, case.make(reader, GRANT))
    case.add(reader, STEP, TRIAGED, priority=2)
    tries.comes_to("triaged", case, TRIAGED, priority=2, since=DAY)
    tries.refuses("triaged_twice", "bad_state", case, case.make(reader, STEP, TRIAGED))
    tries.refuses("assigned_alone", "bad_state", case, case.make(reader, STEP, ASSIGNED))


def _four_eyes(tries: Tries) -> None:
    case = new_case()
    reader, other = case.who(REVIEWER), case.who(REVIEWER, 1)
    supervisor, unit = case.who(SUPERVISOR), case.who(INVESTIGATOR)
    case.add(reader, OPENED)
    case.add(reader, STEP, TRIAGED, priority=3)
    tries.refuses("approval_of_nothing", "bad_state", case, case.make(other, APPROVAL, ASSIGNED))
    tries.refuses("handed_off_by_the_unit_itself", "role_not_allowed", case, case.make(unit, PROPOSAL, ASSIGNED))
    link = case.add(reader, PROPOSAL, ASSIGNED)
    tries.comes_to("proposed", case, TRIAGED, pending=[link.hex()], wrap=Z32.hex())
    tries.comes_to("a_proposal_lapses", case, TRIAGED, today=DAY + 15, pending=[])

    def approval(by: Any, **changes: Any) -> bytes:
        return case.make(by, APPROVAL, changes.pop("state", ASSIGNED), **{"cited": link} | changes)

    tries.refuses("approved_by_the_proposer", "role_not_allowed", case, approval(reader))
    tries.refuses("approved_by_the_unit", "role_not_allowed", case, approval(unit))
    tries.refuses("approved_as_something_else", "bad_state", case, approval(other, state=WITHDRAWN, until=DAY + 20))
    tries.refuses("approved_with_another_priority", "bad_state", case, approval(other, priority=1))
    tries.refuses("approved_with_another_day", "bad_state", case, approval(other, until=DAY + 3))
    tries.refuses("approved_without_citing", "bad_state", case, approval(other, cited=Z32))
    late = case.copy(DAY + 15)
    tries.refuses("approved_after_it_lapsed", "bad_state", late, late.make(other, APPROVAL, ASSIGNED, cited=link))
    refused = case.copy()
    tries.refuses("refused_by_the_proposer", "role_not_allowed", refused, refused.make(reader, REFUSAL, cited=link))
    refused.add(supervisor, REFUSAL, cited=link)
    tries.comes_to("refused", refused, TRIAGED, pending=[])
    again = refused.make(other, APPROVAL, ASSIGNED, cited=link)
    tries.refuses("approved_after_a_refusal", "bad_state", refused, again)
    overtaken = case.copy()
    overtaken.add(reader, STEP, SAFETY_HOLD)
    tries.refuses(
        "approved_when_it_no_longer_fits", "bad_state", overtaken, overtaken.make(other, APPROVAL, ASSIGNED, cited=link)
    )
    case.add(supervisor, APPROVAL, ASSIGNED, cited=link)
    tries.comes_to("assigned", case, ASSIGNED, pending=[])
    assert case.chain().wrap != Z32
    tries.refuses("approved_twice", "bad_state", case, approval(other))
    tries.refuses("a_grant_by_the_unit", "role_not_allowed", case, case.make(unit, GRANT))
    case.add(reader, GRANT)
    case.add(unit, TEXT_ENTRY)
    tries.comes_to("granted_and_answered_by_the_unit", case, ASSIGNED, acknowledged=True)
    case.add(unit, STEP, TRIAGED)
    tries.comes_to("returned_by_the_unit", case, TRIAGED, wrap=Z32.hex())


def _aside(tries: Tries) -> None:
    case = new_case(handed=True)
    reader, unit, supervisor = case.who(REVIEWER), case.who(INVESTIGATOR), case.who(SUPERVISOR)
    tries.refuses("investigation_alone", "bad_state", case, case.make(unit, STEP, INVESTIGATION))
    case.add(unit, STEP, AWAITING)
    tries.refuses("resumed_by_a_reviewer", "role_not_allowed", case, case.make(reader, STEP, INQUIRY))
    case.add(reader, STEP, SAFETY_HOLD)
    tries.comes_to("a_hold_on_a_case_that_waits", case, SAFETY_HOLD, back=INQUIRY)
    tries.refuses("out_of_a_hold_to_elsewhere", "bad_state", case, case.make(unit, STEP, TRIAGED))
    case.add(unit, STEP, INQUIRY)
    tries.comes_to("back_to_where_it_stood", case, INQUIRY, back=0)
    case.agree(unit, supervisor, INVESTIGATION)
    tries.refuses("suspended_for_ever", "bad_state", case, case.make(unit, PROPOSAL, SUSPENDED))
    tries.refuses("suspended_too_long", "bad_state", case, case.make(unit, PROPOSAL, SUSPENDED, until=DAY + 31))
    case.agree(unit, supervisor, SUSPENDED, until=DAY + 30)
    tries.comes_to("suspended", case, SUSPENDED, today=DAY + 30, until=DAY + 30)
    tries.comes_to("a_suspension_ends_by_itself", case, INVESTIGATION, today=DAY + 31, since=DAY + 31)
    later = case.copy(DAY + 31)
    later.agree(unit, supervisor, DETERMINATION)
    tries.comes_to("and_the_case_goes_on", later, DETERMINATION)
    tries.refuses(
        "withdrawn_without_a_time_to_think", "bad_state", case, case.make(unit, PROPOSAL, WITHDRAWN, until=DAY + 13)
    )
    link = case.add(unit, PROPOSAL, WITHDRAWN, until=DAY + 20)
    late = case.copy(DAY + 7)
    agreed = late.make(supervisor, APPROVAL, WITHDRAWN, cited=link, until=DAY + 20)
    tries.refuses("withdrawn_when_13_days_to_think_are_left", "bad_state", late, agreed)
    timely = case.copy(DAY + 6)
    timely.add(supervisor, APPROVAL, WITHDRAWN, cited=link, until=DAY + 20)
    tries.comes_to("withdrawn_with_14_days_to_think", timely, WITHDRAWN, until=DAY + 20)
    case.agree(unit, supervisor, WITHDRAWN, until=DAY + 14)
    tries.comes_to("withdrawn", case, WITHDRAWN, back=INVESTIGATION, today=DAY + 300)
    case.add(reader, STEP, INVESTIGATION)
    tries.comes_to("a_withdrawal_undone", case, INVESTIGATION)
    link = case.add(unit, PROPOSAL, REFERRED)
    other = case.make(supervisor, APPROVAL, OUT_OF_SCOPE, cited=link)
    tries.refuses("approved_as_what_was_not_proposed", "bad_state", case, other)
    case.add(supervisor, APPROVAL, REFERRED, cited=link)
    tries.comes_to("referred_and_still_open", case, REFERRED, back=INVESTIGATION)
    stopped = new_case(handed=True)
    stopped.messages.append(KnownMessage(b"\7" * 32, STOP_LANE))
    tries.comes_to("the_person_stops", stopped, SAFETY_HOLD)
    stopped.add(stopped.who(INVESTIGATOR), TEXT_ENTRY, cited=b"\7" * 32)
    tries.comes_to("and_is_answered", stopped, INQUIRY)


def _closing(tries: Tries) -> None:
    case = new_case(handed=True)
    unit, supervisor = case.who(INVESTIGATOR), case.who(SUPERVISOR)
    tries.refuses("closed_without_a_determination", "bad_state", case, case.make(unit, PROPOSAL, CLOSED))
    case.agree(unit, supervisor, INVESTIGATION)
    case.agree(unit, supervisor, DETERMINATION)
    link = case.add(unit, PROPOSAL, CLOSED)
    tries.refuses(
        "closed_by_two_investigators",
        "role_not_allowed",
        case,
        case.make(case.who(INVESTIGATOR, 1), APPROVAL, CLOSED, cited=link),
    )
    by_reader = case.make(case.who(REVIEWER), APPROVAL, CLOSED, cited=link)
    tries.refuses("closed_with_a_reviewer", "role_not_allowed", case, by_reader)
    case.add(supervisor, APPROVAL, CLOSED, cited=link)
    tries.comes_to("closed", case, CLOSED)
    tries.refuses("closed_case_out_of_scope", "bad_state", case, case.make(supervisor, PROPOSAL, OUT_OF_SCOPE))
    touched, untouched = case.who(REVIEWER), case.who(REVIEWER, 5)
    tries.refuses("reopened_by_one_who_handed_it_off", "role_not_allowed", case, case.make(touched, STEP, REOPENED))
    tries.refuses("reopened_by_the_unit", "role_not_allowed", case, case.make(unit, STEP, REOPENED))
    case.messages.append(KnownMessage(b"\6" * 32, REVIEW_LANE))
    tries.comes_to("the_person_asks_for_a_review", case, REVIEW)
    case.add(untouched, OPENED)
    case.add(untouched, NOTE_ENTRY)
    case.add(untouched, STEP, REVIEW, cited=b"\6" * 32)
    tries.comes_to("a_review_is_taken_up", case, REVIEW)
    case.add(untouched, STEP, REOPENED)
    tries.comes_to("reopened_by_another", case, REOPENED)
    case.agree(touched, untouched, ASSIGNED)
    tries.comes_to("and_handed_off_again", case, ASSIGNED)


def _priority(tries: Tries) -> None:
    case = new_case(handed=True)
    reader, other, unit = case.who(REVIEWER), case.who(REVIEWER, 1), case.who(INVESTIGATOR)
    tries.refuses("lowered_alone", "bad_state", case, case.make(unit, STEP, priority=4))
    tries.refuses("the_same_again", "bad_state", case, case.make(unit, STEP))
    tries.refuses("lowered_with_a_step", "bad_state", case, case.make(unit, STEP, AWAITING, priority=4))
    tries.refuses("raised_with_a_move_that_is_none", "bad_state", case, case.make(unit, STEP, CLOSED, priority=0))
    case.add(unit, STEP, priority=0)
    tries.comes_to("raised", case, INQUIRY, priority=0)
    tries.refuses("raised_by_a_proposal", "bad_state", case, case.make(reader, PROPOSAL, priority=0))
    tries.refuses("lowered_to_none", "bad_state", case, case.make(reader, PROPOSAL, priority=5))
    link = case.add(reader, PROPOSAL, priority=3)
    lowered = {"cited": link, "priority": 3}
    tries.refuses("lowered_by_the_proposer", "role_not_allowed", case, case.make(reader, APPROVAL, **lowered))
    tries.refuses("lowered_further", "bad_state", case, case.make(other, APPROVAL, **lowered | {"priority": 4}))
    case.add(other, APPROVAL, **lowered)
    tries.comes_to("lowered_by_two", case, INQUIRY, priority=3)
    # what was proposed as one thing is not approved as another, though the case has moved in between
    supervisor = case.who(SUPERVISOR)
    moved = case.add(unit, PROPOSAL, INVESTIGATION)
    case.agree(unit, supervisor, INVESTIGATION)
    case.add(reader, STEP, priority=2)
    as_priority = case.make(supervisor, APPROVAL, INVESTIGATION, cited=moved, priority=3)
    tries.refuses("a_move_approved_as_a_lower_priority", "bad_state", case, as_priority)
    for state in (DETERMINATION, CLOSED):
        case.agree(unit, supervisor, state)
    link = case.add(reader, PROPOSAL, priority=4)
    case.add(case.who(REVIEWER, 5), STEP, REVIEW)
    tries.refuses(
        "a_lower_priority_approved_as_closing", "bad_state", case, case.make(supervisor, APPROVAL, CLOSED, cited=link)
    )
    case.agree(case.who(REVIEWER, 5), supervisor, CLOSED)
    case.add(supervisor, APPROVAL, CLOSED, cited=link, priority=4)
    tries.comes_to("lowered_where_it_was_proposed", case, CLOSED, priority=4)
    # two who sign `assigned` hand the case over: their card would be as good as any (SPEC 9.4)
    case.add(case.who(REVIEWER, 5), STEP, REOPENED)
    case.agree(reader, other, ASSIGNED)
    case.add(unit, STEP, priority=2)
    tries.comes_to("raised_in_assigned", case, ASSIGNED, priority=2)
    tries.refuses("lowered_in_assigned", "bad_state", case, case.make(reader, PROPOSAL, priority=3))
