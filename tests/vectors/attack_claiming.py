"""SPEC 8.12: which two of the unit have a case: who says so, who can be named, how it ends, and what needs it."""

from __future__ import annotations

import os
from typing import Any

from crypto.box import WRAP_UNIT, BoxFields, Grant, Words, parse_box, seal_wrap
from crypto.encoding import Z32
from crypto.entry import (
    APPROVAL,
    CLAIMED,
    NOTE_ENTRY,
    PROPOSAL,
    READERS_AGREED,
    RECUSAL,
    STEP,
    UNIT_PROPOSED,
    WITHHOLDING,
)
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.posts import PostedEntry, encode_posted_entries
from crypto.primitives import kem_keypair
from crypto.workflow import ASSIGNED, DETERMINATION, INQUIRY, INVESTIGATION, SAFETY_HOLD, TRIAGED
from tests.casework import Casework
from tests.vectors.attack_keyring import DAY
from tests.vectors.attack_workflow import Tries
from tests.world import Person, World, new_person


def claiming_sheet(sheet: Any) -> None:
    world = World(today=DAY)
    world.people += [new_person(INVESTIGATOR, "unit-north") for _ in range(2)]
    tries = _Tries(sheet, world)
    _who_claims(tries)
    _how_it_ends(tries)
    _what_needs_it(tries)
    _whom_the_wrap_names(tries)


class _Tries(Tries):
    def __init__(self, sheet: Any, world: World) -> None:
        super().__init__(sheet, "claiming", world.keyring)
        self.world = world

    def assigned(self) -> Casework:
        """Handed to the unit, and nobody has it yet."""
        made = Casework.new(self.world)
        reader = made.who(REVIEWER)
        made.add(reader, STEP, TRIAGED, priority=3)
        made.agree(reader, made.who(REVIEWER, 1), ASSIGNED)
        return made

    def has(self, name: str, case: Casework, *two: Person) -> None:
        self.comes_to(name, case, case.chain().state, claimed=sorted(one.id.hex() for one in two))


def pair(one: Person, other: Person) -> bytes:
    return b"".join(sorted((one.id, other.id)))


def _who_claims(tries: _Tries) -> None:
    case = tries.assigned()
    one, two, three, four = tries.world.of(INVESTIGATOR)
    supervisor, reader = case.who(SUPERVISOR), case.who(REVIEWER)
    tries.has("nobody_has_it_after_the_hand_off", case)

    def refuses(name: str, slug: str, by: Person, cited: bytes, at: Casework = case) -> None:
        tries.refuses(name, slug, at, at.make(by, CLAIMED, cited=cited))

    turned = pair(one, two)[16:] + pair(one, two)[:16]
    refuses("claimed_in_the_wrong_order", "malformed", one, turned)
    refuses("claimed_by_one_alone", "malformed", one, one.id + one.id)
    refuses("claimed_with_nobody", "malformed", one, one.id + bytes(16))
    refuses("claimed_with_a_reviewer", "role_not_allowed", one, pair(one, reader))
    refuses("claimed_with_a_stranger", "role_not_allowed", one, pair(one, new_person(INVESTIGATOR, "unit-north")))
    refuses("claimed_for_two_others", "role_not_allowed", three, pair(one, two))
    refuses("claimed_by_a_reviewer", "role_not_allowed", reader, pair(one, two))
    refuses("released_though_nobody_has_it", "bad_state", one, Z32)
    new = Casework(tries.world, day=DAY)
    refuses("claimed_before_the_hand_off", "bad_state", one, pair(one, two), new)
    tries.refuses("claimed_and_a_state", "bad_state", case, case.make(one, CLAIMED, INQUIRY, cited=pair(one, two)))
    by_supervisor = case.copy()
    by_supervisor.claim(supervisor, three, four)
    tries.has("assigned_by_a_supervisor", by_supervisor, three, four)
    case.claim(one, one, two)
    tries.has("claimed", case, one, two)
    refuses("claimed_a_second_time", "bad_state", one, pair(one, two))
    refuses("claimed_after_two_others", "role_not_allowed", three, pair(three, four))
    refuses("claimed_with_one_of_the_two", "role_not_allowed", three, pair(three, one))
    refuses("released_by_a_third", "role_not_allowed", three, Z32)
    handed = case.copy()
    handed.claim(one, two, three)
    tries.has("one_hands_over_to_a_third", handed, two, three)
    handed.claim(supervisor, one, four)
    tries.has("a_supervisor_names_others", handed, one, four)
    case.add(two, CLAIMED, cited=Z32)
    tries.has("released", case)
    case.claim(three, three, one)
    tries.has("claimed_by_others_after_a_release", case, one, three)


def _how_it_ends(tries: _Tries) -> None:
    case = tries.assigned()
    one, two, three, _ = tries.world.of(INVESTIGATOR)
    reader, other = case.who(REVIEWER), case.who(REVIEWER, 1)
    case.claim(one, one, two)
    stepped = case.copy()
    stepped.add(two, RECUSAL)
    tries.has("of_two_one_steps_back", stepped)
    third = case.copy()
    third.add(three, RECUSAL)
    tries.has("a_third_steps_back", third, one, two)
    withheld = case.copy()
    withheld.add(one, WITHHOLDING, cited=two.id + bytes(16), until=DAY + 2)
    tries.has("withheld_from_one_of_the_two", withheld)
    back = case.copy()
    back.add(one, STEP, TRIAGED)
    tries.has("given_back_by_the_unit", back)
    back.agree(reader, other, ASSIGNED)
    tries.has("handed_over_anew", back)
    held = case.copy()
    held.add(reader, STEP, SAFETY_HOLD)
    tries.has("on_hold_the_two_have_it", held, one, two)
    held.add(reader, STEP, ASSIGNED)
    tries.has("back_from_a_hold_the_two_have_it_still", held, one, two)
    anew = case.copy()
    link = anew.add(reader, UNIT_PROPOSED)
    anew.add(other, READERS_AGREED, cited=link)
    tries.has("others_of_the_unit_are_named", anew)


def _what_needs_it(tries: _Tries) -> None:
    case = tries.assigned()
    one, two, _, _ = tries.world.of(INVESTIGATOR)
    supervisor = case.who(SUPERVISOR)
    tries.refuses("inquiry_by_one_alone", "bad_state", case, case.make(one, STEP, INQUIRY))
    case.claim(one, one, two)
    case.add(one, STEP, INQUIRY)
    case.add(two, CLAIMED, cited=Z32)
    case.add(one, NOTE_ENTRY)
    tries.refuses("investigation_that_nobody_has", "bad_state", case, case.make(one, PROPOSAL, INVESTIGATION))
    case.claim(two, one, two)
    link = case.add(one, PROPOSAL, INVESTIGATION)
    left = case.copy()
    left.add(one, RECUSAL)
    approved = left.make(supervisor, APPROVAL, INVESTIGATION, cited=link)
    tries.refuses("investigation_approved_when_one_is_left", "bad_state", left, approved)
    case.add(supervisor, APPROVAL, INVESTIGATION, cited=link)
    case.add(supervisor, CLAIMED, cited=Z32)
    alone = case.make(supervisor, PROPOSAL, DETERMINATION)
    tries.refuses("determination_that_nobody_has", "bad_state", case, alone)
    case.claim(supervisor, one, two)
    case.agree(one, supervisor, DETERMINATION)
    tries.has("determined_by_two_who_have_it", case, one, two)


def _whom_the_wrap_names(tries: _Tries) -> None:
    """To the server and to whoever signs: both are of the unit, and neither lacks the case."""
    case, world = tries.assigned(), tries.world
    one, two, three, four = world.of(INVESTIGATOR)
    reader = case.who(REVIEWER)
    inbox = kem_keypair(os.urandom(32))
    fields = BoxFields(world.instance, case.cid, WRAP_UNIT, Z32, reader.id, DAY, world.keyring.hash)
    pks = [member.key.pk for member in (one, two, three, case.who(SUPERVISOR))]
    grants = [Grant(case.cid, os.urandom(32))]
    wrap = seal_wrap(fields, reader.signing_seed, pks, grants, [os.urandom(32)], inbox.pk, Words("ru", ""))
    case = Casework(world, case.cid, case.entries[:1], case.messages, DAY)
    link = case.add(reader, PROPOSAL, ASSIGNED, box_hash=parse_box(wrap).hash)
    case.add(case.who(REVIEWER, 1), APPROVAL, ASSIGNED, cited=link)

    def claims(name: str, slug: str, at: Casework, *named: Person, wrap: bytes = wrap) -> None:
        entry = at.make(at.who(SUPERVISOR), CLAIMED, cited=pair(*named) if named else Z32)
        posted = [PostedEntry(each, wrap if n == 1 else b"") for n, each in enumerate([*at.entries, entry])]
        inputs = {
            "instance": tries.instance, "cid": at.cid, "keyring": tries.keyring,
            "posted": encode_posted_entries(posted), "today": at.day,
        }  # fmt: skip
        if slug:
            tries.sheet.fails(name, slug, "chain.claim", **inputs)
        else:
            tries.sheet.ok(name, "chain.claim", **inputs)

    claims("claim_of_two_whom_the_wrap_names", "", case, one, three)
    claims("claim_with_one_whom_the_wrap_lacks", "role_not_allowed", case, one, four)
    other = seal_wrap(fields, reader.signing_seed, pks, grants, [os.urandom(32)], inbox.pk, Words("ru", ""))
    claims("claim_where_another_wrap_stands_for_the_units", "role_not_allowed", case, one, three, wrap=other)
    claims("claim_where_the_units_wrap_is_left_out", "role_not_allowed", case, one, three, wrap=b"")
    gone = case.copy()
    gone.add(two, RECUSAL)
    claims("claim_with_one_who_stepped_back", "role_not_allowed", gone, one, two)
    gone.add(one, WITHHOLDING, cited=three.id + bytes(16), until=DAY + 2)
    claims("claim_with_one_from_whom_it_is_withheld", "role_not_allowed", gone, one, three)
    gone.day = DAY + 3
    claims("claim_when_the_withholding_is_past", "", gone, one, three)
    gone.claim(one, one, three)
    claims("release", "", gone)
