"""Releases through the ports of genai_ports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_fixed

from genai_ports import (
    Conflict,
    ConnectionLost,
    CreateDedicatedAiClusterDetails,
    CreateEndpointDetails,
    CreateImportedModelDetails,
    CreateModelDetails,
    NotFound,
    PreconditionFailed,
    ServiceError,
    UpdateModelDetails,
    WorkRequestFailed,
    builders,
)
from model_ops.plan import DELETION_ORDER, Plan, Release, ReleaseFailed

if TYPE_CHECKING:
    from genai_ports import GenAi

PATIENCE: Final = 4 * 3600


class PortPipeline:
    """Releases models through any backend of genai_ports."""

    def __init__(self, genai: GenAi) -> None:
        self._genai = genai

    def release(self, plan: Plan) -> Release:
        """Import the guard, fine-tune the model on a cluster of its own, and serve it.

        Raises:
            ReleaseFailed: a step failed; everything that the release had created is deleted.
        """
        made: dict[str, str] = {}
        try:
            guard = self._create(plan, made, "guard", "imported_model", _guard(plan))
            base = self._base_model(plan)
            training = self._create(
                plan, made, "training", "dedicated_ai_cluster", _cluster(plan, "training", "FINE_TUNING", 2)
            )
            model = self._create(plan, made, "model", "model", _fine_tuning(plan, base, training))
            hosting = self._create(
                plan, made, "hosting", "dedicated_ai_cluster", _cluster(plan, "hosting", "HOSTING", 1)
            )
            endpoint = self._create(plan, made, "endpoint", "endpoint", _endpoint(plan, model, hosting))
        except ReleaseFailed as failure:
            failure.left_behind = self.clean_up(plan, made)
            raise
        return Release(guard, training, model, hosting, endpoint)

    def clean_up(self, plan: Plan, made: dict[str, str] | None = None) -> tuple[str, ...]:
        """Delete everything of a release, dependents first; return the OCIDs of what could not be deleted."""
        found = {**self._tagged(plan), **(made or {})}
        left = []
        for identifier in sorted(found, key=lambda one: DELETION_ORDER.index(found[one])):
            try:
                self._delete(found[identifier], found, identifier)
            except (ReleaseFailed, ServiceError):
                left.append(identifier)
        return tuple(left)

    def label(self, model_id: str, **labels: str) -> dict[str, str]:
        """Add tags to a model, and overwrite nothing that somebody else wrote meanwhile."""
        return self._retrying(PreconditionFailed, attempts=20, seconds=1)(self._label, model_id, labels)

    def _label(self, model_id: str, labels: dict[str, str]) -> dict[str, str]:
        model = self._genai.get_model(model_id)
        details = UpdateModelDetails(freeform_tags={**(model.freeform_tags or {}), **labels})
        return dict(self._genai.update_model(model_id, details, if_match=model.etag).freeform_tags or {})

    def serving(self, compartment_id: str) -> list[str]:
        """Return the names of all endpoints that are active."""
        listed = self._genai.list_endpoints(compartment_id, limit=10)
        return sorted(each.display_name or "" for each in listed if each.lifecycle_state == "ACTIVE")

    def _base_model(self, plan: Plan) -> str:
        for model in self._genai.list_models(plan.compartment_id, capability="FINE_TUNE"):
            if model.type == "BASE" and model.display_name == plan.base_model:
                return model.id
        raise ReleaseFailed("model", "NotFound", f"there is no base model {plan.base_model} to fine-tune")

    def _create(self, plan: Plan, made: dict[str, str], step: str, kind: str, details: Any) -> str:
        try:
            begun = getattr(self._genai, f"create_{kind}")(details, retry_token=plan.retry_token(step))
            made[begun.id] = kind
            self._genai.wait_for_work_request(begun.response.work_request_id, timeout=PATIENCE)
        except WorkRequestFailed as failure:
            raise ReleaseFailed(step, failure.errors[0].code, failure.errors[0].message) from failure
        except ServiceError as refusal:
            raise ReleaseFailed(step, refusal.code, refusal.message) from refusal
        except ConnectionLost as lost:
            raise ReleaseFailed(step, type(lost).__name__, str(lost)) from lost
        return str(begun.id)

    def _delete(self, kind: str, made: dict[str, str], identifier: str) -> None:
        """Delete a resource, and wait; while it is in use or in work, the service refuses with 409."""
        try:
            delete = getattr(self._genai, f"delete_{kind}")
            begun = self._retrying(Conflict, attempts=90, seconds=120)(delete, identifier)
            self._genai.wait_for_work_request(begun.work_request_id, timeout=PATIENCE)
        except WorkRequestFailed as failure:
            raise ReleaseFailed("delete", failure.errors[0].code, failure.errors[0].message) from failure
        except NotFound:
            pass
        made.pop(identifier, None)

    def _retrying(self, error: type[Exception], *, attempts: int, seconds: float) -> Retrying:
        return Retrying(
            retry=retry_if_exception_type(error),
            stop=stop_after_attempt(attempts),
            wait=wait_fixed(seconds),
            sleep=self._genai.clock.sleep,
            reraise=True,
        )

    def _tagged(self, plan: Plan) -> dict[str, str]:
        return {
            each.id: kind
            for kind in DELETION_ORDER
            for each in getattr(self._genai, f"list_{kind}s")(plan.compartment_id)
            if (each.freeform_tags or {}).get("release") == plan.name and each.lifecycle_state != "DELETED"
        }


def _guard(plan: Plan) -> CreateImportedModelDetails:
    return CreateImportedModelDetails(
        compartment_id=plan.compartment_id,
        display_name=f"{plan.name}-guard",
        data_source=builders.hugging_face_data_source(model_id=plan.guard),
        freeform_tags=plan.tags,
    )


def _cluster(plan: Plan, step: str, kind: str, units: int) -> CreateDedicatedAiClusterDetails:
    return CreateDedicatedAiClusterDetails(
        compartment_id=plan.compartment_id,
        display_name=f"{plan.name}-{step}",
        type=kind,
        unit_count=units,
        unit_shape="LARGE_GENERIC",
        freeform_tags=plan.tags,
    )


def _fine_tuning(plan: Plan, base_model_id: str, cluster_id: str) -> CreateModelDetails:
    dataset = builders.object_storage_dataset(namespace_name="team", bucket_name="datasets", object_name=plan.dataset)
    tuning = builders.fine_tune_details(
        training_dataset=dataset,
        dedicated_ai_cluster_id=cluster_id,
        training_config=builders.lora_training_config(total_training_epochs=3, lora_r=plan.lora_r),
    )
    return CreateModelDetails(
        compartment_id=plan.compartment_id,
        display_name=plan.name,
        base_model_id=base_model_id,
        fine_tune_details=tuning,
        freeform_tags=plan.tags,
    )


def _endpoint(plan: Plan, model_id: str, cluster_id: str) -> CreateEndpointDetails:
    return CreateEndpointDetails(
        compartment_id=plan.compartment_id,
        display_name=plan.name,
        model_id=model_id,
        dedicated_ai_cluster_id=cluster_id,
        freeform_tags=plan.tags,
    )
