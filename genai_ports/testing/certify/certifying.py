"""Certifying an endpoint: rehearse in memory, run against the endpoint, delete everything, and report."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from genai_ports.backends.memory import MemoryBackend
from genai_ports.errors import GenAiError
from genai_ports.simulator.settings import WorldSettings
from genai_ports.simulator.simulator import Simulator
from genai_ports.testing import ready
from genai_ports.testing.certify.certified_backend import CertifiedRepository
from genai_ports.testing.certify.clean_up import delete_made, delete_tagged, find_tagged
from genai_ports.testing.certify.run import Run
from genai_ports.testing.certify.running import run_suite
from genai_ports.testing.certify.scope import PREFIX, OutOfScope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from genai_ports.client.backend import Backend
    from genai_ports.testing.certify.running import TestRun
    from genai_ports.testing.certify.scope import Scope

_CANNOT: Final[Mapping[str, str]] = {
    "PACE": "a certification takes the endpoint as it is",
    "SEED": "a certification takes the endpoint as it is",
    "REGION": "a certification takes the endpoint as it is",
    "SEVERAL": "a certification is of one endpoint",
    "FRESH": "the compartment has the resources of other tests, deleted ones included",
}
_AT_ONCE: Final[Mapping[str, str]] = {"UNDER_WAY": "the work of this endpoint finishes at once"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a certification will do, found out by a rehearsal in memory.

    Args:
        tests: how many tests will run.
        without: the tests that will not run, each with the reason.
        created: how many resources each kind will have, by the title of the kind.
        unit_hours: of dedicated AI clusters, with the durations of the simulator.
        hours: how long it takes, with the durations of the simulator.
    """

    tests: int
    without: Mapping[str, str]
    created: Mapping[str, int]
    unit_hours: float
    hours: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Certification:
    """What a certification found.

    Args:
        results: of each test.
        left: what could not be deleted, with the reason.
        is_complete: whether it ran to its end.
    """

    results: Sequence[TestRun]
    left: Sequence[str]
    is_complete: bool


def make_plan(region: str, scope: Scope, *, only: str | None = None) -> Plan:
    """Rehearse a certification in memory.

    Args:
        region: the default region of the endpoint.
        scope: what the certification may do.
        only: an expression that selects tests, as for `pytest -k`; default: all.
    """
    simulator = Simulator(WorldSettings(region=region, pace="realistic"))
    run = Run(MemoryBackend(simulator), scope, f"{PREFIX}rehearsal")
    results, _ = run_suite(run, _CANNOT, without={}, only=only)
    return Plan(
        tests=sum(result.outcome != "declared" for result in results),
        without={result.name: str(result.why) for result in results if result.outcome == "declared"},
        created=sum((result.created for result in results if result.outcome != "declared"), Counter[str]()),
        unit_hours=sum(result.unit_hours for result in results if result.outcome != "declared"),
        hours=sum(result.seconds for result in results if result.outcome != "declared") / 3600,
    )


def certify(
    backend: Backend,
    scope: Scope,
    plan: Plan,
    *,
    only: str | None = None,
    is_real: bool = True,
    on_result: Callable[[TestRun], object] = lambda _: None,
    is_interrupted: Callable[[], bool] = lambda: False,
) -> Certification:
    """Run the first half of the contract against an endpoint, and delete all that it created.

    Args:
        backend: sends the calls to the endpoint.
        scope: what the certification may do.
        plan: of the rehearsal.
        only: an expression that selects tests, as for `pytest -k`; default: all.
        is_real: whether work takes its time there. If not, one resource is created to find out.
        on_result: called with the result of each test.
        is_interrupted: returns whether an interrupt was requested; the next call of a test then raises it again.
    """
    name = f"{PREFIX}{sha256(backend.new_retry_token().encode()).hexdigest()[:12]}"
    run = Run(backend, scope, name, is_interrupted)
    results: Sequence[TestRun] = ()
    left: Sequence[str] = ()
    is_complete = False
    try:
        cannot = {**_CANNOT, **({} if is_real or not _works_at_once(run) else _AT_ONCE)}
        results, was_interrupted = run_suite(run, cannot, without=plan.without, only=only, on_result=on_result)
        is_complete = not was_interrupted
    except KeyboardInterrupt:
        is_complete = False
    finally:
        left = _clean_up(run)
    return Certification(results=results, left=left, is_complete=is_complete)


def _clean_up(run: Run) -> Sequence[str]:
    """Delete what is left of a run; return what could not be deleted, with the reason."""
    try:
        return delete_tagged(run.backend, find_tagged(run.backend, run.scope, run.name), run.scope.interval)
    except KeyboardInterrupt:
        return ["the clean-up was interrupted"]
    except GenAiError as error:
        return [f"what is left could not be listed: {error}"]


def _works_at_once(run: Run) -> bool:
    """Return whether work has finished when a resource is first read."""
    genai: Any = CertifiedRepository(run)
    try:
        created = genai.create_imported_model(ready.imported_model_details())
        return bool(genai.get_imported_model(created.id).lifecycle_state == "ACTIVE")
    except (GenAiError, OutOfScope):
        return False
    finally:
        delete_made(run, genai.certified.made.values())
