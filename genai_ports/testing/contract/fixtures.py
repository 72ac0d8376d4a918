"""The fixtures that both halves of the contract use."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from genai_ports.api.kinds import RESOURCE_KINDS
from genai_ports.testing.contract.capabilities import Capability, skip_if_lacking
from genai_ports.testing.contract.port.resources import Resources

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from genai_ports.api.kind import Kind
    from genai_ports.client.ports import GenAi
    from genai_ports.testing.contract.port.harness import PortHarness


class Fixtures:
    """A backend for each test. A subclass overrides `open_harness`, and `cannot` if the backend lacks something.

    Args:
        cannot: what the backend cannot do, each with the reason. Tests that need it are skipped.
    """

    cannot: ClassVar[Mapping[Capability, str]] = {}

    @pytest.fixture(autouse=True)
    def _capabilities(self, request: pytest.FixtureRequest) -> None:
        skip_if_lacking(request, self.cannot)

    @pytest.fixture
    def open_harness(self) -> Any:
        """Return a function that opens the backend; close what it opened after the test. To be overridden."""
        raise NotImplementedError(f"{type(self).__name__} must override the fixture open_harness")

    @pytest.fixture
    def harness(self, open_harness: Any) -> Any:
        """A backend over a fresh world. Its work finishes at once, if the backend can choose the pace."""
        return self._opened(open_harness)

    @pytest.fixture
    def realistic(self, open_harness: Any) -> Any:
        """A backend over a fresh world. Its work takes as long as on the real service."""
        return self._opened(open_harness, pace="realistic")

    @pytest.fixture
    def genai(self, harness: PortHarness) -> GenAi:
        """All repositories of the backend."""
        return harness.genai

    @pytest.fixture(params=RESOURCE_KINDS, ids=lambda kind: kind.name)
    def kind(self, request: pytest.FixtureRequest) -> Kind:
        """Each kind of resource in turn."""
        kind: Kind = request.param
        return kind

    @pytest.fixture
    def resources(self, genai: GenAi, kind: Kind) -> Resources:
        """The operations on one kind of resource, for each kind in turn."""
        return Resources(genai, kind)

    def _opened(self, open_harness: Any, **settings: Any) -> Any:
        return open_harness() if Capability.PACE in self.cannot else open_harness(**settings)
