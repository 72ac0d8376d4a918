"""The fixtures that both halves of the contract use."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, ClassVar

import pytest

from genai_ports.api.kinds import RESOURCE_KINDS
from genai_ports.testing.contract.capabilities import Capability, needed_by
from genai_ports.testing.contract.declarations import check_declarations, declaration_of
from genai_ports.testing.contract.opening import check_settings, fixtures_of, repository_of
from genai_ports.testing.contract.port.harness import PortHarness
from genai_ports.testing.contract.port.resources import Resources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from genai_ports.api.kind import Kind
    from genai_ports.client.ports import GenAi


class Fixtures:
    """A backend for each test. A subclass overrides `backend`, and declares what the backend lacks.

    A declaration that does not apply fails the run: every test that it covers holds.

    Args:
        cannot: what the backend cannot do, each with the reason. A test that needs it runs only if no time passes
            when the backend waits.
        differs: tests that the backend does not pass, by name (with or without parameters in brackets), each with
            the reason.

    Raises:
        ConfigurationError: a declaration has no reason, or names a capability or a test that does not exist.
    """

    cannot: ClassVar[Mapping[Capability, str]] = {}
    differs: ClassVar[Mapping[str, str]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        """Check the declarations of a subclass."""
        super().__init_subclass__(**options)
        check_declarations(cls, cls.cannot, cls.differs)

    def backend(self, *fixtures: Any, **settings: Any) -> Any:
        """Return a new backend with a fresh world. To be overridden.

        Args:
            fixtures: a parameter of the override without a default is a fixture, as in a test function.
            settings: what the test chooses: `pace`, `seed`, `region`, and `limits` in the second half. A setting that
                the backend lacks the capability for is not passed.

        Returns:
            A `Backend` or a `Repository`; it is closed after the test. For the second half it has its simulator as
            the attribute `simulator`.
        """
        raise NotImplementedError(f"{type(self).__name__} must override the method backend")

    @pytest.fixture(autouse=True)
    def _declarations(self, request: pytest.FixtureRequest) -> None:
        """Do not run a test of something that is declared, if the backend would wait in real time."""
        node = request.node
        declared = declaration_of(type(self), node.name, node.originalname, needed_by(node))
        if not declared or declared.key in self.differs:
            return
        harness: PortHarness = request.getfixturevalue("open_harness")()
        if not hasattr(harness.genai.clock, "advance"):
            pytest.xfail(declared.reason)

    @pytest.fixture
    def open_harness(self, request: pytest.FixtureRequest) -> Iterator[Any]:
        """A function that opens the backend. A subclass overrides it only if `backend` is not enough."""
        fixtures = fixtures_of(self.backend, request)
        with ExitStack() as opened:

            def open_one(**settings: Any) -> PortHarness:
                check_settings(self.backend, fixtures, settings)
                made = self.backend(**fixtures, **settings)
                harness = self._harness_of(made)
                opened.callback(made.close)
                return harness

            yield open_one

    def _harness_of(self, made: Any) -> PortHarness:
        return PortHarness(genai=repository_of(made))

    @pytest.fixture
    def harness(self, open_harness: Any) -> Any:
        """A backend over a fresh world. Its work finishes at once, if the backend can choose the pace."""
        return open_harness()

    @pytest.fixture
    def realistic(self, request: pytest.FixtureRequest, open_harness: Any) -> Any:
        """A backend over a fresh world. Its work takes as long as on the real service."""
        if Capability.PACE in self.cannot and Capability.PACE not in needed_by(request.node):
            return open_harness()
        return open_harness(pace="realistic")

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
