"""Spreadsheets made by hand, for tests: rows as dictionaries by column, in English where a column is translated."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any

import openpyxl

Rows = Iterable[Mapping[str, Any]]
COLUMNS = {"label": "label::English (en)", "hint": "hint::English (en)", "ru": "label::Русский (ru)"}


def book(**sheets: Rows) -> bytes:
    """Each sheet with a header in row 1: the first row given is row 2."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append([COLUMNS.get(column, column) for column in columns])
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


SETTINGS = [{"form_id": "small", "form_title": "Tell us more"}]
CHOICES = [
    {"list_name": "role", "name": "victim", "label": "It happened to me", "ru": "Это было со мной"},
    {"list_name": "role", "name": "relative", "label": "I am a relative", "ru": "Я родственник"},
]
GROUP = {"type": "begin_group", "name": "start", "label": "About you"}
SCREEN = {"type": "begin_group", "name": "who", "appearance": "field-list"}
ROLE = {"type": "select_one role", "name": "role", "label": "Who are you?", "ru": "Кто вы?"}
END = {"type": "end_group"}


def small(*rows: Mapping[str, Any], choices: Rows = CHOICES) -> bytes:
    """A form of one screen that asks for the role in row 4, then what is given, from row 5."""
    return book(survey=[GROUP, SCREEN, ROLE, *rows, END, END], choices=choices, settings=SETTINGS)
