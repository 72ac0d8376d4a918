"""Capabilities: what some backends cannot do, and the tests that need it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, TypeVar

    Test = TypeVar("Test", bound=Callable[..., Any])

_MARK: Final = "needs_capability"
"""The pytest marker, registered by `genai_ports.pytest_plugin`."""


class Capability(Enum):
    """Something that a backend may be unable to do; the value completes "the backend cannot ...".

    A backend with a simulator has all of them.
    """

    PACE = "choose how fast work finishes"
    SEED = "choose the seed of identifiers, etags and page tokens"
    REGION = "choose the region of calls that name no region"
    SEVERAL = "open several worlds at a time"
    DAYS = "let a day pass on its clock"


def needs(*capabilities: Capability) -> Callable[[Test], Test]:
    """Mark a test that needs capabilities: it is skipped for a backend that declares that it lacks one."""
    mark: Callable[[Test], Test] = getattr(pytest.mark, _MARK)(*capabilities)
    return mark


def skip_if_lacking(request: pytest.FixtureRequest, cannot: Mapping[Capability, str]) -> None:
    """Skip a test that needs a capability which the backend lacks, and report why.

    Args:
        request: of the test.
        cannot: what the backend cannot do, each with the reason.
    """
    needed = [capability for mark in request.node.iter_markers(_MARK) for capability in mark.args]
    for capability in needed:
        if capability in cannot:
            pytest.skip(f"the backend cannot {capability.value}: {cannot[capability]}")
