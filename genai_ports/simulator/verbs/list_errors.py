"""List errors: what went wrong with a work request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.simulator.verbs.paging import list_rows
from genai_ports.simulator.work.work_request_view import errors

if TYPE_CHECKING:
    from genai_ports.api.call import Call
    from genai_ports.simulator.answer import Answer
    from genai_ports.simulator.simulator import Simulator


def carry_out(simulator: Simulator, call: Call, region: str) -> Answer:
    """List what went wrong."""
    return list_rows(simulator, call, region, errors)
