"""Large bodies: many connections send all of a request but its last byte; prints what the server holds for them.

    python tests/attacks/large_bodies.py --connections 990 --bytes 1000000

The server is a process of its own on loopback. It needs Linux, which shows the memory of a process.
"""

from __future__ import annotations

import argparse
import selectors
import socket
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Final

_QUIET_SECONDS: Final = 3.0
"""The server takes no more bytes if it has taken none for this long."""


def memory(process: int) -> float:
    """Return how many megabytes of memory a process holds."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def attack(port: int, connections: int, size: int) -> tuple[list[socket.socket], int]:
    """Send what the server takes of the bodies; return the open connections, and how many bytes that is."""
    head = (
        "POST /20231130/models HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {size}\r\n\r\n"
    )
    sent = head.encode() + b" " * (size - 1)
    selector = selectors.DefaultSelector()
    crowd = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(connections)]
    left = dict.fromkeys(crowd, len(sent))
    for each in crowd:
        each.settimeout(0)
        selector.register(each, selectors.EVENT_WRITE)
    while selector.get_map():
        ready = selector.select(_QUIET_SECONDS)
        if not ready:
            break
        for key, _ in ready:
            each: socket.socket = key.fileobj  # type: ignore[assignment]
            start = len(sent) - left[each]
            left[each] -= each.send(sent[start : start + 65536])
            if not left[each]:
                selector.unregister(each)
    return crowd, connections * len(sent) - sum(left.values())


def milliseconds_of_a_request(port: int) -> float:
    """Return how long another client waits for a response."""
    begun = perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=30) as other:
        other.sendall(b"GET /_sim/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert other.recv(65536).startswith(b"HTTP/1.1 200")
    return (perf_counter() - begun) * 1000


def main() -> None:
    """Start a server, attack it, and print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--connections", type=int, default=990)
    options.add_argument("--bytes", type=int, default=1_000_000)
    chosen = options.parse_args()
    command = [sys.executable, "-m", "fake_server", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().rstrip().rpartition(":")[2])
        before = memory(process.pid)
        crowd, taken = attack(port, chosen.connections, chosen.bytes)
        held = memory(process.pid) - before
        print(f"{len(crowd)} connections sent {taken / 1e6:.0f} MB, which includes what the machine buffers")
        print(f"the server holds {held:.0f} MB more than before, and serves a request in", end=" ")
        print(f"{milliseconds_of_a_request(port):.1f} ms")
    finally:
        process.terminate()
        process.wait(20)


if __name__ == "__main__":
    main()
