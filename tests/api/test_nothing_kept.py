"""After a run of everything: no address, no user agent, no word of anybody in a file, a log or the temporary folder.

A real server process; every request comes from 127.77.66.55 with a canary user agent. The search is shown to find each
of them when a fault writes it down.
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from pysqlite3 import dbapi2 as sqlite

from crypto.evidence import seal_evidence
from crypto.message import parse_sealed
from crypto.receipt import derive_receipt, new_code, show_code
from crypto.requests import BURN_ALL, BURN_MESSAGES
from service.actions.receive_evidence import PART
from tests.api.files import part
from tests.leaks import search_files
from tests.postgres import running_postgres
from tests.world import Desk, Submitter, World, signin_body, staff_headers

ADDRESS = "127.77.66.55"
AGENT = "Canary-Agent-7391/66.0"
WORDS = "Сломанное ребро, кабинет 7391"
NAME = "Қанаат Канарейкин"
ANSWER = "Врач придёт 7391 завтра"
COOKIE = "canary-cookie-7391"
FILE_TOKEN = b"canary-file-token-7391-of-32-byt"


@dataclass
class Client:
    """One connection a request, as over Tor; always from the same telling address."""

    port: int
    world: World

    def call(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20, source_address=(ADDRESS, 0))
        always = {
            "User-Agent": AGENT,
            "Cookie": f"c={COOKIE}",
            "X-Forwarded-For": ADDRESS,
            "Referer": f"http://{ADDRESS}/",
        }
        try:
            connection.request(method, path, body, always | (headers or {}))
            assert connection.sock.getsockname()[0] == ADDRESS
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (ConnectionError, http.client.HTTPException):  # refused before all was sent
            return 0, b""
        finally:
            connection.close()

    def ask(self, who: Submitter, burn: bytes = b"") -> bytes:
        nonce = self.call("POST", "/v1/challenge")[1]
        if burn:
            status, _ = self.call("POST", "/v1/mailbox/burn", who.request("mailbox.burn", burn, nonce))
            assert status == 204
            return b""
        return self.call("POST", "/v1/mailbox/read", who.request("mailbox.read", b"", nonce))[1]


def run_everything(client: Client, me: Submitter) -> None:
    """The journey of SPEC, and everything that goes wrong on it."""
    world = client.world
    sealed = me.seal(WORDS, name=NAME)
    assert client.call("POST", "/v1/messages", sealed) == (204, b"")
    reader = me.readers()[0]
    desk, seed = Desk(world, reader, [sealed]), os.urandom(32)
    nonce = client.call("POST", "/v1/staff/challenge")[1]
    status, opened = client.call("POST", "/v1/staff/sessions", signin_body(world, reader, nonce, seed))
    assert status == 200
    session = bytes.fromhex(opened.split(b'"session":"')[1][:32].decode())

    def signed(method: str, path: str, body: bytes = b"") -> int:
        return client.call(method, path, body, staff_headers(world, session, seed, method, path, body))[0]

    cid = parse_sealed(world.instance, sealed).cid.hex()
    path = f"/v1/casework/cases/{cid}"
    for body in (desk.post_opened(), desk.post_text(ANSWER)):
        assert signed("POST", f"{path}/entries", body) == 201
    for where in ("/v1/casework/cases", path, f"{path}/entries", f"{path}/export", "/v1/staff/kem"):
        assert signed("GET", where) == 200
    made = seal_evidence(world.instance, (WORDS + NAME).encode() * 20_000)
    for start in (0, PART, 0, *range(PART, len(made.blob), PART)):  # and some of it twice, as over a bad line
        status, _ = client.call("POST", "/v1/evidence", part(made, start, FILE_TOKEN))
        assert status == 200
    client.call("POST", "/v1/evidence", part(made, 0, os.urandom(32)))
    file = f"/v1/casework/evidence/{made.upload_id.hex()}"
    assert (signed("GET", file), signed("POST", f"{file}/pin")) == (200, 204)
    found = me.open(client.ask(me))
    assert found is not None
    assert [reply.text for reply in found.replies] == [ANSWER]
    client.ask(me, bytes([BURN_MESSAGES]))
    client.ask(me, bytes([BURN_ALL]))
    # what goes wrong: words in plain in every place where a client can put them
    words = (WORDS + NAME + AGENT).encode()
    for where in ("/v1/messages", "/v1/evidence", "/v1/mailbox/read", "/v1/mailbox/burn", "/v1/staff/sessions"):
        assert client.call("POST", where, words)[0] == 400
    client.call("POST", "/v1/messages", words * 10_000)
    client.call("POST", f"/v1/messages?account={AGENT}", words)
    for where in (f"/{AGENT}", f"/v1/keyring/{AGENT}", f"/v1/casework/cases/{AGENT}", "/", "/v1/keyring"):
        client.call("GET", where)
    assert signed("POST", f"{path}/entries", words) == 400
    assert client.call("GET", "/v1/casework/cases", headers={"Panah-Session": AGENT})[0] == 401
    with socket.socket() as cut:  # somebody whose line breaks in the middle
        cut.bind((ADDRESS, 0))
        cut.connect(("127.0.0.1", client.port))
        cut.sendall(
            f"POST /v1/messages HTTP/1.1\r\nHost: x\r\nUser-Agent: {AGENT}\r\nContent-Length: 999\r\n\r\n".encode()
        )
        cut.sendall(words)
    with socket.socket() as odd:
        odd.bind((ADDRESS, 0))
        odd.connect(("127.0.0.1", client.port))
        odd.sendall(AGENT.encode() + b"\r\n\r\n")
        odd.recv(1000)
    assert signed("DELETE", "/v1/staff/sessions") == 204
    assert signed("GET", "/v1/casework/cases") == 401


@contextmanager
def serving(folder: Path, world: World, url: str, planted: str) -> Iterator[tuple[int, list[Path]]]:
    """A server, with a fault planted in it or none: its port, and every folder that it may write to."""
    places = [folder / name for name in ("data", "tmp", "logs")]
    for made in places:
        made.mkdir()
    data, temporary, logs = places
    world.write_instance(data)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {"PANAH_DATA": str(data), "PANAH_PORT": str(port), "PANAH_DATABASE_URL": url, "TMPDIR": str(temporary)}
    code = f"{planted}\nimport sys\nfrom service.cli import main\nsys.argv = ['panah', 'serve']\nmain()\n"
    with (logs / "out").open("wb") as out, (logs / "err").open("wb") as err:
        process = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, **settings}, stdout=out, stderr=err)
        try:
            wait_for(process, logs / "out")
            yield port, places
            process.send_signal(signal.SIGINT)
            process.wait(60)
        finally:
            process.kill()
            process.wait()


def wait_for(process: subprocess.Popen[bytes], out: Path) -> None:
    for _ in range(2400):
        if b"ready" in out.read_bytes():
            return
        assert process.poll() is None, "the server did not start"
        time.sleep(0.05)
    raise AssertionError("the server is not ready after two minutes")


def run(folder: Path, world: World, url: str, me: Submitter, planted: str = "") -> list[Path]:
    """All of it, searched while it runs, when the log of the database is not yet folded in. The folders written to."""
    with serving(folder, world, url, planted) as (port, places):
        run_everything(Client(port, world), me)
        kept = search_files(places, NEEDLES)
        assert bool(kept) is bool(planted), kept
    return places


NEEDLES = [ADDRESS, AGENT, COOKIE, WORDS, NAME, ANSWER, "canary-agent-7391", FILE_TOKEN.decode()]


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@dataclass(frozen=True)
class Database:
    """`files`: what it writes by itself, its log and its journal with them."""

    url: str
    files: list[Path]


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    if request.param == "sqlite":
        yield Database("", [])
        return
    with running_postgres() as url:
        with psycopg.connect(url) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        assert row
        yield Database(url, [Path(row[0])])


def test_nothing_of_anybody_is_kept(world: World, database: Database, tmp_path: Path) -> None:
    digits = new_code()
    me = Submitter(world, k0=derive_receipt(world.instance, digits).k0)
    written = run(tmp_path, world, database.url, me) + database.files
    code = [digits, show_code(digits), me.k0.hex(), me.receipt.request_seed.hex(), me.receipt.veil_key.hex()]
    assert search_files(written, NEEDLES + code) == []
    for path in (file for root in written for file in root.rglob("*") if file.is_file()):
        content = path.read_bytes()
        for secret in (me.k0, me.receipt.request_seed, me.receipt.mailbox_seed, me.receipt.veil_key):
            assert secret not in content, path
    assert (tmp_path / "logs" / "err").read_bytes().count(b"\n") <= 1, (
        "more than the line on a request that was no HTTP"
    )
    assert list((tmp_path / "tmp").iterdir()) == []


def test_no_file_tells_the_hour(world: World, tmp_path: Path) -> None:
    """Rows hold days; a row with seconds or milliseconds of now in it would stand out here."""
    begun = int(time.time())
    run(tmp_path, world, "", Submitter(world))
    db = sqlite.connect(tmp_path / "data" / "panah.sqlite3")
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        for row in db.execute(f"SELECT * FROM {table}"):
            for value in row:
                if isinstance(value, int):
                    assert not begun - 5 <= value <= begun + 3600, f"{table}: seconds"
                    assert not (begun - 5) * 1000 <= value <= (begun + 3600) * 1000, f"{table}: milliseconds"
                elif isinstance(value, str):
                    assert ":" not in value, f"{table}: a time"


PLANTED = {
    "the access log of the web server": (
        "import uvicorn, functools\n"
        "real = uvicorn.Config.__init__\n"
        "def init(self, *a, **k):\n"
        "    k.update(access_log=True, log_level='info')\n"
        "    real(self, *a, **k)\n"
        "uvicorn.Config.__init__ = init\n"
    ),
    "a user agent in a temporary file": (
        "import tempfile, service.api.state as s\n"
        "real = s.read_body\n"
        "async def read(request, most):\n"
        "    open(tempfile.mkstemp()[1], 'w').write(request.headers.get('user-agent', ''))\n"
        "    return await real(request, most)\n"
        "import service.api.submitters as u\n"
        "u.read_body = read\n"
    ),
    "an address in the database": (
        "import os, service.api.submitters as u, service.store.commands as c\n"
        "real = u.receive_message\n"
        "async def receive(keyrings, writer, data):\n"
        f"    await writer.submit(c.SpendNonce(b'{ADDRESS}' + os.urandom(8), 10**6))\n"
        "    await real(keyrings, writer, data)\n"
        "u.receive_message = receive\n"
    ),
    "words in a line on the standard error": (
        "import sys, crypto.errors as e\n"
        "import service.api.problems as p\n"
        "import service.actions.receive_message as r\n"
        "real = r.parse_sealed\n"
        "def parse(instance, data):\n"
        "    print(data[:300].decode('utf-8', 'ignore'), file=sys.stderr, flush=True)\n"
        "    return real(instance, data)\n"
        "r.parse_sealed = parse\n"
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_what_is_kept_by_mistake_is_found(world: World, tmp_path: Path, fault: str) -> None:
    run(tmp_path, world, "", Submitter(world), PLANTED[fault])


def test_an_exception_that_holds_words_is_one_line_without_them(world: World, tmp_path: Path) -> None:
    """The web server of its own, and the framework, print an exception with its text and raise it again."""
    fault = (
        "import service.actions.receive_message as r\n"
        "def parse(instance, data):\n"
        "    raise ValueError(data[:200].decode('utf-8', 'ignore'))\n"
        "r.parse_sealed = parse\n"
    )
    with serving(tmp_path, world, "", fault) as (port, _):
        assert Client(port, world).call("POST", "/v1/messages", WORDS.encode())[0] == 500
    told = (tmp_path / "logs" / "err").read_bytes()
    assert told.startswith(b"panah: ValueError at ")
    assert told.count(b"\n") == 1
    assert search_files([tmp_path], NEEDLES) == []
