"""The queue of reviewers, supervisors and investigators. What is not theirs is a 404, the same as what is not there."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel

from crypto.encoding import encode
from crypto.keyring import Member
from crypto.posts import encode_posted_entries
from service import clock
from service.actions.errors import NotFound
from service.actions.export_case import export_case, posted_entries
from service.actions.open_case import count_opened
from service.actions.post_entry import post_entry
from service.api.problems import documented
from service.api.state import (
    BINARY,
    ByCaseMember,
    ByCaseworker,
    ByReviewer,
    Here,
    Server,
    Signed,
    binary_answer,
    binary_body,
    cid_of,
    upload_of,
)
from service.domain.sampling import Sample, sample_of
from service.store.cases import CaseFile, find_case, read_message
from service.store.evidence import PinEvidence, find_evidence, read_part
from service.store.seeing import list_cases, may_see

router = APIRouter(prefix="/v1/casework", tags=["casework"])
NO_STORE = {"Cache-Control": "no-store"}
REFUSALS = documented(401, 404, 413, 503, 507)
OPENING = {**REFUSALS, **documented(429)}


class CaseLine(BaseModel):
    cid: str
    lane: int
    state: int
    first_day: int
    last_message_day: int
    messages: int
    entries: int
    head: str
    priority: int
    since: int
    until: int


class Cases(BaseModel):
    cases: list[CaseLine]


class MessageLine(BaseModel):
    cid: str
    day: int
    lane: int
    size: int


class EntryLine(BaseModel):
    seq: int
    hash: str


class Case(BaseModel):
    cid: str
    lookup: str
    messages: list[MessageLine]
    entries: list[EntryLine]
    mailbox_open: bool
    sample: Sample


class Posted(BaseModel):
    seq: int
    link: str


@router.get("/cases", responses=REFUSALS)
async def cases(signed: ByCaseMember, server: Here, response: Response) -> Cases:
    response.headers.update(NO_STORE)
    lines = await run_in_threadpool(
        list_cases, server.engine, signed.member, server.keyrings.newest.body, clock.today()
    )
    return Cases(
        cases=[
            CaseLine(
                cid=line.cid.hex(),
                lane=line.lane,
                state=line.state,
                first_day=line.first_day,
                last_message_day=line.last_message_day,
                messages=line.messages,
                entries=line.entries,
                head=line.head.hex(),
                priority=line.priority,
                since=line.since,
                until=line.until,
            )
            for line in lines
        ]
    )


@router.get("/cases/{cid}", responses=REFUSALS)
async def case(signed: ByCaseMember, server: Here, response: Response, cid: str) -> Case:
    response.headers.update(NO_STORE)
    return _shown(server, await _find(server, signed, cid))


def _shown(server: Server, found: CaseFile) -> Case:
    return Case(
        cid=found.cid.hex(),
        lookup=found.lookup.hex(),
        messages=[MessageLine(cid=one.cid.hex(), day=one.day, lane=one.lane, size=one.size) for one in found.messages],
        entries=[EntryLine(seq=one.seq, hash=one.link.hex()) for one in found.entries],
        mailbox_open=found.mailbox_open,
        sample=sample_of(server.server_key, found.entries),
    )


async def _find(server: Here, signed: Signed, cid: str) -> CaseFile:
    found = await run_in_threadpool(_visible, server, signed.member, cid_of(cid))
    if found is None:
        raise NotFound
    return found


async def _open(server: Here, signed: Signed, cid: str) -> CaseFile:
    """For what is sealed of it: a case that is opened counts for the day."""
    found = await _find(server, signed, cid)
    await count_opened(server.engine, server.writer, signed.member, found.cid, server.settings.cases_a_day)
    return found


def _visible(server: Server, member: Member, cid: bytes) -> CaseFile | None:
    sees = may_see(server.engine, member, server.keyrings.newest.body, cid, clock.today())
    return find_case(server.engine, cid) if sees else None


@router.get(
    "/cases/{cid}/file",
    response_class=Response,
    responses={
        **binary_answer("E(case-file, what is listed of it as JSON, its entries, its first message)"),
        **OPENING,
    },
)
async def file(signed: ByCaseMember, server: Here, cid: str) -> Response:
    """What three requests would give: a desk opens fifty cases at once. Later messages are asked for one by one."""
    found = await _open(server, signed, cid)

    def gather() -> bytes:
        posted = encode_posted_entries(posted_entries(server.engine, found.cid))
        first = read_message(server.engine, found.cid, found.cid)
        if first is None:
            raise NotFound
        return encode("case-file", _shown(server, found).model_dump_json().encode(), posted, first)

    return Response(await run_in_threadpool(gather), media_type=BINARY, headers=NO_STORE)


@router.get(
    "/cases/{cid}/messages/{message}",
    response_class=Response,
    responses={**binary_answer("a sealed message, SPEC 6.7"), **OPENING},
)
async def message(signed: ByCaseMember, server: Here, cid: str, message: str) -> Response:
    found = await _open(server, signed, cid)
    body = await run_in_threadpool(read_message, server.engine, found.cid, cid_of(message))
    if body is None:
        raise NotFound
    return Response(body, media_type=BINARY, headers=NO_STORE)


@router.get(
    "/cases/{cid}/entries", response_class=Response, responses={**binary_answer("posted entries, SPEC 8.4"), **OPENING}
)
async def entries(signed: ByCaseMember, server: Here, cid: str) -> Response:
    found = await _open(server, signed, cid)
    posted = await run_in_threadpool(posted_entries, server.engine, found.cid)
    return Response(encode_posted_entries(posted), media_type=BINARY, headers=NO_STORE)


@router.post(
    "/cases/{cid}/entries",
    status_code=201,
    responses={**OPENING, **documented(400, 403, 409)},
    openapi_extra=binary_body("a signed entry with its box and blocks, SPEC 8.5"),
)
async def post(signed: ByCaseMember, server: Here, response: Response, cid: str) -> Posted:
    response.headers.update(NO_STORE)
    found = await _find(server, signed, cid)
    most = server.settings.cases_a_day
    posted = await post_entry(server.keyrings, server.engine, server.writer, signed.member, found, signed.body, most)
    return Posted(seq=posted.seq, link=posted.link.hex())


@router.get(
    "/cases/{cid}/export",
    response_class=Response,
    responses={**binary_answer("a sealed case, SPEC 12"), **OPENING, **documented(400)},
)
async def export(signed: ByReviewer, server: Here, cid: str) -> Response:
    found = await _open(server, signed, cid)
    body = await run_in_threadpool(export_case, server.keyrings, server.engine, found.cid)
    return Response(body, media_type=BINARY, headers=NO_STORE)


@router.get(
    "/evidence/{upload}",
    response_class=Response,
    responses={**binary_answer("a sealed file, SPEC 6.11"), **REFUSALS},
)
async def evidence(signed: ByCaseworker, server: Here, upload: str) -> Response:
    """One part of it is in memory at a time."""
    id = upload_of(upload)
    found = await run_in_threadpool(find_evidence, server.engine, id)
    if found is None:
        raise NotFound
    size, starts = found

    async def parts() -> AsyncIterator[bytes]:
        for start in starts:
            yield await run_in_threadpool(read_part, server.engine, id, start)

    return StreamingResponse(parts(), media_type=BINARY, headers=NO_STORE | {"Content-Length": str(size)})


@router.post("/evidence/{upload}/pin", status_code=204, response_class=Response, responses=REFUSALS)
async def pin(signed: ByCaseworker, server: Here, upload: str) -> Response:
    """A reader has opened it: it is kept. What nobody pins goes after half a year."""
    id = upload_of(upload)
    if await run_in_threadpool(find_evidence, server.engine, id) is None:
        raise NotFound
    await server.writer.submit(PinEvidence(id))
    return Response(status_code=204, headers=NO_STORE)
