"""The WSGI app: a thin shell that reads a request, passes the call to a simulated world, and writes the response."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from fake_server.console import console_response, is_console
from fake_server.disrupted import Disruption
from fake_server.http import ApiRequest, read_body, read_call, what_was_sent
from fake_server.json_cache import JsonCache
from fake_server.response import is_pretty, readable, send, without_pretty
from fake_server.routes import is_control
from fake_server.settings import Settings, check_beside_simulator
from fake_server.signers import signer_of
from fake_server.streams import Streamed, stream_reply
from fake_server.worlds import OneWorld, Worlds
from genai_ports.api.checks import check_instance
from genai_ports.errors import InternalServerError, ServiceError
from genai_ports.serving.routes import match
from genai_ports.simulator.faults.disrupted_response import DisruptedResponse
from genai_ports.simulator.rules.refusals import NOT_HTTP, UNKNOWN_ROUTE
from genai_ports.simulator.simulator import Simulator
from genai_ports.tenancy import TENANCY
from genai_ports.wire.http import HttpResponse
from genai_ports.wire.responses import write_error
from genai_ports.wire.routes import region_name_in_host, region_of_host

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import ErrorStream, StartResponse, WSGIEnvironment

    from fake_server.worlds import ServedWorlds


class App:
    """The API and the control paths of one server."""

    def __init__(self, settings: Settings, worlds: ServedWorlds) -> None:
        self._settings = settings
        self.worlds = worlds
        self._items = JsonCache()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        if is_console(environ):
            return send(console_response(environ), environ, start_response)
        try:
            sent = without_pretty(environ) if is_pretty(environ) else environ
            response: HttpResponse | Streamed | Disruption = self._respond(ApiRequest(sent))
        except Exception as error:  # noqa: BLE001  # a client gets a response to any defect
            response = self._failed(error, environ["wsgi.errors"])
        if isinstance(response, HttpResponse):
            return send(readable(response, environ), environ, start_response)
        return response(environ, start_response)

    def _respond(self, request: ApiRequest) -> HttpResponse | Streamed | Disruption:
        signer = signer_of(request.headers.get("authorization"))
        tenancy = self.worlds.serving(signer.tenancy)
        try:
            world = self.worlds.get(tenancy)
        except ServiceError as error:
            return self.refuse(error)
        name: str | None = request.path
        route = region = target = None
        try:
            if not request.query_string.isascii():
                raise NOT_HTTP(reason="the query has bytes that must be percent-encoded")
            request.check_path()
            if is_control(request.path):
                name = None  # a test's own requests are not calls of a client, and not recorded
                return self._controlled(request)
            operation, region, target = route = match(request.method, request.path)
            name = operation.name
            region = region or _region_of(request)
            user = self._verified(request, world) if self._settings.verify_signatures else signer.caller
            call = read_call(request, route, lenient=self._settings.lenient)
        except ServiceError as error:
            request_id = request.headers.get("opc-request-id")
            sent = what_was_sent(request, route) if name and world.settings.details else None
            # No variable holds the error: it refers to this frame, and such a circle costs time to collect.
            return write_error(
                world.refuse(error, name, region=region, resource=target, request_id=request_id, sent=sent)
            )
        try:
            reply = self.worlds.handle(tenancy, call._replace(region=region, user=user))
            return stream_reply(operation, reply, self._items)
        except ServiceError as error:
            return write_error(error)
        except DisruptedResponse as disrupted:
            return Disruption(disrupted, self._items, world.skip_time(disrupted.delay))

    def _controlled(self, request: ApiRequest) -> HttpResponse | Streamed:
        from fake_server.control import Control  # noqa: PLC0415  # only some tests need it

        with self.worlds.controlled(request):
            return Control(self.worlds).respond(request)

    @staticmethod
    def _verified(request: ApiRequest, world: Simulator) -> str:
        """Return the OCID of the user who signed a request.

        Raises:
            NotAuthenticated: the signature is missing or wrong.
        """
        from fake_server.keys import verified_user  # noqa: PLC0415  # loads cryptography

        return verified_user(request, read_body(request), dict(world.keys))

    def refuse(self, error: ServiceError) -> HttpResponse:
        """Respond to a request that is not a call."""
        return write_error(self.worlds.get(TENANCY).refuse(error, "-"))

    def _failed(self, error: Exception, log: ErrorStream) -> HttpResponse:
        """Respond to a request that met a defect of the server, and log where it is.

        The log has places in the code and no values: a message could hold a secret.
        """
        places = "".join(traceback.format_tb(error.__traceback__))
        log.write(f"fake_server: internal error, {type(error).__name__} at:\n{places}")
        return self.refuse(InternalServerError("Internal Server Error"))


def _region_of(request: ApiRequest) -> str | None:
    """Return the region in the host name of a request; None if it names none.

    Raises:
        ServiceError: the host name is that of the service in a region that does not exist.
    """
    host = request.headers.get("host", "")
    named = region_name_in_host(host)
    region = region_of_host(host) if named else None
    if named and region is None:
        raise UNKNOWN_ROUTE(method=request.method, path=request.path, hint="; no region has the name in the host.")
    return region


def create_app(settings: Settings | None = None, *, simulator: Simulator | None = None) -> App:
    """Make a WSGI app, with worlds of its own or for one existing world.

    Args:
        settings: of its worlds and of the server; default: `Settings()`.
        simulator: the world that every tenancy reaches; default: a new world for each tenancy. Only the settings
            `lenient` and `verify_signatures` apply beside it.

    Raises:
        InvalidInput: a setting is not valid.
        ConfigurationError: a setting does not apply to an existing world.

    Example:
        >>> from werkzeug.test import Client
        >>> Client(create_app()).get("/_sim/health").json["status"]
        'UP'
    """
    if settings is not None:
        check_instance("settings", settings, Settings)
    if simulator is not None:
        check_instance("simulator", simulator, Simulator)
    if simulator is not None and settings is not None:
        check_beside_simulator(settings)
    settings = Settings() if settings is None else settings
    return App(settings, Worlds(settings) if simulator is None else OneWorld(simulator, settings))
