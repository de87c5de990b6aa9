"""Who reads what is sealed on a card: offline members alone, even past their days, never whom the person fears."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crypto.encoding import Z32
from crypto.errors import ProtocolError
from crypto.keyring import CUSTODIAN, OFFLINE, REVIEWER, KeyringBody, Policy, encode_keyring
from crypto.message import open_message, parse_sealed
from crypto.primitives import kdf
from tests.bundles import run_bundle
from tests.world import GROUPS, Person, World, new_person

TODAY = 20_800
K0 = bytes(range(32))
ABROAD = [new_person(REVIEWER, "abroad") for _ in range(7)]
INSIDE = [new_person(REVIEWER, "in-country") for _ in range(2)]
KEEPERS = [new_person(CUSTODIAN) for _ in range(5)]
W = World(today=TODAY)

Draw = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def draw(node: Path) -> Draw:
    def drawn(
        body: KeyringBody, today: int = TODAY, country: str = "", left_out: tuple[str, ...] = (), text: str = ""
    ) -> Any:
        kem = {one.id.hex(): one.key.pk.hex() for one in [*ABROAD, *INSIDE, *KEEPERS]} if text else {}
        wish = {
            "kem": kem,
            "text": text,
            "keyring": body.encoded.hex(),
            "k0": K0.hex(),
            "today": today,
            "country": country,
            "leftOut": left_out,
        }
        return run_bundle(node, "drawoffline", given=json.dumps([wish]), seconds=60)[0]

    return drawn


def ring(*offline: Person, days: dict[bytes, int] | None = None) -> KeyringBody:
    """The usual members, all online, and these; `days` says whose last day is which."""
    last = days or {}
    cards = [replace(one.listed(TODAY), flags=OFFLINE, until=last.get(one.id, TODAY + 365)) for one in offline]
    return encode_keyring(
        instance=W.instance,
        version=1,
        not_before=TODAY - 1,
        expires=TODAY + 40,
        prev=Z32,
        roots_hash=W.roots.hash,
        policy=Policy(1, 5, 4, 30),
        groups=GROUPS,
        members=[*(person.listed(TODAY) for person in W.people), *cards],
        formers=[],
    )


def ordered(people: list[Person], label: str) -> list[str]:
    return [one.id.hex() for one in sorted(people, key=lambda one: kdf(K0, label, one.id))]


def test_offline_members_alone_are_drawn_in_the_order_of_the_code(draw: Draw) -> None:
    assert draw(ring(*ABROAD, *KEEPERS)) == {
        "readers": ordered(ABROAD, "draw")[:5],
        "custodians": ordered(KEEPERS, "draw-custodian")[:4],
        "widened": False,
        "overdue": False,
    }


def test_those_who_serve_the_country_read_and_for_want_of_four_everybody_does(draw: Draw) -> None:
    body = ring(*ABROAD, *INSIDE, *KEEPERS)
    assert set(draw(body)["readers"]) <= {one.id.hex() for one in ABROAD}
    assert draw(body, country="KZ")["readers"] == ordered([*ABROAD, *INSIDE], "draw")[:5]
    few = draw(ring(*ABROAD[:2], *INSIDE, *KEEPERS))
    assert few["widened"]
    assert few["readers"] == ordered([*ABROAD[:2], *INSIDE], "draw")


def test_two_offline_reviewers_who_serve_are_not_called_widened(draw: Draw) -> None:
    found = draw(ring(*ABROAD[:2], *KEEPERS))
    assert (sorted(found["readers"]), found["widened"]) == (sorted(one.id.hex() for one in ABROAD[:2]), False)


def test_a_panel_left_out_never_reads(draw: Draw) -> None:
    body = ring(*ABROAD[:2], *INSIDE, *KEEPERS)
    assert draw(body, left_out=("in-country",))["readers"] == ordered(ABROAD[:2], "draw")
    assert draw(body, left_out=("in-country", "abroad")) == {"slug": "no_readers"}


def test_past_its_days_a_file_still_seals_and_says_so(draw: Draw) -> None:
    old = {one.id: TODAY - 1 for one in [*ABROAD[:2], *KEEPERS]}
    found = draw(ring(*ABROAD[:2], *KEEPERS, days=old))
    assert (found["readers"], found["overdue"]) == (ordered(ABROAD[:2], "draw"), True)
    one_left = draw(ring(*ABROAD[:3], *KEEPERS[:1], days={one.id: TODAY - 1 for one in ABROAD[:2]}))
    assert (one_left["readers"], one_left["overdue"]) == ([ABROAD[2].id.hex()], False)


def test_where_nobody_is_offline_the_usual_readers_are_drawn(draw: Draw) -> None:
    found = draw(ring())
    reviewers = {one.id.hex() for one in W.people if one.role == REVIEWER}
    assert len(found["readers"]) >= 4 and set(found["readers"]) <= reviewers


@pytest.mark.parametrize("offline", [ABROAD, KEEPERS], ids=["no custodian", "no reviewer"])
def test_where_one_kind_of_offline_members_lacks_nothing_is_sealed(draw: Draw, offline: list[Person]) -> None:
    assert draw(ring(*offline)) == {"slug": "no_readers"}


def test_whose_days_have_not_begun_does_not_read(draw: Draw) -> None:
    assert draw(ring(*ABROAD, *KEEPERS), today=TODAY - 31) == {"slug": "no_readers"}


def test_what_is_sealed_on_a_card_opens_for_an_offline_reviewer_and_for_nobody_else(draw: Draw) -> None:
    body = ring(*ABROAD[:2], *KEEPERS)
    sealed = bytes.fromhex(draw(body, text="Вчера вечером")["message"])
    message = parse_sealed(W.instance, sealed)
    for reader in ABROAD[:2]:
        assert open_message(message, reader.key, body.hash).account.content.answers["story"] == "Вчера вечером"
    for other in [*W.people, *KEEPERS, ABROAD[2]]:
        with pytest.raises(ProtocolError, match="not_a_recipient"):
            open_message(message, other.key, body.hash)
