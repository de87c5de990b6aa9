"""Every sentence of the forms and lists, and its translations: gettext catalogues, one a language.

`python -m intake_forms.words update` brings all catalogues in line with the forms; `missing` says what is untranslated.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from intake_forms.model import GROUPS, Form, Forms
from intake_forms.read import read_forms

SOURCE: Final = "en"
HERE: Final = Path(__file__).resolve().parent / "locales"
LANGUAGES: Final = ("ru", "kk", "ky", "tg", "uz-Latn", "uz-Cyrl")


class FormWordsMissing(Exception):
    """A form would mix two languages. Translate the sentences named, in intake_forms/locales/LANGUAGE.po."""

    def __init__(self, language: str, missing: list[str]) -> None:
        shown = "; ".join(repr(one) for one in missing[:5])
        super().__init__(f"{language}: {len(missing)} sentences without a translation, such as {shown}")
        self.language, self.missing = language, missing


def sentences(forms: Forms) -> Iterator[tuple[str, str]]:
    """Each English sentence once, with where it stands first, in the order of the forms."""
    seen: set[str] = set()
    for form in forms.forms.values():
        for where, text in _of_form(form):
            if text and text not in seen:
                seen.add(text)
                yield f"{form.id}/{where}", text
        for id in (*forms.lists_of(form), GROUPS):
            for choice in forms.lists[id].choices if id in forms.lists else ():
                if choice.label not in seen:
                    seen.add(choice.label)
                    yield f"{id}/{choice.id}", choice.label


def _of_form(form: Form) -> Iterator[tuple[str, str]]:
    yield "", form.title
    for section in form.sections:
        yield section.id, section.title
        for screen in section.screens:
            for text in (screen.title, screen.help, screen.repeat_title):
                yield screen.id, text
            for question in screen.questions:
                for text in (question.label, question.help, question.constraint_message):
                    yield question.id, text


class FormWords:
    """One language; an operator's catalogue over ours."""

    def __init__(self, language: str, extra: Path | None = None) -> None:
        self.language = language
        self._translated = {} if language == SOURCE else dict(_read(HERE, language))
        if language != SOURCE and extra:
            self._translated |= _read(extra / "locales", language)

    def translate(self, text: str) -> str:
        if self.language == SOURCE:
            return text
        if text not in self._translated:
            raise FormWordsMissing(self.language, [text])
        return self._translated[text]

    def known(self, texts: Iterable[str]) -> dict[str, str]:
        """The translations that there are."""
        return {text: self._translated[text] for text in texts if text in self._translated}

    def missing(self, forms: Forms) -> list[str]:
        return [] if self.language == SOURCE else [text for _, text in sentences(forms) if text not in self._translated]

    def stale(self, forms: Forms) -> list[str]:
        needed = {text for _, text in sentences(forms)}
        return sorted(set(self._translated) - needed)


@cache
def _read(folder: Path, language: str) -> dict[str, str]:
    catalog = read_catalog(folder, language)
    return {str(one.id): str(one.string) for one in catalog if _done(one)}


def _done(message: Message) -> bool:
    """Fuzzy is a guess, and none of ours."""
    return bool(message.id and message.string and not message.fuzzy)


def read_catalog(folder: Path, language: str) -> Catalog:
    """An empty one where there is no file."""
    path = folder / f"{language}.po"
    locale = language.replace("-", "_")
    if not path.is_file():
        return Catalog(locale=locale, charset="utf-8", fuzzy=False)
    return read_po(io.BytesIO(path.read_bytes()), locale=locale, charset="utf-8", abort_invalid=True)


def update(folder: Path, forms: Forms, language: str) -> Catalog:
    """The catalogue with the sentences of the forms, each with the translation that it had.

    A translation whose sentence is gone is kept as obsolete (`#~`), and comes back with its sentence.
    """
    old = read_catalog(folder, language)
    kept = {str(one.id): str(one.string) for one in (*old.obsolete.values(), *old) if _done(one)}
    fresh = Catalog(locale=language.replace("-", "_"), charset="utf-8", fuzzy=False, project="")
    for where, text in sentences(forms):
        fresh.add(text, kept.pop(text, ""), auto_comments=[where])
    fresh.obsolete.update((text, Message(text, kept[text])) for text in sorted(kept))
    return fresh


_HEADER: Final = "The words of the forms and lists. docs/translations.md says which a native speaker has reviewed."


def write_catalog(path: Path, catalog: Catalog) -> None:
    """Without dates and tools in the header: the same words give the same file."""
    out = io.BytesIO()
    write_po(out, catalog, width=0, omit_header=True, sort_output=False)
    head = (
        f'# {_HEADER}\nmsgid ""\nmsgstr ""\n"Language: {catalog.locale_identifier}\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    write_whole(path, head.encode() + out.getvalue())


def write_whole(path: Path, data: bytes) -> None:
    """The old file or the new one, never a part: a full disk leaves the old."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def main(arguments: list[str]) -> int:
    forms = read_forms()
    if arguments == ["update"]:
        for language in LANGUAGES:
            write_catalog(HERE / f"{language}.po", update(HERE, forms, language))
        return 0
    if arguments == ["missing"]:
        for language in LANGUAGES:
            missing = FormWords(language).missing(forms)
            stale = len(read_catalog(HERE, language).obsolete)
            print(f"{language}: {len(missing)} missing, {stale} translations of sentences that are gone")
            for text in missing:
                print(f"  {text}")
        return 0
    print("update or missing", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
