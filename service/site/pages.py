"""The pages, rendered: which there are, at which address, and what each template is told."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel.dates import format_date
from jinja2 import BytecodeCache, Environment, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from crypto.keyring import PANEL, ROLE_NAMES, Keyring
from crypto.roots import fingerprint, parse_first_roots, parse_root_set
from intake_forms import MOST_BYTES, languages
from intake_forms.compile import Controls
from intake_forms.countries import read_countries
from intake_forms.model import Choice
from intake_forms.read import read_forms
from intake_forms.words import FormWords
from service.instance import Instance, is_demo
from service.site.paper_questions import copied
from service.site.script_words import CHECK, COMMON, COPYING, FAULTS, FORM, OFFLINE, READERS, READING, SUBMIT
from service.site.words import LOCALES, SOURCE, Words, locale_of

TEMPLATES: Final = Path(__file__).resolve().parent.parent / "web" / "templates"
EVIDENCE_LIMIT: Final = 64 * 1024 * 1024  # bytes of files that one visit sends; the server has its own limit of a file
DESK_LANGUAGES: Final = {"en": "/desk/", "ru": "/desk/ru/"}


@dataclass(frozen=True)
class Page:
    path: str
    html: str
    kind: str  # of service.site.policy
    alike: str = ""  # pages with the same word here weigh the same


@dataclass(frozen=True)
class Kind:
    template: str
    below: str  # the language's folder
    policy: str
    script_words: dict[str, str]
    copies: bool = False  # for whoever copies papers: asks what those do, of the main form


SAID: Final = {key: text for key, (_, text) in FAULTS.items() if key not in READING}
KINDS: Final = (
    Kind("submit.html", "", "submitter", SAID | COMMON | SUBMIT),
    Kind("paper.html", "paper/", "submitter", SAID | COMMON | SUBMIT | COPYING, copies=True),
    Kind("check.html", "check/", "submitter", SAID | COMMON | CHECK | {key: FAULTS[key][1] for key in READING}),
    Kind("about.html", "about/", "text", {}),
    Kind("upload.html", "upload/", "upload", {}),
    Kind("received.html", "received/", "text", {}),
    Kind("not-taken.html", "not-taken/", "text", {}),
)
# In a file of its own, for a memory card: service/site/offline.py
ALONE: Final = Kind("offline.html", "", "alone", SAID | COMMON | SUBMIT | OFFLINE)
ALONE_COPYING: Final = replace(
    ALONE, template="paper.html", script_words=ALONE.script_words | COPYING | {"sent": OFFLINE["sent"]}, copies=True
)


class Compiled(BytecodeCache):
    """Templates, compiled once for all languages."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if found := self.kept.get(bucket.key):
            bucket.bytecode_from_string(found)  # which compares the source

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED: Final = Compiled()
Titles = dict[str, str]  # of forms, by id
NO_FORMS: Final[Mapping[str, Titles]] = {}


def render_pages(instance: Instance, keyring: Keyring, with_forms: Mapping[str, Titles] = NO_FORMS) -> Iterator[Page]:
    """`with_forms`: the languages in which every form is there, with the titles of the operator's own forms.

    Others are not offered any, rather than be mixed.
    """
    for code in instance.languages:
        words, folder = Words(code), folder_of(code)
        environment = make_environment(words)
        for kind in KINDS:
            told = context(instance, keyring, words, kind) | _offered(with_forms.get(code))
            html = render(environment, kind, told)
            yield Page(f"/{folder}/{kind.below}", html, kind.policy, kind.template)
            if code == instance.default_language:
                yield Page(f"/{kind.below}", html, kind.policy, kind.template)


def render_alone(instance: Instance, keyring: Keyring, code: str, own: Titles | None, *, copying: bool = False) -> str:
    """The page in one file, with @@marks@@ where service/site/offline.py puts in what is not for a template.

    `own`: the titles of the operator's own forms; None where there is no form at all. `copying`: for papers.
    """
    words = Words(code)
    kind = ALONE_COPYING if copying else ALONE
    return render(make_environment(words), kind, context(instance, keyring, words, kind) | _offered(own))


def _offered(own: Titles | None) -> dict[str, Any]:
    return {"forms": own is not None, "own_forms": own or {}}


def folder_of(code: str) -> str:
    return next(one.folder for one in languages() if one.code == code)


def make_environment(words: Words) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        bytecode_cache=COMPILED,
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters["data_block"] = data_block
    return environment


def data_block(data: Any) -> Markup:
    """JSON for a script element that is not run. `<` cannot end it."""
    return in_html(json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True))


def in_html(text: str) -> Markup:
    """JSON, so that nothing in it ends the element that it stands in."""
    return Markup(text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704


def render(environment: Environment, kind: Kind, told: dict[str, Any]) -> str:
    return tidy(environment.get_template(kind.template).render(told))


def tidy(html: str) -> str:
    """Without indentation and empty lines: each byte is paid for by somebody on a slow line."""
    return re.sub(r"\n\s+", "\n", html).strip() + "\n"


def context(instance: Instance, keyring: Keyring, words: Words, kind: Kind) -> dict[str, Any]:
    code = words.language
    first, roots = parse_first_roots(instance.first_roots), parse_root_set(instance.roots)
    roles = Counter(ROLE_NAMES[member.role - 1] for member in keyring.body.members)
    offered = [one for one in languages() if one.code in instance.languages]
    page = {
        "language": code,
        "folder": folder_of(code),
        "first": instance.first_roots.hex(),
        "instance": first.instance.hex(),
        "keyring": {"version": keyring.body.version, "hash": keyring.hash.hex()},
        "build_day": instance.build_day,
        "away": instance.quick_exit,
        "limits": MOST_BYTES | {"evidence": EVIDENCE_LIMIT},
        "days": day_words(code),
        "zones": zones(),
        "words": {key: words.gettext(text) for key, text in kind.script_words.items()} | countries_read(keyring, code),
        # only those that this page has words for; what stands nowhere is broken
        "faults": {key: slugs for key, (slugs, _) in FAULTS.items() if key != "broken" and key in kind.script_words},
    }
    if kind.copies:
        page["asked"] = copied(read_forms().forms["main"])
    if instance.roots != first.roots.encoded:
        page["roots"] = instance.roots.hex()
    return {
        "lang": code,
        "below": kind.below,
        "copying": kind.copies,
        "alone": kind.policy == ALONE.policy,
        "languages": [(one.code, one.name, f"/{one.folder}/{kind.below}") for one in offered],
        "folder": folder_of(code),
        "home": f"/{folder_of(code)}/",
        "demo": is_demo(instance),
        "away": instance.quick_exit,
        "onion": instance.onion,
        "origin": instance.origins[0],
        "name": instance.name,
        "reading": instance.reading,
        "fingerprint": fingerprint(first.instance, roots),
        "organisations": [root.organisation for root in roots.roots],
        "threshold": roots.threshold,
        "keyring_version": keyring.body.version,
        "roles": roles,
        "role_labels": [(role, words.gettext(READERS[f"role{n}"])) for n, role in enumerate(ROLE_NAMES, 1)],
        "page": page,
    }


def countries_read(keyring: Keyring, code: str) -> dict[str, str]:
    """The names of those that panels read for, by their two letters; a country of no list of ours keeps its letters."""
    named = {country for group in keyring.body.groups if group.kind == PANEL for country in group.countries}
    labels = {choice.id: choice.label for choice in _countries() if choice.id in named}
    known = FormWords(code).known(labels.values()) if code != SOURCE else {}
    return {id: known.get(label, label) for id, label in labels.items()}


@cache
def _countries() -> tuple[Choice, ...]:
    return read_forms().lists["country"].choices


def day_words(code: str) -> list[str]:
    """A day in each month, by Babel: a browser may lack a language, and then shows another."""
    days = [date(2345, month, 11) for month in range(1, 13)]
    if code == "tg":  # Babel has the names of the months only; in a date they are linked
        return [f"{{d}} {format_date(day, 'MMMM', locale=code).lower()}и {{y}}" for day in days]
    locale = "en_GB" if code == "en" else locale_of(code)
    said = [format_date(day, "long", locale=locale) for day in days]
    return [one.replace("2345", "{y}").replace("11", "{d}") for one in said]


def controls(code: str) -> Controls:
    """What the pages say around the questions of a form."""
    words = Words(code)
    return Controls({key: words.gettext(text) for key, text in FORM.items()}, month_words(code))


def month_words(code: str) -> list[str]:
    """As they stand alone, in a list."""
    return [format_date(date(2345, month, 11), "LLLL", locale=locale_of(code)) for month in range(1, 13)]


@cache
def zones() -> dict[str, str]:
    """The clock of each country answered, and of each of its regions that has another."""
    found = {}
    for country in read_countries().values():
        if usual := country.zones.get("default"):
            found[country.id] = usual
            found |= {region: zone for region, zone in country.zones.items() if zone != usual and region != "default"}
    return found


def render_desk(instance: Instance, keyring: Keyring, with_forms: Collection[str] = ()) -> Iterator[Page]:
    """desk.html is told `lang`, `demo`, `name`, `page` (for the block desk-page) and `strings` (desk.LANGUAGE.json)."""
    if not (TEMPLATES / "desk.html").is_file():
        return
    for code, path in DESK_LANGUAGES.items():
        strings_file = LOCALES / f"desk.{code}.json"
        environment = make_environment(Words("en"))
        told = {
            "lang": code,
            "demo": is_demo(instance),
            "name": instance.name,
            "away": instance.quick_exit,
            "languages": list(DESK_LANGUAGES.items()),
            "page": desk_page(instance, keyring, code) | {"forms": folder_of(code if code in with_forms else "en")},
            "strings": json.loads(strings_file.read_text("utf-8")) if strings_file.is_file() else {},
        }
        yield Page(path, tidy(environment.get_template("desk.html").render(told)), "desk")


def desk_page(instance: Instance, keyring: Keyring, code: str) -> dict[str, Any]:
    return {
        "language": code,
        "demo": is_demo(instance),
        "languages": [[one.code, one.name] for one in languages() if one.code in instance.languages],
        "first_roots": instance.first_roots.hex(),
        "roots": instance.roots.hex(),
        "pinned_version": keyring.body.version,
        "pinned_hash": keyring.hash.hex(),
        "build_day": instance.build_day,
        "worker": "/s/deskworker.js",
    }
