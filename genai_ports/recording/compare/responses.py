"""Comparing a recorded response with a simulated one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.verbs import LIST, LIST_ERRORS, LIST_LOGS
from genai_ports.recording.cassette import json_body
from genai_ports.recording.compare import rows
from genai_ports.recording.compare.documents import Comparer
from genai_ports.recording.compare.facts import items_of, sorting
from genai_ports.recording.compare.findings import Difference, Observation
from genai_ports.recording.compare.forms import SCRUBBED, json_type, request_id_form, seconds_form
from genai_ports.recording.compare.rows import Item, order_row, property_row, status_row
from genai_ports.recording.compare.schemas import faults
from genai_ports.wire.http import NEXT_PAGE, REQUEST_ID, RETRY_AFTER, RULE, HttpResponse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.api.kind import Operation
    from genai_ports.recording.cassette import Interaction
    from genai_ports.recording.compare.identities import Identities

_SUCCESS: Final = range(200, 300)
_INDEX: Final = re.compile(r"\[\d+\]")
_MOST_NAMED: Final = 5
REST: Final = "response.items.rest"
"""In `Provenance.unknown`: lists have further items, which were not printed."""
_FEWEST_ORDERED: Final = 2
_ORDER: Final = "response.items.order"
"""In `Provenance.unknown`: the order of the items was not printed."""
_ROWS_OF_CODES: Final = {
    "InvalidParameter": "`property-value`",
    "MissingParameter": "`property-missing`",
    "LimitExceeded": "`service-limit`",
    "NotAuthorizedOrNotFound": "`not-found`",
    "RelatedResourceNotAuthorizedOrNotFound": "`related-not-found`",
    "IncorrectState": "`state-will-pass`",
    "Conflict": "`in-use`",
    "NoEtagMatch": "`stale-etag`",
    "InvalidatedRetryToken": "`retry-token-reused`",
}
"""The row of a refusal that the simulator lacks, by its recorded code."""


class Scope(NamedTuple):
    """What of a recording is compared.

    Args:
        unknown: the parts that were not observed, see `Provenance`.
        messages: whether messages of errors are compared.
    """

    unknown: tuple[str, ...]
    messages: bool

    def covers(self, place: str) -> bool:
        """Whether a place in a response, such as `response.items[0].id`, was observed."""
        plain = _INDEX.sub("[]", place)
        return not any(
            form == part or form.startswith((f"{part}.", f"{part}["))
            for form in (plain, place)
            for part in self.unknown
        )


class ResponseComparer:
    """Compares the two responses to one request.

    Args:
        number: of the interaction, from 1.
        each: the interaction.
        ids: the pairs of ids, to which new ones are added.
        scope: what is compared.

    Attributes:
        other_texts: how many lines of a log have another text. That is no difference, but shows which of two courses
            of events is the more likely one.
    """

    def __init__(self, number: int, each: Interaction, ids: Identities, scope: Scope) -> None:
        self._number = number
        self._each = each
        self._ids = ids
        self._scope = scope
        self.other_texts = 0
        self._operation: Operation | None = each.route.operation if each.route else None

    def compare(self, simulated: HttpResponse) -> list[Observation]:
        """Compare the recorded response with the simulated one."""
        found = [*self._status(simulated), *self._body(simulated), *self._headers(simulated)]
        return [each for each in found if each is not None]

    def _seen(
        self, row: str, place: str, kind: str | None, recorded: Any = None, simulated: Any = None
    ) -> Observation | None:
        if not self._scope.covers(place):
            return None
        if kind is None:
            return Observation(row)
        where = f"interaction {self._number}: {place}"
        return Observation(row, Difference(kind=kind, place=where, recorded=recorded, simulated=simulated, row=row))

    def _status(self, simulated: HttpResponse) -> Iterator[Observation | None]:
        recorded = self._each.response.status
        row = status_row(self._operation, simulated.headers.get(RULE))
        if recorded not in _SUCCESS and simulated.status in _SUCCESS:
            row = _ROWS_OF_CODES.get(str(self._recorded_code()), row)
        kind = None if recorded == simulated.status else "status"
        yield self._seen(row, "response.status", kind, recorded, simulated.status)

    def _recorded_code(self) -> Any:
        document = json_body(self._each.response.body)
        return document.get("code") if isinstance(document, dict) else None

    def _headers(self, simulated: HttpResponse) -> Iterator[Observation | None]:
        recorded = self._each.response
        for name in dict.fromkeys((*rows.HEADERS, *recorded.headers)):
            if name in rows.HEADERS or name.startswith("opc-"):
                given, expected = recorded.headers.get(name), simulated.headers.get(name)
                if given is not None or expected is not None:
                    yield self._header(name, given, expected)
        if recorded.body and simulated.body:
            types = [each.content_type.partition(";")[0].strip().lower() for each in (recorded, simulated)]
            kind = None if types[0] == types[1] else "header"
            yield self._seen(rows.API, "response.headers.content-type", kind, *types)

    def _header(self, name: str, given: str | None, expected: str | None) -> Observation | None:
        row, place = rows.HEADERS.get(name, rows.API), f"response.headers.{name}"
        if given is None or expected is None:
            return self._seen(row, place, "header", given, expected)
        if name == REQUEST_ID:
            from_client = self._each.request.headers.get(REQUEST_ID)
            forms = [request_id_form(text, from_client) for text in (given, expected)]
            return self._seen(row, place, None if forms[0] == forms[1] else "form", *forms)
        if name == RETRY_AFTER:
            forms = [seconds_form(text) for text in (given, expected)]
            return self._seen(row, place, None if forms[0] == forms[1] else "form", *forms)
        if name == "etag":
            same = self._ids.pair(self._ids.etags, given, expected)
            return self._seen(row if same else rows.ETAG_CHANGES, place, None if same else "identity", given, expected)
        if name == "opc-work-request-id":
            same = self._ids.pair(self._ids.ocids, given, expected) and _ocid_type(given) == _ocid_type(expected)
            return self._seen(row, place, None if same else "identity", given, expected)
        if name == NEXT_PAGE:
            self._ids.pair(self._ids.tokens, given, expected)
        return self._seen(row, place, None)

    def _body(self, simulated: HttpResponse) -> Iterator[Observation | None]:
        given, expected = json_body(self._each.response.body), json_body(simulated.body)
        if json_type(given) != json_type(expected):
            row = self._body_row(simulated)
            yield self._seen(row, "response", "body", _shown(self._each.response.body), _shown(simulated.body))
            return
        if not isinstance(given, dict) or not isinstance(expected, dict):
            return
        succeeded = [each.status in _SUCCESS for each in (self._each.response, simulated)]
        if succeeded[0] != succeeded[1] and self._scope.covers("response.status"):
            return  # the difference of the status says it all
        if not all(succeeded):
            yield from self._error(given, expected, simulated)
        elif self._operation is not None and self._operation.is_list:
            yield from self._page(given, expected)
        elif self._operation is not None:
            yield from self._object(given, expected, "response")

    def _body_row(self, simulated: HttpResponse) -> str:
        is_error = self._each.response.status not in _SUCCESS
        return rows.ERROR_BODY if is_error else status_row(self._operation, simulated.headers.get(RULE))

    def _error(
        self, given: dict[str, Any], expected: dict[str, Any], simulated: HttpResponse
    ) -> Iterator[Observation | None]:
        code_row = status_row(self._operation, simulated.headers.get(RULE)) if RULE in simulated.headers else rows.CODES
        for name in {**given, **expected}:
            place, pair = f"response.{name}", (given.get(name), expected.get(name))
            if name not in given or name not in expected:
                yield self._seen(rows.ERROR_BODY, place, "property", *pair)
            elif json_type(pair[0]) != json_type(pair[1]):
                yield self._seen(rows.ERROR_BODY, place, "type", *pair)
            elif name == "code":
                yield self._seen(code_row, place, None if pair[0] == pair[1] else "code", *pair)
            elif name == "message" and self._scope.messages:
                same = self._ids.translate(str(pair[0])) == pair[1]
                yield self._seen(rows.MESSAGE, place, None if same else "message", *pair)

    def _object(self, given: dict[str, Any], expected: dict[str, Any], place: str) -> Iterator[Observation | None]:
        operation = self._operation
        assert operation  # noqa: S101  # for the type checkers: the caller has checked it
        item = Item(operation, given)
        wrong = faults(operation.kind, operation.result, given) if operation.result else ()
        for fault in wrong:
            row = property_row(item, _INDEX.sub("[]", fault.path))
            yield self._seen(row, f"{place}.{fault.path}", fault.kind, fault.found, fault.expected)
        nulls_known = "response.nulls" not in self._scope.unknown
        skipped = frozenset(re.split(r"[.\[]", fault.path)[0] for fault in wrong)
        for found in Comparer(item, self._ids, nulls_known).compare(expected, skipped):
            yield self._seen(found.row, f"{place}.{found.path}", found.kind, found.recorded, found.simulated)

    def _page(self, given: dict[str, Any], expected: dict[str, Any]) -> Iterator[Observation | None]:
        operation = self._operation
        assert operation  # noqa: S101  # for the type checkers: the caller has checked it
        for name in {**given, **expected}:
            if name != "items":
                yield self._seen(rows.API, f"response.{name}", "property", given.get(name), expected.get(name))
        pairs = [given.get("items"), expected.get("items")]
        if not isinstance(pairs[0], list):
            yield self._seen(rows.API, "response.items", "type", *pairs)
            return
        recorded, simulated = items_of(given), items_of(expected)
        if operation.verb in (LIST_LOGS, LIST_ERRORS):
            yield from self._rows(recorded, simulated)
            return
        by_id = {str(item.get("id")): item for item in simulated}
        keys = [self._ids.translate(str(item.get("id"))) for item in recorded]
        yield self._membership(operation, recorded, simulated, keys)
        shown = {key: item for key, item in zip(keys, recorded, strict=True) if key in by_id}
        yield self._order(operation, shown, {key: item for key, item in by_id.items() if key in shown})
        for number, (key, item) in enumerate(zip(keys, recorded, strict=True)):
            if key in by_id:
                yield from self._object(item, by_id[key], f"response.items[{number}]")

    def _membership(
        self, operation: Operation, recorded: list[Any], simulated: list[Any], keys: list[str]
    ) -> Observation | None:
        known = {item.get("id") for item in simulated}
        only_recorded = [item for key, item in zip(keys, recorded, strict=True) if key not in known]
        is_whole = REST not in self._scope.unknown
        only_simulated = [item for item in simulated if item.get("id") not in keys] if is_whole else []
        row = rows.FILTERS
        if any(item.get("lifecycleState") == "DELETED" for item in (*only_recorded, *only_simulated)):
            row = rows.DELETED_STAYS
        is_limited = any(name == "limit" for name, _ in self._each.request.query)
        if only_recorded and len(recorded) > len(simulated) and not is_limited and operation.verb is LIST:
            row = rows.PAGE_SIZE
        if not only_recorded and not only_simulated:
            return self._seen(row, "response.items", None)
        return self._seen(row, "response.items", "items", *map(_named, (only_recorded, only_simulated)))

    def _order(
        self, operation: Operation, recorded: dict[str, dict[str, Any]], simulated: dict[str, dict[str, Any]]
    ) -> Observation | None:
        """Compare the order of the items, or that of the recorded sort values where the simulated ones differ."""
        if not self._scope.covers(_ORDER):
            return None
        row = order_row(operation, dict(self._each.request.query).get("sortBy"))
        sort_by, descending = sorting(operation, dict(self._each.request.query))
        values, expected = ([str(item.get(sort_by)) for item in each.values()] for each in (recorded, simulated))
        if any(name.startswith(SCRUBBED) for name in values):
            return None  # the order of the names is lost
        if sorted(values) == sorted(expected):
            good = list(recorded) == list(simulated)
        else:
            good = values == sorted(values, reverse=descending)
        if len(recorded) < _FEWEST_ORDERED:
            return None
        return self._seen(row, "response.items", None if good else "order", list(recorded), list(simulated))

    def _rows(self, recorded: list[dict[str, Any]], simulated: list[dict[str, Any]]) -> Iterator[Observation | None]:
        operation = self._operation
        assert operation  # noqa: S101  # for the type checkers: the caller has checked it
        if len(recorded) != len(simulated):
            row = property_row(Item(operation, {}), "message")
            yield self._seen(row, "response.items", "items", len(recorded), len(simulated))
            return
        times = [str(item.get("timestamp")) for item in recorded]
        is_descending = times == sorted(times, reverse=True)
        if len(set(times)) > 1:
            wanted = dict(self._each.request.query).get("sortOrder") or "DESC"
            good = is_descending if wanted == "DESC" else times == sorted(times)
            yield self._seen(order_row(operation, None), "response.items", None if good else "order", times, wanted)
        for number, pair in enumerate(zip(recorded, simulated, strict=True)):
            self.other_texts += self._ids.translate(str(pair[0].get("message"))) != pair[1].get("message")
            yield from self._object(*pair, f"response.items[{number}]")


def _named(items: list[dict[str, Any]]) -> list[str] | None:
    names = [str(item.get("displayName") or item.get("id")) for item in items]
    more = [f"and {len(names) - _MOST_NAMED} more"] if len(names) > _MOST_NAMED else []
    return [*names[:_MOST_NAMED], *more] or None


def _shown(body: bytes) -> str | None:
    return body[:200].decode(errors="replace") or None


def _ocid_type(text: str) -> str:
    return text.split(".")[1] if text.count(".") > 1 else text
