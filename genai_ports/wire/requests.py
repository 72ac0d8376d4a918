"""Calls as HTTP requests, both directions."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.call import Call, ListQuery
from genai_ports.api.known_names import shown_name
from genai_ports.api.names import camel
from genai_ports.api.verbs import LIST
from genai_ports.wire import decode, encode, unknown_fields
from genai_ports.wire.documents import MalformedBody, dump, parse_object
from genai_ports.wire.http import REQUEST_HEADERS, REQUEST_ID, USER_AGENT, HttpRequest
from genai_ports.wire.routes import path_of
from genai_ports.wire.unknown import MOST_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from genai_ports.api.kind import Operation
    from genai_ports.wire.routes import Route

_PAGING: Final = ("limit", "page", "sort_by", "sort_order")
"""The attributes of a `ListQuery` that every list takes."""

_WHOLE_NUMBER: Final = re.compile(r"-?[0-9]{1,19}")

_REPEATED: Final = frozenset({"capability"})
"""The query parameters that a request may have several times."""


_header_values: Final = attrgetter(*REQUEST_HEADERS)


class RepeatedParameter(ValueError):
    """A query parameter is repeated.

    Args:
        name: of the parameter.
        values: all its values.
    """

    def __init__(self, name: str, values: tuple[str, ...]) -> None:
        super().__init__(f"{name} is given {len(values)} times")
        self.name = name
        self.values = values


class Reading(NamedTuple):
    """The result of reading a request.

    Args:
        call: the call, without user.
        unknown_properties: the properties of the body that were not read; `body` if the body is not a JSON object.
    """

    call: Call
    unknown_properties: tuple[str, ...]


def write_request(call: Call) -> HttpRequest:
    """Write a call as a request; the region of the call is the first part of the path.

    Raises:
        RecursionError: the body nests deeper than the interpreter can follow.
        ValueError: the body has a value that JSON cannot hold; `genai_ports.wire.unsendable` names it.
    """
    operation = call.operation
    headers = zip(_headers(operation), _header_values(call), strict=True)
    return HttpRequest(
        operation.verb.method,
        path_of(operation, region=call.region, target=call.target),
        () if call.query is None else tuple(_query_pairs(call.query)),
        {header: text for header, text in headers if header and text is not None},
        b"" if call.details is None else dump(encode(call.details)),
    )


def read_request(request: HttpRequest, route: Route, *, lenient: bool = False) -> Reading:
    """Read a request as a call.

    Args:
        request: the request; query parameters that the operation does not take are skipped, see `unknown_parameters`.
        route: the operation at its method and path.
        lenient: convert scalars of another type (`"3"` for a number), and accept a body for an operation without one.

    Raises:
        MalformedBody: the body is not a JSON object.
        RepeatedParameter: a query parameter is repeated.
    """
    operation = route.operation
    details, unknown = _read_body(request.body, operation, lenient=lenient)
    query = _read_query(request, operation)
    if_match, retry_token, request_id = map(request.headers.get, _headers(operation))
    call = Call(
        operation,
        route.region,
        route.target,
        details,
        query,
        if_match,
        retry_token,
        request_id,
        user_agent=request.headers.get(USER_AGENT),
    )
    return Reading(call, unknown)


def unknown_parameters(request: HttpRequest, operation: Operation) -> tuple[str, ...]:
    """List the query parameters of a request that its operation does not take, as `shown_name` shows them."""
    if not request.query:
        return ()
    known = query_parameters(operation)
    names = enumerate(dict.fromkeys(name for name, _ in request.query), 1)
    unknown = islice(((n, name) for n, name in names if name not in known), MOST_NAMES)
    return tuple(shown_name(name, n, known, what="parameter") for n, name in unknown)


@cache
def query_parameters(operation: Operation) -> Mapping[str, str]:
    """Map the query parameters of an operation, in Oracle's spelling, to filters and to attributes of a `ListQuery`."""
    if not operation.is_list:
        return {}
    own = ("compartment_id",) if operation.verb is LIST else ()
    return {camel(name): name for name in (*own, *operation.filters, *_PAGING)}


@cache
def _headers(operation: Operation) -> tuple[str, ...]:
    """List the headers of a request in the order of a `Call`; empty text for each that the operation does not take."""
    takes = (REQUEST_ID, *operation.verb.request_headers)
    return tuple(header if header in takes else "" for header in REQUEST_HEADERS.values())


def _query_pairs(query: ListQuery) -> Iterator[tuple[str, str]]:
    if query.compartment_id is not None:
        yield "compartmentId", str(query.compartment_id)
    for name, given in query.filters.items():
        for each in given if isinstance(given, tuple | list) else (given,):
            yield camel(name), str(each)
    for name in _PAGING:
        given = getattr(query, name)
        if given is not None:
            yield camel(name), str(given)


def _read_query(request: HttpRequest, operation: Operation) -> ListQuery | None:
    if not operation.is_list:
        return None
    names = query_parameters(operation)
    given: dict[str, tuple[str, ...]] = {}
    for parameter, text in request.query:
        if parameter in names:
            given[parameter] = (*given.get(parameter, ()), text)
    values = {names[parameter]: _value(parameter, texts) for parameter, texts in given.items()}
    filters = {name: values.pop(name) for name in tuple(values) if name in operation.filters}
    return ListQuery(filters=filters, **values)


def _value(parameter: str, texts: tuple[str, ...]) -> Any:
    """Return the value of a parameter; a limit that is not a number stays text, for the rules to refuse."""
    if parameter in _REPEATED:
        return texts
    text, *more = texts
    if more:
        raise RepeatedParameter(parameter, texts)
    return int(text) if parameter == "limit" and _WHOLE_NUMBER.fullmatch(text) else text


def _read_body(body: bytes, operation: Operation, *, lenient: bool) -> tuple[Any, tuple[str, ...]]:
    """Return the details, and the properties that were not read."""
    cls = operation.details
    if cls is None:
        return None, _unread(body, lenient=lenient)
    document = parse_object(body)
    unknown = unknown_fields(cls, document)
    if lenient:
        from genai_ports.wire.relaxed import relaxed  # noqa: PLC0415  # only a lenient server needs it

        document = relaxed(cls, document)
    return decode(cls, document), unknown


def _unread(body: bytes, *, lenient: bool) -> tuple[str, ...]:
    if not body:
        return ()
    try:
        return tuple(shown_name(name, n) for n, name in enumerate(islice(parse_object(body), MOST_NAMES), 1))
    except MalformedBody:
        if not lenient:
            raise
        return ("body",)
