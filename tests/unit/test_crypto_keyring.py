"""SPEC 5: thresholds as truth tables, the order of the steps, and who is drawn."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from crypto.draw import draw_readers
from crypto.encoding import NEVER, Z32
from crypto.enrolment import encode_kem_keys, kem_key_of, parse_kem_keys
from crypto.errors import ProtocolError
from crypto.keyring import (
    CUSTODIAN,
    NO_PIN,
    OFFLINE,
    REVIEWER,
    Former,
    Keyring,
    KeyringBody,
    Pin,
    Policy,
    UntrustedKeyring,
    seal_keyring,
)
from crypto.primitives import hash, signing_pk
from crypto.roots import Root, count_signatures, encode_root_change, encode_root_set, rotate_roots, seal_root_change
from crypto.roots import sign_as_root as signed_by
from tests.vectors.attack_keyring import remake
from tests.world import World

DAY = 20_800
W = World(today=DAY)
SEEDS = W.root_seeds
STRANGERS = [hash(bytes([n])) for n in range(3)]


def verified(data: bytes, pin: Pin = NO_PIN, device: int = DAY, build: int = DAY, world: World = W) -> Keyring:
    return UntrustedKeyring.parse(data).verify(world.roots, world.instance, pin, device, build)


def slug(data: bytes, pin: Pin = NO_PIN, device: int = DAY, build: int = DAY) -> str:
    try:
        verified(data, pin, device, build)
    except ProtocolError as error:
        return error.slug
    return "ok"


def of(body: KeyringBody, *seeds: bytes, signed: bytes | None = None) -> bytes:
    return seal_keyring(body, [signed_by(signing_pk(seed), seed, signed or body.encoded) for seed in seeds])


OTHER = remake(W.keyring, expires=DAY + 20)
THRESHOLDS = {
    "3 of 5 passes": (of(W.keyring, *SEEDS[:3]), "ok"),
    "any 3 of 5 passes": (of(W.keyring, SEEDS[0], SEEDS[2], SEEDS[4]), "ok"),
    "5 of 5 passes": (of(W.keyring, *SEEDS), "ok"),
    "3 trustees beside 3 strangers passes": (of(W.keyring, *SEEDS[:3], *STRANGERS), "ok"),
    "none fails": (of(W.keyring), "threshold_not_reached"),
    "2 of 5 fails: one is missing": (of(W.keyring, *SEEDS[:2]), "threshold_not_reached"),
    "2 trustees and 3 strangers fails: strangers do not count": (
        of(W.keyring, *SEEDS[:2], *STRANGERS),
        "threshold_not_reached",
    ),
    "5 signatures of another keyring fails": (of(W.keyring, *SEEDS, signed=OTHER.encoded), "threshold_not_reached"),
    "3 signatures of the hash in the place of the keyring fails": (
        of(W.keyring, *SEEDS[:3], signed=W.keyring.hash),
        "threshold_not_reached",
    ),
}


@pytest.mark.parametrize("sentence", THRESHOLDS)
def test_threshold(sentence: str) -> None:
    data, expected = THRESHOLDS[sentence]
    assert slug(data) == expected


def test_a_trustee_who_signs_under_anothers_key_is_not_counted() -> None:
    lent = [signed_by(signing_pk(seed), SEEDS[0], W.keyring.encoded) for seed in SEEDS]
    found = count_signatures(W.roots, lent, W.keyring.encoded)
    assert (found.signed, len(found.missing), found.threshold) == ((signing_pk(SEEDS[0]),), 4, 3)


def test_what_is_missing_is_said() -> None:
    with pytest.raises(ProtocolError, match="2 of 3 signatures are valid"):
        verified(of(W.keyring, *SEEDS[:2]))


NEW = [*SEEDS[2:], *STRANGERS[:2]]  # three stay, two go, two come
NEXT = encode_root_set(2, 3, [Root(signing_pk(seed), "x") for seed in NEW])
ROTATIONS = {
    "the three who stay pass": (SEEDS[2:], "ok"),
    "all pass": ([*SEEDS, *STRANGERS[:2]], "ok"),
    "3 old of whom 2 go fails: one new signature": (SEEDS[:3], "threshold_not_reached"),
    "3 new of whom 2 come fails: one old signature": ([SEEDS[2], *STRANGERS[:2]], "threshold_not_reached"),
    "2 who stay fail": (SEEDS[2:4], "threshold_not_reached"),
    "one who goes, two who stay, one who comes pass": ([SEEDS[0], *SEEDS[2:4], STRANGERS[0]], "ok"),
}


@pytest.mark.parametrize("sentence", ROTATIONS)
def test_root_rotation(sentence: str) -> None:
    seeds, expected = ROTATIONS[sentence]
    change = encode_root_change(W.instance, W.roots, NEXT)
    data = seal_root_change(change, [signed_by(signing_pk(seed), seed, change) for seed in seeds])
    try:
        found = "ok" if rotate_roots(W.instance, W.roots, data) == NEXT else "another set"
    except ProtocolError as error:
        found = error.slug
    assert found == expected


def test_an_old_root_set_has_no_say_after_rotation() -> None:
    after = replace(W.keyring, roots_hash=NEXT.hash)
    body = remake(after)
    with pytest.raises(ProtocolError) as refused:
        UntrustedKeyring.parse(of(body, *SEEDS[:3])).verify(NEXT, W.instance, NO_PIN, DAY, DAY)
    assert refused.value.slug == "threshold_not_reached"
    with pytest.raises(ProtocolError) as refused:
        UntrustedKeyring.parse(of(body, *NEW[:3])).verify(W.roots, W.instance, NO_PIN, DAY, DAY)
    assert refused.value.slug == "wrong_roots"


def test_the_first_failing_step_names_the_class() -> None:
    """All defects at once, mended one after the other in the order of SPEC 5.4."""
    other = World(today=DAY)
    twice = replace(W.keyring.members[0], signing_pk=W.keyring.members[1].signing_pk)
    defects = [
        ("unsupported_suite", {"policy": Policy(2, 5, 4, 0)}),
        ("wrong_instance", {"instance": other.instance}),
        ("wrong_roots", {"roots_hash": other.roots.hash}),
        ("threshold_not_reached", {}),
        ("key_reused", {"members": [twice, *W.keyring.members[1:]]}),
        ("keyring_rolled_back", {"version": 2, "prev": Z32}),
        ("keyring_expired", {"not_before": 0, "expires": 1, "policy": Policy(1, 5, 4, 0)}),
    ]
    signers = 0
    mended: list[str] = []
    for step, (expected, _) in enumerate(defects):
        changes: dict[str, object] = {}
        for _, change in reversed(defects[step:]):
            changes.update(change)
        signers = 3 if "threshold_not_reached" in mended else 2
        pinned = Pin(3, Z32) if "keyring_rolled_back" not in mended else NO_PIN
        assert slug(of(remake(W.keyring, **changes), *SEEDS[:signers]), pinned) == expected
        mended.append(expected)
    assert slug(of(W.keyring, *SEEDS[:3])) == "ok"


PIN = Pin(1, W.keyring.hash)
VERSIONS = {
    "nothing is pinned": (W.keyring_of(7, Z32), NO_PIN, "ok"),
    "the pinned one": (W.keyring, PIN, "ok"),
    "the next that follows": (W.keyring_of(2, W.keyring.hash), PIN, "ok"),
    "a later one, whose way there is not known": (W.keyring_of(3, b"\1" * 32), PIN, "ok"),
    "the pinned version with other members": (OTHER, PIN, "keyring_forked"),
    "the next of another": (W.keyring_of(2, OTHER.hash), PIN, "keyring_forked"),
    "an older one": (W.keyring, Pin(2, Z32), "keyring_rolled_back"),
}


@pytest.mark.parametrize("sentence", VERSIONS)
def test_version(sentence: str) -> None:
    body, pin, expected = VERSIONS[sentence]
    assert slug(of(body, *SEEDS[:3]), pin) == expected


EXPIRES = W.keyring.expires
DAYS = {
    "on the last day": (EXPIRES, DAY, ("valid", False)),
    "on the first day of grace": (EXPIRES + 1, DAY, ("grace", False)),
    "on the last day of grace": (EXPIRES + 30, DAY, ("grace", False)),
    "a day after the grace": (EXPIRES + 31, DAY, None),
    "with a clock ten years behind the build": (DAY - 3650, DAY, ("valid", True)),
    "with a clock at the build's day": (DAY, DAY, ("valid", False)),
    "with a clock set back to revive it": (DAY - 3650, EXPIRES + 31, None),
    "with a clock ten years ahead": (DAY + 3650, DAY, None),
}


@pytest.mark.parametrize("sentence", DAYS)
def test_day(sentence: str) -> None:
    device, build, expected = DAYS[sentence]
    data = of(W.keyring, *SEEDS[:3])
    if expected is None:
        assert slug(data, device=device, build=build) == "keyring_expired"
    else:
        found = verified(data, device=device, build=build)
        assert (found.status, found.clock_behind) == expected
        assert found.today == max(device, build, W.keyring.not_before)


def test_a_keyring_of_the_future_brings_its_own_day() -> None:
    later = remake(W.keyring, not_before=DAY + 100, expires=DAY + 140)
    assert verified(of(later, *SEEDS[:3])).today == DAY + 100


# --- the draw --------------------------------------------------------------------------------------------------------

K0S = [hash(n.to_bytes(2, "big")) for n in range(400)]


def ids(body: KeyringBody, k0: bytes = K0S[0], country: str = "", left_out: tuple[str, ...] = ()) -> set[bytes]:
    return {one.id for one in draw_readers(body, k0, DAY, country, left_out).readers}


def test_one_code_draws_the_same_again() -> None:
    assert [draw_readers(W.keyring, k0, DAY) for k0 in K0S[:9]] == [draw_readers(W.keyring, k0, DAY) for k0 in K0S[:9]]


def test_every_reviewer_is_drawn_alike() -> None:
    drawn = Counter(id_ for k0 in K0S for id_ in ids(W.keyring, k0, "KG"))
    reviewers = {one.id for one in W.keyring.members if one.role == REVIEWER}
    assert set(drawn) == reviewers
    expected = len(K0S) * 5 / 8
    assert all(0.8 * expected < count < 1.2 * expected for count in drawn.values())


def test_readers_and_custodians_are_not_drawn_by_one_order() -> None:
    """Else whoever sees the custodians of a message learns of the readers."""
    pair = sorted(one.id for one in W.keyring.members if one.role == CUSTODIAN)
    by_custodian = [[one.id for one in draw_readers(W.keyring, k0, DAY).custodians] == pair for k0 in K0S]
    assert 120 < sum(by_custodian) < 280


@pytest.mark.parametrize(
    ("why", "change"),
    [
        ("is offline", {"flags": OFFLINE}),
        ("begins tomorrow", {"from_day": DAY + 1}),
        ("ended yesterday", {"until": DAY - 1}),
    ],
)
@pytest.mark.parametrize("role", [REVIEWER, CUSTODIAN])
def test_a_member_who_may_not_is_never_drawn(why: str, change: dict[str, int], role: int) -> None:
    away = next(one for one in W.keyring.members if one.role == role)
    members = [replace(one, **change) if one == away else one for one in W.keyring.members]  # type: ignore[arg-type]
    body = remake(W.keyring, members=members)
    for k0 in K0S[:60]:
        found = draw_readers(body, k0, DAY, "KG")
        assert away.id not in {one.id for one in (*found.readers, *found.custodians)}


def test_a_member_reads_from_the_first_day_to_the_last() -> None:
    body = remake(W.keyring, members=[replace(one, from_day=DAY, until=DAY) for one in W.keyring.members])
    assert len(ids(body)) == len(ids(W.keyring))
    for today in (DAY - 1, DAY + 1):
        with pytest.raises(ProtocolError) as refused:
            draw_readers(body, K0S[0], today)
        assert refused.value.slug == "no_readers"


def panel(name: str) -> set[bytes]:
    return {one.id for one in W.keyring.members if one.group == name}


def test_a_panel_left_out_does_not_read_while_enough_are_left() -> None:
    assert ids(W.keyring, country="KG", left_out=("in-country",)) == panel("abroad")
    found = draw_readers(W.keyring, K0S[0], DAY, "KG", ("in-country",))
    assert not found.widened


def test_with_too_few_for_a_country_all_panels_are_drawn_and_it_is_said() -> None:
    narrow = [replace(one, countries=("TJ",)) if one.kind == 0 else one for one in W.keyring.groups]
    found = draw_readers(remake(W.keyring, groups=narrow), K0S[0], DAY, "KG")
    assert (len(found.readers), found.widened) == (5, True)


def test_a_panel_left_out_never_reads_however_few_are_left() -> None:
    """The person fears it: too few are better than those."""
    three = [one for one in W.keyring.members if one.id != min(panel("abroad"))]
    found = draw_readers(remake(W.keyring, members=three), K0S[0], DAY, "KG", ("in-country",))
    assert found.widened
    assert {one.id for one in found.readers} == panel("abroad") - {min(panel("abroad"))}
    with pytest.raises(ProtocolError) as refused:
        draw_readers(W.keyring, K0S[0], DAY, "KG", ("in-country", "abroad"))
    assert refused.value.slug == "no_readers"


def test_without_a_country_only_panels_that_serve_all_read() -> None:
    serving = {group.id for group in W.keyring.groups if group.kind == 0 and not group.countries}
    assert ids(W.keyring) <= set.union(*(panel(name) for name in serving))


def test_an_investigators_unit_is_no_panel() -> None:
    assert not ids(W.keyring, country="KG") & panel("unit-north")


# --- keys beside the keyring -----------------------------------------------------------------------------------------


def test_a_key_is_used_only_for_the_member_whose_hash_it_has() -> None:
    keys = parse_kem_keys(W.instance, W.kem_keys())
    for member in W.keyring.members:
        assert hash(kem_key_of(keys, member)) == member.kem_hash
    swapped = encode_kem_keys(W.instance, [W.person(one.id).key.pk for one in W.keyring.members[1:]])
    with pytest.raises(ProtocolError) as refused:
        kem_key_of(parse_kem_keys(W.instance, swapped), W.keyring.members[0])
    assert refused.value.slug == "missing_key"


def test_a_former_key_may_have_no_days_at_all() -> None:
    gone = Former(bytes(16), 1, bytes(32), 5, 4, NEVER)
    assert slug(of(remake(W.keyring, formers=[gone]), *SEEDS[:3])) == "ok"
