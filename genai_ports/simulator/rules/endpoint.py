"""Endpoints: a model of either kind, served on a hosting cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from genai_ports.api.endpoint import ContentModerationConfig
from genai_ports.api.enums import (
    DedicatedAiClusterType,
    GenerativeAiPrivateEndpointResourceType,
    GuardMode,
    values,
)
from genai_ports.api.kinds import IMPORTED_MODEL, MODEL, PRIVATE_ENDPOINT
from genai_ports.api.names import camel
from genai_ports.ocids import parse_ocid
from genai_ports.simulator.rules.common import one_of, related, related_cluster
from genai_ports.simulator.rules.dedicated_ai_cluster import ENDPOINTS_A_CLUSTER
from genai_ports.simulator.rules.kind_rules import KindRules
from genai_ports.simulator.rules.refusals import CLUSTER_FULL, NO_PRIVATE_ENDPOINT, PROPERTY_VALUE
from genai_ports.simulator.rules.unit_shapes import check_fits

if TYPE_CHECKING:
    from genai_ports.api.endpoint import CreateEndpointDetails
    from genai_ports.simulator.state.world import World

_GUARDS = ("content_moderation_config", "prompt_injection_config", "pii_detection_config")


class EndpointRules(KindRules):
    """The rules of Endpoint."""

    def check_create(self, world: World, region: str, details: CreateEndpointDetails) -> None:
        """Check the guards, the model, the private endpoint, and the cluster, its shape and its free capacity."""
        _check_guards(details)
        kind = IMPORTED_MODEL if _is_imported(details.model_id) else MODEL
        model = related(world, kind, region, "modelId", details.model_id)
        _check_private_endpoint(world, region, details.model_id, details)
        cluster = related_cluster(
            world, region, "dedicatedAiClusterId", details.dedicated_ai_cluster_id, DedicatedAiClusterType.HOSTING
        )
        check_fits(kind, _made_from(world, region, model), cluster, "dedicatedAiClusterId")
        if len(world.dependents(cluster.id)) >= ENDPOINTS_A_CLUSTER:
            raise CLUSTER_FULL(identifier=cluster.id, capacity=ENDPOINTS_A_CLUSTER)

    def check_update(self, world: World, region: str, snapshot: Any, details: Any) -> None:
        """Check the guards and the private endpoint."""
        _check_guards(details)
        _check_private_endpoint(world, region, snapshot.model_id, details)

    def attributes(self, world: World, region: str, details: CreateEndpointDetails, now: Any) -> dict[str, Any]:
        """Return the content moderation; default: off."""
        moderation = details.content_moderation_config or ContentModerationConfig(is_enabled=False)
        return {"content_moderation_config": moderation}


def _made_from(world: World, region: str, model: Any) -> Any:
    """Return the base model of a custom model, which decides the shape: its own vendor may be any text."""
    base = world.find(MODEL, getattr(model, "base_model_id", None) or model.id, region)
    return base.snapshot if base else model


def _check_guards(details: Any) -> None:
    for name in _GUARDS:
        guard = getattr(details, name)
        if guard is not None and guard.mode is not None:
            one_of(f"{camel(name)}.mode", guard.mode, values(GuardMode))


def _check_private_endpoint(world: World, region: str, model_id: str, details: Any) -> None:
    identifier = details.generative_ai_private_endpoint_id
    if identifier is None:
        return
    if _is_imported(model_id):
        raise NO_PRIVATE_ENDPOINT()
    private_endpoint = related(world, PRIVATE_ENDPOINT, region, PRIVATE_ENDPOINT.target, identifier)
    if private_endpoint.resource_type != GenerativeAiPrivateEndpointResourceType.ENDPOINT:
        raise PROPERTY_VALUE(
            property=PRIVATE_ENDPOINT.target,
            expected="a private endpoint with the resource type ENDPOINT",
            given=private_endpoint.resource_type,
        )


def _is_imported(model_id: str) -> bool:
    ocid = parse_ocid(model_id)
    return ocid is not None and ocid.resource_type == IMPORTED_MODEL.ocid_type


RULES: Final = EndpointRules()
