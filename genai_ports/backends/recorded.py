"""The backend of recorded traffic: calls get the recorded responses. It needs neither the OCI SDK nor a network."""

from __future__ import annotations

from http import HTTPStatus
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genai_ports.api.clock import Clock
from genai_ports.api.value import replaced
from genai_ports.client.repository import Repository
from genai_ports.client.retry import RetryPolicy
from genai_ports.recording.player import Player, replayed_request_id
from genai_ports.wire.responses import read_error, read_response
from genai_ports.wire.unsendable import write_sendable

if TYPE_CHECKING:
    from genai_ports.api.call import Call, Reply
    from genai_ports.recording.player import Played
    from genai_ports.wire.http import HttpRequest


class RecordedBackend:
    """A recording as a backend.

    Args:
        player: replays the recording.
    """

    def __init__(self, player: Player) -> None:
        self.player = player
        self.clock = player.clock
        self.default_region = player.default_region
        self._replies: dict[int, Reply] = {}
        self._tokens = count(1)

    def send(self, call: Call) -> Reply:
        """Return the recorded reply to a call.

        Raises:
            ServiceError: the recorded response is an error.
            NotRecorded: the call was not recorded.
            InvalidParameter, CannotParseRequest: JSON cannot hold the body.
        """
        request = write_sendable(call)
        played = self.player.play(request)
        if played.interaction.response.status >= HTTPStatus.BAD_REQUEST:
            raise read_error(call.operation, played.interaction.response)
        reply = self._replies.get(played.position)
        if reply is None:
            reply = self._replies[played.position] = read_response(call.operation, played.interaction.response)
        return reply if call.request_id is None else _with_request_id(reply, request, played)

    def new_retry_token(self) -> str:
        """Return a retry token that this backend has not returned before."""
        return f"replay-{next(self._tokens)}"

    def close(self) -> None:
        """Do nothing: there is no connection."""


class CassetteModelRepository(Repository):
    """All repositories over a recording.

    Args:
        path: the cassette: a file that genai_ports, vcrpy or pytest-recording wrote.
        clock: waits on it let recorded work go on; default: a virtual clock, so that no wait takes time.
        retry: when a call is tried again; default: `RetryPolicy()`.

    Attributes:
        player: replays the recording: `player.played` is the number of replayed responses, and `player.unplayed()`
            lists what no call has seen.

    Raises:
        ConfigurationError: the file cannot be read, or is not a cassette.
    """

    def __init__(self, path: Path | str, *, clock: Clock | None = None, retry: RetryPolicy | None = None) -> None:
        self.player = Player.load(path, clock)
        super().__init__(RecordedBackend(self.player), retry=retry)


def _with_request_id(reply: Reply, request: HttpRequest, played: Played) -> Reply:
    """Return a reply with the request id of the call."""
    request_id = replayed_request_id(request, *played.interaction[1:])
    if request_id is None:
        return reply
    response = replaced(reply.response, request_id=request_id)
    value: Any = reply.value
    return reply._replace(value=value if value is None else replaced(value, response=response), response=response)
