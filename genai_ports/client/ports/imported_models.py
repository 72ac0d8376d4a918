"""The port for imported models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genai_ports.api.imported_model import (
        CreateImportedModelDetails,
        ImportedModel,
        ImportedModelSummary,
        UpdateImportedModelDetails,
    )
    from genai_ports.api.snapshot import ResponseMetadata
    from genai_ports.client.pagination import Listing


class ImportedModelRepository(Protocol):
    """Imported models."""

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
    ) -> Listing[ImportedModelSummary]:
        """List the compartment's imported models, newest first.

        Args:
            compartment_id: the OCID of a compartment, or of a tenancy for its root.
            vendor: only those of exactly this vendor.
            capability: only those with this capability, or with any of several.
            lifecycle_state: only those in this state.
            display_name: only those with exactly this name.
            id: only the one with this OCID.
            sort_by: `timeCreated`, `displayName` or `lifecycleState`; the first unless given.
            sort_order: `ASC` or `DESC`; newest first for times and ascending for the rest unless given.
            limit: the size of a page, 1 to 1000; 100 unless given.
            page: the token of the page to begin with; the first unless given.
            region: an id or a three-letter code; the backend's default unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            A list that fetches its pages as it is walked; that is when the service is asked.

        Raises:
            InvalidParameter: a filter, sort key, page size or page token is not one that the list takes.

        Source:
            https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModelCollection/ListImportedModels
        """
        ...

    def get_imported_model(
        self, imported_model_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> ImportedModel:
        """Read one imported model.

        Args:
            imported_model_id: the OCID of the imported model.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot; its `response` has the etag.

        Raises:
            NotFound: it does not exist in that region.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModel/GetImportedModel
        """
        ...

    def create_imported_model(
        self,
        details: CreateImportedModelDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> ImportedModel:
        """Start to import a model.

        Args:
            details: what to make it of.
            region: an id or a three-letter code; the backend's default unless given.
            retry_token: 1 to 64 characters that make it safe to repeat the call for 24 hours; made up unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot, CREATING; `response.work_request_id` names what to wait for.

        Raises:
            InvalidParameter: a property is wrong; the source or the capability is not one that can be imported.
            MissingParameter: a required property is missing.
            InvalidatedRetryToken: the token was used for another request, or for what is gone.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModel/CreateImportedModel
        """
        ...

    def update_imported_model(
        self,
        imported_model_id: str,
        details: UpdateImportedModelDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ImportedModel:
        """Start to change an imported model.

        Args:
            imported_model_id: the OCID of the imported model.
            details: what to change; what is None stays.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot, UPDATING; `response.work_request_id` names what to wait for.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it has failed, and can only be deleted.
            PreconditionFailed: it has another etag than `if_match`.

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
    ) -> ResponseMetadata:
        """Move an imported model.

        Args:
            imported_model_id: the OCID of the imported model.
            compartment_id: the OCID of the compartment to move it to.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            retry_token: 1 to 64 characters that make it safe to repeat the call for 24 hours.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The metadata of the answer; it has neither an etag nor a work request.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it has failed, and can only be deleted.
            PreconditionFailed: it has another etag than `if_match`.

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
    ) -> ResponseMetadata:
        """Start to delete an imported model that no endpoint uses.

        Args:
            imported_model_id: the OCID of the imported model.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The metadata of the answer; `work_request_id` names what to wait for.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it is in use.
            PreconditionFailed: it has another etag than `if_match`.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ImportedModel/DeleteImportedModel
        """
        ...
