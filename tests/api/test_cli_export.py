"""What the server exports opens with `panah case open` on a machine without network."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from crypto.account import FOLLOW_UP
from crypto.members import Keyfile, seal_keyfile
from crypto.primitives import Argon2Work
from service.passphrases import new_passphrase
from tests.api.conftest import Server
from tests.world import Desk, Submitter


def test_an_exported_case_opens_offline_with_its_follow_up_and_its_answer(
    server: Server, submitter: Submitter, tmp_path: Path
) -> None:
    world = server.world
    server.send(submitter.seal("дар шуъба заданд", name="Имя"))
    server.send(submitter.seal("боз омаданд", kind=FOLLOW_UP))
    reader = submitter.readers()[0]
    staff = server.staff(reader)
    (line,) = staff.call("GET", "/v1/casework/cases").json()["cases"]
    path = f"/v1/casework/cases/{line['cid']}"
    listed = staff.call("GET", path).json()["messages"]
    desk = Desk(world, reader, [staff.call("GET", f"{path}/messages/{one['cid']}").content for one in listed])
    for post in (desk.post_opened(), desk.post_text("Мы прочли.")):
        assert staff.call("POST", f"{path}/entries", post).status_code == 201

    keyfile = Keyfile(reader.id, reader.role, reader.signing_seed, reader.kem_seed, world.first_roots, world.roots)
    passphrase = new_passphrase()
    (tmp_path / "me.panahkey").write_bytes(seal_keyfile(keyfile, passphrase, Argon2Work(19456, 2, 1)))
    (tmp_path / "words").write_text(passphrase + "\n")
    (tmp_path / "case").write_bytes(staff.call("GET", f"{path}/export").content)
    before = sorted(path.name for path in tmp_path.iterdir())
    done = subprocess.run(
        [
            *without_network(),
            *(
                sys.executable,
                "-m",
                "service.cli",
                "case",
                "open",
                tmp_path / "case",
                "--key",
                tmp_path / "me.panahkey",
            ),
            *("--passphrase-file", tmp_path / "words", "--json"),
        ],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr.decode()
    table = json.loads(done.stdout)
    assert [one["account"] for one in table["messages"]] == [
        {"story": "дар шуъба заданд"},
        {"story": "боз омаданд"},
    ]
    assert [one["text"] for one in table["texts"]] == ["Мы прочли."]
    assert b"\\u0418\\u043c\\u044f" not in done.stdout  # the name is the custodians'
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def without_network() -> tuple[str, ...]:
    """Where this machine allows it; the rest of the test stands anyhow."""
    tried = ("unshare", "--net", "--map-root-user")
    can = shutil.which("unshare") and not subprocess.run([*tried, "true"], capture_output=True, check=False).returncode
    return tried if can else ()
