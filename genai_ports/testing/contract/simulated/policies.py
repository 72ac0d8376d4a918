"""Policies: what the members of a group may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, IMPORTED_MODEL, OPERATIONS, WORK_REQUEST
from genai_ports.api.verbs import (
    CHANGE_COMPARTMENT,
    CREATE,
    DELETE,
    GET,
    LIST,
    LIST_ERRORS,
    LIST_LOGS,
    UPDATE,
)
from genai_ports.errors import NotFound
from genai_ports.tenancy import USER
from genai_ports.testing import ready
from genai_ports.testing.contract.port.expected import EXPECTED
from genai_ports.testing.contract.port.resources import Resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from genai_ports.api.kind import Operation
    from genai_ports.api.verbs import Verb
    from genai_ports.testing.contract.simulated.harness import Harness

LEVELS: Final = {
    "inspect": (LIST,),
    "read": (GET, LIST_ERRORS, LIST_LOGS),
    "use": (UPDATE,),
    "manage": (CREATE, CHANGE_COMPARTMENT, DELETE),
}
"""Which operations each verb of a policy allows beyond the verb before it.

Source: Oracle's page on permissions of the models API; for the other types of resources by analogy.
"""

NEEDED: Final = {
    operation.name: level
    for operation in OPERATIONS.values()
    for level, verbs in LEVELS.items()
    if operation.verb in verbs
}
"""The least verb that allows each operation."""

TYPES: Final = {
    **{kind.name: expected.resource_type for kind, expected in EXPECTED.items()},
    WORK_REQUEST.name: "generative-ai-work-request",
}
"""The name of each kind of resource in policies."""

CLUSTERS = TYPES[DEDICATED_AI_CLUSTER.name]
IMPORTED = TYPES[IMPORTED_MODEL.name]


def prepared(harness: Harness, operation: Operation) -> Callable[[], Any]:
    """Create what a call of an operation needs; return the call."""
    if operation.kind is WORK_REQUEST:
        return prepared_on_work(harness, operation)
    resources = Resources(harness.genai, operation.kind)
    resources.details()
    if operation.verb is LIST:
        return lambda: resources.list().first()
    if operation.verb is CREATE:
        return resources.create
    made = resources.ready()
    calls: dict[Verb, Callable[[], Any]] = {
        GET: lambda: resources.get(made.id),
        UPDATE: lambda: resources.rename(made.id, "new"),
        CHANGE_COMPARTMENT: lambda: resources.move(made.id, ready.ELSEWHERE),
        DELETE: lambda: resources.delete(made.id),
    }
    return calls[operation.verb]


def prepared_on_work(harness: Harness, operation: Operation) -> Callable[[], Any]:
    """Start work; return a call of an operation on work requests."""
    _, work_id = ready.begin_import(harness.genai)
    call = getattr(harness.genai, operation.name)
    if operation.verb is GET:
        return lambda: call(work_id)
    target = ready.COMPARTMENT if operation.verb is LIST else work_id
    return lambda: call(target).first()


def restrict(harness: Harness, *statements: str, group: str = "Team") -> None:
    """Add the caller to a group with these statements."""
    harness.simulator.policies.join(USER, group)
    for statement in statements:
        harness.simulator.policies.allow(statement)


class PolicyBehaviours:
    """What is true of policies."""

    @pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
    def test_each_operation_needs_its_verb(self, harness: Harness, operation: Operation) -> None:
        """Less is 404, whatever is allowed for other types of resources."""
        call = prepared(harness, operation)
        resource_type = TYPES[operation.kind.name]
        others = [each for each in TYPES.values() if each != resource_type]
        restrict(harness, *(f"Allow group Team to manage {other} in tenancy" for other in others))
        for level in LEVELS:
            with harness.refuses(NotFound, "not-permitted") as refused:
                call()
            needed = NEEDED[operation.name]
            assert f"no policy allows {USER} to {needed} {resource_type} in " in refused.value.message
            restrict(harness, f"Allow group Team to {level} {resource_type} in tenancy")
            if level == needed:
                break
        call()

    def test_a_user_without_a_group_may_do_everything(self, harness: Harness) -> None:
        """The user is an administrator. Statements about groups do not apply."""
        harness.simulator.policies.join("ocid1.user.oc1..another", "Team")
        harness.simulator.policies.allow("Allow group Team to inspect generative-ai-family in tenancy")
        endpoint = ready.endpoint(harness.genai)
        ready.finish(harness.genai, harness.genai.delete_endpoint(endpoint.id))

    def test_a_member_of_a_group_may_do_only_what_is_allowed(self, harness: Harness) -> None:
        """This applies to reads too."""
        restrict(harness)
        with harness.refuses(NotFound, "not-permitted"):
            harness.genai.list_models(ready.COMPARTMENT).first()

    def test_a_statement_about_the_family_applies_to_every_type(self, harness: Harness) -> None:
        """A group that may read everything cannot change anything."""
        genai = harness.genai
        endpoint = ready.endpoint(genai)
        imported, work_id = ready.begin_import(genai)
        restrict(harness, "Allow group Team to read generative-ai-family in tenancy")
        assert genai.get_endpoint(endpoint.id).id == endpoint.id
        assert genai.get_model(endpoint.model_id).id == endpoint.model_id
        assert genai.get_dedicated_ai_cluster(endpoint.dedicated_ai_cluster_id).lifecycle_state == "ACTIVE"
        assert genai.get_imported_model(imported).id == imported
        assert genai.get_work_request(work_id).id == work_id
        with harness.refuses(NotFound, "not-permitted"):
            genai.delete_endpoint(endpoint.id)
        with harness.refuses(NotFound, "not-permitted"):
            genai.create_imported_model(ready.imported_model_details())

    def test_a_statement_may_be_for_one_compartment(self, harness: Harness) -> None:
        """Resources can be created, listed and read in that compartment only."""
        genai = harness.genai
        there = genai.create_imported_model(ready.imported_model_details(compartment_id=ready.ELSEWHERE))
        restrict(harness, f"Allow group Team to manage {IMPORTED} in compartment id {ready.COMPARTMENT}")
        here = genai.create_imported_model(ready.imported_model_details())
        assert genai.list_imported_models(ready.COMPARTMENT).one().id == genai.get_imported_model(here.id).id
        with harness.refuses(NotFound, "not-permitted") as refused:
            genai.create_imported_model(ready.imported_model_details(compartment_id=ready.ELSEWHERE))
        assert refused.value.message.endswith(f"manage {IMPORTED} in {ready.ELSEWHERE}.")
        with harness.refuses(NotFound, "not-permitted"):
            genai.list_imported_models(ready.ELSEWHERE).first()
        with harness.refuses(NotFound, "not-permitted"):
            genai.get_imported_model(there.id)
        with harness.refuses(NotFound, "not-permitted"):
            genai.delete_imported_model(there.id)

    def test_a_move_needs_the_permission_in_both_compartments(self, harness: Harness) -> None:
        """These are the old and the new compartment."""
        resources = Resources(harness.genai, IMPORTED_MODEL)
        made = resources.ready()
        restrict(harness, f"Allow group Team to manage {IMPORTED} in compartment id {ready.COMPARTMENT}")
        with harness.refuses(NotFound, "not-permitted") as refused:
            resources.move(made.id, ready.ELSEWHERE)
        assert refused.value.message.endswith(f"in {ready.ELSEWHERE}.")
        restrict(harness, f"Allow group Team to manage {IMPORTED} in compartment id {ready.ELSEWHERE}")
        resources.move(made.id, ready.ELSEWHERE)
        harness.simulator.policies.clear()
        restrict(harness, f"Allow group Team to manage {IMPORTED} in compartment id {ready.COMPARTMENT}")
        with harness.refuses(NotFound, "not-permitted"):
            resources.move(made.id, ready.COMPARTMENT)

    def test_the_policies_of_the_new_compartment_apply_after_a_move(self, harness: Harness) -> None:
        """A user may lose access."""
        resources = Resources(harness.genai, DEDICATED_AI_CLUSTER)
        made = resources.ready()
        restrict(
            harness,
            f"Allow group Team to read {CLUSTERS} in compartment id {ready.COMPARTMENT}",
            f"Allow group Movers to manage {CLUSTERS} in tenancy",
        )
        assert resources.get(made.id).id == made.id
        harness.simulator.policies.join(USER, "Movers")
        resources.move(made.id, ready.ELSEWHERE)
        harness.simulator.policies.clear()
        restrict(harness, f"Allow group Team to read {CLUSTERS} in compartment id {ready.COMPARTMENT}")
        with harness.refuses(NotFound, "not-permitted"):
            resources.get(made.id)

    def test_base_models_can_be_read_by_users_who_may_read_models_anywhere(self, harness: Harness) -> None:
        """Base models are in no compartment."""
        base = ready.base_model(harness.genai)
        restrict(harness, f"Allow group Team to read {TYPES['model']} in compartment id {ready.COMPARTMENT}")
        assert harness.genai.get_model(base.id).id == base.id

    def test_an_unknown_and_a_forbidden_resource_have_the_same_error(self, harness: Harness) -> None:
        """Both are 404 NotAuthorizedOrNotFound. Only the rule differs."""
        made = ready.imported_model(harness.genai)
        restrict(harness, f"Allow group Team to read {CLUSTERS} in tenancy")
        for identifier in (made.id, made.id[:-4] + "none"):
            with harness.refuses(NotFound, "not-permitted"):
                harness.genai.get_imported_model(identifier)
        with harness.refuses(NotFound, "not-found"):
            harness.genai.get_dedicated_ai_cluster(made.id)

    def test_any_user_includes_the_members_of_groups(self, harness: Harness) -> None:
        """`any-user` in a statement stands for all users."""
        restrict(harness, f"Allow any-user to inspect {IMPORTED} in tenancy")
        assert list(harness.genai.list_imported_models(ready.COMPARTMENT)) == []
        with harness.refuses(NotFound, "not-permitted"):
            harness.genai.create_imported_model(ready.imported_model_details())

    def test_a_member_of_several_groups_has_the_permissions_of_all_of_them(self, harness: Harness) -> None:
        """Statements about other groups do not apply."""
        restrict(
            harness,
            f"Allow group Importers to manage {IMPORTED} in tenancy",
            f"Allow group Team to manage {CLUSTERS} in tenancy",
            f"Allow group Others to manage {TYPES['endpoint']} in tenancy",
            group="Importers",
        )
        with harness.refuses(NotFound, "not-permitted"):
            ready.cluster(harness.genai)
        harness.simulator.policies.join(USER, "Team")
        assert harness.genai.create_imported_model(ready.imported_model_details()).lifecycle_state == "CREATING"
        assert harness.genai.create_dedicated_ai_cluster(ready.cluster_details()).lifecycle_state == "CREATING"
        with harness.refuses(NotFound, "not-permitted"):
            harness.genai.list_endpoints(ready.COMPARTMENT).first()

    def test_clear_removes_groups_and_statements(self, harness: Harness) -> None:
        """Then every user may do everything."""
        restrict(harness)
        harness.simulator.policies.clear()
        assert ready.imported_model(harness.genai).lifecycle_state == "ACTIVE"
