"""Any calls in a block are undone at its end, and the same calls again get the same responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from genai_ports import FailingWork, Fault, InMemoryModelRepository, UpdateImportedModelDetails
from genai_ports.client.retry import NEVER
from genai_ports.errors import GenAiError
from genai_ports.testing import ready

if TYPE_CHECKING:
    from collections.abc import Callable


def _last(ids: list[str]) -> str:
    return ids[-1] if ids else "ocid1.x"


def _create(genai: InMemoryModelRepository, ids: list[str]) -> Any:
    made = genai.create_imported_model(ready.imported_model_details(), region=("ord", "fra")[len(ids) % 2])
    ids.append(made.id)
    return made


def _nested(genai: InMemoryModelRepository, ids: list[str]) -> Any:
    with genai.simulator.rollback():
        return _create(genai, list(ids))


STEPS: dict[str, Callable[[InMemoryModelRepository, list[str]], Any]] = {
    "create": _create,
    "cluster": lambda genai, ids: ids.append(genai.create_dedicated_ai_cluster(ready.cluster_details()).id),
    "get": lambda genai, ids: genai.get_imported_model(_last(ids)),
    "update": lambda genai, ids: genai.update_imported_model(_last(ids), UpdateImportedModelDetails(description="b")),
    "move": lambda genai, ids: genai.change_imported_model_compartment(_last(ids), ready.ELSEWHERE),
    "delete": lambda genai, ids: genai.delete_imported_model(_last(ids)),
    "list": lambda genai, _: list(genai.list_imported_models(ready.COMPARTMENT, limit=2)),
    "wait": lambda genai, _: genai.clock.sleep(5),
    "fault": lambda genai, _: genai.simulator.faults.add(Fault(status=503, nth=2, times=2)),
    "failing work": lambda genai, _: genai.simulator.failing_work.add(FailingWork(failure="timed-out")),
    "mode": lambda genai, _: genai.simulator.set_modes("short-pages", "stale-lists:3"),
    "limit": lambda genai, _: genai.simulator.limits.set("dedicated-unit-large-generic-count", 1),
    "key": lambda genai, _: genai.simulator.keys.update({"a/b/c": "key"}),
    "finish": lambda genai, ids: genai.simulator.finish(_last(ids)),
    "clear": lambda genai, _: genai.simulator.journal.clear(),
    "reset": lambda genai, ids: (genai.simulator.reset(), ids.clear()),
    "nested": _nested,
}


def play(genai: InMemoryModelRepository, steps: list[str], ids: list[str]) -> list[str]:
    """Carry out steps; return what each returned or raised."""
    results = []
    for step in steps:
        try:
            results.append(repr(STEPS[step](genai, ids)))
        except GenAiError as error:
            results.append(repr(error))
    return results


steps = st.lists(st.sampled_from(list(STEPS)), max_size=12)


@given(before=steps, inside=steps, pace=st.sampled_from(["instant", "4s", "reads:2"]))
def test_a_block_leaves_nothing_and_can_be_repeated(before: list[str], inside: list[str], pace: str) -> None:
    genai = InMemoryModelRepository(pace=pace, seed=7, retry=NEVER, details=True)
    ids: list[str] = []
    play(genai, before, ids)
    snapshot, time = genai.simulator.snapshot(), genai.clock.now()
    kept = [entry.sent for entry in genai.simulator.journal]
    with genai.simulator.rollback():
        first = play(genai, inside, list(ids))
    assert genai.simulator.snapshot() == snapshot
    assert genai.clock.now() == time
    assert [entry.sent for entry in genai.simulator.journal] == kept
    assert play(genai, inside, list(ids)) == first
