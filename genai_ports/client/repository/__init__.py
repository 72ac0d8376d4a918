"""The repositories: Oracle's 28 operations, typed, written once above whatever backend carries the calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.client.repository.dedicated_ai_clusters import DedicatedAiClusters
from genai_ports.client.repository.endpoints import Endpoints
from genai_ports.client.repository.imported_models import ImportedModels
from genai_ports.client.repository.models import Models
from genai_ports.client.repository.work_requests import WorkRequests
from genai_ports.client.retry import RetryPolicy

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from genai_ports.api.clock import Clock
    from genai_ports.client.ports import Backend


class Repository(Models, ImportedModels, Endpoints, DedicatedAiClusters, WorkRequests):
    """All four repositories over one backend; the adapters are this with a backend of their own.

    Arguments mean the same in every method: `region` is an id or a three-letter code and goes before the region
    that the OCID names, which goes before the backend's default; `if_match` is the etag that the resource must still
    have (else `PreconditionFailed`); `retry_token` makes it safe to repeat a call for 24 hours; `request_id` is the
    client's own id for the call; `limit` is the size of a page, 1 to 1000, 100 unless given; `page` the token of the
    page to begin with.

    Args:
        backend: what carries the calls.
        retry: when a call is tried again.
    """

    def __init__(self, backend: Backend, *, retry: RetryPolicy | None = None) -> None:
        super().__init__(backend, retry or RetryPolicy())

    @property
    def clock(self) -> Clock:
        """The clock that waits and retries go by."""
        return self._backend.clock

    @property
    def default_region(self) -> str:
        """The id of the region that calls go to when nothing names one."""
        return self._default_region

    def close(self) -> None:
        """Let go of the backend's connections."""
        self._backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
