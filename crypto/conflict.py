"""SPEC 5.10 to 5.12: what members declared of themselves, who may read it, and who is barred from a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crypto.account import pad, unpad
from crypto.encoding import (
    NEVER,
    Z32,
    Day,
    ascending,
    cut,
    decode,
    decode_list,
    encode,
    encode_list,
    ensure_ascending,
    equal,
    read_uint,
    u32,
    utf8,
)
from crypto.errors import ensure, refuse
from crypto.keyring import REVIEWER, SUPERVISOR, Member
from crypto.names import folds_of, skeletons_of
from crypto.primitives import (
    KEM_CT,
    N0,
    TAG,
    KemKey,
    aead_open,
    aead_seal,
    hash,
    is_low_order,
    kdf,
    kem_decapsulate,
    kem_encapsulate,
    random_bytes,
)

MAX_POSTS = 32
MAX_REGIONS = 32
MAX_LANGUAGES = 16
MAX_NAMES = 256  # tokens; a word has two or three, in a Latin alphabet up to eight
MAX_READERS = 256
MAX_DECLARATIONS = 512
BLOCK = 4096  # bytes: the file's length tells little
SLOT = KEM_CT + 32 + TAG
AGENCY_DAYS, UNIT_DAYS = 5 * 365 + 2, 10 * 365 + 3
_CODE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-")

AGENCY, UNIT, DISTRICT, NAME, DENIED, EXCLUDED = "agency", "unit", "district", "name", "denied", "excluded"


@dataclass(frozen=True)
class Post:
    """Where somebody worked. `unit` is a token of its fold, or empty; `last` NEVER: still."""

    agency: str = field(repr=False)
    unit: bytes = field(repr=False)
    first: Day
    last: Day


@dataclass(frozen=True)
class Declaration:
    """SPEC 5.10. In the public keyring stands only its hash; `salt` and `key` are random, so that nobody can guess."""

    member: bytes
    salt: bytes = field(repr=False)
    key: bytes = field(repr=False)
    vetting: bytes
    posts: tuple[Post, ...] = field(repr=False)
    regions: tuple[str, ...] = field(repr=False)
    names: tuple[bytes, ...] = field(repr=False)
    languages: tuple[str, ...]
    encoded: bytes = field(repr=False)

    @property
    def hash(self) -> bytes:
        """As the member's record names it."""
        return hash(encode("annex", self.encoded))


def name_token(key: bytes, folded: str) -> bytes:
    return kdf(key, "name", utf8(folded))


def unit_token(key: bytes, text: str) -> bytes:
    """One token for the whole of a unit's name, its words in order of their skeletons."""
    return kdf(key, "unit", utf8(" ".join(skeletons_of(text))))


@dataclass(frozen=True)
class Told:
    """What a member writes down: plain, and nowhere kept so. `posts`: agency, unit or empty, first and last day.

    `languages`: codes of those that the member reads without help.
    """

    posts: Sequence[tuple[str, str, Day, Day]] = field(default=(), repr=False)
    regions: Sequence[str] = field(default=(), repr=False)
    names: Sequence[str] = field(default=(), repr=False)
    languages: Sequence[str] = ()


def declare(instance: bytes, member: bytes, told: Told, record: bytes = b"") -> Declaration:
    """`record`: the vetting record as the trustees read it, of which only a salted hash goes in; empty: none.

    Raises ProtocolError `malformed`.
    """
    salt, key = random_bytes(32), random_bytes(32)
    posts = [
        encode("post", utf8(agency), unit_token(key, unit) if unit else b"", u32(first), u32(last))
        for agency, unit, first, last in told.posts
    ]
    tokens = sorted({name_token(key, one) for name in told.names for one in folds_of(name)})
    encoded = encode(
        "declaration",
        instance,
        member,
        salt,
        key,
        vetting_hash(salt, record),
        encode_list("posts", sorted(set(posts))),
        encode_list("regions", sorted({utf8(one) for one in told.regions})),
        encode_list("name-tokens", tokens),
        encode_list("languages", sorted({utf8(one) for one in told.languages})),
    )
    return parse_declaration(instance, encoded)


def vetting_hash(salt: bytes, record: bytes) -> bytes:
    return hash(encode("vetting", salt, record)) if record else Z32


def parse_declaration(instance: bytes, data: bytes) -> Declaration:
    named, member, salt, key, vetting, posts, regions, names, languages = decode(
        "declaration", [32, 16, 32, 32, 32, None, None, None, None], data
    )
    post_items = decode_list("posts", MAX_POSTS, posts)
    region_items = decode_list("regions", MAX_REGIONS, regions)
    tokens = decode_list("name-tokens", MAX_NAMES, names)
    spoken = decode_list("languages", MAX_LANGUAGES, languages)
    for items in (post_items, region_items, tokens, spoken):
        ensure_ascending(items, "declaration")
    ensure(all(len(token) == 32 for token in tokens), "malformed", "name token")
    ensure(equal(named, instance), "wrong_instance")
    return Declaration(
        member,
        salt,
        key,
        vetting,
        tuple(_parse_post(item) for item in post_items),
        tuple(_read_code(item) for item in region_items),
        tuple(tokens),
        tuple(_read_code(item) for item in spoken),
        data,
    )


def _parse_post(data: bytes) -> Post:
    agency, unit, first, last = decode("post", [None, None, 4, 4], data)
    ensure(len(unit) in (0, 32), "malformed", "unit token")
    ensure(read_uint(first) <= read_uint(last), "malformed", "days of a post")
    return Post(_read_code(agency), unit, read_uint(first), read_uint(last))


def _read_code(data: bytes) -> str:
    ensure(1 <= len(data) <= 64 and all(byte in _CODE for byte in data), "malformed", "code")
    return data.decode()


def seal_declarations(instance: bytes, reader_pks: Sequence[bytes], declarations: Sequence[Declaration]) -> bytes:
    """SPEC 5.11: to reviewers and supervisors. Nobody signs it: each declaration stands by its hash in the keyring."""
    ensure(1 <= len(reader_pks) <= MAX_READERS, "no_readers", f"{len(reader_pks)} readers")
    pks = ascending(reader_pks, hash)
    context = _context(instance, [hash(pk) for pk in pks])
    w = random_bytes(32)
    slots = []
    for pk in pks:
        made = kem_encapsulate(pk)
        sealed = aead_seal(_slot_key(made.shared, context, made.ct, pk), N0, context, w)
        slots.append(encode("annex-slot", hash(pk), made.ct + sealed))
    listed = encode_list("declarations", [one.encoded for one in ascending(declarations, lambda one: one.member)])
    content = pad(listed, -(-(len(listed) + 4) // BLOCK) * BLOCK)
    return encode(
        "annexes",
        instance,
        encode_list("annex-slots", slots),
        aead_seal(kdf(w, "annexes", context), N0, context, content),
    )


def open_declarations(instance: bytes, data: bytes, key: KemKey, members: Sequence[Member]) -> dict[bytes, Declaration]:
    """SPEC 5.11: those that the keyring vouches for, by member. A declaration with another hash is not there."""
    named, slot_list, ct = decode("annexes", [32, None, None], data)
    pairs = [decode("annex-slot", [32, SLOT], item) for item in decode_list("annex-slots", MAX_READERS, slot_list)]
    ensure_ascending([pk_hash for pk_hash, _ in pairs], "annex-slots")
    ensure(equal(named, instance), "wrong_instance")
    ensure(not any(is_low_order(slot[:KEM_CT]) for _, slot in pairs), "low_order")
    own = next((slot for pk_hash, slot in pairs if equal(pk_hash, hash(key.pk))), None)
    if own is None:
        refuse("not_a_recipient")
    context = _context(instance, [pk_hash for pk_hash, _ in pairs])
    kem_ct, sealed = cut(own, KEM_CT, 32 + TAG)
    w = aead_open(_slot_key(kem_decapsulate(key, kem_ct), context, kem_ct, key.pk), N0, context, sealed)
    content = unpad(aead_open(kdf(w, "annexes", context), N0, context, ct))
    items = decode_list("declarations", MAX_DECLARATIONS, content)
    found = [parse_declaration(instance, item) for item in items]
    ensure_ascending([one.member for one in found], "declarations")
    hashes = {member.id: member.annex_hash for member in members}
    return {one.member: one for one in found if equal(hashes.get(one.member, b""), one.hash)}


def readers_of(data: bytes) -> set[bytes]:
    """Hashes of the KEM keys that a file of annexes is sealed to; not verified."""
    _, slot_list, _ = decode("annexes", [32, None, None], data)
    items = decode_list("annex-slots", MAX_READERS, slot_list)
    return {decode("annex-slot", [32, SLOT], item)[0] for item in items}


def may_read_declarations(member: Member) -> bool:
    """SPEC 5.11."""
    return member.role in (REVIEWER, SUPERVISOR)


def _context(instance: bytes, pk_hashes: Sequence[bytes]) -> bytes:
    return hash(encode("annexes-context", instance, encode_list("recipients", pk_hashes)))


def _slot_key(shared: bytes, context: bytes, ct: bytes, pk: bytes) -> bytes:
    return kdf(shared, "annex-slot", context, ct, pk)


@dataclass(frozen=True)
class Implicated:
    """SPEC 5.12: of a case, as answered and as coded at triage. `denied`: what stands under "who must never see it"."""

    agencies: Sequence[str] = field(default=(), repr=False)
    units: Sequence[str] = field(default=(), repr=False)
    regions: Sequence[str] = field(default=(), repr=False)
    names: Sequence[str] = field(default=(), repr=False)
    denied: Sequence[str] = field(default=(), repr=False)
    excluded: Sequence[bytes] = ()  # ids of members: an objection that was upheld


def body_of(agency: str) -> str:
    """The body that an agency belongs to: KZ_mia of KZ_mia_police. None for what is no body of a state (X_..)."""
    return "" if agency.startswith("X_") else "_".join(agency.split("_")[:2])


def conflicts(declaration: Declaration, implicated: Implicated, day: Day) -> list[str]:
    """SPEC 5.12: why this member is barred, in a fixed order; empty: nothing is known against it."""
    units = {unit_token(declaration.key, unit) for unit in implicated.units if skeletons_of(unit)}
    bodies = {body_of(one) for one in implicated.agencies} - {""}
    tokens = set(declaration.names)

    def known(texts: Sequence[str]) -> bool:
        return any(name_token(declaration.key, one) in tokens for text in texts for one in folds_of(text))

    def within(post: Post, days: int) -> bool:
        return post.last == NEVER or day - post.last <= days

    found: Mapping[str, bool] = {
        AGENCY: any(body_of(one.agency) in bodies and within(one, AGENCY_DAYS) for one in declaration.posts),
        UNIT: any(one.unit in units and within(one, UNIT_DAYS) for one in declaration.posts if one.unit),
        DISTRICT: any(one in implicated.regions for one in declaration.regions),
        NAME: known(implicated.names),
        DENIED: known(implicated.denied),
        EXCLUDED: declaration.member in implicated.excluded,
    }
    return [reason for reason, holds in found.items() if holds]
