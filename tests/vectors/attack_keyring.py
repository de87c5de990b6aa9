"""SPEC 5: who may read. Readers swapped, keys reused, keyrings rolled back, frozen, forked."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from typing import Any

from crypto.draw import draw_readers
from crypto.encoding import NEVER, Z32, decode, encode, encode_list, u8
from crypto.enrolment import Enrolment, encode_kem_keys, sign_enrolment
from crypto.keyring import (
    CUSTODIAN,
    INVESTIGATOR,
    OFFLINE,
    PANEL,
    REVIEWER,
    SUPERVISOR,
    Former,
    KeyringBody,
    Member,
    Policy,
    encode_keyring,
    seal_keyring,
)
from crypto.primitives import hash, signing_pk
from crypto.roots import Root, encode_first_roots, encode_root_change, encode_root_set, seal_root_change, sign_as_root
from tests.world import World, new_person

DAY = 20_800


@cache
def world() -> World:
    """The honest world of all vectors, made within the seeded generator."""
    made = World(today=DAY)
    assert made.keyring.version == 1
    return made


def remake(body: KeyringBody, **changes: Any) -> KeyringBody:
    names = (
        "instance",
        "version",
        "not_before",
        "expires",
        "prev",
        "roots_hash",
        "policy",
        "groups",
        "members",
        "formers",
        "suite",
    )
    return encode_keyring(**{name: getattr(body, name) for name in names} | changes)


def roots_sheet(sheet: Any) -> None:
    w = world()
    first = w.first_roots.encoded
    sheet.ok("first_roots", "roots.verify", first_roots=first)
    sheet.fails("first_roots_cut", "malformed", "roots.verify", first_roots=first[:-1])
    sheet.fails("first_roots_trailing", "malformed", "roots.verify", first_roots=first + b"\0")
    roots, random = decode("first-roots", [None, 32], first)

    def with_threshold(n: int) -> bytes:
        version, _, items = decode("roots", [4, 1, None], roots)
        return encode("first-roots", encode("roots", version, bytes([n]), items), random)

    for n in (0, 1, 2, 6):
        sheet.fails(f"threshold_{n}_of_5", "malformed", "roots.verify", first_roots=with_threshold(n))

    _, _, items = decode("roots", [4, 1, None], roots)
    _, *five = decode("root-list", [2] + [None] * 5, items)

    def of(chosen: list[bytes], threshold: int) -> bytes:
        return encode("first-roots", encode("roots", bytes(4), u8(threshold), encode_list("root-list", chosen)), random)

    for n, chosen in ((2, five[:2]), (2, five[:3]), (3, five[:4]), (3, five), (5, five)):
        sheet.ok(f"threshold_{n}_of_{len(chosen)}_is_enough", "roots.verify", first_roots=of(chosen, n))
    named = [encode("root", bytes(31) + bytes([n]), b"x" * length) for n, length in enumerate((1, 80))]
    sheet.ok("organisations_of_1_and_80_bytes", "roots.verify", first_roots=of(named, 2))
    bad = {
        "threshold_1_of_1": of(five[:1], 1),
        "threshold_2_of_4": of(five[:4], 2),
        "threshold_4_of_3": of(five[:3], 4),
        "roots_out_of_order": of([five[1], five[0], *five[2:]], 3),
        "root_twice": of([five[0], five[0], five[1]], 2),
        "organisation_without_a_name": of([encode("root", bytes(32), b""), *five], 4),
        "organisation_of_81_bytes": of([encode("root", bytes(32), b"x" * 81), *five], 4),
        "organisation_not_utf8": of([encode("root", bytes(32), b"\xff"), *five], 4),
        "roots_too_many": of([encode("root", bytes([n]) * 32, b"x") for n in range(17)], 9),
    }
    for name, data in bad.items():
        sheet.fails(name, "malformed", "roots.verify", first_roots=data)
    new_seeds = [*w.root_seeds[1:], os.urandom(32)]
    names = [Root(signing_pk(seed), f"Organisation {n}") for n, seed in enumerate(new_seeds)]
    following = encode_root_set(2, 3, names)
    change = encode_root_change(w.instance, w.roots, following)

    def rotate(name: str, slug: str, seeds: list[bytes], signed: bytes = change, held: bytes = w.roots.encoded) -> None:
        sealed = seal_root_change(signed, [sign_as_root(signing_pk(seed), seed, signed) for seed in seeds])
        inputs = {"instance": w.instance, "roots": held, "change": sealed}
        if slug:
            sheet.fails(name, slug, "roots.rotate", **inputs)
        else:
            sheet.ok(name, "roots.rotate", **inputs)

    shared = w.root_seeds[1:4]
    rotate("rotation_by_both_thresholds", "", shared)
    rotate("rotation_by_the_old_threshold_only", "threshold_not_reached", [w.root_seeds[0], *w.root_seeds[1:3]])
    rotate("rotation_by_the_new_threshold_only", "threshold_not_reached", [*w.root_seeds[3:], new_seeds[-1]])
    other = World(today=DAY)
    rotate(
        "rotation_of_another_instance", "wrong_instance", shared, encode_root_change(other.instance, w.roots, following)
    )
    rotate("rotation_of_another_set", "wrong_roots", shared, encode_root_change(w.instance, other.roots, following))
    _, *signed = decode("signatures", [2] + [None] * 3, _signatures_of(w, change, w.root_seeds[1:4]))
    for name, listed in {
        "out_of_order": [signed[1], signed[0], signed[2]],
        "twice": [signed[0], *signed],
        "too_many": [encode("signature", bytes([n]) * 32, bytes(64)) for n in range(33)],
    }.items():
        again = encode("signed-root-change", change, encode_list("signatures", listed))
        inputs = {"instance": w.instance, "roots": w.roots.encoded, "change": again}
        sheet.fails(f"signatures_{name}", "malformed", "roots.rotate", **inputs)
    skipped = encode_root_change(w.instance, w.roots, encode_root_set(3, 3, names))
    rotate("rotation_that_skips_a_version", "wrong_roots", shared, skipped)


def _signatures_of(w: World, signed: bytes, seeds: list[bytes]) -> bytes:
    sealed = seal_root_change(signed, [sign_as_root(signing_pk(seed), seed, signed) for seed in seeds])
    return decode("signed-root-change", [None, None], sealed)[1]


def keyring_sheet(sheet: Any) -> None:
    w = world()
    _signatures(sheet, w)
    _versions(sheet, w)
    _days(sheet, w)
    _reuse(sheet, w)
    _form(sheet, w)
    _extends(sheet, w)
    _draws(sheet, w)
    _keys(sheet, w)


def _verify(sheet: Any, name: str, slug: str, signed: bytes, **changes: Any) -> None:
    w = world()
    inputs = {
        "instance": w.instance,
        "roots": w.roots.encoded,
        "keyring": sheet.blob(f"keyring:{name}", signed),
        "pinned_version": 0,
        "pinned_hash": Z32,
        "device_day": DAY,
        "build_day": DAY - 5,
    } | changes
    if slug:
        sheet.fails(name, slug, "keyring.verify", **inputs)
    else:
        sheet.ok(name, "keyring.verify", **inputs)


def _signatures(sheet: Any, w: World) -> None:
    for n in range(6):
        slug = "" if n >= 3 else "threshold_not_reached"
        _verify(sheet, f"keyring_{n}_of_5_signatures", slug, w.signed(w.keyring, n))
    swapped = remake(w.keyring, members=[new_person(REVIEWER, "abroad").listed(DAY), *w.keyring.members[1:]])
    stale = [sign_as_root(signing_pk(seed), seed, w.keyring.encoded) for seed in w.root_seeds[:3]]
    _verify(sheet, "keyring_reader_swapped_under_old_signatures", "threshold_not_reached", seal_keyring(swapped, stale))
    fresh = sign_as_root(signing_pk(w.root_seeds[3]), w.root_seeds[3], swapped.encoded)
    _verify(
        sheet,
        "keyring_reader_swapped_by_one_traitor",
        "threshold_not_reached",
        seal_keyring(swapped, [*stale[:2], fresh]),
    )
    strangers = [os.urandom(32) for _ in range(3)]
    by_strangers = [sign_as_root(signing_pk(seed), seed, w.keyring.encoded) for seed in strangers]
    _verify(sheet, "keyring_signed_by_strangers", "threshold_not_reached", seal_keyring(w.keyring, by_strangers))
    _verify(sheet, "keyring_strangers_beside_trustees", "", seal_keyring(w.keyring, [*stale, *by_strangers]))
    relabelled = remake(w.keyring, members=[replace(w.keyring.members[0], id=bytes(16)), *w.keyring.members[1:]])
    _verify(sheet, "keyring_identity_relabelled", "threshold_not_reached", seal_keyring(relabelled, stale))


def _versions(sheet: Any, w: World) -> None:
    second = w.keyring_of(2, w.keyring.hash)
    third = w.keyring_of(3, second.hash)
    _verify(sheet, "keyring_pinned", "", w.signed(w.keyring), pinned_version=1, pinned_hash=w.keyring.hash)
    _verify(sheet, "keyring_next", "", w.signed(second), pinned_version=1, pinned_hash=w.keyring.hash)
    _verify(sheet, "keyring_far_ahead", "", w.signed(third), pinned_version=1, pinned_hash=w.keyring.hash)
    _verify(
        sheet,
        "keyring_rolled_back",
        "keyring_rolled_back",
        w.signed(w.keyring),
        pinned_version=2,
        pinned_hash=second.hash,
    )
    forked = remake(w.keyring, expires=DAY + 41)
    _verify(sheet, "keyring_forked", "keyring_forked", w.signed(forked), pinned_version=1, pinned_hash=w.keyring.hash)
    astray = w.keyring_of(2, forked.hash)
    _verify(
        sheet,
        "keyring_next_of_a_fork",
        "keyring_forked",
        w.signed(astray),
        pinned_version=1,
        pinned_hash=w.keyring.hash,
    )


def _days(sheet: Any, w: World) -> None:
    signed, expires = w.signed(w.keyring), w.keyring.expires
    for name, day, slug in (
        ("keyring_on_its_last_day", expires, ""),
        ("keyring_on_the_first_day_of_grace", expires + 1, ""),
        ("keyring_on_the_last_day_of_grace", expires + 30, ""),
        ("keyring_frozen_past_its_grace", expires + 31, "keyring_expired"),
        ("keyring_clock_ten_years_ahead", DAY + 3650, "keyring_expired"),
        ("keyring_clock_ten_years_behind", DAY - 3650, ""),
        ("keyring_clock_at_zero", 0, ""),
    ):
        _verify(sheet, name, slug, signed, device_day=day)
    _verify(sheet, "keyring_older_than_the_build", "keyring_expired", signed, build_day=expires + 31)


def _reuse(sheet: Any, w: World) -> None:
    members = list(w.keyring.members)
    a, b = members[0], members[1]
    supervisor = next(one for one in members if one.role == SUPERVISOR)
    same_kem = remake(w.keyring, members=[replace(a, kem_hash=b.kem_hash), *members[1:]])
    _verify(sheet, "keyring_one_kem_key_under_two_ids", "key_reused", w.signed(same_kem))
    same_pk = remake(w.keyring, members=[replace(a, signing_pk=b.signing_pk), *members[1:]])
    _verify(sheet, "keyring_one_signing_key_under_two_ids", "key_reused", w.signed(same_pk))
    gone = Former(os.urandom(16), REVIEWER, b.signing_pk, DAY - 90, DAY - 50, NEVER)
    _verify(
        sheet, "keyring_key_of_a_former_under_another_id", "key_reused", w.signed(remake(w.keyring, formers=[gone]))
    )
    other_role = Former(supervisor.id, REVIEWER, os.urandom(32), DAY - 90, DAY - 50, NEVER)
    _verify(sheet, "keyring_former_with_another_role", "key_reused", w.signed(remake(w.keyring, formers=[other_role])))
    rotated = Former(a.id, a.role, os.urandom(32), DAY - 90, DAY - 50, NEVER)
    _verify(sheet, "keyring_former_key_of_a_member", "", w.signed(remake(w.keyring, formers=[rotated])))


def _form(sheet: Any, w: World) -> None:
    signed = w.signed(w.keyring)
    other = World(today=DAY)
    _verify(sheet, "keyring_of_another_instance", "wrong_instance", other.signed(other.keyring))
    named = remake(w.keyring, roots_hash=other.roots.hash)
    _verify(sheet, "keyring_of_another_root_set", "wrong_roots", w.signed(named))
    _verify(sheet, "keyring_of_suite_2", "unsupported_suite", w.signed(remake(w.keyring, suite=2)))
    demanding = remake(w.keyring, policy=Policy(2, 5, 4, 30))
    _verify(sheet, "keyring_that_wants_suite_2", "unsupported_suite", w.signed(demanding))
    blob = sheet.blob("keyring:whole", signed)
    for name, edits in {
        "cut": [["cut", len(signed) - 1]],
        "half": [["cut", len(signed) // 2]],
        "trailing": [["append", "00"]],
        "empty": [["cut", 0]],
        "length_of_4_gib": [["set", 15, "ffffffff"]],
    }.items():
        _verify_edit(sheet, f"keyring_{name}", "malformed", {**blob, "edits": edits})
    body, signatures = decode("signed-keyring", [None, None], signed)
    fields = decode("keyring", [None] * 11, body)

    def rebuilt(at: int, field: bytes) -> bytes:
        altered = encode("keyring", *fields[:at], field, *fields[at + 1 :])
        return encode("signed-keyring", altered, signatures)

    count = fields[9][8:10]  # after the tag: u32 width, u16 count
    assert int.from_bytes(fields[9][12:14], "big") == len(w.keyring.members) or count
    members = fields[9]
    _verify(sheet, "keyring_members_count_wrong", "malformed", rebuilt(9, members.replace(b"\x00\x0e", b"\x00\x0d", 1)))
    _verify(sheet, "keyring_lasts_46_days", "malformed", rebuilt(4, (DAY + 45).to_bytes(4, "big")))
    _verify(sheet, "keyring_ends_before_it_begins", "malformed", rebuilt(4, (DAY - 2).to_bytes(4, "big")))
    _verify(sheet, "keyring_first_with_a_prev", "malformed", rebuilt(5, b"\1" * 32))
    grace = encode("policy", b"\1", b"\5", b"\4", (31).to_bytes(2, "big"))
    _verify(sheet, "keyring_grace_of_31_days", "malformed", rebuilt(7, grace))
    nine = encode("policy", b"\1", b"\x09", b"\4", (30).to_bytes(2, "big"))
    _verify(sheet, "keyring_nine_readers", "malformed", rebuilt(7, nine))
    policies = {
        "no_readers": (b"\1", b"\0", b"\0"),
        "no_minimum": (b"\1", b"\5", b"\0"),
        "minimum_above_its_readers": (b"\1", b"\5", b"\6"),
    }
    for name, parts in policies.items():
        _verify(sheet, f"keyring_{name}", "malformed", rebuilt(7, encode("policy", *parts, b"\0\0")))
    for name, (at, lists) in _bad_lists(w).items():
        _verify(sheet, f"keyring_{name}", "malformed", rebuilt(at, lists))


def _bad_lists(w: World) -> dict[str, tuple[int, bytes]]:
    """Groups, members and formers that are out of order, twice there, or say what none may say."""

    def group(id_: bytes, kind: int, countries: bytes = b"") -> bytes:
        return encode("group", id_, bytes([kind]), countries)

    honest = [group(b"abroad", 0), group(b"in-country", 0, b"KGKZTJ"), group(b"unit-north", 1)]
    _, *members = decode("members", [2] + [None] * len(w.keyring.members), _fields_of(w)[9])
    widths = [16, 1, None, 1, 32, 32, 32, 4, 4]

    def member(at: int, **parts: bytes) -> bytes:
        names = "id role group flags pk kem annex first last".split()
        fields = decode("member", widths, members[at])
        return encode("member", *[parts.get(name, field) for name, field in zip(names, fields, strict=True)])

    def changed(at: int, **parts: bytes) -> bytes:
        return encode_list("members", [*members[:at], member(at, **parts), *members[at + 1 :]])

    def role(number: int) -> int:
        return next(n for n, one in enumerate(w.keyring.members) if one.role == number)

    def former(pk: bytes, **parts: bytes) -> bytes:
        return encode("former", bytes(16), parts.get("role", b"\1"), pk, *[bytes(4)] * 3)

    low, high = b"\1" * 32, b"\2" * 32
    groups = {
        "groups_out_of_order": [honest[1], honest[0], honest[2]],
        "group_twice": [honest[0], *honest],
        "group_of_a_reserved_kind": [*honest, group(b"x", 2)],
        "group_with_a_capital": [group(b"Abroad", 0), *honest],
        "group_without_a_name": [group(b"", 0), *honest],
        "group_of_33_letters": [*honest, group(b"v" * 33, 0)],
        "countries_out_of_order": [honest[0], group(b"in-country", 0, b"KZKGTJ"), honest[2]],
        "country_twice": [honest[0], group(b"in-country", 0, b"KGKG"), honest[2]],
        "country_of_one_letter": [honest[0], group(b"in-country", 0, b"KGK"), honest[2]],
        "country_in_small_letters": [honest[0], group(b"in-country", 0, b"kg"), honest[2]],
        "groups_without_the_panel": [honest[0], honest[2]],
        "panel_that_is_a_unit": [group(b"abroad", 1), *honest[1:]],
        "groups_too_many": [honest[0], *(group(b"g%02d" % n, 0) for n in range(62)), *honest[1:]],
    }
    return {
        **{name: (8, encode_list("groups", items)) for name, items in groups.items()},
        "members_out_of_order": (9, encode_list("members", [members[1], members[0], *members[2:]])),
        "member_twice": (9, encode_list("members", [members[0], *members])),
        "member_of_role_0": (9, changed(role(SUPERVISOR), role=b"\0")),
        "member_of_role_8": (9, changed(role(SUPERVISOR), role=b"\x08")),
        "member_of_flags_2": (9, changed(0, flags=b"\2")),
        "member_whose_days_end_before_they_begin": (9, changed(0, first=b"\0\0\0\2", last=b"\0\0\0\1")),
        "reviewer_of_no_panel": (9, changed(role(REVIEWER), group=b"")),
        "reviewer_of_a_unit": (9, changed(role(REVIEWER), group=b"unit-north")),
        "investigator_of_a_panel": (9, changed(role(INVESTIGATOR), group=b"abroad")),
        "supervisor_of_a_panel": (9, changed(role(SUPERVISOR), group=b"abroad")),
        "custodian_of_a_unit": (9, changed(role(CUSTODIAN), group=b"unit-north")),
        "members_too_many": (9, encode_list("members", [member(0, id=b"%016d" % n) for n in range(513)])),
        "formers_out_of_order": (10, encode_list("formers", [former(high), former(low)])),
        "former_twice": (10, encode_list("formers", [former(low), former(low)])),
        "former_of_role_0": (10, encode_list("formers", [former(low, role=b"\0")])),
        "former_of_role_8": (10, encode_list("formers", [former(low, role=b"\x08")])),
    }


def _fields_of(w: World) -> list[bytes]:
    return decode("keyring", [None] * 11, w.keyring.encoded)


def _verify_edit(sheet: Any, name: str, slug: str, keyring: Any) -> None:
    w = world()
    sheet.fails(
        name, slug, "keyring.verify", instance=w.instance, roots=w.roots.encoded, keyring=keyring, pinned_version=0,
        pinned_hash=Z32, device_day=DAY, build_day=DAY,
    )  # fmt: skip


def _extends(sheet: Any, w: World) -> None:
    older = w.keyring

    def extends(name: str, slug: str, newer: KeyringBody) -> None:
        inputs = {
            "older": sheet.blob("keyring:older", older.encoded),
            "newer": sheet.blob(f"keyring:{name}", newer.encoded),
        }
        if slug:
            sheet.fails(name, slug, "keyring.extends", **inputs)
        else:
            sheet.ok(name, "keyring.extends", **inputs)

    second = w.keyring_of(2, older.hash)
    extends("chain_of_keyrings", "", second)
    extends("chain_the_same_again", "keyring_rolled_back", older)
    extends("chain_skips_a_version", "keyring_forked", w.keyring_of(3, older.hash))
    extends("chain_of_another_prev", "keyring_forked", w.keyring_of(2, b"\7" * 32))
    extends("chain_starts_earlier", "keyring_rolled_back", remake(second, not_before=DAY - 3))
    extends("chain_of_another_instance", "wrong_instance", remake(second, instance=bytes(32)))
    a = older.members[0]
    stolen: list[Member] = [replace(a, id=os.urandom(16)), *older.members[1:]]
    extends("chain_key_moves_to_another_id", "key_reused", remake(second, members=stolen))
    former = Former(os.urandom(16), a.role, a.signing_pk, DAY - 30, DAY, NEVER)
    extends("chain_former_under_another_id", "key_reused", remake(second, members=older.members[1:], formers=[former]))


def _draws(sheet: Any, w: World) -> None:
    k0 = os.urandom(32)

    def draw(name: str, slug: str = "", ring: KeyringBody = w.keyring, **changes: Any) -> None:
        inputs = {
            "keyring": sheet.blob(f"draw:{name}", ring.encoded),
            "k0": k0,
            "today": DAY,
            "country": "",
            "left_out": [],
        }
        if slug:
            sheet.fails(name, slug, "keyring.draw", **inputs | changes)
        else:
            sheet.ok(name, "keyring.draw", **inputs | changes)

    draw("draw_without_a_country")
    draw("draw_in_kyrgyzstan", country="KG")
    draw("draw_in_another_country", country="UZ")
    draw("draw_with_a_panel_left_out", country="KG", left_out=["in-country"])
    draw("draw_with_all_panels_left_out", "no_readers", country="KG", left_out=["abroad", "in-country"])
    narrow = [replace(one, countries=("TJ",)) if one.kind == PANEL else one for one in w.keyring.groups]
    draw("draw_widened", "", remake(w.keyring, groups=narrow), country="KG")
    draw(
        "draw_widened_without_a_panel_left_out", "", remake(w.keyring, groups=narrow), country="KG", left_out=["abroad"]
    )
    draw("draw_after_the_members_days", "no_readers", today=DAY + 366)
    members = w.keyring.members
    away = [replace(one, flags=OFFLINE) if one.role == REVIEWER else one for one in members]
    draw("draw_with_offline_reviewers_only", "no_readers", remake(w.keyring, members=away))
    draw(
        "draw_without_custodians",
        "no_readers",
        remake(w.keyring, members=[one for one in members if one.role != CUSTODIAN]),
    )
    few = draw_readers(w.keyring, k0, DAY).readers
    ended = [replace(one, until=DAY - 1) if one.id == few[0].id else one for one in members]
    draw("draw_without_a_member_whose_days_ended", ring=remake(w.keyring, members=ended))


def _keys(sheet: Any, w: World) -> None:
    keys = w.kem_keys()
    blob = sheet.blob("kem_keys", keys)
    sheet.ok("kem_keys", "kem_keys.parse", instance=w.instance, kem_keys=blob)
    sheet.fails("kem_keys_of_another_instance", "wrong_instance", "kem_keys.parse", instance=bytes(32), kem_keys=blob)
    cut = {**blob, "edits": [["cut", len(keys) - 1]]}
    sheet.fails("kem_keys_cut", "malformed", "kem_keys.parse", instance=w.instance, kem_keys=cut)
    low = os.urandom(1184) + bytes(32)
    bad = sheet.blob("kem_keys:low", encode_kem_keys(w.instance, [low]))
    sheet.fails("kem_keys_low_order", "low_order", "kem_keys.parse", instance=w.instance, kem_keys=bad)

    person = new_person(REVIEWER, "abroad")
    mine = Enrolment(person.id, person.role, person.group, 0, person.signing_pk, person.key.pk)
    signed = sign_enrolment(w.instance, mine, person.signing_seed)
    sheet.ok("enrolment", "enrolment.verify", instance=w.instance, enrolment=signed)
    by_other = sign_enrolment(w.instance, mine, os.urandom(32))
    sheet.fails(
        "enrolment_by_another_key", "bad_signature", "enrolment.verify", instance=w.instance, enrolment=by_other
    )
    sheet.fails(
        "enrolment_of_another_instance", "wrong_instance", "enrolment.verify", instance=bytes(32), enrolment=signed
    )
    body, signature = decode("signed-enrolment", [None, 64], signed)
    role = body.replace(b"\0\0\0\1\1\0\0\0\6abroad", b"\0\0\0\1\2\0\0\0\6abroad")
    assert role != body
    relabelled = encode("signed-enrolment", role, signature)
    sheet.fails("enrolment_role_relabelled", "malformed", "enrolment.verify", instance=w.instance, enrolment=relabelled)
    low_kem = replace(mine, kem_pk=low)
    lowered = sign_enrolment(w.instance, low_kem, person.signing_seed)
    unreduced = sign_enrolment(w.instance, replace(mine, kem_pk=b"\xff" * 3 + mine.kem_pk[3:]), person.signing_seed)
    sheet.fails(
        "enrolment_kem_key_not_reduced", "malformed", "enrolment.verify", instance=w.instance, enrolment=unreduced
    )
    sheet.fails("enrolment_low_order", "low_order", "enrolment.verify", instance=w.instance, enrolment=lowered)
    assert hash(person.key.pk) != hash(low)
    assert encode_first_roots(w.roots, bytes(32)).instance != w.instance
