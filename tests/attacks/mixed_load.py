"""Mixed load: all five verbs over 1, 8, 64 and 256 connections to a world with many resources.

    python tests/attacks/mixed_load.py --resources 50000 --seconds 5

It prints for each number of connections the responses per second, the errors, the median and the 99th percentile of the
response times, and the longest time in which no response arrived. The server is a process of its own on loopback.
"""

from __future__ import annotations

import argparse
import json
import re
import selectors
import socket
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from itertools import count
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPARTMENT: Final = "ocid1.compartment.oc1..load"
MODELS: Final = "/20231130/importedModels"
BODY: Final = {
    "compartmentId": COMPARTMENT,
    "displayName": "load",
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"},
}
CONNECTIONS: Final = (1, 8, 64, 256)
WITHOUT_ERROR: Final = {200, 201, 202, 204}


class Connection:
    """One connection that always waits for one response."""

    def __init__(self, port: int, selector: selectors.BaseSelector) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received = b""
        self.sent_at = 0.0
        self.mine: list[str] = []
        self._steps = count()
        selector.register(self._socket, selectors.EVENT_READ, self)

    def send(self, *, creates_only: bool = False) -> None:
        """Send the next request of the mix."""
        method, path, document = ("POST", MODELS, BODY) if creates_only else self._next()
        body = json.dumps(document).encode() if document else b""
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        self.sent_at = perf_counter()
        self._socket.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    def _next(self) -> tuple[str, str, dict[str, Any] | None]:
        step = next(self._steps) % 5
        if step == 0 or not self.mine:
            return "POST", MODELS, BODY
        if step == 1:
            return "GET", f"{MODELS}?compartmentId={COMPARTMENT}&limit=10", None
        if step == 2:
            return "PUT", f"{MODELS}/{self.mine[-1]}", {"displayName": "changed"}
        if step == 3:
            return "GET", f"{MODELS}/{self.mine[-1]}", None
        return "DELETE", f"{MODELS}/{self.mine.pop()}", None

    def status(self) -> int | None:
        """Read what has arrived; return the status of a whole response, 0 if the server has closed, None for a part."""
        chunk = self._socket.recv(1 << 20)
        self._received += chunk
        head, blank, body = self._received.partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE) if blank else None
        if not chunk:
            return 0
        if not blank or (length and len(body) < int(length[1])):
            return None
        status = int(head.split(b" ", 2)[1])
        if status == 201:
            self.mine.append(json.loads(body)["id"])
        self._received = b""
        return status

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()


@contextmanager
def a_server() -> Iterator[int]:
    """Start a server, and return its port."""
    command = [sys.executable, "-m", "fake_server", "--port", "0", "--pace", "instant"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline().rstrip().rpartition(":")[2])
    finally:
        process.terminate()
        process.wait(20)


def fill(port: int, resources: int) -> None:
    """Create resources."""
    selector = selectors.DefaultSelector()
    crowd = [Connection(port, selector) for _ in range(8)]
    for connection in crowd:
        connection.send(creates_only=True)
    created = 0
    while created < resources:
        for key, _ in selector.select(30):
            if key.data.status() is not None:
                created += 1
                key.data.send(creates_only=True)
    for connection in crowd:
        connection.close()


def load(port: int, connections: int, seconds: float) -> str:
    """Load the server; return the figures as a line."""
    selector = selectors.DefaultSelector()
    crowd = [Connection(port, selector) for _ in range(connections)]
    statuses: Counter[int] = Counter()
    times: list[float] = []
    pause = 0.0
    started = last = perf_counter()
    for connection in crowd:
        connection.send()
    while perf_counter() - started < seconds and selector.get_map():
        for key, _ in selector.select(1):
            status = key.data.status()
            if status is None:
                continue
            now = perf_counter()
            times.append(now - key.data.sent_at)
            pause, last = max(pause, now - last), now
            statuses[status] += 1
            if status:
                key.data.send()
            else:
                selector.unregister(key.fileobj)
    rate = len(times) / (perf_counter() - started)
    for connection in crowd:
        connection.close()
    return f"{connections:4} connections: {rate:6.0f} a second, {_errors(statuses)}, {_figures(sorted(times), pause)}"


def _errors(statuses: Counter[int]) -> str:
    errors = {status: number for status, number in statuses.items() if status not in WITHOUT_ERROR}
    return f"errors {errors}" if errors else "no error"


def _figures(times: list[float], pause: float) -> str:
    median, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    ratio = f"p99 is {p99 / median:.1f} x p50"
    return f"p50 {median * 1e3:.2f} ms, p99 {p99 * 1e3:.2f} ms ({ratio}), longest pause {pause * 1e3:.0f} ms"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--resources", type=int, default=50_000, help="in the world before the load; default: 50000")
    parser.add_argument("--seconds", type=float, default=5, help="of load for each number of connections; default: 5")
    options = parser.parse_args()
    with a_server() as port:
        fill(port, options.resources)
        print(f"{options.resources} resources", flush=True)
        for connections in CONNECTIONS:
            print(load(port, connections, options.seconds), flush=True)


if __name__ == "__main__":
    main()
