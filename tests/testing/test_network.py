"""No network but loopback: what a test can connect to, and the error for all other connections."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading
from contextlib import closing, suppress
from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_ports import InvalidInput
from genai_ports.backends.loopback import is_loopback_host
from genai_ports.testing import RefusedConnection, Sandbox, oci_hygiene
from genai_ports.testing.isolation.network import Destination, only_loopback

ADDRESS = "192.0.2.1"
"""An address for documentation: no machine has it."""


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@given(st.ip_addresses(), st.integers(1, 65535))
def test_a_connection_to_any_address_is_refused_or_tried_as_the_address_says(address, port):
    tried = []
    family = socket.AF_INET if isinstance(address, IPv4Address) else socket.AF_INET6
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(socket.socket, "connect", lambda _, to: tried.append(to[0]))
        with only_loopback("a test") as refused, closing(socket.socket(family)) as one, suppress(RefusedConnection):
            one.connect((str(address), port))
    assert tried == ([str(address)] if is_loopback_host(str(address)) else [])
    assert refused == ([] if is_loopback_host(str(address)) else [(str(address), port)])


def test_the_error_names_the_test_the_host_and_the_ways_out():
    with only_loopback("test_it.py::test_it"), pytest.raises(RefusedConnection) as refused:
        socket.create_connection(("db.example", 5432))
    assert isinstance(refused.value, ConnectionRefusedError)
    for part in ("test_it.py::test_it", "db.example", "oci_redirected", "allow_hosts=['db.example']"):
        assert part in str(refused.value)


@pytest.mark.parametrize(
    "use",
    [
        lambda: socket.create_connection(("db.example", 1)),
        lambda: socket.create_connection((ADDRESS, 1)),
        lambda: socket.create_connection(("2001:db8::1", 1)),
        lambda: socket.getaddrinfo("db.example", 1),
        lambda: socket.getaddrinfo(b"db.example", None),
        lambda: socket.gethostbyname("db.example"),
        lambda: socket.gethostbyname_ex("db.example"),
        lambda: with_socket(lambda one: one.connect((ADDRESS, 1))),
        lambda: with_socket(lambda one: one.connect(("db.example", 1))),
        lambda: with_socket(lambda one: one.sendto(b"", (ADDRESS, 1)), socket.SOCK_DGRAM),
        lambda: with_socket(lambda one: one.sendto(b"", 0, (ADDRESS, 1)), socket.SOCK_DGRAM),
        lambda: asyncio.run(asyncio.open_connection("db.example", 1)),
        lambda: asyncio.run(asyncio.open_connection(ADDRESS, 1)),
    ],
)
def test_every_way_to_another_machine_is_refused(use):
    with only_loopback("a test") as refused, pytest.raises(RefusedConnection, match="a test connects to"):
        use()
    assert refused


def with_socket(use, kind=socket.SOCK_STREAM):
    with closing(socket.socket(socket.AF_INET, kind)) as connection:
        return use(connection)


def test_connect_ex_returns_the_code_of_a_refused_connection():
    with only_loopback("a test") as refused:
        assert with_socket(lambda one: one.connect_ex((ADDRESS, 1))) == errno.ECONNREFUSED
    assert refused == [Destination(ADDRESS, 1)]


def test_loopback_and_unix_sockets_work(listening, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the path of a socket is short

    async def connect():
        _, writer = await asyncio.open_connection("localhost", listening, family=socket.AF_INET)
        writer.close()
        await writer.wait_closed()

    with only_loopback("a test") as refused:
        for host in ("127.0.0.1", "localhost", "0.0.0.0"):  # noqa: S104  # connects to this machine
            socket.create_connection((host, listening)).close()
        assert with_socket(lambda one: one.connect_ex(("127.0.0.1", listening))) == 0
        asyncio.run(connect())
        assert socket.getaddrinfo(None, 80, flags=socket.AI_PASSIVE)
        assert socket.getaddrinfo(ADDRESS, 80)
        with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
            server.bind("here")
            server.listen()
            client.connect("here")
        one, other = socket.socketpair()
        one.close()
        other.close()
    assert refused == []


def test_another_thread_is_refused_too_and_remembered():
    def connect():
        errors.append(with_socket(lambda one: one.connect_ex((ADDRESS, 1))))

    errors = []
    with oci_hygiene("a test") as hygiene:
        thread = threading.Thread(target=connect)
        thread.start()
        thread.join()
    assert errors == [errno.ECONNREFUSED]
    assert hygiene.refused_connections == [Destination(ADDRESS, 1)]


@pytest.mark.parametrize("allowed", ["192.0.2.1", "192.0.2.*", "*"])
def test_an_allowed_host_is_connected_to(allowed, monkeypatch):
    tried = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: tried.append(address))
    with Sandbox(allow_hosts=[allowed]) as sandbox:
        with_socket(lambda one: one.connect((ADDRESS, 1)))
    assert (tried, sandbox.refused_connections) == ([(ADDRESS, 1)], [])


def test_the_addresses_of_an_allowed_name_are_allowed(monkeypatch):
    tried = []
    found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (ADDRESS, 1))]
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: tried.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: found)
    with only_loopback("a test", ["DB.example"]):
        socket.create_connection(("db.example", 1)).close()
        with pytest.raises(RefusedConnection):
            socket.create_connection(("db2.example", 1))
        with pytest.raises(RefusedConnection):
            with_socket(lambda one: one.connect(("192.0.2.2", 1)))
    assert tried == [(ADDRESS, 1)]


def test_the_name_of_this_machine_and_its_addresses_are_not_refused(monkeypatch):
    tried = []
    monkeypatch.setattr(socket.socket, "connect", lambda _, address: tried.append(address))
    monkeypatch.setattr(socket, "gethostname", lambda: "Mine")
    monkeypatch.setattr(socket, "gethostbyname", lambda _: ADDRESS)
    with only_loopback("a test") as refused:
        with_socket(lambda one: one.connect((socket.gethostbyname("mine"), 1)))
    assert (tried, refused) == ([(ADDRESS, 1)], [])


def test_the_inner_of_two_blocks_decides(monkeypatch):
    monkeypatch.setattr(socket.socket, "connect", lambda *_: None)
    with only_loopback("outer") as outer:
        with only_loopback("inner", [ADDRESS]):
            with_socket(lambda one: one.connect((ADDRESS, 1)))
        with pytest.raises(RefusedConnection, match="outer"):
            with_socket(lambda one: one.connect((ADDRESS, 1)))
    assert len(outer) == 1


def functions():
    names = ("connect", "connect_ex", "sendto")
    inherited = {name: vars(socket.socket).get(name) for name in names}
    return [inherited, socket.getaddrinfo, socket.gethostbyname, socket.gethostbyname_ex]


def test_all_functions_are_put_back_also_if_the_test_raises():
    before = functions()
    with pytest.raises(ZeroDivisionError), only_loopback("outer"), only_loopback("inner"):
        1 / (functions() == before)
    assert functions() == before


def test_a_patch_that_is_undone_late_does_no_harm(listening):
    before = functions()
    patches = pytest.MonkeyPatch()
    with only_loopback("first"):
        patches.setattr(socket.socket, "connect", lambda *_: None)
        patches.setattr(socket, "getaddrinfo", lambda *_: [])
    patches.undo()  # puts back what it found in the block
    socket.create_connection(("localhost", listening)).close()
    with only_loopback("second"), pytest.raises(RefusedConnection, match="second"):
        socket.create_connection((ADDRESS, 1))
    socket.create_connection(("localhost", listening)).close()
    assert functions() == before


@pytest.mark.parametrize(
    "hosts", ["db.example", ["http://db.example"], ["db.example:5432"], ["db.example/path"], [""], [5], 5, {"db": 1}]
)
def test_a_wrong_list_of_hosts_is_refused(hosts):
    with pytest.raises(InvalidInput, match="allow_hosts"):
        Sandbox(allow_hosts=hosts)
    with pytest.raises(InvalidInput, match="allow_hosts"), oci_hygiene("a test", hosts):
        pass


@pytest.mark.parametrize(
    "host", ["db", "db.example", "*.example", "10.0.0.1", "::1", "2001:db8::1", "fe80::1%eth0", "*"]
)
def test_names_addresses_and_wildcards_are_accepted(host):
    assert Sandbox(allow_hosts=[host]).settings.allow_hosts == (host,)


def test_what_another_plugin_has_put_back_in_the_block_stays(monkeypatch):
    original = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: [])  # as a plugin does before the test
    with only_loopback("a test"):
        socket.getaddrinfo = original  # as it does before the fixtures of the test end
    assert socket.getaddrinfo is original
