"""What the vectors try, construct by construct: each case is one defect, named for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.vectors.attack_bounds import bounds_sheet
from tests.vectors.attack_box import box_sheet
from tests.vectors.attack_calendar import calendar_sheet
from tests.vectors.attack_card import card_sheet
from tests.vectors.attack_chain import chain_sheet, mailbox_sheet
from tests.vectors.attack_claiming import claiming_sheet
from tests.vectors.attack_conflict import conflict_sheet
from tests.vectors.attack_copies import copies_sheet
from tests.vectors.attack_erasure import erasure_sheet
from tests.vectors.attack_evidence import evidence_sheet
from tests.vectors.attack_given import given_sheet
from tests.vectors.attack_holes import holes_sheet
from tests.vectors.attack_keeping import keeping_sheet
from tests.vectors.attack_keyring import keyring_sheet, roots_sheet
from tests.vectors.attack_legalhold import legalhold_sheet
from tests.vectors.attack_members import case_sheet, members_sheet, requests_sheet
from tests.vectors.attack_message import message_sheet
from tests.vectors.attack_more import more_sheet
from tests.vectors.attack_primitives import primitives_sheet, receipt_sheet
from tests.vectors.attack_walk import walk_sheet
from tests.vectors.attack_windows import windows_sheet
from tests.vectors.attack_workflow import workflow_sheet
from tests.vectors.attack_wraps import wraps_sheet


def sheets() -> dict[str, Callable[[Any], None]]:
    """By file name, in the order in which the seeded generator is used."""
    return {
        "primitives": primitives_sheet,
        "receipt": receipt_sheet,
        "roots": roots_sheet,
        "keyring": keyring_sheet,
        "message": message_sheet,
        "evidence": evidence_sheet,
        "box": box_sheet,
        "chain": chain_sheet,
        "workflow": workflow_sheet,
        "mailbox": mailbox_sheet,
        "requests": requests_sheet,
        "members": members_sheet,
        "case": case_sheet,
        "conflict": conflict_sheet,
        "keeping": keeping_sheet,
        "calendar": calendar_sheet,
        "card": card_sheet,
        "copies": copies_sheet,
        "claiming": claiming_sheet,
        "holes": holes_sheet,
        "erasure": erasure_sheet,
    }


def later_sheets() -> dict[str, Callable[[Any], None]]:
    """Those that use the generator after the examples, which therefore stay as they are."""
    return {
        "bounds": bounds_sheet,
        "legalhold": legalhold_sheet,
        "walk": walk_sheet,
        "windows": windows_sheet,
        "given": given_sheet,
        "more": more_sheet,
        "wraps": wraps_sheet,
    }
