"""The investigators' queue. A case is here once it was handed to the unit; nothing is handed off in this version."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel

from service.actions.errors import NotFound
from service.api.problems import documented
from service.api.state import ByInvestigator

router = APIRouter(prefix="/v1/investigators", tags=["investigators"])
REFUSALS = documented(401, 404, 413, 503, 507)


class UnitCases(BaseModel):
    cases: list[str]


@router.get("/cases", responses=REFUSALS)
async def cases(signed: ByInvestigator, response: Response) -> UnitCases:
    """No wrap names a unit before hand-off exists (SPEC, kinds 3 and 4), so there is nothing that a unit may see."""
    response.headers["Cache-Control"] = "no-store"
    return UnitCases(cases=[])


@router.get("/cases/{cid}", response_class=Response, responses=REFUSALS)
async def case(signed: ByInvestigator, cid: str) -> Response:
    raise NotFound
