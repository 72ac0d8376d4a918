"""The console: a page at `/` of the server, which shows the worlds and changes them through the control paths.

Its files are plain HTML, CSS and JavaScript beside this module. They load nothing from anywhere else.
"""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from fake_server.response import HTML
from genai_ports.wire.http import HttpResponse

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment

_PREFIX: Final = "/console/"
_PAGE: Final = "index.html"
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def is_console(environ: WSGIEnvironment) -> bool:
    """Return whether a request is for the console: for its files, or a browser's for `/`. No call of the service is."""
    path = environ["PATH_INFO"]
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        return False
    if path == "/":
        return HTML in environ.get("HTTP_ACCEPT", "")
    return path.startswith(_PREFIX) and path.removeprefix(_PREFIX) in _files()


def console_response(environ: WSGIEnvironment) -> HttpResponse:
    """Respond with a file of the console."""
    name = environ["PATH_INFO"].removeprefix(_PREFIX).lstrip("/") or _PAGE
    content_type, body = _files()[name]
    return HttpResponse(HTTPStatus.OK, _HEADERS, body, content_type)


@cache
def _files() -> dict[str, tuple[str, bytes]]:
    """Return the type and the content of each file by name: only these are served, whatever a path says."""
    found = {}
    for file in files("fake_server.console").iterdir():
        suffix = file.name[file.name.rfind(".") :]
        if suffix in _TYPES:
            found[file.name] = (_TYPES[suffix], file.read_bytes())
    return found
