"""What a recording shows, collected before it is played: objects, work, failures, walks over pages, times."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.kinds import WORK_REQUEST
from genai_ports.api.verbs import CREATE, GET, LIST, LIST_ERRORS, LIST_LOGS, UPDATE
from genai_ports.recording.cassette import Interaction, json_body
from genai_ports.recording.compare.forms import TIME_NAMES
from genai_ports.wire.http import NEXT_PAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from genai_ports.api.kind import Kind, Operation

_FAILED_AT: Final = re.compile(r"Failed at (\d+) %: ([^:]+): (.*)", re.DOTALL)
_SUCCESS: Final = range(200, 300)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt].*")


class Shown(NamedTuple):
    """An object that a response shows.

    Args:
        at: the number of the interaction, from 0.
        kind: of the object.
        region: where it is.
        document: the object.
        verb: the name of the verb of the request.
        cls: the class of the object.
    """

    at: int
    kind: Kind
    region: str
    document: dict[str, Any]
    verb: str
    cls: type


class Failed(NamedTuple):
    """How work failed, as far as the recording shows it."""

    percent: float
    code: str
    message: str


_NOT_LOGGED: Final = Failed(0, "InternalError", "The recording shows that this work failed.")


class Facts:
    """What a recording shows.

    Args:
        interactions: the recording.
        region: the id of the region of requests that name none.
    """

    def __init__(self, interactions: Sequence[Interaction], region: str) -> None:
        self.interactions = interactions
        self.region = region
        self.shown = tuple(self._all_shown())
        self._at: dict[int, list[Shown]] = {}
        for each in self.shown:
            self._at.setdefault(each.at, []).append(each)
        self.created = self._created()
        self.followed = self._followed()
        self._by_id: dict[str, list[Shown]] = {}
        for each in self.shown:
            self._by_id.setdefault(each.document["id"], []).append(each)
        self._succeeded = {
            each.document["id"]
            for each in self.shown
            if each.kind is WORK_REQUEST and each.document.get("status") == "SUCCEEDED"
        }
        self._failed_work = {
            each.document["id"]: each.document
            for each in self.shown
            if each.kind is WORK_REQUEST and each.document.get("status") == "FAILED"
        }
        self._errors = dict(self._all_errors())
        self._logged = dict(self._all_logged())

    def region_of(self, index: int) -> str:
        """Return the region of an interaction."""
        return self.interactions[index].region or self.region

    def by_id(self) -> dict[str, list[Shown]]:
        """Group what is shown by OCID, in the order of the first interaction with each."""
        return self._by_id

    def failure(self, work_request: str | None, details: str | None = None) -> Failed:
        """Return how the work of a work request failed.

        Args:
            work_request: its OCID; None if the recording does not show it.
            details: the lifecycle details of the resource, which are the message of the failure.
        """
        document = self._failed_work.get(work_request or "", {})
        error = self._errors.get(work_request or "", {})
        logged = self._logged.get(work_request or "", _NOT_LOGGED)
        percent = document.get("percentComplete", logged.percent)
        return Failed(
            min(99.0, max(0.0, percent if type(percent) in (int, float) else 0)),
            str(error.get("code") or logged.code),
            str(error.get("message") or details or logged.message),
        )

    def has_failed(self, work_request: str) -> bool:
        """Whether the recording shows that a work request failed."""
        return work_request in self._failed_work or work_request in self._errors

    def is_known(self, identifier: str | None, index: int) -> bool:
        """Whether the recording creates a resource or work request, or shows it before an interaction."""
        shown = self._by_id.get(identifier or "", ())
        created = self.created.get(identifier or "", index)
        return created < index or any(each.at < index for each in shown)

    def has_succeeded(self, work_request: str) -> bool:
        """Whether the recording shows that a work request succeeded."""
        return work_request in self._succeeded

    def time_of(self, index: int) -> datetime | None:
        """Return the latest time of the clock that a response shows; None if it shows none.

        The time at which the work of a request was accepted is that of the request.
        """
        times = [time for shown in self.shown_at(index) for time in _times(shown.document)]
        work = self.interactions[index].response.headers.get("opc-work-request-id")
        accepted = [read_time(shown.document.get("timeAccepted")) for shown in self._by_id.get(work or "", ())]
        times += [time for time in accepted if time]
        return max(times, default=None)

    def shown_at(self, index: int) -> Sequence[Shown]:
        """Return the objects that the response of an interaction shows."""
        return self._at.get(index, ())

    def items(self, index: int) -> list[dict[str, Any]]:
        """Return the items of a list response."""
        return items_of(json_body(self.interactions[index].response.body))

    def _all_shown(self) -> Iterator[Shown]:
        for index, each in enumerate(self.interactions):
            route = each.route
            if route is None or each.response.status not in _SUCCESS:
                continue
            operation, document = route.operation, json_body(each.response.body)
            if operation.verb not in (GET, LIST, CREATE, UPDATE) or operation.result is None:
                continue
            for item in items_of(document) if operation.is_list else [document]:
                if isinstance(item, dict) and isinstance(item.get("id"), str):
                    region = each.region or self.region
                    yield Shown(index, operation.kind, region, item, operation.verb.name, operation.result)

    def _created(self) -> dict[str, int]:
        """Map the OCIDs of the resources and work requests that the recording creates to the interactions."""
        known: set[str] = set()
        created: dict[str, int] = {}
        for index, each in enumerate(self.interactions):
            shown = self.shown_at(index)
            new = [one.document["id"] for one in shown if one.verb == CREATE.name]
            work = each.response.headers.get("opc-work-request-id")
            is_new = work is not None and work not in known and known.isdisjoint(new)
            if each.response.status in _SUCCESS and is_new:
                created |= dict.fromkeys((*new, str(work)), index)
            known |= {one.document["id"] for one in shown} | {work or ""}
            known |= {str(each.route.target)} if each.route and each.response.status in _SUCCESS else set()
        return created

    def _followed(self) -> dict[int, int]:
        """Map each page to the page after it, where the recording has that."""
        pages: dict[str, int] = {}
        found: dict[int, int] = {}
        for index, each in enumerate(self.interactions):
            page = dict(each.request.query).get("page")
            if page in pages:
                found[pages[page]] = index
            token = each.response.headers.get(NEXT_PAGE)
            if token:
                pages[token] = index
        return found

    def _all_logged(self) -> Iterator[tuple[str, Failed]]:
        """Iterate over what logs say of failures, in the form of the simulator's own logs."""
        for each in self.interactions:
            if each.route and each.route.operation.verb is LIST_LOGS:
                for item in items_of(json_body(each.response.body)):
                    found = _FAILED_AT.fullmatch(str(item.get("message")))
                    if found:
                        yield str(each.route.target), Failed(float(found[1]), found[2], found[3])

    def _all_errors(self) -> Iterator[tuple[str, dict[str, Any]]]:
        for each in self.interactions:
            route = each.route
            if route and route.operation.verb is LIST_ERRORS and each.response.status in _SUCCESS:
                for item in items_of(json_body(each.response.body))[:1]:
                    yield str(route.target), item


def items_of(document: Any) -> list[dict[str, Any]]:
    """Return the items of a page; none for any other JSON."""
    items = document.get("items") if isinstance(document, dict) else None
    return [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []


def resources_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the resources of a work request; none for a document of another form."""
    found = document.get("resources")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def read_time(text: Any) -> datetime | None:
    """Read a time in RFC 3339; None for any other value."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def sorting(operation: Operation, query: Mapping[str, str]) -> tuple[str, bool]:
    """Return the sort key of a list, and whether it is descending."""
    sort_by = query.get("sortBy") or operation.sort_keys[0]
    return sort_by, (query.get("sortOrder") or ("DESC" if sort_by.startswith("time") else "ASC")) == "DESC"


def _times(document: dict[str, Any]) -> Iterator[datetime]:
    for name in TIME_NAMES:
        moment = read_time(document.get(name))
        if moment:
            yield moment
