"""What pyxform, which most tools that take XLSForm are built on, says of a spreadsheet."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from intake_forms.xlsform.sheets import language_names

# pyxform knows no tag with a script (uz-Latn, BCP 47) and calls it invalid.
_LANGUAGES = re.compile(r"(?P<head>.*valid machine-readable codes: )(?P<named>.+?)(?P<tail>\. Learn more.*)", re.DOTALL)


@dataclass(frozen=True)
class Said:
    error: str  # empty: it reads the form
    warnings: tuple[str, ...]


def check_with_pyxform(data: bytes) -> Said:
    """Without its own validator, which needs Java."""
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
