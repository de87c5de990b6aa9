"""SPEC 8.6: by when, counted in working days of a country. The days are spelled out: they stay when the law changes."""

from __future__ import annotations

from datetime import date
from typing import Any

from crypto.workflow import INQUIRY, RECEIVED, REOPENED, SCREENING, SUSPENDED, TRIAGED

EPOCH = date(1970, 1, 1)


def on(*days: str) -> list[int]:
    return [(date.fromisoformat(day) - EPOCH).days for day in days]


NAURYZ_2026 = on("2026-03-23", "2026-03-24", "2026-03-25")  # 21 and 22 are a weekend
NEW_YEAR_2025 = on("2025-01-01", "2025-01-02", "2025-01-03", "2025-01-07")


def calendar_sheet(sheet: Any) -> None:
    def due(name: str, state: int, since: str, wanted: str, off: list[int], work: list[int], priority: int = 3) -> None:
        given = {"state": state, "since": on(since)[0], "until": on("2026-12-31")[0], "priority": priority}
        found = sheet.ok(name, "workflow.due_in", off=off, work=work, **given)
        assert found["day"] == on(wanted)[0], (name, found, on(wanted))

    due("no_calendar_is_monday_to_friday", TRIAGED, "2026-03-20", "2026-03-24", [], [])
    due("the_day_before_nauryz", RECEIVED, "2026-03-20", "2026-03-26", NAURYZ_2026, [])
    due("within_nauryz", TRIAGED, "2026-03-23", "2026-03-27", NAURYZ_2026, [])
    due("after_nauryz", TRIAGED, "2026-03-25", "2026-03-27", NAURYZ_2026, [])
    due("five_days_across_nauryz", SCREENING, "2026-03-19", "2026-03-31", NAURYZ_2026, [])
    due("over_the_new_year", TRIAGED, "2024-12-31", "2025-01-06", NEW_YEAR_2025, on("2025-01-05"))
    due("over_the_new_year_without_the_moved_day", TRIAGED, "2024-12-31", "2025-01-08", NEW_YEAR_2025, [])
    due("a_sunday_that_is_worked", RECEIVED, "2025-01-04", "2025-01-05", NEW_YEAR_2025, on("2025-01-05"))
    due("a_saturday_that_is_worked", RECEIVED, "2024-05-03", "2024-05-04", on("2024-05-08"), on("2024-05-04"))
    due("the_day_that_it_was_moved_to", RECEIVED, "2024-05-07", "2024-05-09", on("2024-05-08"), on("2024-05-04"))
    due("a_day_off_on_a_weekend_changes_nothing", REOPENED, "2026-03-20", "2026-03-24", on("2026-03-21"), [])
    due("both_off_and_worked_is_worked", RECEIVED, "2026-03-20", "2026-03-23", on("2026-03-23"), on("2026-03-23"))
    due("calendar_days_do_not_ask", INQUIRY, "2026-03-01", "2026-03-31", NAURYZ_2026, [])
    due("an_urgent_case_does_not_ask", SCREENING, "2026-03-21", "2026-03-22", NAURYZ_2026, [], 1)
    due("a_dated_state_has_its_own_day", SUSPENDED, "2026-03-20", "2026-12-31", NAURYZ_2026, [])
