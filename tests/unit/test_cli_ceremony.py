"""What a ceremony comes to, and what it refuses: tests/ceremony.py has its five machines and the file passed on."""

from __future__ import annotations

from pathlib import Path

import pytest

import crypto.members
import crypto.rootfile
import service.commands.ceremonies
from service.instance import keyring_versions
from tests.ceremony import Ceremony, at_day


def test_three_of_five_publish_a_keyring_and_no_secret_reaches_the_server(published: Ceremony) -> None:
    assert keyring_versions(published.instance) == [1]
    said = published.run("keyring", "verify", "--instance", published.instance)
    assert "version 1" in said
    assert said.count("\nsigned ") == 3
    server = b"".join(path.read_bytes() for path in (published.folder / "server").rglob("*") if path.is_file())
    for trustee in published.trustees:
        seed = crypto.rootfile.open_rootfile(trustee.key.read_bytes(), trustee.passphrase.read_text())[1]
        assert seed not in server
        assert trustee.passphrase.read_bytes() not in server


def test_two_of_five_are_refused_and_leave_nothing(ceremony: Ceremony) -> None:
    passed = ceremony.draft_first()
    ceremony.sign(passed, 1, 3)
    assert "2 of 3" in ceremony.publish(passed, code=1)
    assert keyring_versions(ceremony.instance) == []


def test_a_key_file_and_a_root_key_are_for_their_owner_only(published: Ceremony) -> None:
    keys = [published.trustees[0].key, *published.folder.glob("reviewer-*/*.panahkey")]
    assert {path.stat().st_mode & 0o777 for path in keys} == {0o600}


def test_a_key_file_is_never_overwritten(published: Ceremony) -> None:
    key = published.trustees[0].key
    before = key.read_bytes()
    said = published.run("keyring", "root-new", "--organisation", "Organisation A", "--out", key, code=1)
    assert "nothing is overwritten" in said
    assert key.read_bytes() == before


def test_a_trustee_with_other_digits_signs_nothing(ceremony: Ceremony) -> None:
    passed = ceremony.draft_first()
    before, trustee = passed.read_bytes(), ceremony.trustees[0]
    said = ceremony.run(
        *("keyring", "sign", passed, "--key", trustee.key, "--passphrase-file", trustee.passphrase),
        *("--fingerprint", "00000 " * 6),
        code=1,
    )
    assert "fingerprint is another" in said
    assert passed.read_bytes() == before
    assert not list(trustee.folder.glob("*.signed"))


def test_a_wrong_passphrase_signs_nothing_and_is_not_echoed(ceremony: Ceremony) -> None:
    passed = ceremony.draft_first()
    ceremony.trustees[0].passphrase.write_text("seven wrong words that do not fit")
    said = ceremony.sign(passed, 0, code=3)
    assert "passphrase does not open" in said
    assert "seven wrong words" not in said


def test_the_review_names_members_and_days_for_the_trustee(ceremony: Ceremony) -> None:
    said = ceremony.run("keyring", "show", ceremony.draft_first())
    assert said.count("+ reviewer abroad") == 4
    assert said.count("+ custodian") == 2
    assert "Organisation E" in said
    assert "WARNING         only 4 reviewers" in said


def test_a_revoked_member_is_gone_from_the_next_keyring(published: Ceremony) -> None:
    gone = published.run("keyring", "members", "--instance", published.instance).split()[0]
    passed = published.folder / "server" / "2.ceremony"
    published.run("keyring", "revoke", passed, "--instance", published.instance, "--member", gone)
    assert f" {gone} " in published.run("keyring", "show", passed)
    published.sign(passed, 0, 1, 2)
    published.publish(passed)
    assert gone not in published.run("keyring", "members", "--instance", published.instance)
    assert keyring_versions(published.instance) == [1, 2]


def test_a_stolen_key_is_shown_to_the_trustees(published: Ceremony) -> None:
    gone = published.run("keyring", "members", "--instance", published.instance).split()[0]
    passed = published.folder / "server" / "2.ceremony"
    options = ("--instance", published.instance, "--member", gone, "--stolen-since", "2026-01-05")
    said = published.run("keyring", "revoke", passed, *options)
    assert "counts as stolen since 2026-01-05" in said
    ahead = (*options[:-1], "2999-01-05")  # as a mistyped year: until then it would be sound
    assert "is ahead" in published.run("keyring", "revoke", passed.with_name("3.ceremony"), *ahead, code=2)


def test_a_keyring_is_renewed_before_it_expires(published: Ceremony, monkeypatch: pytest.MonkeyPatch) -> None:
    at_day(monkeypatch, 40)
    passed = published.folder / "server" / "2.ceremony"
    assert "none but the days" in published.run("keyring", "renew", passed, "--instance", published.instance)
    published.sign(passed, 1, 2, 3)
    published.publish(passed)
    assert "version 2" in published.run("keyring", "verify", "--instance", published.instance)


def test_an_expired_keyring_is_told_apart(published: Ceremony, monkeypatch: pytest.MonkeyPatch) -> None:
    at_day(monkeypatch, 35)
    assert "expires on" in published.run("keyring", "verify", "--instance", published.instance)
    at_day(monkeypatch, 50)
    assert "in its grace" in published.run("keyring", "verify", "--instance", published.instance)
    at_day(monkeypatch, 80)
    said = published.run("keyring", "verify", "--instance", published.instance, code=6)
    assert "expired" in said
    assert "check the date of this computer" in said


def test_a_clock_that_is_behind_is_told(published: Ceremony, monkeypatch: pytest.MonkeyPatch) -> None:
    at_day(monkeypatch, -3650)
    assert "is the clock right?" in published.run("keyring", "verify", "--instance", published.instance)


def test_a_keyring_that_is_older_than_the_folders_or_another_of_its_version_is_refused(published: Ceremony) -> None:
    twin = published.copy(published.folder.with_name("twin"))
    for one, days in ((published, 30), (twin, 20)):
        passed = one.folder / "server" / "2.ceremony"
        one.run("keyring", "renew", passed, "--instance", one.instance, "--days", days)
        one.sign(passed, 1, 2, 3)
        one.publish(passed)

    def verify(given: Path, code: int = 0) -> str:
        return published.run("keyring", "verify", given, "--instance", published.instance, code=code)

    own, other = (one.instance / "keyrings" for one in (published, twin))
    assert "version 2" in verify(own / "2.bin")
    assert "keyring_rolled_back" in verify(own / "1.bin", code=6)
    assert "keyring_forked" in verify(other / "2.bin", code=6)


def test_an_old_ceremony_file_does_not_bring_back_who_was_revoked(published: Ceremony) -> None:
    first, newer = published.folder / "server" / "1.ceremony", published.folder / "server" / "2.ceremony"
    gone = published.run("keyring", "members", "--instance", published.instance).split()[0]
    published.run("keyring", "revoke", newer, "--instance", published.instance, "--member", gone)
    published.sign(newer, 0, 1, 2)
    published.publish(newer)
    assert "does not follow the newest" in published.publish(first, code=1)
    assert "rolled back" in published.sign(first, 0, code=1)
    assert keyring_versions(published.instance) == [1, 2]


def test_a_trustee_does_not_sign_a_fork(published: Ceremony) -> None:
    ours, theirs = (published.folder / "server" / f"{name}.ceremony" for name in ("ours", "theirs"))
    gone = published.run("keyring", "members", "--instance", published.instance).split()[0]
    published.run("keyring", "renew", ours, "--instance", published.instance)
    published.run("keyring", "revoke", theirs, "--instance", published.instance, "--member", gone)
    published.sign(ours, 0)
    assert "forked" in published.sign(theirs, 0, code=1)
    published.sign(theirs, 0, more=("--replaces",))


def test_adding_to_a_signed_draft_drops_its_signatures(ceremony: Ceremony) -> None:
    passed = ceremony.draft_first()
    ceremony.sign(passed, 0, 1, 2)
    late = ceremony.member("late", "oversight")
    said = ceremony.run("keyring", "enrol", passed, "--instance", ceremony.instance, "--add", late)
    assert "0 of 3 needed" in said
    assert "+ oversight" in said


def test_a_member_gets_new_keys_under_the_same_id(published: Ceremony) -> None:
    line = published.run("keyring", "members", "--instance", published.instance).splitlines()[0]
    id_ = line.split()[0]
    role = ("reviewer", "--group", "abroad") if "reviewer" in line else ("custodian",)
    enrolment = published.member("again", *role, "--id", id_)
    passed = published.folder / "server" / "2.ceremony"
    said = published.run("keyring", "enrol", passed, "--instance", published.instance, "--add", enrolment)
    assert f"{id_} from" in said
    assert "has new keys" in said


def test_signatures_given_side_by_side_are_joined(ceremony: Ceremony) -> None:
    passed = ceremony.draft_first()
    copies = [passed.with_name(f"{number}.copy") for number in range(3)]
    for number, single in enumerate(copies):
        single.write_bytes(passed.read_bytes())
        ceremony.sign(single, number)
    ceremony.publish(*copies)
    assert keyring_versions(ceremony.instance) == [1]


def test_the_root_set_changes_with_old_and_new_trustees(published: Ceremony) -> None:
    newcomer = published.trustee("F")
    published.trustees.append(newcomer)
    leaving = crypto.rootfile.read_rootfile(published.trustees[4].key.read_bytes()).pk.hex()[:12]
    change = published.folder / "server" / "roots.ceremony"
    options = ("--instance", published.instance, "--add", newcomer.public, "--remove", leaving)
    said = published.run("keyring", "rotate-roots", change, *options)
    assert "+ root Organisation F" in said
    assert "- root Organisation E" in said
    published.sign(change, 0, 1, 5)
    assert "2 of 3" in published.publish_with(change, code=1)
    published.sign(change, 4)
    assert "published together" in published.publish(change, code=1)
    published.publish_with(change)
    said = published.run("keyring", "verify", "--instance", published.instance)
    assert "Organisation F" in said
    assert "Organisation E" not in said
    assert keyring_versions(published.instance) == [1, 2]


@pytest.mark.parametrize("step", ["write_root_change", "write_roots", "write_keyring"])
def test_a_publication_that_was_cut_is_finished_by_publishing_again(
    published: Ceremony, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    newcomer = published.trustee("F")
    published.trustees.append(newcomer)
    change = published.folder / "server" / "roots.ceremony"
    options = ("--instance", published.instance, "--add", newcomer.public, "--threshold", 4)
    published.run("keyring", "rotate-roots", change, *options)
    published.sign(change, 0, 1, 2, 5)
    passed = published.folder / "server" / "after.ceremony"
    published.run("keyring", "renew", passed, "--instance", published.instance, "--rotated", change)
    published.sign(passed, 0, 3, 4, 5)

    def cut(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(service.commands.ceremonies, step, cut)
        published.publish(passed, code=4)
    published.publish(passed)
    assert "4 of 4 needed" in published.run("keyring", "verify", "--instance", published.instance)


def test_a_member_pins_the_new_root_set(published: Ceremony) -> None:
    test_the_root_set_changes_with_old_and_new_trustees(published)
    folder = published.folder / "reviewer-0"
    (key,) = folder.glob("*.panahkey")
    change, new = published.instance / "root-changes" / "2.bin", folder / "new.key"
    options = ("--change", change, "--passphrase-file", folder / "passphrase", "--out", new)
    assert "version 2" in published.run("keys", "repin", key, *options)
    opened = crypto.members.open_keyfile(new.read_bytes(), (folder / "passphrase").read_text())
    assert opened.roots.version == 2
    alone = ("--instance", published.instance / "first-roots.bin", published.instance / "keyrings" / "2.bin")
    assert "version 2" in published.run("keyring", "verify", *alone, "--change", change)


def test_a_signed_file_takes_the_place_of_nothing_else(ceremony: Ceremony) -> None:
    passed, trustee = ceremony.draft_first(), ceremony.trustees[0]
    before = trustee.key.read_bytes()
    options = ("--key", trustee.key, "--passphrase-file", trustee.passphrase, "--out", trustee.key)
    assert "nothing is overwritten" in ceremony.run("keyring", "sign", passed, *options, code=1)
    assert trustee.key.read_bytes() == before


def test_what_is_done_twice_says_that_it_is_done(published: Ceremony) -> None:
    """Every month the same commands are typed, and often the same file name."""
    passed = published.folder / "server" / "1.ceremony"
    assert "keyring 1 is published already" in published.publish(passed, code=1)
    said = published.run("keyring", "renew", passed, "--instance", published.instance, code=1)
    assert "of an earlier ceremony" in said
    assert "name a new file" in said


@pytest.mark.parametrize("what", ["empty", "cut", "another kind", "absent", "a folder"])
def test_a_bad_ceremony_file_ends_with_a_sentence(ceremony: Ceremony, what: str) -> None:
    passed = ceremony.draft_first()
    bad = ceremony.folder / "bad"
    if what == "a folder":
        bad.mkdir()
    elif what != "absent":
        data = {
            "empty": b"",
            "cut": passed.read_bytes()[:700],
            "another kind": ceremony.trustees[0].public.read_bytes(),
        }
        bad.write_bytes(data[what])
    said = ceremony.run("keyring", "show", bad, code=4)
    assert "what to do" in said


def test_a_panel_that_is_not_named_is_asked_for_and_a_root_key_counts_once(ceremony: Ceremony) -> None:
    passed = ceremony.folder / "server" / "1.ceremony"
    added = ceremony.member("reviewer", "reviewer", "--group", "abroad")
    options = ("--instance", ceremony.instance, "--add", added)
    said = ceremony.run("keyring", "enrol", passed, *options, "--unit", "abroad=", code=2)
    assert "there is no panel abroad" in said
    assert "--panel abroad=KZ,KG" in said
    policy = ("--panel", "abroad=", "--readers", 2, "--minimum-readers", 3)
    assert "more than --readers" in ceremony.run("keyring", "enrol", passed, *options, *policy, code=2)
    assert not passed.exists()
    for place in (".", ""):
        assert "name a file" in ceremony.run("keyring", "root-new", "--organisation", "X", "--out", place, code=2)
    one, two = (trustee.public for trustee in ceremony.trustees[:2])
    roots = [part for path in (one, one, two) for part in ("--root", path)]
    where = ceremony.folder / "other"
    options = ("--threshold", 2, "--name", "P", "--origin", "https://p.example", "--out", where)
    assert "two of these files are one root key" in ceremony.run("keyring", "init", *roots, *options, code=2)
    assert not where.exists()


def test_an_instance_with_an_unsafe_threshold_is_not_made(ceremony: Ceremony) -> None:
    roots = [part for trustee in ceremony.trustees for part in ("--root", trustee.public)]
    where = ceremony.folder / "other"
    options = ("--threshold", 2, "--name", "P", "--origin", "https://p.example", "--out", where)
    assert "no safe threshold" in ceremony.run("keyring", "init", *roots, *options, code=2)
    assert not where.exists()
