"""A test that leaks: the next one is as new, one after the other, and in two workers."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

COMMON = """
import os, socket
from pathlib import Path
import pytest

COMPARTMENT = "ocid1.compartment.oc1..example"
pairs = pytest.mark.parametrize("turn", range(4))
"""
ALONE, TWO_WORKERS = ["-p", "no:xdist"], ["-n", "2"]


@pytest.fixture(params=[ALONE, TWO_WORKERS], ids=["alone", "two workers"])
def passes(pytester, request, monkeypatch):
    """Run a suite that uses the plugin on a machine with a configuration, and check that this many tests pass."""
    home = pytester.mkdir("machine")
    (home / ".oci").mkdir()
    (home / ".oci" / "config").write_text("this is not a profile")
    for name, value in {
        "HOME": str(home),
        "OCI_CLI_PROFILE": "MACHINE",
        "OCI_CONFIG_FILE": str(home / ".oci" / "config"),
        "HTTPS_PROXY": "http://proxy.example:1",
        "http_proxy": "http://proxy.example:1",
        "GENAI_PORTS_URL": "oci://us-chicago-1",
    }.items():
        monkeypatch.setenv(name, value)

    def run(suite, *, passed):
        pytester.makepyfile(COMMON + suite)
        pytester.runpytest_subprocess("-W", "error", *request.param).assert_outcomes(passed=passed)

    return run


def test_changed_variables(passes):
    suite = """
before = {name: os.environ.get(name) for name in ("HOME", "OCI_CLI_PROFILE", "HTTPS_PROXY", "GENAI_PORTS_URL")}

@pairs
def test_leaks(turn, genai):
    names = [name for name in os.environ if name.startswith("OCI_") or name.lower().endswith("_proxy")]
    assert names == []
    assert os.environ["GENAI_PORTS_URL"].startswith("world:")
    assert Path.home() != Path(before["HOME"])
    os.environ.update(OCI_CLI_PROFILE="MINE", OCI_CLI_REGION="us-phoenix-1", no_proxy="*", HOME="/nowhere")
    del os.environ["GENAI_PORTS_URL"]

@pairs
def test_without_a_fixture_sees_the_machine(turn):
    assert {name: os.environ.get(name) for name in before} == before
    assert "OCI_CLI_REGION" not in os.environ
    assert "no_proxy" not in os.environ
"""
    passes(suite, passed=8)


def test_variables_that_are_changed_by_monkeypatch_whichever_fixture_is_first(passes):
    suite = """
NAMES = ("HOME", "USERPROFILE", "OCI_CLI_PROFILE", "OCI_CLI_REGION", "HTTPS_PROXY", "GENAI_PORTS_URL")
before = {name: os.environ.get(name) for name in NAMES}

@pytest.fixture
def patched(monkeypatch):
    monkeypatch.setenv("OCI_CLI_REGION", "us-phoenix-1")

def leak(monkeypatch):
    for name in NAMES:
        monkeypatch.setenv(name, "/mine")
        monkeypatch.delenv(name)
        monkeypatch.setenv(name, "/other")

def test_monkeypatch_first(monkeypatch, genai):
    leak(monkeypatch)

def test_monkeypatch_last(genai, monkeypatch):
    leak(monkeypatch)

def test_hygiene_alone(oci_hygiene, monkeypatch):
    leak(monkeypatch)

def test_undone_in_the_test(monkeypatch, genai):
    home = Path.home()
    leak(monkeypatch)
    monkeypatch.undo()
    assert Path.home() == home != Path(before["HOME"])
    assert not {"OCI_CLI_PROFILE", "OCI_CLI_REGION", "HTTPS_PROXY"} & set(os.environ)
    assert os.environ["GENAI_PORTS_URL"].startswith("world:")

def test_patched_before(patched, genai, monkeypatch):
    assert "OCI_CLI_REGION" not in os.environ
    leak(monkeypatch)

@pairs
def test_without_a_fixture_sees_the_machine(turn):
    assert {name: os.environ.get(name) for name in NAMES} == before
"""
    passes(suite, passed=9)


def test_the_sdk_that_is_changed_by_monkeypatch_whichever_fixture_is_first(passes):
    suite = """
import oci
from oci._vendor.requests.sessions import Session

def patched():
    return oci.circuit_breaker.GLOBAL_CIRCUIT_BREAKER_STRATEGY, oci.retry.GLOBAL_RETRY_STRATEGY

before = patched()

def leak(monkeypatch):
    strategy = oci.circuit_breaker.CircuitBreakerStrategy()
    monkeypatch.setattr(oci.circuit_breaker, "GLOBAL_CIRCUIT_BREAKER_STRATEGY", strategy)
    monkeypatch.setattr(oci.retry, "GLOBAL_RETRY_STRATEGY", oci.retry.NoneRetryStrategy())
    monkeypatch.setattr(Session, "get_adapter", Session.get_adapter)

def test_monkeypatch_first(monkeypatch, oci_redirected):
    leak(monkeypatch)

def test_monkeypatch_last(oci_redirected, monkeypatch):
    leak(monkeypatch)

@pairs
def test_without_a_fixture(turn):
    assert patched() == before
    adapter = Session().get_adapter("https://generativeai.us-chicago-1.oci.oraclecloud.com/20231130/models")
    assert type(adapter).__name__ == "HTTPAdapter"
"""
    passes(suite, passed=6)


def test_files_in_the_home_directory(passes):
    suite = """
import oci

@pairs
def test_leaks(turn, oci_hygiene):
    assert list(Path.home().iterdir()) == []
    with pytest.raises(oci.exceptions.ConfigFileNotFound):
        oci.config.from_file()
    (Path.home() / ".oci").mkdir()
    (Path.home() / ".oci" / "config").write_text("[DEFAULT]")

@pairs
def test_leaks_with_a_world(turn, oci_redirected):
    config = Path.home() / ".oci" / "config"
    assert oci.generative_ai.GenerativeAiClient(oci.config.from_file()).list_models(COMPARTMENT).status == 200
    assert "MACHINE" not in config.read_text()
    config.write_text("[MACHINE]")

@pairs
def test_without_a_fixture_sees_the_machine(turn):
    assert (Path.home() / ".oci" / "config").read_text() == "this is not a profile"
"""
    passes(suite, passed=12)


def test_an_open_circuit_breaker(passes):
    suite = """
import oci
from circuitbreaker import CircuitBreakerMonitor
from genai_ports import Fault

@pairs
def test_leaks(turn, oci_config, genai_server):
    assert CircuitBreakerMonitor.all_closed()
    client = oci.generative_ai.GenerativeAiClient(
        oci_config,
        service_endpoint=genai_server.url,
        retry_strategy=oci.retry.NoneRetryStrategy(),
        circuit_breaker_strategy=oci.circuit_breaker.DEFAULT_CIRCUIT_BREAKER_STRATEGY,
    )
    genai_server.simulator.faults.add(Fault(status=503, operation="list_models", times=20))
    for _ in range(10):
        with pytest.raises(oci.exceptions.ServiceError):
            client.list_models(COMPARTMENT)
    assert not CircuitBreakerMonitor.all_closed()

@pairs
def test_without_a_fixture(turn):
    assert CircuitBreakerMonitor.all_closed()
"""
    passes(suite, passed=8)


def test_a_connection_to_another_machine(passes):
    suite = """
from genai_ports.testing import RefusedConnection

connect = vars(socket.socket).get("connect"), socket.getaddrinfo

@pairs
def test_leaks(turn, genai, oci_hygiene):
    assert oci_hygiene.refused_connections == []
    with pytest.raises(RefusedConnection, match=rf"test_leaks\\[{turn}\\] connects to telemetry.example"):
        socket.create_connection(("telemetry.example", 443))
    assert [each.host for each in oci_hygiene.refused_connections] == ["telemetry.example"]

@pytest.mark.genai(allow_hosts=["db.example"])
def test_the_marker_allows_a_host(oci_hygiene, monkeypatch):
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("db.example", 1)
    assert oci_hygiene.refused_connections == []

@pairs
def test_without_a_fixture(turn):
    assert (vars(socket.socket).get("connect"), socket.getaddrinfo) == connect
"""
    passes(suite, passed=9)


def test_a_changed_configuration_and_signer(passes):
    suite = """
@pairs
def test_leaks(turn, oci_config, oci_signer, oci_generative_ai_client):
    assert sorted(oci_config) == ["fingerprint", "key_content", "region", "tenancy", "user"]
    assert oci_signer.api_key.startswith(oci_config["tenancy"])
    assert oci_generative_ai_client.list_models(COMPARTMENT).status == 200
    oci_config.clear()
    vars(oci_signer).clear()
"""
    passes(suite, passed=4)


def test_a_refused_connection_of_the_sdk_is_retried_without_sleeping(passes):
    suite = """
import oci

@pairs
def test_other_service(turn, oci_redirected, genai_clock, genai_sandbox):
    storage = oci.object_storage.ObjectStorageClient(oci.config.from_file())
    before = genai_clock.now()
    with pytest.raises(oci.exceptions.RequestException, match="this machine"):
        storage.get_namespace()
    assert (genai_clock.now() - before).total_seconds() > 1
    assert genai_sandbox.refused_connections
"""
    passes(suite, passed=4)


def test_the_report_of_a_failed_test_has_the_connections_that_were_refused(pytester):
    pytester.makepyfile("""
import socket

def test_fails(genai):
    for _ in range(3):
        try:
            socket.create_connection(("telemetry.example", 443))
        except OSError:
            pass
    assert False
""")
    shown = pytester.runpytest_subprocess("-W", "error").stdout.str()
    assert shown.count("remarks\n  refused a connection to telemetry.example\n") == 1
