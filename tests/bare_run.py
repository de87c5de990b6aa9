"""`make run` as a person meets it: start, open the page, Ctrl-C. Standard library only: it runs on a bare machine.

python3 tests/bare_run.py PORT DATA SECONDS_ALLOWED
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
import urllib.request


def main(port: str, data: str, allowed: str) -> int:
    start = time.monotonic()
    # Its own process group, as in a terminal, where Ctrl-C goes to make and to all that make started.
    make = subprocess.Popen(
        ["make", "run", f"PORT={port}", f"DATA={data}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert make.stdout is not None
    said = b""
    while f"ready http://127.0.0.1:{port}\n".encode() not in said:
        left = start + float(allowed) - time.monotonic()
        readable = select.select([make.stdout], [], [], max(left, 0))[0]
        got = os.read(make.stdout.fileno(), 65536) if readable else b""
        if not got:
            os.killpg(make.pid, signal.SIGKILL)
            print(said.decode(errors="replace"))
            print(f"FAILED: not ready within {allowed} s, or ended")
            return 1
        said += got
    print(said.decode(errors="replace").rstrip())
    print(f"-- ready in {time.monotonic() - start:.1f} s")

    page = urllib.request.urlopen(f"http://127.0.0.1:{port}/").read()
    assert b"<html" in page, page[:300]
    print(f"-- the page has {len(page)} bytes")

    os.killpg(make.pid, signal.SIGINT)
    rest, _ = make.communicate(timeout=15)
    print(rest.decode(errors="replace").rstrip())
    if b"Traceback" in rest:
        print("FAILED: Ctrl-C shows a traceback")
        return 1
    try:
        os.killpg(make.pid, 0)
    except ProcessLookupError:
        print(f"-- stopped by Ctrl-C, make ended with {make.returncode}")
        return 0
    print("FAILED: something is still running after Ctrl-C")
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
