"""Every route, every role and nobody, for what is there and what is not. A route without a verdict fails."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx import Response

from crypto.keyring import CUSTODIAN, INVESTIGATOR, REVIEWER, ROLE_NAMES, SUPERVISOR
from crypto.primitives import hash
from service.api.direct import DIRECT
from tests.api.conftest import Server
from tests.api.stored import is_problem, rows
from tests.api.verdicts import NOBODY_TOO, ROLES, VERDICTS, Setting, world_of_every_role
from tests.world import Desk, Submitter, World

# who may is decided before any database is asked: one is enough
pytestmark = pytest.mark.parametrize("shared", ["sqlite"], indirect=True, scope="module")

MAKES = {
    ("POST", "/v1/casework/cases/{cid}/entries"): 201,
    ("POST", "/v1/casework/evidence/{upload}/pin"): 204,
    ("DELETE", "/v1/staff/sessions"): 204,
    ("POST", "/v1/casework/more"): 204,
    ("POST", "/v1/casework/more/answers"): 204,
}


def routes_of(app: FastAPI) -> list[tuple[str, str]]:
    """Method and path. A mounted application or a route of another kind has no verdict, so there must be none."""
    found: list[tuple[str, str]] = []
    for room in app.routes:
        for route in getattr(room, "original_router", app).routes if not isinstance(room, APIRoute) else [room]:
            assert isinstance(route, APIRoute), f"no verdict for a {type(route).__name__}"
            found += [(method, route.path) for method in route.methods or ()]
    return found


@pytest.fixture(scope="module")
def world() -> World:
    return world_of_every_role()


@pytest.fixture(scope="module")
def setting(shared: Server) -> Setting:
    return Setting.begin(shared)


def same(one: Response, other: Response) -> bool:
    return (one.status_code, one.content, one.headers.raw) == (other.status_code, other.content, other.headers.raw)


def name_of(role: int) -> str:
    return ROLE_NAMES[role - 1] if role else "nobody"


def test_every_route_has_a_verdict(shared: Server) -> None:
    app: FastAPI = shared.client.app  # type: ignore[assignment]
    assert set(routes_of(app)) == set(VERDICTS)
    assert {("POST", path) for path in DIRECT} <= set(VERDICTS)  # they stand before the routers' own
    described = {(method.upper(), path) for path, item in app.openapi()["paths"].items() for method in item}
    assert described == set(VERDICTS)
    assert set(ROLES) == set(range(1, len(ROLE_NAMES) + 1))


@pytest.mark.parametrize("role", [0, *ROLES], ids=name_of)
@pytest.mark.parametrize("route", [route for route in VERDICTS if VERDICTS[route] != NOBODY_TOO], ids=" ".join)
@pytest.mark.parametrize("there", [True, False], ids=["there", "not there"])
def test_who_may_gets_it_and_everybody_else_learns_nothing(
    setting: Setting, route: tuple[str, str], role: int, there: bool
) -> None:
    method, template = route
    path = template.format(**setting.values(there))
    may, has_id = role in VERDICTS[route], "{" in template
    if method == "DELETE" and role:  # signing out ends the session, so one of its own
        fresh = setting.server.staff(setting.staff[role].person)
        assert fresh.call("DELETE", path).status_code == 204
        return
    before = rows(setting.server)
    body = setting.body_for(route, role)
    answer = setting.call(role, method, path, body)
    if not role:
        is_problem(answer, 401, "not_signed_in")
    elif may and (there or not has_id):
        assert answer.status_code == MAKES.get(route, 200), answer.text
        # a shared machine keeps nothing of it, and takes it for nothing else
        assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")
        if route in MAKES:
            _take_back(setting)
        return
    else:
        is_problem(answer, 404, "not_found")
        assert same(answer, setting.nowhere(role))
    assert rows(setting.server) == before


def _take_back(setting: Setting) -> None:
    """The entry, asking or answer just posted, so that each role begins from the same."""
    engine = setting.server.client.app.state.server.engine  # type: ignore[attr-defined]
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM entry WHERE seq > 0")
        waits = hash(setting.asking(INVESTIGATOR)).hex()
        connection.exec_driver_sql(f"DELETE FROM more_asked WHERE hash <> X'{waits}'")
        connection.exec_driver_sql("UPDATE more_asked SET answer = X'', agreed = 0")


@pytest.mark.parametrize("route", [route for route in VERDICTS if VERDICTS[route] == NOBODY_TOO], ids=" ".join)
@pytest.mark.parametrize("there", [True, False], ids=["there", "not there"])
def test_what_is_open_is_open_alike_with_and_without_a_signature(
    setting: Setting, route: tuple[str, str], there: bool
) -> None:
    """A member's browser is no other than anybody's where no name is asked for."""
    method, template = route
    path = template.format(**setting.values(there))
    statuses = {name_of(role): setting.call(role, method, path).status_code for role in (0, *ROLES)}
    assert len(set(statuses.values())) == 1, statuses
    assert statuses["nobody"] not in (401, 403)
    assert (statuses["nobody"] == 404) == ("{" in template and not there)


@pytest.mark.parametrize("role", ROLES, ids=name_of)
def test_an_address_below_a_route_is_as_absent_as_any(setting: Setting, role: int) -> None:
    cid = setting.desk.first.cid.hex()
    for path in (
        f"/v1/investigators/cases/{cid}",
        f"/v1/reviewers/cases/{cid}/entries",
        f"/v1/casework/cases/{cid}/identity",
        f"/v1/casework/cases/{cid}/messages",
        f"/v1/custodians/cases/{cid}",
        "/v1/oversight",
        "/v1",
    ):
        assert same(setting.call(role, "GET", path), setting.nowhere(role)), path


@pytest.mark.parametrize("role", [role for role in ROLES if role != REVIEWER], ids=name_of)
def test_an_id_that_is_none_is_as_absent_as_one_that_is_not_there(setting: Setting, role: int) -> None:
    cid = setting.desk.first.cid.hex()
    for odd in ("x", "0", cid.upper(), cid[:-2], cid + "00", "%00", cid + "%20", "..%2f" + cid):
        answers = [setting.call(who, "GET", f"/v1/casework/cases/{odd}") for who in (role, REVIEWER)]
        assert same(*answers), odd
        is_problem(answers[0], 404, "not_found")


def test_an_id_of_a_file_that_is_none_is_as_absent_as_one_that_is_not_there(setting: Setting) -> None:
    upload = "ab" * 16
    for odd in ("x", upload.upper(), upload[:-2], upload + "00", upload + "x", "..%2f" + upload):
        is_problem(setting.call(REVIEWER, "GET", f"/v1/casework/evidence/{odd}"), 404, "not_found")
        is_problem(setting.call(REVIEWER, "POST", f"/v1/casework/evidence/{odd}/pin"), 404, "not_found")


def test_a_message_of_another_case_is_not_shown_in_this_one(setting: Setting) -> None:
    stranger = Submitter(setting.server.world).seal("чужое")
    assert setting.server.send(stranger).status_code == 204
    theirs = Desk(setting.server.world, setting.desk.reader, [stranger]).first.cid.hex()
    mine = setting.desk.first.cid.hex()
    answer = setting.call(REVIEWER, "GET", f"/v1/casework/cases/{mine}/messages/{theirs}")
    assert same(answer, setting.nowhere(REVIEWER))
    assert setting.call(REVIEWER, "GET", f"/v1/casework/cases/{theirs}/messages/{theirs}").content == stranger


def test_a_list_names_what_the_role_may_see_and_counts_nothing_else(setting: Setting) -> None:
    for role in (INVESTIGATOR, SUPERVISOR, CUSTODIAN):
        assert setting.call(role, "GET", "/v1/casework/cases").json() == {"cases": []}
    assert len(setting.call(REVIEWER, "GET", "/v1/casework/cases").json()["cases"]) >= 1
