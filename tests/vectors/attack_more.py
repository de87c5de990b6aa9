"""SPEC 11.6: who may ask to open more cases on a day, who may agree, and that one yes is good for nothing else."""

from __future__ import annotations

from typing import Any

from crypto.encoding import decode, encode, u8
from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, SUPERVISOR
from crypto.more import MOST_MORE, REASONS, MoreAsked, sign_more_answered, sign_more_asked, verify_more_asked
from crypto.primitives import sign
from tests.vectors.attack_keyring import DAY, world
from tests.world import Person, new_person


def more_sheet(sheet: Any) -> None:
    tries = _Tries(sheet)
    _asking(tries)
    _answering(tries)


class _Tries:
    def __init__(self, sheet: Any) -> None:
        self.sheet, self.world = sheet, world()
        self.keyring = sheet.blob("keyring:older", self.world.keyring.encoded)
        self.reviewer, self.other = self.world.of(REVIEWER)[:2]
        self.supervisor = self.world.of(SUPERVISOR)[0]

    def asked(
        self,
        by: Person,
        *,
        day: int = DAY,
        cases: int = 300,
        reason: int = 1,
        instance: bytes = b"",
        nonce: bytes = bytes(16),
    ) -> bytes:
        asked = MoreAsked(instance or self.world.instance, by.id, day, cases, reason, nonce)
        return sign_more_asked(asked, by.signing_seed)

    def answered(self, asked: bytes, by: Person, agrees: bool = True) -> bytes:
        found = verify_more_asked(self.world.instance, self.world.keyring, asked)
        return sign_more_answered(found, by.id, agrees, by.signing_seed)

    def verify(self, name: str, slug: str, asked: bytes, answer: bytes = b"", **changes: Any) -> None:
        given = {"instance": self.world.instance, "keyring": self.keyring, "asked": asked, "answer": answer} | changes
        if slug:
            self.sheet.fails(f"more_{name}", slug, "more.verify", **given)
        else:
            self.sheet.ok(f"more_{name}", "more.verify", **given)


def _asking(t: _Tries) -> None:
    good = t.asked(t.reviewer)
    t.verify("asked", "", good)
    t.verify("asked_by_a_supervisor", "", t.asked(t.supervisor, cases=1, reason=len(REASONS)))
    t.verify("asked_by_an_investigator", "", t.asked(t.world.of(INVESTIGATOR)[0], cases=MOST_MORE))
    t.verify("asked_by_a_custodian", "role_not_allowed", t.asked(t.world.of(CUSTODIAN)[0]))
    t.verify("asked_by_a_stranger", "not_a_member", t.asked(new_person(REVIEWER, "abroad")))
    t.verify("asked_in_a_members_name", "bad_signature", _signed_by(good, t.other))
    t.verify("asked_after_the_members_days", "not_a_member", t.asked(t.reviewer, day=DAY + 366))
    t.verify("asked_for_none", "malformed", t.asked(t.reviewer, cases=0))
    t.verify("asked_for_too_many", "malformed", t.asked(t.reviewer, cases=MOST_MORE + 1))
    t.verify("asked_for_no_reason", "malformed", t.asked(t.reviewer, reason=0))
    t.verify("asked_for_an_unknown_reason", "malformed", t.asked(t.reviewer, reason=len(REASONS) + 1))
    t.verify("asked_of_another_instance", "wrong_instance", t.asked(t.reviewer, instance=bytes(32)))
    t.verify("asked_for_more_than_was_signed", "bad_signature", good.replace(b"\0\0\0\2\1\x2c", b"\0\0\0\2\2\x2c"))
    t.verify("asked_cut", "malformed", good[:-1])
    t.verify("asked_with_a_short_nonce", "malformed", t.asked(t.reviewer, nonce=bytes(15)))


def _answering(t: _Tries) -> None:
    asked, another = t.asked(t.reviewer), t.asked(t.reviewer, cases=1)
    yes = t.answered(asked, t.supervisor)
    t.verify("agreed", "", asked, yes)
    t.verify("agreed_by_another_reviewer", "", asked, t.answered(asked, t.other))
    t.verify("refused", "", asked, t.answered(asked, t.supervisor, agrees=False))
    t.verify("agreed_by_the_asker", "role_not_allowed", asked, t.answered(asked, t.reviewer))
    t.verify("agreed_by_an_investigator", "role_not_allowed", asked, t.answered(asked, t.world.of(INVESTIGATOR)[0]))
    t.verify("agreed_by_a_custodian", "role_not_allowed", asked, t.answered(asked, t.world.of(CUSTODIAN)[0]))
    t.verify("agreed_by_a_stranger", "not_a_member", asked, t.answered(asked, new_person(SUPERVISOR, "")))
    t.verify("agreed_in_a_members_name", "bad_signature", asked, _signed_by(yes, t.other))
    t.verify("agreed_to_less_is_not_agreed_to_more", "hash_mismatch", asked, t.answered(another, t.supervisor))
    again = t.asked(t.reviewer, nonce=bytes(15) + b"\1")
    t.verify("agreed_to_the_same_asked_before", "hash_mismatch", again, yes)
    no = t.answered(asked, t.supervisor, agrees=False)
    t.verify("a_no_made_a_yes", "bad_signature", asked, _with_verdict(no, 1))
    t.verify("a_verdict_that_is_neither", "malformed", asked, _with_verdict(no, 2))
    moved = encode("more-answered", bytes(32), *decode("more-answered", [32, 32, 16, 1], _statement(yes))[1:])
    t.verify("agreed_in_another_instance", "wrong_instance", asked, _sign(moved, t.supervisor))
    t.verify("an_asking_as_its_own_answer", "malformed", asked, asked)
    t.verify("answer_cut", "malformed", asked, yes[:-1])


def _statement(answer: bytes) -> bytes:
    return decode("signed-more-answered", [None, 64], answer)[0]


def _sign(statement: bytes, by: Person) -> bytes:
    return encode("signed-more-answered", statement, sign(by.signing_seed, statement))


def _with_verdict(answer: bytes, verdict: int) -> bytes:
    statement, signature = decode("signed-more-answered", [None, 64], answer)
    *fields, _ = decode("more-answered", [32, 32, 16, 1], statement)
    return encode("signed-more-answered", encode("more-answered", *fields, u8(verdict)), signature)


def _signed_by(data: bytes, by: Person) -> bytes:
    """The same statement under somebody else's signature."""
    for tag in ("signed-more-asked", "signed-more-answered"):
        if data[1:].startswith(tag.encode()):
            statement, _ = decode(tag, [None, 64], data)
            return encode(tag, statement, sign(by.signing_seed, statement))
    raise AssertionError
