"""What the contract expects of each kind of resource: one row each, written apart from the table of kinds it checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.kinds import DEDICATED_AI_CLUSTER, ENDPOINT, IMPORTED_MODEL, MODEL, PRIVATE_ENDPOINT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from genai_ports.api.kind import Kind


@dataclass(frozen=True, kw_only=True, slots=True)
class Expected:
    """What Oracle calls one kind of resource, and how the service updates it.

    Args:
        ocid_type: the second part of its OCIDs.
        entity_type: in work requests.
        collection: in paths.
        resource_type: in policies.
        create_work: the operation type of the work request that creates one.
        update_work: the operation type of the work request that updates one; None if an update needs no work.
        update_status: the HTTP status of an update.
        delete_work: the operation type of the work request that deletes one.
        unlisted: an attribute with open values, and the value that the mode `unknown-enum-values` lists for it.
    """

    ocid_type: str
    entity_type: str
    collection: str
    resource_type: str
    create_work: str
    update_work: str | None
    update_status: int
    delete_work: str
    unlisted: tuple[str, Any]


EXPECTED: Final[Mapping[Kind, Expected]] = {
    MODEL: Expected(
        ocid_type="generativeaimodel",
        entity_type="model",
        collection="models",
        resource_type="generative-ai-model",
        create_work="CREATE_MODEL",
        update_work=None,
        update_status=200,
        delete_work="DELETE_MODEL",
        unlisted=("capabilities", ("CHAT", "FINE_TUNE", "UNLISTED_CAPABILITY")),
    ),
    IMPORTED_MODEL: Expected(
        ocid_type="generativeaiimportedmodel",
        entity_type="IMPORTED_MODEL",
        collection="importedModels",
        resource_type="generative-ai-imported-model",
        create_work="CREATE_IMPORTED_MODEL",
        update_work="UPDATE_IMPORTED_MODEL",
        update_status=202,
        delete_work="DELETE_IMPORTED_MODEL",
        unlisted=("capabilities", ("TEXT_TO_TEXT", "UNLISTED_CAPABILITY")),
    ),
    ENDPOINT: Expected(
        ocid_type="generativeaiendpoint",
        entity_type="endpoint",
        collection="endpoints",
        resource_type="generative-ai-endpoint",
        create_work="CREATE_ENDPOINT",
        update_work="UPDATE_ENDPOINT",
        update_status=200,
        delete_work="DELETE_ENDPOINT",
        unlisted=("lifecycle_state", "UNLISTED_STATE"),
    ),
    DEDICATED_AI_CLUSTER: Expected(
        ocid_type="generativeaidedicatedaicluster",
        entity_type="dedicatedAiCluster",
        collection="dedicatedAiClusters",
        resource_type="generative-ai-dedicated-ai-cluster",
        create_work="CREATE_DEDICATED_AI_CLUSTER",
        update_work="UPDATE_DEDICATED_AI_CLUSTER",
        update_status=200,
        delete_work="DELETE_DEDICATED_AI_CLUSTER",
        unlisted=("unit_shape", "UNLISTED_SHAPE"),
    ),
    PRIVATE_ENDPOINT: Expected(
        ocid_type="generativeaiprivateendpoint",
        entity_type="generativeAiPrivateEndpoint",
        collection="generativeAiPrivateEndpoints",
        resource_type="generative-ai-private-endpoint",
        create_work="CREATE_PRIVATE_ENDPOINT",
        update_work="UPDATE_PRIVATE_ENDPOINT",
        update_status=200,
        delete_work="DELETE_PRIVATE_ENDPOINT",
        unlisted=("lifecycle_state", "UNLISTED_STATE"),
    ),
}
"""Source: `GenerativeAiClient` and the models of `oci.generative_ai`; Oracle's page on permissions."""
