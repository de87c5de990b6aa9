"""SPEC 8.9 and 8.10: when named readers keep a case, and from whom one member alone may have it withheld."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from crypto.box import NOTE, WRAP_INTAKE, BoxFields, MessageKey, Words, parse_box, seal_box, seal_readers
from crypto.chain import KnownMessage
from crypto.encoding import Z32
from crypto.entry import BOXES, NOTE_ENTRY, OPENED, READERS_AGREED, READERS_KEPT, READERS_PROPOSED, RECUSAL, WITHHOLDING
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.posts import PostedEntry, encode_posted_entries
from crypto.primitives import kem_keypair
from tests.casework import Casework
from tests.vectors.attack_keyring import DAY, world
from tests.vectors.attack_workflow import Tries
from tests.world import Person


class _Boxed:
    """A case whose entries have the boxes that they name."""

    def __init__(self, sheet: Any) -> None:
        self.sheet, self.deeds = sheet, Tries(sheet, "older", world().keyring)
        self.case = Casework.new(world())
        self.posted: list[PostedEntry] = []
        self.inbox = kem_keypair(os.urandom(32))

    def who(self, role: int, n: int = 0) -> Person:
        return self.case.who(role, n)

    def box(self, by: Person, kind: int, named: Sequence[Person]) -> bytes:
        w = world()
        wraps = WRAP_INTAKE in BOXES[kind]
        fields = BoxFields(
            w.instance, self.case.cid, WRAP_INTAKE if wraps else NOTE, Z32, by.id, self.case.day, w.keyring.hash
        )
        if not wraps:
            return seal_box(fields, by.signing_seed, [self.inbox.pk], "ru", "Почему")
        keys = [MessageKey(one.cid, bytes(32)) for one in self.case.messages]
        pks = [*(one.key.pk for one in named), self.inbox.pk]
        return seal_readers(fields, by.signing_seed, pks, keys, Words("ru", ""))

    def add(self, by: Person, kind: int, named: Sequence[Person] = (), **changes: Any) -> bytes:
        box = self.box(by, kind, named) if kind in BOXES else b""
        link = self.case.add(by, kind, box_hash=parse_box(box).hash if box else Z32, **changes)
        self.posted.append(PostedEntry(self.case.entries[-1], box))
        return link

    def with_messages(self, n: int) -> None:
        self.case.messages = [KnownMessage(self.case.cid, 0), *(KnownMessage(bytes([i]) * 32, 0) for i in range(1, n))]

    def keeps(self, name: str, kept: bool, today: int = DAY, gone: Sequence[Person] = ()) -> dict[str, Any]:
        found: dict[str, Any] = self.sheet.ok(
            name,
            "chain.keeping",
            instance=world().instance,
            cid=self.case.cid,
            keyring=self.deeds.keyring,
            posted=self.sheet.blob(f"posted:{name}", encode_posted_entries(self.posted)),
            messages=[{"cid": one.cid, "lane": one.lane} for one in self.case.messages],
            today=today,
            gone=[one.id for one in gone],
        )
        assert found["kept"] == kept, (name, found)
        return found

    def tries(self, name: str, slug: str, by: Person, whom: bytes, days: int = 2) -> None:
        """What would come of it; nothing stays."""
        box = self.box(by, WITHHOLDING, ())
        cited = whom if len(whom) == 32 else whom + bytes(16)
        hash_ = parse_box(box).hash
        entry = self.case.make(by, WITHHOLDING, box_hash=hash_, cited=cited, until=self.case.day + days)
        inputs = {
            "instance": world().instance,
            "cid": self.case.cid,
            "keyring": self.deeds.keyring,
            "posted": self.sheet.blob(f"posted:{name}", encode_posted_entries([*self.posted, PostedEntry(entry, box)])),
            "today": self.case.day,
        }
        if slug:
            self.sheet.fails(name, slug, "chain.withholding", **inputs)
        else:
            self.sheet.ok(name, "chain.withholding", **inputs)

    def withhold(self, by: Person, whom: Person, days: int = 2) -> bytes:
        return self.add(by, WITHHOLDING, cited=whom.id + bytes(16), until=self.case.day + days)

    def withheld(self, name: str, *links: bytes) -> None:
        self.deeds.comes_to(name, self.case, self.case.chain().state, withholdings=[one.hex() for one in links])


def keeping_sheet(sheet: Any) -> None:
    _keeping(sheet)
    _drawn(sheet)
    _named(sheet)


def _keeping(sheet: Any) -> None:
    one = _Boxed(sheet)
    reader, other, third = (one.who(REVIEWER, n) for n in range(3))
    supervisor, stranger = one.who(SUPERVISOR), one.who(REVIEWER, 3)
    assert one.keeps("nobody_named_the_readers", False)["holders"] == []
    link = one.add(reader, READERS_PROPOSED, [other, third, supervisor])
    one.add(other, OPENED, cited=link)
    one.add(third, OPENED, cited=link)
    assert one.keeps("readers_proposed_keep_nothing", False)["holders"] == []
    one.add(supervisor, READERS_AGREED, cited=link)
    one.keeps("two_who_opened_before_the_agreement", True)

    one = _Boxed(sheet)
    link = one.add(reader, READERS_PROPOSED, [other, third, supervisor])
    one.add(supervisor, READERS_AGREED, cited=link)
    one.keeps("agreed_to_and_opened_by_none", False)
    one.add(stranger, OPENED, cited=link)
    one.add(reader, OPENED, cited=link)
    assert one.keeps("opened_by_two_who_are_not_named", False)["holders"] == []
    one.add(other, OPENED, cited=link)
    one.add(other, OPENED, cited=link)
    assert len(one.keeps("opened_by_one_twice", False)["holders"]) == 1
    one.add(third, OPENED, cited=one.case.cid)
    one.keeps("an_opening_that_cites_a_message", False)
    one.add(third, NOTE_ENTRY, cited=link)
    one.keeps("a_note_that_cites_the_wrap", False)
    one.add(third, OPENED, cited=link)
    one.keeps("opened_by_two_of_the_named", True)
    one.keeps("one_of_two_from_whom_it_is_withheld", False, gone=[third])
    one.keeps("when_their_membership_has_ended", False, today=DAY + 366)
    one.with_messages(2)
    one.keeps("a_message_came_since", False)
    one.add(other, OPENED, cited=link)
    one.keeps("a_message_that_one_of_them_read", False)
    one.add(third, OPENED, cited=link)
    one.keeps("a_message_that_two_of_them_read", True)
    kept = one.add(third, READERS_KEPT, [other, third, supervisor])
    one.keeps("a_newer_wrap_must_be_opened_itself", False)
    one.add(supervisor, OPENED, cited=kept)
    one.add(other, OPENED, cited=link)
    one.keeps("one_opened_the_older_wrap", False)
    one.add(other, OPENED, cited=kept)
    one.keeps("a_newer_wrap_opened_by_two", True)
    for name, counts, steps in (
        ("keeping_without_who_stepped_back", True, (RECUSAL, READERS_KEPT)),
        ("keeping_without_who_is_there", False, (READERS_KEPT,)),
        ("keeping_without_who_stepped_back_after_it", False, (READERS_KEPT, RECUSAL)),
    ):
        one = _Boxed(sheet)
        link = one.add(reader, READERS_PROPOSED, [other, third, supervisor])
        one.add(supervisor, READERS_AGREED, cited=link)
        for kind in steps:
            if kind == RECUSAL:
                one.add(third, RECUSAL)
            else:
                kept = one.add(other, READERS_KEPT, [other, supervisor])
        one.add(other, OPENED, cited=kept)
        one.add(supervisor, OPENED, cited=kept)
        one.keeps(name, counts)


def _drawn(sheet: Any) -> None:
    """Who was drawn is hidden: one may be missing, more only when two others have signed."""
    one = _Boxed(sheet)
    a, b, c, d, e = (one.who(REVIEWER, n) for n in range(5))
    custodian, unit = one.who(CUSTODIAN), one.who(INVESTIGATOR)
    one.add(b, OPENED)
    one.tries("withheld_from_one_who_opened", "", a, b.id)
    one.tries("withheld_for_a_day", "", a, b.id, days=0)
    one.tries("withheld_for_four_days", "bad_state", a, b.id, days=3)
    one.tries("withheld_from_oneself", "role_not_allowed", a, a.id)
    one.tries("withheld_from_nobody_known", "not_a_member", a, os.urandom(16))
    one.tries("withheld_from_a_custodian", "not_a_member", a, custodian.id)
    one.tries("withheld_by_a_custodian", "role_not_allowed", custodian, b.id)
    one.tries("withheld_from_more_than_an_id", "malformed", a, b.id + bytes(15) + b"\1")
    one.withhold(a, b)
    one.tries("withheld_again_by_the_same", "role_not_allowed", a, b.id)
    one.tries("withheld_from_a_second_whom_nobody_replaces", "role_not_allowed", a, c.id)
    one.add(c, OPENED)
    one.add(d, OPENED)
    one.tries("withheld_from_a_second_while_two_others_read", "", a, e.id)
    one.tries("withheld_from_one_of_two_others", "role_not_allowed", a, d.id)
    one.case.day = DAY + 3
    one.tries("withheld_again_by_the_same_when_it_ended", "role_not_allowed", a, b.id)
    one.tries("withheld_again_by_a_second_person", "", c, b.id)
    one.withhold(c, b)
    one.case.day = DAY + 6
    one.tries("by_the_first_again_after_a_second", "", a, b.id)
    one.tries("withheld_by_the_unit", "", unit, b.id)
    # another who has it withheld from the same member for a shorter time ends nothing
    twice = _Boxed(sheet)
    twice.add(b, OPENED)
    twice.add(d, OPENED)
    first = twice.withhold(a, b)
    second = twice.withhold(e, b, days=0)
    twice.withheld("withheld_by_two_from_one", first, second)
    twice.case.day = DAY + 1
    twice.withheld("withheld_by_the_first_for_longer_than_by_the_second", first)
    twice.tries("withheld_from_one_of_two_others_while_the_first_has_it_withheld", "role_not_allowed", a, d.id)
    recused = _Boxed(sheet)
    recused.add(b, RECUSAL)
    recused.tries("withheld_when_one_stepped_back", "role_not_allowed", a, c.id)


def _named(sheet: Any) -> None:
    """Where readers are named, two besides who signs stay: whoever else has signed does not count."""
    one = _Boxed(sheet)
    a, b, c, d = (one.who(REVIEWER, n) for n in range(4))
    supervisor = one.who(SUPERVISOR)
    one.add(d, OPENED)
    link = one.add(a, READERS_PROPOSED, [a, b, supervisor])
    one.add(b, READERS_AGREED, cited=link)
    one.tries("withheld_where_three_are_named", "role_not_allowed", a, b.id)
    one.tries("withheld_by_one_who_is_not_named", "", d, b.id)
    link = one.add(a, READERS_PROPOSED, [a, b, c, supervisor])
    one.add(b, READERS_AGREED, cited=link)
    one.tries("withheld_where_four_are_named", "", a, b.id)
    # which entry a wrap came by says who said so: one signature or two
    proposed = parse_box(one.posted[-2].box).hash
    again = one.case.make(a, READERS_KEPT, box_hash=proposed)
    one.deeds.refuses("kept_with_the_wrap_that_two_agreed_to", "bad_state", one.case, again)
