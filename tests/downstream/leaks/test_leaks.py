"""Each test here leaves something behind, and each finds everything as new. They run often, in any order."""

from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path

import oci
import pytest
from circuitbreaker import CircuitBreakerError
from model_ops import gateway
from pipelines import PLAN

from genai_ports import Fault, connect
from genai_ports.testing import ready

LEFT = []
"""What tests left behind: it stays until the process ends."""

NEXT = []
"""Threads that call when the next test has begun, each with the event that it waits for."""


@pytest.fixture(autouse=True)
def as_new(oci_redirected, genai_sandbox, genai_clock):
    """Check that no earlier test is noticed, and that its threads reach nothing."""
    while NEXT:
        thread, begun = NEXT.pop()
        begun.set()
        thread.join(10)
        assert not thread.is_alive()
    assert len(oci_redirected.journal) == 0
    assert "the thread got a response" not in LEFT
    assert list(oci_redirected.faults) == []
    assert list(oci_redirected.state()["importedModels"]) == []
    assert f"{genai_clock.now():%Y-%m-%d %H:%M:%S}" == "2026-07-15 00:00:00"
    assert oci_redirected.settings.pace == "instant"
    assert not [name for name in os.environ if name.startswith("OCI_") or name.lower().endswith("_proxy")]
    assert os.environ["GENAI_PORTS_URL"].startswith("world:")
    assert [path.name for path in Path.home().iterdir()] in ([], [".oci"])
    assert genai_sandbox.refused_connections == []
    assert gateway.vendors(PLAN.compartment_id)
    with connect() as genai:
        assert genai.simulator is oci_redirected
    oci_redirected.journal.clear()


def test_the_breaker_is_tripped(oci_redirected):
    oci_redirected.faults.add(Fault(status=500, times="always"))
    client = oci.generative_ai.GenerativeAiClient(
        gateway._CONFIG,
        signer=gateway._signer,
        circuit_breaker_strategy=oci.circuit_breaker.DEFAULT_CIRCUIT_BREAKER_STRATEGY,
    )
    for _ in range(20):
        with pytest.raises((oci.exceptions.ServiceError, CircuitBreakerError)) as failed:
            client.list_models(PLAN.compartment_id, retry_strategy=oci.retry.NoneRetryStrategy())
    assert isinstance(failed.value, CircuitBreakerError)


def test_the_breaker_of_a_client_that_a_module_made_is_tripped(oci_redirected):
    oci_redirected.faults.add(Fault(status=500, times="always"))
    for _ in range(20):
        with pytest.raises((oci.exceptions.ServiceError, CircuitBreakerError)) as failed:
            gateway.CLIENT.list_models(PLAN.compartment_id, retry_strategy=oci.retry.NoneRetryStrategy())
    assert isinstance(failed.value, CircuitBreakerError)


def test_faults_and_failing_work_are_left(genai_simulator, genai):
    genai_simulator.faults.add(Fault(status=404, times="always", nth=2))
    genai_simulator.set_modes("empty-pages", "stale-lists:60")
    genai_simulator.limits.set("dedicated-unit-large-meta-count", 0)
    genai_simulator.policies.join("ocid1.user.oc1..gateway", "Nobodies")
    genai.create_imported_model(ready.imported_model_details())


def test_the_clock_is_moved(genai_clock, no_sleep):
    genai_clock.advance(30 * 24 * 3600)
    before = genai_clock.now()
    time.sleep(3600)
    assert (genai_clock.now() - before).total_seconds() == 3600


def test_the_environment_is_changed(monkeypatch):
    monkeypatch.setenv("OCI_CLI_PROFILE", "PRODUCTION")
    os.environ["OCI_REGION"] = "eu-frankfurt-1"
    os.environ["HTTPS_PROXY"] = os.environ["ALL_PROXY"] = "http://127.0.0.1:9"
    os.environ["GENAI_PORTS_URL"] = "oci://"
    os.environ["HOME"] = "/"


def test_a_profile_is_written(genai_sandbox):
    config = Path.home() / ".oci" / "config"
    config.write_text("[DEFAULT\n", encoding="utf-8")
    (config.parent / "sessions").mkdir()


def test_a_thread_is_left_polling(genai):
    begun = genai.create_imported_model(ready.imported_model_details())
    polled = threading.Event()

    def poll():
        while True:
            genai.get_work_request(begun.response.work_request_id)
            polled.set()

    thread = threading.Thread(target=poll, name="poller", daemon=True)
    thread.start()
    LEFT.append(thread)
    assert polled.wait(10)


def test_a_thread_is_left_that_calls_during_the_next_test(oci_redirected):
    begun = threading.Event()

    def call_later():
        if begun.wait(60):
            gateway.vendors(PLAN.compartment_id)
            LEFT.append("the thread got a response")

    thread = threading.Thread(target=call_later, name="late", daemon=True)
    thread.start()
    NEXT.append((thread, begun))


@pytest.mark.parametrize("host", ["generativeai.us-chicago-1.oci.oraclecloud.com", "192.0.2.1"])
def test_a_socket_is_opened_to_a_real_host(genai_sandbox, host):
    with pytest.raises(ConnectionRefusedError, match="test_a_socket_is_opened_to_a_real_host"):
        socket.create_connection((host, 443))
    assert [each.host for each in genai_sandbox.refused_connections] == [host]


def test_a_server_is_left_running(genai_server, oci_redirected):
    repository = connect(genai_server.url)
    LEFT.append(repository)
    repository.create_imported_model(ready.imported_model_details())
    assert len(oci_redirected.state()["importedModels"]) == 1


def test_clients_are_left(oci_generative_ai_client, genai_over_http, genai):
    LEFT.extend([oci_generative_ai_client, genai_over_http, genai, connect()])
    LEFT.extend(gateway.client_of(region) for region in ("us-chicago-1", "eu-frankfurt-1"))
    for region in ("us-chicago-1", "eu-frankfurt-1"):
        assert gateway.has_model(PLAN.compartment_id, PLAN.base_model, region=region)


def test_the_sdk_is_reconfigured():
    oci.retry.GLOBAL_RETRY_STRATEGY = oci.retry.NoneRetryStrategy()
    oci.circuit_breaker.GLOBAL_CIRCUIT_BREAKER_STRATEGY = None


def test_the_sdk_is_as_new():
    assert oci.retry.GLOBAL_RETRY_STRATEGY is None
    assert oci.circuit_breaker.GLOBAL_CIRCUIT_BREAKER_STRATEGY is not None
