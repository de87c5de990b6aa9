"""The one file of an ordinary upload, for a browser without scripts."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from python_multipart.exceptions import MultipartParseError
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser


class NoFile(Exception):
    """The body is no upload of a file."""


async def file_of(headers: Headers, body: bytes) -> bytes:
    """The body is in memory as a whole, and so is the file: a parser that spools to a disk has no need to."""

    async def stream() -> AsyncGenerator[bytes]:
        yield body

    if not headers.get("content-type", "").startswith("multipart/form-data"):
        raise NoFile
    parser = MultiPartParser(headers, stream(), max_files=1, max_fields=1)
    parser.spool_max_size = len(body) + 1
    try:
        form = await parser.parse()
    except (MultiPartException, MultipartParseError, LookupError, ValueError):  # the latter of a charset that none is
        raise NoFile from None
    try:
        files = [await one.read() for _, one in form.multi_items() if isinstance(one, UploadFile)]
    finally:
        await form.close()
    if not files:
        raise NoFile
    return files[0]
