"""Capabilities: what some backends cannot do, and the tests that need it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
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
    FRESH = "start each test without the resources of others, so that pages are full"
    UNDER_WAY = "show work that is under way: it takes longer than a call"
    DAYS = "let days pass on its clock"


def needs(*capabilities: Capability) -> Callable[[Test], Test]:
    """Mark a test that needs capabilities: a backend that lacks one declares it in `cannot`."""
    mark: Callable[[Test], Test] = getattr(pytest.mark, _MARK)(*capabilities)
    return mark


def needed_by(item: Any) -> Sequence[Capability]:
    """Return the capabilities that a test needs."""
    return [capability for mark in item.iter_markers(_MARK) for capability in mark.args]
