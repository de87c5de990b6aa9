"""SPEC 7.3, 7.5, 8.7: whom a wrap, a grant, a kept wrap and a half may name, and on which days."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from typing import Any

from crypto.box import (
    IDENTITY_HALF,
    WRAP_INTAKE,
    WRAP_UNIT,
    BoxFields,
    Grant,
    MessageKey,
    Words,
    seal_readers,
    seal_secret,
    seal_wrap,
)
from crypto.encoding import Z32
from crypto.entry import IDENTITY_ASKED
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR, UNIT, Group, KeyringBody
from crypto.primitives import kem_keypair
from tests.casework import Casework
from tests.vectors.attack_keyring import DAY, remake
from tests.world import Person, World

SLUG = "role_not_allowed"
FIRST, LAST = DAY - 30, DAY + 365  # the days on which everybody of the world is a member


class _Named:
    """One world and its boxes, each sealed once: what is tried is another keyring or another day."""

    def __init__(self, sheet: Any) -> None:
        self.sheet, self.world, self.cid = sheet, World(today=DAY), os.urandom(32)
        self.one, self.two = self.world.of(INVESTIGATOR)[:2]
        self.first, self.second, self.third = self.world.of(REVIEWER)[:3]
        self.watching = self.world.of(SUPERVISOR)[0]
        self.inbox = kem_keypair(os.urandom(32))

    def fields(self, kind: int) -> BoxFields:
        return BoxFields(self.world.instance, self.cid, kind, Z32, self.first.id, DAY, self.world.keyring.hash)

    def unit(self, *people: Person, extra: tuple[bytes, ...] = (), inbox: bytes = b"") -> bytes:
        pks, grants = [*(one.key.pk for one in people), *extra], [Grant(self.cid, os.urandom(32))]
        seeds, words = [os.urandom(32)], Words("ru", "")
        to = inbox or self.inbox.pk
        return seal_wrap(self.fields(WRAP_UNIT), self.first.signing_seed, pks, grants, seeds, to, words)

    def readers(self, *people: Person, extra: tuple[bytes, ...] = ()) -> bytes:
        pks, keys = [*(one.key.pk for one in people), *extra], [MessageKey(self.cid, os.urandom(32))]
        return seal_readers(self.fields(WRAP_INTAKE), self.first.signing_seed, pks, keys, Words("ru", ""))

    def ring(self, **changed: dict[str, Any]) -> KeyringBody:
        """As it is, but for these: by the name they have here."""
        changes = {getattr(self, name).id: fields for name, fields in changed.items()}
        members = [replace(one, **changes.get(one.id, {})) for one in self.world.keyring.members]
        groups = (*self.world.keyring.groups, Group("unit-south", UNIT, ()))
        return remake(self.world.keyring, groups=groups, members=members)

    def tries(self, op: str, usual: dict[str, Any], name: str, box: Any, slug: str = "", **changes: Any) -> None:
        """Of today and by the keyring as it is, unless `changes` say otherwise."""
        given = {"day": DAY, "keyring": self.ring()} | usual | changes
        ring: KeyringBody = given["keyring"]
        given["keyring"] = self.sheet.blob(f"keyring:{ring.hash.hex()[:8]}", ring.encoded)
        if slug:
            self.sheet.fails(name, slug, op, box=box, **given)
        else:
            self.sheet.ok(name, op, box=box, **given)


def wraps_sheet(sheet: Any) -> None:
    made = _Named(sheet)
    _of_a_unit(made)
    _of_readers(made)
    _halves(made)


def _of_a_unit(made: _Named) -> None:
    sheet, stranger = made.sheet, kem_keypair(os.urandom(32)).pk
    whole = sheet.blob("box:unit_of_three", made.unit(made.one, made.two, made.watching))

    tries = partial(made.tries, "wrap.names", {"inbox_pk": made.inbox.pk, "handed_on": 0})

    tries("unit_of_two_and_a_supervisor", whole)
    tries("unit_on_the_first_day_of_its_members", whole, day=FIRST)
    tries("unit_on_the_last_day_of_its_members", whole, day=LAST)
    tries("unit_before_its_members", whole, SLUG, day=FIRST - 1)
    tries("unit_after_its_members", whole, SLUG, day=LAST + 1)
    tries("unit_with_another_inbox", whole, SLUG, inbox_pk=stranger)
    tries("unit_of_one_and_two_supervisors", whole, SLUG, keyring=made.ring(two={"role": SUPERVISOR, "group": ""}))
    tries("unit_of_three_without_a_supervisor", whole, SLUG,
          keyring=made.ring(watching={"role": INVESTIGATOR, "group": made.one.group}))  # fmt: skip
    tries("unit_of_two_units", whole, SLUG, keyring=made.ring(two={"group": "unit-south"}))
    tries("grant_to_two_units", whole, SLUG, keyring=made.ring(two={"group": "unit-south"}), handed_on=1)
    tries(
        "grant_to_a_custodian", whole, SLUG, keyring=made.ring(watching={"role": CUSTODIAN, "group": ""}), handed_on=1
    )
    tries("grant_to_who_left", whole, SLUG, keyring=made.ring(two={"until": DAY - 1}), handed_on=1)
    tries("grant_on_the_last_day_of_one", whole, keyring=made.ring(two={"until": DAY}), handed_on=1)
    tries("grant_on_the_first_day_of_one", whole, keyring=made.ring(two={"from_day": DAY}), handed_on=1)
    alone = sheet.blob("box:unit_of_one", made.unit(made.one))
    tries("unit_of_one", alone, SLUG)
    tries("grant_to_the_one_who_is_left", alone, handed_on=1)
    tries("grant_to_the_supervisor_who_is_left", alone,
          keyring=made.ring(one={"role": SUPERVISOR, "group": ""}), handed_on=1)  # fmt: skip
    tries("grant_to_nobody", sheet.blob("box:unit_of_nobody", made.unit()), SLUG, handed_on=1)
    two = sheet.blob("box:unit_with_a_stranger", made.unit(made.one, made.two, made.watching, extra=(stranger,)))
    tries("unit_with_a_stranger", two, SLUG)
    members = made.unit(made.one, made.two, inbox=made.watching.key.pk)  # all of whom the keyring knows
    tries("unit_without_the_intake_inbox", sheet.blob("box:unit_without_the_inbox", members), SLUG)


def _of_readers(made: _Named) -> None:
    sheet = made.sheet
    whole = sheet.blob("box:readers_of_three", made.readers(made.first, made.second, made.watching))

    tries = partial(made.tries, "readers.names", {"kept": 0, "handed_on": 0})

    tries("readers_two_and_a_supervisor", whole)
    tries("readers_on_the_first_day", whole, day=FIRST)
    tries("readers_on_the_last_day", whole, day=LAST)
    tries("readers_before_they_are_members", whole, SLUG, day=FIRST - 1)
    tries("readers_after_they_are_members", whole, SLUG, day=LAST + 1)
    tries("readers_one_and_two_supervisors", whole, SLUG, keyring=made.ring(second={"role": SUPERVISOR, "group": ""}))
    tries("readers_three_without_a_supervisor", whole, SLUG,
          keyring=made.ring(watching={"role": REVIEWER, "group": made.first.group}))  # fmt: skip
    tries("readers_with_a_custodian", whole, SLUG,
          keyring=made.ring(watching={"role": CUSTODIAN, "group": ""}), kept=1, handed_on=1)  # fmt: skip
    tries("readers_of_whom_one_left", whole, SLUG, keyring=made.ring(second={"until": DAY - 1}), handed_on=1)
    tries("readers_kept_of_whom_one_left", whole, SLUG, keyring=made.ring(second={"until": DAY - 1}), kept=1)
    others = sheet.blob("box:readers_without_the_author", made.readers(made.second, made.third, made.watching))
    tries("readers_without_who_proposes", others, SLUG)
    tries("readers_kept_without_who_keeps", others, kept=1)
    with_inbox = sheet.blob(
        "box:readers_and_an_inbox", made.readers(made.first, made.second, made.watching, extra=(made.inbox.pk,))
    )
    tries("readers_and_the_old_inbox", with_inbox, SLUG)
    tries("readers_kept_with_the_inbox", with_inbox, kept=1)
    alone = sheet.blob("box:readers_of_one", made.readers(made.first))
    tries("readers_kept_for_one", alone, SLUG, kept=1)
    tries("readers_kept_for_the_one_who_is_left", alone, kept=1, handed_on=1)
    nobody = sheet.blob("box:readers_of_nobody", made.readers(extra=(made.inbox.pk,)))
    tries("readers_kept_for_nobody", nobody, SLUG, kept=1, handed_on=1)


def _halves(made: _Named) -> None:
    sheet, world = made.sheet, made.world
    case = Casework(world, made.cid, day=DAY)
    case.hand_off()
    asked = case.make(made.one, IDENTITY_ASKED, until=DAY)

    def half(name: str, to: Person) -> Any:
        fields, seed = made.fields(IDENTITY_HALF), made.first.signing_seed
        return sheet.blob(f"box:{name}", seal_secret(fields, seed, to.key.pk, os.urandom(32)))

    mine = half("half_for_one", made.one)
    given = {"keyring": sheet.blob("keyring:of_halves", world.keyring.encoded), "asked": asked}
    for name, day in (("", DAY), ("_on_the_first_day", FIRST), ("_on_the_last_day", LAST)):
        sheet.ok(f"half_for_who_asked{name}", "half.names", **given, box=mine, day=day)
    for name, day in (("is_no_member_yet", FIRST - 1), ("is_no_member_any_more", LAST + 1)):
        sheet.fails(f"half_for_who_asked_and_{name}", "not_a_member", "half.names", **given, box=mine, day=day)
    sheet.fails("half_for_another", SLUG, "half.names", **given, box=half("half_for_two", made.two), day=DAY)
    both = made.unit(made.one)  # to who asked and to one more
    sheet.fails("half_for_two_at_once", SLUG, "half.names", **given, box=sheet.blob("box:half_and_more", both), day=DAY)
