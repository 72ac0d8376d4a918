"""Whatever the clock of a world does, work goes forward only, and its times are in order."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from genai_ports import InMemoryModelRepository, VirtualClock
from genai_ports.simulator.state.clock import EPOCH
from genai_ports.testing import ready
from genai_ports.testing.invariants import InvariantChecker

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

HOUR = 3600.0
STATES = ("ACCEPTED", "IN_PROGRESS", "SUCCEEDED", "FAILED")
JUMPS = st.lists(st.floats(-2 * HOUR, 2 * HOUR) | st.sampled_from([0.0, -HOUR, HOUR]), min_size=1, max_size=12)
STEPS = st.sampled_from(["poll", "begin", "delete", "progress", "finish", "fail", "repace"])


def in_order(*times: datetime | None) -> bool:
    known = [time for time in times if time is not None]
    return known == sorted(known)


def carry_out(genai: InMemoryModelRepository, step: str, models: list[str]) -> None:
    """Do one thing to the world, if it can be done now."""
    simulator, last = genai.simulator, models[-1]
    if step == "begin":
        models.append(genai.create_imported_model(ready.imported_model_details()).id)
    elif step == "delete" and genai.get_imported_model(last).lifecycle_state == "ACTIVE":
        genai.delete_imported_model(last)
    elif genai.get_imported_model(last).lifecycle_state in ("CREATING", "DELETING"):
        actions: dict[str, Any] = {
            "progress": lambda: simulator.progress(last, 30),
            "finish": lambda: simulator.finish(last),
            "fail": lambda: simulator.fail(last, percent=60),
            "repace": lambda: simulator.set_pace(last, "600s"),
        }
        actions.get(step, lambda: None)()


@example(jumps=[HOUR / 6, -HOUR], steps=["poll"], pace="realistic")
@example(jumps=[HOUR, -HOUR, -HOUR], steps=["finish"], pace="manual")
@given(jumps=JUMPS, steps=st.lists(STEPS, min_size=1), pace=st.sampled_from(["realistic", "2s", "instant", "manual"]))
def test_work_never_goes_back(jumps: list[float], steps: list[str], pace: str) -> None:
    clock = VirtualClock()
    genai = InMemoryModelRepository(clock=clock, pace=pace)
    invariants = InvariantChecker(genai.simulator)
    models = [genai.create_imported_model(ready.imported_model_details()).id]
    seen: dict[str, list[Any]] = {}
    times = [EPOCH]
    for n, jump in enumerate(jumps):
        clock.move_to(clock.now() + timedelta(seconds=jump))
        carry_out(genai, steps[n % len(steps)], models)
        for work in genai.list_work_requests(ready.COMPARTMENT, sort_order="ASC"):
            seen.setdefault(work.id, []).append(genai.get_work_request(work.id))
        for model in genai.list_imported_models(ready.COMPARTMENT):
            assert in_order(model.time_created, genai.get_imported_model(model.id).time_updated)
        times.append(genai.simulator.world.now)
        invariants.check(touched=models)
    assert in_order(*times)
    assert in_order(*(entry.time for entry in genai.simulator.journal))
    for reads in seen.values():
        check_reads(reads)
    for identifier in models:
        assert in_order(*(moment.time for moment in genai.simulator.timeline(identifier)))


def check_reads(reads: Iterable[Any]) -> None:
    for read in reads:
        assert in_order(read.time_accepted, read.time_started, read.time_finished)
    for before, after in pairwise(reads):
        assert after.percent_complete >= before.percent_complete
        assert STATES.index(after.status) >= STATES.index(before.status)
        assert after.time_accepted == before.time_accepted
        assert before.time_started in (None, after.time_started)
        assert before.time_finished in (None, after.time_finished)


@pytest.mark.parametrize("back", [1, HOUR, 30 * 24 * HOUR])
def test_work_goes_on_when_the_clock_has_come_to_its_time_again(back: float) -> None:
    clock = VirtualClock()
    genai = InMemoryModelRepository(clock=clock, pace="100s")
    _, work_id = ready.begin_import(genai)
    clock.advance(60)
    before = genai.get_work_request(work_id)
    clock.move_to(clock.now() - timedelta(seconds=back))
    assert genai.get_work_request(work_id).percent_complete == before.percent_complete
    clock.advance(back)
    assert genai.get_work_request(work_id).percent_complete == before.percent_complete
    clock.advance(40)
    assert genai.get_work_request(work_id).status == "SUCCEEDED"
