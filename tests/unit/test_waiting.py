"""Waiting reads a work request until it has finished, on the backend's clock, at the interval of the service."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import freezegun
import pytest

from genai_ports import Fault, InMemoryModelRepository
from genai_ports.api.snapshot import ResponseMetadata
from genai_ports.api.work_request import WorkRequest, WorkRequestError
from genai_ports.backends.system_clock import SystemClock
from genai_ports.client.waiter import WorkRequestFailed, wait_until_finished
from genai_ports.errors import InvalidInput, NotFound, WaitTimeout
from genai_ports.simulator.simulator import Simulator
from genai_ports.simulator.state.clock import EPOCH, VirtualClock
from genai_ports.testing import ready

if TYPE_CHECKING:
    from genai_ports.api.clock import Clock

REASON = WorkRequestError(code="OutOfLuck", message="No luck.", timestamp=EPOCH)


class Service:
    """A work request that ends in a status after some seconds; records when it was read."""

    def __init__(self, seconds: float, status: str = "SUCCEEDED", retry_after: int | None = 10) -> None:
        self.clock = VirtualClock()
        self.ends = EPOCH + timedelta(seconds=seconds)
        self.status = status
        self.retry_after = retry_after
        self.polls: list[float] = []
        self.errors_read = 0

    def poll(self, _: object = None) -> WorkRequest:
        now = self.clock.now()
        self.polls.append((now - EPOCH).total_seconds())
        return WorkRequest(
            operation_type="CREATE_MODEL",
            status=self.status if now >= self.ends else "IN_PROGRESS",
            id="work",
            compartment_id="compartment",
            resources=(),
            percent_complete=self.polls[-1],
            time_accepted=EPOCH,
            response=ResponseMetadata(status=200, retry_after=self.retry_after),
        )

    def errors(self) -> list[WorkRequestError]:
        self.errors_read += 1
        return [REASON]

    def wait(self, **options: Any) -> WorkRequest:
        arguments = {"timeout": 7200, "interval": None, "on_progress": None, **options}
        return wait_until_finished(self.poll, self.errors, self.clock, **arguments)


def test_a_finished_work_request_is_read_once() -> None:
    service = Service(0)
    assert service.wait(timeout=0).status == "SUCCEEDED"
    assert service.polls == [0]
    assert service.errors_read == 0


def test_the_interval_is_the_retry_after_of_the_service() -> None:
    service = Service(25)
    assert service.wait().percent_complete == 30
    assert service.polls == [0, 10, 20, 30]


def test_the_interval_can_be_set() -> None:
    service = Service(25)
    service.wait(interval=7.5)
    assert service.polls == [0, 7.5, 15, 22.5, 30]


@pytest.mark.parametrize("retry_after", [None, 0])
def test_the_default_interval_is_five_seconds(retry_after: int | None) -> None:
    service = Service(12, retry_after=retry_after)
    service.wait()
    assert service.polls == [0, 5, 10, 15]


def test_a_work_request_without_response_metadata_has_the_default_interval() -> None:
    clock = VirtualClock()
    snapshots = [replaced_response(status) for status in ("ACCEPTED", "SUCCEEDED")]
    done = wait_until_finished(lambda _: snapshots.pop(0), list, clock, timeout=60, interval=None, on_progress=None)
    assert (done.status, clock.now() - EPOCH) == ("SUCCEEDED", timedelta(seconds=5))


def replaced_response(status: str) -> WorkRequest:
    service = Service(0, status)
    read = service.poll()
    return WorkRequest(**{name: getattr(read, name) for name in read.__dataclass_fields__ if name != "response"})


def test_the_clock_of_a_read_shows_the_time_of_the_wait() -> None:
    service, shown = Service(12, retry_after=None), []

    def poll(clock: Clock) -> WorkRequest:
        shown.append(clock.now() - EPOCH)
        return service.poll()

    wait_until_finished(poll, list, service.clock, timeout=60, interval=None, on_progress=None)
    assert shown == [timedelta(seconds=seconds) for seconds in service.polls]


def test_on_progress_gets_every_snapshot() -> None:
    seen: list[float] = []
    Service(25).wait(on_progress=lambda work: seen.append(work.percent_complete))
    assert seen == [0, 10, 20, 30]


@pytest.mark.parametrize("status", ["FAILED", "CANCELED"])
def test_a_work_request_that_fails_raises_its_errors(status: str) -> None:
    service = Service(5, status)
    with pytest.raises(WorkRequestFailed) as failed:
        service.wait()
    assert failed.value.errors == (REASON,)
    assert failed.value.work_request.status == status
    assert service.errors_read == 1


def test_a_timeout_reports_the_progress() -> None:
    service = Service(1000)
    with pytest.raises(WaitTimeout) as late:
        service.wait(timeout=25)
    assert str(late.value) == "CREATE_MODEL work is IN_PROGRESS at 25 % after 25 seconds; to wait longer, pass timeout="
    assert service.polls == [0, 10, 20, 25]


@pytest.mark.parametrize("timeout", [20.5, 25])
def test_the_last_read_is_at_the_timeout(timeout: float) -> None:
    service = Service(timeout)
    assert service.wait(timeout=timeout).status == "SUCCEEDED"
    assert service.polls == [0, 10, 20, timeout]


@pytest.mark.parametrize(("timeout", "expected"), [(0, [0]), (2.5, [0, 1, 2, 2.5]), (60, list(range(11)))])
def test_a_work_request_that_is_never_found_is_read_for_ten_seconds_or_until_the_timeout(
    timeout: float, expected: list[float]
) -> None:
    service = Service(0)

    def poll(_: object) -> WorkRequest:
        service.poll()
        raise NotFound("not yet")

    with pytest.raises(NotFound, match="not yet"):
        wait_until_finished(poll, list, service.clock, timeout=timeout, interval=None, on_progress=None)
    assert service.polls == expected


def test_the_timeout_can_be_infinite() -> None:
    assert Service(100_000).wait(timeout=float("inf"), interval=50_000).status == "SUCCEEDED"


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeout": -1},
        {"timeout": float("nan")},
        {"timeout": None},
        {"timeout": "60"},
        {"timeout": True},
        {"interval": 0},
        {"interval": float("nan")},
        {"interval": "5"},
        {"interval": True},
    ],
)
def test_wrong_times_are_refused_before_the_first_read(wrong: dict[str, Any]) -> None:
    service = Service(0)
    with pytest.raises(InvalidInput, match=r"^(timeout must be 0 or more|interval must be more than 0) seconds, not "):
        service.wait(**wrong)
    assert service.polls == []


def test_an_on_progress_that_is_no_function_is_refused_before_the_first_read() -> None:
    service = Service(0)
    with pytest.raises(InvalidInput, match=r"^on_progress must be a function that takes a work request, not 5$"):
        service.wait(on_progress=5)
    assert service.polls == []


class OddClock:
    """A clock that shows odd times, and counts how long it slept."""

    def __init__(self, *shown: float) -> None:
        self.shown = list(shown)
        self.slept = 0.0

    def now(self) -> datetime:
        seconds = self.shown.pop(0) if len(self.shown) > 1 else self.shown[0]
        return EPOCH + timedelta(seconds=seconds)

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


ODD_CLOCKS = {
    "stands still": (0.0,),
    "goes back": tuple(-60.0 * n for n in range(2000)),
    "jumps": (0.0, 1e6, 1e9),
    "jumps back": (0.0, 1e6, 0.0),
}


@pytest.mark.parametrize("shown", ODD_CLOCKS.values(), ids=ODD_CLOCKS)
def test_a_wait_takes_as_long_as_it_sleeps_whatever_the_clock_shows(shown: tuple[float, ...]) -> None:
    clock, reads = OddClock(*shown), 0
    under_way = replaced_response("IN_PROGRESS")

    def poll(_: object) -> WorkRequest:
        nonlocal reads
        reads += 1
        return under_way

    with pytest.raises(WaitTimeout):
        wait_until_finished(poll, list, clock, timeout=100, interval=7, on_progress=None)
    assert (clock.slept, reads) == (100, 16)


def test_a_wait_counts_what_its_retries_sleep() -> None:
    simulator = Simulator(pace="manual")
    simulator.faults.add(Fault(status=503, operation="get_work_request", every=2, times="always", retry_after=20))
    genai = InMemoryModelRepository(simulator=simulator)
    started = genai.clock.now()
    _, work_id = ready.begin_import(genai)
    with pytest.raises(WaitTimeout):
        genai.wait_for_work_request(work_id, timeout=100, interval=5)
    assert 100 <= (genai.clock.now() - started).total_seconds() <= 120


def test_another_thread_that_moves_a_virtual_clock_does_not_end_a_wait() -> None:
    genai = InMemoryModelRepository(pace="manual")
    _, work_id = ready.begin_import(genai)
    seen: list[str] = []

    def move(work: WorkRequest) -> None:
        seen.append(work.status)
        genai.clock.advance(10_000)
        if len(seen) == 3:
            genai.simulator.finish(work_id)

    assert genai.wait_for_work_request(work_id, timeout=60, interval=5, on_progress=move).status == "SUCCEEDED"
    assert len(seen) == 4


def test_a_wait_ends_although_freezegun_has_frozen_the_time() -> None:
    clock = SystemClock()
    with freezegun.freeze_time("2026-07-15"):
        genai = InMemoryModelRepository(clock=clock, pace="manual")
        _, work_id = ready.begin_import(genai)
        with pytest.raises(WaitTimeout):
            genai.wait_for_work_request(work_id, timeout=0.05, interval=0.01)


@pytest.mark.parametrize(("hidden", "expected"), [(0, [0]), (3, [0, 1, 2, 3]), (10, list(range(11)))])
def test_a_wait_that_begins_with_404_reads_again_for_ten_seconds(hidden: float, expected: list[float]) -> None:
    service = Service(0)

    def poll(_: object) -> WorkRequest:
        work = service.poll()
        if service.polls[-1] < hidden:
            raise NotFound("not yet")
        return work

    wait_until_finished(poll, list, service.clock, timeout=60, interval=None, on_progress=None)
    assert service.polls == expected


def test_a_404_after_the_first_sight_ends_the_wait() -> None:
    service = Service(100)

    def poll(_: object) -> WorkRequest:
        work = service.poll()
        if service.polls[-1] > 0:
            raise NotFound("gone")
        return work

    with pytest.raises(NotFound, match="gone"):
        wait_until_finished(poll, list, service.clock, timeout=60, interval=1, on_progress=None)
    assert service.polls == [0, 1]
