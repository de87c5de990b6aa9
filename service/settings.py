"""PANAH_* in the environment. Nonsense is refused at the start, with the name of what to mend."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from crypto.message import ACCOUNT_SIZES

MIB = 1024 * 1024
_MEMORY = re.compile(r":memory:|[?&]mode=memory")
OF_THE_COMMANDS = ("traceback",)  # PANAH_TRACEBACK
LARGEST_MESSAGE = (
    max(ACCOUNT_SIZES) + 32 * 1024
)  # SPEC 6.7: streams 1 and 2, twelve slots and the rest are under 32 KiB


class Settings(BaseSettings):
    """One process of the server."""

    model_config = SettingsConfigDict(env_prefix="PANAH_", extra="forbid", frozen=True)

    data: Path = Path("./data")
    database_url: str = ""  # empty: SQLite in the data folder
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"  # an empty one would be every address of the machine
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    demo: bool = False  # a demo keyring is refused unless this says that it is a demo
    max_message_bytes: Annotated[int, Field(ge=LARGEST_MESSAGE, le=16 * MIB)] = LARGEST_MESSAGE
    max_post_bytes: Annotated[int, Field(ge=128 * 1024, le=16 * MIB)] = (
        256 * 1024
    )  # SPEC 8.5: two blocks and a box with 64 slots
    max_request_bytes: Annotated[int, Field(ge=1024, le=MIB)] = (
        4096  # a mailbox request or a sign-in is under 600 bytes
    )
    max_evidence_bytes: Annotated[int, Field(ge=MIB, le=1024 * MIB)] = (
        64 * MIB + 1024 * 40  # one sealed file: 64 MiB and the 40 bytes of each of its chunks
    )
    evidence_room_bytes: Annotated[int, Field(ge=64 * MIB, le=1024 * 1024 * MIB)] = (
        20 * 1024 * MIB  # of all files that nobody has opened yet; beyond, 507
    )
    evidence_free_bytes: Annotated[int, Field(ge=0, le=1024 * 1024 * MIB)] = (
        1024 * MIB  # of SQLite's disk: with less no file is taken, so that complaints still are
    )
    writer_queue: Annotated[int, Field(ge=64, le=100_000)] = (
        2048  # commands that wait; beyond, 503 and the client tries again
    )
    cases_a_day: Annotated[int, Field(ge=50, le=100_000)] = (
        300  # that one member opens; urgent ones and those that nobody has sorted are not counted. Beyond, two agree
    )
    session_hours: Annotated[int, Field(ge=1, le=24)] = (
        12  # SPEC 11.2: the key dies with the tab; this bounds a tab left open
    )

    @classmethod
    def settings_customise_sources(cls, settings_cls: type[BaseSettings], *_: Any, **sources: Any) -> tuple[Any, ...]:
        return sources["init_settings"], sources["env_settings"], _misspelt

    @field_validator("data", mode="before")
    @classmethod
    def _named_folder(cls, value: Any) -> Any:
        if value == "":
            raise ValueError("must name a folder")  # not the one that the process happens to be in
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "postgres://", "sqlite:///")):
            raise ValueError("must begin with postgresql:// or sqlite:///")
        # in memory, each connection would have a database of its own, and a complaint would be gone with the process
        if value == "sqlite:///" or (value.startswith("sqlite:") and _MEMORY.search(value)):
            raise ValueError("must name a file")
        return value

    @property
    def instance_dir(self) -> Path:
        return self.data / "instance"

    @property
    def site_dir(self) -> Path:
        return self.data / "site"

    @property
    def database(self) -> str:
        """The address of the database, SQLite in the data folder when none is set."""
        return self.database_url or f"sqlite:///{self.data.resolve() / 'panah.sqlite3'}"


def _misspelt() -> dict[str, str]:
    """Names that begin like settings and are none: `extra` forbids them. Their values are left where they are."""
    names = (name.lower().removeprefix("panah_") for name in os.environ if name.lower().startswith("panah_"))
    return {name: "" for name in names if name not in Settings.model_fields and name not in OF_THE_COMMANDS}
