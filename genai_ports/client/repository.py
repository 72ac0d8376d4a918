"""The repository: all operations over one backend."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from genai_ports import api
from genai_ports.api.checks import has_methods
from genai_ports.api.display import display
from genai_ports.client.backend import Backend
from genai_ports.client.dedicated_ai_clusters import DedicatedAiClusters
from genai_ports.client.endpoints import Endpoints
from genai_ports.client.imported_models import ImportedModels
from genai_ports.client.models import Models
from genai_ports.client.ports import GenAi
from genai_ports.client.private_endpoints import PrivateEndpoints
from genai_ports.client.retry import RetryPolicy
from genai_ports.client.work_requests import WorkRequests
from genai_ports.errors import InvalidInput


class Repository(Models, ImportedModels, Endpoints, DedicatedAiClusters, PrivateEndpoints, WorkRequests, GenAi):
    """All operations over one backend; a context manager that closes it.

    The class of each adapter derives from this one and brings its own backend. `GenAi` describes the arguments that
    operations share.

    Args:
        backend: sends the calls.
        retry: when a call is sent again. Default: `RetryPolicy()`.

    Raises:
        InvalidInput: the backend lacks a method, or `retry` is not a `RetryPolicy`.
    """

    def __init__(self, backend: Backend, *, retry: RetryPolicy | None = None) -> None:
        if not has_methods(backend, "send", "new_retry_token", "close"):
            raise InvalidInput(f"backend must be an object with the methods of Backend, not {display(backend)}")
        if retry is not None and not isinstance(retry, RetryPolicy):
            raise InvalidInput(f"retry must be a RetryPolicy, not {display(retry)}")
        super().__init__(backend, RetryPolicy() if retry is None else retry)

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
