"""SPEC 8.16: a legal hold. While it stands the case is not erased; two members set it, renew it, or end it early."""

from __future__ import annotations

from dataclasses import dataclass, replace

from crypto.encoding import Day, equal
from crypto.entry import LEGAL_HOLD_AGREED, LEGAL_HOLD_PROPOSED, REFUSAL, SignedEntry
from crypto.errors import ensure
from crypto.keyring import REVIEWER, SUPERVISOR
from crypto.workflow import PROPOSAL_DAYS

LEGAL_HOLD_DAYS = 183  # six months: who needs a case for longer says so again, with another


@dataclass(frozen=True)
class LegalHold:
    """`until`: its last day, past or not; 0: none was set, or it was ended. `proposed`: what waits, lapsed too.

    `known`: none waits that came before the window of a mailbox.
    """

    until: Day = 0
    proposed: tuple[SignedEntry, ...] = ()
    known: bool = True

    def stands(self, day: Day) -> bool:
        """By the day alone: nobody signs that it is over."""
        return day <= self.until

    def concerns(self, entry: SignedEntry) -> bool:
        """Whether it proposes a hold, agrees to one, or refuses one that waits."""
        refuses = entry.kind == REFUSAL and any(equal(one.link, entry.cited) for one in self.proposed)
        return refuses or entry.kind in (LEGAL_HOLD_PROPOSED, LEGAL_HOLD_AGREED)

    def waiting(self, today: Day) -> tuple[SignedEntry, ...]:
        """Proposals to which another may still agree."""
        return tuple(
            one for one in self.proposed if today <= one.day + PROPOSAL_DAYS and self._may_be(one.until, today)
        )

    def after(self, entry: SignedEntry, role: int, older: bool = False) -> LegalHold:
        """With an entry that concerns it. `older`: what it cites may stand before the window."""
        fact = f"entry {entry.seq}"
        fits = self._may_be(entry.until, entry.day)
        if entry.kind == LEGAL_HOLD_PROPOSED:
            ensure(fits, "bad_state", fact)
            return replace(self, proposed=(*self.proposed, entry))
        ensure(role in (REVIEWER, SUPERVISOR), "role_not_allowed", fact)
        proposal = next((one for one in self.proposed if equal(one.link, entry.cited)), None)
        ensure(proposal is not None or (older and not self.known), "bad_state", "nothing proposed")
        ensure(proposal is None or not equal(proposal.actor, entry.actor), "role_not_allowed", "the own proposal")
        if entry.kind == LEGAL_HOLD_AGREED:
            ensure(fits, "bad_state", fact)
            ensure(proposal is None or entry.day <= proposal.day + PROPOSAL_DAYS, "bad_state", "lapsed")
            ensure(proposal is None or entry.until == proposal.until, "bad_state", fact)
            return LegalHold(entry.until)  # what waited was about another hold
        return replace(self, proposed=tuple(one for one in self.proposed if one is not proposal))

    def _may_be(self, until: Day, day: Day) -> bool:
        """No hold is ended but one that stands, and none is set for longer than the days."""
        return 0 <= until - day <= LEGAL_HOLD_DAYS if until else self.stands(day)
