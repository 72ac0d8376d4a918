"""The virtual clock stands still until it is moved, and is never moved where it could not be shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from genai_ports import InMemoryModelRepository
from genai_ports.api.clock import LAST
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import InvalidInput
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import EPOCH, VirtualClock
from genai_ports.simulator.work.pace import parse_pace
from genai_ports.testing import ready


def test_it_starts_at_the_epoch_or_at_a_chosen_time() -> None:
    start = datetime(2030, 1, 2, 3, 4, tzinfo=UTC)
    assert VirtualClock().now() == EPOCH == datetime(2026, 7, 15, tzinfo=UTC)
    assert VirtualClock(start).now() == start


def test_it_stands_still_until_a_caller_waits() -> None:
    clock = VirtualClock()
    assert clock.now() == clock.now()
    clock.sleep(90)
    clock.advance(0.25)
    assert clock.now() - EPOCH == timedelta(seconds=90.25)


def test_the_world_moves_it_for_a_delay_and_returns_what_remains_to_wait() -> None:
    late = VirtualClock(LAST - timedelta(seconds=5))
    clocks = [VirtualClock(), late, SystemClock()]
    assert [Simulator(clock=clock).skip_time(7) for clock in clocks] == [0, 0, 7]
    assert [clocks[0].now(), late.now()] == [EPOCH + timedelta(seconds=7), LAST - timedelta(seconds=5)]


def test_it_moves_in_whole_milliseconds() -> None:
    clock = VirtualClock()
    clock.sleep(0.0014)
    assert clock.now() - EPOCH == timedelta(milliseconds=1)


@pytest.mark.parametrize("seconds", [-1, -0.001, float("inf"), float("-inf"), float("nan"), "1", None, True])
def test_it_moves_neither_back_nor_for_ever(seconds: Any) -> None:
    clock = VirtualClock()
    with pytest.raises(InvalidInput, match=f"seconds must be a finite number from 0, not {seconds!r}"):
        clock.advance(seconds)
    assert clock.now() == EPOCH


@pytest.mark.parametrize("seconds", [(LAST - EPOCH).total_seconds() + 0.001, 1e12, 1e300])
def test_it_is_not_moved_past_the_last_time_that_it_shows(seconds: float) -> None:
    clock = VirtualClock()
    with pytest.raises(InvalidInput, match="moves the clock beyond 9000, its last year"):
        clock.advance(seconds)
    assert clock.now() == EPOCH


def test_it_is_moved_up_to_the_last_time_that_it_shows() -> None:
    last = datetime(9000, 1, 1, tzinfo=UTC)
    clock = VirtualClock(last - timedelta(seconds=1))
    with pytest.raises(InvalidInput, match="moves the clock beyond 9000"):
        clock.advance(1.001)
    clock.advance(1)
    assert clock.now() == last


@pytest.mark.parametrize("pace", ["realistic", "999999s"])
def test_what_begins_at_the_last_time_can_still_be_planned(pace: str) -> None:
    with InMemoryModelRepository() as genai:
        cluster = ready.cluster(genai)
        genai.clock.sleep((LAST - genai.clock.now()).total_seconds())
        genai.simulator.scheduler.pace = parse_pace(pace)
        genai.delete_dedicated_ai_cluster(cluster.id)
        genai.simulator.finish(cluster.id)
        assert genai.get_dedicated_ai_cluster(cluster.id).lifecycle_state == "DELETED"


def test_the_shortest_wait_moves_it_by_a_millisecond_and_none_by_nothing() -> None:
    clock = VirtualClock()
    clock.sleep(0)
    assert clock.now() == EPOCH
    clock.sleep(1e-9)
    clock.sleep(0.4)
    assert clock.now() - EPOCH == timedelta(milliseconds=401)
