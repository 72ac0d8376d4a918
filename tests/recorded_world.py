"""Recordings made without a socket: a simulated world whose calls are written as requests and responses."""

from __future__ import annotations

from genai_ports import Repository, ServiceError, Simulator
from genai_ports.backends.memory import MemoryBackend
from genai_ports.recording.cassette import Cassette, Interaction
from genai_ports.regions import endpoint_url
from genai_ports.wire.requests import write_request
from genai_ports.wire.responses import write_error, write_response


class RecordedBackend(MemoryBackend):
    """A simulator whose calls are recorded."""

    def __init__(self, simulator):
        super().__init__(simulator)
        self.interactions = []

    def send(self, call):
        request = write_request(call._replace(region=None))
        try:
            reply = super().send(call)
        except ServiceError as error:
            self._record(call, request, write_error(error))
            raise
        self._record(call, request, write_response(reply))
        return reply

    def _record(self, call, request, response):
        self.interactions.append(Interaction(endpoint_url(call.region or self.default_region), request, response))


class Recording:
    """A world that records."""

    def __init__(self, **settings):
        self.backend = RecordedBackend(Simulator(**settings))
        self.genai = Repository(self.backend)

    @property
    def cassette(self):
        return Cassette(tuple(self.backend.interactions))
