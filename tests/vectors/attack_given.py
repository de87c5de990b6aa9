"""SPEC 8.7, 8.8: nobody who left is named by a wrap again, or given half of the way to a name that they asked for."""

from __future__ import annotations

from typing import Any

from crypto.box import IDENTITY_HALF, IDENTITY_KEY, seal_secret
from crypto.entry import (
    GRANT,
    IDENTITY_AGREED,
    IDENTITY_ASKED,
    IDENTITY_GRANTED,
    OPENED,
    READERS_AGREED,
    RECUSAL,
    REFUSAL,
    STEP,
    WITHHOLDING,
)
from crypto.keyring import CUSTODIAN, INVESTIGATOR, SUPERVISOR
from crypto.posts import encode_posted_entries
from crypto.workflow import TRIAGED
from tests.carded import Carded
from tests.vectors.attack_keyring import DAY
from tests.world import Person, Submitter, World, new_person


class _Sheet:
    def __init__(self, sheet: Any) -> None:
        self.sheet, self.world = sheet, World(today=DAY)
        self.world.people.append(new_person(INVESTIGATOR, "unit-north"))  # whom no wrap names
        self.me = Submitter(self.world)
        self.sealed = self.me.seal("Меня били.", name="Имя")
        self.keyring = sheet.blob("keyring:given", self.world.keyring.encoded)

    def fresh(self) -> Carded:
        return Carded(self.world, self.me, [self.sealed], day=DAY)

    def last(self, name: str, case: Carded, slug: str = "") -> None:
        given = {
            "instance": self.world.instance,
            "cid": case.first.cid,
            "keyring": self.keyring,
            "posted": encode_posted_entries(case.posted),
            "today": DAY,
        }
        if slug:
            self.sheet.fails(name, slug, "chain.given", **given)
        else:
            self.sheet.ok(name, "chain.given", **given)


def given_sheet(sheet: Any) -> None:
    made = _Sheet(sheet)
    _named(made)
    _asked(made)


def _named(sheet: _Sheet) -> None:
    case, watching = sheet.fresh(), sheet.world.of(SUPERVISOR)[0]
    one, two, three, four = case.me.readers()[:4]
    case.post(one, OPENED)
    named = [one, two, three, watching]
    link = case.propose_readers(one, named)
    sheet.last("readers_proposed_of_whom_all_are_there", case)
    left, other = case.copy(), case.copy()
    case.post(two, READERS_AGREED, cited=link)
    sheet.last("readers_agreed_of_whom_all_are_there", case)
    left.post(three, RECUSAL)
    again = left.copy()
    left.post(two, READERS_AGREED, cited=link)
    sheet.last("readers_agreed_after_one_stepped_back", left, "role_not_allowed")
    again.propose_readers(one, named)
    sheet.last("readers_proposed_after_one_stepped_back", again, "role_not_allowed")
    other.post(four, RECUSAL)
    other.post(two, READERS_AGREED, cited=link)
    sheet.last("readers_agreed_after_one_stepped_back_who_is_not_named", other)
    back = case.copy()
    back.post(three, RECUSAL)
    kept, still = back.copy(), back.copy()
    back.post(one, OPENED)
    sheet.last("opened_when_a_named_reader_has_stepped_back", back)
    kept.keep(one, [one, two, watching])
    sheet.last("kept_without_who_stepped_back", kept)
    kept.post(two, RECUSAL)
    kept.keep(one, [one, watching])
    sheet.last("kept_for_one_reader_who_is_left", kept)
    still.keep(one, named)
    sheet.last("kept_after_one_stepped_back", still, "role_not_allowed")
    same = case.copy()
    same.keep(one, named)
    sheet.last("kept_of_whom_all_are_there", same)
    case.hand_off(one, two)
    sheet.last("handed_over_to_whom_all_are_there", case)
    unit, second = sheet.world.of(INVESTIGATOR)[:2]
    case.post(one, GRANT, box=case.wrap(one))
    sheet.last("granted_to_whom_all_are_there", case)
    case.post(unit, RECUSAL)
    granted, again = case.copy(), case.copy()
    granted.post(one, GRANT, box=granted.wrap(one, [second, watching]))
    sheet.last("granted_without_who_stepped_back", granted)
    again.post(one, GRANT, box=again.wrap(one))
    sheet.last("granted_after_one_stepped_back", again, "role_not_allowed")
    case.change_unit(one, two)
    sheet.last("unit_agreed_after_one_stepped_back", case, "role_not_allowed")
    case.posted.pop()
    sheet.last("unit_proposed_after_one_stepped_back", case, "role_not_allowed")


def _asked(sheet: _Sheet) -> None:
    made, keeper = sheet.fresh(), sheet.world.of(CUSTODIAN)[0]
    one, two = made.me.readers()[:2]
    unit, second, stranger = sheet.world.of(INVESTIGATOR)
    made.hand_off(one, two)

    def half(case: Carded, by: Person, kind: int, to: Person, ask: bytes) -> None:
        box = seal_secret(case.fields(kind, by), by.signing_seed, to.key.pk, bytes(32))
        case.post(by, IDENTITY_AGREED if kind == IDENTITY_HALF else IDENTITY_GRANTED, box=box, cited=ask)

    for who, asker in (("an_investigator", unit), ("a_reviewer", one)):
        case = made.copy()
        ask = case.post(asker, IDENTITY_ASKED, box=case.note(asker), until=DAY + 5, cited=case.first.cid)
        waits = case.copy()
        half(case, two, IDENTITY_HALF, asker, ask)
        sheet.last(f"half_for_{who}", case)
        half(case, keeper, IDENTITY_KEY, asker, ask)
        sheet.last(f"both_halves_for_{who}", case)
        gone, withheld, back = waits.copy(), waits.copy(), waits.copy()
        gone.post(asker, RECUSAL)
        given = gone.copy()
        half(given, two, IDENTITY_HALF, asker, ask)
        sheet.last(f"half_for_{who}_who_stepped_back", given, "role_not_allowed")
        until = {"cited": asker.id + bytes(16), "until": DAY}
        withheld.post(two, WITHHOLDING, box=withheld.note(two), **until)
        half(withheld, two, IDENTITY_HALF, asker, ask)
        sheet.last(f"half_for_{who}_from_whom_it_is_withheld", withheld, "role_not_allowed")
        back.post(second, STEP, TRIAGED, box=back.note(second))
        half(back, two, IDENTITY_HALF, asker, ask)
        sheet.last(f"half_for_{who}_after_the_unit_gave_it_back", back, "role_not_allowed" if asker == unit else "")
        late = waits.copy()
        half(late, two, IDENTITY_HALF, asker, ask)
        late.post(asker, RECUSAL)
        half(late, keeper, IDENTITY_KEY, asker, ask)
        sheet.last(f"second_half_for_{who}_who_stepped_back", late, "role_not_allowed")
        # what else is signed then is for others
        gone.post(two, OPENED)
        sheet.last(f"opened_when_{who}_who_asked_stepped_back", gone)
        refused = gone.copy()
        refused.post(keeper, REFUSAL, box=refused.note(keeper), cited=ask)
        sheet.last(f"refused_to_{who}_who_stepped_back", refused)
        other = gone.post(second, IDENTITY_ASKED, box=gone.note(second), until=DAY + 5, cited=gone.first.cid)
        half(gone, two, IDENTITY_HALF, second, other)
        sheet.last(f"half_for_another_when_{who}_who_asked_stepped_back", gone)
    ask = made.post(stranger, IDENTITY_ASKED, box=made.note(stranger), until=DAY + 5, cited=made.first.cid)
    half(made, two, IDENTITY_HALF, stranger, ask)
    sheet.last("half_for_an_investigator_whom_the_wrap_does_not_name", made, "role_not_allowed")
