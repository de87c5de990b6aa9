"""A real demo instance behind a line on which every client has the address 127.77.66.55."""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from service import clock
from service.commands.demo import prepare
from service.demo import key_files, renew_demo
from service.site import build
from tests.browser.browsers import CHROMIUM, PHONE, device, launch
from tests.quick import pack_quickly

CLIENT_ADDRESS = "127.77.66.55"
SERVER_ADDRESS = "127.0.0.2"
KEPT_ADDRESS = "127.0.0.3"  # on which a run holds its ports, and nobody listens
Key = tuple[Path, str]  # a key file and its passphrase
expect.set_options(timeout=30_000)  # ms, as long as an action waits: five seconds are few on a busy machine


@dataclass
class Demo:
    data: Path
    port: int
    temporary: Path
    log: Path
    process: subprocess.Popen[bytes] | None = None
    days: int = 0  # from now, that the server thinks it is

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        environment = {**os.environ, "TMPDIR": str(self.temporary), "PYTHONUNBUFFERED": "1"}
        panah = ["tests.browser.later", str(self.days)] if self.days else ["service.cli"]
        command = [sys.executable, "-m", *panah, "serve", "--demo", "--data", str(self.data)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--host", SERVER_ADDRESS, "--port", str(self.port)],
                env=environment,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line.startswith(b"ready"), (line, self.log.read_text())

    def stop(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGINT)
            assert self.process.wait(60) == 0
            self.process = None

    def wait(self, days: int) -> None:
        """So many days go by: trustees sign a keyring, the server starts once more. Whoever was signed in is not."""
        self.stop()
        self.days += days
        assert renew_demo(self.data, clock.today() + self.days)
        self.start()

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def key(self, name: str) -> Key:
        found = next(file for file in key_files(self.data) if file.path.stem == name)
        return found.path, found.passphrase

    def keys(self, beginning: str) -> list[Key]:
        return [(one.path, one.passphrase) for one in key_files(self.data) if one.path.stem.startswith(beginning)]


class Line:
    """Forwards what comes to 127.0.0.1 to the server, from the client's address. It can be cut."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._open: set[asyncio.StreamWriter] = set()
        self.cut = False
        threading.Thread(target=self._run, daemon=True).start()
        self._ready.wait()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(asyncio.start_server(self._connected, "127.0.0.1", self._port))
        self._ready.set()
        self._loop.run_forever()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.cut:
            writer.close()
            return
        self._open.add(writer)
        try:
            source = (CLIENT_ADDRESS, 0)
            there, back = await asyncio.open_connection(SERVER_ADDRESS, self._port, local_addr=source)
        except OSError:
            writer.close()
            return
        await asyncio.gather(self._copy(reader, back), self._copy(there, writer), return_exceptions=True)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    def close(self) -> None:
        async def end() -> None:
            self._server.close()
            mine = asyncio.current_task()
            for task in asyncio.all_tasks():
                if task is not mine:
                    task.cancel()
            await asyncio.sleep(0.05)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)


@dataclass(frozen=True)
class Template:
    """An instance as it is made, and the port that its pages name."""

    data: Path
    port: int

    @classmethod
    def make(cls) -> Template:
        folder = Path(tempfile.mkdtemp(prefix="panah-template-"))
        atexit.register(shutil.rmtree, folder)
        made = cls(folder, free_port())
        prepare(made.data, made.port)
        return made


KEPT: list[socket.socket] = []
UNUSED: list[Template] = []  # each serves one test at a time, which works on a copy


def free_port() -> int:
    """One that no outgoing connection takes while nobody listens on it, nor another run beside this one."""
    while True:
        port = random.randrange(20_000, 32_000)
        with contextlib.suppress(OSError), contextlib.ExitStack() as held:
            for address in ("127.0.0.1", SERVER_ADDRESS, KEPT_ADDRESS):
                one = held.enter_context(socket.socket())
                one.bind((address, port))
            KEPT.append(one.dup())  # as long as this run lasts
            return port


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Demo]:
    """An instance under `folder`, served, with the line to it."""
    template = UNUSED.pop() if UNUSED else Template.make()
    shutil.copytree(template.data, folder / "data", symlinks=True)
    with tempfile.TemporaryDirectory() as temporary:
        made = Demo(folder / "data", template.port, Path(temporary), folder / "server.log")
        made.start()
        line = Line(template.port)
        yield made
        line.close()
        made.kill()
    UNUSED.append(template)


@pytest.fixture(scope="package", autouse=True)
def quickly_packed() -> Iterator[None]:
    pack = build.pack
    pack_quickly()
    yield
    build.pack = pack


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    with running(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One instance for all the tests of a file that leave it as it was, but for messages."""
    with running(tmp_path_factory.mktemp("shared")) as made:
        yield made


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """For all of these tests: none of them has an event loop of its own in this thread."""
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def started(playwright: Playwright) -> Iterator[dict[str, Browser]]:
    """To start one takes longer than many a test: one of a kind serves them all."""
    browsers: dict[str, Browser] = {}
    yield browsers
    for browser in browsers.values():
        browser.close()


StartBrowser = Callable[[str], Browser]


@pytest.fixture
def start_browser(playwright: Playwright, started: dict[str, Browser]) -> Iterator[StartBrowser]:
    """By its name (browsers.NAMES). Every device of a test goes with the test."""

    def start(name: str) -> Browser:
        if name not in started or not started[name].is_connected():
            started[name] = launch(playwright, name)
        return started[name]

    yield start
    for one in started.values():
        for context in one.contexts:
            context.close()


@pytest.fixture
def chromium(start_browser: StartBrowser) -> Browser:
    return start_browser(CHROMIUM)


Phone = Callable[..., Page]


@pytest.fixture
def phone(chromium: Browser) -> Phone:
    """Makes a fresh telephone; it goes with the test."""

    def fresh(**more: object) -> Page:
        context = device(chromium, CHROMIUM, PHONE, **more)
        # the neutral site of a demonstration is a real one: a test asks nobody
        context.route(
            lambda url: "127.0.0.1" not in url, lambda route: route.fulfill(body="elsewhere", content_type="text/html")
        )
        return context.new_page()

    return fresh
