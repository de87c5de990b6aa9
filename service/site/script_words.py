"""Sentences that the scripts show, by key. Everything else stands in the templates."""

from __future__ import annotations

from typing import Final

COMMON: Final[dict[str, str]] = {}
SUBMIT: Final[dict[str, str]] = {}
CHECK: Final[dict[str, str]] = {}
