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

from genai_ports.api.display import display
from genai_ports.api.kinds import OPERATIONS
from genai_ports.errors import InvalidInput, NotFound
from genai_ports.simulator.rules.policies import Policies
from genai_ports.simulator.rules.statements import permission_of
from genai_ports.tenancy import USER
from genai_ports.testing.contract.simulated.policies import LEVELS, NEEDED, TYPES

ANN, BEN = "ocid1.user.oc1..ann", "ocid1.user.oc1..ben"
HERE, THERE = "ocid1.compartment.oc1..here", "ocid1.compartment.oc1..there"
RANKS = [None, *LEVELS]
"""No verb, and then each with what it adds."""

READ = "Allow group Team to read generative-ai-family in tenancy"
FORM = "a statement must be of the form 'Allow group NAME (or group id OCID, dynamic-group NAME, any-group, any-user)"


def may(
    policies: Policies,
    operation: str,
    user: str = ANN,
    compartment: str | None = HERE,
    region: str = "us-chicago-1",
) -> bool:
    try:
        policies.check(user, OPERATIONS[operation], compartment, region)
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
        team().check(ANN, OPERATIONS["update_endpoint"], HERE, "us-chicago-1")
    assert refused.value.rule == "not-permitted"
    assert refused.value.message == (
        "Authorization failed or requested resource not found: "
        f"no policy allows {ANN} to use generative-ai-endpoint in {HERE}."
    )
    with pytest.raises(NotFound, match=r"inspect generative-ai-model in the tenancy\.$"):
        team().check(ANN, OPERATIONS["list_models"], None, "us-chicago-1")


def test_without_groups_and_statements_everybody_may_do_everything() -> None:
    policies = Policies()
    for user in (ANN, ""):
        assert may(policies, "delete_model", user)
    team().clear()
    assert may(policies, "delete_model")


def test_then_a_user_in_no_group_may_do_nothing_and_nor_may_one_who_is_not_known() -> None:
    for policies in (team(), team(READ)):
        for user in (BEN, ""):
            assert not may(policies, "list_models", user)
    with pytest.raises(NotFound, match="no policy allows a caller who cannot be identified to read"):
        team(READ).check("", OPERATIONS["get_model"], HERE, "us-chicago-1")


def test_the_well_known_user_is_the_administrator_until_it_joins_a_group() -> None:
    policies = team(READ)
    assert may(policies, "delete_model", USER)
    policies.join(USER, "Team")
    assert may(policies, "get_model", USER)
    assert not may(policies, "delete_model", USER)


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
    assert statement.groups == {"team"}
    assert (statement.verb, statement.resource_type, statement.compartment) == ("read", "generative-ai-model", HERE)


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
        (
            "Allow group Team to read generative-ai-model in compartment sandbox",
            "no compartment is named 'sandbox': give it its name with name_compartment(OCID, NAME) first",
        ),
        ("Allow group Team to read generative-ai-model in compartment id", "no compartment is named 'id'"),
        ("Allow group Team to read generative-ai-model in tenancy where", FORM),
        (
            "Allow group Team to read generative-ai-model in tenancy where request.networkSource.name = 'x'",
            "a condition on 'request.networkSource.name' cannot be evaluated here: the simulator knows request.user.id",
        ),
        (
            "Allow group Team to read generative-ai-model in tenancy where request.operations = 'x'",
            "did you mean request.operation?",
        ),
        *(
            (
                f"Allow group Team to read generative-ai-model in tenancy where {wrong}",
                "the condition of a statement must be of the form VARIABLE = 'VALUE', VARIABLE != 'VALUE', VARIABLE = ",
            )
            for wrong in (
                "request.region = iad",
                "request.region 'iad'",
                "request.region = 'iad' request.region = 'iad'",
                "request.region = 'iad",
                "request.region in ('iad')",
                "any {}",
                "any {request.region = 'iad'",
                "all {request.region = 'iad',}",
                "= 'iad'",
                "request.region {",
                "request.region {request.region = 'iad'}",
                "request.region, 'iad'",
                "request.region = 'iad' ?",
                "any {request.region = 'iad' =",
                "?",
            )
        ),
        ("Allow group Team to {GENERATIVE_AI_MODEL_DESTROY} in tenancy", "did you mean GENERATIVE_AI_MODEL_"),
        ("Deny group Team to read generative-ai-model in tenancy", FORM),
        ("Allow group Team to read generative-ai-model in tenancy;", FORM),
        (
            "Allow group Team to write generative-ai-model in tenancy",
            "the verb of a statement must be one of inspect, read, use, manage, not 'write'",
        ),
        (
            "Allow group Team to read generative-ai-models in tenancy",
            "not 'generative-ai-models'; did you mean generative-ai-model?",
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


@pytest.mark.parametrize("group", ["", " ", "Team\n", "A, B"])
def test_a_group_has_a_name(group: str) -> None:
    policies = Policies()
    message = re.escape(f"group must be the name or the OCID of a group, not {display(group)}")
    with pytest.raises(InvalidInput, match=message):
        policies.join(ANN, group)
    with pytest.raises(InvalidInput, match=message):
        policies.add(["Allow any-user to read generative-ai-model in tenancy"], user=ANN, group=group)
    assert (list(policies), policies.members) == ([], {})


GROUPS = {
    "Team": "group Team",
    "team": "group 'Default'/'TEAM'",
    "Dev Team": "group Others, 'Dev Team'",
    "Domain/Team": "group 'Domain'/'Team'",
    "ocid1.group.oc1..team": "group id ocid1.group.oc1..others, id ocid1.group.oc1..team",
    "Machines": "dynamic-group Machines",
    "ocid1.dynamicgroup.oc1..m": "dynamic-group id ocid1.dynamicgroup.oc1..m",
    "Some": "any-group",
    "Any": "any-user",
}
"""A group, and how a statement names it."""


@pytest.mark.parametrize("group", GROUPS)
def test_groups_are_named_as_oracle_names_them(group: str) -> None:
    policies = Policies()
    policies.join(ANN, group)
    policies.join(BEN, "Elsewhere")
    policies.allow(f"Allow {GROUPS[group]} to read generative-ai-family in tenancy")
    assert may(policies, "get_model")
    for_everybody = group in ("Some", "Any")
    assert may(policies, "get_model", BEN) == for_everybody
    assert may(policies, "get_model", "ocid1.user.oc1..nobody") == (group == "Any")


def test_a_statement_for_a_service_is_accepted_and_allows_nobody_here() -> None:
    assert not may(team("Allow service FaaS to manage all-resources in tenancy"), "list_models")


@pytest.mark.parametrize("resource_type", ["all-resources", "generative-ai-family", "generative-ai-model"])
def test_all_resources_and_the_family_include_each_type(resource_type: str) -> None:
    assert may(team(f"Allow group Team to manage {resource_type} in tenancy"), "delete_model")


@pytest.mark.parametrize("resource_type", ["generative-ai-chat", "object-family", "generative-ai-project"])
def test_statements_about_what_is_not_simulated_are_accepted(resource_type: str) -> None:
    assert not may(team(f"Allow group Team to manage {resource_type} in tenancy"), "list_models")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_statement_may_have_permissions(operation: str) -> None:
    needed = permission_of(OPERATIONS[operation])
    assert may(team(f"Allow group Team to {{GENERATIVE_AI_CHAT, {needed}}} in tenancy"), operation)
    others = {permission_of(each) for each in OPERATIONS.values()} - {needed}
    assert not may(team(f"Allow group Team to {{{', '.join(sorted(others))}}} in tenancy"), operation)


def test_compartments_have_names_and_are_in_each_other() -> None:
    policies = team()
    policies.name_compartment(HERE, "Models")
    policies.name_compartment(THERE, "Sandbox", parent=HERE)
    policies.allow("Allow group Team to read generative-ai-family in compartment models")
    policies.allow("Allow group Team to manage generative-ai-family in compartment Models:Sandbox")
    assert may(policies, "get_model", compartment=HERE)
    assert may(policies, "get_model", compartment=THERE)
    assert may(policies, "delete_model", compartment=THERE)
    assert not may(policies, "delete_model", compartment=HERE)
    assert not may(policies, "get_model", compartment="ocid1.compartment.oc1..other")


def test_a_name_that_two_compartments_have_needs_its_path() -> None:
    policies = team()
    policies.name_compartment(HERE, "Models")
    policies.name_compartment(THERE, "Models", parent=HERE)
    with pytest.raises(InvalidInput, match="several compartments are named 'models'"):
        policies.allow("Allow group Team to read generative-ai-family in compartment Models")
    policies.allow("Allow group Team to read generative-ai-family in compartment Models:Models")
    assert (may(policies, "get_model", compartment=THERE), may(policies, "get_model", compartment=HERE)) == (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"compartment_id": "x", "name": "A"}, "compartment_id must be the OCID of a compartment, not 'x'"),
        ({"compartment_id": THERE, "name": ""}, "name must be the name of a compartment, not ''"),
        ({"compartment_id": THERE, "name": "A:B"}, "name must be the name of a compartment, not 'A:B'"),
        ({"compartment_id": THERE, "name": "A", "parent": "x"}, "parent must be the OCID of another compartment"),
        ({"compartment_id": HERE, "name": "A", "parent": HERE}, "parent must be the OCID of another compartment"),
        ({"compartment_id": HERE, "name": 5}, "name must be a string, not 5"),
    ],
)
def test_a_wrong_compartment_is_refused(options: dict[str, Any], message: str) -> None:
    policies = Policies()
    policies.name_compartment(HERE, "Models")
    with pytest.raises(InvalidInput, match=re.escape(message)):
        policies.name_compartment(**options)
    assert policies.to_data()["compartments"] == [{"id": HERE, "name": "Models"}]


CONDITIONS = [
    ("request.operation = 'ListModels'", True),
    ("request.operation = 'listmodels'", True),
    ("request.operation != 'ListModels'", False),
    ("request.operation = /List*/", True),
    ("request.operation = /*Models/", True),
    ("request.operation = /*stMo*/", True),
    ("request.operation = /Models*/", False),
    ("request.operation = /L*s*M*s/", True),
    *((f"request.operation = /{pattern}/", False) for pattern in ("X*s*M*s", "L*X*M*s", "L*s*X*s", "L*s*M*X")),
    ("request.permission = 'GENERATIVE_AI_MODEL_INSPECT'", True),
    ("request.region = 'ord'", True),
    ("request.region = 'us-chicago-1'", True),
    ("request.region = 'iad'", False),
    (f"request.user.id = '{ANN}'", True),
    (f"target.compartment.id = '{HERE}'", True),
    ("target.compartment.name = 'Models'", True),
    ("request.principal.type = 'user'", True),
    ("request.groups.id = 'ocid1.group.oc1..x'", False),
    ("request.groups.id != 'ocid1.group.oc1..x'", False),
    ("any {request.region = 'iad', request.region='ord'}", True),
    ("all {request.region = 'iad', request.region='ord'}", False),
    ("ALL { request.region = 'ord' , any {request.operation = 'X', request.operation = 'ListModels'} }", True),
]


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS)
def test_conditions_are_evaluated(condition: str, holds: bool) -> None:  # noqa: FBT001  # of the table
    policies = team()
    policies.name_compartment(HERE, "Models")
    policies.allow(f"Allow group Team to manage all-resources in tenancy where {condition}")
    assert may(policies, "list_models") is holds


def test_a_variable_that_does_not_apply_makes_a_condition_false() -> None:
    for sign in ("=", "!="):
        policies = team(f"Allow group Team to manage all-resources in tenancy where target.compartment.name {sign} 'A'")
        assert not may(policies, "list_models")


@pytest.mark.parametrize(
    ("user", "group", "message"),
    [
        ("", "Team", "user must be the OCID of a user, not ''"),
        (None, "Team", "user must be the OCID of a user, not None"),
        (5, "Team", "user must be a string, not 5"),
        (ANN, 5, "group must be a string, not 5"),
        (ANN, None, "group must be the name or the OCID of a group, not None"),
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
                "Allow any-group to {GENERATIVE_AI_MODEL_READ} in tenancy where any {request.region = /i*/}",
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


def test_cleared_policies_are_as_new() -> None:
    policies = team(READ)
    policies.name_compartment(HERE, "Models")
    policies.clear()
    assert policies.to_data() == Policies().to_data()


@pytest.mark.parametrize("parts", [(HERE,), (HERE, "Models"), (HERE, "Models", None, None)])
def test_a_compartment_is_added_with_three_parts(parts: Any) -> None:
    with pytest.raises(InvalidInput, match=f"name and the parent of a compartment, not of {len(parts)} parts"):
        Policies().add(compartments=[parts])


def test_the_data_of_policies_is_readable() -> None:
    policies = team(READ)
    policies.name_compartment(HERE, "Models")
    policies.name_compartment(THERE, "Sandbox", parent=HERE)
    named = [{"id": HERE, "name": "Models"}, {"id": THERE, "name": "Sandbox", "parent": HERE}]
    assert policies.to_data() == {"groups": {ANN: ["Team"]}, "compartments": named, "statements": [READ]}
    assert Policies.from_data(policies.to_data()).to_data() == policies.to_data()
