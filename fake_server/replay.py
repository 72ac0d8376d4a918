"""Serving a recording: each call gets the recorded response, whatever client sends it and in whatever language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fake_server.http import ApiRequest, read_body
from fake_server.response import send, write_json
from fake_server.routes import CONTROL, is_control
from genai_ports.errors import InternalServerError, ServiceError
from genai_ports.recording.player import Player
from genai_ports.simulator.rules.refusals import UNKNOWN_ROUTE
from genai_ports.wire.hosts import HEALTH
from genai_ports.wire.http import HttpRequest, HttpResponse
from genai_ports.wire.responses import write_error
from genai_ports.wire.routes import region_of_host
from genai_ports.wire.times import time_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from fake_server.app import App
    from genai_ports.api.clock import Clock

_RESET: Final = f"{CONTROL}/reset"
_CLOCK: Final = f"{CONTROL}/clock"
_DROPPED: Final = frozenset({"date", "server"})
"""Headers of the recorded server; this one sends its own."""


class Replay:
    """Replays a recording, and serves the control paths for its health, its clock and its reset.

    Args:
        app: the app whose clock is the clock of the replay.
        path: the cassette.
        clock: the clock of the replay.

    Raises:
        ConfigurationError: the file cannot be read, or is not a cassette.
    """

    def __init__(self, app: App, path: Path | str, clock: Clock) -> None:
        self._app = app
        self.player = Player.load(path, clock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        if environ["PATH_INFO"] == _CLOCK:
            return self._app(environ, start_response)
        try:
            response = self._respond(ApiRequest(environ))
        except ServiceError as error:
            response = self.refuse(error)
        except Exception as error:  # noqa: BLE001  # a client gets a response to any defect
            environ["wsgi.errors"].write(f"fake_server: internal error, {type(error).__name__}\n")
            response = self.refuse(InternalServerError("Internal Server Error"))
        return send(response, environ, start_response)

    def refuse(self, error: ServiceError) -> HttpResponse:
        """Respond to a request that is not a call."""
        return write_error(error)

    def _respond(self, request: ApiRequest) -> HttpResponse:
        request.check_path()
        if is_control(request.path):
            return write_json(self._control(request))
        headers = {name.lower(): text for name, text in request.headers.items()}
        call = HttpRequest(
            request.method, request.path, tuple(request.args.items(multi=True)), headers, read_body(request)
        )
        response = self.player.respond(call, region_of_host(headers.get("host", "")))
        return response._replace(
            headers={name: text for name, text in response.headers.items() if name not in _DROPPED}
        )

    def _control(self, request: ApiRequest) -> dict[str, Any]:
        if (request.method, request.path) == ("POST", _RESET):
            self.player.reset()
        elif request.path != HEALTH or request.method not in ("GET", "HEAD"):
            known = f"GET {HEALTH}, POST {_RESET}, and GET or POST {_CLOCK}"
            hint = f"; this server replays a recording and has no world: it serves {known}."
            raise UNKNOWN_ROUTE(method=request.method, path=request.path, hint=hint)
        return {
            "status": "UP",
            "region": self.player.default_region,
            "time": time_text(self.player.clock.now()),
            "recorded": len(self.player),
            "played": self.player.played,
            "unplayed": len(self.player.unplayed()),
        }
