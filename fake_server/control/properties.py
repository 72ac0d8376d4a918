"""Parameters and properties of the control paths, checked by name, type and range."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from fake_server.http import parse_json, read_body
from fake_server.routes import CONTROL
from fake_server.signers import signer_of
from genai_ports.api.known_names import shown_name
from genai_ports.api.names import camel
from genai_ports.ocids import parse_ocid
from genai_ports.simulator.rules.refusals import (
    PROPERTY_MISSING,
    PROPERTY_TYPE,
    PROPERTY_UNKNOWN,
    PROPERTY_VALUE,
    QUERY_UNKNOWN,
    QUERY_VALUE,
)
from genai_ports.wire import encode
from genai_ports.wire.documents import json_type

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from werkzeug.wrappers import Request

    from genai_ports.simulator.simulator import Simulator

    Handler: TypeAlias = Callable[[Request, Simulator], Any]
    """Serves one method of a control path. For GET, it returns what to write as JSON."""

JOURNAL_FILTERS: Final = ("operation", "resource", "status", "region", "rule", "code", "after")
_PARAMETERS: Final = {
    ("GET", "/journal"): (*JOURNAL_FILTERS, "details", "last"),
    ("GET", "/timeline"): ("resource",),
    ("GET", "/resource"): ("resource",),
    ("GET", "/base-models"): ("region",),
    ("GET", "/resources"): ("kind", "region", "text", "limit", "offset"),
}
"""The query parameters of a method and path, beside `tenancy`."""

STRING: Final[Mapping[type, str]] = {str: "a string"}
WHOLE: Final[Mapping[type, str]] = {int: "a whole number"}
STRING_OR_WHOLE: Final[Mapping[type, str]] = {**STRING, **WHOLE}
NUMBER: Final[Mapping[type, str]] = {int: "a number", float: "a number"}
BOOLEAN: Final[Mapping[type, str]] = {bool: "true or false"}
STRINGS: Final[Mapping[type, str]] = {list: "an array of strings"}
OBJECT: Final[Mapping[type, str]] = {dict: "an object"}
OBJECTS: Final[Mapping[type, str]] = {list: "an array of objects"}
_MOST: Final = 1e12
"""The largest accepted number: as seconds, thirty thousand years."""


def method_of(request: Request) -> str:
    """Return the method that serves a request: HEAD is a GET without its body."""
    return "GET" if request.method == "HEAD" else request.method


def check_parameters(request: Request) -> None:
    """Refuse parameters that a control path does not take, and repeated ones.

    Raises:
        ServiceError: there is such a parameter.
    """
    takes = ("tenancy", *_PARAMETERS.get((method_of(request), request.path.removeprefix(CONTROL)), ()))
    for position, (name, given) in enumerate(request.args.lists(), 1):
        if name not in takes:
            parameter = shown_name(name, position, takes, what="parameter")
            where = f"{request.method} {request.path}"
            raise QUERY_UNKNOWN(parameter=parameter, operation=where, known=", ".join(takes))
        if len(given) > 1:
            raise QUERY_VALUE(parameter=name, expected="given once", given=len(given))


def read_tenancy(request: Request) -> str:
    """Return the tenancy whose world a request inspects or changes.

    Raises:
        ServiceError: the parameter `tenancy` is not the OCID of a tenancy.
    """
    given = request.args.get("tenancy")
    if given is None:
        return signer_of(request.headers.get("authorization")).tenancy
    ocid = parse_ocid(given)
    if ocid is None or ocid.resource_type != "tenancy":
        raise QUERY_VALUE(parameter="tenancy", expected="the OCID of a tenancy", given=given)
    return given


def read_status(text: str) -> int:
    """Read an HTTP status from a parameter.

    Raises:
        ServiceError: it is not an HTTP status.
    """
    if len(text) != len("200") or not text.isascii() or not text.isdigit():
        raise QUERY_VALUE(parameter="status", expected="an HTTP status such as 404", given=text)
    return int(text)


def read_flag(request: Request, name: str) -> bool:
    """Read a parameter that is `true` or `false`; default: false.

    Raises:
        ServiceError: it is neither.
    """
    given = request.args.get(name, "false")
    if given not in ("true", "false"):
        raise QUERY_VALUE(parameter=name, expected="true or false", given=given)
    return given == "true"


def read_whole(request: Request, name: str, least: int, most: int, default: int) -> int:
    """Read a parameter that is a whole number.

    Raises:
        ServiceError: it is not one, or is out of range.
    """
    given = request.args.get(name)
    if given is None:
        return default
    is_whole = given.isascii() and given.isdigit() and len(given) <= len(str(most))
    if not is_whole or not least <= int(given) <= most:
        raise QUERY_VALUE(parameter=name, expected=f"a whole number from {least} to {most}", given=given)
    return int(given)


def read_properties(request: Request, **takes: Mapping[type, str]) -> dict[str, Any]:
    """Read the properties of a body. No body means no properties; a property that is null is not set.

    Args:
        request: the request.
        takes: the accepted properties, with the accepted types of each.

    Raises:
        ServiceError: the body is not a JSON object, or a property is unknown, of another type or out of range.
    """
    body = read_body(request)
    document = parse_json(body) if body else {}
    for position, name in enumerate(document, 1):
        if name not in takes:
            where = f"{request.method} {request.path}, which takes {', '.join(takes) or 'none'}"
            raise PROPERTY_UNKNOWN(property=shown_name(name, position, takes), body=where)
    given = {name: item for name, item in document.items() if item is not None}
    item: Any
    for name, item in given.items():
        has_type = type(item) in takes[name] and (takes[name] is not STRINGS or all(type(each) is str for each in item))
        if not has_type:
            expected = " or ".join(dict.fromkeys(takes[name].values()))
            raise PROPERTY_TYPE(property=name, expected=expected, actual=json_type(item))
        if takes[name] is NUMBER and not 0 <= item <= _MOST:
            raise PROPERTY_VALUE(property=name, expected=f"from 0 to {_MOST:g}", given=item)
    return given


def check_body(request: Request) -> None:
    """Refuse properties in the body of GET and DELETE, which take none.

    Raises:
        ServiceError: there is a property, or the body is not a JSON object.
    """
    if method_of(request) in {"GET", "DELETE"}:
        read_properties(request)


def as_json(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Write attributes as JSON; those that are None are left out."""
    return {camel(name): encode(item) for name, item in attributes.items() if item is not None}


def required(given: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """Refuse a body that lacks one of the named properties.

    Raises:
        ServiceError: one of them is missing.
    """
    for name in names:
        if name not in given:
            raise PROPERTY_MISSING(property=name)
    return given
