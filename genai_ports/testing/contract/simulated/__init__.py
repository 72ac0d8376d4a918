"""The second half of the contract: what a backend with a simulator also does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from genai_ports.testing.contract.fixtures import Fixtures
from genai_ports.testing.contract.opening import repository_of
from genai_ports.testing.contract.simulated.diagnosis import DiagnosisBehaviours
from genai_ports.testing.contract.simulated.disrupted_responses import DisruptedResponseBehaviours
from genai_ports.testing.contract.simulated.error_codes import ErrorCodeBehaviours
from genai_ports.testing.contract.simulated.failed_work import FailedWorkBehaviours
from genai_ports.testing.contract.simulated.failing_work import FailingWorkBehaviours
from genai_ports.testing.contract.simulated.faults import FaultBehaviours
from genai_ports.testing.contract.simulated.harness import Harness
from genai_ports.testing.contract.simulated.journal import JournalBehaviours
from genai_ports.testing.contract.simulated.limits import LimitBehaviours
from genai_ports.testing.contract.simulated.lost_responses import LostResponseBehaviours
from genai_ports.testing.contract.simulated.needs_attention import NeedsAttentionBehaviours
from genai_ports.testing.contract.simulated.policies import PolicyBehaviours
from genai_ports.testing.contract.simulated.quirky_deletions import QuirkyDeletionBehaviours
from genai_ports.testing.contract.simulated.quirky_items import QuirkyItemBehaviours
from genai_ports.testing.contract.simulated.quirky_pages import QuirkyPageBehaviours
from genai_ports.testing.contract.simulated.quotas import QuotaBehaviours
from genai_ports.testing.contract.simulated.resets import ResetBehaviours
from genai_ports.testing.contract.simulated.retries import RetryBehaviours
from genai_ports.testing.contract.simulated.timelines import TimelineBehaviours
from genai_ports.testing.contract.simulated.visibility import VisibilityBehaviours
from genai_ports.testing.contract.simulated.work_control import WorkControlBehaviours

if TYPE_CHECKING:
    from genai_ports.testing.contract.port.harness import PortHarness


class SimulatedContract(
    WorkControlBehaviours,
    FailedWorkBehaviours,
    RetryBehaviours,
    FailingWorkBehaviours,
    ErrorCodeBehaviours,
    FaultBehaviours,
    DisruptedResponseBehaviours,
    LostResponseBehaviours,
    JournalBehaviours,
    TimelineBehaviours,
    DiagnosisBehaviours,
    QuirkyPageBehaviours,
    QuirkyItemBehaviours,
    QuirkyDeletionBehaviours,
    VisibilityBehaviours,
    LimitBehaviours,
    QuotaBehaviours,
    NeedsAttentionBehaviours,
    PolicyBehaviours,
    ResetBehaviours,
    Fixtures,
):
    """What a backend with a simulator also does. A subclass overrides the method `backend`."""

    def _harness_of(self, made: Any) -> PortHarness:
        simulator = getattr(made, "simulator", None)
        if simulator is None:
            pytest.fail(
                f"{type(made).__name__} has no attribute `simulator`: inherit PortContract, or add it",
                pytrace=False,
            )
        return Harness(genai=repository_of(made), simulator=simulator)
