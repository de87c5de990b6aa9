"""The only place that reads the clock. Rows get days; seconds are only for the expiry of a nonce."""

from __future__ import annotations

import time


def now() -> int:
    """Seconds since 1970."""
    return int(time.time())


def today() -> int:
    """Days since 1970-01-01 UTC."""
    return now() // 86400


def hour() -> int:
    """Hours since 1970."""
    return now() // 3600
