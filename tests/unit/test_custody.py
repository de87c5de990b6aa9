"""Which copy goes out for a file: by the last choice in signed lines, and only of a copy of that very file."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from crypto.account import EvidenceItem
from service.custody import HEX, NEEDED, TYPES, Outgoing, choose, outgoing, read_records

ARM, OTHER, COPY, STILL = "aa" * 16, "cc" * 16, "dd" * 16, "ba" * 16
HASH, COPY_HASH = "ab" * 32, "de" * 32
FILES = {
    id: EvidenceItem(bytes.fromhex(id), bytes(32), bytes(32), bytes.fromhex(HASH), 5, "arm.png", "image/png")
    for id in (ARM, OTHER)
}
TWIN = Path(__file__).resolve().parent.parent.parent / "service" / "web" / "src" / "desk-custody.ts"


def lines(**fields: str) -> str:
    return "\n".join(f"{name}: {value}" for name, value in fields.items())


def derived(**changes: str) -> str:
    fields = {
        "custody": "derived",
        "file": COPY,
        "key": "01" * 32,
        "sha256": COPY_HASH,
        "outline": "02" * 32,
        "size": "7",
        "type": "image/png",
        "areas": "2",
        "from": ARM,
        "from_sha256": HASH,
    }
    return lines(**{name: value for name, value in (fields | changes).items() if value})


def chosen(copy: str = COPY, file: str = ARM, *more: str) -> str:
    return "\n".join([lines(custody="chosen", file=file, copy=copy), *(lines(copy=one) for one in more)])


def only(leaving: dict[str, tuple[Outgoing, ...]]) -> dict[str, Outgoing]:
    """Where one thing goes out for each file."""
    assert all(len(one) == 1 for one in leaving.values())
    return {id: one[0] for id, one in leaving.items()}


def test_the_copy_that_was_chosen_last_goes_out_and_names_what_it_is_of() -> None:
    assert only(choose(FILES, [derived()]))[ARM].sha256 == HASH
    out = only(choose(FILES, [derived(), chosen()]))
    assert (out[ARM].sha256, out[ARM].copy_of, out[ARM].size) == (COPY_HASH, HASH, 7)
    assert (out[OTHER].sha256, out[OTHER].copy_of) == (HASH, "")
    assert only(choose(FILES, [f"{derived()}\n\n{chosen()}", chosen(ARM)]))[ARM].copy_of == ""


def test_several_copies_go_out_and_the_file_with_them_where_it_is_named() -> None:
    made = [derived(), derived(file=STILL, sha256="77" * 32)]
    out = choose(FILES, [*made, chosen(COPY, ARM, STILL)])
    assert [(one.sha256, one.copy_of) for one in out[ARM]] == [(COPY_HASH, HASH), ("77" * 32, HASH)]
    out = choose(FILES, [*made, chosen(ARM, ARM, STILL)])
    assert [(one.sha256, one.copy_of) for one in out[ARM]] == [(HASH, ""), ("77" * 32, HASH)]
    assert only(choose(FILES, [*made, chosen(COPY, ARM, STILL), chosen(ARM)]))[ARM].copy_of == ""


@pytest.mark.parametrize(
    "wrong",
    [
        chosen(STILL, ARM, OTHER),
        chosen(STILL, ARM, "ee" * 16),
        chosen(STILL, ARM, STILL),
        chosen(STILL, ARM, "x"),
        chosen(STILL) + f"\nfile: {ARM}",
        f"copy: {STILL}\ncopy: {COPY}\ncustody: chosen\nfile: {ARM}",
    ],
)
def test_a_choice_that_names_what_is_not_there_or_one_twice_changes_nothing(wrong: str) -> None:
    made = [derived(), derived(file=STILL, sha256="77" * 32), chosen()]
    assert choose(FILES, [*made, wrong]) == choose(FILES, made)


@pytest.mark.parametrize(
    "spoilt",
    [
        derived(from_sha256="ef" * 32),
        derived(file=OTHER),
        derived(file=ARM),
        derived(type="text/html"),
        derived(size="-1"),
        derived(size="7.5"),
        derived(key=""),
        derived(key="zz" * 32),
        derived() + "\nsize: 8",
        derived() + "\n\nand some words",
        derived().replace("derived", "made"),
    ],
)
def test_what_is_no_copy_of_that_file_is_never_sent_for_it(spoilt: str) -> None:
    assert only(choose(FILES, [spoilt, chosen()]))[ARM].copy_of == ""
    assert only(choose(FILES, [chosen(), derived()]))[ARM].copy_of == "", "chosen before it was there"
    assert only(choose(FILES, [derived(), chosen(file=OTHER)]))[OTHER].copy_of == ""


def test_what_names_no_file_of_the_case_or_only_an_opening_changes_nothing() -> None:
    opening = lines(custody="opened", file=ARM, sha256=HASH, outline="02" * 32, sealed="03" * 32, how="shown")
    own = choose(FILES, [])
    for text in (derived(**{"from": "ee" * 16}), chosen(file="ee" * 16), opening):
        assert choose(FILES, [text]) == own, text


def test_an_empty_copy_is_one_and_one_under_the_id_of_a_file_is_none() -> None:
    assert only(choose(FILES, [derived(size="0"), chosen()]))[ARM].size == 0
    for id in (ARM, OTHER):
        assert choose(FILES, [derived(file=id, sha256="88" * 32), chosen(id)]) == choose(FILES, [])


@pytest.mark.parametrize(
    ("code", "void", "unconfirmed", "copies"),
    [
        ("custody", (), (), 1),
        ("books", (), (), 0),
        ("custody", (4,), (), 0),
        ("custody", (), (4,), 0),
        ("custody", (3,), (5,), 1),
    ],
)
def test_only_notes_of_its_code_that_count_are_read(
    code: str, void: tuple[int, ...], unconfirmed: tuple[int, ...], copies: int
) -> None:
    note = SimpleNamespace(code=code, text=f"{derived()}\n\n{chosen()}")
    message = SimpleNamespace(account=SimpleNamespace(content=SimpleNamespace(evidence=tuple(FILES.values()))))
    chain = SimpleNamespace(void=void, unconfirmed=unconfirmed)
    case: Any = SimpleNamespace(messages=[message], chain=chain, seqs=(4,), texts=(note,))
    assert len([one for one in only(outgoing(case)).values() if one.copy_of]) == copies


def test_the_first_of_two_copies_with_one_id_stays() -> None:
    assert only(choose(FILES, [derived(), derived(sha256="77" * 32), chosen()]))[ARM].sha256 == COPY_HASH


def test_both_readers_of_the_lines_know_the_same_fields() -> None:
    source = TWIN.read_text("utf-8")
    lengths = re.search(r"LENGTHS.*?= \{(.*?)\};", source)
    needed = re.search(r"needed = \{(.*?)\};", source)
    types = re.search(r"TYPES.*?= \[(.*?)\];", source)
    assert lengths and needed and types
    assert {name: int(size) for name, size in re.findall(r"(\w+): (\d+)", lengths[1])} == HEX
    found = {kind: set(re.findall(r'"(\w+)"', names)) for kind, names in re.findall(r"(\w+): \[(.*?)\]", needed[1])}
    assert found == NEEDED
    assert tuple(re.findall(r'"([\w/]+)"', types[1])) == TYPES
    assert list(read_records(derived() + "\n\n" + chosen()))[1]["copy"] == COPY
