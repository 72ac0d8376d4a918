"""The ports: what an application asks a backend for, as narrow protocols, and what a backend must bring.

Ask for the narrowest one that does: a function that reads models takes a `ModelRepository`, whatever is behind it.
Operation and attribute names are Oracle's, so Oracle's own reference applies:
https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from genai_ports.client.ports.backend import Backend
from genai_ports.client.ports.dedicated_ai_clusters import DedicatedAiClusterRepository
from genai_ports.client.ports.endpoints import EndpointRepository
from genai_ports.client.ports.imported_models import ImportedModelRepository
from genai_ports.client.ports.models import ModelRepository
from genai_ports.client.ports.work_requests import WorkRequestRepository

if TYPE_CHECKING:
    from genai_ports.api.clock import Clock

__all__ = [
    "Backend",
    "DedicatedAiClusterRepository",
    "EndpointRepository",
    "GenAi",
    "ImportedModelRepository",
    "ModelRepository",
    "WorkRequestRepository",
]


class GenAi(ModelRepository, EndpointRepository, DedicatedAiClusterRepository, WorkRequestRepository, Protocol):
    """All four repositories, and the backend's clock and default region: what `connect` gives."""

    @property
    def clock(self) -> Clock:
        """The clock that waits and retries go by."""
        ...

    @property
    def default_region(self) -> str:
        """The id of the region that calls go to when nothing names one."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
