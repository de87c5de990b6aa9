"""The dated facts of countries: what they say on a day, and that a file that cannot be read says where."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from intake_forms.countries import STANDARD, BadCountry, Profile, compiled, profile_on, read_countries

COUNTRIES = read_countries()
# ISO 3166-2, without the country
REGIONS = {
    "KZ": "10 11 15 19 23 27 31 33 35 39 43 47 55 59 61 62 63 71 75 79",
    "KG": "B C GB GO J N O T Y",
    "TJ": "DU GB KT RA SU",
}


def on(country: str, day: str) -> Profile:
    return profile_on(COUNTRIES[country], day)


def hours(country: str, rule: str) -> list[int]:
    return [limit.hours for limit in on(country, "2026-05-01").limits if limit.rule == rule]


def test_a_judge_decides_within_the_hours_of_each_countrys_law() -> None:
    assert hours("KZ", "late_judge_law") == [24, 72, 48]
    assert hours("KG", "late_judge_law") == [48]
    assert hours("TJ", "late_judge_law") == [72]
    assert [limit.hours for limit in COUNTRIES[STANDARD].limits if limit.rule == "late_judge_std"] == [48]


def test_registration_is_within_three_hours_and_confirmed_in_tajikistan_alone() -> None:
    for country in REGIONS:
        [limit] = [one for one in COUNTRIES[country].limits if one.rule == "unregistered_hours"]
        assert (limit.hours, limit.draft) == (3, country != "TJ")


def test_only_kazakhstan_and_kyrgyzstan_are_bound_by_opcat_and_from_a_day() -> None:
    assert [on(country, "2026-05-01").opcat_party for country in REGIONS] == [True, True, False]
    assert [on("KZ", day).opcat_party for day in ("2008-10-21", "2008-10-22")] == [False, True]


def test_limitation_is_what_the_law_of_the_day_says_and_else_unknown() -> None:
    def status(country: str, day: str) -> str | None:
        fact = on(country, day).limitation
        return fact.status if fact else None

    assert [status("KZ", day) for day in ("2014-12-31", "2015-01-01")] == ["runs", "none"]
    assert [status("KG", day) for day in ("2021-11-30", "2021-12-01")] == ["runs", "unknown"]
    assert status("TJ", "2026-05-01") == "runs"


def test_an_abolished_body_cannot_be_chosen_after_its_last_day_and_keeps_its_name() -> None:
    def npm(day: str) -> list[str]:
        return [body.id for body in on("KG", day).bodies if body.kind == "npm"]

    assert npm("2025-10-02") == ["KG_national_centre"]
    assert npm("2025-10-03") == ["KG_akyikatchy_npm"]
    old = COUNTRIES["KG"].body("KG_national_centre")
    assert old and old.name == "National Centre for the Prevention of Torture"
    successor = on("KG", "2025-10-03").successor_of("KG_national_centre")
    assert successor and successor.id == "KG_akyikatchy_npm"


def test_the_national_centre_worked_without_money_or_office() -> None:
    centre = COUNTRIES["KG"].body("KG_national_centre")
    assert centre
    status = centre.status_on("2014-05-01")
    assert status and (status.funded, status.office, status.operating) == ("no", "no", "yes")
    assert centre.status_on("2011-05-01") is None


def test_the_anti_corruption_service_is_the_security_committees_from_its_day() -> None:
    def successor(day: str) -> str:
        body = on("KZ", day).successor_of("KZ_anticorruption_agency")
        return body.id if body else ""

    assert [successor(day) for day in ("2014-08-05", "2025-07-13", "2025-07-14")] == [
        "",
        "KZ_anticorruption_agency",
        "KZ_knb_anticorruption",
    ]


def test_where_the_preventive_mechanism_may_enter_is_said_for_a_place_and_a_day() -> None:
    assert on("KZ", "2026-05-01").npm_visits("police_station") == "disputed"
    assert [on("KZ", day).npm_visits("orphanage") for day in ("2019-07-12", "2019-07-13")] == ["no", "yes"]
    assert [on("KG", day).npm_visits("ivs") for day in ("2025-10-02", "2025-10-03")] == ["yes", "disputed"]
    assert on("TJ", "2026-05-01").npm_visits("sizo") == "no"
    assert on("KZ", "2026-05-01").npm_visits("embassy") == "unknown"


@pytest.mark.parametrize("country", REGIONS)
def test_every_region_has_a_zone(country: str) -> None:
    zones = COUNTRIES[country].zones
    assert zones.keys() == {"default", *(f"{country}-{region}" for region in REGIONS[country].split())}


def test_every_fact_of_general_knowledge_is_marked_as_a_draft() -> None:
    for id, country in COUNTRIES.items():
        if id == STANDARD:
            continue
        status = [one for body in country.bodies for one in body.status]
        facts = (country.opcat, country.limitation, country.limits, country.bodies, country.coverage, status)
        for fact in (fact for some in facts for fact in some):
            assert fact.draft or "general knowledge" not in fact.source, fact


def test_what_the_desk_reads_is_json() -> None:
    facts = json.loads(json.dumps(compiled(COUNTRIES)))
    assert list(facts) == ["KG", "KZ", "TJ", STANDARD]
    assert facts["KZ"]["limits"][1]["when"][0]["question"] == "charge_category"


GOOD = 'id = "ZZ"\nname = "Nowhere"\n[zones]\ndefault = "Asia/Bishkek"\n'


@pytest.mark.parametrize(
    ("text", "key", "fact"),
    [
        ("id = ", "", "Invalid value"),
        ('id = "YY"\nname = "x"\nzones.default = "UTC"', "id", "YY, not the file's name"),
        ('id = "ZZ"\nname = "x"', "zones.default", "missing"),
        ('id = "ZZ"\nzones.default = "UTC"', "name", "missing"),
        ('id = "ZZ"\nname = "x"\nzones.default = "Asia/Nowhere"', "zones.default", "Asia/Nowhere: not a zone"),
        (GOOD + "[[opcat]]\nparty = true", "opcat 1 source", "missing"),
        (GOOD + "opcat = [1]", "opcat", "not a list of tables"),
        (GOOD + '[[opcat]]\nparty = "yes"\nsource = "x"', "opcat 1 party", "not true or false"),
        (GOOD + '[[opcat]]\nparty = true\nsource = "x"\nsince = "2020-01-01"', "opcat 1 since", "not a key"),
        (GOOD + '[[opcat]]\nparty = true\nsource = "x"\nfirst = "2020-01-01"', "opcat 1 first", "not a key"),
        (GOOD + '[[opcat]]\nparty = true\nsource = "x"\nfrom = "2020-13-01"', "opcat 1 from", "2020-13-01: not a day"),
        (GOOD + '[[opcat]]\nparty = true\nsource = "x"\nfrom = "20200101"', "opcat 1 from", "20200101: not a day"),
        (GOOD + '[[limitation]]\nstatus = "barred"\nsource = "x"', "limitation 1 status", "barred: not one of none"),
        (GOOD + '[[limit]]\nrule = "late"\nhours = 3\nsource = "x"', "limit.rule", "late: not one of"),
        (GOOD + '[[limit]]\nrule = "late_judge_law"\nhours = 1.5\nsource = "x"', "limit 1 hours", "not a number"),
        (GOOD + '[[limit]]\nrule = "late_judge_law"\nhours = -1\nsource = "x"', "limit 1 hours", "not a number"),
        (GOOD + '[[body]]\nid = "a"\nname = "b"\nsource = "x"', "body 1 kind", "missing"),
        (
            GOOD + '[[body]]\nid = "a"\nname = "b"\nkind = "npm"\nsuccessor = "c"\nsource = "x"',
            "body a successor",
            "c: no such body",
        ),
        (
            GOOD + '[[opcat]]\nparty = true\nsource = "x"\nuntil = "2020-01-01"\n'
            '[[opcat]]\nparty = false\nsource = "x"\nfrom = "2020-01-01"',
            "opcat",
            "two facts on 2020-01-01",
        ),
        (
            GOOD + 2 * '[[examiner]]\nexaminer = "medic"\ndetaining = "yes"\nsource = "x"\n',
            "examiner medic",
            "two facts on every day",
        ),
        (
            GOOD + '[[opcat]]\nparty = true\nsource = "x"\nfrom = "2020-01-02"\nuntil = "2020-01-01"',
            "opcat 1 until",
            "2",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_which_and_where(tmp_path: Path, text: str, key: str, fact: str) -> None:
    if text.startswith(GOOD):  # a table of tables stands after the zones
        text = text.replace('[zones]\ndefault = "Asia/Bishkek"', 'zones.default = "Asia/Bishkek"')
    (tmp_path / "ZZ.toml").write_text(text + "\n")
    with pytest.raises(BadCountry) as refused:
        read_countries(tmp_path)
    assert (refused.value.file, refused.value.key) == ("ZZ.toml", key)
    assert refused.value.fact.startswith(fact)


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-02-30"):
        profile_on(COUNTRIES["KZ"], "2026-02-30")
