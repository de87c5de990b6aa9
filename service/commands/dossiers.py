"""`panah case write`: a case for one body, as far as the person allowed, with a second member beside."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crypto.case import OpenedCase
from crypto.encoding import Day
from crypto.workflow import STATE_NAMES
from service import clock
from service.commands.exits import USAGE, Refused
from service.commands.terminal import read_file
from service.dossier_words import LANGUAGES, MESSAGES, ROLES, STEPS, VALUES, WORDS, say_day_in

if TYPE_CHECKING:
    from service.dossier import Dossier


MAX_EVIDENCE = 64 * 1024 * 1024
# others keep none: their type is in the list
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "text/plain": "txt", "application/pdf": "pdf", "audio/wav": "wav"}


def write_dossier(
    opened: OpenedCase, scope: str, language: str, agreed: Day | None, to: Path, saved: Path | None = None
) -> bytes:
    """The file that goes out, by the ending of its name. `saved`: a folder of evidence as the desk saved it.

    Raises Refused.
    """
    from intake_forms.read import read_forms
    from service.dossier import SCOPES, NotAllowed, make_dossier

    if language not in LANGUAGES:
        raise Refused(f"the sentences are there in {' and '.join(LANGUAGES)}", code=USAGE)
    if scope not in SCOPES:
        raise Refused(f"nobody of that name: {', '.join(SCOPES)}", code=USAGE)
    try:
        said = (say_in(language), scope, agreed, STEPS[language])
        made = make_dossier(opened, read_forms(None), *said)
        paper = make_dossier(opened, read_forms(None), *said, say_day_in(language))  # programs get days as they stand
    except NotAllowed as error:
        raise Refused(str(error), "write to the person in the mailbox; only they can allow it") from None
    if saved is not None and to.suffix != ".zip":
        raise Refused("files go along in a .zip alone", code=USAGE)
    if to.suffix == ".json":
        return _json(made, language)
    if to.suffix == ".pdf":
        return _pdf(paper, language)
    if to.suffix == ".zip":
        along = _files(made, saved) if saved else {}
        return _zip({"case.pdf": _pdf(paper, language), "case.json": _json(made, language), **along}, made)
    raise Refused("the name ends in .pdf, .json or .zip", code=USAGE)


def _json(made: Dossier, language: str) -> bytes:
    from service.dossier import as_table

    table = as_table(made, ROLES[language], MESSAGES[language])
    return (json.dumps(table, ensure_ascii=False, indent=1) + "\n").encode()


def _pdf(made: Dossier, language: str) -> bytes:
    from service.dossier_pdf import print_dossier
    from service.site.words import LOCALES

    today = date(1970, 1, 1) + timedelta(days=clock.today())
    desk = json.loads((LOCALES / f"desk.{language}.json").read_text("utf-8"))
    states = {f"state {name}": desk[f"state.{n}"] for n, name in enumerate(STATE_NAMES)}
    return print_dossier(made, language, today, {**WORDS[language], **states}, ROLES[language], MESSAGES[language])


def say_in(language: str) -> Callable[[str], str]:
    """The sentences of our forms, and of answers that stand in no list of theirs."""
    from intake_forms.reading import WORDS
    from intake_forms.words import FormWords

    words = FormWords(language)
    own = {WORDS[id]: text for id, text in VALUES[language].items()}
    return lambda text: own.get(text) or words.translate(text)


def _files(made: Dossier, saved: Path) -> dict[str, bytes]:
    """What of the folder may go, told by its hash: of a file that has a chosen copy, the copy. Raises Refused."""
    wanted = {one.out.sha256: one.out for part in made.parts for one in part.files}
    found: dict[str, bytes] = {}
    for path in sorted(one for one in saved.iterdir() if one.is_file()):
        data = read_file(path, MAX_EVIDENCE)
        one = wanted.pop(hashlib.sha256(data).hexdigest(), None)
        if one is not None:
            ending = ENDINGS.get(one.type, "bin")
            found[f"evidence/{len(found) + 1}.{ending}"] = data
    if wanted:
        raise Refused(
            f"{len(wanted)} files of the case are not in that folder: SHA-256 {', '.join(sorted(wanted))}",
            "save them from the desk, where a copy was chosen the copy, and nothing else is needed",
        )
    return found


def _zip(files: Mapping[str, bytes], made: Dossier) -> bytes:
    """With a manifest of hashes, and no times but the day of the format's beginning."""
    from service.dossier import file_table

    manifest = {
        "format": 1,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        "evidence": [file_table(one) for part in made.parts for one in part.files],
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**files, "manifest.json": (json.dumps(manifest, indent=1) + "\n").encode()}.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
