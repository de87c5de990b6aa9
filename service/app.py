"""The application: one page for now."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

PAGE = "<!doctype html><html lang=en><meta charset=utf-8><title>Panah</title><h1>Panah</h1><p>Demo.</p></html>"


def make_app() -> FastAPI:
    app = FastAPI(title="Panah", docs_url=None, redoc_url=None)

    @app.get("/", response_class=HTMLResponse)
    def start() -> str:
        return PAGE

    return app
