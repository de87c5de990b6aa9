"""All commands under one name."""

from __future__ import annotations

from importlib.metadata import version as installed
from typing import Annotated

import typer

from service.commands import backup, case, demo, evidence, forms, history, keyring, keys, openapi, serve, site
from service.commands.terminal import out

# rich's tracebacks show local variables: passphrases and what was opened
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(serve.serve)
app.command()(demo.demo)
app.command()(backup.backup)
app.command()(openapi.openapi)
app.add_typer(keys.app, name="keys")
app.add_typer(keyring.app, name="keyring")
app.add_typer(case.app, name="case")
app.add_typer(evidence.app, name="evidence")
app.add_typer(history.app, name="history")
app.add_typer(site.app, name="site")
app.add_typer(forms.app, name="forms")


def _tell_version(wanted: bool) -> None:
    if wanted:
        out().print(f"panah {installed('panah')}")
        raise typer.Exit


@app.callback()
def panah(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="of this program")
    ] = False,
) -> None:
    """Anonymous, end-to-end encrypted torture complaints."""
