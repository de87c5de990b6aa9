"""SPEC 8.2 and 9.2: what a mailbox lets pass that begins later than the case, and what it refuses all the same."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from crypto.chain import Chain, KnownMessage, verify_chain
from crypto.encoding import Z32
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
    NOTE_ENTRY,
    PROPOSAL,
    READERS_AGREED,
    RECUSAL,
    REFUSAL,
    STEP,
    UNIT_PROPOSED,
    parse_signed_entry,
)
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR, TRANSLATOR
from crypto.mailbox import Mailbox, StatusFields, seal_status
from crypto.message import parse_sealed
from crypto.walk import BEGINNING, Start
from crypto.workflow import (
    ASSIGNED,
    CLOSED,
    DETERMINATION,
    ERASED,
    INQUIRY,
    INVESTIGATION,
    REOPENED,
    TRIAGED,
)
from tests.casework import Casework
from tests.vectors.attack_claiming import pair
from tests.vectors.attack_copies import NOTHING
from tests.vectors.attack_keyring import DAY
from tests.world import Person, Submitter, World, new_person

FIRST = 9  # seq of a window's first entry


def windows_sheet(sheet: Any) -> None:
    world = World(today=DAY)
    world.people += [new_person(INVESTIGATOR, "unit-north") for _ in range(2)]
    world.people.append(new_person(TRANSLATOR))
    windows = _Windows(sheet, world)
    _unknown_before(windows)
    _known_all_the_same(windows)
    _unknown_claim(windows)
    _unknown_copies(windows)
    _reopening_in_a_window(windows)
    _answered_twice(windows)


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
            "veil_key": mine.veil_key, "keyring": sheet.blob("keyring:windows", world.keyring.encoded),
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

    def shows(self, name: str, window: _Window, state: int, **more: Any) -> None:
        found = self.sheet.ok(name, "mailbox.open", **self._given(name, window, window.entries))
        assert found | {"state": state, **more} == found, (name, found)

    def refuses(self, name: str, slug: str, window: _Window, entry: bytes) -> None:
        self.sheet.fails(name, slug, "mailbox.open", **self._given(name, window, [*window.entries, entry]))


def _unknown_before(windows: _Windows) -> None:
    """What is decided stands before the window, who has it too, and whether a unit can read: all of it passes."""
    window = windows.begins(INQUIRY, hold=DAY)
    reader, other, unit = window.who(REVIEWER), window.who(REVIEWER, 1), window.who(INVESTIGATOR)
    supervisor, custodian = window.who(SUPERVISOR), window.who(CUSTODIAN)
    window.add(reader, GRANT)
    window.add(supervisor, APPROVAL, INVESTIGATION, cited=_link())
    window.add(reader, APPROVAL, priority=4, cited=_link())
    window.add(reader, REFUSAL, cited=_link())
    ask = _link()
    window.add(reader, IDENTITY_AGREED, cited=ask)
    window.add(custodian, IDENTITY_GRANTED, cited=ask)
    window.add(unit, IDENTITY_OPENED, cited=ask)
    window.add(reader, READERS_AGREED, cited=_link())
    window.add(reader, NAME_ERASURE_AGREED, cited=_link())
    window.add(reader, LEGAL_HOLD_PROPOSED)  # to end one that was set before
    window.add(reader, LEGAL_HOLD_AGREED, cited=_link(), until=DAY + 9)
    window.add(window.who(TRANSLATOR), COPY_ANSWERED, cited=_link(), **NOTHING)
    window.add(custodian, REFUSAL, cited=ask)
    windows.shows("window_in_which_all_that_is_cited_is_older", window, INVESTIGATION)
    erased = windows.begins(CLOSED, since=DAY - 730)
    erased.add(supervisor, APPROVAL, ERASED, cited=_link())
    windows.shows("window_in_which_a_case_is_erased", erased, ERASED)
    erased = windows.begins(CLOSED, since=DAY - 729)
    early = erased.make(supervisor, APPROVAL, ERASED, cited=_link())
    windows.refuses("window_in_which_a_case_is_erased_too_early", "bad_state", erased, early)
    others = windows.begins(INQUIRY)
    link = others.add(reader, UNIT_PROPOSED)
    windows.shows("window_in_which_others_of_a_unit_are_proposed", others, INQUIRY)
    others.add(other, READERS_AGREED, cited=link)
    windows.shows("window_in_which_others_of_a_unit_are_agreed_to", others, INQUIRY)
    alone = others.make(unit, PROPOSAL, INVESTIGATION)
    windows.refuses("window_in_which_nobody_of_these_others_has_it", "bad_state", others, alone)


def _known_all_the_same(windows: _Windows) -> None:
    """What an entry of the window, or where the case stands, refuses whatever came before."""
    window = windows.begins(DETERMINATION)
    reader, supervisor, unit = window.who(REVIEWER), window.who(SUPERVISOR), window.who(INVESTIGATOR)

    def refuses(name: str, slug: str, by: Person, kind: int, state: int | None = None, **changes: Any) -> None:
        windows.refuses(f"window_{name}", slug, window, window.make(by, kind, state, **{"cited": _link()} | changes))

    refuses("closing_approved_by_the_unit", "role_not_allowed", unit, APPROVAL, CLOSED)
    refuses("closing_approved_by_a_reviewer", "role_not_allowed", reader, APPROVAL, CLOSED)
    refuses("lower_priority_approved_by_the_unit", "role_not_allowed", unit, APPROVAL, priority=4)
    refuses("asking_agreed_to_by_a_supervisor", "role_not_allowed", supervisor, IDENTITY_AGREED)
    refuses("refused_by_the_unit", "role_not_allowed", unit, REFUSAL)
    asked = window.add(unit, IDENTITY_ASKED, cited=window.cid, until=DAY)
    window.add(reader, NAME_ERASURE_AGREED, cited=_link())
    refuses("asking_in_it_agreed_to_after_the_name_was_erased", "bad_state", reader, IDENTITY_AGREED, cited=asked)
    window = windows.begins(INQUIRY)
    window.add(unit, STEP, TRIAGED)
    refuses("grant_after_the_unit_gave_it_back", "bad_state", reader, GRANT)
    refuses("others_of_a_unit_after_it_gave_it_back", "bad_state", reader, UNIT_PROPOSED)
    two = pair(*windows.world.of(INVESTIGATOR)[:2])
    refuses("claim_after_the_unit_gave_it_back", "bad_state", supervisor, CLAIMED, cited=two)
    window.add(supervisor, APPROVAL, ASSIGNED, cited=_link())
    refuses("lower_priority_approved_in_assigned", "bad_state", supervisor, APPROVAL, priority=4)
    window.add(supervisor, CLAIMED, cited=two)
    windows.shows("window_in_which_it_is_handed_over_and_claimed", window, ASSIGNED)


def _link() -> bytes:
    """Of an entry before the window."""
    return os.urandom(32)


def _answered_twice(windows: _Windows) -> None:
    """What an entry of the window answered waits no more, wherever it stands; nor does what it never was waits."""
    window = windows.begins(INQUIRY)
    reader, other, supervisor = window.who(REVIEWER), window.who(REVIEWER, 1), window.who(SUPERVISOR)
    custodian, translator, held = window.who(CUSTODIAN), window.who(TRANSLATOR), {"until": DAY + 9}
    answers: dict[str, tuple[Person, int, dict[str, Any]]] = {
        "move": (supervisor, APPROVAL, {"state": INVESTIGATION}),
        "lower_priority": (reader, APPROVAL, {"priority": 4}),
        "change_of_readers": (reader, READERS_AGREED, {}),
        "name_erasure": (reader, NAME_ERASURE_AGREED, {}),
        "legal_hold": (reader, LEGAL_HOLD_AGREED, held),
        "asking": (custodian, IDENTITY_GRANTED, {}),
        "copy": (translator, COPY_ANSWERED, NOTHING),
    }
    for name, (by, kind, changes) in answers.items():
        refused = windows.begins(INQUIRY)
        link = _link()
        refused.add(other, REFUSAL, cited=link)
        windows.refuses(
            f"window_{name}_after_a_refusal", "bad_state", refused, refused.make(by, kind, cited=link, **changes)
        )
        noted = windows.begins(INQUIRY)
        link = noted.add(other, NOTE_ENTRY)
        windows.refuses(
            f"window_{name}_that_is_a_note", "bad_state", noted, noted.make(by, kind, cited=link, **changes)
        )
    for name in ("move", "lower_priority", "change_of_readers", "name_erasure", "legal_hold", "copy"):
        by, kind, changes = answers[name]
        agreed = windows.begins(INQUIRY)
        link = _link()
        agreed.add(by, kind, cited=link, **changes)
        windows.refuses(
            f"window_{name}_refused_afterwards", "bad_state", agreed, agreed.make(other, REFUSAL, cited=link)
        )
    # after a hold was agreed to it is known whether one stands, and no other waits
    window.add(reader, LEGAL_HOLD_AGREED, cited=_link(), until=DAY)
    another = window.make(reader, LEGAL_HOLD_AGREED, cited=_link(), **held)
    windows.refuses("window_legal_hold_that_waited_when_another_was_agreed_to", "bad_state", window, another)
    window.day += 1
    ended = window.make(reader, LEGAL_HOLD_PROPOSED)
    windows.refuses("window_legal_hold_ended_when_it_is_over", "bad_state", window, ended)
    closed = windows.begins(CLOSED, since=DAY - 730)
    link = closed.add(reader, PROPOSAL, ERASED)
    closed.add(other, LEGAL_HOLD_AGREED, cited=_link(), until=DAY)
    closed.day += 30
    stale = closed.make(supervisor, APPROVAL, ERASED, cited=link)
    windows.refuses("window_erasure_proposed_before_a_hold_approved_after_it", "bad_state", closed, stale)
    moved = windows.begins(INQUIRY)
    moved.add(reader, LEGAL_HOLD_AGREED, cited=_link(), until=DAY)
    moved.add(supervisor, APPROVAL, INVESTIGATION, cited=_link())
    windows.shows("window_move_that_may_be_older_than_a_hold_in_it", moved, INVESTIGATION)
    older = closed.make(supervisor, APPROVAL, ERASED, cited=_link())
    windows.refuses("window_erasure_that_may_be_older_than_a_hold_in_it", "bad_state", closed, older)
    # of a hold before the window its last day is told
    for name, last in (("stands", DAY), ("is_over", DAY - 1)):
        before = windows.begins(CLOSED, since=DAY - 730, hold=last)
        windows.shows(f"window_legal_hold_before_it_{name}", before, CLOSED, hold=last if last == DAY else 0)
    before = windows.begins(CLOSED, since=DAY - 730, hold=DAY)
    erased = before.make(supervisor, APPROVAL, ERASED, cited=_link())
    windows.refuses("window_erasure_under_a_hold_before_it", "bad_state", before, erased)
    free = windows.begins(CLOSED, since=DAY - 730)
    windows.refuses(
        "window_legal_hold_ended_that_nobody_set", "bad_state", free, free.make(reader, LEGAL_HOLD_PROPOSED)
    )
    named = windows.begins(INQUIRY)
    named.add(reader, NAME_ERASURE_AGREED, cited=_link())
    for name, by, kind in (("agreed", other, IDENTITY_AGREED), ("granted", custodian, IDENTITY_GRANTED)):
        late = named.make(by, kind, cited=_link())
        windows.refuses(f"window_asking_{name}_after_the_name_was_erased", "bad_state", named, late)
    link = named.add(reader, IDENTITY_ASKED, cited=named.cid, until=DAY)
    named.add(other, IDENTITY_AGREED, cited=link)
    windows.shows("window_asking_after_another_name_was_erased", named, INQUIRY)


def _unknown_claim(windows: _Windows) -> None:
    """Nobody knows who has it, until somebody claims it."""
    one, two, three, four = windows.world.of(INVESTIGATOR)
    supervisor = windows.world.of(SUPERVISOR)[0]
    window = windows.begins(INQUIRY)

    def moved(at: _Window) -> bytes:
        return at.make(supervisor, APPROVAL, INVESTIGATION, cited=_link())

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
    released.add(window.who(REVIEWER), READERS_AGREED, cited=_link())
    windows.refuses(
        "window_in_which_others_of_a_unit_were_agreed_to_when_nobody_had_it", "bad_state", released, moved(released)
    )
    had = windows.begins(INQUIRY)
    had.add(three, CLAIMED, cited=pair(three, four))
    had.add(window.who(REVIEWER), READERS_AGREED, cited=_link())
    had.entries.append(moved(had))
    windows.shows("window_in_which_others_of_a_unit_may_have_been_agreed_to", had, INVESTIGATION)
    had.add(one, CLAIMED, cited=pair(one, two))
    windows.shows("window_in_which_two_who_had_it_may_have_lost_it", had, INVESTIGATION)
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
    window.add(translator, COPY_ANSWERED, cited=_link(), **NOTHING)
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
        window.add(supervisor, APPROVAL, state, cited=_link())
    again = window.make(reader, STEP, REOPENED)
    windows.refuses("window_reopened_by_one_who_acted_in_it", "role_not_allowed", window, again)
    window.add(other, STEP, REOPENED)
    windows.shows("window_reopened_by_one_who_is_not_known_to_have_acted", window, REOPENED)
