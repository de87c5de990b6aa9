"""What an import found, as the files of an operator's folder: forms/ID.toml, lists/ID.toml, locales/LANG.po."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

from intake_forms import expressions
from intake_forms.model import GROUPS, SEALS, ChoiceList, Expression, Form, Question
from intake_forms.read import read_list
from intake_forms.words import read_catalog, write_catalog, write_whole
from intake_forms.xlsform.import_ import Imported


class ListTaken(ValueError):
    """Another form of the folder has a list of this id with other choices. Rename it in one of the spreadsheets."""

    def __init__(self, id: str, file: str) -> None:
        super().__init__(f"the list {id} stands in {file} with other choices")
        self.id, self.file = id, file


def write_folder(imported: Imported, folder: Path, known: Mapping[str, ChoiceList]) -> list[Path]:
    """Lists that are the same as known ones are not written again. Raises ListTaken before anything is written."""
    form = imported.form
    mine = folder / "lists" / f"{form.id}.toml"
    others = list(_lists_of_others(folder, mine))
    lists = []
    for id, found in imported.lists.items():
        for file, other in others:
            if other.id == id and not (_agree(other, found) if id == GROUPS else other == found):
                raise ListTaken(id, file)
        if id == GROUPS:
            new = tuple(one for one in found.choices if id not in known or one not in known[id].choices)
            lists += [ChoiceList(id, new)] if new else []
        elif known.get(id) != found and all(other.id != id for _, other in others):
            lists.append(found)

    written = [_write(folder / "forms" / f"{form.id}.toml", form_toml(form))]
    if lists:
        written.append(_write(mine, "\n".join(map(list_toml, lists))))
    else:
        mine.unlink(missing_ok=True)
    for code, words in imported.words.items():
        catalog = read_catalog(folder / "locales", code)
        for english, translation in words.items():
            catalog.delete(english)
            catalog.add(english, translation, auto_comments=[form.id])
        path = folder / "locales" / f"{code}.po"
        write_catalog(path, catalog)
        written.append(path)
    return written


def _agree(one: ChoiceList, other: ChoiceList) -> bool:
    return all(other.label(choice.id) in (None, choice.label) for choice in one.choices)


def _lists_of_others(folder: Path, mine: Path) -> Iterator[tuple[str, ChoiceList]]:
    for path in sorted((folder / "lists").glob("*.toml")):
        if path != mine:
            for table in tomllib.loads(path.read_text("utf-8")).get("list", []):
                yield path.name, read_list(path.name, table)


def _write(path: Path, text: str) -> Path:
    write_whole(path, text.encode())
    return path


def form_toml(form: Form) -> str:
    lines = [*_pairs(id=form.id, title=form.title)]
    for section in form.sections:
        lines += ["", "[[section]]"]
        lines += _pairs(id=section.id, title=section.title, relevant=_text(section.relevant), quiet=section.quiet)
        for screen in section.screens:
            lines += ["", "[[section.screen]]"]
            lines += _pairs(id=screen.id, title=screen.title, help=screen.help, relevant=_text(screen.relevant))
            lines += _pairs(repeat=screen.repeat, repeat_title=screen.repeat_title)
            for question in screen.questions:
                lines += ["", "[[section.screen.question]]", *_question(question)]
    return "\n".join(lines) + "\n"


def _question(question: Question) -> list[str]:
    seal = "" if question.seal == SEALS[0] else question.seal
    return [
        *_pairs(id=question.id, type=question.type, seal=seal, label=question.label, help=question.help),
        *_pairs(list=question.list, relevant=_text(question.relevant), filter=_text(question.filter)),
        *_pairs(constraint=_text(question.constraint), constraint_message=question.constraint_message),
        *_pairs(evidence=question.evidence),
    ]


def list_toml(found: ChoiceList) -> str:
    lines = ["[[list]]", *_pairs(id=found.id)]
    for one in found.choices:
        dates = {"from": one.first, "until": one.until}
        lines += ["", "[[list.choice]]", *_pairs(id=one.id, label=one.label), *_pairs(**one.columns), *_pairs(**dates)]
        lines += _pairs(draft=one.draft, source=one.source, group=one.group)
    return "\n".join(lines) + "\n"


def _text(expression: Expression) -> str:
    return "" if expression is None else expressions.write(expression)


def _pairs(**facts: str | bool) -> list[str]:
    """Without what is empty or false. JSON's text is TOML's, but for DEL, which no text of ours holds."""
    return [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items() if value]
