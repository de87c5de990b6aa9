"""`panah case write`: a case for one body, as far as the person allowed, with a second member beside."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crypto.case import OpenedCase
from crypto.encoding import Day
from crypto.workflow import STATE_NAMES
from service import clock
from service.commands.exits import USAGE, Refused
from service.dossier_words import LANGUAGES, MESSAGES, ROLES, STEPS, WORDS

if TYPE_CHECKING:
    from service.dossier import Dossier


def write_dossier(opened: OpenedCase, scope: str, language: str, agreed: Day | None, to: Path) -> bytes:
    """The file that goes out, by the ending of its name. Raises Refused."""
    from intake_forms.read import read_forms
    from intake_forms.words import FormWords
    from service.dossier import SCOPES, NotAllowed, make_dossier

    if language not in LANGUAGES:
        raise Refused(f"the sentences are there in {' and '.join(LANGUAGES)}", code=USAGE)
    if scope not in SCOPES:
        raise Refused(f"nobody of that name: {', '.join(SCOPES)}", code=USAGE)
    words = FormWords(language, None)
    try:
        made = make_dossier(opened, read_forms(None), words.translate, scope, agreed, STEPS[language])
    except NotAllowed as error:
        raise Refused(str(error), "write to the person in the mailbox; only they can allow it") from None
    if to.suffix == ".json":
        return _json(made, language)
    if to.suffix == ".pdf":
        return _pdf(made, language)
    if to.suffix == ".zip":
        return _zip({"case.pdf": _pdf(made, language), "case.json": _json(made, language)})
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


def _zip(files: Mapping[str, bytes]) -> bytes:
    """With a manifest of hashes, and no times but the day of the format's beginning."""
    manifest = {"format": 1, "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**files, "manifest.json": (json.dumps(manifest, indent=1) + "\n").encode()}.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
