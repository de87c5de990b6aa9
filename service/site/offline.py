"""The page in one file: it needs no network, and nothing leaves it but a sealed file that a person carries."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from crypto.encoding import Day
from crypto.enrolment import encode_kem_keys, kem_key_of, parse_kem_keys
from crypto.keyring import CUSTODIAN, OFFLINE, REVIEWER, KeyringBody, Member
from intake_forms.compile import compile_form
from intake_forms.read import read_forms
from intake_forms.words import FormWords
from service.instance import keyring_versions, read_instance, read_keyring
from service.site.build import WEB, own_titles, read_newest, spoken, squeeze
from service.site.pages import Titles, controls, in_html, render_alone

ENOUGH: Final = 300_000  # bytes; larger ones open slowly on old telephones, and our own forms keep within it


class NotOffline(Exception):
    """This page cannot be made; the words say why."""


@dataclass(frozen=True)
class OfflinePage:
    html: bytes
    instance: bytes
    expires: Day
    readers: int  # reviewers and custodians that it can seal to
    cards: bool  # they are offline members, with keys of two years


def render_offline(instance_dir: Path, language: str, *, copying: bool = False) -> OfflinePage:
    """`copying`: for whoever copies papers. The same input gives the same bytes.

    Raises InstanceError, WordsMissing, BadForm, NotOffline, ProtocolError.
    """
    instance = read_instance(instance_dir)
    keyring = read_newest(instance_dir, instance)
    if language not in instance.languages:
        raise NotOffline(f"the instance has no pages in {language}")
    signed, kem = read_keyring(instance_dir, keyring_versions(instance_dir)[-1])
    members = sealing_members(keyring.body)
    if {one.role for one in members} != {REVIEWER, CUSTODIAN}:
        raise NotOffline("an offline reviewer and an offline custodian are needed, or none of both")
    name = keyring.body.instance
    keys = parse_kem_keys(name, kem)
    forms, own = _forms(instance_dir / "forms", language, instance.build_day)
    held = {
        "keyring": _base64(signed),
        "kem": _base64(encode_kem_keys(name, [kem_key_of(keys, one) for one in members])),
        "forms": forms,
    }
    html = _put_in(
        render_alone(instance, keyring, language, own, copying=copying),
        style=squeeze((WEB / "styles" / "style.css").read_text("utf-8")).decode(),
        script=(WEB / "dist" / "offline.js").read_text("utf-8"),
        held=str(in_html(json.dumps(held, ensure_ascii=False, separators=(",", ":")))),
    )
    offline = any(one.flags & OFFLINE for one in members)
    return OfflinePage(html, name, keyring.body.expires, len(members), offline)


def sealing_members(body: KeyringBody) -> list[Member]:
    """SPEC 5.8: those with the offline flag; where nobody has it, everybody."""
    chosen = [one for one in body.members if one.role in (REVIEWER, CUSTODIAN)]
    flagged = any(one.flags & OFFLINE for one in body.members)
    return [one for one in chosen if one.flags & OFFLINE or not flagged]


def _put_in(page: str, *, style: str, script: str, held: str) -> bytes:
    """Afterwards, because rendering takes away spaces; and the policy names what may run by its hash."""
    for text in (style, script):
        if any(end in text.lower() for end in ("</script", "</style", "<!--")):
            raise NotOffline("a script or a style would end too early")
    policy = (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    )
    for mark, text in {"policy": policy, "style": style, "script": script, "held": held}.items():
        before, found, after = page.partition(f"@@{mark}@@")
        if not found:
            raise NotOffline(f"the page has no place for its {mark}")
        page = before + text + after
    return page.encode()


def _forms(own: Path, language: str, build_day: Day) -> tuple[dict[str, object], Titles | None]:
    extra = own if own.is_dir() else None
    words = FormWords(language, extra)
    forms = spoken(read_forms(extra), words)
    if not forms:
        return {}, None
    day = date(1970, 1, 1) + timedelta(days=build_day)
    said = controls(language)
    all_forms = forms.forms.values()
    compiled = {form.id: json.loads(compile_form(form, forms, words.translate, day, said)) for form in all_forms}
    return compiled, own_titles(forms, words)


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
