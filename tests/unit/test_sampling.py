"""One in four of what was put away as spam is looked at again, by somebody who signed none of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from crypto.entry import APPROVAL, NOTE_ENTRY, OPENED, PROPOSAL, REFUSAL, STEP
from crypto.workflow import QUARANTINE, SCREENING
from service.domain.sampling import Sample, sample_of

ONE, TWO, THREE = b"1" * 16, b"2" * 16, b"3" * 16
KEY = bytes(32)


@dataclass(frozen=True)
class Deed:
    kind: int
    state: int
    actor: bytes
    link: bytes = b""
    cited: bytes = b""


def put_away(link: bytes) -> list[Deed]:
    return [
        Deed(OPENED, 0, ONE, b"o"),
        Deed(PROPOSAL, QUARANTINE, ONE, b"p" + link),
        Deed(APPROVAL, QUARANTINE, TWO, link, cited=b"p" + link),
    ]


def drawn_links(key: bytes = KEY) -> list[bytes]:
    links = (n.to_bytes(32, "big") for n in count())
    return [
        link for link, _ in zip(links, range(400), strict=False) if sample_of(key, put_away(link)) == Sample.WAITING
    ]


DRAWN = drawn_links()[0]
OTHER = next(link for link in (n.to_bytes(32, "big") for n in range(400)) if link not in drawn_links())


def test_about_one_in_four_is_drawn_and_another_key_draws_others() -> None:
    drawn = drawn_links()
    assert 75 < len(drawn) < 125
    assert drawn != drawn_links(bytes([1] * 32))


def test_who_put_it_away_cannot_be_who_looks_again() -> None:
    history = put_away(DRAWN)
    for actor, found in ((ONE, Sample.WAITING), (TWO, Sample.WAITING), (THREE, Sample.LOOKED_AT)):
        assert sample_of(KEY, [*history, Deed(NOTE_ENTRY, 0, actor)]) == found


def test_to_open_it_is_no_look_nor_is_what_was_written_before() -> None:
    history = put_away(DRAWN)
    assert sample_of(KEY, [*history, Deed(OPENED, 0, THREE)]) == Sample.WAITING
    assert sample_of(KEY, [Deed(NOTE_ENTRY, 0, THREE), *history]) == Sample.WAITING


def test_a_priority_agreed_to_there_draws_nothing_anew() -> None:
    for first, second, found in ((DRAWN, OTHER, Sample.WAITING), (OTHER, DRAWN, Sample.NOT_DRAWN)):
        lowered = [Deed(PROPOSAL, QUARANTINE, ONE, b"l"), Deed(APPROVAL, QUARANTINE, TWO, second, cited=b"l")]
        assert sample_of(KEY, [*put_away(first), *lowered]) == found


def test_what_came_back_and_was_put_away_again_is_drawn_anew() -> None:
    back = [*put_away(OTHER), Deed(STEP, SCREENING, THREE)]
    assert sample_of(KEY, [*back, *put_away(DRAWN)]) == Sample.WAITING
    assert sample_of(KEY, back) == Sample.NOT_DRAWN


def test_two_who_put_it_away_again_and_again_do_not_come_to_a_case_that_nobody_looks_at() -> None:
    again = [*put_away(DRAWN), Deed(STEP, SCREENING, ONE), *put_away(OTHER)]
    assert sample_of(KEY, again) == Sample.WAITING
    assert sample_of(KEY, [*again, Deed(NOTE_ENTRY, 0, TWO)]) == Sample.WAITING
    by_others = [Deed(one.kind, one.state, THREE, one.link, one.cited) for one in put_away(OTHER)]
    handed_on = [*put_away(DRAWN), Deed(STEP, SCREENING, THREE), *by_others]
    for actor in (ONE, TWO, THREE):  # who signed the first, and who signed the second
        assert sample_of(KEY, [*handed_on, Deed(NOTE_ENTRY, 0, actor)]) == Sample.WAITING
    assert sample_of(KEY, [*handed_on, Deed(NOTE_ENTRY, 0, b"4" * 16)]) == Sample.LOOKED_AT


def test_what_was_drawn_and_came_back_is_in_no_sample_while_it_is_worked_on() -> None:
    assert sample_of(KEY, [*put_away(DRAWN), Deed(STEP, SCREENING, THREE)]) == Sample.NOT_DRAWN


def test_what_two_did_not_agree_to_put_away_is_not_drawn() -> None:
    proposed = put_away(DRAWN)[:2]
    assert sample_of(KEY, [*proposed, Deed(REFUSAL, QUARANTINE, TWO, DRAWN)]) == Sample.NOT_DRAWN
    assert sample_of(KEY, []) == Sample.NOT_DRAWN
