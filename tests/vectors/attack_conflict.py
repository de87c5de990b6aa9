"""SPEC 5.10 to 5.12: names that fold alike or do not, annexes opened, bent, exchanged, who is barred."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from crypto.conflict import Declaration, Told, declare, seal_declarations
from crypto.encoding import NEVER, Z32, encode_list
from crypto.keyring import INVESTIGATOR, REVIEWER, SUPERVISOR, KeyringBody, encode_keyring
from crypto.names import LETTERS
from tests.vectors.attack_keyring import DAY, world

ALIKE = (
    ("Иванов", "Ivanova", "ИВАНОВА"),
    ("Рахмонов", "Rakhmonov", "Раҳмон", "Раҳмонзода"),
    ("Джумабаев", "Жұмабаев", "Dzhumabayev", "Zhumabaev", "Jumabaeva"),
    ("Қасымов", "Kassymov", "Qasymova", "Касимов"),
    ("Ўринов", "Oʻrinov", "O'rinova", "Уринов"),
    ("Хасанов", "Xasanov", "Ҳасан", "Khassanova"),
    ("Шарипов", "Şaripov", "Sharipova"),
    ("Азимбек уулу", "Azimbekov"),
    ("Нұрлыбекұлы", "Nurlybek"),
    ("Цой", "Tsoy"),
    ("Жўраев", "Jo‘rayev", "Jo´raeva", "Джураев"),
    ("Әлиев", "Əliyev", "Aliyeva"),
    ("Ниязов", "Niyazov", "Niiazova", "Niazov"),
    ("Мария", "Maria", "Mariya", "Mariia"),
    ("Соловьёв", "Soloviev", "Solovyova"),
    ("Ибрагимов", "Ibrahimov", "Ибраҳимова"),
    ("Гасан", "Hasan", "Gasanova"),
    ("Ғабит", "Ǵabıt", "Gabit"),
    # as some programs write it: the letter, and its mark after it
    ("Айдын", "Аи\u0306дын", "Aydın"),
    ("Шукуров", "S\u030cukurov", "S\u0327ukurova", "Назáров Шукуров"),
    ("Жомарт", "Z\u030comart", "Žomart"),
    ("Ӯринов", "У\u0304ринов", "U\u0304rinov", "Urinov"),
)
NAMES = Path(__file__).parent.parent / "names"  # tests/unit/test_crypto_names.py says of each what must come of it
APART = ("Исхаков", "Исаков", "Ли", "Ким", "Чен", "уулу", "оглы", "12", "", "Ж", "李", "\u202eвонавИ")
MARKED = tuple(f"Ка{one}рим" for one in "\u0300\u036f\u0370")  # the first two are marks, the last is a letter of others


def conflict_sheet(sheet: Any) -> None:
    for family in ALIKE:
        first: set[str] = set()
        for n, name in enumerate(family):
            found = set(sheet.ok(f"folds_{family[0]}_{n}", "names.folds", text=name.encode())["folds"])
            first = first or found
            assert found & first, (family[0], name)
    for n, name in enumerate(APART + MARKED):
        sheet.ok(f"folds_apart_{n}", "names.folds", text=name.encode())
    sheet.ok("folds_behind_many_blanks", "names.folds", text=(" ." * 500 + " Карим").encode())
    sheet.ok("folds_of_each_letter", "names.folds", text=" ".join(f"kar{one}man" for one in sorted(LETTERS)).encode())
    for listed in ("alike", "missed", "apart", "taken"):
        for n, line in enumerate(lines_of(listed)):
            sheet.ok(f"folds_of_all_{listed}_{n}", "names.folds", text=line.encode())
    sheet.fails("folds_no_utf8", "malformed", "names.folds", text=b"\xff")
    _reasons(sheet)
    _annexes(sheet)


def lines_of(listed: str) -> list[str]:
    """Of a file of names: what is neither empty nor a remark."""
    lines = (NAMES / f"{listed}.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _declared(told: Told, member: bytes = b"m" * 16) -> Declaration:
    return declare(world().instance, member, told)


def _ask(declaration: bytes, **more: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"agencies": [], "units": [], "regions": [], "names": [], "denied": [], "excluded": []}
    return {"instance": world().instance, "declaration": declaration, "day": DAY, **nothing, **more}


def _reasons(sheet: Any) -> None:
    told = Told(
        posts=[
            ("KZ_mia_police", "РОВД Медеуский", 0, DAY - 1827),
            ("KZ_knb", "", 0, NEVER),
            ("X_masked", "", 0, NEVER),
        ],
        regions=["KZ-75"],
        names=["Иванов", "Petrosyan", "Ходжаев"],
    )
    mine = _declared(told).encoded
    tries: dict[str, tuple[dict[str, Any], list[str]]] = {
        "nothing": ({}, []),
        "agency_five_years_ago": ({"agencies": ["KZ_mia_police"]}, ["agency"]),
        "agency_of_the_same_body": ({"agencies": ["KZ_mia_penal"]}, ["agency"]),
        "no_body": ({"agencies": ["X_masked"]}, []),
        "agency_still": ({"agencies": ["KZ_knb_border", "TJ_mia_police"]}, ["agency"]),
        "another_agency": ({"agencies": ["KG_mia_police"]}, []),
        "unit_in_other_letters": ({"units": [b"ROVD Medeuskii"]}, ["unit"]),
        "unit_with_another_name": ({"units": ["РОВД Медеу".encode()]}, []),
        "unit_of_no_letters": ({"units": [b"12"]}, []),
        "district": ({"regions": ["KZ-75"]}, ["district"]),
        "name": ({"names": ["капитан ИВАНОВА А. С.".encode()]}, ["name"]),
        "name_in_uzbek": ({"names": ["Хўжаева Ойдин".encode()]}, ["name"]),
        "name_in_uzbek_latin": ({"names": ["Xo‘jayev".encode()]}, ["name"]),
        "another_name": ({"names": ["майор Ахмедов".encode()]}, []),
        "denied": ({"denied": ["Никто из Петросянов: Петросян".encode()]}, ["denied"]),
        "excluded": ({"excluded": [b"m" * 16]}, ["excluded"]),
        "somebody_else_excluded": ({"excluded": [b"n" * 16]}, []),
        "all": (
            {
                "agencies": ["KZ_mia_police"],
                "units": ["РОВД Медеуский".encode()],
                "regions": ["KZ-75"],
                "names": [b"Ivanov"],
                "denied": [b"Petrosyan"],
                "excluded": [b"m" * 16],
            },
            ["agency", "unit", "district", "name", "denied", "excluded"],
        ),
    }
    for name, (given, expected) in tries.items():
        assert sheet.ok(f"barred_{name}", "conflict.reasons", **_ask(mine, **given))["reasons"] == expected, name
    later = sheet.ok("barred_no_more", "conflict.reasons", **_ask(mine, agencies=["KZ_mia_police"]) | {"day": DAY + 1})
    assert later["reasons"] == []
    decade = {"units": ["РОВД Медеуский".encode()], "day": DAY - 1827 + 3653}
    assert sheet.ok("unit_ten_years", "conflict.reasons", **_ask(mine) | decade)["reasons"] == ["unit"]
    decade["day"] += 1
    assert sheet.ok("unit_over_ten_years", "conflict.reasons", **_ask(mine) | decade)["reasons"] == []

    sheet.fails("declaration_cut", "malformed", "conflict.reasons", **_ask(mine[:-1]))
    sheet.fails("declaration_of_another_instance", "wrong_instance", "conflict.reasons", **_ask(_moved(mine)))
    for name, bad in {
        "agency_with_a_space": Told(posts=[("kz police", "", 0, 1)]),
        "agency_empty": Told(posts=[("", "", 0, 1)]),
        "post_ends_before_it_begins": Told(posts=[("kz_police", "", 2, 1)]),
        "region_of_65_letters": Told(regions=["a" * 65]),
    }.items():
        sheet.fails(f"declaration_{name}", "malformed", "conflict.reasons", **_ask(_unchecked(bad)))
    for name, bad in {
        "language_with_a_space": Told(languages=["uz Latn"]),
        "seventeen_languages": Told(languages=[f"l{n}" for n in range(17)]),
    }.items():
        sheet.fails(f"declaration_{name}", "malformed", "conflict.reasons", **_ask(_unchecked(bad)))
    spoken = _unchecked(Told(languages=["kk", "ru"])).replace(
        encode_list("languages", [b"kk", b"ru"]), encode_list("languages", [b"ru", b"kk"])
    )
    sheet.fails("declaration_languages_out_of_order", "malformed", "conflict.reasons", **_ask(spoken))
    twice = _unchecked(Told(regions=["a", "b"])).replace(
        encode_list("regions", [b"a", b"b"]), encode_list("regions", [b"a", b"a"])
    )
    sheet.fails("declaration_a_region_twice", "malformed", "conflict.reasons", **_ask(twice))


def _unchecked(told: Told) -> bytes:
    """As somebody writes it who does not check."""
    from unittest.mock import patch

    import crypto.conflict as rules

    with patch.object(rules, "parse_declaration", lambda _, data: data):
        made: Any = rules.declare(world().instance, b"m" * 16, told)
    return bytes(made)


def _moved(data: bytes) -> bytes:
    return data.replace(world().instance, bytes(32), 1)


def _annexes(sheet: Any) -> None:
    members = world().keyring.members
    declared = [
        _declared(Told(names=[f"Имя{n}ов"], regions=["KZ-75"], languages=["kk", "uz-Cyrl"]), one.id)
        for n, one in enumerate(members)
    ]
    by_member = {one.member: one for one in declared}
    silent = world().of(INVESTIGATOR)[0].id
    body = _with_hashes({one.member: one.hash for one in declared if one.member != silent})
    readers = [*world().of(REVIEWER), *world().of(SUPERVISOR)]
    sealed = seal_declarations(world().instance, [one.key.pk for one in readers], declared)
    seed = readers[0].kem_seed
    keyring = sheet.blob("keyring:declared", body.encoded)

    def given(annexes: Any, **more: Any) -> dict[str, Any]:
        return {"instance": world().instance, "keyring": keyring, "annexes": annexes, "kem_seed": seed, **more}

    annexes = sheet.blob("annexes", sealed)
    found = sheet.ok("annexes_of_all_who_are_vouched_for", "annexes.open", **given(annexes))["members"]
    assert {one["member"] for one in found} == {one.hex() for one in by_member if one != silent}
    assert all(one["languages"] == ["kk", "uz-Cyrl"] for one in found)
    sheet.ok("annexes_for_a_supervisor", "annexes.open", **given(annexes, kem_seed=world().of(SUPERVISOR)[0].kem_seed))
    outside = world().of(INVESTIGATOR)[0].kem_seed
    sheet.fails(
        "annexes_not_for_an_investigator", "not_a_recipient", "annexes.open", **given(annexes, kem_seed=outside)
    )
    sheet.fails("annexes_of_another_instance", "wrong_instance", "annexes.open", **given(annexes, instance=bytes(32)))
    sheet.fails("annexes_cut", "malformed", "annexes.open", **given(sealed[:-1]))
    spoilt = sealed[:-1] + bytes([sealed[-1] ^ 1])
    sheet.fails("annexes_spoilt", "decryption_failed", "annexes.open", **given(sheet.blob("annexes:spoilt", spoilt)))
    # the server, or who prepares the ceremony, writes another declaration for a member: it is not that of the keyring
    forged = [_declared(Told(), one.member) if one.member == members[0].id else one for one in declared]
    bent = sheet.blob("annexes:forged", seal_declarations(world().instance, [one.key.pk for one in readers], forged))
    left = sheet.ok("annexes_with_a_declaration_exchanged", "annexes.open", **given(bent))["members"]
    assert members[0].id.hex() not in {one["member"] for one in left}
    few = seal_declarations(world().instance, [one.key.pk for one in readers], declared[:1])
    sheet.ok("annexes_with_some_left_out", "annexes.open", **given(sheet.blob("annexes:few", few)))


def _with_hashes(hashes: dict[bytes, bytes]) -> KeyringBody:
    held = world().keyring
    return encode_keyring(
        instance=held.instance,
        version=held.version,
        not_before=held.not_before,
        expires=held.expires,
        prev=held.prev,
        roots_hash=held.roots_hash,
        policy=held.policy,
        groups=list(held.groups),
        members=[replace(one, annex_hash=hashes.get(one.id, Z32)) for one in held.members],
        formers=list(held.formers),
    )
