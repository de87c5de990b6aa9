"""Paper in every alphabet of the service. Only the command line makes documents, on the member's own machine."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import font_source_sans_pro
from fpdf import FPDF

FONTS: Final = Path(font_source_sans_pro.__file__).parent / "files"
MARGIN: Final = 15  # mm


class Sheet(FPDF):
    """A4, one typeface with the letters of all seven languages. Coordinates in mm, sizes in points."""

    def __init__(self, code: str, title: str, made: date, size: float) -> None:
        super().__init__(format="A4", unit="mm")
        for style, name in (("", "Regular"), ("B", "Bold")):
            self.add_font("Sans", style, FONTS / f"SourceSansPro-{name}.ttf")
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(False)
        self.set_lang(code)
        self.set_title(title)
        self.set_creation_date(datetime(made.year, made.month, made.day, tzinfo=UTC))  # the same day, the same bytes
        self.size = size
        self.set_font("Sans", "", size)

    @property
    def room(self) -> float:
        """mm to the foot of the page."""
        return float(self.h - MARGIN - 6 - self.get_y())

    def text_height(self, text: str, size: float, style: str = "", width: float = 0) -> float:
        self.set_font("Sans", style, size)
        lines = self.multi_cell(width, size * 0.45, text, align="L", dry_run=True, output="LINES")
        assert isinstance(lines, list)
        return len(lines) * size * 0.45

    def write_text(self, text: str, size: float = 0, style: str = "", width: float = 0) -> None:
        size = size or self.size
        self.set_font("Sans", style, size)
        self.multi_cell(width, size * 0.45, text, align="L", new_x="LMARGIN", new_y="NEXT")

    def footer(self) -> None:
        self.set_y(-MARGIN + 4)
        self.set_font("Sans", "", 9)
        self.cell(0, 4, f"{self.page_no()} / {{nb}}", align="R")
