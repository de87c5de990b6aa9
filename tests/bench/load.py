"""The load, in a process of its own: N clients with a connection each, raw HTTP, one request at a time."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path

import uvloop


async def client(port: int, path: str, bodies: list[bytes], latencies: list[float], failures: list[str]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for body in bodies:
        started = time.perf_counter()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = next(
            (int(line.split(b":")[1]) for line in answer.lower().split(b"\r\n") if line.startswith(b"content-length")),
            0,
        )
        if length:
            await reader.readexactly(length)
        latencies.append(time.perf_counter() - started)
        if not answer.startswith((b"HTTP/1.1 204", b"HTTP/1.1 200")):
            failures.append(answer[:40].decode("latin-1"))
    writer.close()


async def run(port: int, path: str, clients: int, bodies: list[bytes]) -> dict[str, float]:
    latencies: list[float] = []
    failures: list[str] = []
    shares = [bodies[n::clients] for n in range(clients)]
    started = time.perf_counter()
    await asyncio.gather(*(client(port, path, share, latencies, failures) for share in shares if share))
    took = time.perf_counter() - started
    latencies.sort()
    return {
        "per_second": len(bodies) / took,
        "p50_ms": latencies[len(latencies) // 2] * 1000,
        "p99_ms": latencies[int(len(latencies) * 0.99)] * 1000,
        "max_ms": latencies[-1] * 1000,
        "failures": len(failures),
        "sent": len(bodies),
    }


def read_bodies(file: Path) -> list[bytes]:
    data, at, bodies = file.read_bytes(), 0, []
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        bodies.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return bodies


def write_bodies(file: Path, bodies: list[bytes]) -> None:
    file.write_bytes(b"".join(len(body).to_bytes(4, "big") + body for body in bodies))


if __name__ == "__main__":
    port, path, clients, file = sys.argv[1:]
    print(json.dumps(uvloop.run(run(int(port), path, int(clients), read_bodies(Path(file))))))
