"""All commands under one name."""

from __future__ import annotations

import typer

from service.commands import case, demo, evidence, forms, history, keyring, keys, serve, site

# rich's tracebacks show local variables: passphrases and what was opened
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(serve.serve)
app.command()(demo.demo)
app.add_typer(keys.app, name="keys")
app.add_typer(keyring.app, name="keyring")
app.add_typer(case.app, name="case")
app.add_typer(evidence.app, name="evidence")
app.add_typer(history.app, name="history")
app.add_typer(site.app, name="site")
app.add_typer(forms.app, name="forms")


@app.callback()
def panah() -> None:
    """Anonymous, end-to-end encrypted torture complaints."""
