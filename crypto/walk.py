"""SPEC 8.3: where a case stands, deed by deed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crypto.asking import Asks
from crypto.encoding import Z32, Day, equal
from crypto.entry import (
    ANSWERS,
    APPROVAL,
    CLAIMED,
    COPIED,
    COPY_ANSWERED,
    COPY_DAYS,
    GRANT,
    LEGAL_HOLD_AGREED,
    NAME_ERASURE_AGREED,
    NAME_ERASURE_PROPOSED,
    PROPOSAL,
    READERS_AGREED,
    READERS_KEPT,
    READERS_PROPOSED,
    RECUSAL,
    REFUSAL,
    STEP,
    TEXT_ENTRY,
    TOUCHES,
    UNIT_PROPOSED,
    WITHHOLDING,
    WITHHOLDING_DAYS,
    SignedEntry,
    claimants,
    message_count,
    messages_head,
    withheld_from,
)
from crypto.errors import ensure
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR, KeyringBody
from crypto.legalhold import LegalHold
from crypto.signer import is_investigator
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
    SCREENING,
    SUSPENDED,
    TRIAGED,
    erasable_from,
    find_rule,
    lapse_days,
)


@dataclass(frozen=True)
class Start:
    """Where a case stands, and where a verifier begins that does not have the first entries (SPEC 9.2).

    `back`: where a case that stands aside stood before. `since`: the day on which its state began. `hold`: the last day
    of a legal hold (8.16), past or not, 0 if there is none.
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
    hold: Day = 0


BEGINNING = Start()


class Walk:
    """SPEC 8.3: the deeds of a case one after another. A deed that may not be done there raises and changes nothing."""

    def __init__(self, start: Start, keyring: KeyringBody) -> None:
        self.place = start
        self._keyring = keyring
        self._whole = start.seq == 0
        self.claimed: tuple[bytes, ...] | None = () if self._whole else None  # None: not known
        self.pending: dict[bytes, SignedEntry] = {}
        self._lowerings: set[bytes] = set()  # of those proposed, links of a priority alone
        self.wrap: bytes | None = Z32 if self._whole else None  # None: not known
        self.asks = Asks()
        self.readers: list[bytes] = []
        self.changes: dict[bytes, SignedEntry] = {}
        self.withholdings: list[SignedEntry] = []
        self.changed: list[tuple[SignedEntry | None, SignedEntry]] = []
        self.copies: dict[bytes, SignedEntry] = {}
        self.erasing: dict[bytes, SignedEntry] = {}
        self.nameless: list[SignedEntry] = []
        self.hold = LegalHold(start.hold, known=self._whole)
        self._acted: set[bytes] = set()
        self._seen: set[bytes] = set()  # links of entries, and of what they answered
        self._boxes: set[bytes] = set()  # hashes of theirs

    def take(self, entry: SignedEntry, role: int) -> None:
        place = resume(self.place, entry.day)
        ensure(place.state != ERASED, "bad_state", "the case is erased")
        ensure(entry.box_hash not in self._boxes, "bad_state", "the box of another entry")
        if place.state == RECEIVED:
            place = replace(place, state=SCREENING, since=entry.day)
        if entry.kind in (STEP, PROPOSAL, APPROVAL):
            after = self._deed(entry, role, place)
        else:
            after = place
            stands = (entry.state, entry.priority)
            says = (RECEIVED, NO_PRIORITY) if entry.kind == COPY_ANSWERED else (place.state, place.priority)
            ensure(stands == says, "bad_state", f"entry {entry.seq}")
            if self.asks.concerns(entry):
                self.asks = self.asks.after(entry, role, self._is_older(entry.cited) and not self.nameless)
            elif entry.kind == REFUSAL and entry.cited in self.changes:
                self._change(entry, role)
            elif entry.kind == REFUSAL and entry.cited in self.erasing:
                self._erase_name(entry, role)
            elif self.hold.concerns(entry):
                self._hold(entry, role)
            elif entry.kind == REFUSAL:
                self._decide(entry, role, place)
                self.pending.pop(entry.cited, None)
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
                self._check_handed()
                self.wrap = entry.box_hash
        self.place = replace(
            after,
            seq=entry.seq + 1,
            link=entry.link,
            day=entry.day,
            count=max(place.count, message_count(entry.messages)),
            acknowledged=after.acknowledged or entry.kind == TEXT_ENTRY,
            hold=self.hold.until,
        )
        if entry.kind in TOUCHES and place.state not in (CLOSED, REVIEW):
            self._acted.add(entry.actor)
        self._seen.add(entry.link)
        if not equal(entry.box_hash, Z32):
            self._boxes.add(entry.box_hash)
        if entry.kind in ANSWERS:
            self._seen.add(entry.cited)

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
            ensure(not self.hold.stands(entry.day), "bad_state", "a legal hold stands")
            ensure(0 < erasable_from(place.state, place.since, place.until, entry.day) <= entry.day, "bad_state", fact)
        four_eyes = bool(rule.approvers)
        ensure(four_eyes == (entry.kind != STEP), "bad_state", fact)
        ahead = entry.until - entry.day
        proposal = None
        # of the approval too: from the day on which it is done the person has the whole time to think again
        ensure(rule.most == 0 or rule.least <= ahead <= rule.most, "bad_state", fact)
        if entry.kind == APPROVAL:
            proposal = self._decide(entry, role, place)
            ensure(entry.cited not in self._lowerings, "bad_state", "a priority alone was proposed")
            ensure(proposal is None or entry.until == proposal.until, "bad_state", fact)
            if entry.state == ERASED:
                self._check_told(entry, proposal)
            ensure(entry.priority == place.priority, "bad_state", fact)
            self.pending.pop(entry.cited, None)
        else:
            ensure(role in rule.signers, "role_not_allowed", fact)
            least = 0 if entry.kind == STEP else place.priority  # raised by anybody, lowered by none alone
            ensure(least <= entry.priority <= place.priority, "bad_state", fact)
            untouched = entry.state != REOPENED or entry.actor not in self._acted
            ensure(untouched, "role_not_allowed", "a review is for one who did nothing in the case")
        if entry.kind == PROPOSAL:
            self.pending[entry.link] = entry
            return place
        aside = entry.state in RETURNS
        handed = entry.state == ASSIGNED and entry.kind == APPROVAL  # a step back to it hands nothing to anybody
        if handed:
            self.changed.append((proposal, entry))
        if handed or entry.state == TRIAGED:
            self.claimed = ()
        if handed:
            self.wrap = proposal.box_hash if proposal else None
        elif entry.state in (TRIAGED, ERASED):
            self.wrap = Z32
        if entry.state == ERASED:
            for waiting in (self.pending, self.changes, self.copies, self.erasing):
                waiting.clear()
            self.asks, self.hold = Asks(), LegalHold()
        return replace(
            place,
            state=entry.state,
            back=(place.back if place.state in RETURNS else place.state) if aside else RECEIVED,
            priority=entry.priority,
            until=entry.until,
            since=entry.day,
        )

    def _check_told(self, entry: SignedEntry, proposal: SignedEntry | None) -> None:
        """SPEC 8.14: before a case is erased the person was told, and has not written since."""
        if proposal is None:
            ensure(not self.hold.known, "bad_state", "nothing older waits after a hold")
            return
        ensure(entry.day >= proposal.day + NOTICE_DAYS, "bad_state", "the person was told too late")
        ensure(equal(entry.messages, proposal.messages), "bad_state", "the person has written since")

    def _change(self, entry: SignedEntry, role: int) -> None:
        """SPEC 8.8: who reads."""
        fact = f"entry {entry.seq}"
        ensure(role in (REVIEWER, SUPERVISOR), "role_not_allowed", fact)
        if entry.kind == UNIT_PROPOSED:
            self._check_handed()
        if entry.kind in (READERS_PROPOSED, UNIT_PROPOSED):
            self.changes[entry.link] = entry
            return
        if entry.kind == READERS_KEPT:
            self.readers.append(entry.box_hash)
            return
        proposed = self._proposal(self.changes, entry)
        if proposed is None:
            self.changed.append((None, entry))
            if self.claimed:  # the readers were changed, or others of the unit agreed to: then nobody has it
                self.claimed = None
            return
        if entry.kind == READERS_AGREED:
            ensure(entry.day <= proposed.day + PROPOSAL_DAYS, "bad_state", "lapsed")
            if proposed.kind == READERS_PROPOSED:
                self.readers.append(proposed.box_hash)
            else:
                self._check_handed()
                self.wrap = proposed.box_hash
                self.claimed = ()
            self.changed.append((proposed, entry))
        del self.changes[entry.cited]

    def _withhold(self, entry: SignedEntry) -> None:
        """SPEC 8.10: for three days, and not again by the same alone."""
        member = withheld_from(entry)
        ensure(0 <= entry.until - entry.day < WITHHOLDING_DAYS, "bad_state", f"entry {entry.seq}")
        ensure(not equal(member, entry.actor), "role_not_allowed", "from oneself: that is a recusal")
        before = [one for one in self.withholdings if equal(withheld_from(one), member)]
        ensure(not before or not equal(before[-1].actor, entry.actor), "role_not_allowed", "again by the same")
        self.withholdings.append(entry)  # the ones before stand to their ends
        self._lose(member)

    def _claim(self, entry: SignedEntry, role: int) -> None:
        """SPEC 8.12: two of the unit, or nobody; who claims is one of them, or has it, or is a supervisor."""
        pair = claimants(entry)
        self._check_handed()
        ensure(role in (INVESTIGATOR, SUPERVISOR), "role_not_allowed", f"entry {entry.seq}")
        for member in pair:
            ensure(is_investigator(self._keyring, member, entry.day), "role_not_allowed", "who is named")
        before = self.claimed
        ensure(pair != before, "bad_state", "as it was")
        if before is not None and role == INVESTIGATOR:
            ensure(entry.actor in (before or pair), "role_not_allowed", "two others have it")
        self.claimed = pair

    def _check_handed(self) -> None:
        """A wrap of a unit is live, or may be: it is older than a window unless an entry in there ends it."""
        ensure(self.wrap is None or not equal(self.wrap, Z32), "bad_state", "no unit has it")

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
        copied = self.copies.get(entry.cited)
        ensure(copied is not None or self._is_older(entry.cited), "bad_state", "no copy that waits")
        ensure(copied is None or entry.day <= copied.until, "bad_state", "the day is past")
        self.copies.pop(entry.cited, None)

    def _erase_name(self, entry: SignedEntry, role: int) -> None:
        """SPEC 8.15."""
        ensure(role in (REVIEWER, SUPERVISOR), "role_not_allowed", f"entry {entry.seq}")
        if entry.kind == NAME_ERASURE_PROPOSED:
            self.erasing[entry.link] = entry
            return
        proposed = self._proposal(self.erasing, entry)
        if entry.kind == NAME_ERASURE_AGREED:
            if proposed:
                ensure(entry.day <= proposed.day + PROPOSAL_DAYS, "bad_state", "lapsed")
                ensure(equal(entry.messages, proposed.messages), "bad_state", "the person has written since")
            self.nameless.append(entry)
            self.asks = Asks()
        self.erasing.pop(entry.cited, None)

    def _hold(self, entry: SignedEntry, role: int) -> None:
        """SPEC 8.16: with a hold no proposal to erase waits any more, so that the person is told anew."""
        self.hold = self.hold.after(entry, role, self._is_older(entry.cited))
        if entry.kind == LEGAL_HOLD_AGREED:
            self.pending = {link: one for link, one in self.pending.items() if one.state != ERASED}

    def _priority_alone(self, entry: SignedEntry, role: int, place: Start) -> Start:
        fact = f"entry {entry.seq}"
        if entry.kind == STEP:
            ensure(entry.priority < place.priority, "bad_state", fact)
            return replace(place, priority=entry.priority)
        lower = place.priority < entry.priority < NO_PRIORITY
        ensure(lower, "bad_state", fact)
        ensure(place.state != ASSIGNED, "bad_state", "two who sign assigned hand the case over")
        if entry.kind == PROPOSAL:
            self.pending[entry.link] = entry
            self._lowerings.add(entry.link)
            return place
        proposal = self._decide(entry, role, place)
        ensure(proposal is None or entry.cited in self._lowerings, "bad_state", "a move was proposed")
        ensure(proposal is None or proposal.priority == entry.priority, "bad_state", fact)
        self.pending.pop(entry.cited, None)
        return replace(place, priority=entry.priority)

    def _decide(self, entry: SignedEntry, role: int, place: Start) -> SignedEntry | None:
        """The proposal of a deed that an approval or refusal cites."""
        fact = f"entry {entry.seq}"
        proposal = self._proposal(self.pending, entry)
        if proposal is None and entry.kind == REFUSAL:
            ensure(role != INVESTIGATOR, "role_not_allowed", "an investigator refuses nothing")
            return None
        target = proposal.state if proposal else entry.state
        rule = find_rule(place.state, place.back, target)
        approvers = rule.approvers if rule and rule.approvers else LOWERING
        ensure(role in approvers, "role_not_allowed", fact)
        if proposal and entry.kind == APPROVAL:
            ensure(entry.day <= proposal.day + lapse_days(target), "bad_state", "lapsed")
            ensure(entry.state == target, "bad_state", fact)
        return proposal

    def _proposal(self, waiting: dict[bytes, SignedEntry], entry: SignedEntry) -> SignedEntry | None:
        """What an agreement or refusal cites, by another; None where it may stand before the window of a mailbox."""
        found = waiting.get(entry.cited)
        ensure(found is not None or self._is_older(entry.cited), "bad_state", f"entry {entry.seq}")
        ensure(found is None or not equal(found.actor, entry.actor), "role_not_allowed", "the own proposal")
        return found

    def _is_older(self, link: bytes) -> bool:
        """SPEC 8.2: it may be of what stands before the window, and nothing in there has answered it."""
        return not self._whole and link not in self._seen


def resume(place: Start, day: Day) -> Start:
    """SPEC 8.3: a suspension ends by itself after its day."""
    if place.state != SUSPENDED or day <= place.until:
        return place
    return replace(place, state=place.back, back=RECEIVED, until=0, since=place.until + 1)
