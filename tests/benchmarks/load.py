"""A load generator: connections in one thread, each repeating a request as soon as its response has arrived."""

from __future__ import annotations

import selectors
import socket
from time import perf_counter


class Connection:
    """One connection; it is opened again if the server closes it after a response."""

    def __init__(self, address, selector):
        self._address = address
        self._selector = selector
        self.open()

    def open(self):
        self.socket = socket.create_connection(self._address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self.socket, selectors.EVENT_READ, self)
        self.received = b""

    def close(self):
        self._selector.unregister(self.socket)
        self.socket.close()

    def send(self, request):
        self.started = perf_counter()
        self.received = b""
        self.socket.sendall(request)

    def read(self):
        """Read what has arrived; return whether the response is complete, and whether the connection is still open."""
        chunk = self.socket.recv(1 << 20)
        self.received += chunk
        head, blank, body = self.received.partition(b"\r\n\r\n")
        if not blank:
            assert chunk, "the server closed the connection without a response"
            return False, True
        headers = head.lower()
        if b"\r\ncontent-length: " in headers:
            length = int(headers.split(b"\r\ncontent-length: ")[1].split(b"\r\n")[0])
            return len(body) >= length, b"\r\nconnection: close" not in headers
        return not chunk, False


def run(port, path, *, headers=(), connections, seconds):
    """Load a server; return the responses per second, and the time of each response in seconds, sorted."""
    lines = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: application/json", *headers]
    request = ("\r\n".join(lines) + "\r\n\r\n").encode()
    selector = selectors.DefaultSelector()
    crowd = [Connection(("127.0.0.1", port), selector) for _ in range(connections)]
    times = []
    started = perf_counter()
    for connection in crowd:
        connection.send(request)
    while perf_counter() - started < seconds:
        for key, _ in selector.select(1):
            connection = key.data
            whole, good = connection.read()
            if not whole:
                continue
            assert connection.received.startswith(b"HTTP/1.1 200"), connection.received[:300]
            times.append(perf_counter() - connection.started)
            if not good:
                connection.close()
                connection.open()
            connection.send(request)
    taken = perf_counter() - started
    for connection in crowd:
        connection.close()
    return len(times) / taken, sorted(times)


def p99(times):
    return times[int(len(times) * 0.99)]
