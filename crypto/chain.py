"""SPEC 8: the signed entries of a case, and the state that follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crypto.box import COPY, IDENTITY_HALF, IDENTITY_KEY, NOTE, TEXT, WRAP_INTAKE, WRAP_UNIT, SealedBox, parse_box
from crypto.encoding import (
    NEVER,
    Z32,
    Day,
    ascending,
    decode,
    decode_list,
    encode,
    encode_list,
    equal,
    read_uint,
    read_within,
    u8,
    u32,
)
from crypto.errors import ProtocolError, ensure, refuse
from crypto.keyring import ADVISER, CUSTODIAN, INVESTIGATOR, OFFLINE, REVIEWER, SUPERVISOR, TRANSLATOR, KeyringBody
from crypto.message import REVIEW_LANE, STOP_LANE
from crypto.primitives import hash, is_valid, sign
from crypto.workflow import (
    ASSIGNED,
    BY_TWO,
    CLOSED,
    ERASED,
    LOWERING,
    NO_PRIORITY,
    NOTICE_DAYS,
    PROPOSAL_DAYS,
    RECEIVED,
    REOPENED,
    RETURNS,
    REVIEW,
    SAFETY_HOLD,
    SCREENING,
    SUSPENDED,
    TRIAGED,
    erasable_from,
    find_rule,
    lapse_days,
)

MAX_ENTRIES = 4096
WITHHOLDING_DAYS = 3
COPY_DAYS = 30  # a copy is read so many days at most
ASK_DAYS = 30  # an asking for an identity has at most so many days
BLOCK = 16384

# kinds: the first four change no state; a grant and a proposal of `assigned` carry a wrap
OPENED, TEXT_ENTRY, NOTE_ENTRY, RECUSAL, STEP, PROPOSAL, APPROVAL, REFUSAL, GRANT = range(1, 10)
# the sealed identity: asked for, a reviewer's half, a custodian's half, opened
IDENTITY_ASKED, IDENTITY_AGREED, IDENTITY_GRANTED, IDENTITY_OPENED = range(10, 14)
# who reads: others proposed, agreed to; the same, with what came since; others of the unit proposed
READERS_PROPOSED, READERS_AGREED, READERS_KEPT, UNIT_PROPOSED = range(14, 18)
# which two of the unit have the case, or that nobody has
CLAIMED = 18
# the sealed identity is erased alone, at the person's wish: proposed, agreed to
NAME_ERASURE_PROPOSED, NAME_ERASURE_AGREED = 19, 20
# one member alone has the case withheld from another for some days
WITHHOLDING = 21
# a part copied for a translator or an adviser, and their answer, which says nothing of the case but its words
COPIED, COPY_ANSWERED = 22, 23
KINDS = frozenset({*range(OPENED, NAME_ERASURE_AGREED + 1), WITHHOLDING, COPIED, COPY_ANSWERED})
BOXES = {
    TEXT_ENTRY: (TEXT,),
    NOTE_ENTRY: (NOTE,),
    STEP: (TEXT, NOTE),
    PROPOSAL: (NOTE, WRAP_UNIT, TEXT),
    APPROVAL: (TEXT, NOTE),
    REFUSAL: (NOTE,),
    GRANT: (WRAP_UNIT,),
    IDENTITY_ASKED: (NOTE,),
    IDENTITY_AGREED: (IDENTITY_HALF,),
    IDENTITY_GRANTED: (IDENTITY_KEY,),
    READERS_PROPOSED: (WRAP_INTAKE,),
    READERS_KEPT: (WRAP_INTAKE,),
    UNIT_PROPOSED: (WRAP_UNIT,),
    NAME_ERASURE_PROPOSED: (NOTE,),
    NAME_ERASURE_AGREED: (TEXT,),
    WITHHOLDING: (NOTE,),
    COPIED: (COPY,),
    COPY_ANSWERED: (NOTE,),
}  # which boxes an entry of a kind may have; the others have none


@dataclass(frozen=True)
class Entry:
    """`until` 0 = none. `messages`: how many messages of the person the signer knew, and the hash of their list.

    `state` and `priority` are those after the entry; of a proposal, those that are proposed.
    """

    instance: bytes
    cid: bytes
    seq: int
    prev: bytes
    kind: int
    state: int
    day: Day
    until: Day
    actor: bytes
    box_hash: bytes
    cited: bytes
    keyring_hash: bytes
    messages: bytes
    priority: int = field(default=NO_PRIORITY, kw_only=True)


@dataclass(frozen=True)
class SignedEntry(Entry):
    encoded: bytes = field(repr=False)
    signature: bytes
    link: bytes


def encode_entry(entry: Entry) -> bytes:
    return encode(
        "entry",
        entry.instance,
        entry.cid,
        u32(entry.seq),
        entry.prev,
        u8(entry.kind),
        u8(entry.state),
        u32(entry.day),
        u32(entry.until),
        entry.actor,
        entry.box_hash,
        entry.cited,
        entry.keyring_hash,
        entry.messages,
        u8(entry.priority),
    )


def sign_entry(entry: Entry, actor_seed: bytes) -> bytes:
    encoded = encode_entry(entry)
    return encode_signed_entry(encoded, sign(actor_seed, encoded))


def encode_signed_entry(entry: bytes, signature: bytes) -> bytes:
    return encode("signed-entry", entry, signature)


def parse_signed_entry(data: bytes) -> SignedEntry:
    encoded, signature = decode("signed-entry", [None, 64], data)
    instance, cid, seq, prev, kind, state, day, until, actor, box_hash, cited, keyring_hash, messages, urgency = decode(
        "entry", [32, 32, 4, 32, 1, 1, 4, 4, 16, 32, 32, 32, 36, 1], encoded
    )
    kind_number = read_within(kind, OPENED, max(KINDS), "entry kind")
    ensure(kind_number in KINDS, "malformed", "entry kind")
    entry = SignedEntry(
        instance,
        cid,
        read_uint(seq),
        prev,
        kind_number,
        read_within(state, RECEIVED, ERASED, "state"),
        read_uint(day),
        read_uint(until),
        actor,
        box_hash,
        cited,
        keyring_hash,
        messages,
        encoded,
        signature,
        hash(encode("link", encoded, signature)),
        priority=read_within(urgency, 0, NO_PRIORITY, "priority"),
    )
    ensure(equal(box_hash, Z32) == (kind_number not in BOXES), "malformed", "box of an entry")
    return entry


def withheld_from(entry: Entry) -> bytes:
    """SPEC 8.10: the id of the member, who stands where another entry cites."""
    ensure(equal(entry.cited[16:], bytes(16)), "malformed", "a member's id")
    return entry.cited[:16]


def claimants(entry: Entry) -> tuple[bytes, ...]:
    """SPEC 8.12: the ids of the two who have the case after a claim; none: nobody has."""
    if equal(entry.cited, Z32):
        return ()
    pair = (entry.cited[:16], entry.cited[16:])
    ensure(pair[0] < pair[1], "malformed", "two members, ascending")
    return pair


def messages_head(cids: Sequence[bytes]) -> bytes:
    """u32 count || H(list): what an entry or a status says of the person's messages."""
    return u32(len(cids)) + hash(encode_list("cids", ascending(cids, lambda cid: cid)))


def message_count(head: bytes) -> int:
    return read_uint(head[:4])


@dataclass(frozen=True)
class KnownMessage:
    cid: bytes
    lane: int


@dataclass(frozen=True)
class Start:
    """Where a case stands, and where a verifier begins that does not have the first entries (SPEC 9.2).

    `back`: where a case that stands aside stood before. `since`: the day on which its state began.
    `day` and `count` of the newest entry are for those who have it.
    """

    seq: int = 0
    link: bytes = Z32
    state: int = RECEIVED
    acknowledged: bool = False
    day: Day = 0
    count: int = 0
    back: int = RECEIVED
    priority: int = NO_PRIORITY
    until: Day = 0
    since: Day = 0


BEGINNING = Start()


@dataclass(frozen=True)
class Ask:
    """Somebody asks for the sealed identity of a message; `agreed` by a reviewer, `granted` by a custodian."""

    entry: SignedEntry
    agreed: bool = False
    granted: bool = False
    opened: bool = False


@dataclass(frozen=True)
class Chain:
    """`head` is the link of the last entry; `void` and `unconfirmed` hold sequence numbers.

    `place` is where the case stands by the entries alone, `state` with the person's messages. `pending`: the links of
    proposals that still wait. `wrap`: the hash of the box that a unit reads by, Z32 if none. `asks`: for the identity,
    neither refused nor past their day. `readers`: the hashes of the boxes by which readers read who were not drawn, the
    newest last; it says who reads. `changes`: other readers, or others of the unit, proposed and waiting.
    `withholdings`: those whose day is not past (SPEC 8.10). `copies`: those neither answered nor past their day (8.11).
    `changed`: changes of who reads that took effect, with the hand-offs, and who agreed; the proposal is None if it is
    before the first entry. `claimed`: the ids of the two of the unit who have the case (8.12), or none.
    `erasing`: proposals that wait to erase the identity (8.15); `nameless`: agreements to one.
    """

    head: bytes
    state: int
    acknowledged: bool
    void: tuple[int, ...]
    unconfirmed: tuple[int, ...]
    entries: tuple[SignedEntry, ...]
    place: Start
    pending: tuple[bytes, ...]
    wrap: bytes
    asks: tuple[Ask, ...]
    readers: tuple[bytes, ...]
    changes: tuple[SignedEntry, ...]
    withholdings: tuple[SignedEntry, ...]
    changed: tuple[tuple[SignedEntry | None, SignedEntry], ...]
    copies: tuple[SignedEntry, ...]
    claimed: tuple[bytes, ...]
    erasing: tuple[SignedEntry, ...]
    nameless: tuple[SignedEntry, ...]


def verify_chain(
    instance: bytes,
    cid: bytes,
    keyring: KeyringBody,
    entries: Sequence[bytes],
    messages: Sequence[KnownMessage],
    today: Day,
    start: Start = BEGINNING,
) -> Chain:
    """SPEC 8.2. `entries` are SignedEntry bytes in order. The numbers are its steps."""
    verified: list[SignedEntry] = []
    signers: list[Signer] = []
    walk = Walk(start, keyring)
    for data in entries:
        entry = parse_signed_entry(data)  # (1)
        check_case(entry, instance, cid)  # (2), (3)
        place = walk.place
        ensure(entry.seq == place.seq and equal(entry.prev, place.link), "chain_broken", f"entry {entry.seq}")  # (4)
        signers.append(check_signer(entry, keyring))  # (5), (6)
        ensure(entry.day >= place.day, "day_out_of_range", f"entry {entry.seq}")  # (7)
        speaks = entry.kind != COPY_ANSWERED  # who answers a copy knows nothing of the messages
        ensure(
            not speaks or message_count(entry.messages) >= place.count, "chain_broken", f"messages of entry {entry.seq}"
        )  # (8)
        walk.take(entry, signers[-1].role)  # (9)
        verified.append(entry)
    void = tuple(one.seq for one in verified if is_void(one.day, today))
    confirming = (
        n
        for n, one in enumerate(verified)
        if not signers[n].revoked and one.seq not in void and one.kind != COPY_ANSWERED  # nor of what came before it
    )
    last_confirming = max(confirming, default=-1)
    unconfirmed = tuple(one.seq for n, one in enumerate(verified) if signers[n].revoked and n > last_confirming)
    uncounted = {*unconfirmed, *void}
    head = walk.place.link
    counted = [one for one in verified if one.seq not in uncounted]
    if uncounted:
        roles = [signer.role for one, signer in zip(verified, signers, strict=True) if one.seq not in uncounted]
        walk = _walk_counted(counted, roles, start, keyring)
    place = resume(walk.place, today)
    state = shown_state(place.state, counted, messages)
    pending = tuple(link for link, one in walk.pending.items() if today <= one.day + lapse_days(one.state))
    asks = tuple(one for one in walk.asks.values() if today <= one.entry.until)
    changes = tuple(one for one in walk.changes.values() if today <= one.day + PROPOSAL_DAYS)
    return Chain(
        head,
        state,
        place.acknowledged,
        void,
        unconfirmed,
        tuple(verified),
        place,
        pending,
        walk.wrap,
        asks,
        tuple(walk.readers),
        changes,
        tuple(one for one in walk.withholdings.values() if today <= one.until),
        tuple(walk.changed),
        tuple(one for one in walk.copies.values() if today <= one.until),
        walk.claimed or (),
        tuple(one for one in walk.erasing.values() if today <= one.day + PROPOSAL_DAYS),
        tuple(walk.nameless),
    )


class Walk:
    """SPEC 8.3: the deeds of a case one after another. A deed that may not be done there raises and changes nothing."""

    def __init__(self, start: Start, keyring: KeyringBody) -> None:
        self.place = start
        self._keyring = keyring
        self.claimed: tuple[bytes, ...] | None = () if start.seq == 0 else None  # None: not known
        self.pending: dict[bytes, SignedEntry] = {}
        self.wrap = Z32
        self.asks: dict[bytes, Ask] = {}
        self.readers: list[bytes] = []
        self.changes: dict[bytes, SignedEntry] = {}
        self.withholdings: dict[bytes, SignedEntry] = {}  # the newest by member
        self.changed: list[tuple[SignedEntry | None, SignedEntry]] = []
        self.copies: dict[bytes, SignedEntry] = {}
        self.erasing: dict[bytes, SignedEntry] = {}
        self.nameless: list[SignedEntry] = []
        self._whole = start.seq == 0
        self._acted: set[bytes] = set()

    def take(self, entry: SignedEntry, role: int) -> None:
        place = resume(self.place, entry.day)
        ensure(place.state != ERASED, "bad_state", "the case is erased")
        if place.state == RECEIVED:
            place = replace(place, state=SCREENING, since=entry.day)
        if entry.kind in (STEP, PROPOSAL, APPROVAL):
            after = self._deed(entry, role, place)
        else:
            after = place
            stands = (entry.state, entry.priority)
            says = (RECEIVED, NO_PRIORITY) if entry.kind == COPY_ANSWERED else (place.state, place.priority)
            ensure(stands == says, "bad_state", f"entry {entry.seq}")
            if entry.kind == REFUSAL and entry.cited in self.asks:
                ensure(role in (REVIEWER, CUSTODIAN), "role_not_allowed", f"entry {entry.seq}")
                del self.asks[entry.cited]
            elif entry.kind == REFUSAL and entry.cited in self.changes:
                self._change(entry, role)
            elif entry.kind == REFUSAL and entry.cited in self.erasing:
                self._erase_name(entry, role)
            elif entry.kind == REFUSAL:
                ensure(role != CUSTODIAN, "role_not_allowed", f"entry {entry.seq}")
                self._decide(entry, role, place)
            elif IDENTITY_ASKED <= entry.kind <= IDENTITY_OPENED:
                self._identity(entry, role)
            elif READERS_PROPOSED <= entry.kind <= UNIT_PROPOSED:
                self._change(entry, role)
            elif entry.kind in (NAME_ERASURE_PROPOSED, NAME_ERASURE_AGREED):
                self._erase_name(entry, role)
            elif entry.kind == WITHHOLDING:
                self._withhold(entry)
            elif entry.kind in (COPIED, COPY_ANSWERED):
                self._copy(entry, role)
            elif entry.kind == CLAIMED:
                self._claim(entry, role)
            elif entry.kind == RECUSAL:
                self._lose(entry.actor)
            if entry.kind == GRANT:
                ensure(role in (REVIEWER, SUPERVISOR), "role_not_allowed", f"entry {entry.seq}")
                ensure(not equal(self.wrap, Z32) or not self._whole, "bad_state", "no unit to grant to")
                self.wrap = entry.box_hash
        self.place = replace(
            after,
            seq=entry.seq + 1,
            link=entry.link,
            day=entry.day,
            count=max(place.count, message_count(entry.messages)),
            acknowledged=after.acknowledged or entry.kind == TEXT_ENTRY,
        )
        if entry.kind in (STEP, PROPOSAL, APPROVAL) and place.state not in (CLOSED, REVIEW):
            self._acted.add(entry.actor)

    def _deed(self, entry: SignedEntry, role: int, place: Start) -> Start:
        fact = f"entry {entry.seq}"
        rule = find_rule(place.state, place.back, entry.state)
        moves = entry.state != place.state
        ensure(not moves or rule is not None, "bad_state", fact)
        if rule is None:
            return self._priority_alone(entry, role, place)
        if entry.state in BY_TWO and place.state not in RETURNS:
            self._check_two(entry.day)
        if entry.state == ERASED:
            ensure(0 < erasable_from(place.state, place.since, place.until, entry.day) <= entry.day, "bad_state", fact)
        four_eyes = bool(rule.approvers)
        ensure(four_eyes == (entry.kind != STEP), "bad_state", fact)
        ahead = entry.until - entry.day
        proposal = None
        # of the approval too: from the day on which it is done the person has the whole time to think again
        ensure(rule.most == 0 or rule.least <= ahead <= rule.most, "bad_state", fact)
        if entry.kind == APPROVAL:
            proposal = self._decide(entry, role, place)
            ensure(proposal is None or entry.until == proposal.until, "bad_state", fact)
            if entry.state == ERASED and proposal:  # the person was told, and has not written since
                ensure(entry.day >= proposal.day + NOTICE_DAYS, "bad_state", "the person was told too late")
                ensure(equal(entry.messages, proposal.messages), "bad_state", "the person has written since")
            ensure(entry.priority == place.priority, "bad_state", fact)
        else:
            ensure(role in rule.signers, "role_not_allowed", fact)
            # raised by anybody, lowered by none alone
            raises = entry.kind == STEP and entry.priority < place.priority
            ensure(raises or entry.priority == place.priority, "bad_state", fact)
            untouched = entry.state != REOPENED or not self._whole or entry.actor not in self._acted
            ensure(untouched, "role_not_allowed", "a review is for one who did nothing in the case")
        if entry.kind == PROPOSAL:
            self.pending[entry.link] = entry
            return place
        aside = entry.state in RETURNS
        if entry.state == ASSIGNED and entry.kind == APPROVAL:
            self.changed.append((proposal, entry))
        if entry.state in (ASSIGNED, TRIAGED):
            self.claimed = ()
        if entry.state == ASSIGNED and proposal:
            self.wrap = proposal.box_hash
        elif entry.state in (TRIAGED, ERASED):
            self.wrap = Z32
        if entry.state == ERASED:
            for waiting in (self.pending, self.asks, self.changes, self.copies, self.erasing):
                waiting.clear()
        return replace(
            place,
            state=entry.state,
            back=(place.back if place.state in RETURNS else place.state) if aside else RECEIVED,
            priority=entry.priority,
            until=entry.until,
            since=entry.day,
        )

    def _change(self, entry: SignedEntry, role: int) -> None:
        """SPEC 8.8: who reads."""
        fact = f"entry {entry.seq}"
        ensure(role in (REVIEWER, SUPERVISOR), "role_not_allowed", fact)
        if entry.kind == UNIT_PROPOSED:
            ensure(not equal(self.wrap, Z32) or not self._whole, "bad_state", "no unit has it")
        if entry.kind in (READERS_PROPOSED, UNIT_PROPOSED):
            self.changes[entry.link] = entry
            return
        if entry.kind == READERS_KEPT:
            self.readers.append(entry.box_hash)
            return
        proposed = self.changes.get(entry.cited)
        if proposed is None:
            ensure(not self._whole, "bad_state", fact)
            self.changed.append((None, entry))
            self.claimed = None
            return
        ensure(not equal(proposed.actor, entry.actor), "role_not_allowed", "the own proposal")
        if entry.kind == READERS_AGREED:
            ensure(entry.day <= proposed.day + PROPOSAL_DAYS, "bad_state", "lapsed")
            if proposed.kind == READERS_PROPOSED:
                self.readers.append(proposed.box_hash)
            else:
                ensure(not equal(self.wrap, Z32) or not self._whole, "bad_state", "no unit has it any more")
                self.wrap = proposed.box_hash
                self.claimed = ()
            self.changed.append((proposed, entry))
        del self.changes[entry.cited]

    def _withhold(self, entry: SignedEntry) -> None:
        """SPEC 8.10: for three days, and not again by the same alone."""
        fact = f"entry {entry.seq}"
        member = withheld_from(entry)
        ensure(0 <= entry.until - entry.day < WITHHOLDING_DAYS, "bad_state", fact)
        ensure(not equal(member, entry.actor), "role_not_allowed", "from oneself: that is a recusal")
        before = self.withholdings.pop(member, None)
        ensure(before is None or not equal(before.actor, entry.actor), "role_not_allowed", "again by the same")
        self.withholdings[member] = entry
        self._lose(member)

    def _claim(self, entry: SignedEntry, role: int) -> None:
        """SPEC 8.12: two of the unit, or nobody; who claims is one of them, or has it, or is a supervisor."""
        fact = f"entry {entry.seq}"
        pair = claimants(entry)
        ensure(not equal(self.wrap, Z32) or not self._whole, "bad_state", "no unit has it")
        ensure(role in (INVESTIGATOR, SUPERVISOR), "role_not_allowed", fact)
        for member in pair:
            ensure(is_investigator(self._keyring, member, entry.day), "role_not_allowed", "who is named")
        before = self.claimed
        ensure(pair != before, "bad_state", "as it was")
        if before is not None and role == INVESTIGATOR:
            ensure(entry.actor in (before or pair), "role_not_allowed", "two others have it")
        self.claimed = pair

    def _lose(self, member: bytes) -> None:
        """Of two one is left: then nobody has the case, since nobody is alone with one."""
        if self.claimed and member in self.claimed:
            self.claimed = ()

    def _check_two(self, day: Day) -> None:
        pair = self.claimed
        if pair is None:
            return
        there = bool(pair) and all(is_investigator(self._keyring, member, day) for member in pair)
        ensure(there, "bad_state", "no two investigators have it")

    def _copy(self, entry: SignedEntry, role: int) -> None:
        """SPEC 8.11."""
        fact = f"entry {entry.seq}"
        if entry.kind == COPIED:
            ensure(role in (REVIEWER, SUPERVISOR), "role_not_allowed", fact)
            ensure(0 <= entry.until - entry.day <= COPY_DAYS, "bad_state", fact)
            self.copies[entry.link] = entry
            return
        ensure(entry.messages == messages_head([]) and entry.until == 0, "bad_state", fact)
        copied = self.copies.pop(entry.cited, None)
        ensure(copied is not None or not self._whole, "bad_state", "no copy that waits")
        ensure(copied is None or entry.day <= copied.until, "bad_state", "the day is past")

    def _erase_name(self, entry: SignedEntry, role: int) -> None:
        """SPEC 8.15."""
        fact = f"entry {entry.seq}"
        ensure(role in (REVIEWER, SUPERVISOR), "role_not_allowed", fact)
        if entry.kind == NAME_ERASURE_PROPOSED:
            self.erasing[entry.link] = entry
            return
        proposed = self.erasing.get(entry.cited)
        if proposed is None:
            ensure(not self._whole, "bad_state", fact)
            self.nameless.append(entry)
            return
        ensure(not equal(proposed.actor, entry.actor), "role_not_allowed", "the own proposal")
        if entry.kind == NAME_ERASURE_AGREED:
            ensure(entry.day <= proposed.day + PROPOSAL_DAYS, "bad_state", "lapsed")
            ensure(equal(entry.messages, proposed.messages), "bad_state", "the person has written since")
            self.nameless.append(entry)
            self.asks.clear()
        del self.erasing[entry.cited]

    def _identity(self, entry: SignedEntry, role: int) -> None:
        """SPEC 8.7."""
        fact = f"entry {entry.seq}"
        if entry.kind == IDENTITY_ASKED:
            ensure(0 <= entry.until - entry.day <= ASK_DAYS, "bad_state", fact)
            self.asks[entry.link] = Ask(entry)
            return
        ask = self.asks.get(entry.cited)
        if ask is None:
            ensure(not self._whole, "bad_state", fact)
            return
        ensure(entry.day <= ask.entry.until, "bad_state", "the day is past")
        own = equal(ask.entry.actor, entry.actor)
        if entry.kind == IDENTITY_AGREED:
            ensure(role == REVIEWER and not own, "role_not_allowed", fact)
            ensure(not ask.agreed, "bad_state", fact)
            ask = replace(ask, agreed=True)
        elif entry.kind == IDENTITY_GRANTED:
            ensure(ask.agreed and not ask.granted, "bad_state", fact)
            ask = replace(ask, granted=True)
        else:
            ensure(own, "role_not_allowed", fact)
            ensure(ask.granted, "bad_state", fact)
            ask = replace(ask, opened=True)
        self.asks[entry.cited] = ask

    def _priority_alone(self, entry: SignedEntry, role: int, place: Start) -> Start:
        fact = f"entry {entry.seq}"
        if entry.kind == STEP:
            ensure(entry.priority < place.priority, "bad_state", fact)
            return replace(place, priority=entry.priority)
        lower = place.priority < entry.priority < NO_PRIORITY
        ensure(lower, "bad_state", fact)
        if entry.kind == PROPOSAL:
            self.pending[entry.link] = entry
            return place
        proposal = self._decide(entry, role, place)
        ensure(proposal is None or proposal.priority == entry.priority, "bad_state", fact)
        return replace(place, priority=entry.priority)

    def _decide(self, entry: SignedEntry, role: int, place: Start) -> SignedEntry | None:
        """The proposal that an approval or refusal cites; None where it may stand before the window of a mailbox."""
        fact = f"entry {entry.seq}"
        proposal = self.pending.get(entry.cited)
        if proposal is None:
            ensure(not self._whole, "bad_state", fact)
            return None
        target = proposal.state
        rule = find_rule(place.state, place.back, target)
        approvers = rule.approvers if rule and rule.approvers else LOWERING[1]
        ensure(role in approvers, "role_not_allowed", fact)
        ensure(not equal(proposal.actor, entry.actor), "role_not_allowed", "the own proposal")
        if entry.kind == APPROVAL:
            ensure(entry.day <= proposal.day + lapse_days(target), "bad_state", "lapsed")
            ensure(entry.state == target, "bad_state", fact)
        del self.pending[entry.cited]
        return proposal


def _walk_counted(counted: Sequence[SignedEntry], roles: Sequence[int], start: Start, keyring: KeyringBody) -> Walk:
    """Without the entries that do not count, a later one may hang in the air: it changes nothing either."""
    walk = Walk(start, keyring)
    for entry, role in zip(counted, roles, strict=True):
        try:
            walk.take(entry, role)
        except ProtocolError:
            continue
    return walk


def resume(place: Start, day: Day) -> Start:
    """SPEC 8.3: a suspension ends by itself after its day."""
    if place.state != SUSPENDED or day <= place.until:
        return place
    return replace(place, state=place.back, back=RECEIVED, until=0, since=place.until + 1)


def shown_state(state: int, counted: Sequence[Entry], messages: Sequence[KnownMessage]) -> int:
    """SPEC 8.3: what the person wished stands before what staff signed, until an entry takes it up."""
    if state == ERASED:
        return ERASED
    cited = {entry.cited for entry in counted}
    open_lanes = {message.lane for message in messages if message.cid not in cited}
    if STOP_LANE in open_lanes:
        return SAFETY_HOLD
    return REVIEW if state == CLOSED and REVIEW_LANE in open_lanes else state


def is_void(day: Day, today: Day) -> bool:
    """SPEC 8.2: a day after tomorrow is nobody's."""
    return day > today + 1


def check_case(entry: Entry, instance: bytes, cid: bytes) -> None:
    """SPEC 8.2 (2) and (3)."""
    ensure(equal(entry.instance, instance), "wrong_instance")
    ensure(equal(entry.cid, cid), "wrong_case")


@dataclass(frozen=True)
class Signer:
    """`revoked`: the key is known to be stolen. From which day does not matter: a thief writes any day."""

    pk: bytes
    role: int
    revoked: bool


def check_signer(entry: SignedEntry, keyring: KeyringBody) -> Signer:
    """SPEC 8.2 (5) and (6): whose key signed, by the newest keyring."""
    others = {
        IDENTITY_GRANTED: (CUSTODIAN,),
        REFUSAL: (*CASEWORKERS, CUSTODIAN),
        COPY_ANSWERED: (TRANSLATOR, ADVISER),
    }
    roles = others.get(entry.kind, CASEWORKERS)
    return check_signature(keyring, entry.actor, entry.day, entry.encoded, entry.signature, roles)


CASEWORKERS = (REVIEWER, SUPERVISOR, INVESTIGATOR)


def check_signature(
    keyring: KeyringBody, id_: bytes, day: Day, signed: bytes, signature: bytes, roles: tuple[int, ...] = CASEWORKERS
) -> Signer:
    """The same for whatever else a member of a case signs."""
    signers = _signers_on(keyring, id_, day)
    ensure(bool(signers), "not_a_member", id_.hex())
    ensure(all(one.role in roles for one in signers), "role_not_allowed", id_.hex())
    signer = next((one for one in signers if is_valid(one.pk, signed, signature)), None)
    if signer is None:
        refuse("bad_signature", id_.hex())
    return signer


def _signers_on(keyring: KeyringBody, id_: bytes, day: Day) -> list[Signer]:
    """The records of a member's id whose days hold this day: the member's first, then the formers' by key."""
    members = [one for one in keyring.members if equal(one.id, id_) and one.from_day <= day <= one.until]
    formers = [one for one in keyring.formers if equal(one.id, id_) and one.first <= day <= one.last]
    return [Signer(one.signing_pk, one.role, False) for one in members] + [
        Signer(one.signing_pk, one.role, one.compromised_since != NEVER) for one in formers
    ]


def is_investigator(keyring: KeyringBody, id_: bytes, day: Day) -> bool:
    """By the newest keyring, on that day."""
    records = _signers_on(keyring, id_, day)
    return bool(records) and all(one.role == INVESTIGATOR for one in records)


@dataclass(frozen=True)
class PostedEntry:
    """SPEC 8.4. The box is empty where an entry has none; the card where the entry does not say who reads."""

    entry: bytes
    box: bytes = field(repr=False)
    card: bytes = field(default=b"", repr=False, kw_only=True)


def check_box(box: SealedBox, entry: SignedEntry) -> SealedBox:
    """SPEC 8.4: this box, and of the same act."""
    ensure(equal(box.hash, entry.box_hash), "hash_mismatch", "box")
    ensure(equal(box.author, entry.actor), "wrong_case", "author of the box")
    ensure(box.kind in BOXES.get(entry.kind, ()) and box.day == entry.day, "wrong_case", "kind or day of the box")
    hands = entry.kind in (GRANT, UNIT_PROPOSED) or (entry.kind == PROPOSAL and entry.state == ASSIGNED)
    ensure((box.kind == WRAP_UNIT) == hands, "wrong_case", "a wrap goes with a hand-off")
    told = box.kind == TEXT or not erases(entry)
    ensure(told and (box.kind != TEXT or entry.kind != PROPOSAL or erases(entry)), "wrong_case", "who is told")
    ensure(equal(box.keyring_hash, entry.keyring_hash), "wrong_case", "keyring of the box")
    return box


def erases(entry: Entry) -> bool:
    """SPEC 8.14: a proposal or an approval to erase the case; the person reads both."""
    return entry.kind in (PROPOSAL, APPROVAL) and entry.state == ERASED


def check_wrap(box: SealedBox, keyring: KeyringBody, day: Day, inbox_pk: bytes | None = None) -> None:
    """SPEC 7.3: one unit, two investigators at least, a supervisor, and the intake inbox, which only readers know."""
    members = {one.kem_hash: one for one in keyring.members if one.from_day <= day <= one.until}
    unknown = [one.pk_hash for one in box.recipients if one.pk_hash not in members]
    found = [members[one.pk_hash] for one in box.recipients if one.pk_hash in members]
    investigators = [one for one in found if one.role == INVESTIGATOR]
    ensure(all(one.role in (INVESTIGATOR, SUPERVISOR) for one in found), "role_not_allowed", "who is named")
    ensure(len(investigators) >= 2, "role_not_allowed", "fewer than two investigators")
    ensure(len({one.group for one in investigators}) == 1, "role_not_allowed", "two units")
    ensure(len(found) > len(investigators), "role_not_allowed", "no supervisor")
    ensure(len(unknown) == 1, "role_not_allowed", "the intake inbox and no other")
    ensure(inbox_pk is None or equal(unknown[0], hash(inbox_pk)), "role_not_allowed", "somebody unknown")


def check_readers(box: SealedBox, keyring: KeyringBody, day: Day, kept: bool = False) -> None:
    """SPEC 7.5: two reviewers at least, a supervisor, whoever proposes. A kept one may name the intake inbox too."""
    members = {one.kem_hash: one for one in keyring.members if one.from_day <= day <= one.until}
    unknown = [one.pk_hash for one in box.recipients if one.pk_hash not in members]
    roles = [members[one.pk_hash].role for one in box.recipients if one.pk_hash in members]
    ensure(all(role in (REVIEWER, SUPERVISOR) for role in roles), "role_not_allowed", "who is named")
    ensure(roles.count(REVIEWER) >= 2, "role_not_allowed", "fewer than two reviewers")
    ensure(SUPERVISOR in roles, "role_not_allowed", "no supervisor")
    ensure(len(unknown) <= int(kept), "role_not_allowed", "somebody unknown")
    ensure(kept or is_named(box, keyring, box.author, day), "role_not_allowed", "whoever proposes stays")


def is_named(box: SealedBox, keyring: KeyringBody, id_: bytes, day: Day) -> bool:
    """Whether a box is sealed to the key that this member has on this day."""
    kems = [one.kem_hash for one in keyring.members if equal(one.id, id_) and one.from_day <= day <= one.until]
    return any(equal(one.pk_hash, kem) for one in box.recipients for kem in kems)


def check_kept(box: SealedBox, keyring: KeyringBody, entry: SignedEntry, live: SealedBox | None) -> None:
    """SPEC 8.8: one signature brings a case to nobody new, but from the machine without a line to those with one.

    By any later keyring: whoever has left since stands in none.
    """
    if live is None:
        known = [one for one in keyring.members if one.id == entry.actor]
        ensure(all(one.flags & OFFLINE for one in known), "role_not_allowed", "who reads is for two to say")
        return
    named, before = ({one.pk_hash for one in wrap.recipients} for wrap in (box, live))
    stayed = {one.kem_hash for one in keyring.members if one.from_day <= entry.day <= one.until}
    ensure(named <= before and named & stayed == before & stayed, "wrong_case", "other readers")


def readers_wraps(chain: Chain, posted: Sequence[PostedEntry], keyring: KeyringBody) -> list[SealedBox]:
    """SPEC 8.8: the wraps of the readers that took effect, in their order; the newest says who reads."""
    entries = {one.box_hash: one for one in chain.entries}
    found: list[SealedBox] = []
    for box_hash in chain.readers:
        entry = entries[box_hash]
        try:
            box = check_box(parse_box(posted[entry.seq].box), entry)
            if entry.kind == READERS_KEPT:
                check_kept(box, keyring, entry, found[-1] if found else None)
        except ProtocolError:
            continue
        found.append(box)
    return found


def check_secret(box: SealedBox, keyring: KeyringBody, ask: SignedEntry, day: Day) -> None:
    """SPEC 8.7: a half goes to whoever asked, and to nobody beside."""
    asker = next((one for one in keyring.members if one.id == ask.actor and one.from_day <= day <= one.until), None)
    ensure(asker is not None, "not_a_member", "who asked")
    named = [one.pk_hash for one in box.recipients]
    ensure(asker is not None and named == [asker.kem_hash], "role_not_allowed", "a half for somebody else")


def encode_posted_entries(posted: Sequence[PostedEntry]) -> bytes:
    return encode_list("posted-entries", [encode_posted(one) for one in posted])


def encode_posted(posted: PostedEntry) -> bytes:
    return encode("posted-entry", posted.entry, posted.box, posted.card)


def parse_posted(data: bytes) -> PostedEntry:
    entry, box, card = decode("posted-entry", [None, None, None], data)
    return PostedEntry(entry, box, card=card)


def parse_posted_entries(data: bytes) -> list[PostedEntry]:
    return [parse_posted(item) for item in decode_list("posted-entries", MAX_ENTRIES, data)]


@dataclass(frozen=True)
class Post(PostedEntry):
    """SPEC 8.5: an entry with what goes with it; the blocks are empty where the poster lacks the mailbox's key."""

    status_block: bytes = field(repr=False)
    reply_block: bytes = field(repr=False)


def encode_post(post: Post) -> bytes:
    return encode("post-entry", post.entry, post.box, post.status_block, post.reply_block, post.card)


def parse_post(data: bytes) -> Post:
    entry, box, status_block, reply_block, card = decode("post-entry", [None, None, None, None, None], data)
    ensure(all(len(block) in (0, BLOCK) for block in (status_block, reply_block)), "malformed", "block")
    ensure(bool(box) == (parse_signed_entry(entry).kind in BOXES), "malformed", "box")
    ensure(bool(reply_block) == bool(box and parse_box(box).kind == TEXT), "malformed", "reply block")
    new = parse_signed_entry(entry)
    ensure(bool(card) == (says_who_reads(new) or (erases(new) and new.kind == APPROVAL)), "malformed", "card")
    return Post(entry, box, status_block, reply_block, card=card)


def says_who_reads(entry: Entry) -> bool:
    """SPEC 7.6: a proposal that brings a card."""
    handing = entry.kind == PROPOSAL and entry.state == ASSIGNED
    return handing or entry.kind in (READERS_PROPOSED, UNIT_PROPOSED)
