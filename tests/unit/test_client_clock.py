"""The clock of clients: the one of their thread, which the test kit can replace."""

from __future__ import annotations

from genai_ports import VirtualClock
from genai_ports.backends import client_clock
from genai_ports.backends.client_clock import ClientClock
from genai_ports.backends.system_clock import SystemClock


def test_a_client_waits_on_the_clock_of_its_thread(monkeypatch):
    clock = VirtualClock()
    monkeypatch.setattr(client_clock, "clock_of_this_thread", lambda: clock)
    ClientClock().sleep(7)
    assert ClientClock().now() == clock.now()
    assert (clock.now() - clock.start).total_seconds() == 7


def test_it_is_the_machine_s_by_default():
    assert isinstance(client_clock.clock_of_this_thread(), SystemClock)
