"""SPEC 14: whatever is a little wrong is refused or is the same, and the adapter answers whatever it is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.answers import OPS
from crypto.canonical import CANONICAL
from crypto.conformance import answer, answer_line
from crypto.encoding import decode, decode_list, encode, encode_list, u8, u32
from crypto.errors import SLUGS
from tests.unit.slugs import slug_of
from tests.vectors.cases import load_blobs, load_cases

EXAMPLES = Path(__file__).parents[1] / "vectors" / "examples.json"


def whole_examples() -> dict[str, bytes]:
    found = {
        one["tag"]: encode(one["tag"], *(bytes.fromhex(field) for _, field in one["fields"]))
        for one in json.loads(EXAMPLES.read_text())["structures"]
    }
    status = encode(
        "status", bytes(32), bytes(32), bytes(64), b"", bytes(36), u32(0), bytes(32), u8(0), u8(0), u8(0), u8(5),
        u32(0), u32(0), encode_list("lines", []), u32(1), bytes(16),
    )  # fmt: skip
    posted = decode_list("posted-entries", 9, found["posted-entries"])[1]
    entry, box, _ = decode("posted-entry", [None, None, None], posted)
    card = encode("card", bytes(32), bytes(32), u32(1), bytes(1216), b"")
    return {
        **found,
        "text": encode("text", b"ru", b"why", b"text"),
        "draft": encode("draft", bytes(16), bytes(1120), bytes(20)),
        "post-entry": encode("post-entry", entry, box, bytes(16384), bytes(16384), b""),
        "card": card,
        "signed-card": encode("signed-card", card, entry, entry),
        "signed-status": encode("signed-status", status, bytes(64)),
        "reply-block": encode("reply-block", u32(0), entry, box),
        "keyfile-secret": encode("keyfile-secret", bytes(32), bytes(32), found["first-roots"], found["roots"]),
    }


WHOLE = whole_examples()


def test_every_structure_has_an_example() -> None:
    assert set(CANONICAL) <= set(WHOLE)


@st.composite
def spoilt(draw: st.DrawFn, data: bytes) -> bytes:
    """A few bytes set, put in, taken out; often near the beginning, where the structure is."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, min(len(data), draw(st.sampled_from([60, 400, len(data)])))))
        new = draw(st.binary(max_size=4))
        data = data[:at] + new + data[at + draw(st.integers(0, 4)) :]
    return data


@pytest.mark.parametrize("tag", CANONICAL)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_is_a_little_wrong_is_refused_or_the_same(tag: str, data: st.DataObject) -> None:
    good = WHOLE[tag]
    assert CANONICAL[tag](good) == good
    bad = data.draw(spoilt(good))
    found = answer({"op": f"canonical.{tag}", "in": {"data": bad.hex()}})
    assert found in ({"error": "malformed"}, {"ok": {"data": bad.hex()}})


@pytest.mark.parametrize("tag", CANONICAL)
def test_a_cut_anywhere_is_refused(tag: str) -> None:
    good = WHOLE[tag]
    for n in [*range(min(len(good), 300)), *range(len(good) - 20, len(good))]:
        assert slug_of(CANONICAL[tag], good[:n]) == "malformed"
    assert slug_of(CANONICAL[tag], good + b"\0") == "malformed"


junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.binary(max_size=40).map(bytes.hex),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
HONEST = {case["op"]: case["in"] for case in load_cases(load_blobs()) if "ok" in case["expect"]}
CHEAP = sorted(set(HONEST) - {"keyfile.open", "case.open", "receipt.derive", "argon2id"})


@pytest.mark.parametrize("op", CHEAP)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_the_adapter_answers_whatever_it_is_asked(op: str, data: st.DataObject) -> None:
    inputs: dict[str, Any] = {**HONEST[op], data.draw(st.sampled_from(sorted(HONEST[op]))): data.draw(junk)}
    found = answer({"op": op, "in": inputs})
    assert "ok" in found or found["error"] in (*SLUGS, "bad_request")


def test_every_op_has_a_vector_that_succeeds() -> None:
    assert {op for op in OPS if not op.startswith("canonical.")} <= set(HONEST)


@pytest.mark.parametrize(
    "line", ["", "{", "null", "[]", '"x"', "{}", '{"op": 1}', '{"op": "hash"}', "[" * 100_000, '{"op":"\\ud800"}']
)
def test_the_adapter_answers_a_line_that_is_no_request(line: str) -> None:
    assert json.loads(answer_line(line))["error"] in ("bad_request", "unknown_op")


def test_a_fault_of_the_adapter_is_an_answer_and_not_its_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(OPS, "hash", lambda inputs: 1 // 0)
    assert json.loads(answer_line('{"op": "hash", "in": {"data": ""}}')) == {"error": "internal"}
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize("seed", ["", "00", "00" * 31, "00" * 33])
def test_a_seed_of_another_length_is_refused(seed: str) -> None:
    case = {"instance": "", "mailbox_seed": "00" * 32, "veil_key": "", "keyring": "", "blocks": [], "today": 1}
    assert answer({"op": "mailbox.open", "in": {**case, "request_seed": seed}}) == {"error": "malformed"}
