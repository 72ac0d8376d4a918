"""The contract itself: capabilities that a backend lacks, and a row of expectations for each kind."""

from __future__ import annotations

import pytest

from genai_ports.api.kinds import RESOURCE_KINDS
from genai_ports.errors import ConfigurationError
from genai_ports.testing.contract import Capability, Contract, PortContract, SimulatedContract
from genai_ports.testing.contract.declarations import declaration_of
from genai_ports.testing.contract.port.expected import EXPECTED
from genai_ports.testing.contract_table import Result, Table, markdown, text


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
    with pytest.raises(NotImplementedError, match="PortContract must override the method backend"):
        PortContract().backend()


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ({"cannot": {Capability.PACE: " "}}, r"Mine\.cannot\[Capability\.PACE\] must say why, as text, not ' '"),
        ({"cannot": {Capability.PACE: True}}, "must say why, as text, not True"),
        (
            {"cannot": {"PAEC": "it is slow"}},
            r"'PAEC' is not a capability; use Capability\.PACE or .*did you mean PACE",
        ),
        ({"differs": {"test_tags_are_empty_by_default": ""}}, r"Mine\.differs\['test_tags.*must say why"),
        ({"differs": {"test_tags_are_empty_by_defalt": "why"}}, "no test 'test_tags.*did you mean test_tags_are_empty"),
        ({"differs": {"backend": "why"}}, "no test 'backend'"),
        ({"differs": {5: "why"}}, "no test 5"),
    ],
    ids=str,
)
def test_a_declaration_without_a_reason_or_of_something_unknown_is_refused(declared, message):
    with pytest.raises(ConfigurationError, match=message):
        type("Mine", (PortContract,), declared)


def test_a_declaration_may_name_one_case_of_a_test():
    mine = type("Mine", (PortContract,), {"differs": {"test_tags_are_empty_by_default[model]": "why"}})
    one, other = (
        declaration_of(mine, f"test_tags_are_empty_by_default[{kind}]", "test_tags_are_empty_by_default", [])
        for kind in ("model", "endpoint")
    )
    assert one == ("test_tags_are_empty_by_default[model]", "why")
    assert other is None


def test_a_test_that_needs_two_capabilities_that_are_lacking_says_nothing_about_one_of_them():
    mine = type("Mine", (PortContract,), {"cannot": {Capability.PACE: "slow", Capability.SEED: "random"}})
    both = declaration_of(mine, "test_x", "test_x", [Capability.SEED, Capability.PACE])
    assert both is not None
    assert both.key is None
    assert both.reason == (
        "the backend cannot choose the seed of identifiers, etags and page tokens: random; "
        "the backend cannot choose how fast work finishes: slow"
    )


def test_a_table_shows_a_test_once_and_as_failed_if_any_of_its_phases_failed():
    results = [
        Result(backend="Mine", area="models", name="test_a", outcome=outcome, needs=["fly (FLY)"])
        for outcome in ("failed", "held")
    ]
    declared = Result(backend="Mine", area="pages", name="test_b", outcome="declared", reason="a | b")
    table = Table("Mine", [*results, declared])
    assert table.summary == "Mine: 1 failed, 1 declared"
    assert text(table).splitlines() == [
        "  models     1 failed",
        "  pages      1 declared",
        "  fly (FLY)  1 failed",
        "  declared, 1: a | b",
    ]
    assert "| models | 0 | 1 | 0 |" in markdown(table)
    assert "| a \\| b | 1 |" in markdown(table)
