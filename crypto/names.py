"""SPEC 5.10: the folds of a name. One person's name in Cyrillic, Latin, with or without an ending, folds alike."""

from __future__ import annotations

from typing import Final

# Latin pairs first, on Latin letters alone: what two letters write as one sound. Longer ones before shorter.
PAIRS: Final = (
    ("shch", "w"),
    ("dzh", "j"),
    ("sch", "w"),
    ("sh", "w"),
    ("ch", "c"),
    ("zh", "j"),
    ("dj", "j"),
    ("kh", "h"),
    ("gh", "g"),
    ("ts", "s"),
    ("tz", "s"),
    ("ph", "f"),
    ("yu", "u"),
    ("iu", "u"),
    ("ya", "a"),
    ("ia", "a"),
    ("yo", "e"),
    ("ye", "e"),
    ("yi", "i"),
)
_LATIN: Final = {
    **{letter: letter for letter in "abcdefghijklmnoprstuvz"},
    "q": "k",
    "w": "v",
    "x": "h",
    "y": "i",
    "ä": "a",
    "á": "a",
    "ə": "a",
    "ç": "c",
    "č": "c",
    "ë": "e",
    "é": "e",
    "ğ": "g",
    "ı": "i",
    "í": "i",
    "ñ": "n",
    "ń": "n",
    "ö": "o",
    "ó": "o",
    "ş": "w",
    "š": "w",
    "ü": "u",
    "ú": "u",
    "ū": "u",
    "ý": "i",
    "ž": "j",
    "ī": "i",
    "ǵ": "g",
    **dict(zip("āâēêîōôû", "aaeeioou", strict=True)),
}
_CYRILLIC: Final = {
    **dict(zip("абвгдезийклмнопрстуфхцчшщыэюя", "abvgdeziiklmnoprstufhscwwieua", strict=True)),
    "ж": "j",
    "ё": "e",
    "ъ": "",
    "ь": "",
    "ә": "a",
    "ғ": "g",
    "қ": "k",
    "ң": "n",
    "ө": "o",
    "ұ": "u",
    "ү": "u",
    "һ": "h",
    "і": "i",
    "ӣ": "i",
    "ӯ": "u",
    "ҳ": "h",
    "ҷ": "j",
    "җ": "j",
    "ў": "u",
    "ї": "i",
    "є": "e",
    "ґ": "g",
}
# At the end of a folded word, tried in this order; at least four letters must stay.
FEMININE: Final = (("ova", "ov"), ("eva", "ev"), ("ina", "in"), ("ska", "ski"))
PATRONYMIC: Final = ("ovic", "evic", "ovna", "evna", "zoda", "zada", "zade", "ulu", "uli", "ogli", "ugli", "kizi")
SURNAME: Final = ("ov", "ev", "in", "ski")
# After all letters are those of the skeletons: a vowel swallows an i before it (Ниязов: Niyazov, Niiazov), and Russian
# writes one letter for g and for h (Ибрагим: Ibrahim).
MERGED: Final = (("ia", "a"), ("ie", "e"), ("iu", "u"), ("h", "g"))
MARKS: Final = ("\u0300", "\u036f")  # from, to: what some programs write after a letter instead of another letter
MARKED: Final = {"s\u030c": "š", "s\u0327": "ş", "z\u030c": "ž"}  # where that is another sound
APOSTROPHES: Final = "'ʻʼ‘’`´\u0307"
LEAST: Final = 4  # letters of a root
MOST_WORDS: Final = 400  # of one text


def words_of(text: str) -> list[str]:
    """Runs of letters, lower case; an apostrophe belongs to its word, since in Latin letters it stands for one.

    So does a mark that stands after its letter.
    """
    words, word = list[str](), ""
    for letter in text.lower():
        if letter in _LATIN or letter in _CYRILLIC:
            word += letter
        elif letter in APOSTROPHES:
            word = word[:-1] + "u" if word.endswith("o") else word  # Uzbek in Latin letters; Russian writes it so too
        elif MARKS[0] <= letter <= MARKS[1]:
            word = word[:-1] + MARKED.get(word[-1:] + letter, word[-1:])
        elif word:
            words.append(word)
            word = ""
    return [*words, word][:MOST_WORDS] if word else words[:MOST_WORDS]


def fold(word: str) -> str:
    """The skeleton of one word of `words_of`."""
    for pair, letter in PAIRS:
        word = word.replace(pair, letter if letter != "w" else "\x01")
    letters = "".join("w" if one == "\x01" else _LATIN.get(one, _CYRILLIC.get(one, "")) for one in word)
    letters = letters.replace("dj", "j")
    for pair, letter in MERGED:
        letters = letters.replace(pair, letter)
    return "".join(one for n, one in enumerate(letters) if n == 0 or letters[n - 1] != one)


def folds(word: str) -> list[str]:
    """The skeleton, that without a woman's ending, and the root without a patronymic's or surname's; ascending."""
    skeleton = fold(word)
    if skeleton in PATRONYMIC:  # a word of its own, which very many people have
        return []
    found = {skeleton} if len(skeleton) > 1 else set[str]()
    plain = skeleton
    for ending, other in FEMININE:
        if plain.endswith(ending) and len(plain) - len(ending) + len(other) >= LEAST:
            plain = plain[: -len(ending)] + other
            found.add(plain)
            break
    for ending in (*PATRONYMIC, *SURNAME):
        if plain.endswith(ending) and len(plain) - len(ending) >= LEAST:
            found.add(plain[: -len(ending)])
            break
    return sorted(found)


def folds_of(text: str) -> list[str]:
    """Of all words of a text; ascending, each once."""
    return sorted({one for word in words_of(text) for one in folds(word)})
