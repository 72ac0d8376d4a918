"""Large JSON responses, sent in pieces: each is made when the client has read those before.

So one response never stops the server for others, and never takes much memory, whatever its length.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from fake_server.limits import MOST_WHOLE, MOST_WHOLE_CONTROL
from fake_server.response import item_dump, readable, send, status_line, write_reply
from genai_ports.api.snapshot import Page
from genai_ports.api.value import replaced
from genai_ports.wire.documents import dump
from genai_ports.wire.http import HttpResponse
from genai_ports.wire.responses import item_writer, write_response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from wsgiref.types import StartResponse, WSGIEnvironment

    from fake_server.json_cache import JsonCache
    from genai_ports.api.call import Reply
    from genai_ports.api.kind import Operation

STREAM: Final = "fake_server.stream"
"""The key in the WSGI environment of a function that takes the pieces that follow the body of a response. Without it,
as on another WSGI server, every response is whole."""
_ITEMS: Final = 50
"""How many items of an array are written in one piece."""
_DEPTH: Final = 3
"""Where the large arrays are: `world`, `tables`, `importedModels` in a snapshot."""


class Streamed:
    """A response, as a WSGI application: whole if it is short, in pieces otherwise.

    Args:
        head: the response without its body.
        pieces: the parts of the body.
        most: the most bytes that are sent whole.
    """

    def __init__(self, head: HttpResponse, pieces: Iterator[bytes], most: int) -> None:
        self._most = most
        self._head = head
        self._pieces = pieces

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send the response, or its first part."""
        stream = environ.get(STREAM)
        first, size = [], 0
        for piece in self._pieces:
            first.append(piece)
            size += len(piece)
            if size > self._most and stream:
                return self._send_first(b"".join(first), environ, start_response)
        return send(readable(self._head._replace(body=b"".join(first)), environ), environ, start_response)

    def _send_first(self, first: bytes, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        headers = [*self._head.headers.items(), ("Content-Type", self._head.content_type)]
        start_response(status_line(self._head), headers)
        if environ["REQUEST_METHOD"] == "HEAD":
            return ()
        environ[STREAM](self._pieces)
        return iter((first,))  # waitress takes the only item of a list for the whole body


def stream_reply(operation: Operation, reply: Reply, items: JsonCache) -> HttpResponse | Streamed:
    """Write the reply to a call; a long page is a stream."""
    page = reply.value
    if not isinstance(page, Page) or len(page.items) <= _ITEMS:
        return write_reply(operation, reply, items)
    head = write_response(reply._replace(value=replaced(page, items=())))
    return Streamed(head, pieces({"items": page.items}, item_writer(reply, item_dump(operation, items))), MOST_WHOLE)


def stream_json(document: Any, write: Callable[[Any], bytes] = dump) -> Streamed:
    """Write any JSON, for the control paths; `write` writes one item of a sequence."""
    return Streamed(HttpResponse(HTTPStatus.OK), pieces(document, write), MOST_WHOLE_CONTROL)


def pieces(value: Any, write: Callable[[Any], bytes] = dump, *, depth: int = _DEPTH) -> Iterator[bytes]:
    """Write JSON in pieces.

    Args:
        value: a mapping with short names, a sequence, or any other JSON.
        write: writes one item of a sequence as JSON.
        depth: how many levels of mappings are taken apart.
    """
    if isinstance(value, Mapping) and depth:
        opening = b"{"
        for name, inner in value.items():
            yield opening + dump(name) + b":"
            yield from pieces(inner, write, depth=depth - 1)
            opening = b","
        yield b"}" if value else b"{}"
    elif isinstance(value, list | tuple):
        yield b"["
        for n in range(0, len(value), _ITEMS):
            yield (b"," if n else b"") + b",".join(map(write, value[n : n + _ITEMS]))
        yield b"]"
    else:
        yield dump(value)
