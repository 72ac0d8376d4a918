"""Scenarios about imported models."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from genai_ports import builders
from genai_ports.api.imported_model import CreateImportedModelDetails, UpdateImportedModelDetails
from genai_ports.api.kinds import IMPORTED_MODEL
from genai_ports.api.value import replaced
from genai_ports.client.waiter import WorkRequestFailed
from genai_ports.errors import ServiceError

if TYPE_CHECKING:
    from genai_ports.recording.scenarios.stage import Stage


def from_hugging_face(stage: Stage, what: str = "model") -> Any:
    """Return the details of an import from Hugging Face."""
    source = builders.hugging_face_data_source(model_id=stage.input("hugging-face-model"))
    return stage.details(CreateImportedModelDetails, what, data_source=source)


def _from_object_storage(stage: Stage, what: str, prefix: str) -> Any:
    source = builders.object_storage_data_source(
        namespace_name=stage.input("namespace"), bucket_name=stage.input("bucket"), prefix_name=prefix
    )
    return stage.details(CreateImportedModelDetails, what, data_source=source)


def import_models(stage: Stage) -> None:
    """Import a model from Hugging Face and one from Object Storage."""
    one = stage.make(IMPORTED_MODEL, from_hugging_face(stage, "hugging-face"))
    other = stage.make(IMPORTED_MODEL, _from_object_storage(stage, "bucket", stage.input("prefix")))
    list(stage.genai.list_imported_models(stage.compartment, display_name=one.display_name))
    for model in (other, one):
        stage.delete(IMPORTED_MODEL, model.id)


def work_requests(stage: Stage) -> None:
    """Follow a work request: its list, its logs and its errors."""
    genai = stage.genai
    begun = stage.create(IMPORTED_MODEL, from_hugging_face(stage))
    work = begun.response.work_request_id
    list(genai.list_work_request_logs(work))
    stage.follow(IMPORTED_MODEL, begun)
    list(genai.list_work_requests(stage.compartment, resource_id=begun.id))
    list(genai.list_work_requests(stage.compartment, status="SUCCEEDED", limit=1).pages())
    list(genai.list_work_request_logs(work))
    list(genai.list_work_request_errors(work))
    stage.delete(IMPORTED_MODEL, begun.id)


def errors(stage: Stage) -> None:
    """Errors about a resource: an etag that is old, and a retry token that is used twice."""
    genai, token = stage.genai, stage.name("token")
    details = from_hugging_face(stage)
    begun = stage.create(IMPORTED_MODEL, details, retry_token=token)
    genai.create_imported_model(details, retry_token=token)
    with suppress(ServiceError):
        stage.create(IMPORTED_MODEL, replaced(details, display_name=stage.name("other")), retry_token=token)
    model = stage.follow(IMPORTED_MODEL, begun)
    with suppress(ServiceError):
        genai.update_imported_model(model.id, UpdateImportedModelDetails(description="late"), if_match="an-old-etag")
    with suppress(ServiceError):
        genai.delete_imported_model(model.id, if_match="an-old-etag")
    stage.delete(IMPORTED_MODEL, model.id)


def failure(stage: Stage) -> None:
    """An import that fails, with the errors of its work request."""
    genai, details = stage.genai, _from_object_storage(stage, "model", "there/is/no/such/prefix")
    stage.plan_failure("create_imported_model", "model-architecture-not-supported", details.display_name)
    begun = stage.create(IMPORTED_MODEL, details)
    with suppress(WorkRequestFailed):
        stage.follow(IMPORTED_MODEL, begun)
    genai.get_imported_model(begun.id)
    list(genai.list_work_request_errors(begun.response.work_request_id))
    list(genai.list_work_request_logs(begun.response.work_request_id))
    stage.delete(IMPORTED_MODEL, begun.id)


def tags_and_move(stage: Stage) -> None:
    """Change the tags of a resource, and move it to another compartment."""
    genai = stage.genai
    model = stage.make(IMPORTED_MODEL, from_hugging_face(stage))
    tags = {**stage.tags, "step": "tagged"}
    changed = genai.update_imported_model(model.id, UpdateImportedModelDetails(freeform_tags=tags))
    if changed.response and changed.response.work_request_id:
        stage.follow(IMPORTED_MODEL, changed)
    genai.change_imported_model_compartment(model.id, stage.input("other-compartment"))
    genai.get_imported_model(model.id)
    list(genai.list_imported_models(stage.input("other-compartment"), display_name=model.display_name))
    stage.delete(IMPORTED_MODEL, model.id)
