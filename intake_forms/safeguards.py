"""What the answers say about the safeguards of the first hours: breached, met, possible, or not known. Never a guess.

For the reader's desk; the person who wrote never sees a finding. The twin is ts/safeguards.ts, and
tests/vectors/safeguards.json holds both to one meaning. Times are spans of whole UTC minutes (approx.py), limits and
all other facts are data (countries.py). For an event bound to a limit after a start:

    least = max(0, event.earliest - start.latest)        breach   where least > limit
    most  = event.latest - start.earliest                met      where most <= limit
                                                         possible otherwise

An event without a usable time is unknown; one that has not happened runs from the asking, or the release, without end;
one that is over before the start is inconsistent, and is asked about gently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from intake_forms.approx import ApproxTime, BadTime, Span, day_of, parse_time, span_of
from intake_forms.countries import STANDARD, Country, Fact, Known, Limit, Status

Answers = Mapping[str, str]
F = TypeVar("F", bound=Fact)
Verdict = Literal["breach", "met", "possible", "unknown", "inconsistent"]
Basis = Literal["standard", "law"]

# Answers that say of an event that it did not happen. Of a waiver, a refusal or a hearing to come, a time says when
# that was; beside a plain no, a time contradicts.
NOT_HAPPENED = {"judge_how": {"never"}, "lawyer_got": {"no"}, "family_told": {"no"}}
NOT_HAPPENED_WHATEVER_THE_TIME = {"judge_how": {"not_yet"}, "lawyer_got": {"forced_waiver", "refused_entry"}}
NOT_CHOSEN = "state_given_not_chosen"  # the safeguard is a lawyer of one's choice
INQUIRY = ("judge_asked_legality", "judge_asked_grounds", "judge_asked_treatment")
NO_ANSWER = {"", "dont_know", "prefer_not"}
STILL_HELD = "still_held"
EVER = "0001-01-01"  # before any law that somebody could know of
ALWAYS_BY_LAW = {"unregistered_hours", "late_judge_law"}  # shown beside the standard even where no law is known

_ROW = re.compile(r"([a-z0-9_]{1,32})\.([1-9][0-9]{0,5})\.([a-z0-9_]{1,32})")


@dataclass(frozen=True)
class Finding:
    """`least` and `most` are minutes; `most` None beside a `least`: no end. `limits` are hours, more than one where it
    is not known which applies. `row`: the row of a repeat, such as `exams.2`."""

    rule: str
    row: str
    basis: Basis
    verdict: Verdict
    least: int | None = None
    most: int | None = None
    limits: tuple[int, ...] = ()
    alert: bool = False
    sources: tuple[str, ...] = ()
    draft: bool = False


@dataclass(frozen=True)
class Incommunicado:
    """Minutes until the first of family, lawyer and judge, or the release. It has no limit."""

    verdict: Literal["measured", "unknown", "inconsistent"]
    least: int | None = None
    most: int | None = None


@dataclass(frozen=True)
class TimeBar:
    """Whether time runs out for prosecuting torture. `unknown` is shown as unknown, never as time-barred."""

    status: Status
    source: str = ""
    draft: bool = False


@dataclass(frozen=True)
class ExaminerPay:
    """`detaining` yes: whoever examined in this row was employed by the detaining agency."""

    row: str
    examiner: str
    detaining: Known
    source: str = ""
    draft: bool = False


@dataclass(frozen=True)
class Assessment:
    findings: tuple[Finding, ...]
    incommunicado: Incommunicado
    limitation: TimeBar
    examiners: tuple[ExaminerPay, ...]


def assess(answers: Answers, countries: Mapping[str, Country], asked: str) -> Assessment:
    """All findings. `countries` as read_countries gives them; `asked` is the ApproxTime at which the person answered.

    An answer that cannot be read counts as none. Nothing is refused, and nothing is changed.
    """
    case = _Case(answers, countries, asked)
    return Assessment(case.findings(), case.incommunicado(), case.limitation(), case.examiners())


class _Event(NamedTuple):
    """`span` None: not known when. `local`: first and last day on the wall, for the law of that day."""

    span: Span | None
    local: tuple[str, str] | None = None
    contradicts: bool = False


_UNKNOWN = _Event(None)


class _Case:
    def __init__(self, answers: Answers, countries: Mapping[str, Country], asked: str) -> None:
        self.answers = answers
        self.standard = countries[STANDARD]
        self.country = countries.get(self.sole("country"))
        self.zones = self.zones_of(self.country)
        self.asked = self.timed(asked)
        self.detained = self.timed(self.answer("t_detained"))
        self.released = self.timed(self.answer("t_released"))

    def findings(self) -> tuple[Finding, ...]:
        judge, lawyer = self.event("t_judge", "judge_how"), self.own_lawyer()
        found = self.both("unregistered_hours", "unregistered_hours", self.event("t_registered"), self.detained)
        found += self.both("no_or_late_lawyer", "no_or_late_lawyer", lawyer, self.detained)
        for row, exam, admission in self.admissions():
            found += self.both("no_admission_exam", "no_admission_exam", exam, admission, row)
        found += self.both("late_judge_std", "late_judge_law", judge, self.detained)
        return (*found, self.inquiry(judge))

    def both(self, standard: str, law: str, event: _Event, start: _Event, row: str = "") -> list[Finding]:
        """Standard and law side by side."""
        found = [self.bound(standard, row, "standard", self.standard.limits, event, start)]
        limits = self.country.limits if self.country else ()
        if law in ALWAYS_BY_LAW or any(limit.rule == law for limit in limits):
            found.append(self.bound(law, row, "law", limits, event, start))
        return found

    def bound(
        self, rule: str, row: str, basis: Basis, limits: Sequence[Limit], event: _Event, start: _Event
    ) -> Finding:
        applying = self.applying([limit for limit in limits if limit.rule == rule], start.local)
        hours = tuple(sorted({limit.hours for limit in applying}))
        verdict, least, most = _verdict(event, start, hours)
        alerts = [limit.alert_hours for limit in applying if limit.alert_hours is not None]
        alert = least is not None and bool(alerts) and least > max(alerts) * 60
        if rule == "no_or_late_lawyer" and self.answer("questioned_without") == "yes":
            verdict, alert = "breach", True  # whenever it was, a lawyer came too late for it
        return Finding(
            rule=rule,
            row=row,
            basis=basis,
            verdict=verdict,
            least=least,
            most=most,
            limits=hours,
            alert=alert,
            sources=tuple(dict.fromkeys(limit.source for limit in applying)),
            draft=any(limit.draft for limit in applying),
        )

    def applying(self, limits: Sequence[Limit], days: tuple[str, str] | None) -> list[Limit]:
        """The limits that may be the one: up to the first that surely is."""
        days = days or self.asked.local
        found = []
        for limit in limits:
            certain = self.conditions(limit)
            if certain is False or not days or not _overlaps(limit, days):
                continue
            found.append(limit)
            if certain and limit.holds(days[0]) and limit.holds(days[1]):
                break
        return found

    def conditions(self, limit: Limit) -> bool | None:
        """Whether all hold; None: they may."""
        certain: bool | None = True
        for condition in limit.when:
            answer = self.sole(condition.question)
            if answer in condition.values:
                continue
            if answer not in condition.maybe:
                return False
            certain = None
        return certain

    def inquiry(self, judge: _Event) -> Finding:
        """ "Judge did not inquire": said only of a judge whom the person saw."""
        said = [self.answer(id) for id in INQUIRY]
        verdict: Verdict = "unknown"
        if not judge.span or judge.span.latest is not None:
            verdict = "breach" if "no" in said else "met" if all(one == "yes" for one in said) else "unknown"
        return Finding("judge_no_inquiry", "", "standard", verdict, sources=("statement of 2014, safeguard d",))

    def admissions(self) -> list[tuple[str, _Event, _Event]]:
        """Each admission: its row, its examination, its start. Examinations of admissions and transfers in the order of
        their rows; the first on admission is that of the detention, the others are those of the moves."""
        exams = [(row, self.answer(f"{row}.ex_type")) for row in self.rows("ex_when", "ex_type", "ex_by")]
        first = next((row for row, kind in exams if kind == "admission"), "")
        later = [row for row, kind in exams if kind in ("admission", "transfer") and row != first]
        moves = self.rows("moved_when", "moved_place")
        found = [(first, self.exam(first), self.detained)]
        for index in range(max(len(later), len(moves))):
            row = later[index] if index < len(later) else ""
            move = moves[index] if index < len(moves) else ""
            start = self.timed(self.answer(f"{move}.moved_when")) if move else _UNKNOWN
            found.append((row or move, self.exam(row), start))
        return found

    def exam(self, row: str) -> _Event:
        return self.event(f"{row}.ex_when") if row else _UNKNOWN

    def incommunicado(self) -> Incommunicado:
        start = self.detained.span
        events = [
            self.event("t_family", "family_told"),
            self.event("t_lawyer", "lawyer_got"),
            self.event("t_judge", "judge_how"),
            self.released,
        ]
        # A release that nobody timed ends nothing; the other three may have been at any time since the start.
        spans = [event.span for event in events if event.span]
        if not start or start.latest is None or not spans:
            return Incommunicado("unknown")
        if any(_contradicts(event, start) for event in events):
            return Incommunicado("inconsistent")
        is_open = any(event.span is None for event in events[:3])
        earliest = start.earliest if is_open else min(span.earliest for span in spans)
        ends = [span.latest for span in spans if span.latest is not None]
        return Incommunicado("measured", max(0, earliest - start.latest), min(ends) - start.earliest if ends else None)

    def limitation(self) -> TimeBar:
        """By the law of the day of asking; not known where it was another when it happened, or may have been."""
        facts = self.country.limitation if self.country else ()
        fact = _sole_fact(facts, self.asked.local)
        if not fact:
            return TimeBar("unknown")
        begun = [self.detained, *(self.timed(self.answer(f"{row}.ep_start")) for row in self.rows("ep_start"))]
        told = [one.local for one in begun if one.local] or [(EVER, self.asked.local[1] if self.asked.local else EVER)]
        then = [_sole_fact(facts, days) for days in told]
        is_same = all(one and one.status == fact.status for one in then)
        return TimeBar(fact.status if is_same else "unknown", fact.source, fact.draft)

    def examiners(self) -> tuple[ExaminerPay, ...]:
        found = []
        for row in self.rows("ex_when", "ex_type", "ex_by"):
            by = self.answer(f"{row}.ex_by")
            if by in NO_ANSWER:
                continue
            days = self.timed(self.answer(f"{row}.ex_when")).local or self.detained.local or self.asked.local
            own = [one for one in (self.country.examiners if self.country else ()) if one.examiner == by]
            general = [one for one in self.standard.examiners if one.examiner == by]
            ours = [one for one in own if days and _overlaps(one, days)]
            fact = _sole_fact(ours or general, days)
            pay = (fact.detaining, fact.source, fact.draft) if fact else ("unknown", "", False)
            found.append(ExaminerPay(row, by, *pay))
        return tuple(found)

    def event(self, id: str, how: str = "") -> _Event:
        """What the answer `id` says of when; `how` is the question whose answer may say that it never was."""
        text, said = self.answer(id), self.answer(how) if how else ""
        timed = self.timed(text)
        denied = said in NOT_HAPPENED.get(how, ())
        if text == "never" or said in NOT_HAPPENED_WHATEVER_THE_TIME.get(how, ()) or (denied and not timed.span):
            return self.not_happened()
        return timed._replace(contradicts=denied)

    def own_lawyer(self) -> _Event:
        """One whom the state gave is a contact and no choice: a lawyer of one's own came then at the earliest."""
        lawyer, start = self.event("t_lawyer", "lawyer_got"), self.detained.span
        given = lawyer.span or start
        if self.answer("lawyer_got") != NOT_CHOSEN or given is None or _contradicts(lawyer, start):
            return lawyer
        return _Event(Span(given.earliest, None))

    def not_happened(self) -> _Event:
        """From the release, else from the asking; from the detention itself where neither is known."""
        start, until = self.detained.span, self.released.span
        if not until and not self.was_released():
            until = self.asked.span
        if not until:
            return _Event(Span(start.earliest, None)) if start else _UNKNOWN
        before = start is not None and until.latest is not None and until.latest < start.earliest
        return _Event(Span(until.earliest, None), contradicts=before)

    def was_released(self) -> bool:
        return self.answer("t_released") not in {*NO_ANSWER, "never"} or self.answer("released_how") not in {
            *NO_ANSWER,
            STILL_HELD,
        }

    def timed(self, text: str) -> _Event:
        time = _read(text)
        span = span_of(time, self.zones) if time else None
        if not time or not span or time.earliest is None or time.latest is None:
            return _UNKNOWN
        return _Event(span, (day_of(time.earliest), day_of(time.latest)))

    def zones_of(self, country: Country | None) -> tuple[str, ...]:
        """For a time that was given before the country was known."""
        if not country:
            return ()
        zone = country.zones.get(self.sole("region"))
        return (zone,) if zone else country.all_zones()

    def answer(self, id: str) -> str:
        return self.answers.get(id, "")

    def sole(self, question: str) -> str:
        """The one answer that the form, or all rows of its repeat, give; none where they differ."""
        given = {
            text
            for id, text in self.answers.items()
            if text not in NO_ANSWER and (id == question or _row(id)[1] == question)
        }
        return given.pop() if len(given) == 1 else ""

    def rows(self, *questions: str) -> list[str]:
        """The rows of the repeat that holds these questions, in order."""
        found = {row for row, question in map(_row, self.answers) if question in questions}
        return sorted(found, key=lambda row: (row.partition(".")[0], int(row.partition(".")[2])))


def _verdict(event: _Event, start: _Event, hours: Sequence[int]) -> tuple[Verdict, int | None, int | None]:
    if _contradicts(event, start.span):
        return "inconsistent", None, None
    if not event.span or not start.span or start.span.latest is None:
        return "unknown", None, None
    least = max(0, event.span.earliest - start.span.latest)
    most = None if event.span.latest is None else event.span.latest - start.span.earliest
    if not hours:
        return "unknown", least, most
    if least > max(hours) * 60:
        return "breach", least, most
    return "met" if most is not None and most <= min(hours) * 60 else "possible", least, most


def _contradicts(event: _Event, start: Span | None) -> bool:
    if event.contradicts or not event.span or not start:
        return event.contradicts
    return event.span.latest is not None and event.span.latest < start.earliest


def _overlaps(fact: Fact, days: tuple[str, str]) -> bool:
    return (not fact.first or fact.first <= days[1]) and (not fact.until or days[0] <= fact.until)


def _sole_fact(facts: Sequence[F], days: tuple[str, str] | None) -> F | None:
    """The fact that holds on all the days; None where it changes between them, or no day is known."""
    return next((fact for fact in facts if days and fact.holds(days[0]) and fact.holds(days[1])), None)


def _row(id: str) -> tuple[str, str]:
    """`exams.2.ex_when` -> `exams.2`, `ex_when`."""
    match = _ROW.fullmatch(id)
    return (f"{match[1]}.{match[2]}", match[3]) if match else ("", "")


def _read(text: str) -> ApproxTime | None:
    try:
        return parse_time(text)
    except BadTime:
        return None
