"""Recording what clients send to a server, and what it responds: a WSGI app around another one."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from werkzeug.wsgi import get_input_stream

from fake_server.console import is_console
from fake_server.routes import is_control
from fake_server.streams import STREAM
from genai_ports.backends.system_clock import SystemClock
from genai_ports.recording.provenance import FAKE
from genai_ports.recording.tape import Tape
from genai_ports.recording.traffic import Message, Server

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from wsgiref.types import StartResponse, WSGIEnvironment

    from fake_server.app import App
    from genai_ports.errors import ServiceError
    from genai_ports.wire.http import HttpResponse

_HEADER: Final = "HTTP_"
_HOST: Final = re.compile(r"[\w.-]+(?::\d+)?", re.ASCII)
"""A host that can be a part of a URL; any client can send another text."""
_MORE_HEADERS: Final = ("CONTENT_TYPE", "CONTENT_LENGTH")


class Recorder:
    """Records each call that gets a whole response; control paths and the console are not recorded.

    A response that is lost or cut is not recorded, because a client that replays could not be given it.

    Args:
        app: the app that serves.
        path: the file to write, with the suffix `.yaml`.

    Raises:
        ConfigurationError: the file cannot be written there.
    """

    def __init__(self, app: App, path: Path | str) -> None:
        settings = app.worlds.settings
        self._app = app
        self._server = Server(FAKE, settings.region, str(settings.seed))
        self.tape = Tape(path)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        if is_control(environ["PATH_INFO"]) or is_console(environ):
            return self._app(environ, start_response)
        body = get_input_stream(environ).read()
        head: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            head[:] = int(status.partition(" ")[0]), dict(headers)
            return start_response(status, headers, *error)

        # Without a stream, every response comes whole.
        chunks = self._app({**environ, "wsgi.input": io.BytesIO(body), STREAM: None}, start)
        # A response that is cut comes as an iterator, which ends with an error.
        if isinstance(chunks, list):
            status, headers = head
            self._record(environ, body, status, Message(headers, b"".join(chunks)))
        return chunks

    def refuse(self, error: ServiceError) -> HttpResponse:
        """Respond to a request that is not a call. It is not recorded."""
        return self._app.refuse(error)

    def save(self) -> None:
        """Write the recording.

        Raises:
            NothingRecorded: no call was recorded.
            OSError: the file cannot be written.
        """
        self.tape.save(day=SystemClock().now().date().isoformat())

    def _record(self, environ: WSGIEnvironment, body: bytes, status: int, response: Message) -> None:
        headers = {
            name.removeprefix(_HEADER).replace("_", "-"): text
            for name, text in environ.items()
            if name.startswith(_HEADER) or name in _MORE_HEADERS
        }
        path = quote(environ["PATH_INFO"], encoding="latin-1")
        host = headers.get("HOST", "")
        url = f"http://{host if _HOST.fullmatch(host) else 'localhost'}{path}?{environ['QUERY_STRING']}"
        self.tape.record(
            environ["REQUEST_METHOD"], url, Message(headers, body), status, response, find=lambda _: self._server
        )
