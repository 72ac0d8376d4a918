"""Signals by themselves: what is done at the first and at the second one, and what the process handles afterwards."""

from __future__ import annotations

import signal
import sys
import threading
from queue import Empty, SimpleQueue

import pytest

from fake_server.signals import end_silent_interrupt, on_signal, silent_interrupt, stop_by_signal
from genai_ports.backends.system_clock import SystemClock

NUMBERS = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]


@pytest.fixture(autouse=True)
def handlers():
    """The handlers of the process before the test; a hang-up is not ignored."""
    before = {number: signal.getsignal(number) for number in NUMBERS}
    for number in NUMBERS:
        signal.signal(number, signal.SIG_DFL)
    yield dict.fromkeys(NUMBERS, signal.SIG_DFL)
    for number, handler in before.items():
        signal.signal(number, handler)


def handled():
    return {number: signal.getsignal(number) for number in NUMBERS}


@pytest.fixture
def done(monkeypatch):
    """What the handlers do to end the process, which does not end."""
    acts = []
    monkeypatch.setattr(signal, "raise_signal", lambda number: acts.append((number, signal.getsignal(number))))
    return acts


@pytest.mark.parametrize("number", NUMBERS)
def test_the_first_signal_ends_the_wait_and_the_second_one_the_process(number, done, handlers):
    with stop_by_signal(lambda: done.append("at once")) as wait:
        receive = signal.getsignal(number)
        receive(number, None)
        wait()
        assert done == []
        receive(number, None)
        assert done == ["at once", (number, signal.SIG_DFL)]
    assert handled() == handlers


def test_a_wait_sleeps_until_a_signal_comes(monkeypatch):
    waits, woken_by = [], []

    class Queue(SimpleQueue):
        def get(self, *, timeout):
            waits.append(timeout)
            if len(waits) == 1:
                raise Empty
            signal.getsignal(signal.SIGTERM)(signal.SIGTERM, None)
            woken_by.append(super().get(block=False))

    monkeypatch.setattr("fake_server.signals.SimpleQueue", Queue)
    with stop_by_signal() as wait:
        wait()
    assert woken_by == [signal.SIGTERM]
    assert len(waits) == 2
    assert all(0 < seconds <= 1 for seconds in waits)


@pytest.mark.parametrize("number", NUMBERS)
def test_each_signal_calls_the_act(number, handlers):
    acts = []
    with on_signal(lambda: acts.append("act")):
        for _ in range(2):
            signal.raise_signal(number)
        signal.getsignal(number)(number, None)
    assert acts == ["act"] * 3
    assert handled() == handlers


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no such signal")
def test_a_hang_up_that_is_ignored_stays_ignored_and_an_interrupt_does_not(handlers):
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    with on_signal(lambda: None):
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGINT) is not signal.SIG_IGN
    assert handled() == handlers | {signal.SIGINT: signal.SIG_IGN, signal.SIGHUP: signal.SIG_IGN}


class FrameKeeper:
    """A lock that keeps the frame of the condition that takes it."""

    def acquire(self):
        """Do nothing."""

    release = acquire

    def __enter__(self):
        self.frame = sys._getframe(1)

    def __exit__(self, *_):
        """Do nothing."""


@pytest.mark.parametrize("is_posix", [True, False])
def test_a_signal_while_a_lock_is_taken_is_repeated_a_moment_later(monkeypatch, *, is_posix):
    acts, pauses, repeated = [], [], threading.Event()
    monkeypatch.setattr(SystemClock, "sleep", lambda _, seconds: pauses.append(seconds))
    if is_posix:
        own = threading.main_thread().ident
        sent = {own: acts.append}
        monkeypatch.setattr(signal, "pthread_kill", lambda thread, number: (sent[thread](number), repeated.set()))
    else:
        monkeypatch.delattr(signal, "pthread_kill", raising=False)
        monkeypatch.setattr(signal, "raise_signal", lambda number: (acts.append(number), repeated.set()))
    lock = FrameKeeper()
    condition = threading.Condition(lock)
    with condition, on_signal(lambda: acts.append("act")):
        signal.getsignal(signal.SIGTERM)(signal.SIGTERM, lock.frame)
        assert repeated.wait(20)
        assert acts == [signal.SIGTERM]
        assert len(pauses) == 1
        assert 0 < pauses[0] < 0.1
        signal.getsignal(signal.SIGTERM)(signal.SIGTERM, sys._getframe())
    assert acts == [signal.SIGTERM, "act"]


def test_an_interrupt_is_silent_within_the_block_only():
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with silent_interrupt():
        assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    with silent_interrupt():
        end_silent_interrupt()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_another_handler_of_interrupts_stays():
    for handler in (signal.SIG_IGN, lambda *_: None):
        signal.signal(signal.SIGINT, handler)
        with silent_interrupt():
            assert signal.getsignal(signal.SIGINT) is handler
            end_silent_interrupt()
            assert signal.getsignal(signal.SIGINT) is handler
        assert signal.getsignal(signal.SIGINT) is handler
