"""Clean-up: resources are deleted in the end, also if work on them, or on what uses them, is still under way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports.api.verbs import DELETE, GET
from genai_ports.errors import Conflict, NotFound, WaitTimeout

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.client.ports import GenAi

TIMEOUT: Final = 4 * 3600.0
_RETRY_SECONDS: Final = 15.0


def delete(genai: GenAi, kind: Kind, identifier: str, interval: float | None) -> None:
    """Delete a resource and wait until it is gone."""
    response = getattr(genai, kind.operation(DELETE).name)(identifier)
    genai.wait_for_work_request(response.work_request_id, timeout=TIMEOUT, interval=interval)


def delete_in_the_end(genai: GenAi, kind: Kind, identifier: str, interval: float | None) -> None:
    """Delete a resource, also if work on it, or on what uses it, is still under way.

    Args:
        genai: any client.
        kind: of the resource.
        identifier: its OCID.
        interval: seconds between two reads of work, and between two attempts; None for the default of each.

    Raises:
        WaitTimeout: it could not be deleted for four hours.
        GenAiError: a call failed.
    """
    pause, paused = interval or _RETRY_SECONDS, 0.0
    while True:
        try:
            delete(genai, kind, identifier, interval)
        except NotFound:
            return
        except Conflict:
            if getattr(genai, kind.operation(GET).name)(identifier).lifecycle_state == "DELETED":
                return
            if paused >= TIMEOUT:
                raise WaitTimeout(f"it could not be deleted within {TIMEOUT:g} seconds") from None
            genai.clock.sleep(pause)
            paused += pause
        else:
            return
