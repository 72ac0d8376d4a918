"""Watches several work requests at once, one thread for each."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import oci

if TYPE_CHECKING:
    from collections.abc import Sequence

    from oci.generative_ai import GenerativeAiClient

ENDED = ("SUCCEEDED", "FAILED", "CANCELED")


def outcomes(client: GenerativeAiClient, work_request_ids: Sequence[str], *, hours: float = 4) -> dict[str, str]:
    """Wait until all work requests have ended, and return the status of each."""

    def outcome(identifier: str) -> str:
        seen = client.get_work_request(identifier)
        ended = oci.wait_until(client, seen, "status", ENDED, max_wait_seconds=hours * 3600)
        status: str = ended.data.status
        return status

    with ThreadPoolExecutor(len(work_request_ids), "watch") as pool:
        return dict(zip(work_request_ids, pool.map(outcome, work_request_ids), strict=True))
