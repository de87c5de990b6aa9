"""Renders every page of an instance in every language, and vouches for each file by a hash."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
from collections.abc import Container
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import brotli

from crypto.keyring import NO_PIN, Keyring, UntrustedKeyring
from crypto.roots import parse_first_roots, parse_root_set
from intake_forms import calendars
from intake_forms.compile import compile_form
from intake_forms.countries import compiled, read_countries
from intake_forms.model import Form, Forms
from intake_forms.read import read_forms
from intake_forms.words import FormWords
from service.instance import Instance, InstanceError, keyring_versions, read_instance, read_keyring
from service.site.file_words import evidence_words, file_questions
from service.site.frames import FONTS, render_frames
from service.site.pages import DESK_LANGUAGES, Page, Titles, controls, folder_of, render_desk, render_pages
from service.site.policy import Headers, headers_of
from service.site.words import SOURCE, Words

WEB: Final = Path(__file__).resolve().parent.parent / "web"
ASSETS: Final = "s"  # short: its name is in every page
BUNDLES: Final = {
    "submit.js": "asset",
    "part-form.js": "asset",
    "part-files.js": "asset",
    "check.js": "asset",
    "worker.js": "worker",
    "checkworker.js": "worker",
    "evidenceworker.js": "worker",
    "too-old.js": "asset",
    "desk.js": "asset",
    "deskworker.js": "worker",
    "pdfworker.js": "worker",
}
PADDING: Final = "Panah-Padding"  # in headers.json: bytes for each encoding; service/static_pages.py writes them
QUICKEST: Final = 9
QUICK: Final = (
    (256 * 1024, QUICKEST),
    (128 * 1024, 10),
)  # bytes, quality: what only the desk loads takes seconds to pack best
STYLES: Final = ("style.css", "noscript.css", "desk.css")


@dataclass
class Site:
    """What was written so far."""

    out: Path
    hashes: dict[str, str] = field(default_factory=dict)
    headers: dict[str, Headers] = field(default_factory=dict)
    weights: dict[str, dict[str, list[int]]] = field(default_factory=dict)

    def add(
        self, path: str, data: bytes, kind: str, alike: str = "", script: str = "", style: str = "", quick: bool = False
    ) -> None:
        """`path` as in the address; a folder's page is its index.html. What is `alike` comes to weigh the same."""
        name = path.lstrip("/") + ("index.html" if path.endswith("/") else "")
        self.headers[path] = headers_of(name, kind, script, style)
        weights = self.write(name, data, quick)
        if alike:
            self.weights.setdefault(alike, {})[path] = weights

    def level(self) -> None:
        """A header of padding for each encoding, so that the size of a page does not tell its language."""
        for pages in self.weights.values():
            largest = [max(sizes) for sizes in zip(*pages.values(), strict=True)]
            for path, sizes in pages.items():
                self.headers[path][PADDING] = " ".join(
                    str(most - size) for most, size in zip(largest, sizes, strict=True)
                )

    def write(self, name: str, data: bytes, quick: bool = False) -> list[int]:
        """The sizes written: as it is, brotli, gzip."""
        forms = {
            name: data,
            f"{name}.br": pack(data, quick),
            f"{name}.gz": gzip.compress(data, 9, mtime=0),
        }
        for file, body in forms.items():
            place = self.out / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(body)
            self.hashes[file] = hashlib.sha256(body).hexdigest()
        return [len(body) for body in forms.values()]


def build_site(instance_dir: Path, out_dir: Path) -> None:
    """Raises InstanceError, WordsMissing, BadForm, or ProtocolError for a keyring."""
    instance = read_instance(instance_dir)
    keyring = read_newest(instance_dir, instance)
    if out_dir.exists():
        shutil.rmtree(out_dir)
    site = Site(out_dir)
    for name, kind in BUNDLES.items():
        if (WEB / "dist" / name).is_file():
            site.add(f"/{ASSETS}/{name}", (WEB / "dist" / name).read_bytes(), kind)
    for name in STYLES:
        if (WEB / "styles" / name).is_file():
            site.add(f"/{ASSETS}/{name}", squeeze((WEB / "styles" / name).read_text("utf-8")), "asset")
    complete = _add_forms(site, instance, instance_dir / "forms")
    every = [code for code, own in complete.items() if own.keys() == complete[SOURCE].keys()]
    for page in [*render_pages(instance, keyring, complete), *render_desk(instance, keyring, every)]:
        _add_page(site, page)
    for frame in render_frames():
        site.add(frame.path, frame.html, frame.kind, script=frame.script, style=frame.style)
    for font in sorted((WEB / "dist" / FONTS).glob("*.*")):
        site.add(f"/{ASSETS}/{FONTS}/{font.name}", font.read_bytes(), "asset", quick=True)
    site.level()
    site.headers["/manifest.json"] = headers_of("manifest.json", "asset")
    site.write("headers.json", _json(site.headers))
    manifest = _json(_manifest(instance, keyring, site.hashes))
    (out_dir / "manifest.json").write_bytes(manifest)


def read_newest(instance_dir: Path, instance: Instance) -> Keyring:
    """The newest keyring, verified: the pages pin it. How old it is, the reader's browser judges."""
    versions = keyring_versions(instance_dir)
    if not versions:
        raise InstanceError("there is no keyring yet: publish one first")
    first = parse_first_roots(instance.first_roots)
    signed, _ = read_keyring(instance_dir, versions[-1])
    return UntrustedKeyring.parse(signed).verify(parse_root_set(instance.roots), first.instance, NO_PIN, 0, 0)


def squeeze(style: str) -> bytes:
    """Comments out of a style sheet, and spaces that mean nothing; what stands in quotes is left as it is."""
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    return re.sub(r"(\"[^\"]*\")|\s*([{};,])\s*", lambda found: found[1] or found[2], style.strip()).encode()


def spoken(forms: Forms, words: FormWords) -> Forms | None:
    """The forms that the language has every sentence of; None where one of ours lacks some.

    An operator's form of a new id that lacks some is left out alone.
    """
    ours = read_forms().forms

    def whole(*of: Form) -> Forms | None:
        some = replace(forms, forms={form.id: form for form in of})
        return None if words.missing(some) else some

    return whole(*(form for form in forms.forms.values() if form.id in ours or whole(form)))


def own_titles(forms: Forms, words: FormWords) -> Titles:
    """Of the forms that are none of ours. Ours have their places on the pages, also where an operator wrote them."""
    ours = read_forms().forms
    return {id: words.translate(form.title) for id, form in forms.forms.items() if id not in ours}


def _add_forms(site: Site, instance: Instance, own: Path) -> dict[str, Titles]:
    """Each form in each language that has every sentence of it; an operator's folder is read over ours. BadForm.

    A language that lacks one does not offer it; under its name it is there in the first that has it, for whoever
    changes the language while they are in it. Languages in which ours are, each with the titles of the operator's own.
    """
    extra = own if own.is_dir() else None
    forms, complete = read_forms(extra), dict[str, Titles]()
    site.add(f"/{ASSETS}/countries.json", _compact(compiled(read_countries())), "asset")
    site.add(f"/{ASSETS}/calendars.json", _compact(calendars.compiled(calendars.read_calendars())), "asset")
    site.add(f"/{ASSETS}/replies.json", (WEB / "locales" / "replies.json").read_bytes(), "asset")
    day = date(1970, 1, 1) + timedelta(days=instance.build_day)
    tongues = {code: FormWords(code, extra) for code in (*instance.languages, *DESK_LANGUAGES)}
    known = {code: spoken(forms, words) for code, words in tongues.items()}
    for code, words in tongues.items():
        here = known[code]
        if code in instance.languages:
            said = evidence_words(Words(code), file_questions(here) if here else [], words)
            site.add(f"/{ASSETS}/words-files.{folder_of(code)}.json", _compact(said), "asset", "words-files")
        if not here:
            continue
        complete[code] = own_titles(here, words)
        for form in forms.forms.values():
            path = f"/{ASSETS}/form-{form.id}.{folder_of(code)}.json"
            has = next((one for one in (code, *known) if form.id in _ids(known[one])), None)
            if has:
                data = compile_form(form, forms, tongues[has].translate, day, controls(code))
                site.add(path, data, "asset", f"form-{form.id}")
    return complete


def _ids(forms: Forms | None) -> Container[str]:
    return forms.forms if forms else ()


def _add_page(site: Site, page: Page) -> None:
    site.add(page.path, page.html.encode(), page.kind, page.alike)


def _manifest(instance: Instance, keyring: Keyring, hashes: dict[str, str]) -> dict[str, Any]:
    roots = parse_root_set(instance.roots)
    return {
        "format": 1,
        "instance": parse_first_roots(instance.first_roots).instance.hex(),
        "roots": roots.hash.hex(),
        "keyring": {"version": keyring.body.version, "hash": keyring.hash.hex()},
        "build_day": instance.build_day,
        "files": hashes,
    }


def _compact(data: Any) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _json(data: Any) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


@lru_cache(1)  # a page of the first language stands under two addresses
def pack(data: bytes, quick: bool = False) -> bytes:
    """The smaller of two ways to cut and model it; what is large and seldom asked for is packed in less time."""
    quality = QUICKEST if quick else next((quality for least, quality in QUICK if len(data) >= least), None)
    if quality:
        ways = [brotli.compress(data, quality=quality, lgwin=22)]
    else:
        ways = [brotli.compress(data, lgwin=22), brotli.compress(data, brotli.MODE_FONT, lgwin=22, lgblock=16)]
    packed: bytes = min(ways, key=len)
    return packed
