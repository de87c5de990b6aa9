"""Every failure of a command: a line of fact, a line of advice, an exit code. Never a traceback or what was read."""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from crypto.errors import ProtocolError
from service.ceremony import CeremonyRefused
from service.commands.exits import (
    INTERNAL,
    INTERRUPTED,
    OTHER_INSTANCE,
    OUT_OF_DATE,
    REFUSED,
    UNREADABLE,
    WRONG_PASSPHRASE,
    Refused,
)
from service.commands.terminal import plain
from service.instance import InstanceError

# SPEC 13, class by class: exit code, what it means to whoever sits here, what to do.
ADVICE: dict[str, tuple[int, str, str]] = {
    "malformed": (
        UNREADABLE,
        "the file is cut, altered or of another kind",
        "copy it again from where it came, compare the sizes, and give it to the option it is meant for",
    ),
    "too_large": (UNREADABLE, "the file is larger than such a file can be", "check that it is the right file"),
    "unsupported_suite": (UNREADABLE, "made by a newer version of Panah", "update Panah, then try again"),
    "wrong_passphrase": (
        WRONG_PASSPHRASE,
        "the passphrase does not open this key file",
        "type all seven words in order, in English letters; capitals and extra spaces do not matter; else the file was "
        "altered",
    ),
    "kdf_out_of_bounds": (
        UNREADABLE,
        "the key file asks for an amount of work outside the allowed bounds",
        "it was not made by Panah, or altered: take your copy of the key file",
    ),
    "wrong_instance": (
        OTHER_INSTANCE,
        "belongs to another instance than the key or folder you gave",
        "use the key file that you were given for this instance; compare the fingerprints",
    ),
    "wrong_roots": (
        OTHER_INSTANCE,
        "vouched for by another set of root keys than the one you hold",
        "if the trustees have changed, pin the new set with `panah keys repin`; else do not trust this file",
    ),
    "threshold_not_reached": (
        REFUSED,
        "too few trustees have signed this",
        "do not use it; let more trustees sign, or ask who made it; if the trustees have changed, give the changes too",
    ),
    "key_reused": (
        REFUSED,
        "one key stands under two members or two roles",
        "each member makes keys anew with `panah keys new` for each role",
    ),
    "missing_key": (REFUSED, "a key that is needed is not in the file", "add the enrolment of that member"),
    "no_readers": (REFUSED, "the keyring has nobody who could read", "enrol reviewers and custodians first"),
    "keyring_rolled_back": (
        OUT_OF_DATE,
        "older than a keyring already known here",
        "ask for the newest; somebody may be trying to bring back a revoked member",
    ),
    "keyring_forked": (
        OUT_OF_DATE,
        "does not follow from the keyring already known here",
        "stop, and ask the other trustees: two keyrings of one version must not exist",
    ),
    "keyring_expired": (
        OUT_OF_DATE,
        "the keyring has expired, its grace too",
        "check the date of this computer; if it is right, the trustees must sign a new keyring (`panah keyring renew`)",
    ),
    "wrong_keyring": (OUT_OF_DATE, "sealed under a keyring that is not in the file", "ask for a fresh export"),
    "bad_signature": (
        REFUSED,
        "a signature is not valid: the file was altered, or was never signed by whom it names",
        "do not trust what it says; get it again by another way",
    ),
    "hash_mismatch": (
        REFUSED,
        "not the bytes that were signed for",
        "do not use it; get it again by another way",
    ),
    "not_a_recipient": (
        REFUSED,
        "not sealed to this key file",
        "only its readers can open it; after a change of keys, try your older key file",
    ),
    "commitment_mismatch": (
        REFUSED,
        "sealed so that different readers would see different texts",
        "keep the file, tell a supervisor: somebody tried to deceive the readers",
    ),
    "decryption_failed": (REFUSED, "the sealed part was altered", "get the file again by another way"),
    "wrong_case": (REFUSED, "a part of it was taken from another case", "keep the file, tell a supervisor"),
    "keys_differ": (
        REFUSED,
        "a part of it was written with the keys of another person",
        "keep the file, tell a supervisor",
    ),
    "chain_broken": (REFUSED, "entries are missing or out of order", "ask for a fresh export; keep this file"),
    "not_a_member": (REFUSED, "signed by somebody who is not a member on that day", "do not trust that entry"),
    "role_not_allowed": (REFUSED, "signed by a member whose role may not do this", "do not trust that entry"),
}
OTHERS = (REFUSED, "does not follow the protocol", "get the file again by another way; if it stays, tell a supervisor")


@contextmanager
def refusals() -> Iterator[None]:
    """Around every command."""
    try:
        yield
    except Refused as error:
        _stop(error.fact, error.advice, error.code)
    except ProtocolError as error:
        refused = explain(error)
        _stop(refused.fact, refused.advice, refused.code)
    except CeremonyRefused as error:
        _stop(str(error), error.advice, REFUSED)
    except InstanceError as error:
        _stop(str(error), "mend that file, or name another folder", UNREADABLE)
    except BrokenPipeError:  # whoever read our output has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(REFUSED) from None
    except OSError as error:
        where = f"{plain(str(error.filename))}: " if error.filename else ""
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        advice = "make room on that disk, and do it again" if full else "check the path and the permissions"
        _stop(f"{where}{error.strerror or 'cannot be read or written'}", advice, UNREADABLE)
    except KeyboardInterrupt:
        _stop("stopped", "", INTERRUPTED)
    except (typer.Exit, typer.Abort, SystemExit):
        raise
    except Exception as error:
        if os.environ.get("PANAH_TRACEBACK"):  # for developers: a traceback may hold what was opened
            traceback.print_exc()
        _stop(f"a fault of this program: {type(error).__name__}{_place(error)}", "please report this line", INTERNAL)


@contextmanager
def about(file: Path) -> Iterator[None]:
    """Where a command reads several files: which of them it is that cannot be used."""
    try:
        yield
    except ProtocolError as error:
        refused = explain(error)
        raise Refused(f"{plain(str(file))}: {refused.fact}", refused.advice, refused.code) from None


def explain(error: ProtocolError) -> Refused:
    """A class of SPEC 13 in words, with its exit code."""
    code, meaning, advice = ADVICE.get(error.slug, OTHERS)
    fact = f" ({plain(error.fact)})" if error.fact else ""
    return Refused(f"{meaning} [{error.slug}]{fact}", advice, code)


def _stop(fact: str, advice: str, code: int) -> None:
    print(f"panah: {fact}", file=sys.stderr)
    if advice:
        print(f"  what to do: {advice}", file=sys.stderr)
    raise typer.Exit(code)


def _place(error: BaseException) -> str:
    """Where in the program, without any value."""
    frames = traceback.extract_tb(error.__traceback__)
    return f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
