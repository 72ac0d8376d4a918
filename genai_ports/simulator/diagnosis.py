"""Diagnosis: clients in trouble, as the journal shows them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime  # noqa: TC003
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from genai_ports.simulator.controls import Controls
    from genai_ports.simulator.journal import Entry

MANY_TRIES: Final = 5
"""So many refusals of the same request, one after the other, are trouble."""

MANY_LOOKS: Final = 3
"""So many looks at a work request that has failed, after its end, are trouble."""

REPEATED: Final = "repeated-request"
POLLS_FAILED_WORK: Final = "polls-failed-work"

_ADVICE: Final = {
    400: "the same request will be refused again: mend it",
    401: "the same request will be refused again: sign it with a key that is registered",
    404: "what is not there, or not to be seen, does not come by asking: look at the OCID, the region and the policies",
    409: "a Conflict stays until somebody acts on what its message says; only IncorrectState passes by itself",
    412: "read the resource again, and send the etag it has now",
    429: "wait longer from try to try, and as long as retry-after says",
}
_LOST: Final = (
    "each try was carried out, and its answer lost: send the same opc-retry-token with all tries of one creation, and "
    "look for what is there before you ask again"
)
_SERVER_ERROR: Final = "wait longer from try to try, and give up after a while"


class Trouble(NamedTuple):
    """A client in trouble.

    Args:
        kind: `repeated-request` or `polls-failed-work`.
        operation: what is called again and again.
        resource: the OCID that it is called for.
        times: how often.
        first: when it began.
        last: when it was last seen.
        status: what was answered last.
        code: OCI's error code.
        rule: the rule that refused.
        advice: what would help.
    """

    kind: str
    operation: str
    resource: str | None
    times: int
    first: datetime
    last: datetime
    status: int | None
    code: str | None
    rule: str | None
    advice: str


def diagnose(simulator: Controls) -> tuple[Trouble, ...]:
    """Find the clients in trouble among the calls that the journal remembers, by when the trouble began."""
    simulator.engine.settle()
    entries = list(simulator.journal)
    return tuple(sorted([*_repeated(entries), *_polling(simulator, entries)], key=lambda trouble: trouble.first))


def _repeated(entries: Iterable[Entry]) -> Iterator[Trouble]:
    """Find requests that were refused, or not answered, again and again.

    Other calls in between do not matter, a success does.
    """
    tries: dict[tuple[str | None, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.request is None:
            tries = _forgetting(tries, entry)
            continue
        made = entry.code is None and entry.operation.startswith("create_")
        tries[entry.operation, entry.region, None if made else entry.resource, entry.request].append(entry)
    for failed in tries.values():
        if len(failed) >= MANY_TRIES:
            yield _trouble(REPEATED, failed, _advice(failed[-1]))


def _advice(last: Entry) -> str:
    if last.status is not None and last.code is None:
        return _LOST
    return _ADVICE.get(last.status or 0, _SERVER_ERROR)


def _forgetting(
    tries: dict[tuple[str | None, ...], list[Entry]], success: Entry
) -> dict[tuple[str | None, ...], list[Entry]]:
    """Drop the tries that a success has ended: those of the same operation for the same resource, or for a new one."""
    ended = [(success.operation, success.region, resource) for resource in (success.resource, None)]
    kept = {key: refused for key, refused in tries.items() if key[:3] not in ended}
    return defaultdict(list, kept)


def _polling(simulator: Controls, entries: Iterable[Entry]) -> Iterator[Trouble]:
    looks: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.operation == "get_work_request" and entry.code is None and entry.resource is not None:
            looks[entry.resource].append(entry)
    for identifier, seen in looks.items():
        record = simulator.world.works.get(identifier)
        work = record.snapshot if record else None
        if work is None or work.status != "FAILED":
            continue
        after = [entry for entry in seen if entry.time >= work.time_finished]
        if len(after) >= MANY_LOOKS:
            yield _trouble(POLLS_FAILED_WORK, after, "FAILED is an end: read the work request's errors, and stop")


def _trouble(kind: str, entries: list[Entry], advice: str) -> Trouble:
    first, last = entries[0], entries[-1]
    return Trouble(
        kind=kind,
        operation=last.operation,
        resource=last.resource,
        times=len(entries),
        first=first.time,
        last=last.time,
        status=last.status,
        code=last.code,
        rule=last.rule,
        advice=advice,
    )
