"""The WSGI app: a thin shell that parses a request, hands the call to a simulated world, and writes the answer."""

from __future__ import annotations

import re
import traceback
from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from fake_server.answer import JsonCache, write_error, write_reply
from fake_server.disrupted import DisruptedAnswer
from fake_server.http import ApiRequest, read_body, read_call
from fake_server.routes import CONTROL, find_route, nearest
from fake_server.settings import Settings
from fake_server.worlds import Worlds, tenancy_of, user_of
from genai_ports.api.kind import Operation
from genai_ports.errors import InternalServerError, ServiceError
from genai_ports.regions import find_region
from genai_ports.simulator.faults.disrupted_response import DisruptedResponse
from genai_ports.simulator.rules.refusals import METHOD_NOT_ALLOWED, NOT_HTTP, NOT_SIMULATED, UNKNOWN_ROUTE
from genai_ports.tenancy import TENANCY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from wsgiref.types import ErrorStream, StartResponse, WSGIEnvironment

    from fake_server.answer import Answer
    from genai_ports.backends.memory_backend import MemoryBackend

_HOST: Final = re.compile(r"generativeai\.([a-z0-9-]+)\.(?:ds\.)?oci\.", re.IGNORECASE)
_MOST_NOTED: Final = 200
"""How much of an unknown path the journal keeps."""


class App:
    """The API and the control paths of one server.

    Args:
        settings: what its worlds start with.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.worlds = Worlds(settings)
        self._items = JsonCache()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        try:
            response: Answer | DisruptedAnswer = self._respond(ApiRequest(environ))
        except Exception as error:  # noqa: BLE001  # whatever it is: the client gets an answer
            response = self._failed(error, environ["wsgi.errors"])
        return response(environ, start_response)

    def _respond(self, request: ApiRequest) -> Answer | DisruptedAnswer:
        authorization = request.headers.get("authorization")
        universe = self.worlds.serving(tenancy_of(authorization))
        name: str | None = request.path[:_MOST_NOTED]
        region = target = None
        try:
            if not request.query_string.isascii():
                raise NOT_HTTP(reason="the query has bytes that must be percent-encoded")
            if f"{request.path}/".startswith(f"{CONTROL}/"):
                name = None  # what tests do themselves is no call of a client's, and not noted
                return self._controlled(request)
            operation, arguments = self._match(request)
            name, target = operation.name, arguments.get("target")
            region = arguments.get("region") or _region_of_host(request.headers.get("host", ""))
            user = self._verified(request, universe) if self._settings.verify_signatures else user_of(authorization)
            call = read_call(request, operation, region, target, lenient=self._settings.lenient)
        except ServiceError as error:
            request_id = request.headers.get("opc-request-id")
            return write_error(universe.refuse(error, name, region=region, resource=target, request_id=request_id))
        try:
            return write_reply(operation, universe.handle(call._replace(user=user)), self._items)
        except ServiceError as error:
            return write_error(error)
        except DisruptedResponse as disrupted:
            return DisruptedAnswer(disrupted, self._items, universe.let_pass(disrupted.delay))

    def _controlled(self, request: ApiRequest) -> Answer:
        from fake_server.control import Control  # noqa: PLC0415  # loaded when a test reaches for it, not at the start

        return Control(self.worlds).respond(request)

    @staticmethod
    def _verified(request: ApiRequest, universe: MemoryBackend) -> str:
        """Tell who signed a request, or refuse it with 401."""
        from fake_server.keys import verified_user  # noqa: PLC0415  # loads cryptography

        with universe.lock:
            keys = dict(universe.simulator.keys)
        return verified_user(request, read_body(request), keys)

    def refuse(self, error: ServiceError) -> Answer:
        """Answer a request that never became a call."""
        return write_error(self.worlds.get(TENANCY).refuse(error, "-"))

    def _failed(self, error: Exception, log: ErrorStream) -> Answer:
        """Answer a request that met a defect of ours, and tell whoever runs the server where it is.

        What is logged are places in the code, and no values: a message could hold a secret.
        """
        places = "".join(traceback.format_tb(error.__traceback__))
        log.write(f"fake_server: internal error, {type(error).__name__} at:\n{places}")
        return self.refuse(InternalServerError("Internal Server Error"))

    def _match(self, request: ApiRequest) -> tuple[Operation, Mapping[str, Any]]:
        """Find the operation that a request is for, or refuse it."""
        try:
            endpoint, arguments = find_route(request.method, request.path)
        except MethodNotAllowed as error:
            allowed = ", ".join(sorted(error.valid_methods or ()))
            raise METHOD_NOT_ALLOWED(method=request.method, path=request.path, allowed=allowed) from None
        except (NotFound, RequestRedirect, HTTPException):
            raise UNKNOWN_ROUTE(method=request.method, path=request.path, hint=nearest(request.path)) from None
        region = arguments.get("region")
        if region is not None and find_region(region) is None:
            raise UNKNOWN_ROUTE(method=request.method, path=request.path, hint=f"; {region} is not a region.")
        if isinstance(endpoint, Operation):
            return endpoint, arguments
        raise NOT_SIMULATED(operation=f"{request.method} {request.path}")


def _region_of_host(host: str) -> str | None:
    """Tell the region that a host name such as `generativeai.eu-frankfurt-1.oci.example` names."""
    named = _HOST.match(host)
    found = find_region(named[1]) if named else None
    return found.id if found else None


def create_app(settings: Settings | None = None) -> App:
    """Make a WSGI app of its own.

    Args:
        settings: how it is set up.

    Raises:
        InvalidInput: a setting is not valid.

    Example:
        >>> from werkzeug.test import Client
        >>> Client(create_app()).get("/_sim/health").json["status"]
        'UP'
    """
    return App(settings or Settings())
