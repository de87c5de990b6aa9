"""`panah keyring ..`: the ceremony. Root keys never come near the server; each trustee signs on an own machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from service.ceremony import Review
from service.commands import ceremonies, findings
from service.commands.ceremonies import Validity, Wanted
from service.commands.exits import Refused
from service.commands.keys import ChangeFiles, PassphraseFile
from service.commands.refusals import refusals
from service.commands.terminal import ask_passphrase, check_new, confirm, out, plain, shown_once, steps
from service.differences import day_text

app = typer.Typer(no_args_is_help=True)

InstanceFolder = Annotated[Path, typer.Option("--instance", help="the instance folder")]
CeremonyFile = Annotated[Path, typer.Argument(metavar="CEREMONY", help="the file that is passed on")]
Rotated = Annotated[
    Path | None, typer.Option(help="a signed change of the root set, published together with this keyring")
]
NotBefore = Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="first day; today when left out")]
Days = Annotated[int, typer.Option(min=1, max=45, help="how long it lasts")]

Declarations = Annotated[
    Path | None, typer.Option("--declarations", help="the trustees' folder of .declaration files, off the server")
]


@app.callback()
def keyring() -> None:
    """Who may read: made, signed and published by a threshold of trustees."""


@app.command("root-new")
def root_new(
    organisation: Annotated[str, typer.Option(help="the public name of the organisation that vouches")],
    to: Annotated[Path, typer.Option("--out", help="the root key file; beside it goes FILE.root, which is public")],
) -> None:
    """A trustee's root key, on the trustee's own machine. The passphrase is shown once."""
    with refusals(), shown_once() as write:
        passphrase, root, public = ceremonies.make_root_key(organisation, to, write)
        out().print(f"root key file   {to}   (keep it, and a copy elsewhere; never on a server)")
        out().print(f"public part     {public}   (give this to whoever prepares the instance)")
        out().print(f"fingerprint     {root}")
        out().print(f"passphrase      {passphrase}")
        out().print("Write the seven words down now. They are shown once and kept nowhere.")


@app.command()
def init(
    root: Annotated[list[Path], typer.Option("--root", help="a trustee's public .root file; once for each")],
    threshold: Annotated[int, typer.Option(min=2, max=16, help="how many must sign")],
    name: Annotated[str, typer.Option(help="what the pages call this service")],
    origin: Annotated[list[str], typer.Option("--origin", help="https://host; once for each")],
    to: Annotated[Path, typer.Option("--out", help="the instance folder to make")],
    onion: Annotated[str, typer.Option(help="http://<56 letters>.onion")] = "",
) -> None:
    """An instance from the trustees' public parts. It has no keyring yet."""
    with refusals():
        fingerprint = ceremonies.make_instance(root, threshold, name, origin, onion, to)
        out().print(f"instance        {to}")
        out().print(f"fingerprint     {fingerprint}   (print it on paper; every trustee compares it)")
        out().print("next            panah keyring enrol CEREMONY --instance DIR --add FILE.enrolment ..")


@app.command()
def enrol(
    ceremony: CeremonyFile,
    instance: InstanceFolder,
    add: Annotated[list[Path], typer.Option("--add", help="a member's .enrolment file; once for each")] = [],  # noqa: B006
    panel: Annotated[list[str], typer.Option(help="ID=KZ,KG or ID= for all countries")] = [],  # noqa: B006
    unit: Annotated[list[str], typer.Option(help="ID=KZ or ID= for all countries")] = [],  # noqa: B006
    drop_group: Annotated[list[str], typer.Option(help="take away a panel or unit")] = [],  # noqa: B006
    until: Annotated[
        str,
        typer.Option(
            metavar="YYYY-MM-DD", help="last day of those who enrol; a year from today, two for offline members"
        ),
    ] = "",
    readers: Annotated[int | None, typer.Option(min=1, max=8, help="policy: readers of a message")] = None,
    minimum_readers: Annotated[int | None, typer.Option(min=1, max=8, help="policy: below this, all panels")] = None,
    grace: Annotated[int | None, typer.Option(min=0, max=30, help="policy: days of grace")] = None,
    not_before: NotBefore = "",
    days: Days = 45,
    rotated: Rotated = None,
    declarations: Declarations = None,
) -> None:
    """Draft the next keyring, or add to a draft. Signatures on the earlier draft fall away."""
    with refusals():
        wanted = ceremonies.read_enrolments(add, panel, unit, drop_group, until)
        wanted = replace(wanted, readers=readers, minimum_readers=minimum_readers, grace=grace)
        show(ceremonies.draft(ceremony, instance, wanted, Validity(not_before, days), rotated, declarations))


@app.command()
def renew(
    ceremony: CeremonyFile,
    instance: InstanceFolder,
    not_before: NotBefore = "",
    days: Days = 45,
    rotated: Rotated = None,
    declarations: Declarations = None,
) -> None:
    """Draft the next keyring with the same members and new days."""
    with refusals():
        show(ceremonies.draft(ceremony, instance, Wanted(), Validity(not_before, days), rotated, declarations))


@app.command()
def revoke(
    ceremony: CeremonyFile,
    instance: InstanceFolder,
    member: Annotated[list[str], typer.Option("--member", help="the member's id; once for each")],
    stolen_since: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help="the key was in other hands from this day on")
    ] = "",
    not_before: NotBefore = "",
    days: Days = 45,
    rotated: Rotated = None,
    declarations: Declarations = None,
) -> None:
    """Draft the next keyring without these members. What they signed before stays verifiable."""
    with refusals():
        wanted = ceremonies.read_revocations(member, stolen_since)
        show(ceremonies.draft(ceremony, instance, wanted, Validity(not_before, days), rotated, declarations))


@app.command("rotate-roots")
def rotate_roots(
    ceremony: CeremonyFile,
    instance: InstanceFolder,
    add: Annotated[list[Path], typer.Option("--add", help="a new trustee's public .root file")] = [],  # noqa: B006
    remove: Annotated[list[str], typer.Option("--remove", help="first 8 or more characters of a root key")] = [],  # noqa: B006
    threshold: Annotated[int | None, typer.Option(min=2, max=16, help="how many must sign from now on")] = None,
) -> None:
    """Draft a change of the root set. Old and new trustees sign it, each to their threshold."""
    with refusals():
        show(ceremonies.draft_root_change(ceremony, instance, add, remove, threshold))


@app.command("show")
def show_file(ceremony: CeremonyFile) -> None:
    """What a ceremony file asks to sign, and who has signed."""
    with refusals():
        show(ceremonies.review_file(ceremony))


@app.command()
def sign(
    ceremony: CeremonyFile,
    key: Annotated[Path, typer.Option("--key", help="your root key file")],
    to: Annotated[Path | None, typer.Option("--out", help="where the signed file goes; in place when left out")] = None,
    fingerprint: Annotated[
        str, typer.Option(help="the digits that the trustees agreed on, instead of being asked")
    ] = "",
    replaces: Annotated[
        bool, typer.Option("--replaces", help="it takes the place of one you signed that was never published")
    ] = False,
    passphrase_file: PassphraseFile = None,
) -> None:
    """Look at what is asked, then sign it with a root key. For a trustee, without network."""
    with refusals():
        if to and not (to.exists() and to.samefile(ceremony)):
            check_new(to)
        reviewed = ceremonies.review_to_sign(ceremony, key, replaces)
        show(reviewed)
        if fingerprint:
            if "".join(fingerprint.split()) != "".join(reviewed.fingerprint.split()):
                raise Refused("the fingerprint is another one", "stop; ask the other trustees what they see")
        elif not confirm(
            "Do the other trustees read the same digits, and do you want to sign this?", "give --fingerprint DIGITS"
        ):
            raise Refused("not signed")
        passphrase = ask_passphrase(str(key), passphrase_file)
        with steps().status("opening the root key"):
            signed = ceremonies.sign(ceremony, reviewed, key, passphrase, to or ceremony)
        out().print(f"signed by {plain(signed.organisation)}; pass on {to or ceremony}")


@app.command()
def publish(
    ceremony: Annotated[list[Path], typer.Argument(help="signed files; copies signed side by side are joined")],
    instance: InstanceFolder,
) -> None:
    """Put a fully signed keyring into the instance folder. It needs no secret."""
    with refusals():
        published = ceremonies.publish(ceremony, instance)
        days = f"{day_text(published.not_before)} to {day_text(published.expires)}"
        out().print(f"published keyring {published.version}, {days}, {len(published.members)} members")


@app.command()
def verify(
    instance: Annotated[Path, typer.Option("--instance", help="the instance folder, or first-roots.bin alone")],
    keyring: Annotated[Path | None, typer.Argument(help="a signed keyring; the whole chain when left out")] = None,
    change: ChangeFiles = [],  # noqa: B006
) -> None:
    """Check a keyring, or the whole chain, against the root keys. Says what was found."""
    with refusals():
        found = findings.verify(instance, keyring, change)
        for line in found.lines:
            out().print(line)
        if found.fault:
            raise Refused(found.fault, found.advice, found.code)


@app.command()
def members(instance: InstanceFolder) -> None:
    """The members of the newest keyring, by id."""
    with refusals():
        for line in findings.list_members(instance):
            out().print(line)


def show(reviewed: Review) -> None:
    console = out()
    for line in findings.describe(reviewed):
        console.print(line)
