"""What the first half of the contract needs of a backend under test."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import pytest

from genai_ports.api.snapshot import ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from genai_ports.api.snapshot import Page, Snapshot
    from genai_ports.client.ports import GenAi
    from genai_ports.errors import ServiceError


@dataclass(frozen=True, kw_only=True, slots=True)
class PortHarness:
    """A backend under test, seen through the port alone.

    Args:
        genai: all repositories. Its world is fresh, and its clock can be waited on.
        rules: the rules of refusals that the test has checked, each with whether the refusal was the expected one.
    """

    genai: GenAi
    rules: dict[str, bool] = field(default_factory=dict, compare=False)

    def pass_time(self, seconds: float) -> None:
        """Let time pass on the backend's clock."""
        self.genai.clock.sleep(seconds)

    @contextmanager
    def refuses(self, error: type[ServiceError], rule: str) -> Iterator[pytest.ExceptionInfo[ServiceError]]:
        """Check that a call is refused, with which error, and by which rule if the error reports one."""
        self.rules[rule] = False
        with pytest.raises(error) as caught:
            yield caught
        refusal = caught.value
        assert type(refusal) is error
        assert (refusal.status, refusal.code) == (error.default_status, error.default_code)
        assert refusal.operation
        assert refusal.request_id
        assert refusal.rule in (rule, None)  # the real service reports no rule
        self.rules[rule] = True

    @contextmanager
    def changes_nothing(self) -> Iterator[None]:
        """Check that calls change nothing, as far as the backend can show it."""
        yield

    @contextmanager
    def sends_nothing(self) -> Iterator[None]:
        """Check that no call reaches the world, as far as the backend can show it."""
        yield


class OpenPortHarness(Protocol):
    """Opens a backend over a fresh world.

    A setting that the backend lacks the capability for is never passed: `seed` needs `Capability.SEED`, `pace` needs
    `Capability.PACE`, and `region` needs `Capability.REGION`.
    """

    def __call__(self, *, seed: int = 0, pace: str = "instant", region: str = "us-chicago-1") -> PortHarness:
        """Open one.

        Args:
            seed: what the identifiers, etags and page tokens of the world follow from.
            pace: how fast work finishes.
            region: where calls go that name no region.
        """
        ...


def response_of(result: Snapshot | Page[object] | ResponseMetadata) -> ResponseMetadata:
    """Return the metadata of the response that a call returned."""
    response = result if isinstance(result, ResponseMetadata) else result.response
    assert response is not None
    return response


def status_and_headers(result: Snapshot | Page[object] | ResponseMetadata) -> tuple[int, set[str]]:
    """Return the status of a response, and the names of its headers."""
    response = response_of(result)
    headers = ("request_id", "etag", "work_request_id", "retry_after", "model_deprecation_info")
    return response.status, {name for name in headers if getattr(response, name) is not None}
