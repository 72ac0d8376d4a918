"""Get: read one resource, or one work request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports.api.kinds import WORK_REQUEST
from genai_ports.simulator.answer import Answer
from genai_ports.simulator.work.work_request_view import work_request

if TYPE_CHECKING:
    from genai_ports.api.call import Call
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.simulator.work.operation import Work

_MOST_SECONDS_TO_WAIT: Final = 300


def carry_out(simulator: Simulator, call: Call, region: str) -> Answer:
    """Read a resource, or a work request; that counts as a look at the work under way."""
    if call.operation.kind is WORK_REQUEST:
        return _work_request(simulator, call, region)
    record = simulator.world.get(call.operation.kind, call.target or "", region)
    if simulator.modes:
        from genai_ports.simulator.lists.quirks import check_visible  # noqa: PLC0415  # loaded when a mode is on

        check_visible(simulator, call, record)
    simulator.scheduler.poll(record)
    return Answer(record.snapshot, simulator.world.etag(record))


def _work_request(simulator: Simulator, call: Call, region: str) -> Answer:
    record = simulator.world.get_work(call.target or "", region)
    work, now = record.snapshot, simulator.clock.now()
    if not work.finished:
        simulator.scheduler.poll(simulator.world.tables[work.kind.name].get(work.resource_id))  # type: ignore[arg-type]  # is there
        work = record.snapshot
    snapshot = work_request(work, now)
    etag = simulator.world.ids.etag(work.id, work.status, snapshot.percent_complete)
    return Answer(snapshot, etag, retry_after=None if work.finished else _seconds_to_wait(work))


def _seconds_to_wait(work: Work) -> int:
    """Tell after how many seconds another look is worth while: a tenth of the whole, 1 to 300."""
    whole = work.duration.total_seconds() if work.duration else 0
    return max(1, min(_MOST_SECONDS_TO_WAIT, round(whole / 10)))
