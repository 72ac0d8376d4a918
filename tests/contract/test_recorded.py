"""The contract over recordings: each test runs over a simulated world that is recorded, and then over the recording."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from recorded_world import RecordedBackend

from genai_ports import Simulator
from genai_ports.backends import recorded
from genai_ports.recording.cassette import Cassette
from genai_ports.recording.player import Player
from genai_ports.testing.contract import Capability, PortContract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports import Backend
    from genai_ports.api.call import Call, Reply
    from genai_ports.api.clock import Clock


class RewindableBackend:
    """A simulated world that is recorded; after `rewind`, the recording."""

    def __init__(self, **settings: Any) -> None:
        self._recorder = RecordedBackend(Simulator(**settings))
        self._backend: Backend = self._recorder
        self.default_region = self._recorder.default_region

    def rewind(self) -> None:
        """Go on with the recording."""
        player = Player(Cassette(tuple(self._recorder.interactions)), region=self.default_region)
        self._backend = recorded.RecordedBackend(player)

    @property
    def clock(self) -> Clock:
        return self._backend.clock

    def send(self, call: Call) -> Reply:
        return self._backend.send(call)

    def new_retry_token(self) -> str:
        return self._backend.new_retry_token()

    def close(self) -> None:
        self._backend.close()


class TestRecorded(PortContract):
    """`conftest.py` runs each test twice."""

    cannot: ClassVar = {
        Capability.DAYS: "time goes on in a recording only as far as it was seen",
    }
    differs: ClassVar = {
        "test_a_value_that_json_cannot_hold_is_refused": "there is no request to record",
        "test_a_request_id_is_generated_if_omitted": "equal responses in a row are one, with one request id",
        "test_a_repeated_creation_returns_the_first_response_and_creates_nothing": "so are repetitions",
        "test_reads_finish_the_work_with_the_pace_reads": "so are reads",
        "test_the_etag_of_a_work_request_changes_with_its_progress": "a poll goes on to the next state",
    }

    @pytest.fixture
    def opened(self) -> list[RewindableBackend]:
        self.backends: list[RewindableBackend] = []
        self.recorded: Iterator[RewindableBackend] = iter(())
        return self.backends

    def backend(self, opened: list[RewindableBackend], **settings: Any) -> RewindableBackend:
        for recorded_before in self.recorded:
            return recorded_before
        opened.append(RewindableBackend(**settings))
        return opened[-1]
