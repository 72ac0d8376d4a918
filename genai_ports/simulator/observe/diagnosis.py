"""Diagnosis: clients in trouble, as the journal shows them."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime  # noqa: TC003
from typing import TYPE_CHECKING, Final, NamedTuple

from genai_ports.api.kinds import OPERATIONS
from genai_ports.simulator.rules.refusals import NOT_YET_VISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from genai_ports.simulator.controls import Controls
    from genai_ports.simulator.state.journal import Entry
    from genai_ports.simulator.state.world import World

MANY_TRIES: Final = 5
"""So many refusals of the same request, one after the other, are trouble."""

MANY_LOOKS: Final = 3
"""So many looks at a work request or a resource that show it FAILED are trouble."""

_FIRST_SERVER_ERROR: Final = 500

REPEATED: Final = "repeated-request"
POLLS_FAILED_WORK: Final = "polls-failed-work"

_MEND: Final = "the same request will be refused again: mend it"
_ADVICE: Final[Mapping[object, str]] = {
    401: "the same request will be refused again: sign it with a key that is registered, and by a clock that is right",
    403: "the same request will be refused again: it is not allowed here, or not to this user",
    404: "what is not there, or not to be seen, does not come by asking: look at the OCID, the region and the policies",
    "NotFound": "there is no such operation, and there will be none: look at the path and the method",
    409: "a conflict stays until somebody acts on what its message says",
    "IncorrectState": "the state passes, but not by asking: wait until its work request has ended, and ask then",
    "InvalidatedRetryToken": "the token is used up: ask with another opc-retry-token, if it is to be done again",
    412: "read the resource again, and send the etag it has now",
    429: "wait longer from try to try, and as long as retry-after says",
    501: "nothing here does that: ask for something else",
}
"""What would help, by the code of an error, or else by its status."""
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
    simulator.scheduler.settle()
    entries = list(simulator.journal)
    return tuple(sorted([*_repeated(entries), *_polling(simulator, entries)], key=lambda trouble: trouble.first))


def _repeated(entries: Iterable[Entry]) -> Iterator[Trouble]:
    """Find requests that were refused, or not answered, again and again.

    Other calls in between do not matter, a success does.
    """
    tries: dict[tuple[str | None, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.rule == NOT_YET_VISIBLE.name:
            continue  # that comes by asking
        if entry.request is None:
            tries = _forgetting(tries, entry)
            continue
        made = entry.code is None and entry.operation.startswith("create_")
        tries[entry.operation, entry.region, None if made else entry.resource, entry.request].append(entry)
    for failed in tries.values():
        if len(failed) >= MANY_TRIES:
            yield _trouble(REPEATED, failed, _advice(failed[-1]))


def _advice(last: Entry) -> str:
    status = last.status
    if status is not None and last.code is None and OPERATIONS[last.operation].takes_retry_token:
        return _LOST
    is_ours = status is None or last.code is None or status >= _FIRST_SERVER_ERROR
    return _ADVICE.get(last.code) or _ADVICE.get(status) or (_SERVER_ERROR if is_ours else _MEND)


def _forgetting(
    tries: dict[tuple[str | None, ...], list[Entry]], success: Entry
) -> dict[tuple[str | None, ...], list[Entry]]:
    """Drop the tries that a success has ended: those of the same operation for the same resource, or for a new one."""
    ended = [(success.operation, success.region, resource) for resource in (success.resource, None)]
    kept = {key: refused for key, refused in tries.items() if key[:3] not in ended}
    return defaultdict(list, kept)


def _polling(simulator: Controls, entries: Iterable[Entry]) -> Iterator[Trouble]:
    """Find work requests, and resources, that were looked at again and again though the answer was FAILED."""
    looks: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.showed and entry.resource:
            looks[entry.resource].append(entry)
    for identifier, seen in looks.items():
        if len(seen) >= MANY_LOOKS and _is_remembered(simulator.world, identifier):
            yield _trouble(POLLS_FAILED_WORK, seen, "FAILED is an end: read the work request's errors, and stop")


def _is_remembered(world: World, identifier: str) -> bool:
    return any(table.get(identifier) for table in (*world.tables.values(), world.works))


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
