"""The load, in a process of its own: N clients with a connection each, raw HTTP, one request at a time.

As light as it can be: on a small machine it takes its time from the server that it measures.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import cast

import uvloop

TAKEN = (b"HTTP/1.1 204", b"HTTP/1.1 200")


class Client(asyncio.Protocol):
    """Sends its requests one after the other, each when the answer to the one before is whole."""

    def __init__(self, requests: list[bytes], latencies: list[float], failures: list[str]) -> None:
        self._requests = iter(requests)
        self._latencies, self._failures = latencies, failures
        self._answer = b""
        self._missing = 0
        self._started = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass of it

    def next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
            return
        self._answer, self._missing = b"", 0
        self._started = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
        else:
            self._answer += data
            head, end, body = self._answer.partition(b"\r\n\r\n")
            if not end:
                return
            self._missing = body_length(head) - len(body)
        if not self._missing:
            self._latencies.append(time.perf_counter() - self._started)
            if not self._answer.startswith(TAKEN):
                self._failures.append(self._answer[:40].decode("latin-1"))
            self.next()

    def connection_lost(self, error: Exception | None) -> None:
        left = list(self._requests)
        self._failures += ["the connection was lost"] * (len(left) + (error is not None))
        if not self.done.done():
            self.done.set_result(None)


def body_length(head: bytes) -> int:
    _, found, after = head.lower().partition(b"content-length:")
    return int(after.partition(b"\r\n")[0]) if found else 0


async def run(port: int, path: str, clients: int, bodies: list[bytes]) -> dict[str, float]:
    latencies: list[float] = []
    failures: list[str] = []
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: "
    requests = [f"{head}{len(body)}\r\n\r\n".encode() + body for body in bodies]
    shares = [share for n in range(clients) if (share := requests[n::clients])]
    loop = asyncio.get_running_loop()
    gc.collect()
    gc.disable()
    waiting = [Client(share, latencies, failures) for share in shares]
    for client in waiting:
        await loop.create_connection(partial(_same, client), "127.0.0.1", port)
    started = time.perf_counter()  # the raw driver's connection is open too
    for client in waiting:
        client.next()
    await asyncio.gather(*(client.done for client in waiting))
    took = time.perf_counter() - started
    latencies.sort()
    return {
        "per_second": len(latencies) / took,
        "p50_ms": latencies[len(latencies) // 2] * 1000,
        "p99_ms": latencies[int(len(latencies) * 0.99)] * 1000,
        "max_ms": latencies[-1] * 1000,
        "failures": len(failures),
        "sent": len(bodies),
    }


def _same(client: Client) -> Client:
    return client


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
