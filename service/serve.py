"""Runs the application under uvicorn, quietly: no access log, no address in any log."""

from __future__ import annotations

import contextlib
import http.client
import threading
import time

import uvicorn

from service.app import create_app
from service.settings import Settings

READY_SECONDS = 30


def serve(settings: Settings) -> None:
    """Until a signal; prints `ready ADDRESS` once the server has answered a request."""
    app = create_app(settings)
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
        log_level="warning",
        timeout_graceful_shutdown=5,
        ws="none",
    )
    threading.Thread(target=_say_ready, args=(settings.host, settings.port), daemon=True).start()
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run()


def _say_ready(host: str, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(host, port, timeout=2)
        try:
            connection.request("GET", "/v1/health")
            if connection.getresponse().status == 200:
                print(f"ready http://{host}:{port}", flush=True)
                return
        except OSError:
            time.sleep(0.05)
        finally:
            connection.close()
