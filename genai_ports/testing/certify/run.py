"""One run of a certification: what its tests share, and what they create."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.api.kind import Kind
    from genai_ports.client.backend import Backend
    from genai_ports.testing.certify.scope import Scope


@dataclass
class Made:
    """A resource that a test created.

    Args:
        kind: its kind.
        id: its OCID.
        units: of a cluster.
    """

    kind: Kind
    id: str
    units: int = 0


@dataclass
class Run:
    """What the tests of one certification share.

    Args:
        backend: sends the calls.
        scope: what it may do.
        name: distinguishes it from other runs; the value of its tags.
        is_interrupted: returns whether an interrupt was requested: a library may have dropped the exception.
        tests: how many tests have started.
    """

    backend: Backend
    scope: Scope
    name: str
    is_interrupted: Callable[[], bool] = lambda: False
    tests: int = 0
