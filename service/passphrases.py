"""Passphrases are drawn, never chosen: seven words, 90 bits."""

from __future__ import annotations

import secrets
from functools import cache
from importlib.resources import files

WORDS = 7  # SPEC 11.1; 7772 ^ 7 is 2 ^ 90.5, beyond guessing behind Argon2id


def new_passphrase() -> str:
    return " ".join(secrets.choice(_words()) for _ in range(WORDS))


@cache
def _words() -> tuple[str, ...]:
    """EFF's long list without its four words with a hyphen: they would be typed in two ways."""
    lines = (files("diceware") / "wordlists" / "wordlist_en_eff.txt").read_text("ascii").splitlines()
    words = tuple(line.split("\t")[1] for line in lines)
    kept = tuple(word for word in words if word.isalpha() and word.islower())
    if len(set(kept)) != 7772:
        raise RuntimeError("the word list is not the one expected")  # a shorter list would be a weaker passphrase
    return kept
