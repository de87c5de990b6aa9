"""Bundles for tests: hatch_build.py makes build/NAME.mjs from a NAME.node.ts, and Node runs it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


def run_bundle(node: Path, name: str, *arguments: str | Path, given: str = "", seconds: int = 120) -> Any:
    """What build/NAME.mjs prints as JSON when it reads `given`. Raises when it fails or takes longer."""
    program = [node, ROOT / "build" / f"{name}.mjs", *arguments]
    done = subprocess.run(
        program, cwd=ROOT, input=given, capture_output=True, encoding="utf-8", check=True, timeout=seconds
    )
    return json.loads(done.stdout)
