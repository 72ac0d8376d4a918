"""`genai-ports run`: programs that know nothing of a server here, each with a second host that must pass through."""

from __future__ import annotations

import http.server
import json
import logging
import os
import re
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
import trustme
from click.testing import CliRunner
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from fake_server import FakeServer
from genai_ports import Fault
from genai_ports.cli import user_proxy as user_proxy_module
from genai_ports.cli.commands import commands
from genai_ports.cli.run_environment import environment
from genai_ports.cli.run_java import write_trust_store
from genai_ports.cli.tunnel import Tunnel
from genai_ports.cli.user_proxy import UserProxy, user_proxy
from genai_ports.errors import ConfigurationError
from genai_ports.tenancy import TENANCY

CHICAGO = "generativeai.us-chicago-1.oci.oraclecloud.com"
LIST = f"https://{CHICAGO}/20231130/models?compartmentId={TENANCY}&limit=1"
OTHER = "files.example.com"
WORD = b"the other host"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
SDK = f"""
import oci
config = oci.config.from_file()
client = oci.generative_ai.GenerativeAiClient(config)
details = oci.generative_ai.models.CreateDedicatedAiClusterDetails(
    compartment_id=config["tenancy"], type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC")
print(client.create_dedicated_ai_cluster(details).data.lifecycle_state)
print(oci._vendor.requests.get("https://{OTHER}/").text)
"""
NODE = f"""
(async () => {{
  const response = await fetch({LIST!r});
  console.log(response.status, (await response.json()).items.length);
  require("https").get({LIST!r}, (again) => {{
    console.log(again.statusCode);
    again.resume();
    fetch(process.argv[1]).then((other) => other.text()).then(console.log, (error) => console.log(error.cause.message));
  }});
}})();
"""

JAVA = """
import java.net.*; import java.net.http.*; import java.net.http.HttpResponse.BodyHandlers;

class Program {
    public static void main(String[] urls) throws Exception {
        for (String url : urls) {
            var request = HttpRequest.newBuilder(URI.create(url)).build();
            var response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
            System.out.println(response.statusCode() + " " + response.body().charAt(0));
            var connection = (HttpURLConnection) new URL(url).openConnection();
            int status = connection.getResponseCode();
            System.out.println(status + " " + (char) connection.getInputStream().read());
        }
    }
}
"""


class Elsewhere(http.server.BaseHTTPRequestHandler):
    """A host on the internet."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", str(len(WORD)))
        self.end_headers()
        self.wfile.write(WORD)

    def log_message(self, *_):
        pass


class ProxyOfUser(http.server.BaseHTTPRequestHandler):
    """The proxy of a company: it knows where the other host is."""

    def do_CONNECT(self):
        self.server.asked.append((self.path, self.headers["proxy-authorization"]))
        if self.path != f"{OTHER}:443":
            self.send_error(502)
            return
        with socket.create_connection(self.server.other) as other:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=self.copy, args=(other.makefile("rb", 0), self.connection))
            back.start()
            self.copy(self.rfile, other)
            back.join()

    @staticmethod
    def copy(source, target):
        with suppress(OSError):
            while data := source.read1(65536) if hasattr(source, "read1") else source.read(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """Another host with an authority of its own, and the proxy that leads there."""
    home = tmp_path_factory.mktemp("elsewhere")
    ca = trustme.CA()
    ca.cert_pem.write_to_path(home / "ca.pem")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(OTHER, "localhost").configure_cert(context)
    host = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    host.socket = context.wrap_socket(host.socket, server_side=True)
    proxy = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ProxyOfUser)
    proxy.asked, proxy.other = [], host.server_address
    with ExitStack() as opened:
        for server in (host, proxy):
            server.daemon_threads = True
            thread = threading.Thread(target=server.serve_forever)
            thread.start()
            opened.callback(server.server_close)
            opened.callback(thread.join)
            opened.callback(server.shutdown)
        yield SimpleNamespace(
            ca_file=home / "ca.pem",
            port=host.server_address[1],
            proxy=f"http://user:pass%20word@127.0.0.1:{proxy.server_address[1]}",
            asked=proxy.asked,
        )


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return tmp_path_factory.mktemp("authority")


@pytest.fixture
def run(authority, elsewhere, tmp_path):
    """Run a program through the command line."""
    clean = {name: text for name, text in os.environ.items() if "proxy" not in name.lower() and "OCI" not in name}
    given = {"HOME": str(tmp_path), "HTTPS_PROXY": elsewhere.proxy, "SSL_CERT_FILE": str(elsewhere.ca_file)}

    def run(*program, options=(), **more):
        command = [sys.executable, "-m", "genai_ports", "run", "--tls-dir", str(authority), *options, "--", *program]
        elsewhere.asked.clear()
        return subprocess.run(
            command, env={**clean, **given, **more}, capture_output=True, text=True, check=False, timeout=120
        )

    return run


def test_a_python_program_with_the_default_endpoint_of_the_sdk_lands_here_and_its_other_host_there(run, elsewhere):
    done = run(sys.executable, "-c", SDK, options=["--summary", "--seed", "7"])
    assert (done.returncode, done.stdout) == (0, f"CREATING\n{WORD.decode()}\n"), done.stderr
    assert done.stderr.splitlines() == [
        "genai-ports run: 1 call, seed 7",
        "      1 create_dedicated_ai_cluster in us-chicago-1: 201",
        f"  {OTHER}: 1 connection passed through",
        f"  {CHICAGO}: 1 connection simulated",
    ]
    assert elsewhere.asked == [(f"{OTHER}:443", "Basic dXNlcjpwYXNzIHdvcmQ=")]


def test_options_of_the_server_apply_and_signatures_of_the_profile_are_verified(run):
    program = """
import oci
config = oci.config.from_file()
oci.generative_ai.GenerativeAiClient(config).list_models(config["tenancy"])
"""
    done = run(sys.executable, "-c", program, options=["--region", "fra", "--verify-signatures", "--summary"])
    assert done.returncode == 0, done.stderr
    assert "      1 list_models in eu-frankfurt-1: 200" in done.stderr.splitlines()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_on_the_real_host_name_lands_here_and_another_host_there(run):
    done = run("curl", "-sS", LIST, "--next", "-sS", f"https://{OTHER}/")
    assert done.stdout.endswith(WORD.decode()), done.stderr
    assert len(json.loads(done.stdout.removesuffix(WORD.decode()))["items"]) == 1


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_offline_refuses_other_hosts_in_words_and_not_the_service(run, elsewhere):
    done = run("curl", "-s", LIST, options=["--offline"])
    assert done.returncode == 0
    done = run("curl", "-sv", f"https://{OTHER}/", options=["--offline", "--summary"])
    assert done.returncode != 0
    assert done.stderr.endswith(f"  {OTHER}: 1 connection refused\n")
    assert f"403 genai-ports run --offline does not let programs reach {OTHER}" in done.stderr
    done = run("bash", "-c", "curl -s $0; curl -s $0", f"https://{OTHER}/", options=["--offline", "--summary"])
    assert done.stderr.startswith(f"genai-ports run --offline does not let programs reach {OTHER}\ngenai-ports run: 0")
    assert done.stderr.endswith(f"  {OTHER}: 2 connections refused\n")
    done = run("curl", "-s", f"http://{OTHER}/", options=["--offline"])
    assert done.stdout == f"genai-ports run --offline does not let programs reach {OTHER}\n"
    assert elsewhere.asked == []


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_a_node_program_lands_here_and_its_other_host_there(run, elsewhere):
    there = f"https://localhost:{elsewhere.port}/"
    done = run("node", "-e", NODE, there, NODE_EXTRA_CA_CERTS=str(elsewhere.ca_file), NODE_OPTIONS="--no-warnings")
    assert done.stdout.splitlines() == ["200 1", "200", WORD.decode()], done.stderr


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_offline_refuses_other_hosts_to_a_node_program(run):
    done = run("node", "-e", NODE, f"https://{OTHER}/", options=["--offline"])
    message = f"genai-ports run --offline does not let programs reach {OTHER}"
    assert done.stdout.splitlines() == ["200 1", "200", message], done.stderr
    assert done.stderr == f"{message}\n"


@pytest.mark.skipif(shutil.which("javac") is None, reason="no JDK is installed")
def test_a_java_program_lands_here_and_its_other_host_there(run, tmp_path):
    source = tmp_path / "Program.java"
    source.write_text(JAVA)
    done = run("java", str(source), LIST, f"https://{OTHER}/")
    assert done.stdout.splitlines() == ["200 {", "200 {", "200 t", "200 t"], done.stderr
    assert done.stderr.startswith("Picked up JAVA_TOOL_OPTIONS: ")


@pytest.mark.parametrize(
    ("program", "status"),
    [("raise SystemExit(7)", 7), ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", 128 + signal.SIGTERM)],
)
def test_the_exit_status_is_that_of_the_program(run, program, status):
    done = run(sys.executable, "-c", program)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


def test_the_log_and_the_summary_are_about_this_run_alone(authority, tmp_path, monkeypatch, capfd):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    monkeypatch.delenv("https_proxy", raising=False)
    program = """
import os, ssl, urllib.error, urllib.request
root = os.environ["GENAI_PORTS_URL"]
for path in ("/20231130/models?compartmentId=ocid1.tenancy.oc1..a", "/_sim/health", "/20231130/models/x"):
    try:
        print(urllib.request.urlopen(root + path).status)
    except urllib.error.HTTPError as error:
        print(error.code)
"""
    options = ["--tls-dir", authority, "--state", tmp_path / "state", "--log", "--summary"]
    command = ["run", *map(str, options), "--", sys.executable, "-c", program]
    for _ in range(2):
        result = CliRunner().invoke(commands, command)
        assert result.exit_code == 0
        logged, summed = result.stderr.split("genai-ports run: ")
        assert [line.split()[1] for line in logged.splitlines()] == ["GET", "GET"]
        assert re.fullmatch(
            r"2 calls, seed \w+\n"
            r"      1 get_model in us-chicago-1: 404 not-found\n"
            r"      1 list_models in us-chicago-1: 200\n",
            summed,
        ), summed
        assert capfd.readouterr().out == "200\n200\n404\n"
    assert logging.getLogger("fake_server").filters == []


def test_a_program_that_does_not_exist_or_is_none_is_named(run, tmp_path):
    done = run("no-such-program")
    assert (done.returncode, done.stderr) == (127, "genai-ports run: there is no command 'no-such-program'\n")
    done = run(str(tmp_path))
    assert done.returncode == 126
    assert done.stderr.startswith(f"genai-ports run: {str(tmp_path)!r} cannot be run: ")


def test_a_recording_of_a_program_that_made_no_call_is_said_and_leaves_its_exit_status(run, tmp_path):
    file = tmp_path / "calls.yaml"
    done = run(sys.executable, "-c", "raise SystemExit(7)", options=["--record", str(file), "--summary"])
    assert done.returncode == 7
    assert re.fullmatch(r"genai-ports run: 0 calls, seed \w+\ngenai-ports run: nothing was recorded.*\n", done.stderr)
    assert not file.exists()


def test_what_the_program_reads_and_prints_is_not_touched(authority):
    program = r"import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()); sys.stderr.buffer.write(b'\xfe\r\n')"
    command = [sys.executable, "-m", "genai_ports", "run", "--tls-dir", authority, "--", sys.executable, "-c", program]
    data = bytes(range(256)) * 500
    done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (0, data, b"\xfe\r\n")


STAYS = f"""
import os, socket, sys
host, port = os.environ["HTTPS_PROXY"].removeprefix("http://").split(":")
tunnel = socket.create_connection((host, int(port)))
tunnel.sendall(b"CONNECT {CHICAGO}:443 HTTP/1.1\\r\\n\\r\\n")
print(tunnel.recv(12), flush=True)
sys.stdin.read()
"""
LEAVES = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, text=True)
print(child.stdout.readline(), end="", flush=True)
"""


def test_a_process_that_the_program_leaves_behind_does_not_hold_up_the_end(authority, tmp_path):
    command = [sys.executable, "-m", "genai_ports", "run", "--tls-dir", authority, "--"]
    with subprocess.Popen(
        [*command, sys.executable, "-c", LEAVES, STAYS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    ) as process:
        assert process.stdout.readline() == b"b'HTTP/1.1 200'\n"
        assert process.wait(timeout=60) == 0  # what is left behind still reads the pipe
        assert list(tmp_path.iterdir()) == []


def test_without_a_program_the_usage_is_shown(run):
    done = run()
    assert (done.returncode, "Missing argument" in done.stderr) == (2, True)


@pytest.fixture
def default_signals():
    """The handlers that a shell gives to a program in its foreground, also if this process was started otherwise."""
    handlers = {number: signal.signal(number, signal.SIG_DFL) for number in SIGNALS}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@contextmanager
def waiting_program(authority, directory, number, handler):
    """Run a program that handles a signal and waits for it; temporary files are made in the directory."""
    program = f"""
import signal, sys
signal.signal({int(number)}, {handler})
print("ready", flush=True)
signal.pause()
"""
    command = [sys.executable, "-m", "genai_ports", "run", "--tls-dir", str(authority)]
    with subprocess.Popen(
        [*command, "--", sys.executable, "-c", program],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "TMPDIR": str(directory)},
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        yield process


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.usefixtures("default_signals")
def test_a_signal_is_passed_on_and_the_program_decides(authority, tmp_path, number):
    with waiting_program(authority, tmp_path, number, "lambda *_: sys.exit(9)") as process:
        [home] = tmp_path.iterdir()
        assert stat.S_IMODE((home / "oci_api_key.pem").stat().st_mode) == 0o600
        process.send_signal(number)
        assert process.wait(timeout=60) == 9
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.usefixtures("default_signals")
def test_a_signal_that_ends_the_program_is_its_status(authority, tmp_path, number):
    with waiting_program(authority, tmp_path, number, "signal.SIG_DFL") as process:
        process.send_signal(number)
        assert process.wait(timeout=60) == 128 + number
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("default_signals")
def test_a_signal_before_the_program_starts_reaches_it_and_leaves_no_file(authority, tmp_path, monkeypatch):
    start = FakeServer.start

    def interrupted(server):
        signal.raise_signal(signal.SIGINT)
        start(server)

    monkeypatch.setattr(FakeServer, "start", interrupted)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    command = ["run", "--tls-dir", str(authority), "--", sys.executable, "-c", "import signal; signal.pause()"]
    assert CliRunner().invoke(commands, command).exit_code == 128 + signal.SIGINT
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("default_signals")
def test_a_signal_that_the_system_delivers_to_another_thread_arrives_too(authority, tmp_path):
    ready = tmp_path / "ready"
    os.mkfifo(ready)
    program = """
import signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))
signal.alarm(30)
open(sys.argv[1], "w").close()
signal.pause()
"""

    def interrupt():
        ready.read_text()
        signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

    thread = threading.Thread(target=interrupt)
    thread.start()
    command = ["run", "--tls-dir", str(authority), "--", sys.executable, "-c", program, str(ready)]
    assert CliRunner().invoke(commands, command).exit_code == 9
    thread.join()


@pytest.mark.parametrize(("has_terminal", "status"), [(False, 3), (True, 4)])
@pytest.mark.usefixtures("default_signals")
def test_an_interrupt_that_the_terminal_sends_to_both_arrives_once(authority, monkeypatch, has_terminal, status):
    program = """
import os, signal, sys
signal.signal(signal.SIGINT, lambda *_: sys.exit(3))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(4))
for number in (signal.SIGINT, signal.SIGTERM):
    os.kill(os.getppid(), number)
while True:
    signal.pause()
"""
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp() if has_terminal else -1)
    command = ["run", "--tls-dir", str(authority), "--", sys.executable, "-c", program]
    assert CliRunner().invoke(commands, command).exit_code == status


# The environment.


@pytest.fixture
def server(authority):
    with FakeServer(tls=authority) as server:
        yield server


def made(server, tmp_path, base, *, offline=False):
    return environment(base, tmp_path / "config", server, "http://127.0.0.1:9", offline=offline)


def test_authorities_are_added_to_the_public_ones_and_to_those_of_the_user(server, elsewhere, tmp_path):
    own = server.ca_file.read_text()
    settings = made(server, tmp_path, {})
    names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "OCI_CLI_CERT_BUNDLE")
    [bundle] = {settings[name] for name in names}
    context = ssl.create_default_context(cafile=bundle)
    assert context.cert_store_stats()["x509_ca"] > 100
    settings = made(server, tmp_path, {"REQUESTS_CA_BUNDLE": str(elsewhere.ca_file)})
    assert Path(settings["CURL_CA_BUNDLE"]).read_text() == elsewhere.ca_file.read_text() + own
    assert Path(settings["NODE_EXTRA_CA_CERTS"]).read_text() == own


def test_authorities_that_cannot_be_read_are_named(server, tmp_path):
    with pytest.raises(ConfigurationError, match=r"the authorities that the environment names cannot be read: .*gone"):
        made(server, tmp_path, {"SSL_CERT_FILE": "gone.pem"})


def test_what_would_lead_elsewhere_is_replaced_and_all_else_stays(server, tmp_path):
    base = {"PATH": "p", "no_proxy": "*", "OCI_CLI_ENDPOINT": "http://x", "Http_Proxy": "h", "NODE_OPTIONS": "--a"}
    settings = made(server, tmp_path, base)
    assert settings["PATH"] == "p"
    assert settings["no_proxy"] == settings["NO_PROXY"] == "localhost,127.0.0.1,::1"
    assert settings["https_proxy"] == settings["HTTPS_PROXY"] == "http://127.0.0.1:9"
    assert "OCI_CLI_ENDPOINT" not in settings
    assert settings["Http_Proxy"] == "h"
    assert settings["NODE_OPTIONS"].startswith('--a --require "')
    assert "Http_Proxy" not in made(server, tmp_path, base, offline=True)


def test_a_jvm_gets_the_same_proxy_and_authorities_and_keeps_the_options_of_the_user(server, elsewhere, tmp_path):
    base = {"SSL_CERT_FILE": str(elsewhere.ca_file), "JAVA_TOOL_OPTIONS": "-Xmx64m"}
    options = made(server, tmp_path, base)["JAVA_TOOL_OPTIONS"]
    store = tmp_path / "authorities.p12"
    for part in (
        "-Dhttps.proxyHost=127.0.0.1",
        "-Dhttps.proxyPort=9",
        f"-Djavax.net.ssl.trustStore={store}",
        "-Djersey.config.client.proxy.uri=http://127.0.0.1:9",
    ):
        assert f' "{part}"' in options
    assert options.startswith('-Xmx64m "-D')
    assert "-Dhttp.proxyHost" not in options
    assert '"-Dhttp.proxyHost=127.0.0.1"' in made(server, tmp_path, base, offline=True)["JAVA_TOOL_OPTIONS"]
    trusted = {
        each.certificate.public_bytes(Encoding.PEM) for each in load_pkcs12(store.read_bytes(), None).additional_certs
    }
    assert trusted == {elsewhere.ca_file.read_bytes(), server.ca_file.read_bytes()}


def test_an_authority_that_cannot_be_read_is_left_out_of_the_trust_store_of_java(tmp_path):
    bad = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    good = trustme.CA().cert_pem.bytes().decode()
    store = write_trust_store(tmp_path / "store", [bad, good, good])
    assert len(load_pkcs12(store.read_bytes(), None).additional_certs) == 1


# The proxy.


def asked(tunnel, request):
    host, port = tunnel.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(4096), b""))


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"CONNECT localhost:0 HTTP/1.1", b"400"),
        (b"CONNECT localhost:99999 HTTP/1.1", b"400"),
        (b"CONNECT localhost HTTP/1.1", b"400"),
        (b"CONNECT user@localhost:443 HTTP/1.1", b"400"),
        (b"GET / HTTP/1.1", b"403"),
        (b"GET ftp://localhost/ HTTP/1.1", b"403"),
        (b"GET http:///a HTTP/1.1", b"400"),
        (b"GET http://localhost:0/ HTTP/1.1", b"400"),
        (b"GET http://user@localhost/ HTTP/1.1", b"400"),
        (b"\xff\xff", b"403"),
    ],
)
def test_what_is_no_tunnel_is_refused(request_line, status):
    with Tunnel(1) as tunnel:
        assert asked(tunnel, request_line + b"\r\n\r\n").split(b" ")[1] == status


def test_plain_http_goes_where_it_should_one_request_a_connection_and_without_the_headers_for_the_proxy():
    seen = []

    class Plain(Elsewhere):
        def do_POST(self):
            seen.extend([self.requestline, sorted(self.headers.items()), self.rfile.read(4)])
            self.do_GET()

    with http.server.HTTPServer(("127.0.0.1", 0), Plain) as host, Tunnel(1, offline=True) as tunnel:
        thread = threading.Thread(target=host.handle_request)
        thread.start()
        name = f"localhost:{host.server_port}"
        head = f"POST http://{name}?a=b HTTP/1.1\r\nHost: {name}\r\nContent-Length: 4\r\n"
        received = asked(tunnel, f"{head}Proxy-Authorization: Basic a\r\nConnection: keep-alive\r\n\r\nbody".encode())
        thread.join()
    assert received.endswith(WORD)
    assert seen == [
        "POST /?a=b HTTP/1.1",
        [("Content-Length", "4"), ("Host", name), ("connection", "close")],
        b"body",
    ]
    assert tunnel.hosts == {("passed through", "localhost"): 1}


def test_a_client_that_leaves_or_sends_no_end_gets_nothing():
    with Tunnel(1) as tunnel:
        assert asked(tunnel, b"CONNECT") == b""
        assert asked(tunnel, b"a" * 100_000) == b""


def test_a_host_of_this_machine_is_reached_without_the_proxy_of_the_user_and_one_that_is_not_there_is_named(
    monkeypatch, elsewhere
):
    monkeypatch.setenv("https_proxy", elsewhere.proxy)
    monkeypatch.setenv("no_proxy", "localhost")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with Tunnel(1) as tunnel:
        head = f"CONNECT localhost:{elsewhere.port} HTTP/1.1\r\n\r\n".encode()
        assert asked(tunnel, head).startswith(b"HTTP/1.1 200 ")
        gone = asked(tunnel, f"CONNECT localhost:{port} HTTP/1.1\r\n\r\n".encode())
        assert gone.startswith(f"HTTP/1.1 502 localhost:{port} cannot be reached: ".encode())
        refused = asked(tunnel, b"CONNECT unknown.example:443 HTTP/1.1\r\n\r\n")
        assert refused.startswith(b"HTTP/1.1 502 the proxy in HTTPS_PROXY does not connect to unknown.example:443")


def test_a_reset_of_the_server_is_a_reset_at_the_other_end(server):
    server.simulator.faults.add(Fault(operation="list_models", damage="reset"))
    with Tunnel(server.port) as tunnel:
        host, port = tunnel.url.removeprefix("http://").split(":")
        raw = socket.create_connection((host, int(port)), timeout=60)
        raw.sendall(f"CONNECT {CHICAGO}:443 HTTP/1.1\r\n\r\n".encode())
        assert raw.recv(4096).startswith(b"HTTP/1.1 200 ")
        context = ssl.create_default_context(cafile=server.ca_file)
        with context.wrap_socket(raw, server_hostname=CHICAGO) as client:
            path = LIST.removeprefix(f"https://{CHICAGO}")
            client.sendall(f"GET {path} HTTP/1.1\r\nhost: {CHICAGO}\r\n\r\n".encode())
            with pytest.raises(ConnectionResetError):
                list(iter(lambda: socket.socket.recv(client, 1024), b""))


@pytest.mark.parametrize("url", ["socks5://127.0.0.1:1", "https://127.0.0.1:1", "http://", "http://a:b", "http://[::"])
def test_a_proxy_of_another_kind_is_refused_before_anything_starts(monkeypatch, url):
    monkeypatch.setenv("https_proxy", url)
    with pytest.raises(ConfigurationError, match="the proxy in HTTPS_PROXY must be an http:// URL with a host"):
        Tunnel(1)


def test_the_password_of_a_proxy_is_not_shown(monkeypatch):
    monkeypatch.setattr(user_proxy_module, "getproxies", lambda: {"https": "user:secret@proxy.example:3128"})
    found = user_proxy()
    assert found == UserProxy("proxy.example", 3128, "Proxy-Authorization: Basic dXNlcjpzZWNyZXQ=\r\n")
    assert repr(found) == "UserProxy('proxy.example', 3128)"
