"""A clock of one's own shows UTC and has all methods, or is refused at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import freezegun
import pytest

from genai_ports import CassetteModelRepository, InMemoryModelRepository, SdkModelRepository, VirtualClock
from genai_ports.backends.system_clock import SystemClock
from genai_ports.errors import InvalidInput
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable


class ShownClock:
    """A clock that shows a time of the test."""

    def __init__(self, shown: Any) -> None:
        self.shown = shown

    def now(self) -> Any:
        return self.shown

    def sleep(self, seconds: float) -> None:
        self.shown += timedelta(seconds=seconds)

    advance = sleep


class WaitingClock(SystemClock):
    """A clock that cannot be moved."""

    advance: Any = None


@pytest.fixture
def cassette(tmp_path: Any) -> Any:
    path = tmp_path / "empty.yaml"
    path.write_text("interactions: []\nversion: 1\n")
    return path


PLACES: dict[str, Callable[[Any, Any], Any]] = {
    "Simulator": lambda clock, _: Simulator(clock=clock),
    "restore": lambda clock, _: Simulator.restore(Simulator().snapshot(), clock=clock),
    "memory": lambda clock, _: InMemoryModelRepository(clock=clock),
    "SDK": lambda clock, _: SdkModelRepository(endpoint="http://127.0.0.1:9", clock=clock),
    "recorded": lambda clock, cassette: CassetteModelRepository(cassette, clock=clock),
}
WRONG_TIMES = {
    "naive": datetime(2026, 7, 15),  # noqa: DTZ001  # the fault
    "another zone": datetime(2026, 7, 15, tzinfo=timezone(timedelta(hours=2))),
    "London in winter": datetime(2026, 1, 15, tzinfo=ZoneInfo("Europe/London")),
    "London in summer": datetime(2026, 7, 15, tzinfo=ZoneInfo("Europe/London")),
    "seconds": 1_784_000_000.0,
    "nothing": None,
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("time", WRONG_TIMES.values(), ids=WRONG_TIMES)
def test_a_clock_that_does_not_show_utc_is_refused(place: str, time: Any, cassette: Any) -> None:
    message = f"clock.now() must be a datetime with the time zone UTC, not {time!r}"
    with pytest.raises(InvalidInput, match=re.escape(message)):
        PLACES[place](ShownClock(time), cassette)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("clock", [5, "noon", object(), VirtualClock, EPOCH], ids=lambda clock: type(clock).__name__)
def test_what_is_no_clock_is_refused(place: str, clock: Any, cassette: Any) -> None:
    with pytest.raises(InvalidInput, match="clock must be an object with the methods now, sleep"):
        PLACES[place](clock, cassette)


@pytest.mark.parametrize("place", ["Simulator", "restore", "memory"])
def test_a_world_needs_a_clock_that_can_be_moved(place: str, cassette: Any) -> None:
    with pytest.raises(InvalidInput, match="clock must be an object with the methods now, sleep, advance, not "):
        PLACES[place](WaitingClock(), cassette)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("zone", [UTC, timezone(timedelta()), ZoneInfo("UTC"), ZoneInfo("Atlantic/Reykjavik")], ids=str)
def test_every_spelling_of_utc_is_accepted(place: str, zone: Any, cassette: Any) -> None:
    assert PLACES[place](ShownClock(datetime(2026, 7, 15, tzinfo=zone)), cassette)


@pytest.mark.parametrize("time", WRONG_TIMES.values(), ids=WRONG_TIMES)
def test_a_virtual_clock_takes_utc_alone(time: Any) -> None:
    clock = VirtualClock()
    with pytest.raises(InvalidInput, match="start must be a datetime with the time zone UTC"):
        VirtualClock(time)
    with pytest.raises(InvalidInput, match="time must be a datetime with the time zone UTC"):
        clock.move_to(time)
    assert clock.now() == EPOCH


@pytest.mark.parametrize(("seconds", "expected"), [(-90, 0), (0, 0), (90, 90)])
def test_a_world_that_becomes_another_one_moves_its_clock_to_the_same_time_or_not_at_all(
    seconds: int, expected: int
) -> None:
    mine, theirs = Simulator(clock=ShownClock(EPOCH)), Simulator(clock=ShownClock(EPOCH + timedelta(seconds=seconds)))
    mine.become(theirs)
    assert mine.clock.now() == EPOCH + timedelta(seconds=expected)


def test_a_virtual_clock_that_two_worlds_share_keeps_the_lock_of_the_first() -> None:
    clock = VirtualClock()
    first, second = Simulator(clock=clock), Simulator(clock=clock)
    assert clock.lock is first.lock
    assert clock.lock is not second.lock


def test_a_world_works_with_a_clock_that_freezegun_has_frozen() -> None:
    with freezegun.freeze_time("2026-07-15"):
        genai = InMemoryModelRepository(clock=SystemClock())
        assert ready.imported_model(genai).time_created == EPOCH
