"""SPEC 5.13: what the person allows each body today. A narrower answer counts at once, a wider one takes its time.

Pure. The twin is service/web/src/desk-consent.ts; tests/unit/test_consent.py holds both to one table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from crypto.case import OpenedCase
from crypto.encoding import Day
from crypto.entry import COPY_ANSWERED, message_count, messages_head

COOLING_DAYS: Final = 7
# Each allows more than the one before; what is none of them allows nothing.
NOTHING, ASK, FACTS, WHOLE = "nothing", "ask_me_each_time", "facts_no_identity", "with_identity"
LEVELS: Final = (NOTHING, ASK, FACTS, WHOLE)
PREFIX: Final = "consent_"  # of the question about a scope
# "More people who work with us": left open it takes its way, so that no first answer allows more than before.
STAFF_ONLY: Final = "staff_only"
# "May we tell the United Nations at once?", of the form for somebody who is about to be sent away: they need to know
# who the person is, and it says so. In one message the scope's own question counts.
UN_NOW: Final = "rt_consent_un_now"
UN_SCOPES: Final = ("un_sp", "cat_or_hrc")
AT_ONCE: Final = {"yes": WHOLE, "no": NOTHING}
# What a wider answer still lacks: somebody who opened its message; words to the person after that; the days; or an
# answer anew, since nobody can tell whether it or a narrower one came last.
OPEN, ASKING, DAYS, AGAIN = "open", "ask", "days", "again"


@dataclass(frozen=True)
class Look:
    """A signed entry that counts. `count`: its signer knew the first so many messages, 0 where that is not certain.

    `asks`: it puts words into the person's mailbox.
    """

    count: int
    day: Day
    asks: bool


@dataclass(frozen=True)
class Wait:
    """A wider answer that does not count yet. `until`: the day from which it does, 0 while that is open."""

    level: str
    lacks: str
    until: Day


@dataclass(frozen=True)
class Consent:
    """`level` is what counts today. `at`: the newest message that says just that, -1: none.

    `since`: the day from which it counts, where it waited, else 0. `urgent`: it counts without, by UN_NOW.
    """

    level: str
    at: int = -1
    since: Day = 0
    urgent: bool = False
    waits: tuple[Wait, ...] = ()


UNANSWERED: Final = Consent(NOTHING)


@dataclass
class _Scope:
    """Of each level, from nothing up: the batch that began the unbroken run of answers at least as wide."""

    starts: list[int | None]
    urgent: bool = False
    unclear: int = 0  # the wider one, where the newest batch says two things


def consent_for(opened: OpenedCase, scope: str) -> Consent:
    """Nothing where it was not answered."""
    answers = [one.account.content.answers for one in opened.messages]
    return consents_in(answers, looks_of(opened), opened.today).get(scope, UNANSWERED)


def looks_of(opened: OpenedCase) -> list[Look]:
    """Void and unconfirmed entries are none; nor is an answer to a copy, whose signer knows nothing of the messages."""
    chain = opened.chain
    cids = [one.cid for one in opened.messages]
    heads: dict[int, bytes] = {}
    looks = []
    for entry in chain.entries:
        if entry.kind == COPY_ANSWERED or entry.seq in (*chain.void, *chain.unconfirmed):
            continue
        count = message_count(entry.messages)
        if count not in heads:
            heads[count] = messages_head(cids[:count])
        looks.append(Look(count if heads[count] == entry.messages else 0, entry.day, entry.seq in opened.told))
    return looks


def consents_in(messages: Sequence[Mapping[str, str]], looks: Sequence[Look], today: Day) -> dict[str, Consent]:
    """By the code of the question, each that was answered. `messages`: their answers, in the order of the case."""
    batches = _batches(len(messages), looks)
    named = {key.removeprefix(PREFIX) for told in messages for key in told if key.startswith(PREFIX)}
    if any(told.get(UN_NOW) in AT_ONCE for told in messages):
        named |= set(UN_SCOPES)
    return {scope: _consent(scope, messages, batches, looks, today) for scope in sorted(named)}


def _batches(length: int, looks: Sequence[Look]) -> list[range]:
    """What came between two looks. The server keeps the day alone, so what came last in one is not known.

    Only the case's own message is known to be the first.
    """
    ends = sorted({min(1, length), length} | {look.count for look in looks if look.count} - {0})
    return [range(first, last) for first, last in zip([0, *ends], ends, strict=False)]


def _answer(told: Mapping[str, str], scope: str) -> int | None:
    level = told.get(PREFIX + scope)
    if level is None and scope in UN_SCOPES:
        level = AT_ONCE.get(told.get(UN_NOW, ""))
    if level is None:
        return None
    return LEVELS.index(level) if level in LEVELS else 0


def _is_urgent(scope: str, now: Iterable[Mapping[str, str]], before: Sequence[Mapping[str, str]]) -> bool:
    """Somebody is about to be sent away and had not answered for the United Nations: hours count."""
    if scope not in UN_SCOPES or not any(told.get(UN_NOW) == "yes" for told in now):
        return False
    return all(_answer(told, one) is None for told in before for one in UN_SCOPES)


def _read(scope: str, messages: Sequence[Mapping[str, str]], batches: Sequence[range]) -> _Scope:
    read = _Scope([0 if level == NOTHING or scope == STAFF_ONLY else None for level in LEVELS])
    for n, batch in enumerate(batches):
        found = [level for level in (_answer(messages[i], scope) for i in batch) if level is not None]
        if not found:
            continue
        low, high = min(found), max(found)  # which came last is not known: the narrower one is taken to
        urgent = n > 0 and _is_urgent(scope, (messages[i] for i in batch), messages[: batch.start])
        for level in range(1, len(LEVELS)):
            if level > low:
                read.starts[level] = None
            elif read.starts[level] is None:
                read.starts[level] = 0 if urgent else n
        read.urgent = low > 0 and (urgent or (read.urgent and read.starts[1] == 0))
        read.unclear = high if high > low else 0
    return read


def _wait(level: int, batch: range, looks: Sequence[Look]) -> Wait:
    """Opened, then asked, then the days: all by the days of signed entries, of which no author of a message has any."""
    seen = next((n for n, look in enumerate(looks) if look.count >= batch.stop), None)
    if seen is None:
        return Wait(LEVELS[level], OPEN, 0)
    asked = next((look.day for look in looks[seen + 1 :] if look.asks), None)
    return Wait(LEVELS[level], ASKING, 0) if asked is None else Wait(LEVELS[level], DAYS, asked + COOLING_DAYS)


def _consent(
    scope: str, messages: Sequence[Mapping[str, str]], batches: Sequence[range], looks: Sequence[Look], today: Day
) -> Consent:
    read = _read(scope, messages, batches)
    counts, since = 0, 0
    waits: dict[int, Wait] = {}  # by the batch: of answers in one, the widest
    for level, start in enumerate(read.starts):
        if start is None:
            continue
        wait = _wait(level, batches[start], looks) if start else None
        if wait and not (wait.lacks == DAYS and wait.until <= today):
            waits[start] = wait
        else:
            counts, since = level, wait.until if wait else 0
    if read.unclear:
        waits[len(batches)] = Wait(LEVELS[read.unclear], AGAIN, 0)
    said = [i for i, told in enumerate(messages) if _answer(told, scope) == counts]
    urgent = read.urgent and counts > 0 and read.starts[counts] == 0
    return Consent(LEVELS[counts], said[-1] if said else -1, since, urgent, tuple(waits.values()))
