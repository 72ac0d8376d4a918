"""The port for models, base and custom, and with them imported ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from genai_ports.client.ports.imported_models import ImportedModelRepository

if TYPE_CHECKING:
    from collections.abc import Sequence

    from genai_ports.api.model import CreateModelDetails, Model, ModelSummary, UpdateModelDetails
    from genai_ports.api.snapshot import ResponseMetadata
    from genai_ports.client.pagination import Listing


class ModelRepository(ImportedModelRepository, Protocol):
    """Models and imported models."""

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
    ) -> Listing[ModelSummary]:
        """List base models and the compartment's custom models, newest first.

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

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/ModelCollection/ListModels
        """
        ...

    def get_model(self, model_id: str, *, region: str | None = None, request_id: str | None = None) -> Model:
        """Read one model, base or custom.

        Args:
            model_id: the OCID of the model.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot; its `response` has the etag.

        Raises:
            NotFound: it does not exist in that region.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Model/GetModel
        """
        ...

    def create_model(
        self,
        details: CreateModelDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> Model:
        """Start to fine-tune a custom model.

        Args:
            details: what to make it of.
            region: an id or a three-letter code; the backend's default unless given.
            retry_token: 1 to 64 characters that make it safe to repeat the call for 24 hours; made up unless given.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot, CREATING; `response.work_request_id` names what to wait for.

        Raises:
            InvalidParameter: a property is wrong; the base model cannot be fine-tuned, or not by this method, or not
                on this cluster.
            MissingParameter: a required property is missing.
            RelatedResourceNotFound: the base model or the cluster does not exist.
            IncorrectState: the cluster is not ready yet.
            InvalidatedRetryToken: the token was used for another request, or for what is gone.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Model/CreateModel
        """
        ...

    def update_model(
        self,
        model_id: str,
        details: UpdateModelDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> Model:
        """Change a custom model, at once.

        Args:
            model_id: the OCID of the model.
            details: what to change; what is None stays.
            region: an id or a three-letter code; as the OCID says, or else the default, unless given.
            if_match: the etag that the resource must still have.
            request_id: the client's own id for the call: up to three parts of 1 to 32 letters, digits, `-` and `_`,
                divided by `/`.

        Returns:
            The snapshot with the changes; there is no work request.

        Raises:
            NotFound: it does not exist in that region.
            IncorrectState: it is busy; a later try may work.
            Conflict: it has failed, and can only be deleted.
            PreconditionFailed: it has another etag than `if_match`.
            InvalidParameter: it is a base model.

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
    ) -> ResponseMetadata:
        """Move a custom model.

        Args:
            model_id: the OCID of the model.
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
    ) -> ResponseMetadata:
        """Start to delete a custom model that no endpoint uses.

        Args:
            model_id: the OCID of the model.
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
            InvalidParameter: it is a base model.

        Source: https://docs.oracle.com/en-us/iaas/api/#/en/generative-ai/20231130/Model/DeleteModel
        """
        ...
