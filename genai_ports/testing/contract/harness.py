"""What the contract asks of a backend under test: a way to open it, with the simulated world behind it in reach."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pytest

from genai_ports.api.snapshot import ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.api.snapshot import Page, Snapshot
    from genai_ports.client.ports import GenAi
    from genai_ports.errors import ServiceError
    from genai_ports.simulator.simulator import Simulator


@dataclass(frozen=True, kw_only=True, slots=True)
class Harness:
    """A backend under test.

    Args:
        genai: all four repositories; its clock is the one of the world, and its calls are those of the throw-away
            credentials' user.
        simulator: the world behind it.
    """

    genai: GenAi
    simulator: Simulator

    def pass_time(self, seconds: float) -> None:
        """Let time pass on the clock of the world."""
        self.genai.clock.sleep(seconds)

    def calls(self, operation: str) -> int:
        """Count the calls of an operation that have reached the world."""
        return len(self.simulator.journal.query(operation=operation))

    @contextmanager
    def refuses(self, error: type[ServiceError], rule: str) -> Iterator[pytest.ExceptionInfo[ServiceError]]:
        """Check that a call is refused: by which rule, as which error in full, and with nothing changed by it."""
        before = self.simulator.state()
        with pytest.raises(error) as caught:
            yield caught
        refusal = caught.value
        assert (type(refusal), refusal.rule) == (error, rule)
        assert (refusal.status, refusal.code) == (error.default_status, error.default_code)
        entry = list(self.simulator.journal)[-1]
        assert (entry.operation, entry.status, entry.code, entry.rule, entry.request_id) == (
            refusal.operation,
            refusal.status,
            refusal.code,
            rule,
            refusal.request_id,
        )
        assert self.simulator.state() == before


class OpenHarness(Protocol):
    """Opens a backend over a fresh world with a virtual clock; several may be open at a time."""

    def __call__(
        self, *, seed: int = 0, pace: str = "instant", region: str = "us-chicago-1", limits: str = "generous"
    ) -> Harness:
        """Open one.

        Args:
            seed: what the ids, etags and page tokens of the world follow from.
            pace: how fast its work finishes.
            region: where calls go that name no region.
            limits: `generous` or `strict` with units of clusters that nobody has set a limit for.
        """
        ...


def answer(brought: Snapshot | Page[object] | ResponseMetadata) -> ResponseMetadata:
    """Give the metadata of the answer that brought something."""
    response = brought if isinstance(brought, ResponseMetadata) else brought.response
    assert response is not None
    return response


def sent(brought: Snapshot | Page[object] | ResponseMetadata) -> tuple[int, set[str]]:
    """Tell the status of an answer, and which headers came with it."""
    response = answer(brought)
    headers = ("request_id", "etag", "work_request_id", "retry_after", "model_deprecation_info")
    return response.status, {name for name in headers if getattr(response, name) is not None}
