"""What pyxform, which most tools that take XLSForm are built on, says of a spreadsheet."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from intake_forms.model import ChoiceList
from intake_forms.xlsform.sheets import Sheet, language_names, read_sheets

# pyxform knows no tag with a script (uz-Latn, BCP 47) and calls it invalid.
_SELECT = re.compile(r"(?:select_one|select_multiple|rank)\s+(\S+)")
_LANGUAGES = re.compile(r"(?P<head>.*valid machine-readable codes: )(?P<named>.+?)(?P<tail>\. Learn more.*)", re.DOTALL)


@dataclass(frozen=True)
class Said:
    error: str  # empty: it reads the form
    warnings: tuple[str, ...]


def check_with_pyxform(data: bytes, known: Mapping[str, ChoiceList] | None = None) -> Said:
    """Without its own validator, which needs Java. `known`: lists that a sheet may name without holding them."""
    lent = sorted((known or {}).keys() & _named(data))
    for id in lent:
        data = _with_list(data, (known or {})[id])
    said = _ask(data)
    return Said(said.error, (*said.warnings, *(f"{id}: stands in no sheet; other tools need it there" for id in lent)))


def _named(data: bytes) -> set[str]:
    """The lists that the sheet names and does not hold. Raises BadSheet."""
    sheets = read_sheets(data)
    survey, choices = (sheets.get(name, Sheet(name)).rows for name in ("survey", "choices"))
    named = {found[1] for row in survey if (found := _SELECT.match(row.get("type")))}
    return named - {row.get("list_name") for row in choices}


def _with_list(data: bytes, found: ChoiceList) -> bytes:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = next((one for one in book.worksheets if one.title.strip().lower() == "choices"), None)
    if sheet is None:
        sheet = book.create_sheet("choices")
        sheet.append(["list_name", "name", "label"])
    columns = [str(cell.value or "").strip() for cell in sheet[1]]
    for one in found.choices:
        values = {"list_name": found.id, "list name": found.id, "name": one.id}
        sheet.append([values.get(name, one.label if name.startswith("label") else None) for name in columns])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _ask(data: bytes) -> Said:
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    try:
        found = convert(xlsform=io.BytesIO(data), validate=False, file_type=".xlsx")
    except PyXFormError as error:
        return Said(" ".join(str(error).split()), ())
    except Exception as error:  # a sheet that it did not expect ends in any error of Python
        return Said(f"pyxform cannot read it ({type(error).__name__})", ())
    return Said("", tuple(filter(None, map(_without_false, found.warnings))))


def _without_false(warning: str) -> str:
    """The warning without the languages that are well named; empty where nothing is left of it."""
    found = _LANGUAGES.fullmatch(warning)
    if not found:
        return " ".join(warning.split())
    rest = [one for one in found["named"].split(", ") if not _ours(one)]
    return f"{found['head']}{', '.join(rest)}{found['tail']}" if rest else ""


def _ours(named: str) -> bool:
    code = re.fullmatch(r".*\(([A-Za-z-]+)\)", named)
    return code is not None and code[1] in language_names()
