"""SPEC 8 and 9: entries replayed, reordered, omitted, backdated, forged; mailboxes of other cases."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from crypto.box import NOTE, TEXT, BoxFields, intake_inbox, parse_box, seal_box, withhold_slots
from crypto.encoding import NEVER, Z32, encode
from crypto.entry import OPENED, TEXT_ENTRY, Entry, encode_signed_entry, messages_head, parse_signed_entry, sign_entry
from crypto.keyring import CUSTODIAN, INVESTIGATOR, Former, KeyringBody
from crypto.mailbox import Mailbox, StatusFields, dummy_block, seal_reply, seal_status, veil
from crypto.message import REVIEW_LANE, STOP_LANE
from crypto.posts import BLOCK
from crypto.primitives import TAG, aead_seal, hash
from crypto.walk import BEGINNING, Start
from crypto.workflow import ERASED, NO_PRIORITY, SCREENING
from tests.vectors.attack_keyring import DAY, remake, world
from tests.vectors.attack_message import sealed, submitter
from tests.world import Desk, Person, Submitter


@cache
def desk() -> Desk:
    made = Desk(world(), submitter().readers()[0], [sealed()])
    made.post_opened()
    made.post_text("Мы прочли.")
    made.post_text("Біз оқыдық.", "kk")
    return made


def chain_sheet(sheet: Any) -> None:
    w, d = world(), desk()
    cid = d.first.cid

    def verify(
        name: str, slug: str, entries: Sequence[bytes], ring: KeyringBody = w.keyring, **changes: Any
    ) -> dict[str, Any]:
        inputs = {
            "instance": w.instance, "cid": cid, "keyring": sheet.blob(f"ring:{ring.hash.hex()[:8]}", ring.encoded),
            "entries": list(entries), "messages": [{"cid": cid, "lane": 0}], "today": DAY,
        } | changes  # fmt: skip
        if slug:
            sheet.fails(name, slug, "chain.verify", **inputs)
            return {}
        found: dict[str, Any] = sheet.ok(name, "chain.verify", **inputs)
        return found

    one, two, three = d.entries
    assert verify("chain_empty", "", [])["state"] == 0
    assert verify("chain_opened", "", [one]) | {"head": ""} == _state(1)
    assert verify("chain_answered", "", [one, two, three])["acknowledged"] is True
    verify("entry_omitted", "chain_broken", [one, three])
    verify("entry_reordered", "chain_broken", [two, one])
    verify("entry_replayed", "chain_broken", [one, two, two])
    verify("entry_after_the_right_one_with_another_number", "chain_broken", [one, _after(one, d.reader, seq=2)])
    verify("chain_without_its_beginning", "chain_broken", [two, three])
    verify("entry_of_another_instance", "wrong_instance", [one], instance=bytes(32))
    verify("entry_of_another_case", "wrong_case", [one], cid=bytes(32))
    verify("entry_cut", "malformed", [one[:-1]])
    verify("entry_trailing", "malformed", [one + b"\0"])
    parsed = parse_signed_entry(one)
    verify(
        "entry_signature_of_another",
        "bad_signature",
        [encode_signed_entry(parsed.encoded, parse_signed_entry(two).signature)],
    )
    forked = _made(replace(_plain(two), day=DAY + 1), d.reader)
    verify("chain_forked", "chain_broken", [one, forked, three])
    stranger = Person(os.urandom(16), 1, "abroad", os.urandom(32), os.urandom(32))
    verify("entry_by_a_stranger", "not_a_member", [_made(replace(_plain(one), actor=stranger.id), stranger)])
    impostor = replace(d.reader, signing_seed=os.urandom(32))
    verify("entry_forged_in_a_members_name", "bad_signature", [_made(_plain(one), impostor)])
    custodian, investigator = w.of(CUSTODIAN)[0], w.of(INVESTIGATOR)[0]
    verify("entry_by_a_custodian", "role_not_allowed", [_made(replace(_plain(one), actor=custodian.id), custodian)])
    verify("entry_by_an_investigator", "", [_made(replace(_plain(one), actor=investigator.id), investigator)])
    verify("entry_of_a_wrong_state", "bad_state", [_made(replace(_plain(one), state=0), d.reader)])
    verify("entry_that_closes_by_itself", "bad_state", [_made(replace(_plain(one), state=9), d.reader)])
    verify("entry_of_an_unknown_state", "malformed", [_raw(_plain(one), d.reader, state=18)])
    verify("entry_of_a_reserved_kind", "malformed", [_raw(_plain(one), d.reader, kind=26)])
    verify("entry_of_priority_6", "malformed", [_raw(_plain(one), d.reader, priority=6)])
    verify("entry_of_kind_0", "malformed", [_raw(_plain(one), d.reader, kind=0)])
    for kind in (0, 26, 255):
        boxed = replace(_plain(one), box_hash=b"\1" * 32)
        verify(f"entry_of_kind_{kind}_with_a_box", "malformed", [_raw(boxed, d.reader, kind=kind)])
    verify("opened_with_a_box", "malformed", [_made(replace(_plain(one), box_hash=b"\1" * 32), d.reader)])
    verify("text_without_a_box", "malformed", [_made(replace(_plain(one), kind=TEXT_ENTRY), d.reader)])
    late = _made(replace(_plain(one), day=DAY + 1), d.reader)
    assert verify("entry_of_tomorrow", "", [late])["void"] == []
    verify("entry_backdated", "day_out_of_range", [late, _after(late, d.reader, day=DAY)])
    postdated = _made(replace(_plain(one), day=DAY + 2), d.reader)
    assert verify("entry_postdated_is_void", "", [postdated]) | {"head": ""} == {**_state(0), "void": [0]}
    verify("entry_after_the_members_days", "not_a_member", [_made(replace(_plain(one), day=DAY + 366), d.reader)])
    fewer = _after(one, d.reader, messages=messages_head([]))
    verify("entry_that_forgets_a_message", "chain_broken", [one, fewer])
    _stops(verify, d, cid)
    _revocations(verify, d)


def _state(state: int) -> dict[str, Any]:
    since = DAY if state else 0
    place = {
        "back": 0,
        "priority": NO_PRIORITY,
        "until": 0,
        "since": since,
        "pending": [],
        "wrap": Z32.hex(),
        "readers": [],
        "changes": [],
        "copies": [],
        "withholdings": [],
        "claimed": [],
        "erasing": [],
        "nameless": [],
        "hold": 0,
        "holding": [],
        "asks": [],
    }
    return {"head": "", "state": state, "acknowledged": False, "void": [], "unconfirmed": []} | place


def _stops(verify: Any, d: Desk, cid: bytes) -> None:
    stop = os.urandom(32)
    both = [{"cid": cid, "lane": 0}, {"cid": stop, "lane": STOP_LANE}]
    assert verify("stop_puts_the_case_on_hold", "", d.entries, messages=both)["state"] == 16
    assert verify("stop_of_a_case_not_opened", "", [], messages=both)["state"] == 16
    citing = _after(d.entries[0], d.reader, cited=stop)
    assert verify("stop_cited_leads_out_of_hold", "", [d.entries[0], citing], messages=both)["state"] == 1
    review = [{"cid": cid, "lane": 0}, {"cid": os.urandom(32), "lane": REVIEW_LANE}]
    assert verify("a_wish_for_review_of_what_is_not_closed", "", d.entries, messages=review)["state"] == 1
    void = _after(d.entries[0], d.reader, cited=stop, day=DAY + 2)
    assert verify("stop_cited_by_a_void_entry_holds", "", [d.entries[0], void], messages=both)["state"] == 16


def _revocations(verify: Any, d: Desk) -> None:
    w = world()
    others = [one for one in w.keyring.members if one.id != d.reader.id]
    left = Former(d.reader.id, d.reader.role, d.reader.signing_pk, DAY - 30, DAY, NEVER)
    stolen = replace(left, compromised_since=DAY)
    after_leaving = remake(w.keyring, members=others, formers=[left])
    after_theft = remake(w.keyring, members=others, formers=[stolen])
    verify("entry_of_a_member_who_left", "", d.entries, after_leaving)
    late = _made(replace(_plain(d.entries[0]), day=DAY + 1), d.reader)
    verify("entry_after_leaving", "not_a_member", [late], after_leaving)
    found = verify("entries_by_a_stolen_key_are_unconfirmed", "", d.entries, after_theft)
    assert (found["state"], found["unconfirmed"]) == (0, [0, 1, 2])
    colleague = submitter().readers()[1]
    confirming = _after(d.entries[0], colleague)
    found = verify("entry_by_a_stolen_key_confirmed_by_another", "", [d.entries[0], confirming], after_theft)
    assert (found["state"], found["unconfirmed"]) == (1, [])
    before = replace(stolen, compromised_since=DAY + 1)
    ring = remake(w.keyring, members=others, formers=[before])
    found = verify("entries_dated_before_the_theft_are_unconfirmed", "", d.entries, ring)
    assert (found["state"], found["unconfirmed"]) == (0, [0, 1, 2])
    void = _after(d.entries[0], colleague, day=DAY + 2)
    found = verify("entry_by_a_stolen_key_confirmed_by_a_void_one", "", [d.entries[0], void], after_theft)
    assert (found["state"], found["unconfirmed"], found["void"]) == (0, [0], [1])


def _plain(signed: bytes) -> Entry:
    found = parse_signed_entry(signed)
    names = Entry.__dataclass_fields__
    return Entry(**{name: getattr(found, name) for name in names})


def _made(entry: Entry, by: Person) -> bytes:
    return sign_entry(entry, by.signing_seed)


def _after(signed: bytes, by: Person, **changes: Any) -> bytes:
    """An `opened` entry that follows."""
    found = parse_signed_entry(signed)
    following = replace(
        _plain(signed), seq=found.seq + 1, prev=found.link, kind=OPENED, state=SCREENING, box_hash=Z32, actor=by.id
    )
    return _made(replace(following, **changes), by)


def _raw(entry: Entry, by: Person, **changes: int) -> bytes:
    return _made(replace(entry, **changes), by)


def mailbox_sheet(sheet: Any) -> None:
    w, d, me = world(), desk(), submitter()
    mine = me.receipt
    status, replies = d.status_block(), _replies(d)
    dummies = [dummy_block(bytes(range(32)), mine.lookup, n) for n in range(8)]

    def opened(name: str, slug: str, *blocks: bytes, **changes: Any) -> dict[str, Any]:
        given = [sheet.blob(f"block:{hash_of(block)}", block) for block in [*blocks, *dummies[len(blocks) :]]]
        inputs = {
            "instance": w.instance, "request_seed": mine.request_seed, "mailbox_seed": mine.mailbox_seed,
            "veil_key": mine.veil_key, "keyring": sheet.blob("keyring:older", w.keyring.encoded),
            "blocks": given, "today": DAY,
        } | changes  # fmt: skip
        if slug:
            sheet.fails(name, slug, "mailbox.open", **inputs)
            return {}
        found: dict[str, Any] = sheet.ok(name, "mailbox.open", **inputs)
        return found

    whole = opened("mailbox", "", status, *replies)
    assert [reply["seq"] for reply in whole["replies"]] == [2, 1]
    assert opened("mailbox_blocks_in_any_order", "", replies[1], dummies[1], replies[0], status)["cid"] == whole["cid"]
    assert opened("mailbox_without_replies", "", status)["replies"] == []
    nothing = {"cid": "", "state": 0, "acknowledged": False, "replies": [], "card": 0, "card_fault": "", "hold": 0}
    assert opened("mailbox_of_dummies", "") == nothing
    opened("mailbox_replies_without_a_status", "", *replies)
    other = Submitter(w)
    assert opened("mailbox_of_another_code", "", status, **_keys(other))["cid"] == ""
    short = sheet.blob(f"block:{hash_of(status)}", status)
    sheet.fails(
        "mailbox_block_cut", "malformed", "mailbox.open", instance=w.instance, request_seed=mine.request_seed,
        mailbox_seed=mine.mailbox_seed, veil_key=mine.veil_key, keyring={"blob": "keyring:older"},
        blocks=[{**short, "edits": [["cut", 16383]]}], today=DAY,
    )  # fmt: skip
    sheet.fails(
        "mailbox_seed_cut", "malformed", "mailbox.open", instance=w.instance, request_seed=mine.request_seed[:31],
        mailbox_seed=mine.mailbox_seed, veil_key=mine.veil_key, keyring={"blob": "keyring:older"}, blocks=[], today=DAY,
    )  # fmt: skip
    _forged_mailboxes(opened, d, status, replies)


def hash_of(block: bytes) -> str:
    return hash(block).hex()[:10]


def _keys(person: Submitter) -> dict[str, bytes]:
    theirs = person.receipt
    return {"request_seed": theirs.request_seed, "mailbox_seed": theirs.mailbox_seed, "veil_key": theirs.veil_key}


def _replies(d: Desk) -> list[bytes]:
    """The two answers again, newest first, each in its own block."""
    return [_reply(d, d.entries[seq], seq - 1) for seq in (2, 1)]


def _reply(d: Desk, entry: bytes, precede: int) -> bytes:
    box = d.boxes[parse_signed_entry(entry).box_hash]
    return seal_reply(world().instance, precede, entry, withhold_slots(box, d.mailbox.mailbox_pk), d.mailbox)


def _forged_mailboxes(opened: Any, d: Desk, status: bytes, replies: list[bytes]) -> None:
    w = world()
    seed, mailbox = d.reader.signing_seed, d.mailbox
    chain = d.chain()

    def fields(**changes: Any) -> StatusFields:
        honest = StatusFields(
            w.instance, d.first.cid, d.first.write_signature, (d.first.cid,), BEGINNING, chain.entries, DAY, d.reader.id
        )
        return replace(honest, **changes)

    impostor = os.urandom(32)
    opened("status_forged_in_a_members_name", "bad_signature", seal_status(fields(), impostor, mailbox))
    opened("status_by_a_stranger", "not_a_member", seal_status(fields(author=os.urandom(16)), seed, mailbox))
    custodian = w.of(CUSTODIAN)[0]
    by_custodian = seal_status(fields(author=custodian.id), custodian.signing_seed, mailbox)
    opened("status_by_a_custodian", "role_not_allowed", by_custodian)
    opened("status_of_another_case", "wrong_case", seal_status(fields(write_signature=os.urandom(64)), seed, mailbox))
    broken = replace(fields(), entries=(chain.entries[0], chain.entries[2]))
    opened("status_with_an_entry_omitted", "bad_signature", seal_status(broken, seed, mailbox))
    tail = replace(fields(), start=Start(1, chain.entries[0].link, SCREENING, False), entries=chain.entries[1:])
    opened("status_of_the_newest_entries_only", "", seal_status(tail, seed, mailbox), *replies)
    later = _made(replace(_plain(d.entries[0]), state=6), d.reader)
    investigated = fields(start=Start(0, Z32, 6, True), entries=(parse_signed_entry(later),))
    found = opened("status_that_begins_in_investigation", "", seal_status(investigated, seed, mailbox))
    assert (found["state"], found["acknowledged"]) == (6, True)
    fallen = fields(start=Start(0, Z32, 6, True), entries=chain.entries[:1])
    opened("status_whose_entry_falls_back_to_screening", "bad_state", seal_status(fallen, seed, mailbox))
    returns = fields(start=Start(0, Z32, 6, True, back=ERASED), entries=())
    opened("status_of_a_case_that_goes_back_to_erased", "malformed", seal_status(returns, seed, mailbox))
    sealed_for_other = seal_status(fields(), seed, Mailbox(mailbox.lookup, d.reader.key.pk, mailbox.veil_key))
    opened("status_sealed_to_another_key", "decryption_failed", sealed_for_other)
    opened("status_of_the_day_after_tomorrow", "day_out_of_range", seal_status(fields(day=DAY + 2), seed, mailbox))
    opened("status_of_tomorrow", "", seal_status(fields(day=DAY + 1), seed, mailbox))
    _stolen_keys(opened, d, fields, replies)
    # replies
    forwarded = _foreign_reply(d, bytes(32))
    opened("reply_forwarded_from_another_case", "wrong_case", status, forwarded)
    swapped = _swapped_reply(d)
    opened("reply_with_another_box", "hash_mismatch", status, swapped)
    forked = _forked_reply(d)
    opened("reply_of_a_fork", "chain_broken", status, forked)
    opened("reply_forged_in_a_members_name", "bad_signature", status, _foreign_reply(d, d.first.cid, impostor))
    noise = veil(mailbox.veil_key, w.instance, mailbox.lookup, encode("reply-block", b""))
    opened("reply_malformed", "malformed", status, noise)
    unlike: dict[str, dict[str, Any]] = {
        "another_day": {"day": DAY - 1},
        "another_keyring": {"keyring_hash": Z32},
        "a_note": {"kind": NOTE},
    }
    for name, changes in unlike.items():
        opened(f"reply_whose_box_is_of_{name}", "wrong_case", status, _unlike_reply(d, seed, **changes))
    unfilled = aead_seal(
        mailbox.veil_key, bytes(24), encode("block", w.instance, mailbox.lookup), b"\xff" * (BLOCK - 24 - TAG)
    )
    opened("block_of_wrong_padding", "bad_padding", status, bytes(24) + unfilled)


def _stolen_keys(opened: Any, d: Desk, fields: Any, replies: list[bytes]) -> None:
    """SPEC 9.2 and 9.3: what a thief of the reader's key can have the person shown, whatever day is written on it."""
    w, colleague = world(), submitter().readers()[1]
    others = [one for one in w.keyring.members if one.id != d.reader.id]
    stolen = Former(d.reader.id, d.reader.role, d.reader.signing_pk, DAY - 30, DAY, DAY)
    ring = remake(w.keyring, members=others, formers=[stolen]).encoded
    seed, theirs = d.reader.signing_seed, colleague.signing_seed
    backdated = seal_status(fields(day=DAY - 1), seed, d.mailbox)
    opened("status_by_a_stolen_key", "not_a_member", seal_status(fields(), seed, d.mailbox), keyring=ring)
    opened("status_by_a_stolen_key_backdated", "not_a_member", backdated, keyring=ring)
    unconfirmed = seal_status(fields(author=colleague.id), theirs, d.mailbox)
    opened("reply_by_a_stolen_key", "not_a_member", unconfirmed, *replies, keyring=ring)
    going_on = (*d.chain().entries, parse_signed_entry(_after(d.entries[-1], colleague)))
    confirmed = seal_status(fields(author=colleague.id, entries=going_on), theirs, d.mailbox)
    found = opened("reply_by_a_stolen_key_confirmed_by_another", "", confirmed, *replies, keyring=ring)
    assert len(found["replies"]) == 2
    silent = seal_status(fields(author=colleague.id, entries=()), theirs, d.mailbox)
    opened("reply_by_a_stolen_key_that_the_status_does_not_list", "not_a_member", silent, *replies, keyring=ring)


def _unlike_reply(d: Desk, seed: bytes, **changes: Any) -> bytes:
    """Entry and box each honest, and not of the same act."""
    w = world()
    fields = BoxFields(w.instance, d.first.cid, TEXT, Z32, d.reader.id, DAY, w.keyring.hash)
    box = seal_box(replace(fields, **changes), seed, [d.mailbox.mailbox_pk], "ru", "не то")
    last = parse_signed_entry(d.entries[-1])
    entry = replace(_plain(d.entries[-1]), seq=last.seq + 1, prev=last.link, box_hash=parse_box(box).hash)
    return seal_reply(w.instance, 2, sign_entry(entry, seed), withhold_slots(box, d.mailbox.mailbox_pk), d.mailbox)


def _box_for(d: Desk, cid: bytes, seed: bytes, text: str) -> bytes:
    w = world()
    inbox = intake_inbox(d.opened.cek, d.first.header_hash)
    fields = BoxFields(w.instance, cid, TEXT, Z32, d.reader.id, DAY, w.keyring.hash)
    return seal_box(fields, seed, [d.mailbox.mailbox_pk, inbox.pk], "ru", text)


def _foreign_reply(d: Desk, cid: bytes, seed: bytes | None = None) -> bytes:
    signing = seed or d.reader.signing_seed
    box = _box_for(d, cid, signing, "чужое")
    entry = replace(_plain(d.entries[1]), cid=cid, box_hash=parse_box(box).hash)
    signed = sign_entry(entry, signing)
    return seal_reply(world().instance, 0, signed, withhold_slots(box, d.mailbox.mailbox_pk), d.mailbox)


def _swapped_reply(d: Desk) -> bytes:
    box = _box_for(d, d.first.cid, d.reader.signing_seed, "подмена")
    return seal_reply(world().instance, 0, d.entries[1], withhold_slots(box, d.mailbox.mailbox_pk), d.mailbox)


def _forked_reply(d: Desk) -> bytes:
    box = _box_for(d, d.first.cid, d.reader.signing_seed, "другая ветвь")
    entry = sign_entry(replace(_plain(d.entries[1]), box_hash=parse_box(box).hash), d.reader.signing_seed)
    return seal_reply(world().instance, 0, entry, withhold_slots(box, d.mailbox.mailbox_pk), d.mailbox)
