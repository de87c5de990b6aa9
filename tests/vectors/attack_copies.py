"""SPEC 7.7 and 8.11: a part copied for one translator, and the answer: to whom, by whom, and what it may say."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

from crypto.box import COPY, NOTE, BoxFields, SealedBox, Words, parse_box, seal_box, seal_copy
from crypto.encoding import Z32
from crypto.entry import COPIED, COPY_ANSWERED, NOTE_ENTRY, OPENED, TEXT_ENTRY, messages_head, parse_signed_entry
from crypto.keyring import ADVISER, INVESTIGATOR, REVIEWER, SUPERVISOR, TRANSLATOR, Former
from crypto.primitives import kem_keypair
from tests.casework import Casework
from tests.vectors.attack_keyring import DAY
from tests.world import Person, World, new_person

NOTHING = {"state": 0, "priority": 5, "messages": messages_head([])}


def copies_sheet(sheet: Any) -> None:
    world = World(today=DAY)
    world.people += [new_person(role) for role in (TRANSLATOR, TRANSLATOR, ADVISER)]
    case = Casework.new(world)
    keyring = sheet.blob("keyring:copies", world.keyring.encoded)
    reader, translator = case.who(REVIEWER), case.who(TRANSLATOR)
    inboxes = [kem_keypair(os.urandom(32)) for _ in range(3)]

    def fields(by: Person, kind: int, parent: bytes = Z32) -> BoxFields:
        return BoxFields(world.instance, case.cid, kind, parent, by.id, DAY, world.keyring.hash)

    def copy_for(member: Person, unit: bool = False) -> bytes:
        words = Words("tg", "Маро заданд.", "translate")
        pks = (inboxes[0].pk, inboxes[1].pk if unit else None)
        return seal_copy(fields(reader, COPY), reader.signing_seed, member.key.pk, *pks, words)

    _opening(sheet, world, case, copy_for(translator, True), (reader, translator), inboxes)

    def check(name: str, slug: str, copy: bytes, box: bytes = b"", entry: bytes = b"") -> None:
        inputs = {"keyring": keyring, "copy": copy, "day": DAY, "box": box, "entry": entry}
        if slug:
            sheet.fails(name, slug, "copy.check", **inputs)
        else:
            sheet.ok(name, "copy.check", **inputs)

    check("copy_for_a_translator", "", copy_for(translator))
    check("copy_for_an_adviser", "", copy_for(case.who(ADVISER)))
    check("copy_for_a_reviewer", "role_not_allowed", copy_for(case.who(REVIEWER, 1)))
    check("copy_for_a_stranger", "role_not_allowed", copy_for(new_person(TRANSLATOR)))
    both = [translator.key.pk, case.who(TRANSLATOR, 1).key.pk]
    check("copy_for_two", "role_not_allowed", _like_a_copy(reader, fields(reader, COPY), both))
    alone = _like_a_copy(reader, fields(reader, COPY), both[:1])
    check("copy_that_no_colleague_can_open", "role_not_allowed", alone)
    four = [translator.key.pk, *(one.pk for one in inboxes)]
    check("copy_to_a_third_inbox", "role_not_allowed", _like_a_copy(reader, fields(reader, COPY), four))

    copy = copy_for(translator, True)
    given = parse_box(copy)
    case.add(reader, OPENED)
    link = case.add(reader, COPIED, box_hash=given.hash, cited=case.cid, until=DAY + 14)

    def answer(by: Person, pks: list[bytes], to: SealedBox = given) -> tuple[bytes, bytes]:
        box = seal_box(fields(by, NOTE, to.hash), by.signing_seed, pks, "ru", "Меня били.")
        made = case.make(by, COPY_ANSWERED, box_hash=parse_box(box).hash, cited=link, **NOTHING)
        return box, made

    pks = [inboxes[0].pk, inboxes[1].pk]
    check("answer_by_whom_it_names", "", copy, *answer(translator, pks))
    check("answer_by_another_translator", "role_not_allowed", copy, *answer(case.who(TRANSLATOR, 1), pks))
    check("answer_to_one_inbox_alone", "role_not_allowed", copy, *answer(translator, pks[:1]))
    check("answer_to_somebody_beside", "role_not_allowed", copy, *answer(translator, [*pks, inboxes[2].pk]))
    check("answer_to_another_copy", "wrong_case", copy, *answer(translator, pks, parse_box(copy_for(translator))))
    _chain(sheet, case, keyring, link)


def _like_a_copy(by: Person, fields: BoxFields, pks: list[bytes]) -> bytes:
    """With recipients that an honest program does not name: a note whose header says that it is a copy."""
    note = seal_box(replace(fields, kind=NOTE), by.signing_seed, pks, "ru", "")
    header = parse_box(note).header
    kind = header.index(fields.cid) + 32 + 4  # after the CID and the length of the kind
    return note.replace(header, header[:kind] + bytes([COPY]) + header[kind + 1 :])


def _opening(
    sheet: Any, world: World, case: Casework, copy: bytes, people: tuple[Person, Person], inboxes: list[Any]
) -> None:
    author, translator = people
    inputs = {"instance": world.instance, "cid": case.cid, "box": copy, "author_pk": author.signing_pk}
    found = sheet.ok("copy_opened_by_the_translator", "copy.open", kem_seed=translator.kem_seed, **inputs)
    assert bytes.fromhex(found["text"]).decode() == "Маро заданд."
    assert found["inboxes"] == [one.pk.hex() for one in inboxes[:2]]
    other = case.who(TRANSLATOR, 1)
    sheet.fails("copy_by_another_translator", "not_a_recipient", "copy.open", kem_seed=other.kem_seed, **inputs)
    forged = inputs | {"author_pk": case.who(REVIEWER, 1).signing_pk}
    sheet.fails("copy_in_anothers_name", "bad_signature", "copy.open", kem_seed=translator.kem_seed, **forged)
    elsewhere = inputs | {"cid": os.urandom(32)}
    sheet.fails("copy_of_another_case", "wrong_case", "copy.open", kem_seed=translator.kem_seed, **elsewhere)


def _chain(sheet: Any, case: Casework, keyring: Any, link: bytes) -> None:
    world = case.world
    reader, translator, adviser = case.who(REVIEWER), case.who(TRANSLATOR), case.who(ADVISER)

    def inputs(entries: list[bytes], today: int = 0, ring: Any = keyring) -> dict[str, Any]:
        known = [{"cid": one.cid, "lane": one.lane} for one in case.messages]
        return {
            "instance": world.instance, "cid": case.cid, "keyring": ring, "entries": entries, "messages": known,
            "today": today or case.day,
        }  # fmt: skip

    def refuses(name: str, slug: str, entry: bytes) -> None:
        sheet.fails(name, slug, "chain.verify", **inputs([*case.entries, entry]))

    def made(by: Person, **changes: Any) -> bytes:
        return case.make(by, COPY_ANSWERED, **{"cited": link, **NOTHING} | changes)

    found = sheet.ok("a_copy_waits", "chain.verify", **inputs(case.entries))
    assert found["copies"] == [link.hex()]
    assert sheet.ok("a_copy_past_its_day", "chain.verify", **inputs(case.entries, DAY + 15))["copies"] == []
    refuses("copied_by_the_unit", "role_not_allowed", case.make(case.who(INVESTIGATOR), COPIED, until=DAY + 1))
    refuses("copied_by_a_translator", "role_not_allowed", case.make(translator, COPIED, until=DAY + 1))
    refuses("copied_for_too_long", "bad_state", case.make(reader, COPIED, until=DAY + 31))
    refuses("copied_until_yesterday", "bad_state", case.make(reader, COPIED, until=DAY - 1))
    refuses("a_copy_answered_by_a_reader", "role_not_allowed", made(reader))
    refuses("a_copy_answered_by_a_supervisor", "role_not_allowed", made(case.who(SUPERVISOR)))
    refuses("an_answer_to_nothing", "bad_state", made(translator, cited=Z32))
    refuses("an_answer_that_moves_the_case", "bad_state", made(translator, state=2))
    refuses("an_answer_that_sets_a_priority", "bad_state", made(translator, priority=0))
    refuses("an_answer_that_counts_messages", "bad_state", made(translator, messages=messages_head([case.cid])))
    refuses("an_answer_with_a_day", "bad_state", made(translator, until=DAY + 1))
    refuses("a_note_by_a_translator", "role_not_allowed", case.make(translator, NOTE_ENTRY))
    refuses("a_text_by_an_adviser", "role_not_allowed", case.make(adviser, TEXT_ENTRY))
    late = case.copy(DAY + 15)
    sheet.fails(
        "an_answer_past_its_day",
        "bad_state",
        "chain.verify",
        **inputs([*case.entries, late.make(translator, COPY_ANSWERED, cited=link, **NOTHING)], DAY + 15),
    )
    before = case.chain().place
    case.add(translator, COPY_ANSWERED, cited=link, **NOTHING)
    found = sheet.ok("a_copy_answered", "chain.verify", **inputs(case.entries))
    assert (found["copies"], found["state"], found["priority"]) == ([], before.state, before.priority)
    refuses("a_copy_answered_twice", "bad_state", made(translator))
    case.add(reader, NOTE_ENTRY)
    fewer = case.make(reader, NOTE_ENTRY, messages=messages_head([]))
    refuses("a_reader_who_forgets_messages_after_an_answer", "chain_broken", fewer)
    again = case.copy()
    link = again.add(reader, COPIED, until=DAY + 1)
    again.add(translator, COPY_ANSWERED, cited=link, **NOTHING)
    sheet.fails(
        "a_reader_who_forgets_messages_right_after_an_answer",
        "chain_broken",
        "chain.verify",
        **inputs([*again.entries, again.make(reader, NOTE_ENTRY, messages=messages_head([]))]),
    )

    # who answers a copy has seen nothing of the case: their signature does not vouch for a stolen key's
    stolen = world.keyring_of(
        2,
        world.keyring.hash,
        [one for one in world.people if one != reader],
        [Former(reader.id, reader.role, reader.signing_pk, DAY - 30, DAY + 30, DAY)],
    )
    short = Casework(world, case.cid, [], case.messages, DAY)
    short.add(reader, OPENED)
    again = short.add(reader, COPIED, until=DAY + 1)
    short.add(translator, COPY_ANSWERED, cited=again, **NOTHING)
    ring = sheet.blob("keyring:copies-stolen", stolen.encoded)
    found = sheet.ok("an_answer_confirms_nothing", "chain.verify", **inputs(short.entries, ring=ring))
    assert found["unconfirmed"] == [0, 1]
    assert parse_signed_entry(short.entries[-1]).kind == COPY_ANSWERED
