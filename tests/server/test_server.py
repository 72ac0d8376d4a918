"""FakeServer: it starts and stops promptly, any number of times, and leaves nothing behind."""

from __future__ import annotations

import gc
import http.client
import json
import socket
import subprocess
import sys
import threading
from datetime import timedelta
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from fake_server import FakeServer, Settings
from fake_server.listener import check_host, leads_to, listen
from genai_ports import ConfigurationError, CreateImportedModelDetails, InvalidInput, SdkModelRepository, builders
from genai_ports.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def health(server: FakeServer) -> dict[str, str]:
    connection = http.client.HTTPConnection(server.host.strip("[]"), server.port, timeout=10)
    try:
        connection.request("GET", "/_sim/health")
        document: dict[str, str] = json.loads(connection.getresponse().read())
        return document
    finally:
        connection.close()


def helpers() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith(("waitress", "fake-server"))}


@pytest.fixture
def threads_before() -> Iterator[set[threading.Thread]]:
    """Threads of servers that other tests use; in the end there must be no others."""
    before = helpers()
    yield before
    assert helpers() == before


def test_a_server_serves_inside_its_with_block_only(threads_before) -> None:
    with FakeServer() as server:
        assert server.port > 0
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert health(server)["status"] == "UP"
    with pytest.raises(ConnectionRefusedError):
        health(server)


def test_a_server_closes_with_connections_open_that_send_nothing_more(threads_before) -> None:
    idle: list[socket.socket] = []
    with FakeServer() as server:
        for sent in (
            b"",
            b"GET /_sim/hea",
            b"POST /_sim/reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{",
        ):
            idle.append(socket.create_connection((server.host, server.port), timeout=10))
            idle[-1].sendall(sent)
        assert health(server)["status"] == "UP"
    for connection in idle:
        with connection:
            assert connection.recv(1) == b""


def test_a_port_can_be_served_again_right_after_it_was_left(threads_before) -> None:
    with FakeServer() as first:
        assert health(first)["status"] == "UP"
    for _ in range(3):
        with FakeServer(port=first.port) as again:
            assert again.port == first.port
            assert health(again)["status"] == "UP"


def test_starting_and_closing_twice_does_no_harm(threads_before) -> None:
    server = FakeServer()
    server.start()
    server.start()
    assert health(server)["status"] == "UP"
    with server:
        assert health(server)["status"] == "UP"
    server.close()
    server.close()


def test_a_server_that_was_closed_does_not_start_again(threads_before) -> None:
    server = FakeServer()
    server.close()
    with pytest.raises(ConfigurationError, match="closed"):
        server.start()


def test_a_server_that_never_started_can_be_closed(threads_before) -> None:
    server = FakeServer()
    server.close()
    FakeServer(port=server.port).close()


def test_a_port_that_is_taken_is_an_error_and_leaves_nothing_behind(threads_before) -> None:
    with FakeServer() as server:
        running = helpers()
        for _ in range(3):
            with pytest.raises(ConfigurationError, match=rf"cannot listen on 127\.0\.0\.1:{server.port}: "):
                FakeServer(port=server.port)
        assert helpers() == running
    gc.collect()  # a socket that was left open would warn now, and warnings are errors


def test_a_listening_socket_can_take_an_address_right_after_another_server_left_it() -> None:
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)


def test_an_address_is_taken_as_soon_as_a_socket_listens_on_it() -> None:
    with listen("127.0.0.1", 0) as listener, pytest.raises(ConfigurationError, match="cannot listen on 127"):
        listen("127.0.0.1", listener.getsockname()[1])


def test_on_windows_a_listening_socket_has_its_address_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    # Another option stands for the one that only Windows has.
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_KEEPALIVE, raising=False)
    with listen("127.0.0.1", 0) as listener:
        assert listener.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert not listener.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 65536), ("127.0.0.1", -1), ("256.0.0.1", 0), ("a" * 300, 0), ("a\x00b", 0)]
)
def test_an_address_that_cannot_be_is_an_error_that_names_it(threads_before, host: str, port: int) -> None:
    with pytest.raises(ConfigurationError, match="cannot listen on "):
        FakeServer(host=host, port=port, control_token="the-token-of-a-test")


def test_a_host_has_up_to_253_characters_and_is_a_string() -> None:
    check_host("a" * 253)
    with pytest.raises(ConfigurationError, match="a host of 254 characters; the longest has 253"):
        check_host("a" * 254)
    for check in (check_host, lambda host: listen(host, 0)):
        with pytest.raises(InvalidInput, match="host must be a string, not None"):
            check(None)  # type: ignore[operator]  # what a caller without types may pass
    with pytest.raises(InvalidInput, match="host must be text without unpaired surrogates"):
        check_host("\ud800")


@pytest.mark.parametrize("port", [65_536, -1, True, "80", None, 8080.0])
def test_a_port_is_a_whole_number_from_0_to_65535(port: Any) -> None:
    with pytest.raises(ConfigurationError, match="port must be a whole number from 0 to 65535, not "):
        listen("127.0.0.1", port)


def test_a_name_leads_to_the_addresses_that_it_resolves_to(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(name: str, _: object) -> list[Any]:
        if name != "here":
            raise socket.gaierror
        return [(socket.AF_INET, None, 0, "", (each, 0)) for each in ("192.0.2.7", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    found = [leads_to(*each) for each in (("here", "127.0.0.1"), ("here", "127.0.0.2"), ("gone", "127.0.0.1"))]
    assert found == [True, False, False]


def test_the_last_port_is_a_port() -> None:
    try:
        listen("127.0.0.1", 65_535).close()
    except ConfigurationError as error:  # another program may have it
        assert isinstance(error.__cause__, OSError)  # noqa: PT017


def test_an_empty_host_is_not_taken_for_every_interface(threads_before) -> None:
    with pytest.raises(ConfigurationError, match=r"name an address, such as 127\.0\.0\.1, or 0\.0\.0\.0 for all"):
        FakeServer(host="", control_token="the-token-of-a-test")


@pytest.mark.parametrize("wrong", [{"region": "nowhere"}, {"pace": "slowly"}, {"clock": "sundial"}])
def test_a_setting_that_is_not_valid_is_refused_before_anything_starts(threads_before, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidInput, match=next(iter(wrong.values()))):
        FakeServer(settings=Settings(**wrong))


def test_a_server_records_or_replays_and_not_both(threads_before, tmp_path: Path) -> None:
    tape = tmp_path / "tape.yaml"
    with pytest.raises(ConfigurationError, match="a server either records or replays: pass record or replay, not both"):
        FakeServer(record=tape, replay=tape)


@pytest.mark.parametrize(
    ("address", "host"), [("::1", "localhost"), ("127.0.0.1", "[::1]")], ids=["localhost is it", "localhost is another"]
)
def test_an_ipv6_address_is_localhost_where_that_name_leads_to_it(
    monkeypatch: pytest.MonkeyPatch, address: str, host: str
) -> None:
    with FakeServer(host="::1") as server:
        monkeypatch.setattr("socket.getaddrinfo", lambda *_: [(socket.AF_INET6, None, 0, "", (address, 0))])
        assert server.url == f"http://{host}:{server.port}"


def test_a_server_listens_by_name_too(threads_before) -> None:
    with FakeServer(host="localhost") as server:
        assert server.url == f"http://localhost:{server.port}"
        assert health(server)["status"] == "UP"


def test_a_server_listens_on_ipv6_and_writes_its_url_so_that_clients_can_read_it(threads_before) -> None:
    with FakeServer(host="::1") as server:
        assert server.url in (f"http://localhost:{server.port}", f"http://[::1]:{server.port}")
        assert health(server)["status"] == "UP"


def test_a_rush_of_requests_is_no_news_for_the_log(threads_before, caplog: pytest.LogCaptureFixture) -> None:
    class Rush:
        """A request that does not end before all are there."""

        def __init__(self, gate: threading.Event) -> None:
            self.service = gate.wait

    with FakeServer() as server:
        gate = threading.Event()
        for _ in range(100):
            server._loop._server.add_task(Rush(gate))
        gate.set()
        assert health(server)["status"] == "UP"
    assert caplog.records == []


def test_the_clock_of_a_server_is_right_after_a_reset() -> None:
    with FakeServer(settings=Settings(clock="virtual", pace="60s")) as server:
        clock = server.clock
        started = clock.now()
        clock.sleep(3600)
        assert clock.now() - started == timedelta(hours=1)
        server.reset()
        assert clock.now() == started
        with SdkModelRepository(endpoint=server.url, clock=clock) as genai:
            created = genai.create_imported_model(
                CreateImportedModelDetails(
                    compartment_id="ocid1.compartment.oc1..a",
                    data_source=builders.hugging_face_data_source(model_id="openai/gpt-oss-20b"),
                )
            )
            assert created.response
            assert created.response.work_request_id
            assert genai.wait_for_work_request(created.response.work_request_id).status == "SUCCEEDED"
        assert clock.now() - started >= timedelta(seconds=60)


def test_two_servers_with_one_seed_give_the_same_ids_and_know_nothing_of_each_other() -> None:
    details = CreateImportedModelDetails(
        compartment_id="ocid1.compartment.oc1..a",
        data_source=builders.hugging_face_data_source(model_id="openai/gpt-oss-20b"),
    )
    with FakeServer(settings=Settings(seed=7)) as one, FakeServer(settings=Settings(seed=7)) as other:
        with SdkModelRepository(endpoint=one.url) as genai:
            first = genai.create_imported_model(details)
            assert len(tuple(genai.list_imported_models(details.compartment_id))) == 1
        with SdkModelRepository(endpoint=other.url) as genai:
            assert tuple(genai.list_imported_models(details.compartment_id)) == ()
            assert genai.create_imported_model(details).id == first.id


@pytest.mark.parametrize("package", ["werkzeug", "waitress"])
def test_a_missing_package_is_reported_with_what_to_install(package: str) -> None:
    script = f"import sys; sys.modules[{package!r}] = None\nfrom fake_server import FakeServer"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == (
        f"ModuleNotFoundError: {package} is not installed, which a server needs: pip install 'genai-ports[server]'"
    )


@pytest.mark.parametrize(
    ("option", "module", "package", "says"),
    [
        ("tls", "fake_server.authority", "trustme", r"a server with TLS needs it: pip install 'genai-ports\[server\]'"),
        ("record", "fake_server.recorder", "yaml", r"a recording needs it: pip install 'genai-ports\[recording\]'"),
        ("replay", "fake_server.replay", "yaml", r"a replay needs it: pip install 'genai-ports\[recording\]'"),
    ],
)
def test_a_missing_package_of_an_option_is_reported_with_what_to_install(
    tmp_path: Path, option: str, module: str, package: str, says: str
) -> None:
    class Missing(MetaPathFinder):
        def find_spec(self, name: str, *_: object) -> None:
            if name == module:
                raise ModuleNotFoundError(name=f"{package}.part")

    with pytest.MonkeyPatch.context() as patched:
        patched.delitem(sys.modules, module, raising=False)
        patched.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
        with pytest.raises(MissingExtra, match=f"^{package} is not installed; {says}$"):
            FakeServer(**{option: tmp_path / "it"})  # type: ignore[arg-type]


def test_a_server_with_a_state_directory_keeps_its_worlds_until_it_ends(tmp_path: Path) -> None:
    path = "/20231130/dedicatedAiClusters"
    details = {"compartmentId": "ocid1.compartment.oc1..a", "type": "HOSTING", "unitCount": 1}
    with FakeServer(state=tmp_path) as server:
        created = Client(server.application).post(path, json={**details, "unitShape": "LARGE_GENERIC"})
        assert created.status_code == 201
    with FakeServer(state=tmp_path) as server:
        assert Client(server.application).get(f"{path}/{created.json['id']}").status_code == 200


@pytest.mark.parametrize("clock", ["virtual", "real"])
def test_the_clock_of_a_server_can_be_moved_forward_in_this_process(clock: str) -> None:
    with FakeServer(settings=Settings(clock=clock)) as server:
        before = server.clock.now()
        server.clock.advance(3600)
        assert timedelta(hours=1) <= server.clock.now() - before < timedelta(hours=1, minutes=1)
        with pytest.raises(InvalidInput, match="seconds must be a finite number from 0"):
            server.clock.advance(-1)
        server.reset()
        assert server.clock.now() - before < timedelta(minutes=1)
