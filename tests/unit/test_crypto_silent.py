"""No error and no printed object tells a word, a name, a code or a key. An edit after a failed send is all new."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import os
import pkgutil
import random
from collections.abc import Iterator
from typing import Any

import pytest

import crypto
from crypto import members
from crypto.box import (
    COPY,
    WRAP_INTAKE,
    WRAP_UNIT,
    BoxFields,
    Grant,
    MessageKey,
    Words,
    open_copy,
    open_readers,
    open_wrap,
    parse_box,
    seal_copy,
    seal_readers,
    seal_wrap,
)
from crypto.case import encode_case, open_case
from crypto.conformance import answer
from crypto.errors import ProtocolError
from crypto.keyring import CUSTODIAN, REVIEWER, SUPERVISOR
from crypto.members import Keyfile, open_keyfile, seal_keyfile
from crypto.message import account_key, open_custodian_slot, open_granted, open_identity, open_with_cek, parse_sealed
from crypto.more import MoreAsked, sign_more_answered, sign_more_asked, verify_more_answered, verify_more_asked
from crypto.posts import PostedEntry, parse_post
from crypto.primitives import Argon2Work
from crypto.receipt import derive_receipt, new_code, read_code, show_code
from crypto.rootfile import new_root_key, open_rootfile, seal_rootfile
from tests.vectors.test_fuzz import spoil
from tests.world import Desk, Person, Submitter, World

WORDS = "Сломанное ребро 7391"
NAME = "Қанаат Канарейкин"
REPLY = "Врач придёт 7391"
PASSPHRASE = "canary bravo charlie delta echo foxtrot golf"
CHEAP = Argon2Work(19456, 2, 1)


@dataclasses.dataclass
class Heard:
    """Every object made and every error raised while listening."""

    objects: list[Any] = dataclasses.field(default_factory=list)
    errors: list[ProtocolError] = dataclasses.field(default_factory=list)

    def told(self) -> Iterator[tuple[str, str]]:
        for one in self.objects:
            yield type(one).__name__, f"{one!r} {one}"
        for error in self.errors:
            yield f"ProtocolError {error.slug}", f"{error!r} {error} {error.fact} {error.args}"


def dataclasses_of_crypto() -> list[type]:
    found = []
    for module in pkgutil.iter_modules(crypto.__path__):
        room = importlib.import_module(f"crypto.{module.name}")
        found += [
            kind
            for kind in vars(room).values()
            if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == room.__name__
        ]
    return found


@contextlib.contextmanager
def listening() -> Iterator[Heard]:
    heard = Heard()
    with pytest.MonkeyPatch.context() as patch:
        for kind in dataclasses_of_crypto():
            patch.setattr(kind, "__init__", _and_keep(kind.__init__, heard.objects))  # type: ignore[misc]
        patch.setattr(ProtocolError, "__init__", _and_keep(ProtocolError.__init__, heard.errors))
        yield heard


def _and_keep(init: Any, kept: list[Any]) -> Any:
    def made(self: Any, *args: Any, **named: Any) -> None:
        init(self, *args, **named)
        kept.append(self)

    return made


def forms(secret: bytes | str) -> list[str]:
    """As a repr, a str or a hex dump would show it; of a long key any eight bytes in a row."""
    if isinstance(secret, str):
        return [secret, repr(secret)[1:-1], secret.encode().hex(), repr(secret.encode())[2:-1]]
    piece = secret[4:12]
    return [piece.hex(), repr(piece)[2:-1], str(int.from_bytes(secret, "big")), str(list(piece))[1:-1]]


@dataclasses.dataclass
class Journey:
    heard: Heard
    secrets: list[bytes | str]


@pytest.fixture(scope="module")
def journey() -> Journey:
    """Everything that SPEC has, done once, and then with each input a little wrong."""
    world, code = World(), new_code()
    with listening() as heard:
        me = Submitter(world, k0=derive_receipt(world.instance, read_code(show_code(code))).k0)
        receipt = me.receipt
        sealed = me.seal(WORDS, name=NAME)
        reader, custodian = me.readers()[0], world.of(CUSTODIAN)[0]
        desk = Desk(world, reader, [sealed])
        opened, first = desk.opened, parse_sealed(world.instance, sealed)
        key = open_custodian_slot(first, custodian.key)
        open_identity(first, opened.half, key)
        unit, fields = Person(*[os.urandom(16), 3, "u", *(os.urandom(32) for _ in "ab")]), desk_fields(world, desk)
        k0, words = account_key(opened), Words("ru", REPLY, "handed_off")
        wrap = seal_wrap(
            fields,
            reader.signing_seed,
            [unit.key.pk],
            [Grant(first.cid, k0)],
            [unit.kem_seed],
            me.receipt.mailbox_pk,
            words,
        )
        handed = open_wrap(parse_box(wrap), world.instance, first.cid, reader.signing_pk, unit.key)
        open_granted(first, handed.grants[0].k0)
        readers = seal_readers(
            dataclasses.replace(fields, kind=WRAP_INTAKE),
            reader.signing_seed,
            [unit.key.pk],
            [MessageKey(first.cid, opened.cek)],
            words,
        )
        named = open_readers(parse_box(readers), world.instance, first.cid, reader.signing_pk, unit.key)
        open_with_cek(first, named.keys[0].cek)
        copy = seal_copy(
            dataclasses.replace(fields, kind=COPY), reader.signing_seed, unit.key.pk, me.receipt.mailbox_pk, None, words
        )
        open_copy(parse_box(copy), world.instance, first.cid, reader.signing_pk, unit.key)
        posts = [parse_post(post) for post in (desk.post_opened(), desk.post_text(REPLY))]
        found = me.open(b"".join([desk.status_block(), posts[1].reply_block, *(os.urandom(16384) for _ in range(6))]))
        assert found is not None
        assert found.replies[0].text == REPLY
        keyfile = Keyfile(reader.id, reader.role, reader.signing_seed, reader.kem_seed, world.first_roots, world.roots)
        locked = seal_keyfile(keyfile, PASSPHRASE, CHEAP)
        open_keyfile(locked, PASSPHRASE, world.instance)
        exported = encode_case(
            world.instance, [world.signed(world.keyring)], [sealed], [PostedEntry(one.entry, one.box) for one in posts]
        )
        case = open_case(keyfile, exported, world.today)
        assert case.texts[0].text == REPLY
        wish = MoreAsked(world.instance, reader.id, world.today, 100, 1, os.urandom(16))
        asked = sign_more_asked(wish, reader.signing_seed)
        agreed = verify_more_asked(world.instance, world.keyring, asked)
        supervisor = world.of(SUPERVISOR)[0]
        yes = sign_more_answered(agreed, supervisor.id, True, supervisor.signing_seed)
        verify_more_answered(world.keyring, agreed, yes)
        root, root_seed = new_root_key("Organisation")
        root_file = seal_rootfile(root, root_seed, PASSPHRASE, CHEAP)
        open_rootfile(root_file, PASSPHRASE)
        _go_wrong(world, me, sealed, locked, root_file, exported, keyfile, posts)
    secrets: list[bytes | str] = [
        WORDS, NAME, REPLY, PASSPHRASE, code, show_code(code), receipt.k0, receipt.request_seed, receipt.mailbox_seed,
        receipt.veil_key, opened.cek, opened.half, key, reader.signing_seed, reader.kem_seed, custodian.kem_seed,
        reader.key.x25519_secret, k0, unit.kem_seed, root_seed, *world.root_seeds,
    ]  # fmt: skip
    return Journey(heard, secrets)


def desk_fields(world: World, desk: Desk) -> BoxFields:
    cid, reader = desk.first.cid, desk.reader.id
    return BoxFields(world.instance, cid, WRAP_UNIT, bytes(32), reader, world.today, world.keyring.hash)


def _go_wrong(
    world: World, me: Submitter, sealed: bytes, locked: bytes, root_file: bytes, exported: bytes, keyfile: Keyfile,
    posts: list[Any],
) -> None:  # fmt: skip
    dice = random.Random(7391)
    for wrong in (PASSPHRASE + "x", "", WORDS):
        for refused in (lambda w=wrong: open_keyfile(locked, w), lambda w=wrong: open_rootfile(root_file, w)):
            with contextlib.suppress(ProtocolError):
                refused()
    for typed in ("12345", WORDS, new_code()[:-1] + "x", new_code() + "0", *(new_code()[::-1] for _ in range(20))):
        with contextlib.suppress(ProtocolError):
            read_code(typed)
    for text in (WORDS * 20_000, WORDS):
        with contextlib.suppress(ProtocolError):
            me.seal(text, name=NAME * 300)
    plain = (WORDS + NAME + PASSPHRASE).encode()
    for tag in ("account", "answers", "text", "keyfile", "post-entry", "sealed-message", "mailbox-request"):
        answer({"op": f"canonical.{tag}", "in": {"data": plain.hex()}})
    for _ in range(60):
        with contextlib.suppress(ProtocolError):
            desk = Desk(world, me.readers()[1], [spoil(sealed, dice)])
            desk.opened  # noqa: B018
        with contextlib.suppress(ProtocolError):
            open_case(keyfile, spoil(exported, dice), world.today)
        with contextlib.suppress(ProtocolError):
            members.parse_keyfile(spoil(locked, dice))
        with contextlib.suppress(ProtocolError):
            parse_post(spoil(posts[1].box, dice))


def test_the_journey_made_every_kind_of_object(journey: Journey) -> None:
    """Else the tests below say nothing about what they did not see."""
    made = {type(one) for one in journey.heard.objects}
    absent = {kind.__name__ for kind in dataclasses_of_crypto() if kind not in made}
    # bases, and what another room makes and a test of its own prints below
    assert absent <= UNMADE, absent - UNMADE
    assert len(journey.heard.errors) > 100
    assert len({error.slug for error in journey.heard.errors}) >= 8


UNMADE = {
    "EvidenceItem", "SealedEvidence", "SealedRootChange", "SignIn", "StaffRequest", "MailboxRequest", "Enrolment",
    "Standing", "Former", "Rule", "Ask", "LockedRootfile", "Ceremony", "Pin",
    "Declaration", "Implicated", "Post", "Told", "Card", "SignedCard", "Calendar", "Holder",
    "Release", "Retention", "StoredMessage",
}  # fmt: skip


def test_no_error_and_no_object_tells_a_secret(journey: Journey) -> None:
    wanted = [(secret, form) for secret in journey.secrets for form in forms(secret)]
    for name, told in journey.heard.told():
        for secret, form in wanted:
            assert form not in told, f"{name} tells {'a text' if isinstance(secret, str) else 'a key'}"


NAMED_LIKE_A_SECRET = ("seed", "secret", "shared", "veil", "cek", "half", "k0", "passphrase", "text", "answers")
ALSO = ("key", "body", "intake", "identity", "name", "account")
OPEN = {
    "requests.MailboxRequest.body",  # one byte: what is to be burnt
    "keyring.Keyring.body",  # a keyring is public
}


def test_what_the_journey_does_not_make_tells_nothing_either() -> None:
    """By its fields: what is named like a secret stands outside the repr."""
    shown = {
        f"{kind.__module__}.{kind.__name__}.{one.name}".removeprefix("crypto.")
        for kind in dataclasses_of_crypto()
        for one in dataclasses.fields(kind)
        if one.repr and (one.name in ALSO or any(word in one.name for word in NAMED_LIKE_A_SECRET))
    }
    assert shown <= OPEN


def test_the_listening_would_hear_it(journey: Journey) -> None:
    @dataclasses.dataclass
    class Careless:
        key: bytes
        text: str

    secret = journey.secrets[6]
    assert isinstance(secret, bytes)
    told = repr(Careless(secret, WORDS))
    assert any(form in told for form in forms(secret))
    assert any(form in told for form in forms(WORDS))


def test_an_edit_after_a_failed_send_shares_nothing_with_what_was_sent() -> None:
    """One letter more, the same code, the same readers: a server that kept both learns no more than from two cases."""
    world = World()
    me = Submitter(world)
    one, other = (parse_sealed(world.instance, me.seal(text, name=NAME)) for text in (WORDS, WORDS + "."))
    assert one.lookup == other.lookup
    for part in ("cid", "header_hash", "identity_hash", "commitment", "write_signature"):
        assert getattr(one, part) != getattr(other, part), part
    for part in ("reader_slots", "custodian_slots", "streams", "stream_commitments"):
        assert not set(getattr(one, part)) & set(getattr(other, part)), part
    slots = [slot[:1120] for message in (one, other) for slot in message.reader_slots + message.custodian_slots]
    assert len(set(slots)) == 24
    reader = next(person for person in me.readers() if person.role == REVIEWER)
    keys = [Desk(world, reader, [message.encoded]).opened.cek for message in (one, other)]
    assert keys[0] != keys[1]
    # the same text of one stream is not the same ciphertext: the names are alike, the key and the header are not
    custodian = world.of(CUSTODIAN)[0]
    assert len({open_custodian_slot(message, custodian.key) for message in (one, other)}) == 2
