"""The static pages: what `panah site build` wrote, loaded once, served with exactly the headers it wrote."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.types import Receive, Scope, Send

from service.api.encodings import accepted_encodings
from service.api.problems import problem

HEADERS, MANIFEST = "headers.json", "manifest.json"
PADDING = "Panah-Padding"  # service/site/build.py; X is eight bits in HTTP/2 too
LONGEST_LENGTH = 9  # digits of a content length
Headers = list[tuple[bytes, bytes]]


class SiteRefused(Exception):
    """The built site cannot be served. Run `panah site build`."""


@dataclass(frozen=True)
class Page:
    """Bytes and headers by content encoding; the plain form has the key ''."""

    forms: dict[str, tuple[bytes, Headers]]


def check_site(directory: Path, instance: bytes) -> None:
    """Pages of another instance would seal to the readers of that one, and nobody here could answer."""
    if _read_json(directory / MANIFEST).get("instance") != instance.hex():
        raise SiteRefused(f"the pages in {directory} are of another instance")


def built_for(directory: Path) -> int:
    """The version of the keyring that the pages name."""
    return int(_read_json(directory / MANIFEST)["keyring"]["version"])


def load_site(directory: Path) -> dict[str, Page]:
    """By path. Only what the build lists is served: there is no way from a path to another file."""
    listed: dict[str, dict[str, str]] = _read_json(directory / HEADERS)
    return {path: _load(directory, path, headers) for path, headers in listed.items()}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except PermissionError:
        raise SiteRefused(f"the pages in {path.parent} may not be read by this user") from None
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        raise SiteRefused(f"no built site in {path.parent}")
    return found


def _load(directory: Path, path: str, headers: dict[str, str]) -> Page:
    file = directory / (path.lstrip("/") + ("index.html" if path.endswith("/") else ""))
    if directory.resolve() not in file.resolve().parents:
        raise SiteRefused("a listed path leads out of the site")
    base = [
        (name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items() if name != PADDING
    ]
    padding = [int(size) for size in headers.get(PADDING, "0 0 0").split()]
    forms = {}
    for (encoding, suffix), missing in zip((("", ""), ("br", ".br"), ("gzip", ".gz")), padding, strict=True):
        variant = file.with_name(file.name + suffix)
        if not variant.is_file():
            continue
        body = variant.read_bytes()
        length = str(len(body)).encode()
        more = [(b"content-length", length)]  # and no Vary: nothing between may keep it (no-store)
        if PADDING in headers:
            more.append((PADDING.lower().encode(), b"X" * (missing + LONGEST_LENGTH - len(length))))
        if encoding:
            more.append((b"content-encoding", encoding.encode()))
        forms[encoding] = (body, base + more)
    if "" not in forms:
        raise SiteRefused(f"{path} is listed and not there")
    return Page(forms)


class Pages:
    """An ASGI application at the end of the routes."""

    def __init__(self, site: dict[str, Page]) -> None:
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = self._site.get(scope["path"])
        if page is None and scope["path"] + "/" in self._site:
            await _redirect(scope["path"] + "/", send)
        elif page is None:
            await problem(404, "not_found")(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await problem(405, "not_allowed", headers={"Allow": "GET, HEAD"})(scope, receive, send)
        else:
            body, headers = page.forms[_encoding(scope, page)]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def _redirect(path: str, send: Send) -> None:
    """From /ru to /ru/."""
    headers = [(b"location", path.encode()), (b"cache-control", b"no-store"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 308, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _encoding(scope: Scope, page: Page) -> str:
    stated = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding").decode("latin-1")
    accepted = accepted_encodings(stated)
    return next((encoding for encoding in ("br", "gzip") if encoding in accepted and encoding in page.forms), "")
