"""`panah keys ..`: a member's keys, made and looked at on the member's own machine."""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from crypto.encoding import decode, encode
from crypto.enrolment import verify_enrolment
from crypto.keyring import OFFLINE, ROLE_NAMES
from crypto.members import open_keyfile, parse_keyfile, seal_keyfile
from crypto.primitives import KEM_PK, hash, kem_keypair, signing_pk
from crypto.rootfile import read_rootfile
from crypto.roots import fingerprint, parse_first_roots, parse_root, rotate_roots
from service.commands.exits import USAGE, Refused
from service.commands.holdings import read_pin
from service.commands.refusals import about, refusals
from service.commands.terminal import (
    PUBLIC,
    SECRET,
    ask_passphrase,
    beside,
    check_new,
    out,
    plain,
    read_file,
    shown_once,
    steps,
    write_secret,
)
from service.differences import ROLES, digits_of, key_digits
from service.enrolling import new_member
from service.passphrases import new_passphrase

app = typer.Typer(no_args_is_help=True)

Role = Enum("Role", {name: name for name in ROLE_NAMES})  # type: ignore[misc]
MAX_RECORD = 1 << 20  # a declaration as it is written, or a vetting record
MAX_KEYFILE = 16384  # two root sets of 16 organisations are under 5 KiB

PassphraseFile = Annotated[Path | None, typer.Option(help="instead of typing it")]
ChangeFiles = Annotated[
    list[Path], typer.Option("--change", help="with first-roots.bin: signed changes of the root set since, in order")
]


@app.callback()
def keys() -> None:
    """A member's key file: made, and looked at."""


@app.command()
def new(
    role: Annotated[Role, typer.Option(help="what the member does")],
    instance: Annotated[Path, typer.Option("--instance", help="first-roots.bin of the instance, or its folder")],
    to: Annotated[Path, typer.Option("--out", help="the key file; beside it goes FILE.enrolment")],
    group: Annotated[str, typer.Option(help="a reviewer's panel or an investigator's unit")] = "",
    offline: Annotated[bool, typer.Option("--offline", help="opens what comes on a card; never drawn online")] = False,
    id_: Annotated[str, typer.Option("--id", help="new keys for a member who is known: the old id")] = "",
    change: ChangeFiles = [],  # noqa: B006
) -> None:
    """Make a key file and the enrolment that goes to the trustees. The passphrase is shown once."""
    with refusals(), shown_once() as write:
        number = ROLE_NAMES.index(role.value) + 1
        _check_group(role.value, group)
        if id_ and not re.fullmatch("[0-9a-f]{32}", id_):
            raise Refused("an id is 32 characters of 0-9 and a-f", code=USAGE)
        first, history = read_pin(instance, change)
        enrolment_file = beside(to, ".enrolment")
        check_new(to)
        check_new(enrolment_file)
        flags = OFFLINE if offline else 0
        keyfile, enrolment, proof = new_member(
            first, history[-1], number, group, flags, bytes.fromhex(id_) if id_ else None
        )
        passphrase = new_passphrase()
        with steps().status("making the key file"):
            write(to, seal_keyfile(keyfile, passphrase), SECRET)
        write(enrolment_file, proof, PUBLIC)
        digits = key_digits(enrolment.signing_pk, hash(enrolment.kem_pk))
        out().print(f"key file        {to}   (keep it, and a copy elsewhere)")
        out().print(f"enrolment       {enrolment_file}   (send it to the trustees; nothing in it is secret)")
        out().print(f"root set        {fingerprint(first.instance, history[-1])}   (compare with the printed one)")
        out().print(f"member          {enrolment.id.hex()}")
        out().print(f"key             {digits}   (read it to a trustee by another way)")
        out().print(f"passphrase      {passphrase}")
        out().print("Write the seven words down now. They are shown once and kept nowhere.")


@app.command()
def declare(
    told: Annotated[Path, typer.Argument(metavar="FILE.toml", help="what you declare; docs/ceremony.md says how")],
    instance: Annotated[Path, typer.Option("--instance", help="first-roots.bin of the instance, or its folder")],
    member: Annotated[str, typer.Option("--member", help="your id, as `panah keys new` showed it")],
    to: Annotated[Path, typer.Option("--out", help="the .declaration file, for the trustees alone")],
    vetting: Annotated[
        Path | None, typer.Option("--vetting", help="the vetting record: only its salted hash goes in")
    ] = None,
) -> None:
    """Turn posts, regions, names and languages into a declaration. Names become tokens that nobody can guess back."""
    with refusals():
        from crypto.conflict import declare as make_declaration
        from service.commands.declaring import read_told

        if not re.fullmatch("[0-9a-f]{32}", member):
            raise Refused("an id is 32 characters of 0-9 and a-f", code=USAGE)
        first, _ = read_pin(instance)
        record = read_file(vetting, MAX_RECORD) if vetting else b""
        made = make_declaration(first.instance, bytes.fromhex(member), read_told(read_file(told, MAX_RECORD)), record)
        write_secret(to, made.encoded)
        out().print(f"declaration     {to}   (for the trustees, by a safe way; never to the server)")
        out().print(
            f"posts           {len(made.posts)}, regions {len(made.regions)}, tokens of names {len(made.names)}"
        )
        out().print(f"languages       {', '.join(made.languages) or 'none: nobody will be proposed who reads them'}")
        out().print(f"vetting         {'with the hash of its record' if vetting else 'none'}")
        out().print(f"hash            {made.hash.hex()}   (this alone stands in the public keyring)")


@app.command()
def inspect(
    file: Annotated[Path, typer.Argument(help="a key file, root key file, enrolment, declaration or .root file")],
    unlock: Annotated[bool, typer.Option("--unlock", help="ask for the passphrase of a key file, and try it")] = False,
    vetting: Annotated[
        Path | None, typer.Option("--vetting", help="of a declaration: the vetting record that came with it")
    ] = None,
    passphrase_file: PassphraseFile = None,
) -> None:
    """What a file says of itself. Without the passphrase nothing of it is proved."""
    with refusals():
        data = read_file(file, MAX_RECORD)
        if vetting and not _is(data, "declaration"):
            raise Refused("a vetting record is compared with a declaration", code=USAGE)
        with about(file):
            described = _declared(data, vetting) if _is(data, "declaration") else _describe(data)
        for line in described:
            out().print(line)
        if _is(data, "keyfile") and (unlock or passphrase_file):
            passphrase = ask_passphrase(str(file), passphrase_file)
            with about(file), steps().status("opening the key file"):
                opened = open_keyfile(data, passphrase)
            kem_hash = hash(kem_keypair(opened.kem_seed).pk)
            out().print(f"root set        {fingerprint(opened.first_roots.instance, opened.roots)}")
            out().print(f"key             {key_digits(signing_pk(opened.signing_seed), kem_hash)}")
            out().print("opened          the passphrase is right")


@app.command()
def repin(
    file: Annotated[Path, typer.Argument(help="your key file")],
    to: Annotated[Path, typer.Option("--out", help="the new key file; the old one is left as it is")],
    change: ChangeFiles,
    passphrase_file: PassphraseFile = None,
) -> None:
    """After the trustees have changed: put the new root set into a key file. The passphrase stays the same."""
    with refusals():
        check_new(to)
        data = read_file(file, MAX_KEYFILE)
        passphrase = ask_passphrase(str(file), passphrase_file)
        with steps().status("opening the key file"):
            opened = open_keyfile(data, passphrase)
        roots = opened.roots
        for path in change:
            with about(path):
                roots = rotate_roots(opened.first_roots.instance, roots, read_file(path, MAX_KEYFILE))
        with steps().status("writing the key file"):
            write_secret(to, seal_keyfile(replace(opened, roots=roots), passphrase))
        out().print(f"root set        version {roots.version}, {fingerprint(opened.first_roots.instance, roots)}")


def _declared(data: bytes, vetting: Path | None) -> list[str]:
    from service.commands.declaring import describe_declaration

    return describe_declaration(data, read_file(vetting, MAX_RECORD) if vetting else b"")


def _describe(data: bytes) -> list[str]:
    if _is(data, "rootfile"):
        root = read_rootfile(data)
        return [
            "root key file",
            f"organisation    {plain(root.organisation)}",
            f"key             {digits_of(hash(root.pk))}",
        ]
    if _is(data, "root"):
        root = parse_root(data)
        return [
            "public part of a root key",
            f"organisation    {plain(root.organisation)}",
            f"key             {digits_of(hash(root.pk))}",
        ]
    if _is(data, "first-roots"):
        first = parse_first_roots(data)
        return [
            "first root set",
            f"instance        {first.instance.hex()}",
            f"fingerprint     {fingerprint(first.instance, first.roots)}",
            *(f"root            {plain(root.organisation)}" for root in first.roots.roots),
        ]
    if _is(data, "signed-enrolment"):
        return _describe_enrolment(data)
    locked = parse_keyfile(data)
    return [
        "key file",
        f"instance        {locked.instance.hex()}",
        f"member          {locked.member.hex()}",
        f"role            {ROLES[locked.role]}",
        f"work            {locked.work.memory} KiB, {locked.work.time} times, {locked.work.lanes} lanes",
    ]


def _describe_enrolment(data: bytes) -> list[str]:
    body, _ = decode("signed-enrolment", [None, 64], data)
    named = decode("enrolment", [32, 16, 1, None, 1, 32, KEM_PK], body)[0]
    one = verify_enrolment(named, data)
    return [
        "enrolment, signed by the keys that it brings",
        f"instance        {named.hex()}",
        f"member          {one.id.hex()}",
        f"role            {ROLES[one.role]} {one.group}{' offline' if one.flags & OFFLINE else ''}",
        f"key             {key_digits(one.signing_pk, hash(one.kem_pk))}",
    ]


def _is(data: bytes, tag: str) -> bool:
    return data.startswith(encode(tag))


def _check_group(role: str, group: str) -> None:
    """SPEC 5.3: a reviewer has a panel, an investigator a unit, others neither."""
    if (role in ("reviewer", "investigator")) != bool(group):
        raise Refused("a reviewer needs --group PANEL, an investigator --group UNIT, other roles none", code=USAGE)
    if group and not re.fullmatch("[a-z0-9-]{1,32}", group):
        raise Refused("a panel or unit is 1 to 32 characters of a-z, 0-9 and hyphen", code=USAGE)
