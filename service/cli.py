"""The `panah` command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from service.app import make_app

app = typer.Typer(no_args_is_help=True, add_completion=False)


class Announcing(uvicorn.Server):
    """Says where it answers, once it does."""

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        await super().startup(sockets)  # type: ignore[arg-type]
        if self.started:
            print(f"ready http://{self.config.host}:{self.config.port}", flush=True)


@app.callback()
def panah() -> None:
    """Anonymous, end-to-end encrypted torture complaints."""


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8000,
    data: Annotated[Path, typer.Option()] = Path("data"),
) -> None:
    """Serve a demonstration instance on this machine."""
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


def main() -> None:
    app()


if __name__ == "__main__":
    main()
