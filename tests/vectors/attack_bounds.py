"""One step past a bound, or one of two checks that mostly fail together, each shown by a mutant that lived.

Filled after all others and after the examples, so that nothing of those moves (tests/unit/crypto_mutants.py).
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from crypto.box import COPY, NOTE, BoxFields, Words, parse_box, seal_box, seal_copy
from crypto.chain import KnownMessage
from crypto.conflict import SLOT, Told, declare, seal_declarations
from crypto.encoding import Z32, decode, decode_list, encode, encode_list
from crypto.entry import COPIED, COPY_ANSWERED, NOTE_ENTRY, OPENED, READERS_AGREED, STEP, WITHHOLDING
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR, TRANSLATOR, Former, KeyringBody
from crypto.posts import PostedEntry, encode_posted_entries
from crypto.primitives import KEM_CT, hash, kem_keypair
from crypto.workflow import AWAITING, INQUIRY, INVESTIGATION, SUSPENDED
from tests.carded import Carded
from tests.casework import Casework
from tests.vectors.attack_card import _inputs
from tests.vectors.attack_conflict import _ask, _unchecked
from tests.vectors.attack_copies import NOTHING
from tests.vectors.attack_keeping import _Boxed
from tests.vectors.attack_keyring import DAY, remake, world
from tests.vectors.attack_message import sealed, submitter
from tests.vectors.attack_primitives import low_order
from tests.world import Person, World, new_person


def bounds_sheet(sheet: Any) -> None:
    _declarations(sheet)
    _annexes(sheet)
    _withheld(sheet)
    _copies(sheet)
    _cards(sheet)


def _declarations(sheet: Any) -> None:
    for name, told in {
        "codes_of_one_letter_and_of_64": Told(posts=[("K", "", 0, 1)], regions=["a" * 64]),
        "a_post_of_one_day": Told(posts=[("KZ_knb", "", 7, 7)]),
    }.items():
        sheet.ok(name, "conflict.reasons", **_ask(_unchecked(told)))
    fields = decode("declaration", [None] * 9, _unchecked(Told(posts=[("KZ_knb", "Отдел", 0, 1)], names=["Иванов"])))
    agency, unit, *days = decode("post", [None] * 4, decode_list("posts", 1, fields[5])[0])
    tokens = decode_list("name-tokens", 8, fields[7])
    short = {
        "a_unit_token_of_31_bytes": (5, encode_list("posts", [encode("post", agency, unit[1:], *days)])),
        "a_name_token_of_31_bytes": (7, encode_list("name-tokens", sorted([tokens[0][:31], *tokens[1:]]))),
    }
    for name, (at, field) in short.items():
        bent = encode("declaration", *fields[:at], field, *fields[at + 1 :])
        sheet.fails(name, "malformed", "conflict.reasons", **_ask(bent))


def _annexes(sheet: Any) -> None:
    """The server, or who prepares the ceremony, puts the parts in another order, or a slot that gives its key away."""
    w = world()
    readers = [*w.of(REVIEWER)[:2], w.of(SUPERVISOR)[0]]
    told = sorted((declare(w.instance, one.id, Told()) for one in readers), key=lambda one: one.member)
    pks = [one.key.pk for one in readers]
    given = {"instance": w.instance, "keyring": sheet.blob("keyring:older", w.keyring.encoded)}

    def fails(name: str, slug: str, annexes: bytes, by: Person) -> None:
        sheet.fails(name, slug, "annexes.open", **given, annexes=annexes, kem_seed=by.kem_seed)

    instance, slot_list, ct = decode("annexes", [32, None, None], seal_declarations(w.instance, pks, told))
    slots = decode_list("annex-slots", 3, slot_list)

    def with_slots(items: list[bytes]) -> bytes:
        return encode("annexes", instance, encode_list("annex-slots", items), ct)

    fails("annexes_whose_slots_fall", "malformed", with_slots(slots[::-1]), readers[0])
    first, sealed_to = decode("annex-slot", [32, SLOT], slots[0])
    reader = next(one for one in readers if hash(one.key.pk) != first)
    weak = sealed_to[: KEM_CT - 32] + low_order(0) + sealed_to[KEM_CT:]
    fails(
        "annexes_with_a_low_order_slot_of_somebody_else",
        "low_order",
        with_slots([encode("annex-slot", first, weak), *slots[1:]]),
        reader,
    )
    with patch("crypto.conflict.ascending", lambda items, key: sorted(items, key=key, reverse=key is not hash)):
        fallen = seal_declarations(w.instance, pks, told)
    fails("annexes_whose_declarations_fall", "malformed", fallen, readers[0])


def _withheld(sheet: Any) -> None:
    one = _Boxed(sheet)
    a, b, c = (one.who(REVIEWER, n) for n in range(3))

    def tries(name: str, slug: str, whom: Person, posted: list[PostedEntry], case: Casework, **days: int) -> None:
        ring = world().keyring
        members = [replace(each, **days) if each.id == whom.id else each for each in ring.members]
        box = one.box(a, WITHHOLDING, ())
        cited, until = whom.id + bytes(16), case.day + 2
        entry = case.make(a, WITHHOLDING, box_hash=parse_box(box).hash, cited=cited, until=until)
        whole = encode_posted_entries([*posted, PostedEntry(entry, box)])
        inputs = {
            "instance": world().instance,
            "cid": case.cid,
            "keyring": remake(ring, members=members).encoded,
            "posted": sheet.blob(f"posted:{name}", whole),
            "today": case.day,
        }
        if slug:
            sheet.fails(name, slug, "chain.withholding", **inputs)
        else:
            sheet.ok(name, "chain.withholding", **inputs)

    tries("withheld_on_the_one_day_of_a_member", "", b, one.posted, one.case, from_day=DAY, until=DAY)
    for name, days in {
        "has_ended": {"from_day": DAY - 9, "until": DAY - 1},
        "is_to_come": {"from_day": DAY + 1},
    }.items():
        tries(f"withheld_from_one_whose_time_{name}", "not_a_member", b, one.posted, one.case, **days)
    one.withhold(c, b)
    one.case.day = DAY + 2
    tries(
        "withheld_from_a_second_on_the_last_day_of_the_first",
        "role_not_allowed",
        one.who(REVIEWER, 3),
        one.posted,
        one.case,
    )

    handed = Carded(world(), submitter(), [sealed()], day=DAY)
    one.case, one.inbox = handed.case, handed.inbox0
    handed.post(a, OPENED)
    handed.hand_off(a, b)
    box = one.box(a, WITHHOLDING, ())
    handed.post(a, WITHHOLDING, box=box, cited=c.id + bytes(16), until=DAY + 2)
    tries("withheld_from_a_second_while_a_unit_reads", "", one.who(REVIEWER, 3), handed.posted, handed.case)


def _copies(sheet: Any) -> None:
    w = World(today=DAY)
    w.people += [new_person(TRANSLATOR), new_person(TRANSLATOR)]
    case = Casework(w, day=DAY)
    case.messages = [KnownMessage(case.cid, 0)]
    reader, translator, other = case.who(REVIEWER), *w.of(TRANSLATOR)
    inbox = kem_keypair(os.urandom(32))

    def fields(by: Person, kind: int, parent: bytes = Z32) -> BoxFields:
        return BoxFields(w.instance, case.cid, kind, parent, by.id, DAY, w.keyring.hash)

    copy = seal_copy(
        fields(reader, COPY), reader.signing_seed, translator.key.pk, inbox.pk, None, Words("tg", "Маро.", "translate")
    )

    def check(name: str, slug: str, ring: KeyringBody, day: int = DAY, box: bytes = b"", entry: bytes = b"") -> None:
        inputs = {"keyring": ring.encoded, "copy": copy, "day": day, "box": box, "entry": entry}
        if slug:
            sheet.fails(name, slug, "copy.check", **inputs)
        else:
            sheet.ok(name, "copy.check", **inputs)

    listed = [replace(one, from_day=DAY, until=DAY) if one.id == translator.id else one for one in w.keyring.members]
    day = remake(w.keyring, members=listed)
    check("copy_on_the_one_day_of_a_translator", "", day)
    check("copy_the_day_before_a_translator_is_one", "role_not_allowed", day, DAY - 1)
    check("copy_the_day_after", "role_not_allowed", day, DAY + 1)
    case.add(reader, OPENED)
    given = parse_box(copy).hash
    link = case.add(reader, COPIED, box_hash=given, cited=case.cid, until=DAY + 14)
    box = seal_box(fields(other, NOTE, given), other.signing_seed, [inbox.pk, translator.key.pk], "ru", "Меня.")
    made = case.make(other, COPY_ANSWERED, box_hash=parse_box(box).hash, cited=link, **NOTHING)
    check("answer_by_another_to_all_whom_the_copy_names", "role_not_allowed", w.keyring, DAY, box, made)
    without = remake(w.keyring, members=[one for one in w.keyring.members if one.id != other.id])
    check("answer_by_nobody_of_the_keyring", "not_a_member", without, DAY, box, made)


def _begins_later(sheet: Any, handed: Carded) -> None:
    """Where the case stood before what is shown: by all entries before, and on none but their days (SPEC 9.2)."""
    w, card = world(), handed.cards()[-1].encoded
    paused = handed.copy()
    case, unit, reader = paused.case, w.of(INVESTIGATOR)[0], w.of(REVIEWER)[0]
    case.claim()
    case.add(unit, STEP, INQUIRY)
    waits = handed.copy()
    waits.case = case.copy()
    for state, until in ((INVESTIGATION, 0), (SUSPENDED, DAY + 3)):
        case.agree(unit, w.of(SUPERVISOR)[0], state, until=until)
    case.add(reader, NOTE_ENTRY)
    for today in (DAY + 3, DAY + 9):
        name = f"card_shown_from_within_a_suspension_on_{today - DAY}"
        sheet.ok(name, "card.verify", **_inputs(sheet, paused, card, shown=1, today=today))
    waits.case.add(unit, STEP, AWAITING)
    waits.case.add(reader, NOTE_ENTRY)
    stolen = Former(unit.id, INVESTIGATOR, unit.signing_pk, DAY - 9, DAY, DAY)
    others = [one for one in w.keyring.members if one.id != unit.id]
    ring = remake(w.keyring, members=others, formers=[stolen]).encoded
    inputs = _inputs(sheet, waits, card, shown=1, keyring=ring)
    sheet.ok("card_shown_after_a_step_by_a_stolen_key", "card.verify", **inputs)


def _cards(sheet: Any) -> None:
    w = world()
    made = Carded(w, submitter(), [sealed()], day=DAY)
    one, two, three = made.me.readers()[:3]
    named = [one, two, three, w.of(SUPERVISOR)[0]]
    made.hand_off(one, two)
    handed = made.copy()
    forked = made.copy()
    made.change_readers(one, two, named)
    newest = made.cards()[-1].encoded
    stolen = Former(two.id, REVIEWER, two.signing_pk, DAY - 9, DAY, DAY)
    members = [each for each in w.keyring.members if each.id != two.id]
    ring = remake(w.keyring, members=members, formers=[stolen]).encoded
    sheet.fails(
        "card_agreed_to_by_a_stolen_key",
        "not_a_member",
        "card.verify",
        **_inputs(sheet, made, newest, keyring=ring, shown=0),
    )
    early = _inputs(sheet, made, newest, today=DAY - 2, shown=0)
    sheet.fails("card_of_a_day_to_come", "day_out_of_range", "card.verify", **early)
    forked.change_readers(two, one, named)
    other = _inputs(sheet, made, forked.cards()[-1].encoded, shown=1)
    sheet.fails("card_of_a_fork_whose_agreement_is_the_first_shown", "chain_broken", "card.verify", **other)

    late = handed.copy()
    link = late.propose_readers(one, named)
    late.case.day = DAY + 14
    late.post(two, READERS_AGREED, cited=link)
    agreed = _inputs(sheet, late, late.cards()[-1].encoded, today=DAY + 14)
    sheet.ok("card_agreed_to_on_the_last_day", "card.verify", **agreed)

    _begins_later(sheet, handed)

    def lists(name: str, at: Carded) -> None:
        inputs = _inputs(sheet, at, b"")
        asked = {key: inputs[key] for key in ("instance", "cid", "keyring", "today")}
        found = sheet.ok(
            name, "cards.list", **asked, posted=sheet.blob(f"posted:{name}", encode_posted_entries(at.posted))
        )
        assert [each["number"] for each in found["cards"]] == [1], (name, found)

    old = handed.intake.pk
    handed.seeds.append(os.urandom(32))
    wrapped = handed.copy()
    handed.change_unit(one, two)
    lists("other_investigators_with_an_inbox_of_readers_that_nobody_changed", handed)
    wrapped.change_unit(one, two, intake_pk=old)
    lists("other_investigators_whose_wrap_leaves_the_readers_out", wrapped)
