"""The `panah` command."""

from __future__ import annotations

import typer

from service.commands import case, demo, keyring, keys, serve, site
from service.commands.terminal import speak_utf8

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(serve.serve)
app.command()(demo.demo)
app.add_typer(keys.app, name="keys")
app.add_typer(keyring.app, name="keyring")
app.add_typer(case.app, name="case")
app.add_typer(site.app, name="site")


@app.callback()
def panah() -> None:
    """Anonymous, end-to-end encrypted torture complaints."""


def main() -> None:
    speak_utf8()
    app()


if __name__ == "__main__":
    main()
