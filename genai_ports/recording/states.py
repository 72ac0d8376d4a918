"""States: what a recorded response shows of resources, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from genai_ports.wire.http import NEXT_PAGE, REQUEST_ID, RESPONSE_HEADERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.wire.http import HttpResponse

_TEMPORARY: Final = frozenset({"CREATING", "UPDATING", "DELETING", "ACCEPTED", "WAITING", "IN_PROGRESS", "CANCELING"})
"""The states that a resource or a work request leaves without a request of a client."""
_STATES: Final = ("lifecycleState", "status")
_TIMES: Final = ("timeCreated", "timeUpdated", "timeAccepted", "timeStarted", "timeFinished")
_COMPARED: Final = (*(header for header in RESPONSE_HEADERS.values() if header != REQUEST_ID), NEXT_PAGE, "location")

BEFORE_ALL: Final = datetime.min.replace(tzinfo=UTC)


def essence(response: HttpResponse) -> tuple[object, ...]:
    """Return what makes two responses different states: not the request id, and not the date."""
    return response.status, response.body, *map(response.headers.get, _COMPARED)


def temporary_states(document: Any) -> dict[str, str]:
    """Map the ids of the resources that are in a temporary state to that state."""
    return {name: state for name, state in _states(document) if state in _TEMPORARY}


def is_finished(document: Any, temporary: dict[str, str]) -> bool:
    """Return whether one resource that was in a temporary state is in its last one here; False for a list."""
    return any(
        name in temporary and state not in _TEMPORARY and (state != "DELETED" or temporary[name] == "DELETING")
        for name, state in _states(document)
        if "items" not in document
    )


def latest_time(document: Any) -> datetime:
    """Return the latest time at which something happened to a resource in a response; `BEFORE_ALL` if it shows none."""
    texts = (each.get(name) for each in _resources(document) for name in _TIMES)
    return max((moment for text in texts if text and (moment := _read_time(text))), default=BEFORE_ALL)


def _states(document: Any) -> Iterator[tuple[str, str]]:
    for each in _resources(document):
        for name in _STATES:
            state = each.get(name)
            if isinstance(state, str):
                yield str(each.get("id")), state


def _resources(document: Any) -> list[dict[str, Any]]:
    if not isinstance(document, dict):
        return []
    items = document.get("items", [document])
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _read_time(text: Any) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
