"""Policies are statements as IAM has them; what no statement allows is refused, and so is a wrong statement."""

from __future__ import annotations

import copy
import json
import pickle
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import InvalidInput, NotFound
from genai_ports.simulator.rules.policies import Policies
from genai_ports.testing.contract.simulated.policies import LEVELS, NEEDED, TYPES

ANN, BEN = "ocid1.user.oc1..ann", "ocid1.user.oc1..ben"
HERE, THERE = "ocid1.compartment.oc1..here", "ocid1.compartment.oc1..there"
RANKS = [None, *LEVELS]
"""No verb, and then each with what it adds."""

ALL_TYPES = ["generative-ai-family", *TYPES.values()]
READ = "Allow group Team to read generative-ai-family in tenancy"
FORM = "a statement must be of the form 'Allow group NAME (or any-user) to VERB RESOURCE-TYPE in tenancy (or in compar"


def may(policies: Policies, operation: str, user: str = ANN, compartment: str | None = HERE) -> bool:
    try:
        policies.check(user, OPERATIONS[operation], compartment)
    except NotFound:
        return False
    return True


def team(*statements: str) -> Policies:
    """Make policies for a group that Ann is in."""
    policies = Policies()
    policies.join(ANN, "Team")
    for statement in statements:
        policies.allow(statement)
    return policies


def test_every_operation_needs_some_verb() -> None:
    assert NEEDED.keys() == OPERATIONS.keys()


@pytest.mark.parametrize("level", RANKS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_verb_allows_its_operations_and_those_of_lesser_verbs(operation: str, level: str | None) -> None:
    enough = RANKS.index(level) >= RANKS.index(NEEDED[operation])
    own = TYPES[OPERATIONS[operation].kind.name]
    for resource_type in (own, "generative-ai-family"):
        statements = [f"Allow group Team to {level} {resource_type} in tenancy"] if level else []
        assert may(team(*statements), operation) == enough
    if level:
        others = [each for each in TYPES.values() if each != own]
        assert not may(team(*(f"Allow group Team to {level} {other} in tenancy" for other in others)), operation)


def test_a_refusal_names_user_verb_type_and_place() -> None:
    with pytest.raises(NotFound) as refused:
        team().check(ANN, OPERATIONS["update_endpoint"], HERE)
    assert refused.value.rule == "not-permitted"
    assert refused.value.message == (
        "Authorization failed or requested resource not found: "
        f"no policy allows {ANN} to use generative-ai-endpoint in {HERE}."
    )
    with pytest.raises(NotFound, match=r"inspect generative-ai-model in the tenancy\.$"):
        team().check(ANN, OPERATIONS["list_models"], None)


def test_a_user_in_no_group_may_do_everything_and_a_member_nothing_else() -> None:
    policies = team()
    assert not may(policies, "list_models")
    assert may(policies, "delete_model", BEN)
    policies.clear()
    assert may(policies, "delete_model")


def test_a_statement_is_for_its_group() -> None:
    policies = team("Allow group Others to manage generative-ai-family in tenancy")
    assert not may(policies, "get_model")
    policies.join(ANN, "Others")
    assert may(policies, "get_model")
    assert policies.members == {ANN: ("Others", "Team")}


def test_any_user_is_every_user() -> None:
    policies = team("Allow any-user to read generative-ai-model in tenancy")
    policies.join(BEN, "Others")
    assert may(policies, "get_model", ANN)
    assert may(policies, "get_model", BEN)
    assert not may(policies, "update_model", BEN)


def test_a_statement_may_be_for_one_compartment() -> None:
    policies = team(f"Allow group Team to manage generative-ai-family in compartment id {HERE}")
    assert may(policies, "create_model")
    assert not may(policies, "create_model", compartment=THERE)
    assert may(policies, "get_model", compartment=None)


def test_case_and_spaces_do_not_matter() -> None:
    policies = team(f"  ALLOW   Group Team\tTO Read Generative-AI-Model in\nCompartment ID  {HERE} ")
    assert may(policies, "get_model")
    [statement] = policies
    assert statement[1:] == ("Team", "read", "generative-ai-model", HERE)


def test_statements_are_listed_as_they_were_written() -> None:
    texts = [
        "Allow any-user to read generative-ai-family in tenancy",
        "allow group A to use generative-ai-model in tenancy",
    ]
    policies = Policies()
    for text in texts:
        policies.allow(text)
    assert [statement.text for statement in policies] == texts
    policies.clear()
    assert (list(policies), policies.members) == ([], {})


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("", FORM),
        ("Allow", FORM),
        ("Allow group Team to read generative-ai-model", FORM),
        ("Allow Team to read generative-ai-model in tenancy", FORM),
        ("Allow group Team read generative-ai-model in tenancy", FORM),
        ("Allow group The Team to read generative-ai-model in tenancy", FORM),
        ("Allow group Team to read generative-ai-model in compartment sandbox", FORM),
        ("Allow group Team to read generative-ai-model in compartment id", FORM),
        ("Allow group Team to read generative-ai-model in tenancy where request.user.id = 'x'", FORM),
        ("Deny group Team to read generative-ai-model in tenancy", FORM),
        ("Allow group Team to read generative-ai-model in tenancy;", FORM),
        (
            "Allow group Team to write generative-ai-model in tenancy",
            "the verb of a statement must be one of inspect, read, use, manage, not 'write'",
        ),
        (
            "Allow group Team to read generative-ai-models in tenancy",
            f"the resource type must be one of {', '.join(ALL_TYPES)}, not 'generative-ai-models'",
        ),
        (
            "Allow group Team to read generative-ai-model in compartment id sandbox",
            "the compartment must be the OCID of a compartment, not 'sandbox'",
        ),
        (None, FORM),
        (5, "statement must be a string, not 5"),
    ],
)
def test_a_wrong_statement_is_refused_with_what_would_be_right(statement: Any, message: str) -> None:
    policies = Policies()
    with pytest.raises(InvalidInput, match=re.escape(message)):
        policies.allow(statement)
    with pytest.raises(InvalidInput, match=re.escape(message)):
        policies.add(["Allow any-user to read generative-ai-model in tenancy", statement], user=ANN, group="Team")
    assert (list(policies), policies.members) == ([], {})


@pytest.mark.parametrize("group", ["", "The Team", " Team"])
def test_the_name_of_a_group_is_one_word(group: str) -> None:
    policies = Policies()
    with pytest.raises(InvalidInput, match=f"group must be one word, not '{group}'"):
        policies.join(ANN, group)
    with pytest.raises(InvalidInput, match=f"group must be one word, not '{group}'"):
        policies.add(["Allow any-user to read generative-ai-model in tenancy"], user=ANN, group=group)
    assert (list(policies), policies.members) == ([], {})


@pytest.mark.parametrize(
    ("user", "group", "message"),
    [
        ("", "Team", "user must be the OCID of a user, not ''"),
        (None, "Team", "user must be the OCID of a user, not None"),
        (5, "Team", "user must be a string, not 5"),
        (ANN, 5, "group must be a string, not 5"),
        (ANN, None, "group must be one word, not None"),
    ],
)
def test_user_and_group_must_be_strings(user: Any, group: Any, message: str) -> None:
    policies = Policies()
    with pytest.raises(InvalidInput, match=re.escape(message)):
        policies.join(user, group)
    assert policies.members == {}


@pytest.mark.parametrize("statements", [[], ["Allow any-user to read generative-ai-model in tenancy"]])
@pytest.mark.parametrize(("user", "group"), [(ANN, None), (None, "Team")])
def test_a_user_and_a_group_are_added_together(statements: list[str], user: str | None, group: str | None) -> None:
    policies = Policies()
    with pytest.raises(InvalidInput) as refused:
        policies.add(statements, user=user, group=group)
    assert str(refused.value) == (f"pass user= and group= together, not user={user!r} and group={group!r}")
    assert (list(policies), policies.members) == ([], {})


def test_a_group_is_joined_once() -> None:
    policies = team()
    policies.join(ANN, "Team")
    policies.add(["Allow group Team to read generative-ai-model in tenancy"], user=BEN, group="Team")
    assert policies.members == {ANN: ("Team",), BEN: ("Team",)}
    assert may(policies, "get_model", BEN)


@given(
    members=st.lists(st.tuples(st.sampled_from([ANN, "ocid1.user.oc1..bob"]), st.sampled_from(["Team", "Readers"]))),
    statements=st.lists(
        st.sampled_from(
            [
                "Allow group Team to manage generative-ai-family in tenancy",
                " allow any-user  to READ generative-ai-model in tenancy",
                f"Allow group Readers to use generative-ai-endpoint in compartment id {HERE}",
            ]
        )
    ),
)
def test_policies_that_are_written_as_json_and_read_back_are_the_same(
    members: list[tuple[str, str]], statements: list[str]
) -> None:
    policies = Policies()
    for user, group in members:
        policies.join(user, group)
    policies.add(statements)
    data = policies.to_data()
    text = json.dumps(data, sort_keys=True)
    for same in (Policies.from_data(json.loads(text)), copy.deepcopy(policies), pickle.loads(pickle.dumps(policies))):  # noqa: S301  # our own
        assert (same.members, list(same)) == (policies.members, list(policies))
        assert list(same.members) == list(policies.members)
        same.clear()
    assert policies.to_data() == data


def test_the_data_of_policies_is_readable() -> None:
    policies = team(READ)
    assert policies.to_data() == {"groups": {ANN: ["Team"]}, "statements": [READ]}
