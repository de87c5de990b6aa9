"""Every test here runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from crypto.keyring import KeyringBody
from crypto.primitives import signing_pk
from service.app import create_app
from service.instance import write_keyring
from service.settings import Settings
from tests.postgres import new_database
from tests.world import Person, Submitter, World, signin_body, staff_headers


@dataclass
class Staff:
    """A signed-in member."""

    server: Server
    person: Person
    session_seed: bytes = field(default_factory=lambda: os.urandom(32))
    session: bytes = b""

    def sign_in(self) -> Staff:
        nonce = self.server.client.post("/v1/staff/challenge").content
        answer = self.server.client.post(
            "/v1/staff/sessions", content=signin_body(self.server.world, self.person, nonce, self.session_seed)
        )
        assert answer.status_code == 200, answer.text
        self.session = bytes.fromhex(answer.json()["session"])
        return self

    def call(self, method: str, path: str, body: bytes = b"") -> Response:
        headers = staff_headers(self.server.world, self.session, self.session_seed, method, path, body)
        return self.server.client.request(method, path, content=body, headers=headers)

    @property
    def session_pk(self) -> bytes:
        return signing_pk(self.session_seed)


@dataclass
class Server:
    client: TestClient
    world: World
    settings: Settings

    def staff(self, person: Person) -> Staff:
        return Staff(self, person).sign_in()

    def send(self, sealed: bytes) -> Response:
        return self.client.post("/v1/messages", content=sealed)

    def publish(self, version: int, prev: KeyringBody) -> KeyringBody:
        """A keyring of the same members, which follows `prev`."""
        body = self.world.keyring_of(version, prev.hash)
        write_keyring(self.settings.instance_dir, version, self.world.signed(body), self.world.kem_keys())
        return body

    def mailbox(self, submitter: Submitter) -> Response:
        nonce = self.client.post("/v1/challenge").content
        return self.client.post("/v1/mailbox/read", content=submitter.request("mailbox.read", b"", nonce))

    def burn(self, submitter: Submitter, what: int) -> Response:
        nonce = self.client.post("/v1/challenge").content
        return self.client.post("/v1/mailbox/burn", content=submitter.request("mailbox.burn", bytes([what]), nonce))


@pytest.fixture(scope="session")
def world() -> World:
    return World()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_in(tmp_path)
    return new_database(request.getfixturevalue("postgres_url"))


def sqlite_in(folder: Path) -> str:
    return f"sqlite:///{folder / 'panah.sqlite3'}"


@pytest.fixture
def server(world: World, database_url: str, tmp_path: Path) -> Iterator[Server]:
    world.write_instance(tmp_path)
    settings = Settings(data=tmp_path, database_url=database_url)
    with TestClient(create_app(settings), follow_redirects=False) as client:
        yield Server(client, world, settings)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared(request: pytest.FixtureRequest, world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for a whole module, for tests that leave nothing behind."""
    folder = tmp_path_factory.mktemp("shared")
    world.write_instance(folder)
    url = sqlite_in(folder) if request.param == "sqlite" else new_database(request.getfixturevalue("postgres_url"))
    settings = Settings(data=folder, database_url=url)
    with TestClient(create_app(settings), follow_redirects=False) as client:
        yield Server(client, world, settings)


@pytest.fixture
def submitter(world: World) -> Submitter:
    return Submitter(world)
