"""SPEC 14: the adapter for foreign test suites. `python -m crypto.conformance` answers JSON lines."""

from __future__ import annotations

import json
import sys
import traceback
from typing import Any

from crypto.answers import OPS
from crypto.errors import ProtocolError
from crypto.inputs import BadRequest, Inputs


def answer(request: object) -> dict[str, Any]:
    """One request, one answer; never raises for a bad input."""
    try:
        op = OPS.get(Inputs(request).string("op"))
        if op is None:
            return {"error": "unknown_op"}
        assert isinstance(request, dict)
        return {"ok": op(Inputs(request.get("in")))}
    except ProtocolError as error:
        return {"error": error.slug}
    except BadRequest:
        return {"error": "bad_request"}


def answer_line(line: str) -> str:
    """One line of JSON in, one out, whatever it is."""
    try:
        request = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return json.dumps({"error": "bad_request"})
    try:
        return json.dumps(answer(request))
    except Exception:  # a fault of ours, which no vector expects: the requests after it are answered all the same
        traceback.print_exc()
        return json.dumps({"error": "internal"})


def _no_number(name: str) -> float:
    raise ValueError(f"JSON has no {name}")


def main() -> None:
    sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
    for line in sys.stdin:
        print(answer_line(line), flush=True)


if __name__ == "__main__":
    main()
