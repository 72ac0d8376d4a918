"""Waits that can never end: they fail soon and say why; all others go on."""

from __future__ import annotations

import sys
import threading
import time
from copy import deepcopy

import oci
import pytest

from genai_ports import (
    CreateDedicatedAiClusterDetails,
    InMemoryModelRepository,
    InvalidInput,
    ServiceError,
    WaitNeverEnds,
)
from genai_ports.testing import Sandbox, SandboxSettings
from genai_ports.testing.clock import endless_waits, real_time

COMPARTMENT = "ocid1.compartment.oc1..example"
CLUSTER = CreateDedicatedAiClusterDetails(
    compartment_id=COMPARTMENT, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC"
)


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """Less patience, so that these tests are fast."""
    monkeypatch.setattr(endless_waits, "_PATIENCE", 0.15)


@pytest.fixture
def frozen(monkeypatch):
    """Stop the time as freezegun does: in every module that has one of its functions."""
    real = (time.monotonic, time.time, time.perf_counter)
    for module in [each for name, each in sys.modules.items() if name.startswith("genai_ports")]:
        for name, given in list(vars(module).items()):
            if any(given is each for each in real):
                monkeypatch.setattr(module, name, lambda: 5.0)


def loop(read, pause=0.01, at_most=2000):
    """Read until the cluster is active, and sleep really in between."""
    for _ in range(at_most):
        if read() == "ACTIVE":
            return
        real_time.really_sleep(pause)
    pytest.fail("the wait did not end")


def wait(read, pause=5):
    """Read until the cluster is active, as code under test does."""
    while read() != "ACTIVE":
        time.sleep(pause)


def memory(sandbox, cluster):
    return lambda: sandbox.genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state


def over_http(sandbox, cluster):
    return lambda: sandbox.genai_over_http.get_dedicated_ai_cluster(cluster.id).lifecycle_state


def sdk(sandbox, cluster):
    return lambda: sandbox.oci_generative_ai_client.get_dedicated_ai_cluster(cluster.id).data.lifecycle_state


def work_request(sandbox, cluster):
    return lambda: sandbox.genai.get_work_request(cluster.response.work_request_id).status


def in_a_list(sandbox, cluster):
    return lambda: sandbox.genai.list_dedicated_ai_clusters(COMPARTMENT).first().lifecycle_state


WAYS = pytest.mark.parametrize("way", [memory, over_http, sdk, work_request, in_a_list])


@WAYS
@pytest.mark.parametrize(
    ("pace", "reason"),
    [
        ("5s", "the clock of the world is virtual, and stands at 2026-07-15T00:00:00Z. Let time.sleep move it"),
        ("manual", "its pace is manual. Call genai_simulator.finish"),
    ],
)
def test_a_wait_that_can_never_end_is_refused(way, pace, reason):
    with Sandbox(pace=pace) as sandbox:
        cluster = sandbox.genai.create_dedicated_ai_cluster(CLUSTER)
        expected = oci.exceptions.ServiceError if way is sdk else WaitNeverEnds
        with pytest.raises(expected) as refused:
            loop(way(sandbox, cluster))
        assert (refused.value.status, refused.value.code) == (501, "WaitNeverEnds")
        assert reason in refused.value.message
        assert "never ends: CREATE_DEDICATED_AI_CLUSTER of ocid1." in refused.value.message
        entry = list(sandbox.genai_simulator.journal)[-1]
        assert (entry.status, entry.code) == (501, "WaitNeverEnds")


@pytest.mark.usefixtures("frozen")
def test_it_is_refused_while_the_time_of_the_process_stands_still():
    with Sandbox(pace="5s") as sandbox:
        cluster = sandbox.genai.create_dedicated_ai_cluster(CLUSTER)
        with pytest.raises(WaitNeverEnds):
            loop(memory(sandbox, cluster))
        with pytest.raises(WaitNeverEnds):
            wait(memory(sandbox, cluster))


@pytest.mark.parametrize("way", [memory, sdk, over_http])
def test_a_loop_that_really_sleeps_long_fails_in_its_first_sleep(way):
    with Sandbox(pace="5s") as sandbox:
        read = way(sandbox, sandbox.genai.create_dedicated_ai_cluster(CLUSTER))
        assert read() == "CREATING"
        with pytest.raises(WaitNeverEnds, match="stands at 2026-07-15T00:00:00Z"):
            time.sleep(3600)


def test_a_client_with_a_socket_is_refused_too():
    with Sandbox(pace="5s", socket=True) as sandbox:
        read = sdk(sandbox, sandbox.genai.create_dedicated_ai_cluster(CLUSTER))
        with pytest.raises(oci.exceptions.ServiceError, match="WaitNeverEnds"):
            loop(read)


def test_it_goes_on_when_the_clock_has_moved():
    with Sandbox(pace="5s") as sandbox:
        read = memory(sandbox, sandbox.genai.create_dedicated_ai_cluster(CLUSTER))
        with pytest.raises(WaitNeverEnds):
            loop(read)
        sandbox.genai_clock.advance(2)
        assert read() == "CREATING"
        sandbox.genai_clock.advance(3)
        assert read() == "ACTIVE"


@pytest.mark.parametrize("pause", [0.01, 0.2])
def test_another_thread_that_moves_the_clock_in_time_is_not_disturbed(pause, monkeypatch):
    monkeypatch.setattr(endless_waits, "_PATIENCE", 5)
    with Sandbox(pace="5s") as sandbox:
        read = memory(sandbox, sandbox.genai.create_dedicated_ai_cluster(CLUSTER))
        timer = threading.Timer(0.2, sandbox.genai_clock.advance, [5])
        timer.start()
        wait(read, pause)
        timer.join()


@pytest.mark.parametrize("steer", ["finish", "fail"])
def test_a_test_that_finishes_the_work_from_another_thread_is_not_disturbed(steer):
    with Sandbox(pace="manual") as sandbox:
        cluster = sandbox.genai.create_dedicated_ai_cluster(CLUSTER)
        read = memory(sandbox, cluster)
        for _ in range(3):
            assert read() == "CREATING"
        timer = threading.Timer(0.01, getattr(sandbox.genai_simulator, steer), [cluster.id])
        timer.start()
        timer.join()
        time.sleep(0.3)
        assert read() != "CREATING"


def test_work_that_a_test_moves_on_is_no_endless_wait():
    with Sandbox(pace="manual") as sandbox:
        cluster = sandbox.genai.create_dedicated_ai_cluster(CLUSTER)
        read = work_request(sandbox, cluster)
        for percent in range(1, 60):
            sandbox.genai_simulator.progress(cluster.id, percent)
            assert read() == "IN_PROGRESS"
            real_time.really_sleep(0.01)


def test_a_test_that_checks_twice_and_does_something_slow_in_between_is_not_refused():
    with Sandbox(pace="5s") as sandbox:
        read = memory(sandbox, sandbox.genai.create_dedicated_ai_cluster(CLUSTER))
        assert read() == "CREATING"
        real_time.really_sleep(0.3)
        assert read() == "CREATING"


def test_work_that_a_test_has_moved_on_once_and_leaves_then_is_one():
    with Sandbox(pace="manual") as sandbox:
        cluster = sandbox.genai.create_dedicated_ai_cluster(CLUSTER)
        read = work_request(sandbox, cluster)
        assert read() == "ACCEPTED"
        sandbox.genai_simulator.progress(cluster.id, 40)
        with pytest.raises(WaitNeverEnds, match="is IN_PROGRESS"):
            loop(read)


def test_a_thread_whose_last_read_showed_what_is_ready_sleeps():
    with Sandbox(pace="manual") as sandbox:
        ready, waiting = (sandbox.genai.create_dedicated_ai_cluster(CLUSTER) for _ in range(2))
        sandbox.genai_simulator.finish(ready.id)
        assert memory(sandbox, waiting)() == "CREATING"
        assert memory(sandbox, ready)() == "ACTIVE"
        time.sleep(0.3)


def test_what_changes_the_world_starts_the_time_again():
    with Sandbox(pace="5s") as sandbox:
        read = memory(sandbox, sandbox.genai.create_dedicated_ai_cluster(CLUSTER))
        for _ in range(40):
            read()
            read()
            real_time.really_sleep(0.01)
            sandbox.genai.create_dedicated_ai_cluster(CLUSTER)
        time.sleep(0.3)  # the last call was no read


def test_reads_of_what_is_ready_are_never_refused():
    with Sandbox() as sandbox:
        read = memory(sandbox, sandbox.genai.create_dedicated_ai_cluster(CLUSTER))
        for _ in range(40):
            assert read() == "ACTIVE"
            real_time.really_sleep(0.01)
        time.sleep(0.3)


def test_a_pace_of_reads_ends_a_loop_and_a_list_never_does():
    with Sandbox(pace="reads:50") as sandbox:
        cluster = sandbox.genai.create_dedicated_ai_cluster(CLUSTER)
        loop(memory(sandbox, cluster))
        other = sandbox.genai.create_dedicated_ai_cluster(CLUSTER)
        with pytest.raises(WaitNeverEnds):
            loop(in_a_list(sandbox, other))


def test_it_can_be_switched_off():
    with Sandbox(pace="5s", stop_endless_waits=False) as sandbox:
        read = memory(sandbox, sandbox.genai.create_dedicated_ai_cluster(CLUSTER))
        for _ in range(40):
            assert read() == "CREATING"
            real_time.really_sleep(0.01)
        time.sleep(0.3)
        assert time.sleep is real_time.really_sleep
    with pytest.raises(InvalidInput, match="stop_endless_waits must be True or False, not 'no'"):
        SandboxSettings(stop_endless_waits="no")


def test_no_sleep_ends_a_loop_and_manual_work_is_refused_at_full_speed():
    with Sandbox(pace="3000s") as sandbox:
        assert sandbox.no_sleep
        read = memory(sandbox, sandbox.genai.create_dedicated_ai_cluster(CLUSTER))
        wait(read)
    with Sandbox(pace="manual") as sandbox:
        assert sandbox.no_sleep
        read = memory(sandbox, sandbox.genai.create_dedicated_ai_cluster(CLUSTER))
        with pytest.raises(WaitNeverEnds, match="pace is manual"):
            wait(read)


def test_a_wait_of_the_sdk_for_days_is_refused_too():
    with Sandbox(pace="manual") as sandbox:
        client, cluster = sandbox.oci_generative_ai_client, sandbox.genai.create_dedicated_ai_cluster(CLUSTER)
        first = client.get_dedicated_ai_cluster(cluster.id)
        with pytest.raises(oci.exceptions.ServiceError, match="pace is manual"):
            oci.wait_until(client, first, "lifecycle_state", "ACTIVE", max_wait_seconds=10**9)


@pytest.mark.parametrize("way", [memory, over_http])
def test_a_thread_that_has_not_read_what_is_under_way_sleeps(way):
    slept = []

    def rest():
        time.sleep(0.3)
        slept.append(True)

    with Sandbox(pace="5s") as sandbox:
        assert way(sandbox, sandbox.genai.create_dedicated_ai_cluster(CLUSTER))() == "CREATING"
        thread = threading.Thread(target=rest)
        thread.start()
        thread.join()
    assert slept == [True]
    assert time.sleep is real_time.really_sleep


def test_a_reset_and_a_world_that_it_becomes_are_watched_and_copies_are_not():
    with Sandbox(pace="5s") as sandbox:
        world = sandbox.genai_simulator
        for before in (None, deepcopy(world), type(world)(pace="5s")):
            if before is None:
                world.reset()
            else:
                world.become(before)
            with pytest.raises(WaitNeverEnds):
                loop(memory(sandbox, sandbox.genai.create_dedicated_ai_cluster(CLUSTER)))
        for copy in (deepcopy(world), type(world).restore(world.snapshot())):
            with InMemoryModelRepository(simulator=copy) as genai:
                for _ in range(40):
                    assert genai.list_dedicated_ai_clusters(COMPARTMENT).first().lifecycle_state == "CREATING"
                    real_time.really_sleep(0.01)


def test_the_error_is_one_of_a_service():
    error = WaitNeverEnds("why")
    assert isinstance(error, ServiceError)
    assert str(error) == "501 WaitNeverEnds: why"


def test_a_thread_sleeps_although_an_earlier_one_with_its_number_has_read():
    slept = threading.Event()

    def rest():
        time.sleep(0.3)
        slept.set()

    with Sandbox(pace="5s") as sandbox:
        read = memory(sandbox, sandbox.genai.create_dedicated_ai_cluster(CLUSTER))
        thread, numbers = threading.current_thread(), set()
        while thread.ident not in numbers:
            reader = threading.Thread(target=read)
            reader.start()
            numbers.add(reader.ident)
            reader.join()
            thread = threading.Thread(target=rest)
            thread.start()
        thread.join()
        assert slept.is_set()
