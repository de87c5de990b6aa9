"""The built site as it is loaded and served, without a server: what an application is asked, and what it sends."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from service.static_pages import Pages, SiteRefused, load_site

HEADERS = {"Content-Type": "text/html; charset=utf-8"}


def site(folder: Path, *paths: str) -> Path:
    folder.mkdir()
    (folder / "index.html").write_bytes(b"plain")
    (folder / "index.html.br").write_bytes(b"packed")
    (folder / "ru").mkdir()
    (folder / "ru" / "index.html").write_bytes(b"plain")
    (folder / "headers.json").write_text(json.dumps(dict.fromkeys(("/", "/ru/", *paths), HEADERS)))
    return folder


def asked(
    folder: Path, path: str, method: str = "GET", accepts: tuple[bytes, ...] = ()
) -> tuple[dict[str, Any], bytes]:
    """The head of the answer, and its body."""
    sent: list[Any] = []

    async def send(part: Any) -> None:
        sent.append(part)

    async def receive() -> Any:
        raise AssertionError("nobody reads what came")

    headers = [(b"accept-encoding", one) for one in accepts]
    scope = {"type": "http", "path": path, "method": method, "headers": headers}
    asyncio.run(Pages(load_site(folder))(scope, receive, send))
    return sent[0], b"".join(part["body"] for part in sent[1:])


def test_a_listed_path_that_leads_out_of_the_site_or_to_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "server.key").write_bytes(b"SECRET")
    with pytest.raises(SiteRefused, match="out of the site"):
        load_site(site(tmp_path / "one", "/../server.key"))
    with pytest.raises(SiteRefused, match="/kk/ is listed and not there"):
        load_site(site(tmp_path / "two", "/kk/"))


def test_a_list_that_is_none_is_no_site(tmp_path: Path) -> None:
    folder = site(tmp_path / "site")
    for data in (b"[]", b"<html>", b""):
        (folder / "headers.json").write_bytes(data)
        with pytest.raises(SiteRefused, match="no built site"):
            load_site(folder)


def test_head_sends_no_body_and_a_redirect_is_kept_by_nobody(tmp_path: Path) -> None:
    folder = site(tmp_path / "site")
    (head, body), (start, _) = asked(folder, "/", "HEAD"), asked(folder, "/")
    assert (head, body) == (start, b"")
    start, body = asked(folder, "/ru")
    assert dict(start["headers"]) == {b"location": b"/ru/", b"cache-control": b"no-store", b"content-length": b"0"}


def test_what_is_accepted_may_be_said_in_several_headers(tmp_path: Path) -> None:
    folder = site(tmp_path / "site")
    assert asked(folder, "/", accepts=(b"gzip", b"br"))[1] == b"packed"
    assert asked(folder, "/", accepts=(b"gzip",))[1] == b"plain"
