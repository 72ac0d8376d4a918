"""The port for imported models, and the client that implements it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from genai_ports import api
from genai_ports.api.call import ListQuery
from genai_ports.api.compartment import ChangeCompartmentDetails
from genai_ports.client.calls import Calls, as_tuple, without_none
from genai_ports.client.pagination import Listing


@runtime_checkable
class ImportedModelRepository(Protocol):
    """Imported models. `GenAi` describes the arguments that operations share."""

    def list_imported_models(
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
    ) -> Listing[api.ImportedModelSummary]:
        """List the imported models of a compartment, newest first.

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

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModelCollection/ListImportedModels
        """
        ...

    def get_imported_model(
        self, imported_model_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> api.ImportedModel:
        """Read one imported model.

        Args:
            imported_model_id: the OCID of the imported model.
            region, request_id: see `GenAi`.

        Returns:
            The imported model; pass its `etag` as `if_match` to change only this version of it.

        Raises:
            NotFound: the imported model does not exist in that region.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModel/GetImportedModel
        """
        ...

    def create_imported_model(
        self,
        details: api.CreateImportedModelDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.ImportedModel:
        """Start importing a model.

        Args:
            details: the source of the model, and its properties.
            region, retry_token, request_id: see `GenAi`.

        Returns:
            The imported model in state CREATING. Wait for the work request `response.work_request_id`.

        Raises:
            InvalidParameter: a property is wrong, or models with this source or capability cannot be imported.
            MissingParameter: a required property is missing.
            InvalidatedRetryToken: the token belongs to another request, or to a resource that was deleted.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModel/CreateImportedModel
        """
        ...

    def update_imported_model(
        self,
        imported_model_id: str,
        details: api.UpdateImportedModelDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.ImportedModel:
        """Start changing an imported model.

        Args:
            imported_model_id: the OCID of the imported model.
            details: the new values; properties that are None do not change.
            region, if_match, request_id: see `GenAi`.

        Returns:
            The imported model in state UPDATING. Wait for the work request `response.work_request_id`.

        Raises:
            NotFound: the imported model does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: it is FAILED; it can only be deleted.
            PreconditionFailed: its etag is not `if_match`.
            InvalidParameter: a property is wrong.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModel/UpdateImportedModel
        """
        ...

    def change_imported_model_compartment(
        self,
        imported_model_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        """Move an imported model to another compartment, at once.

        Args:
            imported_model_id: the OCID of the imported model.
            compartment_id: the OCID of the new compartment.
            region, if_match, retry_token, request_id: see `GenAi`.

        Returns:
            The metadata of the response, which has no etag. No work request is started.

        Raises:
            NotFound: the imported model does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: it is FAILED; it can only be deleted.
            PreconditionFailed: its etag is not `if_match`.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModel/ChangeImportedModelCompartment
        """
        ...

    def delete_imported_model(
        self,
        imported_model_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        """Start deleting an imported model.

        Args:
            imported_model_id: the OCID of the imported model.
            region, if_match, request_id: see `GenAi`.

        Returns:
            The metadata of the response. Wait for the work request `work_request_id`.

        Raises:
            NotFound: the imported model does not exist in that region.
            IncorrectState: another operation on it is under way; retry when that finishes.
            Conflict: an endpoint uses it.
            PreconditionFailed: its etag is not `if_match`.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModel/DeleteImportedModel
        """
        ...


class ImportedModels(Calls, ImportedModelRepository):
    """`ImportedModelRepository` over a backend."""

    def list_imported_models(
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
    ) -> Listing[api.ImportedModelSummary]:
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
        return self._list("list_imported_models", query, region=region, request_id=request_id)

    def get_imported_model(
        self, imported_model_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> api.ImportedModel:
        imported_model: api.ImportedModel = self._send(
            "get_imported_model", target=imported_model_id, region=region, request_id=request_id
        )
        return imported_model

    def create_imported_model(
        self,
        details: api.CreateImportedModelDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.ImportedModel:
        imported_model: api.ImportedModel = self._send(
            "create_imported_model", details=details, region=region, retry_token=retry_token, request_id=request_id
        )
        return imported_model

    def update_imported_model(
        self,
        imported_model_id: str,
        details: api.UpdateImportedModelDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.ImportedModel:
        imported_model: api.ImportedModel = self._send(
            "update_imported_model",
            target=imported_model_id,
            details=details,
            region=region,
            if_match=if_match,
            request_id=request_id,
        )
        return imported_model

    def change_imported_model_compartment(
        self,
        imported_model_id: str,
        compartment_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        response: api.ResponseMetadata = self._send(
            "change_imported_model_compartment",
            target=imported_model_id,
            details=ChangeCompartmentDetails(compartment_id=compartment_id),
            region=region,
            if_match=if_match,
            retry_token=retry_token,
            request_id=request_id,
        )
        return response

    def delete_imported_model(
        self,
        imported_model_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> api.ResponseMetadata:
        response: api.ResponseMetadata = self._send(
            "delete_imported_model", target=imported_model_id, region=region, if_match=if_match, request_id=request_id
        )
        return response
