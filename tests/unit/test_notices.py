"""What the operator is told at the start: before people cannot send any more, not after."""

from __future__ import annotations

from dataclasses import replace

from service.notices import notices
from tests.world import World


def test_the_operator_is_told_before_people_cannot_send() -> None:
    body = replace(World().keyring, version=3, not_before=1000, expires=1045)
    last = 1045 + body.policy.grace
    told = {day: [*notices(body, 3, day)] for day in (999, 1000, 1031, 1032, 1045, 1046, last, last + 1)}
    assert [day for day, said in told.items() if not said] == [999, 1000, 1031]
    assert all("expires on" in told[day][0] for day in (1032, 1045))
    assert all("in its grace" in told[day][0] for day in (1046, last))
    assert "nobody can send" in told[last + 1][0]
    assert ["is 1972-09-01 the right day?" in one for one in notices(body, 3, 974)] == [True]
    assert ["panah site build" in one for one in notices(body, 2, 1000)] == [True]
    assert ["which is not here" in one for one in notices(body, 4, 1000)] == [True]
