"""`panah demo`: a demonstration on this machine, ready in one step."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import uvicorn


class Announcing(uvicorn.Server):
    """Says where it answers, once it does."""

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            print(f"ready http://{self.config.host}:{self.config.port}", flush=True)


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    data: Annotated[Path, typer.Option()] = Path("data"),
) -> None:
    """Serve a demonstration instance on this machine."""
    from service.app import make_app

    data.mkdir(parents=True, exist_ok=True)
    config = uvicorn.Config(
        make_app(),
        host="127.0.0.1",
        port=port,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        log_level="warning",
    )
    Announcing(config).run()
