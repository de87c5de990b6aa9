"""`make bench`: prints every figure; ends with 1 when a bound does not hold."""

from __future__ import annotations

import importlib.util
import os
import sys

from rich.console import Console
from rich.table import Table

from tests.bench.mailbox import measure_mailbox
from tests.bench.queue import measure_queue
from tests.bench.server import measure_all


def main() -> int:
    wanted = sys.argv[1:] or ["server", "mailbox", "queue", "desk", "pages", "line", "lighthouse"]
    figures = measure_all() if "server" in wanted else []
    if "mailbox" in wanted:
        figures += measure_mailbox()
    if "queue" in wanted:
        figures += measure_queue()
    if "desk" in wanted and importlib.util.find_spec("tests.bench.desk"):
        from tests.bench.desk import measure_desk

        figures += measure_desk()
    if "pages" in wanted and importlib.util.find_spec("tests.bench.pages"):
        from tests.bench.pages import measure_pages

        figures += measure_pages()
    if "line" in wanted:
        from tests.bench.line import measure_line

        figures += measure_line()
    if "lighthouse" in wanted:
        from tests.bench.lighthouse import measure_lighthouse

        figures += measure_lighthouse()
    load = os.getloadavg()[0]
    table = Table("figure", "value", "bound", title=f"{os.cpu_count()} cores, load {load:.1f}")
    for one in figures:
        mark = "" if not one.bound else ("ok" if one.holds else "MISSED")
        table.add_row(one.name, f"{one.value:,.2f} {one.unit}".rstrip(), f"{one.bound} {mark}".strip())
    Console(width=110).print(table)
    return 0 if all(one.holds for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
