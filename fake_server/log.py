"""The log of a server: the formats of its lines, and where they go.

All lines are records of the logger `fake_server`: requests at the level INFO, notices at WARNING.
"""

from __future__ import annotations

import io
import json
import logging
import os
import select
from contextlib import contextmanager, nullcontext, redirect_stderr
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TextIO

from genai_ports.backends.system_clock import SystemClock
from genai_ports.ocids import short
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from collections.abc import Iterator

LOG: Final = logging.getLogger("fake_server")
JSON: Final = "json"
FORMATS: Final = ("text", JSON)
_PREFIX: Final = "fake_server: "
"""The start of notices; without a log of ours, they are lines among those of other libraries."""
_LONGEST_SENT: Final = 3_000
"""More characters are left out, so that a line is no longer than what a pipe takes at once."""
_RESET: Final = "\x1b[0m"
_DIM: Final = "\x1b[2m"
_GREEN: Final = "\x1b[32m"
_YELLOW: Final = "\x1b[33m"
_RED: Final = "\x1b[31m"


class LoggedRequest(NamedTuple):
    """One request, with nothing that a client sent but what has the form that it should have.

    Args:
        method: the method; `-` if it is not HTTP.
        path: the path, with the lengths of its unknown parts in their place; `-` if it is not HTTP.
        milliseconds: how long the server took, without the delay of a fault.
        status: the HTTP status; None if there was no response.
        region: the id of the region; None for a control request.
        tenancy: the OCID of the tenancy whose world it was for.
        resource: the OCID of what it was about, or has created.
        rule: the rule that refused it.
        fault: what a fault did to it or to its response.
        request_id: the `opc-request-id`, without the client's part if that is not one that clients generate.
        sent: what the client sent, without secrets, as JSON; None if the log does not show it.
    """

    method: str
    path: str
    milliseconds: float
    status: int | None
    region: str | None = None
    tenancy: str = TENANCY
    resource: str | None = None
    rule: str | None = None
    fault: str | None = None
    request_id: str | None = None
    sent: dict[str, Any] | None = None

    def document(self) -> dict[str, Any]:
        """Return what is known as JSON."""
        known = {name: item for name, item in self._replace(sent=None)._asdict().items() if item is not None}
        request_id = {"requestId": known.pop("request_id")} if self.request_id else {}
        return {**known, **request_id, **({} if self.sent is None else {"sent": self._sent()})}

    def line(self, *, colour: bool) -> str:
        """Return the request as a line; what was sent is a second one."""
        is_new = self.status == HTTPStatus.CREATED and self.resource is not None
        parts = (
            f"{self.method:6} {short(self.path)}",
            self.region,
            None if self.tenancy == TENANCY else f"tenancy {short(self.tenancy)}",
            self._status(colour=colour),
            self.rule,
            f"created {short(self.resource or '')}" if is_new else None,
            f"fault: {self.fault}" if self.fault else None,
            _painted(f"{self.milliseconds:.1f} ms", _DIM, colour=colour),
        )
        line = "  ".join(filter(None, parts))
        return line if self.sent is None else f"{line}\n    sent {json.dumps(self._sent())}"

    def _sent(self) -> Any:
        length = len(json.dumps(self.sent))
        return self.sent if length <= _LONGEST_SENT else f"(not logged: {length} characters)"

    def _status(self, *, colour: bool) -> str:
        if self.status is None:
            return _painted("no response", _RED, colour=colour)
        paint = (
            _RED
            if self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            else _YELLOW
            if self.status >= HTTPStatus.BAD_REQUEST
            else _GREEN
        )
        return _painted(str(self.status), paint, colour=colour)


def _painted(text: str, paint: str, *, colour: bool) -> str:
    return f"{paint}{text}{_RESET}" if colour else text


class _Text(logging.Formatter):
    _colour = False

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a line: the local time, and the request or the notice."""
        time = _painted(self.formatTime(record, "%H:%M:%S"), _DIM, colour=self._colour)
        if isinstance(record.msg, LoggedRequest):
            return f"{time} {record.msg.line(colour=self._colour)}"
        paint = _DIM if record.levelno < logging.WARNING else _YELLOW
        level = _painted(f"{record.levelname.lower()}:", paint, colour=self._colour)
        return f"{time} {level} {_notice(record)}"


class _Coloured(_Text):
    _colour = True


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Return a record as a JSON object on one line."""
        rest = record.msg.document() if isinstance(record.msg, LoggedRequest) else {"message": _notice(record)}
        return _object(record.created, record.levelname.lower(), **rest)


def json_line(level: str, message: str, **more: str) -> str:
    """Return a line of the format `json` about now."""
    return _object(SystemClock().now().timestamp(), level, message=message, **more)


def _object(seconds: float, level: str, **rest: Any) -> str:
    time = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"time": time, "level": level, **rest})


class _JsonLines(io.TextIOBase):
    """A stream for what is not logged, such as the traceback of a defect: each line becomes an object of its own."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._rest = ""

    def write(self, text: str) -> int:
        """Write the lines that are whole."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in filter(None, lines):
            self._stream.write(f"{json_line('error', line)}\n")
        return len(text)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes lines, and leaves out those for which a pipe has no room: a reader that stops must not stop the server."""

    _left_out = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line if nothing has to wait for it."""
        if not _takes(self.stream):
            self._left_out += 1
            return
        if self._left_out:
            text = f"{self._left_out} lines are left out here: nobody read the log"
            self._left_out = 0
            super().emit(logging.makeLogRecord({"msg": text, "levelno": logging.WARNING, "levelname": "WARNING"}))
        super().emit(record)


def _takes(stream: TextIO) -> bool:
    """Return whether a stream takes a line at once. A pipe that can be written has room for 4,096 bytes."""
    if not hasattr(select, "poll"):  # Windows
        return True
    try:
        poll = select.poll()
        poll.register(stream, select.POLLOUT)
    except (OSError, ValueError):  # no file, as in tests
        return True
    return bool(poll.poll(0))


def _notice(record: logging.LogRecord) -> str:
    return record.getMessage().removeprefix(_PREFIX)


@contextmanager
def logging_to(stream: TextIO, *, form: str = "text", level: int = logging.INFO) -> Iterator[None]:
    """Write the log to a stream while the block runs.

    Args:
        stream: such as `sys.stderr`; a terminal gets colours, unless the environment variable `NO_COLOR` is set.
        form: `text` or `json`; with `json`, what is written to `sys.stderr` in the block is JSON too.
        level: the lowest level that is written.
    """
    is_coloured = stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    handler = _Handler(stream)
    handler.setFormatter(_Json() if form == JSON else _Coloured() if is_coloured else _Text())
    level_before, propagates = LOG.level, LOG.propagate
    LOG.addHandler(handler)
    LOG.setLevel(level)
    LOG.propagate = False
    try:
        with redirect_stderr(_JsonLines(stream)) if form == JSON else nullcontext():
            yield
    finally:
        LOG.removeHandler(handler)
        LOG.setLevel(level_before)
        LOG.propagate = propagates
