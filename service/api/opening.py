"""How many cases a member may still open on this day, and the agreement of another to more (SPEC 11.6)."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel

from crypto.keyring import REVIEWER, SUPERVISOR
from service import clock
from service.actions.open_case import answer_more, ask_more
from service.api.problems import documented
from service.api.state import ByApprover, ByCaseworker, Here, binary_body
from service.store.opening import read_day

router = APIRouter(prefix="/v1/casework/more", tags=["casework"])
NO_STORE = {"Cache-Control": "no-store"}
REFUSALS = documented(401, 404, 413, 503, 507)


class Asked(BaseModel):
    """`asked` in hex. `opened`: how many cases the asker opened on this day; `refused`: how often others said no."""

    asked: str
    opened: int
    refused: int


class Today(BaseModel):
    """`most`: with what was agreed to. `own`: the asking of this member that waits, in hex. `others`: those of others
    that wait, for whom may answer them. `refused`: another said no on this day."""

    most: int
    opened: int
    own: str
    refused: bool
    others: list[Asked]


@router.get("", responses=REFUSALS)
async def today(signed: ByCaseworker, server: Here, response: Response) -> Today:
    response.headers.update(NO_STORE)
    found = await run_in_threadpool(read_day, server.engine, signed.member.id, clock.today())
    shown = found.others if signed.member.role in (REVIEWER, SUPERVISOR) else ()
    return Today(
        most=server.settings.cases_a_day + found.more,
        opened=found.opened,
        own=found.own.hex(),
        refused=found.refused,
        others=[Asked(asked=one.asked.hex(), opened=one.opened, refused=one.refused) for one in shown],
    )


@router.post(
    "",
    status_code=204,
    response_class=Response,
    responses={**REFUSALS, **documented(400, 403)},
    openapi_extra=binary_body("a signed asking, SPEC 11.6"),
)
async def ask(signed: ByCaseworker, server: Here) -> Response:
    await ask_more(server.keyrings, server.writer, signed.member, signed.body)
    return Response(status_code=204, headers=NO_STORE)


@router.post(
    "/answers",
    status_code=204,
    response_class=Response,
    responses={**REFUSALS, **documented(400, 403)},
    openapi_extra=binary_body("a signed answer to another's asking, SPEC 11.6"),
)
async def answer(signed: ByApprover, server: Here) -> Response:
    await answer_more(server.keyrings, server.engine, server.writer, signed.member, signed.body)
    return Response(status_code=204, headers=NO_STORE)
