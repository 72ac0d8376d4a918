"""WorkRequest: the record of an asynchronous operation, with its resources, errors and logs.

Source: `WorkRequest` and its parts of `oci.generative_ai`.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  # read at run time by the codec
from datetime import datetime  # noqa: TC003

from genai_ports.api.snapshot import Snapshot
from genai_ports.api.value import Value, value


@value
class WorkRequestResource(Value):
    """One resource that a work request touches."""

    entity_type: str
    action_type: str
    identifier: str
    entity_uri: str | None = None
    metadata: Mapping[str, str] | None = None


@value
class WorkRequestSummary(Snapshot):
    """A WorkRequest as lists show it: the same attributes as the whole."""

    operation_type: str
    status: str
    id: str
    compartment_id: str
    resources: tuple[WorkRequestResource, ...]
    percent_complete: float
    time_accepted: datetime
    time_started: datetime | None = None
    time_finished: datetime | None = None


@value
class WorkRequest(WorkRequestSummary):
    """A WorkRequest as GET tells it."""

    @property
    def is_finished(self) -> bool:
        """Whether it will change no more: SUCCEEDED, FAILED or CANCELED."""
        return self.status in ("SUCCEEDED", "FAILED", "CANCELED")


@value
class WorkRequestError(Value):
    """One thing that went wrong."""

    code: str
    message: str
    timestamp: datetime


@value
class WorkRequestLogEntry(Value):
    """One line of the story of a work request."""

    message: str
    timestamp: datetime
