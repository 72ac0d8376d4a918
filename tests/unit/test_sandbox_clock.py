"""One clock for the world of a test and its clients, in the threads of the test; and `no_sleep`."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from time import sleep
from types import ModuleType

import oci
import pytest
import tenacity
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_server import FakeServer
from genai_ports import CreateDedicatedAiClusterDetails, Fault, Simulator, WaitTimeout, connect
from genai_ports.backends import client_clock
from genai_ports.testing import Sandbox
from genai_ports.testing.clock import real_time
from genai_ports.testing.clock.real_time import real_monotonic
from genai_ports.testing.clock.shared_clock import SDK_MODULES, SharedClock, shared
from genai_ports.testing.isolation.threads import OwnThreads
from genai_ports.testing.stock_client import stock_clients_on

COMPARTMENT = "ocid1.compartment.oc1..example"
CLUSTER = CreateDedicatedAiClusterDetails(
    compartment_id=COMPARTMENT, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC"
)
CLIENTS = (*SDK_MODULES, "tenacity", "tenacity.nap")


def in_another_thread(call):
    """Run a function in a thread that started before the sandbox; return what calls it there."""
    go, done, outcome = threading.Event(), threading.Event(), []

    def run():
        go.wait()
        outcome.append(call())
        done.set()

    thread = threading.Thread(target=run)
    thread.start()

    def result():
        go.set()
        thread.join(10)
        return outcome[0]

    return result


@pytest.fixture(autouse=True)
def nothing_remains():
    modules = {name: vars(sys.modules[name]).copy() for name in CLIENTS}
    yield
    assert time.sleep is sleep is real_time.really_sleep
    assert client_clock.clock_of_this_thread is client_clock.machine
    for name, before in modules.items():
        for each in ("time", "random"):
            assert vars(sys.modules[name]).get(each) is before.get(each) is not False


def test_the_waiter_of_the_sdk_goes_by_the_clock_of_the_world():
    with Sandbox(pace="600s") as sandbox:
        begun = sandbox.genai.create_dedicated_ai_cluster(CLUSTER)
        client, start = sandbox.oci_generative_ai_client, sandbox.genai_clock.now()
        done = oci.wait_until(client, client.get_dedicated_ai_cluster(begun.id), "lifecycle_state", "ACTIVE")
        assert done.data.lifecycle_state == "ACTIVE"
        assert 600 <= (sandbox.genai_clock.now() - start).total_seconds() < 640


def test_the_retries_of_the_sdk_go_by_the_clock_and_take_equal_numbers_for_equal_seeds():
    def run(seed):
        with Sandbox(seed=seed, faults=[Fault(status=429, operation="list_models", times=5)]) as sandbox:
            sandbox.oci_generative_ai_client.list_models(COMPARTMENT)
            return [entry.time for entry in sandbox.genai_simulator.journal]

    random.seed(1)
    state = random.getstate()
    first = run(7)
    assert len(first) == 6
    assert first == run(7)
    assert first != run(8)
    assert random.getstate() == state


def test_tests_that_share_a_server_send_retry_tokens_of_their_own():
    def creates(name):
        with Sandbox(name=name) as sandbox:
            client = oci.generative_ai.GenerativeAiClient(
                sandbox.oci_config, signer=sandbox.oci_signer, service_endpoint=server.url
            )
            details = oci.generative_ai.models.CreateDedicatedAiClusterDetails(
                compartment_id=COMPARTMENT, type="HOSTING", unit_count=1, unit_shape="LARGE_GENERIC"
            )
            return client.create_dedicated_ai_cluster(details).data.id

    with FakeServer() as server:
        assert creates("test_one") != creates("test_two")


def test_tenacity_goes_by_the_clock():
    with Sandbox(pace="50s") as sandbox:
        begun, start = sandbox.genai.create_dedicated_ai_cluster(CLUSTER), sandbox.genai_clock.now()

        @tenacity.retry(wait=tenacity.wait_fixed(30), stop=tenacity.stop_after_delay(100))
        def wait():
            assert sandbox.genai.get_dedicated_ai_cluster(begun.id).lifecycle_state == "ACTIVE"

        wait()
        assert (sandbox.genai_clock.now() - start).total_seconds() == 60

        @tenacity.retry(wait=tenacity.wait_fixed(30), stop=tenacity.stop_after_delay(100))
        def never():
            raise KeyError

        with pytest.raises(tenacity.RetryError):
            never()
        assert (sandbox.genai_clock.now() - start).total_seconds() == 180


def test_a_client_of_ours_that_has_no_clock_goes_by_that_of_the_world():
    with Sandbox(pace="50s") as sandbox, connect(sandbox.genai_server.url) as genai:
        start = sandbox.genai_clock.now()
        genai.wait_for_work_request(genai.create_dedicated_ai_cluster(CLUSTER).response.work_request_id)
        assert genai.clock.now() == sandbox.genai_clock.now() > start


def test_code_that_connects_to_the_real_service_reaches_the_world_and_its_clock():
    with Sandbox(pace="50s", region="fra") as sandbox:
        assert sandbox.oci_redirected
        start = sandbox.genai_clock.now()
        with connect("oci://eu-frankfurt-1") as genai:
            genai.wait_for_work_request(genai.create_dedicated_ai_cluster(CLUSTER).response.work_request_id)
        assert (sandbox.genai_clock.now() - start).total_seconds() >= 50


def test_the_seconds_of_a_wait_continue_when_the_sandbox_ends():
    before = tenacity.time.monotonic()
    with Sandbox() as sandbox:
        assert before <= tenacity.time.monotonic() <= time.monotonic()
        sandbox.genai_clock.advance(100)
        assert before + 100 <= tenacity.time.monotonic() <= time.monotonic() + 100


def test_other_threads_keep_real_time():
    slept = []

    def look():
        oci.waiter.time.sleep(0.01)
        time.sleep(0.01)
        slept.append(client_clock.ClientClock().now())
        return oci.waiter.time.time(), oci.retry.retry.time.time(), tenacity.time.monotonic()

    result = in_another_thread(look)
    with Sandbox() as sandbox:
        assert sandbox.no_sleep is sandbox.genai_clock
        assert sandbox.oci_generative_ai_client
        start = sandbox.genai_clock.now()
        before = time.time()
        waiter, retry, monotonic = result()
        assert before <= waiter <= retry <= time.time()
        assert before <= slept[0].timestamp() + 0.001
        assert monotonic <= real_monotonic()
        assert sandbox.genai_clock.now() == start


def test_what_else_the_modules_use_of_time_is_the_real_one():
    with Sandbox() as sandbox:
        assert sandbox.oci_config
        assert oci.waiter.time is not time
        assert oci.waiter.time.strftime is time.strftime
        assert oci.retry.retry_sleep_utils.random.Random is random.Random


def test_no_sleep_moves_the_clock_also_for_modules_that_have_imported_sleep_by_name():
    module = ModuleType("imported_earlier")
    module.pause = real_time.really_sleep
    sys.modules["imported_earlier"] = module
    try:
        with Sandbox() as sandbox:
            start = sandbox.no_sleep.now()
            time.sleep(3600)
            sleep(3600)
            module.pause(3600)
            later = ModuleType("imported_later")
            sys.modules["imported_later"] = later
            exec("from time import sleep", vars(later))  # noqa: S102  # as an import does
            later.sleep(3600)
            assert (sandbox.genai_clock.now() - start).total_seconds() == 4 * 3600
        assert module.pause is later.sleep is real_time.really_sleep
    finally:
        sys.modules.pop("imported_earlier")
        sys.modules.pop("imported_later", None)


def test_no_sleep_holds_for_threads_that_the_test_starts():
    with Sandbox() as sandbox:
        start = sandbox.no_sleep.now()
        thread = threading.Thread(target=time.sleep, args=(3600,))
        thread.start()
        thread.join(10)
        assert (sandbox.genai_clock.now() - start).total_seconds() == 3600


def test_no_sleep_waits_for_other_processes_in_real_time():
    with Sandbox() as sandbox:
        start = sandbox.no_sleep.now()
        with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.1)"]) as process:
            assert process.wait(60) == 0  # it sleeps between two looks
        assert sandbox.genai_clock.now() == start


def test_without_no_sleep_a_test_sleeps():
    with Sandbox() as sandbox:
        start, before = sandbox.genai_clock.now(), real_monotonic()
        time.sleep(0.01)
        assert real_monotonic() - before >= 0.01
        assert sandbox.genai_clock.now() == start


def test_a_sleep_that_the_test_has_replaced_itself_is_left_alone(monkeypatch):
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    with Sandbox(pace="5s") as sandbox:
        begun = sandbox.genai.create_dedicated_ai_cluster(CLUSTER)
        sandbox.genai.get_dedicated_ai_cluster(begun.id)
        time.sleep(3)
        assert slept == [3]
        assert sandbox.no_sleep
        time.sleep(4)
        assert slept == [3]
    time.sleep(5)
    assert slept == [3, 5]
    monkeypatch.undo()


def test_nested_sandboxes_have_clocks_of_their_own():
    with Sandbox() as outer, Sandbox() as inner:
        start = inner.genai_clock.now()
        assert inner.oci_config
        oci.waiter.time.sleep(60)
        assert (inner.genai_clock.now() - start).total_seconds() == 60
        assert outer.genai_clock.now() == start
        assert outer.no_sleep
        before = real_monotonic()
        time.sleep(0.01)
        assert real_monotonic() - before >= 0.01  # `no_sleep` is the outer's


def test_sandboxes_that_overlap_put_everything_back():
    clocks = [SharedClock(Simulator().clock, OwnThreads("a test")) for _ in range(2)]
    blocks = [shared(clock) for clock in clocks]
    original = oci.waiter.time
    for block in blocks:
        block.__enter__()
    blocks[0].__exit__(None, None, None)
    assert oci.waiter.time is not original
    start = clocks[1].clock.now()
    oci.waiter.time.sleep(5)
    assert (clocks[1].clock.now() - start).total_seconds() == 5
    blocks[1].__exit__(None, None, None)
    assert oci.waiter.time is original


def test_sandboxes_in_threads_of_their_own_go_by_their_own_clocks():
    ready, outcome = threading.Barrier(3), []

    def run(seconds):
        with Sandbox() as sandbox:
            start = sandbox.no_sleep.now()
            ready.wait(10)
            for _ in range(100):
                time.sleep(seconds)
            outcome.append((sandbox.genai_clock.now() - start).total_seconds() / seconds)
            ready.wait(10)

    threads = [threading.Thread(target=run, args=(seconds,)) for seconds in (1, 2, 3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(20)
    assert outcome == [100.0] * 3


def test_a_test_that_raises_leaves_nothing():
    def run():
        with Sandbox() as sandbox:
            assert sandbox.no_sleep
            assert sandbox.oci_redirected
            raise KeyError

    with pytest.raises(KeyError):
        run()


def test_work_that_nobody_finishes_ends_a_wait_by_its_own_time():
    with Sandbox(pace="manual") as sandbox:
        begun, client = sandbox.genai.create_dedicated_ai_cluster(CLUSTER), sandbox.oci_generative_ai_client
        with pytest.raises(WaitTimeout, match="is ACCEPTED at 0 % after 3600 seconds"):
            sandbox.genai.wait_for_work_request(begun.response.work_request_id, timeout=3600)
        with pytest.raises(oci.exceptions.MaximumWaitTimeExceeded):
            oci.wait_until(client, client.get_dedicated_ai_cluster(begun.id), "lifecycle_state", "ACTIVE")


@given(
    seconds=st.floats(min_value=0.001, max_value=3000).map(lambda each: round(each, 3)),
    interval=st.integers(min_value=1, max_value=60),
)
@settings(max_examples=15, deadline=None)
def test_the_sdk_our_waiter_and_a_sleeping_loop_end_at_the_same_time(seconds, interval):
    """Each reads at multiples of the interval, and ends with the first read that shows the end."""

    def ends(wait):
        with Sandbox(pace=f"{seconds}s") as sandbox:
            begun, start = sandbox.genai.create_dedicated_ai_cluster(CLUSTER), sandbox.genai_clock.now()
            wait(sandbox, begun)
            return (sandbox.genai_clock.now() - start).total_seconds()

    def sdk(sandbox, begun):
        client = sandbox.oci_generative_ai_client
        first = client.get_dedicated_ai_cluster(begun.id)
        oci.wait_until(client, first, "lifecycle_state", "ACTIVE", max_interval_seconds=interval, max_wait_seconds=9999)

    def ours(sandbox, begun):
        sandbox.genai.wait_for_work_request(begun.response.work_request_id, interval=interval, timeout=9999)

    def loop(sandbox, begun):
        assert sandbox.no_sleep
        while sandbox.genai.get_dedicated_ai_cluster(begun.id).lifecycle_state != "ACTIVE":
            time.sleep(interval)

    ours_ends = ends(ours)
    assert ours_ends == ends(loop)
    assert seconds <= ours_ends < seconds + interval
    if interval == 1:  # otherwise the SDK begins with shorter waits
        assert ours_ends == ends(sdk)
    assert seconds <= ends(sdk) < seconds + interval


def test_stock_clients_on_lets_the_sdk_wait_on_a_clock_outside_of_a_sandbox():
    clock = Simulator().clock
    start = clock.now()
    with stock_clients_on(clock):
        oci.waiter.time.sleep(30)
        assert (clock.now() - start).total_seconds() == 30
