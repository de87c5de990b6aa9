"""Which cases are counted when a member opens many on a day. No bound keeps anybody from whom hours count."""

from __future__ import annotations

from typing import Final

from crypto.workflow import CLOSED, ERASED, OUT_OF_SCOPE, QUARANTINE, RECEIVED, SCREENING, WITHDRAWN

URGENT_UP_TO: Final = 1  # P0 and P1 are opened within hours
ENDED: Final = frozenset({CLOSED, WITHDRAWN, OUT_OF_SCOPE, QUARANTINE, ERASED})


def is_counted(state: int, priority: int, unheard_alarm: bool) -> bool:
    """Not what nobody has sorted yet, which a flood may be, nor what is urgent.

    `unheard_alarm`: the person wrote urgently, and no entry knows of all they wrote; or asked to stop, and nobody has
    taken it up.
    """
    if unheard_alarm or state in (RECEIVED, SCREENING):
        return False
    return state in ENDED or priority > URGENT_UP_TO
