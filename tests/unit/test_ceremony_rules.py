"""The ceremony file: what trustees sign, and everything that they must refuse to sign."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crypto.encoding import NEVER
from crypto.enrolment import Enrolment, encode_kem_keys, parse_kem_keys, sign_enrolment
from crypto.errors import ProtocolError
from crypto.keyring import CUSTODIAN, NO_PIN, PANEL, REVIEWER, Group, KeyringBody, UntrustedKeyring, encode_keyring
from crypto.primitives import kem_keypair, random_bytes, signing_pk
from crypto.rootfile import new_root_key
from crypto.roots import FirstRoots, Root, encode_first_roots, encode_root_change, encode_root_set
from service import ceremony as rules
from service.ceremony import Ceremony, CeremonyRefused, Review
from service.drafting import Changes, draft_keyring, enrolments_needed, gather_kem_keys
from service.record import Record, new_record

TODAY = 20_500
PANEL_ABROAD = Group(id="abroad", kind=PANEL, countries=())


class World:
    """Five trustees of whom three must sign, and whoever enrols."""

    def __init__(self) -> None:
        self.roots: list[tuple[Root, bytes]] = [new_root_key(f"Organisation {letter}") for letter in "ABCDE"]
        self.first: FirstRoots = encode_first_roots(
            encode_root_set(1, 3, [root for root, _ in self.roots]), random_bytes(32)
        )
        self.changes: tuple[bytes, ...] = ()
        self.signed = b""
        self.newest: KeyringBody | None = None
        self.kem: dict[bytes, bytes] = {}

    def member(self, role: int = REVIEWER, id_: bytes | None = None) -> tuple[Enrolment, bytes]:
        seed = random_bytes(32)
        enrolment = Enrolment(
            id=id_ or random_bytes(16),
            role=role,
            group="abroad" if role == REVIEWER else "",
            flags=0,
            signing_pk=signing_pk(seed),
            kem_pk=kem_keypair(random_bytes(32)).pk,
        )
        return enrolment, sign_enrolment(self.first.instance, enrolment, seed)

    def draft(self, members: list[tuple[Enrolment, bytes]], today: int = TODAY, **changes: object) -> Ceremony:
        enrolled = [one for one, _ in members]
        wanted = Changes(enrolments=enrolled, groups=(PANEL_ABROAD,), **changes)  # type: ignore[arg-type]
        roots = rules.root_history(self.first, self.changes)[-1]
        body = draft_keyring(self.first.instance, roots, self.newest, None, wanted, today)
        proofs = enrolments_needed(self.first.instance, body, [proof for _, proof in members])
        kem_keys = gather_kem_keys(self.first.instance, body, self.kem, enrolled)
        return Ceremony(self.first.encoded, self.changes, self.signed, body.encoded, proofs, kem_keys)

    def sign(self, made: Ceremony, *trustees: int, today: int = TODAY) -> Ceremony:
        for number in trustees:
            root, seed = self.roots[number]
            passed_on = Ceremony.parse(made.encode())
            made = rules.countersign(passed_on, rules.review(passed_on, today), root.pk, seed)
        return made

    def publish(self, made: Ceremony, today: int = TODAY) -> KeyringBody:
        reviewed = rules.review(made, today)
        self.signed = rules.conclude(made, reviewed)
        self.changes = made.root_changes
        body = UntrustedKeyring.parse(self.signed).verify(reviewed.roots, reviewed.instance, NO_PIN, today, 0).body
        self.newest, self.kem = body, dict(parse_kem_keys(self.first.instance, made.kem_keys))
        return body

    def first_keyring(self) -> KeyringBody:
        members = [self.member() for _ in range(5)] + [self.member(CUSTODIAN) for _ in range(2)]
        return self.publish(self.sign(self.draft(members), 0, 1, 2))


@pytest.fixture
def world() -> World:
    return World()


def review_of(made: Ceremony, today: int = TODAY) -> Review:
    return rules.review(made, today)


def test_three_of_five_make_a_keyring_that_verifies(world: World) -> None:
    body = world.first_keyring()
    assert body.version == 1
    assert len(body.members) == 7


def test_two_of_five_make_nothing(world: World) -> None:
    made = world.sign(world.draft([world.member()]), 3, 4)
    reviewed = review_of(made)
    assert (len(reviewed.tallies[0].signed), len(reviewed.tallies[0].missing)) == (2, 3)
    with pytest.raises(CeremonyRefused, match="2 of 3"):
        rules.conclude(made, reviewed)


def test_one_trustee_signing_three_times_counts_once(world: World) -> None:
    made = world.sign(world.draft([world.member()]), 0, 0, 0)
    assert len(review_of(made).tallies[0].signed) == 1


def test_a_root_key_of_another_set_cannot_sign(world: World) -> None:
    made = world.draft([world.member()])
    stranger, seed = new_root_key("Stranger")
    with pytest.raises(CeremonyRefused, match="not in the root set"):
        rules.countersign(made, review_of(made), stranger.pk, seed)


def test_a_stranger_s_signature_put_into_the_file_does_not_count(world: World) -> None:
    made = world.sign(world.draft([world.member()]), 0, 1)
    stranger, seed = new_root_key("Stranger")
    forged = replace(made, signatures=(*made.signatures, rules.sign_as_root(stranger.pk, seed, made.subject)))
    assert not review_of(forged).reached


def test_signatures_given_side_by_side_are_joined(world: World) -> None:
    made = world.draft([world.member()])
    joined = rules.merge([world.sign(made, 0), world.sign(made, 1), world.sign(made, 2)])
    assert review_of(joined).reached


def test_a_copy_with_a_spoiled_signature_does_not_push_out_the_good_one(world: World) -> None:
    good = world.sign(world.draft([world.member()]), 0, 1, 2)
    spoiled = replace(good, signatures=tuple(replace(one, signature=bytes(64)) for one in good.signatures))
    assert review_of(rules.merge([good, spoiled])).reached
    assert review_of(rules.merge([spoiled, good])).reached


def test_files_that_ask_for_different_things_are_not_joined(world: World) -> None:
    with pytest.raises(CeremonyRefused, match="same signature"):
        rules.merge([world.draft([world.member()]), world.draft([world.member()])])


def test_a_member_who_did_not_enrol_is_refused(world: World) -> None:
    made = world.draft([world.member()])
    with pytest.raises(CeremonyRefused, match="has not enrolled"):
        review_of(replace(made, enrolments=()))


def test_an_enrolment_for_another_role_is_refused(world: World) -> None:
    (reviewer, _), (custodian, proof) = world.member(), world.member(CUSTODIAN)
    made = world.draft([(replace(reviewer, signing_pk=custodian.signing_pk), proof)])
    with pytest.raises(CeremonyRefused, match="has not enrolled"):
        review_of(made)


def test_an_enrolment_with_a_spoiled_signature_is_refused(world: World) -> None:
    enrolment, proof = world.member()
    made = world.draft([(enrolment, proof)])
    with pytest.raises(ProtocolError, match="bad_signature"):
        review_of(replace(made, enrolments=(proof[:-1] + bytes([proof[-1] ^ 1]),)))


def test_a_kem_key_that_does_not_travel_along_is_refused(world: World) -> None:
    made = world.draft([world.member()])
    with pytest.raises(CeremonyRefused, match="KEM key"):
        review_of(replace(made, kem_keys=encode_kem_keys(world.first.instance, [])))


def test_a_revoked_member_leaves_and_the_key_stays_known(world: World) -> None:
    body = world.first_keyring()
    gone = body.members[0]
    later = world.publish(world.sign(world.draft([], revoked={gone.id: TODAY - 3}), 1, 2, 3))
    assert gone.id not in {member.id for member in later.members}
    (former,) = later.formers
    assert (former.signing_pk, former.first, former.compromised_since) == (gone.signing_pk, gone.from_day, TODAY - 3)


def test_the_review_says_who_is_taken_away_and_who_comes(world: World) -> None:
    body = world.first_keyring()
    gone, (comes, proof) = body.members[0], world.member()
    changes = "\n".join(review_of(world.draft([(comes, proof)], revoked={gone.id: TODAY})).changes)
    assert f"- {'reviewer abroad' if gone.role == REVIEWER else 'custodian'} {gone.id.hex()}" in changes
    assert f"+ reviewer abroad {comes.id.hex()}" in changes
    assert "counts as stolen since" in changes


def test_a_member_with_new_keys_keeps_the_id_and_the_old_key_stays_known(world: World) -> None:
    body = world.first_keyring()
    old = next(member for member in body.members if member.role == REVIEWER)
    later = world.publish(world.sign(world.draft([world.member(id_=old.id)], TODAY + 5), 0, 1, 2))
    assert [former.signing_pk for former in later.formers] == [old.signing_pk]
    assert len(later.members) == len(body.members)


def test_a_member_cannot_come_back_in_another_role(world: World) -> None:
    body = world.first_keyring()
    reviewer = next(member for member in body.members if member.role == REVIEWER)
    with pytest.raises(CeremonyRefused, match="another role"):
        world.draft([world.member(CUSTODIAN, reviewer.id)])


def test_a_revoked_key_cannot_come_back(world: World) -> None:
    enrolment, proof = world.member()
    world.publish(world.sign(world.draft([world.member(), (enrolment, proof)]), 0, 1, 2))
    world.publish(world.sign(world.draft([], revoked={enrolment.id: NEVER}), 0, 1, 2))
    with pytest.raises(ProtocolError, match="key_reused"):
        review_of(world.draft([(enrolment, proof)]))


def altered(body: KeyringBody, **fields: object) -> bytes:
    names = "instance version not_before expires prev roots_hash policy groups members formers".split()
    return encode_keyring(**{**{name: getattr(body, name) for name in names}, **fields}).encoded  # type: ignore[arg-type]


def test_a_keyring_that_forgets_a_member_s_key_is_refused(world: World) -> None:
    body = world.first_keyring()
    draft = rules.body_of(world.draft([], revoked={body.members[0].id: NEVER}))
    made = replace(world.draft([], revoked={body.members[0].id: NEVER}), subject=altered(draft, formers=[]))
    with pytest.raises(CeremonyRefused, match="would be forgotten"):
        review_of(made)


def test_a_stolen_key_cannot_be_called_sound_again(world: World) -> None:
    body = world.first_keyring()
    world.publish(world.sign(world.draft([], revoked={body.members[0].id: TODAY}), 0, 1, 2))
    made = world.draft([])
    draft = rules.body_of(made)
    sound = [replace(former, compromised_since=NEVER) for former in draft.formers]
    with pytest.raises(CeremonyRefused, match="sound again"):
        review_of(replace(made, subject=altered(draft, formers=sound)))


def test_the_days_of_a_former_key_cannot_be_stretched(world: World) -> None:
    body = world.first_keyring()
    world.publish(world.sign(world.draft([], revoked={body.members[0].id: NEVER}), 0, 1, 2))
    made = world.draft([])
    draft = rules.body_of(made)
    longer = [replace(former, last=former.last + 400) for former in draft.formers]
    with pytest.raises(CeremonyRefused, match="would change"):
        review_of(replace(made, subject=altered(draft, formers=longer)))


@pytest.mark.parametrize(
    ("field", "value", "slug"),
    [
        ("version", 1, "keyring_rolled_back"),
        ("version", 3, "keyring_forked"),
        ("prev", b"\x01" * 32, "keyring_forked"),
        ("not_before", TODAY - 1, "keyring_rolled_back"),
    ],
)
def test_what_does_not_extend_the_previous_keyring_is_refused(
    world: World, field: str, value: object, slug: str
) -> None:
    world.first_keyring()
    made = world.draft([])
    fields = {field: value, **({"prev": bytes(32)} if value == 1 else {})}
    fields |= {"expires": TODAY + 40}
    with pytest.raises(ProtocolError, match=slug):
        review_of(replace(made, subject=altered(rules.body_of(made), **fields)))


def test_a_second_first_keyring_is_refused(world: World) -> None:
    world.first_keyring()
    made = world.draft([])
    with pytest.raises(CeremonyRefused, match="without the keyring before"):
        review_of(replace(made, previous=b""))


def test_an_expired_draft_and_one_from_the_future_are_refused(world: World) -> None:
    made = world.draft([world.member()])
    with pytest.raises(CeremonyRefused, match="expired already"):
        review_of(made, TODAY + 46)
    with pytest.raises(CeremonyRefused, match="days ahead"):
        review_of(made, TODAY - 15)


def test_a_draft_of_another_instance_is_refused(world: World) -> None:
    other = World()
    made = replace(world.draft([world.member()]), first_roots=other.first.encoded)
    with pytest.raises(CeremonyRefused, match="another instance"):
        review_of(made)


# -- a trustee's own memory


def remembered(reviewed: Review) -> Record:
    return new_record(reviewed).after(reviewed)


def test_a_trustee_does_not_sign_an_older_version_again(world: World) -> None:
    first = world.draft([world.member()])
    world.publish(world.sign(first, 0, 1, 2))
    record = remembered(review_of(world.draft([])))
    with pytest.raises(CeremonyRefused, match="rolled back"):
        record.check(review_of(first), replaces=False)


def test_a_trustee_does_not_sign_two_keyrings_of_one_version(world: World) -> None:
    record = remembered(review_of(world.draft([world.member()])))
    other = review_of(world.draft([world.member()]))
    with pytest.raises(CeremonyRefused, match="forked"):
        record.check(other, replaces=False)
    record.check(other, replaces=True)


def test_a_trustee_may_sign_the_same_keyring_again(world: World) -> None:
    reviewed = review_of(world.draft([world.member()]))
    remembered(reviewed).check(reviewed, replaces=False)


def test_a_trustee_who_missed_two_ceremonies_signs_the_next(world: World) -> None:
    world.first_keyring()
    record = remembered(review_of(world.draft([])))
    for day in (1, 2, 3):
        world.publish(world.sign(world.draft([], TODAY + day), 0, 1, 2, today=TODAY + day), TODAY + day)
    record.check(review_of(world.draft([], TODAY + 4), TODAY + 4), replaces=False)


def test_a_root_key_serves_one_instance(world: World) -> None:
    record = remembered(review_of(world.draft([world.member()])))
    other = World()
    with pytest.raises(CeremonyRefused, match="another instance"):
        record.check(review_of(other.draft([other.member()])), replaces=True)


# -- root rotation


def rotation(world: World, kept: list[int], comes: list[tuple[Root, bytes]], threshold: int) -> Ceremony:
    held = rules.root_history(world.first, world.changes)[-1]
    roots = [world.roots[number][0] for number in kept] + [root for root, _ in comes]
    following = encode_root_set(held.version + 1, threshold, roots)
    subject = encode_root_change(world.first.instance, held, following)
    return Ceremony(world.first.encoded, world.changes, world.signed, subject)


def test_a_root_change_needs_the_old_and_the_new_trustees(world: World) -> None:
    world.first_keyring()
    fresh = [new_root_key(f"New {letter}") for letter in "XYZ"]
    made = rotation(world, [0, 1], fresh, 3)
    old_only = world.sign(made, 0, 2, 3)
    assert review_of(old_only).tallies[0].reached
    with pytest.raises(CeremonyRefused, match="1 of 3"):
        rules.conclude(old_only, review_of(old_only))
    world.roots = [*world.roots, *fresh]
    both = world.sign(old_only, 5, 6)
    rotated = rules.conclude(both, review_of(both))
    assert rules.root_history(world.first, [rotated])[-1].version == 2


def test_after_a_root_change_the_new_trustees_sign_the_next_keyring(world: World) -> None:
    world.first_keyring()
    fresh = [new_root_key(f"New {letter}") for letter in "XYZ"]
    made = rotation(world, [0, 1], fresh, 3)
    world.roots = [*world.roots, *fresh]
    made = world.sign(made, 0, 1, 2, 5)
    world.changes = (rules.conclude(made, review_of(made)),)
    next_draft = world.draft([])
    with pytest.raises(CeremonyRefused, match="not in the root set"):
        world.sign(next_draft, 2)
    assert world.publish(world.sign(next_draft, 0, 5, 6)).version == 2


def test_a_root_change_that_does_not_follow_is_refused(world: World) -> None:
    made = rotation(world, [0, 1, 2], [], 2)
    other = World()
    with pytest.raises(CeremonyRefused, match="another instance"):
        review_of(replace(made, first_roots=other.first.encoded))


# -- the file


@pytest.mark.parametrize("cut", [0, 1, 10, 500, -1])
def test_a_cut_file_is_malformed(world: World, cut: int) -> None:
    data = world.sign(world.draft([world.member()]), 0).encode()
    with pytest.raises(ProtocolError, match="malformed"):
        Ceremony.parse(data[:cut])


def test_a_file_read_and_written_is_the_same(world: World) -> None:
    data = world.sign(world.draft([world.member()]), 0, 1).encode()
    assert Ceremony.parse(data).encode() == data
