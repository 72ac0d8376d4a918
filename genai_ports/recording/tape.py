"""A tape: the interactions of a recording that is being made, and the file that it becomes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from genai_ports.api.checks import check_path, check_texts
from genai_ports.api.forks import Lock
from genai_ports.errors import ConfigurationError, GenAiError
from genai_ports.files import check_replaceable
from genai_ports.recording.saving import save_recording
from genai_ports.recording.traffic import interaction_of, provenance_of
from genai_ports.wire.hosts import root_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.recording.cassette import Interaction
    from genai_ports.recording.traffic import Message, Server

_SUFFIXES: Final = (".yaml", ".yml")


class NothingRecorded(GenAiError):
    """A recording ends without one request of this service, so there is nothing to write."""


class Tape:
    """The interactions of a recording that is being made. Threads can share it.

    Args:
        path: the file to write at the end, with the suffix `.yaml`.
        scenario: its name, for the provenance.

    Raises:
        ConfigurationError: the file cannot be written there.
        OSError: it exists and is no plain file.
    """

    def __init__(self, path: Path | str, *, scenario: str = "") -> None:
        check_path("path", path)
        check_texts(scenario=scenario)
        self.path = Path(path)
        self.scenario = scenario
        self._lock = Lock()
        self._interactions: list[Interaction] = []
        self._servers: dict[str, Server] = {}
        if self.path.suffix not in _SUFFIXES or self.path.is_dir():
            raise ConfigurationError(f"a recording must be a file with the suffix .yaml, not {path}")
        if not self.path.parent.is_dir():
            raise ConfigurationError(f"a recording must be in a directory that exists, not {path}")
        check_replaceable(self.path)

    @property
    def interactions(self) -> tuple[Interaction, ...]:
        """All that is recorded so far, not scrubbed."""
        with self._lock:
            return tuple(self._interactions)

    def __len__(self) -> int:
        """Return how many interactions are recorded so far."""
        return len(self.interactions)

    def __bool__(self) -> bool:
        """Return True, also for an empty tape."""
        return True

    def record(
        self, method: str, url: str, request: Message, status: int, response: Message, *, find: Callable[[str], Server]
    ) -> None:
        """Record a request and its response; ignore a request of another service.

        Args:
            method: such as `GET`.
            url: the whole URL, percent-encoded.
            request: the headers and the body of the request.
            status: of the response.
            response: the headers and the body of the response.
            find: returns what is known of the server with a root URL; called once per server.
        """
        root = root_of(url)
        if root is None:
            return
        with self._lock:
            server = self._servers.get(root)
        server = server or find(root)  # asks the server, so it must not hold the lock
        with self._lock:
            server = self._servers.setdefault(root, server)
            self._interactions.append(interaction_of(method, url, request, status, response, server=server))

    def save(self, *, day: str = "") -> None:
        """Write the recording.

        Args:
            day: of the recording, such as `2026-11-27`; default: the first date in a header.

        Raises:
            NothingRecorded: nothing is recorded.
            UnsafeRecording: something looks like a secret; nothing is written.
            OSError: the file cannot be written.
        """
        interactions = self.interactions
        if not interactions:
            raise NothingRecorded(
                f"nothing was recorded for {self.path}: no request to the service got a response; check the endpoint, "
                "and that the client is one that is recorded"
            )
        provenance = provenance_of(interactions, self._servers.values(), scenario=self.scenario, day=day)
        save_recording(self.path, interactions, provenance)
