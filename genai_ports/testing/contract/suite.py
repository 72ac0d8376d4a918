"""The contract: what every backend does, as one suite that any backend's tests can inherit.

Example, a backend of one's own over a fake server::

    class TestMyBackend(Contract):
        @pytest.fixture
        def open_harness(self) -> Iterator[OpenHarness]:
            with ExitStack() as opened:

                def open_one(**settings: Any) -> Harness:
                    server = opened.enter_context(FakeServer(settings=Settings(clock="virtual", **settings)))
                    return Harness(genai=MyBackend(server.url, clock=server.clock), simulator=server.simulator)

                yield open_one
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from genai_ports.api.kinds import RESOURCE_KINDS
from genai_ports.testing.contract.catalogue import CatalogueBehaviours
from genai_ports.testing.contract.clusters import ClusterBehaviours
from genai_ports.testing.contract.compartments import CompartmentBehaviours
from genai_ports.testing.contract.conditions import ConditionBehaviours
from genai_ports.testing.contract.conflicts import ConflictBehaviours
from genai_ports.testing.contract.damage import DamageBehaviours
from genai_ports.testing.contract.determinism import DeterminismBehaviours
from genai_ports.testing.contract.diagnosis import TroubleBehaviours
from genai_ports.testing.contract.endpoints import EndpointBehaviours
from genai_ports.testing.contract.errors import ErrorBehaviours
from genai_ports.testing.contract.failing_work import FailingWorkBehaviours
from genai_ports.testing.contract.faults import FaultBehaviours
from genai_ports.testing.contract.harness import Harness, OpenHarness
from genai_ports.testing.contract.imported_models import ImportedModelBehaviours
from genai_ports.testing.contract.journal import JournalBehaviours
from genai_ports.testing.contract.lifecycle import LifecycleBehaviours
from genai_ports.testing.contract.limits import LimitBehaviours
from genai_ports.testing.contract.lists import ListBehaviours
from genai_ports.testing.contract.lost_responses import LostAnswerBehaviours
from genai_ports.testing.contract.models import ModelBehaviours
from genai_ports.testing.contract.needs_attention import NeedsAttentionBehaviours
from genai_ports.testing.contract.operations import OperationBehaviours
from genai_ports.testing.contract.pages import PageBehaviours
from genai_ports.testing.contract.policies import PolicyBehaviours
from genai_ports.testing.contract.progress import ProgressBehaviours
from genai_ports.testing.contract.quirky_items import UnkindItemBehaviours
from genai_ports.testing.contract.quirky_pages import UnkindPageBehaviours
from genai_ports.testing.contract.regions import RegionBehaviours
from genai_ports.testing.contract.request_ids import RequestIdBehaviours
from genai_ports.testing.contract.resets import ResetBehaviours
from genai_ports.testing.contract.resources import Resources
from genai_ports.testing.contract.retries import RetryBehaviours
from genai_ports.testing.contract.retry_tokens import RetryTokenBehaviours
from genai_ports.testing.contract.timelines import TimelineBehaviours
from genai_ports.testing.contract.unit_shapes import UnitShapeBehaviours
from genai_ports.testing.contract.visibility import LateSightBehaviours
from genai_ports.testing.contract.waiting import WaitingBehaviours
from genai_ports.testing.contract.work_requests import WorkRequestBehaviours

if TYPE_CHECKING:
    from genai_ports.api.kind import Kind
    from genai_ports.client.ports import GenAi

__all__ = ["Contract", "Harness", "OpenHarness"]


class Contract(
    OperationBehaviours,
    LifecycleBehaviours,
    ModelBehaviours,
    ImportedModelBehaviours,
    EndpointBehaviours,
    ClusterBehaviours,
    ProgressBehaviours,
    WorkRequestBehaviours,
    WaitingBehaviours,
    ConflictBehaviours,
    ConditionBehaviours,
    RetryTokenBehaviours,
    RequestIdBehaviours,
    ListBehaviours,
    PageBehaviours,
    CatalogueBehaviours,
    CompartmentBehaviours,
    RegionBehaviours,
    ErrorBehaviours,
    RetryBehaviours,
    FailingWorkBehaviours,
    FaultBehaviours,
    DamageBehaviours,
    LostAnswerBehaviours,
    JournalBehaviours,
    TimelineBehaviours,
    TroubleBehaviours,
    UnkindPageBehaviours,
    UnkindItemBehaviours,
    LateSightBehaviours,
    LimitBehaviours,
    UnitShapeBehaviours,
    NeedsAttentionBehaviours,
    PolicyBehaviours,
    DeterminismBehaviours,
    ResetBehaviours,
):
    """All behaviours; a subclass says with `open_harness` how its backend is opened, and nothing else."""

    @pytest.fixture
    def open_harness(self) -> OpenHarness:
        """To be overridden: give a function that opens the backend, and close what it opened after the test."""
        raise NotImplementedError(f"{type(self).__name__} must override the fixture open_harness")

    @pytest.fixture
    def harness(self, open_harness: OpenHarness) -> Harness:
        """A backend over a fresh world, in which work is done at the next look."""
        return open_harness()

    @pytest.fixture
    def realistic(self, open_harness: OpenHarness) -> Harness:
        """A backend over a fresh world, in which work takes as long as on the real service."""
        return open_harness(pace="realistic")

    @pytest.fixture
    def genai(self, harness: Harness) -> GenAi:
        """All four repositories of the backend."""
        return harness.genai

    @pytest.fixture(params=RESOURCE_KINDS, ids=lambda kind: kind.name)
    def kind(self, request: pytest.FixtureRequest) -> Kind:
        """Each of the four kinds of resources in turn."""
        kind: Kind = request.param
        return kind

    @pytest.fixture
    def resources(self, genai: GenAi, kind: Kind) -> Resources:
        """All resources of one kind, for each of the four kinds in turn."""
        return Resources(genai, kind)
