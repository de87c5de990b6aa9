"""What a request left behind: every row of every table, and what an answer gave back."""

from __future__ import annotations

from functools import cache

from httpx import Response
from sqlalchemy import Engine, MetaData, select

from service.api.problems import ALL_SLUGS
from tests.api.conftest import Server

# in a header a client may send bytes that are no ASCII; these are what a person's program would add by itself
HEADERS = {"User-Agent": "Canary-7391/1.0", "X-Canary": "Canary-7391", "Cookie": "c=Canary-7391"}
QUERY = "?q=Canary-7391"
FORGETFUL = ("spent_nonce",)  # a random tag each; a refused request may spend its nonce


def rows(server: Server) -> dict[str, set[tuple[object, ...]]]:
    """By table, read from the database itself and not from what the code believes it has."""
    engine = server.client.app.state.server.engine  # type: ignore[attr-defined]
    metadata = _tables(engine)
    with engine.connect() as connection:
        return {
            table.name: {
                tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
                for row in connection.execute(select(table))
            }
            for table in metadata.sorted_tables
            if table.name not in (*FORGETFUL, "alembic_version")
        }


@cache
def _tables(engine: Engine) -> MetaData:
    """As they are in this database."""
    metadata = MetaData()
    metadata.reflect(engine)
    return metadata


def is_problem(answer: Response, status: int, slug: str) -> None:
    """A problem document of the closed list, that gives nothing back of what was sent."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    told = answer.json()
    assert (told["slug"], told["status"], told["type"]) == (slug, status, f"urn:panah:{slug}")
    assert slug in ALL_SLUGS
    # nothing beside: a fact may say more of others' data than the sender knows
    assert set(told) == {"type", "title", "status", "slug"} | ({"errors"} if slug == "bad_input" else set())
    assert answer.headers["cache-control"] == "no-store"
    gives_nothing_back(answer)


def gives_nothing_back(answer: Response) -> None:
    head = b"".join(name + b":" + value for name, value in answer.headers.raw)
    for needle in (b"anary-7391", b"73917391"):  # long enough never to stand in random blocks
        assert needle not in answer.content
        assert needle not in head
