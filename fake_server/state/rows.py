"""Rows of the log: a call or a control request as JSON, without secrets, and back."""

from __future__ import annotations

import builtins
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from genai_ports.api.frozen import FrozenDict
from genai_ports.api.kinds import OPERATIONS
from genai_ports.api.schema import Array, Map, Node, Scalar, schema_of
from genai_ports.api.value import Value, made
from genai_ports.api.variant import UnknownVariant
from genai_ports.serving.calls import is_well_formed
from genai_ports.simulator.rules.secrets import masked, masked_input
from genai_ports.wire.http import USER_AGENT, HttpRequest
from genai_ports.wire.requests import read_request, write_request
from genai_ports.wire.routes import Route

if TYPE_CHECKING:
    from datetime import datetime

    from genai_ports.api.call import Call

CALL: Final = "call"
CONTROL: Final = "control"
_MASK: Final = "*"
"""In place of each character of a secret: no rule of the simulator depends on its text, and no retry token."""
_WRONG: Final = False
"""In place of what has a wrong type: a list, a map or an object is expected there."""
_TEXT: Final = Scalar(str)


class Row(NamedTuple):
    """One row of the log.

    Args:
        time: the wall clock when it was carried out.
        tenancy: the OCID of the tenancy whose world it is for.
        requests: how many request ids that world had given before.
        created: how many resources and work requests it had created before.
        what: `call`, or `control` for a control request.
        document: its contents.
    """

    time: datetime
    tenancy: str
    requests: int
    created: int
    what: str
    document: str


def write_call(call: Call) -> str:
    """Write a call as JSON, without secrets."""
    http = write_request(call._replace(details=_masked(call.details)))
    document = {
        "operation": call.operation.name,
        "region": call.region,
        "target": call.target,
        "query": http.query,
        "headers": {**http.headers, **({USER_AGENT: call.user_agent} if call.user_agent else {})},
        "body": _kept_body(call.details, http.body.decode()),
        "user": call.user,
        "ignored": call.ignored,
    }
    return json.dumps({name: item for name, item in document.items() if item}, separators=(",", ":"))


def read_call(text: str) -> Call:
    """Read a call that `write_call` wrote."""
    given = json.loads(text)
    route = Route(OPERATIONS[given["operation"]], given.get("region"), given.get("target"))
    query = tuple((name, item) for name, item in given.get("query", ()))
    http = HttpRequest("", "", query, given.get("headers", {}), given.get("body", "").encode())
    call = read_request(http, route).call
    return call._replace(user=given.get("user"), ignored=tuple(given.get("ignored", ())))


def write_control(request: Request, body: bytes, tenancy: str) -> str:
    """Write a control request as JSON; its query names the tenancy."""
    query = request.query_string.decode("latin-1")
    document = {
        "method": request.method,
        "path": request.path,
        "query": query if "tenancy" in request.args else f"{query}&tenancy={tenancy}".lstrip("&"),
        "type": request.headers.get("content-type", ""),
        "body": _without_secrets(body.decode(errors="surrogateescape")),
    }
    return json.dumps(document, separators=(",", ":"))


def read_control(text: str) -> Request:
    """Read a control request that `write_control` wrote."""
    given = json.loads(text)
    builder = EnvironBuilder(
        method=given["method"],
        path=given["path"],
        query_string=given["query"],
        content_type=given["type"] or None,
        data=given["body"].encode(errors="surrogateescape"),
    )
    return Request(builder.get_environ())


def _kept_body(details: Any, body: str) -> str:
    """Mask what has the form of a secret in a body that is refused. What is accepted, the world keeps anyway."""
    if not isinstance(details, Value) or is_well_formed(details):
        return body
    return json.dumps(_starred_json(json.loads(body)), separators=(",", ":"))


def _starred_json(item: Any) -> Any:
    """Mask secrets without a change of lengths and of the number of keys: either may be why the body is refused."""
    if isinstance(item, str):
        return _starred(item)
    if isinstance(item, list):
        return [_starred_json(each) for each in item]
    if not isinstance(item, dict):
        return item
    names = {name: _starred(name) for name in item}
    return {
        name if names[name] == name else f"{n}{names[name][len(str(n)) :]}": _starred_json(each)
        for n, (name, each) in enumerate(item.items())
    }


def _starred(text: str) -> str:
    return text if masked_input(text) == text else re.sub("[ -~]", _MASK, text)


def _without_secrets(text: str) -> str:
    """Mask what has the form of a secret, such as a private key in place of a public one."""
    if masked(text) == text:
        return text
    try:
        return json.dumps(_masked_json(json.loads(text)))
    except (ValueError, RecursionError):
        return ""  # refused either way


def _masked_json(item: Any) -> Any:
    if isinstance(item, str):
        return masked(item)
    if isinstance(item, list):
        return [_masked_json(each) for each in item]
    return {masked(name): _masked_json(each) for name, each in item.items()} if isinstance(item, dict) else item


def _masked(details: Any) -> Any:
    """Copy a body without its secrets. What has a wrong type, which is refused, keeps a wrong type."""
    if not isinstance(details, Value):
        return details
    if isinstance(details, UnknownVariant):
        return UnknownVariant(document=FrozenDict(dict.fromkeys(details.document, _WRONG)))
    cls: Any = type(details)
    attributes = dict(vars(details))
    for each in schema_of(cls).attributes:
        part = attributes[each.name]
        if part is not None:
            attributes[each.name] = _hidden(part) if each.is_secret else _copied(each.node, part)
    return made(cls, attributes)


def _hidden(secret: Any) -> Any:
    return _MASK * len(secret) if isinstance(secret, str) and secret.strip() else _copied(_TEXT, secret)


def _copied(node: Node, part: Any) -> Any:
    match node:
        case Map(entry):
            is_map = isinstance(part, Mapping)
            return FrozenDict({name: _copied(entry, each) for name, each in part.items()}) if is_map else _WRONG
        case Scalar(type=builtins.object):
            return part
        case Scalar():
            return FrozenDict() if isinstance(part, Mapping | list | tuple) else part
        case Array(item):
            return tuple([_copied(item, each) for each in part]) if isinstance(part, list | tuple) else _WRONG
        case _:
            return _masked(part) if isinstance(part, Value) else _WRONG
