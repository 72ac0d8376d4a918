"""The port for models, base and custom, and the client that implements it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from genai_ports import api
from genai_ports.api.call import ListQuery
from genai_ports.api.compartment import ChangeCompartmentDetails
from genai_ports.client.calls import Calls, as_tuple, without_none
from genai_ports.client.imported_models import ImportedModelRepository
from genai_ports.client.pagination import Listing


@runtime_checkable
class ModelRepository(ImportedModelRepository, Protocol):
    """Models, base and custom, and imported models. `GenAi` describes the arguments that operations share."""

    def list_models(
        self,
        compartment_id: str,
        *,
        vendor: str | None = None,
        capability: str | Sequence[str] | None = None,
        lifecycle_state: str | None = None,
        display_name: str | None = None,
        id: str | None = None,  # noqa: A002  # Oracle's name
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[api.ModelSummary]:
        """List the base models of the region and the custom models of a compartment, newest first.

        Args:
            compartment_id: the OCID of the compartment; the OCID of the tenancy for its root compartment.
            vendor: return only models of exactly this vendor.
            capability: return only models with this capability, or with any of several.
            sort_by: `timeCreated` (default), `displayName` or `lifecycleState`.
            lifecycle_state, display_name, id, sort_order, limit, page, region, request_id: see `GenAi`.

        Returns:
            A listing. It fetches a page when you iterate over it, and no page before that.

        Raises:
            InvalidParameter: a filter, the sort key, the page size or the page token is wrong; raised when you iterate.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ModelCollection/ListModels
        """
        ...

    def get_model(self, model_id: str, *, region: str | None = None, request_id: str | None = None) -> api.Model:
        """Read one model, base or custom.

        Args:
            model_id: the OCID of the model.
            region, request_id: see `GenAi`.

        Returns:
            The model; pass its `etag` as `if_match` to change only this version of it.

        Raises:
            NotFound: the model does not exist in that region.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Model/GetModel
        """
        ...

    def create_model(
        self,
        details: api.CreateModelDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.Model:
        """Start fine-tuning a custom model.

        Args:
            details: the base model, the dataset and the training configuration.
            region, retry_token, request_id: see `GenAi`.

        Returns:
            The model in state CREATING. Wait for the work request `response.work_request_id`.

        Raises:
            InvalidParameter: a property is wrong, the base model cannot be fine-tuned by this method, or the cluster
                does not fit.
            MissingParameter: a required property is missing.
            RelatedResourceNotFound: the base model or the cluster does not exist.
            IncorrectState: the cluster is not ready; retry when it is ACTIVE.
            InvalidatedRetryToken: the token belongs to another request, or to a resource that was deleted.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Model/CreateModel
        """
        ...

    def update_model(
        self,
        model_id: str,
        details: api.UpdateModelDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.Model:
        """Change a custom model, at once.

        Args:
            model_id: the OCID of the model.
            details: the new values; properties that are None do not change.
            region, if_match, request_id: see `GenAi`.

        Returns:
            The changed model. No work request is started.

        Raises:
            NotFound: the model does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: it is FAILED; it can only be deleted.
            PreconditionFailed: its etag is not `if_match`.
            InvalidParameter: a property is wrong, or it is a base model.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Model/UpdateModel
        """
        ...

    def change_model_compartment(
        self,
        model_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        """Move a custom model to another compartment, at once.

        Args:
            model_id: the OCID of the model.
            compartment_id: the OCID of the new compartment.
            region, if_match, retry_token, request_id: see `GenAi`.

        Returns:
            The metadata of the response, which has no etag. No work request is started.

        Raises:
            NotFound: the model does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: it is FAILED; it can only be deleted.
            PreconditionFailed: its etag is not `if_match`.
            InvalidParameter: it is a base model.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Model/ChangeModelCompartment
        """
        ...

    def delete_model(
        self,
        model_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        """Start deleting a custom model.

        Args:
            model_id: the OCID of the model.
            region, if_match, request_id: see `GenAi`.

        Returns:
            The metadata of the response. Wait for the work request `work_request_id`.

        Raises:
            NotFound: the model does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: an endpoint uses it.
            PreconditionFailed: its etag is not `if_match`.
            InvalidParameter: it is a base model.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Model/DeleteModel
        """
        ...


class Models(Calls, ModelRepository):
    """`ModelRepository` over a backend."""

    def list_models(
        self,
        compartment_id: str,
        *,
        vendor: str | None = None,
        capability: str | Sequence[str] | None = None,
        lifecycle_state: str | None = None,
        display_name: str | None = None,
        id: str | None = None,  # noqa: A002  # Oracle's name
        sort_by: str | None = None,
        sort_order: str | None = None,
        limit: int | None = None,
        page: str | None = None,
        region: str | None = None,
        request_id: str | None = None,
    ) -> Listing[api.ModelSummary]:
        filters = without_none(
            vendor=vendor,
            capability=as_tuple(capability),
            lifecycle_state=lifecycle_state,
            display_name=display_name,
            id=id,
        )
        query = ListQuery(
            compartment_id=compartment_id,
            filters=filters,
            sort_by=sort_by,
            sort_order=sort_order,
            limit=limit,
            page=page,
        )
        return self._list("list_models", query, region=region, request_id=request_id)

    def get_model(self, model_id: str, *, region: str | None = None, request_id: str | None = None) -> api.Model:
        model: api.Model = self._send("get_model", target=model_id, region=region, request_id=request_id)
        return model

    def create_model(
        self,
        details: api.CreateModelDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.Model:
        model: api.Model = self._send(
            "create_model", details=details, region=region, retry_token=retry_token, request_id=request_id
        )
        return model

    def update_model(
        self,
        model_id: str,
        details: api.UpdateModelDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.Model:
        model: api.Model = self._send(
            "update_model", target=model_id, details=details, region=region, if_match=if_match, request_id=request_id
        )
        return model

    def change_model_compartment(
        self,
        model_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        response: api.ResponseMetadata = self._send(
            "change_model_compartment",
            target=model_id,
            details=ChangeCompartmentDetails(compartment_id=compartment_id),
            region=region,
            if_match=if_match,
            retry_token=retry_token,
            request_id=request_id,
        )
        return response

    def delete_model(
        self,
        model_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        response: api.ResponseMetadata = self._send(
            "delete_model", target=model_id, region=region, if_match=if_match, request_id=request_id
        )
        return response
