"""What a member writes down for a declaration, from TOML. Bad lines are named; what they say is not echoed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from crypto.conflict import Told, parse_declaration, vetting_hash
from crypto.encoding import NEVER, Z32, Day, decode
from crypto.names import folds_of
from intake_forms.read import read_forms
from service.commands.exits import REFUSED, UNREADABLE, Refused
from service.differences import day_text
from service.instance import LANGUAGES

EXAMPLE = "docs/ceremony.md shows one"


def read_told(data: bytes) -> Told:
    """`names`, `regions`, `languages` and [[posts]] with agency, unit, first, last. Raises Refused."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise Refused("this is not TOML in UTF-8", EXAMPLE, UNREADABLE) from None
    _check_keys(table, {"names", "regions", "languages", "posts"}, "")
    lists = read_forms(None).lists
    names, regions = _texts(table, "names"), _texts(table, "regions")
    for number, name in enumerate(names, 1):
        if not folds_of(name):
            raise Refused(f"names, number {number}, has no letters that can be compared", EXAMPLE, UNREADABLE)
    _check_codes(regions, {one.id for one in lists["region"].choices}, "regions")
    languages = _texts(table, "languages")
    # of the pages, in which a person writes, and those that they can name as their own
    known = dict.fromkeys([*LANGUAGES, *(one.id for one in lists["language"].choices if one.id != "other")])
    for number, one in enumerate(languages, 1):
        if one not in known:
            raise Refused(f"languages, number {number}: only {', '.join(known)} are known", EXAMPLE, UNREADABLE)
    posts = table.get("posts", [])
    if not isinstance(posts, list) or not all(isinstance(one, dict) for one in posts):
        raise Refused("posts are written as [[posts]]", EXAMPLE, UNREADABLE)
    agencies = {one.id for one in lists["agency"].choices}
    return Told([_post(post, number, agencies) for number, post in enumerate(posts, 1)], regions, names, languages)


def describe_declaration(data: bytes, record: bytes) -> list[str]:
    """As a trustee reads it. `record`: the vetting record that came with it; empty: none is compared.

    Raises ProtocolError, and Refused where another record was vouched for.
    """
    instance = decode("declaration", [32, *[None] * 8], data)[0]
    found = parse_declaration(instance, data)
    if record and found.vetting != vetting_hash(found.salt, record):
        why = "there is no vetting record" if found.vetting == Z32 else "this is not the vetting record"
        raise Refused(f"{why} whose hash is in the declaration", "ask the member and whoever passed it on", REFUSED)
    vetted = "none" if found.vetting == Z32 else "its record is this one" if record else "of a record: give --vetting"
    return [
        "declaration: what a member did elsewhere; names and units are tokens",
        f"member          {found.member.hex()}",
        *(
            f"post            {one.agency}{', a unit' if one.unit else ''}, {day_text(one.first)} to "
            f"{'now' if one.last == NEVER else day_text(one.last)}"
            for one in found.posts
        ),
        f"regions         {', '.join(found.regions) or 'none'}",
        f"languages       {', '.join(found.languages) or 'none'}",
        f"names           {len(found.names)} tokens",
        f"vetting         {vetted}",
        f"hash            {found.hash.hex()}   (as it stands in the keyring)",
    ]


def _post(table: Mapping[str, Any], number: int, agencies: set[str]) -> tuple[str, str, Day, Day]:
    place = f"posts, number {number}"
    _check_keys(table, {"agency", "unit", "first", "last"}, f"{place}: ")
    agency, unit = table.get("agency"), table.get("unit", "")
    if not isinstance(agency, str) or not isinstance(unit, str):
        raise Refused(f"{place}: agency and unit are texts", EXAMPLE, UNREADABLE)
    _check_codes([agency], agencies, place)
    first, last = _day(table.get("first"), place), _day(table["last"], place) if "last" in table else NEVER
    if first > last:
        raise Refused(f"{place}: it ends before it begins", EXAMPLE, UNREADABLE)
    return agency, unit, first, last


def _day(value: object, place: str) -> Day:
    if type(value) is not date:
        raise Refused(f"{place}: a day is written 2019-03-01, without quotes", EXAMPLE, UNREADABLE)
    return max(0, (value - date(1970, 1, 1)).days)


def _texts(table: Mapping[str, Any], key: str) -> list[str]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Refused(f"{key} is a list of texts", EXAMPLE, UNREADABLE)
    return value


def _check_codes(given: list[str], known: set[str], place: str) -> None:
    for number, one in enumerate(given, 1):
        if one not in known:
            raise Refused(
                f"{place}: number {number} is no code of ours",
                "`panah forms export main FILE.xlsx` lists them",
                UNREADABLE,
            )


def _check_keys(table: Mapping[str, Any], known: set[str], place: str) -> None:
    if set(table) - known:
        raise Refused(f"{place}only {', '.join(sorted(known))} are known", EXAMPLE, UNREADABLE)
