"""`panah openapi`: what the server takes and answers, for who writes another client."""

from __future__ import annotations

import json

import typer


def openapi() -> None:
    """Print the description of all addresses (OpenAPI, JSON)."""
    from service.app import described  # late: it loads the framework

    typer.echo(json.dumps(described().openapi(), indent=2, ensure_ascii=False))
