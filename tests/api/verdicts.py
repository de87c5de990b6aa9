"""Which role may call which route, and a server where somebody of every role is signed in."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from httpx import Response

from crypto.keyring import ADVISER, CUSTODIAN, INVESTIGATOR, OVERSIGHT, REVIEWER, SUPERVISOR, TRANSLATOR
from crypto.more import MoreAsked, sign_more_answered, sign_more_asked, verify_more_asked
from service.clock import today
from tests.api.conftest import Server, Staff
from tests.api.files import upload
from tests.world import Desk, Person, Submitter, World, new_person

ROLES = (REVIEWER, SUPERVISOR, INVESTIGATOR, ADVISER, TRANSLATOR, CUSTODIAN, OVERSIGHT)
EVERYBODY = frozenset(ROLES)
NOBODY_TOO: frozenset[int] = EVERYBODY | {0}

CASEWORKERS = frozenset({REVIEWER, SUPERVISOR, INVESTIGATOR})

# Who may; of a case, who may before it is handed to a unit. Whoever else signed gets the answer of an address that
# does not exist; whoever did not sign, 401.
VERDICTS: dict[tuple[str, str], frozenset[int]] = {
    ("GET", "/v1/health"): NOBODY_TOO,
    ("GET", "/v1/keyring"): NOBODY_TOO,
    ("GET", "/v1/keyring/kem"): NOBODY_TOO,
    ("GET", "/v1/keyring/{version}"): NOBODY_TOO,
    ("POST", "/v1/messages"): NOBODY_TOO,
    ("POST", "/v1/evidence"): NOBODY_TOO,
    ("POST", "/v1/upload/{folder}"): NOBODY_TOO,
    ("POST", "/v1/challenge"): NOBODY_TOO,
    ("POST", "/v1/mailbox/read"): NOBODY_TOO,
    ("POST", "/v1/mailbox/burn"): NOBODY_TOO,
    ("POST", "/v1/staff/challenge"): NOBODY_TOO,
    ("POST", "/v1/staff/sessions"): NOBODY_TOO,
    ("DELETE", "/v1/staff/sessions"): EVERYBODY,
    ("GET", "/v1/staff/kem"): EVERYBODY,
    ("GET", "/v1/staff/declarations"): frozenset({REVIEWER, SUPERVISOR}),
    ("GET", "/v1/casework/cases"): CASEWORKERS | {CUSTODIAN},
    ("GET", "/v1/casework/cases/{cid}"): frozenset({REVIEWER}),
    ("GET", "/v1/casework/cases/{cid}/file"): frozenset({REVIEWER}),
    ("GET", "/v1/casework/cases/{cid}/messages/{message}"): frozenset({REVIEWER}),
    ("GET", "/v1/casework/cases/{cid}/entries"): frozenset({REVIEWER}),
    ("POST", "/v1/casework/cases/{cid}/entries"): frozenset({REVIEWER}),
    ("GET", "/v1/casework/cases/{cid}/export"): frozenset({REVIEWER}),
    ("GET", "/v1/casework/more"): CASEWORKERS,
    ("POST", "/v1/casework/more"): CASEWORKERS,
    ("POST", "/v1/casework/more/answers"): frozenset({REVIEWER, SUPERVISOR}),
    ("GET", "/v1/casework/evidence/{upload}"): CASEWORKERS,
    ("POST", "/v1/casework/evidence/{upload}/pin"): CASEWORKERS,
    ("GET", "/v1/copies"): frozenset({TRANSLATOR, ADVISER}),
    ("POST", "/v1/copies/{cid}"): frozenset(),  # where no copy waits: tests/api/test_copies.py
    ("GET", "/v1/oversight/counts"): frozenset({OVERSIGHT}),
    ("GET", "/v1/oversight/integrity"): frozenset({OVERSIGHT}),
}


def world_of_every_role() -> World:
    others = [new_person(role) for role in (SUPERVISOR, ADVISER, TRANSLATOR, CUSTODIAN, OVERSIGHT)]
    units = [new_person(REVIEWER, "abroad") for _ in range(5)] + [new_person(INVESTIGATOR, "unit-north")]
    return World(people=units + others)


@dataclass
class Setting:
    """One case with one entry, and everybody signed in."""

    server: Server
    desk: Desk
    upload: str  # the id of a sealed file that is there
    staff: dict[int, Staff] = field(default_factory=dict)

    @classmethod
    def begin(cls, server: Server) -> Setting:
        submitter = Submitter(server.world)
        sealed = submitter.seal("слово")
        assert server.send(sealed).status_code == 204
        reader = submitter.readers()[0]
        people: dict[int, Person] = {role: server.world.of(role)[0] for role in ROLES} | {REVIEWER: reader}
        desk = Desk(server.world, reader, [sealed])
        file = upload(server, os.urandom(100))
        staff = {role: server.staff(person) for role, person in people.items()}
        made = cls(server, desk, file.upload_id.hex(), staff)
        assert made.call(INVESTIGATOR, "POST", "/v1/casework/more", made.asking(INVESTIGATOR)).status_code == 204
        answer = made.call(REVIEWER, "POST", f"/v1/casework/cases/{desk.first.cid.hex()}/entries", desk.post_opened())
        assert answer.status_code == 201
        return made

    def values(self, there: bool) -> dict[str, str]:
        """For the parts of an address."""
        cid = self.desk.first.cid.hex()
        return (
            {"cid": cid, "message": cid, "version": "1", "upload": self.upload, "folder": "ru"}
            if there
            else {
                "cid": os.urandom(32).hex(),
                "message": os.urandom(32).hex(),
                "version": "99",
                "upload": os.urandom(16).hex(),
                "folder": "zz",
            }
        )

    def call(self, role: int, method: str, path: str, body: bytes = b"") -> Response:
        if role:
            return self.staff[role].call(method, path, body)
        answer: Response = self.server.client.request(method, path, content=body)
        return answer

    def nowhere(self, role: int) -> Response:
        return self.call(role, "GET", "/v1/casework/nowhere")

    def asking(self, role: int) -> bytes:
        """SPEC 11.6, of today."""
        person = self.staff[role].person
        asked = MoreAsked(self.server.world.instance, person.id, today(), 100, 1, bytes(16))
        return sign_more_asked(asked, person.signing_seed)

    def body_for(self, route: tuple[str, str], role: int) -> bytes:
        """What one who may would send."""
        person = self.staff[role or REVIEWER].person
        if route == ("POST", "/v1/casework/more"):
            return self.asking(role or REVIEWER)
        if route == ("POST", "/v1/casework/more/answers"):
            asked = verify_more_asked(self.server.world.instance, self.server.world.keyring, self.asking(INVESTIGATOR))
            return sign_more_answered(asked, person.id, True, person.signing_seed)
        if route == ("POST", "/v1/casework/cases/{cid}/entries"):
            post = self.desk.post_opened()
            self.desk.entries.pop()
            return post
        return b""
