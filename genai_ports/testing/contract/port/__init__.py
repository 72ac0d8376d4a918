"""The first half of the contract: what every backend does, seen through the port alone."""

from __future__ import annotations

from genai_ports.testing.contract.fixtures import Fixtures
from genai_ports.testing.contract.port.catalogue import CatalogueBehaviours
from genai_ports.testing.contract.port.clusters import ClusterBehaviours
from genai_ports.testing.contract.port.compartments import CompartmentBehaviours
from genai_ports.testing.contract.port.conditions import ConditionBehaviours
from genai_ports.testing.contract.port.conflicts import ConflictBehaviours
from genai_ports.testing.contract.port.determinism import DeterminismBehaviours
from genai_ports.testing.contract.port.endpoints import EndpointBehaviours
from genai_ports.testing.contract.port.errors import ErrorBehaviours
from genai_ports.testing.contract.port.imported_models import ImportedModelBehaviours
from genai_ports.testing.contract.port.lifecycle import LifecycleBehaviours
from genai_ports.testing.contract.port.lists import ListBehaviours
from genai_ports.testing.contract.port.models import ModelBehaviours
from genai_ports.testing.contract.port.operations import OperationBehaviours
from genai_ports.testing.contract.port.pages import PageBehaviours
from genai_ports.testing.contract.port.private_endpoints import PrivateEndpointBehaviours
from genai_ports.testing.contract.port.progress import ProgressBehaviours
from genai_ports.testing.contract.port.regions import RegionBehaviours
from genai_ports.testing.contract.port.request_ids import RequestIdBehaviours
from genai_ports.testing.contract.port.retry_tokens import RetryTokenBehaviours
from genai_ports.testing.contract.port.unit_shapes import UnitShapeBehaviours
from genai_ports.testing.contract.port.waiting import WaitingBehaviours
from genai_ports.testing.contract.port.work_requests import WorkRequestBehaviours


class PortContract(
    OperationBehaviours,
    LifecycleBehaviours,
    ModelBehaviours,
    ImportedModelBehaviours,
    EndpointBehaviours,
    ClusterBehaviours,
    PrivateEndpointBehaviours,
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
    UnitShapeBehaviours,
    DeterminismBehaviours,
    Fixtures,
):
    """What every backend does. A subclass overrides the method `backend`."""
