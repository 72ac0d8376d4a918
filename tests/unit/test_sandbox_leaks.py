"""A test that leaks a thread, moves the clock or replaces what sleeps: the next test is as new."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest

from genai_ports.testing import Sandbox

pytest_plugins = ["pytester"]

SUITE = """
import threading
import time

import oci
import pytest
from time import sleep
from genai_ports import CreateDedicatedAiClusterDetails, connect
from genai_ports.throwaway import credentials

COMPARTMENT = "ocid1.compartment.oc1..example"
CLUSTER = CreateDedicatedAiClusterDetails(
    compartment_id=COMPARTMENT, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC")
client = oci.generative_ai.GenerativeAiClient(credentials().config("eu-frankfurt-1"))
real = time.sleep, oci.waiter.time, oci.retry.retry.time, threading.Thread.start
leaked = []


def poll(call):
    started = threading.Event()

    def run():
        while True:
            call()
            started.set()
            threading.Event().wait(0.002)

    thread = threading.Thread(target=run, name=call.__name__, daemon=True)
    leaked.append(thread)
    thread.start()
    assert started.wait(10)
"""


@pytest.fixture
def passes(pytester):
    """Run a suite that leaks, with every warning as an error, and check that this many tests pass and none fails."""

    def run(suite, *, passed):
        pytester.makepyfile(SUITE + suite)
        pytester.runpytest_subprocess("-W", "error", "-p", "no:randomly").assert_outcomes(passed=passed)

    return run


def test_threads_that_poll_on_reach_nothing_of_the_next_tests(passes):
    suite = """
def test_leaks(genai, oci_redirected, oci_generative_ai_client, genai_simulator):
    def by_environment():
        with connect() as mine:
            mine.list_models(COMPARTMENT).first()

    def in_memory():
        genai.list_models(COMPARTMENT).first()

    def redirected():
        client.list_models(COMPARTMENT)

    def by_fixture():
        oci_generative_ai_client.list_models(COMPARTMENT)

    for each in (by_environment, in_memory, redirected, by_fixture):
        poll(each)
    assert len(genai_simulator.journal) >= 4


@pytest.mark.parametrize("turn", range(5))
def test_as_new(turn, oci_redirected, oci_generative_ai_client, genai_sandbox):
    start = oci_redirected.clock.now()
    threading.Event().wait(0.02)
    assert not list(oci_redirected.journal)
    assert oci_redirected.clock.now() == start
    assert oci_generative_ai_client.list_models(COMPARTMENT).status == 200
    assert client.list_models(COMPARTMENT).status == 200
    assert len(oci_redirected.journal) == 2


def test_end():
    for thread in leaked:
        thread.join(10)
        assert not thread.is_alive()
    assert real == (time.sleep, oci.waiter.time, oci.retry.retry.time, threading.Thread.start)
"""
    passes(suite, passed=7)


def test_a_thread_that_is_left_behind_sends_nothing_between_tests(passes):
    suite = """
started, go = threading.Event(), threading.Event()


def run():
    client.list_models(COMPARTMENT)
    started.set()
    go.wait()
    client.list_models(COMPARTMENT)


thread = threading.Thread(target=run, daemon=True)


def test_leaks(oci_redirected):
    thread.start()
    assert started.wait(10)


def test_without_our_fixtures():
    go.set()
    thread.join(10)
    assert not thread.is_alive()
"""
    passes(suite, passed=2)


def test_a_test_that_moves_the_clock_and_sleeps_on_it_leaves_nothing(passes):
    suite = """
@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.genai(pace="600s")
def test_alone(turn, genai, genai_clock, no_sleep, oci_generative_ai_client):
    assert genai_clock is no_sleep
    assert genai_clock.now().isoformat() == "2026-07-15T00:00:00+00:00"
    begun = genai.create_dedicated_ai_cluster(CLUSTER)
    while genai.get_dedicated_ai_cluster(begun.id).lifecycle_state != "ACTIVE":
        sleep(60)
        time.sleep(60)
    assert sleep is time.sleep is not real[0]


def test_nothing_remains():
    assert real == (sleep, oci.waiter.time, oci.retry.retry.time, threading.Thread.start)
"""
    passes(suite, passed=3)


def test_a_wait_that_never_ends_fails_and_the_next_test_is_as_new(pytester):
    pytester.makepyfile(
        SUITE
        + """
@pytest.mark.genai(pace="5s")
def test_waits(genai):
    begun = genai.create_dedicated_ai_cluster(CLUSTER)
    while genai.get_dedicated_ai_cluster(begun.id).lifecycle_state != "ACTIVE":
        sleep(30)


def test_next(genai):
    genai.create_dedicated_ai_cluster(CLUSTER)


def test_nothing_remains():
    assert real == (sleep, oci.waiter.time, oci.retry.retry.time, threading.Thread.start)
"""
    )
    result = pytester.runpytest_subprocess("-W", "error")
    result.assert_outcomes(failed=1, passed=2)
    result.stdout.fnmatch_lines(
        ["*WaitNeverEnds: 501 WaitNeverEnds: this wait never ends: CREATE_DEDICATED_AI_CLUSTER of ocid1.*"]
    )


def test_a_thousand_sandboxes_return_their_memory_and_their_threads():
    gc.collect()
    threads, worlds = threading.active_count(), []
    for _ in range(1000):
        with Sandbox(pace="5s") as sandbox:
            assert sandbox.no_sleep
            sandbox.genai.list_models("ocid1.compartment.oc1..example").first()
        worlds.append(weakref.ref(sandbox.genai_simulator))
    del sandbox
    gc.collect()
    assert not any(world() for world in worlds)
    assert threading.active_count() == threads


def test_a_suite_that_has_replaced_time_before_the_first_sandbox_gets_it_back(passes):
    suite = """
from genai_ports import WaitNeverEnds

really_sleep, monotonic = time.sleep, time.monotonic

def fake(*_):
    return 0.0

@pytest.fixture
def replaced(monkeypatch):
    monkeypatch.setattr(time, "sleep", fake)
    monkeypatch.setattr(time, "monotonic", fake)

def test_replaced(replaced, genai):
    time.sleep(3600)

@pytest.mark.genai(pace="5s")
def test_an_endless_wait_is_refused_as_usual(genai):
    cluster = genai.create_dedicated_ai_cluster(CLUSTER)
    assert genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "CREATING"
    with pytest.raises(WaitNeverEnds):
        time.sleep(30)

def test_nothing_remains():
    assert (time.sleep, time.monotonic) == (really_sleep, monotonic)
    assert fake.__name__ == "fake"
"""
    passes(suite, passed=3)
