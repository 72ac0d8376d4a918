"""Scenarios that only read."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from genai_ports.api.kinds import RESOURCE_KINDS
from genai_ports.api.verbs import GET, LIST
from genai_ports.errors import ServiceError

if TYPE_CHECKING:
    from genai_ports.recording.scenarios.stage import Stage


def browse(stage: Stage) -> None:
    """List everything, filter and sort, and read one base model."""
    genai, compartment = stage.genai, stage.compartment
    for kind in RESOURCE_KINDS:
        list(getattr(genai, kind.operation(LIST).name)(compartment))
    list(genai.list_models(compartment, capability="CHAT", sort_by="displayName", sort_order="DESC"))
    model = genai.list_models(compartment, vendor="meta", capability="FINE_TUNE", lifecycle_state="ACTIVE").first()
    if model:
        genai.get_model(model.id)


def paginate(stage: Stage) -> None:
    """Read a list in pages of several sizes."""
    genai, compartment = stage.genai, stage.compartment
    for limit in (5, 1000):
        list(genai.list_models(compartment, sort_by="displayName", limit=limit))
    first = next(genai.list_models(compartment, sort_by="timeCreated", sort_order="ASC", limit=3).pages())
    if first.next_page:
        genai.list_models(compartment, sort_by="timeCreated", sort_order="ASC", limit=3, page=first.next_page).first()


def refusals(stage: Stage) -> None:
    """Requests that are refused without changing anything."""
    genai, compartment = stage.genai, stage.compartment
    for kind in RESOURCE_KINDS:
        missing = f"ocid1.{kind.ocid_type}.oc1..aaaaaaaagenaiportsthatdoesnotexistaaaaaaaaaaaaaaaaaaaaaaaa"
        with suppress(ServiceError):
            getattr(genai, kind.operation(GET).name)(missing)
    with suppress(ServiceError):
        genai.list_models(compartment, limit=5000).first()
    with suppress(ServiceError):
        genai.list_models(compartment, sort_by="color").first()
    with suppress(ServiceError):
        genai.list_models(compartment, page="not-a-token").first()
