"""Bounds: what a caller passes is short, and a world keeps a bounded number of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.test import Client

from fake_server import Settings, create_app
from genai_ports import Fault, InvalidInput, Simulator
from genai_ports.simulator.faults.failing_work import FailingWork
from genai_ports.simulator.rules.conditions import parse_condition
from genai_ports.simulator.rules.limits import LIMIT_NAMES, Limits
from genai_ports.simulator.rules.policies import Policies
from genai_ports.throwaway import credentials

if TYPE_CHECKING:
    from collections.abc import Callable

USER = "ocid1.user.oc1..ann"
COMPARTMENT = "ocid1.compartment.oc1..a"
STATEMENT = "Allow group Readers to read generative-ai-family in tenancy"


def longer(most: int) -> str:
    return "x" * (most + 1)


def says(name: str, most: int) -> str:
    return f"{name} must have {most} characters at most, not {most + 1}"


LONG: dict[str, tuple[Callable[[], object], str]] = {
    "seed": (lambda: Simulator(seed=longer(255)), says("seed", 255)),
    "key id": (lambda: Settings(keys={longer(4096): ""}), says("the id of a key", 4096)),
    "key": (lambda: Settings(keys={"a": longer(16_384)}), says("a key", 16_384)),
    **{
        f"{name} of a fault": (lambda name=name: Fault(status=500, **{name: longer(255)}), says(name, 255))
        for name in ("operation", "region", "resource", "compartment_id", "display_name", "code")
    },
    "message of a fault": (lambda: Fault(status=500, message=longer(4096)), says("message", 4096)),
    "damage": (lambda: Fault(damage=longer(255)), says("damage", 255)),
    "code of a failure": (lambda: FailingWork(code=longer(255)), says("code", 255)),
    "message of a failure": (lambda: FailingWork(message=longer(4096)), says("message", 4096)),
    "user": (lambda: Policies().join(longer(255), "a"), says("user", 255)),
    "group": (lambda: Policies().join(USER, longer(255)), says("group", 255)),
    "statement": (lambda: Policies().allow(longer(4096)), says("statement", 4096)),
    "name of a compartment": (lambda: Policies().name_compartment(COMPARTMENT, longer(100)), says("name", 100)),
    "parent": (lambda: Policies().name_compartment(COMPARTMENT, "a", parent=longer(255)), says("parent", 255)),
    "name of a limit": (lambda: Limits().set(longer(255), 1), says("name", 255)),
    "text of a query": (lambda: Simulator().journal.query(resource=longer(4096)), says("resource", 4096)),
}


@pytest.mark.parametrize("what", LONG)
def test_a_longer_text_is_refused(what: str) -> None:
    make, message = LONG[what]
    with pytest.raises(InvalidInput) as caught:
        make()
    assert message in str(caught.value)


NUMBERS: dict[str, tuple[Callable[[int], object], int]] = {
    "nth": (lambda number: Fault(status=500, nth=number), 10**9),
    "every": (lambda number: Fault(status=500, every=number), 10**9),
    "times": (lambda number: FailingWork(times=number), 10**9),
    "most": (lambda number: Limits().set(LIMIT_NAMES[0], number), 10**9),
    "max_tenancies": (lambda number: Settings(max_tenancies=number), 10**6),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_larger_number_is_refused(name: str) -> None:
    make, most = NUMBERS[name]
    make(most)
    for number in (most + 1, 10**5000):
        with pytest.raises(InvalidInput, match=f"{name} must be from [01] to {most}"):
            make(number)


def test_a_world_has_a_bounded_number_of_plans() -> None:
    world = Simulator()
    for registry, plan, what in (
        (world.faults, Fault(status=500), "faults"),
        (world.failing_work, FailingWork(), "plans of failing work"),
    ):
        for _ in range(1000):
            registry.add(plan)  # type: ignore[attr-defined]
        with pytest.raises(InvalidInput, match=f"there may be 1000 {what} at most, not 1001: remove some first"):
            registry.add(plan)  # type: ignore[attr-defined]


def test_policies_have_a_bounded_number_of_statements() -> None:
    policies = Policies()
    policies.add([STATEMENT] * 499)
    with pytest.raises(InvalidInput, match="there may be 500 statements at most, not 501"):
        policies.add([STATEMENT] * 2)
    policies.allow(STATEMENT)
    with pytest.raises(InvalidInput, match="there may be 500 statements at most, not 501"):
        policies.allow(STATEMENT)
    assert len(list(policies)) == 500
    assert len(list(Policies.from_data(policies.to_data()))) == 500


def test_policies_have_a_bounded_number_of_members_and_compartments() -> None:
    policies = Policies()
    for n in range(250):
        policies.join(USER, f"group {n}")
    policies.join(USER, "group 0")
    with pytest.raises(InvalidInput, match="there may be 250 groups of a user at most, not 251"):
        policies.join(USER, "another")
    for n in range(1999):
        policies.join(f"{USER}{n}", "a")
    with pytest.raises(InvalidInput, match="there may be 2000 users in groups at most, not 2001"):
        policies.join(f"{USER}-another", "a")
    for n in range(1000):
        policies.name_compartment(f"{COMPARTMENT}{n}", "a")
    policies.name_compartment(f"{COMPARTMENT}0", "b")
    with pytest.raises(InvalidInput, match="there may be 1000 compartments with a name at most, not 1001"):
        policies.name_compartment(COMPARTMENT, "a")


def test_a_tenancy_has_a_bounded_number_of_limits_and_quotas() -> None:
    limits = Limits()
    for n in range(10_000):
        limits.set(LIMIT_NAMES[0], 1, compartment_id=f"{COMPARTMENT}{n}")
    limits.set(LIMIT_NAMES[0], 2, compartment_id=f"{COMPARTMENT}0")
    with pytest.raises(InvalidInput, match="there may be 10000 limits and quotas at most, not 10001"):
        limits.set(LIMIT_NAMES[0], 1)


def test_a_world_has_a_bounded_number_of_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput, match="there may be 10000 keys at most, not 10001"):
        Settings(keys={str(n): "" for n in range(10_001)})
    monkeypatch.setattr("fake_server.control.tenancy.MOST_KEYS", 1)
    http = Client(create_app())
    for user, status in (("a", 200), ("a", 200), ("b", 400)):
        body: Any = {"user": f"ocid1.user.oc1..{user}", "publicKey": credentials().public_key}
        response = http.post("/_sim/keys", json=body)
        assert response.status_code == status, response.text
    assert "there may be 1 keys at most" in response.text


def test_a_condition_nests_a_bounded_number_of_times() -> None:
    def nested(depth: int) -> str:
        return "any {" * depth + "request.region = 'a'" + "}" * depth

    parse_condition(nested(10))
    parse_condition(f"all {{{', '.join([nested(9)] * 20)}}}")
    for wrong in (nested(11), nested(800), f"any {{{nested(9)}, {nested(10)}}}"):
        with pytest.raises(InvalidInput, match="the condition of a statement may nest 10 deep at most"):
            parse_condition(wrong)


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("*", "", True),
        ("a*", "abc", True),
        ("a*", "cba", False),
        ("*c", "abc", True),
        ("a*c", "abc", True),
        ("ab*b", "ab", False),
        ("*b*", "abc", True),
        ("a*b*c", "a-b-b-c", True),
        ("a*bc*c", "a-bc", False),
        ("*" + "a*" * 100 + "b", "a" * 255, False),
    ],
)
def test_a_pattern_matches_in_a_short_time(pattern: str, text: str, matches: bool) -> None:  # noqa: FBT001
    condition = parse_condition(f"request.region = /{pattern}/")
    assert condition.holds({"request.region": frozenset({text})}) is matches
