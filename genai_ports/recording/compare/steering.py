"""Steering: what must have happened in the simulated world before a call, so that it can show what was recorded.

The pace of the simulator is manual: work goes on when the recording shows that it did. Where the recording leaves open
what had happened, each possibility is tried, and the one with the fewest differences is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, KINDS, WORK_REQUEST
from genai_ports.api.verbs import CREATE, LIST, LIST_LOGS, TRANSIENT_STATES
from genai_ports.recording.cassette import json_body
from genai_ports.recording.compare.facts import items_of
from genai_ports.recording.compare.forms import OCID
from genai_ports.simulator.state.retry_tokens import RetryTokens
from genai_ports.simulator.work.lifecycle import transition_of
from genai_ports.simulator.work.log_lines import log_lines
from genai_ports.simulator.work.operation import NEEDS_ATTENTION

if TYPE_CHECKING:
    from genai_ports.recording.cassette import Interaction
    from genai_ports.recording.compare.facts import Facts
    from genai_ports.recording.compare.identities import Identities
    from genai_ports.simulator.simulator import Simulator
    from genai_ports.simulator.work.operation import Work

_MOST_TRIED: Final = 64
_SUCCESS: Final = range(200, 300)
_NOT_FOUND: Final = 404
_WHOLE: Final = 100


class Step(NamedTuple):
    """One thing that happens to the work on a resource, or to a deleted resource.

    Args:
        action: `wait`, `progress`, `finish`, `fail`, `attention`, `purge` or `forget`.
        percent: for `progress`, how far.
    """

    action: str
    percent: float = 0


WAIT: Final = Step("wait")
FINISH: Final = Step("finish")
FAIL: Final = Step("fail")
ATTENTION: Final = Step("attention")
PURGE: Final = Step("purge")
FORGET: Final = Step("forget")
_TOKENS: Final = "retry tokens"
"""In a course, in the place of a resource: the retry tokens of more than 24 hours ago."""
Course = Mapping[str, Step]
"""What happens to each resource, by its OCID in the simulator."""


def courses(simulator: Simulator, facts: Facts, ids: Identities, index: int, *, time_known: bool) -> list[Course]:
    """List what may have happened before an interaction, the plainest first."""
    each = facts.interactions[index]
    options = dict(_options(simulator, facts, ids, index))
    if not time_known:
        for name in _purges(simulator, ids, each):
            options[name] = (*options.get(name, (WAIT,)), PURGE)
        if each.request.headers.get("opc-retry-token") and len(simulator.retry_tokens):
            options[_TOKENS] = (WAIT, FORGET)
    if not options:
        return [{}]
    names = list(options)
    together = (WAIT, FINISH) if len(names) > 1 else ()
    same = (dict.fromkeys(names, step) for step in together if all(step in options[n] for n in names))
    mixed = (dict(zip(names, steps, strict=True)) for steps in product(*options.values()))
    found: list[Course] = []
    for course in islice((*same, *islice(mixed, _MOST_TRIED)), _MOST_TRIED):
        if course not in found:
            found.append(course)
    return found


def follow(simulator: Simulator, facts: Facts, ids: Identities, course: Course) -> None:
    """Make a course happen in a simulator."""
    recorded = {simulated: identifier for identifier, simulated in ids.ocids.items()}
    for resource, step in course.items():
        if step == FORGET:
            simulator.world.retry_tokens = RetryTokens()
        elif step == PURGE:
            _purge(simulator, resource)
        elif step != WAIT:
            _move(simulator, facts, recorded, resource, step)


def _move(simulator: Simulator, facts: Facts, recorded: Mapping[str, str], resource: str, step: Step) -> None:
    work = simulator.work_on(resource)
    if step.action == "progress":
        simulator.progress(resource, min(99.0, max(0.0, step.percent)))
        return
    if step.action == "finish":
        simulator.finish(resource)
        return
    details = _failed_details(facts, recorded.get(resource, resource))
    if step.action == "attention":
        simulator.fail(resource, failure="needs-attention", message=details)
        if not simulator.world.works.records[work.id].snapshot.finished:
            simulator.finish(resource)
        return
    failed = facts.failure(recorded.get(work.id, work.id), details)
    simulator.fail(resource, percent=failed.percent, code=failed.code, message=failed.message)
    if not simulator.world.works.records[work.id].snapshot.finished:
        simulator.finish(resource)


def _failed_details(facts: Facts, resource: str) -> str | None:
    """Return the lifecycle details of a resource after its work failed."""
    for each in facts.by_id().get(resource, ()):
        if each.document.get("lifecycleState") in ("FAILED", NEEDS_ATTENTION):
            details = each.document.get("lifecycleDetails")
            return details if isinstance(details, str) else None
    return None


def _purge(simulator: Simulator, resource: str) -> None:
    for name, table in simulator.world.tables.items():
        record = table.get(resource)
        if record is None:
            continue
        if simulator.scheduler.current(record):
            simulator.finish(resource)
        simulator.scheduler.purge(KINDS[name], resource)


def _busy(simulator: Simulator) -> dict[str, Work]:
    """Map the resources with work under way to that work."""
    works = (record.snapshot for record in simulator.world.works)
    return {work.resource_id: work for work in works if not work.finished}


def _options(simulator: Simulator, facts: Facts, ids: Identities, index: int) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """For each busy resource that matters for a call: what may have happened to it."""
    each = facts.interactions[index]
    busy = _busy(simulator)
    if not busy or each.route is None:
        return
    related = _related(simulator, ids, each, busy)
    is_read = each.request.method == "GET" and each.response.status in _SUCCESS
    shown = _shown_states(ids, each) if is_read else {}
    for resource in related:
        work = busy[resource]
        steps = _steps_shown(simulator, work, shown)
        if steps is None:
            steps = _as_it_ends(_free_steps(work, each), _end(facts, ids, work, index))
        if steps != (WAIT,):
            yield resource, steps


def _related(simulator: Simulator, ids: Identities, each: Interaction, busy: Mapping[str, Work]) -> list[str]:
    route = each.route
    assert route  # noqa: S101  # for the type checkers: the caller has checked it
    texts = (route.target or "", each.request.body.decode(errors="replace"), repr(each.request.query))
    named = {ids.translate(found) for text in texts for found in OCID.findall(text)}
    named |= {ids.translate(found) for found in OCID.findall(each.response.body.decode(errors="replace"))}
    named |= {dependent for name in tuple(named) for dependent in simulator.world.dependents(name)}
    if route.operation.verb is CREATE and each.request.headers.get("opc-retry-token"):
        return list(busy)
    if route.operation.verb is LIST:
        kind = route.operation.kind
        return [name for name, work in busy.items() if kind is WORK_REQUEST or work.kind is kind or name in named]
    return [name for name, work in busy.items() if name in named or work.id in named]


def _shown_states(ids: Identities, each: Interaction) -> dict[str, dict[str, Any]]:
    """Map the simulated OCIDs of what a response shows to the objects."""
    document = json_body(each.response.body)
    if not isinstance(document, dict):
        return {}
    items = items_of(document) if "items" in document else [document]
    return {ids.translate(str(item.get("id"))): item for item in items}


def _steps_shown(simulator: Simulator, work: Work, shown: Mapping[str, Any]) -> tuple[Step, ...] | None:
    """Return the steps that lead to what a response shows of the work or its resource; None if it shows neither."""
    if work.id in shown:
        return _steps_to_status(work, shown[work.id])
    if work.resource_id not in shown:
        return None
    wanted = shown[work.resource_id].get("lifecycleState")
    transition = transition_of(work.operation.verb)
    record = simulator.world.tables[work.kind.name].records[work.resource_id]
    if wanted == record.snapshot.lifecycle_state:
        return (WAIT,)
    ends = ((FINISH, transition.succeeded), (FAIL, transition.failed), (ATTENTION, NEEDS_ATTENTION))
    return tuple(step for step, state in ends if state == wanted) or (WAIT,)


def _steps_to_status(work: Work, document: Mapping[str, Any]) -> tuple[Step, ...]:
    status, percent = document.get("status"), document.get("percentComplete")
    if status == "IN_PROGRESS":
        is_number = isinstance(percent, int | float) and not isinstance(percent, bool)
        same = work.time_started is not None and percent == work.percent
        return (WAIT,) if same or not is_number else (Step("progress", float(percent or 0)),)
    if status == "SUCCEEDED":
        return (FINISH, ATTENTION) if work.kind is DEDICATED_AI_CLUSTER else (FINISH,)
    return (FAIL,) if status == "FAILED" else (WAIT,)


def _free_steps(work: Work, each: Interaction) -> tuple[Step, ...]:
    """Return what may have happened to work of which a response shows nothing."""
    route = each.route
    if route and route.operation.verb is LIST_LOGS:
        lines = {at for at, _ in log_lines(work.operation, work.epochs)}
        return (WAIT, *(Step("progress", at) for at in sorted(lines) if at < _WHOLE), FINISH, FAIL)
    return (WAIT, FINISH, FAIL)


def _as_it_ends(steps: tuple[Step, ...], end: Step | None) -> tuple[Step, ...]:
    """Leave out the ends of work that contradict what the recording shows later."""
    if end is None:
        return steps
    if end == WAIT:
        return tuple(step for step in steps if step not in (FINISH, FAIL, ATTENTION)) or (WAIT,)
    return tuple(step for step in steps if step not in (FINISH, FAIL, ATTENTION) or step == end) or steps


def _end(facts: Facts, ids: Identities, work: Work, index: int) -> Step | None:
    """Return how work ends, as far as the recording shows that from an interaction on.

    Returns:
        a step; `WAIT` if it is still under way after the interaction, None if the recording does not show it.
    """
    recorded = {simulated: identifier for identifier, simulated in ids.ocids.items()}
    identifier, resource = (recorded.get(each, each) for each in (work.id, work.resource_id))
    later = [each.document for each in facts.by_id().get(identifier, ()) if each.at > index]
    if any(document.get("status") in ("ACCEPTED", "IN_PROGRESS") for document in later):
        return WAIT
    if facts.has_failed(identifier):
        return FAIL
    transition = transition_of(work.operation.verb)
    for each in facts.by_id().get(resource, ()):
        state = each.document.get("lifecycleState")
        if each.at <= index or each.verb == CREATE.name:  # a repeated create shows the first response again
            continue
        if state in TRANSIENT_STATES:
            return WAIT if state == transition.under_way else None
        if state == NEEDS_ATTENTION:
            return ATTENTION
        if transition.succeeded != transition.failed and state in (transition.succeeded, transition.failed):
            return FINISH if state == transition.succeeded else FAIL
        break
    return FINISH if facts.has_succeeded(identifier) and work.kind is not DEDICATED_AI_CLUSTER else None


def _purges(simulator: Simulator, ids: Identities, each: Interaction) -> list[str]:
    """List the deleted resources that a recorded response no longer shows: they may have been removed."""
    route = each.route
    if route is None:
        return []
    gone = (record for table in simulator.world.tables.values() for record in table)
    deleted = [record for record in gone if record.snapshot.lifecycle_state in ("DELETED", "DELETING")]
    if route.operation.verb is LIST and each.response.status in _SUCCESS:
        shown = each.response.body.decode(errors="replace")
        present = {ids.translate(found) for found in OCID.findall(shown)}
        absent = [record.snapshot.id for record in deleted if record.snapshot.id not in present]
        if route.operation.kind is WORK_REQUEST:
            absent = [r.snapshot.id for r in deleted if present.isdisjoint((r.snapshot.id, *r.works))]
        return absent
    target = ids.translate(route.target or "")
    if each.response.status == _NOT_FOUND:
        return [r.snapshot.id for r in deleted if target == r.snapshot.id or target in r.works]
    return []
