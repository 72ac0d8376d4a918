"""A server with TLS: its authority, its certificates, and what it does with clients that speak something else."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import ssl
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from cryptography.x509 import BasicConstraints, load_pem_x509_certificate
from steered_server import SteeredServer

from fake_server import FakeServer, limits
from fake_server.authority import CA_NAME, KEY_NAME, Authority, has_certificate
from genai_ports import Fault
from genai_ports.errors import ConfigurationError
from genai_ports.regions import all_regions, endpoint_url

LIST = "/20231130/models?compartmentId=ocid1.compartment.oc1..a"
HOSTS = [
    endpoint_url(region.id, dual_stack=stacks).removeprefix("https://")
    for region in all_regions()
    for stacks in (False, True)
]


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    return tmp_path_factory.mktemp("authority")


@pytest.fixture
def server(directory):
    with FakeServer(tls=directory) as server:
        yield server


def trusting(server):
    return ssl.create_default_context(cafile=server.ca_file)


@contextmanager
def connected(server, name="localhost", context=None):
    context = context or trusting(server)
    with (
        socket.create_connection(("127.0.0.1", server.port)) as raw,
        context.wrap_socket(raw, server_hostname=name) as connection,
    ):
        yield connection


def get(connection, path, host):
    connection.sendall(f"GET {path} HTTP/1.1\r\nhost: {host}\r\n\r\n".encode())
    response = http.client.HTTPResponse(connection)
    response.begin()
    return response.status, response.read()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", *HOSTS[::25]])
def test_a_client_that_trusts_the_authority_reaches_the_server_under_each_of_its_names(server, host):
    with connected(server, host) as connection:
        for _ in range(2):  # the connection stays open
            status, body = get(connection, LIST, f"[{host}]" if ":" in host else host)
            assert (status, body[:10]) == (200, b'{"items":[')


def test_there_is_a_certificate_for_every_region_and_for_nothing_else():
    assert all(has_certificate(host) for host in HOSTS)
    others = ["localhost", "objectstorage.us-chicago-1.oraclecloud.com", "generativeai.us-chicago-1.oci.example.com"]
    others += ["generativeai.atlantis-1.oci.oraclecloud.com", "x.generativeai.us-chicago-1.oci.oraclecloud.com", ""]
    assert not any(has_certificate(host) for host in others)


def test_the_longest_name_has_a_certificate():
    start, end = "generativeai.us-chicago-1.oci.", ".oraclecloud.com"
    longest = start + "a." * 103 + "a" + end
    assert len(longest) == 253
    assert has_certificate(longest)
    assert not has_certificate(longest.replace(".oci.", ".oci.a"))


def test_a_certificate_is_valid_for_two_years_from_a_day_ago(directory, monkeypatch):
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    monkeypatch.setattr("fake_server.authority.SystemClock.now", lambda _: now)
    with FakeServer(tls=directory) as server:
        text = ssl.get_server_certificate(("127.0.0.1", server.port), ca_certs=str(server.ca_file))
    certificate = load_pem_x509_certificate(text.encode())
    assert certificate.not_valid_before_utc == now - timedelta(days=1)
    assert certificate.not_valid_after_utc == now + timedelta(days=730)


def test_an_authority_signs_no_other_authority(directory):
    certificate = load_pem_x509_certificate(Authority(directory).ca_file.read_bytes())
    constraints = certificate.extensions.get_extension_for_class(BasicConstraints).value
    assert (constraints.ca, constraints.path_length) == (True, 0)


def test_a_server_agrees_on_http_1_1_and_on_no_renegotiation(server, directory):
    context = trusting(server)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with connected(server, context=context) as connection:
        assert connection.selected_alpn_protocol() == "http/1.1"
    assert Authority(directory).new_context().options & ssl.OP_NO_RENEGOTIATION


def test_a_client_of_another_name_is_not_deceived(server):
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"), connected(server, "files.example"):
        pass


def test_a_client_that_does_not_trust_the_authority_fails_and_the_log_says_so_in_one_line(server, caplog):
    with (
        pytest.raises(ssl.SSLCertVerificationError),
        connected(server, context=ssl.create_default_context()),
    ):
        pass
    server.close(drain=5)
    [record] = caplog.records
    assert "it must trust the server's ca.pem" in record.getMessage()


def test_the_url_the_region_of_the_host_and_the_names_of_the_options_are_those_of_the_server(directory):
    with FakeServer(tls=directory, allow_hosts=["genai.test"]) as server:
        assert server.url == f"https://127.0.0.1:{server.port}"
        assert server.ca_file == directory / CA_NAME
        with connected(server, "genai.test") as connection:
            assert get(connection, LIST, "genai.test")[0] == 200
        with connected(server, "generativeai.eu-frankfurt-1.oci.oraclecloud.com") as connection:
            get(connection, LIST, "generativeai.eu-frankfurt-1.oci.oraclecloud.com")
        assert server.simulator.journal.entries[-1].region == "eu-frankfurt-1"


@pytest.mark.parametrize(("host", "is_named"), [("127.0.0.1", True), ("127.0.0.2", True), ("0.0.0.0", False)])  # noqa: S104
def test_the_certificate_has_the_address_of_the_server_unless_that_is_a_wildcard(directory, host, is_named):
    with FakeServer(host=host, tls=directory, control_token="the-token-of-a-test") as server:
        address = (host if is_named else "127.0.0.1", server.port)
        with (
            socket.create_connection(address) as raw,
            trusting(server).wrap_socket(raw, server_hostname=address[0]) as connection,
        ):
            names = connection.getpeercert()["subjectAltName"]
    assert (("IP Address", host) in names) is is_named
    assert len(names) == len({*names})


def test_a_long_response_arrives_whole_although_the_client_reads_it_late(server):
    with connected(server) as connection:
        for _ in range(200):
            connection.sendall(f"GET {LIST} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode())
        lengths = set()
        for _ in range(200):
            response = http.client.HTTPResponse(connection)
            response.begin()
            lengths.add(len(response.read()))
        assert len(lengths) == 1


def test_a_request_in_one_record_that_is_longer_than_one_read_is_served_at_once(server):
    with connected(server) as connection:
        connection.settimeout(30)  # the server waits longer for a body
        body = b" " * 15_000
        head = f"POST /20231130/models HTTP/1.1\r\nhost: localhost\r\ncontent-length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        assert connection.recv(12) == b"HTTP/1.1 400"


def test_a_large_body_arrives_whole(server):
    connection = http.client.HTTPSConnection("127.0.0.1", server.port, context=trusting(server))
    connection.request("POST", "/20231130/models", body=b" " * (2 * 1024 * 1024))
    response = connection.getresponse()
    assert response.status == 413
    assert b"RequestEntityTooLarge" in response.read()
    connection.close()


def test_plain_http_to_the_port_of_https_gets_words_and_one_line_of_log(server, caplog):
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/")
    response = connection.getresponse()
    assert (response.status, response.read()) == (400, b"This port serves HTTPS: use https:// in the URL.\n")
    connection.close()
    assert [record.getMessage() for record in caplog.records] == [
        "fake_server: a client speaks plain HTTP to the port of HTTPS: use https:// in its URL"
    ]


def test_a_client_of_plain_http_has_its_time_to_read_why_it_is_refused(server, monkeypatch):
    steered = SteeredServer(server)
    steered.steer(monkeypatch)
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as raw:
        while not (channels := server._loop._server.connections):
            pass
        steered.pass_time(limits.LEAVE_SECONDS + 1)
        raw.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert b"This port serves HTTPS" in b"".join(iter(lambda: raw.recv(4096), b""))
        for seconds, is_left in ((limits.LEAVE_SECONDS, False), (1, True)):
            steered.pass_time(seconds)
            with connected(server) as other:  # the loop checks the first one meanwhile
                assert get(other, "/_sim/health", "localhost")[0] == 200
            assert (channels[0] not in server._loop._server.connections) == is_left


def test_tls_to_the_port_of_http_gets_an_error_at_once_and_one_line_of_log(caplog):
    with FakeServer() as server:
        context = ssl.create_default_context()
        with pytest.raises(ssl.SSLError, match="WRONG_VERSION_NUMBER"), connected(server, context=context):
            pass
        assert server.simulator.journal.entries[-1].rule == "not-http"
    assert [record.getMessage() for record in caplog.records] == [
        "fake_server: a client speaks TLS to the port of HTTP: use http:// in its URL, or serve --tls"
    ]


def hello(name, kind=0, version=b"\x03\x03"):
    """What a client of TLS 1.2 sends first, with any bytes as the name of the server; default: no name."""
    entry = bytes([kind]) + len(name).to_bytes(2) + name
    names = len(entry).to_bytes(2) + entry
    extensions = b"\x00\x00" + len(names).to_bytes(2) + names if name else b""
    extensions += b"\x00\x0a\x00\x04\x00\x02\x00\x17\x00\x0d\x00\x04\x00\x02\x04\x03"  # a curve and its signature
    body = version + bytes(32) + b"\x00\x00\x02\xc0\x2b\x01\x00"
    body += len(extensions).to_bytes(2) + extensions
    message = b"\x01" + len(body).to_bytes(3) + body
    return b"\x16\x03\x01" + len(message).to_bytes(2) + message


ODD_HELLOS = {
    "no name": (hello(b""), True),
    "another service": (hello(b"objectstorage.us-chicago-1.oraclecloud.com"), True),
    "an address": (hello(b"127.0.0.1"), True),
    "capitals": (hello(HOSTS[0].upper().encode()), True),
    "255 characters": (hello(b"a" * 255), True),
    "256 characters": (hello(b"a" * 256), False),
    "dots": (hello(b"..."), True),
    "a zero": (hello(b"a\x00b"), False),
    "a bad code for other letters": (hello(b"xn--a-----"), True),
    "no ASCII": (hello("generativeai.münchen-1.oci.oraclecloud.com".encode()), False),
    "no letters": (hello(b"\xff\xfe"), False),
    "no host name": (hello(b"a", kind=1), False),
    "an old version": (hello(b"localhost", version=b"\x03\x00"), False),
}


@pytest.mark.parametrize(("sent", "is_served"), ODD_HELLOS.values(), ids=ODD_HELLOS)
def test_an_odd_hello_is_served_or_refused_in_a_line_of_log(server, caplog, sent, is_served):
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
        raw.sendall(sent)
        kind = raw.recv(1)  # of a record: a part of a handshake, or an alert
        assert kind == (b"\x16" if is_served else b"\x15")
    server.close(drain=5)
    assert [record.getMessage().rpartition(": ")[0] for record in caplog.records] in (
        [[], ["fake_server: no TLS with a client"]] if is_served else [["fake_server: no TLS with a client"]]
    )


def test_the_log_says_what_is_wrong_with_a_name_that_is_not_ascii_and_other_errors_are_shown_as_before(
    server, caplog, monkeypatch
):
    shown = []
    monkeypatch.setattr(sys, "unraisablehook", shown.append)
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
            raw.sendall(hello(b"\xff"))
            assert raw.recv(1) == b"\x15"
    server.close(drain=5)
    assert {record.getMessage() for record in caplog.records} == {
        "fake_server: no TLS with a client: the name of the server in its request is not ASCII"
    }
    other = SimpleNamespace(exc_value=UnicodeDecodeError("ascii", b"", 0, 1, ""), object=print)
    sys.unraisablehook(other)
    assert shown == [other]


def test_clients_that_do_not_finish_their_handshakes_hold_up_nobody(server):
    with ExitStack() as opened:
        for end in (1, 3, 5, 20, 60, None):
            raw = opened.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            raw.sendall(hello(b"localhost")[:end])
        with connected(server) as connection:
            assert get(connection, "/_sim/health", "localhost")[0] == 200


@pytest.mark.parametrize("sent", [b"\x16", hello(b"localhost")[:60], hello(b"localhost"), b"GET / HT"])
def test_a_connection_that_its_client_ends_within_the_handshake_is_closed(server, sent):
    with socket.create_connection(("127.0.0.1", server.port), timeout=15) as raw:  # the deadline is later
        raw.sendall(sent)
        raw.shutdown(socket.SHUT_WR)
        with suppress(ConnectionResetError):
            list(iter(lambda: raw.recv(4096), b""))


@pytest.mark.parametrize("sent", [b"", b"\x16", b"\x16\x03\x01\x00\xff" + b"a" * 40, b"\x16" + b"\xff" * 600])
def test_a_client_that_leaves_within_its_handshake_leaves_nothing_behind(server, sent):
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        raw.sendall(sent)
    with connected(server) as connection:  # the loop has seen the other one before
        assert get(connection, "/_sim/health", "localhost")[0] == 200


def test_a_handshake_has_a_deadline(directory, monkeypatch):
    monkeypatch.setattr("fake_server.limits.HEAD_SECONDS", -1.0)
    with (
        FakeServer(tls=directory) as server,
        socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw,
    ):
        raw.sendall(b"\x16\x03\x01")
        assert raw.recv(1) == b""


def test_a_response_that_a_fault_resets_is_a_reset_under_tls_too(server):
    server.simulator.faults.add(Fault(operation="list_models", damage="reset"))
    with connected(server) as connection:
        connection.sendall(f"GET {LIST} HTTP/1.1\r\nhost: localhost\r\n\r\n".encode())
        with pytest.raises(ConnectionResetError):
            list(iter(lambda: socket.socket.recv(connection, 1024), b""))  # without TLS, which calls a reset an end


def test_the_end_of_a_connection_is_said_so_that_nothing_can_be_cut_off(server):
    context = trusting(server)
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        connection = context.wrap_socket(raw, server_hostname="localhost", suppress_ragged_eofs=False)
        connection.sendall(b"GET /_sim/health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        received = b"".join(iter(lambda: connection.recv(4096), b""))  # without the word, the last recv raises
        assert b'"UP"' in received
        connection.close()


def test_an_authority_is_made_once_and_its_key_is_for_its_owner_alone(tmp_path):
    home = tmp_path / "new" / "tls"
    first = Authority(home).ca_file.read_bytes()
    assert Authority(home).ca_file.read_bytes() == first
    assert b"PRIVATE" not in first
    assert sorted(each.name for each in home.iterdir()) == [KEY_NAME, CA_NAME]
    if os.name == "posix":
        assert stat.S_IMODE((home / KEY_NAME).stat().st_mode) == 0o600
        assert stat.S_IMODE(home.stat().st_mode) == 0o700


def test_servers_that_start_together_share_one_authority(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(Authority, [tmp_path] * 8))
    assert sorted(each.name for each in tmp_path.iterdir()) == [KEY_NAME, CA_NAME]
    with FakeServer(tls=tmp_path) as server, connected(server) as connection:
        assert get(connection, "/_sim/health", "localhost")[0] == 200


def test_a_lost_ca_file_comes_back(tmp_path):
    text = Authority(tmp_path).ca_file.read_bytes()
    for damage in ((tmp_path / CA_NAME).unlink, lambda: (tmp_path / CA_NAME).write_text("else")):
        damage()
        assert Authority(tmp_path).ca_file.read_bytes() == text


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
@pytest.mark.parametrize("others", [0o040, 0o020, 0o010, 0o004, 0o002, 0o001])
def test_a_key_that_others_can_read_is_refused(tmp_path, others):
    Authority(tmp_path)
    (tmp_path / KEY_NAME).chmod(0o700)
    Authority(tmp_path)
    (tmp_path / KEY_NAME).chmod(0o600 | others)
    with pytest.raises(ConfigurationError, match=r"other users can read the private key in .*: run chmod 600 on it"):
        FakeServer(tls=tmp_path)


@pytest.mark.parametrize("keep", [0, 100, 400])
def test_a_damaged_key_file_is_refused_with_the_way_out_and_without_its_text(tmp_path, keep):
    Authority(tmp_path)
    file = tmp_path / KEY_NAME
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(ConfigurationError, match="delete it, so that a new authority is made") as refused:
        FakeServer(tls=tmp_path)
    assert "BEGIN" not in str(refused.value)


def test_a_name_that_no_certificate_can_have_is_refused(directory):
    with pytest.raises(ConfigurationError, match=r"no certificate can have the names .*a_b\.test"):
        FakeServer(tls=directory, allow_hosts=["a_b.test"])


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_accepts_the_certificate_of_the_real_host_name(server):
    host = HOSTS[0]
    command = ["curl", "-sS", "--cacert", server.ca_file, "--connect-to", f"{host}:443:127.0.0.1:{server.port}"]
    environment = {name: text for name, text in os.environ.items() if "proxy" not in name.lower()}
    done = subprocess.run(
        [*command, f"https://{host}{LIST}"], capture_output=True, text=True, check=False, env=environment
    )
    assert json.loads(done.stdout)["items"] == [], done.stderr
