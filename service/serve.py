"""Runs the application under uvicorn, quietly: no access log, no address and nobody's words in any log."""

from __future__ import annotations

import contextlib
import gc
import http.client
import logging
import socket
import sys
import threading
import time
import traceback
from typing import Any

import uvicorn

from service import clock
from service.app import create_app
from service.notices import notices
from service.settings import Settings
from service.static_pages import built_for

READY_SECONDS = 30
YOUNG = 10_000  # objects: 64 requests at once hold 3,000, and were looked through several times for nothing

# Every logger of the process ends in one handler; none keeps its own.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "service.serve.Discreet"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "discreet", "stream": "ext://sys.stderr"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}


class Discreet(logging.Formatter):
    """What happened and where. The text of an exception, and what asyncio prints of a task, may hold anything.

    uvicorn's own sentences are kept: they are constants, or name the address that the server listens on.
    """

    def format(self, record: logging.LogRecord) -> str:
        place = f"{record.name} at {record.filename}:{record.lineno}"
        said = f": {record.getMessage()}" if record.name.startswith("uvicorn") and not record.exc_info else ""
        fault = ""
        if record.exc_info and record.exc_info[1]:
            frames = traceback.extract_tb(record.exc_info[2])
            where = f" at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
            fault = f": {type(record.exc_info[1]).__name__}{where}"
        return f"panah: {record.levelname.lower()} from {place}{said}{fault}"


def serve(settings: Settings) -> None:
    """Until a signal; prints `ready ADDRESS` once the server has answered a request."""
    app = create_app(settings)
    newest = app.state.server.keyrings.newest.body
    for notice in notices(newest, built_for(settings.site_dir), clock.today()):
        print(f"panah: {notice}", file=sys.stderr, flush=True)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        access_log=False,  # it holds addresses
        server_header=False,
        date_header=False,
        proxy_headers=False,  # on by default; they would bring addresses in
        log_config=LOGGING,
        log_level="error",  # what it warns of is what clients send: a line of the journal is an hour
        timeout_graceful_shutdown=5,
        ws="none",
    )
    threading.excepthook = _tell_of_thread
    gc.collect()
    gc.freeze()  # what was loaded stays: no need to look through it again and again
    gc.set_threshold(YOUNG)
    with contextlib.suppress(KeyboardInterrupt):
        Server(config).run()


class Server(uvicorn.Server):
    """Says that it is ready when it is: not because another server answers at the same address."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            threading.Thread(target=_say_ready, args=(self.config.host, self.config.port), daemon=True).start()


def _say_ready(host: str, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(host, port, timeout=2)
        try:
            connection.request("GET", "/v1/health")
            if connection.getresponse().status == 200:
                print(f"ready http://{f'[{host}]' if ':' in host else host}:{port}", flush=True)
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()


def _tell_of_thread(failed: threading.ExceptHookArgs) -> None:
    frames = traceback.extract_tb(failed.exc_traceback)
    where = f" at {frames[-1].filename.rsplit('/', 1)[-1]}:{frames[-1].lineno}" if frames else ""
    print(f"panah: {failed.exc_type.__name__} in a thread{where}", file=sys.stderr, flush=True)
