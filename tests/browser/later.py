"""`panah` some days from now: python -m tests.browser.later DAYS serve ..

Nothing of it but service/clock.py reads the clock. A page's day is the newest keyring's, where that is later than the
machine's (SPEC 5.4, step 7): trustees who sign on that day move every browser there.
"""

from __future__ import annotations

import sys
import time

from service import clock
from service.cli import main

DAY = 86400  # s


def move_clock(days: int) -> None:
    clock.now = lambda: int(time.time()) + days * DAY


if __name__ == "__main__":
    move_clock(int(sys.argv.pop(1)))
    main()
