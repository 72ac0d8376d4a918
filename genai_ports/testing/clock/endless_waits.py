"""Waits that can never end: work that only a test can finish, or a clock that only a test can move, is read in vain."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread, current_thread
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.enums import WorkRequestStatus
from genai_ports.api.kinds import WORK_REQUEST
from genai_ports.api.verbs import TRANSIENT_STATES
from genai_ports.errors import WaitNeverEnds
from genai_ports.testing.clock.real_time import real_monotonic, really_sleep

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator
    from datetime import datetime

    from genai_ports.api.call import Call, Reply
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.simulator.work.operation import Work
    from genai_ports.testing.isolation.threads import OwnThreads

_PATIENCE: Final = 0.8
"""Seconds of real time after which a wait is refused."""

_LONGEST_WAIT: Final = timedelta(days=1)
"""A wait during which the clock of the world moves may have a time-out that ends it; a longer one has none."""

_MANY_READS: Final = 3
"""Fewer reads of the same are no wait: a test checks a state twice, and runs something slow in between."""

_SLICE: Final = 0.05
"""Seconds of real time between two looks at a world during a sleep."""

_UNDER_WAY: Final = TRANSIENT_STATES | {WorkRequestStatus.ACCEPTED, WorkRequestStatus.IN_PROGRESS}


class _Read(NamedTuple):
    """Reads that have shown the same work under way.

    Args:
        shown: the OCID of the resource or work request.
        work: the work; each change of it makes another value.
        begin: the time on the clock of the world at the first read.
        time: the same at the last read.
        since: when it was first read, in real time.
        times: how often it was read.
    """

    shown: str
    work: Work
    begin: datetime
    time: datetime
    since: float
    times: int = 1


class Watch:
    """Watches the reads of one world, and refuses those that wait for what cannot happen.

    Args:
        threads: the threads of the test; reads by others come from clients behind a server.
    """

    def __init__(self, threads: OwnThreads) -> None:
        self._threads = threads
        self._reads: dict[Hashable, _Read] = {}
        self._last: dict[Thread | None, _Read] = {}

    def changed(self) -> None:
        """Forget all reads: a call has changed the world."""
        self._reads.clear()
        self._last.clear()

    def check(self, world: Simulator, call: Call) -> None:
        """Refuse a read that has shown the same for too long.

        Raises:
            WaitNeverEnds: it has.
        """
        if not self._reads:
            return
        read = self._reads.get(_key(call))
        if read is None or read.times + 1 < _MANY_READS or real_monotonic() - read.since < _PATIENCE:
            return
        if _is_stuck(world, read):
            error = WaitNeverEnds(_message(world, read))
            raise world.refuse(
                error, call.operation.name, region=call.region, resource=call.target, request_id=call.request_id
            )

    def saw(self, world: Simulator, call: Call, reply: Reply) -> bool:
        """Note what a read has shown, and return whether work is under way there."""
        found = next(_under_way(world, call, reply), None)
        if found is None:
            if self._last:
                self._last.pop(self._reader(), None)
            return False
        key, now = _key(call), world.world.now
        shown, work = found
        before = self._reads.get(key)
        if before and before.work is work and (before.time == now or _is_manual(work)):
            read = before._replace(time=now, times=before.times + 1)
        else:
            read = _Read(shown, work, now, now, real_monotonic())
        self._reads[key] = read
        self._last[self._reader()] = read._replace(since=real_monotonic())
        return True

    def sleep(self, world: Simulator, seconds: float) -> None:
        """Sleep, unless this thread has read work that is under way and that cannot go on while it sleeps.

        Raises:
            WaitNeverEnds: it cannot; after a while, since another thread may let it go on.
        """
        ends = real_monotonic() + seconds
        read = self._last.get(current_thread())
        if read is None and self._threads.has_called():
            read = self._last.get(None)
        if read is None or seconds <= _SLICE:
            really_sleep(seconds)
            return
        while (left := ends - real_monotonic()) > 0:
            really_sleep(min(left, _SLICE))
            with world.lock:
                is_latest = read in self._last.values()
                if is_latest and real_monotonic() - read.since >= _PATIENCE and _is_stuck(world, read):
                    raise WaitNeverEnds(_message(world, read))

    def _reader(self) -> Thread | None:
        thread = current_thread()
        return thread if thread in self._threads else None


def _key(call: Call) -> Hashable:
    query = call.query
    return call.operation.name, call.target, call.region, query and (query.compartment_id, query.page, query.limit)


def _under_way(world: Simulator, call: Call, reply: Reply) -> Iterator[tuple[str, Work]]:
    """Return the work under way that a read shows."""
    if call.target is not None:
        work = _work(world, call.operation.kind.name, call.target)
        if work:
            yield call.target, work
        return
    for item in getattr(reply.value, "items", ()):
        if (getattr(item, "lifecycle_state", None) or getattr(item, "status", None)) in _UNDER_WAY:
            work = _work(world, call.operation.kind.name, item.id)
            if work:
                yield item.id, work


def _work(world: Simulator, kind: str, identifier: str) -> Work | None:
    """Return the work under way on a resource, or of a work request."""
    if kind == WORK_REQUEST.name:
        record: Any = world.world.works.records.get(identifier)
        return record.snapshot if record and not record.snapshot.finished else None
    record = world.world.tables[kind].records.get(identifier)
    return world.scheduler.current(record) if record else None


def _is_stuck(world: Simulator, read: _Read) -> bool:
    """Return whether work is as it was read, and nothing but the test can move it."""
    record = world.world.works.records.get(read.work.id)
    if record is None or record.snapshot is not read.work:
        return False
    now = world.clock.now()
    if _is_manual(read.work):
        return now == read.begin or now - read.begin >= _LONGEST_WAIT
    return now == read.time


def _is_manual(work: Work) -> bool:
    return work.duration is None and work.polls_left is None


def _message(world: Simulator, read: _Read) -> str:
    """Return what is waited for, why it cannot happen, and the ways out."""
    work, switch = read.work, "stop_endless_waits=False switches this check off"
    subject = f"this wait never ends: {work.operation_type} of {read.shown} is {work.status}, and nothing changes that"
    if _is_manual(work):
        return (
            f"{subject}: its pace is manual. Call genai_simulator.finish(identifier), or set another pace, such as "
            f"pace='instant'; {switch}"
        )
    return (
        f"{subject}: the clock of the world is virtual, and stands at {world.clock.now():%Y-%m-%dT%H:%M:%SZ}. Let "
        "time.sleep move it (fixture no_sleep), call genai_clock.advance(seconds) or "
        f"genai_simulator.finish(identifier), or set pace='instant'; {switch}"
    )
