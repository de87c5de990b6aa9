"""With which class of SPEC 13 something is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from crypto.errors import ProtocolError


def slug_of(act: Callable[..., object], *given: object, **named: Any) -> str:
    with pytest.raises(ProtocolError) as refused:
        act(*given, **named)
    return refused.value.slug
