"""SPEC 11.4: a trustee's root key at rest."""

from __future__ import annotations

import pytest

from crypto.encoding import decode, encode, u32
from crypto.errors import ProtocolError
from crypto.primitives import Argon2Work, random_bytes
from crypto.rootfile import new_root_key, open_rootfile, read_rootfile, seal_rootfile
from crypto.roots import Root

CHEAP = Argon2Work(memory=19456, time=2, lanes=1)
WORDS = "one two three four five six seven"
FIELDS = [32, None, 4, 4, 1, 16, 24, None]
ROOT, SEED = new_root_key("Ұйым A")
SEALED = seal_rootfile(ROOT, SEED, WORDS, CHEAP)


def with_field(place: int, value: bytes) -> bytes:
    fields = decode("rootfile", FIELDS, SEALED)
    return encode("rootfile", *fields[:place], value, *fields[place + 1 :])


def refused(data: bytes, words: str = WORDS) -> str:
    with pytest.raises(ProtocolError) as error:
        open_rootfile(data, words)
    return error.value.slug


def test_it_opens_with_its_passphrase_however_it_is_typed() -> None:
    assert open_rootfile(SEALED, WORDS) == (ROOT, SEED)
    assert open_rootfile(SEALED, "  ONE two-three\tfour five\n six seven \n") == (ROOT, SEED)
    assert read_rootfile(SEALED) == ROOT
    assert SEED not in SEALED


def test_another_passphrase_does_not_open_it() -> None:
    assert refused(SEALED, "one two three four five six eight") == "wrong_passphrase"


def test_an_organisation_or_a_key_cannot_be_relabelled() -> None:
    assert refused(with_field(1, b"Another organisation")) == "wrong_passphrase"
    assert refused(with_field(0, random_bytes(32))) == "wrong_passphrase"


def test_a_file_whose_seed_is_of_another_key_is_refused() -> None:
    _, other = new_root_key("Other")
    assert refused(seal_rootfile(Root(ROOT.pk, "Other"), other, WORDS, CHEAP)) == "keys_differ"


@pytest.mark.parametrize(("place", "value"), [(2, 19455), (2, 262145), (2, 2**32 - 1), (3, 1), (3, 17)])
def test_work_outside_the_bounds_is_refused_before_any_is_done(place: int, value: int) -> None:
    assert refused(with_field(place, u32(value))) == "kdf_out_of_bounds"


@pytest.mark.parametrize("size", [0, 1, 9, 100, len(SEALED) - 1])
def test_a_cut_file_is_malformed(size: int) -> None:
    assert refused(SEALED[:size]) in ("malformed", "wrong_passphrase")
    assert refused(SEALED + b"\0") == "malformed"


@pytest.mark.parametrize("organisation", [b"", b"x" * 81, b"\xff"])
def test_an_organisation_of_no_length_or_no_text_is_malformed(organisation: bytes) -> None:
    assert refused(with_field(1, organisation)) == "malformed"
