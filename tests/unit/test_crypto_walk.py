"""SPEC 8.3: a deed that may not be done leaves everything where it was, for whoever passes it over."""

from __future__ import annotations

from copy import copy
from typing import Any

import pytest

from crypto.entry import (
    APPROVAL,
    COPIED,
    COPY_ANSWERED,
    PROPOSAL,
    STEP,
    WITHHOLDING,
    SignedEntry,
    messages_head,
    parse_signed_entry,
)
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR, TRANSLATOR
from crypto.walk import BEGINNING, Walk
from crypto.workflow import INQUIRY, WITHDRAWN
from tests.casework import Casework
from tests.unit.crypto_world import DAY
from tests.unit.slugs import slug_of
from tests.world import Person, World, new_person

W = World(today=DAY)
W.people.append(new_person(TRANSLATOR))
ONE, OTHER, SUPER = W.of(REVIEWER)[0], W.of(REVIEWER)[1], W.of(SUPERVISOR)[0]
WISH = (ONE, PROPOSAL, WITHDRAWN, {"until": DAY + 20})
TOLD: dict[str, Any] = {"state": 0, "priority": 5, "messages": messages_head([])}


def walked(case: Casework) -> Walk:
    walk = Walk(BEGINNING, W.keyring)
    for one in map(parse_signed_entry, case.entries):
        walk.take(one, W.person(one.actor).role)
    return walk


def made(case: Casework, by: Person, *given: Any, **changes: Any) -> SignedEntry:
    return parse_signed_entry(case.make(by, *given, **changes))


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        (WISH, (SUPER, APPROVAL, WITHDRAWN), {"until": DAY + 19}),
        (WISH, (SUPER, APPROVAL, WITHDRAWN), {"until": DAY + 20, "priority": 1}),
        ((ONE, PROPOSAL, INQUIRY, {"priority": 3}), (SUPER, APPROVAL, INQUIRY), {"priority": 4}),
        ((ONE, WITHHOLDING, None, {"cited": OTHER.id + bytes(16), "until": DAY}), (ONE, WITHHOLDING), {"until": DAY}),
        ((ONE, COPIED, None, {"until": DAY}), (W.of(TRANSLATOR)[0], COPY_ANSWERED), {**TOLD, "day": DAY + 1}),
    ],
)  # fmt: skip
def test_what_is_refused_after_it_was_found_is_still_there(before: Any, after: Any, changes: dict[str, Any]) -> None:
    case = Casework(W, day=DAY)
    case.hand_off()
    case.add(case.who(INVESTIGATOR), STEP, INQUIRY, priority=2)
    *first, fields = before
    link = case.add(*first, **fields)
    walk = walked(case)
    cited = fields["cited"] if first[1] == WITHHOLDING else link
    entry = made(case, *after, cited=cited, **changes)
    stood = {name: copy(one) for name, one in vars(walk).items()}
    assert slug_of(walk.take, entry, after[0].role) in ("bad_state", "role_not_allowed")
    assert vars(walk) == stood
