"""`panah forms offline`, `sign`, `verify`, `paper`: the page for a memory card, who vouches for it, and the paper."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from service.commands.exits import UNREADABLE, Refused
from service.commands.keys import ChangeFiles
from service.commands.refusals import about, refusals
from service.commands.terminal import ask_passphrase, beside, check_new, out, plain, read_file, steps, write_new

if TYPE_CHECKING:
    from service.site.offline import OfflinePage

MOST_BYTES = 4 << 20  # of a page
SIGNATURES = ".signatures"  # stands beside the page
FOR_PAPERS = b'<p id="copying"'  # is in the page for whoever copies papers; `sign` compares every byte all the same

Instance = Annotated[Path, typer.Argument(metavar="INSTANCE", help="the instance folder")]
PageFile = Annotated[Path, typer.Argument(metavar="FILE.html", help="the page")]


def make(
    instance: Instance,
    language: Annotated[str, typer.Argument(help="ru, kk, ky, tg, uz-Latn, uz-Cyrl or en")],
    file: Annotated[Path, typer.Argument(metavar="FILE.html", help="a new file")],
    papers: Annotated[
        bool, typer.Option("--papers", help="for whoever copies forms that were filled in on paper")
    ] = False,
) -> None:
    """Write the page as one file for a memory card. It works without a network, and gives a sealed file to carry."""
    with refusals():
        from service.differences import day_text
        from service.site.offline import ENOUGH

        check_new(file)
        page = _render(instance, language, papers=papers)
        write_new(file, page.html)
        out().print(f"written  {plain(str(file))}: {len(page.html)} bytes, SHA-256 {sha256(page.html).hexdigest()}")
        out().print(f"readers  {page.readers}; after {day_text(page.expires)} it says that it is old, and still seals")
        if len(page.html) > ENOUGH:
            out().print(f"note     more than {ENOUGH} bytes open slowly on old telephones: shorten your own forms")
        if not page.cards:
            out().print("note     nobody is enrolled with `panah keys new --offline`: it seals to the usual readers,")
            out().print("         whose keys change; for pages that travel for months enrol members with that flag")
        out().print("next     each trustee: panah forms sign INSTANCE FILE.html --key ROOTKEY")


def paper(
    instance: Instance,
    language: Annotated[str, typer.Argument(help="ru, kk, ky, tg, uz-Latn, uz-Cyrl or en")],
    file: Annotated[Path, typer.Argument(metavar="FILE.pdf", help="a new file")],
) -> None:
    """Write the form for pen and paper, four pages, with a strip for the code. The desk copies it in."""
    with refusals():
        from service.instance import read_instance

        check_new(file)
        if language not in read_instance(instance).languages:
            raise Refused("the instance has no pages in this language", "look at `languages` in instance.toml")
        write_new(file, _print(instance, language))
        out().print(f"written  {plain(str(file))}")


def sign(
    instance: Instance,
    file: PageFile,
    key: Annotated[Path, typer.Option("--key", help="your root key file")],
    passphrase_file: Annotated[Path | None, typer.Option(help="holds the passphrase of the root key")] = None,
) -> None:
    """Make the page anew from the instance, compare every byte, and only then sign it with a root key."""
    with refusals():
        from crypto.rootfile import open_rootfile, read_rootfile
        from crypto.roots import parse_root_set, sign_as_root
        from crypto.vouching import encode_page, read_page, seal_page
        from service.commands.holdings import MAX_SMALL
        from service.instance import read_instance, write_whole

        html = read_file(file, MOST_BYTES)
        page = _render(instance, _language_of(html), papers=FOR_PAPERS in html)
        if html != page.html:
            raise Refused(
                "this is not the page that this program makes from that folder",
                "do not sign it. Compare versions (`panah --version`) and ask whoever made it",
            )
        roots = parse_root_set(read_instance(instance).roots)
        locked = read_file(key, MAX_SMALL)
        with about(key):
            pk = read_rootfile(locked).pk
        if pk not in {one.pk for one in roots.roots}:
            raise Refused("this root key is not one of the instance's", "use the key that stands in its root set")
        passphrase = ask_passphrase(str(key), passphrase_file)
        with steps().status("opening the root key"), about(key):
            root, seed = open_rootfile(locked, passphrase)
        signatures = beside(file, SIGNATURES)
        with about(signatures):
            earlier = read_page(page.instance, html, read_file(signatures, MAX_SMALL)) if signatures.exists() else []
        statement = encode_page(page.instance, html)
        kept = [one for one in earlier if one.pk != root.pk]
        write_whole(signatures, seal_page(statement, [*kept, sign_as_root(root.pk, seed, statement)]))
        out().print(f"signed by {plain(root.organisation)}: {len(kept) + 1} of {roots.threshold} needed")
        out().print(f"pass on  {plain(str(file))} and {plain(str(signatures))}")


def verify(
    place: Annotated[Path, typer.Argument(metavar="INSTANCE", help="the instance folder, or first-roots.bin alone")],
    file: PageFile,
    change: ChangeFiles = [],  # noqa: B006
) -> None:
    """Check that enough trustees signed exactly this page; the file with their signatures stands beside it."""
    with refusals():
        from crypto.roots import fingerprint
        from crypto.vouching import verify_page
        from service.commands.holdings import MAX_SMALL, read_pin

        html = read_file(file, MOST_BYTES)
        first, history = read_pin(place, change)
        signatures = beside(file, SIGNATURES)
        with about(signatures):
            verify_page(history[-1], first.instance, html, read_file(signatures, MAX_SMALL))
        out().print(f"good     {plain(str(file))}, SHA-256 {sha256(html).hexdigest()}")
        out().print(f"roots    {fingerprint(first.instance, history[-1])}   (compare with paper)")


def _print(instance: Path, language: str) -> bytes:
    from intake_forms.model import BadForm
    from service.site.paper import NotOnPaper, make_paper
    from service.site.words import WordsMissing

    try:
        return make_paper(instance, language)
    except (BadForm, NotOnPaper, WordsMissing) as error:
        raise Refused(plain(str(error)), "`panah forms check INSTANCE` says what is missing", UNREADABLE) from None


def _render(instance: Path, language: str, *, papers: bool) -> OfflinePage:
    from intake_forms.model import BadForm
    from service.site.offline import NotOffline, render_offline
    from service.site.words import WordsMissing

    try:
        return render_offline(instance, language, copying=papers)
    except NotOffline as error:
        raise Refused(plain(str(error)), "look at `panah keyring members` and at instance.toml") from None
    except (BadForm, WordsMissing) as error:
        raise Refused(plain(str(error)), "`panah forms check INSTANCE` says what is missing", UNREADABLE) from None


def _language_of(html: bytes) -> str:
    found = re.match(rb'<!doctype html>\n<html lang="([A-Za-z-]{2,10})"', html)
    if not found:
        raise Refused("this is not a page of ours", "name the file that `panah forms offline` wrote", UNREADABLE)
    return found[1].decode()
