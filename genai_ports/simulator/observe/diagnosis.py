"""Diagnosis: clients in trouble, found in the journal."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime  # noqa: TC003
from typing import TYPE_CHECKING, Final, NamedTuple

from genai_ports.api.kinds import OPERATIONS
from genai_ports.simulator.rules.refusals import NOT_YET_VISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from genai_ports.simulator.state.journal import Entry, Journal
    from genai_ports.simulator.state.world import World

MANY_TRIES: Final = 5
"""How many refusals of the same request, one after the other, are trouble."""

MANY_POLLS: Final = 3
"""How many reads of a FAILED work request or resource are trouble."""

_FIRST_SERVER_ERROR: Final = 500

REPEATED: Final = "repeated-request"
POLLS_FAILED_WORK: Final = "polls-failed-work"

_FIX: Final = "the same request will be refused again: fix it"
_ADVICE: Final[Mapping[object, str]] = {
    401: "the same request will be refused again: sign it with a registered key, and check the clock of the client",
    403: "the same request will be refused again: it is not allowed here, or not for this user",
    404: "repeating does not help: check the OCID, the region and the policies",
    "NotFound": "there is no such operation: check the path and the method",
    409: "repeating does not help: do what the message of the conflict says",
    "IncorrectState": "repeating does not help: wait until the work request has finished, then try again",
    "InvalidatedRetryToken": "the retry token is used up: send another opc-retry-token to make the change again",
    412: "read the resource again, and send its current etag",
    429: "wait longer before each try, and at least as long as retry-after says",
    501: "this operation is not implemented: use another one",
}
"""Advice by the code of an error, or else by its status."""
_LOST: Final = (
    "each try was carried out and its response lost: send the same opc-retry-token with all tries of one request, and "
    "list the resources before you repeat it"
)
_SERVER_ERROR: Final = "wait longer before each try, and give up after a while"


class Trouble(NamedTuple):
    """A client in trouble.

    Args:
        kind: `repeated-request` or `polls-failed-work`.
        operation: the operation that is repeated.
        resource: the OCID of its resource.
        times: how often.
        first: when it was first called.
        last: when it was last called.
        status: the status of the last response.
        code: OCI's error code in the last response.
        rule: the rule that refused the last call.
        advice: what the client should do instead.
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


def diagnose(world: World, journal: Journal) -> tuple[Trouble, ...]:
    """Find the clients in trouble among the calls in the journal, by their first call. All due work is settled."""
    entries = list(journal)
    return tuple(sorted([*_repeated(entries), *_polling(world, entries)], key=lambda trouble: trouble.first))


def _repeated(entries: Iterable[Entry]) -> Iterator[Trouble]:
    """Find requests that were refused or lost several times without a success in between."""
    tries: dict[tuple[str | None, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.rule == NOT_YET_VISIBLE.name:
            continue  # repeating the request is right
        if entry.request is None:
            tries = _without_ended(tries, entry)
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
    return _ADVICE.get(last.code) or _ADVICE.get(status) or (_SERVER_ERROR if is_ours else _FIX)


def _without_ended(
    tries: dict[tuple[str | None, ...], list[Entry]], success: Entry
) -> dict[tuple[str | None, ...], list[Entry]]:
    """Drop the tries that a success has ended: of the same operation, for the same resource or for a new one."""
    ended = [(success.operation, success.region, resource) for resource in (success.resource, None)]
    kept = {key: refused for key, refused in tries.items() if key[:3] not in ended}
    return defaultdict(list, kept)


def _polling(world: World, entries: Iterable[Entry]) -> Iterator[Trouble]:
    """Find work requests and resources that were read several times although they showed FAILED."""
    polls: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.showed and entry.resource:
            polls[entry.resource].append(entry)
    for identifier, seen in polls.items():
        if len(seen) >= MANY_POLLS and world.find_anywhere(identifier):
            yield _trouble(POLLS_FAILED_WORK, seen, "FAILED is final: read the errors of the work request, and stop")


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
