"""Puts the rooms together into one ASGI application."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from crypto.errors import ProtocolError
from crypto.message import parse_sealed
from crypto.primitives import random_bytes
from service import clock
from service.api import casework, copies, opening, oversight, public, staff, submitters
from service.api.direct import Direct
from service.api.problems import documented, install_problems, tell
from service.api.state import Server
from service.folders import half_made
from service.instance import InstanceError, is_demo, write_whole
from service.keyrings import Keyrings
from service.settings import Settings
from service.static_pages import Pages, check_site, load_site
from service.store.cases import any_message
from service.store.commands import Purge
from service.store.database import DatabaseRefused, Engine, make_engine
from service.store.evidence import PurgeEvidence
from service.store.migrations import migrate
from service.store.writer import Writer

PURGE_SECONDS = 3600
SERVER_KEY = "server.key"
# The framework would tell whatever collector the environment names: paths, the Host header, the text of exceptions.
SILENT: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def create_app(settings: Settings) -> FastAPI:
    """Raises InstanceError, SiteRefused or DatabaseRefused when the server must not start."""
    keyrings = Keyrings(settings.instance_dir)
    refuse_demo(keyrings, settings)
    check_site(settings.site_dir, keyrings.id)
    site = load_site(settings.site_dir)
    engine = make_engine(settings.database)
    refuse_other_database(engine, keyrings.id)  # first: the server that it belongs to may be an older one
    migrate(engine)
    server = Server(
        settings, keyrings, engine, Writer(settings.database, settings.writer_queue), read_server_key(settings.data)
    )

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        server.writer.start()
        purging = asyncio.create_task(_purge(server.writer))
        yield
        purging.cancel()
        server.writer.stop()
        engine.dispose()

    app = described(lifespan)
    app.state.server = server
    app.add_middleware(Direct, server=server, answers=app.exception_handlers)
    install_problems(app)
    app.router.default = Pages(site)
    return app


def described(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None) -> FastAPI:
    """All routes and what they take and answer; `panah openapi` prints it, no server gives it to strangers."""
    app = FastAPI(
        title="Panah", version="1", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan,
        redirect_slashes=False,  # it would give back the client's Host header
        telemetry=SILENT,
        responses=documented("default"),
    )  # fmt: skip
    for room in (public, submitters, staff, casework, opening, copies, oversight):
        app.include_router(room.router)
    return app


def refuse_demo(keyrings: Keyrings, settings: Settings) -> None:
    """The keys of a demo instance are known to everybody: a real server must not take complaints with them."""
    if is_demo(keyrings.instance) and not settings.demo:
        raise InstanceError("this is a demo instance: its keys are public. Start it with --demo, or make a real one")


def refuse_other_database(engine: Engine, instance: bytes) -> None:
    """Complaints to two instances in one database: for half of them there would be no key."""
    held = any_message(engine)
    try:
        if held is not None:
            parse_sealed(instance, held)
    except ProtocolError as error:
        if error.slug == "wrong_instance":  # whatever else is wrong, `panah history verify` tells
            raise DatabaseRefused("the database holds complaints to another instance") from None


def read_server_key(data: Path) -> bytes:
    """32 random bytes, made at the first start: they key nonces and dummy blocks, and open nothing."""
    path = data / SERVER_KEY
    if not path.exists():
        with half_made(data, f".{SERVER_KEY}-") as half:
            write_whole(half / SERVER_KEY, random_bytes(32), 0o600)
            with contextlib.suppress(FileExistsError):  # another process was first: its key counts
                os.link(half / SERVER_KEY, path)
    key = path.read_bytes()
    if len(key) != 32:
        raise InstanceError(f"{path} must hold 32 bytes: remove it, it is made anew")
    return key


async def _purge(writer: Writer) -> None:
    while True:
        try:
            await writer.submit(Purge(clock.hour(), clock.today()))
            while await writer.submit(PurgeEvidence(clock.today())):
                pass
        except Exception as error:  # a full queue or disk: the next hour tries again
            tell(error)
        await asyncio.sleep(PURGE_SECONDS)
