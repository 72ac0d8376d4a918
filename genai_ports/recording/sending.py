"""Sending: which of the recorded responses a request that changes something gets.

1. The same request recorded several times has its responses in recorded order, and each change is replayed once.
2. The same retry token again repeats a change: it gets the same response.
3. A refusal is not a change but a state. It is replayed until it is over: if changes were recorded before the next
   response to the same request, as soon as the client has replayed one of them; otherwise with the next request.
4. Among the responses to the same request, those are preferred that were recorded with the same `if-match`.
"""

from __future__ import annotations

from collections import deque
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, NamedTuple

from genai_ports.recording.visibility import NotVisible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.recording.cassette import Interaction
    from genai_ports.recording.changes import Changes
    from genai_ports.recording.visibility import Moment

_IF_MATCH: Final = "if-match"
_RETRY_TOKEN: Final = "opc-retry-token"  # noqa: S105  # the name of a header


class Sent(NamedTuple):
    """A recorded request and its response. It stands also for its repetitions, and for equal refusals after it.

    Args:
        first: its position in the recording.
        interaction: the request and the response.
        essence: what is equal in all their responses.
    """

    first: int
    interaction: Interaction
    essence: tuple[object, ...]

    @property
    def is_change(self) -> bool:
        """Whether the service accepted the request."""
        return self.interaction.response.status < HTTPStatus.BAD_REQUEST

    @property
    def token(self) -> str | None:
        """The retry token of the request."""
        return self.interaction.request.headers.get(_RETRY_TOKEN)


class Sends:
    """The recorded responses to one request that changes something.

    Args:
        changes: all changes of the recording.
    """

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._recorded: dict[str | None, list[Sent]] = {}
        self._repetition_refused: dict[int, Sent] = {}
        self._queues: dict[str | None, deque[Sent]] = {}
        self._by_token: dict[str, Sent] = {}
        self._shown: set[int] = set()

    def reset(self) -> None:
        """Start again."""
        self._queues = {if_match: deque(recorded) for if_match, recorded in self._recorded.items()}
        self._by_token.clear()
        self._shown.clear()

    def add(self, position: int, interaction: Interaction, essence: tuple[object, ...]) -> int:
        """Add a recorded response. Return the position of the one that stands for it."""
        sent = Sent(position, interaction, essence)
        recorded = self._recorded.setdefault(interaction.request.headers.get(_IF_MATCH), [])
        repeated = next((each for each in reversed(recorded) if sent.token and each.token == sent.token), None)
        if repeated and repeated.is_change and repeated.essence == essence:
            return repeated.first
        if repeated and repeated.is_change and not sent.is_change:
            self._repetition_refused[repeated.first] = sent
            return position
        if recorded and not sent.is_change and self._is_same_refusal(recorded[-1], sent):
            return recorded[-1].first
        recorded.append(sent)
        return position

    def send(self, headers: Mapping[str, str], moment: Moment) -> Sent:
        """Return the response that the client gets now.

        Args:
            headers: of the request.
            moment: how far the replay is.

        Raises:
            NotVisible: all recorded responses were replayed.
        """
        token = headers.get(_RETRY_TOKEN)
        earlier = self._by_token.get(token) if token else None
        if earlier and earlier.is_change:
            refused = self._repetition_refused.get(earlier.first)
            return refused if refused and self._changes.last_played > earlier.first else earlier
        sent = self._next(self._queue(headers.get(_IF_MATCH)), moment)
        self._shown.add(sent.first)
        if token:
            self._by_token[token] = sent
        return sent

    def _queue(self, if_match: str | None) -> deque[Sent]:
        """Return the responses with the same `if-match`, or else those that have one or none as well, or else any."""
        if if_match in self._queues:
            return self._queues[if_match]
        alike = (queue for name, queue in self._queues.items() if (name is None) is (if_match is None))
        return next((queue for queue in alike if queue), next(iter(self._queues.values())))

    def _next(self, queue: deque[Sent], moment: Moment) -> Sent:
        while len(queue) > 1 and self._is_over(queue[0], queue[1], moment):
            queue.popleft()
        sent = queue[0]
        if sent.is_change and sent.first in self._shown:
            raise NotVisible("every recorded response to it was replayed")
        return sent

    def _is_over(self, sent: Sent, following: Sent, moment: Moment) -> bool:
        if sent.is_change:
            return sent.first in self._shown
        if self._changes.is_between(sent.first, following.first):
            return self._changes.last_played > sent.first
        return sent.first in self._shown or moment.position > sent.first

    def _is_same_refusal(self, last: Sent, sent: Sent) -> bool:
        return last.essence == sent.essence and not self._changes.is_between(last.first, sent.first)
