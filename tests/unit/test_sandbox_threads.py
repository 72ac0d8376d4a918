"""The threads of a test: which are its own, which it leaves behind, and what these reach then: nothing."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import oci
import pytest

from genai_ports import Simulator, connect
from genai_ports.testing import Sandbox, redirected
from genai_ports.testing.isolation.threads import EndOfThread, OwnThreads
from genai_ports.throwaway import credentials

COMPARTMENT = "ocid1.compartment.oc1..example"


@contextmanager
def background(call):
    """Run a function again and again on a thread; yield the thread and an event that is set after each turn."""
    turned, stop, outcome = threading.Event(), threading.Event(), []

    def run():
        try:
            while not stop.is_set():
                call()
                turned.set()
                stop.wait(0.01)
        except BaseException as error:  # noqa: BLE001  # the test looks at it
            outcome.append(error)
        turned.set()

    thread = threading.Thread(target=run, name="poller")
    thread.turned, thread.outcome = turned, outcome
    thread.start()
    assert turned.wait(10)
    try:
        yield thread
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def list_models():
    with connect() as genai:
        genai.list_models(COMPARTMENT).first()


def test_a_thread_that_still_calls_the_world_at_the_end_is_named_and_reaches_nothing_of_the_next():
    first = Sandbox(name="test_one")
    first.__enter__()
    with background(list_models) as thread:
        first.__exit__(None, None, None)
        [found] = first.left_behind
        assert (found.thread, found.test) == ("poller", "test_one")
        assert "test_sandbox_threads.py" in found.place
        assert str(found).startswith("thread 'poller' of test_one, which has ended, at ")
        thread.join(10)
        assert not thread.is_alive()


def test_a_thread_that_was_left_behind_is_ended_by_its_next_call_of_any_world():
    first, second = Sandbox(name="test_one"), Sandbox(name="test_two")
    go, called, outcome = threading.Event(), threading.Event(), []

    def run():
        list_models()
        called.set()
        go.wait()
        try:
            list_models()
        except SystemExit as error:
            outcome.append(error)
            raise

    thread = threading.Thread(target=run, name="late")
    with first:
        thread.start()
        assert called.wait(10)
    with second:
        go.set()
        thread.join(10)
        assert not list(second.genai_simulator.journal)
    assert [type(error) for error in outcome] == [EndOfThread]
    assert "test_one" in str(outcome[0])
    assert [(each.thread, each.test) for each in second.left_behind] == [("late", "test_one")]


def test_what_a_left_behind_thread_starts_is_left_behind_too():
    go, outcome = threading.Event(), []

    def child():
        try:
            list_models()
        except SystemExit as error:
            outcome.append(error)

    def run():
        list_models()
        called.set()
        go.wait()
        started = threading.Thread(target=child)
        started.start()
        started.join(10)

    called, thread = threading.Event(), threading.Thread(target=run)
    with Sandbox(name="test_one"):
        thread.start()
        assert called.wait(10)
    start = threading.Thread.start
    with Sandbox(name="test_two") as second:
        go.set()
        thread.join(10)
        assert not list(second.genai_simulator.journal)
    assert [type(error) for error in outcome] == [EndOfThread]
    assert threading.Thread.start is start


def test_a_thread_that_never_called_reaches_nothing_either_and_is_named_when_it_tries():
    go, thread = threading.Event(), None

    def run():
        go.wait()
        list_models()

    with Sandbox(name="test_one") as first:
        thread = threading.Thread(target=run, name="timer")
        thread.start()
    assert first.left_behind == ()
    with Sandbox(name="test_two") as second:
        go.set()
        thread.join(10)
        assert not list(second.genai_simulator.journal)
    assert [(each.thread, each.test) for each in second.left_behind] == [("timer", "test_one")]


def test_redirected_refuses_a_thread_that_was_left_behind():
    client = oci.generative_ai.GenerativeAiClient(credentials().config("eu-frankfurt-1"))
    go, called = threading.Event(), threading.Event()

    def run():
        client.list_models(COMPARTMENT)
        called.set()
        go.wait()
        client.list_models(COMPARTMENT)

    thread = threading.Thread(target=run)
    with Sandbox(name="test_one") as first:
        assert first.oci_redirected
        thread.start()
        assert called.wait(10)
    world = Simulator()
    with redirected(world):
        go.set()
        thread.join(10)
    assert not list(world.journal)


def test_the_client_of_a_test_that_has_ended_sends_nothing():
    with Sandbox(name="test_one") as first:
        client = first.oci_generative_ai_client
    with pytest.raises(oci.exceptions.RequestException, match="test_one, which this client was made for, has ended"):
        client.list_models(COMPARTMENT, retry_strategy=oci.retry.NoneRetryStrategy())


def test_a_thread_that_ends_soon_is_not_left_behind():
    def run():
        for _ in range(20):
            list_models()

    with Sandbox() as sandbox:
        thread = threading.Thread(target=run)
        thread.start()
    thread.join(10)
    assert sandbox.left_behind == ()


def test_an_idle_worker_of_a_pool_works_on_for_the_next_test():
    with ThreadPoolExecutor(1) as pool:
        for name in ("test_one", "test_two"):
            with Sandbox(name=name) as sandbox:
                assert pool.submit(list_models).result(10) is None
                assert len(sandbox.genai_simulator.journal) == 1
                start = sandbox.no_sleep.now()
                pool.submit(time.sleep, 3600).result(10)
                assert (sandbox.genai_clock.now() - start).total_seconds() == 3600
            assert sandbox.left_behind == ()


def test_a_busy_worker_of_a_pool_is_left_behind_and_serves_again_when_it_is_idle():
    go = threading.Event()

    def job():
        list_models()
        called.set()
        go.wait()
        list_models()

    called = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        with Sandbox(name="test_one") as first:
            left = pool.submit(job)
            assert called.wait(10)
        assert len(first.left_behind) == 1
        with Sandbox(name="test_two"):
            go.set()
            assert isinstance(left.exception(10), EndOfThread)
        with Sandbox(name="test_three") as third:
            assert pool.submit(list_models).result(10) is None
            assert len(third.genai_simulator.journal) == 1


def test_own_are_the_thread_that_opened_it_and_those_that_started_since():
    go = threading.Event()
    earlier = threading.Thread(target=go.wait)
    earlier.start()
    own = OwnThreads("a test")
    later = threading.Thread(target=go.wait)
    later.start()
    try:
        assert threading.current_thread() in own
        assert later in own
        assert earlier not in own
    finally:
        go.set()
        earlier.join()
        later.join()
