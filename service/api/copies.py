"""What waits for a translator or an adviser: the copy alone. For every other role these addresses are not there."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import BaseModel

from crypto.box import keep_slot
from crypto.posts import parse_posted
from service import clock
from service.actions.errors import NotFound
from service.actions.post_entry import post_entry
from service.api.problems import documented
from service.api.state import ByCopyReader, Here, binary_body, cid_of
from service.store.cases import find_case
from service.store.copies import list_copies

router = APIRouter(prefix="/v1/copies", tags=["copies"])
REFUSALS = documented(401, 404, 413, 503, 507)
NO_STORE = {"Cache-Control": "no-store"}


class Copy(BaseModel):
    """`entry` and `box` in hex; `seq` and `prev` are for the answer."""

    cid: str
    entry: str
    box: str
    seq: int
    prev: str


class Copies(BaseModel):
    copies: list[Copy]


class Answered(BaseModel):
    link: str


@router.get("", responses=REFUSALS)
async def copies(signed: ByCopyReader, server: Here, response: Response) -> Copies:
    response.headers.update(NO_STORE)
    found = await run_in_threadpool(list_copies, server.engine, signed.member, clock.today())
    shown = []
    for one in found:
        posted = parse_posted(one.posted)
        kept = keep_slot(posted.box, signed.member.kem_hash)
        shown.append(
            Copy(cid=one.case_cid.hex(), entry=posted.entry.hex(), box=kept.hex(), seq=one.seq, prev=one.prev.hex())
        )
    return Copies(copies=shown)


@router.post(
    "/{cid}",
    status_code=201,
    responses={**REFUSALS, **documented(400, 403, 409)},
    openapi_extra=binary_body("the signed answer with its box, no blocks, SPEC 8.5"),
)
async def answer(signed: ByCopyReader, server: Here, response: Response, cid: str) -> Answered:
    response.headers.update(NO_STORE)
    case_cid = cid_of(cid)
    waiting = await run_in_threadpool(list_copies, server.engine, signed.member, clock.today())
    case = await run_in_threadpool(find_case, server.engine, case_cid)
    if case is None or all(one.case_cid != case_cid for one in waiting):
        raise NotFound
    most = server.settings.cases_a_day  # of no meaning here: an answer makes no case urgent
    posted = await post_entry(server.keyrings, server.engine, server.writer, signed.member, case, signed.body, most)
    return Answered(link=posted.link.hex())
