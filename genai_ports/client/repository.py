"""The repository: all operations over one backend."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from genai_ports import api
from genai_ports.client.backend import Backend
from genai_ports.client.dedicated_ai_clusters import DedicatedAiClusters
from genai_ports.client.endpoints import Endpoints
from genai_ports.client.imported_models import ImportedModels
from genai_ports.client.models import Models
from genai_ports.client.ports import GenAi
from genai_ports.client.private_endpoints import PrivateEndpoints
from genai_ports.client.retry import RetryPolicy
from genai_ports.client.work_requests import WorkRequests


class Repository(Models, ImportedModels, Endpoints, DedicatedAiClusters, PrivateEndpoints, WorkRequests, GenAi):
    """All operations over one backend; a context manager that closes it.

    The class of each adapter derives from this one and brings its own backend. `GenAi` describes the arguments that
    operations share.

    Args:
        backend: sends the calls.
        retry: when a call is sent again. Default: `RetryPolicy()`.
    """

    def __init__(self, backend: Backend, *, retry: RetryPolicy | None = None) -> None:
        super().__init__(backend, retry or RetryPolicy())

    @property
    def backend(self) -> Backend:
        """The backend that sends the calls."""
        return self._backend

    @property
    def clock(self) -> api.Clock:
        return self._backend.clock

    @property
    def default_region(self) -> str:
        return self._default_region

    def close(self) -> None:
        self._backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
