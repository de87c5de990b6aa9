"""SPEC 5.10: the folds of a name. One person's name in Cyrillic, Latin, with or without an ending, folds alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

# How else a word with one of these can be meant, and what is then written in the place of what. It is folded both ways.
READINGS: Final = (
    (("ch",), (("chtch", "щ"), ("tch", "ч"), ("sch", "ш"), ("ch", "ш"))),  # French, as in passports until 1997
    # German
    (("ow", "ew", "sch"), (("schtsch", "щ"), ("dsch", "ж"), ("tsch", "ч"), ("sch", "ш"), ("ch", "х"), ("j", "y"))),
    (("ý", "y'", "s'"), (("ý", "у"), ("y'", "у"), ("s'", "ш"))),  # Kazakh in Latin letters, 2018 and 2017
    (("ё", "yo"), (("ё", "о"), ("yo", "о"))),  # Uzbek and Tajik, for Russian я; in a Russian name it stands for е
)
# What several Latin letters write as one sound, or one as two. Longer ones before shorter.
PAIRS: Final = (
    ("shch", "щ"),
    ("alex", "aleks"),
    ("maxim", "maksim"),
    ("tzod", "t'zod"),  # -zoda after t, no ц
    ("sh", "ш"),
    ("ch", "ч"),
    ("zh", "ж"),
    ("kh", "х"),
    ("tz", "ц"),
    ("ph", "ф"),
    ("ou", "у"),
    ("ya", "я"),
    ("yo", "е"),
    ("ye", "е"),
)
LETTERS: Final = {
    **dict(zip("abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopkrstuvvhiz", strict=True)),
    **dict(zip("əäáàâāçčćëéèêēğǵǧģġ", "aaaaaaccceeeeeggggg", strict=True)),
    **dict(zip("íıìïîīýÿķḳḩḥñńņňöóòôō", "iiiiiiiikkhhnnnnooooo", strict=True)),
    **dict(zip("şšśüúùûūŭžźż", "wwwuuuuuujjj", strict=True)),
    **dict(zip("абвгдеёжзийклмнопрстуфхцчшщыэюя", "abvgdeejziiklmnoprstufhscwwieua", strict=True)),
    **dict(zip("әғқңөұүһіӣӯҳҷҗўїєґ", "agknouuhiiuhjjuieg", strict=True)),
    **dict.fromkeys("ъь'", ""),
}
# At the end of the letters of a word, tried in this order; at least LEAST letters must stay.
FEMININE: Final = (("ova", "ov"), ("eva", "ev"), ("ina", "in"), ("skaa", "ski"), ("ska", "ski"))
PATRONYMIC: Final = (
    *("ovic", "evic", "ovna", "evna", "zoda", "zada", "zade", "zod"),
    *("uulu", "ulu", "uli", "ogli", "ugli", "oglu", "kizi", "gizi"),
)
SURNAME: Final = ("ov", "ev", "ion", "pur")
SHORT: Final = ("ov", "ev", "zoda", "zada", "zade", "zod")  # they may leave one letter less
# What one people or alphabet writes so and another otherwise, in this order. Uzbek ў and о, Tajik ӯ and о, Kazakh ө are
# у, о or а in Russian, so these are one vowel; Russian writes г for h, Kazakh п for ф; a vowel swallows an i before it.
MERGED: Final = (
    ("ii", "i"),
    ("illa", "ulla"),
    ("lloh", "llo"),
    ("llah", "lla"),
    ("dj", "j"),
    ("ts", "s"),
    ("td", "d"),
    ("ng", "n"),
    ("f", "p"),
    ("h", "g"),
    ("med", "mad"),
    ("ia", "a"),
    ("ie", "e"),
    ("io", "o"),
    ("iu", "u"),
)
VOWEL: Final = (("o", "a"), ("u", "a"))  # not in a word so short that it would be того or нам as well
# After that, repeated letters once: the vowel before -ddin, and that after Abd-, are anybody's.
ARABIC: Final = (("adin", "din"), ("edin", "din"), ("idin", "din"), ("irdin", "rdin"), ("abda", "abd"), ("abdi", "abd"))
MARKS: Final = ("\u0300", "\u036f")  # from, to: what some programs write after a letter instead of another letter
MARKED: Final = {"s\u030c": "š", "s\u0327": "ş", "z\u030c": "ž"}  # where that is another sound
APOSTROPHES: Final = "'ʻʼʹ‘’′`´\u0307"
LEAST: Final = 4  # letters of a root
WHOLE: Final = 5  # letters of a word that loses its vowels
MOST_WORDS: Final = 400  # of one text


def words_of(text: str) -> list[str]:
    """Runs of letters, lower case; an apostrophe belongs to its word, since in Latin letters it stands for one.

    So does a mark that stands after its letter.
    """
    words, word = list[str](), ""
    for letter in text.lower():
        if letter in APOSTROPHES:
            word = f"{word[:-1]}ў" if word.endswith("o") else f"{word}'"  # Uzbek in Latin letters
        elif letter in LETTERS:
            word += letter
        elif MARKS[0] <= letter <= MARKS[1]:
            word = word[:-1] + MARKED.get(word[-1:] + letter, word[-1:])
        elif word:
            words.append(word)
            word = ""
    return [*words, word][:MOST_WORDS] if word else words[:MOST_WORDS]


def readings(word: str) -> list[str]:
    """A word of `words_of` in letters of the skeletons, in each way that it can be meant; as it stands first."""
    found = [word]
    for signs, changes in READINGS:
        if any(sign in word for sign in signs):
            found += [_replaced(one, changes) for one in found]
    return ["".join(LETTERS[letter] for letter in _replaced(one, PAIRS)) for one in found]


def fold(letters: str) -> str:
    """The skeleton of a reading, or of a part of it."""
    merged = _replaced(letters, MERGED)
    if len(merged) < WHOLE:
        return _once(merged)
    return _replaced(_once(_replaced(merged, VOWEL)), ARABIC)


def folds(word: str) -> list[str]:
    """Of each reading the skeleton, that without a woman's ending, and the root without a patronymic's or surname's.

    Ascending, each once. A short root is marked, so that it is that of another name with an ending, and no word.
    """
    found = set[str]()
    for letters in readings(word):
        if letters in PATRONYMIC:  # a word of its own, which very many people have
            continue
        plain = _masculine(letters)
        root, ending = _root_and_ending(plain)
        found |= {fold(letters), fold(plain)}
        if len(root) >= (WHOLE if root.endswith("i") else LEAST):
            found.add(fold(root))
        merged = _replaced(root, MERGED)
        if len(ending) > 1 and len(merged) < WHOLE:
            found.add(f"{_once(_replaced(merged, VOWEL))}-")
    return sorted(one for one in found if len(one) > 1)


def folds_of(text: str) -> list[str]:
    """Of all words of a text, and of those that a hyphen joins taken as one; ascending, each once."""
    return sorted({one for word in words_of(text) + words_of(text.replace("-", "")) for one in folds(word)})


def skeletons_of(text: str) -> list[str]:
    """The skeleton of each word of a text as it stands; ascending, each once."""
    found = {fold(letters) for letters, *_ in map(readings, words_of(text)) if letters not in PATRONYMIC}
    return sorted(one for one in found if len(one) > 1)


def _masculine(letters: str) -> str:
    for ending, other in FEMININE:
        if letters.endswith(ending) and len(letters) - len(ending) + len(other) >= LEAST:
            return letters.removesuffix(ending) + other
    return letters


def _root_and_ending(plain: str) -> tuple[str, str]:
    for ending in (*PATRONYMIC, *SURNAME):
        if plain.endswith(ending) and len(plain) - len(ending) >= LEAST - (ending in SHORT):
            return plain.removesuffix(ending), ending
    # Tajik -ӣ after a consonant, and Kazakh -бай for -баев; never Сергей for Сергеев
    if plain.endswith("i") and (plain[-2:-1] not in "aeiou" or plain.endswith(("bai", "boi"))):
        return plain[:-1], "i"
    return plain, ""


def _replaced(text: str, changes: Iterable[tuple[str, str]]) -> str:
    for old, new in changes:
        text = text.replace(old, new)
    return text


def _once(letters: str) -> str:
    return "".join(one for n, one in enumerate(letters) if n == 0 or letters[n - 1] != one)
