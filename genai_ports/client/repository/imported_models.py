"""The operations on imported models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from genai_ports.api.call import ListQuery
from genai_ports.client.repository.calls import Calls, given, several

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


class ImportedModels(Calls):
    """The operations on imported models."""

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
        """List the compartment's imported models, newest first. See `genai_ports.client.ports`."""
        return self._list(
            "list_imported_models",
            ListQuery(
                compartment_id=compartment_id,
                filters=given(
                    vendor=vendor,
                    capability=several(capability),
                    lifecycle_state=lifecycle_state,
                    display_name=display_name,
                    id=id,
                ),
                sort_by=sort_by,
                sort_order=sort_order,
                limit=limit,
                page=page,
            ),
            region=region,
            request_id=request_id,
        )

    def get_imported_model(
        self, imported_model_id: str, *, region: str | None = None, request_id: str | None = None
    ) -> ImportedModel:
        """Read one imported model. See `genai_ports.client.ports`."""
        snapshot: ImportedModel = self._send(
            "get_imported_model", target=imported_model_id, region=region, request_id=request_id
        )
        return snapshot

    def create_imported_model(
        self,
        details: CreateImportedModelDetails,
        *,
        region: str | None = None,
        retry_token: str | None = None,
        request_id: str | None = None,
    ) -> ImportedModel:
        """Start to import a model. See `genai_ports.client.ports`."""
        snapshot: ImportedModel = self._create(
            "create_imported_model", details, retry_token=retry_token, region=region, request_id=request_id
        )
        return snapshot

    def update_imported_model(
        self,
        imported_model_id: str,
        details: UpdateImportedModelDetails,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ImportedModel:
        """Start to change an imported model. See `genai_ports.client.ports`."""
        snapshot: ImportedModel = self._send(
            "update_imported_model",
            target=imported_model_id,
            details=details,
            if_match=if_match,
            region=region,
            request_id=request_id,
        )
        return snapshot

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
        """Move an imported model. See `genai_ports.client.ports`."""
        return self._change_compartment(
            "change_imported_model_compartment",
            imported_model_id,
            compartment_id,
            if_match=if_match,
            retry_token=retry_token,
            region=region,
            request_id=request_id,
        )

    def delete_imported_model(
        self,
        imported_model_id: str,
        *,
        region: str | None = None,
        if_match: str | None = None,
        request_id: str | None = None,
    ) -> ResponseMetadata:
        """Start to delete an imported model that no endpoint uses. See `genai_ports.client.ports`."""
        return self._delete(
            "delete_imported_model", imported_model_id, if_match=if_match, region=region, request_id=request_id
        )
