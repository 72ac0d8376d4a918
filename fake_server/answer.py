"""Answers: how replies and errors are written, in OCI's form."""

from __future__ import annotations

import json
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from genai_ports.api.kinds import WORK_REQUEST
from genai_ports.api.snapshot import Page
from genai_ports.wire import encode

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from wsgiref.types import StartResponse, WSGIEnvironment

    from genai_ports.api.call import Reply
    from genai_ports.api.kind import Operation
    from genai_ports.api.snapshot import ResponseMetadata
    from genai_ports.errors import ServiceError

RULE_HEADER: Final = "x-genai-ports-rule"
"""Names, on an error answer, the rule that refused."""

_STATUS_LINES: Final = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Answer(NamedTuple):
    """One answer: status, headers beside those of the body, and a body, empty where there is none."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    content_type: str = "application/json"

    @property
    def status_line(self) -> str:
        """The status with its phrase."""
        return _STATUS_LINES.get(self.status) or f"{self.status} Unknown"

    def all_headers(self) -> list[tuple[str, str]]:
        """List the headers, with those of the body."""
        if not self.body:
            return self.headers if self.status == HTTPStatus.NO_CONTENT else [*self.headers, ("Content-Length", "0")]
        return [*self.headers, ("Content-Type", self.content_type), ("Content-Length", str(len(self.body)))]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer by WSGI."""
        start_response(self.status_line, self.all_headers())
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [self.body]


class JsonCache:
    """The JSON of values that never change, kept because the same ones are listed again and again.

    Args:
        most: how many are kept; when there are more, all are dropped.
    """

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._written: dict[int, tuple[Any, bytes]] = {}

    def dump(self, value: Any) -> bytes:
        """Write a value, or find what was written; two values are the same only if they are one object."""
        known = self._written.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        if len(self._written) >= self._most:
            self._written.clear()
        written = _dump_value(value)
        self._written[id(value)] = value, written
        return written


def write_reply(operation: Operation, reply: Reply, items: JsonCache) -> Answer:
    """Write the reply to a call; `items` keeps the JSON of resources as lists show them."""
    answer, value = reply.response, reply.value
    if isinstance(value, Page):
        headers = [("opc-request-id", str(answer.request_id))]
        if value.next_page is not None:
            headers.append(("opc-next-page", value.next_page))
        # What is told of work is told anew each time: to keep it would only crowd out what is not.
        write = _dump_value if operation.kind is WORK_REQUEST else items.dump
        if reply.extra:
            write = partial(_dump_with, reply.extra)
        return Answer(answer.status, headers, b'{"items":[' + b",".join(map(write, value.items)) + b"]}")
    return Answer(answer.status, _headers(answer), b"" if value is None else _dump_value(value))


def _dump_with(extra: Mapping[str, Any], value: Any) -> bytes:
    return dump({**encode(value), **extra})


def _dump_value(value: Any) -> bytes:
    return dump(encode(value))


def _headers(answer: ResponseMetadata) -> list[tuple[str, str]]:
    headers = [("opc-request-id", str(answer.request_id))]
    if answer.etag is not None:
        headers.append(("etag", answer.etag))
    if answer.work_request_id is not None:
        headers.append(("opc-work-request-id", answer.work_request_id))
    if answer.retry_after is not None:
        headers.append(("retry-after", str(answer.retry_after)))
    if answer.model_deprecation_info is not None:
        headers.append(("model-deprecation-info", answer.model_deprecation_info))
    return headers


def write_error(error: ServiceError) -> Answer:
    """Write an error."""
    headers = [("opc-request-id", str(error.request_id))]
    if error.rule is not None:
        headers.append((RULE_HEADER, error.rule))
    if error.retry_after is not None:
        headers.append(("retry-after", f"{error.retry_after:.0f}"))
    return Answer(error.status, headers, dump({"code": error.code, "message": error.message}))


def write_json(document: Any) -> Answer:
    """Write any JSON, for the control paths."""
    return Answer(HTTPStatus.OK, [], dump(document))


_encoder: Final = json.JSONEncoder(separators=(",", ":"))


def dump(document: Any) -> bytes:
    """Write compact JSON, in ASCII so that any text survives."""
    return _encoder.encode(document).encode()
