"""A client without a library: it sends requests over a socket, and reads responses one by one."""

from __future__ import annotations

import json
import socket
import struct
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from fake_server import FakeServer

LIST = "/20231130/models?compartmentId=ocid1.compartment.oc1..a&limit=3"
IMPORTS = "/20231130/importedModels"
IMPORT = {
    "compartmentId": "ocid1.compartment.oc1..a",
    "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"},
}


class Connection:
    """A connection that sends requests and reads responses one by one."""

    def __init__(self, server: FakeServer) -> None:
        self.socket = socket.create_connection((server.host, server.port), timeout=20)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # every part is sent at once
        self._stream = self.socket.makefile("rb")

    def send(
        self, target: str = LIST, method: str = "GET", *headers: str, version: str = "1.1", body: Any = None
    ) -> None:
        self.socket.sendall(request(target, method, *headers, version=version, body=body))

    def read_response(self, *, head: bool = False) -> tuple[int, dict[str, str], bytes]:
        """Read one response: its status, its headers, and as much of its body as arrives."""
        status_line = self._stream.readline()
        headers: dict[str, str] = {}
        while line := self._stream.readline().strip():
            name, _, text = line.decode().partition(": ")
            headers[name.lower()] = text
        body = b"" if head else self._stream.read(int(headers.get("content-length", "0")))
        return int(status_line.split()[1]), headers, body

    def rest(self) -> bytes:
        """Read until the server closes."""
        return self._stream.read()

    def read_list(self) -> bytes:
        """Request a list and return the body of the response, which must be a success."""
        self.send()
        status, _, body = self.read_response()
        assert status == 200
        return body

    def has_nothing(self) -> bool:
        """Whether no byte has arrived and the connection is open."""
        self.socket.settimeout(0)
        with pytest.raises(BlockingIOError):
            self.socket.recv(1, socket.MSG_PEEK)
        self.socket.settimeout(20)
        return True

    def break_off(self) -> None:
        """Close with a TCP reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self) -> None:
        self._stream.close()
        self.socket.close()


def request(target: str, method: str = "GET", *headers: str, version: str = "1.1", body: Any = None) -> bytes:
    sent = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {target} HTTP/{version}", "host: localhost", *headers]
    if body is not None:
        lines += ["content-type: application/json", f"content-length: {len(sent)}"]
    return "\r\n".join([*lines, "", ""]).encode() + sent
