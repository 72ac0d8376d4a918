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
    """One resource of a work request, and what the work does to it."""

    entity_type: str
    action_type: str
    identifier: str
    entity_uri: str | None = None
    metadata: Mapping[str, str] | None = None


@value
class WorkRequestSummary(Snapshot):
    """A WorkRequest as lists show it: the same attributes as GET returns."""

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
    """A WorkRequest with everything that GET returns."""

    @property
    def is_finished(self) -> bool:
        """Whether the status is final: SUCCEEDED, FAILED or CANCELED."""
        return self.status in ("SUCCEEDED", "FAILED", "CANCELED")


@value
class WorkRequestError(Value):
    """One error of a work request."""

    code: str
    message: str
    timestamp: datetime


@value
class WorkRequestLogEntry(Value):
    """One line of the log of a work request."""

    message: str
    timestamp: datetime
