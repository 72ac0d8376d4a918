"""The contract itself: capabilities that a backend lacks, and a row of expectations for each kind."""

from __future__ import annotations

import pytest

from genai_ports.api.kinds import RESOURCE_KINDS
from genai_ports.testing.contract import Capability, Contract, PortContract, SimulatedContract
from genai_ports.testing.contract.capabilities import skip_if_lacking
from genai_ports.testing.contract.port.expected import EXPECTED


def test_a_test_is_skipped_with_the_reason_if_the_backend_lacks_a_capability(request):
    request.node.add_marker(pytest.mark.needs_capability(Capability.SEED, Capability.PACE))
    skip_if_lacking(request, {Capability.DAYS: "its clock is real"})
    with pytest.raises(pytest.skip.Exception, match="cannot choose how fast work finishes: it is a real service"):
        skip_if_lacking(request, {Capability.PACE: "it is a real service"})


def test_each_capability_is_needed_by_a_test_of_the_first_half():
    tests = [getattr(PortContract, name) for name in dir(PortContract) if name.startswith("test_")]
    marks = [mark for test in tests for mark in getattr(test, "pytestmark", ()) if mark.name == "needs_capability"]
    assert {capability for mark in marks for capability in mark.args} == set(Capability)


def test_each_kind_has_its_expectations():
    assert set(EXPECTED) == set(RESOURCE_KINDS)


def test_each_test_has_a_name_of_its_own():
    names = [name for cls in Contract.__mro__ for name in vars(cls) if name.startswith("test_")]
    assert len(names) == len(set(names))
    assert {PortContract, SimulatedContract} < set(Contract.__mro__)


def test_a_contract_without_a_backend_says_what_to_override():
    with pytest.raises(NotImplementedError, match="PortContract must override the fixture open_harness"):
        PortContract.open_harness.__wrapped__(PortContract())
