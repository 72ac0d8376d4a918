"""The request log: a record of the logger `fake_server` for each request, and notices of what a person overlooks."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fake_server.control import PATHS
from fake_server.control.observe import with_details
from fake_server.log import LOG, LoggedRequest
from fake_server.routes import CONTROL, is_control
from fake_server.signers import signer_of
from fake_server.waiting_faults import WaitingFaults
from genai_ports.backends.system_clock import monotonic
from genai_ports.errors import ServiceError
from genai_ports.regions import find_region
from genai_ports.simulator.rules.paths import shown_method, shown_path, shown_target
from genai_ports.simulator.rules.refusals import UNKNOWN_ROUTE
from genai_ports.tenancy import TENANCY
from genai_ports.wire.http import RULE
from genai_ports.wire.routes import REGION, VERSION, region_name_in_host

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIEnvironment

    from fake_server.guard import Served
    from fake_server.worlds import ServedWorlds
    from genai_ports.simulator.state.journal import Entry
    from genai_ports.wire.http import HttpResponse

_REQUEST_ID: Final = "opc-request-id"
_NOTICE_SECONDS: Final = 60.0
"""How long a notice is not repeated."""
_REGION_IN_PATH: Final = re.compile(rf"/({REGION}){VERSION}/")
_TENANCY: Final = re.compile(r"(?:^|&)tenancy=([a-z0-9._-]+)(?:&|$)")
_SENT: Final = ("details", "query", "ifMatch", "retryToken", "userAgent")
_UNKNOWN_REGION: Final = (
    "fake_server: a client names a region that does not exist, in the %s; OCI_REGION_METADATA can add one"
)


class RequestLog:
    """A WSGI app around another one, which logs each request.

    A control request that only reads, and what is neither an operation nor a control path, is logged at the level
    DEBUG unless it is refused: a console or a health check sends many.

    Args:
        app: the app.
        worlds: the worlds that it serves. Their journals have what is logged of a call.
    """

    def __init__(self, app: Served, worlds: ServedWorlds) -> None:
        self._app = app
        self._worlds = worlds
        self._waiting = WaitingFaults(worlds)
        self._said: dict[str, float] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        head: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            head[:] = int(status.partition(" ")[0]), dict(headers)
            return start_response(status, headers, *error)

        begun = monotonic()
        try:
            return self._app(environ, start)
        finally:
            milliseconds = (monotonic() - begun) * 1000
            status, headers = head or (None, {})
            self._log(environ, status, headers, milliseconds)

    def refuse(self, error: ServiceError) -> HttpResponse:
        """Respond to a request that is not a call."""
        response = self._app.refuse(error)
        LOG.info(LoggedRequest("-", "-", 0.0, response.status, rule=response.headers.get(RULE)))
        return response

    def _log(self, environ: WSGIEnvironment, status: int | None, headers: dict[str, str], milliseconds: float) -> None:
        path = environ["PATH_INFO"]
        tenancy = self._tenancy(environ)
        entry = None if is_control(path) else self._entry(tenancy, headers.get(_REQUEST_ID))
        is_refused = status is not None and status >= HTTPStatus.BAD_REQUEST
        is_change = environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        is_call = f"{VERSION}/" in path  # a replay has no journal
        level = logging.INFO if is_call or is_refused or is_change else logging.DEBUG
        if LOG.isEnabledFor(level):
            request = LoggedRequest(
                shown_method(environ["REQUEST_METHOD"]),
                path if path.removeprefix(CONTROL) in PATHS else shown_path(path),
                round(milliseconds, 3),
                status,
                tenancy=shown_target(tenancy) or tenancy,
                rule=headers.get(RULE),
            )
            LOG.log(level, _with_entry(request, entry) if entry else request)
        if is_refused and headers.get(RULE) == UNKNOWN_ROUTE.name:
            self._check_region(environ)
        if is_control(path):
            self._waiting.control(
                environ["REQUEST_METHOD"], path.removeprefix(CONTROL), tenancy, is_done=not is_refused
            )
        elif entry:
            self._waiting.call(tenancy)

    def _tenancy(self, environ: WSGIEnvironment) -> str:
        """Return the tenancy whose world a request is for."""
        named = _TENANCY.search(environ["QUERY_STRING"]) if is_control(environ["PATH_INFO"]) else None
        if named:
            return named[1]
        return self._worlds.serving(signer_of(environ.get("HTTP_AUTHORIZATION")).tenancy)

    def _entry(self, tenancy: str, request_id: str | None) -> Entry | None:
        """Return the journal's entry of the request that was just served; None if there is none."""
        for each in dict.fromkeys((tenancy, TENANCY)):
            with suppress(ServiceError):  # there are too many worlds
                entries = self._worlds.get(each).journal.entries
                entry = entries[-1] if entries else None
                if entry and (entry.fault if request_id is None else request_id.endswith(entry.request_id)):
                    return entry
        return None

    def _check_region(self, environ: WSGIEnvironment) -> None:
        in_path = _REGION_IN_PATH.match(environ["PATH_INFO"])
        in_host = region_name_in_host(environ.get("HTTP_HOST", ""))
        if in_path and find_region(in_path[1]) is None:
            self._say(_UNKNOWN_REGION, "path")
        elif in_host and find_region(in_host) is None:
            self._say(_UNKNOWN_REGION, "host name")

    def _say(self, text: str, where: str) -> None:
        now = monotonic()
        if now - self._said.get(where, -_NOTICE_SECONDS) >= _NOTICE_SECONDS:
            self._said[where] = now
            LOG.warning(text, where)


def _with_entry(request: LoggedRequest, entry: Entry) -> LoggedRequest:
    sent: dict[str, Any] | None = None
    if entry.sent is not None and LOG.isEnabledFor(logging.DEBUG):
        shown = with_details(entry)
        sent = {name: shown[name] for name in _SENT if name in shown}
    return request._replace(
        region=entry.region, resource=entry.resource, fault=entry.fault, request_id=entry.request_id, sent=sent
    )
