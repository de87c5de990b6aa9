"""What a client can unpack. The plain form is always right, so whatever is not understood is passed over."""

from __future__ import annotations

import re

_REFUSED = re.compile(r"\s*q=0(\.0*)?\s*", re.IGNORECASE)  # RFC 9110, 12.4.2: a weight of 0 is a no


def accepted_encodings(header: str) -> set[str]:
    """Of an Accept-Encoding header."""
    parts = (part.partition(";") for part in header.lower().split(","))
    return {name.strip() for name, _, weight in parts if not _REFUSED.fullmatch(weight)}
