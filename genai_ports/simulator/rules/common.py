"""Checks that several kinds share."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from genai_ports.api.enums import DedicatedAiClusterLifecycleState
from genai_ports.api.kinds import DEDICATED_AI_CLUSTER
from genai_ports.simulator.rules.refusals import CLUSTER_TYPE, PROPERTY_VALUE, RELATED_NOT_FOUND
from genai_ports.simulator.work.lifecycle import check_usable

if TYPE_CHECKING:
    from collections.abc import Collection

    from genai_ports.api.kind import Kind
    from genai_ports.simulator.state.world import World


def related(world: World, kind: Kind, region: str, prop: str, identifier: str) -> Any:
    """Find a resource that a body names; refuse one that is missing or not ready."""
    record = world.find(kind, identifier, region)
    if record is None or record.snapshot.lifecycle_state == DedicatedAiClusterLifecycleState.DELETED:
        raise RELATED_NOT_FOUND(property=prop, identifier=identifier, region=region)
    if record.snapshot.lifecycle_state != DedicatedAiClusterLifecycleState.ACTIVE:
        check_usable(kind, record.snapshot)
    return record.snapshot


def related_cluster(world: World, region: str, prop: str, identifier: str, expected: str) -> Any:
    """Find the cluster that a body names, which must be of the expected type and ready."""
    cluster = related(world, DEDICATED_AI_CLUSTER, region, prop, identifier)
    if cluster.type != expected:
        raise CLUSTER_TYPE(property=prop, expected=expected, identifier=identifier, actual=cluster.type)
    return cluster


def one_of(prop: str, given: object, allowed: Collection[str]) -> None:
    """Refuse a value that is not one of the allowed values."""
    if given not in allowed:
        raise PROPERTY_VALUE(property=prop, expected=f"one of {', '.join(sorted(allowed))}", given=given)


def within(prop: str, given: float | None, least: float, most: float | None = None) -> None:
    """Refuse a number outside a range; None passes."""
    if given is None or (least <= given and (most is None or given <= most)):
        return
    expected = f"{least} or more" if most is None else f"from {least} to {most}"
    raise PROPERTY_VALUE(property=prop, expected=expected, given=given)


@lru_cache(maxsize=64)  # many resources are created at one time of a virtual clock, and share the text
def generated_name(kind: Kind, now: datetime) -> str:
    """Make the default display name of a resource.

    Source: Oracle's page on creating endpoints has `generativeaiendpoint20250531235319`; the other kinds by analogy.
    """
    return f"{kind.ocid_type}{_seconds(now)}"


@lru_cache(maxsize=16)
def generated_version(now: datetime) -> str:
    """Make the default version of a model.

    Source: Oracle's page on importing models has `v20251107214133`; for fine-tuned ones by analogy.
    """
    return f"v{_seconds(now)}"


def _seconds(now: datetime) -> str:
    return f"{now:%Y%m%d%H%M%S}"
