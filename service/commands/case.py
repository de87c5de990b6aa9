"""`panah case open`: a sealed case, read on a machine without network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any

import typer

from crypto.case import OpenedCase, open_case
from crypto.entry import (
    APPROVAL,
    CLAIMED,
    COPIED,
    COPY_ANSWERED,
    GRANT,
    IDENTITY_AGREED,
    IDENTITY_ASKED,
    IDENTITY_GRANTED,
    IDENTITY_OPENED,
    LEGAL_HOLD_AGREED,
    LEGAL_HOLD_PROPOSED,
    NAME_ERASURE_AGREED,
    NAME_ERASURE_PROPOSED,
    NOTE_ENTRY,
    OPENED,
    PROPOSAL,
    READERS_AGREED,
    READERS_KEPT,
    READERS_PROPOSED,
    RECUSAL,
    REFUSAL,
    STEP,
    TEXT_ENTRY,
    UNIT_PROPOSED,
    WITHHOLDING,
    SignedEntry,
)
from crypto.errors import ProtocolError
from crypto.keyring import Former, KeyringBody, Member
from crypto.members import Keyfile, open_keyfile, parse_keyfile
from crypto.message import OpenedMessage
from crypto.roots import fingerprint
from crypto.workflow import STATE_NAMES
from service import clock
from service.commands.exits import OTHER_INSTANCE, Refused
from service.commands.holdings import read_day
from service.commands.keys import MAX_KEYFILE
from service.commands.refusals import about, refusals
from service.commands.terminal import ask_passphrase, check_new, out, plain, read_file, steps, write_secret
from service.differences import ROLES, day_text
from service.message_files import files_of, words_of

app = typer.Typer(no_args_is_help=True)

MAX_CASE = 512 * 1024 * 1024  # 4096 messages of the usual 64 KiB; it is held in memory
KINDS = ("complaint", "follow-up", "evidence", "objection", "request for review", "stop")
ENTRY_KINDS = {
    OPENED: "opened",
    TEXT_ENTRY: "answered",
    NOTE_ENTRY: "note",
    RECUSAL: "stepped back",
    STEP: "step",
    PROPOSAL: "proposed",
    APPROVAL: "approved",
    REFUSAL: "refused",
    GRANT: "handed on",
    IDENTITY_ASKED: "name asked for",
    IDENTITY_AGREED: "reviewer's half of the name",
    IDENTITY_GRANTED: "custodian's half of the name",
    IDENTITY_OPENED: "name opened",
    READERS_PROPOSED: "other readers proposed",
    READERS_AGREED: "other readers agreed to",
    READERS_KEPT: "readers given what came since",
    UNIT_PROPOSED: "others of the unit proposed",
    CLAIMED: "said who of the unit has it",
    NAME_ERASURE_PROPOSED: "erasing the name proposed",
    NAME_ERASURE_AGREED: "erasing the name agreed to",
    WITHHOLDING: "kept from a member for some days",
    COPIED: "part copied",
    COPY_ANSWERED: "copied part answered",
    LEGAL_HOLD_PROPOSED: "legal hold proposed",
    LEGAL_HOLD_AGREED: "legal hold agreed to",
}


@app.callback()
def case() -> None:
    """A sealed case."""


@app.command("open")
def open_(
    file: Annotated[Path, typer.Argument(help="the sealed case, as exported")],
    key: Annotated[Path, typer.Option("--key", help="your key file")],
    as_json: Annotated[bool, typer.Option("--json", help="for programs; holds the words of the complaint")] = False,
    passphrase_file: Annotated[Path | None, typer.Option(help="instead of typing it")] = None,
) -> None:
    """Read a sealed case. Needs no network and writes no file: what is printed stays in the terminal's memory."""
    with refusals():
        keyfile, opened = _open_with(key, passphrase_file, file, read_file(file, MAX_CASE))
        if as_json:
            print(json.dumps(_as_table(opened), indent=1, sort_keys=True))  # ASCII only: no terminal acts on it
            return
        for line in _as_text(keyfile, opened):
            out().print(line)


@app.command("pass")
def pass_(
    file: Annotated[Path, typer.Argument(help="the sealed case, as exported")],
    to: Annotated[Path, typer.Option("--out", help="a new file, for a reviewer with a line to hand in")],
    key: Annotated[Path, typer.Option("--key", help="your key file, of a reviewer of the offline forms")],
    leave_out: Annotated[
        list[str] | None, typer.Option(help="id of a member who is not to read it; may be given again")
    ] = None,
    why: Annotated[str, typer.Option(help="for those who will read it")] = "",
    passphrase_file: Annotated[Path | None, typer.Option(help="instead of typing it")] = None,
) -> None:
    """Pass a case that came without a line to reviewers who work on one. They are drawn: nobody chooses them."""
    with refusals():
        from service.commands.handing import pass_on

        check_new(to)
        keyfile, opened = _open_with(key, passphrase_file, file, read_file(file, MAX_CASE))
        passed = pass_on(keyfile, opened, clock.today(), leave_out or [], why)
        write_secret(to, passed.post)
        for one in passed.readers:
            out().print(f"reads it  {one.id.hex()}  {ROLES[one.role]}  {plain(one.group)}")
        out().print(f"written  {plain(str(to))}. A reviewer hands it in on the page of this case.")


@app.command()
def write(
    file: Annotated[Path, typer.Argument(help="the sealed case, as exported")],
    to: Annotated[Path, typer.Option("--out", help="a new file: .pdf, .json, or .zip with both and their hashes")],
    scope: Annotated[str, typer.Option("--for", help="court, prosecutor, ombudsman, npm, un_sp, cat_or_hrc, ..")],
    key: Annotated[Path, typer.Option("--key", help="your key file")],
    witness: Annotated[Path, typer.Option("--witness", help="the key file of a second reader, who sits beside you")],
    language: Annotated[str, typer.Option(help="of the fixed sentences: en or ru")] = "ru",
    agreed_on: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="where the person wants to be asked each time: the day of the yes")
    ] = "",
    files: Annotated[
        Path | None, typer.Option(help="a folder with the evidence as the desk saved it: it goes along in a .zip")
    ] = None,
    passphrase_file: Annotated[Path | None, typer.Option(help="instead of typing it")] = None,
    witness_passphrase_file: Annotated[Path | None, typer.Option(help="the second reader's")] = None,
) -> None:
    """Write what the person allowed one body to have. Two readers open it; nothing is asked of any server."""
    with refusals():
        from service.commands.dossiers import write_dossier

        check_new(to)
        agreed = read_day(agreed_on) if agreed_on else None
        data = read_file(file, MAX_CASE)
        opened = []
        for path, phrase in ((key, passphrase_file), (witness, witness_passphrase_file)):
            keyfile, case = _open_with(path, phrase, file, data)
            opened.append((keyfile.member, case))
        if opened[0][0] == opened[1][0]:
            raise Refused("both key files are of one member", "a second reader must open it too")
        made = write_dossier(opened[0][1], scope, language, agreed, to, files)
        write_secret(to, made)
        out().print(f"written  {plain(str(to))}: {len(made)} bytes, SHA-256 {sha256(made).hexdigest()}")
        out().print("read it before it leaves: what the person wrote in own words may name somebody")


def _open_with(key: Path, passphrase_file: Path | None, file: Path, data: bytes) -> tuple[Keyfile, OpenedCase]:
    locked = read_file(key, MAX_KEYFILE)
    with about(key):
        parse_keyfile(locked)  # before somebody types seven words for another file
    passphrase = ask_passphrase(str(key), passphrase_file)
    with about(key), steps().status("opening the key file"):
        keyfile = open_keyfile(locked, passphrase)
    try:
        with steps().status("opening the case"):
            return keyfile, open_case(keyfile, data, clock.today())
    except ProtocolError as error:
        if error.slug != "wrong_instance":
            with about(file):
                raise
        raise Refused(
            "this case belongs to another instance than the key file [wrong_instance]",
            "take the key file that you were given for the instance where the case was exported",
            OTHER_INSTANCE,
        ) from None


def _as_text(keyfile: Keyfile, opened: OpenedCase) -> Iterator[str]:
    body, chain = opened.keyring.body, opened.chain
    yield f"case            {opened.cid.hex()}"
    yield f"root set        {fingerprint(keyfile.first_roots.instance, keyfile.roots)}"
    yield f"keyring         version {body.version}, {day_text(body.not_before)} to {day_text(body.expires)}, verified"
    if clock.today() > body.expires:
        yield "notice          that keyring has expired since: this file may trust somebody who was revoked later"
    acknowledged = "answered" if chain.acknowledged else "not answered yet"
    yield f"state           {STATE_NAMES[chain.state]}, {acknowledged}"
    if chain.hold:
        yield f"legal hold      up to {day_text(chain.hold)}"
    for number, message in enumerate(opened.messages, 1):
        yield ""
        yield from _message_text(number, len(opened.messages), message)
    yield ""
    yield f"-- chain: verified, {len(chain.entries)} entries, head {chain.head.hex()}"
    for entry in chain.entries:
        yield _entry_text(entry, opened)
    for seq, text in zip(opened.seqs, opened.texts, strict=True):
        yield ""
        what = "answer" if seq in opened.told else "note"
        by = f"{_role_of(body, text.author)} {text.author.hex()}"
        yield f"-- {what} of {day_text(text.day)} by {by}, {plain(text.language)}"
        yield plain(text.text, lines=True)


def _message_text(number: int, count: int, message: OpenedMessage) -> Iterator[str]:
    content = message.account.content
    yield f"-- message {number} of {count}: {KINDS[content.kind]}, {day_text(content.day)}, {plain(content.language)}"
    yield f"   {message.cid.hex()}"
    account, intake = words_of(message)
    for name, answer in account.items():
        yield f"[{plain(name)}]"
        yield plain(answer, lines=True)
    for name, answer in intake.items():
        yield f"[{plain(name)}] (for intake only)"
        yield plain(answer, lines=True)
    for one in files_of(message):
        what = f"[{plain(one.question) or 'evidence'}]{' (for intake only)' if one.for_intake else ''}"
        yield f"{what} {plain(one.item.name)}, {plain(one.item.type)}, {one.item.size} bytes"


def _entry_text(entry: SignedEntry, opened: OpenedCase) -> str:
    body, chain = opened.keyring.body, opened.chain
    verdict = "good signature"
    if entry.seq in chain.void:
        verdict = "VOID: dated in the future"
    elif entry.seq in chain.unconfirmed:
        verdict = "UNCONFIRMED: its key was stolen, and nobody sound has built on it"
    by = f"{_role_of(body, entry.actor)} {entry.actor.hex()}"
    return f"   {entry.seq}  {day_text(entry.day)}  {ENTRY_KINDS[entry.kind]} by {by}: {verdict}"


def _role_of(body: KeyringBody, id_: bytes) -> str:
    everyone: list[Member | Former] = [*body.members, *body.formers]
    return next((ROLES[one.role] for one in everyone if one.id == id_), "nobody known")


def _as_table(opened: OpenedCase) -> dict[str, Any]:
    body, chain = opened.keyring.body, opened.chain
    return {
        "case": opened.cid.hex(),
        "instance": body.instance.hex(),
        "keyring": {
            "version": body.version,
            "expires": day_text(body.expires),
            "expired": clock.today() > body.expires,
        },
        "state": STATE_NAMES[chain.state],
        "acknowledged": chain.acknowledged,
        "legal_hold": day_text(chain.hold) if chain.hold else None,
        "messages": [_message_table(message) for message in opened.messages],
        "chain": {
            "head": chain.head.hex(),
            "void": list(chain.void),
            "unconfirmed": list(chain.unconfirmed),
            "entries": [
                {
                    "seq": entry.seq,
                    "day": day_text(entry.day),
                    "kind": ENTRY_KINDS[entry.kind],
                    "actor": entry.actor.hex(),
                    "role": _role_of(body, entry.actor),
                }
                for entry in chain.entries
            ],
        },
        "texts": [
            {
                "author": text.author.hex(),
                "role": _role_of(body, text.author),
                "day": day_text(text.day),
                "language": text.language,
                "text": text.text,
            }
            for text in opened.texts
        ],
    }


def _message_table(message: OpenedMessage) -> dict[str, Any]:
    content = message.account.content
    account, intake = words_of(message)
    return {
        "cid": message.cid.hex(),
        "kind": KINDS[content.kind],
        "day": day_text(content.day),
        "language": content.language,
        "account": dict(account),
        "intake": dict(intake),
        "evidence": [
            {
                "name": one.item.name,
                "type": one.item.type,
                "size": one.item.size,
                "question": one.question,
                "for_intake": one.for_intake,
            }
            for one in files_of(message)
        ],
    }
