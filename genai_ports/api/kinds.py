"""The kinds of resource, one complete row each: Oracle's names and everything that differs between kinds.

Source: `GenerativeAiClient` and the models of `oci.generative_ai`; the drift alarm compares them.
Minutes are rough figures from Oracle's pages; log lines are our choice. `docs/fidelity.md` has the evidence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from genai_ports.api.enums import (
    DedicatedAiClusterLifecycleState,
    GenerativeAiPrivateEndpointResourceType,
    ImportedModelCapability,
    LifecycleState,
    ModelCapability,
    ModelLifecycleState,
    WorkRequestStatus,
    values,
)
from genai_ports.api.kind import Kind, LogLine, Operation, WorkType
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

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANY: Final[tuple[str, ...]] = ()
"""A filter that accepts any text."""

_UPDATING: Final = (LogLine(0, "Carrying out the update."),)
_DELETING: Final = (LogLine(0, "Carrying out the delete."),)
_CHANGE_COMPARTMENT_DETAILS: Final = "compartment:ChangeCompartmentDetails"
_COMPARTMENT: Final = "ocid1.compartment.oc1..example"

MODEL: Final = Kind(
    name="model",
    title="model",
    collection="models",
    target="modelId",
    ocid_type="generativeaimodel",
    entity_type="model",
    resource_type="generative-ai-model",
    states=values(ModelLifecycleState),
    snapshot_class="model:Model",
    summary_class="model:ModelSummary",
    rules="genai_ports.simulator.rules.model",
    references=("fine_tune_details.dedicated_ai_cluster_id",),
    operations=(
        Operation(
            name="list_models",
            verb=LIST,
            status=200,
            response="model:ModelSummary",
            sdk_response="ModelCollection",
            filters={
                "vendor": _ANY,
                "capability": values(ModelCapability),
                "lifecycle_state": values(ModelLifecycleState),
                "display_name": _ANY,
                "id": _ANY,
            },
            sort_keys=("timeCreated", "displayName", "lifecycleState"),
        ),
        Operation(name="get_model", verb=GET, status=200, response="model:Model"),
        Operation(
            name="create_model",
            verb=CREATE,
            status=201,
            request="model:CreateModelDetails",
            response="model:Model",
            work=WorkType(
                "CREATE_MODEL",
                60,
                (
                    LogLine(0, "Checking the training dataset."),
                    LogLine(10, "Training dataset checked; training starts."),
                    LogLine(10, "Epoch {n} of {epochs} finished.", until=90),
                    LogLine(90, "Training finished; computing the model's metrics."),
                ),
            ),
        ),
        Operation(
            name="update_model",
            verb=UPDATE,
            status=200,
            request="model:UpdateModelDetails",
            response="model:Model",
        ),
        Operation(
            name="change_model_compartment",
            verb=CHANGE_COMPARTMENT,
            status=204,
            request=_CHANGE_COMPARTMENT_DETAILS,
            sdk_request="ChangeModelCompartmentDetails",
        ),
        Operation(name="delete_model", verb=DELETE, status=202, work=WorkType("DELETE_MODEL", 2, _DELETING)),
    ),
    example={
        "compartmentId": _COMPARTMENT,
        "baseModelId": "ocid1.generativeaimodel.oc1.us-chicago-1.example",
        "fineTuneDetails": {
            "trainingDataset": {
                "datasetType": "OBJECT_STORAGE",
                "namespaceName": "namespace",
                "bucketName": "datasets",
                "objectName": "train.jsonl",
            },
            "dedicatedAiClusterId": "ocid1.generativeaidedicatedaicluster.oc1.us-chicago-1.example",
            "trainingConfig": {"trainingConfigType": "LORA_TRAINING_CONFIG", "totalTrainingEpochs": 3, "loraR": 8},
        },
        "displayName": "mine",
    },
)

IMPORTED_MODEL: Final = Kind(
    name="imported_model",
    title="imported model",
    collection="importedModels",
    target="importedModelId",
    ocid_type="generativeaiimportedmodel",
    entity_type="IMPORTED_MODEL",
    resource_type="generative-ai-imported-model",
    states=values(LifecycleState),
    snapshot_class="imported_model:ImportedModel",
    summary_class="imported_model:ImportedModelSummary",
    rules="genai_ports.simulator.rules.imported_model",
    references=(),
    operations=(
        Operation(
            name="list_imported_models",
            verb=LIST,
            status=200,
            response="imported_model:ImportedModelSummary",
            sdk_response="ImportedModelCollection",
            filters={
                "vendor": _ANY,
                "capability": values(ImportedModelCapability),
                "lifecycle_state": values(LifecycleState),
                "display_name": _ANY,
                "id": _ANY,
            },
            sort_keys=("timeCreated", "displayName", "lifecycleState"),
        ),
        Operation(name="get_imported_model", verb=GET, status=200, response="imported_model:ImportedModel"),
        Operation(
            name="create_imported_model",
            verb=CREATE,
            status=201,
            request="imported_model:CreateImportedModelDetails",
            response="imported_model:ImportedModel",
            work=WorkType(
                "CREATE_IMPORTED_MODEL",
                48,
                (
                    LogLine(0, "Reading the model's configuration."),
                    LogLine(20, "Copying the model's files."),
                    LogLine(80, "Files copied; checking the model."),
                ),
            ),
        ),
        Operation(
            name="update_imported_model",
            verb=UPDATE,
            status=202,
            request="imported_model:UpdateImportedModelDetails",
            response="imported_model:ImportedModel",
            work=WorkType("UPDATE_IMPORTED_MODEL", 1, _UPDATING),
        ),
        Operation(
            name="change_imported_model_compartment",
            verb=CHANGE_COMPARTMENT,
            status=204,
            request=_CHANGE_COMPARTMENT_DETAILS,
            sdk_request="ChangeImportedModelCompartmentDetails",
        ),
        Operation(
            name="delete_imported_model",
            verb=DELETE,
            status=202,
            work=WorkType("DELETE_IMPORTED_MODEL", 2, _DELETING),
        ),
    ),
    example={
        "compartmentId": _COMPARTMENT,
        "dataSource": {"sourceType": "HUGGING_FACE_MODEL", "modelId": "openai/gpt-oss-20b"},
        "displayName": "mine",
    },
)

ENDPOINT: Final = Kind(
    name="endpoint",
    title="endpoint",
    collection="endpoints",
    target="endpointId",
    ocid_type="generativeaiendpoint",
    entity_type="endpoint",
    resource_type="generative-ai-endpoint",
    states=values(LifecycleState),
    snapshot_class="endpoint:Endpoint",
    summary_class="endpoint:EndpointSummary",
    rules="genai_ports.simulator.rules.endpoint",
    references=("model_id", "dedicated_ai_cluster_id", "generative_ai_private_endpoint_id"),
    operations=(
        Operation(
            name="list_endpoints",
            verb=LIST,
            status=200,
            response="endpoint:EndpointSummary",
            sdk_response="EndpointCollection",
            filters={
                "generative_ai_private_endpoint_id": _ANY,
                "lifecycle_state": values(LifecycleState),
                "display_name": _ANY,
                "id": _ANY,
            },
            sort_keys=("timeCreated", "displayName"),
        ),
        Operation(name="get_endpoint", verb=GET, status=200, response="endpoint:Endpoint"),
        Operation(
            name="create_endpoint",
            verb=CREATE,
            status=201,
            request="endpoint:CreateEndpointDetails",
            response="endpoint:Endpoint",
            work=WorkType(
                "CREATE_ENDPOINT",
                10,
                (
                    LogLine(0, "Loading the model onto the cluster."),
                    LogLine(70, "Model loaded; starting to serve."),
                ),
            ),
        ),
        Operation(
            name="update_endpoint",
            verb=UPDATE,
            status=200,
            request="endpoint:UpdateEndpointDetails",
            response="endpoint:Endpoint",
            work=WorkType("UPDATE_ENDPOINT", 2, _UPDATING),
        ),
        Operation(
            name="change_endpoint_compartment",
            verb=CHANGE_COMPARTMENT,
            status=204,
            request=_CHANGE_COMPARTMENT_DETAILS,
            sdk_request="ChangeEndpointCompartmentDetails",
        ),
        Operation(name="delete_endpoint", verb=DELETE, status=202, work=WorkType("DELETE_ENDPOINT", 5, _DELETING)),
    ),
    example={
        "compartmentId": _COMPARTMENT,
        "modelId": "ocid1.generativeaimodel.oc1.us-chicago-1.example",
        "dedicatedAiClusterId": "ocid1.generativeaidedicatedaicluster.oc1.us-chicago-1.example",
        "contentModerationConfig": {"isEnabled": True, "mode": "INFORM"},
        "displayName": "mine",
    },
)

DEDICATED_AI_CLUSTER: Final = Kind(
    name="dedicated_ai_cluster",
    title="dedicated AI cluster",
    collection="dedicatedAiClusters",
    target="dedicatedAiClusterId",
    ocid_type="generativeaidedicatedaicluster",
    entity_type="dedicatedAiCluster",
    resource_type="generative-ai-dedicated-ai-cluster",
    states=values(DedicatedAiClusterLifecycleState),
    snapshot_class="dedicated_ai_cluster:DedicatedAiCluster",
    summary_class="dedicated_ai_cluster:DedicatedAiClusterSummary",
    rules="genai_ports.simulator.rules.dedicated_ai_cluster",
    references=(),
    operations=(
        Operation(
            name="list_dedicated_ai_clusters",
            verb=LIST,
            status=200,
            response="dedicated_ai_cluster:DedicatedAiClusterSummary",
            sdk_response="DedicatedAiClusterCollection",
            filters={
                "capacity_reservation_id": _ANY,
                "lifecycle_state": values(DedicatedAiClusterLifecycleState),
                "display_name": _ANY,
                "id": _ANY,
            },
            sort_keys=("timeCreated", "displayName", "lifecycleState"),
        ),
        Operation(
            name="get_dedicated_ai_cluster", verb=GET, status=200, response="dedicated_ai_cluster:DedicatedAiCluster"
        ),
        Operation(
            name="create_dedicated_ai_cluster",
            verb=CREATE,
            status=201,
            request="dedicated_ai_cluster:CreateDedicatedAiClusterDetails",
            response="dedicated_ai_cluster:DedicatedAiCluster",
            work=WorkType(
                "CREATE_DEDICATED_AI_CLUSTER",
                30,
                (LogLine(0, "Allocating units."), LogLine(60, "Units allocated; preparing them.")),
            ),
        ),
        Operation(
            name="update_dedicated_ai_cluster",
            verb=UPDATE,
            status=200,
            request="dedicated_ai_cluster:UpdateDedicatedAiClusterDetails",
            response="dedicated_ai_cluster:DedicatedAiCluster",
            work=WorkType("UPDATE_DEDICATED_AI_CLUSTER", 10, _UPDATING),
        ),
        Operation(
            name="change_dedicated_ai_cluster_compartment",
            verb=CHANGE_COMPARTMENT,
            status=204,
            request=_CHANGE_COMPARTMENT_DETAILS,
            sdk_request="ChangeDedicatedAiClusterCompartmentDetails",
        ),
        Operation(
            name="delete_dedicated_ai_cluster",
            verb=DELETE,
            status=202,
            work=WorkType("DELETE_DEDICATED_AI_CLUSTER", 5, _DELETING),
        ),
    ),
    example={
        "compartmentId": _COMPARTMENT,
        "type": "HOSTING",
        "unitCount": 1,
        "unitShape": "LARGE_GENERIC",
        "displayName": "mine",
    },
)

PRIVATE_ENDPOINT: Final = Kind(
    name="generative_ai_private_endpoint",
    title="private endpoint",
    collection="generativeAiPrivateEndpoints",
    target="generativeAiPrivateEndpointId",
    ocid_type="generativeaiprivateendpoint",
    entity_type="generativeAiPrivateEndpoint",
    resource_type="generative-ai-private-endpoint",
    states=values(LifecycleState),
    snapshot_class="private_endpoint:GenerativeAiPrivateEndpoint",
    summary_class="private_endpoint:GenerativeAiPrivateEndpointSummary",
    rules="genai_ports.simulator.rules.private_endpoint",
    references=(),
    operations=(
        Operation(
            name="list_generative_ai_private_endpoints",
            verb=LIST,
            status=200,
            response="private_endpoint:GenerativeAiPrivateEndpointSummary",
            sdk_response="GenerativeAiPrivateEndpointCollection",
            filters={
                "resource_type": values(GenerativeAiPrivateEndpointResourceType),
                "lifecycle_state": values(LifecycleState),
                "display_name": _ANY,
                "id": _ANY,
            },
            sort_keys=("timeCreated",),
        ),
        Operation(
            name="get_generative_ai_private_endpoint",
            verb=GET,
            status=200,
            response="private_endpoint:GenerativeAiPrivateEndpoint",
        ),
        Operation(
            name="create_generative_ai_private_endpoint",
            verb=CREATE,
            status=201,
            request="private_endpoint:CreateGenerativeAiPrivateEndpointDetails",
            response="private_endpoint:GenerativeAiPrivateEndpoint",
            work=WorkType(
                "CREATE_PRIVATE_ENDPOINT",
                5,
                (LogLine(0, "Creating the VNIC in the subnet."), LogLine(60, "VNIC created; adding its DNS record.")),
            ),
        ),
        Operation(
            name="update_generative_ai_private_endpoint",
            verb=UPDATE,
            status=200,
            request="private_endpoint:UpdateGenerativeAiPrivateEndpointDetails",
            response="private_endpoint:GenerativeAiPrivateEndpoint",
            work=WorkType("UPDATE_PRIVATE_ENDPOINT", 2, _UPDATING),
        ),
        Operation(
            name="change_generative_ai_private_endpoint_compartment",
            verb=CHANGE_COMPARTMENT,
            status=204,
            request=_CHANGE_COMPARTMENT_DETAILS,
            sdk_request="ChangeGenerativeAiPrivateEndpointCompartmentDetails",
        ),
        Operation(
            name="delete_generative_ai_private_endpoint",
            verb=DELETE,
            status=202,
            work=WorkType("DELETE_PRIVATE_ENDPOINT", 2, _DELETING),
        ),
    ),
    example={
        "compartmentId": _COMPARTMENT,
        "subnetId": "ocid1.subnet.oc1.us-chicago-1.example",
        "dnsPrefix": "mine",
        "displayName": "mine",
    },
)

WORK_REQUEST: Final = Kind(
    name="work_request",
    title="work request",
    collection="workRequests",
    target="workRequestId",
    ocid_type="generativeaiworkrequest",
    entity_type="workRequest",
    resource_type="generative-ai-work-request",
    states=values(WorkRequestStatus),
    snapshot_class="work_request:WorkRequest",
    summary_class="work_request:WorkRequestSummary",
    rules=None,
    references=(),
    operations=(
        Operation(
            name="list_work_requests",
            verb=LIST,
            status=200,
            response="work_request:WorkRequestSummary",
            sdk_response="WorkRequestSummaryCollection",
            filters={"work_request_id": _ANY, "status": values(WorkRequestStatus), "resource_id": _ANY},
            sort_keys=("timeAccepted",),
        ),
        Operation(name="get_work_request", verb=GET, status=200, response="work_request:WorkRequest"),
        Operation(
            name="list_work_request_errors",
            verb=LIST_ERRORS,
            status=200,
            response="work_request:WorkRequestError",
            sdk_response="WorkRequestErrorCollection",
            sort_keys=("timestamp",),
        ),
        Operation(
            name="list_work_request_logs",
            verb=LIST_LOGS,
            status=200,
            response="work_request:WorkRequestLogEntry",
            sdk_response="WorkRequestLogEntryCollection",
            sort_keys=("timestamp",),
        ),
    ),
    example=None,
)

RESOURCE_KINDS: Final = (MODEL, IMPORTED_MODEL, ENDPOINT, DEDICATED_AI_CLUSTER, PRIVATE_ENDPOINT)
KINDS: Final[Mapping[str, Kind]] = {kind.name: kind for kind in (*RESOURCE_KINDS, WORK_REQUEST)}
"""All kinds by name."""

OPERATIONS: Final[Mapping[str, Operation]] = {
    operation.name: operation for kind in KINDS.values() for operation in kind.operations
}
"""All operations by name."""
