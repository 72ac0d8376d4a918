"""TLS with a client that reads the certificates late: the handshake goes on when there is room again."""

from __future__ import annotations

import socket
import ssl
import struct
import urllib.request

import pytest

from fake_server import FakeServer

NAMES = [f"{'a' * 60}.{number}.example" for number in range(1_000)]
"""So many names that their certificate does not fit into the buffers of a connection."""
ALERT = b"\x15\x03\x03\x00\x02\x02\x30"
"""A client's last words: it does not know the authority."""


@pytest.fixture
def server(tmp_path):
    with FakeServer(tls=tmp_path, allow_hosts=NAMES) as server:
        [listener] = [each.socket for each in server._loop._sockets.values() if each.accepting]
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        yield server


class Late:
    """A client that has sent its hello and has read nothing yet."""

    def __init__(self, raw, context):
        self.raw = raw
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname="localhost")
        self.shake()

    def shake(self):
        """Go on with the handshake; return whether it is complete."""
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        finally:
            self.raw.sendall(self._outgoing.read())
        return True

    def receive(self):
        """Read some bytes from the server."""
        self._incoming.write(self.raw.recv(4096))

    def get(self, path):
        """Send a request, and return all that the server sends until it closes the connection."""
        self._tls.write(f"GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".encode())
        self.raw.sendall(self._outgoing.read())
        received = b""
        while True:
            try:
                part = self._tls.read(4096)
            except ssl.SSLWantReadError:
                self.receive()
                continue
            if not part:
                return received
            received += part


@pytest.fixture
def late(server):
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.settimeout(10)
        raw.connect(("127.0.0.1", server.port))
        client = Late(raw, ssl.create_default_context(cafile=server.ca_file))
        wait_until_seen(server)
        yield client


def wait_until_seen(server):
    """Wait until the loop has served all that was sent before."""
    context = ssl.create_default_context(cafile=server.ca_file)
    with urllib.request.urlopen(f"https://127.0.0.1:{server.port}/_sim/health", context=context) as response:
        assert response.status == 200


def test_a_handshake_goes_on_when_its_client_reads(late):
    while not late.shake():
        late.receive()
    received = late.get("/_sim/rules")  # it does not fit into the buffers either
    assert received.startswith(b"HTTP/1.1 200 OK")
    assert received.endswith((b"}\n", b"0\r\n\r\n"))


def test_a_client_that_gives_up_before_it_reads_is_one_line_of_log(server, late, caplog):
    late.raw.sendall(ALERT)
    wait_until_seen(server)
    while late.raw.recv(4096):
        pass
    server.close(drain=5)
    assert [record.getMessage() for record in caplog.records] == [
        "fake_server: no TLS with a client: tlsv1 alert unknown ca; it must trust the server's ca.pem"
    ]


def test_a_client_that_resets_the_connection_within_its_handshake_is_no_news(server, caplog):
    with socket.socket() as raw:
        raw.connect(("127.0.0.1", server.port))
        raw.sendall(b"\x16\x03\x01\x02\x00\x01")
        wait_until_seen(server)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wait_until_seen(server)
    server.close(drain=5)
    assert caplog.records == []
