"""What oversight sees. For every other role these addresses are not there."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel

from service import clock
from service.actions.agreed_more import count_agreed
from service.actions.oversee import count_cases, verify_histories
from service.api.problems import documented
from service.api.state import ByOversight, Here
from service.domain.small_cells import hide_sum

router = APIRouter(prefix="/v1/oversight", tags=["oversight"])
REFUSALS = documented(401, 404, 413, 503, 507)


class More(BaseModel):
    """Askings to open more cases on a day. `cases`: how many more were agreed to; `broken`: not signed as they must."""

    asked: int
    agreed: int
    refused: int
    cases: int
    broken: int


class Counted(BaseModel):
    """null: not told: below ten, or it would tell a number that is. `units`: what is overdue, by unit and state.

    `sample`: of what stands in quarantine. `dormant`: of what waits for the person, for more than 90 days. `more` is
    always told: it is about members, not about who complains.
    """

    states: dict[str, int | None]
    overdue: dict[str, int | None]
    units: dict[str, dict[str, int | None]]
    deeds: dict[str, int | None]
    sample: dict[str, int | None]
    dormant: int | None
    more: More


class Integrity(BaseModel):
    """null: not told, with fewer than ten histories. `broken` is always told: something is to be done about each."""

    histories: int | None
    entries: int | None
    broken: int


@router.get("/counts", responses=REFUSALS)
async def counts(signed: ByOversight, server: Here, response: Response) -> Counted:
    response.headers["Cache-Control"] = "no-store"
    keyring = server.keyrings.newest.body
    found = await run_in_threadpool(count_cases, server.engine, keyring, server.server_key, clock.today())
    more = await run_in_threadpool(count_agreed, server.keyrings, server.engine)
    return Counted(
        states=found.states,
        overdue=found.overdue,
        units=found.units,
        deeds=found.deeds,
        sample=found.sample,
        dormant=found.dormant,
        more=More(**asdict(more)),
    )


@router.get("/integrity", responses=REFUSALS)
async def integrity(signed: ByOversight, server: Here, response: Response) -> Integrity:
    """Verifies every history anew: minutes, where there are thousands."""
    response.headers["Cache-Control"] = "no-store"
    found = await run_in_threadpool(verify_histories, server.keyrings, server.engine, clock.today())
    histories = hide_sum(found.histories)
    entries = None if histories is None else found.entries  # each history has one at least
    return Integrity(histories=histories, entries=entries, broken=len(found.broken))
