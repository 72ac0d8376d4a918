"""Releases with the plain OCI SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import oci
from oci.exceptions import CompositeOperationError, ServiceError
from oci.generative_ai import GenerativeAiClientCompositeOperations, models
from oci.util import WAIT_RESOURCE_NOT_FOUND
from tenacity import retry, retry_if_exception, stop_after_attempt, stop_after_delay, wait_fixed

from model_ops.plan import DELETION_ORDER, Plan, Release, ReleaseFailed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from oci.generative_ai import GenerativeAiClient

ENDED: Final = ["SUCCEEDED", "FAILED", "CANCELED"]
PATIENCE: Final = {"max_interval_seconds": 60, "max_wait_seconds": 4 * 3600}


def _has_status(status: int) -> Any:
    return retry_if_exception(lambda error: isinstance(error, ServiceError) and error.status == status)


class StockPipeline:
    """Releases models with a client of the OCI SDK."""

    def __init__(self, client: GenerativeAiClient) -> None:
        self._client = client
        self._waiting = GenerativeAiClientCompositeOperations(client)

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
        """Delete everything of a release, dependents first.

        Args:
            plan: the plan of the release.
            made: kinds by OCID of what is known to exist, although lists may not show it yet.

        Returns:
            The OCIDs of what could not be deleted.
        """
        found = {**self._tagged(plan), **(made or {})}
        left = []
        for identifier in sorted(found, key=lambda one: DELETION_ORDER.index(found[one])):
            try:
                self._delete(found[identifier], found, identifier)
            except (ReleaseFailed, ServiceError):
                left.append(identifier)
        return tuple(left)

    @retry(retry=_has_status(412), stop=stop_after_attempt(20), wait=wait_fixed(1), reraise=True)
    def label(self, model_id: str, **labels: str) -> dict[str, str]:
        """Add tags to a model, and overwrite nothing that somebody else wrote meanwhile."""
        model = self._client.get_model(model_id)
        details = models.UpdateModelDetails(freeform_tags={**model.data.freeform_tags, **labels})
        tags: dict[str, str] = self._client.update_model(
            model_id, details, if_match=model.headers["etag"]
        ).data.freeform_tags
        return tags

    def serving(self, compartment_id: str) -> list[str]:
        """Return the names of all endpoints that are active."""
        listed = oci.pagination.list_call_get_all_results(self._client.list_endpoints, compartment_id, limit=10)
        return sorted(each.display_name for each in listed.data if each.lifecycle_state == "ACTIVE")

    def _base_model(self, plan: Plan) -> str:
        for model in self._all("model", plan.compartment_id, capability=["FINE_TUNE"]):
            if model.type == "BASE" and model.display_name == plan.base_model:
                found: str = model.id
                return found
        raise ReleaseFailed("model", "NotFound", f"there is no base model {plan.base_model} to fine-tune")

    def _create(self, plan: Plan, made: dict[str, str], step: str, kind: str, details: Any) -> str:
        create = getattr(self._waiting, f"create_{kind}_and_wait_for_state")
        try:
            ended = create(details, ENDED, {"opc_retry_token": plan.retry_token(step)}, PATIENCE).data
        except CompositeOperationError as half:
            [begun] = half.partial_results
            made[begun.data.id] = kind
            raise ReleaseFailed(step, type(half.cause).__name__, str(half.cause)) from half
        except ServiceError as refusal:
            raise ReleaseFailed(step, refusal.code, refusal.message) from refusal
        except oci.exceptions.RequestException as lost:
            raise ReleaseFailed(step, type(lost).__name__, str(lost)) from lost
        identifier: str = ended.resources[0].identifier
        made[identifier] = kind
        self._check(step, ended)
        return identifier

    @retry(retry=_has_status(409), stop=stop_after_delay(3 * 3600), wait=wait_fixed(120), reraise=True)
    def _delete(self, kind: str, made: dict[str, str], identifier: str) -> None:
        """Delete a resource, and wait; while it is in use or in work, the service refuses with 409."""
        delete = getattr(self._waiting, f"delete_{kind}_and_wait_for_state")
        ended = delete(identifier, ENDED, waiter_kwargs=PATIENCE)
        if ended is not WAIT_RESOURCE_NOT_FOUND:
            self._check("delete", ended.data)
        made.pop(identifier, None)

    def _check(self, step: str, ended: Any) -> None:
        if ended.status != "SUCCEEDED":
            [error, *_] = self._client.list_work_request_errors(ended.id).data.items
            raise ReleaseFailed(step, error.code, error.message)

    def _tagged(self, plan: Plan) -> dict[str, str]:
        return {
            each.id: kind
            for kind in DELETION_ORDER
            for each in self._all(kind, plan.compartment_id)
            if (each.freeform_tags or {}).get("release") == plan.name and each.lifecycle_state != "DELETED"
        }

    def _all(self, kind: str, compartment_id: str, **filters: Any) -> Iterator[Any]:
        lists = getattr(self._client, f"list_{kind}s")
        return oci.pagination.list_call_get_all_results_generator(lists, "record", compartment_id, **filters)


def _guard(plan: Plan) -> models.CreateImportedModelDetails:
    return models.CreateImportedModelDetails(
        compartment_id=plan.compartment_id,
        display_name=f"{plan.name}-guard",
        data_source=models.HuggingFaceModel(model_id=plan.guard),
        freeform_tags=plan.tags,
    )


def _cluster(plan: Plan, step: str, kind: str, units: int) -> models.CreateDedicatedAiClusterDetails:
    return models.CreateDedicatedAiClusterDetails(
        compartment_id=plan.compartment_id,
        display_name=f"{plan.name}-{step}",
        type=kind,
        unit_count=units,
        unit_shape="LARGE_GENERIC",
        freeform_tags=plan.tags,
    )


def _fine_tuning(plan: Plan, base_model_id: str, cluster_id: str) -> models.CreateModelDetails:
    dataset = models.ObjectStorageDataset(namespace_name="team", bucket_name="datasets", object_name=plan.dataset)
    tuning = models.FineTuneDetails(
        training_dataset=dataset,
        dedicated_ai_cluster_id=cluster_id,
        training_config=models.LoraTrainingConfig(total_training_epochs=3, lora_r=plan.lora_r),
    )
    return models.CreateModelDetails(
        compartment_id=plan.compartment_id,
        display_name=plan.name,
        base_model_id=base_model_id,
        fine_tune_details=tuning,
        freeform_tags=plan.tags,
    )


def _endpoint(plan: Plan, model_id: str, cluster_id: str) -> models.CreateEndpointDetails:
    return models.CreateEndpointDetails(
        compartment_id=plan.compartment_id,
        display_name=plan.name,
        model_id=model_id,
        dedicated_ai_cluster_id=cluster_id,
        freeform_tags=plan.tags,
    )
