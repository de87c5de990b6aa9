"""The server process: ready means that this very server answers; no log holds anybody's words."""

from __future__ import annotations

import asyncio
import gc
import http.client
import http.server
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from service.serve import LOGGING, Discreet
from tests.unit.test_cli_run import free_port
from tests.world import World

WORDS = "дар шуъба заданд"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    World().write_instance(tmp_path)
    return tmp_path


def start(data: Path, port: int) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PANAH_DATA": str(data), "PANAH_PORT": str(port)}
    return subprocess.Popen(
        [sys.executable, "-m", "service.cli", "serve"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


class Other(http.server.BaseHTTPRequestHandler):
    """Somebody else's server, which answers everything with 200."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"ok":true}')

    def log_message(self, format: str, *args: object) -> None:
        pass


def test_what_is_no_request_leaves_no_line(data: Path) -> None:
    """The journal would stamp it: an hour beside the hour in somebody's provider's log is how a person is found."""
    port = free_port()
    process = start(data, port)
    assert process.stdout
    assert process.stdout.readline().startswith(b"ready")
    upgrade = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nConnection: close\r\n\r\n"
    for said in (b"\x16\x03\x01 no request\r\n\r\n", upgrade):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(said)
            client.settimeout(5)
            assert client.recv(100).startswith(b"HTTP/1.1 ")
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=60)[1] == b""


def test_a_taken_port_is_said_and_ready_is_not(data: Path) -> None:
    """Another server's answer must not pass for this one's."""
    port = free_port()
    other = http.server.ThreadingHTTPServer(("127.0.0.1", port), Other)
    threading.Thread(target=other.serve_forever, daemon=True).start()
    try:
        out, err = start(data, port).communicate(timeout=60)
    finally:
        other.shutdown()
    assert b"ready" not in out
    assert b"Address already in use" in err
    assert b"Traceback" not in err


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_the_end_is_clean_and_says_nothing(data: Path, by: signal.Signals) -> None:
    process = start(data, free_port())
    assert process.stdout
    assert process.stdout.readline().startswith(b"ready http://127.0.0.1:")
    process.send_signal(by)
    out, err = process.communicate(timeout=30)
    assert (out, err) == (b"", b"")
    assert process.returncode in (0, -by)


def test_a_request_leaves_no_line_and_the_answer_no_name_of_the_program(data: Path) -> None:
    port = free_port()
    process = start(data, port)
    assert process.stdout
    process.stdout.readline()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(
        "POST", "/v1/messages", WORDS.encode(), {"X-Forwarded-For": "192.0.2.77", "User-Agent": WORDS.encode()}
    )
    answer = connection.getresponse()
    assert answer.status == 400
    assert {name.lower() for name, _ in answer.getheaders()}.isdisjoint({"server", "date"})
    connection.close()
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=30) == (b"", b"")


def lines_of(name: str, log: object) -> str:
    """What `log`, given a logger of this name, leaves."""
    records: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(Discreet().format(record))

    logger = logging.getLogger(name)
    keep, before = Keep(), logger.propagate
    logger.addHandler(keep)
    logger.propagate = False
    try:
        log(logger)  # type: ignore[operator]
    finally:
        logger.removeHandler(keep)
        logger.propagate = before
    return "\n".join(records)


def _raise_and_log(logger: logging.Logger) -> None:
    try:
        raise ValueError(WORDS)
    except ValueError:
        logger.exception("Exception in ASGI application")


@pytest.mark.parametrize("name", ["uvicorn.error", "sqlalchemy.pool", "asyncio"])
def test_the_text_of_an_exception_reaches_no_log(name: str) -> None:
    said = lines_of(name, _raise_and_log)
    assert WORDS not in said
    assert "ValueError at test_service_serve.py:" in said


def test_a_task_that_nobody_awaited_tells_only_its_kind() -> None:
    async def fail() -> None:
        raise ValueError(WORDS)

    async def forget() -> None:
        asyncio.ensure_future(fail())  # noqa: RUF006
        await asyncio.sleep(0.01)

    def log(_: logging.Logger) -> None:
        asyncio.run(forget())
        gc.collect()

    said = lines_of("asyncio", log)
    assert "ValueError" in said
    assert WORDS not in said


def test_what_the_web_server_itself_says_is_kept() -> None:
    said = lines_of("uvicorn.error", lambda logger: logger.error("[Errno 98] address already in use"))
    assert "address already in use" in said


def test_no_logger_of_the_server_has_another_way_out() -> None:
    assert LOGGING["root"]["handlers"] == ["stderr"]
    assert set(LOGGING["handlers"]) == {"stderr"}
    assert LOGGING["formatters"]["discreet"]["()"] == "service.serve.Discreet"


LISTENING = """
import sys
from pathlib import Path
from fastapi.testclient import TestClient
from opentelemetry import trace
from service.app import create_app
from service.settings import Settings
from tests.world import World

class Collector(trace.TracerProvider):
    heard = 0
    def get_tracer(self, *args, **kwargs):
        Collector.heard += 1
        return trace.NoOpTracer()

trace.set_tracer_provider(Collector())
World().write_instance(Path(sys.argv[1]))
app = create_app(Settings(data=Path(sys.argv[1])))
if sys.argv[2] == "planted":
    app._native_telemetry.config["tracing"] = True
with TestClient(app) as client:
    assert client.get("/v1/health").status_code == 200
print(Collector.heard)
"""


@pytest.mark.parametrize("how", ["as it is", "planted"])
def test_no_collector_that_the_environment_names_hears_of_a_request(tmp_path: Path, how: str) -> None:
    """The framework has telemetry of its own: paths, the client's address and agent, the text of exceptions."""
    environment = {**os.environ, "FASTAPI_OTEL_AUTO_CONFIGURE": "true"}
    done = subprocess.run(
        [sys.executable, "-c", LISTENING, str(tmp_path), how],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (int(done.stdout) > 0) == (how == "planted")
