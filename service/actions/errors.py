"""What an action may refuse, without a word of HTTP."""

from __future__ import annotations


class Refused(Exception):
    """Base of what an action refuses. Nothing was stored."""


class NotFound(Refused):
    """There is nothing here, or nothing that is yours: one answer for both."""


class NotSignedIn(Refused):
    """Sign in again; what was typed is kept in the page."""


class ChainMoved(Refused):
    """Somebody else acted first. Load the chain again, sign anew; the text is kept."""


class EnoughOpened(Refused):
    """As many cases as one member opens on a day. Another member may agree to more; what was opened stays open."""
