"""SPEC 8.2, 8.3, 8.12: each side of each condition of a deed, and what a mailbox lets pass that begins later (9.2).

In a sheet of its own, which uses the generator last: so the older sheets stay as they are.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crypto.chain import Chain, KnownMessage, verify_chain
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
    RECUSAL,
    REFUSAL,
    STEP,
    TEXT_ENTRY,
    UNIT_PROPOSED,
    parse_signed_entry,
)
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR, TRANSLATOR, Former
from crypto.mailbox import Mailbox, StatusFields, seal_status
from crypto.message import parse_sealed
from crypto.walk import BEGINNING, Start
from crypto.workflow import (
    AWAITING,
    CLOSED,
    DETERMINATION,
    INQUIRY,
    INVESTIGATION,
    REOPENED,
    REVIEW,
    SAFETY_HOLD,
)
from tests.casework import Casework
from tests.vectors.attack_claiming import pair
from tests.vectors.attack_copies import NOTHING
from tests.vectors.attack_keyring import DAY
from tests.vectors.attack_workflow import Tries
from tests.world import Person, Submitter, World, new_person

FIRST = 9  # seq of a window's first entry


def walk_sheet(sheet: Any) -> None:
    world = World(today=DAY)
    world.people += [new_person(INVESTIGATOR, "unit-north") for _ in range(2)]
    world.people.append(new_person(TRANSLATOR))
    tries = Tries(sheet)
    tries.keyring, tries.instance = sheet.blob("keyring:walk", world.keyring.encoded), world.instance
    _reopening(tries, world)
    _identity(tries, world)
    _refusing(tries, world)
    _by_two(tries, world)
    _of_the_day(tries, world)
    windows = _Windows(sheet, world)
    _unknown_before(windows)
    _unknown_claim(windows)
    _unknown_copies(windows)
    _reopening_in_a_window(windows)


def _case(world: World) -> Casework:
    made = Casework(world, os.urandom(32), day=DAY)
    made.messages = [KnownMessage(made.cid, 0)]
    made.hand_off()
    return made


def _copy(case: Casework, day: int = DAY) -> Casework:
    return Casework(case.world, case.cid, list(case.entries), case.messages, day)


def _reopening(tries: Tries, world: World) -> None:
    """By who took no step, proposal or approval while it was worked on: what else they did is no matter."""
    case = _case(world)
    watcher = case.who(REVIEWER, 4)
    case.add(watcher, OPENED)
    case.add(watcher, NOTE_ENTRY)
    case.add(watcher, TEXT_ENTRY)
    case.add(watcher, GRANT)
    case.close()
    noted = _copy(case)
    noted.add(watcher, STEP, REOPENED)
    tries.comes_to("reopened_by_one_who_only_read_wrote_and_granted", noted, REOPENED)
    tried = _case(world)
    stepped, proposed, approved = case.who(REVIEWER, 4), case.who(REVIEWER, 6), case.who(REVIEWER, 7)
    tried.add(stepped, STEP, priority=1)
    tried.add(approved, APPROVAL, priority=4, cited=tried.add(proposed, PROPOSAL, priority=4))
    tried.close()
    for did, by in {
        "raised_a_priority": stepped,
        "proposed_a_lower_one": proposed,
        "approved_a_lower_one": approved,
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
    case = _case(world)
    reader, other, unit = case.who(REVIEWER), case.who(REVIEWER, 1), case.who(INVESTIGATOR)
    link = case.add(unit, IDENTITY_ASKED, until=DAY + 7, cited=case.cid)
    refused = _copy(case)
    refused.add(reader, REFUSAL, cited=link)
    tries.comes_to("identity_refused_by_a_reviewer", refused, INQUIRY, asks=[])
    by_supervisor = case.make(case.who(SUPERVISOR), REFUSAL, cited=link)
    tries.refuses("identity_refused_by_a_supervisor", "role_not_allowed", case, by_supervisor)
    last = _copy(case, DAY + 7)
    last.add(other, IDENTITY_AGREED, cited=link)
    last.add(case.who(CUSTODIAN), IDENTITY_GRANTED, cited=link)
    last.add(unit, IDENTITY_OPENED, cited=link)
    done = {"link": link.hex(), "agreed": True, "granted": True, "opened": True}
    tries.comes_to("identity_opened_on_the_last_day", last, INQUIRY, asks=[done])


def _refusing(tries: Tries, world: World) -> None:
    case = _case(world)
    reader, other, unit = case.who(REVIEWER), case.who(REVIEWER, 1), case.who(INVESTIGATOR)
    supervisor, custodian = case.who(SUPERVISOR), case.who(CUSTODIAN)
    granted = _copy(case)
    granted.add(supervisor, GRANT)
    granted.add(supervisor, COPIED, until=DAY)
    wrap = parse_signed_entry(granted.entries[-2]).box_hash.hex()
    tries.comes_to("granted_and_copied_by_a_supervisor", granted, INQUIRY, wrap=wrap)
    held = _copy(case)
    held.add(reader, LEGAL_HOLD_AGREED, cited=held.add(other, LEGAL_HOLD_PROPOSED, until=DAY + 9), until=DAY + 9)
    held.add(unit, STEP, AWAITING)
    tries.comes_to("a_step_while_a_legal_hold_stands", held, AWAITING, hold=DAY + 9)
    waiting = _copy(case)
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


def _by_two(tries: Tries, world: World) -> None:
    case = _case(world)
    unit, supervisor = case.who(INVESTIGATOR), case.who(SUPERVISOR)
    raised = case.make(unit, PROPOSAL, INVESTIGATION, priority=1)
    tries.refuses("a_move_proposed_with_a_higher_priority", "bad_state", case, raised)
    raising = _copy(case)
    raising.add(unit, STEP, AWAITING, priority=1)
    tries.comes_to("a_step_that_raises_the_priority", raising, AWAITING, priority=1)
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
        made = Tries(tries.sheet)
        keyring = world.keyring_of(2, world.keyring.hash, others, [left])
        made.keyring, made.instance = tries.sheet.blob(f"keyring:walk-{name}", keyring.encoded), world.instance
        return made

    leaves, stolen = by("left", DAY + 3), by("stolen", DAY + 3, DAY)
    case = _case(world)
    supervisor = case.who(SUPERVISOR)
    last = _copy(case, DAY + 3)
    link = last.add(one, PROPOSAL, INVESTIGATION)
    late = _copy(last, DAY + 4)
    approved = late.make(supervisor, APPROVAL, INVESTIGATION, cited=link)
    leaves.refuses("investigation_approved_after_one_of_the_two_left", "bad_state", late, approved)
    last.add(supervisor, APPROVAL, INVESTIGATION, cited=link)
    leaves.comes_to("investigation_on_the_last_day_of_one_of_the_two", last, INVESTIGATION)
    stolen.comes_to("investigation_with_one_whose_key_was_stolen_later", last, INVESTIGATION, unconfirmed=[])
    after = _copy(case, DAY + 4)
    proposed = after.make(one, PROPOSAL, INVESTIGATION)
    leaves.refuses("investigation_proposed_after_one_of_the_two_left", "bad_state", after, proposed)
    after.claim(one, one, world.of(INVESTIGATOR)[2])
    after.agree(one, supervisor, INVESTIGATION)
    leaves.comes_to("investigation_when_another_has_it_in_their_place", after, INVESTIGATION)


@dataclass
class _Window(Casework):
    """The entries of a case from `start` on, by what can be known from there."""

    start: Start = BEGINNING

    def chain(self, today: int | None = None, more: Sequence[bytes] = ()) -> Chain:
        day = self.day if today is None else today
        return verify_chain(
            self.world.instance, self.cid, self.world.keyring, [*self.entries, *more], [], day, self.start
        )

    def make(self, by: Person, kind: int, state: int | None = None, **changes: Any) -> bytes:
        return super().make(by, kind, state, **{"seq": self.start.seq + len(self.entries)} | changes)


class _Windows:
    """Cases of a person's browser, which has the newest entries alone."""

    def __init__(self, sheet: Any, world: World) -> None:
        self.sheet, self.world, self.me = sheet, world, Submitter(world)
        self.first = parse_sealed(world.instance, self.me.seal("..."))
        mine = self.me.receipt
        self.inputs = {
            "instance": world.instance, "request_seed": mine.request_seed, "mailbox_seed": mine.mailbox_seed,
            "veil_key": mine.veil_key, "keyring": {"blob": "keyring:walk"},
        }  # fmt: skip

    def begins(self, state: int, **place: Any) -> _Window:
        start = Start(**{"seq": FIRST, "link": os.urandom(32), "state": state, "priority": 3, "since": DAY} | place)
        known = [KnownMessage(self.first.cid, 0)]
        return _Window(self.world, self.first.cid, messages=known, day=DAY, start=start)

    def _given(self, name: str, window: _Window, entries: list[bytes]) -> dict[str, Any]:
        mine, by = self.me.receipt, self.world.of(REVIEWER)[7]
        status = StatusFields(
            self.world.instance, self.first.cid, self.first.write_signature, (self.first.cid,), window.start,
            tuple(map(parse_signed_entry, entries)), window.day, by.id,
        )  # fmt: skip
        block = seal_status(status, by.signing_seed, Mailbox(mine.lookup, mine.mailbox_pk, mine.veil_key))
        return self.inputs | {"blocks": [self.sheet.blob(f"block:{name}", block)], "today": window.day}

    def shows(self, name: str, window: _Window, state: int) -> None:
        found = self.sheet.ok(name, "mailbox.open", **self._given(name, window, window.entries))
        assert found["state"] == state, (name, found)

    def refuses(self, name: str, slug: str, window: _Window, entry: bytes) -> None:
        self.sheet.fails(name, slug, "mailbox.open", **self._given(name, window, [*window.entries, entry]))


def _unknown_before(windows: _Windows) -> None:
    """What is decided stands before the window, who has it too, and whether a unit can read: all of it passes."""
    window = windows.begins(INQUIRY)
    reader, other, unit = window.who(REVIEWER), window.who(REVIEWER, 1), window.who(INVESTIGATOR)
    supervisor, custodian = window.who(SUPERVISOR), window.who(CUSTODIAN)
    unknown = os.urandom(32)
    window.add(reader, GRANT)
    window.add(supervisor, APPROVAL, INVESTIGATION, cited=unknown)
    window.add(reader, APPROVAL, priority=4, cited=unknown)
    window.add(reader, REFUSAL, cited=unknown)
    window.add(reader, IDENTITY_AGREED, cited=unknown)
    window.add(custodian, IDENTITY_GRANTED, cited=unknown)
    window.add(unit, IDENTITY_OPENED, cited=unknown)
    window.add(reader, READERS_AGREED, cited=unknown)
    window.add(reader, NAME_ERASURE_AGREED, cited=unknown)
    window.add(reader, LEGAL_HOLD_AGREED, cited=unknown, until=DAY + 9)
    window.add(window.who(TRANSLATOR), COPY_ANSWERED, cited=unknown, **NOTHING)
    window.add(custodian, REFUSAL, cited=unknown)  # of an asking
    windows.shows("window_in_which_all_that_is_cited_is_older", window, INVESTIGATION)
    others = windows.begins(INQUIRY)
    link = others.add(reader, UNIT_PROPOSED)
    windows.shows("window_in_which_others_of_a_unit_are_proposed", others, INQUIRY)
    others.add(other, READERS_AGREED, cited=link)
    windows.shows("window_in_which_others_of_a_unit_are_agreed_to", others, INQUIRY)
    alone = others.make(unit, PROPOSAL, INVESTIGATION)
    windows.refuses("window_in_which_nobody_of_these_others_has_it", "bad_state", others, alone)


def _unknown_claim(windows: _Windows) -> None:
    """Nobody knows who has it, until somebody claims it."""
    one, two, three, four = windows.world.of(INVESTIGATOR)
    supervisor = windows.world.of(SUPERVISOR)[0]
    window = windows.begins(INQUIRY)

    def moved(at: _Window) -> bytes:
        return at.make(supervisor, APPROVAL, INVESTIGATION, cited=os.urandom(32))

    window.add(three, CLAIMED, cited=pair(one, two))
    windows.shows("window_in_which_one_who_may_have_had_it_names_others", window, INQUIRY)
    claimed = window.make(four, CLAIMED, cited=pair(three, four))
    windows.refuses("window_in_which_a_third_claims_what_two_have", "role_not_allowed", window, claimed)
    window.add(one, RECUSAL)
    windows.refuses("window_in_which_one_of_two_steps_back", "bad_state", window, moved(window))
    released = windows.begins(INQUIRY)
    released.add(three, CLAIMED, cited=Z32)
    windows.shows("window_in_which_one_who_may_have_had_it_lets_go", released, INQUIRY)
    windows.refuses("window_in_which_nobody_has_it", "bad_state", released, moved(released))
    released.add(window.who(REVIEWER), READERS_AGREED, cited=os.urandom(32))
    released.entries.append(moved(released))
    windows.shows("window_in_which_others_of_a_unit_may_have_been_agreed_to", released, INVESTIGATION)
    left = windows.begins(INQUIRY)
    left.add(one, RECUSAL)
    left.entries.append(moved(left))
    windows.shows("window_in_which_one_who_may_have_had_it_steps_back", left, INVESTIGATION)
    # it says that nothing was before it: then nobody has it
    whole = windows.begins(INQUIRY, seq=0, link=Z32)
    alone = whole.make(supervisor, PROPOSAL, INVESTIGATION)
    windows.refuses("window_from_the_first_entry_on_in_which_nobody_has_it", "bad_state", whole, alone)


def _unknown_copies(windows: _Windows) -> None:
    window = windows.begins(INQUIRY)
    reader, translator = window.who(REVIEWER), window.who(TRANSLATOR)
    link = window.add(reader, COPIED, until=DAY + 1)
    window.add(translator, COPY_ANSWERED, cited=os.urandom(32), **NOTHING)
    windows.shows("window_with_an_answer_to_an_older_copy", window, INQUIRY)
    window.day = DAY + 2
    late = window.make(translator, COPY_ANSWERED, cited=link, **NOTHING)
    windows.refuses("window_with_an_answer_past_its_day", "bad_state", window, late)


def _reopening_in_a_window(windows: _Windows) -> None:
    """Who acted before it is not known; who acted in it is."""
    window = windows.begins(INQUIRY)
    reader, other, supervisor = window.who(REVIEWER), window.who(REVIEWER, 1), window.who(SUPERVISOR)
    window.add(reader, PROPOSAL, priority=4)
    for state in (INVESTIGATION, DETERMINATION, CLOSED):
        window.add(supervisor, APPROVAL, state, cited=os.urandom(32))
    again = window.make(reader, STEP, REOPENED)
    windows.refuses("window_reopened_by_one_who_acted_in_it", "role_not_allowed", window, again)
    window.add(other, STEP, REOPENED)
    windows.shows("window_reopened_by_one_who_is_not_known_to_have_acted", window, REOPENED)
