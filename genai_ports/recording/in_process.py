"""Replay in this process: clients of the OCI SDK get recorded responses, and nothing touches the network."""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unittest.mock import patch
from urllib.parse import parse_qsl, unquote, urlsplit

from genai_ports.recording.cassette_text import reason_of
from genai_ports.recording.player import Player
from genai_ports.recording.sdk_session import body_of, headers_of, session_class
from genai_ports.wire.http import HttpRequest
from genai_ports.wire.routes import region_of_host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from genai_ports.api.clock import Clock


@contextmanager
def replaying(path: Path | str, clock: Clock | None = None) -> Iterator[Player]:
    """Replay a recording to every client of the OCI SDK in this process, whether it is made before or in the block.

    No request of the SDK is sent. One that was not recorded gets status 501 with the code `NotRecorded`; the SDK does
    not retry it. Blocks can be nested: the inner one replays.

    Args:
        path: a file that genai_ports, vcrpy or pytest-recording wrote.
        clock: waits on it let recorded work go on; default: a virtual clock, so that work goes on as clients poll.

    Yields:
        The player: `played` is the number of replayed responses, and `unplayed()` lists what no client has seen.

    Raises:
        ConfigurationError: the file cannot be read, or is not a cassette, or the OCI SDK is not installed.
    """
    player = Player.load(path, clock)
    transport = _Transport(player)
    with patch.object(session_class(), "get_adapter", lambda *_, **__: transport):
        yield player


class _Transport:
    """Takes the place of the SDK's transport."""

    def __init__(self, player: Player) -> None:
        self._player = player

    def send(self, request: Any, **_: Any) -> Any:
        from oci._vendor.requests.models import Response  # noqa: PLC0415  # loaded by now
        from oci._vendor.requests.structures import CaseInsensitiveDict  # noqa: PLC0415  # loaded by now

        url = urlsplit(request.url)
        query = tuple(parse_qsl(url.query, keep_blank_values=True))
        sent = HttpRequest(request.method, unquote(url.path), query, headers_of(request), body_of(request))
        recorded = self._player.respond(sent, region_of_host(url.netloc))
        response: Any = Response()
        response.status_code = recorded.status
        response.reason = reason_of(recorded.status)
        response.headers = CaseInsensitiveDict({**recorded.headers, "content-type": recorded.content_type})
        response.encoding = "utf-8"
        response.raw = io.BytesIO(b"" if request.method == "HEAD" else recorded.body)
        response.url, response.request = request.url, request
        return response

    def close(self) -> None:
        """Do nothing: there is no connection."""
